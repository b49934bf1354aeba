//! Case commands as events: what each does to a case, and what it says.
//!
//! What may be done in which state is decided in [`case`](crate::case).

use super::is_false;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What is done to a case by hand: the command's name is the event's `ev`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// The business answered (`data.text`). Stops the response clock; new, acknowledged and reopened
    /// cases become *responded*.
    Reply,
    /// Read, will follow up later. The case becomes *acknowledged*; no clock stops.
    Acknowledge,
    /// Handed to a team (`facts.to`). The case becomes *referred*; no clock stops.
    Refer,
    /// Handed upwards (`facts.to`). The case becomes *escalated*; no clock stops.
    Escalate,
    /// The matter is settled as far as the business knows. The case becomes *resolved*, no longer open.
    Resolve,
    /// The customer agreed that it is settled. A resolved case becomes *confirmed*.
    Confirm,
    /// Nothing more will be done. Any case becomes *closed*.
    Close,
    /// It was not settled after all. A resolved, confirmed or closed case becomes *reopened*.
    Reopen,
    /// Somebody takes it on (`facts.to`). No state, no clock.
    Assign,
    /// A private note (`data.text`). No state, no clock.
    Note,
    /// A label (`facts.tag`). No state, no clock.
    Tag,
    /// Something that proves what was said, kept before it is gone (`data.text`, `data.file`, `data.link`;
    /// `facts.sha256` of a file). It is the step `evidence` of a procedure. No state, no clock.
    Evidence,
    /// One step of a procedure (`facts.procedure`, `facts.step`). No state, no clock.
    Step,
    /// The case is one of a group of repeats (`facts.group`, `facts.cause`; a pinned notice in `data.link`, a
    /// common reply in `data.text`). No state, no clock.
    Link,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Verb; 14] = [
        Verb::Reply,
        Verb::Acknowledge,
        Verb::Refer,
        Verb::Escalate,
        Verb::Resolve,
        Verb::Confirm,
        Verb::Close,
        Verb::Reopen,
        Verb::Assign,
        Verb::Note,
        Verb::Tag,
        Verb::Evidence,
        Verb::Step,
        Verb::Link,
    ];

    /// The command's name, which is the event's `ev`.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Reply => "reply",
            Verb::Acknowledge => "acknowledge",
            Verb::Refer => "refer",
            Verb::Escalate => "escalate",
            Verb::Resolve => "resolve",
            Verb::Confirm => "confirm",
            Verb::Close => "close",
            Verb::Reopen => "reopen",
            Verb::Assign => "assign",
            Verb::Note => "note",
            Verb::Tag => "tag",
            Verb::Evidence => "evidence",
            Verb::Step => "step",
            Verb::Link => "link",
        }
    }

    /// The verb of that `ev`.
    pub fn parse(ev: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|v| v.name() == ev)
    }
}

/// `facts` of a case command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VerbFacts {
    /// To whom it was assigned, referred or escalated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// When the case is to come up again, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<String>,
    /// Answered out of the public's sight.
    #[serde(skip_serializing_if = "is_false")]
    pub private: bool,
    /// The procedure that a step belongs to: `attack` or `abuse`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// The step that was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The group of repeats: the id of its oldest case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// It repeats nobody: taken out of the group it was in.
    #[serde(skip_serializing_if = "is_false")]
    pub alone: bool,
    /// Why it is repeated: `defect`, `communication` or `misunderstanding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// SHA-256 of the file that is kept as evidence, 64 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The template that a reply was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// `data` of a case command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VerbData<'a> {
    /// A file in the workspace, kept as evidence.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub file: Option<Cow<'a, str>>,
    /// An address: where the evidence stands, or a pinned notice.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub link: Option<Cow<'a, str>>,
    /// The reply's or note's text, or what was noted beside another verb.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

impl VerbFacts {
    /// The one word that the fold keeps: to whom, which tag, which step (`attack/prepare`), which group.
    pub fn detail(&self) -> String {
        let step = self.procedure.as_deref().zip(self.step.as_deref());
        let step = step.map(|(procedure, step)| format!("{procedure}/{step}"));
        let plain = || {
            self.to
                .as_ref()
                .or(self.tag.as_ref())
                .or(self.group.as_ref())
                .cloned()
        };
        step.or_else(plain).unwrap_or_default()
    }
}
