//! What is done to cases by hand, on its way into the ledger: which cases are meant, whether it makes sense
//! for all of them, one batch, and where they stand now. What each command means stands in its own file.

use super::view;
use crate::calendar::Moment;
use crate::case::book::{Book, Item, Name, What, case_id};
use crate::case::fold;
use crate::case::procedure::Procedure;
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
use std::collections::BTreeMap;

/// Which cases, and when.
#[derive(Debug, Clone, Args)]
pub(super) struct On {
    /// Case ids such as c12; `-` reads them from standard input
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<String>,
    /// When it happened, if earlier: RFC 3339, "2026-11-21 09:30", or how long ago (2h, 3d)
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Bring the case up again at that time, or in 2h, 3d
    #[arg(long, value_name = "TIME")]
    pub follow_up: Option<String>,
}

impl On {
    /// When it happened: now, unless `--at` says otherwise.
    pub fn at(&self, desk: &Desk) -> Result<Moment, Failure> {
        match &self.at {
            Some(text) => desk.time("--at", text),
            None => Ok(Moment::exact(desk.now.div_euclid(1000) * 1000)),
        }
    }
}

/// An address of the web, without blanks or control characters.
pub(super) fn is_address(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// One thing that is done to a case.
pub(super) struct Deed {
    /// What.
    pub verb: Verb,
    /// Its facts.
    pub facts: VerbFacts,
    /// What is personal or long about it.
    pub data: Option<VerbData<'static>>,
}

impl Deed {
    /// With a text or a note, or without.
    pub fn of(verb: Verb, facts: VerbFacts, text: Option<String>) -> Deed {
        let data = text.map(|text| VerbData {
            text: Cow::Owned(text),
            ..VerbData::default()
        });
        Deed { verb, facts, data }
    }

    /// A step of a procedure.
    pub fn step(procedure: Procedure, step: &str, note: Option<String>) -> Deed {
        let facts = VerbFacts {
            procedure: Some(procedure.name.to_owned()),
            step: Some(step.to_owned()),
            ..VerbFacts::default()
        };
        Deed::of(Verb::Step, facts, note)
    }
}

/// Records what is done to each of the cases, in that order, as one batch; prints where they stand.
pub(super) fn record(deeds: &[Deed], on: &On, desk: &mut Desk) -> Ran {
    record_each(deeds, &BTreeMap::new(), on, desk)
}

/// The same, where some cases (by number) have a first deed of their own: another text, the same verb.
pub(super) fn record_each(deeds: &[Deed], own: &BTreeMap<u32, Deed>, on: &On, desk: &mut Desk) -> Ran {
    let at = on.at(desk)?;
    let follow_up = on.follow_up.as_deref().map(|t| follow_up(desk, t)).transpose()?;
    let ids = view::ids(&on.cases)?;
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    let (mut book, mut writer) = locked(desk)?;
    view::tell_torn(&writer, desk);
    let mut named = Vec::new();
    for deed in deeds {
        named.push((deed.verb, book.names.number(&deed.facts.detail())));
    }
    let numbers = allowed(&book, &ids, &named, at, desk)?;
    let (recorded_at, by) = (desk.recorded_at(), desk.by.clone());
    let mut batch = writer.begin(&recorded_at, &by);
    let t = at.to_string();
    for number in &numbers {
        let case = case_id(*number);
        for (place, deed) in deeds.iter().enumerate() {
            let deed = own.get(number).filter(|_| place == 0).unwrap_or(deed);
            let facts = VerbFacts {
                follow_up: follow_up.clone().filter(|_| place == 0),
                ..deed.facts.clone()
            };
            let (facts, data) = (json(&facts), deed.data.as_ref().map(json));
            batch.event(Draft {
                ev: deed.verb.name(),
                case: Some(&case),
                t: Some(&t),
                facts: &facts,
                data: data.as_deref(),
            })?;
        }
    }
    batch.commit()?;
    view::tell_unsynced(&writer, desk);
    let mut table = Table::new("", &["case", "done", "state", "author", "text"]);
    let mut lines = Lines::of(Some(writer.into_file()), desk.place.ledger());
    let verb = deeds.first().map_or("", |deed| deed.verb.name());
    for number in numbers {
        let items = with(&mut book, number, &named, at);
        if let Some(case) = Case::of(&book, &items) {
            let quote = view::quote(&mut lines, case.today(case.first_byte), desk.style.lang)?;
            table.row([
                Cell::Text(case_id(number)),
                Cell::Label(verb),
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
pub(super) fn locked(desk: &Desk) -> Result<(Book, Writer), Failure> {
    let opening = Writer::lock(&desk.place, desk.lock_wait)?;
    let head = opening.head();
    let (book, reach) = fold::read_file(&desk.place, opening.file(), head, None, view::way(desk))?;
    if reach.newest > VERSION {
        return Err(LedgerError::Newer(reach.newest).into());
    }
    Ok((book, opening.read(reach.anchor(), |_| {})?))
}

/// The case's items with what was just recorded.
fn with(book: &mut Book, number: u32, deeds: &[(Verb, Name)], at: Moment) -> Vec<Item> {
    let done: Vec<Item> = deeds
        .iter()
        .map(|(verb, detail)| book.done(number, *verb, *detail, at))
        .collect();
    let mut items = book.items_of(number).to_vec();
    if let Some(first) = done.first() {
        let behind = items.partition_point(|i| i.stands_before(first));
        items.splice(behind..behind, done);
    }
    items
}

/// The numbers of the cases, each once, if what is done makes sense for all of them.
fn allowed(
    book: &Book,
    ids: &[String],
    deeds: &[(Verb, Name)],
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
                if let Err(refused) = makes_sense(book, &case, deeds, at, desk) {
                    let id = case_id(case.number);
                    let verb = deeds.first().map_or("", |(verb, _)| verb.name());
                    let what = format!("cannot {verb} {id}: {}", refused.why);
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
    deeds: &[(Verb, Name)],
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
    for (verb, detail) in deeds {
        let detail = Some(book.names.word(*detail)).filter(|w| !w.is_empty());
        with.apply(Step::Done(*verb, detail))
            .map_err(|refused| match after.is_empty() {
                true => refused,
                false => Refused {
                    why: format!("at {}, {}", view::local(desk.zone, t), refused.why),
                    ..refused
                },
            })?;
    }
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
