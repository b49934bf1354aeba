//! The rows of an index to and from bytes: fixed widths, the key first and in the order of its bytes.

use crate::intake::fresh::{Awaited, Keyed, Talk, Told, Version};
use crate::intake::keys::Key;
use crate::intake::table::Entry;

/// Something that an index keeps under a key.
pub(super) trait Row: Keyed {
    /// Bytes a row; [`BLOCK`](super::BLOCK) holds a whole number of them.
    const WIDTH: usize;

    /// Which of the index's parts holds them.
    const PART: usize;

    /// Adds its bytes behind the key's.
    fn write(&self, to: &mut Vec<u8>);

    /// Reads what [`Row::write`] wrote.
    fn read(key: Key, rest: &[u8]) -> Option<Self>;

    /// Key and all.
    fn write_all(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.key().to_bytes());
        self.write(to);
    }

    /// Reads what [`Row::write_all`] wrote.
    fn read_all(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = bytes.split_first_chunk::<{ Key::WIDTH }>()?;
        Self::read(Key::from_bytes(*key), rest)
    }
}

/// How many parts there are.
pub(super) const PARTS: usize = 5;

/// The next `N` bytes.
pub(super) fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

impl Keyed for Entry {
    fn key(&self) -> Key {
        self.key
    }
}

impl Row for Entry {
    const WIDTH: usize = 20;
    const PART: usize = 0;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.case.to_le_bytes());
        to.extend_from_slice(&self.content.to_le_bytes());
    }

    fn read(key: Key, mut rest: &[u8]) -> Option<Self> {
        let (case, content) = (take(&mut rest)?, take(&mut rest)?);
        let (case, content) = (u32::from_le_bytes(case), u32::from_le_bytes(content));
        Some(Entry { key, case, content })
    }
}

impl Row for Awaited {
    const WIDTH: usize = 16;
    const PART: usize = 1;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.case.to_le_bytes());
    }

    fn read(key: Key, mut rest: &[u8]) -> Option<Self> {
        let case = u32::from_le_bytes(take(&mut rest)?);
        Some(Awaited { key, case })
    }
}

impl Row for Talk {
    const WIDTH: usize = 32;
    const PART: usize = 2;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.case.to_le_bytes());
        to.extend_from_slice(&self.from.to_le_bytes());
        to.extend_from_slice(&self.to.to_le_bytes());
    }

    fn read(key: Key, mut rest: &[u8]) -> Option<Self> {
        let case = u32::from_le_bytes(take(&mut rest)?);
        let (from, to) = (take(&mut rest)?, take(&mut rest)?);
        let (from, to) = (i64::from_le_bytes(from), i64::from_le_bytes(to));
        Some(Talk { key, from, to, case })
    }
}

impl Row for Told {
    const WIDTH: usize = 20;
    const PART: usize = 3;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.case.to_le_bytes());
        to.extend_from_slice(&self.n.to_le_bytes());
    }

    fn read(key: Key, mut rest: &[u8]) -> Option<Self> {
        let (case, n) = (take(&mut rest)?, take(&mut rest)?);
        let (case, n) = (u32::from_le_bytes(case), i32::from_le_bytes(n));
        Some(Told { key, case, n })
    }
}

impl Row for Version {
    const WIDTH: usize = 16;
    const PART: usize = 4;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.content.to_le_bytes());
    }

    fn read(key: Key, mut rest: &[u8]) -> Option<Self> {
        let content = u32::from_le_bytes(take(&mut rest)?);
        Some(Version { key, content })
    }
}
