//! A table from [`Key`] to case in 20 bytes an entry and 8 a slot: entries in the order in which they
//! came, found by open addressing.
//!
//! A slot holds the key's first 32 bits and the entry's number. Where a slot belongs follows from those
//! bits alone, the highest first: so a key that is not there costs one look at memory, and growing moves
//! slots from one end to the other without touching an entry.

use super::keys::Key;

/// What is known under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    /// Its case.
    pub(crate) case: u32,
    /// See [`Spoken`](super::keys::Spoken).
    pub(crate) content: u32,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    /// `first 32 bits of the key << 32 | number of the entry + 1`; 0 where free.
    slots: Vec<u64>,
}

const FEWEST: usize = 64;

fn split(slot: u64) -> (u32, u32) {
    let low = u32::try_from(slot & u64::from(u32::MAX)).unwrap_or(0);
    (u32::try_from(slot >> 32).unwrap_or(0), low)
}

fn wide(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(wide(number))
    }

    pub(crate) fn entry_mut(&mut self, number: u32) -> Option<&mut Entry> {
        self.entries.get_mut(wide(number))
    }

    /// The first slot for a tag; the number of slots is a power of two.
    fn home(&self, tag: u32) -> usize {
        wide(
            ((u64::from(tag) * self.slots.len() as u64) >> 32)
                .try_into()
                .unwrap_or(0),
        )
    }

    /// The number of the entry under `key`, or the slot where it would stand.
    fn look(&self, key: Key) -> Result<u32, usize> {
        let (mut at, mask) = (self.home(key.tag()), self.slots.len().wrapping_sub(1));
        while let Some(slot) = self.slots.get(at).copied().filter(|slot| *slot != 0) {
            let (tag, above) = split(slot);
            let number = above.wrapping_sub(1);
            if tag == key.tag() && self.entry(number).is_some_and(|e| e.key == key) {
                return Ok(number);
            }
            at = (at + 1) & mask;
        }
        Err(at)
    }

    /// The number of the entry under `key`.
    pub(crate) fn find(&self, key: Key) -> Option<u32> {
        self.look(key).ok()
    }

    /// Fetches the slots of keys that will be asked for next. One after another each would be waited for;
    /// these loads hang on nothing, and are under way together.
    pub(crate) fn look_ahead(&self, keys: impl Iterator<Item = Key>) {
        let slots = keys.map(|key| self.slots.get(self.home(key.tag())).copied().unwrap_or(0));
        std::hint::black_box(slots.fold(0, u64::wrapping_add));
    }

    /// Adds an entry where its key is new: `Ok` with its number, or `Err` with that of the one there.
    pub(crate) fn add(&mut self, entry: Entry) -> Result<u32, u32> {
        if self.entries.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let free = match self.look(entry.key) {
            Ok(number) => return Err(number),
            Err(free) => free,
        };
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        if let Some(slot) = self.slots.get_mut(free) {
            *slot = u64::from(entry.key.tag()) << 32 | (u64::from(number) + 1);
        }
        self.entries.push(entry);
        Ok(number)
    }

    fn grow(&mut self) {
        let mut fewest = FEWEST;
        while self.entries.len() * 4 >= fewest * 3 {
            fewest *= 2;
        }
        let slots = std::mem::replace(&mut self.slots, vec![0; fewest]);
        slots
            .iter()
            .filter(|s| **s != 0)
            .for_each(|slot| self.settle(*slot));
    }

    fn settle_all(&mut self) {
        for number in 0..self.entries.len() {
            if let Some(entry) = self.entries.get(number) {
                let slot = u64::from(entry.key.tag()) << 32 | (number as u64 + 1);
                self.settle(slot);
            }
        }
    }

    fn settle(&mut self, slot: u64) {
        let (mut at, mask) = (self.home(split(slot).0), self.slots.len().wrapping_sub(1));
        while self.slots.get(at).is_some_and(|there| *there != 0) {
            at = (at + 1) & mask;
        }
        if let Some(there) = self.slots.get_mut(at) {
            *there = slot;
        }
    }

    /// Forgets all but the first `len` entries.
    pub(crate) fn truncate(&mut self, len: usize) {
        if len < self.entries.len() {
            self.entries.truncate(len);
            self.slots.fill(0);
            self.settle_all();
        }
    }

    /// Its entries in the order of their keys.
    pub(crate) fn into_sorted(self) -> Vec<Entry> {
        let Table { mut entries, slots } = self;
        drop(slots);
        entries.sort_unstable();
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::keys::Hasher;

    fn entry(n: u32) -> Entry {
        Entry {
            key: Hasher::new([3; 16]).id("x", &n.to_string()),
            case: n,
            content: n + 1,
        }
    }

    #[test]
    fn what_is_added_is_found_and_nothing_else() {
        let mut table = Table::default();
        assert_eq!(table.find(entry(1).key), None);
        for n in 0..5000 {
            assert_eq!(table.add(entry(n)), Ok(n));
        }
        assert_eq!(table.add(entry(17)), Err(17));
        for n in 0..5000 {
            assert_eq!(table.find(entry(n).key), Some(n));
            assert_eq!(table.find(entry(n + 5000).key), None);
        }
        assert_eq!(table.entry(9).map(|e| (e.case, e.content)), Some((9, 10)));
    }

    #[test]
    fn what_is_forgotten_can_come_again() {
        let mut table = Table::default();
        (0..300).for_each(|n| assert_eq!(table.add(entry(n)), Ok(n)));
        table.truncate(100);
        assert_eq!(table.find(entry(100).key), None);
        assert_eq!(table.find(entry(99).key), Some(99));
        assert_eq!(table.add(entry(200)), Ok(100));
        let sorted = table.into_sorted();
        assert!(sorted.len() == 101 && sorted.is_sorted());
    }

    #[test]
    fn keys_whose_first_bits_agree_stand_beside_one_another() {
        let mut table = Table::default();
        let same = |n: u8| Entry {
            key: Key::from_bytes([255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, n]),
            case: u32::from(n),
            content: 0,
        };
        for n in 0..200 {
            assert_eq!(table.add(same(n)), Ok(u32::from(n)));
        }
        for n in 0..200 {
            assert_eq!(table.find(same(n).key), Some(u32::from(n)));
        }
        assert_eq!(table.find(same(200).key), None);
    }
}
