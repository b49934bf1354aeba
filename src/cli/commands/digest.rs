//! `feedback digest`: yesterday, overdue, due today; as text, for cron and mail.

use super::inbox::Waits;
use super::view;
use crate::case::book::{Book, What, case_id};
use crate::case::{self, Case};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::ledger::read::Lines;
use crate::render::safe;
use crate::report::scope::Scope;
use clap::Args;

/// How many cases of each list are shown.
const SHOWN: usize = 10;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {}

/// Prints the summary of the day before `now`, and what is due until the end of today.
pub fn run(_: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("digest", &[])?;
    let (book, mut lines) = view::fold(desk, None)?;
    let (today, yesterday, tomorrow) = (
        desk.zone.day_start(desk.now, 0),
        desk.zone.day_start(desk.now, -1),
        desk.zone.day_start(desk.now, 1),
    );
    let within = |t: i64| (yesterday..today).contains(&t);
    let items = || book.items.iter().filter(|i| within(i.t));
    let mentions = items()
        .filter(|i| matches!(book.what(i), What::Mention(_)))
        .count();
    let (mut answered, mut opened, mut settled, mut reopened, mut open) = (0, 0, 0, 0, 0);
    for case in case::each(&book, &book.items) {
        answered += case.exchanges().filter(|e| within(e.to)).count();
        opened += usize::from(case.excluded.is_none() && within(case.begun));
        open += usize::from(case.is_open());
        case.turns(|t, came_back| match (within(t), came_back) {
            (true, true) => reopened += 1,
            (true, false) => settled += 1,
            (false, _) => {}
        });
    }
    let lang = desk.style.lang;
    let say = |k: &str| lang.say(k);
    let mut text = String::new();
    let name = match desk.settings.name.as_str() {
        "" => "feedback".into(),
        name => safe::line(name),
    };
    text.push_str(&format!(
        "{} · {} {}\n\n",
        name,
        say("daily summary"),
        desk.zone.day(desk.now)
    ));
    text.push_str(&format!("{} ({})\n", say("Yesterday"), desk.zone.day(yesterday)));
    for (n, what) in [
        (mentions, "mentions came in"),
        (opened, "cases opened"),
        (answered, "exchanges answered"),
        (settled, "cases settled"),
        (reopened, "cases reopened"),
        (open, "cases open now"),
    ] {
        let line = lang.count(n as u64, what);
        let width = if line.starts_with(|c: char| c.is_ascii_digit()) {
            4usize
        } else {
            0
        };
        let blanks = width.saturating_sub(n.to_string().len());
        text.push_str(&format!("  {}{line}\n", " ".repeat(blanks)));
    }
    for group in super::repeats::campaigns(&book, &mut lines, desk.now)? {
        text.push_str(&format!("\n! {}\n", super::repeats::as_campaign(&group, desk)));
    }
    let waiting = super::inbox::waiting(&book, desk.now, &Scope::default());
    let due = |from: i64, to: i64| -> Vec<Waits> {
        let within = |w: &Waits| w.due.is_some_and(|d| (from..to).contains(&d));
        let mut due: Vec<_> = waiting.iter().copied().filter(within).collect();
        due.sort_by_key(|w| (w.priority.is_none(), w.priority));
        due
    };
    for (title, list) in [
        ("Overdue", due(i64::MIN, desk.now + 1)),
        ("Due today", due(desk.now + 1, tomorrow)),
    ] {
        text.push_str(&format!("\n{} ({})\n", say(title), list.len()));
        if list.is_empty() {
            text.push_str(&format!("  {}\n", say("nothing")));
            continue;
        }
        let shown = list.iter().take(SHOWN);
        for case in shown.filter_map(|w| Case::of(&book, book.items_of(w.number))) {
            text.push_str(&line(&case, &book, &mut lines, desk)?);
        }
        if list.len() > SHOWN {
            text.push_str(&format!("  … {} {}\n", say("and more:"), list.len() - SHOWN));
        }
    }
    Ok(Outcome::say(text))
}

fn line(case: &Case<'_>, book: &Book, lines: &mut Lines, desk: &Desk) -> Result<String, Failure> {
    let lang = desk.style.lang;
    let quote = view::quote_of(case, lines, lang)?;
    Ok(format!(
        "  {} {} {} · {} · {}: {}\n",
        case_id(case.number),
        case.priority().map_or("–", |p| p.name()),
        view::left(case, case.due(), desk),
        view::channel(book, case),
        safe::line(&quote.author),
        safe::cut(&safe::line(&quote.text), 60),
    ))
}
