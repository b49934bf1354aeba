//! The end of a file's threads: which cases are joined, which numbers the new ones get, which replies
//! were recorded before, and what is known from now on.

use super::fresh::{Awaited, Talk, Told};
use super::keys::Key;
use super::threads::{LEDGER, Node, Said, Threads, narrow, wide};
use std::collections::HashMap;
use std::num::NonZeroU32;

/// Where each message went.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    pub(crate) cases: Vec<Option<NonZeroU32>>,
    pub(crate) follows: Vec<(usize, u32)>,
    pub(crate) echoes: Vec<usize>,
    pub(crate) merges: Vec<(u32, u32)>,
    pub(crate) new_cases: u32,
}

impl Threads<'_> {
    /// Settles what hangs together, gives out case numbers, and tells what is known from now on.
    pub(crate) fn finish(mut self) -> Placed {
        let open = self.join_answers();
        let spoken = self.join_conversations();
        let mut placed = Placed {
            merges: self.merges(),
            ..Placed::default()
        };
        placed.new_cases = self.give_numbers();
        let known = &mut *self.known;
        for (into, from) in &placed.merges {
            known.join(*into, *from);
        }
        let mut numbers = known
            .fresh
            .messages
            .entries()
            .get(wide(self.first)..)
            .unwrap_or_default()
            .iter();
        placed.cases = std::mem::take(&mut self.cases);
        for case in placed.cases.iter_mut().filter(|case| case.is_some()) {
            *case = numbers.next().and_then(|e| NonZeroU32::new(e.case));
        }
        self.keep(open, spoken.talks);
        self.follow(&mut placed, spoken.parted);
        self.echo(&mut placed);
        placed
    }

    /// The cases of the ledger that this file joins.
    fn merges(&mut self) -> Vec<(u32, u32)> {
        let mut merges = Vec::new();
        for number in 0..self.touched.len() {
            let root = self.find(LEDGER | narrow(number));
            let case = |node: Node| self.touched.get(wide(node ^ LEDGER)).map(|(case, _)| *case);
            if let (Some(into), Some((from, _))) = (case(root), self.touched.get(number))
                && into != *from
            {
                merges.push((into, *from));
            }
        }
        merges.sort_unstable_by_key(|(_, from)| *from);
        merges
    }

    /// Turns the node above each new message into its case; returns how many cases are new.
    fn give_numbers(&mut self) -> u32 {
        let last_case = self.known.last_case;
        for node in 0..narrow(self.lines.len()) {
            let up = self.above(node);
            let case = if up == node {
                self.known.last_case = self.known.last_case.saturating_add(1);
                self.known.last_case
            } else if self.is_new(up) {
                // It is older, so its case stands there already.
                self.above(up)
            } else {
                self.case_of_ledger(up)
            };
            self.hang(node, case);
        }
        self.known.last_case - last_case
    }

    fn case_of_ledger(&mut self, node: Node) -> u32 {
        let root = self.find(node);
        self.touched.get(wide(root ^ LEDGER)).map_or(0, |(case, _)| *case)
    }

    /// The case of a node, once numbers are given out.
    fn case(&mut self, node: Node) -> u32 {
        match self.is_new(node) {
            true => self.above(node),
            false => self.case_of_ledger(node),
        }
    }

    fn keep(&mut self, open: Vec<(Key, Node)>, talks: Vec<(Said, i64)>) {
        for (key, node) in open {
            let case = self.case(node);
            self.known.fresh.awaited.push(Awaited { key, case });
        }
        for (Said { key, t, node }, to) in talks {
            let (from, case) = (t, self.case(node));
            self.known.fresh.talks.push(Talk { key, from, to, case });
        }
    }

    /// The first message after a silence, and the case before it.
    fn follow(&mut self, placed: &mut Placed, mut parted: Vec<(Node, Node)>) {
        parted.sort_unstable_by_key(|(_, after)| *after);
        let mut positions = (0..)
            .zip(&placed.cases)
            .filter_map(|(position, case)| Some((position, (*case)?.get())))
            .enumerate();
        for (before, after) in parted {
            let before = self.case(before);
            // New messages are numbered in the order of their positions.
            let found = positions.by_ref().find(|(number, _)| *number == wide(after));
            if let Some((_, (position, case))) = found
                && case != before
            {
                placed.follows.push((position, before));
            }
        }
    }

    /// Replies that were recorded by hand before: each record answers for one.
    fn echo(&mut self, placed: &mut Placed) {
        let mut used: HashMap<(Key, u32), i32> = HashMap::new();
        for (position, key) in std::mem::take(&mut self.replies) {
            let case = placed.cases.get(position).copied().flatten();
            let case = self.known.resolve(case.map_or(0, NonZeroU32::get));
            let used = used.entry((key, case)).or_default();
            if self.known.told(key, case) > *used {
                *used += 1;
                placed.echoes.push(position);
                self.known.fresh.told.push(Told { key, case, n: -1 });
            }
        }
    }
}
