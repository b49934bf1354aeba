//! Events ↔ disk: the append-only `ledger.jsonl`, its chain, its head and its lock.
//!
//! The format is a contract (`docs/reference/ledger.md`). This room knows lines, batches and bytes; it
//! does not know what an event does to a case, and it never prints.
//!
//! * [`line`](mod@line): one line to and from bytes
//! * [`chain`](mod@chain): hashes
//! * [`head`]: the anchor
//! * [`read`]: stream the finished batches
//! * [`blocks`]: the same on several threads, by the [`front`] of each line
//! * [`append`]: write a batch
//! * [`ready`]: its lines, before they are written
//! * [`verify`](mod@verify): check every byte
//! * [`place`](mod@place): the files, their modes, syncing and the lock
//! * [`cache`]: files that spare reading it all again
//! * [`rewrite`]: a ledger put in the place of another, for [`repair`] and [`erase`](mod@erase)
//! * [`anchor`]: the line that is kept outside

mod ahead;
pub mod anchor;
pub mod append;
pub mod blocks;
pub mod cache;
pub mod chain;
pub mod erase;
pub mod evidence;
pub mod front;
pub mod head;
pub mod line;
pub mod place;
pub mod read;
pub mod ready;
pub mod recorded;
pub mod repair;
pub mod rewrite;
pub mod salvage;
pub mod verify;

use std::fmt;
use std::path::PathBuf;

/// The format version that this program writes.
pub const VERSION: u64 = 1;

/// Where and how the ledger is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Line, from 1; 0 where only the byte is known, or where it is about no line.
    pub line: u64,
    /// Byte offset of the line in the file.
    pub byte: u64,
    /// What is wrong, in plain words.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.byte) {
            (0, 0) => f.write_str(&self.what),
            (0, byte) => write!(f, "byte {byte}: {}", self.what),
            _ => write!(f, "line {}, byte {}: {}", self.line, self.byte, self.what),
        }
    }
}

/// Why the ledger could not be read or written.
#[derive(Debug)]
pub enum LedgerError {
    /// What is on disk cannot be trusted.
    Damaged(Damage),
    /// A disk or permission fault on that path.
    Disk(PathBuf, std::io::Error),
    /// That fault, after which a batch could not be taken back either: it may count or not.
    Unsure(Box<LedgerError>),
    /// Another process holds the lock.
    Busy(PathBuf),
    /// Lines of a newer format: can be read, never added to.
    Newer(u64),
}

impl LedgerError {
    /// The same fault where what was written can no longer be taken back.
    pub fn unsure(self) -> Self {
        LedgerError::Unsure(Box::new(self))
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LedgerError::Damaged(d) => write!(f, "the ledger is damaged: {d}"),
            LedgerError::Disk(path, e) => write!(f, "{}: {e}", path.display()),
            LedgerError::Unsure(fault) => write!(f, "{fault}; what was written could not be taken back"),
            LedgerError::Busy(path) => write!(f, "{} is held by another feedback command", path.display()),
            LedgerError::Newer(v) => write!(
                f,
                "the ledger holds lines of format {v}, newer than this program's {VERSION}"
            ),
        }
    }
}

impl std::error::Error for LedgerError {}

/// Shorthand for results of this room.
pub type Result<T> = std::result::Result<T, LedgerError>;
