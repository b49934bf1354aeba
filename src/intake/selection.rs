//! Which lines an erasing takes: an author's messages, a case, or one message, and what hangs on them.
//! Reads the ledger's lines twice and changes nothing.
//!
//! With an author's message go the business's own answers to it, which name it and mostly its author; a
//! case in which nobody else wrote goes as a whole, notes and recorded replies too. What others wrote stays;
//! where it names the author, it is listed.

use super::erased::{author_mark, id_mark};
use super::named::{Named, Names};
use super::normal;
use crate::case::book::{case_id, case_number, follow, merged};
use crate::event::judged::JudgeFacts;
use crate::event::{
    DELETE, EDIT, EraseFacts, INGEST, JUDGE, MERGE, MESSAGE, MORE, MessageData, MessageFacts, Verb, VerbData,
};
use crate::ledger::chain::hex;
use crate::ledger::line::Line;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Whose words are to go.
#[derive(Debug, Clone)]
pub enum Whose {
    /// A customer's, by name, handle or the platform's id; on one channel or on all.
    Author(String, Option<String>),
    /// All of a case.
    Case(u32),
    /// One message's, by its id; on one channel or wherever there is one.
    Message(String, Option<String>),
}

/// See the module. First [`Selection::look`] at every line, then [`Selection::choose`] from every line.
#[derive(Debug)]
pub struct Selection {
    whose: Whose,
    aliases: HashMap<u32, u32>,
    /// Channel → accounts (name and id) whose messages are meant.
    pub accounts: BTreeMap<String, BTreeSet<String>>,
    /// Other names under which one of these accounts wrote: those messages stay.
    pub other_names: BTreeSet<String>,
    /// Messages that are meant: channel and id.
    meant: HashSet<(String, String)>,
    mine: HashSet<u32>,
    others: HashSet<u32>,
    ids: BTreeMap<u32, Vec<(String, String)>>,
    /// `seq` of the lines to erase.
    pub seqs: Vec<u64>,
    /// Files that were kept as evidence with what goes, as they are recorded.
    pub evidence: Vec<String>,
    /// Case and `t` of the mentions among them: what was judged of them anew goes with them.
    times: HashSet<(u32, Option<String>)>,
    /// Messages among them.
    pub messages: u64,
    /// Cases that lose something.
    pub cases: BTreeSet<u32>,
    /// Pieces of what they say, and long ids: what a file that holds them can be known by.
    pub traces: Vec<String>,
    /// Cases → texts of theirs that stay.
    pub left: BTreeMap<u32, u64>,
    /// Names and ids of the customers among them, as they are compared.
    pub names: BTreeSet<String>,
    /// Names and handles of the author who is meant.
    author: Names,
    /// Cases that have a mention, so that they can be shown.
    shown: HashSet<u32>,
    /// Texts that stay and name the author, up to a bound.
    pub named: Vec<Named>,
    /// How many there are.
    pub named_in_all: u64,
    /// Exports that may hold them: every one that was read from the first of them on.
    pub exports: Vec<String>,
}

/// `data` of an ingest.
#[derive(Deserialize)]
struct Path<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
}

impl Selection {
    /// Nothing is chosen yet.
    pub fn of(whose: Whose) -> Self {
        Selection {
            whose,
            aliases: HashMap::new(),
            accounts: BTreeMap::new(),
            other_names: BTreeSet::new(),
            meant: HashSet::new(),
            mine: HashSet::new(),
            others: HashSet::new(),
            ids: BTreeMap::new(),
            seqs: Vec::new(),
            evidence: Vec::new(),
            times: HashSet::new(),
            messages: 0,
            cases: BTreeSet::new(),
            traces: Vec::new(),
            left: BTreeMap::new(),
            names: BTreeSet::new(),
            author: Names::default(),
            shown: HashSet::new(),
            named: Vec::new(),
            named_in_all: 0,
            exports: Vec::new(),
        }
    }

    /// First reading: finds the messages that are meant.
    pub fn look(&mut self, line: &Line<'_>) {
        if line.ev == MERGE {
            self.aliases.extend(merged(line).map(|(into, from)| (from, into)));
        }
        if matches!(self.whose, Whose::Case(_)) {
            return;
        }
        if line.ev == MESSAGE && line.facts.is_some_and(|f| f.contains("\"dir\":\"in\"")) {
            self.shown.extend(line.case.and_then(case_number));
        }
        let Some((case, facts, data)) = message(line) else {
            return;
        };
        let inbound = facts.dir != "out";
        let is_channel = |c: &Option<String>| c.as_ref().is_none_or(|c| normal(c) == normal(&facts.channel));
        let is_meant = match &self.whose {
            Whose::Author(name, channel) => {
                let name = normal(name);
                let is_name = |n: &str| !n.is_empty() && normal(n) == name;
                inbound
                    && is_channel(channel)
                    && (is_name(&data.author) || data.author_id.as_deref().is_some_and(is_name))
            }
            Whose::Message(id, channel) => is_channel(channel) && data.id == *id,
            Whose::Case(_) => false,
        };
        if is_meant {
            let account = data.author_id.clone().unwrap_or_default().into_owned();
            let accounts = self
                .accounts
                .entry(facts.channel.clone().into_owned())
                .or_default();
            if matches!(self.whose, Whose::Author(..)) {
                self.author.add(&data.author);
                // A short one is a number like any other.
                if account.len() >= 6 {
                    self.author.add(&account);
                }
            }
            accounts.extend(Some(account).filter(|a| !a.is_empty()));
            self.meant
                .insert((facts.channel.into_owned(), data.id.into_owned()));
            self.mine.insert(case);
        } else if inbound && line.ev == MESSAGE {
            self.others.insert(case);
        }
    }

    /// Between the two readings: joined cases are one.
    pub fn turn(&mut self) {
        let aliases = &self.aliases;
        for cases in [&mut self.mine, &mut self.others, &mut self.shown] {
            *cases = cases.iter().map(|c| follow(aliases, *c)).collect();
        }
        if let Whose::Case(case) = &mut self.whose {
            *case = follow(aliases, *case);
        }
    }

    /// Second reading: chooses the lines.
    pub fn choose(&mut self, line: &Line<'_>) {
        if line.ev == INGEST && !self.seqs.is_empty() {
            let path = line
                .payload
                .data()
                .and_then(|d| serde_json::from_str::<Path<'_>>(d).ok());
            let path = path.map(|p| p.path.into_owned());
            self.exports.extend(path.filter(|p| !self.exports.contains(p)));
        }
        let (Some(case), Some(_)) = (line.case.and_then(case_number), line.payload.data()) else {
            self.stays(line, None);
            return;
        };
        let case = follow(&self.aliases, case);
        let message = message(line);
        let is_whole = match &self.whose {
            Whose::Case(number) => case == *number,
            Whose::Author(..) => self.mine.contains(&case) && !self.others.contains(&case),
            Whose::Message(..) => false,
        };
        let hangs_on = message.as_ref().is_some_and(|(_, facts, data)| {
            let named = |id: &str| self.meant.contains(&(facts.channel.to_string(), id.to_owned()));
            named(&data.id) || (facts.dir == "out" && data.reply_to.as_deref().is_some_and(named))
        });
        let hangs_on = hangs_on || (line.ev == JUDGE && self.times.contains(&(case, judged_of(line))));
        if !is_whole && !hangs_on {
            if self.mine.contains(&case) {
                *self.left.entry(case).or_default() += 1;
            }
            if let Some((_, facts, data)) = &message {
                let accounts = self.accounts.get(facts.channel.as_ref());
                let same = data
                    .author_id
                    .as_deref()
                    .is_some_and(|id| accounts.is_some_and(|a| a.contains(id)));
                let is_hers = same && facts.dir != "out" && matches!(self.whose, Whose::Author(..));
                self.other_names.extend(is_hers.then(|| data.author.to_string()));
            }
            self.stays(line, Some(case));
            return;
        }
        self.seqs.push(line.seq);
        self.cases.insert(case);
        if line.ev == Verb::Evidence.name() {
            let data = line
                .payload
                .data()
                .and_then(|d| serde_json::from_str::<VerbData<'_>>(d).ok());
            self.evidence
                .extend(data.and_then(|d| d.file).map(Cow::into_owned));
        }
        if let Some((_, facts, data)) = message {
            if self.traces.len() < TRACES {
                self.traces.extend(piece(&data.text));
                self.traces
                    .extend(Some(data.id.to_string()).filter(|id| id.len() >= 8));
            }
            if facts.dir != "out" {
                let names = [Some(&data.author), data.author_id.as_ref()];
                self.names.extend(names.into_iter().flatten().map(|n| normal(n)));
            }
            if line.ev == MESSAGE {
                self.times.insert((case, line.t.map(str::to_owned)));
                self.messages += 1;
                let id = (facts.channel.into_owned(), data.id.into_owned());
                self.ids.entry(case).or_default().push(id);
            }
        }
    }

    fn stays(&mut self, line: &Line<'_>, case: Option<u32>) {
        let Some(what) = self.author.stand_in(line) else {
            return;
        };
        self.named_in_all += 1;
        if self.named.len() < MOST_NAMED {
            let (line, case) = (line.seq, case.filter(|c| self.shown.contains(c)));
            self.named.push(Named { line, what, case });
        }
    }

    /// A word of `why` that names one of the customers.
    pub fn named_in<'w>(&self, why: &'w str) -> Option<&'w str> {
        why.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | '@'))
            .find(|word| {
                let word = normal(word.trim_matches(['.', '-']));
                let is_id = || self.meant.iter().any(|(_, id)| normal(id) == word);
                !word.is_empty() && (self.names.contains(&word) || is_id())
            })
            .or_else(|| {
                let lower = why.to_lowercase();
                let whole = |n: &&String| n.contains(' ') || !n.is_ascii();
                let named = self
                    .names
                    .iter()
                    .filter(whole)
                    .any(|n| lower.contains(n.as_str()));
                named.then_some(why)
            })
    }

    /// The `facts` of the `erase` events, at most `most` ids in each.
    pub fn facts(&self, key: &[u8; 16], most: usize) -> Vec<EraseFacts> {
        let mut authors = BTreeSet::new();
        if let Whose::Author(name, channel) = &self.whose {
            let own = channel.as_deref().map(normal).unwrap_or_default();
            authors.insert(hex(&author_mark(key, &own, name)));
            for (channel, accounts) in &self.accounts {
                authors.extend(accounts.iter().map(|a| hex(&author_mark(key, channel, a))));
            }
        }
        let marks = self.ids.iter().flat_map(|(case, ids)| {
            let mut marks: Vec<String> = ids.iter().map(|(c, id)| hex(&id_mark(key, c, id))).collect();
            marks.sort();
            marks.into_iter().map(|mark| (case_id(*case), mark))
        });
        let marks: Vec<(String, String)> = marks.collect();
        let mut all: Vec<EraseFacts> = Vec::new();
        let chunks = marks.chunks(most.max(1)).map(Some);
        for chunk in chunks.chain(marks.is_empty().then_some(None)) {
            let mut facts = EraseFacts {
                key: hex(key),
                messages: chunk.map_or(0, |c| c.len() as u64),
                ..EraseFacts::default()
            };
            for (case, mark) in chunk.unwrap_or_default() {
                facts.ids.entry(case.clone()).or_default().push(mark.clone());
            }
            all.push(facts);
        }
        if let Some(first) = all.first_mut() {
            first.texts = self.seqs.len() as u64 - self.messages;
            first.authors = authors.into_iter().collect();
        }
        all
    }
}

/// How many texts that name the author are listed at most.
const MOST_NAMED: usize = 1000;

/// How many traces are kept at most.
const TRACES: usize = 4000;

/// The longest piece of a text that every format writes alike, where it is long enough to tell.
fn piece(text: &str) -> Option<String> {
    let pieces = text.split(['"', '\\', '\'', '\n', '\r', '\t', '<', '>', '&', ',']);
    let longest = pieces.map(str::trim).max_by_key(|p| p.len())?;
    let piece: String = longest.chars().take(60).collect();
    (piece.len() >= 12).then_some(piece)
}

/// The `t` of the mention that a judgement made anew is about.
fn judged_of(line: &Line<'_>) -> Option<String> {
    let facts: JudgeFacts<'_> = serde_json::from_str(line.facts?).ok()?;
    facts.posted.map(Cow::into_owned)
}

/// The parts of a line that tells a message, for the first time or again; `None` for other events, and where the payload is gone.
fn message<'a>(line: &Line<'a>) -> Option<(u32, MessageFacts<'a>, MessageData<'a>)> {
    let is_message = matches!(line.ev, MESSAGE | EDIT | MORE | DELETE);
    let case = line.case.filter(|_| is_message).and_then(case_number)?;
    let facts = serde_json::from_str(line.facts?).ok()?;
    let data = serde_json::from_str(line.payload.data()?).ok()?;
    Some((case, facts, data))
}
