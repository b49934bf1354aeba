//! A person's correction of a judgement: what she says, what follows from it by the matrix, and what was said
//! before. Where it is recorded and which mention it is about are not known here.

use crate::event::LOW;
use crate::event::judged::JudgeFacts;
use crate::rules::levels::Scale;
use crate::rules::{Kind, Priority, RuleSet, Sentiment, Standing};
use std::borrow::Cow;

/// The judgement that is corrected, and what is known of its mention.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// The judgement, and which mention it is about.
    pub facts: &'a JudgeFacts<'static>,
    /// The mention answers a message.
    pub answers: bool,
    /// It has no words.
    pub stars_only: bool,
    /// It can have a target: it is not history, and its day is known.
    pub has_target: bool,
}

/// What a person says of a mention; what is left out stays, or follows anew.
#[derive(Debug, Clone, Default)]
pub struct Correction {
    /// What it is.
    pub kind: Option<Kind>,
    /// Its mood.
    pub sentiment: Option<Sentiment>,
    /// How soon to reply; without it, that follows from the matrix.
    pub priority: Option<Priority>,
    /// How urgent, by the names of the rules file.
    pub urgency: Option<String>,
    /// How many it touches.
    pub impact: Option<String>,
    /// What the customer means to the business.
    pub value: Option<String>,
    /// All its topics.
    pub topics: Option<Vec<String>>,
    /// Who handles it.
    pub route: Option<String>,
    /// To be settled in private.
    pub private: Option<bool>,
    /// Whether it is to be answered.
    pub needs_reply: Option<bool>,
}

/// The judgement with what a person says of it. What follows from the matrix follows anew, unless a person has
/// said it, now or before.
pub fn corrected(before: Before<'_>, said: &Correction, rules: &RuleSet) -> JudgeFacts<'static> {
    let old = before.facts;
    let mut new = JudgeFacts {
        by_rules: None,
        was: Default::default(),
        score: None,
        ..old.clone()
    };
    let mut set = |name: &'static str| {
        if !new.corrected.iter().any(|c| c == name) {
            new.corrected.push(Cow::Borrowed(name));
        }
    };
    for (name, is_said) in [
        ("kind", said.kind.is_some()),
        ("sentiment", said.sentiment.is_some()),
        ("topics", said.topics.is_some()),
        ("urgency", said.urgency.is_some()),
        ("impact", said.impact.is_some()),
        ("value", said.value.is_some()),
        ("priority", said.priority.is_some()),
        ("route", said.route.is_some()),
        ("private", said.private.is_some()),
        ("needs_reply", said.needs_reply.is_some()),
    ] {
        if is_said {
            set(name);
        }
    }
    if let Some(kind) = said.kind {
        new.kind = Cow::Borrowed(kind.name());
    }
    match said.sentiment {
        Some(sentiment) => new.sentiment = Cow::Borrowed(sentiment.name()),
        None => new.score = old.score,
    }
    let level = |said: &Option<String>, old: &Option<Cow<'static, str>>| match said {
        Some(name) => Some(Cow::Owned(name.clone())).filter(|name| name != LOW),
        None => old.clone(),
    };
    new.urgency = level(&said.urgency, &old.urgency);
    new.impact = level(&said.impact, &old.impact);
    new.value = level(&said.value, &old.value);
    if let Some(topics) = &said.topics {
        new.topics = topics.iter().map(|t| Cow::Owned(t.clone())).collect();
    }
    if let Some(route) = &said.route {
        new.route = Some(Cow::Owned(route.clone()));
    }
    new.private = said.private.unwrap_or(old.private);
    conclude(&mut new, before, said, rules);
    for name in DIMENSIONS {
        let (was, is) = (dimension(old, name), dimension(&new, name));
        if was != is {
            new.was.insert(Cow::Borrowed(name), Cow::Owned(was));
        }
    }
    new
}

/// What the matrix is asked about; a level that is no longer in the rules file counts as the lowest.
pub fn standing(facts: &JudgeFacts<'_>, rules: &RuleSet) -> Standing {
    let level = |name: &Option<Cow<'_, str>>, scale: &Scale| {
        scale.find(name.as_deref().unwrap_or(LOW)).unwrap_or_default()
    };
    let levels = rules.levels();
    Standing {
        kind: Kind::parse(&facts.kind).unwrap_or(Kind::Other),
        sentiment: Sentiment::parse(&facts.sentiment).unwrap_or(Sentiment::Neutral),
        urgency: level(&facts.urgency, &levels.urgency),
        impact: level(&facts.impact, &levels.impact),
        value: level(&facts.value, &levels.value),
    }
}

/// Whether a reply is needed, and how soon, as it follows from the rest.
fn conclude(new: &mut JudgeFacts<'static>, before: Before<'_>, said: &Correction, rules: &RuleSet) {
    let by_hand = |name: &str| new.corrected.iter().any(|c| c == name);
    let standing = standing(new, rules);
    let (follows, because) = rules.follows(standing, before.answers, before.stars_only);
    let needs_reply = match said.needs_reply {
        Some(needs) => needs,
        None if said.priority.is_some() => true,
        None if by_hand("needs_reply") || by_hand("priority") => new.needs_reply,
        None => follows.is_some(),
    };
    let priority = match (said.priority, needs_reply) {
        (_, false) => None,
        (Some(priority), true) => Some(priority),
        (None, true) if by_hand("priority") && new.priority.is_some() => {
            new.priority.as_deref().and_then(Priority::parse)
        }
        (None, true) => follows.or_else(|| Some(rules.priority(standing))),
    };
    new.needs_reply = needs_reply;
    new.target_s = priority.filter(|_| before.has_target).map(|p| rules.target_s(p));
    new.priority = priority.map(|p| Cow::Borrowed(p.name()));
    new.because = Some(
        match said.priority.is_some() || by_hand("priority") || by_hand("needs_reply") {
            true => Cow::Borrowed("by hand"),
            false => Cow::Owned(format!("by hand: {because}")),
        },
    );
}

/// What a person can say, and what follows from it, by name.
pub const DIMENSIONS: [&str; 10] = [
    "kind",
    "sentiment",
    "topics",
    "urgency",
    "impact",
    "value",
    "priority",
    "route",
    "private",
    "needs_reply",
];

/// What is said of that dimension, as a word; empty where nothing is.
pub fn dimension(facts: &JudgeFacts<'_>, name: &str) -> String {
    let word = |w: &Option<Cow<'_, str>>| w.as_deref().unwrap_or_default().to_owned();
    let level = |w: &Option<Cow<'_, str>>| w.as_deref().unwrap_or(LOW).to_owned();
    let yes = |yes| if yes { "yes" } else { "no" }.to_owned();
    match name {
        "kind" => facts.kind.to_string(),
        "sentiment" => facts.sentiment.to_string(),
        "topics" => facts.topics.join(", "),
        "urgency" => level(&facts.urgency),
        "impact" => level(&facts.impact),
        "value" => level(&facts.value),
        "priority" => word(&facts.priority),
        "target_s" => facts
            .target_s
            .map_or_else(String::new, |seconds| seconds.to_string()),
        "route" => word(&facts.route),
        "private" => yes(facts.private),
        _ => yes(facts.needs_reply),
    }
}
