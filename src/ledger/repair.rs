//! Repairing: what can be saved of a damaged ledger becomes a new ledger with a chain of its own; the
//! damaged one is kept beside it, never overwritten. What can be saved, [`salvage`](super::salvage) says.
//!
//! Up to the first damage the new chain is the old one, value by value.

use super::erase::Recorded;
use super::head::Head;
use super::line::Draft;
use super::place::Place;
use super::rewrite::{Rewrite, escaped};
use super::salvage::{Saved, Survey};
use super::{LedgerError, Result, chain};
use crate::event::{REPAIR, RepairFacts};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a repair came to.
#[derive(Debug, Clone)]
pub struct Repaired {
    /// The new end of the chain.
    pub head: Head,
    /// Where the damaged ledger and its head are kept; nothing where an interrupted repair was finished.
    pub beside: Vec<PathBuf>,
}

/// Puts what `survey` found to be saved in the place of the damaged ledger: all of it or nothing. The
/// caller holds the lock since before the survey.
pub fn repair(place: &Place, survey: &Survey, recorded: Recorded<'_>) -> Result<Repaired> {
    if let Some(head) = survey.only_head {
        head.replace(place)?;
        let beside = Vec::new();
        return Ok(Repaired { head, beside });
    }
    let path = place.ledger();
    let file = match File::open(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let missing = Head::read(place)?.missing();
            return Err(LedgerError::Damaged(missing));
        }
        file => file.map_err(|e| LedgerError::Disk(path.clone(), e))?,
    };
    let mut new = Rewrite::begin(place)?;
    let mut saved = Saved::new(file, path);
    // Who recorded the open batch, and when.
    let (mut at, mut by) = (String::new(), String::new());
    for sound in &survey.sound {
        let (line, raw) = saved.line(*sound)?;
        // A batch ends at its closing line, or where that is lost, where another one must have begun.
        let ends = line.h.is_some() || (line.at, line.by) != (at.as_str(), by.as_str());
        if ends && new.open_events() > 0 {
            new.commit(&at, &by);
        }
        if line.h.is_none() {
            (at, by) = (line.at.to_owned(), line.by.to_owned());
            new.renumbered(&line, raw)?;
        }
    }
    if new.open_events() > 0 {
        new.commit(&at, &by);
    }
    let (kept_ledger, kept_head) = free_names(place);
    let name = kept_ledger.file_name().map(|n| n.to_string_lossy().into_owned());
    let facts = RepairFacts {
        lost: survey.lost_lines(),
        kept: survey.kept,
        chained: survey.chained,
        was: survey
            .was
            .map(|(count, h)| format!("{count}:{}", chain::hex(&h)))
            .unwrap_or_default(),
        head: survey.head.clone(),
        file: name.unwrap_or_default(),
    };
    let by = escaped(recorded.by);
    let facts = serde_json::to_string(&facts).unwrap_or_default();
    let draft = Draft {
        ev: REPAIR,
        facts: facts.as_bytes(),
        ..Draft::default()
    };
    new.event(recorded.at, &by, draft)?;
    new.commit(recorded.at, &by);
    let new = new.seal()?;
    let beside = keep_beside(place, kept_ledger, kept_head)?;
    let head = new.finish()?;
    // What was derived from the damaged ledger is not believed anyway; it need not lie about.
    place.purge().map_err(LedgerError::unsure)?;
    Ok(Repaired { head, beside })
}

/// The first names for a damaged ledger and its head that nothing has.
fn free_names(place: &Place) -> (PathBuf, PathBuf) {
    let is_free = |p: &Path| std::fs::symlink_metadata(p).is_err();
    let mut names = (1..).map(|n| place.damaged(n));
    let free = names.find(|(ledger, head)| is_free(ledger) && is_free(head));
    free.unwrap_or_else(|| place.damaged(0))
}

/// Keeps ledger and head under these names.
fn keep_beside(place: &Place, ledger: PathBuf, head: PathBuf) -> Result<Vec<PathBuf>> {
    let has_head = place.head().exists();
    if has_head {
        copy(&place.head(), &head)?;
    }
    // A second name for the same bytes costs no space; some file systems have none.
    let linked = std::fs::hard_link(place.ledger(), &ledger);
    if let Err(e) = linked.or_else(|_| copy(&place.ledger(), &ledger)) {
        let _ = std::fs::remove_file(&head);
        return Err(e);
    }
    place.sync_folder()?;
    Ok([Some(ledger), has_head.then_some(head)]
        .into_iter()
        .flatten()
        .collect())
}

/// Copies into a file that must not be there yet.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let fault = |e| LedgerError::Disk(to.into(), e);
    let mut source = File::open(from).map_err(|e| LedgerError::Disk(from.into(), e))?;
    let mut target = super::place::create_private(to).map_err(fault)?;
    let copied = std::io::copy(&mut source, &mut target)
        .and_then(|_| target.flush())
        .and_then(|()| target.sync_all());
    if copied.is_err() {
        let _ = std::fs::remove_file(to);
    }
    copied.map_err(fault)
}
