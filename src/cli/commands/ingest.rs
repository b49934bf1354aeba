//! `feedback ingest`: exports → ledger, file by file, all of a file or nothing.

use super::exports;
use super::preview::{self, Preview};
use super::view;
use crate::calendar::Moment;
use crate::cli::desk::Desk;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
use crate::diagnostic::{Diagnostic, Severity};
use crate::event::Books;
use crate::intake::index::{self, Index};
use crate::intake::known::Known;
use crate::intake::record::{Job, RecordError, record};
use crate::intake::regulars::Regulars;
use crate::intake::{Handles, Plan, plan};
use crate::judge::Surroundings;
use crate::ledger::append::Writer;
use crate::ledger::line::Line;
use crate::render::{Format, json, safe};
use crate::rules::RuleSet;
use crate::source::{Export, Way};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// So many bytes of ledger behind the index are left to be read again; more are put into it.
const LONG_TAIL: u64 = 4 << 20;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Exports: CSV, TSV, XLSX, JSON or JSON Lines, also in a ZIP or gzip; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// When the exports were made, for times such as "3 days ago": a date or time, else a column of each file,
    /// its name or its own date tells
    #[arg(long, value_name = "TIME")]
    exported: Option<String>,
    /// Puts texts right that were decoded with the wrong encoding once before (`Itâ€™s`)
    #[arg(long, value_name = "WHAT", value_parser = ["mojibake"])]
    repair: Option<String>,
    /// The first import of old messages: no targets, no alarms
    #[arg(long)]
    history: bool,
    /// The files' encoding, where the one that was found out is wrong: GB18030, Big5, Shift_JIS, windows-1252 …
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Only show how the files would be read: columns, times, first messages, and what would come of it
    #[arg(long)]
    dry_run: bool,
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
    /// How many of a code were counted but not listed.
    pub unlisted: BTreeMap<&'static str, u64>,
    /// The earliest posted time in it.
    pub earliest: Option<Moment>,
    /// The latest posted time in it.
    pub latest: Option<Moment>,
    /// The columns that were guessed, with their parts.
    pub guessed: Vec<(String, &'static str)>,
    /// How it would be read; of a dry run only.
    pub preview: Option<Preview>,
}

impl FileOutcome {
    /// Of the file of that name, before it is read.
    pub fn of(path: String) -> Self {
        FileOutcome {
            path,
            books: Books::default(),
            new_cases: 0,
            exit: Exit::Done,
            diagnostics: Vec::new(),
            unlisted: BTreeMap::new(),
            earliest: None,
            latest: None,
            guessed: Vec::new(),
            preview: None,
        }
    }

    /// It does not go in.
    pub fn refuse(&mut self, diagnostics: Vec<Diagnostic>) {
        let is_disk = diagnostics.iter().any(|d| d.code == "disk");
        self.exit = if is_disk { Exit::Disk } else { Exit::Refused };
        self.diagnostics = diagnostics;
    }

    /// It goes in as planned.
    pub fn take(&mut self, export: &Export, plan: Plan) {
        self.diagnostics = export.findings().to_vec();
        self.diagnostics.extend(plan.rejected);
        self.diagnostics.extend(plan.noticed);
        self.unlisted = plan.unlisted;
        if plan.books.rejected > 0 {
            self.exit = Exit::RowsRejected;
        }
        (self.books, self.new_cases) = (plan.books, plan.new_cases);
        (self.earliest, self.latest) = (plan.earliest, plan.latest);
        let guessed = export.used().into_iter().filter(|used| used.way == Way::Guessed);
        self.guessed = guessed.map(|used| (used.column, used.part)).collect();
    }
}

/// Reads the files into the workspace's ledger.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("ingest", &[Format::Json])?;
    desk.take_exported(arguments.exported.as_deref())?;
    desk.repair = arguments.repair.is_some();
    desk.use_encoding(arguments.encoding.as_deref())?;
    desk.learn_sources()?;
    if arguments.dry_run {
        return preview::run(&arguments.files, desk);
    }
    let rules = desk.rules()?;
    let mut known = empty(desk)?;
    let begins = view::is_empty(desk);
    let mut writer = if begins
        && !arguments
            .files
            .iter()
            .any(|file| exports::may_be_read(file, desk))
    {
        // Nothing can come of it, so nothing is made: each file says why below.
        Writer::throwaway(tempfile::tempfile().map_err(|e| Failure::disk(&std::env::temp_dir(), &e))?)
    } else {
        if begins {
            tell_beginning(desk);
        }
        desk.place.create_folder()?;
        let opening = Writer::lock(&desk.place, desk.lock_wait)?;
        let (file, head) = (opening.file(), opening.head());
        known = Known::on(Index::open(&desk.place, file, head, random_key()?, gap_ms(desk)));
        opening.read(known.indexed(), |l| known.take(&l.line))?
    };
    view::tell_torn(&writer, desk);
    let read = writer.reached();
    let outcomes = read_files(
        &arguments.files,
        arguments.history,
        desk,
        &rules,
        &mut writer,
        &mut known,
    )?;
    let reached = writer.reached();
    let tail = reached.bytes.saturating_sub(known.indexed().bytes);
    let is_due = (reached != read || tail > LONG_TAIL) && !known.is_unsound();
    if let Some(noted) = writer.touched().filter(|_| is_due) {
        index::update(&desk.place, known, reached, noted);
    }
    let exit = outcomes.iter().map(|o| o.exit).max().unwrap_or_default();
    let recorded = outcomes.iter().any(|o| o.books.recorded() > 0);
    let text = match desk.format {
        Format::Json => as_json(&outcomes),
        _ => summary(&outcomes, desk),
    };
    Ok(Outcome { text, exit, recorded })
}

/// In the wrong folder a new ledger would be a surprise.
fn tell_beginning(desk: &Desk) {
    let dir = desk.place.dir().display().to_string();
    let note = Diagnostic::note("workspace-new", "a new ledger begins in this folder").at(dir, 0, 0);
    let help = match desk.settings.handles.is_empty() {
        true => {
            "no handles are set: what you posted yourself counts as customers' mentions; see feedback.toml"
        }
        false => "nothing to do if this is the folder you meant",
    };
    desk.talk.tell(&note.help(help));
}

/// Nothing known yet, under a fresh key.
pub fn empty(desk: &Desk) -> Result<Known, Failure> {
    Ok(Known::new(random_key()?, gap_ms(desk)))
}

/// A key that nobody knows.
pub fn random_key() -> Result<[u8; 16], Failure> {
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
    Ok(key)
}

/// The silence after which a conversation begins anew.
pub fn gap_ms(desk: &Desk) -> i64 {
    let gap = i64::try_from(desk.settings.conversation_gap_s).unwrap_or(i64::MAX / 1000);
    gap.saturating_mul(1000)
}

/// Reads each file into one batch of its own. A refused one leaves the others in; after a fault of the
/// disk no further file is tried, and those before it stay in.
pub fn read_files(
    files: &[PathBuf],
    history: bool,
    desk: &Desk,
    rules: &RuleSet,
    writer: &mut Writer,
    known: &mut Known,
) -> Result<Vec<FileOutcome>, Failure> {
    if rules.counts_authors() {
        let mut regulars = Regulars::new(random_key()?);
        writer.scan(|l| regulars.take(&l.line, l.byte, |_, _| ()))?;
        known.regulars = Some(regulars);
    }
    let mut reading = Reading {
        desk,
        rules,
        surroundings: desk.surroundings(),
        handles: desk.handles(),
        history,
        writer,
        known,
    };
    exports::each(files, desk, &mut |export, shown| reading.export(export, shown))
}

/// What reading a file needs.
struct Reading<'a> {
    desk: &'a Desk,
    rules: &'a RuleSet,
    surroundings: Arc<Surroundings>,
    handles: Handles,
    history: bool,
    writer: &'a mut Writer,
    known: &'a mut Known,
}

impl Reading<'_> {
    fn export(&mut self, export: &Export, shown: &str) -> Result<FileOutcome, Failure> {
        let mut outcome = FileOutcome::of(shown.to_owned());
        match self.plan_and_record(export, shown) {
            Ok(plan) => outcome.take(export, plan),
            Err(failure) => {
                (outcome.exit, outcome.diagnostics) = (failure.exit, failure.diagnostics);
                self.known.forget();
            }
        }
        Ok(outcome)
    }

    fn plan_and_record(&mut self, export: &Export, shown: &str) -> Result<Plan, Failure> {
        let bar = self.desk.talk.progress(shown, export.bytes() * 2);
        let mut read = |bytes| bar.set_position(bytes);
        let mut planned = self.plan(export, &mut read)?;
        if self.known.is_unsound() {
            // The index is damaged: the ledger knows it all.
            index::purge(&self.desk.place);
            let mut anew = empty(self.desk)?;
            anew.regulars = self.known.regulars.take();
            self.writer.scan(|l| anew.take(&l.line))?;
            *self.known = anew;
            planned = self.plan(export, &mut read)?;
        }
        let plan = planned.map_err(Failure::refused)?;
        if plan.books.recorded() > 0 {
            let mut batch = self.writer.begin(&self.desk.recorded_at(), &self.desk.by);
            let job = Job {
                export,
                shown,
                plan: &plan,
                handles: &self.handles,
                rules: self.rules,
                surroundings: &self.surroundings,
                history: self.history,
                threads: self.desk.threads,
            };
            let mut progress = |bytes| bar.set_position(export.bytes() + bytes);
            record(&job, &mut batch, &mut progress).map_err(|e| match e {
                RecordError::Source(diagnostics) => Failure::refused(diagnostics),
                RecordError::Ledger(e) => e.into(),
            })?;
            batch.commit()?;
            view::tell_unsynced(self.writer, self.desk);
        }
        bar.finish_and_clear();
        Ok(plan)
    }

    fn plan(
        &mut self,
        export: &Export,
        read: &mut dyn FnMut(u64),
    ) -> Result<Result<Plan, Vec<Diagnostic>>, Failure> {
        let (writer, mut failed) = (&mut *self.writer, None);
        let mut reread = |each: &mut dyn FnMut(&Line<'_>)| {
            failed = writer.scan(|l| each(&l.line)).err();
        };
        let threads = self.desk.threads;
        let planned = plan(export, &self.handles, self.known, threads, read, &mut reread);
        match failed {
            Some(fault) => Err(fault.into()),
            None => Ok(planned),
        }
    }
}

/// What came of each file, for eyes.
pub fn summary(outcomes: &[FileOutcome], desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let mut text = String::new();
    for outcome in outcomes {
        let b = &outcome.books;
        text.push_str(&safe::line(&outcome.path));
        if outcome.exit >= Exit::Refused {
            text.push_str(&format!(": {}\n", say("refused, nothing of it was recorded")));
            continue;
        }
        text.push_str(&format!(": {}, {}", b.source, b.encoding));
        if let (Some(from), Some(to)) = (outcome.earliest, outcome.latest) {
            text.push_str(&format!(", {}", span(from, to, desk)));
        }
        text.push('\n');
        let mut counts = vec![(b.rows, "rows"), (b.mentions, "mentions"), (b.replies, "replies")];
        let more = [
            (b.inline, "replies inside rows"),
            (b.rejected, "rejected"),
            (b.skipped, "skipped"),
            (b.new, "new"),
            (b.duplicate, "known already"),
            (b.edits, "edited since"),
            (b.deletions, "taken away since"),
            (b.completed, "known better now"),
            (u64::from(outcome.new_cases), "new cases"),
        ];
        counts.extend(more.into_iter().filter(|(n, _)| *n > 0));
        let counts: Vec<String> = counts
            .iter()
            .map(|(n, word)| desk.style.lang.count(*n, word))
            .collect();
        text.push_str(&format!("  {}\n", counts.join(" · ")));
        if !outcome.guessed.is_empty() {
            let column = |(column, part): &(String, &str)| {
                format!("{part} = `{}`", safe::cut(&safe::line(column), 40))
            };
            let guessed: Vec<String> = outcome.guessed.iter().map(column).collect();
            text.push_str(&format!(
                "  {}: {}\n",
                say("guessed from what the columns hold"),
                guessed.join(", ")
            ));
        }
        if b.recorded() == 0 {
            text.push_str(&format!("  {}\n", say("nothing new: the ledger is unchanged")));
        }
    }
    text
}

/// The days of the first and of the last message.
fn span(from: Moment, to: Moment, desk: &Desk) -> String {
    let day = |at: Moment| -> String { desk.zone.show(at).chars().take(10).collect() };
    match (day(from), day(to)) {
        (from, to) if from == to => from,
        (from, to) => format!("{from} – {to}"),
    }
}

fn as_json(outcomes: &[FileOutcome]) -> String {
    let files: Vec<_> = outcomes.iter().map(file_as_json).collect();
    json::pretty(&json!({ "files": files }))
}

/// What became of one file, for programs.
pub fn file_as_json(o: &FileOutcome) -> serde_json::Value {
    let b = &o.books;
    let time = |at: Option<Moment>| at.map(|at| at.to_string());
    json!({
        "path": o.path, "source": b.source, "encoding": b.encoding,
        "from": time(o.earliest), "to": time(o.latest),
        "rows": b.rows, "mentions": b.mentions, "replies": b.replies, "inline": b.inline,
        "new": b.new, "duplicate": b.duplicate, "rejected": b.rejected, "skipped": b.skipped,
        "edits": b.edits, "deletions": b.deletions, "completed": b.completed,
        "new_cases": o.new_cases, "exit": o.exit.code(),
        "diagnostics": o.diagnostics.iter().map(diagnostic).collect::<Vec<_>>(),
        "unlisted": o.unlisted,
    })
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
