//! The files that a command names → the exports in them, one after another: a file is one, or an archive or a
//! workbook that holds several. What is done with an export is for the caller.

use super::ingest::FileOutcome;
use crate::cli::desk::Desk;
use crate::cli::exit::{Exit, Failure};
use crate::diagnostic::Diagnostic;
use crate::ledger::place::is_device;
use crate::sheet;
use crate::source::{self, Contents, Export};
use std::path::{Path, PathBuf};

/// Hands on each export of each file, and tells what was noticed. After a fault of the disk no further file is
/// tried, and those before it stay in.
pub fn each(
    files: &[PathBuf],
    desk: &Desk,
    take: &mut dyn FnMut(&Export, &str) -> Result<FileOutcome, Failure>,
) -> Result<Vec<FileOutcome>, Failure> {
    let mut outcomes: Vec<FileOutcome> = Vec::new();
    let mut untried = files.iter();
    for file in untried.by_ref() {
        let (path, shown, _spool) = spool(file)?;
        let found = match contents(&path, &shown, desk) {
            Ok(found) => of_file(&found, &shown, desk, take)?,
            Err(faults) => vec![refused(&shown, faults)],
        };
        for outcome in &found {
            desk.talk.tell_many(&outcome.diagnostics, 20, &outcome.unlisted);
        }
        outcomes.extend(found);
        if outcomes.iter().any(|outcome| outcome.exit > Exit::Refused) {
            break;
        }
    }
    if untried.len() > 0 {
        let names: Vec<String> = untried.map(|f| f.display().to_string()).collect();
        desk.talk.note(&format!("not read: {}", names.join(", ")));
    }
    Ok(outcomes)
}

/// What a file holds; a file of another kind of ours is refused.
fn contents(path: &Path, shown: &str, desk: &Desk) -> Result<Contents, Vec<Diagnostic>> {
    match sheet::refuse(path, shown) {
        Some(refusal) => Err(vec![refusal]),
        None => source::contents(path, shown, &desk.context()),
    }
}

fn refused(shown: &str, faults: Vec<Diagnostic>) -> FileOutcome {
    let mut outcome = FileOutcome::of(shown.to_owned());
    outcome.refuse(faults);
    outcome
}

/// Each export in a file. Parts that hold no messages are named with the last of the others, or together are why
/// the file is refused.
fn of_file(
    found: &Contents,
    shown: &str,
    desk: &Desk,
    take: &mut dyn FnMut(&Export, &str) -> Result<FileOutcome, Failure>,
) -> Result<Vec<FileOutcome>, Failure> {
    let context = desk.context();
    let (mut outcomes, mut passed) = (Vec::new(), Vec::new());
    for part in &found.parts {
        let outcome = match part.open(&context) {
            Ok(export) => take(&export, part.shown())?,
            Err(faults) if found.is_passed(&faults) => {
                passed.push(part.shown().to_owned());
                continue;
            }
            Err(faults) => refused(part.shown(), faults),
        };
        let is_over = outcome.exit > Exit::Refused;
        outcomes.push(outcome);
        if is_over {
            break;
        }
    }
    let is_none = outcomes.is_empty();
    if is_none {
        outcomes.push(refused(shown, Vec::new()));
    }
    if let Some(last) = outcomes.last_mut() {
        last.diagnostics.extend(found.findings.iter().cloned());
        if is_none || !passed.is_empty() {
            last.diagnostics.push(found.passed(&passed, is_none));
        }
    }
    Ok(outcomes)
}

/// Whether a file is one that an export could be read from.
pub fn may_be_read(file: &Path, desk: &Desk) -> bool {
    let is_pipe = std::fs::metadata(file).is_ok_and(|m| !m.is_file() && !m.is_dir());
    let (shown, context) = (file.display().to_string(), desk.context());
    let holds_some = |found: Contents| found.parts.iter().any(|part| part.open(&context).is_ok());
    file == Path::new("-") || is_pipe || contents(file, &shown, desk).is_ok_and(holds_some)
}

/// Standard input is put into a nameless folder's file first, since an export is read twice.
pub fn spool(file: &Path) -> Result<(PathBuf, String, Option<tempfile::NamedTempFile>), Failure> {
    let is_stdin = file == Path::new("-");
    // A pipe can be read once only, and an export is read twice.
    let is_pipe = || std::fs::metadata(file).is_ok_and(|m| !m.is_file() && !m.is_dir());
    let shown = if is_stdin {
        "(stdin)".to_owned()
    } else {
        file.display().to_string()
    };
    if !is_stdin && !is_pipe() {
        return Ok((file.to_owned(), shown, None));
    }
    if !is_stdin && is_device(file) {
        let fault = Diagnostic::error("file-unreadable", "it is a device, not a file").at(shown, 0, 0);
        return Err(Failure::refused(
            [fault.help("name the file that was downloaded")],
        ));
    }
    let fault = |e: std::io::Error| Failure::disk(&std::env::temp_dir(), &e);
    let mut spooled = tempfile::NamedTempFile::new().map_err(fault)?;
    let copied = match is_stdin {
        true => std::io::copy(&mut std::io::stdin().lock(), spooled.as_file_mut()),
        false => std::fs::File::open(file).and_then(|mut f| std::io::copy(&mut f, spooled.as_file_mut())),
    };
    copied.map_err(|e| Failure::disk(file, &e))?;
    Ok((spooled.path().to_owned(), shown, Some(spooled)))
}
