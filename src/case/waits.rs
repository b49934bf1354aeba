//! What of a case waits for a human reply, and what becomes of that when a mention is changed or taken away.
//! Part of summing up a [`Case`]; states and figures stand elsewhere.

use super::Case;
use super::book::{Item, Mark, What};
use crate::rules::conclusion::Priority;

/// The mentions that wait for a human reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Posted time of the oldest that needs a reply, milliseconds since 1970.
    pub since: i64,
    /// The highest priority among them.
    pub priority: Option<Priority>,
    /// The earliest due time among them; `None` without targets.
    pub due: Option<i64>,
    /// Where the line of the mention with that priority stands in the ledger.
    pub byte: u64,
}

/// A mention that waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending {
    /// Where the mention's line stands.
    of: u64,
    /// Since when.
    since: i64,
    due: Option<i64>,
    priority: Option<Priority>,
    /// Where what it says now stands.
    byte: u64,
}

impl Case<'_> {
    /// One more mention waits.
    pub(super) fn wait(&mut self, item: &Item, mark: &Mark) {
        let pending = Pending {
            of: item.byte(),
            since: item.t,
            due: due(item.t, mark),
            priority: mark.priority,
            byte: item.byte(),
        };
        self.wanted += 1;
        self.add(&pending);
        if self.book.has_changes {
            self.pending.push(pending);
        }
    }

    fn add(&mut self, pending: &Pending) {
        match &mut self.waiting {
            None => {
                self.waiting = Some(Waiting {
                    since: pending.since,
                    priority: pending.priority,
                    due: pending.due,
                    byte: pending.byte,
                })
            }
            Some(w) => {
                if pending.priority.is_some_and(|p| w.priority.is_none_or(|q| p < q)) {
                    (w.priority, w.byte) = (pending.priority, pending.byte);
                }
                w.due = [w.due, pending.due].into_iter().flatten().min();
            }
        }
    }

    fn add_all_anew(&mut self) {
        self.waiting = None;
        for pending in std::mem::take(&mut self.pending) {
            self.add(&pending);
            self.pending.push(pending);
        }
    }

    /// A mention says something else now. While it waits, its priority and due time are those of what it says
    /// now; what has become graver is due no later than before. Once it was answered it waits only if it wants
    /// an answer again, from the change on.
    pub(super) fn changed(&mut self, item: &Item, mark: &Mark, of: u64, again: bool) {
        match self.pending.iter_mut().find(|p| p.of == of) {
            Some(_) if !mark.needs_reply => self.gone(of),
            Some(pending) => {
                let by_then = due(pending.since, mark);
                pending.due = match again {
                    true => [pending.due, due(item.t, mark)].into_iter().flatten().min(),
                    false => by_then,
                };
                (pending.priority, pending.byte) = (mark.priority, item.byte());
                self.add_all_anew();
            }
            None if again => {
                self.last_word = None;
                self.follow_up = None;
                self.customer_came_back |= self.replies > 0;
                self.wait(item, mark);
                if let Some(last) = self.pending.last_mut() {
                    last.of = of;
                }
            }
            None => {}
        }
    }

    /// The ratings of its mentions in tenths of a star, as they are today; none of what was taken away.
    pub fn ratings(&self) -> impl Iterator<Item = u8> {
        let rated = self.items.iter().filter_map(|item| match *self.book.what(item) {
            What::Mention(mark) if !mark.repost => self.stars_today(item.byte(), mark.stars),
            _ => None,
        });
        rated.filter(|tenths| *tenths > 0)
    }

    fn stars_today(&self, byte: u64, stars: u8) -> Option<u8> {
        let later = self.items.iter().filter(|_| self.book.has_changes);
        later
            .map(|item| self.book.what(item))
            .try_fold(stars, |stars, what| match *what {
                What::Changed { mark, of, .. } if of == byte => Some(mark.stars),
                What::Gone { of } if of == byte => None,
                _ => Some(stars),
            })
    }

    /// A mention was taken away, or needs no reply any more: nobody waits for one.
    pub(super) fn gone(&mut self, of: u64) {
        let before = self.pending.len();
        self.pending.retain(|p| p.of != of);
        if self.pending.len() < before {
            self.withdrawn += 1;
            self.add_all_anew();
        }
    }
}

fn due(since: i64, mark: &Mark) -> Option<i64> {
    mark.target_s.map(|s| since + i64::from(s) * 1000)
}
