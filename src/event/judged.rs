//! A judgement made anew: the whole of it, as it is to count from now on, and which mention it is about.
//!
//! It never touches the line of the mention, whose target stays what it was for attainment; what is due
//! when, and every other figure, goes by the new one.

use super::is_false;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// `facts` of a judgement made anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JudgeFacts<'a> {
    /// The `t` of the mention's own line, where it has one.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub posted: Option<Cow<'a, str>>,
    /// Which of the case's mentions with that `t`, from 0, in the order of the ledger.
    #[serde(skip_serializing_if = "is_first")]
    pub nth: u32,
    /// The fingerprint of the rules that judged; absent where a person did.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub by_rules: Option<Cow<'a, str>>,
    /// The dimensions that a person has set, now or before: `kind`, `sentiment`, `topics`, `urgency`, `impact`,
    /// `value`, `priority`, `route`, `private`, `needs_reply`.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Cow<'a, str>>,
    /// What was said before of each dimension that is another now.
    #[serde(borrow, skip_serializing_if = "BTreeMap::is_empty")]
    pub was: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// Kind.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// Sentiment.
    #[serde(borrow)]
    pub sentiment: Cow<'a, str>,
    /// Sum of the sentiment weights; absent where 0 or set by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i32>,
    /// Topics.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Cow<'a, str>>,
    /// Urgency; absent where `low`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Cow<'a, str>>,
    /// Impact; absent where `low`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Cow<'a, str>>,
    /// Customer value; absent where `low`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub value: Option<Cow<'a, str>>,
    /// Priority; absent where no reply is needed.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Cow<'a, str>>,
    /// Seconds within which a human reply is due now; absent as in the facts of a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_s: Option<u64>,
    /// Who should handle it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub route: Option<Cow<'a, str>>,
    /// Answer in private.
    #[serde(skip_serializing_if = "is_false")]
    pub private: bool,
    /// A reply is needed.
    pub needs_reply: bool,
    /// The rules that fired: those that a person corrects, or those that judge now.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Cow<'a, str>>,
    /// The row of the matrix that gave the priority.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub because: Option<Cow<'a, str>>,
}

impl JudgeFacts<'_> {
    /// A person made it.
    pub fn is_by_hand(&self) -> bool {
        self.by_rules.is_none()
    }
}

/// `data` of a judgement made anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JudgeData<'a> {
    /// The words that each rule of `facts.rules` matched, in the same order, where rules judged.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Vec<Cow<'a, str>>>,
    /// What a person noted beside it.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

fn is_first(nth: &u32) -> bool {
    *nth == 0
}
