//! Words that stand near one another: `near = [{ words = ["refund", "never"], within = 5 }]`.
//!
//! Its words are keywords like others and found in the same pass; here is told whether they stand close
//! enough. Distances are counted in words, and in scripts without spaces in characters.

use super::language::is_unspaced;
use super::raw::{Source, Text, Value};
use std::ops::Range;

/// The most words of one `near`, and the furthest.
const MOST_PARTS: usize = 4;
const FURTHEST: i64 = 50;

/// Words near one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near {
    pub rule: u32,
    /// How many words.
    parts: u8,
    /// What may stand between two of them.
    within: u32,
    /// Only as they are listed.
    in_order: bool,
}

/// A word of a `near` that stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub near: u32,
    pub start: usize,
    pub end: usize,
    pub part: u8,
}

/// A piece, or several in a row, with how many words of the text stand before and up to its end.
#[derive(Debug, Clone, Copy)]
struct Counted {
    start: usize,
    end: usize,
    before: u32,
    upto: u32,
}

/// Tells of every `near` whose words stand close together, with the place of all of them; sorts the pieces.
pub(crate) fn meet(
    nears: &[Near],
    text: &[u8],
    pieces: &mut [Piece],
    mut met: impl FnMut(&Near, Range<usize>),
) {
    pieces.sort_unstable();
    for pieces in pieces.chunk_by(|a, b| a.near == b.near) {
        let near = pieces.first().and_then(|piece| nears.get(piece.near as usize));
        if let Some(near) = near
            && let Some(place) = near.find(text, pieces)
        {
            met(near, place);
        }
    }
}

impl Near {
    fn find(&self, text: &[u8], pieces: &[Piece]) -> Option<Range<usize>> {
        let (mut at, mut before) = (pieces.first()?.start, 0);
        let mut last = [None; MOST_PARTS];
        for piece in pieces {
            before += words(text.get(at..piece.start).unwrap_or_default());
            at = piece.start;
            let upto = before + words(text.get(piece.start..piece.end).unwrap_or_default());
            let (start, end) = (piece.start, piece.end);
            let now = Counted {
                start,
                end,
                before,
                upto,
            };
            let place = match self.in_order {
                true => self.goes_on(&mut last, piece.part, now),
                false => self.together(&mut last, piece.part, now),
            };
            if place.is_some() {
                return place;
            }
        }
        None
    }

    fn reaches(&self, one: &Counted, next: &Counted) -> bool {
        one.end <= next.start && next.before.saturating_sub(one.upto) <= self.within
    }

    /// As listed: `last` holds, for so many words in a row, the row that ends last.
    fn goes_on(
        &self,
        last: &mut [Option<Counted>; MOST_PARTS],
        part: u8,
        now: Counted,
    ) -> Option<Range<usize>> {
        let row = match usize::from(part).checked_sub(1) {
            None => now,
            Some(before) => {
                let row = last.get(before).copied().flatten();
                let row = row.filter(|row| self.reaches(row, &now))?;
                Counted {
                    start: row.start,
                    ..now
                }
            }
        };
        if let Some(slot) = last.get_mut(usize::from(part)) {
            *slot = Some(row);
        }
        (part + 1 == self.parts).then_some(row.start..row.end)
    }

    /// In any order: `last` holds of each word where it stood last.
    fn together(
        &self,
        last: &mut [Option<Counted>; MOST_PARTS],
        part: u8,
        now: Counted,
    ) -> Option<Range<usize>> {
        if let Some(slot) = last.get_mut(usize::from(part)) {
            *slot = Some(now);
        }
        let mut row = *last;
        row.sort_unstable_by_key(|one| one.map_or(0, |one| one.start + 1));
        let mut row = row.iter().flatten();
        let first = row.clone().next()?;
        if row.clone().count() != usize::from(self.parts) {
            return None;
        }
        let mut before = row.next()?;
        for one in row {
            if !self.reaches(before, one) {
                return None;
            }
            before = one;
        }
        Some(first.start..before.end)
    }
}

/// How many words a piece of folded text has; characters of scripts without spaces count one each.
fn words(text: &[u8]) -> u32 {
    let (mut words, mut in_word) = (0, false);
    for c in std::str::from_utf8(text).unwrap_or("").chars() {
        let is_letter = c.is_alphanumeric() || c == '\'';
        if is_unspaced(c) {
            (words, in_word) = (words + 1, false);
        } else {
            words += u32::from(is_letter && !in_word);
            in_word = is_letter;
        }
    }
    words
}

/// Reads the `near` of a rule: each entry, and of each its words with the number of the part they stand for.
pub(super) fn read<'t>(
    source: &mut Source<'t>,
    value: &Value<'t>,
    rule: usize,
) -> Vec<(Near, Vec<(Text, u8)>)> {
    let mut read = Vec::new();
    for (table, span) in source.tables(value, "near") {
        source.only(table, "`near`", &["words", "within", "in_order"]);
        let mut near = Near {
            rule: rule as u32,
            parts: 0,
            within: 5,
            in_order: false,
        };
        if let Some(value) = table.get("within") {
            let within = source.integer(value, "within", 0..=FURTHEST);
            near.within = within.and_then(|n| u32::try_from(n).ok()).unwrap_or(near.within);
        }
        if let Some(value) = table.get("in_order") {
            near.in_order = source.boolean(value, "in_order").unwrap_or(false);
        }
        let parts = table.get("words").and_then(|value| value.get_ref().as_array());
        let parts = parts
            .map(|parts| parts.iter().collect::<Vec<_>>())
            .unwrap_or_default();
        if !(2..=MOST_PARTS).contains(&parts.len()) {
            let place = table.get("words").map_or(span, |value| value.span());
            let message = format!("`near` needs a list of 2 to {MOST_PARTS} `words`");
            let help = "for example: { words = [\"refund\", [\"never\", \"not\"]], within = 5 }";
            source.fault(place, "setting-invalid", message, "", help);
            continue;
        }
        let mut words = Vec::new();
        for (part, value) in (0..).zip(parts) {
            near.parts = part + 1;
            let alternatives = source.strings(value, "words");
            if value.get_ref().as_array().is_some_and(|list| list.is_empty()) {
                let message = "an empty list in `near` is never found".to_owned();
                source.fault(
                    value.span(),
                    "setting-invalid",
                    message,
                    "",
                    "give it words, or leave it out",
                );
            }
            words.extend(alternatives.into_iter().map(|text| (text, part)));
        }
        read.push((near, words));
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_characters_are_counted() {
        assert_eq!(words("i don't  know, 2 退款 b2b".as_bytes()), 7);
        assert_eq!(words(b""), 0);
    }
}
