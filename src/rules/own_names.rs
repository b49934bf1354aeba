//! The business's own name and handles in a text: words inside them say nothing of a mood.
//!
//! The `slow` of "Slow Kettle Coffee" is no complaint. What counts as a word of the rules is the matcher's
//! business; this only says which places to pass over.

use super::fold::folded;
use super::language::is_han;
use super::words::whole_words;
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;

/// Words that only say what sort of business it is: customers leave them out.
const SORTS: [&str; 38] = [
    "cafe",
    "café",
    "coffee",
    "roasters",
    "tea",
    "restaurant",
    "kitchen",
    "bistro",
    "bar",
    "pub",
    "bakery",
    "hotel",
    "hostel",
    "inn",
    "salon",
    "spa",
    "clinic",
    "gym",
    "studio",
    "shop",
    "store",
    "stores",
    "market",
    "online",
    "app",
    "company",
    "group",
    "co",
    "co.",
    "ltd",
    "ltd.",
    "limited",
    "inc",
    "inc.",
    "llc",
    "plc",
    "gmbh",
    "hk",
];

/// Finds the names of the business in folded texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnNames(Option<AhoCorasick>);

impl OwnNames {
    /// From names and handles as they are written. A single word that could be any word ("Great") is passed
    /// over only behind an `@`.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut phrases = Vec::new();
        for name in names {
            let name = folded(name.as_ref(), true);
            let bare = name.strip_prefix('@').unwrap_or(&name);
            if !bare.is_empty() {
                phrases.push(format!("@{bare}"));
            }
            let mut words: Vec<&str> = bare.split(' ').collect();
            while is_distinct(&words) {
                phrases.push(words.join(" "));
                if !words.pop().is_some_and(|last| SORTS.contains(&last)) {
                    break;
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&phrases);
        OwnNames(automaton.ok().filter(|_| !phrases.is_empty()))
    }

    /// Leaves in `places` where the names stand in `text`.
    pub fn find(&self, text: &[u8], places: &mut Vec<Range<usize>>) {
        places.clear();
        if let Some(automaton) = &self.0 {
            places.extend(
                automaton
                    .find_iter(text)
                    .filter_map(|found| whole_words(text, found.range(), false)),
            );
        }
    }
}

/// Several words, or four Chinese characters: not what customers write by chance.
fn is_distinct(words: &[&str]) -> bool {
    words.len() > 1
        || words
            .iter()
            .any(|word| word.chars().filter(|c| is_han(*c)).count() > 3)
}
