//! `feedback sheet export`: the cases as a CSV that is safe and right in Google Sheets.

use super::view;
use crate::case::Case;
use crate::case::book::{Book, case_id};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::ledger::read::Lines;
use crate::render::{Format, csv};
use crate::report::table::{Cell, Table};
use crate::sheet::MARK;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Sheet,
}

#[derive(Debug, Subcommand)]
enum Sheet {
    /// Print the cases as CSV, or write them to a file
    Export {
        /// Write to this file instead of standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Settled cases too
        #[arg(long)]
        all: bool,
    },
}

const HEADS: [&str; 19] = [
    MARK,
    "state",
    "priority",
    "due",
    "overdue",
    "kind",
    "sentiment",
    "channel",
    "author",
    "posted",
    "text",
    "why",
    "topics",
    "route",
    "assignee",
    "tags",
    "replies",
    "answered",
    "link",
];

/// Exports the sheet.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    let Sheet::Export { output, all } = &arguments.command;
    desk.prints_only("sheet export", &[Format::Csv])?;
    let (book, mut lines) = view::fold(desk, None)?;
    let (cases, _) = crate::case::cases(&book);
    let mut shown: Vec<&Case<'_>> = cases
        .iter()
        .filter(|c| *all || c.is_open() || c.is_due_for_inbox(desk.now))
        .collect();
    shown.sort_by_key(|c| (c.due().is_none(), c.due(), c.priority(), c.number));
    let mut table = Table::new("", &HEADS);
    if !shown.is_empty() {
        for case in shown {
            let row = row(case, &book, &mut lines, desk)?;
            table.row(row);
        }
    }
    let text = csv::table(&table, desk.style.lang);
    match output {
        None => Ok(Outcome::say(text)),
        Some(path) => {
            may_replace(path)?;
            write_private(path, &text)?;
            let said = format!(
                "{}: {}\n",
                desk.style.lang.count(table.rows.len() as u64, "cases"),
                path.display()
            );
            // The file is there, whatever becomes of what is said of it.
            Ok(Outcome {
                recorded: true,
                ..Outcome::say(said)
            })
        }
    }
}

/// A sheet may replace an older sheet, and nothing else: no link either, wherever it leads.
fn may_replace(path: &std::path::Path) -> Result<(), Failure> {
    if !path.is_symlink() && (!path.exists() || crate::sheet::is_ours(path)) {
        return Ok(());
    }
    let fault = Diagnostic::error(
        "file-exists",
        "there is a file already, and it is no sheet of ours",
    );
    let help = "nothing was written; choose another name, or move that file away";
    Err(Failure::refused([fault
        .at(path.display().to_string(), 0, 0)
        .help(help)]))
}

fn write_private(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(std::path::Path::new("."));
    let fault = |e: std::io::Error| Failure::disk(path, &e);
    let mut file = tempfile::Builder::new()
        .prefix(".feedback-")
        .tempfile_in(folder)
        .map_err(fault)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(fault)?;
    file.persist(path).map_err(|e| fault(e.error))?;
    Ok(())
}

fn row(case: &Case<'_>, book: &Book, lines: &mut Lines, desk: &Desk) -> Result<Vec<Cell>, Failure> {
    let quote = view::quote(lines, case.today(case.first_byte), desk.style.lang)?;
    let text = |s: &str| Cell::Text(s.to_owned());
    let when = |t: Option<i64>| t.map_or(Cell::Empty, |t| Cell::Text(view::local(desk.zone, t)));
    let topics: Vec<&str> = case.topics().iter().map(|t| book.names.word(*t)).collect();
    let overdue = case.due().is_some_and(|due| due <= desk.now);
    Ok(vec![
        Cell::Text(case_id(case.number)),
        Cell::Label(case.status.state.name()),
        text(case.priority().map_or("", |p| p.name())),
        when(case.due()),
        if overdue { Cell::Label("yes") } else { Cell::Empty },
        Cell::Label(case.first.kind.name()),
        Cell::Label(case.first.sentiment.name()),
        text(book.names.word(case.first.channel)),
        Cell::Text(quote.author),
        Cell::Text(view::posted(case, case.begun, lines, desk.zone)?),
        Cell::Text(quote.text),
        Cell::Text(quote.why),
        Cell::Text(topics.join(", ")),
        Cell::Text(quote.route),
        text(case.status.assignee.unwrap_or("")),
        Cell::Text(case.status.tags.join(", ")),
        Cell::Count(u64::from(case.replies)),
        when(case.first_reply.map(|r| r.t)),
        Cell::Text(quote.link),
    ])
}
