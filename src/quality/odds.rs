//! How much more a word belongs to the texts of one class than to all others: log-odds ratio with an
//! informative Dirichlet prior, in standard deviations.
//!
//! After Monroe, Colaresi and Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation for
//! Identifying the Content of Political Conflict", Political Analysis 16 (2008), 372–403, with the number
//! of texts that hold a word in place of how often it occurs. The prior is worth a tenth of all texts,
//! with the word as common as it is in all of them, so that a rare word is drawn to no difference at all.

/// The prior is worth this share of all texts.
const PRIOR: f64 = 0.1;

/// In how many texts a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Of the class: with the word, and all.
    pub own: (u64, u64),
    /// Of the others: with the word, and all.
    pub other: (u64, u64),
}

/// The z-score of the log-odds ratio: above 0 where the word belongs to the class. 0 where nothing can be
/// said.
pub fn z(seen: Seen) -> f64 {
    let (own, own_all) = (seen.own.0 as f64, seen.own.1 as f64);
    let (other, other_all) = (seen.other.0 as f64, seen.other.1 as f64);
    let all = own_all + other_all;
    if own + other <= 0.0 || own_all <= 0.0 || other_all <= 0.0 {
        return 0.0;
    }
    let weight = PRIOR * all;
    let prior = weight * (own + other) / all;
    let odds = |with: f64, all: f64| (with + prior) / (all - with + weight - prior).max(f64::MIN_POSITIVE);
    let ratio = odds(own, own_all).ln() - odds(other, other_all).ln();
    let variance = 1.0 / (own + prior) + 1.0 / (other + prior);
    ratio / variance.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(own: (u64, u64), other: (u64, u64)) -> f64 {
        z(Seen { own, other })
    }

    #[test]
    fn evidence_grows_with_texts_and_with_the_difference() {
        assert!(seen((20, 100), (1, 100)) > seen((10, 100), (1, 100)));
        assert!(seen((200, 1000), (10, 1000)) > seen((20, 100), (1, 100)));
        assert!(seen((1, 100), (20, 100)) < -2.0);
        assert!(seen((10, 100), (10, 100)).abs() < 1e-12);
        assert!(seen((0, 100), (0, 100)).abs() < 1e-12);
    }

    #[test]
    fn the_value_is_that_of_the_formula() {
        // 20 of 9000 against 0 of 18000: prior 2700 × 20 ÷ 27000 = 2.
        let ratio = (22.0f64 / (9000.0 - 20.0 + 2698.0)).ln() - (2.0f64 / (18000.0 + 2698.0)).ln();
        let expected = ratio / (1.0f64 / 22.0 + 1.0 / 2.0).sqrt();
        assert!((seen((20, 9000), (0, 18000)) - expected).abs() < 1e-12);
    }

    #[test]
    fn a_rare_word_is_no_evidence() {
        assert!(seen((1, 100), (0, 100)) < 1.0);
    }
}
