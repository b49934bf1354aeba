//! `feedback link`: cases that repeat one another are a group, with its cause, a pinned notice and a common
//! reply.

use super::deeds::{Deed, On, is_address, record};
use super::view;
use crate::case::book::{case_id, case_number};
use crate::cli::Ran;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::event::{Verb, VerbData, VerbFacts};
use clap::{Args, ValueEnum};
use std::borrow::Cow;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    on: On,
    /// Into the group of this case [default: the oldest of those named]
    #[arg(long, value_name = "CASE")]
    with: Option<String>,
    /// Why it is said again and again
    #[arg(long, value_enum)]
    cause: Option<Cause>,
    /// Address of a pinned notice that answers all of them
    #[arg(long, value_name = "URL")]
    notice: Option<String>,
    /// The common reply
    #[arg(long, value_name = "TEXT")]
    answer: Option<String>,
}

/// `--cause`
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Cause {
    /// Something is broken or wrong
    Defect,
    /// It was not said, or not clearly
    Communication,
    /// All is well, but taken for something else
    Misunderstanding,
}

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Cause::Defect => "defect",
            Cause::Communication => "communication",
            Cause::Misunderstanding => "misunderstanding",
        }
    }
}

/// Records the group.
pub fn run(a: Arguments, desk: &mut Desk) -> Ran {
    let ids = view::ids(&a.on.cases)?;
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    let (book, _) = view::fold(desk, None)?;
    let named = a.with.iter().chain(&ids);
    let mut numbers = Vec::new();
    for id in named {
        numbers.push(
            view::find(&book, id)
                .map_err(|fault| Failure::refused([fault]))?
                .number,
        );
    }
    let oldest = match &a.with {
        Some(id) => case_number(id.trim()).map(|n| book.resolve(n)),
        None => numbers.iter().min().copied(),
    };
    if let Some(notice) = a.notice.as_deref().filter(|n| !is_address(n)) {
        return Err(Failure::usage(
            format!("--notice: `{}` is no address", crate::render::safe::line(notice)),
            "copy it from the browser: https://…",
        ));
    }
    let facts = VerbFacts {
        group: oldest.map(case_id),
        cause: a.cause.map(|c| c.name().to_owned()),
        ..VerbFacts::default()
    };
    let data = (a.notice.is_some() || a.answer.is_some()).then(|| VerbData {
        link: a.notice.map(Cow::Owned),
        text: a.answer.map(Cow::Owned).unwrap_or_default(),
        ..VerbData::default()
    });
    let verb = Verb::Link;
    let on = On { cases: ids, ..a.on };
    record(&[Deed { verb, facts, data }], &on, desk)
}
