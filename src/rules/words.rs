//! Where words begin and end in a folded text.
//!
//! A text is UTF-8 in bytes here: most edges are ASCII and decided at once. Which words are looked for is
//! the matcher's business.

use super::language::is_unspaced;
use std::ops::Range;

/// The match, if its edges are the edges of words; with `open` it is drawn out to the end of its word.
/// An edge counts only where the keyword ends in a letter or digit of a script that has spaces, and a
/// neighbour only where it is one too: `app` is a word in `app很好` and none in `happy`.
pub(super) fn whole_words(text: &[u8], range: Range<usize>, open: bool) -> Option<Range<usize>> {
    let wordy = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
    let Range { start, end } = range;
    if wordy(char_before(text, start)) && wordy(char_at(text, start)) {
        return None;
    }
    if wordy(char_at(text, end)) && wordy(char_before(text, end)) {
        let mut end = end;
        while open && let Some(c) = char_at(text, end).filter(|c| wordy(Some(*c))) {
            end += c.len_utf8();
        }
        return open.then_some(start..end);
    }
    Some(start..end)
}

fn in_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphabetic() || c == '\'')
}

/// No letter or apostrophe stands before this place.
pub(super) fn begins_word(text: &[u8], at: usize) -> bool {
    !in_word(char_before(text, at))
}

/// No letter or apostrophe stands behind this place.
pub(super) fn ends_word(text: &[u8], at: usize) -> bool {
    !in_word(char_at(text, at))
}

/// The character that begins at `at`.
#[inline]
fn char_at(text: &[u8], at: usize) -> Option<char> {
    match text.get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        byte => {
            let len = (byte.leading_ones() as usize).clamp(2, 4);
            std::str::from_utf8(text.get(at..at + len)?).ok()?.chars().next()
        }
    }
}

/// The character that ends at `at`.
#[inline]
fn char_before(text: &[u8], at: usize) -> Option<char> {
    let last = text.get(at.checked_sub(1)?)?;
    if last.is_ascii() {
        return Some(char::from(*last));
    }
    let from = (at.saturating_sub(4)..at)
        .rev()
        .find(|i| text.get(*i).is_some_and(|b| b & 0xC0 != 0x80))?;
    char_at(text, from)
}

/// Where words may begin in a text that is read eight bytes at a time.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Of the last byte so far, in the lowest byte's highest bit: a letter or digit; a digit.
    before: [u64; 2],
}

impl Edges {
    /// Where among the next eight bytes (fewer at the end) something may begin, and where a letter or digit
    /// stands inside a word: the highest bit of each such byte. Any character of which ASCII has no letter
    /// or digit begins something, and so does a letter behind a digit: a language's word may.
    #[inline]
    pub fn next(&mut self, bytes: &[u8]) -> (u64, u64) {
        const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
        let (eight, there) = match bytes.first_chunk::<8>() {
            Some(eight) => (u64::from_le_bytes(*eight), HIGHEST),
            None => {
                let mut eight = [0; 8];
                eight.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                (
                    u64::from_le_bytes(eight),
                    HIGHEST & ((1 << (8 * bytes.len())) - 1),
                )
            }
        };
        let low = eight & !HIGHEST;
        let within = |first: u8, last: u8| {
            let least = |byte: u8| low + u64::from_le_bytes([0x80 - byte; 8]);
            least(first) & !least(last + 1) & !eight & HIGHEST
        };
        let digits = within(b'0', b'9');
        let wordy = digits | within(b'a', b'z') | within(b'A', b'Z');
        let [before, digit_before] = self.before;
        let behind = wordy << 8 | before;
        let behind_digit = digits << 8 | digit_before;
        self.before = [wordy >> 56, digits >> 56];
        let continued = eight & !(eight << 1) & HIGHEST;
        let inside = wordy & behind & !(behind_digit & !digits);
        (there & !continued & !inside, there & inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn edges_are_what_they_are_byte_by_byte(text in "[a-cZ0-9 ,é好\u{7f}]{0,30}") {
            let mut edges = Edges::default();
            let mut found = Vec::new();
            for bytes in text.as_bytes().chunks(8) {
                let (begins, inside) = edges.next(bytes);
                for i in 0..bytes.len() {
                    found.push((begins >> (8 * i + 7) & 1 == 1, inside >> (8 * i + 7) & 1 == 1));
                }
            }
            let mut before = b' ';
            let wanted: Vec<(bool, bool)> = text
                .bytes()
                .map(|byte| {
                    let inside = before.is_ascii_alphanumeric()
                        && byte.is_ascii_alphanumeric()
                        && (byte.is_ascii_digit() || !before.is_ascii_digit());
                    before = byte;
                    (byte & 0xC0 != 0x80 && !inside, inside)
                })
                .collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
