//! Which mentions of a case can be judged, and where they were judged anew. Part of summing up a [`Case`].

use super::Case;
use super::book::{Item, What};

impl Case<'_> {
    /// The mentions that can be judged, in their order.
    pub fn mentions_to_judge(&self) -> impl Iterator<Item = &Item> {
        let judged = |item: &&Item| matches!(self.book.what(item), What::Mention(mark) if !mark.repost);
        self.items.iter().filter(judged)
    }

    /// Where the line of the mention stands that the inbox shows: the most pressing that waits, else the first.
    pub fn shown(&self) -> u64 {
        let told_at = self.waiting.map_or(self.first_byte, |w| w.byte);
        let of = self.items.iter().find_map(|item| match *self.book.what(item) {
            What::Changed { of, .. } if item.byte() == told_at => Some(of),
            _ => None,
        });
        of.unwrap_or(told_at)
    }

    /// Where the last judgement stands that was made anew of the mention whose line stands at `byte`.
    pub fn judged_anew(&self, byte: u64) -> Option<u64> {
        let about = |item: &&Item| matches!(*self.book.what(item), What::Judged { of } if of == byte);
        let changed = self.book.has_changes;
        let last = changed.then(|| self.items.iter().filter(about).map(Item::byte).max());
        last.flatten()
    }

    /// Of each mention that can be judged, whether a person has corrected what was judged of it.
    pub fn corrected(&self) -> impl Iterator<Item = bool> {
        let later = |of: u64| {
            let changed = |item: &Item| match *self.book.what(item) {
                What::Changed { mark, of: base, .. } => base == of && mark.corrected,
                _ => false,
            };
            self.book.has_changes && self.items.iter().any(changed)
        };
        self.mentions_to_judge().map(move |item| {
            let mark = self.book.what(item).mention();
            mark.is_some_and(|mark| mark.corrected) || later(item.byte())
        })
    }
}
