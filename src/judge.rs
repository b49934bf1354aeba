//! Message × rules → Judgement.
//!
//! The rules that fire are found by the matcher; here their conclusions are put together: the kind with
//! the greatest sum of weights, the mood by the sum of scores, the highest of each level, the priority by
//! the matrix, and for all of it the reason. Nothing is remembered from one message to the next but
//! buffers; whose case a message belongs to is not known here.

mod another;
pub mod explain;
#[cfg(test)]
mod explain_tests;
mod score;
mod sum;
mod surroundings;

use crate::message::Message;
use crate::rules::conclusion::{Kind, Priority, Sentiment};
use crate::rules::fold::Folded;
use crate::rules::form::Measured;
use crate::rules::language;
use crate::rules::matcher::Hits;
use crate::rules::matrix::{Reasons, Standing};
use crate::rules::tone::{self, around::Around};
use crate::rules::watched::{Group, Groups, Noticed};
use crate::rules::weigh::{Found, Scratch};
use crate::rules::when::{Known, written_by};
use crate::rules::{Level, Levels, Modifier, Rule, RuleSet};
pub use score::Scored;
use score::Scores;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use sum::Sum;
pub use surroundings::{Circumstances, Surroundings};

/// What the rules say of a mention, and why. It borrows from the rules, the message and the judge, which is
/// free for the next message when this one's judgement is done with.
#[derive(Debug, Clone)]
pub struct Judgement<'j> {
    /// What it is.
    pub kind: Kind,
    /// Its mood.
    pub sentiment: Sentiment,
    /// The sum of the scores that made the mood, rounded to whole points.
    pub score: i32,
    /// The same in hundredths of a point, as it was reckoned.
    pub hundredths: i32,
    /// What made it: each word with a score, and what stands around it.
    pub scored: &'j [Scored<'j>],
    /// What speaks for each kind, in the order of [`Kind::ALL`]: the weights of rules, and 1 for the mood.
    pub weights: [i32; Kind::ALL.len()],
    /// What it is about, in the order of the rules.
    pub topics: &'j [&'j str],
    /// How soon harm is done.
    pub urgency: Level,
    /// How many it touches.
    pub impact: Level,
    /// How much the customer means to the business.
    pub value: Level,
    /// How soon it is to be answered; `None` where no reply is needed.
    pub priority: Option<Priority>,
    /// The time to the first human reply, in seconds; `None` where no reply is needed.
    pub target_s: Option<u64>,
    /// Who is to deal with it.
    pub route: Option<&'j str>,
    /// To be settled in private.
    pub private: bool,
    /// It is to be answered.
    pub needs_reply: bool,
    /// The rules that fired; [`words`](Self::words) tells what made them.
    pub matched: &'j [Matched<'j>],
    /// The row of the matrix that decided, such as `kind=complaint urgency=high`, or why no reply is
    /// needed.
    pub because: &'j str,
    /// The language of the text: `en`, `zh`, `ja`, …, or `other`.
    pub language: Cow<'static, str>,
    /// It speaks to the business; `None` where that cannot be told.
    pub addressed: Option<bool>,
    /// The parts of the watch-list that found it; [`found_words`](Self::found_words) tells the words.
    pub found_by: Groups,
    /// It is about a competitor and not about the business.
    pub about_another: bool,
    /// Mentions by the same author up to this one, where they were counted.
    pub author_mentions: Option<u32>,
    noticed: &'j [(Group, Range<usize>)],
    levels: &'j Levels,
    text: &'j str,
    places: &'j [Range<usize>],
    modifiers: &'j [Modifier],
}

impl<'j> Judgement<'j> {
    /// What changed the score of a word, such as a negation.
    pub fn modifiers(&self, scored: &Scored<'_>) -> &'j [Modifier] {
        scored.of(self.modifiers)
    }

    /// Urgency, impact and value by name.
    pub fn levels(&self) -> [(&'static str, &'j str); 3] {
        let Levels {
            urgency,
            impact,
            value,
        } = self.levels;
        [
            ("urgency", urgency.name(self.urgency)),
            ("impact", impact.name(self.impact)),
            ("value", value.name(self.value)),
        ]
    }

    /// Where the words stand in the text that made a rule fire.
    pub fn places(&self, matched: &Matched<'_>) -> &'j [Range<usize>] {
        self.places.get(matched.places.clone()).unwrap_or_default()
    }

    /// The words that made a rule fire, as they stand in the text that was judged; none for a rule that has conditions only.
    pub fn words(&self, matched: &Matched<'_>) -> impl ExactSizeIterator<Item = &'j str> + use<'j> {
        let text = self.text;
        let places = self.places.get(matched.places.clone()).unwrap_or_default();
        places
            .iter()
            .map(move |place| text.get(place.clone()).unwrap_or(""))
    }

    /// The words of that part of the watch-list, as they stand in the text that was judged.
    pub fn found_words(&self, group: Group) -> impl Iterator<Item = &'j str> + use<'j> {
        let (text, all) = (self.text, self.noticed);
        all.iter()
            .filter(move |(of, _)| *of == group)
            .map(move |(_, place)| text.get(place.clone()).unwrap_or(""))
    }
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched<'j> {
    /// Its id.
    pub rule: &'j str,
    /// Which of the judgement's words made it fire.
    places: Range<usize>,
}

/// What is known of a message beside what the rules say.
#[derive(Debug, Clone, Copy)]
struct Facts {
    addressed: Option<bool>,
    found_by: Groups,
    about_another: bool,
    author_mentions: Option<u32>,
}

/// Different words of one rule that are kept and counted in one text: a bound against texts that are made
/// of keywords.
const WORDS_OF_ONE_RULE: usize = 16;

/// Judges one message after another by the same rules. Each thread has its own.
#[derive(Debug)]
pub struct Judge<'r> {
    rules: &'r RuleSet,
    surroundings: Arc<Surroundings>,
    folded: Folded,
    passed_over: Vec<Range<usize>>,
    hits: Hits,
    scratch: Scratch,
    author: String,
    /// The different words of the rule at hand.
    words: Vec<Found>,
    reasons: Reasons,
    topics: Vec<&'r str>,
    matched: Vec<Matched<'r>>,
    places: Vec<Range<usize>>,
    scores: Scores<'r>,
    /// The words of the watch-list, in the folded text and in the text.
    noticed: Vec<Noticed>,
    found_words: Vec<(Group, Range<usize>)>,
    because: String,
}

impl<'r> Judge<'r> {
    /// A judge by these rules.
    pub fn new(rules: &'r RuleSet) -> Self {
        Judge {
            rules,
            surroundings: Arc::default(),
            folded: Folded::default(),
            passed_over: Vec::new(),
            hits: Hits::default(),
            scratch: Scratch::default(),
            author: String::new(),
            words: Vec::new(),
            reasons: Reasons::default(),
            topics: Vec::new(),
            matched: Vec::new(),
            places: Vec::new(),
            scores: Scores::default(),
            noticed: Vec::new(),
            found_words: Vec::new(),
            because: String::new(),
        }
    }

    /// Passes over words inside the business's own names and handles: "Slow Kettle" is not slow.
    #[must_use]
    pub fn ignoring<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.surroundings = Surroundings::clone(&self.surroundings).named(names).into();
        self
    }

    /// Judges within these surroundings, in place of none.
    #[must_use]
    pub fn within(mut self, surroundings: Arc<Surroundings>) -> Self {
        self.surroundings = surroundings;
        self
    }

    /// What the rules say of `message`, of which nothing else is known.
    pub fn judge<'j>(&'j mut self, message: &'j Message<'_>) -> Judgement<'j> {
        self.judge_in(message, Circumstances::default())
    }

    /// What the rules say of `message` in these circumstances.
    pub fn judge_in<'j>(
        &'j mut self,
        message: &'j Message<'_>,
        circumstances: Circumstances,
    ) -> Judgement<'j> {
        let rules = self.rules;
        let script = self.folded.read(message.words());
        if rules.tone.shortens() {
            self.folded.shorten(|word| rules.matcher.knows(word));
        }
        rules.matcher.scan(self.folded.bytes(), &mut self.hits);
        if !self.hits.is_empty() {
            let own_names = &self.surroundings.own_names;
            own_names.find(self.folded.bytes(), &mut self.passed_over);
            self.hits.pass_over(&self.passed_over);
        }
        let language = language::language(script, self.hits.common(), message.language.as_deref());
        self.surroundings
            .watched
            .find(self.folded.bytes(), &mut self.noticed);
        let found_by: Groups = self.noticed.iter().map(|one| one.group).collect();
        let addressed = self.surroundings.addressed(message, self.folded.bytes());
        let author = &mut self.author;
        let known = Known {
            message,
            language: &language,
            zone: self.surroundings.zone,
            addressed,
            found_by,
            author_mentions: circumstances.author_mentions,
        };
        let mut form = None;
        let folded = &self.folded;
        let mut measured =
            || *form.get_or_insert_with(|| Measured::of(message.words(), folded.text(), &rules.question));
        let applies =
            |rule: &Rule| rule.settled.unconditional || rules.applies(rule, &known, author, &mut measured);
        self.scratch.weigh(rules, folded.bytes(), &mut self.hits, applies);

        self.topics.clear();
        self.matched.clear();
        self.places.clear();
        self.scores.clear();
        let mut sum = Sum::default();
        let mut found = self.scratch.found.as_slice();
        for &id in &self.scratch.fired {
            let Some(rule) = rules.rules.get(id as usize) else {
                continue;
            };
            let (mine, rest) = found.split_at(found.partition_point(|one| one.rule <= id));
            found = rest;
            different(mine, self.folded.bytes(), &mut self.words);
            let (mut score, mut is_negated) = (0, false);
            if rule.concludes.sentiment != 0 {
                if self.scores.is_empty() {
                    tone::around::settle(&mut self.hits);
                }
                let around = Around {
                    tone: &rules.tone,
                    folded: &self.folded,
                    original: message.words(),
                    words: self.hits.tone(),
                };
                (score, is_negated) = self.scores.add(rule, &self.words, &around);
            }
            sum.add(rule, score, is_negated, &mut self.topics);
            let first = self.places.len();
            let origin = |word: &Found| self.folded.origin(word.start..word.end);
            self.places.extend(self.words.iter().map(origin));
            self.matched.push(Matched {
                rule: &rule.id,
                places: first..self.places.len(),
            });
        }
        let facts = Facts {
            about_another: another::is_about_another(found_by, addressed) && !self.names_us(),
            addressed,
            found_by,
            author_mentions: circumstances.author_mentions,
        };
        self.found_words.clear();
        let origin = |one: &Noticed| (one.group, self.folded.origin(one.place.clone()));
        self.found_words.extend(self.noticed.iter().map(origin));
        self.conclude(sum, language, message, facts)
    }

    /// The business's name stands in the text.
    fn names_us(&mut self) -> bool {
        let own_names = &self.surroundings.own_names;
        own_names.find(self.folded.bytes(), &mut self.passed_over);
        !self.passed_over.is_empty()
    }

    fn conclude<'j>(
        &'j mut self,
        mut sum: Sum<'r>,
        language: Cow<'static, str>,
        message: &'j Message<'_>,
        facts: Facts,
    ) -> Judgement<'j> {
        let rules = self.rules;
        let mut sentiment = match tone::points(sum.score) {
            score if score <= rules.mood.negative => Sentiment::Negative,
            score if score >= rules.mood.positive => Sentiment::Positive,
            _ => Sentiment::Neutral,
        };
        match sentiment {
            Sentiment::Negative => sum.speak(rules.mood.negative_kind, 1),
            Sentiment::Positive => sum.speak(rules.mood.positive_kind, 1),
            Sentiment::Neutral => {}
        }
        let mut kind = sum.kind();
        let weights = sum.kinds;
        let mut lead = None;
        if facts.about_another {
            lead = another::turn(&rules.leads, kind, &mut sum, &mut self.topics);
            sentiment = Sentiment::Neutral;
            kind = lead.unwrap_or_else(|| another::not_ours(kind));
        }
        let (urgency, impact, value) = (sum.urgency, sum.impact, sum.value);
        let (in_thread, stars_only) = (message.reply_to.is_some(), message.words().trim().is_empty());
        let is_theirs = facts.about_another && lead.is_none();
        let lists = rules.not_to();
        let unanswered = !lists.is_empty()
            && written_by(message, &mut self.author, |name| {
                lists.iter().any(|l| l.contains(name))
            });
        let may = !message.repost && !message.deleted && !is_theirs && !unanswered;
        let needs_reply = may && rules.needs_reply(kind, in_thread, stars_only);
        let (priority, because) = if needs_reply {
            let case = Standing {
                kind,
                sentiment,
                urgency,
                impact,
                value,
            };
            let decided = self.reasons.decide(&rules.matrix, &rules.levels, case);
            match lead {
                Some(_) => (
                    Some(another::of_a_lead(decided, &mut self.because)),
                    self.because.as_str(),
                ),
                None => (Some(decided.0), decided.1),
            }
        } else if message.repost {
            (None, "a repost needs no reply")
        } else if message.deleted {
            (None, "it was taken away")
        } else if is_theirs {
            (None, another::NOT_OURS)
        } else if unanswered {
            (None, "its author is on a list that gets no reply")
        } else {
            (None, self.reasons.unneeded(kind, in_thread, stars_only))
        };
        Judgement {
            kind,
            sentiment,
            score: tone::points(sum.score),
            hundredths: sum.score,
            scored: self.scores.scored(),
            weights,
            topics: &self.topics,
            urgency,
            impact,
            value,
            priority,
            target_s: priority.map(|priority| rules.target_s(priority)),
            route: sum
                .route
                .map(|(_, route)| route)
                .or_else(|| rules.route().filter(|_| needs_reply)),
            private: sum.private,
            needs_reply,
            matched: &self.matched,
            because,
            language,
            addressed: facts.addressed,
            found_by: facts.found_by,
            about_another: facts.about_another,
            author_mentions: facts.author_mentions,
            noticed: &self.found_words,
            levels: &rules.levels,
            text: message.words(),
            places: &self.places,
            modifiers: self.scores.modifiers(),
        }
    }
}

/// Leaves one of each different word (by its folded form) in `words`.
fn different(found: &[Found], text: &[u8], words: &mut Vec<Found>) {
    words.clear();
    let form = |one: &Found| text.get(one.start..one.end);
    for one in found {
        if words.len() < WORDS_OF_ONE_RULE && !words.iter().any(|word| form(word) == form(one)) {
            words.push(*one);
        }
    }
}
