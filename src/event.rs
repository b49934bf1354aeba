//! All that the ledger can say, and how it is put into `facts` and `data`.
//!
//! `facts` hold what figures need and name no customer; `data` holds what is personal or long, and can
//! be erased. The effect of each event on a case is documented at [`Verb`] and applied in
//! [`case`](crate::case); nothing here touches a file.

pub mod judged;
mod verb;
pub mod write;

pub use verb::{Verb, VerbData, VerbFacts};

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// `ev` of a message out of an export, in either direction.
pub const MESSAGE: &str = "message";
/// `ev` of a known message that was changed since: another text, other stars. `facts` and `data` are those of a
/// message, as it is told now; `facts.posted` names the message by its `t`. On the case: the mention says
/// that from `t` on (from when it was recorded, where there is no `t`).
pub const EDIT: &str = "edit";
/// `ev` of a known message of which another export knows more: what it answers, its stars, the whole text. The
/// same facts and data. On the case: the mention was that from the beginning.
pub const MORE: &str = "more";
/// `ev` of a known message that was taken away by its author or the platform. The same facts and data, the
/// text being what stands in its place. On the case: that mention waits for no reply any more.
pub const DELETE: &str = "delete";
/// `ev` of a judgement that was made anew, by a person or by other rules: `facts` are
/// [`JudgeFacts`](judged::JudgeFacts).
pub const JUDGE: &str = "judge";
/// `ev` of the note that closes the reading of one export: its books.
pub const INGEST: &str = "ingest";
/// `ev` that joins two cases: `facts` are [`MergeFacts`].
pub const MERGE: &str = "merge";
/// `ev` that says that payloads were erased: `facts` are [`EraseFacts`], `data` is [`EraseData`].
pub const ERASE: &str = "erase";
/// `ev` that says that a damaged ledger was repaired: `facts` are [`RepairFacts`].
pub const REPAIR: &str = "repair";

/// The level that a judgement has where its facts name none.
pub const LOW: &str = "low";

/// `facts` of a message. Of a reply the judgement is left out.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageFacts<'a> {
    /// `in` or `out`.
    #[serde(borrow)]
    pub dir: Cow<'a, str>,
    /// The platform.
    #[serde(borrow)]
    pub channel: Cow<'a, str>,
    /// It answers a message, whether that one was ingested or not.
    #[serde(skip_serializing_if = "is_false")]
    pub answers: bool,
    /// Sent by a machine: stops no clock.
    #[serde(skip_serializing_if = "is_false")]
    pub automatic: bool,
    /// A reply out of the row of what it answers: it never stands before it.
    #[serde(skip_serializing_if = "is_false")]
    pub inline: bool,
    /// A reply that `feedback reply` had recorded already: counted once.
    #[serde(skip_serializing_if = "is_false")]
    pub echo: bool,
    /// A repost of another message.
    #[serde(skip_serializing_if = "is_false")]
    pub repost: bool,
    /// It was taken away when it came in.
    #[serde(skip_serializing_if = "is_false")]
    pub deleted: bool,
    /// Came in by `ingest --history`: no targets, no alarms.
    #[serde(skip_serializing_if = "is_false")]
    pub history: bool,
    /// The case before this one in the same conversation, where a long silence began a new case.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Cow<'a, str>>,
    /// When the text was changed last, where that was before it came in.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Cow<'a, str>>,
    /// Of an edit, a deletion, or where more is known: the `t` of the message, where it has one.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub posted: Option<Cow<'a, str>>,
    /// The text is the whole of what was known as an excerpt.
    #[serde(skip_serializing_if = "is_false")]
    pub fuller: bool,
    /// Stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<f32>,
    /// Followers of the author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
    /// The text's language.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub language: Option<Cow<'a, str>>,
    /// It speaks to the business, or does not; absent where that could not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addressed: Option<bool>,
    /// The parts of the watch-list that found it.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub found_by: Vec<Cow<'a, str>>,
    /// Mentions by the same author up to this one, where a rule asked and there was one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_mentions: Option<u32>,
    /// The judgement: kind.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Cow<'a, str>>,
    /// The judgement: sentiment.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Cow<'a, str>>,
    /// The judgement: sum of the sentiment weights; absent where 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i32>,
    /// The judgement: topics.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Cow<'a, str>>,
    /// The judgement: urgency; absent where `low`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Cow<'a, str>>,
    /// The judgement: impact; absent where `low`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Cow<'a, str>>,
    /// The judgement: customer value; absent where `low`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub value: Option<Cow<'a, str>>,
    /// The judgement: priority; absent where no reply is needed.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Cow<'a, str>>,
    /// Seconds within which a human reply is due; absent for history and where the time is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_s: Option<u64>,
    /// The judgement: who should handle it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub route: Option<Cow<'a, str>>,
    /// The judgement: answer in private.
    #[serde(skip_serializing_if = "is_false")]
    pub private: bool,
    /// The judgement: a reply is needed. Always written for mentions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_reply: Option<bool>,
    /// The rules that fired.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Cow<'a, str>>,
    /// The row of the matrix that gave the priority.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub because: Option<Cow<'a, str>>,
}

fn is_false(b: &bool) -> bool {
    !*b
}

/// `data` of a message; the text last, since it is the longest.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageData<'a> {
    /// The platform's id, or a fingerprint.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Handle or name.
    #[serde(borrow, skip_serializing_if = "str_is_empty")]
    pub author: Cow<'a, str>,
    /// The platform's id of the author.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<Cow<'a, str>>,
    /// The id of the message that this one answers.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Cow<'a, str>>,
    /// The id of the message that this one repeats.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub repost_of: Option<Cow<'a, str>>,
    /// The platform's id of the conversation.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Cow<'a, str>>,
    /// Where it stands on the platform.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub link: Option<Cow<'a, str>>,
    /// The words that each rule of `facts.rules` matched, in the same order.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Vec<Cow<'a, str>>>,
    /// The words of each part of the watch-list in `facts.found_by`, in the same order.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Vec<Cow<'a, str>>>,
    /// What was judged, where that is not the text: a form's answers without their questions.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Cow<'a, str>>,
    /// What it says.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

fn str_is_empty(s: &str) -> bool {
    s.is_empty()
}

/// `facts` of a merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeFacts<'a> {
    /// The case that goes on: the older id.
    #[serde(borrow)]
    pub into: Cow<'a, str>,
    /// The case that becomes an alias of it.
    #[serde(borrow)]
    pub from: Cow<'a, str>,
}

/// `facts` of an erasing: how many, and by what the erased is known when an export brings it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EraseFacts {
    /// Messages that were erased.
    pub messages: u64,
    /// Other texts that were erased: notes, recorded replies.
    pub texts: u64,
    /// 16 random bytes in hex, the same in all of a ledger: the key of the hashes.
    pub key: String,
    /// Case → hashes of the ids of its erased messages.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ids: BTreeMap<String, Vec<String>>,
    /// Hashes of the author's name and ids: what they posted before this event stays out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
}

/// `data` of an erasing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EraseData<'a> {
    /// Why, in the owner's words; they should name nobody.
    #[serde(borrow)]
    pub why: Cow<'a, str>,
}

/// `facts` of a repair. An anchor is `COUNT:H`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RepairFacts {
    /// Lines that could not be saved.
    pub lost: u64,
    /// Events that were saved.
    pub kept: u64,
    /// Of these, events that the old chain vouches for.
    pub chained: u64,
    /// Where the old chain ended: the last closing line that could be read.
    pub was: String,
    /// What the old head said: an anchor, `torn` or `missing`.
    pub head: String,
    /// The file that holds the damaged ledger.
    pub file: String,
}

/// `facts` of an ingest: the books of one file. rows = mentions + replies + rejected + skipped;
/// mentions + replies + inline = new + duplicate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Books {
    /// How the file was recognised.
    pub source: String,
    /// Its encoding.
    pub encoding: String,
    /// Fingerprint of the rules that judged its mentions.
    pub rules: String,
    /// Data rows or elements.
    pub rows: u64,
    /// Rows whose main message is a mention.
    pub mentions: u64,
    /// Rows whose main message is a reply or a post of the business.
    pub replies: u64,
    /// Second messages inside a row.
    pub inline: u64,
    /// Messages that were not known.
    pub new: u64,
    /// Messages that were known already.
    pub duplicate: u64,
    /// Rows that did not go in.
    pub rejected: u64,
    /// Rows that hold nothing.
    pub skipped: u64,
    /// Of the known messages those whose text or stars were changed since.
    #[serde(skip_serializing_if = "is_zero")]
    pub edits: u64,
    /// Of the known messages those that were taken away.
    #[serde(skip_serializing_if = "is_zero")]
    pub deletions: u64,
    /// Of the known messages those of which this file knows more.
    #[serde(skip_serializing_if = "is_zero")]
    pub completed: u64,
}

impl Books {
    /// Lines that a file adds to the ledger, beside merges and its books.
    pub fn recorded(&self) -> u64 {
        self.new + self.edits + self.deletions + self.completed
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}
