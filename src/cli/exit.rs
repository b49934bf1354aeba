//! Exit codes, and failures on their way to one. The codes are a contract; see `docs/reference/exit-codes.md`.

use crate::diagnostic::Diagnostic;
use crate::ledger::LedgerError;

/// How a command ended. Ordered by gravity: with several files the gravest holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Exit {
    /// Done.
    #[default]
    Done = 0,
    /// `check` or `rules check` found something.
    Findings = 1,
    /// Wrong usage.
    Usage = 2,
    /// Done, some rows rejected.
    RowsRejected = 3,
    /// Input refused, nothing written.
    Refused = 4,
    /// The ledger is damaged.
    Damaged = 5,
    /// Disk or permission; nothing recorded.
    Disk = 6,
    /// Another command holds the lock.
    Busy = 7,
    /// Recorded, but the output could not be written.
    OutputLost = 8,
    /// Our bug.
    Bug = 70,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// A command that could not be done, and all that is to be said of it.
#[derive(Debug)]
pub struct Failure {
    /// The code.
    pub exit: Exit,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Failure {
    /// With these findings.
    pub fn new(exit: Exit, diagnostics: impl Into<Vec<Diagnostic>>) -> Self {
        Failure {
            exit,
            diagnostics: diagnostics.into(),
        }
    }

    /// Input refused.
    pub fn refused(diagnostics: impl Into<Vec<Diagnostic>>) -> Self {
        Failure::new(Exit::Refused, diagnostics)
    }

    /// Wrong usage of that option.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Failure::new(Exit::Usage, [Diagnostic::error("usage", message).help(help)])
    }

    /// Standard output could not be written.
    pub fn output(exit: Exit, e: &std::io::Error) -> Self {
        let message = format!("the output could not be written: {e}");
        let help = match exit {
            Exit::OutputLost => "what you asked for is recorded; only the printed text is lost",
            _ => "nothing was recorded; free the disk or choose another place, then run it again",
        };
        Failure::new(exit, [Diagnostic::error("output-lost", message).help(help)])
    }

    /// A file beside the ledger could not be read or written.
    pub fn disk(path: &std::path::Path, e: &std::io::Error) -> Self {
        LedgerError::Disk(path.to_owned(), std::io::Error::new(e.kind(), e.to_string())).into()
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        let message = error.to_string();
        let (exit, code, help) = match &error {
            LedgerError::Damaged(_) => (
                Exit::Damaged,
                "ledger-damaged",
                "run `feedback ledger verify` for all that is wrong; take ledger.jsonl and ledger.head back from \
                 a backup, or see what `feedback ledger repair --dry-run` could save; nothing was changed",
            ),
            LedgerError::Disk(..) => (
                Exit::Disk,
                "disk",
                "the command (of an ingest: this file) recorded nothing; check space and permissions of that path",
            ),
            LedgerError::Unsure(_) => (
                Exit::Disk,
                "disk-unsure",
                "whether this was recorded shows once the disk works again: look with `feedback ledger verify` and \
                 `feedback show` before you run it again",
            ),
            LedgerError::Busy(_) => (
                Exit::Busy,
                "busy",
                "nothing was recorded; try again, or wait longer with --lock-wait",
            ),
            LedgerError::Newer(_) => (
                Exit::Refused,
                "ledger-newer",
                "use the newer feedback program to record; reading still works",
            ),
        };
        Failure::new(exit, [Diagnostic::error(code, message).help(help)])
    }
}
