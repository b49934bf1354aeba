//! `feedback inbox`: what to answer next.

use super::view;
use crate::case::book::{Book, case_id};
use crate::case::{self, Case};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::ledger::read::Lines;
use crate::render::{self, Format, terminal};
use crate::report::scope::Scope;
use crate::report::table::{Cell, Table};
use crate::rules::Group;
use crate::rules::conclusion::{Kind, Priority};
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    filters: Filters,
    /// Show at most this many cases
    #[arg(long, value_name = "N", default_value_t = 30)]
    limit: usize,
    /// Print the case ids only, one a line
    #[arg(long)]
    ids: bool,
}

/// Which cases: each option may be given several times.
#[derive(Debug, Clone, Default, Args)]
pub struct Filters {
    /// Only this channel
    #[arg(long, value_name = "NAME")]
    channel: Vec<String>,
    /// Only this kind: complaint, inquiry, suggestion, praise, abuse, spam, other
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only this priority: P0, P1, P2
    #[arg(long, value_name = "P")]
    priority: Vec<String>,
    /// Only this topic
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Only what this person has
    #[arg(long, value_name = "NAME")]
    assignee: Vec<String>,
    /// Only mentions in this language: en, zh, …
    #[arg(long, value_name = "LANG")]
    lang_of_text: Vec<String>,
    /// Only what these words of the watch-list found: brand, product, industry, competitor
    #[arg(long, value_name = "PART")]
    found_by: Vec<String>,
}

impl Filters {
    /// As a scope without a period.
    pub fn scope(&self) -> Result<Scope, Failure> {
        let kind = |w: &String| {
            Kind::parse(&w.to_lowercase()).ok_or_else(|| {
                let help = format!("choose from {}", Kind::NAMES.join(", "));
                Failure::usage(format!("--kind: `{w}` is no kind"), help)
            })
        };
        let priority = |w: &String| {
            Priority::parse(&w.to_uppercase()).ok_or_else(|| {
                Failure::usage(
                    format!("--priority: `{w}` is no priority"),
                    "choose from P0, P1, P2",
                )
            })
        };
        let part = |w: &String| {
            Group::parse(&w.to_lowercase()).ok_or_else(|| {
                let help = format!("choose from {}", Group::NAMES.join(", "));
                Failure::usage(format!("--found-by: `{w}` is no part of the watch-list"), help)
            })
        };
        Ok(Scope {
            channel: self.channel.clone(),
            kind: self.kind.iter().map(kind).collect::<Result<_, _>>()?,
            priority: self.priority.iter().map(priority).collect::<Result<_, _>>()?,
            topic: self.topic.clone(),
            assignee: self.assignee.clone(),
            language: self.lang_of_text.clone(),
            found_by: self.found_by.iter().map(part).collect::<Result<_, _>>()?,
            ..Scope::default()
        })
    }
}

/// Prints the inbox.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    let scope = arguments.filters.scope()?;
    let (book, mut lines) = view::fold(desk, None)?;
    view::tell_unknown_filters(desk, &book, &scope);
    let waiting = waiting(&book, desk.now, &scope);
    if arguments.ids {
        let ids = waiting
            .iter()
            .take(arguments.limit)
            .map(|w| case_id(w.number) + "\n")
            .collect();
        return Ok(Outcome::say(ids));
    }
    if waiting.is_empty() && desk.format == Format::Table {
        return Ok(Outcome::say(format!(
            "{}\n",
            desk.style.lang.say("Nothing waits for an answer.")
        )));
    }
    let shown = waiting
        .get(..arguments.limit.min(waiting.len()))
        .unwrap_or_default();
    let mut text = list(shown, &book, &mut lines, desk)?;
    if desk.format == Format::Table && waiting.len() > shown.len() {
        let more = waiting.len() - shown.len();
        text.push_str(&format!(
            "… {} {more} (--limit)\n",
            desk.style.lang.say("and more:")
        ));
    }
    Ok(Outcome::say(text))
}

/// A case that waits for us, as far as that puts it in order.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// Its number.
    pub number: u32,
    /// When the next thing is due.
    pub due: Option<i64>,
    /// The highest priority among the unanswered.
    pub priority: Option<Priority>,
    begun: i64,
}

/// Open cases that wait for us, the most pressing first: by due time, those without a target last.
pub fn waiting(book: &Book, now: i64, scope: &Scope) -> Vec<Waits> {
    let mut found: Vec<_> = case::each(book, &book.items)
        .filter(|c| c.is_due_for_inbox(now) && scope.holds(book, c))
        .map(|c| Waits {
            number: c.number,
            due: c.due(),
            priority: c.priority(),
            begun: c.begun,
        })
        .collect();
    found.sort_by_key(|w| {
        (
            w.due.is_none(),
            w.due,
            w.priority.is_none(),
            w.priority,
            w.begun,
            w.number,
        )
    });
    found
}

/// The cases as a table, with the start of the text that waits and why it is judged so.
pub fn list(waiting: &[Waits], book: &Book, lines: &mut Lines, desk: &Desk) -> Result<String, Failure> {
    let lang = desk.style.lang;
    let cases = || {
        waiting
            .iter()
            .filter_map(|w| Case::of(book, book.items_of(w.number)))
    };
    if desk.format == Format::Table {
        let mut table = Table::new(
            "",
            &[
                "case", "priority", "due", "channel", "author", "age", "text", "why",
            ],
        );
        for case in cases() {
            let quote = view::quote_of(&case, lines, lang)?;
            table.row([
                Cell::Text(format!("{:<5}", case_id(case.number))),
                Cell::Text(case.priority().map_or("–", |p| p.name()).to_owned()),
                Cell::Text(view::left(&case, case.due(), desk)),
                Cell::Text(book.names.word(case.first.channel).to_owned()),
                Cell::Text(quote.author),
                Cell::Text(view::age(&case, desk)),
                Cell::Text(quote.text),
                Cell::Text(format!("{}: {}", lang.say("why"), quote.why)),
            ]);
        }
        return Ok(terminal::cards(&table, 6, desk.style));
    }
    let heads = [
        "case", "state", "priority", "due", "left_s>", "age_s>", "channel", "author", "kind", "text", "why",
        "link",
    ];
    let mut table = Table::new("", &heads);
    for case in cases() {
        let quote = view::quote_of(&case, lines, lang)?;
        table.row([
            Cell::Text(case_id(case.number)),
            Cell::Label(case.status.state.name()),
            case.priority().map_or(Cell::Empty, |p| Cell::Label(p.name())),
            case.due().map_or(Cell::Empty, |due| Cell::Text(view::rfc(due))),
            Cell::Seconds(case.due().map(|due| (due - desk.now) / 1000)),
            Cell::Seconds(Some((desk.now - case.begun).max(0) / 1000)),
            Cell::Text(book.names.word(case.first.channel).to_owned()),
            Cell::Text(quote.author),
            Cell::Label(case.first.kind.name()),
            Cell::Text(quote.text),
            Cell::Text(quote.why),
            Cell::Text(quote.link),
        ]);
    }
    Ok(render::list(&table, desk.format, desk.style))
}
