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
//!
//! Only what this file brings or touches is a node here, however large the ledger is.

use super::fresh::Version;
use super::heard::{Heard, PILE};
use super::keys::{Key, Spoken};
use super::known::{Found, Known};
use super::table::{Entry, Table};
use std::collections::HashMap;
use std::num::NonZeroU32;

/// A new message of this file by its number among them, or (with the highest bit set) a case of the
/// ledger by its number among those that this file touches.
pub(crate) type Node = u32;

pub(super) const LEDGER: Node = 1 << 31;

/// The threads of one file, on top of what is known.
pub(crate) struct Threads<'k> {
    pub(super) known: &'k mut Known,
    /// New messages are entries of the table of what is known, from here on. Until the end of the file
    /// their `case` is the node above them.
    pub(super) first: u32,
    /// Cases of the ledger that this file touches: the case, and the node above it.
    pub(super) touched: Vec<(u32, Node)>,
    by_case: HashMap<u32, Node>,
    /// For each message in file order: its case (until the end of the file any number), or none.
    pub(super) cases: Vec<Option<NonZeroU32>>,
    /// For each new message: the line of its row.
    pub(super) lines: Vec<u32>,
    /// Messages of the ledger that this file brings again: the line of the first row.
    met: Table,
    /// Answers: to what, and who.
    links: Vec<(Key, Node)>,
    /// Answers to what was erased: the case of that, and who.
    orphans: Vec<(u32, Node)>,
    /// What was said in conversations.
    pub(super) said: Vec<Said>,
    /// The last message that is known by its former id: by which it goes now, and that.
    renamed: Option<(Key, Key)>,
    /// Messages of the ledger that this file tells otherwise.
    retold: Vec<Retold>,
    /// New replies that may have been recorded by hand before: position and what they say.
    pub(super) replies: Vec<(usize, Key)>,
}

/// A new message of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) key: Key,
    pub(super) t: i64,
    pub(super) node: Node,
}

/// A message of the ledger that a file tells otherwise: whether it is news has to be looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retold {
    pub(super) position: usize,
    pub(super) case: u32,
    pub(super) spoken: Spoken,
}

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    /// It is new.
    New,
    /// It is known already.
    Known,
    /// It was erased, and stays out.
    Erased,
    /// It was taken away before anybody read it.
    Gone,
    /// Its id stands for another message of this file, at that line.
    Repeated(u32),
}

pub(super) fn wide(node: Node) -> usize {
    usize::try_from(node).unwrap_or(usize::MAX)
}

pub(super) fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl<'k> Threads<'k> {
    pub(crate) fn begin(known: &'k mut Known) -> Self {
        known.settle();
        Threads {
            first: narrow(known.fresh.messages.len()),
            known,
            touched: Vec::new(),
            by_case: HashMap::new(),
            cases: Vec::new(),
            lines: Vec::new(),
            met: Table::default(),
            links: Vec::new(),
            orphans: Vec::new(),
            said: Vec::new(),
            renamed: None,
            retold: Vec::new(),
            replies: Vec::new(),
        }
    }

    /// Leaves out one message.
    pub(crate) fn pass(&mut self) {
        self.cases.push(None);
    }

    /// These will be placed next: what they are looked up in is fetched for all of them at once, since
    /// waiting for memory is what placing costs most.
    pub(crate) fn look_ahead(&self, heard: &[Heard]) {
        let keys = heard.iter().map(|heard| heard.spoken.key);
        self.known.fresh.messages.look_ahead(keys);
    }

    /// Places one message, unless it was erased.
    pub(crate) fn place(&mut self, heard: &Heard) -> Placement {
        if heard.is_erased {
            self.pass();
            return Placement::Erased;
        }
        if heard.is_gone && self.known.find(heard.spoken.key) == Found::Nowhere {
            self.pass();
            return Placement::Gone;
        }
        let node = narrow(self.lines.len());
        let placement = self.place_spoken(&heard.spoken);
        if placement == Placement::New {
            self.orphans.extend(heard.orphan_of.map(|case| (case, node)));
            let position = self.cases.len().saturating_sub(1);
            self.replies.extend(heard.told.map(|text| (position, text)));
            if let (Some(author), Some(regulars)) = (heard.author, &mut self.known.regulars) {
                regulars.came(author, heard.posted, position as u64);
            }
        }
        placement
    }

    fn place_spoken(&mut self, spoken: &Spoken) -> Placement {
        match self.known.find(spoken.key) {
            Found::Fresh(number) if number >= self.first => {
                self.pass();
                self.repeated(number, spoken)
            }
            Found::Fresh(number) => {
                let entry = self.known.fresh.messages.entry(number).copied();
                self.again(entry.map_or((0, 0), |e| (e.case, e.content)), spoken)
            }
            Found::Indexed(case, content) => self.again((case, content), spoken),
            Found::Nowhere if self.is_known_otherwise(spoken) => {
                self.pass();
                self.renamed = spoken.former.map(|former| (spoken.key, former));
                Placement::Known
            }
            Found::Nowhere => match self.renamed {
                // What stands inside the row of a message that is known by its former id.
                Some((new, former)) if spoken.inline && spoken.reply_to == Some(new) => {
                    self.new_one(&Spoken {
                        reply_to: Some(former),
                        ..*spoken
                    })
                }
                _ => self.new_one(spoken),
            },
        }
    }

    /// The ledger holds it under the id that former versions gave it.
    fn is_known_otherwise(&mut self, spoken: &Spoken) -> bool {
        match spoken.former.map(|former| self.known.find(former)) {
            Some(Found::Fresh(number)) => number < self.first,
            Some(Found::Indexed(..)) => true,
            Some(Found::Nowhere) | None => false,
        }
    }

    fn new_one(&mut self, spoken: &Spoken) -> Placement {
        let node = narrow(self.lines.len());
        let Spoken { key, content, .. } = *spoken;
        let entry = Entry {
            key,
            case: node,
            content,
        };
        if self.known.fresh.messages.add(entry).is_err() || node >= LEDGER {
            self.pass();
            return Placement::Known;
        }
        self.cases.push(Some(NonZeroU32::MAX));
        self.lines.push(spoken.line);
        self.links.extend(spoken.reply_to.map(|to| (to, node)));
        let t = spoken.t;
        self.said
            .extend(spoken.conversation.map(|key| Said { key, t, node }));
        Placement::New
    }

    /// Within one file two messages under one id are a fault.
    fn repeated(&self, number: u32, spoken: &Spoken) -> Placement {
        let before = self.known.fresh.messages.entry(number).map_or(0, |e| e.content);
        match self.lines.get(wide(number - self.first)) {
            Some(line) if differ(before, spoken.content) => Placement::Repeated(*line),
            _ => Placement::Known,
        }
    }

    /// What another export tells otherwise may have been changed since.
    fn again(&mut self, (case, before): (u32, u32), spoken: &Spoken) -> Placement {
        let position = self.cases.len();
        self.pass();
        let Spoken {
            key, content, line, ..
        } = *spoken;
        if content == 0 || before == 0 {
            return Placement::Known;
        }
        let met = self.met.add(Entry {
            key,
            case: line,
            content,
        });
        let first = met.err().and_then(|number| self.met.entry(number));
        match first {
            Some(first) if differ(first.content, content) => return Placement::Repeated(first.case),
            None if before != content && !self.known.was_told(key, content) => self.retold.push(Retold {
                position,
                case,
                spoken: *spoken,
            }),
            _ => {}
        }
        Placement::Known
    }

    /// Positions of the new mentions whose authors had written before, and how many they make; `known` are
    /// those of known mentions that are told otherwise.
    pub(super) fn author_mentions(&mut self, mut known: Vec<(usize, u32)>) -> Vec<(usize, u32)> {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        if let Some(regulars) = &mut self.known.regulars {
            known.extend(regulars.counts().into_iter().map(|(at, n)| (place(at), n)));
            known.sort_unstable();
        }
        known
    }

    /// What has to be looked at.
    pub(super) fn retold(&mut self) -> Vec<Retold> {
        std::mem::take(&mut self.retold)
    }

    /// What is told of a known message is recorded: its links count like those of a new one.
    pub(super) fn learn(&mut self, retold: &Retold) {
        let Spoken {
            key,
            content,
            reply_to,
            conversation,
            t,
            ..
        } = retold.spoken;
        let node = self.touch(retold.case);
        self.links.extend(reply_to.map(|to| (to, node)));
        self.said.extend(conversation.map(|key| Said { key, t, node }));
        self.known.fresh.versions.push(Version { key, content });
    }

    pub(super) fn above(&self, node: Node) -> Node {
        let up = match node & LEDGER {
            0 => self.known.fresh.messages.entry(self.first + node).map(|e| e.case),
            _ => self.touched.get(wide(node ^ LEDGER)).map(|(_, up)| *up),
        };
        up.unwrap_or(node)
    }

    pub(super) fn hang(&mut self, node: Node, under: Node) {
        let up = match node & LEDGER {
            0 => self
                .known
                .fresh
                .messages
                .entry_mut(self.first + node)
                .map(|e| &mut e.case),
            _ => self.touched.get_mut(wide(node ^ LEDGER)).map(|(_, up)| up),
        };
        if let Some(up) = up {
            *up = under;
        }
    }

    pub(super) fn find(&mut self, node: Node) -> Node {
        let mut at = node;
        loop {
            let up = self.above(at);
            if up == at {
                return at;
            }
            // Halve the path on the way.
            let further = self.above(up);
            self.hang(at, further);
            at = further;
        }
    }

    /// Joins two nodes; the older one stays the root: a case of the ledger, the lower number.
    pub(super) fn join(&mut self, a: Node, b: Node) {
        let (a, b) = (self.find(a), self.find(b));
        let age = |node: Node| match node & LEDGER {
            0 => (1, node),
            _ => (
                0,
                self.touched.get(wide(node ^ LEDGER)).map_or(0, |(case, _)| *case),
            ),
        };
        match age(a) <= age(b) {
            true => self.hang(b, a),
            false => self.hang(a, b),
        }
    }

    /// The node of a case of the ledger.
    pub(super) fn touch(&mut self, case: u32) -> Node {
        let case = self.known.resolve(case);
        let touched = &mut self.touched;
        *self.by_case.entry(case).or_insert_with(|| {
            let node = LEDGER | narrow(touched.len());
            touched.push((case, node));
            node
        })
    }

    /// The node of the message under `key`, where it came in.
    pub(super) fn node_of(&mut self, key: Key) -> Option<Node> {
        match self.known.find(key) {
            Found::Fresh(number) if number >= self.first => Some(number - self.first),
            Found::Fresh(number) => {
                let case = self.known.fresh.messages.entry(number)?.case;
                Some(self.touch(case))
            }
            Found::Indexed(case, _) => Some(self.touch(case)),
            Found::Nowhere => None,
        }
    }

    pub(super) fn is_new(&self, node: Node) -> bool {
        node & LEDGER == 0
    }

    /// The keys of the new messages, with their nodes.
    pub(super) fn new_keys(&self) -> impl Iterator<Item = (Key, Node)> + use<> {
        // Copied, since the table is needed while they are gone through.
        let first = wide(self.first);
        let entries = self
            .known
            .fresh
            .messages
            .entries()
            .get(first..)
            .unwrap_or_default();
        let keys: Vec<Key> = entries.iter().map(|e| e.key).collect();
        (0..).zip(keys).map(|(node, key)| (key, node))
    }

    /// Joins answers to what they answer; keeps the ends that stay open.
    pub(super) fn join_answers(&mut self) -> Vec<(Key, Node)> {
        for (case, node) in std::mem::take(&mut self.orphans) {
            let parent = self.touch(case);
            self.join(node, parent);
        }
        let mut open = Vec::new();
        for links in std::mem::take(&mut self.links).chunks(PILE) {
            self.known
                .fresh
                .messages
                .look_ahead(links.iter().map(|(to, _)| *to));
            for (to, node) in links {
                match self.node_of(*to) {
                    Some(parent) => self.join(*node, parent),
                    None => open.push((*to, *node)),
                }
            }
        }
        if self.known.awaits() {
            let mut cases = Vec::new();
            for (key, node) in self.new_keys() {
                self.known.answers(key, &mut cases);
                for case in cases.drain(..) {
                    let answer = self.touch(case);
                    self.join(node, answer);
                }
            }
        }
        open
    }
}

/// Whether other words are said, or somebody else says them.
fn differ(before: u32, now: u32) -> bool {
    before != 0 && now != 0 && before >> 8 != now >> 8
}
