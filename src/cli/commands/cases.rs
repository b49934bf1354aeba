//! The case commands: reply, acknowledge, refer, escalate, resolve, confirm, close, reopen, assign, note,
//! tag. One batch a command: all of its cases or none.

use super::view;
use crate::calendar::Moment;
use crate::case::book::{Book, Item, Name, What, case_id};
use crate::case::fold;
use crate::case::state::{Refused, Status, Step};
use crate::case::{Case, step};
use crate::cli::desk::{Desk, span};
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::event::{Verb, VerbData, VerbFacts};
use crate::intake::record::json;
use crate::ledger::append::Writer;
use crate::ledger::line::Draft;
use crate::ledger::read::Lines;
use crate::ledger::{LedgerError, VERSION};
use crate::render::{self, safe};
use crate::report::table::{Cell, Table};
use clap::Args;
use std::borrow::Cow;

/// Which cases, and when.
#[derive(Debug, Clone, Args)]
struct On {
    /// Case ids such as c12; `-` reads them from standard input
    #[arg(required = true, value_name = "CASE")]
    cases: Vec<String>,
    /// When it happened, if earlier: RFC 3339, "2026-11-21 09:30", or how long ago (2h, 3d)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Bring the case up again at that time, or in 2h, 3d
    #[arg(long, value_name = "TIME")]
    follow_up: Option<String>,
}

/// acknowledge, resolve, confirm, close, reopen
#[derive(Debug, Args)]
pub struct Plain {
    #[command(flatten)]
    on: On,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// reply
#[derive(Debug, Args)]
pub struct Reply {
    #[command(flatten)]
    on: On,
    /// What you answered
    #[arg(long, value_name = "TEXT")]
    text: String,
    /// Answered out of the public's sight
    #[arg(long)]
    private: bool,
}

/// refer
#[derive(Debug, Args)]
pub struct Refer {
    #[command(flatten)]
    on: On,
    /// The team or person
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// escalate
#[derive(Debug, Args)]
pub struct Escalate {
    #[command(flatten)]
    on: On,
    /// To whom
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// assign
#[derive(Debug, Args)]
pub struct Assign {
    #[command(flatten)]
    on: On,
    /// Who takes it on
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// note
#[derive(Debug, Args)]
pub struct Note {
    #[command(flatten)]
    on: On,
    /// The note
    #[arg(long, value_name = "TEXT")]
    text: String,
}

/// tag
#[derive(Debug, Args)]
pub struct Tag {
    #[command(flatten)]
    on: On,
    /// The label
    #[arg(long, value_name = "TAG")]
    tag: String,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// acknowledge, resolve, confirm, close, reopen
pub fn plain(verb: Verb, a: Plain, desk: &mut Desk) -> Ran {
    record(verb, &a.on, VerbFacts::default(), a.note, desk)
}

/// reply
pub fn reply(a: Reply, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        private: a.private,
        ..VerbFacts::default()
    };
    record(Verb::Reply, &a.on, facts, Some(filled("--text", a.text)?), desk)
}

/// refer
pub fn refer(a: Refer, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        to: Some(filled("--to", a.to)?),
        ..VerbFacts::default()
    };
    record(Verb::Refer, &a.on, facts, a.note, desk)
}

/// escalate
pub fn escalate(a: Escalate, desk: &mut Desk) -> Ran {
    record(
        Verb::Escalate,
        &a.on,
        VerbFacts {
            to: a.to,
            ..VerbFacts::default()
        },
        a.note,
        desk,
    )
}

/// assign
pub fn assign(a: Assign, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        to: Some(filled("--to", a.to)?),
        ..VerbFacts::default()
    };
    record(Verb::Assign, &a.on, facts, a.note, desk)
}

/// note
pub fn note(a: Note, desk: &mut Desk) -> Ran {
    record(
        Verb::Note,
        &a.on,
        VerbFacts::default(),
        Some(filled("--text", a.text)?),
        desk,
    )
}

/// tag
pub fn tag(a: Tag, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        tag: Some(filled("--tag", a.tag)?),
        ..VerbFacts::default()
    };
    record(Verb::Tag, &a.on, facts, a.note, desk)
}

fn filled(option: &str, text: String) -> Result<String, Failure> {
    match text.trim() {
        "" => Err(Failure::usage(
            format!("{option} is empty"),
            "say something in it",
        )),
        trimmed => Ok(trimmed.to_owned()),
    }
}

fn record(verb: Verb, on: &On, mut facts: VerbFacts, text: Option<String>, desk: &mut Desk) -> Ran {
    let at = match &on.at {
        Some(text) => desk.time("--at", text)?,
        None => Moment::exact(desk.now.div_euclid(1000) * 1000),
    };
    facts.follow_up = on.follow_up.as_deref().map(|t| follow_up(desk, t)).transpose()?;
    let ids = view::ids(&on.cases)?;
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    let (mut book, mut writer) = locked(desk)?;
    view::tell_torn(&writer, desk);
    let detail = facts
        .to
        .as_deref()
        .or(facts.tag.as_deref())
        .unwrap_or_default()
        .to_owned();
    let name = book.names.number(&detail);
    let numbers = allowed(&book, &ids, verb, name, at, desk)?;
    let facts = json(&facts);
    let data = text.map(|t| {
        json(&VerbData {
            text: Cow::Owned(t),
            ..VerbData::default()
        })
    });
    let (recorded_at, by) = (desk.recorded_at(), desk.by.clone());
    let mut batch = writer.begin(&recorded_at, &by);
    let t = at.to_string();
    for number in &numbers {
        let case = case_id(*number);
        batch.event(Draft {
            ev: verb.name(),
            case: Some(&case),
            t: Some(&t),
            facts: &facts,
            data: data.as_deref(),
        })?;
    }
    batch.commit()?;
    view::tell_unsynced(&writer, desk);
    let mut table = Table::new("", &["case", "done", "state", "author", "text"]);
    let mut lines = Lines::of(Some(writer.into_file()), desk.place.ledger());
    for number in numbers {
        let items = with(&mut book, number, verb, name, at);
        if let Some(case) = Case::of(&book, &items) {
            let quote = view::quote(&mut lines, case.today(case.first_byte), desk.style.lang)?;
            table.row([
                Cell::Text(case_id(number)),
                Cell::Label(verb.name()),
                Cell::Label(case.status.state.name()),
                Cell::Text(quote.author),
                Cell::Text(safe::cut(&safe::line(&quote.text), 40)),
            ]);
        }
    }
    Ok(Outcome {
        text: render::list(&table, desk.format, desk.style),
        recorded: true,
        ..Outcome::default()
    })
}

/// `--follow-up`: a time to come; `2h` and `3d` count from now on.
fn follow_up(desk: &Desk, text: &str) -> Result<String, Failure> {
    let ahead = match span(text) {
        Some(seconds) => desk.now + seconds * 1000,
        None => desk.zone.anchor(desk.time("--follow-up", text)?, false),
    };
    if ahead <= desk.now {
        return Err(Failure::usage(
            "--follow-up lies in the past",
            "name a time to come, or 2h, 3d",
        ));
    }
    Ok(view::rfc(ahead.div_euclid(1000) * 1000))
}

/// The ledger locked for writing, and what it says now.
fn locked(desk: &Desk) -> Result<(Book, Writer), Failure> {
    let opening = Writer::lock(&desk.place, desk.lock_wait)?;
    let head = opening.head();
    let (book, reach) = fold::read_file(&desk.place, opening.file(), head, None, view::way(desk))?;
    if reach.newest > VERSION {
        return Err(LedgerError::Newer(reach.newest).into());
    }
    Ok((book, opening.read(reach.anchor(), |_| {})?))
}

/// The case's items with what was just recorded.
fn with(book: &mut Book, number: u32, verb: Verb, detail: Name, at: Moment) -> Vec<Item> {
    let done = book.done(number, verb, detail, at);
    let mut items = book.items_of(number).to_vec();
    let behind = items.partition_point(|i| i.stands_before(&done));
    items.insert(behind, done);
    items
}

/// The numbers of the cases, each once, if the verb makes sense for all of them.
fn allowed(
    book: &Book,
    ids: &[String],
    verb: Verb,
    detail: Name,
    at: Moment,
    desk: &Desk,
) -> Result<Vec<u32>, Failure> {
    let (mut numbers, mut faults) = (Vec::new(), Vec::new());
    for id in ids {
        match view::find(book, id) {
            Err(fault) => faults.push(fault),
            Ok(case) if numbers.contains(&case.number) => {}
            Ok(case) => {
                numbers.push(case.number);
                if let Err(refused) = makes_sense(book, &case, verb, detail, at, desk) {
                    let id = case_id(case.number);
                    let what = format!("cannot {} {id}: {}", verb.name(), refused.why);
                    faults.push(Diagnostic::error("case-refused", what).help(refused.instead));
                }
            }
        }
    }
    if numbers.is_empty() && faults.is_empty() {
        return Err(Failure::usage("no case was named", "name case ids such as c12"));
    }
    if faults.is_empty() {
        Ok(numbers)
    } else {
        Err(Failure::refused(faults))
    }
}

/// Replays the case with the new event at its place in time: it must make sense there, and so must
/// everything that was recorded for later.
fn makes_sense(
    book: &Book,
    case: &Case<'_>,
    verb: Verb,
    detail: Name,
    at: Moment,
    desk: &Desk,
) -> Result<(), Refused> {
    let t = desk.zone.anchor(at, true);
    if at.millis > desk.now {
        return Err(Refused {
            why: "its time lies in the future".into(),
            instead: "leave --at away, or name a time that has passed",
        });
    }
    if t < case.begun {
        return Err(Refused {
            why: format!(
                "its time lies before the case began ({})",
                view::local(desk.zone, case.begun)
            ),
            instead: "name a later time with --at",
        });
    }
    let (before, after): (Vec<&Item>, Vec<&Item>) = case.items.iter().partition(|i| i.t <= t);
    let mut with: Status<'_> = Status::default();
    for item in before {
        let _ = with.apply(step(book, book.what(item)));
    }
    let mut without = with.clone();
    let detail = Some(book.names.word(detail)).filter(|w| !w.is_empty());
    with.apply(Step::Done(verb, detail))
        .map_err(|refused| match after.is_empty() {
            true => refused,
            false => Refused {
                why: format!("at {}, {}", view::local(desk.zone, t), refused.why),
                ..refused
            },
        })?;
    for item in after {
        let worked = without.apply(step(book, book.what(item))).is_ok();
        let works = with.apply(step(book, book.what(item)));
        let What::Done(later, _) = *book.what(item) else {
            continue;
        };
        // An acknowledgement that an earlier reply makes pointless contradicts nothing.
        if let (true, Err(refused), true) = (worked, works, later != Verb::Acknowledge) {
            return Err(Refused {
                why: format!(
                    "at that time it would contradict what was recorded later: {} at {} ({})",
                    later.name(),
                    view::local(desk.zone, item.t),
                    refused.why
                ),
                instead: "leave --at away, or see `feedback show` for the case's history",
            });
        }
    }
    Ok(())
}
