//! `feedback evidence`: what proves that something was said, kept before it is gone: a picture or page in the
//! workspace's folder `evidence`, an address, or words.

use super::deeds::{Deed, On, is_address, record_each};
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
use crate::render::safe;
use crate::rules::Kind;
use clap::{ArgGroup, Args};
use std::borrow::Cow;
use std::collections::BTreeMap;
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
    if let Some(link) = a.link.as_deref().filter(|link| !is_address(link)) {
        return Err(Failure::usage(
            format!("--link: `{}` is no address", safe::line(link)),
            "copy it from the browser: https://…",
        ));
    }
    if a.text.as_deref().is_some_and(|text| text.trim().is_empty()) {
        return Err(Failure::usage(
            "--text is empty",
            "say what it says, or what it shows",
        ));
    }
    let ids = view::ids(&a.on.cases)?;
    let on = On {
        cases: ids,
        at: a.on.at.clone(),
        follow_up: a.on.follow_up.clone(),
    };
    let (book, _) = view::fold(desk, None)?;
    let mut faults = Vec::new();
    let mut numbers = Vec::new();
    for id in &on.cases {
        match view::find(&book, id) {
            Ok(case) => numbers.push(case.number),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(Failure::refused(faults));
    }
    let of = step::of("evidence", &on, desk)?;
    // Each case has a copy of its own: what is erased with one is not lost to another.
    let (mut kept, mut own) = (Vec::new(), BTreeMap::new());
    for number in numbers {
        let copy = match &a.file {
            Some(file) => match keep(&desk.place, &case_id(number), file) {
                Ok(copy) => Some(copy),
                Err(why) => {
                    kept.iter().for_each(|copy: &Kept| copy.discard(&desk.place));
                    let fault = Diagnostic::error("evidence-unreadable", why.reason);
                    let fault = fault.at(file.display().to_string(), 0, 0).help(why.help);
                    return Err(Failure::refused([fault]));
                }
            },
            None => None,
        };
        own.insert(number, deed(&a, copy.as_ref()));
        kept.extend(copy);
    }
    let mut deeds = vec![deed(&a, None)];
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
    let ran = record_each(&deeds, &own, &on, desk);
    if ran.is_err() {
        kept.iter().for_each(|copy| copy.discard(&desk.place));
    }
    ran
}

fn deed(a: &Arguments, copy: Option<&Kept>) -> Deed {
    Deed {
        verb: Verb::Evidence,
        facts: VerbFacts {
            sha256: copy.map(|copy| copy.sha256.clone()),
            ..VerbFacts::default()
        },
        data: Some(VerbData {
            file: copy.map(|copy| Cow::Owned(copy.path.clone())),
            link: a.link.clone().map(Cow::Owned),
            text: a.text.clone().map(Cow::Owned).unwrap_or_default(),
        }),
    }
}
