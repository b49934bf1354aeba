//! Lines of the ledger → items, as one thread sees them: words and kinds of events are numbered by the
//! thread, and a [`Part`] carries what it numbered newly, so that a book can put the parts of several
//! threads together.

use super::book::{case_number, joined};
use super::item::{Item, Mark, Name, Names, Numbers, Recent, What};
use super::said::{Said, Topics};
use crate::calendar::Moment;
use crate::event::{ERASE, INGEST, MERGE, MESSAGE, REPAIR, Verb, VerbFacts};
use crate::ledger::blocks::Learner;
use crate::ledger::front::Front;
use crate::rules::conclusion::{Kind, Priority, Sentiment};
use std::collections::HashMap;

/// What a stretch of the ledger came to.
#[derive(Debug, Default)]
pub struct Part {
    pub(super) items: Vec<Item>,
    /// Words and kinds of events that the thread met for the first time.
    pub(super) words: Vec<String>,
    pub(super) whats: Vec<What>,
    /// (into, from), in order.
    pub(super) merges: Vec<(u32, u32)>,
    pub(super) follow_ups: Vec<(u64, i64)>,
    pub(super) unknown: Vec<(String, u64)>,
    pub(super) last_case: u32,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Gather {
    names: Names,
    recent: Recent,
    numbers: Numbers,
    /// Topics as they stand in the lines → their number.
    topics: HashMap<String, Name>,
    recent_topics: Recent,
    /// Words of `names` that a part has carried off already.
    told: usize,
    whats: u32,
    part: Part,
}

impl Learner for Gather {
    type Part = Part;

    fn take(&mut self, line: &Front<'_>, byte: u64) {
        let case = line.case.and_then(case_number);
        if let Some(case) = case {
            self.part.last_case = self.part.last_case.max(case);
        }
        let facts = line.facts.unwrap_or("{}");
        let what = if line.ev == MESSAGE {
            Said::read(facts).map(|said| self.message(&said))
        } else if let Some(verb) = Verb::parse(line.ev) {
            self.done(verb, facts, byte)
        } else {
            match line.ev {
                MERGE => self.part.merges.extend(line.facts.and_then(joined)),
                "commit" | INGEST | ERASE | REPAIR => {}
                _ => self.unknown(line.ev),
            }
            return;
        };
        let (Some(case), Some(what)) = (case, what) else {
            return self.unknown(line.ev);
        };
        let number = *self.numbers.entry(what).or_insert_with(|| {
            self.part.whats.push(what);
            self.whats += 1;
            self.whats - 1
        });
        let moment = line.t.and_then(Moment::parse);
        let recorded = || Moment::parse(line.at);
        let item = Item::new(case, byte, number, &what, moment, recorded);
        self.part.items.push(item);
    }

    fn part(&mut self) -> Part {
        self.part.words = self.names.all().skip(self.told).map(str::to_owned).collect();
        self.told = self.names.len();
        std::mem::take(&mut self.part)
    }
}

impl Gather {
    fn unknown(&mut self, ev: &str) {
        add_unknown(&mut self.part.unknown, ev, 1);
    }

    fn done(&mut self, verb: Verb, facts: &str, byte: u64) -> Option<What> {
        let facts: VerbFacts = serde_json::from_str(facts).ok()?;
        let until = facts.follow_up.as_deref().and_then(Moment::parse);
        self.part.follow_ups.extend(until.map(|m| (byte, m.millis)));
        let detail = facts.to.or(facts.tag).unwrap_or_default();
        Some(What::Done(verb, self.names.number(&detail)))
    }

    fn message(&mut self, said: &Said<'_>) -> What {
        let channel = self.word(&said.channel);
        if said.out {
            return What::Reply {
                channel,
                answers: said.answers,
                automatic: said.automatic,
                echo: said.echo,
                inline: said.inline,
            };
        }
        What::Mention(Mark {
            channel,
            kind: said.kind.as_deref().and_then(Kind::parse).unwrap_or(Kind::Other),
            sentiment: said
                .sentiment
                .as_deref()
                .and_then(Sentiment::parse)
                .unwrap_or(Sentiment::Neutral),
            priority: said.priority.as_deref().and_then(Priority::parse),
            target_s: said.target_s.map(|s| u32::try_from(s).unwrap_or(u32::MAX)),
            topics: self.topics(&said.topics),
            language: self.word(&said.language),
            needs_reply: said.needs_reply.unwrap_or(true) && !said.repost,
            answers: said.answers,
            repost: said.repost,
        })
    }

    fn word(&mut self, word: &str) -> Name {
        self.recent.number(word, |word| self.names.number(word))
    }

    fn topics(&mut self, topics: &Topics<'_>) -> Name {
        let (names, known) = (&mut self.names, &mut self.topics);
        match topics {
            Topics::Raw(raw) => self.recent_topics.number(raw, |raw| match known.get(raw) {
                Some(name) => *name,
                None => {
                    let name = names.number_topics(topics.all());
                    known.insert(raw.to_owned(), name);
                    name
                }
            }),
            Topics::Each(_) => self.names.number_topics(topics.all()),
        }
    }
}

/// Counts events of a kind that this program does not know.
pub(super) fn add_unknown(unknown: &mut Vec<(String, u64)>, ev: &str, more: u64) {
    match unknown.iter_mut().find(|(e, _)| e == ev) {
        Some((_, n)) => *n += more,
        None => unknown.push((ev.to_owned(), more)),
    }
}
