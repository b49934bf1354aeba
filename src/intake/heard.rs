//! What planning needs of messages, taken from them while they are at hand: hashed, and put on a pile, so
//! that many are looked up at a time, and so that hashing can be done where the messages are read.

use super::Handles;
use super::erased::Erased;
use super::keys::{Hasher, Key, Spoken};
use super::regulars::Regulars;
use crate::calendar::Moment;
use crate::message::{Direction, Message};
use std::ops::Range;
use std::sync::Arc;

/// Hears messages. Can be copied to wherever they are read.
#[derive(Debug, Clone)]
pub(crate) struct Ears<'h> {
    pub(super) hasher: Hasher,
    pub(super) handles: &'h Handles,
    pub(super) erased: Arc<Erased>,
    /// There are replies that were recorded by hand.
    pub(super) tells: bool,
    /// A rule asks how many mentions an author has written.
    pub(super) counts: Option<Hasher>,
}

/// What planning needs of one message.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) spoken: Spoken,
    pub(crate) direction: Direction,
    pub(crate) posted: Option<Moment>,
    /// What a reply says, where somebody may have recorded it by hand.
    pub(crate) told: Option<Key>,
    /// Whose mention it is, where those are counted.
    pub(crate) author: Option<Key>,
    /// It was erased, and stays out.
    pub(crate) is_erased: bool,
    /// It was taken away, and no word of it is left.
    pub(crate) is_gone: bool,
    /// The case of an erased message that it answers.
    pub(crate) orphan_of: Option<u32>,
    /// Where its id, or the beginning of it, stands.
    id: Range<usize>,
}

/// Messages that were heard and are not placed yet.
#[derive(Debug, Default)]
pub(crate) struct Pile {
    pub(crate) heard: Vec<Heard>,
    ids: String,
}

/// So many are placed at a time: they and what they are looked up in fit into the nearest memory.
pub(crate) const PILE: usize = 256;

/// Characters of an id that are kept for telling of it.
const ID: usize = 40;

impl Pile {
    pub(crate) fn hear(&mut self, ears: &Ears<'_>, message: &Message<'_>) {
        let begin = self.ids.len();
        match message.id.len() <= ID {
            true => self.ids.push_str(&message.id),
            false => self.ids.extend(message.id.chars().take(ID)),
        }
        let direction = ears.handles.direction(message);
        let is_reply = ears.tells && direction == Direction::Outbound;
        let erased = Some(&ears.erased).filter(|erased| !erased.is_empty());
        let to = message.reply_to.as_deref();
        let mut spoken = ears.hasher.spoken(message);
        if direction == Direction::Outbound && message.reply_to.is_none() {
            // What the business passes on answers nobody.
            spoken.reply_to = None;
        }
        let counts = ears
            .counts
            .filter(|_| direction == Direction::Inbound && !message.repost);
        let author = |hasher| {
            let id = message.author_id.as_deref();
            Regulars::author(hasher, &message.channel, id, &message.author)
        };
        self.heard.push(Heard {
            spoken,
            direction,
            posted: message.posted,
            told: is_reply.then(|| ears.hasher.told(&message.text)),
            author: counts.and_then(author),
            is_erased: erased.is_some_and(|erased| erased.stays_out(message)),
            is_gone: message.deleted && !message.inline && message.text.trim().is_empty(),
            orphan_of: erased.and_then(|erased| erased.case_of(&message.channel, to?)),
            id: begin..self.ids.len(),
        });
    }

    pub(crate) fn id(&self, heard: &Heard) -> &str {
        self.ids.get(heard.id.clone()).unwrap_or_default()
    }

    /// Nothing yet, with room for all that a pile holds.
    pub(crate) fn empty() -> Pile {
        Pile {
            heard: Vec::with_capacity(PILE),
            ids: String::with_capacity(PILE * 20),
        }
    }
}
