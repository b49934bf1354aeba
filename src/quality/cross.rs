//! Is what was chosen of use for texts that were not learned from? Cross-validation with real rules.
//!
//! Texts are dealt into parts by their letters, so that the same text is always in one part. For each
//! part, words are chosen from all others, the rules with these words are compiled, and the part is
//! judged by them. How many words are proposed in the end is the number that did best so, or the smallest
//! that did about as well.

use super::choose::{Chosen, Model, Row, choose};
use super::grams::Gram;
use super::trial::Bench;
use super::{Confusion, Labelled, Mapping};
use crate::rules::RuleSet;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What is learned from.
#[derive(Clone, Copy)]
pub struct Lesson<'l> {
    /// The texts.
    pub texts: &'l [Labelled],
    /// The same texts, folded.
    pub folded: &'l [String],
    /// What the rules say of them.
    pub rows: &'l [Row],
    /// What they are judged now.
    pub judged: &'l [usize],
    /// Their words.
    pub grams: &'l [Gram],
    /// How sums become classes.
    pub model: Model<'l>,
    /// A word stands in at least so many texts.
    pub least: u64,
    /// So many words at most are proposed.
    pub most: usize,
    /// The business's own names.
    pub own_names: &'l [String],
}

/// One part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Its texts.
    pub n: u64,
    /// Macro F1 with the rules as they are.
    pub before: f64,
    /// With the words that were learned from the other parts.
    pub after: f64,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Validation {
    /// How many words did best.
    pub words: usize,
    /// All parts together, before.
    pub before: Confusion,
    /// And after.
    pub after: Confusion,
    /// Part by part.
    pub parts: Vec<Part>,
}

impl Validation {
    /// The mean gain of the parts, and its standard deviation from part to part.
    pub fn gain(&self) -> (f64, f64) {
        spread(&self.parts)
    }

    /// Whether the words are of use.
    pub fn is_gain(&self) -> bool {
        let f1 = |confusion: &Confusion| confusion.macro_f1().unwrap_or(0.0);
        self.words > 0 && self.gain().0 > 0.0 && f1(&self.after) > f1(&self.before)
    }
}

fn spread(parts: &[Part]) -> (f64, f64) {
    let n = parts.len() as f64;
    if parts.len() < 2 {
        return (parts.first().map_or(0.0, |part| part.after - part.before), 0.0);
    }
    let gains = || parts.iter().map(|part| part.after - part.before);
    let mean = gains().sum::<f64>() / n;
    let squares: f64 = gains().map(|gain| (gain - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

/// The part of a folded text.
fn part_of(text: &str, parts: usize, seed: u64) -> usize {
    usize::try_from(xxh3_64_with_seed(text.as_bytes(), seed) % parts as u64).unwrap_or(0)
}

/// The numbers of words that are tried.
fn sizes(most: usize) -> Vec<usize> {
    let mut sizes: Vec<usize> = [16, 8, 4, 2, 1].iter().map(|by| (most / by).max(1)).collect();
    sizes.dedup();
    sizes
}

/// Validates in `parts` parts. `compile` makes rules out of the present ones and these words.
///
/// # Errors
/// Whatever `compile` says.
pub fn validate<E>(
    lesson: Lesson<'_>,
    (parts, seed): (usize, u64),
    compile: &dyn Fn(&[Chosen]) -> Result<RuleSet, E>,
) -> Result<Validation, E> {
    let mapping = lesson.model.mapping;
    let classes = mapping.dimension().classes().len();
    let dealt: Vec<usize> = lesson
        .folded
        .iter()
        .map(|text| part_of(text, parts, seed))
        .collect();
    let sizes = sizes(lesson.most);
    let mut tried: Vec<Vec<Confusion>> = vec![Vec::new(); sizes.len()];
    let mut before = Vec::new();
    for part in 0..parts {
        let is_held = |row: usize| dealt.get(row) == Some(&part);
        let data = (lesson.grams, lesson.rows);
        let chosen = choose(
            lesson.model,
            data,
            &|row| !is_held(row),
            (lesson.least, lesson.most),
        );
        let mut now = Confusion::new(classes);
        for (row, (text, judged)) in lesson.texts.iter().zip(lesson.judged).enumerate() {
            if is_held(row) {
                now.add(text.class, *judged);
            }
        }
        for (size, tried) in sizes.iter().zip(&mut tried) {
            let words = chosen.get(..*size).unwrap_or(&chosen);
            tried.push(match words.is_empty() {
                true => now.clone(),
                false => held_out(lesson, &compile(words)?, mapping, &is_held),
            });
        }
        before.push(now);
    }
    let of_size = |after: &[Confusion]| -> Vec<Part> {
        let all = before.iter().zip(after).filter(|(before, _)| before.n() > 0);
        all.map(|(before, after)| Part {
            n: before.n(),
            before: before.macro_f1().unwrap_or(0.0),
            after: after.macro_f1().unwrap_or(0.0),
        })
        .collect()
    };
    let results: Vec<Vec<Part>> = tried.iter().map(|after| of_size(after)).collect();
    let best = best(&results);
    let together = |all: &[Confusion]| {
        all.iter().fold(Confusion::new(classes), |mut sum, one| {
            sum.join(one);
            sum
        })
    };
    Ok(Validation {
        words: sizes.get(best).copied().unwrap_or(0),
        before: together(&before),
        after: tried
            .get(best)
            .map_or_else(|| together(&before), |after| together(after)),
        parts: results.into_iter().nth(best).unwrap_or_default(),
    })
}

/// The first result that is within one standard error of the best.
fn best(results: &[Vec<Part>]) -> usize {
    let gains: Vec<(f64, f64)> = results.iter().map(|parts| spread(parts)).collect();
    let top = gains
        .iter()
        .zip(results)
        .max_by(|(a, _), (b, _)| a.0.total_cmp(&b.0));
    let Some(((mean, deviation), parts)) = top else {
        return 0;
    };
    let enough = mean - deviation / (parts.len().max(1) as f64).sqrt();
    let is_enough = |gain: &(f64, f64)| gain.0 >= enough && (gain.0 > 0.0 || *mean <= 0.0);
    gains.iter().position(is_enough).unwrap_or(0)
}

/// The texts of one part, judged by these rules.
fn held_out(
    lesson: Lesson<'_>,
    rules: &RuleSet,
    mapping: &Mapping,
    is_held: &dyn Fn(usize) -> bool,
) -> Confusion {
    let mut bench = Bench::new(rules, lesson.own_names, mapping);
    let mut confusion = Confusion::new(mapping.dimension().classes().len());
    for (row, text) in lesson.texts.iter().enumerate() {
        if is_held(row) {
            confusion.add(text.class, bench.judged(&text.text));
        }
    }
    confusion
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_always_in_the_same_part() {
        assert_eq!(part_of("cold soup", 5, 1), part_of("cold soup", 5, 1));
        let parts: Vec<usize> = (0..100).map(|n| part_of(&n.to_string(), 5, 1)).collect();
        assert!((0..5).all(|part| parts.iter().filter(|p| **p == part).count() > 8));
    }

    #[test]
    fn the_fewest_words_that_do_about_as_well_are_taken() {
        let parts = |gains: [f64; 3]| {
            gains
                .map(|gain| Part {
                    n: 10,
                    before: 0.5,
                    after: 0.5 + gain,
                })
                .to_vec()
        };
        assert_eq!(
            best(&[
                parts([0.0; 3]),
                parts([0.09, 0.1, 0.11]),
                parts([0.1, 0.11, 0.09])
            ]),
            1
        );
        assert_eq!(best(&[parts([0.01; 3]), parts([0.02; 3]), parts([0.1; 3])]), 2);
        assert_eq!(sizes(40), [2, 5, 10, 20, 40]);
        assert_eq!(sizes(3), [1, 3]);
    }
}
