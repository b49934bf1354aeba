//! What each scored word counts: the points of its rule, changed by what stands around it. Which words are
//! found is the matcher's business, what the sum means the judge's.

use crate::rules::tone::{around::Around, hundredths};
use crate::rules::weigh::Found;
use crate::rules::{Effect, Modifier, Rule};
use std::ops::Range;

/// A word with a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored<'j> {
    /// The id of its rule.
    pub rule: &'j str,
    /// Where it stands in the text that was judged; `None` for a rule that counts once, whatever words it has.
    pub place: Option<Range<usize>>,
    /// The points that the rule gives it.
    pub base: i32,
    /// What it counts, in hundredths of a point.
    pub result: i32,
    modifiers: Range<usize>,
}

impl Scored<'_> {
    pub(super) fn of<'j>(&self, all: &'j [Modifier]) -> &'j [Modifier] {
        all.get(self.modifiers.clone()).unwrap_or_default()
    }
}

/// The scored words of one text; its room is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Scores<'r> {
    scored: Vec<Scored<'r>>,
    modifiers: Vec<Modifier>,
}

impl<'r> Scores<'r> {
    pub(super) fn clear(&mut self) {
        self.scored.clear();
        self.modifiers.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.scored.is_empty()
    }

    pub(super) fn scored(&self) -> &[Scored<'r>] {
        &self.scored
    }

    pub(super) fn modifiers(&self) -> &[Modifier] {
        &self.modifiers
    }

    /// Adds the words that made a rule with a score fire; gives what they count together, and whether all of
    /// them are negated.
    pub(super) fn add(&mut self, rule: &'r Rule, words: &[Found], around: &Around<'_>) -> (i32, bool) {
        let (before, base) = (self.scored.len(), rule.concludes.sentiment);
        let (mut sum, mut is_negated) = (0_i32, true);
        for word in words.iter().filter(|word| word.weight > 0) {
            let base = base * i32::from(word.weight);
            let first = self.modifiers.len();
            around.modify(word.start..word.end, base, &mut self.modifiers);
            let modifiers = self.modifiers.get(first..).unwrap_or_default();
            let result = hundredths(base, modifiers);
            is_negated &= modifiers.iter().any(|one| one.effect == Effect::Negated);
            sum = sum.saturating_add(result);
            self.scored.push(Scored {
                rule: &rule.id,
                place: Some(around.folded.origin(word.start..word.end)),
                base,
                result,
                modifiers: first..self.modifiers.len(),
            });
        }
        if self.scored.len() > before {
            return (sum, is_negated);
        }
        let result = hundredths(base, &[]);
        let first = self.modifiers.len();
        self.scored.push(Scored {
            rule: &rule.id,
            place: None,
            base,
            result,
            modifiers: first..first,
        });
        (result, false)
    }
}
