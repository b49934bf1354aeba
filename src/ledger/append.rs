//! Appends batches: all of a batch or nothing, one writer at a time, durable before it is reported.
//!
//! Opening takes the lock, reads the ledger (so that the caller can decide on what it holds; what a cache
//! that is believed has vouched for need not be read again), moves an unfinished batch to `ledger.torn`
//! and heals the head. A batch that is not committed is cut off again.

use super::ahead::Ahead;
use super::cache::{Anchor, Touched};
use super::chain::Chain;
use super::head::{Found, Head};
use super::line::{Draft, Stamp, write_commit};
use super::place::{Lock, Place};
use super::read::{Located, scan_file, scan_from};
use super::ready::Ready;
use super::{LedgerError, Result, VERSION};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const FLUSH_AT: usize = 1 << 20;

/// The ledger opened for writing, with the lock held.
pub struct Writer {
    place: Place,
    file: File,
    path: PathBuf,
    chain: Chain,
    seq: u64,
    bytes: u64,
    torn: u64,
    _lock: Option<Lock>,
    durable: bool,
    unsynced: Option<LedgerError>,
}

/// What a finished batch came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// `seq` of the commit line.
    pub seq: u64,
    /// Events in the batch.
    pub events: u64,
}

/// The ledger with the lock held, before it is read.
#[derive(Debug)]
pub struct Opening {
    place: Place,
    path: PathBuf,
    file: File,
    head: Found,
    existed: bool,
    lock: Lock,
}

impl Opening {
    /// The ledger's file, for asking whether a cache fits it.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The ledger's head, likewise.
    pub fn head(&self) -> Found {
        self.head
    }

    /// Shows every finished line behind `from` to `each`, recovers what a crash left. Only a cache that
    /// is believed may vouch for what stands before: it is not looked at.
    pub fn read(self, from: Anchor, each: impl FnMut(Located<'_>)) -> Result<Writer> {
        let Opening {
            place,
            path,
            mut file,
            head,
            existed,
            lock,
        } = self;
        let reach = scan_from(&mut file, path.clone(), head, from, None, each)?;
        if reach.newest > VERSION {
            return Err(LedgerError::Newer(reach.newest));
        }
        let mut writer = Writer {
            place,
            file,
            path,
            chain: Chain::from(reach.h),
            seq: reach.seq,
            bytes: reach.bytes,
            torn: reach.unfinished,
            _lock: Some(lock),
            durable: true,
            unsynced: None,
        };
        if reach.unfinished > 0 {
            writer.set_torn_aside()?;
        }
        if reach.head_stale {
            writer.anchor()?;
        }
        if !existed {
            writer.place.sync_folder()?;
        }
        Ok(writer)
    }
}

impl Writer {
    /// Takes the lock and looks at the head.
    pub fn lock(place: &Place, wait: Duration) -> Result<Opening> {
        let lock = place.lock(wait)?;
        let path = place.ledger();
        let existed = path.exists();
        let head = Head::read(place)?;
        if !existed {
            // A ledger that is gone is damage, and no empty one is put in its place.
            head.check_missing().map_err(LedgerError::Damaged)?;
        }
        let file = place.open_private(&path)?;
        Ok(Opening {
            place: place.clone(),
            path,
            file,
            head,
            existed,
            lock,
        })
    }

    /// Takes the lock, shows every finished line to `each`, recovers what a crash left.
    pub fn open(place: &Place, wait: Duration, each: impl FnMut(Located<'_>)) -> Result<Self> {
        Writer::lock(place, wait)?.read(Anchor::START, each)
    }

    /// An empty ledger in a nameless file that vanishes with this value: no lock, no head, no syncing.
    pub fn throwaway(file: File) -> Self {
        Writer {
            place: Place::new(""),
            file,
            path: PathBuf::from("(throwaway ledger)"),
            chain: Chain::from(super::chain::ZERO),
            seq: 0,
            bytes: 0,
            torn: 0,
            _lock: None,
            durable: false,
            unsynced: None,
        }
    }

    /// Names the ledger in messages, where it is nameless.
    pub fn called(mut self, path: &Path) -> Self {
        self.path = path.to_owned();
        self
    }

    /// Shows every finished line again.
    pub fn scan(&mut self, each: impl FnMut(Located<'_>)) -> Result<()> {
        // Nobody else writes while this value lives, so the head need not be asked again.
        scan_file(
            &mut self.file,
            self.path.clone(),
            super::head::Found::Torn,
            None,
            each,
        )
        .map(|_| ())
    }

    /// Bytes of an unfinished batch that were moved to `ledger.torn` on opening.
    pub fn torn(&self) -> u64 {
        self.torn
    }

    /// Why the folder could not be synced after a batch that is recorded all the same: the ledger is on
    /// disk, and a head that falls back behind it is healed.
    pub fn unsynced(&self) -> Option<&LedgerError> {
        self.unsynced.as_ref()
    }

    /// `seq` of the last commit line.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// What is finished by now.
    pub fn reached(&self) -> Anchor {
        Anchor {
            seq: self.seq,
            h: self.chain.h(),
            bytes: self.bytes,
        }
    }

    /// The ledger's file as the file system sees it now.
    pub fn touched(&self) -> Option<Touched> {
        Touched::of(&self.file)
    }

    fn disk(&self, e: std::io::Error) -> LedgerError {
        LedgerError::Disk(self.path.clone(), e)
    }

    fn set_torn_aside(&mut self) -> Result<()> {
        let torn_path = self.place.torn();
        let mut torn = self.place.open_private(&torn_path)?;
        self.file
            .seek(SeekFrom::Start(self.bytes))
            .map_err(|e| self.disk(e))?;
        let mut rest = (&self.file).take(self.torn);
        torn.seek(SeekFrom::End(0))
            .and_then(|_| std::io::copy(&mut rest, &mut torn))
            .and_then(|_| torn.sync_all())
            .map_err(|e| LedgerError::Disk(torn_path, e))?;
        self.place.sync_folder()?;
        self.cut()
    }

    /// Cuts the file back to the last commit line.
    fn cut(&mut self) -> Result<()> {
        self.file
            .set_len(self.bytes)
            .and_then(|()| self.file.sync_all())
            .map_err(|e| self.disk(e))
    }

    fn anchor(&mut self) -> Result<()> {
        Head {
            v: VERSION,
            count: self.seq,
            h: self.chain.h(),
        }
        .replace(&self.place)
    }

    /// Begins a batch recorded at `at` (RFC 3339 UTC) by `by`.
    pub fn begin<'w>(&'w mut self, at: &str, by: &str) -> Batch<'w> {
        let stamp = Stamp::new(at, by);
        let (chain, seq, offset) = (self.chain.clone(), self.seq, self.bytes);
        Batch {
            writer: self,
            block: Ready::new(stamp.clone(), seq + 1),
            stamp,
            chain,
            seq,
            events: 0,
            offset,
            ahead: Ahead::default(),
            done: false,
        }
    }

    /// Gives up the lock and hands over the file, for reading what was written.
    pub fn into_file(self) -> File {
        self.file
    }
}

/// A batch under way. Dropped without [`Batch::commit`], it leaves no trace.
pub struct Batch<'w> {
    writer: &'w mut Writer,
    stamp: Stamp,
    /// Events that are not written yet.
    block: Ready,
    chain: Chain,
    /// Position of the last line that is written.
    seq: u64,
    events: u64,
    offset: u64,
    ahead: Ahead,
    done: bool,
}

impl Batch<'_> {
    /// Adds an event.
    pub fn event(&mut self, draft: Draft<'_>) -> Result<()> {
        self.block.event(draft)?;
        if self.block.bytes().len() >= FLUSH_AT {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// An empty run of events that is to stand behind what this batch holds now. It can be filled on
    /// another thread, and is added by [`Batch::append`].
    pub fn block(&self) -> Ready {
        Ready::new(self.stamp.clone(), self.block.next())
    }

    /// Adds a run of events, which must be the one that comes next.
    pub fn append(&mut self, block: &Ready) -> Result<()> {
        self.flush()?;
        if block.first() != self.block.first() {
            let fault = std::io::Error::other("a run of events came out of its order");
            return Err(self.writer.disk(fault));
        }
        self.write(block)?;
        self.block = Ready::new(self.stamp.clone(), block.next());
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.block.events() == 0 {
            return Ok(());
        }
        let next = self.block.next();
        let block = std::mem::replace(&mut self.block, Ready::new(self.stamp.clone(), next));
        self.write(&block)
    }

    fn write(&mut self, block: &Ready) -> Result<()> {
        self.chain.digests(block.digests());
        self.events += block.events();
        self.seq += block.events();
        self.put(block.bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let Batch {
            writer,
            offset,
            ahead,
            ..
        } = self;
        let written = bytes.len() as u64;
        writer
            .file
            .seek(SeekFrom::Start(*offset))
            .and_then(|_| writer.file.write_all(bytes))
            .and_then(|()| match writer.durable {
                true => ahead.wrote(&writer.file, written),
                false => Ok(()),
            })
            .map_err(|e| LedgerError::Disk(writer.path.clone(), e))?;
        *offset += written;
        Ok(())
    }

    /// Closes the batch: commit line, sync, head. A batch without events leaves nothing.
    pub fn commit(mut self) -> Result<Committed> {
        if self.events + self.block.events() == 0 {
            return Ok(Committed {
                seq: self.writer.seq,
                events: 0,
            });
        }
        // A small batch is one write: its commit line goes with what is not written yet.
        let rest = std::mem::replace(&mut self.block, Ready::new(self.stamp.clone(), 0));
        self.chain.digests(rest.digests());
        self.events += rest.events();
        self.seq += rest.events() + 1;
        let mut bytes = rest.into_bytes();
        write_commit(&mut bytes, &mut self.chain, &self.stamp, self.seq, self.events);
        self.put(&bytes)?;
        if self.writer.durable {
            let synced = self.ahead.finish().and_then(|()| self.writer.file.sync_data());
            if let Err(e) = synced {
                let e = self.writer.disk(e);
                return Err(self.take_back(e));
            }
        }
        let head = Head {
            v: VERSION,
            count: self.seq,
            h: self.chain.h(),
        };
        if self.writer.durable
            && let Err(e) = head.replace(&self.writer.place)
        {
            if Head::read(&self.writer.place).ok() != Some(super::head::Found::Whole(head)) {
                // The old head stands, so that the batch can be taken back.
                return Err(self.take_back(e));
            }
            self.writer.unsynced = Some(e);
        }
        self.done = true;
        let writer = &mut *self.writer;
        (writer.seq, writer.bytes, writer.chain) = (self.seq, self.offset, self.chain.clone());
        Ok(Committed {
            seq: self.seq,
            events: self.events,
        })
    }
}

impl Batch<'_> {
    /// After a fault behind the commit line: takes the batch back, or says that it could not.
    fn take_back(mut self, fault: LedgerError) -> LedgerError {
        self.done = true;
        match self.writer.cut() {
            Ok(()) => fault,
            Err(_) => fault.unsure(),
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if !self.done {
            // Nothing of it counts without its commit line; should the cut fail too, the next writer
            // sets the rest aside.
            let _ = self.writer.cut();
        }
    }
}
