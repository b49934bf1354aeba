//! Conversations: which messages of one stand together, and where a silence parts them.

use super::fresh::Talk;
use super::keys::Key;
use super::threads::{Node, Said, Threads};

/// What conversations come to.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    /// Neighbours with a long silence between them, the later one new.
    pub(super) parted: Vec<(Node, Node)>,
    /// What this file adds: the first message of a stretch, and when the last one was.
    pub(super) talks: Vec<(Said, i64)>,
}

/// Messages without a long silence between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    from: i64,
    to: i64,
    node: Node,
}

impl Threads<'_> {
    /// Joins what belongs together in the conversations that this file adds to.
    pub(super) fn join_conversations(&mut self) -> Spoken {
        let mut spoken = Spoken::default();
        let mut said = std::mem::take(&mut self.said);
        said.sort_unstable();
        let mut before: Vec<Talk> = Vec::new();
        for of_one in said.chunk_by(|a, b| a.key == b.key) {
            let Some(key) = of_one.first().map(|s| s.key) else {
                continue;
            };
            if self.known.talks() {
                self.known.talk(key, &mut before);
            }
            let root = self.node_of(key);
            self.join_conversation(root, &mut before, of_one, &mut spoken.parted);
            // What hangs at a root is found by it.
            if root.is_none() {
                stretches(of_one, self.known.gap_ms(), &mut spoken.talks);
            }
        }
        if self.known.talks() {
            // A root that came in only now, without naming the conversation itself.
            let told = |key: Key| said.binary_search_by_key(&key, |s| s.key).is_ok();
            for (key, node) in self.new_keys().filter(|(key, _)| !told(*key)) {
                self.known.talk(key, &mut before);
                if !before.is_empty() {
                    self.join_conversation(Some(node), &mut before, &[], &mut spoken.parted);
                }
            }
        }
        spoken
    }

    fn join_conversation(
        &mut self,
        root: Option<Node>,
        before: &mut Vec<Talk>,
        said: &[Said],
        parted: &mut Vec<(Node, Node)>,
    ) {
        let new = said.iter().map(|Said { t, node, .. }| Stretch {
            from: *t,
            to: *t,
            node: *node,
        });
        let mut stretches: Vec<Stretch> = new.collect();
        for Talk { from, to, case, .. } in before.drain(..) {
            let node = self.touch(case);
            stretches.push(Stretch { from, to, node });
        }
        stretches.sort_unstable();
        let Some(first) = stretches.first().copied() else {
            return;
        };
        if let Some(root) = root {
            self.join(root, first.node);
        }
        // A message of unknown time could stand in any silence.
        let whole = root.is_some() || first.from == i64::MIN;
        let gap = self.known.gap_ms();
        let mut end = first;
        for next in stretches.into_iter().skip(1) {
            if whole || next.from.saturating_sub(end.to) <= gap {
                self.join(end.node, next.node);
            } else if self.is_new(next.node) {
                parted.push((end.node, next.node));
            }
            if next.to >= end.to {
                end = next;
            }
        }
    }
}

/// The stretches of what was said in one conversation, in the order of time.
fn stretches(said: &[Said], gap: i64, to: &mut Vec<(Said, i64)>) {
    let whole = said.first().is_some_and(|s| s.t == i64::MIN);
    let near = |a: &Said, b: &Said| whole || b.t.saturating_sub(a.t) <= gap;
    for stretch in said.chunk_by(near) {
        if let (Some(first), Some(last)) = (stretch.first(), stretch.last()) {
            to.push((*first, last.t));
        }
    }
}
