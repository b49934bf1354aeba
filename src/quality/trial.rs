//! Labelled texts are judged, and it is counted what came of it: the confusion of classes, which rules
//! erred, and the texts behind each cell.
//!
//! A rule *speaks* for a class of the dimension: for a mood by the sign of its score, for a kind by its
//! kind (or, where it has none, by the kind that its mood speaks for), for a priority a row of the matrix
//! decides. It errs where the text is judged wrongly and it spoke for another class than the label.

use super::choose::{Row, State};
use super::{Confusion, Dimension, Labelled, Mapping};
use crate::judge::{Judge, Judgement};
use crate::message::Message;
use crate::rules::{Kind, Rule, RuleSet, Sentiment};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// What a rule did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spoke {
    /// Wrong texts in which it spoke for another class than the label.
    pub wrong: u64,
    /// Right texts in which it spoke for their class.
    pub right: u64,
}

impl Spoke {
    /// The share of wrong ones among all that it decided.
    pub fn error_rate(self) -> Option<f64> {
        let all = self.wrong + self.right;
        (all > 0).then(|| self.wrong as f64 / all as f64)
    }
}

/// One text of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its line.
    pub line: u64,
    /// Its text.
    pub text: String,
    /// Its label and what it was judged.
    pub classes: (usize, usize),
    /// The rules that fired, with their words.
    pub why: String,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// See there.
    pub confusion: Confusion,
    /// By rule, or by row of the matrix.
    pub rules: BTreeMap<String, Spoke>,
    /// Wrong texts for which no rule spoke at all.
    pub silent: u64,
    /// The texts of the cell that was asked for.
    pub cases: Vec<Case>,
}

/// Judges texts as they stand, without anything else that is known of a message.
pub struct Bench<'r> {
    rules: &'r RuleSet,
    judge: Judge<'r>,
    mapping: &'r Mapping,
    by_id: HashMap<&'r str, &'r Rule>,
}

impl<'r> Bench<'r> {
    /// A judge by these rules that passes over the business's own names.
    pub fn new(rules: &'r RuleSet, own_names: &[String], mapping: &'r Mapping) -> Self {
        Bench {
            rules,
            judge: Judge::new(rules).ignoring(own_names),
            mapping,
            by_id: rules
                .rules()
                .iter()
                .map(|rule| (rule.id.as_str(), rule))
                .collect(),
        }
    }

    /// What the text is judged, folded as the labels are.
    pub fn judged(&mut self, text: &str) -> usize {
        let message = message(text);
        let mapping = self.mapping;
        mapping.judged(mapping.dimension().judged(&self.judge.judge(&message)))
    }

    /// What the rules say of the text.
    pub fn look<T>(&mut self, text: &str, with: impl FnOnce(&Judgement<'_>, usize) -> T) -> T {
        let message = message(text);
        let mapping = self.mapping;
        let judgement = self.judge.judge(&message);
        let judged = mapping.judged(mapping.dimension().judged(&judgement));
        with(&judgement, judged)
    }

    /// What the rules say of the text, as far as added rules could change it, and what it is judged.
    pub fn row(&mut self, one: &Labelled) -> (Row, usize) {
        let message = message(&one.text);
        let mapping = self.mapping;
        let judgement = self.judge.judge(&message);
        let mut state = State {
            score: judgement.hundredths,
            ..State::default()
        };
        let mut speak = |kind: Kind, weight: i32| {
            if let Some(sum) = state.kinds.get_mut(kind as usize) {
                *sum = sum.saturating_add(weight);
            }
        };
        for matched in judgement.matched {
            if let Some(rule) = self.by_id.get(matched.rule)
                && let Some(kind) = rule.concludes.kind.filter(|_| !is_negated(rule, &judgement))
            {
                speak(kind, rule.concludes.weight);
            }
        }
        match judgement.sentiment {
            Sentiment::Negative => speak(self.rules.mood.negative_kind, 1),
            Sentiment::Positive => speak(self.rules.mood.positive_kind, 1),
            Sentiment::Neutral => {}
        }
        let judged = mapping.judged(mapping.dimension().judged(&judgement));
        let class = one.class;
        (Row { class, state }, judged)
    }

    /// What the rules say of a word alone; `None` where they say nothing of the dimension.
    pub fn alone(&mut self, word: &str) -> Option<usize> {
        let nothing = match self.mapping.dimension() {
            Dimension::Sentiment => Sentiment::Neutral as usize,
            _ => Kind::Other as usize,
        };
        Some(self.judged(word)).filter(|class| *class != nothing)
    }

    /// Judges all of them. `wanted` tells of a label and what was judged whether the text is kept.
    pub fn run(&mut self, texts: &[Labelled], wanted: impl Fn(usize, usize) -> bool) -> Trial {
        let mapping = self.mapping;
        let mut trial = Trial {
            confusion: Confusion::new(mapping.dimension().classes().len()),
            rules: BTreeMap::new(),
            silent: 0,
            cases: Vec::new(),
        };
        for one in texts {
            let message = message(&one.text);
            let judgement = self.judge.judge(&message);
            let judged = mapping.judged(mapping.dimension().judged(&judgement));
            trial.confusion.add(one.class, judged);
            if wanted(one.class, judged) {
                trial.cases.push(Case {
                    line: one.line,
                    text: one.text.clone(),
                    classes: (one.class, judged),
                    why: why(&judgement),
                });
            }
            let is_right = judged == one.class;
            let mut spoken = false;
            let mut count = |id: &str, class: usize| {
                spoken = true;
                let (wrong, right) = (!is_right && class != one.class, is_right && class == one.class);
                if wrong || right {
                    let spoke = match trial.rules.get_mut(id) {
                        Some(spoke) => spoke,
                        None => trial.rules.entry(id.to_owned()).or_default(),
                    };
                    spoke.wrong += u64::from(wrong);
                    spoke.right += u64::from(right);
                }
            };
            if mapping.dimension() == Dimension::Priority {
                count(judgement.because, judged);
            } else {
                for matched in judgement.matched {
                    let rule = self.by_id.get(matched.rule).copied();
                    if let Some(class) = rule.and_then(|rule| speaks(rule, &judgement, self.rules, mapping)) {
                        count(matched.rule, class);
                    }
                }
            }
            trial.silent += u64::from(!is_right && !spoken);
        }
        trial
    }
}

/// A message of nothing but a text.
fn message(text: &str) -> Message<'_> {
    Message {
        text: Cow::Borrowed(text),
        ..Message::default()
    }
}

/// The sum of what the words of a rule count in this text.
fn scored(rule: &Rule, judgement: &Judgement<'_>) -> i32 {
    let own = judgement.scored.iter().filter(|scored| scored.rule == rule.id);
    own.map(|scored| scored.result).fold(0, i32::saturating_add)
}

/// What its words say is turned round: "not happy".
fn is_negated(rule: &Rule, judgement: &Judgement<'_>) -> bool {
    scored(rule, judgement).signum() * rule.concludes.sentiment.signum() < 0
}

/// The class that a rule speaks for in this text, folded as the labels are.
fn speaks(rule: &Rule, judgement: &Judgement<'_>, rules: &RuleSet, mapping: &Mapping) -> Option<usize> {
    let score = match rule.concludes.sentiment {
        0 => 0,
        _ => scored(rule, judgement).signum(),
    };
    let kind = rule.concludes.kind.filter(|_| !is_negated(rule, judgement));
    let class = match (mapping.dimension(), kind, score) {
        (Dimension::Sentiment, _, 1) => 2,
        (Dimension::Sentiment, _, -1) => 0,
        (Dimension::Kind, Some(kind), _) => kind as usize,
        (Dimension::Kind, None, 1) => rules.mood.positive_kind as usize,
        (Dimension::Kind, None, -1) => rules.mood.negative_kind as usize,
        _ => return None,
    };
    Some(mapping.judged(class))
}

/// The rules that fired, each with its words.
pub fn why(judgement: &Judgement<'_>) -> String {
    let mut why = String::new();
    for matched in judgement.matched {
        if !why.is_empty() {
            why.push_str(" · ");
        }
        why.push_str(matched.rule);
        for (i, word) in judgement.words(matched).enumerate() {
            why.push_str(if i == 0 { ": " } else { ", " });
            why.push('"');
            why.push_str(word);
            why.push('"');
        }
    }
    why
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may
mod tests {
    use super::*;

    const RULES: &str = "version = 1\n[[priority]]\npriority = \"P2\"\n\
        [[rule]]\nid = \"glad\"\nany = [\"good\"]\nsentiment = 1\n\
        [[rule]]\nid = \"sad\"\nany = [\"cold\"]\nsentiment = -1\n";

    #[test]
    fn rules_answer_for_what_they_spoke_for() {
        let rules = RuleSet::compile(RULES, "rules.toml").unwrap().0;
        let mapping = Mapping::plain(Dimension::Sentiment);
        let texts = [
            (0, "cold soup"),
            (0, "good grief"),
            (2, "good"),
            (1, "cold beer"),
            (2, "…"),
        ];
        let texts: Vec<Labelled> = texts
            .iter()
            .zip(1..)
            .map(|((class, text), line)| Labelled {
                line,
                text: (*text).to_owned(),
                class: *class,
            })
            .collect();
        let trial = Bench::new(&rules, &[], &mapping).run(&texts, |label, judged| (label, judged) == (0, 2));
        let spoke = |id: &str| trial.rules.get(id).map(|s| (s.wrong, s.right));
        assert_eq!((spoke("glad"), spoke("sad")), (Some((1, 1)), Some((1, 1))));
        assert_eq!(trial.silent, 1);
        assert_eq!(trial.confusion.right(), 2);
        let [case] = trial.cases.as_slice() else {
            unreachable!("one text is labelled negative and judged positive")
        };
        assert_eq!((case.line, case.why.as_str()), (2, "glad: \"good\""));
    }
}
