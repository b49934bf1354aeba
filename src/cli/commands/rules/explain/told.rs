//! What is told of a judgement: the object that `--format json` prints and that is written out for eyes. Chooses
//! and names; judges nothing.

use crate::advice::{Matter, advise};
use crate::cli::commands::view;
use crate::judge::explain::{Explanation, Near};
use crate::message::Message;
use crate::replay::rejudged::{Rejudged, said};
use crate::rules::{Kind, Miss};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// Rules that nearly fired and are told.
const NEARLY: usize = 12;

/// What is known of a mention beside the message and its judgement.
#[derive(Default)]
pub struct Whose<'a> {
    /// Its case.
    pub case: Option<String>,
    /// Which mention of the case, from 1.
    pub mention: Option<usize>,
    /// What was judged of it before.
    pub recorded: Option<&'a Rejudged<'a>>,
    /// When the reply is due.
    pub due: Option<i64>,
}

/// See the module.
#[derive(Debug, Serialize)]
pub struct Told {
    pub case: Option<String>,
    pub mention: Option<usize>,
    pub channel: String,
    pub author: String,
    pub posted: Option<String>,
    pub rating: Option<f32>,
    pub reach: Option<u64>,
    pub language: String,
    pub text: String,
    pub judgement: BTreeMap<&'static str, serde_json::Value>,
    /// Of a case: what was recorded where today's rules say otherwise.
    pub differs: Vec<Difference>,
    pub corrected: Vec<String>,
    pub fired: Vec<Fired>,
    pub nearly: Vec<Nearly>,
    pub nearly_more: usize,
    pub sentiment: Mood,
    pub kind: Kinds,
    pub priority: Priorities,
    pub route: Routed,
    pub advice: Option<Advised>,
    pub reply: Reply,
}

/// A place in the text, in characters.
#[derive(Debug, Clone, Serialize)]
pub struct Word {
    pub text: String,
    pub start: usize,
    pub end: usize,
    #[serde(skip)]
    pub place: Range<usize>,
}

#[derive(Debug, Serialize)]
pub struct Difference {
    pub dimension: &'static str,
    pub recorded: String,
    pub now: String,
}

#[derive(Debug, Serialize)]
pub struct Fired {
    pub rule: String,
    pub line: u64,
    pub words: Vec<Word>,
}

#[derive(Debug, Serialize)]
pub struct Nearly {
    pub rule: String,
    pub line: u64,
    pub words: Vec<Word>,
    /// `lacks`, `nothing_of_any`, `forbidden`, `unmet`, `excepted`, `silenced`, `few`, `apart`,
    /// `another_of_group`, `short`.
    pub why: &'static str,
    /// The words, conditions or rule that `why` is about.
    pub by: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct Mood {
    pub words: Vec<Scored>,
    pub sum: f64,
    pub score: i32,
    /// What the words come to, where that is set aside: the mention is about a competitor.
    pub set_aside: Option<f64>,
    pub negative_up_to: i32,
    pub positive_from: i32,
    pub is: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Scored {
    pub rule: String,
    pub word: Option<Word>,
    pub points: i32,
    pub modifiers: Vec<Modified>,
    pub counts: f64,
}

#[derive(Debug, Serialize)]
pub struct Modified {
    pub effect: &'static str,
    pub word: Word,
    pub percent: i32,
}

#[derive(Debug, Serialize)]
pub struct Kinds {
    pub weights: BTreeMap<&'static str, i32>,
    pub by: Vec<Weight>,
    /// Kinds with the same weight: the first in the order of the list decides.
    pub tie: Vec<&'static str>,
    /// The kind that the words make, where that is set aside: the mention is about a competitor.
    pub set_aside: Option<&'static str>,
    pub is: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Weight {
    pub kind: &'static str,
    pub weight: i32,
    /// `null`: the mood.
    pub rule: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Raised {
    pub is: String,
    pub rules: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct Priorities {
    pub urgency: Raised,
    pub impact: Raised,
    pub value: Raised,
    /// The line of the row in rules.toml; `null` where no row decided.
    pub row_line: Option<u64>,
    pub because: String,
    pub is: Option<&'static str>,
    pub target_s: Option<u64>,
}

#[derive(Debug, Serialize)]
pub struct Routed {
    pub to: Option<String>,
    /// `null`: the `route` of `[reply]`, or nobody.
    pub rule: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Advised {
    pub manner: &'static str,
    pub reason: &'static str,
    pub private_by: Vec<String>,
    #[serde(skip)]
    pub words: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Reply {
    pub needed: bool,
    pub because: String,
    pub due: Option<String>,
    #[serde(skip)]
    pub due_at: Option<i64>,
}

impl Told {
    /// What is told of `message`.
    pub fn of(message: &Message<'_>, why: &Explanation<'_>, whose: Whose<'_>) -> Told {
        let (j, text) = (&why.judgement, message.words());
        let word = |place: &Range<usize>| word(text, place);
        let [urgency, impact, value] = j.levels();
        let owned = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let raised = |(dimension, name): (&'static str, &str), level| Raised {
            is: name.to_owned(),
            rules: owned(why.raised_by(dimension, level)),
        };
        let fired = why.fired.iter().zip(j.matched).map(|(rule, matched)| Fired {
            rule: rule.id.clone(),
            line: rule.line,
            words: j.places(matched).iter().map(word).collect(),
        });
        let mut near: Vec<&Near<'_>> = why.near.iter().collect();
        near.sort_by_key(|one| rank(&one.why));
        let matter = Matter {
            kind: j.kind,
            private: j.private,
            topics: j.topics.len(),
            channel: &message.channel,
            text: &message.text,
        };
        let advice = (j.needs_reply || j.kind == Kind::Abuse).then(|| advise(&matter));
        Told {
            case: whose.case,
            mention: whose.mention,
            channel: message.channel.to_string(),
            author: message.author.to_string(),
            posted: message.posted.map(|posted| posted.to_string()),
            rating: message.rating,
            reach: message.reach,
            language: j.language.to_string(),
            text: text.to_owned(),
            judgement: judgement(why),
            differs: whose.recorded.map(differences).unwrap_or_default(),
            corrected: whose.recorded.map_or_else(Vec::new, |one| {
                one.before.corrected.iter().map(ToString::to_string).collect()
            }),
            fired: fired.collect(),
            nearly_more: near.len().saturating_sub(NEARLY),
            nearly: near
                .into_iter()
                .take(NEARLY)
                .map(|near| nearly(near, text))
                .collect(),
            sentiment: mood(why, text),
            kind: kinds(why),
            priority: Priorities {
                urgency: raised(urgency, j.urgency),
                impact: raised(impact, j.impact),
                value: raised(value, j.value),
                row_line: why.row.map(|row| row.line).filter(|line| *line > 0),
                because: j.because.to_owned(),
                is: j.priority.map(|priority| priority.name()),
                target_s: j.target_s,
            },
            route: Routed {
                to: j.route.map(str::to_owned),
                rule: why.routed_by().map(str::to_owned),
            },
            advice: advice.map(|advice| Advised {
                manner: advice.manner.name(),
                reason: advice.reason,
                private_by: owned(why.private_by()),
                words: advice.manner.words(),
            }),
            reply: Reply {
                needed: j.needs_reply,
                because: j.because.to_owned(),
                due: whose.due.map(view::rfc),
                due_at: whose.due,
            },
        }
    }
}

fn judgement(why: &Explanation<'_>) -> BTreeMap<&'static str, serde_json::Value> {
    let j = &why.judgement;
    let [urgency, impact, value] = j.levels();
    let mut said: BTreeMap<&'static str, serde_json::Value> = BTreeMap::from([
        ("kind", j.kind.name().into()),
        ("sentiment", j.sentiment.name().into()),
        ("score", j.score.into()),
        ("topics", j.topics.into()),
        ("priority", j.priority.map(|priority| priority.name()).into()),
        ("target_s", j.target_s.into()),
        ("route", j.route.into()),
        ("private", j.private.into()),
        ("needs_reply", j.needs_reply.into()),
    ]);
    said.extend([urgency, impact, value].map(|(dimension, level)| (dimension, level.into())));
    said
}

fn differences(one: &Rejudged<'_>) -> Vec<Difference> {
    let difference = |dimension: &&'static str| Difference {
        dimension,
        recorded: said(one.before, dimension),
        now: said(&one.after, dimension),
    };
    one.changed.iter().map(difference).collect()
}

fn word(text: &str, place: &Range<usize>) -> Word {
    let characters = |upto: usize| text.get(..upto).map_or(0, |head| head.chars().count());
    Word {
        text: text.get(place.clone()).unwrap_or_default().to_owned(),
        start: characters(place.start),
        end: characters(place.end),
        place: place.clone(),
    }
}

/// What is told first: what came nearest.
fn rank(why: &Miss) -> u8 {
    match why {
        Miss::Lacks(_) | Miss::NothingOfAny => 0,
        Miss::Forbidden(_) | Miss::Excepted(_) => 1,
        Miss::Few(_) | Miss::Apart | Miss::AnotherOfGroup | Miss::Short => 2,
        Miss::Silenced(..) => 3,
        Miss::Unmet(_) => 4,
    }
}

fn nearly(near: &Near<'_>, text: &str) -> Nearly {
    let at = |place: &Range<usize>| vec![word(text, place).text];
    let (why, by) = match &near.why {
        Miss::Lacks(word) => ("lacks", vec![word.clone()]),
        Miss::NothingOfAny => ("nothing_of_any", Vec::new()),
        Miss::Forbidden(place) => ("forbidden", at(place)),
        Miss::Unmet(conditions) => ("unmet", conditions.iter().map(|&one| one.to_owned()).collect()),
        Miss::Excepted(place) => ("excepted", at(place)),
        Miss::Silenced(place, _) => {
            let instead = near.instead.map(|rule| rule.id.clone());
            ("silenced", at(place).into_iter().chain(instead).collect())
        }
        Miss::Few(least) => ("few", vec![least.to_string()]),
        Miss::Apart => ("apart", Vec::new()),
        Miss::AnotherOfGroup => ("another_of_group", Vec::new()),
        Miss::Short => ("short", Vec::new()),
    };
    Nearly {
        rule: near.rule.id.clone(),
        line: near.rule.line,
        words: near.words.iter().map(|place| word(text, place)).collect(),
        why,
        by,
    }
}

fn points(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

fn mood(why: &Explanation<'_>, text: &str) -> Mood {
    let (j, settings) = (&why.judgement, why.settings());
    let scored = j.scored.iter().map(|one| Scored {
        rule: one.rule.to_owned(),
        word: one.place.as_ref().map(|place| word(text, place)),
        points: one.base,
        modifiers: j
            .modifiers(one)
            .iter()
            .map(|by| Modified {
                effect: by.effect.name(),
                word: word(text, &by.place),
                percent: by.percent,
            })
            .collect(),
        counts: points(one.result),
    });
    Mood {
        words: scored.collect(),
        sum: points(j.hundredths),
        score: j.score,
        set_aside: j
            .about_another
            .then(|| points(why.sum()))
            .filter(|sum| *sum != 0.0),
        negative_up_to: settings.negative,
        positive_from: settings.positive,
        is: j.sentiment.name(),
    }
}

fn kinds(why: &Explanation<'_>) -> Kinds {
    let j = &why.judgement;
    let weights: BTreeMap<&'static str, i32> = Kind::NAMES
        .iter()
        .copied()
        .zip(j.weights)
        .filter(|(_, weight)| *weight > 0)
        .collect();
    let most = weights.values().copied().max().unwrap_or(0);
    let tie: Vec<&str> = Kind::NAMES
        .iter()
        .copied()
        .filter(|kind| weights.get(kind) == Some(&most))
        .collect();
    let by = why.spoken().into_iter().map(|one| Weight {
        kind: one.kind.name(),
        weight: one.weight,
        rule: one.rule.map(str::to_owned),
    });
    Kinds {
        weights,
        by: by.collect(),
        tie: if tie.len() > 1 { tie } else { Vec::new() },
        set_aside: why.kind_set_aside().map(Kind::name),
        is: j.kind.name(),
    }
}
