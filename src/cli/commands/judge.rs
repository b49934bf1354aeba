//! `feedback judge`: a person says what a mention is, where the rules were wrong. The rules stay as they are;
//! `rules suggest` learns from what is said here.

use super::deeds::{On, locked};
use super::history;
use super::judged;
use super::view;
use crate::calendar::Moment;
use crate::case::Case;
use crate::case::book::case_id;
use crate::case::correct::{Before, Correction, corrected};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::event::JUDGE;
use crate::event::judged::{JudgeData, JudgeFacts};
use crate::intake::record::json;
use crate::ledger::line::Draft;
use crate::ledger::read::Lines;
use crate::render::{self, safe};
use crate::report::table::{Cell, Table};
use crate::rules::{Kind, Priority, RuleSet, Sentiment};
use clap::{ArgAction, Args};
use std::borrow::Cow;
use std::fs::File;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    on: On,
    /// Which mention of the case, by number in the order of `show`, or `all` [default: the one that the inbox shows]
    #[arg(long, value_name = "N")]
    mention: Option<String>,
    /// complaint, inquiry, suggestion, praise, abuse, spam or other
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// negative, neutral or positive
    #[arg(long, value_name = "MOOD")]
    sentiment: Option<String>,
    /// P0, P1 or P2; without it, the priority follows from the matrix
    #[arg(long, value_name = "PRIORITY")]
    priority: Option<String>,
    /// How urgent, by the names of the rules file
    #[arg(long, value_name = "LEVEL")]
    urgency: Option<String>,
    /// How many it touches
    #[arg(long, value_name = "LEVEL")]
    impact: Option<String>,
    /// What the customer means to the business
    #[arg(long, value_name = "LEVEL")]
    value: Option<String>,
    /// What it is about: replaces the topics (repeatable; "" for none)
    #[arg(long, value_name = "TOPIC", action = ArgAction::Append)]
    topic: Vec<String>,
    /// Who should handle it
    #[arg(long, value_name = "NAME")]
    route: Option<String>,
    /// To be settled in private
    #[arg(long, conflicts_with = "public")]
    private: bool,
    /// To be settled in public
    #[arg(long)]
    public: bool,
    /// Whether it needs a reply: yes or no
    #[arg(long, value_name = "YES|NO")]
    needs_reply: Option<String>,
    /// Why, to remember
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Records what is said of each case, as one batch.
pub fn run(a: Arguments, desk: &mut Desk) -> Ran {
    let rules = desk.rules()?;
    let said = said(&a, &rules)?;
    let at = a.on.at(desk)?;
    if a.on.follow_up.is_some() {
        return Err(Failure::usage(
            "`judge` takes no --follow-up",
            "say `feedback acknowledge CASE --follow-up 2h`",
        ));
    }
    let ids = view::ids(&a.on.cases)?;
    if ids.is_empty() {
        return Err(Failure::usage("no case was named", "name case ids such as c12"));
    }
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    let (book, mut writer) = locked(desk)?;
    view::tell_torn(&writer, desk);
    // Nobody replaces the file while the lock is held.
    let path = desk.place.ledger();
    let file = File::open(&path).map_err(|e| Failure::disk(&path, &e))?;
    let mut lines = Lines::of(Some(file), path);
    let (mut drafts, mut faults) = (Vec::new(), Vec::new());
    let mut met = Vec::new();
    for id in &ids {
        match view::find(&book, id) {
            Ok(case) if met.contains(&case.number) => {}
            Ok(case) => match timely(&case, at, desk).and_then(|()| chosen(&case, a.mention.as_deref())) {
                Ok(bytes) => {
                    met.push(case.number);
                    for byte in bytes {
                        let before = judged::today(&case, byte, &mut lines)?;
                        let what = Before {
                            facts: &before.facts,
                            answers: before.answers,
                            stars_only: before.stars_only,
                            has_target: before.has_target,
                        };
                        let after = corrected(what, &said, &rules);
                        drafts.push((case_id(case.number), after));
                    }
                }
                Err(fault) => faults.push(fault),
            },
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(Failure::refused(faults));
    }
    let data = a.note.map(|note| {
        json(&JudgeData {
            text: Cow::Owned(note),
            ..JudgeData::default()
        })
    });
    let (recorded_at, by, t) = (desk.recorded_at(), desk.by.clone(), at.to_string());
    let mut batch = writer.begin(&recorded_at, &by);
    for (case, after) in &drafts {
        batch.event(Draft {
            ev: JUDGE,
            case: Some(case),
            t: Some(&t),
            facts: &json(after),
            data: data.as_deref(),
        })?;
    }
    batch.commit()?;
    view::tell_unsynced(&writer, desk);
    let mut table = Table::new("", &["case", "kind", "sentiment", "priority", "changed"]);
    for (case, after) in &drafts {
        table.row([
            Cell::Text(case.clone()),
            Cell::Text(after.kind.to_string()),
            Cell::Text(after.sentiment.to_string()),
            Cell::Text(after.priority.as_deref().unwrap_or("–").to_owned()),
            Cell::Text(changes(after, desk)),
        ]);
    }
    Ok(Outcome {
        text: render::list(&table, desk.format, desk.style),
        recorded: true,
        ..Outcome::default()
    })
}

/// `kind: complaint → praise · priority: P1 → P2`
fn changes(after: &JudgeFacts<'_>, desk: &Desk) -> String {
    let changes = history::changes(after, desk.style.lang);
    match changes.is_empty() {
        true => desk.style.lang.say("nothing: it was judged so before"),
        false => safe::line(&changes.join(" · ")).into_owned(),
    }
}

/// It is judged after it came in, and not in the future.
fn timely(case: &Case<'_>, at: Moment, desk: &Desk) -> Result<(), Diagnostic> {
    let why = match desk.zone.anchor(at, true) {
        _ if at.millis > desk.now => "its time lies in the future".to_owned(),
        t if t < case.begun => format!(
            "its time lies before the case began ({})",
            view::local(desk.zone, case.begun)
        ),
        _ => return Ok(()),
    };
    let what = format!("cannot judge {}: {why}", case_id(case.number));
    Err(Diagnostic::error("case-refused", what).help("leave --at away, or name a later time that has passed"))
}

/// The mentions of the case that are meant, by where their lines stand.
fn chosen(case: &Case<'_>, which: Option<&str>) -> Result<Vec<u64>, Diagnostic> {
    let bytes: Vec<u64> = case.mentions_to_judge().map(|item| item.byte()).collect();
    let id = case_id(case.number);
    let none = |what: String, help: &str| Err(Diagnostic::error("mention-unknown", what).help(help));
    match which {
        _ if bytes.is_empty() => none(
            format!("{id} holds only reposts: there is nothing to judge"),
            "judge the case of what they repeat",
        ),
        None => Ok(vec![case.shown()]),
        Some("all") => Ok(bytes),
        Some(n) => {
            let number = n.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            match number.and_then(|n| bytes.get(n)) {
                Some(byte) => Ok(vec![*byte]),
                None => none(
                    format!("{id} has no mention `{}`", safe::line(n)),
                    "mentions are counted from 1 in the order of `feedback show`; or say `all`",
                ),
            }
        }
    }
}

fn said(a: &Arguments, rules: &RuleSet) -> Result<Correction, Failure> {
    let mut faults = Vec::new();
    let mut wrong = |option: &str, word: &str, known: &[&str]| {
        let what = format!("{option}: `{}` is not known", safe::line(word));
        faults.push((what, format!("choose from {}", known.join(", "))));
    };
    let lower = |word: &Option<String>| word.as_ref().map(|w| w.trim().to_lowercase());
    let kind = lower(&a.kind).and_then(|w| {
        Kind::parse(&w).or_else(|| {
            wrong("--kind", &w, Kind::NAMES);
            None
        })
    });
    let sentiment = lower(&a.sentiment).and_then(|w| {
        Sentiment::parse(&w).or_else(|| {
            wrong("--sentiment", &w, Sentiment::NAMES);
            None
        })
    });
    let priority = a
        .priority
        .as_ref()
        .map(|w| w.trim().to_uppercase())
        .and_then(|w| {
            Priority::parse(&w).or_else(|| {
                wrong("--priority", &w, Priority::NAMES);
                None
            })
        });
    let levels = rules.levels();
    for (option, given, scale) in [
        ("--urgency", &a.urgency, &levels.urgency),
        ("--impact", &a.impact, &levels.impact),
        ("--value", &a.value, &levels.value),
    ] {
        if let Some(word) = given.as_ref().filter(|w| scale.find(w).is_none()) {
            wrong(option, word, &scale.names());
        }
    }
    let needs_reply = match lower(&a.needs_reply).as_deref() {
        Some("yes" | "true") => Some(true),
        Some("no" | "false") => Some(false),
        Some(word) => {
            wrong("--needs-reply", word, &["yes", "no"]);
            None
        }
        None => None,
    };
    let options = [
        a.kind.is_some(),
        a.sentiment.is_some(),
        a.priority.is_some(),
        a.urgency.is_some(),
        a.impact.is_some(),
        a.value.is_some(),
        !a.topic.is_empty(),
        a.route.is_some(),
        a.private,
        a.public,
        a.needs_reply.is_some(),
    ];
    if !options.contains(&true) {
        return Err(Failure::usage(
            "what is it, then?",
            "say for example --kind praise, --sentiment positive, --priority P2, --topic queue or --needs-reply no",
        ));
    }
    if let Some((what, help)) = faults.into_iter().next() {
        return Err(Failure::usage(what, help));
    }
    let words = a.topic.iter().chain(&a.route);
    if let Some(word) = words.into_iter().find(|w| w.chars().any(char::is_control)) {
        return Err(Failure::usage(
            format!("`{}` holds control characters", safe::line(word)),
            "topics and routes are plain words",
        ));
    }
    if priority.is_some() && needs_reply == Some(false) {
        return Err(Failure::usage(
            "--priority says how soon to reply, --needs-reply no that no reply is needed",
            "say one of the two",
        ));
    }
    let topics = a
        .topic
        .iter()
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty());
    Ok(Correction {
        kind,
        sentiment,
        priority,
        urgency: a.urgency.clone(),
        impact: a.impact.clone(),
        value: a.value.clone(),
        topics: (!a.topic.is_empty()).then(|| topics.collect()),
        route: a.route.clone(),
        private: match (a.private, a.public) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        needs_reply,
    })
}
