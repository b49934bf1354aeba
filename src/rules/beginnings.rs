//! Which beginnings the strings of a trie have, in few bytes that stay close at hand: nearly all places of
//! a text are passed over without a look at the trie itself, and where a whole first word is known, the trie
//! is entered behind it. It may lead into the trie in vain, never past it.

use super::gates::Bytes;

/// Some bits, a power of two of them, found by hashes.
#[derive(Debug, Default)]
struct Bits {
    bits: Vec<u64>,
    shift: u32,
}

impl Bits {
    /// Room for so many: one bit in eight is set at most. They are to stay in the nearest cache.
    fn new(n: usize) -> Self {
        let bits = (n * 8).clamp(1 << 12, 1 << 21).next_power_of_two();
        Bits {
            bits: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
        }
    }

    fn place(&self, bytes: u64) -> (usize, u32) {
        let number = bytes.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift;
        ((number >> 6) as usize, (number & 63) as u32)
    }

    fn set(&mut self, bytes: u64) {
        let (at, bit) = self.place(bytes);
        if let Some(bits) = self.bits.get_mut(at) {
            *bits |= 1 << bit;
        }
    }

    #[inline]
    fn has(&self, bytes: u64) -> bool {
        let (at, bit) = self.place(bytes);
        self.bits.get(at).is_some_and(|bits| bits >> bit & 1 == 1)
    }
}

/// A place of the trie, and how many bytes of the text are told by then.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Door {
    pub node: u32,
    pub told: u32,
    /// A string that ends there begins the text.
    pub is_whole: bool,
}

const ROOT: Door = Door {
    node: 0,
    told: 0,
    is_whole: false,
};

/// The beginnings of some strings.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    /// The bytes in which they begin.
    firsts: Bytes,
    /// The first letters, up to eight, of strings in which something else follows on them: they are never
    /// found where more letters do.
    words: Bits,
    /// The first two bytes of other strings that are no longer.
    two: Bits,
    /// The first three bytes of other strings.
    three: Bits,
    /// The first six bytes of others: two Chinese characters, or six letters of a word that may go on.
    six: Bits,
    /// There are strings of one or two bytes that begin beyond ASCII.
    odd: bool,
    /// By hash, a power of two of them: where the trie is entered behind a first word or two Chinese
    /// characters. No word is 0.
    doors: Vec<(u64, Door)>,
}

/// The first bytes of a text, as a number; zeros where it ends.
#[inline]
fn first(text: &[u8], n: usize) -> u64 {
    let mut bytes = [0; 8];
    match text.first_chunk::<8>() {
        Some(eight) => bytes = *eight,
        None => bytes.iter_mut().zip(text).for_each(|(to, from)| *to = *from),
    }
    u64::from_le_bytes(bytes) & (u64::MAX >> (64 - 8 * n))
}

/// The letters at the beginning of a text, up to eight, as a number.
#[inline]
fn first_word(text: &[u8]) -> u64 {
    let every = |byte: u8| u64::from_le_bytes([byte; 8]);
    let eight = first(text, 8);
    // Of each byte the highest bit: whether it is at least this one.
    let low = eight & every(0x7F);
    let least = |byte: u8| low + every(0x80 - byte);
    let letters = least(b'a') & !least(b'z' + 1) & !eight;
    let others = !letters & every(0x80);
    match others.trailing_zeros() / 8 {
        8 => eight,
        n => eight & ((1 << (8 * n)) - 1),
    }
}

/// A word that may go on is known by so many letters, if it has them.
const SIX: usize = 6;

impl Beginnings {
    /// Room for these strings, each with what [`insert`](Self::insert) is told of it.
    pub fn new<'s>(strings: impl Iterator<Item = (&'s [u8], bool)>) -> Self {
        let (mut words, mut six, mut three) = (0, 0, 0);
        for (string, whole) in strings {
            let letters = first_letters(string);
            let is_far = letters >= SIX || string.len() >= SIX && !string.first().is_some_and(u8::is_ascii);
            match letters > 0 && (whole || letters < string.len()) {
                true => words += 1,
                false if is_far => six += 1,
                false => three += 1,
            }
        }
        let [words, two, three, six] = [words, 512, three, six].map(Bits::new);
        Beginnings {
            words,
            two,
            three,
            six,
            ..Beginnings::default()
        }
    }

    /// Adds the beginning of a string; `whole` where it is looked for only where no letter goes on behind it.
    pub fn insert(&mut self, string: &[u8], whole: bool) {
        string
            .first()
            .into_iter()
            .for_each(|byte| self.firsts.insert(*byte));
        let word = first_letters(string);
        match *string {
            _ if word > 0 && (whole || word < string.len()) => self.words.set(first_word(string)),
            _ if word >= SIX => self.six.set(first(string, SIX)),
            [a] if a.is_ascii() => (0..=255).for_each(|b| self.two.set(first(&[a, b], 2))),
            [a, _] if a.is_ascii() => self.two.set(first(string, 2)),
            [_] | [_, _] => self.odd = true,
            [a, _, _, _, _, _, ..] if !a.is_ascii() => self.six.set(first(string, 6)),
            [_, _, _, ..] => self.three.set(first(string, 3)),
            [] => {}
        }
    }

    /// Opens doors behind the beginnings of all strings; `find` tells where so many bytes of one lead to.
    pub fn open<'s>(
        &mut self,
        strings: impl ExactSizeIterator<Item = &'s [u8]>,
        find: impl Fn(&[u8]) -> Option<Door>,
    ) {
        // Two keys of a string at most.
        self.doors = vec![(0, ROOT); (strings.len() * 3).next_power_of_two()];
        let keys = |string: &'s [u8]| {
            let letters = first_letters(string);
            let whole = (letters > 0).then(|| (string, first_word(string), letters.min(8)));
            let is_known = letters == 0 && string.first().is_some_and(|byte| !byte.is_ascii());
            let six = (is_known || letters >= SIX).then(|| (string, first(string, SIX), SIX));
            whole.into_iter().chain(six)
        };
        for (string, key, len) in strings.flat_map(keys) {
            let place = self.place(key);
            if let Some((taken, door)) = self.doors.get_mut(place)
                && *taken == 0
                && let Some(found) = string.get(..len).and_then(&find)
            {
                (*taken, *door) = (key, found);
            }
        }
    }

    /// Where this key stands among the doors, or the free place for it.
    #[inline]
    fn place(&self, key: u64) -> usize {
        let most = self.doors.len().wrapping_sub(1);
        let mut place = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & most;
        while self
            .doors
            .get(place)
            .is_some_and(|(taken, _)| *taken != key && *taken != 0)
        {
            place = (place + 1) & most;
        }
        place
    }

    fn door(&self, key: u64) -> Option<Door> {
        let (taken, door) = self.doors.get(self.place(key))?;
        (*taken == key).then_some(*door)
    }

    /// Where the trie is entered for the strings at the beginning of this text; `None` where there are none.
    #[inline]
    pub fn enter(&self, text: &[u8]) -> Option<Door> {
        let first_byte = *text.first()?;
        if !self.firsts.contains(first_byte) {
            return None;
        }
        let three = || self.three.has(first(text, 3));
        if !first_byte.is_ascii() {
            return match three() || self.odd {
                true => Some(ROOT),
                false if self.six.has(first(text, 6)) => self.door(first(text, 6)),
                false => None,
            };
        }
        if three() || self.two.has(first(text, 2)) {
            return Some(ROOT);
        }
        let word = first_word(text);
        let six = word & (u64::MAX >> 16);
        if six >> 40 != 0
            && self.six.has(six)
            && let Some(door) = self.door(six)
        {
            return Some(door);
        }
        match first_byte.is_ascii_lowercase() && self.words.has(word) {
            true => self.door(word),
            false => None,
        }
    }
}

/// How many letters stand at the beginning.
fn first_letters(string: &[u8]) -> usize {
    string.iter().take_while(|byte| byte.is_ascii_lowercase()).count()
}
