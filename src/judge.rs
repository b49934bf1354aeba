//! Message × rules → Judgement.
//!
//! The rules that fire are found by the matcher; here their conclusions are put together: the kind with
//! the greatest sum of weights, the mood by the sum of scores, the highest of each level, the priority by
//! the matrix, and for all of it the reason. Nothing is remembered from one message to the next but
//! buffers; whose case a message belongs to is not known here.

mod score;
mod sum;

use crate::message::Message;
use crate::rules::conclusion::{Kind, Level, Priority, Sentiment};
use crate::rules::fold::Folded;
use crate::rules::language;
use crate::rules::matcher::Hits;
use crate::rules::matrix::{Reasons, Standing};
use crate::rules::own_names::OwnNames;
use crate::rules::tone::{self, around::Around};
use crate::rules::weigh::{Found, Scratch};
use crate::rules::{Modifier, Rule, RuleSet};
pub use score::Scored;
use score::Scores;
use std::borrow::Cow;
use std::ops::Range;
use sum::Sum;

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
    text: &'j str,
    places: &'j [Range<usize>],
    modifiers: &'j [Modifier],
}

impl<'j> Judgement<'j> {
    /// What changed the score of a word, such as a negation.
    pub fn modifiers(&self, scored: &Scored<'_>) -> &'j [Modifier] {
        scored.of(self.modifiers)
    }

    /// The words that made a rule fire, as they stand in the text that was judged; none for a rule that has conditions only.
    pub fn words(&self, matched: &Matched<'_>) -> impl ExactSizeIterator<Item = &'j str> + use<'j> {
        let text = self.text;
        let places = self.places.get(matched.places.clone()).unwrap_or_default();
        places
            .iter()
            .map(move |place| text.get(place.clone()).unwrap_or(""))
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

/// Different words of one rule that are kept and counted in one text: a bound against texts that are made
/// of keywords.
const WORDS_OF_ONE_RULE: usize = 16;

/// Judges one message after another by the same rules. Each thread has its own.
#[derive(Debug)]
pub struct Judge<'r> {
    rules: &'r RuleSet,
    own_names: OwnNames,
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
}

impl<'r> Judge<'r> {
    /// A judge by these rules.
    pub fn new(rules: &'r RuleSet) -> Self {
        Judge {
            rules,
            own_names: OwnNames::default(),
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
        }
    }

    /// Passes over words inside the business's own names and handles: "Slow Kettle" is not slow.
    #[must_use]
    pub fn ignoring<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.own_names = OwnNames::new(names);
        self
    }

    /// What the rules say of `message`.
    pub fn judge<'j>(&'j mut self, message: &'j Message<'_>) -> Judgement<'j> {
        let rules = self.rules;
        let script = self.folded.read(message.words());
        if rules.tone.shortens() {
            self.folded.shorten(|word| rules.matcher.knows(word));
        }
        rules.matcher.scan(self.folded.bytes(), &mut self.hits);
        if !self.hits.is_empty() {
            self.own_names.find(self.folded.bytes(), &mut self.passed_over);
            self.hits.pass_over(&self.passed_over);
        }
        let language = language::language(script, self.hits.common(), message.language.as_deref());
        let author = &mut self.author;
        let applies = |rule: &Rule| rule.settled.unconditional || rule.when.holds(message, &language, author);
        self.scratch.weigh(
            &rules.matcher,
            &mut self.hits,
            &rules.rules,
            &rules.wordless,
            applies,
        );

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
        self.conclude(sum, language, message)
    }

    fn conclude<'j>(
        &'j mut self,
        mut sum: Sum<'r>,
        language: Cow<'static, str>,
        message: &'j Message<'_>,
    ) -> Judgement<'j> {
        let rules = self.rules;
        let score = tone::points(sum.score);
        let sentiment = match score {
            score if score <= rules.mood.negative => Sentiment::Negative,
            score if score >= rules.mood.positive => Sentiment::Positive,
            _ => Sentiment::Neutral,
        };
        match sentiment {
            Sentiment::Negative => sum.speak(rules.mood.negative_kind, 1),
            Sentiment::Positive => sum.speak(rules.mood.positive_kind, 1),
            Sentiment::Neutral => {}
        }
        let kind = sum.kind();
        let (urgency, impact, value) = (sum.urgency, sum.impact, sum.value);
        let (in_thread, stars_only) = (message.reply_to.is_some(), message.words().trim().is_empty());
        let may = !message.repost && !message.deleted;
        let needs_reply = may && rules.needs_reply(kind, in_thread, stars_only);
        let (priority, because) = if needs_reply {
            let case = Standing {
                kind,
                sentiment,
                urgency,
                impact,
                value,
            };
            let (priority, because) = self.reasons.decide(&rules.matrix, case);
            (Some(priority), because)
        } else if message.repost {
            (None, "a repost needs no reply")
        } else if message.deleted {
            (None, "it was taken away")
        } else {
            (None, self.reasons.unneeded(kind, in_thread, stars_only))
        };
        Judgement {
            kind,
            sentiment,
            score,
            hundredths: sum.score,
            scored: self.scores.scored(),
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
