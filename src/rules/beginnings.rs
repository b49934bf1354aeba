//! Which beginnings the strings of a trie have, in few bytes that stay close at hand: nearly all places of
//! a text are passed over without a look at the trie itself. It may say yes in vain, never no.

/// Some bits, a power of two of them, found by hashes.
#[derive(Debug, Default)]
struct Bits {
    bits: Vec<u64>,
    shift: u32,
}

impl Bits {
    /// Room for so many: one bit in sixteen is set at most.
    fn new(n: usize) -> Self {
        let bits = (n * 16).clamp(1 << 12, 1 << 21).next_power_of_two();
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

/// The beginnings of some strings.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    /// The first letters, up to eight, of strings in which something else follows on them: they are never
    /// found where more letters do.
    words: Bits,
    /// The first two bytes of other strings that are no longer.
    two: Bits,
    /// The first three bytes of other strings.
    three: Bits,
    /// The first six bytes of others: two Chinese characters.
    six: Bits,
    /// There are strings of one or two bytes that begin beyond ASCII.
    odd: bool,
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

impl Beginnings {
    /// Room for so many strings.
    pub fn new(n: usize) -> Self {
        let [words, two, three, six] = [Bits::new(n), Bits::new(512), Bits::new(n), Bits::new(n)];
        Beginnings {
            words,
            two,
            three,
            six,
            odd: false,
        }
    }

    /// Adds the beginning of a string; `whole` where it is looked for only where no letter goes on behind it.
    pub fn insert(&mut self, string: &[u8], whole: bool) {
        let word = string.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        match *string {
            _ if word > 0 && (whole || word < string.len()) => self.words.set(first_word(string)),
            [a] if a.is_ascii() => (0..=255).for_each(|b| self.two.set(first(&[a, b], 2))),
            [a, _] if a.is_ascii() => self.two.set(first(string, 2)),
            [_] | [_, _] => self.odd = true,
            [a, _, _, _, _, _, ..] if !a.is_ascii() => self.six.set(first(string, 6)),
            [_, _, _, ..] => self.three.set(first(string, 3)),
            [] => {}
        }
    }

    /// Whether one of the strings may stand at the beginning of this text.
    #[inline]
    pub fn may_begin(&self, text: &[u8]) -> bool {
        let three = || self.three.has(first(text, 3));
        match text.first() {
            Some(a) if a.is_ascii_lowercase() => {
                self.words.has(first_word(text)) || three() || self.two.has(first(text, 2))
            }
            Some(a) if a.is_ascii() => three() || self.two.has(first(text, 2)),
            Some(_) => self.six.has(first(text, 6)) || three() || self.odd,
            None => false,
        }
    }
}
