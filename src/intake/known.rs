//! What the ledger holds already, as far as intake must know it: message ids, open ends of threads,
//! conversations. Built by reading the ledger once; holds keyed hashes of ids, never the ids.

use crate::calendar::Moment;
use crate::case::book::{case_number, follow, merged};
use crate::event::{MERGE, MESSAGE, MessageData, MessageFacts, Verb, VerbData};
use crate::ledger::line::Line;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::collections::HashMap;
use std::hash::Hasher;

/// A message id within its channel, hashed to 128 bits under a key of this run: two ids never meet by
/// accident, and nobody can make them meet on purpose.
pub type Key = u128;

/// A case, by its number in the ledger or its place among the new ones of a file.
pub type Node = u32;

/// A message of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spoken {
    /// When; `i64::MIN` where unknown.
    pub(crate) t: i64,
    /// Whose case.
    pub(crate) node: Node,
}

/// See the module.
#[derive(Debug)]
pub struct Known {
    keys: [u8; 16],
    /// Message → its case.
    pub(crate) messages: HashMap<Key, Node>,
    /// Message that was answered but never came in → the cases of its answers.
    pub(crate) awaited: HashMap<Key, Vec<Node>>,
    /// Message → a hash of its author and text; 0 for one out of another's row.
    pub(crate) contents: HashMap<Key, u64>,
    /// Conversation → its messages.
    pub(crate) conversations: HashMap<Key, Vec<Spoken>>,
    /// Texts that `feedback reply` recorded, by case: an export may bring them again.
    pub(crate) told: HashMap<(Node, Key), u32>,
    /// Case → the case it was joined to.
    pub(crate) aliases: HashMap<u32, u32>,
    /// The highest case number.
    pub(crate) last_case: u32,
    /// Silence after which a conversation begins a new case, in milliseconds.
    pub(crate) gap_ms: i64,
}

impl Known {
    /// Nothing is known yet. `key` is random; `gap_ms` the silence that ends a stretch of conversation.
    pub fn new(key: [u8; 16], gap_ms: i64) -> Self {
        Known {
            keys: key,
            messages: HashMap::new(),
            contents: HashMap::new(),
            awaited: HashMap::new(),
            conversations: HashMap::new(),
            told: HashMap::new(),
            aliases: HashMap::new(),
            last_case: 0,
            gap_ms,
        }
    }

    /// The key of an id within a channel.
    pub(crate) fn key(&self, channel: &str, id: &str) -> Key {
        let mut hasher = SipHasher13::new_with_key(&self.keys);
        hasher.write(channel.as_bytes());
        hasher.write_u8(0xFF);
        hasher.write(id.as_bytes());
        hasher.finish128().as_u128()
    }

    /// A hash of who says what.
    pub(crate) fn content(&self, author: &str, text: &str) -> u64 {
        // The lower half of a keyed hash is one too.
        (self.key(author, text) & u128::from(u64::MAX)) as u64
    }

    /// The key of what a reply says, whatever its spacing.
    pub(crate) fn told_key(&self, text: &str) -> Key {
        let mut hasher = SipHasher13::new_with_key(&self.keys);
        // Platforms put the addressee before a reply.
        let mut text = text.trim_start();
        while text.starts_with('@') {
            text = text
                .split_once(char::is_whitespace)
                .map_or("", |(_, rest)| rest.trim_start());
        }
        for c in text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
        {
            hasher.write_u32(u32::from(c));
        }
        hasher.finish128().as_u128()
    }

    /// Takes in one line of the ledger.
    pub fn take(&mut self, line: &Line<'_>) {
        let case = line.case.and_then(case_number);
        if let Some(case) = case {
            self.last_case = self.last_case.max(case);
        }
        if line.ev == MERGE {
            self.aliases.extend(line.facts.and_then(merged).map(|(into, from)| (from, into)));
            return;
        }
        let (Some(case), Some(data)) = (case, line.payload.data()) else {
            return;
        };
        if line.ev == MESSAGE {
            if let (Ok(data), Some(Ok(facts))) = (
                serde_json::from_str::<MessageData<'_>>(data),
                line.facts.map(serde_json::from_str::<MessageFacts<'_>>),
            ) {
                let t = line.t.and_then(Moment::parse).map_or(i64::MIN, |m| m.millis);
                let content = if facts.inline {
                    0
                } else {
                    self.content(&data.author, &data.text)
                };
                let key = self.key(&facts.channel, &data.id);
                self.contents.insert(key, content);
                self.learn(
                    &facts.channel,
                    key,
                    data.reply_to.as_deref(),
                    data.conversation.as_deref(),
                    t,
                    case,
                );
            }
        } else if Verb::parse(line.ev) == Some(Verb::Reply)
            && let Ok(VerbData { text }) = serde_json::from_str::<VerbData<'_>>(data)
        {
            *self.told.entry((case, self.told_key(&text))).or_default() += 1;
        }
    }

    fn learn(
        &mut self,
        channel: &str,
        key: Key,
        reply_to: Option<&str>,
        conversation: Option<&str>,
        t: i64,
        case: Node,
    ) {
        self.awaited.remove(&key);
        self.messages.insert(key, case);
        if let Some(parent) = reply_to {
            let parent = self.key(channel, parent);
            if !self.messages.contains_key(&parent) {
                self.awaited.entry(parent).or_default().push(case);
            }
        }
        if let Some(conversation) = conversation {
            let key = self.key(channel, conversation);
            self.conversations
                .entry(key)
                .or_default()
                .push(Spoken { t, node: case });
        }
    }

    /// The case that goes by that number today.
    pub(crate) fn resolve(&self, case: u32) -> u32 {
        follow(&self.aliases, case)
    }
}
