//! Reads the finished part in blocks of bytes, on several threads, and hands on what each block came to
//! in the order of the file: the outcome is the same whatever the number of threads.
//!
//! A line belongs to the block in which it begins. Inside a block checksums, sequence and batches are
//! checked as the lines come; what reaches over an edge (the sequence, the events of a batch) is checked
//! when the blocks are put together. The first fault in file order ends the reading, as in
//! [`read`](super::read).

use super::cache::Anchor;
use super::chain::Hash;
use super::front::{Front, Fronts};
use super::head::{AtCount, Found};
use super::place::read_at;
use super::read::{Reach, conclude, finished, wrong_seq};
use super::{Damage, LedgerError, Result};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;

/// Bytes a block: small enough to stay in a core's cache while its lines are read.
pub const BLOCK: u64 = 512 * 1024;
/// Read beyond a block's end for its last line.
const BEYOND: usize = 16 * 1024;

const SHRUNK: &str = "the ledger grew shorter while it was being read";

/// What one thread learns from the lines it sees.
pub trait Learner {
    /// What a block came to.
    type Part: Send;

    /// Takes in a line that stands at that byte.
    fn take(&mut self, front: &Front<'_>, byte: u64);

    /// What was learnt since the last call.
    fn part(&mut self) -> Self::Part;
}

/// How the ledger is read.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Only what stands behind this part, which a cache that is believed has vouched for.
    pub from: Anchor,
    /// Lines with a `seq` above this are checked, but nobody learns from them.
    pub upto: Option<u64>,
    /// Threads, at least one.
    pub threads: usize,
    /// Bytes a block, [`BLOCK`] where there is no reason for another.
    pub block: u64,
}

/// Shows every line of the `span` to learners, one a thread; `join` takes their parts in file order with
/// the number of the thread.
pub fn learn<L: Learner>(
    mut file: &File,
    path: &Path,
    head: Found,
    span: Span,
    learner: impl Fn() -> L + Sync,
    mut join: impl FnMut(usize, L::Part),
) -> Result<Reach> {
    let disk = |e| LedgerError::Disk(path.to_owned(), e);
    let end = finished(file).map_err(disk)?;
    let size = file.seek(SeekFrom::End(0)).map_err(disk)?;
    let Span {
        from,
        upto,
        threads,
        block: size_of_block,
    } = span;
    let mut seam = Seam {
        reach: Reach::begin(head, from),
        at_count: AtCount::begin(head, from),
        number: from.seq,
        in_batch: 0,
    };
    let blocks = end.saturating_sub(from.bytes).div_ceil(size_of_block);
    let block = |i: u64| {
        let begin = from.bytes + i * size_of_block;
        (begin, (begin + size_of_block).min(end))
    };
    let reader = |file| Reader {
        file,
        first: from.bytes,
        end,
        count: head.count(),
        upto,
        buffer: Vec::new(),
        fronts: Fronts::default(),
    };
    if threads < 2 || blocks < 4 {
        let (mut reader, mut learner) = (reader(file), learner());
        for i in 0..blocks {
            let checked = reader.read(block(i), &mut learner).map_err(disk)?;
            join(0, learner.part());
            seam.add(checked)?;
        }
    } else {
        let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let (next, stop, shared, reader, learner) = (&next, &stop, file, &reader, &learner);
        std::thread::scope(|scope| {
            let (send, receive) = sync_channel(2 * threads);
            for thread in 0..threads {
                let send = send.clone();
                scope.spawn(move || {
                    let (mut reader, mut learner) = (reader(shared), learner());
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        if i >= blocks || stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let checked = reader.read(block(i), &mut learner);
                        if send.send((i, thread, checked, learner.part())).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            let (mut early, mut due) = (BTreeMap::new(), 0);
            for (i, thread, checked, part) in receive {
                early.insert(i, (thread, checked, part));
                while let Some((thread, checked, part)) = early.remove(&due) {
                    due += 1;
                    join(thread, part);
                    let added = checked.map_err(disk).and_then(|c| seam.add(c));
                    if added.is_err() {
                        stop.store(true, Ordering::Relaxed);
                        return added;
                    }
                }
            }
            Ok(())
        })?;
    }
    (seam.reach.bytes, seam.reach.unfinished) = (end, size - end);
    conclude(file, path, head, seam.reach, seam.at_count)
}

/// Why a block could not be read on: its how-manieth line, from 0, where that stands, and what is wrong.
type Fault = (u64, u64, String);

/// What the checks inside a block came to.
#[derive(Default)]
struct Checked {
    /// `seq` of its first line and where that stands.
    first: Option<(u64, u64)>,
    lines: u64,
    /// The first commit line: how many lines stand before it in the block, where, and its `n`.
    commit: Option<(u64, u64, u64)>,
    /// Lines since the last commit line, or since the block's beginning.
    open: u64,
    last: Option<(u64, Hash)>,
    batches: u64,
    newest: u64,
    at_count: Option<AtCount>,
    fault: Option<Fault>,
}

struct Reader<'f> {
    file: &'f File,
    first: u64,
    end: u64,
    count: u64,
    upto: Option<u64>,
    buffer: Vec<u8>,
    fronts: Fronts,
}

impl Reader<'_> {
    fn read(&mut self, (begin, end): (u64, u64), learner: &mut impl Learner) -> std::io::Result<Checked> {
        // From the byte before on: it tells whether a line begins at `begin`.
        let base = begin - u64::from(begin > self.first);
        let own = usize::try_from(end - base).unwrap_or(0);
        self.fill(base, 0, own + BEYOND)?;
        let mut checked = Checked::default();
        let mut at = match (
            base < begin,
            memchr::memchr(b'\n', self.buffer.get(..own).unwrap_or_default()),
        ) {
            (false, _) => 0,
            (true, Some(lf)) => lf + 1,
            (true, None) => {
                checked.fault = (self.buffer.len() < own).then(|| (0, begin, SHRUNK.to_owned()));
                return Ok(checked);
            }
        };
        while at < own {
            let Some(length) = memchr::memchr(b'\n', self.buffer.get(at..).unwrap_or_default()) else {
                let held = self.buffer.len();
                if self.fill(base, held, held.max(BEYOND))? {
                    continue;
                }
                // The finished part ends in a line feed.
                checked.fault = Some((checked.lines, base + at as u64, SHRUNK.to_owned()));
                break;
            };
            let byte = base + at as u64;
            let bytes = self.buffer.get(at..at + length).unwrap_or_default();
            match self.fronts.parse(bytes) {
                Err(what) => {
                    checked.fault = Some((checked.lines, byte, what));
                    break;
                }
                Ok(front) => {
                    if let Err(what) = checked.take(&front, byte, self.count) {
                        checked.fault = Some((checked.lines, byte, what));
                        break;
                    }
                    checked.lines += 1;
                    if self.upto.is_none_or(|limit| front.seq <= limit) {
                        learner.take(&front, byte);
                    }
                }
            }
            at += length + 1;
        }
        Ok(checked)
    }

    /// Reads up to `more` bytes behind the `held` ones of the buffer, which begins at `base`; false where
    /// there are none.
    fn fill(&mut self, base: u64, held: usize, more: usize) -> std::io::Result<bool> {
        let left = usize::try_from(self.end.saturating_sub(base)).unwrap_or(usize::MAX);
        self.buffer
            .resize(held.saturating_add(more).min(left).max(held), 0);
        let got = match self.buffer.get_mut(held..) {
            Some(free) => read_at(self.file, free, base + held as u64)?,
            None => 0,
        };
        self.buffer.truncate(held + got);
        Ok(got > 0)
    }
}

impl Checked {
    fn take(&mut self, front: &Front<'_>, byte: u64, count: u64) -> std::result::Result<(), String> {
        let (first, _) = *self.first.get_or_insert((front.seq, byte));
        let due = first.saturating_add(self.lines);
        if front.seq != due {
            return Err(wrong_seq(front.seq, due));
        }
        if front.seq == count {
            let h = front.commit.map(|c| c.1);
            self.at_count = Some(AtCount { byte, h });
        }
        self.newest = self.newest.max(front.v);
        let Some((n, h)) = front.commit else {
            self.open += 1;
            return Ok(());
        };
        if self.commit.is_none() {
            self.commit = Some((self.lines, byte, n));
        } else if n != self.open {
            return Err(wrong_count(n, self.open));
        }
        self.open = 0;
        self.batches += 1;
        self.last = Some((front.seq, h));
        Ok(())
    }
}

fn wrong_count(n: u64, found: u64) -> String {
    format!("events that the commit line counts: {n}; events before it: {found}")
}

/// Puts the blocks together.
struct Seam {
    reach: Reach,
    at_count: AtCount,
    number: u64,
    in_batch: u64,
}

impl Seam {
    fn add(&mut self, block: Checked) -> Result<()> {
        let damaged =
            |line: u64, byte: u64, what: String| Err(LedgerError::Damaged(Damage { line, byte, what }));
        let due = self.number + 1;
        if let Some((seq, byte)) = block.first.filter(|f| f.0 != due) {
            return damaged(due, byte, wrong_seq(seq, due));
        }
        if let Some((before, byte, n)) = block.commit
            && n != self.in_batch + before
        {
            return damaged(due + before, byte, wrong_count(n, self.in_batch + before));
        }
        if let Some((before, byte, what)) = block.fault {
            return damaged(due + before, byte, what);
        }
        self.in_batch = block.open + if block.commit.is_some() { 0 } else { self.in_batch };
        self.number += block.lines;
        self.at_count = block.at_count.unwrap_or(self.at_count);
        self.reach.newest = self.reach.newest.max(block.newest);
        self.reach.batches += block.batches;
        if let Some((seq, h)) = block.last {
            (self.reach.seq, self.reach.h) = (seq, h);
        }
        Ok(())
    }
}
