//! What the ledger holds already, as far as intake must know it: message ids, open ends of threads,
//! conversations. Holds keyed hashes of ids, never the ids.
//!
//! Most of it stays on disk, in the [`index`](super::index), and is looked up one by one; what the
//! ledger holds beyond it, and what this command adds, is in memory. Without an index all of it is in
//! memory, and everything comes out the same.

use super::Handles;
use super::erased::Erased;
use super::fresh::{Awaited, Fresh, Mark, Talk, Told, Version, under};
use super::heard::Ears;
use super::index::Index;
use super::keys::{Extras, Hasher, Key};
use super::regulars::Regulars;
use super::table::Entry;
use crate::calendar::Moment;
use crate::case::book::{case_number, follow, merged};
use crate::event::{DELETE, EDIT, ERASE, MERGE, MESSAGE, MORE};
use crate::event::{MessageData, MessageFacts, Verb, VerbData};
use crate::ledger::cache::Anchor;
use crate::ledger::line::Line;
use std::collections::HashMap;
use std::sync::Arc;

/// See the module.
#[derive(Debug)]
pub struct Known {
    hasher: Hasher,
    /// Silence after which a conversation begins a new case, in milliseconds.
    gap_ms: i64,
    index: Index,
    pub(crate) fresh: Fresh,
    /// How much of `fresh` stands whatever becomes of the file that is being read.
    mark: Mark,
    /// Case → the case it was joined to.
    aliases: HashMap<u32, u32>,
    /// How many mentions each author has written, where a rule asks.
    pub regulars: Option<Regulars>,
    /// What was erased, and stays out.
    pub(crate) erased: Arc<Erased>,
    /// The highest case number.
    pub(crate) last_case: u32,
    /// The same at `mark`.
    last_case_before: u32,
}

/// What an index is made of.
pub(crate) struct Parts {
    pub(crate) index: Index,
    pub(crate) fresh: Fresh,
    pub(crate) aliases: HashMap<u32, u32>,
    pub(crate) erased: Arc<Erased>,
    pub(crate) last_case: u32,
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Among the fresh ones: its number.
    Fresh(u32),
    /// In the index: its case, and a hash of what it said.
    Indexed(u32, u32),
    /// Nowhere.
    Nowhere,
}

impl Known {
    /// Nothing is known yet. `key` is random; `gap_ms` the silence that ends a stretch of conversation.
    pub fn new(key: [u8; 16], gap_ms: i64) -> Self {
        Known::on(Index::none(key, gap_ms))
    }

    /// What an index holds, and nothing more yet.
    pub fn on(index: Index) -> Self {
        Known {
            hasher: index.hasher(),
            gap_ms: index.gap_ms(),
            aliases: index.aliases().collect(),
            erased: Arc::new(Erased::read(index.erased())),
            last_case: index.last_case(),
            last_case_before: index.last_case(),
            index,
            fresh: Fresh::default(),
            regulars: None,
            mark: Mark::default(),
        }
    }

    /// Makes keys as they are kept here.
    pub fn hasher(&self) -> Hasher {
        self.hasher
    }

    /// What hears messages for a plan on top of this.
    pub(super) fn ears<'h>(&self, handles: &'h Handles) -> Ears<'h> {
        Ears {
            hasher: self.hasher,
            handles,
            erased: Arc::clone(&self.erased),
            tells: self.tells(),
            counts: self.regulars.as_ref().map(Regulars::hasher),
        }
    }

    pub(crate) fn gap_ms(&self) -> i64 {
        self.gap_ms
    }

    /// The index turned out to be damaged while it was read: nothing that was decided with it counts.
    pub fn is_unsound(&self) -> bool {
        self.index.is_unsound()
    }

    /// Up to where in the ledger the index speaks: what follows must be taken in.
    pub fn indexed(&self) -> Anchor {
        self.index.upto()
    }

    /// Gives up everything, for writing a new index.
    pub(crate) fn into_parts(self) -> Parts {
        Parts {
            index: self.index,
            fresh: self.fresh,
            aliases: self.aliases,
            erased: self.erased,
            last_case: self.last_case,
        }
    }

    /// Takes in one line of the ledger.
    pub fn take(&mut self, line: &Line<'_>) {
        let case = line.case.and_then(case_number);
        if let Some(case) = case {
            self.last_case = self.last_case.max(case);
        }
        if line.ev == MERGE {
            if let Some((into, from)) = merged(line) {
                self.join(into, from);
            }
            return;
        }
        if line.ev == ERASE {
            return Arc::make_mut(&mut self.erased).take(line);
        }
        let (Some(case), Some(data)) = (case, line.payload.data()) else {
            return;
        };
        if let MESSAGE | EDIT | MORE | DELETE = line.ev {
            if let (Ok(data), Some(Ok(facts))) = (
                serde_json::from_str::<MessageData<'_>>(data),
                line.facts.map(serde_json::from_str::<MessageFacts<'_>>),
            ) {
                let again = line.ev != MESSAGE;
                let t = if again { facts.posted.as_deref() } else { line.t };
                let t = t.and_then(Moment::parse).map_or(i64::MIN, |m| m.millis);
                self.take_message(&facts, &data, t, case, again);
            }
        } else if Verb::parse(line.ev) == Some(Verb::Reply)
            && let Ok(VerbData { text, .. }) = serde_json::from_str::<VerbData<'_>>(data)
        {
            let key = self.hasher.told(&text);
            self.fresh.told.push(Told { key, case, n: 1 });
        }
    }

    fn take_message(
        &mut self,
        facts: &MessageFacts<'_>,
        data: &MessageData<'_>,
        t: i64,
        case: u32,
        again: bool,
    ) {
        let id = |id: &str| self.hasher.id(&facts.channel, id);
        let content = match facts.inline {
            true => 0,
            false => self
                .hasher
                .content(&data.author, &data.text, Extras::recorded(facts, data)),
        };
        let key = id(&data.id);
        // What the business passes on answers nobody.
        let is_repost = facts.repost && facts.dir != "out";
        let repeated = data.repost_of.as_deref().filter(|_| is_repost);
        let reply_to = data.reply_to.as_deref().or(repeated).map(id);
        let conversation = data.conversation.as_deref().map(id);
        match again {
            false => {
                let _ = self.fresh.messages.add(Entry { key, case, content });
            }
            true => self.fresh.versions.push(Version { key, content }),
        }
        if let Some(key) = reply_to {
            // Should it be there already: nobody asks again who waits for it.
            self.fresh.awaited.push(Awaited { key, case });
        }
        if let Some(key) = conversation {
            let talk = Talk {
                key,
                from: t,
                to: t,
                case,
            };
            self.fresh.talks.push(talk);
        }
        if facts.echo {
            let key = self.hasher.told(&data.text);
            self.fresh.told.push(Told { key, case, n: -1 });
        }
    }

    /// A case goes by another's number from now on.
    pub(crate) fn join(&mut self, into: u32, from: u32) {
        self.aliases.insert(from, into);
        self.fresh.aliases.push((from, into));
    }

    /// Everything up to here stands; what is added from now on can be taken back.
    pub(crate) fn settle(&mut self) {
        self.mark = self.fresh.settle();
        self.regulars.iter_mut().for_each(Regulars::settle);
        self.last_case_before = self.last_case;
    }

    /// Takes back what the last planned file has added: it was not recorded.
    pub fn forget(&mut self) {
        for (from, _) in self.fresh.forget(self.mark) {
            self.aliases.remove(&from);
        }
        self.last_case = self.last_case_before;
        self.regulars.iter_mut().for_each(Regulars::forget);
    }

    /// The case that goes by that number today.
    pub(crate) fn resolve(&self, case: u32) -> u32 {
        follow(&self.aliases, case)
    }

    /// Where the message under `key` is.
    pub(crate) fn find(&mut self, key: Key) -> Found {
        match self.fresh.messages.find(key) {
            Some(number) => Found::Fresh(number),
            None => match self.index.message(key) {
                Some(entry) => Found::Indexed(entry.case, entry.content),
                None => Found::Nowhere,
            },
        }
    }

    /// A known message was told again in these words before.
    pub(crate) fn was_told(&mut self, key: Key, content: u32) -> bool {
        let fresh = under(self.mark.versions(&self.fresh), key);
        fresh.iter().any(|row| row.content == content) || self.index.was_told(key, content)
    }

    /// Anything waits for a message, among what stood before this file.
    pub(crate) fn awaits(&self) -> bool {
        self.index.awaits() || !self.mark.awaited(&self.fresh).is_empty()
    }

    /// The cases of the answers to a message, among what stood before this file.
    pub(crate) fn answers(&mut self, key: Key, cases: &mut Vec<u32>) {
        self.index.awaited(key, &mut |row| cases.push(row.case));
        let fresh = self.mark.awaited(&self.fresh);
        cases.extend(under(fresh, key).iter().map(|row| row.case));
    }

    /// There are conversations, among what stood before this file.
    pub(crate) fn talks(&self) -> bool {
        self.index.talks() || !self.mark.talks(&self.fresh).is_empty()
    }

    /// What was spoken in a conversation before this file.
    pub(crate) fn talk(&mut self, key: Key, talks: &mut Vec<Talk>) {
        self.index.talk(key, &mut |row| talks.push(row));
        talks.extend_from_slice(under(self.mark.talks(&self.fresh), key));
    }

    /// There are texts that `feedback reply` recorded.
    fn tells(&self) -> bool {
        self.index.tells() || !self.fresh.told.is_empty()
    }

    /// How often that text was recorded in that case by `feedback reply` and not brought by an export yet.
    pub(crate) fn told(&mut self, key: Key, case: u32) -> i32 {
        let mut rows: Vec<Told> = under(self.mark.told(&self.fresh), key).to_vec();
        self.index.told(key, &mut |row| rows.push(row));
        rows.iter()
            .filter(|row| self.resolve(row.case) == case)
            .map(|row| row.n)
            .sum()
    }
}
