//! The second reading of an export: the same rows, judged and streamed into one batch.
//!
//! The export is taken in parts, by several threads where there are; each makes its lines ready by
//! itself, since the plan says which case and which place in the ledger every message has. They are
//! written in the order of the file: the same lines for any number of threads.

use super::{Handles, Part, Plan};
use crate::case::book::case_id;
use crate::diagnostic::Diagnostic;
use crate::event::write::{Standing, write_data, write_header};
use crate::event::{Books, INGEST, MERGE, MESSAGE, MergeFacts};
use crate::judge::{Circumstances, Judge, Judgement, Surroundings};
use crate::ledger::LedgerError;
use crate::ledger::append::Batch;
use crate::ledger::line::Draft;
use crate::ledger::ready::Ready;
use crate::message::{Direction, Message};
use crate::rules::RuleSet;
use crate::source::Export;
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Why the second reading failed; either way the batch is to be dropped.
#[derive(Debug)]
pub enum RecordError {
    /// The export is not what it was a moment ago.
    Source(Vec<Diagnostic>),
    /// The ledger could not be written.
    Ledger(LedgerError),
}

/// One file's work.
pub struct Job<'a> {
    /// The export.
    pub export: &'a Export,
    /// Its name as the user gave it.
    pub shown: &'a str,
    /// What its first reading found.
    pub plan: &'a Plan,
    /// The business's own accounts.
    pub handles: &'a Handles,
    /// The rules that judge.
    pub rules: &'a RuleSet,
    /// What a judge knows beside messages and rules.
    pub surroundings: &'a Arc<Surroundings>,
    /// Old messages: no targets, no alarms.
    pub history: bool,
    /// How many threads may judge at once.
    pub threads: usize,
}

/// Streams what the plan holds into `batch`: messages in file order, then merges, then the books.
///
/// # Errors
/// The export changed between the two readings, or the ledger could not be written.
pub fn record(
    job: &Job<'_>,
    batch: &mut Batch<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), RecordError> {
    let parts = job.plan.parts.len();
    let empty = batch.block();
    let mut done = 0;
    let mut add = |block: &Ready, batch: &mut Batch<'_>| {
        done += 1;
        progress(job.export.bytes() * done / (parts as u64).max(1));
        batch.append(block).map_err(RecordError::Ledger)
    };
    let threads = job.threads.min(parts);
    if threads < 2 {
        let mut lines = Lines::new(job, empty);
        for part in 0..parts {
            lines.fill(part)?;
            add(&lines.block, batch)?;
        }
    } else {
        std::thread::scope(|scope| {
            let makers: Vec<_> = (0..threads)
                .map(|maker| {
                    let (made, take) = sync_channel(AHEAD);
                    let (give_back, empties) = sync_channel(AHEAD + 2);
                    let lines = Lines::new(job, empty.clone());
                    scope.spawn(move || lines.make((maker..parts).step_by(threads), &made, &empties));
                    (take, give_back)
                })
                .collect();
            // Whoever fails is heard in his turn; going away from the channels ends the others.
            for (take, give_back) in makers.iter().cycle().take(parts) {
                let block = take.recv().unwrap_or_else(|_| Err(changed(job.shown)))?;
                add(&block, batch)?;
                let _ = give_back.try_send(block);
            }
            Ok(())
        })?;
    }
    close(job, batch).map_err(RecordError::Ledger)
}

/// How many parts a thread may be ahead of the writing.
const AHEAD: usize = 2;

fn changed(shown: &str) -> RecordError {
    let fault = Diagnostic::error("file-changed", "the file changed while it was read").at(shown, 0, 0);
    let help = "wait until the download is complete, then run the command again";
    RecordError::Source(vec![fault.help(help)])
}

/// The merges and the books, behind the messages.
fn close(job: &Job<'_>, batch: &mut Batch<'_>) -> Result<(), LedgerError> {
    for (into, from) in &job.plan.merges {
        let (into, from) = (case_id(*into), case_id(*from));
        let facts = MergeFacts {
            into: Cow::Borrowed(&into),
            from: Cow::Borrowed(&from),
        };
        batch.event(Draft {
            ev: MERGE,
            case: Some(&into),
            facts: &json(&facts),
            ..Draft::default()
        })?;
    }
    let facts = Books {
        rules: job.rules.fingerprint().to_owned(),
        ..job.plan.books.clone()
    };
    batch.event(Draft {
        ev: INGEST,
        facts: &json(&facts),
        data: Some(&json(&IngestData { path: job.shown })),
        ..Draft::default()
    })
}

#[derive(Serialize)]
struct IngestData<'a> {
    path: &'a str,
}

/// Compact JSON; the types here cannot fail to serialise.
pub fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|_| b"{}".to_vec())
}

/// Makes the lines of one part after another.
struct Lines<'a> {
    job: &'a Job<'a>,
    judge: Judge<'a>,
    counts_authors: bool,
    block: Ready,
}

impl<'a> Lines<'a> {
    fn new(job: &'a Job<'a>, block: Ready) -> Self {
        let judge = Judge::new(job.rules).within(Arc::clone(job.surroundings));
        Lines {
            job,
            judge,
            counts_authors: job.rules.counts_authors(),
            block,
        }
    }

    fn make(
        mut self,
        parts: impl Iterator<Item = usize>,
        made: &SyncSender<Result<Ready, RecordError>>,
        empties: &Receiver<Ready>,
    ) {
        let spare = self.block.clone();
        for part in parts {
            let filled = self.fill(part);
            let next = empties.try_recv().unwrap_or_else(|_| spare.clone());
            let block = std::mem::replace(&mut self.block, next);
            let failed = filled.is_err();
            if made.send(filled.map(|()| block)).is_err() || failed {
                return;
            }
        }
    }

    /// Fills the block with the lines of that part of the plan.
    fn fill(&mut self, part: usize) -> Result<(), RecordError> {
        let plan = self.job.plan;
        let Some(Part {
            mark,
            position,
            lines,
        }) = plan.parts.get(part).copied()
        else {
            return Ok(());
        };
        self.block.restart(lines);
        let next = plan.parts.get(part + 1);
        let end = next.map_or(plan.cases.len(), |p| p.position);
        let mut at = position;
        let mut failed = None;
        self.job
            .export
            .read_part(mark, next.map(|p| p.mark), &mut |message| {
                if at < end && failed.is_none() {
                    failed = self.line(message, at).err();
                }
                at += 1;
            })
            .map_err(RecordError::Source)?;
        match failed {
            Some(fault) => Err(RecordError::Ledger(fault)),
            None if at != end => Err(changed(self.job.shown)),
            None => Ok(()),
        }
    }

    fn line(&mut self, message: &Message<'_>, position: usize) -> Result<(), LedgerError> {
        let plan = self.job.plan;
        let Some(case) = plan.cases.get(position).copied().flatten() else {
            return self.line_again(message, position);
        };
        let direction = self.job.handles.direction(message);
        let circumstances = self.circumstances(message, position);
        let judged = match direction {
            Direction::Inbound => Some(self.judge.judge_in(message, circumstances)),
            Direction::Outbound => None,
        };
        let follows = plan.follows.binary_search_by_key(&position, |(at, _)| *at);
        let standing = Standing {
            case: case.get(),
            direction,
            follows: follows.ok().and_then(|i| plan.follows.get(i)).map(|f| f.1),
            echo: plan.echoes.binary_search(&position).is_ok(),
            history: self.job.history,
            again: None,
        };
        write(&mut self.block, MESSAGE, message, judged.as_ref(), standing)
    }

    fn circumstances(&self, message: &Message<'_>, position: usize) -> Circumstances {
        if !self.counts_authors {
            return Circumstances::default();
        }
        let counts = &self.job.plan.author_mentions;
        let found = counts.binary_search_by_key(&position, |(at, _)| *at);
        let named = !message.author.is_empty() || message.author_id.is_some();
        let once = named.then_some(1);
        Circumstances {
            author_mentions: found.ok().and_then(|i| counts.get(i)).map(|(_, n)| *n).or(once),
        }
    }

    /// A known message of which there is news. It is written as this export tells it, and judged by all that is
    /// known of it.
    fn line_again(&mut self, message: &Message<'_>, position: usize) -> Result<(), LedgerError> {
        let changes = &self.job.plan.changes;
        let found = changes.binary_search_by_key(&position, |change| change.position);
        let Some(change) = found.ok().and_then(|i| changes.get(i)) else {
            return Ok(());
        };
        let direction = self.job.handles.direction(message);
        let whole = change.whole(message);
        let circumstances = self.circumstances(message, position);
        let judged = match direction {
            Direction::Inbound => Some(self.judge.judge_in(&whole, circumstances)),
            Direction::Outbound => None,
        };
        let standing = Standing {
            case: change.case,
            direction,
            follows: None,
            echo: false,
            history: self.job.history,
            again: Some(change.again),
        };
        write(&mut self.block, change.ev, message, judged.as_ref(), standing)
    }
}

fn write(
    block: &mut Ready,
    ev: &str,
    message: &Message<'_>,
    judged: Option<&Judgement<'_>>,
    standing: Standing,
) -> Result<(), LedgerError> {
    block.written(
        ev,
        |to| write_header(to, message, judged, standing),
        Some(|to: &mut Vec<u8>| write_data(to, message, judged)),
    )
}

#[cfg(test)]
mod tests;
