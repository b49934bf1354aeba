//! Which case does a message belong to? Duplicates, threads, the business's own replies.
//!
//! One export is read twice: [`plan`] finds threads, duplicates, refusals and the books without writing
//! anything; [`write()`](record::record) then streams the same rows into one batch. So a refused file has written nothing,
//! and a thread whose question stands below its answer gets one case from the start.
//!
//! A case is a reply tree, or a stretch of a conversation where only conversation ids are known; see
//! `threads` for when two messages belong together. The partition does not depend on the order in
//! which files come in.

pub mod erased;
mod fresh;
mod heard;
pub mod index;
pub mod keys;
pub mod known;
pub mod named;
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
use heard::{Ears, Heard, PILE, Pile};
use known::Known;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::mpsc::sync_channel;
use threads::{Placement, Threads};
use unicode_normalization::UnicodeNormalization;

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
    // One name can be written in several ways that look the same.
    let handle: Cow<'_, str> = match handle.is_ascii() {
        true => Cow::Borrowed(handle),
        false => Cow::Owned(handle.nfc().collect()),
    };
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
        handle == normal(author)
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
    /// The earliest posted time met.
    pub earliest: Option<Moment>,
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

fn repeated(export: &Export, id: &str, line: u32, before: u32) -> Diagnostic {
    let reason = format!("the id `{id}` stands for another message at line {before} already");
    let mut d = Diagnostic::error("id-repeated", reason)
        .help("a spreadsheet may have rounded the ids: take the original download");
    d.place = Some(export.place_of_id(line.into()));
    d
}

fn otherwise(export: &Export, id: &str, line: u32) -> Diagnostic {
    let reason = format!("the id `{id}` is known already, but says something else here; the first stays");
    let mut d = Diagnostic::warning("id-known-otherwise", reason).help(
        "an edit is not recorded yet: look at the message on the platform; if it is another message, give each \
         export a column `channel` of its own",
    );
    d.place = Some(export.place_of_id(line.into()));
    d
}

/// Reads `export` once and decides where everything belongs. `known` learns what it will hold; where the
/// plan is not recorded after all, it has to [`forget`](Known::forget) that. With two `threads` or more, one
/// reads and hashes while another looks up; the plan is the same.
///
/// # Errors
/// The export is refused; `known` is as it was.
pub fn plan(
    export: &Export,
    handles: &Handles,
    known: &mut Known,
    threads: usize,
    progress: &mut dyn FnMut(u64),
) -> Result<Plan, Vec<Diagnostic>> {
    let books = Books {
        source: export.source().to_owned(),
        encoding: export.encoding().to_owned(),
        ..Books::default()
    };
    let ears = known.ears(handles);
    let mut planning = Planning {
        export,
        threads: Threads::begin(known),
        books,
        told: Lists::default(),
        earliest: None,
        latest: None,
        is_repeated: false,
        position: 0,
        parts: Vec::new(),
    };
    let read = if threads < 2 || export.bytes() < WORTH_A_THREAD {
        hear(export, &ears, progress, &mut |step| {
            planning.take(step);
        })
    } else {
        let planning = &mut planning;
        std::thread::scope(|scope| {
            let (say, listen) = sync_channel(AHEAD);
            scope.spawn(move || listen.into_iter().for_each(|step| planning.take(step)));
            hear(export, &ears, progress, &mut |step| {
                let _ = say.send(step);
            })
        })
    };
    let Planning {
        threads,
        mut books,
        told,
        earliest,
        latest,
        parts,
        ..
    } = planning;
    if let Err(refused) = read {
        drop(threads);
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
        rejected: told.rejected,
        noticed: told.noticed,
        unlisted: told.unlisted,
        new_cases: placed.new_cases,
        earliest,
        latest,
    })
}

/// A smaller export is read before a thread has begun.
const WORTH_A_THREAD: u64 = if cfg!(test) { 1 } else { 1 << 20 };

/// How many steps reading may be ahead of placing.
const AHEAD: usize = 64;

/// What a first reading comes upon, in the order of the file.
enum Step {
    /// Messages.
    Heard(Pile),
    /// The second reading can begin here.
    Mark(Mark),
    Rejected(Diagnostic),
    Skipped(Diagnostic),
    Warned(Diagnostic),
}

/// Reads the export and tells what it comes upon.
fn hear(
    export: &Export,
    ears: &Ears<'_>,
    progress: &mut dyn FnMut(u64),
    tell: &mut dyn FnMut(Step),
) -> Result<(), Vec<Diagnostic>> {
    let mut pile = Pile::default();
    let read = export.read(&mut |entry| {
        let step = match entry {
            Entry::Message(message) => {
                pile.hear(ears, message);
                if pile.heard.len() == PILE {
                    tell(Step::Heard(std::mem::replace(&mut pile, Pile::empty())));
                }
                return;
            }
            Entry::Progress(bytes) => return progress(bytes),
            Entry::Mark(mark) => Step::Mark(mark),
            Entry::Rejected(diagnostic) => Step::Rejected(diagnostic),
            Entry::Skipped(diagnostic) => Step::Skipped(diagnostic),
            Entry::Warned(diagnostic) => Step::Warned(diagnostic),
        };
        // What is told stands in the order of the file, and so do the books.
        if !pile.heard.is_empty() {
            tell(Step::Heard(std::mem::take(&mut pile)));
        }
        tell(step);
    });
    tell(Step::Heard(pile));
    read
}

/// What is told of single rows.
#[derive(Default)]
struct Lists {
    rejected: Vec<Diagnostic>,
    noticed: Vec<Diagnostic>,
    unlisted: BTreeMap<&'static str, u64>,
}

impl Lists {
    fn rejected(&mut self, d: Diagnostic) {
        match self.rejected.len() < LISTED {
            true => self.rejected.push(d),
            false => *self.unlisted.entry(d.code).or_default() += 1,
        }
    }

    fn noticed(&mut self, d: Diagnostic) {
        match self.noticed.len() < LISTED {
            true => self.noticed.push(d),
            false => *self.unlisted.entry(d.code).or_default() += 1,
        }
    }
}

/// A first reading under way.
struct Planning<'a> {
    export: &'a Export,
    threads: Threads<'a>,
    books: Books,
    told: Lists,
    earliest: Option<Moment>,
    latest: Option<Moment>,
    /// The row that is being read did not go in.
    is_repeated: bool,
    /// How many messages have come by.
    position: usize,
    parts: Vec<Part>,
}

impl Planning<'_> {
    fn take(&mut self, step: Step) {
        match step {
            Step::Heard(pile) => {
                self.position += pile.heard.len();
                self.threads.look_ahead(&pile.heard);
                for heard in &pile.heard {
                    self.place(heard, pile.id(heard));
                }
            }
            Step::Mark(mark) => self.parts.push(Part {
                mark,
                position: self.position,
                new: self.books.new,
            }),
            Step::Rejected(diagnostic) => {
                self.books.rejected += 1;
                self.told.rejected(diagnostic);
            }
            Step::Skipped(diagnostic) => {
                self.books.skipped += 1;
                self.told.noticed(diagnostic);
            }
            Step::Warned(diagnostic) => self.told.noticed(diagnostic),
        }
    }

    fn place(&mut self, heard: &Heard, id: &str) {
        let Planning { books, told, .. } = self;
        let (inline, line) = (heard.spoken.inline, heard.spoken.line);
        // What stands inside a row goes where its row goes.
        let placement = if inline && self.is_repeated {
            self.threads.pass();
            Placement::Known
        } else {
            self.threads.place(heard)
        };
        if !inline {
            self.is_repeated = matches!(placement, Placement::Repeated(_) | Placement::Erased);
        }
        match placement {
            Placement::New => books.new += 1,
            Placement::Known | Placement::Erased => books.duplicate += 1,
            Placement::Otherwise => {
                books.duplicate += 1;
                told.noticed(otherwise(self.export, id, line));
            }
            Placement::Repeated(before) => {
                books.rejected += 1;
                return told.rejected(repeated(self.export, id, line, before));
            }
        }
        match (inline, heard.direction) {
            (true, _) => books.inline += 1,
            (false, Direction::Inbound) => books.mentions += 1,
            (false, Direction::Outbound) => books.replies += 1,
        }
        self.latest = self.latest.max(heard.posted);
        self.earliest = match (self.earliest, heard.posted) {
            (Some(earliest), Some(posted)) => Some(earliest.min(posted)),
            (earliest, posted) => earliest.or(posted),
        };
    }
}
