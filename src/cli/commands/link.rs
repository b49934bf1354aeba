//! `feedback link`: cases that repeat one another are a group, with its cause, a pinned notice and a common
//! reply.

use super::deeds::{Deed, On, is_address, record};
use super::{repeats, view};
use crate::case::Case;
use crate::case::book::{case_id, case_number};
use crate::cli::Ran;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::diagnostic::Diagnostic;
use crate::event::{Verb, VerbData, VerbFacts};
use crate::report::repeats::Group;
use clap::{Args, ValueEnum};
use std::borrow::Cow;
use std::collections::BTreeSet;

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
    /// Although the group has another cause
    #[arg(long, requires = "cause")]
    replace: bool,
    /// Take the case out of its group: it repeats nobody
    #[arg(long, conflicts_with_all = ["with", "cause", "notice", "answer"])]
    alone: bool,
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
    if !a.alone
        && ids.len() == 1
        && [&a.with, &a.notice, &a.answer].iter().all(|o| o.is_none())
        && a.cause.is_none()
    {
        return Err(Failure::usage(
            "one case alone is no group",
            "name more cases or --with CASE; of a group that is there say --cause, --notice or --answer; \
             --alone takes a case out",
        ));
    }
    let (book, mut lines) = view::fold(desk, None)?;
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
    if a.alone {
        let facts = VerbFacts {
            alone: true,
            ..VerbFacts::default()
        };
        let on = On { cases: ids, ..a.on };
        return record(&[Deed::of(Verb::Link, facts, None)], &on, desk);
    }
    let cases = numbers.iter().filter_map(|n| Case::of(&book, book.items_of(*n)));
    let groups = repeats::around(&cases.collect::<Vec<_>>(), &book, &mut lines)?;
    let cause = a.cause.map(Cause::name);
    agree(&groups, cause, a.replace)?;
    if groups.len() > 1 {
        let ids: Vec<String> = groups.iter().map(|group| case_id(group.id())).collect();
        desk.talk
            .note(&format!("note: joins the groups of {}", ids.join(" and ")));
    }
    let all: BTreeSet<u32> = groups
        .iter()
        .flat_map(|g| &g.cases)
        .chain(&numbers)
        .copied()
        .collect();
    let answers = a.answer.is_some();
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
    let ran = record(&[Deed { verb, facts, data }], &on, desk)?;
    if answers {
        let ids: Vec<String> = all.into_iter().map(case_id).collect();
        desk.talk.note(&format!(
            "hint: answer them all: `feedback reply {} --template linked`",
            ids.join(" ")
        ));
    }
    Ok(ran)
}

/// A group has one cause.
fn agree(groups: &[Group], cause: Option<&'static str>, replace: bool) -> Result<(), Failure> {
    let has = |group: &Group| Some((group.linked.cause.clone()?, case_id(group.id())));
    let mut had: Vec<(String, String)> = groups.iter().filter_map(has).collect();
    had.dedup_by(|a, b| a.0 == b.0);
    let differs = had.len() > 1 || cause.is_some_and(|c| had.iter().any(|(other, _)| other != c));
    if replace || !differs {
        return Ok(());
    }
    let had: Vec<String> = had
        .into_iter()
        .map(|(cause, id)| format!("{id}: {cause}"))
        .collect();
    let what = format!("the group has a cause already ({})", had.join(", "));
    Err(Failure::refused([Diagnostic::error("case-refused", what).help(
        "name it with --cause and --replace, or leave the other case out",
    )]))
}
