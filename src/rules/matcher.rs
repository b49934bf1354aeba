//! Which rules speak about a text, and which words made them: one pass over the folded text.
//!
//! All keywords of all rules, the literals that gate the regular expressions, and the commonest words of
//! a few languages are one trie, walked from where words begin; a regular expression is tried only where
//! one of its gates stands. What becomes of overlapping matches is `weigh`'s business.

use super::gates::Bytes;
use super::language::CommonWords;
use super::pattern::{Kept, Pattern};
use super::tone::{ToneHit, ToneWord};
use super::trie::Trie;
use super::words::{Edges, begins_word, ends_word, whole_words};
use std::cmp::Reverse;
use std::ops::Range;

/// Matches of one regular expression that are looked at in one text: enough for any review, and a bound.
const MATCHES_OF_ONE_PATTERN: u32 = 16;

/// What a keyword does for its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// One of several that make the rule fire, with its weight.
    Any(u8),
    /// One part of a [`Near`](super::near::Near), by its number.
    Near { near: u32, part: u8 },
    /// The n-th of those that must all be there.
    All(u32),
    /// The rule does not fire where this is found.
    None,
    /// Words of the rule inside this do not count.
    Except,
}

/// What a match does, and for which rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub rule: u32,
    pub role: Role,
}

/// What a string of the trie stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing {
    /// A keyword; `open` where it is written with a `*` at its end: the word may go on.
    Keyword { speaker: u32, open: bool },
    /// Every match of the expression begins with one of its gates.
    Beginning { expression: u32, at_start: bool },
    /// Every match of the expression has one of its gates inside.
    Inside { expression: u32 },
    /// A common word of these languages.
    Common { languages: u8 },
    /// A word of the tables about negation and intensity.
    Tone(ToneWord),
}

#[derive(Debug)]
pub(super) struct Expression {
    pub pattern: Pattern,
    pub speaker: u32,
    /// What may stand before its gates.
    pub before: Option<Bytes>,
}

/// Lists one behind another.
#[derive(Debug)]
pub(super) struct Lists<T> {
    lists: Vec<List<T>>,
    /// The items of lists that have more than one.
    items: Vec<T>,
}

/// Most have one item, which is told at one look.
#[derive(Debug, Clone, Copy)]
enum List<T> {
    One(T),
    Many { from: u32, to: u32 },
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists {
            lists: Vec::new(),
            items: Vec::new(),
        }
    }
}

impl<T: Copy> Lists<T> {
    pub fn push(&mut self, list: &[T]) {
        let from = self.items.len() as u32;
        self.lists.push(match list {
            [one] => List::One(*one),
            _ => {
                self.items.extend_from_slice(list);
                let to = self.items.len() as u32;
                List::Many { from, to }
            }
        });
    }

    pub fn get(&self, number: u32) -> &[T] {
        match self.lists.get(number as usize) {
            Some(List::One(one)) => std::slice::from_ref(one),
            Some(List::Many { from, to }) => self.items.get(*from as usize..*to as usize).unwrap_or_default(),
            None => &[],
        }
    }
}

/// The compiled keywords and expressions of a rule set.
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    pub(super) trie: Trie,
    pub(super) things: Lists<Thing>,
    /// The gates that may stand in the middle of a word.
    pub(super) inner: Trie,
    pub(super) inner_things: Lists<Thing>,
    pub(super) speakers: Lists<Use>,
    pub(super) expressions: Vec<Expression>,
    pub(super) always: Vec<u32>,
}

/// A keyword or a match of an expression that stands in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub start: usize,
    pub end: usize,
    pub speaker: u32,
    /// A match of an expression.
    expression: bool,
}

/// How far an expression has come in a text.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    /// The text it belongs to: progress in older texts is stale, so nothing has to be cleared.
    text: u64,
    /// The next match begins here or later.
    from: usize,
    matches: u32,
}

/// What is found in one text, and buffers that are reused from text to text.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    text: u64,
    pub(super) list: Vec<Hit>,
    common: CommonWords,
    /// Words of the tables about negation and intensity.
    tone: Vec<ToneHit>,
    progress: Vec<Progress>,
    kept: Vec<Kept>,
}

impl Hits {
    /// The common words that stand in the text.
    pub fn common(&self) -> CommonWords {
        self.common
    }

    /// The words of the tables about negation and intensity, from left to right.
    pub fn tone(&self) -> &[ToneHit] {
        &self.tone
    }

    /// The same to be settled, and what else stands in the text.
    pub(super) fn tone_and_list(&mut self) -> (&mut Vec<ToneHit>, &[Hit]) {
        (&mut self.tone, &self.list)
    }

    /// From left to right, the longest first; of the same words the expressions, then the keywords, first.
    pub(super) fn sort(&mut self) {
        let order = |hit: &Hit| (hit.start, Reverse(hit.end), !hit.expression, hit.speaker);
        self.list.sort_unstable_by_key(order);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Drops hits inside these places.
    pub fn pass_over(&mut self, places: &[Range<usize>]) {
        let within = |hit: &Hit, place: &Range<usize>| place.start <= hit.start && hit.end <= place.end;
        self.list
            .retain(|hit| !places.iter().any(|place| within(hit, place)));
    }
}

impl Matcher {
    /// Where words of a rule stand, whether or not they count.
    pub fn places_of(&self, rule: u32, hits: &Hits) -> Vec<Range<usize>> {
        let is_its = |hit: &&Hit| {
            self.speakers
                .get(hit.speaker)
                .iter()
                .any(|what| what.rule == rule)
        };
        hits.list
            .iter()
            .filter(is_its)
            .map(|hit| hit.start..hit.end)
            .collect()
    }

    /// Whether the file, or a language, has this whole folded word.
    pub fn knows(&self, word: &[u8]) -> bool {
        let mut is_known = false;
        let is_gate = |thing: &Thing| matches!(thing, Thing::Beginning { .. } | Thing::Inside { .. });
        self.trie.walk(word, 0, |string, end| {
            is_known |= end == word.len() && !self.things.get(string).iter().all(is_gate);
        });
        is_known
    }

    /// Finds every keyword and every match of an expression that stands in the text.
    pub fn scan(&self, text: &[u8], hits: &mut Hits) {
        hits.text += 1;
        hits.list.clear();
        hits.tone.clear();
        hits.common = CommonWords::default();
        hits.progress.resize(self.expressions.len(), Progress::default());
        hits.kept.resize_with(self.expressions.len(), Kept::default);
        for &expression in &self.always {
            self.search(expression, text, hits);
        }
        let has_inner = !self.inner.is_empty();
        let mut edges = Edges::default();
        for (block, bytes) in text.chunks(8).enumerate() {
            let (begins, inner) = edges.next(bytes);
            let mut places = if has_inner { begins | inner } else { begins };
            while places != 0 {
                let lowest = places & places.wrapping_neg();
                places ^= lowest;
                let at = block * 8 + (lowest.trailing_zeros() / 8) as usize;
                let (trie, things) = match begins & lowest != 0 {
                    true => (&self.trie, &self.things),
                    false => (&self.inner, &self.inner_things),
                };
                trie.walk(text, at, |string, end| {
                    for &thing in things.get(string) {
                        self.meet(thing, text, at..end, hits);
                    }
                });
            }
        }
    }

    fn meet(&self, thing: Thing, text: &[u8], place: Range<usize>, hits: &mut Hits) {
        match thing {
            Thing::Keyword { speaker, open } => {
                if let Some(Range { start, end }) = whole_words(text, place, open) {
                    hits.list.push(Hit {
                        start,
                        end,
                        speaker,
                        expression: false,
                    });
                }
            }
            Thing::Tone(word) => {
                if let Some(Range { start, end }) = whole_words(text, place, false) {
                    hits.tone.push(ToneHit { start, end, word });
                }
            }
            Thing::Common { languages } => {
                if begins_word(text, place.start) && ends_word(text, place.end) {
                    hits.common.add(languages);
                }
            }
            Thing::Beginning { expression, at_start } => {
                if !at_start || place.start == 0 {
                    self.try_at(expression, text, place.start, hits);
                }
            }
            Thing::Inside { expression } => {
                let allowed = self.expressions.get(expression as usize).and_then(|e| e.before);
                let before = || place.start.checked_sub(1).and_then(|at| text.get(at));
                if allowed.is_none_or(|allowed| before().is_some_and(|byte| allowed.contains(*byte))) {
                    self.search(expression, text, hits);
                }
            }
        }
    }

    /// Tries whether a match of the expression begins here, unless one before it reaches beyond.
    fn try_at(&self, id: u32, text: &[u8], start: usize, hits: &mut Hits) {
        let place = id as usize;
        let (Some(expression), Some(progress), Some(kept)) = (
            self.expressions.get(place),
            hits.progress.get_mut(place),
            hits.kept.get_mut(place),
        ) else {
            return;
        };
        if progress.text != hits.text {
            *progress = Progress {
                text: hits.text,
                ..Progress::default()
            };
        }
        if start < progress.from || progress.matches == MATCHES_OF_ONE_PATTERN {
            return;
        }
        progress.from = start + 1;
        if let Some(end) = expression.pattern.match_at(text, start, kept) {
            progress.from = end;
            progress.matches += 1;
            hits.list.push(Hit {
                start,
                end,
                speaker: expression.speaker,
                expression: true,
            });
        }
    }

    /// Looks for all matches of the expression, once a text.
    fn search(&self, id: u32, text: &[u8], hits: &mut Hits) {
        let place = id as usize;
        let (Some(expression), Some(progress), Some(kept)) = (
            self.expressions.get(place),
            hits.progress.get_mut(place),
            hits.kept.get_mut(place),
        ) else {
            return;
        };
        if progress.text == hits.text {
            return;
        }
        *progress = Progress {
            text: hits.text,
            ..Progress::default()
        };
        while progress.matches < MATCHES_OF_ONE_PATTERN
            && let Some(Range { start, end }) = expression.pattern.next_match(text, progress.from, kept)
        {
            progress.from = end;
            progress.matches += 1;
            hits.list.push(Hit {
                start,
                end,
                speaker: expression.speaker,
                expression: true,
            });
        }
    }
}
