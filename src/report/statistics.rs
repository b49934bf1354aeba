//! The statistics behind the figures: percentiles, means, the Kaplan–Meier median. Pure arithmetic.

/// The value at or below which a share `q` of the sorted values lies (nearest rank).
pub fn percentile(sorted: &[i64], q: f64) -> Option<i64> {
    if sorted.is_empty() {
        return None;
    }
    // n is far below 2^52, so the product and its ceiling are exact enough.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len()) - 1).copied()
}

/// The mean, rounded to the nearest whole (halves up).
pub fn mean(values: &[i64]) -> Option<i64> {
    let n = i128::try_from(values.len()).ok().filter(|n| *n > 0)?;
    let sum: i128 = values.iter().map(|v| i128::from(*v)).sum();
    i64::try_from((2 * sum + n).div_euclid(2 * n)).ok()
}

/// The Kaplan–Meier median: the first time by which half would have been answered, those still waiting
/// counting for as long as they have waited; `None` where over half still wait. Both lists in order.
/// Source: Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958).
pub fn kaplan_meier_median(answered_sorted: &[i64], waiting_sorted: &[i64]) -> Option<i64> {
    if waiting_sorted.len() > answered_sorted.len() {
        return None;
    }
    let (total, mut survival) = (answered_sorted.len() + waiting_sorted.len(), 1.0f64);
    let (mut before, mut waiting) = (0, waiting_sorted);
    for group in answered_sorted.chunk_by(|a, b| a == b) {
        let time = *group.first()?;
        while let Some((_, longer)) = waiting.split_first().filter(|(w, _)| **w < time) {
            waiting = longer;
            before += 1;
        }
        #[allow(clippy::cast_precision_loss)] // counts of cases
        let (events, at_risk) = (group.len() as f64, (total - before) as f64);
        before += group.len();
        survival *= 1.0 - events / at_risk;
        if survival <= 0.5 + 1e-12 {
            return Some(time);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let values: Vec<i64> = (1..=20).collect();
        assert_eq!(percentile(&values, 0.5), Some(10));
        assert_eq!(percentile(&values, 0.9), Some(18));
        assert_eq!(percentile(&values, 0.95), Some(19));
        assert_eq!(percentile(&[7], 0.95), Some(7));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn the_mean_rounds_half_up() {
        assert_eq!(mean(&[1, 2]), Some(2));
        assert_eq!(mean(&[1, 1, 2]), Some(1));
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn who_still_waits_pushes_the_median_up() {
        assert_eq!(kaplan_meier_median(&[10, 20, 30], &[]), Some(20));
        // Two of five still wait, for longer than all answers took: at 20 s 3/5 are left, at 30 s 2/5.
        assert_eq!(kaplan_meier_median(&[10, 20, 30], &[40, 50]), Some(30));
        // Those who have waited only 5 s say nothing about what comes after.
        assert_eq!(kaplan_meier_median(&[10, 20, 30], &[5, 5]), Some(20));
        assert_eq!(kaplan_meier_median(&[10], &[1, 1]), None);
    }
}
