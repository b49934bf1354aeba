//! Streams the finished batches of a ledger, line by line, from borrowed bytes.
//!
//! Every line's checksum, the sequence and each batch's count are checked on the way, and the head at
//! the end; the chain's hashes are left to `verify`. Nothing is guessed: the first bad line inside the
//! finished part ends the reading.

use super::cache::Anchor;
use super::chain::Hash;
use super::head::{AtCount, Found, Head};
use super::line::Line;
use super::place::Place;
use super::{Damage, LedgerError, Result};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

const BUFFER: usize = 256 * 1024;

/// A line together with where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Located<'a> {
    /// The line, taken apart.
    pub line: Line<'a>,
    /// Its bytes, without the line feed.
    pub raw: &'a [u8],
    /// Its byte offset.
    pub byte: u64,
    /// Its number, from 1.
    pub number: u64,
}

/// How a reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// `seq` of the last commit line, 0 without one.
    pub seq: u64,
    /// Its h.
    pub h: Hash,
    /// Bytes up to and with the last commit line.
    pub bytes: u64,
    /// Bytes behind it: an unfinished batch.
    pub unfinished: u64,
    /// The newest format version met in what was read.
    pub newest: u64,
    /// Finished batches that were read.
    pub batches: u64,
    /// The head must be written again (behind the ledger, torn or missing at the start).
    pub head_stale: bool,
}

/// Reads every finished line of the ledger at `place` in order; `each` sees events and commit lines.
/// Lines with a `seq` above `upto` are checked but not shown.
pub fn scan(place: &Place, upto: Option<u64>, each: impl FnMut(Located<'_>)) -> Result<Reach> {
    let head = Head::read(place)?;
    let path = place.ledger();
    match File::open(&path) {
        Ok(mut file) => scan_file(&mut file, path, head, upto, each),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            head.check_missing().map_err(LedgerError::Damaged)?;
            Ok(Reach::begin(head, Anchor::START))
        }
        Err(e) => Err(LedgerError::Disk(path, e)),
    }
}

impl AtCount {
    /// What is known before anything behind `from` is read.
    pub(super) fn begin(head: Found, from: Anchor) -> Self {
        let h = match head {
            Found::Whole(head) if head.count == from.seq => Some(from.h),
            // A crash left the head behind. Whoever read as far as `from` held that against the head, and
            // a cache is not believed beyond it.
            Found::Whole(head) if head.count < from.seq => Some(head.h),
            _ => None,
        };
        AtCount { byte: from.bytes, h }
    }
}

impl Reach {
    /// The finished part that was reached.
    pub fn anchor(&self) -> Anchor {
        Anchor {
            seq: self.seq,
            h: self.h,
            bytes: self.bytes,
        }
    }

    /// Nothing was read behind `from`.
    pub fn begin(head: Found, from: Anchor) -> Self {
        let head_stale = !matches!(head, Found::Whole(_));
        let Anchor { seq, h, bytes } = from;
        Reach {
            seq,
            h,
            bytes,
            unfinished: 0,
            newest: 0,
            batches: 0,
            head_stale,
        }
    }
}

/// The byte at which the last finished batch ends: found from the end, reading backwards only over
/// what follows the last commit line.
pub fn finished(mut file: &File) -> std::io::Result<u64> {
    let mut end = file.seek(SeekFrom::End(0))?;
    // What stands from `end` on, up to the first line feed behind it that is already judged.
    let mut held: Vec<u8> = Vec::new();
    loop {
        let from = end.saturating_sub(BUFFER as u64);
        let mut block = vec![0; usize::try_from(end - from).unwrap_or(BUFFER)];
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(&mut block)?;
        block.append(&mut held);
        let mut stop = block.len();
        while let Some(lf) = block.get(..stop).and_then(|b| memchr::memrchr(b'\n', b)) {
            let begin = block
                .get(..lf)
                .and_then(|b| memchr::memrchr(b'\n', b))
                .map(|i| i + 1);
            let Some(begin) = begin.or((from == 0).then_some(0)) else {
                break;
            };
            if block
                .get(begin..lf)
                .is_some_and(|b| Line::parse(b).is_ok_and(|l| l.n.is_some()))
            {
                return Ok(from + lf as u64 + 1);
            }
            stop = begin;
        }
        if from == 0 {
            return Ok(0);
        }
        block.truncate(stop);
        held = block;
        end = from;
    }
}

/// [`scan`] over an open file, held against `head`.
pub fn scan_file(
    file: &mut File,
    path: PathBuf,
    head: Found,
    upto: Option<u64>,
    each: impl FnMut(Located<'_>),
) -> Result<Reach> {
    scan_from(file, path, head, Anchor::START, upto, each)
}

/// [`scan_file`] without the part up to `from`, which a cache that is believed has vouched for: only what
/// stands behind it is read, checked and shown.
pub fn scan_from(
    file: &mut File,
    path: PathBuf,
    head: Found,
    from: Anchor,
    upto: Option<u64>,
    each: impl FnMut(Located<'_>),
) -> Result<Reach> {
    let disk = |e| LedgerError::Disk(path.clone(), e);
    let end = finished(file).map_err(disk)?;
    let size = file.seek(SeekFrom::End(0)).map_err(disk)?;
    file.seek(SeekFrom::Start(from.bytes)).map_err(disk)?;
    let mut pass = Pass {
        reach: Reach::begin(head, from),
        head,
        at_count: AtCount::begin(head, from),
        in_batch: 0,
        number: from.seq,
        upto,
        each,
    };
    let tail = (&mut *file).take(end.saturating_sub(from.bytes));
    let mut reader = BufReader::with_capacity(BUFFER, tail);
    let (mut split, mut byte) = (Vec::new(), from.bytes);
    loop {
        let chunk = reader.fill_buf().map_err(disk)?;
        if chunk.is_empty() {
            break;
        }
        let used = match memchr::memchr(b'\n', chunk) {
            None => {
                split.extend_from_slice(chunk);
                chunk.len()
            }
            Some(lf) => {
                let mut bytes = chunk.get(..lf).unwrap_or_default();
                if !split.is_empty() {
                    split.extend_from_slice(bytes);
                    bytes = &split;
                }
                pass.take(bytes, byte)?;
                byte += bytes.len() as u64 + 1;
                split.clear();
                lf + 1
            }
        };
        reader.consume(used);
    }
    let Pass {
        mut reach, at_count, ..
    } = pass;
    (reach.bytes, reach.unfinished) = (end, size - end);
    conclude(file, &path, head, reach, at_count)
}

/// Holds what was reached against the head.
pub(super) fn conclude(
    file: &File,
    path: &std::path::Path,
    head: Found,
    mut reach: Reach,
    at_count: AtCount,
) -> Result<Reach> {
    if let Err(behind) = head.check(reach.seq, reach.bytes, reach.unfinished, at_count) {
        // Where lines are gone, a bad one behind the last finished batch tells more.
        let bad = match behind.byte < reach.bytes {
            true => None,
            false => first_fault(file, reach.bytes, reach.seq)
                .map_err(|e| LedgerError::Disk(path.to_owned(), e))?,
        };
        return Err(LedgerError::Damaged(bad.unwrap_or(behind)));
    }
    reach.head_stale = !matches!(head, Found::Whole(head) if head.count == reach.seq);
    Ok(reach)
}

/// The first bad line behind byte `from`, which is where line `number` ended.
fn first_fault(mut file: &File, from: u64, number: u64) -> std::io::Result<Option<Damage>> {
    file.seek(SeekFrom::Start(from))?;
    let mut reader = BufReader::new(file);
    let (mut bytes, mut byte, mut line) = (Vec::new(), from, number);
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        line += 1;
        if let Err(what) = unfinished_line(&bytes, line) {
            return Ok(Some(Damage { line, byte, what }));
        }
        byte += bytes.len() as u64;
        bytes.clear();
    }
    Ok(None)
}

/// A line behind the last commit line, with its line feed: is it what an interrupted writer leaves?
pub(super) fn unfinished_line(bytes: &[u8], number: u64) -> std::result::Result<(), String> {
    let line = Line::parse(bytes.strip_suffix(b"\n").ok_or("the line is cut short")?)?;
    if line.seq == number {
        Ok(())
    } else {
        Err(wrong_seq(line.seq, number))
    }
}

pub(super) fn wrong_seq(seq: u64, due: u64) -> String {
    format!("seq is {seq}, but {due} is due: lines are gone, doubled or moved")
}

struct Pass<F> {
    reach: Reach,
    head: Found,
    at_count: AtCount,
    in_batch: u64,
    number: u64,
    upto: Option<u64>,
    each: F,
}

impl<F: FnMut(Located<'_>)> Pass<F> {
    fn take(&mut self, bytes: &[u8], byte: u64) -> Result<()> {
        self.number += 1;
        let number = self.number;
        let damaged = |what: String| {
            LedgerError::Damaged(Damage {
                line: number,
                byte,
                what,
            })
        };
        let line = Line::parse(bytes).map_err(damaged)?;
        if line.seq != number {
            return Err(damaged(wrong_seq(line.seq, number)));
        }
        if number == self.head.count() {
            self.at_count = AtCount { byte, h: line.h };
        }
        self.reach.newest = self.reach.newest.max(line.v);
        if let (Some(n), Some(h)) = (line.n, line.h) {
            if n != self.in_batch {
                let found = self.in_batch;
                return Err(damaged(format!(
                    "events that the commit line counts: {n}; events before it: {found}"
                )));
            }
            self.in_batch = 0;
            self.reach.batches += 1;
            (self.reach.seq, self.reach.h) = (line.seq, h);
        } else {
            self.in_batch += 1;
        }
        if self.upto.is_none_or(|limit| line.seq <= limit) {
            (self.each)(Located {
                line,
                raw: bytes,
                byte,
                number,
            });
        }
        Ok(())
    }
}

/// Reads again single lines whose offsets are known.
pub struct Lines {
    reader: Option<BufReader<File>>,
    /// Where the reader stands.
    position: u64,
    path: PathBuf,
    buffer: Vec<u8>,
}

impl Lines {
    /// Looks up lines of an open file: the very one whose offsets are known, since another may stand under
    /// its name by now. Without a file there are no lines.
    pub fn of(file: Option<File>, path: PathBuf) -> Self {
        Lines {
            reader: file.map(|file| BufReader::with_capacity(8 * 1024, file)),
            // Unknown: whoever opened the file may have read of it.
            position: u64::MAX,
            path,
            buffer: Vec::new(),
        }
    }

    /// The line that begins at that byte.
    pub fn at(&mut self, byte: u64) -> Result<Line<'_>> {
        self.buffer.clear();
        let reader = self.reader.as_mut().ok_or(std::io::ErrorKind::NotFound);
        let position = std::mem::replace(&mut self.position, u64::MAX);
        let read = reader
            .map_err(std::io::Error::from)
            .and_then(|reader| {
                // What stands near is in the buffer already.
                match i64::try_from(byte).ok().zip(i64::try_from(position).ok()) {
                    Some((to, from)) => reader.seek_relative(to - from)?,
                    None => drop(reader.seek(SeekFrom::Start(byte))?),
                }
                reader.read_until(b'\n', &mut self.buffer)
            })
            .map_err(|e| LedgerError::Disk(self.path.clone(), e))?;
        self.position = byte + read as u64;
        let bytes = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        let (reader, position) = (self.reader.as_mut(), &mut self.position);
        Line::parse(bytes).map_err(|what| {
            *position = u64::MAX;
            let line = reader.and_then(|r| number_at(r, byte).ok()).unwrap_or(0);
            LedgerError::Damaged(Damage { line, byte, what })
        })
    }
}

/// The number of the line at that byte, by counting; 0 where no line begins there.
fn number_at(reader: &mut BufReader<File>, byte: u64) -> std::io::Result<u64> {
    reader.seek(SeekFrom::Start(0))?;
    let mut before = reader.take(byte);
    let (mut feeds, mut last) = (0, b'\n');
    loop {
        let chunk = before.fill_buf()?;
        let (Some(end), len) = (chunk.last(), chunk.len()) else {
            return Ok(if last == b'\n' { feeds + 1 } else { 0 });
        };
        last = *end;
        feeds += memchr::memchr_iter(b'\n', chunk).count() as u64;
        before.consume(len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_that_is_looked_up_is_named_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.jsonl");
        std::fs::write(&path, "one\ntwo\nthree\n").unwrap();
        for (byte, number) in [(0, 1), (4, 2), (8, 3), (9, 0)] {
            let mut lines = Lines::of(Some(File::open(&path).unwrap()), path.clone());
            let Err(LedgerError::Damaged(damage)) = lines.at(byte) else {
                panic!("byte {byte} holds a line");
            };
            assert_eq!((damage.line, damage.byte), (number, byte));
        }
    }
}
