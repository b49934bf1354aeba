//! Which batches had been recorded by a time, although the machine's clock may have been wrong.
//!
//! Order is by `seq`, never by clock. The largest set of batches whose times agree with their order is
//! believed (where two sets are as large, the one that ends earlier); any other batch counts as
//! recorded with the believed one before it. So one batch written under a clock that was years ahead or
//! behind neither hides the later ones nor drags them in.

/// A finished batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// `seq` of its commit line.
    pub seq: u64,
    /// Its `at`, in milliseconds since 1970.
    pub at: i64,
}

/// The last `seq` that had been recorded at `as_of` (milliseconds since 1970); 0 for none.
pub fn recorded_by(batches: &[Batch], as_of: i64) -> u64 {
    let believed = longest_in_order(batches);
    let next = believed
        .iter()
        .find(|i| batches.get(**i).is_some_and(|b| b.at > as_of));
    match next {
        // Everything before the first believed batch that is too late.
        Some(i) => i.checked_sub(1).and_then(|i| batches.get(i)).map_or(0, |b| b.seq),
        None => batches.last().map_or(0, |b| b.seq),
    }
}

/// Positions of the longest non-decreasing subsequence by `at` (patience sorting).
fn longest_in_order(batches: &[Batch]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(batches.len());
    for (i, batch) in batches.iter().enumerate() {
        let pile = ends.partition_point(|e| batches.get(*e).is_some_and(|b| b.at <= batch.at));
        before.push(pile.checked_sub(1).and_then(|p| ends.get(p).copied()));
        match ends.get_mut(pile) {
            Some(end) => *end = i,
            None => ends.push(i),
        }
    }
    let mut chain = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(i) = next {
        chain.push(i);
        next = before.get(i).copied().flatten();
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(at: &[i64], as_of: i64) -> u64 {
        let batches: Vec<Batch> = (1..).zip(at).map(|(seq, at)| Batch { seq, at: *at }).collect();
        recorded_by(&batches, as_of)
    }

    #[test]
    fn a_right_clock_cuts_by_time() {
        assert_eq!(recorded(&[10, 20, 30], 9), 0);
        assert_eq!(recorded(&[10, 20, 30], 20), 2);
        assert_eq!(recorded(&[10, 20, 30], 99), 3);
    }

    #[test]
    fn one_batch_from_the_future_does_not_hide_the_later_ones() {
        assert_eq!(recorded(&[10, 20, 9000, 30, 40], 25), 3);
        assert_eq!(recorded(&[10, 20, 9000, 30, 40], 40), 5);
        assert_eq!(
            recorded(&[10, 20, 9000], 25),
            2,
            "as long as nothing contradicts it, it is believed"
        );
    }

    #[test]
    fn one_batch_from_the_past_does_not_drag_the_others_in() {
        assert_eq!(recorded(&[10, 20, 1, 30, 40], 5), 0);
        assert_eq!(recorded(&[10, 20, 1, 30, 40], 20), 3);
        assert_eq!(recorded(&[10, 20, 1], 15), 1);
    }
}
