//! A whole ledger written anew beside the old one, and put in its place at one stroke by renaming, so
//! that a program that is reading the old file reads it to its end. What goes into it is the business of
//! [`erase`](mod@super::erase) and [`repair`](super::repair).

use super::chain::{Chain, ZERO};
use super::head::Head;
use super::line::{Draft, Line, Stamp, write_commit, write_erased, write_renumbered};
use super::place::Place;
use super::ready::Ready;
use super::{LedgerError, Result, VERSION};
use std::io::Write;
use std::path::PathBuf;
use tempfile::NamedTempFile;

const FLUSH_AT: usize = 1 << 20;

/// A ledger under way. Dropped without [`Sealed::finish`], it leaves no trace.
pub struct Rewrite {
    place: Place,
    file: NamedTempFile,
    path: PathBuf,
    buffer: Vec<u8>,
    chain: Chain,
    seq: u64,
    events: u64,
}

impl Rewrite {
    /// Begins an empty one. The caller holds the lock.
    pub fn begin(place: &Place) -> Result<Self> {
        let path = place.ledger();
        // Renaming would leave the old bytes where the link leads.
        if std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink()) {
            let what = "is a symbolic link; put the file itself here";
            return Err(LedgerError::Disk(path, std::io::Error::other(what)));
        }
        Ok(Rewrite {
            place: place.clone(),
            file: place.beside()?,
            path,
            buffer: Vec::new(),
            chain: Chain::from(ZERO),
            seq: 0,
            events: 0,
        })
    }

    /// The line that comes next.
    pub fn next_seq(&self) -> u64 {
        self.seq + 1
    }

    /// Events since the last commit line.
    pub fn open_events(&self) -> u64 {
        self.events
    }

    /// Takes over a line of a sound ledger, or (`erased`) what is left of it without its payload. False
    /// where the chain does not fit the old one's.
    pub fn take_over(&mut self, line: &Line<'_>, raw: &[u8], erased: bool) -> Result<bool> {
        self.seq = line.seq;
        let fits = match line.h {
            Some(h) => {
                self.events = 0;
                self.chain.commit(line.before_h()) == h
            }
            None => {
                self.events += 1;
                self.chain.event(line.header, &line.payload.inner());
                true
            }
        };
        if erased {
            write_erased(&mut self.buffer, line);
        } else {
            self.buffer.extend_from_slice(raw);
            self.buffer.push(b'\n');
        }
        self.flush_when_full()?;
        Ok(fits)
    }

    /// Takes over an event under the next number.
    pub fn renumbered(&mut self, line: &Line<'_>, raw: &[u8]) -> Result<()> {
        self.seq += 1;
        self.events += 1;
        write_renumbered(&mut self.buffer, &mut self.chain, line, raw, self.seq);
        self.flush_when_full()
    }

    /// Adds an event, recorded at `at` by `by` (the inside of a JSON string).
    pub fn event(&mut self, at: &str, by: &str, draft: Draft<'_>) -> Result<()> {
        self.seq += 1;
        self.events += 1;
        let mut block = Ready::new(Stamp::as_written(at, by), self.seq);
        block.event(draft)?;
        self.chain.digests(block.digests());
        self.buffer.extend_from_slice(block.bytes());
        self.flush_when_full()
    }

    /// Closes the batch.
    pub fn commit(&mut self, at: &str, by: &str) {
        self.seq += 1;
        let (stamp, n) = (Stamp::as_written(at, by), std::mem::take(&mut self.events));
        write_commit(&mut self.buffer, &mut self.chain, &stamp, self.seq, n);
    }

    fn disk(&self, e: std::io::Error) -> LedgerError {
        LedgerError::Disk(self.path.clone(), e)
    }

    fn flush_when_full(&mut self) -> Result<()> {
        match self.buffer.len() < FLUSH_AT {
            true => Ok(()),
            false => self.flush(),
        }
    }

    fn flush(&mut self) -> Result<()> {
        let written = self.file.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|e| self.disk(e))
    }

    /// Syncs it, and makes the head that goes with it: all that can run out of space.
    pub fn seal(mut self) -> Result<Sealed> {
        self.flush()?;
        self.file.as_file().sync_all().map_err(|e| self.disk(e))?;
        let (v, count, h) = (VERSION, self.seq, self.chain.h());
        let head = Head { v, count, h };
        let mut head_file = self.place.beside()?;
        head_file
            .write_all(head.to_line().as_bytes())
            .and_then(|()| head_file.as_file().sync_all())
            .map_err(|e| LedgerError::Disk(self.place.head(), e))?;
        Ok(Sealed {
            place: self.place,
            ledger: self.file,
            head_file,
            head,
        })
    }
}

/// A new ledger and its head, complete on the disk beside the old ones. Dropped, it leaves no trace.
pub struct Sealed {
    place: Place,
    ledger: NamedTempFile,
    head_file: NamedTempFile,
    head: Head,
}

impl Sealed {
    /// Puts both in the place of the old ones, the ledger first.
    pub fn finish(self) -> Result<Head> {
        let (ledger, head) = (self.place.ledger(), self.place.head());
        let put = |file: NamedTempFile, path: PathBuf| match file.persist(&path) {
            Ok(_) => Ok(()),
            Err(e) => Err(LedgerError::Disk(path, e.error)),
        };
        put(self.ledger, ledger)?;
        // From here on the new ledger counts, and no fault takes that back.
        self.place
            .sync_folder()
            .and_then(|()| put(self.head_file, head))
            .and_then(|()| self.place.sync_folder())
            .map_err(LedgerError::unsure)?;
        Ok(self.head)
    }
}

/// `by` as the inside of a JSON string.
pub fn escaped(by: &str) -> String {
    let quoted = serde_json::Value::from(by).to_string();
    let inside = quoted.get(1..quoted.len().saturating_sub(1));
    inside.unwrap_or_default().to_owned()
}
