//! The case commands: acknowledge, refer, escalate, resolve, confirm, close, reopen, assign, note,
//! tag. One batch a command: all of its cases or none.

use super::deeds::{Deed, On, record};
use crate::case::procedure::{self, Procedure};
use crate::cli::Ran;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::event::{Verb, VerbFacts};
use clap::{Args, ValueEnum};

/// acknowledge, resolve, confirm, close, reopen
#[derive(Debug, Args)]
pub struct Plain {
    #[command(flatten)]
    on: On,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// refer
#[derive(Debug, Args)]
pub struct Refer {
    #[command(flatten)]
    on: On,
    /// The team or person
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// escalate
#[derive(Debug, Args)]
pub struct Escalate {
    #[command(flatten)]
    on: On,
    /// To whom
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Start the checklist for an attack on the brand, or for severe abuse; `show` tracks it
    #[arg(long = "as", value_enum, value_name = "PROCEDURE")]
    procedure: Option<As>,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// `--as`
#[derive(Debug, Clone, Copy, ValueEnum)]
enum As {
    /// Prepare, act, find out, then: false (evidence, retraction) or true (offline, apology, compensation)
    Attack,
    /// Evidence, hidden or deleted, reason sent in private, management
    Abuse,
}

impl As {
    fn procedure(self) -> Procedure {
        match self {
            As::Attack => procedure::ATTACK,
            As::Abuse => procedure::ABUSE,
        }
    }
}

/// assign
#[derive(Debug, Args)]
pub struct Assign {
    #[command(flatten)]
    on: On,
    /// Who takes it on
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// note
#[derive(Debug, Args)]
pub struct Note {
    #[command(flatten)]
    on: On,
    /// The note
    #[arg(long, value_name = "TEXT")]
    text: String,
}

/// tag
#[derive(Debug, Args)]
pub struct Tag {
    #[command(flatten)]
    on: On,
    /// The label
    #[arg(long, value_name = "TAG")]
    tag: String,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// acknowledge, resolve, confirm, close, reopen
pub fn plain(verb: Verb, a: Plain, desk: &mut Desk) -> Ran {
    record(&[Deed::of(verb, VerbFacts::default(), a.note)], &a.on, desk)
}

/// refer
pub fn refer(a: Refer, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        to: Some(filled("--to", a.to)?),
        ..VerbFacts::default()
    };
    record(&[Deed::of(Verb::Refer, facts, a.note)], &a.on, desk)
}

/// escalate
pub fn escalate(a: Escalate, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        to: a.to,
        ..VerbFacts::default()
    };
    let mut deeds = vec![Deed::of(Verb::Escalate, facts, a.note)];
    deeds.extend(
        a.procedure
            .map(|p| Deed::step(p.procedure(), procedure::STARTED, None)),
    );
    record(&deeds, &a.on, desk)
}

/// assign
pub fn assign(a: Assign, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        to: Some(filled("--to", a.to)?),
        ..VerbFacts::default()
    };
    record(&[Deed::of(Verb::Assign, facts, a.note)], &a.on, desk)
}

/// note
pub fn note(a: Note, desk: &mut Desk) -> Ran {
    let text = filled("--text", a.text)?;
    record(
        &[Deed::of(Verb::Note, VerbFacts::default(), Some(text))],
        &a.on,
        desk,
    )
}

/// tag
pub fn tag(a: Tag, desk: &mut Desk) -> Ran {
    let facts = VerbFacts {
        tag: Some(filled("--tag", a.tag)?),
        ..VerbFacts::default()
    };
    record(&[Deed::of(Verb::Tag, facts, a.note)], &a.on, desk)
}

pub(super) fn filled(option: &str, text: String) -> Result<String, Failure> {
    match text.trim() {
        "" => Err(Failure::usage(
            format!("{option} is empty"),
            "say something in it",
        )),
        trimmed => Ok(trimmed.to_owned()),
    }
}
