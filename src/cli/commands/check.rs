//! `feedback check`: silent when all is well, else exit 1 and one line a finding.

use super::view;
use crate::case::book::case_id;
use crate::case::{self, Case};
use crate::cli::desk::Desk;
use crate::cli::exit::Exit;
use crate::cli::{Outcome, Ran};
use crate::render::{self, Format, safe};
use crate::report::table::{Cell, Table};
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {}

/// Tells every open case whose reply or follow-up is overdue. History has no targets and raises no alarm.
pub fn run(_: &Arguments, desk: &mut Desk) -> Ran {
    let (book, mut lines) = view::fold(desk, None)?;
    let mut late: Vec<_> = case::each(&book, &book.items)
        .filter(|c| c.is_due_for_inbox(desk.now))
        .filter_map(|c| Some((c.priority(), c.due().filter(|due| *due <= desk.now)?, c.number)))
        .collect();
    if late.is_empty() {
        let nothing = if desk.format == Format::Json { "[]\n" } else { "" };
        return Ok(Outcome::say(nothing.to_owned()));
    }
    late.sort_unstable();
    let lang = desk.style.lang;
    let mut table = Table::new(
        "",
        &[
            "case", "finding", "priority", "due", "overdue>", "channel", "text",
        ],
    );
    let mut text = String::new();
    for (_, due, number) in late {
        let Some(case) = Case::of(&book, book.items_of(number)) else {
            continue;
        };
        let finding = if case.waiting.is_some() {
            "reply overdue"
        } else {
            "follow-up due"
        };
        let quote = view::quote_of(&case, &mut lines, lang)?;
        let priority = case.priority().map_or("", |p| p.name());
        let id = case_id(case.number);
        let over = (desk.now - due) / 1000;
        let channel = view::channel(&book, &case);
        text.push_str(&format!(
            "{id} {priority} {} {}: {} {}\n",
            lang.say(finding),
            match view::is_due_by_days(&case, Some(due), desk.zone) {
                true => lang.days(over),
                false => lang.duration(over),
            },
            channel,
            safe::cut(&safe::line(&quote.text), 60)
        ));
        table.row([
            Cell::Text(id),
            Cell::Label(finding),
            Cell::Text(priority.to_owned()),
            Cell::Text(view::rfc(due)),
            Cell::Seconds(Some(over)),
            Cell::Text(channel.into_owned()),
            Cell::Text(quote.text),
        ]);
    }
    if desk.format != Format::Table {
        text = render::list(&table, desk.format, desk.style);
    }
    Ok(Outcome {
        text,
        exit: Exit::Findings,
        recorded: false,
    })
}
