//! What came in since the index was written: in memory, only ever added to, taken back by cutting.
//!
//! Everything here is true for ever once it is true (a message is in a case, an answer waits for its
//! question, people spoke from then to then), so that two collections of it are one by putting them
//! together; the [`index`](super::index) holds the same on disk.

use super::keys::Key;
use super::table::Table;

/// A message of `case` answers one that had not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Awaited {
    /// The message that is not there.
    pub(crate) key: Key,
    pub(crate) case: u32,
}

/// In a conversation people spoke from then to then without a longer silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Talk {
    /// The conversation.
    pub(crate) key: Key,
    /// Milliseconds since 1970; `i64::MIN` where a time is unknown.
    pub(crate) from: i64,
    /// Likewise.
    pub(crate) to: i64,
    pub(crate) case: u32,
}

/// `feedback reply` recorded a text in a case (1), or an export brought it again (-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    /// What was said.
    pub(crate) key: Key,
    pub(crate) case: u32,
    pub(crate) n: i32,
}

/// A message of the ledger was told again, in these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    /// The message.
    pub(crate) key: Key,
    /// See [`Spoken`](super::keys::Spoken).
    pub(crate) content: u32,
}

/// What is kept under a key and may be there more than once.
pub(crate) trait Keyed: Copy + Ord {
    fn key(&self) -> Key;
}

impl Keyed for Awaited {
    fn key(&self) -> Key {
        self.key
    }
}

impl Keyed for Talk {
    fn key(&self) -> Key {
        self.key
    }
}

impl Keyed for Told {
    fn key(&self) -> Key {
        self.key
    }
}

impl Keyed for Version {
    fn key(&self) -> Key {
        self.key
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    pub(crate) messages: Table,
    pub(crate) awaited: Vec<Awaited>,
    pub(crate) talks: Vec<Talk>,
    pub(crate) told: Vec<Told>,
    pub(crate) versions: Vec<Version>,
    /// (from, into): a case goes by the other's number.
    pub(crate) aliases: Vec<(u32, u32)>,
}

/// How much there was at a time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mark {
    messages: usize,
    awaited: usize,
    talks: usize,
    told: usize,
    versions: usize,
    aliases: usize,
}

impl Mark {
    pub(crate) fn awaited<'f>(&self, fresh: &'f Fresh) -> &'f [Awaited] {
        fresh.awaited.get(..self.awaited).unwrap_or_default()
    }

    pub(crate) fn talks<'f>(&self, fresh: &'f Fresh) -> &'f [Talk] {
        fresh.talks.get(..self.talks).unwrap_or_default()
    }

    pub(crate) fn told<'f>(&self, fresh: &'f Fresh) -> &'f [Told] {
        fresh.told.get(..self.told).unwrap_or_default()
    }

    pub(crate) fn versions<'f>(&self, fresh: &'f Fresh) -> &'f [Version] {
        fresh.versions.get(..self.versions).unwrap_or_default()
    }
}

impl Fresh {
    /// Puts what is looked up by key in order, and marks this state.
    pub(crate) fn settle(&mut self) -> Mark {
        // Sorting what is sorted but for its end costs little more than looking at it.
        self.awaited.sort();
        self.talks.sort();
        self.told.sort();
        self.versions.sort();
        Mark {
            messages: self.messages.len(),
            awaited: self.awaited.len(),
            talks: self.talks.len(),
            told: self.told.len(),
            versions: self.versions.len(),
            aliases: self.aliases.len(),
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> u64 {
        let rows = [
            (self.messages.len(), 20),
            (self.awaited.len(), 16),
            (self.talks.len(), 32),
            (self.told.len(), 20),
            (self.versions.len(), 16),
            (self.aliases.len(), 8),
        ];
        rows.iter().map(|(n, width)| *n as u64 * width).sum()
    }

    /// Forgets all that came after the mark; the aliases among it.
    pub(crate) fn forget(&mut self, mark: Mark) -> Vec<(u32, u32)> {
        self.messages.truncate(mark.messages);
        self.awaited.truncate(mark.awaited);
        self.talks.truncate(mark.talks);
        self.told.truncate(mark.told);
        self.versions.truncate(mark.versions);
        self.aliases.split_off(mark.aliases.min(self.aliases.len()))
    }
}

/// Those under `key`, in a list that is in order up to `len`.
pub(crate) fn under<T: Keyed>(list: &[T], key: Key) -> &[T] {
    let rest = list
        .get(list.partition_point(|row| row.key() < key)..)
        .unwrap_or_default();
    let end = rest.iter().take_while(|row| row.key() == key).count();
    rest.get(..end).unwrap_or_default()
}
