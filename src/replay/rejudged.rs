//! One mention judged again: what today's rules say of it, less what a person has said, and what of that is
//! otherwise than it was.

use super::mention::Mention;
pub use crate::case::correct::dimension as said;
use crate::case::correct::standing;
use crate::event::LOW;
use crate::event::judged::JudgeFacts;
use crate::judge::Judgement;
use crate::rules::{Priority, RuleSet};
use std::borrow::Cow;

/// What can be judged otherwise, by the names that stand in JSON.
pub const DIMENSIONS: [&str; 11] = [
    "kind",
    "sentiment",
    "priority",
    "target_s",
    "topics",
    "urgency",
    "impact",
    "value",
    "route",
    "private",
    "needs_reply",
];

/// A mention judged again.
#[derive(Debug)]
pub struct Rejudged<'a> {
    /// What was judged last.
    pub before: &'a JudgeFacts<'a>,
    /// What would be judged now.
    pub after: JudgeFacts<'a>,
    /// In which of [`DIMENSIONS`] the two differ.
    pub changed: Vec<&'static str>,
    /// The words that each rule of `after` matched, in the same order.
    pub words: Vec<Vec<&'a str>>,
}

impl<'a> Rejudged<'a> {
    /// What `judgement` says of the mention, beside what was said of it.
    pub fn of(mention: &'a Mention<'a>, judgement: &Judgement<'a>, rules: &'a RuleSet) -> Self {
        let before = &mention.said;
        let mut after = told(judgement, rules);
        if !before.corrected.is_empty() {
            keep_what_a_person_said(&mut after, mention, rules);
        }
        after.target_s = after.target_s.filter(|_| mention.has_target);
        let changed: Vec<&str> = DIMENSIONS
            .into_iter()
            .filter(|name| differ(before, &after, name))
            .collect();
        let words = match changed.is_empty() {
            true => Vec::new(),
            false => judgement
                .matched
                .iter()
                .map(|one| judgement.words(one).collect())
                .collect(),
        };
        Rejudged {
            before,
            after,
            changed,
            words,
        }
    }

    /// The facts of the event that records it.
    pub fn to_record(&self, rules: &RuleSet) -> JudgeFacts<'_> {
        let was = self
            .changed
            .iter()
            .map(|name| (Cow::Borrowed(*name), Cow::Owned(said(self.before, name))));
        JudgeFacts {
            posted: self.before.posted.clone(),
            nth: self.before.nth,
            by_rules: Some(Cow::Owned(rules.fingerprint().to_owned())),
            was: was.collect(),
            ..self.after.clone()
        }
    }
}

/// A judgement as the facts of an event hold it.
fn told<'a>(j: &Judgement<'a>, rules: &RuleSet) -> JudgeFacts<'a> {
    let level = |(_, name): (&str, &'a str)| Some(Cow::Borrowed(name)).filter(|name| name != LOW);
    let [urgency, impact, value] = j.levels().map(level);
    JudgeFacts {
        kind: Cow::Borrowed(j.kind.name()),
        sentiment: Cow::Borrowed(j.sentiment.name()),
        score: Some(j.score).filter(|score| *score != 0),
        topics: j.topics.iter().map(|topic| Cow::Borrowed(*topic)).collect(),
        urgency,
        impact,
        value,
        priority: j.priority.map(|priority| Cow::Borrowed(priority.name())),
        target_s: j.priority.map(|priority| rules.target_s(priority)),
        route: j.route.map(Cow::Borrowed),
        private: j.private,
        needs_reply: j.needs_reply,
        rules: j.matched.iter().map(|one| Cow::Borrowed(one.rule)).collect(),
        because: Some(Cow::Borrowed(j.because)),
        ..JudgeFacts::default()
    }
}

/// Puts back what a person has said; what follows from it by the matrix follows anew.
fn keep_what_a_person_said<'a>(after: &mut JudgeFacts<'a>, mention: &'a Mention<'a>, rules: &RuleSet) {
    let before = &mention.said;
    let by_hand = |name: &str| before.corrected.iter().any(|one| one == name);
    after.corrected.clone_from(&before.corrected);
    if by_hand("kind") {
        after.kind.clone_from(&before.kind);
    }
    if by_hand("sentiment") {
        after.sentiment.clone_from(&before.sentiment);
        after.score = before.score;
    }
    if by_hand("topics") {
        after.topics.clone_from(&before.topics);
    }
    for (name, to, from) in [
        ("urgency", &mut after.urgency, &before.urgency),
        ("impact", &mut after.impact, &before.impact),
        ("value", &mut after.value, &before.value),
        ("route", &mut after.route, &before.route),
    ] {
        if by_hand(name) {
            to.clone_from(from);
        }
    }
    if by_hand("private") {
        after.private = before.private;
    }
    let message = &mention.message;
    let stars_only = message.words().trim().is_empty();
    let standing = standing(after, rules);
    let (follows, because) = rules.follows(standing, message.reply_to.is_some(), stars_only);
    after.needs_reply = match by_hand("needs_reply") || by_hand("priority") {
        true => before.needs_reply,
        false => follows.is_some() && !message.repost && !message.deleted,
    };
    let said = before
        .priority
        .as_deref()
        .and_then(Priority::parse)
        .filter(|_| by_hand("priority"));
    let priority = said.or(follows).unwrap_or_else(|| rules.priority(standing));
    let priority = Some(priority).filter(|_| after.needs_reply);
    after.priority = priority.map(|priority| Cow::Borrowed(priority.name()));
    after.target_s = priority.map(|priority| rules.target_s(priority));
    after.because = Some(Cow::Owned(because));
}

fn differ(a: &JudgeFacts<'_>, b: &JudgeFacts<'_>, dimension: &str) -> bool {
    match dimension {
        "kind" => a.kind != b.kind,
        "sentiment" => a.sentiment != b.sentiment,
        "priority" => a.priority != b.priority,
        "target_s" => a.target_s != b.target_s,
        "topics" => {
            let within = |a: &JudgeFacts<'_>, b: &JudgeFacts<'_>| {
                a.topics.iter().all(|topic| b.topics.contains(topic))
            };
            !(within(a, b) && within(b, a))
        }
        "urgency" => a.urgency != b.urgency,
        "impact" => a.impact != b.impact,
        "value" => a.value != b.value,
        "route" => a.route != b.route,
        "private" => a.private != b.private,
        _ => a.needs_reply != b.needs_reply,
    }
}
