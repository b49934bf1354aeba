//! Writing a run: the rows of older runs and what is fresh become one, in the order of keys, in pieces.

use super::rows::{PARTS, Row};
use super::run::{Foot, Run, fence};
use super::{BLOCK, Bound};
use crate::case::book::follow;
use crate::intake::fresh::{Fresh, Talk, Told};
use crate::ledger::cache::Draft;
use std::collections::HashMap;
use std::iter::Peekable;

/// Payload is handed on in pieces of about this many bytes.
const PIECE: usize = 64 * 1024;

/// Writes one run that holds what `runs` hold and what is fresh. `None` where the disk does not take it,
/// or a run turned out to be damaged: then nothing has changed.
pub(super) fn write(
    bound: &Bound<'_>,
    mut foot: Foot,
    runs: &[Run],
    mut fresh: Fresh,
    aliases: &HashMap<u32, u32>,
    erased: &[u8],
) -> Option<()> {
    let mut to = Payload {
        draft: Draft::begin(bound.place, bound.kind, bound.upto, bound.noted)?,
        bytes: Vec::with_capacity(PIECE + 4096),
        fences: Vec::new(),
    };
    // Nobody asks any more who waits for a message that is there.
    fresh.awaited.retain(|row| fresh.messages.find(row.key).is_none());
    fresh.awaited.sort_unstable();
    fresh.awaited.dedup();
    fresh.talks.sort_unstable();
    fresh.told.sort_unstable();
    fresh.versions.sort_unstable();
    fresh.versions.dedup();
    let mut joined = Vec::new();
    for run in runs {
        joined.extend_from_slice(&run.aliases);
    }
    joined.extend_from_slice(&fresh.aliases);
    let gap = foot.gap_ms;
    let near = |a: &Talk, b: &Talk| a.from == i64::MIN || b.from.saturating_sub(a.to) <= gap;
    let mut rows = [0; PARTS];
    let [messages, awaited, talks, told, versions] = &mut rows;
    *messages = to.part(Merged::of(runs, fresh.messages.into_sorted()))?;
    *awaited = to.part(Merged::of(runs, fresh.awaited))?;
    let all = Merged::of(runs, fresh.talks);
    *talks = to.part(Folded::new(all, |into: &mut Talk, next: &Talk| {
        let same = || follow(aliases, into.case) == follow(aliases, next.case);
        let goes_on = into.key == next.key && near(into, next) && same();
        if goes_on {
            into.to = into.to.max(next.to);
        }
        goes_on
    }))?;
    let all = Merged::of(runs, fresh.told);
    *told = to.part(Folded::new(all, |into: &mut Told, next: &Told| {
        let same = (into.key, into.case) == (next.key, next.case);
        if same {
            into.n += next.n;
        }
        same
    }))?;
    *versions = to.part(Merged::of(runs, fresh.versions))?;
    foot.rows = rows;
    foot.aliases = joined.len() as u64;
    for (from, into) in joined {
        to.bytes.extend_from_slice(&from.to_le_bytes());
        to.bytes.extend_from_slice(&into.to_le_bytes());
    }
    to.bytes.extend_from_slice(erased);
    for fence in std::mem::take(&mut to.fences) {
        to.bytes.extend_from_slice(&fence.to_le_bytes());
    }
    to.bytes.extend_from_slice(&foot.to_bytes());
    to.draft.write(&to.bytes)?;
    to.draft.finish()
}

struct Payload {
    draft: Draft,
    bytes: Vec<u8>,
    fences: Vec<u64>,
}

impl Payload {
    /// Adds the rows of a part and fills its last block; returns how many there were.
    fn part<T: Row>(&mut self, rows: impl Iterator<Item = Option<T>>) -> Option<u64> {
        let (mut n, a_block) = (0u64, BLOCK / T::WIDTH as u64);
        for row in rows {
            let row = row?;
            if n.is_multiple_of(a_block) {
                self.fences.push(fence(row.key()));
            }
            n += 1;
            row.write_all(&mut self.bytes);
            if self.bytes.len() >= PIECE {
                self.draft.write(&self.bytes)?;
                self.bytes.clear();
            }
        }
        let over = n % a_block;
        if over > 0 {
            let missing = usize::try_from((a_block - over) * T::WIDTH as u64).ok()?;
            self.bytes.resize(self.bytes.len() + missing, 0);
        }
        Some(n)
    }
}

/// The rows of several runs and fresh ones in one order. A row that cannot be read is `None`.
struct Merged<'r, T: Row> {
    of: Vec<Peekable<Box<dyn Iterator<Item = Option<T>> + 'r>>>,
}

impl<'r, T: Row + 'r> Merged<'r, T> {
    fn of(runs: &'r [Run], fresh: Vec<T>) -> Self {
        let mut of: Vec<Peekable<Box<dyn Iterator<Item = Option<T>> + 'r>>> = Vec::new();
        for run in runs.iter().filter(|run| run.has::<T>()) {
            let rows: Box<dyn Iterator<Item = Option<T>>> = Box::new(run.rows::<T>());
            of.push(rows.peekable());
        }
        let fresh: Box<dyn Iterator<Item = Option<T>>> = Box::new(fresh.into_iter().map(Some));
        of.push(fresh.peekable());
        Merged { of }
    }
}

impl<T: Row> Iterator for Merged<'_, T> {
    type Item = Option<T>;

    fn next(&mut self) -> Option<Option<T>> {
        let mut least: Option<(usize, Option<T>)> = None;
        for (i, rows) in self.of.iter_mut().enumerate() {
            // What cannot be read comes first.
            if let Some(row) = rows.peek()
                && least.as_ref().is_none_or(|(_, found)| row < found)
            {
                least = Some((i, *row));
            }
        }
        self.of.get_mut(least?.0)?.next()
    }
}

/// Neighbours that go together made into one.
struct Folded<T, I, F> {
    rows: I,
    held: Option<T>,
    goes_on: F,
    is_over: bool,
}

impl<T, I, F> Folded<T, I, F> {
    fn new(rows: I, goes_on: F) -> Self {
        Folded {
            rows,
            held: None,
            goes_on,
            is_over: false,
        }
    }
}

impl<T, I, F> Iterator for Folded<T, I, F>
where
    I: Iterator<Item = Option<T>>,
    F: FnMut(&mut T, &T) -> bool,
{
    type Item = Option<T>;

    fn next(&mut self) -> Option<Option<T>> {
        while !self.is_over {
            match self.rows.next() {
                Some(Some(row)) => {
                    if self.held.as_mut().is_some_and(|held| (self.goes_on)(held, &row)) {
                        continue;
                    }
                    if let Some(done) = self.held.replace(row) {
                        return Some(Some(done));
                    }
                }
                Some(None) => {
                    self.is_over = true;
                    self.held = None;
                    return Some(None);
                }
                None => self.is_over = true,
            }
        }
        self.held.take().map(Some)
    }
}
