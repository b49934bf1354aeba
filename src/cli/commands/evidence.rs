//! `feedback evidence`: what proves that something was said, kept before it is gone: a picture or page in the
//! workspace's folder `evidence`, an address, or words.

use super::deeds::{Deed, On, record};
use super::step;
use super::view;
use crate::case::book::{case_id, case_number};
use crate::case::procedure;
use crate::cli::Ran;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::diagnostic::Diagnostic;
use crate::event::{Verb, VerbData, VerbFacts};
use crate::ledger::evidence::{Kept, keep};
use crate::rules::Kind;
use clap::{ArgGroup, Args};
use std::borrow::Cow;
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").multiple(true).required(true))]
pub struct Arguments {
    #[command(flatten)]
    on: On,
    /// A screenshot or saved page: copied into the workspace, with its SHA-256
    #[arg(long, value_name = "FILE", group = "what")]
    file: Option<PathBuf>,
    /// Where it stands, or is archived
    #[arg(long, value_name = "URL", group = "what")]
    link: Option<String>,
    /// What it says, or what it shows
    #[arg(long, value_name = "TEXT", group = "what")]
    text: Option<String>,
}

/// Keeps it and records it; it is the step `evidence` of the case's procedure, too.
pub fn run(a: Arguments, desk: &mut Desk) -> Ran {
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    let ids = view::ids(&a.on.cases)?;
    let on = On { cases: ids, ..a.on };
    let (book, _) = view::fold(desk, None)?;
    let mut faults = Vec::new();
    let mut numbers = Vec::new();
    for id in &on.cases {
        match view::find(&book, id) {
            Ok(case) => numbers.push(case.number),
            Err(fault) => faults.push(fault),
        }
    }
    let Some(first) = numbers.first().copied().filter(|_| faults.is_empty()) else {
        return Err(Failure::refused(faults));
    };
    let of = step::of("evidence", &on, desk)?;
    let kept = a.file.as_ref().map(|file| {
        keep(&desk.place, &case_id(first), file).map_err(|why| {
            let fault = Diagnostic::error("evidence-unreadable", why.reason);
            Failure::refused([fault.at(file.display().to_string(), 0, 0).help(why.help)])
        })
    });
    let kept: Option<Kept> = kept.transpose()?;
    let facts = VerbFacts {
        sha256: kept.as_ref().map(|k| k.sha256.clone()),
        ..VerbFacts::default()
    };
    let data = VerbData {
        file: kept.as_ref().map(|k| Cow::Owned(k.path.clone())),
        link: a.link.map(Cow::Owned),
        text: a.text.map(Cow::Owned).unwrap_or_default(),
    };
    let mut deeds = vec![Deed {
        verb: Verb::Evidence,
        facts,
        data: Some(data),
    }];
    // A step of a procedure that runs; more evidence may come later, but the step is done once.
    let lacks_it = |id: &String| {
        let items = case_number(id).map(|n| book.items_of(n)).unwrap_or_default();
        crate::case::Case::of(&book, items).is_some_and(|case| {
            let steps = &case.status.steps;
            let is_abuse = case.first.kind == Kind::Abuse;
            procedure::running(steps, is_abuse).any(|p| p == of) && !of.has(steps, "evidence")
        })
    };
    if on.cases.iter().all(lacks_it) {
        deeds.push(Deed::step(of, "evidence", None));
    }
    let ran = record(&deeds, &on, desk);
    if let (Err(_), Some(kept)) = (&ran, kept) {
        kept.discard(&desk.place);
    }
    ran
}
