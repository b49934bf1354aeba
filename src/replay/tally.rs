//! What a replay comes to: per dimension how many change from what to what, how many there are of each before
//! and after, and examples. Counts only; memory grows with the number of different words, not of mentions.

use super::rejudged::{DIMENSIONS, Rejudged, said};
use std::collections::BTreeMap;

/// The dimensions of which all values are counted, changed or not.
pub const COUNTED: [&str; 4] = ["kind", "sentiment", "priority", "needs_reply"];

/// What a replay has counted so far.
#[derive(Debug, Default)]
pub struct Tally {
    /// Mentions judged again.
    pub mentions: u64,
    /// Of these, those of which something changes.
    pub changed: u64,
    /// Cases with such a mention.
    pub cases: u64,
    /// By the place in [`DIMENSIONS`]: from what to what, and how often. Of topics each by itself: from nothing
    /// where one is added, to nothing where one is removed.
    moves: [BTreeMap<(String, String), u64>; DIMENSIONS.len()],
    /// How many mentions change in each dimension.
    touched: [u64; DIMENSIONS.len()],
    /// By the place in [`COUNTED`]: value, how many before, how many after.
    values: [Vec<(String, u64, u64)>; COUNTED.len()],
    last_case: Option<u32>,
}

impl Tally {
    /// Counts a mention of that case.
    pub fn add(&mut self, case: u32, one: &Rejudged<'_>) {
        self.mentions += 1;
        for (name, values) in COUNTED.into_iter().zip(&mut self.values) {
            count(values, &said(one.before, name), false);
            count(values, &said(&one.after, name), true);
        }
        if one.changed.is_empty() {
            return;
        }
        self.changed += 1;
        self.cases += u64::from(self.last_case != Some(case));
        self.last_case = Some(case);
        let places = DIMENSIONS
            .into_iter()
            .zip(self.moves.iter_mut().zip(&mut self.touched));
        for (name, (moves, touched)) in places.filter(|(name, _)| one.changed.contains(name)) {
            *touched += 1;
            if name != "topics" {
                *moves
                    .entry((said(one.before, name), said(&one.after, name)))
                    .or_default() += 1;
                continue;
            }
            let (before, after) = (&one.before.topics, &one.after.topics);
            for topic in before.iter().filter(|topic| !after.contains(topic)) {
                *moves.entry((topic.to_string(), String::new())).or_default() += 1;
            }
            for topic in after.iter().filter(|topic| !before.contains(topic)) {
                *moves.entry((String::new(), topic.to_string())).or_default() += 1;
            }
        }
    }

    /// The dimensions in which something changes: name, how many mentions, and from what to what, the most
    /// frequent first.
    pub fn dimensions(&self) -> impl Iterator<Item = (&'static str, u64, Vec<(&str, &str, u64)>)> {
        let places = DIMENSIONS.into_iter().zip(self.touched.iter().zip(&self.moves));
        places
            .filter(|(_, (touched, _))| **touched > 0)
            .map(|(name, (touched, moves))| {
                let mut moves: Vec<(&str, &str, u64)> = moves
                    .iter()
                    .map(|((from, to), n)| (from.as_str(), to.as_str(), *n))
                    .collect();
                moves.sort_by_key(|(.., n)| std::cmp::Reverse(*n));
                (name, *touched, moves)
            })
    }

    /// How many mentions have each value before and after, of the dimensions in [`COUNTED`]; an empty word is
    /// none.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &[(String, u64, u64)])> {
        COUNTED.into_iter().zip(self.values.iter().map(Vec::as_slice))
    }
}

fn count(values: &mut Vec<(String, u64, u64)>, value: &str, is_after: bool) {
    let at = values
        .iter()
        .position(|(known, ..)| known == value)
        .unwrap_or_else(|| {
            let at = values.partition_point(|(known, ..)| known.as_str() < value);
            values.insert(at, (value.to_owned(), 0, 0));
            at
        });
    if let Some((_, before, after)) = values.get_mut(at) {
        *(if is_after { after } else { before }) += 1;
    }
}
