//! The words of the watch-list in a text: which of them found a mention.
//!
//! They are folded as the words of rules are, and found as whole words. What follows from it (conditions
//! of rules, labels, leads) is decided elsewhere.

use super::conclusion::words;
use super::fold::folded;
use super::words::whole_words;
use aho_corasick::AhoCorasick;
use std::fmt;
use std::ops::Range;

words! {
    /// The parts of the watch-list.
    Group {
        /// The business itself.
        Brand = "brand",
        /// What it sells.
        Product = "product",
        /// Its line of business.
        Industry = "industry",
        /// Others of its line.
        Competitor = "competitor",
    }
}

/// Some of the parts of the watch-list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Groups(u8);

impl Groups {
    /// Adds one.
    pub fn add(&mut self, group: Group) {
        self.0 |= 1 << group as u8;
    }

    /// It is among them.
    pub fn has(self, group: Group) -> bool {
        self.0 & (1 << group as u8) != 0
    }

    /// As a number, one bit each.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Back from [`bits`](Self::bits); what is no part is left out.
    pub fn from_bits(bits: u8) -> Groups {
        Groups(bits & ((1 << Group::ALL.len()) - 1))
    }

    /// None.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// They have one in common.
    pub fn meets(self, others: Groups) -> bool {
        self.0 & others.0 != 0
    }

    /// Each of them, in the order of the watch-list.
    pub fn each(self) -> impl Iterator<Item = Group> {
        Group::ALL.iter().copied().filter(move |group| self.has(*group))
    }
}

impl FromIterator<Group> for Groups {
    fn from_iter<I: IntoIterator<Item = Group>>(groups: I) -> Self {
        let mut all = Groups::default();
        groups.into_iter().for_each(|group| all.add(group));
        all
    }
}

/// A word of the watch-list that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Noticed {
    pub group: Group,
    /// Where it stands in the folded text.
    pub place: Range<usize>,
}

/// Finds the words of the watch-list in folded texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watched {
    automaton: Option<AhoCorasick>,
    /// Of each pattern: its part, and whether the word may go on behind it.
    patterns: Vec<(Group, bool)>,
}

impl Watched {
    /// From words, handles (`@…`) and tags (`#…`) as they are written, each with its part of the list. A `*`
    /// at the end lets the word go on.
    pub fn new<'w>(words: impl IntoIterator<Item = (Group, &'w str)>) -> Self {
        let (mut strings, mut patterns) = (Vec::new(), Vec::new());
        for (group, word) in words {
            let open = word.ends_with('*');
            let word = word.trim_end_matches('*');
            // Japanese texts are not simplified: there the word is found as it is written.
            let (simple, plain) = (folded(word, true), folded(word, false));
            let forms = [Some(simple.clone()), Some(plain).filter(|plain| *plain != simple)];
            for form in forms.into_iter().flatten().filter(|form| !form.is_empty()) {
                strings.push(form);
                patterns.push((group, open));
            }
        }
        let automaton = AhoCorasick::new(&strings).ok().filter(|_| !strings.is_empty());
        Watched { automaton, patterns }
    }

    /// Leaves in `noticed` what stands in `text`, from left to right. A word inside a longer one is not
    /// there: "Bean Coffee" says nothing of coffee.
    pub fn find(&self, text: &[u8], noticed: &mut Vec<Noticed>) {
        noticed.clear();
        let Some(automaton) = &self.automaton else { return };
        for found in automaton.find_overlapping_iter(text) {
            let Some(&(group, open)) = self.patterns.get(found.pattern().as_usize()) else {
                continue;
            };
            let is_tag = matches!(text.get(found.start()), Some(b'@' | b'#'));
            let goes_on = is_tag && !open && text.get(found.end()) == Some(&b'_');
            if let Some(place) = whole_words(text, found.range(), open).filter(|_| !goes_on) {
                noticed.push(Noticed { group, place });
            }
        }
        let length = |one: &Noticed| usize::MAX - one.place.len();
        noticed.sort_by_key(|one| (one.place.start, length(one), one.group as u8));
        // Those that are kept end further and further: whoever ends within them stands inside one.
        let mut last = 0..0;
        noticed.retain(|one| {
            let kept = one.place.end > last.end || one.place == last;
            if kept {
                last = one.place.clone();
            }
            kept
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fold::Folded;

    fn found(words: &[(Group, &str)], text: &str) -> Vec<(&'static str, String)> {
        let mut folded = Folded::default();
        folded.read(text);
        let mut noticed = Vec::new();
        Watched::new(words.iter().copied()).find(folded.bytes(), &mut noticed);
        let quote = |one: &Noticed| text[folded.origin(one.place.clone())].to_owned();
        noticed.iter().map(|one| (one.group.name(), quote(one))).collect()
    }

    #[test]
    fn words_handles_and_tags_are_found_as_rules_find_words() {
        let words = [
            (Group::Brand, "Maple & Rye"),
            (Group::Brand, "@mapleandrye"),
            (Group::Product, "rye loa*"),
            (Group::Competitor, "豆在那裡"),
            (Group::Competitor, "#beanthere"),
        ];
        let text = "MAPLE & RYE's rye loaves beat 豆在那里咖啡 #BeanThere @mapleandrye_fan";
        assert_eq!(
            found(&words, text),
            [
                ("brand", "MAPLE & RYE".to_owned()),
                ("product", "rye loaves".to_owned()),
                ("competitor", "豆在那里".to_owned()),
                ("competitor", "#BeanThere".to_owned()),
            ]
        );
        assert!(found(&words, "maple syrup, trye loaf, #beantheres").is_empty());
    }

    #[test]
    fn a_word_inside_a_longer_one_says_nothing() {
        let words = [
            (Group::Industry, "coffee"),
            (Group::Competitor, "Bean Coffee"),
            (Group::Product, "ice"),
            (Group::Industry, "ice cream"),
            (Group::Brand, "coffee"),
        ];
        assert_eq!(
            found(&words, "bean coffee"),
            [("competitor", "bean coffee".to_owned())]
        );
        assert_eq!(found(&words, "ice creamery"), [("product", "ice".to_owned())]);
        let both = [("brand", "coffee".to_owned()), ("industry", "coffee".to_owned())];
        assert_eq!(found(&words, "coffee"), both);
    }
}
