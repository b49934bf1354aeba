//! The fold: lines of the ledger → [`Book`], every case's items in order.
//!
//! Reads facts only, from borrowed bytes; what is personal stays on disk and is looked up by its byte
//! offset when it has to be shown. Keeps what figures need in a flat list, and computes nothing.

use crate::calendar::{Moment, Zone};
use crate::event::{ERASE, INGEST, MERGE, MESSAGE, MergeFacts, MessageFacts, REPAIR, Verb, VerbFacts};
use crate::ledger::line::Line;
use crate::rules::conclusion::{Kind, Priority, Sentiment};
use std::collections::HashMap;

/// A word that occurs over and over (channel, topic, assignee), by its number in [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Name(pub u32);

/// The words behind [`Name`]s. Number 0 is the empty word.
#[derive(Debug, Default)]
pub struct Names {
    words: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    /// The number of `word`, giving it one where it is new.
    pub fn number(&mut self, word: &str) -> Name {
        if word.is_empty() {
            return Name(0);
        }
        if let Some(n) = self.numbers.get(word) {
            return Name(*n);
        }
        self.words.push(word.to_owned());
        let n = u32::try_from(self.words.len()).unwrap_or(0);
        self.numbers.insert(word.to_owned(), n);
        Name(n)
    }

    /// The number of a word that has one.
    pub fn find(&self, word: &str) -> Option<Name> {
        self.numbers.get(word).map(|n| Name(*n))
    }

    /// Every word.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// The word.
    pub fn word(&self, name: Name) -> &str {
        let i = usize::try_from(name.0).unwrap_or(0);
        i.checked_sub(1)
            .and_then(|i| self.words.get(i))
            .map_or("", String::as_str)
    }
}

/// What figures need of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The platform.
    pub channel: Name,
    /// Kind.
    pub kind: Kind,
    /// Sentiment.
    pub sentiment: Sentiment,
    /// Priority; `None` where no reply is needed.
    pub priority: Option<Priority>,
    /// Seconds; `None` without a target.
    pub target_s: Option<u32>,
    /// Topics, joined by line feeds.
    pub topics: Name,
    /// The text's language.
    pub language: Name,
    /// It needs a reply.
    pub needs_reply: bool,
    /// It answers a message.
    pub answers: bool,
    /// It only repeats somebody else's.
    pub repost: bool,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A customer wrote.
    Mention(Mark),
    /// The business wrote, as an export told.
    Reply {
        /// The platform.
        channel: Name,
        /// It answers a message.
        answers: bool,
        /// Sent by a machine.
        automatic: bool,
        /// Recorded by `feedback reply` before.
        echo: bool,
        /// Out of the row of what it answers.
        inline: bool,
    },
    /// A case command, with to whom or which tag.
    Done(Verb, Name),
}

impl What {
    /// What figures need of it, where it is a mention.
    pub fn mention(&self) -> Option<Mark> {
        match self {
            What::Mention(mark) => Some(*mark),
            _ => None,
        }
    }

    /// At the same time a message that answers nothing stands first; else the order of the file holds.
    fn answers(&self) -> bool {
        match self {
            What::Mention(mark) => mark.answers,
            What::Reply { answers, .. } => *answers,
            What::Done(..) => true,
        }
    }
}

/// One event of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Number of the case.
    pub case: u32,
    /// Its `seq`: the order in the ledger, which is the order in the file.
    pub order: u64,
    /// Where its line stands in the ledger.
    pub byte: u64,
    /// When it happened, milliseconds since 1970: for a coarse time the beginning of what it covers
    /// (for a reply the end), for an unknown one when it was recorded (for a reply that of the item
    /// before it).
    pub t: i64,
    /// `t` is known to the minute or better.
    pub timed: bool,
    /// `t` was put off to the review's, which was edited after it had been answered.
    pub moved: bool,
    /// What happened.
    pub what: What,
}

/// Everything that the ledger says of cases.
#[derive(Debug, Default)]
pub struct Book {
    /// By case, then time (what answers nothing first), then order in the ledger.
    pub items: Vec<Item>,
    /// The words.
    pub names: Names,
    /// Case → the case that it was joined to.
    pub aliases: HashMap<u32, u32>,
    /// When a case is to come up again: (`order` of the event, milliseconds since 1970).
    pub follow_ups: Vec<(u64, i64)>,
    /// Kinds of events that this program does not know, with how many.
    pub unknown: Vec<(String, u64)>,
    /// The highest case number given so far.
    pub last_case: u32,
    zone: Option<Zone>,
}

/// The number of a case id such as `c12`.
pub fn case_number(id: &str) -> Option<u32> {
    id.strip_prefix(['c', 'C', '#'])
        .unwrap_or(id)
        .parse()
        .ok()
        .filter(|n| *n > 0)
}

/// The id of a case number.
pub fn case_id(number: u32) -> String {
    format!("c{number}")
}

/// The two cases that a merge joins: (into, from).
pub fn merged(line: &Line<'_>) -> Option<(u32, u32)> {
    let MergeFacts { into, from } = serde_json::from_str(line.facts?).ok()?;
    Some((case_number(&into)?, case_number(&from)?))
}

/// The case that `case` goes by today.
pub fn follow(aliases: &HashMap<u32, u32>, case: u32) -> u32 {
    let mut at = case;
    // An alias always points to an older case, so this ends; the bound is for a forged ledger.
    for _ in 0..=aliases.len() {
        match aliases.get(&at) {
            Some(into) => at = *into,
            None => break,
        }
    }
    at
}

impl Book {
    /// An empty book; `zone` anchors days without a time of day.
    pub fn new(zone: Zone) -> Self {
        Book {
            zone: Some(zone),
            ..Book::default()
        }
    }

    /// Takes in one line.
    pub fn take(&mut self, line: &Line<'_>, byte: u64) {
        let case = line.case.and_then(case_number);
        if let Some(case) = case {
            self.last_case = self.last_case.max(case);
        }
        let facts = line.facts.unwrap_or("{}");
        let what = if line.ev == MESSAGE {
            serde_json::from_str(facts).ok().map(|facts| self.message(facts))
        } else if let Some(verb) = Verb::parse(line.ev) {
            serde_json::from_str::<VerbFacts>(facts).ok().map(|facts| {
                let until = facts.follow_up.as_deref().and_then(Moment::parse);
                self.follow_ups.extend(until.map(|m| (line.seq, m.millis)));
                let detail = facts.to.or(facts.tag).unwrap_or_default();
                What::Done(verb, self.names.number(&detail))
            })
        } else {
            if line.ev == MERGE {
                self.aliases.extend(merged(line).map(|(into, from)| (from, into)));
            } else if !matches!(line.ev, "commit" | INGEST | ERASE | REPAIR) {
                self.unknown(line.ev);
            }
            return;
        };
        let (Some(case), Some(what)) = (case, what) else {
            return self.unknown(line.ev);
        };
        let moment = line.t.and_then(Moment::parse);
        let outbound = !matches!(what, What::Mention(_));
        let zone = self.zone.unwrap_or(Zone::UTC);
        // A mention of unknown time waits from when it came in; a reply stands where its line stands.
        let recorded = || {
            Moment::parse(line.at)
                .filter(|_| !outbound)
                .map_or(i64::MIN, |m| m.millis)
        };
        let t = moment.map_or_else(recorded, |m| zone.anchor(m, outbound));
        let timed = moment.is_some_and(Moment::is_timed);
        self.items.push(Item {
            case,
            order: line.seq,
            byte,
            t,
            timed,
            moved: false,
            what,
        });
    }

    fn unknown(&mut self, ev: &str) {
        match self.unknown.iter_mut().find(|(e, _)| e == ev) {
            Some((_, n)) => *n += 1,
            None => self.unknown.push((ev.to_owned(), 1)),
        }
    }

    fn message(&mut self, facts: MessageFacts<'_>) -> What {
        let channel = self.names.number(&facts.channel);
        if facts.dir == "out" {
            let MessageFacts {
                answers,
                automatic,
                echo,
                inline,
                ..
            } = facts;
            return What::Reply {
                channel,
                answers,
                automatic,
                echo,
                inline,
            };
        }
        let topics = match facts.topics.as_slice() {
            [] => Name(0),
            [one] => self.names.number(one),
            many => {
                // Each gets its own number too, or a topic that never stands alone could not be found.
                for topic in many {
                    self.names.number(topic);
                }
                self.names.number(&many.join("\n"))
            }
        };
        What::Mention(Mark {
            channel,
            kind: facts.kind.as_deref().and_then(Kind::parse).unwrap_or(Kind::Other),
            sentiment: facts
                .sentiment
                .as_deref()
                .and_then(Sentiment::parse)
                .unwrap_or(Sentiment::Neutral),
            priority: facts.priority.as_deref().and_then(Priority::parse),
            target_s: facts.target_s.map(|s| u32::try_from(s).unwrap_or(u32::MAX)),
            topics,
            language: self.names.number(facts.language.as_deref().unwrap_or_default()),
            needs_reply: facts.needs_reply.unwrap_or(true) && !facts.repost,
            answers: facts.answers,
            repost: facts.repost,
        })
    }

    /// The case that goes by that number today.
    pub fn resolve(&self, case: u32) -> u32 {
        follow(&self.aliases, case)
    }

    /// Puts everything in order once all lines are in.
    pub fn close(&mut self) {
        if !self.aliases.is_empty() {
            for i in 0..self.items.len() {
                let case = self.items.get(i).map_or(0, |item| item.case);
                let root = self.resolve(case);
                if let Some(item) = self.items.get_mut(i) {
                    item.case = root;
                }
            }
        }
        if self.items.iter().any(|i| i.t == i64::MIN) {
            self.items.sort_unstable_by_key(|i| (i.case, i.order));
            let mut before = (0, 0);
            for item in &mut self.items {
                if item.t == i64::MIN {
                    item.t = if before.0 == item.case { before.1 } else { 0 };
                }
                before = (item.case, item.t);
            }
        }
        self.items
            .sort_unstable_by_key(|i| (i.case, i.t, i.what.answers(), i.order));
        if self.push_early_replies_back() {
            // A reply that was put off follows its review, whichever was ingested first.
            self.items
                .sort_unstable_by_key(|i| (i.case, i.t, i.moved, i.what.answers(), i.order));
        }
    }

    /// A review that is edited after it was answered carries the time of the edit, so that the reply in
    /// its row seems to come before it. Such a reply takes the review's time.
    fn push_early_replies_back(&mut self) -> bool {
        let mut moved = false;
        for case in self.items.chunk_by_mut(|a, b| a.case == b.case) {
            let first = case
                .iter()
                .find(|i| matches!(i.what, What::Mention(_)))
                .map(|i| i.t);
            for item in case {
                let Some(first) = first.filter(|t| *t > item.t) else {
                    break;
                };
                if matches!(item.what, What::Reply { inline: true, .. }) {
                    item.t = first;
                    item.moved = true;
                    moved = true;
                }
            }
        }
        moved
    }

    /// The cases with their items, by number.
    pub fn by_case(&self) -> impl Iterator<Item = &[Item]> {
        self.items.chunk_by(|a, b| a.case == b.case)
    }

    /// The items of one case.
    pub fn items_of(&self, case: u32) -> &[Item] {
        let case = self.resolve(case);
        let from = self.items.partition_point(|i| i.case < case);
        let to = self.items.partition_point(|i| i.case <= case);
        self.items.get(from..to).unwrap_or_default()
    }

    /// When the event at `order` wants the case to come up again.
    pub fn follow_up(&self, order: u64) -> Option<i64> {
        self.follow_ups
            .binary_search_by_key(&order, |(o, _)| *o)
            .ok()
            .and_then(|i| self.follow_ups.get(i))
            .map(|f| f.1)
    }
}
