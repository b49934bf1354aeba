//! Message × rules → Judgement.
//!
//! The rules that fire are found by the matcher; here their conclusions are put together: the kind with
//! the greatest sum of weights, the mood by the sum of scores, the highest of each level, the priority by
//! the matrix, and for all of it the reason. Nothing is remembered from one message to the next but
//! buffers; whose case a message belongs to is not known here.

use crate::message::Message;
use crate::rules::conclusion::{Kind, Level, Priority, Sentiment};
use crate::rules::fold::Folded;
use crate::rules::language::{self, Script};
use crate::rules::matcher::{Found, Scratch};
use crate::rules::matrix::{self, Standing};
use crate::rules::own_names::OwnNames;
use crate::rules::{Rule, RuleSet};
use std::borrow::Cow;

/// What the rules say of a mention, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it is.
    pub kind: Kind,
    /// Its mood.
    pub sentiment: Sentiment,
    /// The sum of the scores that made the mood.
    pub score: i32,
    /// What it is about, in the order of the rules.
    pub topics: Vec<String>,
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
    pub route: Option<String>,
    /// To be settled in private.
    pub private: bool,
    /// It is to be answered.
    pub needs_reply: bool,
    /// The rules that fired and the words that made them, as they stand in the text.
    pub matched: Vec<Matched>,
    /// The row of the matrix that decided, such as `kind=complaint urgency=high`, or why no reply is
    /// needed.
    pub because: String,
    /// The language of the text: `en`, `zh`, `ja`, …, or `other`.
    pub language: Cow<'static, str>,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Its id.
    pub rule: String,
    /// The words that made it fire, quoted from the text; none for a rule that has conditions only.
    pub words: Vec<String>,
}

/// Different words of one rule that are kept and counted in one text: a bound against texts that are made
/// of keywords.
const WORDS_OF_ONE_RULE: usize = 16;

/// Judges one message after another by the same rules.
#[derive(Debug)]
pub struct Judge<'r> {
    rules: &'r RuleSet,
    own_names: OwnNames,
    folded: Folded,
    scratch: Scratch,
    author: String,
    /// The different words of the rule at hand.
    words: Vec<Found>,
}

impl<'r> Judge<'r> {
    /// A judge by these rules.
    pub fn new(rules: &'r RuleSet) -> Self {
        Judge {
            rules,
            own_names: OwnNames::default(),
            folded: Folded::default(),
            scratch: Scratch::default(),
            author: String::new(),
            words: Vec::new(),
        }
    }

    /// Passes over words inside the business's own names and handles: "Slow Kettle" is not slow.
    #[must_use]
    pub fn ignoring<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.own_names = OwnNames::new(names);
        self
    }

    /// What the rules say of `message`.
    pub fn judge(&mut self, message: &Message<'_>) -> Judgement {
        let rules = self.rules;
        let script = language::script(&message.text);
        self.folded.fill(&message.text, script != Script::Kana);
        let language = language::language(script, self.folded.text(), message.language.as_deref());
        self.own_names
            .find(self.folded.text(), &mut self.scratch.passed_over);
        let author = &mut self.author;
        rules.matcher.run(
            self.folded.text(),
            &rules.rules,
            &rules.wordless,
            &mut self.scratch,
            |rule| rule.when.is_empty() || rule.when.holds(message, &language, author),
        );

        let mut sum = Sum::default();
        let mut matched = Vec::with_capacity(self.scratch.fired.len());
        let mut found = self.scratch.found.as_slice();
        for &id in &self.scratch.fired {
            let Some(rule) = rules.rules.get(id) else { continue };
            let (mine, rest) = found.split_at(found.partition_point(|one| one.rule <= id));
            found = rest;
            different(mine, self.folded.text(), &mut self.words);
            sum.add(rule, self.words.iter().filter(|word| word.any).count());
            let quote = |word: &Found| message.text.get(self.folded.origin(word.start..word.end));
            matched.push(Matched {
                rule: rule.id.clone(),
                words: self.words.iter().filter_map(quote).map(str::to_owned).collect(),
            });
        }
        self.conclude(sum, matched, language, message)
    }

    fn conclude(
        &self,
        mut sum: Sum<'_>,
        matched: Vec<Matched>,
        language: Cow<'static, str>,
        message: &Message<'_>,
    ) -> Judgement {
        let repost = message.repost;
        let mood = self.rules.mood;
        let sentiment = match sum.score {
            score if score <= mood.negative => Sentiment::Negative,
            score if score >= mood.positive => Sentiment::Positive,
            _ => Sentiment::Neutral,
        };
        match sentiment {
            Sentiment::Negative => sum.speak(mood.negative_kind, 1),
            Sentiment::Positive => sum.speak(mood.positive_kind, 1),
            Sentiment::Neutral => {}
        }
        let kind = sum.kind();
        let (urgency, impact, value) = (sum.urgency, sum.impact, sum.value);
        let (in_thread, stars_only) = (message.reply_to.is_some(), message.text.trim().is_empty());
        let needs_reply = !repost && self.rules.needs_reply(kind, in_thread, stars_only);
        let (priority, because) = if needs_reply {
            let case = Standing {
                kind,
                sentiment,
                urgency,
                impact,
                value,
            };
            let (priority, because) = matrix::decide(&self.rules.matrix, case);
            (Some(priority), because)
        } else if repost {
            (None, "a repost needs no reply".to_owned())
        } else {
            let how = match (in_thread, stars_only) {
                (true, _) => " in a thread",
                (_, true) => " of stars only",
                _ => "",
            };
            (None, format!("kind={kind}{how} needs no reply"))
        };
        Judgement {
            kind,
            sentiment,
            score: sum.score,
            topics: sum.topics.into_iter().map(str::to_owned).collect(),
            urgency,
            impact,
            value,
            priority,
            target_s: priority.map(|priority| self.rules.target_s(priority)),
            route: sum
                .route
                .map(|(_, route)| route)
                .or_else(|| self.rules.route().filter(|_| needs_reply))
                .map(str::to_owned),
            private: sum.private,
            needs_reply,
            matched,
            because,
            language,
        }
    }
}

/// What the rules that fired say together, so far.
#[derive(Debug)]
struct Sum<'r> {
    /// The weights by kind, in the order of [`Kind::ALL`].
    kinds: [i32; Kind::ALL.len()],
    score: i32,
    topics: Vec<&'r str>,
    urgency: Level,
    impact: Level,
    value: Level,
    route: Option<(i32, &'r str)>,
    private: bool,
}

impl Default for Sum<'_> {
    fn default() -> Self {
        Sum {
            kinds: [0; Kind::ALL.len()],
            score: 0,
            topics: Vec::new(),
            urgency: Level::Low,
            impact: Level::Low,
            value: Level::Low,
            route: None,
            private: false,
        }
    }
}

impl<'r> Sum<'r> {
    /// Adds what `rule` says, of which so many different `any` words were found.
    fn add(&mut self, rule: &'r Rule, words: usize) {
        let said = &rule.concludes;
        if let Some(kind) = said.kind {
            self.speak(kind, said.weight);
        }
        let times = i32::try_from(words.max(1)).unwrap_or(1);
        self.score = self.score.saturating_add(said.sentiment.saturating_mul(times));
        for topic in &said.topics {
            if !self.topics.contains(&topic.as_str()) {
                self.topics.push(topic);
            }
        }
        self.urgency = self.urgency.max(said.urgency.unwrap_or(Level::Low));
        self.impact = self.impact.max(said.impact.unwrap_or(Level::Low));
        self.value = self.value.max(said.value.unwrap_or(Level::Low));
        self.private |= said.private;
        if let Some(route) = &said.route
            && self.route.is_none_or(|(weight, _)| said.weight > weight)
        {
            self.route = Some((said.weight, route));
        }
    }

    fn speak(&mut self, kind: Kind, weight: i32) {
        if let Some(sum) = self.kinds.get_mut(kind as usize) {
            *sum = sum.saturating_add(weight);
        }
    }

    /// The kind with the greatest sum; the first of [`Kind::ALL`] among equals.
    fn kind(&self) -> Kind {
        let mut best = (0, Kind::Other);
        for (&sum, &kind) in self.kinds.iter().zip(Kind::ALL) {
            if sum > best.0 {
                best = (sum, kind);
            }
        }
        best.1
    }
}

/// Leaves one of each different word (by its folded form) in `words`.
fn different(found: &[Found], text: &str, words: &mut Vec<Found>) {
    words.clear();
    let form = |one: &Found| text.get(one.start..one.end);
    for one in found {
        if words.len() < WORDS_OF_ONE_RULE && !words.iter().any(|word| form(word) == form(one)) {
            words.push(*one);
        }
    }
}
