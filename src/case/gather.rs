//! Lines of the ledger → items, as one thread sees them: words and kinds of events are numbered by the
//! thread, and a [`Part`] carries what it numbered newly, so that a book can put the parts of several
//! threads together.

use super::book::{case_number, joined};
use super::item::{Item, Mark, Numbers, Telling, UNKNOWN, What};
use super::names::{Name, Names, Recent};
use super::said::{Said, Topics};
use crate::calendar::Moment;
use crate::event::judged::JudgeFacts;
use crate::event::{DELETE, EDIT, ERASE, INGEST, JUDGE, MERGE, MESSAGE, MORE, REPAIR, Verb, VerbFacts};
use crate::ledger::blocks::Learner;
use crate::ledger::front::Front;
use crate::rules::Group;
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
    /// When messages had been changed before they came in: (byte, milliseconds since 1970).
    pub(super) edited: Vec<(u64, i64)>,
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
            Said::read(facts).map(|said| self.message(&said, byte))
        } else if let EDIT | MORE | DELETE = line.ev {
            Said::read(facts).map(|said| self.again(line.ev, &said))
        } else if line.ev == JUDGE {
            self.judged(facts)
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
        let detail = facts.detail();
        Some(What::Done(verb, self.names.number(&detail)))
    }

    fn again(&mut self, ev: &str, said: &Said<'_>) -> What {
        let posted = said.posted.as_deref().and_then(Moment::parse);
        What::Again {
            how: match ev {
                EDIT => Telling::Edit,
                MORE => Telling::More(said.fuller),
                _ => Telling::Delete,
            },
            mark: (!said.out).then(|| self.mark(said)),
            answers: said.answers,
            posted: posted.map_or(UNKNOWN, |m| m.millis),
        }
    }

    fn judged(&mut self, facts: &str) -> Option<What> {
        let facts: JudgeFacts<'_> = serde_json::from_str(facts).ok()?;
        let posted = facts.posted.as_deref().and_then(Moment::parse);
        // Who finds it right corrects nothing.
        let by_hand = facts.is_by_hand() && !facts.was.is_empty();
        let nth = facts.nth.min(0xFFFF);
        let said = Said {
            kind: Some(facts.kind),
            sentiment: Some(facts.sentiment),
            topics: Topics::Each(facts.topics),
            priority: facts.priority,
            target_s: facts.target_s,
            needs_reply: Some(facts.needs_reply),
            ..Said::default()
        };
        Some(What::Again {
            how: Telling::Judge { by_hand, nth },
            mark: Some(self.mark(&said)),
            answers: true,
            posted: posted.map_or(UNKNOWN, |m| m.millis),
        })
    }

    fn message(&mut self, said: &Said<'_>, byte: u64) -> What {
        let edited = said.edited.as_deref().and_then(Moment::parse);
        self.part.edited.extend(edited.map(|m| (byte, m.millis)));
        if said.out {
            let channel = self.word(&said.channel);
            return What::Reply {
                channel,
                answers: said.answers,
                automatic: said.automatic,
                echo: said.echo,
                inline: said.inline,
            };
        }
        What::Mention(self.mark(said))
    }

    fn mark(&mut self, said: &Said<'_>) -> Mark {
        let priority = said.priority.as_deref().and_then(Priority::parse);
        let target_s = said.target_s.map(|s| u32::try_from(s).unwrap_or(u32::MAX));
        Mark {
            channel: self.word(&said.channel),
            kind: said.kind.as_deref().and_then(Kind::parse).unwrap_or(Kind::Other),
            sentiment: said
                .sentiment
                .as_deref()
                .and_then(Sentiment::parse)
                .unwrap_or(Sentiment::Neutral),
            priority,
            target_s,
            first_priority: priority,
            first_target_s: target_s,
            corrected: false,
            topics: self.topics(&said.topics),
            language: self.word(&said.language),
            addressed: said.addressed,
            found_by: said.found_by.all().into_iter().filter_map(Group::parse).collect(),
            needs_reply: said.needs_reply.unwrap_or(true) && !said.repost,
            answers: said.answers,
            repost: said.repost,
            stars: said.rating.map_or(0, tenths),
            reach: match said.repost {
                true => said.reach.map_or(0, |n| u32::try_from(n).unwrap_or(u32::MAX)),
                false => 0,
            },
        }
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

/// Stars in tenths.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within bounds
fn tenths(stars: f32) -> u8 {
    (stars * 10.0).round().clamp(0.0, 255.0) as u8
}

/// Counts events of a kind that this program does not know.
pub(super) fn add_unknown(unknown: &mut Vec<(String, u64)>, ev: &str, more: u64) {
    match unknown.iter_mut().find(|(e, _)| e == ev) {
        Some((_, n)) => *n += more,
        None => unknown.push((ev.to_owned(), more)),
    }
}
