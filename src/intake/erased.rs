//! What was erased and stays out: keyed hashes of message ids and authors, out of the `erase` events. An
//! export that brings an erased message again finds it known.
//!
//! A hash is SHA-256(16 key bytes ‖ channel ‖ a zero byte ‖ the id), its first 16 bytes; of an author `@`
//! and the name or id in lower case stand in place of the id, and the channel is empty where the author was
//! erased on all of them. The key is random, one for each ledger: nobody can look a hash up in a table.

use super::normal;
use crate::calendar::Moment;
use crate::case::book::case_number;
use crate::event::EraseFacts;
use crate::ledger::chain::{inner, unhex};
use crate::ledger::line::Line;
use crate::message::{Direction, Message};
use std::collections::HashMap;

/// A hash as described above.
pub type Mark = [u8; 16];

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Erased {
    key: Option<[u8; 16]>,
    ids: HashMap<Mark, u32>,
    /// Author → until when what they posted stays out, milliseconds since 1970.
    authors: HashMap<Mark, i64>,
    /// What was taken in: of each event `at`, a tab, `facts` and a line feed.
    events: Vec<u8>,
}

fn mark(key: &[u8; 16], channel: &str, what: &str) -> Mark {
    let hash = inner(
        key,
        [channel.as_bytes(), &[0], what.as_bytes()].concat().as_slice(),
    );
    let mut mark = [0; 16];
    mark.iter_mut().zip(hash).for_each(|(m, h)| *m = h);
    mark
}

/// The hash of a message's id.
pub fn id_mark(key: &[u8; 16], channel: &str, id: &str) -> Mark {
    mark(key, channel, id)
}

/// The hash of an author's name or id; `channel` is empty for all channels.
pub fn author_mark(key: &[u8; 16], channel: &str, author: &str) -> Mark {
    mark(key, channel, &format!("@{}", normal(author)))
}

impl Erased {
    /// Takes in one `erase` event.
    pub fn take(&mut self, line: &Line<'_>) {
        self.learn(line.at, line.facts.unwrap_or_default());
    }

    /// What was taken in, for a later [`Erased::read`].
    pub(super) fn events(&self) -> &[u8] {
        &self.events
    }

    /// Takes in what [`Erased::events`] gave.
    pub(super) fn read(events: &[u8]) -> Self {
        let mut erased = Erased::default();
        for event in std::str::from_utf8(events).unwrap_or_default().lines() {
            if let Some((at, facts)) = event.split_once('\t') {
                erased.learn(at, facts);
            }
        }
        erased
    }

    fn learn(&mut self, at: &str, facts: &str) {
        self.events
            .extend([at, "\t", facts, "\n"].iter().flat_map(|part| part.bytes()));
        let Ok(facts) = serde_json::from_str::<EraseFacts>(facts) else {
            return;
        };
        let Some(key) = unhex(facts.key.as_bytes()) else {
            return;
        };
        self.key.get_or_insert(key);
        for (case, ids) in &facts.ids {
            let case = case_number(case).unwrap_or(0);
            let marks = ids.iter().filter_map(|id| unhex(id.as_bytes()));
            self.ids.extend(marks.map(|mark| (mark, case)));
        }
        let until = Moment::parse(at).map_or(i64::MAX, |m| m.millis);
        for author in facts.authors.iter().filter_map(|a| unhex(a.as_bytes())) {
            let known = self.authors.entry(author).or_insert(until);
            *known = until.max(*known);
        }
    }

    /// Nothing was.
    pub(super) fn is_empty(&self) -> bool {
        self.key.is_none()
    }

    /// The key of this ledger's hashes, once there is one.
    pub fn key(&self) -> Option<[u8; 16]> {
        self.key
    }

    /// True where the message was erased, or its author was and it was posted before.
    pub fn stays_out(&self, message: &Message<'_>) -> bool {
        let Some(key) = &self.key else { return false };
        let ids = [Some(&message.id), message.former_id.as_ref()];
        let is_erased = |id| self.ids.contains_key(&id_mark(key, &message.channel, id));
        if ids.into_iter().flatten().any(|id| is_erased(id)) {
            return true;
        }
        let is_reply = message.inline && message.direction == Some(Direction::Outbound);
        if self.authors.is_empty() || is_reply {
            return false;
        }
        let names = [Some(&message.author), message.author_id.as_ref()];
        names.into_iter().flatten().filter(|n| !n.is_empty()).any(|name| {
            ["", &message.channel].into_iter().any(|channel| {
                let until = self.authors.get(&author_mark(key, channel, name));
                until.is_some_and(|until| message.posted.is_none_or(|m| m.millis <= *until))
            })
        })
    }

    /// The case of an erased message, so that a late answer to it still finds its case.
    pub fn case_of(&self, channel: &str, id: &str) -> Option<u32> {
        let key = self.key.as_ref()?;
        self.ids
            .get(&id_mark(key, channel, id))
            .copied()
            .filter(|c| *c > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::chain::hex;

    /// The examples of docs/reference/ledger.md.
    #[test]
    fn hashes_are_as_the_page_says() {
        let key: [u8; 16] = std::array::from_fn(|i| i as u8);
        assert_eq!(
            hex(&id_mark(&key, "xiaohongshu", "1001")),
            "418275599878b92cbd7ca8efb63a5a97"
        );
        assert_eq!(
            hex(&author_mark(&key, "", "@小明")),
            "3aa0c1784e8b670db9c8542924c2de03"
        );
    }
}
