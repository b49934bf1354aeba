//! Derived files beside the ledger: what was learnt by reading it, so that the next command reads only
//! what came after. Each can be deleted at any time and is rebuilt.
//!
//! A cache is bound to a finished part of the ledger (an [`Anchor`]) and is believed only if everything
//! fits: its own checksums, kind and format numbers, and the ledger's commit line at the place where it
//! says that one stands. What cannot be believed is as if it were not there, and what cannot be written
//! (no permission, no room) is not written: neither is ever an error. It is written beside and renamed,
//! without syncing: a power cut leaves at worst garbage, which the checksums find.
//!
//! ```text
//! header (144 bytes)   magic 8 · container version 4 · format of the content 4 · kind 8
//!                      seq 8 · h 32 · bytes 8                        the part of the ledger
//!                      size 8 · changed 16 (ns since 1970)           the ledger's file when it was read
//!                      block 8 · payload 8 · crc of the table 4 · 24 zero bytes · crc of the header 4
//! payload
//! table                one CRC-32C a block of payload, in order, each begun with the block's number
//! ```
//! Numbers are little-endian. What is in the payload is its owner's business.

use super::chain::Hash;
use super::head::Found;
use super::line::Line;
use super::place::{Place, read_at};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::UNIX_EPOCH;

const MAGIC: &[u8; 8] = b"feedback";
const CONTAINER: u32 = 1;
const HEADER: usize = 144;
/// Temporary files begin with this; one whose maker is gone is cleared away by the next.
const PREFIX: &str = ".feedback-cache-";
/// A file system's clock ticks in steps: a change within one step of another leaves no trace.
const TICK_NS: i128 = 20_000_000;

/// What a cache is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The file's name in the workspace.
    pub file: &'static str,
    /// Eight bytes that tell it from other kinds.
    pub tag: [u8; 8],
    /// The format of its payload: raised with every change of what the bytes mean.
    pub format: u32,
    /// Payload is checked in pieces of this many bytes.
    pub block: u32,
    /// Made by who holds the lock and changed the ledger last: no other change can share a tick with his.
    pub by_writer: bool,
}

/// A finished part of the ledger: everything up to and with a commit line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// `seq` of that commit line; 0 for nothing.
    pub seq: u64,
    /// Its h.
    pub h: Hash,
    /// Where it ends.
    pub bytes: u64,
}

impl Anchor {
    /// Before the first line.
    pub const START: Anchor = Anchor {
        seq: 0,
        h: super::chain::ZERO,
        bytes: 0,
    };
}

/// The ledger's file as the file system sees it: taken *before* it is read for a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    size: u64,
    nanos: i128,
}

impl Touched {
    /// Of that open file; `None` where the file system does not tell.
    pub fn of(file: &File) -> Option<Touched> {
        let meta = file.metadata().ok()?;
        let modified = meta.modified().ok()?;
        let nanos = match modified.duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).ok()?,
            Err(before) => -i128::try_from(before.duration().as_nanos()).ok()?,
        };
        Some(Touched {
            size: meta.len(),
            nanos,
        })
    }
}

/// A cache that is believed, opened for reading.
#[derive(Debug)]
pub struct Cache {
    file: File,
    anchor: Anchor,
    block: u64,
    len: u64,
    table: Vec<u8>,
}

impl Cache {
    /// The workspace's cache of that kind, where it is there and fits the ledger and its head.
    pub fn open(place: &Place, kind: &Kind, ledger: &File, head: Found) -> Option<Cache> {
        let path = place.dir().join(kind.file);
        // Whatever else may stand under that name is not opened: a pipe would never answer.
        std::fs::metadata(&path).ok().filter(|m| m.is_file())?;
        let file = File::open(path).ok()?;
        let mut header = [0; HEADER];
        exact(&file, &mut header, 0)?;
        let (from, noted, table_crc, block, len) = read_header(&header, kind)?;
        let blocks = usize::try_from(len.div_ceil(block)).ok()?;
        let own = Touched::of(&file)?;
        if own.size != (HEADER as u64).checked_add(len)?.checked_add(4 * blocks as u64)? {
            return None;
        }
        let now = Touched::of(ledger)?;
        let unchanged = now == noted && (kind.by_writer || own.nanos - noted.nanos >= TICK_NS);
        if !(unchanged || now.size > noted.size) || !stands(&from, ledger, head)? {
            return None;
        }
        let mut table = vec![0; 4 * blocks];
        exact(&file, &mut table, HEADER as u64 + len)?;
        (crc32c::crc32c(&table) == table_crc).then_some(Cache {
            file,
            anchor: from,
            block,
            len,
            table,
        })
    }

    /// The part of the ledger that it speaks of.
    pub fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// Bytes of payload.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// There is no payload.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// `len` bytes of payload from `from` on; `None` where they are not there or a block of them is
    /// damaged. Whole blocks are read, so pieces that begin and end at the edge of one cost least.
    pub fn read(&self, from: u64, len: usize) -> Option<Vec<u8>> {
        let mut buffer = Vec::new();
        let skip = from % self.block;
        self.read_into(from, len, &mut buffer)?;
        buffer.truncate(usize::try_from(skip).ok()?.checked_add(len)?);
        buffer.drain(..usize::try_from(skip).ok()?);
        Some(buffer)
    }

    /// [`read`](Self::read) by means of a buffer that serves for the next piece too.
    pub fn read_into<'b>(&self, from: u64, len: usize, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        let end = from.checked_add(len as u64).filter(|end| *end <= self.len)?;
        let first = from / self.block * self.block;
        let last = end.div_ceil(self.block).saturating_mul(self.block).min(self.len);
        buffer.resize(usize::try_from(last.saturating_sub(first)).ok()?, 0);
        exact(&self.file, buffer, HEADER as u64 + first)?;
        for (i, block) in buffer.chunks(usize::try_from(self.block).ok()?).enumerate() {
            let number = first / self.block + i as u64;
            let at = usize::try_from(number).ok()? * 4;
            let written = self.table.get(at..at + 4)?;
            if written != checksum(number, block).to_le_bytes() {
                return None;
            }
        }
        let skip = usize::try_from(from - first).ok()?;
        buffer.get(skip..)?.get(..len)
    }
}

/// A cache that is being written. Dropped without [`Draft::finish`], it leaves nothing.
#[derive(Debug)]
pub struct Draft {
    temporary: tempfile::NamedTempFile,
    place: Place,
    kind: Kind,
    anchor: Anchor,
    noted: Touched,
    pending: Vec<u8>,
    table: Vec<u8>,
    len: u64,
}

impl Draft {
    /// Begins a cache of what `anchor` spans, learnt from the ledger as it was `noted` before reading.
    /// A ledger of a newer format (see [`Reach::newest`](super::read::Reach)) gets none: its owner asks.
    pub fn begin(place: &Place, kind: &Kind, anchor: Anchor, noted: Touched) -> Option<Draft> {
        clear_away(place);
        let mut temporary = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempfile_in(place.dir())
            .ok()?;
        // Held while it is written, so that nobody takes it for one that was left behind.
        temporary.as_file().try_lock().ok()?;
        temporary.as_file_mut().write_all(&[0; HEADER]).ok()?;
        Some(Draft {
            temporary,
            place: place.clone(),
            kind: *kind,
            anchor,
            noted,
            pending: Vec::new(),
            table: Vec::new(),
            len: 0,
        })
    }

    /// Adds payload. `None` where the disk does not take it: then it is no use to go on.
    pub fn write(&mut self, payload: &[u8]) -> Option<()> {
        let block = usize::try_from(self.kind.block).ok()?;
        let mut rest = payload;
        if !self.pending.is_empty() {
            let (head, tail) = rest.split_at(rest.len().min(block - self.pending.len()));
            self.pending.extend_from_slice(head);
            rest = tail;
            if self.pending.len() < block {
                return Some(());
            }
            let pending = std::mem::take(&mut self.pending);
            self.blocks(&pending)?;
        }
        let whole = rest.len() - rest.len() % block;
        let (whole, part) = rest.split_at(whole);
        self.blocks(whole)?;
        self.pending.extend_from_slice(part);
        Some(())
    }

    fn blocks(&mut self, bytes: &[u8]) -> Option<()> {
        let size = usize::try_from(self.kind.block).ok()?;
        for block in bytes.chunks(size) {
            let number = self.table.len() as u64 / 4;
            self.table
                .extend_from_slice(&checksum(number, block).to_le_bytes());
        }
        self.len += bytes.len() as u64;
        self.temporary.as_file_mut().write_all(bytes).ok()
    }

    /// Puts the cache in the place of the old one (of a link, not of what it points to).
    pub fn finish(mut self) -> Option<()> {
        let pending = std::mem::take(&mut self.pending);
        self.blocks(&pending)?;
        let header = self.header();
        let file = self.temporary.as_file_mut();
        file.write_all(&self.table).ok()?;
        file.seek(SeekFrom::Start(0)).ok()?;
        file.write_all(&header).ok()?;
        self.temporary
            .persist(self.place.dir().join(self.kind.file))
            .ok()
            .map(|_| ())
    }

    fn header(&self) -> Vec<u8> {
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&CONTAINER.to_le_bytes());
        header.extend_from_slice(&self.kind.format.to_le_bytes());
        header.extend_from_slice(&self.kind.tag);
        header.extend_from_slice(&self.anchor.seq.to_le_bytes());
        header.extend_from_slice(&self.anchor.h);
        header.extend_from_slice(&self.anchor.bytes.to_le_bytes());
        header.extend_from_slice(&self.noted.size.to_le_bytes());
        header.extend_from_slice(&self.noted.nanos.to_le_bytes());
        header.extend_from_slice(&u64::from(self.kind.block).to_le_bytes());
        header.extend_from_slice(&self.len.to_le_bytes());
        header.extend_from_slice(&crc32c::crc32c(&self.table).to_le_bytes());
        header.resize(HEADER - 4, 0);
        header.extend_from_slice(&crc32c::crc32c(&header).to_le_bytes());
        header
    }
}

/// Removes the cache of that kind, where there is one.
pub fn remove(place: &Place, kind: &Kind) {
    let _ = std::fs::remove_file(place.dir().join(kind.file));
    clear_away(place);
}

/// Removes what makers that are gone have left half written.
fn clear_away(place: &Place) {
    let Ok(entries) = std::fs::read_dir(place.dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_str().is_some_and(|n| n.starts_with(PREFIX));
        let plain = ours && entry.file_type().is_ok_and(|t| t.is_file());
        if plain && File::open(entry.path()).is_ok_and(|f| f.try_lock().is_ok()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn checksum(number: u64, block: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&number.to_le_bytes()), block)
}

fn exact(file: &File, into: &mut [u8], at: u64) -> Option<()> {
    (read_at(file, into, at).ok()? == into.len()).then_some(())
}

/// Anchor, the ledger's file as noted, the table's checksum, bytes a block, bytes of payload.
fn read_header(header: &[u8; HEADER], kind: &Kind) -> Option<(Anchor, Touched, u32, u64, u64)> {
    let (body, crc) = header.split_last_chunk::<4>()?;
    if crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
        return None;
    }
    fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
        let (head, tail) = rest.split_first_chunk::<N>()?;
        *rest = tail;
        Some(head)
    }
    let rest = &mut &body[..];
    let known = take::<8>(rest)? == MAGIC
        && u32::from_le_bytes(*take(rest)?) == CONTAINER
        && u32::from_le_bytes(*take(rest)?) == kind.format
        && *take::<8>(rest)? == kind.tag;
    let seq = u64::from_le_bytes(*take(rest)?);
    let h = *take::<32>(rest)?;
    let bytes = u64::from_le_bytes(*take(rest)?);
    let size = u64::from_le_bytes(*take(rest)?);
    let nanos = i128::from_le_bytes(*take(rest)?);
    let block = u64::from_le_bytes(*take(rest)?);
    let len = u64::from_le_bytes(*take(rest)?);
    let table = u32::from_le_bytes(*take(rest)?);
    (known && block == u64::from(kind.block) && block > 0).then_some((
        Anchor { seq, h, bytes },
        Touched { size, nanos },
        table,
        block,
        len,
    ))
}

/// True where the ledger holds that commit line at that place, and its head says nothing else.
fn stands(anchor: &Anchor, ledger: &File, head: Found) -> Option<bool> {
    match head {
        Found::Whole(head) if head.count < anchor.seq => return None,
        Found::Whole(head) if head.count == anchor.seq && head.h != anchor.h => return None,
        Found::Missing => return None,
        _ => {}
    }
    let mut span = 4096u64;
    loop {
        let from = anchor.bytes.saturating_sub(span);
        let mut bytes = vec![0; usize::try_from(anchor.bytes - from).ok()?];
        exact(ledger, &mut bytes, from)?;
        let line = bytes.strip_suffix(b"\n")?;
        let begin = match memchr::memrchr(b'\n', line) {
            Some(lf) => lf + 1,
            None if from == 0 => 0,
            None => {
                span = span.saturating_mul(8);
                continue;
            }
        };
        let line = Line::parse(line.get(begin..)?).ok()?;
        return Some(line.n.is_some() && line.seq == anchor.seq && line.h == Some(anchor.h));
    }
}
