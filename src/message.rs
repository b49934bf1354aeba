//! What a platform said, before anything is judged: one [`Message`] in either direction.
//!
//! This is the currency between `source` (which makes messages out of exports) and `intake` (which
//! decides whose case they belong to). It borrows from the row it came from: nothing is copied until
//! something has to be kept. It holds no judgement and no state of a case.

use crate::calendar::Moment;
use std::borrow::Cow;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// A customer wrote it: a *mention*.
    Inbound,
    /// The business wrote it: a *reply* (or a post of its own).
    Outbound,
}

/// One post, reply, direct message, comment or review, as an export told it.
#[derive(Debug, Clone, Default)]
pub struct Message<'a> {
    /// The platform's id with every digit kept, or a fingerprint (`fp:` and 32 hex digits) where the
    /// export has none. Unique together with the channel.
    pub id: Cow<'a, str>,
    /// The fingerprint that former versions of this program gave it, where the export has no ids.
    pub former_id: Option<Cow<'a, str>>,
    /// Lower-case short name of the platform: `x`, `weibo`, `google-play`, …
    pub channel: Cow<'a, str>,
    /// What the export itself says of the direction; `None` where it says nothing (then the business's
    /// handles decide).
    pub direction: Option<Direction>,
    /// The author's handle or display name, as exported, without a leading `@`.
    pub author: Cow<'a, str>,
    /// The platform's id of the author, where it differs from the name.
    pub author_id: Option<Cow<'a, str>>,
    /// When it was posted, with its coarseness; `None` where the export does not tell.
    pub posted: Option<Moment>,
    /// The text (HTML entities decoded); a review's title is put before it, on a line of its own.
    pub text: Cow<'a, str>,
    /// What is judged, where that is not the text: answers without their questions, which are nobody's words.
    pub judged: Option<Cow<'a, str>>,
    /// The id of the message that this one answers.
    pub reply_to: Option<Cow<'a, str>>,
    /// The platform's id of the conversation.
    pub conversation: Option<Cow<'a, str>>,
    /// Address of the message on the platform.
    pub link: Option<Cow<'a, str>>,
    /// Stars, 1 to 5 (fractions allowed).
    pub rating: Option<f32>,
    /// How many people follow the author.
    pub reach: Option<u64>,
    /// The text's language as the export says it (`en`, `zh`, …).
    pub language: Option<Cow<'a, str>>,
    /// It repeats somebody else's message (retweet, repost, boost) and adds nothing.
    pub repost: bool,
    /// The id of the message that it repeats, where the export tells.
    pub repost_of: Option<Cow<'a, str>>,
    /// When it was changed last, where the export tells.
    pub edited: Option<Moment>,
    /// The platform or its author took it away; the text is empty then, or what it said.
    pub deleted: bool,
    /// Sent by a machine on the business's behalf; such a reply never stops a clock.
    pub automatic: bool,
    /// A second message out of the same row or element (a review's reply): on top of the row count.
    pub inline: bool,
    /// The line at which its row begins, from 1; 0 where unknown.
    pub line: u64,
}

impl Message<'_> {
    /// The author's own words: what is judged.
    #[must_use]
    pub fn words(&self) -> &str {
        self.judged.as_deref().unwrap_or(&self.text)
    }
}
