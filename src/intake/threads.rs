//! Joins messages into cases by union-find.
//!
//! Two messages belong to one case when
//! 1. one answers the other (`reply_to`), and both were ingested;
//! 2. they stand in one conversation, next to each other in time with no silence longer than the
//!    configured gap between them;
//! 3. they stand in a conversation whose id is the id of an ingested message: that one is the root of a
//!    tree, and no silence parts a tree;
//! 4. they stand in a conversation of which a message has no time: it could stand in any silence.
//!
//! Each of the four only ever joins, and stays true when more comes in: so the partition is the same
//! for any order and any split of files. Answers to the same message that never came in are not joined.

use super::known::{Key, Known, Node, Spoken};
use crate::message::Message;
use std::collections::HashMap;

/// The threads of one file, on top of what is known.
pub(crate) struct Threads<'k> {
    known: &'k mut Known,
    /// Cases of the ledger are nodes 1..=base; the n-th new message is node base + 1 + n.
    base: Node,
    parent: Vec<Node>,
    /// For each message in file order: its node, or 0 for a duplicate.
    nodes: Vec<Node>,
    /// For each new message: the line of its row.
    lines: Vec<u32>,
    /// Messages of the ledger that this file brings again: the line of the first row.
    met: HashMap<Key, u32>,
    /// Conversations that this file adds to.
    touched: Vec<Key>,
}

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    /// It is new.
    New,
    /// It is known already.
    Known,
    /// It is known, but said something else when it came in.
    Otherwise,
    /// It was erased, and stays out.
    Erased,
    /// Its id stands for another message of this file, at that line.
    Repeated(u32),
}

/// Where each message went.
pub(crate) struct Placed {
    pub(crate) cases: Vec<Option<u32>>,
    pub(crate) follows: Vec<(usize, u32)>,
    pub(crate) merges: Vec<(u32, u32)>,
    pub(crate) new_cases: u32,
}

fn index(node: Node) -> usize {
    usize::try_from(node).unwrap_or(usize::MAX)
}

impl<'k> Threads<'k> {
    pub(crate) fn begin(known: &'k mut Known) -> Self {
        let base = known.last_case;
        let mut parent: Vec<Node> = (0..=base).collect();
        for case in known.aliases.keys() {
            if let Some(p) = parent.get_mut(index(*case)) {
                *p = known.resolve(*case);
            }
        }
        Threads {
            known,
            base,
            parent,
            nodes: Vec::new(),
            lines: Vec::new(),
            met: HashMap::new(),
            touched: Vec::new(),
        }
    }

    fn find(&mut self, node: Node) -> Node {
        let mut at = node;
        while let Some(up) = self.parent.get(index(at)).copied().filter(|up| *up != at) {
            // Halve the path on the way.
            let above = self.parent.get(index(up)).copied().unwrap_or(up);
            if let Some(p) = self.parent.get_mut(index(at)) {
                *p = above;
            }
            at = above;
        }
        at
    }

    /// Joins two nodes; the smaller number, that is the older, stays the root.
    fn join(&mut self, a: Node, b: Node) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(p) = self.parent.get_mut(index(a.max(b))) {
            *p = a.min(b);
        }
    }

    /// Leaves out one message.
    pub(crate) fn pass(&mut self) {
        self.nodes.push(0);
    }

    /// Places one message.
    pub(crate) fn place(&mut self, message: &Message<'_>) -> Placement {
        if self.known.erased.stays_out(message) {
            self.pass();
            return Placement::Erased;
        }
        let key = self.known.key(&message.channel, &message.id);
        let content = match message.inline {
            true => 0,
            false => self.known.content(&message.author, &message.text),
        };
        if let Some(node) = self.known.messages.get(&key).copied() {
            self.pass();
            return self.known_or_repeated(key, node, content, message);
        }
        self.lines.push(u32::try_from(message.line).unwrap_or(0));
        self.known.contents.insert(key, content);
        let node = Node::try_from(self.parent.len()).unwrap_or(Node::MAX);
        self.parent.push(node);
        self.nodes.push(node);
        self.known.messages.insert(key, node);
        for answer in self.known.awaited.remove(&key).unwrap_or_default() {
            self.join(node, answer);
        }
        if let Some(reply_to) = &message.reply_to {
            let to = self.known.key(&message.channel, reply_to);
            let known = self.known.messages.get(&to).copied();
            match known.or_else(|| self.known.erased.case_of(&message.channel, reply_to)) {
                Some(parent) => self.join(node, parent),
                None => self.known.awaited.entry(to).or_default().push(node),
            }
        }
        if let Some(conversation) = &message.conversation {
            let key = self.known.key(&message.channel, conversation);
            let t = message.posted.map_or(i64::MIN, |m| m.millis);
            self.known
                .conversations
                .entry(key)
                .or_default()
                .push(Spoken { t, node });
            self.touched.push(key);
        }
        Placement::New
    }

    /// Within one file two messages under one id are a fault; what another export tells differently may
    /// have been edited.
    fn known_or_repeated(&mut self, key: Key, node: Node, content: u64, message: &Message<'_>) -> Placement {
        let before = self.known.contents.get(&key).copied().unwrap_or(0);
        let other = content != 0 && before != 0 && before != content;
        let line = match node.checked_sub(self.base + 1) {
            Some(n) => self.lines.get(index(n)).copied(),
            None if other => self.met.get(&key).copied(),
            None => None,
        };
        if node <= self.base {
            self.met
                .entry(key)
                .or_insert(u32::try_from(message.line).unwrap_or(0));
        }
        match line {
            Some(line) if other => Placement::Repeated(line),
            _ if other => Placement::Otherwise,
            _ => Placement::Known,
        }
    }

    /// Settles conversations and gives out case numbers.
    pub(crate) fn finish(mut self) -> Placed {
        let pairs = self.conversation_pairs();
        for (a, b) in &pairs.joined {
            self.join(*a, *b);
        }
        let mut numbers: Vec<u32> = (0..=self.base).collect();
        numbers.resize(self.parent.len(), 0);
        let mut last_case = self.base;
        let mut placed = Placed {
            cases: Vec::new(),
            follows: Vec::new(),
            merges: Vec::new(),
            new_cases: 0,
        };
        for case in 1..=self.base {
            let into = self.find(case);
            if into != case && self.known.resolve(case) == case {
                placed.merges.push((into, case));
            }
        }
        let nodes = std::mem::take(&mut self.nodes);
        placed.cases.reserve(nodes.len());
        for node in &nodes {
            if *node == 0 {
                placed.cases.push(None);
                continue;
            }
            let root = self.find(*node);
            let mut number = numbers.get(index(root)).copied().unwrap_or(0);
            if number == 0 {
                last_case += 1;
                number = last_case;
                placed.new_cases += 1;
                if let Some(n) = numbers.get_mut(index(root)) {
                    *n = number;
                }
            }
            placed.cases.push(Some(number));
        }
        self.learn(&numbers, last_case, &placed.merges);
        // New nodes stand in `nodes` in growing order, with zeros between them.
        let positions: Vec<usize> = (0..nodes.len()).filter(|i| nodes.get(*i) != Some(&0)).collect();
        for (before, after) in pairs.parted {
            let (before, after_case) = (self.number(before, &numbers), self.number(after, &numbers));
            let position = after
                .checked_sub(self.base + 1)
                .and_then(|n| positions.get(index(n)).copied());
            if let Some(position) = position.filter(|_| before != after_case) {
                placed.follows.push((position, before));
            }
        }
        placed.follows.sort_unstable();
        placed
    }

    fn number(&mut self, node: Node, numbers: &[u32]) -> u32 {
        let root = self.find(node);
        numbers.get(index(root)).copied().unwrap_or(0)
    }

    fn conversation_pairs(&mut self) -> Pairs {
        let mut pairs = Pairs::default();
        let mut keys = std::mem::take(&mut self.touched);
        // A root that came in only now, without naming the conversation itself.
        keys.extend(
            self.known
                .conversations
                .keys()
                .filter(|k| self.known.messages.contains_key(*k)),
        );
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let root = self.known.messages.get(&key).copied();
            let gap = self.known.gap_ms;
            let Some(spoken) = self.known.conversations.get_mut(&key) else {
                continue;
            };
            spoken.sort_by_key(|s| s.t);
            if let (Some(root), Some(first)) = (root, spoken.first()) {
                pairs.joined.push((root, first.node));
            }
            // A message of unknown time could stand in any silence.
            let whole = root.is_some() || spoken.first().is_some_and(|s| s.t == i64::MIN);
            for pair in spoken.windows(2) {
                let [a, b] = pair else { continue };
                if whole || b.t - a.t <= gap {
                    pairs.joined.push((a.node, b.node));
                } else {
                    pairs.parted.push((a.node, b.node));
                }
            }
        }
        pairs
    }

    /// Turns this file's nodes into case numbers, so that the next file finds them.
    fn learn(&mut self, numbers: &[u32], last_case: u32, merges: &[(u32, u32)]) {
        let base = self.base;
        let final_of: Vec<u32> = (0..self.parent.len())
            .map(|n| self.number(Node::try_from(n).unwrap_or(0), numbers))
            .collect();
        let known = &mut *self.known;
        let renumber = |node: &mut Node| {
            if *node > base {
                *node = final_of.get(index(*node)).copied().unwrap_or(0);
            }
        };
        known.messages.values_mut().for_each(renumber);
        known.awaited.values_mut().flatten().for_each(renumber);
        known
            .conversations
            .values_mut()
            .flatten()
            .for_each(|s| renumber(&mut s.node));
        known.last_case = last_case;
        known
            .aliases
            .extend(merges.iter().map(|(into, from)| (*from, *into)));
    }
}

#[derive(Default)]
struct Pairs {
    joined: Vec<(Node, Node)>,
    parted: Vec<(Node, Node)>,
}
