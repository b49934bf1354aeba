//! How often which class was judged as which: accuracy, precision, recall and F1.
//!
//! Precision is what is right among what was judged so, recall what was found of what is labelled so, and
//! F1 = 2·TP ÷ (2·TP + FP + FN). Macro F1 is the plain mean over the classes that occur among the labels.
//! Where a class was never judged its precision is not defined: it is left empty, and its F1 is 0, as with
//! scikit-learn's `zero_division=0`.

/// Counts by label and judged class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// Row by row: a row is a label.
    cells: Vec<u64>,
}

/// The figures of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Texts with this label.
    pub n: u64,
    /// Right ÷ judged so; `None` where nothing was.
    pub precision: Option<f64>,
    /// Found ÷ labelled so; `None` where nothing is.
    pub recall: Option<f64>,
    /// Their harmonic mean; `None` where nothing is labelled so nor judged so.
    pub f1: Option<f64>,
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Confusion {
    /// Nothing counted, for so many classes.
    pub fn new(classes: usize) -> Self {
        Confusion {
            classes,
            cells: vec![0; classes * classes],
        }
    }

    /// Counts one text.
    pub fn add(&mut self, label: usize, judged: usize) {
        if let Some(cell) = self.cell_mut(label, judged) {
            *cell += 1;
        }
    }

    /// Counts all that the other counted.
    pub fn join(&mut self, other: &Confusion) {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            *cell += more;
        }
    }

    /// A text counts as judged otherwise than it was counted before.
    pub fn change(&mut self, label: usize, (from, to): (usize, usize)) {
        if let Some(cell) = self.cell_mut(label, from) {
            *cell = cell.saturating_sub(1);
        }
        self.add(label, to);
    }

    fn cell_mut(&mut self, label: usize, judged: usize) -> Option<&mut u64> {
        let is_class = label < self.classes && judged < self.classes;
        self.cells
            .get_mut(label * self.classes + judged)
            .filter(|_| is_class)
    }

    /// How many with that label were judged so.
    pub fn cell(&self, label: usize, judged: usize) -> u64 {
        let cell = self.cells.get(label * self.classes + judged);
        cell.copied().unwrap_or(0)
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// All texts.
    pub fn n(&self) -> u64 {
        self.cells.iter().sum()
    }

    /// Texts with that label.
    pub fn labelled(&self, class: usize) -> u64 {
        (0..self.classes).map(|judged| self.cell(class, judged)).sum()
    }

    /// Texts that were judged so.
    pub fn judged(&self, class: usize) -> u64 {
        (0..self.classes).map(|label| self.cell(label, class)).sum()
    }

    /// Texts that were judged as labelled.
    pub fn right(&self) -> u64 {
        (0..self.classes).map(|class| self.cell(class, class)).sum()
    }

    /// Right ÷ all; `None` where there are none.
    pub fn accuracy(&self) -> Option<f64> {
        share(self.right(), self.n())
    }

    /// The figures of a class.
    pub fn scores(&self, class: usize) -> Scores {
        let (right, n, judged) = (self.cell(class, class), self.labelled(class), self.judged(class));
        Scores {
            n,
            precision: share(right, judged),
            recall: share(right, n),
            f1: share(2 * right, n + judged),
        }
    }

    /// The classes that occur among the labels.
    pub fn occurring(&self) -> impl Iterator<Item = usize> + use<'_> {
        (0..self.classes).filter(|class| self.labelled(*class) > 0)
    }

    /// The mean F1 of the classes that occur; `None` where there are none.
    pub fn macro_f1(&self) -> Option<f64> {
        let (mut sum, mut n) = (0.0, 0u32);
        for class in self.occurring() {
            sum += self.scores(class).f1.unwrap_or(0.0);
            n += 1;
        }
        (n > 0).then(|| sum / f64::from(n))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_textbook() {
        // Labels a a a b b c, judged a a b b c a: TP a 2, b 1, c 0.
        let mut confusion = Confusion::new(4);
        for (label, judged) in [(0, 0), (0, 0), (0, 1), (1, 1), (1, 2), (2, 0)] {
            confusion.add(label, judged);
        }
        assert_eq!((confusion.n(), confusion.right()), (6, 3));
        assert_eq!(confusion.accuracy(), Some(0.5));
        let a = confusion.scores(0);
        assert_eq!(
            (a.n, a.precision, a.recall),
            (3, Some(2.0 / 3.0), Some(2.0 / 3.0))
        );
        assert_eq!(confusion.scores(1).f1, Some(0.5));
        assert_eq!(confusion.scores(2).f1, Some(0.0));
        assert!((confusion.macro_f1().unwrap() - (2.0 / 3.0 + 0.5) / 3.0).abs() < 1e-15);
        confusion.change(2, (0, 2));
        assert_eq!(confusion.right(), 4);
    }

    #[test]
    fn what_was_never_judged_has_no_precision_and_an_f1_of_0() {
        let mut confusion = Confusion::new(3);
        confusion.add(0, 2);
        let never = confusion.scores(0);
        assert_eq!(
            (never.precision, never.recall, never.f1),
            (None, Some(0.0), Some(0.0))
        );
        // Judged, but not among the labels: no recall, and no part of the mean.
        assert_eq!(confusion.scores(2).recall, None);
        assert_eq!(confusion.macro_f1(), Some(0.0));
        assert_eq!(Confusion::new(3).macro_f1(), None);
        assert_eq!(Confusion::new(3).scores(1).f1, None);
    }
}
