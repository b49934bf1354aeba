//! `feedback ingest`: exports → ledger, file by file, all of a file or nothing.

use super::view;
use crate::calendar::Moment;
use crate::cli::desk::Desk;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
use crate::diagnostic::{Diagnostic, Severity};
use crate::event::Books;
use crate::intake::known::Known;
use crate::intake::record::{Job, RecordError, record};
use crate::intake::{Plan, plan};
use crate::ledger::append::Writer;
use crate::render::{Format, json, safe};
use crate::rules::RuleSet;
use crate::sheet;
use crate::source;
use clap::Args;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Exports: CSV, TSV, JSON or JSON Lines; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The first import of old messages: no targets, no alarms
    #[arg(long)]
    history: bool,
}

/// What became of one file.
pub struct FileOutcome {
    /// The path as given.
    pub path: String,
    /// Its books; those of a refused file are empty.
    pub books: Books,
    /// New cases.
    pub new_cases: u32,
    /// How it went.
    pub exit: Exit,
    /// All that was noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// The latest posted time in it.
    pub latest: Option<Moment>,
}

/// Reads the files into the workspace's ledger.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    let rules = desk.rules()?;
    desk.place.create_folder()?;
    let mut known = empty(desk)?;
    let mut writer = Writer::open(&desk.place, desk.lock_wait, |l| known.take(&l.line))?;
    view::tell_torn(&writer, desk);
    let outcomes = read_files(
        &arguments.files,
        arguments.history,
        desk,
        &rules,
        &mut writer,
        known,
    )?;
    let exit = outcomes.iter().map(|o| o.exit).max().unwrap_or_default();
    let recorded = outcomes.iter().any(|o| o.books.new > 0);
    let text = match desk.format {
        Format::Json => as_json(&outcomes),
        _ => summary(&outcomes, desk),
    };
    Ok(Outcome { text, exit, recorded })
}

/// Nothing known yet, under a fresh key.
pub fn empty(desk: &Desk) -> Result<Known, Failure> {
    let mut key = [0u8; 16];
    getrandom::fill(&mut key).map_err(|e| {
        Failure::new(
            Exit::Disk,
            [Diagnostic::error(
                "disk",
                format!("the machine gives no random numbers: {e}"),
            )],
        )
    })?;
    let gap = i64::try_from(desk.settings.conversation_gap_s).unwrap_or(i64::MAX / 1000);
    Ok(Known::new(key, gap.saturating_mul(1000)))
}

/// Reads each file into one batch of its own; a refused one leaves the others in.
pub fn read_files(
    files: &[PathBuf],
    history: bool,
    desk: &Desk,
    rules: &RuleSet,
    writer: &mut Writer,
    mut known: Known,
) -> Result<Vec<FileOutcome>, Failure> {
    let mut outcomes = Vec::new();
    for file in files {
        let (path, shown, _spool) = spool(file)?;
        let mut outcome = FileOutcome {
            path: shown.clone(),
            books: Books::default(),
            new_cases: 0,
            exit: Exit::Done,
            diagnostics: Vec::new(),
            latest: None,
        };
        match read_file(&path, &shown, history, desk, rules, writer, &mut known) {
            Ok((plan, findings)) => {
                outcome.diagnostics = findings;
                outcome.diagnostics.extend(plan.rejected);
                outcome.diagnostics.extend(plan.noticed);
                outcome.exit = if plan.books.rejected > 0 {
                    Exit::RowsRejected
                } else {
                    Exit::Done
                };
                (outcome.books, outcome.new_cases, outcome.latest) =
                    (plan.books, plan.new_cases, plan.latest);
            }
            Err(failure) if failure.exit == Exit::Refused => {
                (outcome.exit, outcome.diagnostics) = (failure.exit, failure.diagnostics);
                // The refused file may have left its traces in memory.
                known = empty(desk)?;
                writer.scan(|l| known.take(&l.line))?;
            }
            Err(failure) => return Err(failure),
        }
        desk.talk.tell_all(&outcome.diagnostics, 20);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

fn read_file(
    path: &Path,
    shown: &str,
    history: bool,
    desk: &Desk,
    rules: &RuleSet,
    writer: &mut Writer,
    known: &mut Known,
) -> Result<(Plan, Vec<Diagnostic>), Failure> {
    if let Some(refusal) = sheet::refuse(path, shown) {
        return Err(Failure::refused([refusal]));
    }
    let export = source::open(path, shown, &desk.context()).map_err(Failure::refused)?;
    let handles = desk.handles();
    let bar = desk.talk.progress(shown, export.bytes() * 2);
    let plan =
        plan(&export, &handles, known, &mut |bytes| bar.set_position(bytes)).map_err(Failure::refused)?;
    if plan.books.new > 0 {
        let mut own_names = desk.settings.handles.clone();
        own_names.extend(Some(desk.settings.name.clone()).filter(|name| !name.is_empty()));
        let mut batch = writer.begin(&desk.recorded_at(), &desk.by);
        let job = Job {
            export: &export,
            shown,
            plan: &plan,
            handles: &handles,
            rules,
            own_names: &own_names,
            history,
        };
        record(&job, known, &mut batch, &mut |bytes| {
            bar.set_position(export.bytes() + bytes)
        })
        .map_err(|e| match e {
            RecordError::Source(diagnostics) => Failure::refused(diagnostics),
            RecordError::Ledger(e) => e.into(),
        })?;
        batch.commit()?;
    }
    bar.finish_and_clear();
    Ok((plan, export.findings().to_vec()))
}

/// Standard input is put into a nameless folder's file first, since an export is read twice.
fn spool(file: &Path) -> Result<(PathBuf, String, Option<tempfile::NamedTempFile>), Failure> {
    if file != Path::new("-") {
        return Ok((file.to_owned(), file.display().to_string(), None));
    }
    let fault = |e: std::io::Error| Failure::disk(&std::env::temp_dir(), &e);
    let mut spooled = tempfile::NamedTempFile::new().map_err(fault)?;
    std::io::copy(&mut std::io::stdin().lock().by_ref(), spooled.as_file_mut()).map_err(fault)?;
    Ok((spooled.path().to_owned(), "(stdin)".to_owned(), Some(spooled)))
}

/// What came of each file, for eyes.
pub fn summary(outcomes: &[FileOutcome], desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let mut text = String::new();
    for outcome in outcomes {
        let b = &outcome.books;
        text.push_str(&safe::line(&outcome.path));
        if outcome.exit == Exit::Refused {
            text.push_str(&format!(": {}\n", say("refused, nothing of it was recorded")));
            continue;
        }
        text.push_str(&format!(": {}, {}\n", b.source, b.encoding));
        let mut counts = vec![(b.rows, "rows"), (b.mentions, "mentions"), (b.replies, "replies")];
        let more = [
            (b.inline, "replies inside rows"),
            (b.rejected, "rejected"),
            (b.skipped, "skipped"),
            (b.new, "new"),
            (b.duplicate, "known already"),
            (u64::from(outcome.new_cases), "new cases"),
        ];
        counts.extend(more.into_iter().filter(|(n, _)| *n > 0));
        let counts: Vec<String> = counts
            .iter()
            .map(|(n, word)| desk.style.lang.count(*n, word))
            .collect();
        text.push_str(&format!("  {}\n", counts.join(" · ")));
        if b.new == 0 {
            text.push_str(&format!("  {}\n", say("nothing new: the ledger is unchanged")));
        }
    }
    text
}

fn as_json(outcomes: &[FileOutcome]) -> String {
    let files: Vec<_> = outcomes
        .iter()
        .map(|o| {
            let b = &o.books;
            json!({
                "path": o.path, "source": b.source, "encoding": b.encoding,
                "rows": b.rows, "mentions": b.mentions, "replies": b.replies, "inline": b.inline,
                "new": b.new, "duplicate": b.duplicate, "rejected": b.rejected, "skipped": b.skipped,
                "new_cases": o.new_cases, "exit": o.exit.code(),
                "diagnostics": o.diagnostics.iter().map(diagnostic).collect::<Vec<_>>(),
            })
        })
        .collect();
    json::pretty(&json!({ "files": files }))
}

fn diagnostic(d: &Diagnostic) -> serde_json::Value {
    let known = |n: u64| Some(n).filter(|n| *n > 0);
    let place = d.place.as_ref();
    json!({
        "code": d.code,
        "severity": Severity::name(d.severity),
        "message": d.message,
        "file": place.map(|p| p.file.as_str()),
        "line": place.and_then(|p| known(p.line)),
        "column": place.and_then(|p| known(p.column)),
        "field": place.and_then(|p| p.field.as_deref()),
        "help": d.help,
    })
}
