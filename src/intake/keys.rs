//! Keyed hashes: what intake keeps of ids, texts and authors instead of the things themselves.
//!
//! An id becomes 96 bits of SipHash-1-3 under a random key: nobody can make two of them meet on purpose,
//! and by accident a ledger of a hundred million messages has a chance of one in ten million millions.
//! What a message says becomes 24 bits of XXH3, and 8 more say what else is told of it: they only tell a repeat
//! *of one id* from what has to be looked at.

use crate::event::{MessageData, MessageFacts};
use crate::message::Message;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher as _;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// An id within its channel, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u32; 3]);

impl Key {
    /// How many bytes it takes on disk.
    pub const WIDTH: usize = 12;

    /// Evenly spread over all values.
    pub(crate) fn tag(self) -> u32 {
        let [tag, _, _] = self.0;
        tag
    }

    /// Bytes in the order of the keys.
    pub(crate) fn to_bytes(self) -> [u8; Key::WIDTH] {
        let mut bytes = [0; Key::WIDTH];
        for (to, word) in bytes.chunks_exact_mut(4).zip(self.0) {
            to.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    /// Reads [`Key::to_bytes`].
    pub(crate) fn from_bytes(bytes: [u8; Key::WIDTH]) -> Key {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = bytes;
        Key([[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(u32::from_be_bytes))
    }
}

/// What a message tells beside who says what: whole stars in three bits, then one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extras(u8);

impl Extras {
    fn of(m: &Message<'_>) -> Extras {
        let tells = [
            m.deleted,
            m.reply_to.is_some() || m.repost_of.is_some(),
            m.conversation.is_some(),
            m.link.is_some(),
            m.reach.is_some(),
        ];
        Extras::new(m.rating, tells)
    }

    /// The same of a message in the ledger.
    pub(crate) fn recorded(facts: &MessageFacts<'_>, data: &MessageData<'_>) -> Extras {
        let tells = [
            facts.deleted,
            data.reply_to.is_some() || data.repost_of.is_some(),
            data.conversation.is_some(),
            data.link.is_some(),
            facts.reach.is_some(),
        ];
        Extras::new(facts.rating, tells)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within bounds
    fn new(rating: Option<f32>, tells: [bool; 5]) -> Extras {
        let stars = rating.map_or(0, |r| r.round().clamp(0.0, 7.0) as u8);
        let bit = |all: u8, is: &bool| all << 1 | u8::from(*is);
        Extras(tells.iter().fold(stars, bit))
    }
}

/// Makes [`Key`]s. Copied to wherever messages are read, so that hashing need not stand in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hasher([u8; 16]);

/// What threads need of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    /// The message's own id.
    pub(crate) key: Key,
    /// The id that it had in former versions.
    pub(crate) former: Option<Key>,
    /// Who says what (see [`Hasher::content`]); 0 for a message out of another's row.
    pub(crate) content: u32,
    /// The message that it answers, or that it repeats.
    pub(crate) reply_to: Option<Key>,
    /// Its conversation.
    pub(crate) conversation: Option<Key>,
    /// When; `i64::MIN` where unknown.
    pub(crate) t: i64,
    /// The line of its row.
    pub(crate) line: u32,
    /// It comes out of another's row.
    pub(crate) inline: bool,
}

impl Hasher {
    /// Under that key, which should be random.
    pub fn new(key: [u8; 16]) -> Hasher {
        Hasher(key)
    }

    /// Its key.
    pub(crate) fn key(self) -> [u8; 16] {
        self.0
    }

    /// All that threads need of `message`.
    pub fn spoken(self, message: &Message<'_>) -> Spoken {
        let of = |id: &str| self.id(&message.channel, id);
        Spoken {
            key: of(&message.id),
            former: message.former_id.as_deref().map(of),
            content: match message.inline {
                true => 0,
                false => self.content(&message.author, &message.text, Extras::of(message)),
            },
            reply_to: message
                .reply_to
                .as_deref()
                .or(message.repost_of.as_deref().filter(|_| message.repost))
                .map(of),
            conversation: message.conversation.as_deref().map(of),
            t: message.posted.map_or(i64::MIN, |m| m.millis),
            line: u32::try_from(message.line).unwrap_or(0),
            inline: message.inline,
        }
    }

    /// The key of an id within a channel.
    pub(crate) fn id(self, channel: &str, id: &str) -> Key {
        let sip = SipHasher13::new_with_key(&self.0);
        let (channel, id) = (channel.as_bytes(), id.as_bytes());
        // In one piece it takes half the time.
        let mut piece = [0xFF; 64];
        let end = channel.len() + 1 + id.len();
        if let (Some(to), true) = (piece.get_mut(..channel.len()), end <= 64) {
            to.copy_from_slice(channel);
            if let Some(to) = piece.get_mut(channel.len() + 1..end) {
                to.copy_from_slice(id);
            }
            return shorten(sip.hash(piece.get(..end).unwrap_or_default()).as_u128());
        }
        let mut sip = sip;
        sip.write(channel);
        sip.write_u8(0xFF);
        sip.write(id);
        shorten(sip.finish128().as_u128())
    }

    /// A hash of who says what in its first 24 bits, which are never all 0; what else is told in the last 8.
    pub(crate) fn content(self, author: &str, text: &str, extras: Extras) -> u32 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        let seed = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let author = xxh3_64_with_seed(author.as_bytes(), seed);
        let both = xxh3_64_with_seed(text.as_bytes(), author);
        let both = u32::try_from(both >> 40).unwrap_or(0).max(1);
        both << 8 | u32::from(extras.0)
    }

    /// The key of what a reply says, whatever its spacing.
    pub(crate) fn told(self, text: &str) -> Key {
        let mut sip = SipHasher13::new_with_key(&self.0);
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
            sip.write_u32(u32::from(c));
        }
        shorten(sip.finish128().as_u128())
    }
}

fn shorten(hash: u128) -> Key {
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = hash.to_be_bytes();
    Key::from_bytes([a, b, c, d, e, f, g, h, i, j, k, l])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_key_however_long_it_is() {
        let hasher = Hasher::new([7; 16]);
        for n in [0, 1, 18, 57, 58, 59, 200] {
            let id = "9".repeat(n);
            let mut sip = SipHasher13::new_with_key(&[7; 16]);
            sip.write(b"weibo\xFF");
            sip.write(id.as_bytes());
            assert_eq!(hasher.id("weibo", &id), shorten(sip.finish128().as_u128()), "{n}");
        }
        assert_ne!(hasher.id("x", "1"), hasher.id("weibo", "1"));
        assert_ne!(hasher.id("x", "1"), Hasher::new([8; 16]).id("x", "1"));
    }

    #[test]
    fn a_key_keeps_its_order_as_bytes() {
        let (a, b) = (Key([1, u32::MAX, 0]), Key([2, 0, 0]));
        assert!(a < b && a.to_bytes() < b.to_bytes());
        assert_eq!(Key::from_bytes(a.to_bytes()), a);
    }

    #[test]
    fn a_reply_is_known_again_whatever_its_spacing() {
        let hasher = Hasher::new([7; 16]);
        assert_eq!(
            hasher.told("@ana  Sorry -- it's on us!"),
            hasher.told("sorry its on us")
        );
        assert_ne!(hasher.told("sorry"), hasher.told("sorry, ana"));
    }
}
