//! The watch-list as searches: what to paste into the platforms' own search, and the links that lead there.
//!
//! What a platform understands stands in `platforms`; here words become its terms, and terms are put
//! together as far as it takes them. Nothing is fetched: the owner looks, and exports what she finds.

mod platforms;

use crate::rules::in_both_scripts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use platforms::{Joined, PLATFORMS, Platform};

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// The parts of the watch-list with their words, `@handles` and `#tags`.
    pub parts: Vec<(&'static str, Vec<&'a str>)>,
    /// The business's own accounts: what they write is left out where a platform can do that.
    pub own: &'a [String],
    /// From this day on (`2026-11-15`).
    pub since: Option<&'a str>,
    /// Today.
    pub today: &'a str,
    /// The language of the texts (`en`).
    pub language: Option<&'a str>,
    /// At least so many likes.
    pub likes: Option<u32>,
}

/// One search on one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The platform.
    pub platform: &'static str,
    /// The part of the watch-list.
    pub part: &'static str,
    /// What to paste.
    pub query: String,
    /// Where that leads, ready to click.
    pub link: String,
}

/// A word of the watch-list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Term<'a> {
    Word(&'a str),
    /// Without its `@`.
    Handle(&'a str),
    /// Without its `#`.
    Tag(&'a str),
}

impl<'a> Term<'a> {
    fn of(word: &'a str) -> Term<'a> {
        // Searches find other endings by themselves.
        let word = word.trim().trim_end_matches('*').trim_end();
        if let Some(handle) = word.strip_prefix(['@', '＠']) {
            return Term::Handle(handle.trim());
        }
        match word.strip_prefix(['#', '＃']) {
            Some(tag) => Term::Tag(tag.trim_end_matches(['#', '＃']).trim()),
            None => Term::Word(word),
        }
    }
}

/// The names of all platforms.
pub fn platforms() -> impl Iterator<Item = &'static str> {
    PLATFORMS.iter().map(|platform| platform.name)
}

/// All searches, platform by platform.
pub fn searches(wanted: &Wanted<'_>) -> Vec<Search> {
    let mut all = Vec::new();
    for platform in PLATFORMS {
        for (part, words) in &wanted.parts {
            if platform.places && !["brand", "competitor"].contains(part) {
                continue;
            }
            // Who writes of us may write the other script.
            let words: Vec<String> = words.iter().flat_map(|word| in_both_scripts(word)).collect();
            let mut terms: Vec<String> = Vec::new();
            for term in words.iter().filter_map(|word| (platform.term)(Term::of(word))) {
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
            for query in queries(platform, &terms, wanted) {
                all.push(Search {
                    platform: platform.name,
                    part,
                    link: link(platform, &query, wanted),
                    query,
                });
            }
        }
    }
    all
}

/// The terms in as few queries as the platform takes.
fn queries(platform: &Platform, terms: &[String], wanted: &Wanted<'_>) -> Vec<String> {
    let tail = (platform.tail)(wanted);
    let Some(joined) = &platform.joined else {
        return terms.iter().map(|term| format!("{term}{tail}")).collect();
    };
    let mut queries = Vec::new();
    let mut rest = terms;
    while !rest.is_empty() {
        // One at least, however long it is.
        let fits = |n: &usize| rest.get(..*n).is_some_and(|some| joined.takes(some, &tail));
        let n = (2..=rest.len()).take_while(fits).last().unwrap_or(1);
        let (some, after) = rest.split_at(n);
        queries.push(joined.put(some, &tail));
        rest = after;
    }
    queries
}

impl Joined {
    fn put(&self, terms: &[String], tail: &str) -> String {
        let terms = terms.join(self.by);
        match self.brackets && !tail.is_empty() && terms.contains(self.by) {
            true => format!("({terms}){tail}"),
            false => format!("{terms}{tail}"),
        }
    }

    fn takes(&self, terms: &[String], tail: &str) -> bool {
        let query = self.put(terms, tail);
        terms.len() <= self.terms && query.chars().count() <= self.characters && words(&query) <= self.words
    }
}

/// How many words a query has, as a search engine counts: two Chinese characters are one.
fn words(query: &str) -> usize {
    let one = |piece: &str| {
        let wide = piece.chars().filter(|c| *c >= '\u{2E80}').count();
        wide.div_ceil(2) + usize::from(wide < piece.chars().count())
    };
    query.split_whitespace().map(one).sum()
}

/// All but what stands for itself in every part of an address.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn link(platform: &Platform, query: &str, wanted: &Wanted<'_>) -> String {
    let link = platform.link.replace("{}", &escape(query));
    link + &(platform.more)(wanted)
}

#[cfg(test)]
mod tests;
