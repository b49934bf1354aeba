//! `feedback rules check`: is the rules file sound, does everything in it do something, and are the templates sound?

use crate::cli::commands::ingest::random_key;
use crate::cli::commands::view;
use crate::cli::desk::{Desk, read_text};
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
use crate::diagnostic::{Diagnostic, Severity};
use crate::intake::regulars::Counts;
use crate::judge::Judge;
use crate::replies;
use crate::rules::{Rule, RuleSet};
use std::collections::HashSet;
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file [default: rules.toml in the workspace]
    file: Option<PathBuf>,
    /// Do not look which rules the mentions of the ledger made fire
    #[arg(long)]
    no_ledger: bool,
}

/// Checks; exit 1 where something was found that is wrong.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("rules check", &[])?;
    let path = arguments
        .file
        .clone()
        .unwrap_or_else(|| desk.place.dir().join("rules.toml"));
    let shown = path.display().to_string();
    let Some(text) = read_text(&path)? else {
        let fault = Diagnostic::error("file-unreadable", "there is no such file").at(shown, 0, 0);
        return Err(Failure::refused([fault.help(
            "`feedback init` writes a rules.toml; without one the starter rules hold",
        )]));
    };
    let (text, mut findings) = match RuleSet::compile(&text, &shown) {
        Ok((rules, mut findings)) => {
            findings.extend(rules.check(&text, &shown));
            if !arguments.no_ledger && !view::is_empty(desk) {
                findings.extend(unmatched(&rules, &shown, desk)?);
            }
            let n = rules.rules().len() as u64;
            let said = desk.style.lang.count(n, "rules, all sound");
            (format!("{shown}: {said}\n"), findings)
        }
        Err(faults) => (String::new(), faults),
    };
    // The templates beside it are looked over as well.
    let beside = desk.place.dir().join("replies.toml");
    if arguments.file.is_none()
        && let Some(templates) = read_text(&beside)?
    {
        findings.extend(replies::check(&templates, &beside.display().to_string()));
    }
    desk.talk.tell_all(&findings, 100);
    let is_sound = findings.iter().all(|one| one.severity == Severity::Note);
    let (text, exit) = match is_sound {
        true => (text, Exit::Done),
        false => (String::new(), Exit::Findings),
    };
    Ok(Outcome {
        text,
        exit,
        recorded: false,
    })
}

/// The rules that no mention of the ledger made fire.
fn unmatched(rules: &RuleSet, file: &str, desk: &mut Desk) -> Result<Option<Diagnostic>, Failure> {
    let (book, lines) = view::fold(desk, None)?;
    let judge = Judge::new(rules).within(desk.surroundings());
    let (mut fired, mut n) = (HashSet::new(), 0_u64);
    let counts = Counts::of(&desk.place, rules, random_key()?)?;
    let passed = crate::replay::replay(&book, lines, None, (rules, judge), &counts, |_, one| {
        n += 1;
        for id in one
            .after
            .rules
            .iter()
            .filter(|id| !fired.contains(id.as_ref()))
            .collect::<Vec<_>>()
        {
            fired.insert(id.to_string());
        }
        Ok(())
    })?;
    let is_idle = |rule: &&Rule| !rule.settled.off && !fired.contains(&rule.id);
    let idle = || rules.rules().iter().filter(is_idle);
    let Some(first) = idle().next().filter(|_| n > 0) else {
        return Ok(None);
    };
    let all = rules.rules().len();
    let left_out = match passed.reposts {
        0 => String::new(),
        1 => " (1 repost left out)".to_owned(),
        reposts => format!(" ({reposts} reposts left out)"),
    };
    let message = format!(
        "{} of {all} rules fired on none of the ledger's {n} judged mentions{left_out}",
        idle().count()
    );
    let names: Vec<&str> = idle().map(|rule| rule.id.as_str()).collect();
    let help = format!(
        "right, where nobody has had cause; else look at their words: {}",
        names.join(", ")
    );
    Ok(Some(
        Diagnostic::note("rules-unmatched", message)
            .at(file, first.line, 1)
            .help(help),
    ))
}
