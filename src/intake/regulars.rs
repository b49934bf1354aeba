//! How many mentions each author has written: counted only where a rule asks.
//!
//! A count is of the mentions that stand in the ledger before a file, and of those in the file that were
//! posted no later. Authors are known by channel and id, else name, as keyed hashes; what was erased is not
//! counted, nor are reposts and what was taken away unread.

use super::keys::{Hasher, Key};
use crate::calendar::Moment;
use crate::event::{INGEST, MESSAGE, MessageData, MessageFacts};
use crate::ledger;
use crate::ledger::line::Line;
use crate::ledger::place::Place;
use crate::message::Message;
use crate::rules::RuleSet;
use crate::rules::when::handle;
use std::collections::HashMap;

/// A mention of the batch at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Came {
    author: Key,
    /// Those of unknown time stand last.
    posted: i64,
    place: u64,
}

/// See the module.
#[derive(Debug)]
pub struct Regulars {
    hasher: Hasher,
    before: HashMap<Key, u32>,
    now: Vec<Came>,
}

impl Regulars {
    /// Nobody has written yet; `key` is random.
    pub fn new(key: [u8; 16]) -> Self {
        Regulars {
            hasher: Hasher::new(key),
            before: HashMap::new(),
            now: Vec::new(),
        }
    }

    /// Makes the keys of authors.
    pub(super) fn hasher(&self) -> Hasher {
        self.hasher
    }

    /// The author as they are kept; `None` for nobody.
    pub(super) fn author(hasher: Hasher, channel: &str, id: Option<&str>, name: &str) -> Option<Key> {
        let id = id.filter(|id| !id.is_empty());
        let name = id.unwrap_or_else(|| handle(name));
        (!name.is_empty()).then(|| hasher.id(channel, &name.to_lowercase()))
    }

    /// A mention of the batch at hand, and where it stands in it.
    pub(super) fn came(&mut self, author: Key, posted: Option<Moment>, place: u64) {
        let posted = posted.map_or(i64::MAX, |m| m.millis);
        self.now.push(Came {
            author,
            posted,
            place,
        });
    }

    /// How often the author of a known message has written.
    pub(super) fn of(&self, message: &Message<'_>) -> Option<u32> {
        let id = message.author_id.as_deref();
        let author = Regulars::author(self.hasher, &message.channel, id, &message.author)?;
        self.before.get(&author).copied()
    }

    /// For each mention of the batch at hand whose author had written before: where it stands, and how many
    /// it makes; in order.
    pub(super) fn counts(&mut self) -> Vec<(u64, u32)> {
        self.now.sort_unstable();
        let mut counts = Vec::new();
        for of_one in self.now.chunk_by(|a, b| a.author == b.author) {
            let before = of_one.first().and_then(|came| self.before.get(&came.author));
            let first = before.copied().unwrap_or(0).saturating_add(1);
            let numbered = of_one.iter().zip(first..).map(|(came, n)| (came.place, n));
            counts.extend(numbered.filter(|(_, n)| *n > 1));
        }
        counts.sort_unstable();
        counts
    }

    /// The batch at hand stands.
    pub(super) fn settle(&mut self) {
        for came in self.now.drain(..) {
            let n = self.before.entry(came.author).or_default();
            *n = n.saturating_add(1);
        }
    }

    /// The batch at hand was not recorded.
    pub(super) fn forget(&mut self) {
        self.now.clear();
    }

    /// Takes in a line of the ledger, which stands at `byte`. Where it closes the reading of a file, shows each
    /// of its mentions whose author had written before: its byte, and how many it makes.
    pub fn take(&mut self, line: &Line<'_>, byte: u64, mut each: impl FnMut(u64, u32)) {
        if line.ev == INGEST {
            self.counts().iter().for_each(|(byte, n)| each(*byte, *n));
            return self.settle();
        }
        let (MESSAGE, Some(facts), Some(data)) = (line.ev, line.facts, line.payload.data()) else {
            return;
        };
        let facts = serde_json::from_str::<MessageFacts<'_>>(facts).unwrap_or_default();
        if facts.dir != "in" || facts.repost {
            return;
        }
        let data = serde_json::from_str::<MessageData<'_>>(data).unwrap_or_default();
        let (id, name) = (data.author_id.as_deref(), data.author.as_ref());
        if let Some(author) = Regulars::author(self.hasher, &facts.channel, id, name) {
            self.came(author, line.t.and_then(Moment::parse), byte);
        }
    }
}

/// What a whole ledger counts: for each mention whose author had written before, by the byte of its line, how
/// many it makes.
#[derive(Debug, Default)]
pub struct Counts(Option<HashMap<u64, u32>>);

impl Counts {
    /// Of the ledger at `place`, where these rules ask; `key` is random.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn of(place: &Place, rules: &RuleSet, key: [u8; 16]) -> ledger::Result<Counts> {
        if !rules.counts_authors() {
            return Ok(Counts(None));
        }
        let (mut regulars, mut counts) = (Regulars::new(key), HashMap::new());
        ledger::read::scan(place, None, |l| {
            regulars.take(&l.line, l.byte, |byte, n| {
                counts.insert(byte, n);
            });
        })?;
        Ok(Counts(Some(counts)))
    }

    /// How many mentions that one made, whose line stands at `byte`; else as it was recorded.
    pub fn at(&self, byte: u64, recorded: Option<u32>) -> Option<u32> {
        let counted = self.0.as_ref().and_then(|counts| counts.get(&byte));
        counted.copied().or(recorded)
    }
}
