//! `feedback try`: reads exports into a ledger that vanishes, prints the overview, leaves nothing.

use super::{ingest, view};
use crate::case::book::Book;
use crate::cli::desk::{Desk, read_text};
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::ledger::append::Writer;
use crate::ledger::read::Lines;
use crate::render::{self, Format, terminal};
use crate::report::scope::Scope;
use crate::report::{self, Material};
use crate::rules::RuleSet;
use crate::settings::Settings;
use clap::Args;
use std::path::PathBuf;

/// How many urgent cases are shown.
const URGENT: usize = 8;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Exports; a feedback.toml or rules.toml among them is taken as settings
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// When the exports were made, for times such as "3 days ago": a date or time, else a column of each file,
    /// its name or its own date tells
    #[arg(long, value_name = "TIME")]
    exported: Option<String>,
    /// Puts texts right that were decoded with the wrong encoding once before (`Itâ€™s`)
    #[arg(long, value_name = "WHAT", value_parser = ["mojibake"])]
    repair: Option<String>,
    /// The exports' encoding, where the one that was found out is wrong
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

/// Reads, judges, prints. The present is the latest message's time, unless --now says otherwise.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.use_encoding(arguments.encoding.as_deref())?;
    let named = |file: &PathBuf, name: &str| file.file_name().is_some_and(|f| f == name);
    let (mut exports, mut rules) = (Vec::new(), None);
    desk.learn_sources()?;
    for file in &arguments.files {
        let shown = file.display().to_string();
        if named(file, "feedback.toml") {
            let text = read_text(file)?.ok_or_else(|| missing(&shown))?;
            desk.use_settings(Settings::parse(&text, &shown).map_err(Failure::refused)?, &shown)?;
        } else if named(file, "rules.toml") {
            let text = read_text(file)?.ok_or_else(|| missing(&shown))?;
            rules = Some(desk.compile(&text, &shown)?);
        } else {
            exports.push(file.clone());
        }
    }
    desk.take_exported(arguments.exported.as_deref())?;
    desk.repair = arguments.repair.is_some();
    if exports.is_empty() {
        return Err(Failure::usage(
            "no export among the files",
            "name at least one CSV or JSON export",
        ));
    }
    let rules = match rules {
        Some(rules) => rules,
        None => RuleSet::starter().map_err(|e| Failure::new(Exit::Bug, e))?,
    };
    let nameless = tempfile::tempfile().map_err(|e| Failure::disk(&std::env::temp_dir(), &e))?;
    let mut writer = Writer::throwaway(nameless).called(&std::env::temp_dir());
    let mut known = ingest::empty(desk)?;
    let outcomes = ingest::read_files(&exports, false, desk, &rules, &mut writer, &mut known)?;
    let exit = outcomes.iter().map(|o| o.exit).max().unwrap_or_default();
    // After a fault of the disk there is nothing to look at either.
    if exit > Exit::Refused || outcomes.iter().all(|o| o.exit == Exit::Refused) {
        return Ok(Outcome {
            text: String::new(),
            exit,
            recorded: false,
        });
    }
    if !desk.now_is_given {
        desk.now = outcomes
            .iter()
            .filter_map(|o| o.latest)
            .max()
            .map_or(desk.now, |m| m.millis);
    }
    let mut book = Book::new(desk.zone);
    writer.scan(|l| book.take(&l.line, l.byte))?;
    book.close();
    let mut lines = Lines::of(Some(writer.into_file()), PathBuf::from("(throwaway ledger)"));
    let scope = Scope::default();
    let material = Material {
        book: &book,
        as_of: desk.now,
        zone: desk.zone,
        scope: &scope,
        by: None,
        business: &desk.settings.name,
        silence_ms: view::silence_ms(desk),
        threads: desk.threads,
    };
    let computed = report::compute(&report::overview::REPORT, &material);
    if desk.format != Format::Table {
        let text = render::report(&computed, desk.format, desk.style);
        return Ok(Outcome {
            text,
            exit,
            recorded: false,
        });
    }
    let say = |k: &str| desk.style.lang.say(k);
    let mut text = ingest::summary(&outcomes, desk);
    text.push('\n');
    let mut urgent = super::inbox::waiting(&book, desk.now, &scope);
    urgent.sort_by_key(|w| (w.priority.is_none(), w.priority, w.due, w.number));
    urgent.truncate(URGENT);
    text.push_str(&terminal::heading(&say("Most urgent, and why"), desk.style));
    text.push('\n');
    text.push_str(&super::inbox::list(&urgent, &book, &mut lines, desk)?);
    text.push('\n');
    text.push_str(&render::report(&computed, desk.format, desk.style));
    text.push_str(&format!(
        "\n{}\n",
        say("Nothing was kept. To keep it: feedback init, then feedback ingest FILE...")
    ));
    Ok(Outcome {
        text,
        exit,
        recorded: false,
    })
}

fn missing(shown: &str) -> Failure {
    Failure::refused([Diagnostic::error("file-unreadable", "the file is not there")
        .at(shown, 0, 0)
        .help("look whether its name is written right")])
}
