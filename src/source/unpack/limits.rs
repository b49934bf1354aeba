//! How much may come out of what is packed, and why nothing did.

use crate::diagnostic::Diagnostic;
use crate::source::{disk, unreadable};
use std::io::{self, Read, Write};

/// All that is unpacked of one file. (In tests less.)
pub(super) const LARGEST: u64 = if cfg!(test) { 64 << 20 } else { 4 << 30 };

/// So much may come out whatever was packed.
pub(super) const FREE: u64 = if cfg!(test) { 1 << 20 } else { 64 << 20 };

/// Beyond that so many bytes for each that was packed: texts come to twenty, bombs to a thousand.
pub(super) const RATIO: u64 = 200;

/// Members of an archive.
pub(super) const MEMBERS: u64 = 10_000;

/// Why something could not be unpacked.
#[derive(Debug)]
pub(super) enum Fault {
    Unreadable(io::Error),
    /// Cut off or damaged.
    Damaged(String),
    TooLarge(String),
    /// Encrypted, or packed in a way that is not known.
    Locked(String),
    /// The scratch file.
    Disk(io::Error),
}

impl Fault {
    pub(super) fn told(&self, shown: &str) -> Diagnostic {
        let error =
            |code, reason: &str, help: &str| Diagnostic::error(code, reason).at(shown, 0, 0).help(help);
        match self {
            Fault::Unreadable(e) => unreadable(shown, e),
            Fault::Disk(e) => disk(shown, e),
            Fault::Damaged(reason) => error(
                "archive-damaged",
                reason,
                "download it again; it may have been cut off (nothing of it went in)",
            ),
            Fault::TooLarge(reason) => error(
                "archive-too-large",
                reason,
                "if you trust it, unpack it yourself and ingest the files in it",
            ),
            Fault::Locked(reason) => error(
                "archive-locked",
                reason,
                "unpack it with the program that made it, then ingest the files in it",
            ),
        }
    }
}

/// What was wrong with packed bytes.
pub(super) fn damaged(e: &dyn std::fmt::Display) -> Fault {
    Fault::Damaged(format!("it is damaged or cut off: {e}"))
}

/// Counts what comes out of `packed` bytes.
#[derive(Debug)]
pub(super) struct Meter {
    pub(super) packed: u64,
    pub(super) out: u64,
    pub(super) free: u64,
}

impl Meter {
    pub(super) fn new(packed: u64) -> Self {
        Meter {
            packed,
            out: 0,
            free: FREE,
        }
    }

    /// So many more bytes came out.
    pub(super) fn add(&mut self, n: u64) -> Result<(), Fault> {
        const MIB: u64 = 1 << 20;
        self.out += n;
        if self.out > LARGEST {
            let reason = format!("more than {} MiB come out of it", LARGEST / MIB);
            return Err(Fault::TooLarge(reason));
        }
        if self.out > self.free && self.out > self.packed.saturating_mul(RATIO) {
            let reason = format!(
                "more than {} MiB come out of {} KiB: that is no text, but made to fill a disk",
                self.out / MIB,
                self.packed.div_ceil(1024)
            );
            return Err(Fault::TooLarge(reason));
        }
        Ok(())
    }

    /// Copies all that comes.
    pub(super) fn copy(&mut self, from: &mut dyn Read, to: &mut dyn Write) -> Result<(), Fault> {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(damaged(&e)),
            };
            self.add(read as u64)?;
            to.write_all(buffer.get(..read).unwrap_or_default())
                .map_err(Fault::Disk)?;
        }
    }
}
