//! Strings → their numbers: which of them begin at a place of a text.
//!
//! A double array: a step from a node by a byte is one look at `base ^ byte`, and what only one string
//! holds from some byte on is not spread over nodes but compared as a whole. Keywords begin at the
//! beginnings of words and at Chinese characters only, so that walking from there costs less than an
//! automaton over all bytes, and it is built in a fraction of the time. What the strings mean is the
//! matcher's business.

use super::beginnings::{Beginnings, Door};

/// No string ends here; no node.
const NONE: u32 = u32::MAX;
/// Free places that are tried for a node's children before the array grows.
const TRIES: usize = 24;

#[derive(Debug, Clone, Copy)]
struct Node {
    /// The node before it, to tell a child from a stranger.
    parent: u32,
    /// A child by `byte` stands at `base ^ byte`; for the last node of a lonely string, the string.
    base: u32,
    /// The string that ends here.
    ends: u32,
    /// How many bytes of the string at `base` are told by the nodes; 0 for a node with children.
    told: u32,
}

const FREE: Node = Node {
    parent: NONE,
    base: 0,
    ends: NONE,
    told: 0,
};

/// A set of strings, numbered in the order in which they were given.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    /// The bytes of all strings, one after another.
    bytes: Vec<u8>,
    /// Where each begins and ends in `bytes`.
    places: Vec<(u32, u32)>,
    beginnings: Beginnings,
}

/// A part of the sorted strings that begin alike: what is still to be built.
struct Part {
    node: u32,
    from: usize,
    to: usize,
    depth: usize,
}

impl Trie {
    /// Of different strings that are not empty; `whole` tells of each, by its number, whether it is looked
    /// for only where no letter goes on behind it.
    pub fn new<S: AsRef<[u8]>>(strings: &[S], whole: impl Fn(usize) -> bool) -> Self {
        let mut trie = Trie {
            beginnings: Beginnings::new(
                strings
                    .iter()
                    .zip(0..)
                    .map(|(string, number)| (string.as_ref(), whole(number))),
            ),
            ..Trie::default()
        };
        trie.nodes.reserve(2 * strings.len());
        let mut order: Vec<u32> = Vec::with_capacity(strings.len());
        for (number, string) in strings.iter().enumerate() {
            let from = trie.bytes.len() as u32;
            trie.bytes.extend_from_slice(string.as_ref());
            trie.places.push((from, trie.bytes.len() as u32));
            order.push(number as u32);
            trie.beginnings.insert(string.as_ref(), whole(number));
        }
        if !order.is_empty() {
            order.sort_unstable_by(|a, b| trie.string(*a).cmp(trie.string(*b)));
            trie.grow(&order);
        }
        let mut beginnings = std::mem::take(&mut trie.beginnings);
        let string = |number| trie.string(number as u32);
        beginnings.open((0..strings.len()).map(string), |bytes| trie.door(bytes));
        Trie { beginnings, ..trie }
    }

    /// Where these bytes lead to.
    fn door(&self, bytes: &[u8]) -> Option<Door> {
        let (mut number, mut node) = (0_u32, self.nodes.first()?);
        for (told, byte) in bytes.iter().enumerate() {
            if node.told > 0 {
                let told = told as u32;
                return Some(Door {
                    node: number,
                    told,
                    is_whole: false,
                });
            }
            (number, node) = self.child(number, node, *byte)?;
        }
        let told = bytes.len() as u32;
        Some(Door {
            node: number,
            told,
            is_whole: node.ends != NONE,
        })
    }

    #[inline]
    fn child(&self, number: u32, node: &Node, byte: u8) -> Option<(u32, &Node)> {
        let next = node.base ^ u32::from(byte);
        let child = self.nodes.get(next as usize)?;
        (child.parent == number && next != 0).then_some((next, child))
    }

    fn grow(&mut self, order: &[u32]) {
        self.nodes.resize(256, FREE);
        if let Some(root) = self.nodes.first_mut() {
            root.parent = 0;
        }
        let mut parts = vec![Part {
            node: 0,
            from: 0,
            to: order.len(),
            depth: 0,
        }];
        let mut children: Vec<(u8, usize)> = Vec::new();
        let mut first_free = 1;
        // The root's children first, then theirs: what is met most often lies close together.
        let mut next = 0;
        while let Some(&Part {
            node,
            mut from,
            to,
            depth,
        }) = parts.get(next)
        {
            next += 1;
            let at = |i: usize| order.get(i).copied().unwrap_or(NONE);
            if self.string(at(from)).len() == depth {
                self.set(node, |n| n.ends = at(from));
                from += 1;
            }
            if from >= to {
                continue;
            }
            if to - from == 1 && node != 0 {
                self.set(node, |n| (n.base, n.told) = (at(from), depth as u32));
                continue;
            }
            children.clear();
            for i in from..to {
                let byte = self.string(at(i)).get(depth).copied().unwrap_or(0);
                if children.last().is_none_or(|(last, _)| *last != byte) {
                    children.push((byte, i));
                }
            }
            let base = self.room(&children, &mut first_free);
            self.set(node, |n| n.base = base);
            for (i, &(byte, begin)) in children.iter().enumerate() {
                let end = children.get(i + 1).map_or(to, |(_, next)| *next);
                let child = base ^ u32::from(byte);
                self.set(child, |n| n.parent = node);
                parts.push(Part {
                    node: child,
                    from: begin,
                    to: end,
                    depth: depth + 1,
                });
            }
        }
    }

    fn set(&mut self, node: u32, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            change(node);
        }
    }

    /// A base from which there is a free place for each of the children.
    fn room(&mut self, children: &[(u8, usize)], first_free: &mut usize) -> u32 {
        let free = |nodes: &[Node], at: usize| nodes.get(at).is_some_and(|n| n.parent == NONE);
        while *first_free < self.nodes.len() && !free(&self.nodes, *first_free) {
            *first_free += 1;
        }
        let lead = children.first().map_or(0, |(byte, _)| *byte);
        let mut tries = 0;
        let mut at = *first_free;
        while tries < TRIES && at < self.nodes.len() {
            if free(&self.nodes, at) {
                tries += 1;
                let base = at ^ usize::from(lead);
                if children
                    .iter()
                    .all(|(byte, _)| free(&self.nodes, base ^ usize::from(*byte)))
                {
                    return base as u32;
                }
            }
            at += 1;
        }
        // Places that were tried often in vain are given up.
        if tries == TRIES {
            *first_free = (*first_free + TRIES / 2).min(self.nodes.len());
        }
        let base = self.nodes.len();
        self.nodes.resize(base + 256, FREE);
        base as u32
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The string with this number.
    pub fn string(&self, number: u32) -> &[u8] {
        let (from, to) = self.places.get(number as usize).copied().unwrap_or_default();
        self.bytes.get(from as usize..to as usize).unwrap_or_default()
    }

    /// Tells of each string that begins at `at`, with its number and its end, the shortest first.
    #[inline]
    pub fn walk(&self, text: &[u8], at: usize, mut found: impl FnMut(u32, usize)) {
        let Some(door) = self.beginnings.enter(text.get(at..).unwrap_or_default()) else {
            return;
        };
        let Some(mut node) = self.nodes.get(door.node as usize) else {
            return;
        };
        let (mut number, mut at) = (door.node, at + door.told as usize);
        if door.is_whole {
            found(node.ends, at);
        }
        loop {
            if node.told > 0 {
                let (from, to) = self.places.get(node.base as usize).copied().unwrap_or_default();
                let rest = self
                    .bytes
                    .get((from + node.told) as usize..to as usize)
                    .unwrap_or_default();
                if text.get(at..).is_some_and(|text| text.starts_with(rest)) {
                    found(node.base, at + rest.len());
                }
                return;
            }
            let Some(&byte) = text.get(at) else { return };
            match self.child(number, node, byte) {
                Some(child) => (number, node) = child,
                None => return,
            }
            at += 1;
            if node.ends != NONE {
                found(node.ends, at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_finds_what_begins_there(
            strings in prop::collection::btree_set("[ab不好\u{7f}]{1,4}|[ab]{5,9}", 0..40),
            text in "[ab不好\u{7f} ]{0,12}|[ab]{5,14}",
        ) {
            let strings: Vec<String> = BTreeSet::into_iter(strings).rev().collect();
            let trie = Trie::new(&strings, |_| false);
            for at in 0..=text.len() {
                let mut found = Vec::new();
                trie.walk(text.as_bytes(), at, |number, end| found.push((number as usize, end)));
                let mut wanted: Vec<(usize, usize)> = strings
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| text.as_bytes()[at..].starts_with(s.as_bytes()))
                    .map(|(i, s)| (i, at + s.len()))
                    .collect();
                wanted.sort_by_key(|(_, end)| *end);
                prop_assert_eq!(found, wanted);
            }
        }
    }
}
