//! What is judged of a mention today: what its line says, or the judgement that was made anew since. How it
//! came to that is told by `rules explain`; nothing is judged here.

use super::view;
use crate::calendar::{Moment, Precision};
use crate::case::Case;
use crate::cli::exit::Failure;
use crate::event::judged::{JudgeData, JudgeFacts};
use crate::event::{MESSAGE, MessageData, MessageFacts};
use crate::ledger::line::Line;
use crate::ledger::read::Lines;
use crate::render::words::Lang;
use serde::Deserialize;
use std::borrow::Cow;

/// A mention's judgement as it counts today.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The judgement, and which mention it is about.
    pub facts: JudgeFacts<'static>,
    /// The words that each of its rules matched.
    pub words: Vec<Vec<String>>,
    /// It was made anew.
    pub anew: bool,
    /// Who made it anew.
    pub by: String,
    /// It can have a target: it is not history, and its day is known.
    pub has_target: bool,
    /// It answers a message.
    pub answers: bool,
    /// It has no words.
    pub stars_only: bool,
}

impl Judged {
    /// Why it is judged so: by whom, or by which rules and words.
    pub fn why(&self, lang: Lang) -> String {
        if !self.facts.is_by_hand() || !self.anew {
            let facts = &self.facts;
            let because = facts
                .because
                .as_deref()
                .map(|because| view::in_words(because, lang));
            return view::reasons(because.as_deref(), &facts.rules, &self.words);
        }
        let what: Vec<String> = self.facts.corrected.iter().map(|c| lang.say(c)).collect();
        format!("{} ({}): {}", lang.say("corrected"), self.by, what.join(", "))
    }
}

/// What is judged today of the mention whose line stands at `byte`.
pub fn today(case: &Case<'_>, byte: u64, lines: &mut Lines) -> Result<Judged, Failure> {
    let told_at = case.today(byte);
    let mut judged = told(&lines.at(told_at)?);
    if let Some(anew) = case.judged_anew(byte).filter(|anew| *anew > told_at) {
        let line = lines.at(anew)?;
        let data: JudgeData<'_> = parsed(line.payload.data());
        judged = Judged {
            facts: owned(parsed(line.facts)),
            words: match data.words.is_empty() {
                true => judged.words,
                false => strings(&data.words),
            },
            anew: true,
            by: serde_json::from_str(&format!("\"{}\"", line.by)).unwrap_or_else(|_| line.by.to_owned()),
            ..judged
        };
    }
    let (posted, nth) = name(case, byte, lines)?;
    (judged.facts.posted, judged.facts.nth) = (posted.map(Cow::Owned), nth);
    Ok(judged)
}

/// What the line of a message says of it.
fn told(line: &Line<'_>) -> Judged {
    let facts: MessageFacts<'_> = parsed(line.facts);
    let data: MessageData<'_> = parsed(line.payload.data());
    let posted = facts.posted.as_deref().or(line.t).and_then(Moment::parse);
    Judged {
        words: strings(&data.words),
        has_target: !facts.history && posted.is_some_and(|m| m.precision >= Precision::Day),
        answers: facts.answers,
        stars_only: facts.rating.is_some() && data.text.trim().is_empty(),
        facts: owned(JudgeFacts {
            kind: facts.kind.unwrap_or(Cow::Borrowed("other")),
            sentiment: facts.sentiment.unwrap_or(Cow::Borrowed("neutral")),
            score: facts.score,
            topics: facts.topics,
            urgency: facts.urgency,
            impact: facts.impact,
            value: facts.value,
            priority: facts.priority,
            target_s: facts.target_s,
            route: facts.route,
            private: facts.private,
            needs_reply: facts.needs_reply.unwrap_or(true),
            rules: facts.rules,
            because: facts.because,
            ..JudgeFacts::default()
        }),
        ..Judged::default()
    }
}

/// How a judgement names the mention whose line stands at `byte`: by its `t`, and which of those with that `t`.
fn name(case: &Case<'_>, byte: u64, lines: &mut Lines) -> Result<(Option<String>, u32), Failure> {
    let mut bytes: Vec<(u64, bool)> = case.mentions_to_judge().map(|i| (i.byte(), i.timed())).collect();
    bytes.sort_unstable();
    let mut named = |byte: u64| -> Result<Option<String>, Failure> {
        let line = lines.at(byte)?;
        let facts: MessageFacts<'_> = parsed(line.facts);
        Ok(match line.ev {
            MESSAGE => line.t.map(str::to_owned),
            _ => facts.posted.map(Cow::into_owned),
        })
    };
    let own = named(byte)?;
    let moment = own.as_deref().and_then(Moment::parse).map(|m| m.millis);
    let mut nth = 0;
    for (other, timed) in bytes.into_iter().take_while(|(other, _)| *other < byte) {
        let same = match moment {
            None => !timed,
            Some(t) => named(other)?.as_deref().and_then(Moment::parse).map(|m| m.millis) == Some(t),
        };
        nth += u32::from(same);
    }
    Ok((own, nth))
}

fn parsed<'a, T: Default + Deserialize<'a>>(json: Option<&'a str>) -> T {
    json.and_then(|j| serde_json::from_str(j).ok())
        .unwrap_or_default()
}

fn strings(words: &[Vec<Cow<'_, str>>]) -> Vec<Vec<String>> {
    let each = |words: &Vec<Cow<'_, str>>| words.iter().map(|w| w.to_string()).collect();
    words.iter().map(each).collect()
}

/// The same facts, borrowing from nothing.
fn owned(facts: JudgeFacts<'_>) -> JudgeFacts<'static> {
    let one = |word: Cow<'_, str>| Cow::Owned(word.into_owned());
    let maybe = |word: Option<Cow<'_, str>>| word.map(|w| Cow::Owned(w.into_owned()));
    let all = |words: Vec<Cow<'_, str>>| words.into_iter().map(|w| Cow::Owned(w.into_owned())).collect();
    JudgeFacts {
        posted: maybe(facts.posted),
        nth: facts.nth,
        by_rules: maybe(facts.by_rules),
        corrected: all(facts.corrected),
        was: facts.was.into_iter().map(|(k, v)| (one(k), one(v))).collect(),
        kind: one(facts.kind),
        sentiment: one(facts.sentiment),
        score: facts.score,
        topics: all(facts.topics),
        urgency: maybe(facts.urgency),
        impact: maybe(facts.impact),
        value: maybe(facts.value),
        priority: maybe(facts.priority),
        target_s: facts.target_s,
        route: maybe(facts.route),
        private: facts.private,
        needs_reply: facts.needs_reply,
        rules: all(facts.rules),
        because: maybe(facts.because),
    }
}
