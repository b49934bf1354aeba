//! The form of a text beside its words: capitals, exclamation marks, questions, length, links.
//!
//! [`Form`] is what a rule asks for (`form = { … }`), [`Measured`] what a text is like; it is measured once a
//! text, and only where a rule asks. What makes a question beside the mark is told by the table `[question]`.

use super::fold::folded;
use super::language::is_unspaced;
use super::raw::{Source, Value};
use super::words::whole_words;
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::RangeInclusive;

/// A text "in capitals" has at least so many letters, and of ten so many are capitals.
const LETTERS: usize = 6;
const OF_TEN: usize = 7;
/// The longest a rule may ask for.
const LONGEST: i64 = 1_000_000;

/// What a rule asks of a text's form. What is not said is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// It is in capitals, or not.
    pub capitals: Option<bool>,
    /// Exclamation marks, at least.
    pub exclamations_min: Option<u32>,
    /// It asks something, or does not.
    pub question: Option<bool>,
    /// Words (characters of scripts without spaces count one each), at least.
    pub words_min: Option<u32>,
    /// Words, at most.
    pub words_max: Option<u32>,
    /// It has a link, or none.
    pub link: Option<bool>,
}

/// What a text is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    capitals: bool,
    exclamations: u32,
    question: bool,
    words: u32,
    link: bool,
}

impl Form {
    /// All that is asked holds.
    pub(crate) fn holds(&self, text: &Measured) -> bool {
        let is = |asked: Option<bool>, so: bool| asked.is_none_or(|asked| asked == so);
        is(self.capitals, text.capitals)
            && is(self.question, text.question)
            && is(self.link, text.link)
            && self
                .exclamations_min
                .is_none_or(|least| text.exclamations >= least)
            && self.words_min.is_none_or(|least| text.words >= least)
            && self.words_max.is_none_or(|most| text.words <= most)
    }

    /// Nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Form::default()
    }
}

impl Measured {
    /// Measures a text: as it is written, and folded.
    pub fn of(original: &str, folded: &str, asks: &Question) -> Self {
        let bytes = original.bytes();
        let capitals = bytes.clone().filter(u8::is_ascii_uppercase).count();
        let letters = bytes.filter(u8::is_ascii_alphabetic).count();
        let (mut words, mut in_word) = (0, false);
        for c in folded.chars() {
            let is_letter = c.is_alphanumeric() || c == '\'';
            words += u32::from(is_unspaced(c) || is_letter && !in_word);
            in_word = is_letter && !is_unspaced(c);
        }
        let marks = folded.bytes().filter(|byte| *byte == b'!').count();
        Measured {
            capitals: letters >= LETTERS && capitals * 10 >= letters * OF_TEN,
            exclamations: u32::try_from(marks).unwrap_or(u32::MAX),
            question: has_mark(folded.as_bytes()) || asks.found_in(folded),
            words,
            link: ["http://", "https://", "www."]
                .iter()
                .any(|start| folded.contains(start)),
        }
    }
}

/// A question mark that is no part of an address.
fn has_mark(text: &[u8]) -> bool {
    memchr::memchr_iter(b'?', text).any(|at| {
        text.get(at + 1)
            .is_none_or(|next| !next.is_ascii_alphanumeric() && !b"=&/".contains(next))
    })
}

/// Where a word stands in a sentence that makes it a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Begins,
    Ends,
    Anywhere,
}

/// The table `[question]`: words that ask without a question mark.
#[derive(Debug, Default)]
pub(crate) struct Question {
    words: Option<AhoCorasick>,
    places: Vec<Where>,
}

impl Question {
    fn found_in(&self, text: &str) -> bool {
        let Some(words) = &self.words else { return false };
        let bytes = text.as_bytes();
        words.find_iter(text).any(|found| {
            let Some(place) = whole_words(bytes, found.range(), false) else {
                return false;
            };
            let side = |text: Option<&str>, last: bool| {
                let mut chars = text.unwrap_or("").chars().filter(|c| !c.is_whitespace());
                let beside = if last { chars.next_back() } else { chars.next() };
                beside.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '\'' | '"' | '@' | '#'))
            };
            // Only what stands right beside is looked at.
            match self.places.get(found.pattern().as_usize()) {
                Some(Where::Anywhere) => true,
                Some(Where::Begins) => side(tail(text, place.start), true),
                Some(Where::Ends) => side(head(text, place.end), false),
                None => false,
            }
        })
    }
}

/// A few bytes before and behind a place.
fn tail(text: &str, at: usize) -> Option<&str> {
    (at.saturating_sub(8)..=at).find_map(|from| text.get(from..at))
}

fn head(text: &str, at: usize) -> Option<&str> {
    let end = text.len().min(at + 8);
    (at..=end).rev().find_map(|to| text.get(at..to))
}

/// Reads `[question]`.
pub(super) fn read_question<'t>(source: &mut Source<'t>, value: &Value<'t>) -> Question {
    let Some(table) = source.table(value, "question") else {
        return Question::default();
    };
    let lists = [
        ("begins", Where::Begins),
        ("ends", Where::Ends),
        ("anywhere", Where::Anywhere),
    ];
    source.only(table, "[question]", &lists.map(|(name, _)| name));
    let (mut words, mut places) = (Vec::new(), Vec::new());
    for (name, place) in lists {
        let Some(value) = table.get(name) else { continue };
        for text in source.strings(value, name) {
            for simplify in [true, false] {
                let word = folded(&text.value, simplify);
                if word.is_empty() || words.contains(&word) {
                    continue;
                }
                words.push(word);
                places.push(place);
            }
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&words);
    Question {
        words: automaton.ok().filter(|_| !words.is_empty()),
        places,
    }
}

/// Reads the `form` of a rule.
pub(super) fn read<'t>(source: &mut Source<'t>, value: &Value<'t>) -> Form {
    let mut form = Form::default();
    let Some(table) = source.table(value, "form") else {
        return form;
    };
    let known = [
        "capitals",
        "exclamations_min",
        "question",
        "words_min",
        "words_max",
        "link",
    ];
    source.only(table, "`form`", &known);
    let truth = |source: &mut Source<'t>, key: &str, slot: &mut Option<bool>| {
        *slot = table.get(key).and_then(|value| source.boolean(value, key));
    };
    truth(source, "capitals", &mut form.capitals);
    truth(source, "question", &mut form.question);
    truth(source, "link", &mut form.link);
    let count = |source: &mut Source<'t>, key: &str, range: RangeInclusive<i64>| {
        let number = table.get(key).and_then(|value| source.integer(value, key, range));
        number.and_then(|number| u32::try_from(number).ok())
    };
    form.exclamations_min = count(source, "exclamations_min", 1..=1_000);
    form.words_min = count(source, "words_min", 0..=LONGEST);
    form.words_max = count(source, "words_max", 0..=LONGEST);
    if matches!((form.words_min, form.words_max), (Some(low), Some(high)) if low > high) {
        let message = "a minimum of `form` is above its maximum".to_owned();
        let help = "no text fits this; exchange the two";
        source.fault(value.span(), "setting-invalid", message, "", help);
    }
    if table.is_empty() {
        let message = "`form` has no conditions".to_owned();
        let help = "leave it out, or give it capitals, question, …";
        source.fault(value.span(), "rule-empty", message, "", help);
    }
    form
}
