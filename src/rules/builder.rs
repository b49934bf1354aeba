//! Keywords and expressions as they are read → the [`Matcher`] that finds them.
//!
//! Strings are only collected while a file is read: they are sorted once, and equal ones lie together then.
//! What is done with those that stand in a text is the matcher's business.

use super::gates::{Gates, Stand};
use super::language::COMMON;
use super::matcher::{Expression, Matcher, Role, Thing, Use};
use super::pattern::Pattern;
use super::tone::ToneWord;
use super::trie::Trie;
use std::ops::Range;

/// What a string is there for.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Keyword {
        open: bool,
        what: Use,
    },
    Common {
        languages: u8,
    },
    /// A word of the tables about negation and intensity.
    Tone(ToneWord),
    /// A gate; `within` where it may stand in the middle of a word.
    Gate {
        thing: Thing,
        within: bool,
    },
}

/// Collects keywords and expressions before the trie is built.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    /// The strings, one after another.
    bytes: Vec<u8>,
    /// Where each stands in `bytes`, and what it means; the same string may be there several times.
    meanings: Vec<(Range<u32>, Meaning)>,
    expressions: Vec<Expression>,
    /// The rules of the expressions.
    speakers: Vec<Use>,
    always: Vec<u32>,
}

impl Builder {
    /// Adds a folded keyword, `open` where the word may go on behind it; gives the number of its string.
    pub fn keyword(&mut self, folded: &str, open: bool, rule: usize, role: Role) -> u32 {
        let rule = rule as u32;
        let what = Use { rule, role };
        self.add(folded.as_bytes(), Meaning::Keyword { open, what })
    }

    /// Adds a folded word of the tables about negation and intensity.
    pub fn tone(&mut self, folded: &str, word: ToneWord) {
        self.add(folded.as_bytes(), Meaning::Tone(word));
    }

    /// Adds a regular expression. Its gates lead to it; without gates it runs on every text.
    pub fn expression(&mut self, pattern: Pattern, gates: Option<Gates>, rule: usize) {
        let expression = self.expressions.len() as u32;
        let (rule, role) = (rule as u32, Role::Any(1));
        self.speakers.push(Use { rule, role });
        self.expressions.push(Expression {
            pattern,
            speaker: expression,
            before: gates.as_ref().and_then(|gates| gates.before),
        });
        let Some(gates) = gates else {
            self.always.push(expression);
            return;
        };
        let at_start = gates.stand == Stand::AtStart;
        let thing = match gates.stand {
            Stand::Inside => Thing::Inside { expression },
            _ => Thing::Beginning { expression, at_start },
        };
        for gate in &gates.literals {
            let within = gates.within && gate.first().is_some_and(u8::is_ascii_alphanumeric);
            self.add(gate, Meaning::Gate { thing, within });
        }
    }

    fn add(&mut self, string: &[u8], meaning: Meaning) -> u32 {
        let from = self.bytes.len() as u32;
        self.bytes.extend_from_slice(string);
        self.meanings.push((from..self.bytes.len() as u32, meaning));
        self.meanings.len() as u32 - 1
    }

    /// The string with this number.
    pub fn string(&self, number: u32) -> &[u8] {
        let place = self.meanings.get(number as usize).map(|(place, _)| place);
        let place = place.map_or(0..0, |place| place.start as usize..place.end as usize);
        self.bytes.get(place).unwrap_or_default()
    }

    fn meanings<'b>(&'b self, numbers: &'b [u32]) -> impl Iterator<Item = Meaning> + 'b {
        let meaning = |number: &u32| self.meanings.get(*number as usize);
        numbers.iter().filter_map(meaning).map(|(_, meaning)| *meaning)
    }

    /// The numbers of all strings, equal ones beside one another in the order in which they were added.
    fn sorted(&self) -> Vec<u32> {
        let head = |number: u32| {
            let mut head = [0; 8];
            head.iter_mut()
                .zip(self.string(number))
                .for_each(|(to, from)| *to = *from);
            (u64::from_be_bytes(head), number)
        };
        let mut order: Vec<(u64, u32)> = (0..self.meanings.len() as u32).map(head).collect();
        order.sort_unstable_by(|a, b| {
            let rest = || self.string(a.1).cmp(self.string(b.1));
            a.0.cmp(&b.0).then_with(rest).then(a.1.cmp(&b.1))
        });
        order.into_iter().map(|(_, number)| number).collect()
    }

    /// Builds the trie.
    pub fn build(mut self) -> Matcher {
        for (words, languages) in COMMON {
            for word in words.split(' ') {
                self.add(word.as_bytes(), Meaning::Common { languages });
            }
        }
        let mut matcher = Matcher::default();
        let order = self.sorted();
        let same = |a: &u32, b: &u32| self.string(*a) == self.string(*b);
        let groups: Vec<&[u32]> = order.chunk_by(same).collect();
        let string = |group: &&[u32]| group.first().map_or(&[][..], |number| self.string(*number));

        for what in &self.speakers {
            matcher.speakers.push(&[*what]);
        }
        let speakers = self.speak(&groups, &mut matcher);
        let mut things = Vec::new();
        let (mut inner, mut inner_gates) = (Vec::new(), Vec::new());
        for (group, speakers) in groups.iter().zip(&speakers) {
            things.clear();
            for (speaker, open) in speakers.iter().zip([false, true]) {
                things.extend(speaker.map(|speaker| Thing::Keyword { speaker, open }));
            }
            let mut may_be_within = false;
            inner_gates.clear();
            for meaning in self.meanings(group) {
                match meaning {
                    Meaning::Keyword { .. } => {}
                    Meaning::Common { languages } => things.push(Thing::Common { languages }),
                    Meaning::Tone(word) => things.push(Thing::Tone(word)),
                    Meaning::Gate { thing, within } => {
                        things.push(thing);
                        inner_gates.push(thing);
                        may_be_within |= within;
                    }
                }
            }
            matcher.things.push(&things);
            if may_be_within {
                inner.push(string(group));
                matcher.inner_things.push(&inner_gates);
            }
        }
        matcher.inner = Trie::new(&inner, |_| false);
        let is_whole = |thing: &Thing| {
            matches!(
                thing,
                Thing::Keyword { open: false, .. } | Thing::Common { .. } | Thing::Tone(_)
            )
        };
        let strings: Vec<&[u8]> = groups.iter().map(string).collect();
        matcher.trie = Trie::new(&strings, |number| {
            matcher.things.get(number as u32).iter().all(is_whole)
        });
        (matcher.expressions, matcher.always) = (self.expressions, self.always);
        matcher
    }

    /// Numbers the keywords, closed and open, in the order in which they were met first, and tells the
    /// matcher for whom they speak.
    fn speak(&self, groups: &[&[u32]], matcher: &mut Matcher) -> Vec<[Option<u32>; 2]> {
        let mut first_met = Vec::with_capacity(groups.len());
        for (i, group) in groups.iter().enumerate() {
            for open in [false, true] {
                let is_it =
                    |meaning: &Meaning| matches!(meaning, Meaning::Keyword { open: o, .. } if *o == open);
                let met = group
                    .iter()
                    .zip(self.meanings(group))
                    .find(|(_, meaning)| is_it(meaning));
                first_met.extend(met.map(|(number, _)| (*number, i, open)));
            }
        }
        first_met.sort_unstable();
        let mut speakers = vec![[None; 2]; groups.len()];
        let mut uses = Vec::new();
        for (speaker, (_, i, open)) in (self.speakers.len() as u32..).zip(first_met) {
            uses.clear();
            let group = groups.get(i).copied().unwrap_or_default();
            uses.extend(self.meanings(group).filter_map(|meaning| match meaning {
                Meaning::Keyword { open: o, what } if o == open => Some(what),
                _ => None,
            }));
            matcher.speakers.push(&uses);
            if let Some(slot) = speakers
                .get_mut(i)
                .and_then(|pair| pair.get_mut(usize::from(open)))
            {
                *slot = Some(speaker);
            }
        }
        speakers
    }
}
