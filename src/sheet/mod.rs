//! The spreadsheet of cases: what `sheet export` writes, and how `ingest` knows it when it comes back.
//!
//! Rows are tables like any other; the renderer makes cells harmless. Reading an edited sheet back is
//! not done here yet.

use crate::diagnostic::Diagnostic;
use std::io::Read;
use std::path::Path;

/// The first head of every sheet: no export has it.
pub const MARK: &str = "feedback_case";

/// True where the file is a sheet that `sheet export` wrote.
pub fn is_ours(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(64).read_to_end(&mut start));
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    let start = start.strip_prefix(b"\"").unwrap_or(start);
    let name = String::from_utf8_lossy(start).to_lowercase().replace(' ', "_");
    read.is_ok() && name.starts_with(MARK)
}

/// Why `ingest` refuses this file, where it is one of our sheets.
pub fn refuse(path: &Path, shown: &str) -> Option<Diagnostic> {
    is_ours(path).then(|| {
        Diagnostic::error(
            "sheet-not-export",
            "this is a sheet that `feedback sheet export` wrote, not an export",
        )
        .at(shown, 1, 1)
        .in_field(MARK)
        .help(
            "nothing was recorded: its cases are in the ledger already. Record what was done in it with \
                 `feedback reply`, `resolve`, `assign`, … and the case ids of its first column",
        )
    })
}
