//! `ledger.index`: what intake must know of the ledger, on disk, so that a few new messages cost the same
//! however many are known.
//!
//! Derived, checked and never needed: each file is a [`Cache`], believed only when everything fits, and
//! without it all is learnt from the ledger again. It holds keyed hashes of ids, never the ids; the key
//! is made with it.
//!
//! There are up to six files, the oldest and largest first, each speaking of what follows where the one
//! before it ends. What is new goes into a file of its own, together with those smaller files that it has
//! outgrown: so the large one is hardly ever written again.

mod rows;
mod run;
mod write;

use super::fresh::{Awaited, Talk, Told, Version};
use super::keys::{Hasher, Key};
use super::known::{Known, Parts};
use super::table::Entry;
use crate::ledger::cache::{Anchor, Cache, Kind, Touched, remove};
use crate::ledger::head::Found;
use crate::ledger::place::Place;
use rows::Row;
use run::{Foot, Run};
use std::fs::File;

/// Bytes that are read and checked at once: a whole number of rows of every kind.
const BLOCK: u64 = 3200;

const fn kind(file: &'static str) -> Kind {
    Kind {
        file,
        tag: *b"intake\0\0",
        format: 2,
        block: BLOCK as u32,
        by_writer: true,
    }
}

/// The files, the oldest first.
pub const KINDS: [Kind; 6] = [
    kind("ledger.index"),
    kind("ledger.index.1"),
    kind("ledger.index.2"),
    kind("ledger.index.3"),
    kind("ledger.index.4"),
    kind("ledger.index.5"),
];

/// A file is written again once what comes after it is more than this part of it.
const OUTGROWN: u64 = 8;

/// The index as far as it is believed.
#[derive(Debug)]
pub struct Index {
    hasher: Hasher,
    gap_ms: i64,
    runs: Vec<Run>,
    is_unsound: bool,
}

/// What a file speaks of, and where it goes.
struct Bound<'a> {
    place: &'a Place,
    kind: &'a Kind,
    upto: Anchor,
    noted: Touched,
}

impl Index {
    /// No index. `key` is random; `gap_ms` the silence that ends a stretch of conversation.
    pub fn none(key: [u8; 16], gap_ms: i64) -> Index {
        Index {
            hasher: Hasher::new(key),
            gap_ms,
            runs: Vec::new(),
            is_unsound: false,
        }
    }

    /// The workspace's index as far as it fits the ledger and its head, and the same silence. Where there
    /// is none, `key` is taken, which is random.
    pub fn open(place: &Place, ledger: &File, head: Found, key: [u8; 16], gap_ms: i64) -> Index {
        let mut index = Index::none(key, gap_ms);
        for kind in &KINDS {
            let Some(run) = Cache::open(place, kind, ledger, head).and_then(Run::open) else {
                break;
            };
            let begins = index.runs.is_empty();
            if begins {
                index.hasher = run.foot.hasher;
            }
            let fits = run.foot.gap_ms == gap_ms
                && run.foot.hasher == index.hasher
                && run.foot.from == index.upto()
                && run.upto().seq > run.foot.from.seq;
            if !fits {
                if begins {
                    return Index::none(key, gap_ms);
                }
                break;
            }
            index.runs.push(run);
        }
        index
    }

    /// Up to where in the ledger it speaks.
    pub fn upto(&self) -> Anchor {
        self.runs.last().map_or(Anchor::START, Run::upto)
    }

    /// What its keys are made with.
    pub(crate) fn hasher(&self) -> Hasher {
        self.hasher
    }

    pub(crate) fn gap_ms(&self) -> i64 {
        self.gap_ms
    }

    /// A block of it could not be read: nothing that it told can be relied on.
    pub(crate) fn is_unsound(&self) -> bool {
        self.is_unsound
    }

    /// Case → the case it was joined to.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = (u32, u32)> {
        self.runs.iter().flat_map(|run| run.aliases.iter().copied())
    }

    /// What was erased, as [`Erased::events`](super::erased::Erased) gave it.
    pub(crate) fn erased(&self) -> &[u8] {
        self.runs.last().map_or(&[], |run| &run.erased)
    }

    /// The highest case number.
    pub(crate) fn last_case(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.foot.last_case)
    }

    fn has<T: Row>(&self) -> bool {
        self.runs.iter().any(Run::has::<T>)
    }

    fn each<T: Row>(&mut self, key: Key, show: &mut dyn FnMut(T)) {
        for run in self.runs.iter_mut().filter(|run| run.has::<T>()) {
            if run.each(key, show).is_none() {
                self.is_unsound = true;
            }
        }
    }

    /// The message under `key`.
    pub(crate) fn message(&mut self, key: Key) -> Option<Entry> {
        let mut found = None;
        self.each(key, &mut |entry: Entry| found = Some(entry));
        found
    }

    /// There are open ends.
    pub(crate) fn awaits(&self) -> bool {
        self.has::<Awaited>()
    }

    /// Shows who answered the message under `key`.
    pub(crate) fn awaited(&mut self, key: Key, show: &mut dyn FnMut(Awaited)) {
        self.each(key, show);
    }

    /// There are conversations.
    pub(crate) fn talks(&self) -> bool {
        self.has::<Talk>()
    }

    /// Shows what was spoken in the conversation under `key`.
    pub(crate) fn talk(&mut self, key: Key, show: &mut dyn FnMut(Talk)) {
        self.each(key, show);
    }

    /// There are replies that were recorded by hand.
    pub(crate) fn tells(&self) -> bool {
        self.has::<Told>()
    }

    /// The message under `key` was told again in these words.
    pub(crate) fn was_told(&mut self, key: Key, content: u32) -> bool {
        let mut found = false;
        self.each(key, &mut |row: Version| found |= row.content == content);
        found
    }

    /// Shows in which cases a text was recorded.
    pub(crate) fn told(&mut self, key: Key, show: &mut dyn FnMut(Told)) {
        self.each(key, show);
    }
}

/// Brings the index up to date with all that is known, which is the ledger up to `upto`. `noted` is the
/// ledger's file as this program left it. Where the disk does not take it, the
/// index stays behind, and what is missing is learnt from the ledger next time.
pub fn update(place: &Place, known: Known, upto: Anchor, noted: Touched) {
    let Parts {
        mut index,
        fresh,
        aliases,
        erased,
        last_case,
    } = known.into_parts();
    if index.upto().seq >= upto.seq {
        return;
    }
    // The smallest files are written again together with what is fresh, as far as it has outgrown them.
    let mut bytes = fresh.bytes();
    let mut keep = index.runs.len();
    while let Some(run) = keep.checked_sub(1).and_then(|last| index.runs.get(last))
        && (keep == KINDS.len() || run.bytes() < bytes.saturating_mul(OUTGROWN))
    {
        bytes = bytes.saturating_add(run.bytes());
        keep -= 1;
    }
    let joined = index.runs.split_off(keep);
    let Some(kind) = KINDS.get(keep) else { return };
    let foot = Foot {
        hasher: index.hasher,
        gap_ms: index.gap_ms,
        from: index.upto(),
        last_case,
        rows: Default::default(),
        aliases: 0,
        erased: erased.events().len() as u64,
    };
    let bound = Bound {
        place,
        kind,
        upto,
        noted,
    };
    if write::write(&bound, foot, &joined, fresh, &aliases, erased.events()).is_some() {
        KINDS.iter().skip(keep + 1).for_each(|kind| remove(place, kind));
    }
}

/// Removes the index: everything it knows is learnt from the ledger again.
pub fn purge(place: &Place) {
    KINDS.iter().for_each(|kind| remove(place, kind));
}
