//! Erasing payloads: lines keep their header and the hash of what is gone, so the chain still verifies
//! and no figure changes. Which lines, is not decided here.

use super::append::Writer;
use super::line::Draft;
use super::place::Place;
use super::rewrite::{Rewrite, escaped};
use super::{Damage, LedgerError, Result};
use std::path::PathBuf;

/// Who records the erasing, and when.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// RFC 3339 UTC.
    pub at: &'a str,
    /// Who.
    pub by: &'a str,
}

/// Erases the payloads of the lines `seqs` (in growing order) and adds one batch with these events: all
/// of it or nothing. Also removes what is derived from the ledger, and says what that was.
pub fn erase(
    place: &Place,
    mut writer: Writer,
    seqs: &[u64],
    recorded: Recorded<'_>,
    events: &[Draft<'_>],
) -> Result<Vec<PathBuf>> {
    // Before the ledger: a crash between the two must not leave the text in a file that nobody asks for.
    let mut purged = place.purge()?;
    let mut new = Rewrite::begin(place)?;
    let mut due = seqs.iter().copied().peekable();
    let mut failed = Ok(());
    writer.scan(|l| {
        if failed.is_err() {
            return;
        }
        let chosen = due.next_if_eq(&l.number).is_some();
        failed = match new.take_over(&l.line, l.raw, chosen) {
            Ok(true) => Ok(()),
            Ok(false) => Err(LedgerError::Damaged(Damage {
                line: l.number,
                byte: l.byte,
                what: "the chain does not fit: this batch, or one before it, is not as it was written".into(),
            })),
            Err(e) => Err(e),
        };
    })?;
    failed?;
    let by = escaped(recorded.by);
    for draft in events {
        new.event(recorded.at, &by, *draft)?;
    }
    new.commit(recorded.at, &by);
    new.seal()?.finish()?;
    // A reader needs no lock, and may have made some of it again meanwhile.
    purged.extend(place.purge().map_err(LedgerError::unsure)?);
    purged.sort();
    purged.dedup();
    // Until here the lock was held.
    drop(writer);
    Ok(purged)
}
