//! Which beginnings the strings of a trie have, in few bytes that stay close at hand: nearly all places of
//! a text are passed over without a look at the trie itself. It may say yes in vain, never no.

/// 2¹⁶ bits.
#[derive(Debug, Clone)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, number: u16) {
        if let Some(bits) = self.0.get_mut(usize::from(number >> 6)) {
            *bits |= 1 << (number & 63);
        }
    }

    #[inline]
    fn has(&self, number: u16) -> bool {
        self.0
            .get(usize::from(number >> 6))
            .is_some_and(|bits| bits >> (number & 63) & 1 == 1)
    }
}

/// The beginnings of some strings.
#[derive(Debug)]
pub(super) struct Beginnings {
    /// The first two bytes of strings that are no longer.
    two: Bits,
    /// The first three bytes, hashed.
    three: Bits,
    /// The first six bytes, hashed: two Chinese characters.
    six: Bits,
    /// There are strings of one or two bytes that begin beyond ASCII.
    odd: bool,
}

impl Default for Beginnings {
    fn default() -> Self {
        let none = Bits(vec![0; 1024]);
        Beginnings {
            two: none.clone(),
            three: none.clone(),
            six: none,
            odd: false,
        }
    }
}

fn two(a: u8, b: u8) -> u16 {
    u16::from_le_bytes([a, b])
}

fn hash(bytes: [u8; 8]) -> u16 {
    (u64::from_le_bytes(bytes).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as u16
}

impl Beginnings {
    /// Adds the beginning of a string.
    pub fn insert(&mut self, string: &[u8]) {
        match *string {
            [a] if a.is_ascii() => (0..=255).for_each(|b| self.two.set(two(a, b))),
            [a, b] if a.is_ascii() => self.two.set(two(a, b)),
            [_] | [_, _] => self.odd = true,
            [a, b, c, d, e, f, ..] if !a.is_ascii() => self.six.set(hash([a, b, c, d, e, f, 0, 0])),
            [a, b, c, ..] => self.three.set(hash([a, b, c, 0, 0, 0, 0, 0])),
            [] => {}
        }
    }

    /// Whether one of the strings may stand at the beginning of this text.
    #[inline]
    pub fn may_begin(&self, text: &[u8]) -> bool {
        let three = |a, b, c| self.three.has(hash([a, b, c, 0, 0, 0, 0, 0]));
        match *text {
            [a, b, c, ..] if a.is_ascii() => three(a, b, c) || self.two.has(two(a, b)),
            [a, b, c, d, e, f, ..] => {
                three(a, b, c) || self.six.has(hash([a, b, c, d, e, f, 0, 0])) || self.odd
            }
            [a, b] if a.is_ascii() => self.two.has(two(a, b)),
            [a] if a.is_ascii() => self.two.has(two(a, 0)),
            [a, b, c, ..] => three(a, b, c) || self.odd,
            _ => self.odd,
        }
    }
}
