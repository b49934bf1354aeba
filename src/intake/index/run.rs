//! One file of the index: what a stretch of the ledger has added, in the order of keys.
//!
//! ```text
//! messages · awaited · talks · told · versions  rows in the order of their keys; each part begins a block
//! aliases                               from 4 · into 4
//! erased                                all that was erased up to its end, as `erase` events tell it
//! fences                                of each block of rows the first 8 bytes of its first key
//! foot (144 bytes)                      key 16 · gap 8 · the part of the ledger from which on it
//!                                       speaks: seq 8, h 32, bytes 8 · last case 4 · zero 4 ·
//!                                       number of rows of each part 5×8 · number of aliases 8 ·
//!                                       bytes of what was erased 8 · zero 8
//! ```
//! The container ([`Cache`]) checks every block that is read and knows up to where it speaks. Keys are
//! evenly spread, and a fence says which block to read: one look-up reads one block.

use super::BLOCK;
use super::rows::{PARTS, Row, take};
use crate::intake::keys::{Hasher, Key};
use crate::ledger::cache::{Anchor, Cache};

/// The last bytes of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foot {
    pub(super) hasher: Hasher,
    pub(super) gap_ms: i64,
    /// Where in the ledger it begins.
    pub(super) from: Anchor,
    /// The highest case number up to its end.
    pub(super) last_case: u32,
    pub(super) rows: [u64; PARTS],
    pub(super) aliases: u64,
    /// Bytes.
    pub(super) erased: u64,
}

pub(super) const FOOT: usize = 144;

impl Foot {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut to = Vec::with_capacity(FOOT);
        to.extend_from_slice(&self.hasher.key());
        to.extend_from_slice(&self.gap_ms.to_le_bytes());
        to.extend_from_slice(&self.from.seq.to_le_bytes());
        to.extend_from_slice(&self.from.h);
        to.extend_from_slice(&self.from.bytes.to_le_bytes());
        to.extend_from_slice(&u64::from(self.last_case).to_le_bytes());
        for n in self.rows {
            to.extend_from_slice(&n.to_le_bytes());
        }
        to.extend_from_slice(&self.aliases.to_le_bytes());
        to.extend_from_slice(&self.erased.to_le_bytes());
        to.resize(FOOT, 0);
        to
    }

    fn read(mut rest: &[u8]) -> Option<Foot> {
        let rest = &mut rest;
        let hasher = Hasher::new(take(rest)?);
        let gap_ms = i64::from_le_bytes(take(rest)?);
        let seq = u64::from_le_bytes(take(rest)?);
        let h = take(rest)?;
        let bytes = u64::from_le_bytes(take(rest)?);
        let last_case = u32::try_from(u64::from_le_bytes(take(rest)?)).ok()?;
        let mut rows = [0; PARTS];
        for n in &mut rows {
            *n = u64::from_le_bytes(take(rest)?);
        }
        Some(Foot {
            hasher,
            gap_ms,
            from: Anchor { seq, h, bytes },
            last_case,
            rows,
            aliases: u64::from_le_bytes(take(rest)?),
            erased: u64::from_le_bytes(take(rest)?),
        })
    }
}

/// A run that is believed.
#[derive(Debug)]
pub(super) struct Run {
    cache: Cache,
    pub(super) foot: Foot,
    pub(super) aliases: Vec<(u32, u32)>,
    /// All that was erased up to its end.
    pub(super) erased: Vec<u8>,
    parts: [Part; PARTS],
    /// Blocks that were read and checked.
    blocks: Vec<Option<Box<[u8]>>>,
}

#[derive(Debug, Clone, Default)]
struct Part {
    /// Its first block.
    block: u64,
    rows: u64,
    fences: Vec<u64>,
}

/// Bytes a row, by part.
pub(super) const WIDTHS: [usize; PARTS] = [
    <crate::intake::table::Entry as Row>::WIDTH,
    <crate::intake::fresh::Awaited as Row>::WIDTH,
    <crate::intake::fresh::Talk as Row>::WIDTH,
    <crate::intake::fresh::Told as Row>::WIDTH,
    <crate::intake::fresh::Version as Row>::WIDTH,
];

/// What a fence keeps of a key.
pub(super) fn fence(key: Key) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = key.to_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

impl Run {
    /// Takes a cache as a run; `None` where it is none.
    pub(super) fn open(cache: Cache) -> Option<Run> {
        let foot_at = cache.len().checked_sub(FOOT as u64)?;
        let foot = Foot::read(&cache.read(foot_at, FOOT)?)?;
        let mut block = 0u64;
        let mut parts: [Part; PARTS] = Default::default();
        for ((part, rows), width) in parts.iter_mut().zip(foot.rows).zip(WIDTHS) {
            (part.block, part.rows) = (block, rows);
            block = block.checked_add(rows.checked_mul(width as u64)?.div_ceil(BLOCK))?;
        }
        let aliases_at = block.checked_mul(BLOCK)?;
        let erased_at = aliases_at.checked_add(foot.aliases.checked_mul(8)?)?;
        let fences_at = erased_at.checked_add(foot.erased)?;
        if fences_at.checked_add(block.checked_mul(8)?)? != foot_at {
            return None;
        }
        let rest = cache.read(aliases_at, usize::try_from(foot_at - aliases_at).ok()?)?;
        let mut rest = rest.as_slice();
        let mut aliases = Vec::new();
        for _ in 0..foot.aliases {
            let (from, into) = (take(&mut rest)?, take(&mut rest)?);
            aliases.push((u32::from_le_bytes(from), u32::from_le_bytes(into)));
        }
        let erased;
        (erased, rest) = rest.split_at_checked(usize::try_from(foot.erased).ok()?)?;
        for (part, width) in parts.iter_mut().zip(WIDTHS) {
            for _ in 0..(part.rows * width as u64).div_ceil(BLOCK) {
                part.fences.push(u64::from_le_bytes(take(&mut rest)?));
            }
        }
        Some(Run {
            cache,
            foot,
            aliases,
            erased: erased.to_vec(),
            parts,
            blocks: vec![None; usize::try_from(block).ok()?],
        })
    }

    /// Up to where in the ledger it speaks.
    pub(super) fn upto(&self) -> Anchor {
        self.cache.anchor()
    }

    /// How much there is in it.
    pub(super) fn bytes(&self) -> u64 {
        self.cache.len()
    }

    /// There are rows of that kind.
    pub(super) fn has<T: Row>(&self) -> bool {
        self.foot.rows.get(T::PART).is_some_and(|n| *n > 0)
    }

    /// Shows every row under `key`; `None` where the file is damaged.
    pub(super) fn each<T: Row>(&mut self, key: Key, show: &mut dyn FnMut(T)) -> Option<()> {
        let Run {
            cache, parts, blocks, ..
        } = self;
        let part = parts.get(T::PART)?;
        let (fence, bytes) = (fence(key), key.to_bytes());
        // The first block that begins behind the key is one too far.
        let mut number = part.fences.partition_point(|f| *f < fence).saturating_sub(1);
        while part.fences.get(number).is_some_and(|f| *f <= fence) {
            let at = part.block + number as u64;
            let block = blocks.get_mut(usize::try_from(at).ok()?)?;
            let block = match block {
                Some(block) => block,
                None => {
                    let size = usize::try_from(BLOCK).ok()?;
                    block.insert(cache.read(at * BLOCK, size)?.into_boxed_slice())
                }
            };
            let before = number as u64 * (BLOCK / T::WIDTH as u64);
            let rows = usize::try_from(part.rows - before).ok()?;
            let rows = rows.min(block.len() / T::WIDTH);
            let row = |n: usize| block.get(n * T::WIDTH..(n + 1) * T::WIDTH);
            let (mut from, mut to) = (0, rows);
            while from < to {
                let middle = from.midpoint(to);
                match row(middle)?.get(..Key::WIDTH)? < &bytes[..] {
                    true => from = middle + 1,
                    false => to = middle,
                }
            }
            for n in from..rows {
                match T::read_all(row(n)?)? {
                    found if found.key() == key => show(found),
                    _ => return Some(()),
                }
            }
            number += 1;
        }
        Some(())
    }

    /// All rows of a kind, in order, read in large pieces.
    pub(super) fn rows<T: Row>(&self) -> Rows<'_, T> {
        let part = self.parts.get(T::PART);
        Rows {
            cache: &self.cache,
            at: part.map_or(0, |p| p.block * BLOCK),
            left: part.map_or(0, |p| p.rows),
            piece: Vec::new(),
            taken: 0,
            of: std::marker::PhantomData,
        }
    }
}

/// See [`Run::rows`].
pub(super) struct Rows<'r, T> {
    cache: &'r Cache,
    at: u64,
    left: u64,
    piece: Vec<u8>,
    taken: usize,
    of: std::marker::PhantomData<T>,
}

/// Rows of how many blocks are read at once.
const AT_ONCE: u64 = 64;

impl<T: Row> Rows<'_, T> {
    fn read(&mut self) -> Option<T> {
        if self.taken == self.piece.len() {
            let most = AT_ONCE * BLOCK / T::WIDTH as u64;
            let len = usize::try_from(self.left.min(most)).ok()? * T::WIDTH;
            self.piece = self.cache.read(self.at, len)?;
            self.at += len as u64;
            self.taken = 0;
        }
        let row = T::read_all(self.piece.get(self.taken..self.taken + T::WIDTH)?);
        self.taken += T::WIDTH;
        row
    }
}

/// A row that cannot be read is `None`, and the last.
impl<T: Row> Iterator for Rows<'_, T> {
    type Item = Option<T>;

    fn next(&mut self) -> Option<Option<T>> {
        if self.left == 0 {
            return None;
        }
        let row = self.read();
        self.left = row.map_or(0, |_| self.left - 1);
        Some(row)
    }
}
