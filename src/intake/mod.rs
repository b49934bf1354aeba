//! Which case does a message belong to? Duplicates, threads, the business's own replies.
//!
//! One export is read twice: [`plan`] finds threads, duplicates, refusals and the books without writing
//! anything; [`write()`](record::record) then streams the same rows into one batch. So a refused file has written nothing,
//! and a thread whose question stands below its answer gets one case from the start.
//!
//! A case is a reply tree, or a stretch of a conversation where only conversation ids are known; see
//! [`threads`] for when two messages belong together. The partition does not depend on the order in
//! which files come in.

pub mod erased;
mod fresh;
pub mod index;
pub mod keys;
pub mod known;
mod numbers;
pub mod record;
pub mod selection;
mod table;
mod talks;
mod threads;

use crate::calendar::Moment;
use crate::diagnostic::Diagnostic;
use crate::event::Books;
use crate::message::{Direction, Message};
use crate::source::{Entry, Export, Mark};
use known::Known;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use threads::{Placement, Threads};

/// Whose messages are the business's own.
#[derive(Debug, Clone, Default)]
pub struct Handles(Vec<String>);

impl Handles {
    /// From `handles` in the settings: with or without `@`, in any case.
    pub fn new(handles: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Handles(
            handles
                .into_iter()
                .map(|h| normal(h.as_ref()))
                .filter(|h| !h.is_empty())
                .collect(),
        )
    }

    /// True where this author is the business.
    pub fn own(&self, message: &Message<'_>) -> bool {
        !self.0.is_empty()
            && [Some(&message.author), message.author_id.as_ref()]
                .into_iter()
                .flatten()
                .any(|a| self.0.iter().any(|h| same(h, a)))
    }

    /// Which way a message went: own handles first, then what the export says, else a customer wrote.
    pub fn direction(&self, message: &Message<'_>) -> Direction {
        if message.inline || !self.own(message) {
            return message.direction.unwrap_or(Direction::Inbound);
        }
        Direction::Outbound
    }
}

/// A name or handle as it is compared.
pub(crate) fn normal(handle: &str) -> String {
    handle
        .trim()
        .trim_start_matches(['@', '＠'])
        .trim()
        .to_lowercase()
}

fn same(handle: &str, author: &str) -> bool {
    let author = author.trim().trim_start_matches(['@', '＠']).trim_start();
    if author.is_ascii() {
        handle.eq_ignore_ascii_case(author)
    } else {
        handle == author.to_lowercase()
    }
}

/// What one export comes to, before a byte of it is written.
#[derive(Debug)]
pub struct Plan {
    /// The books.
    pub books: Books,
    /// For each message in order: the case it goes to, or `None` for a duplicate.
    pub(crate) cases: Vec<Option<NonZeroU32>>,
    /// For each first message of a stretch after a silence: (position, the case before).
    pub(crate) follows: Vec<(usize, u32)>,
    /// Positions of the replies whose text `feedback reply` had recorded in the same case, in order.
    pub(crate) echoes: Vec<usize>,
    /// Where the second reading can begin.
    pub(crate) parts: Vec<Part>,
    /// Cases to join: (into, from).
    pub merges: Vec<(u32, u32)>,
    /// Rejected rows, the first [`LISTED`] of them.
    pub rejected: Vec<Diagnostic>,
    /// Skipped rows and warnings, the first [`LISTED`] of them.
    pub noticed: Vec<Diagnostic>,
    /// How many of a code were counted but not listed.
    pub unlisted: BTreeMap<&'static str, u64>,
    /// New cases.
    pub new_cases: u32,
    /// The latest posted time met.
    pub latest: Option<Moment>,
}

/// A part of an export: up to the next one, or to the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Where it begins.
    pub(crate) mark: Mark,
    /// How many messages stand before it.
    pub(crate) position: usize,
    /// How many of those are new.
    pub(crate) new: u64,
}

/// How many rows of a kind are listed; beyond that they are counted.
pub const LISTED: usize = 1000;

fn repeated(export: &Export, message: &Message<'_>, line: u32) -> Diagnostic {
    let id: String = message.id.chars().take(40).collect();
    let reason = format!("the id `{id}` stands for another message at line {line} already");
    let mut d = Diagnostic::error("id-repeated", reason)
        .help("a spreadsheet may have rounded the ids: take the original download");
    d.place = Some(export.place_of_id(message.line));
    d
}

fn otherwise(export: &Export, message: &Message<'_>) -> Diagnostic {
    let id: String = message.id.chars().take(40).collect();
    let reason = format!("the id `{id}` is known already, but says something else here; the first stays");
    let mut d = Diagnostic::warning("id-known-otherwise", reason).help(
        "an edit is not recorded yet: look at the message on the platform; if it is another message, give each \
         export a column `channel` of its own",
    );
    d.place = Some(export.place_of_id(message.line));
    d
}

/// Reads `export` once and decides where everything belongs. `known` learns what it will hold; where the
/// plan is not recorded after all, it has to [`forget`](Known::forget) that.
///
/// # Errors
/// The export is refused; `known` is as it was.
pub fn plan(
    export: &Export,
    handles: &Handles,
    known: &mut Known,
    progress: &mut dyn FnMut(u64),
) -> Result<Plan, Vec<Diagnostic>> {
    let mut books = Books {
        source: export.source().to_owned(),
        encoding: export.encoding().to_owned(),
        ..Books::default()
    };
    let mut threads = Threads::begin(known);
    let (mut rejected, mut noticed, mut unlisted) = (Vec::new(), Vec::new(), BTreeMap::new());
    let keep = |d: Diagnostic, list: &mut Vec<Diagnostic>, unlisted: &mut BTreeMap<&'static str, u64>| {
        if list.len() < LISTED {
            list.push(d);
        } else {
            *unlisted.entry(d.code).or_default() += 1;
        }
    };
    let mut latest: Option<Moment> = None;
    let mut is_repeated = false;
    let (mut position, mut parts) = (0, Vec::new());
    let read = export.read(&mut |entry| match entry {
        Entry::Mark(mark) => parts.push(Part {
            mark,
            position,
            new: books.new,
        }),
        Entry::Message(message) => {
            position += 1;
            // What stands inside a row goes where its row goes.
            let placement = if message.inline && is_repeated {
                threads.pass();
                Placement::Known
            } else {
                threads.place(message)
            };
            if !message.inline {
                is_repeated = matches!(placement, Placement::Repeated(_) | Placement::Erased);
            }
            match placement {
                Placement::New => books.new += 1,
                Placement::Known | Placement::Erased => books.duplicate += 1,
                Placement::Otherwise => {
                    books.duplicate += 1;
                    keep(otherwise(export, message), &mut noticed, &mut unlisted);
                }
                Placement::Repeated(line) => {
                    books.rejected += 1;
                    return keep(repeated(export, message, line), &mut rejected, &mut unlisted);
                }
            }
            match (message.inline, handles.direction(message)) {
                (true, _) => books.inline += 1,
                (false, Direction::Inbound) => books.mentions += 1,
                (false, Direction::Outbound) => books.replies += 1,
            }
            if placement == Placement::New && handles.direction(message) == Direction::Outbound {
                threads.said(&message.text);
            }
            latest = latest.max(message.posted);
        }
        Entry::Rejected(diagnostic) => {
            books.rejected += 1;
            keep(diagnostic, &mut rejected, &mut unlisted);
        }
        Entry::Skipped(diagnostic) => {
            books.skipped += 1;
            keep(diagnostic, &mut noticed, &mut unlisted);
        }
        Entry::Warned(diagnostic) => keep(diagnostic, &mut noticed, &mut unlisted),
        Entry::Progress(bytes) => progress(bytes),
    });
    if let Err(refused) = read {
        known.forget();
        return Err(refused);
    }
    books.rows = books.mentions + books.replies + books.rejected + books.skipped;
    let placed = threads.finish();
    Ok(Plan {
        books,
        cases: placed.cases,
        follows: placed.follows,
        echoes: placed.echoes,
        parts,
        merges: placed.merges,
        rejected,
        noticed,
        unlisted,
        new_cases: placed.new_cases,
        latest,
    })
}
