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
mod handles;
mod heard;
pub mod index;
pub mod keys;
pub mod known;
pub mod named;
mod numbers;
pub mod record;
pub mod regulars;
pub(crate) mod retold;
mod same_text;
pub mod selection;
mod table;
mod talks;
mod threads;

use crate::calendar::Moment;
use crate::diagnostic::Diagnostic;
use crate::event::{Books, DELETE, EDIT};
use crate::ledger::line::Line;
use crate::message::{Direction, Message};
use crate::source::{Entry, Export, Mark};
pub use handles::Handles;
pub(crate) use handles::normal;
use heard::{Ears, Heard, PILE, Pile};
use known::Known;
use retold::{Change, Recall, Verdict};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::mpsc::sync_channel;
use threads::{Placement, Threads};

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
    /// What is told of known messages and is news, in order.
    pub(crate) changes: Vec<Change>,
    /// Positions of mentions whose authors had written before, and how many they make; where rules ask.
    pub(crate) author_mentions: Vec<(usize, u32)>,
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
    /// How many lines those come to.
    pub(crate) lines: u64,
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

fn otherwise(export: &Export, message: &Message<'_>) -> Diagnostic {
    let id: String = message.id.chars().take(40).collect();
    let reason =
        format!("the id `{id}` is known already, as another author's other message; the first stays");
    let mut d = Diagnostic::warning("id-known-otherwise", reason)
        .help("if both are messages, give each export a column `channel` of its own");
    d.place = Some(export.place_of_id(message.line));
    d
}

fn gone(export: &Export, line: u32) -> Diagnostic {
    let reason = "the message was deleted on the platform, and its text is not known";
    let mut d = Diagnostic::note("message-deleted", reason).help("nothing to do");
    d.place = Some(export.place_of_id(line.into()));
    d
}

/// Shows every line of the ledger, from its beginning.
pub type Reread<'r> = &'r mut dyn FnMut(&mut dyn FnMut(&Line<'_>));

/// Reads `export` once and decides where everything belongs. `known` learns what it will hold; where the
/// plan is not recorded after all, it has to [`forget`](Known::forget) that. With two `threads` or more, one
/// reads and hashes while another looks up; the plan is the same. `reread` is asked only where known messages
/// are told in other words.
///
/// # Errors
/// The export is refused; `known` is as it was.
pub fn plan(
    export: &Export,
    handles: &Handles,
    known: &mut Known,
    threads: usize,
    progress: &mut dyn FnMut(u64),
    reread: Reread<'_>,
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
        changes: Vec::new(),
        author_mentions: Vec::new(),
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
    let looked = read.and_then(|()| planning.look_at_retold(reread));
    let Planning {
        mut threads,
        mut books,
        told,
        earliest,
        latest,
        parts,
        changes,
        author_mentions,
        ..
    } = planning;
    if let Err(refused) = looked {
        drop(threads);
        known.forget();
        return Err(refused);
    }
    books.rows = books.mentions + books.replies + books.rejected + books.skipped;
    let author_mentions = threads.author_mentions(author_mentions);
    let placed = threads.finish();
    Ok(Plan {
        books,
        cases: placed.cases,
        follows: placed.follows,
        echoes: placed.echoes,
        changes,
        author_mentions,
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
    changes: Vec<Change>,
    /// Of known mentions that are told otherwise.
    author_mentions: Vec<(usize, u32)>,
}

impl Planning<'_> {
    /// Decides what the messages come to that are known in other words.
    fn look_at_retold(&mut self, reread: Reread<'_>) -> Result<(), Vec<Diagnostic>> {
        let retold = self.threads.retold();
        if retold.is_empty() || self.threads.known.is_unsound() {
            return Ok(());
        }
        let mut recall = Recall::of(self.threads.known.hasher(), &retold);
        reread(&mut |line| recall.take(line));
        let mut next = retold.iter().peekable();
        let excerpts = self.export.excerpts();
        let mut parts = std::mem::take(&mut self.parts);
        for (number, part) in parts.iter().enumerate() {
            let end = parts.get(number + 1);
            if next
                .peek()
                .is_none_or(|r| end.is_some_and(|e| r.position >= e.position))
            {
                continue;
            }
            let mut position = part.position;
            let Planning {
                export,
                threads,
                books,
                told,
                changes,
                author_mentions,
                ..
            } = &mut *self;
            export.read_part(part.mark, end.map(|e| e.mark), &mut |message| {
                if let Some(retold) = next.next_if(|r| r.position == position) {
                    match recall.decide(retold, message, excerpts) {
                        Verdict::Nothing => {}
                        Verdict::Another => told.noticed(otherwise(export, message)),
                        Verdict::Change(change) => {
                            match change.ev {
                                EDIT => books.edits += 1,
                                DELETE => books.deletions += 1,
                                _ => books.completed += 1,
                            }
                            let regulars = threads.known.regulars.as_ref();
                            let n = regulars.and_then(|all| all.of(message));
                            author_mentions.extend(n.map(|n| (change.position, n)));
                            threads.learn(retold);
                            changes.push(change);
                        }
                    }
                }
                position += 1;
            })?;
        }
        for part in &mut parts {
            let before = self
                .changes
                .partition_point(|change| change.position < part.position);
            part.lines += before as u64;
        }
        self.parts = parts;
        Ok(())
    }

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
                lines: self.books.new,
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
        // A reply inside a row goes where its row goes; another customer's answer stands for itself.
        let is_reply = inline && heard.direction == Direction::Outbound;
        let placement = if is_reply && self.is_repeated {
            self.threads.pass();
            Placement::Known
        } else {
            self.threads.place(heard)
        };
        if !inline {
            self.is_repeated = matches!(
                placement,
                Placement::Repeated(_) | Placement::Erased | Placement::Gone
            );
        }
        match placement {
            Placement::New => books.new += 1,
            Placement::Known | Placement::Erased => books.duplicate += 1,
            Placement::Gone => {
                books.skipped += 1;
                return told.noticed(gone(self.export, line));
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
