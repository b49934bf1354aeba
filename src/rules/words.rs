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
