//! The examples that stand beside a rule: `examples` on which it is to fire, and `not`, on which it is not to.
//!
//! Only words and form are tried: what `when` asks of a message is taken to hold.

use super::super::RuleSet;
use super::super::fold::Folded;
use super::super::form::Measured;
use super::super::matcher::Hits;
use super::super::raw::{Source, short};
use super::super::rule::Rule;
use super::super::weigh::Scratch;
use super::Listed;

pub(super) fn check<'t>(source: &mut Source<'t>, set: &RuleSet, listed: &[Listed<'_, 't>]) {
    let mut trial = Trial::default();
    for (number, (rule, listed)) in (0_u32..).zip(set.rules.iter().zip(listed)) {
        if rule.settled.off {
            continue;
        }
        for (key, wanted) in [("examples", true), ("not", false)] {
            let Some(value) = listed.table.get(key) else {
                continue;
            };
            for text in source.strings(value, key) {
                let fires = trial.fires(set, number, rule, &text.value);
                if fires.is_some() == wanted {
                    continue;
                }
                let (message, label, help) = match fires {
                    Some(words) => (
                        format!("rule `{}` fires on what it is not to fire on", rule.id),
                        match words.is_empty() {
                            true => "by its conditions alone".to_owned(),
                            false => format!("by {}", words.join(", ")),
                        },
                        "put the phrase that misleads it into its `except`, or narrow its words",
                    ),
                    None => (
                        format!("rule `{}` does not fire on its example", rule.id),
                        match trial.met(set, number, &text.value) {
                            words if words.is_empty() => "none of its words is here".to_owned(),
                            words => format!(
                                "here is {}, but it is not enough, or something hides it",
                                words.join(", ")
                            ),
                        },
                        "add a word of the example to the rule, or look at its `none`, `except` and `at_least`",
                    ),
                };
                source.fault(text.span, "rule-example", message, &label, help);
            }
        }
    }
}

/// Tries rules on texts.
#[derive(Default)]
struct Trial {
    folded: Folded,
    hits: Hits,
    scratch: Scratch,
}

impl Trial {
    fn scan(&mut self, set: &RuleSet, text: &str) {
        self.folded.read(text);
        if set.tone.shortens() {
            self.folded.shorten(|word| set.matcher.knows(word));
        }
        set.matcher.scan(self.folded.bytes(), &mut self.hits);
    }

    /// The words by which a rule fires, if it does.
    fn fires(&mut self, set: &RuleSet, number: u32, rule: &Rule, text: &str) -> Option<Vec<String>> {
        self.scan(set, text);
        let measured = Measured::of(text, self.folded.text(), &set.question);
        let applies = |one: &Rule| match one.id == rule.id {
            true => one.form.is_empty() || one.form.holds(&measured),
            false => one.settled.unconditional,
        };
        self.scratch
            .weigh(set, self.folded.bytes(), &mut self.hits, applies);
        self.scratch.fired.binary_search(&number).ok()?;
        let mine = self.scratch.found.iter().filter(|one| one.rule == number);
        let places: Vec<_> = mine.map(|one| self.folded.origin(one.start..one.end)).collect();
        Some(quoted(text, places))
    }

    /// The words of a rule that stand in the text, whether or not they count.
    fn met(&mut self, set: &RuleSet, number: u32, text: &str) -> Vec<String> {
        self.scan(set, text);
        let places = set.matcher.places_of(number, &self.hits);
        let places = places
            .into_iter()
            .map(|place| self.folded.origin(place))
            .collect();
        quoted(text, places)
    }
}

fn quoted(text: &str, places: Vec<std::ops::Range<usize>>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for place in places {
        let word = format!("`{}`", short(text.get(place).unwrap_or_default()));
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.truncate(5);
    words
}
