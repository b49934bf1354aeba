//! What can be saved of a damaged ledger, and what is lost: reads, decides, writes nothing.
//!
//! Every event whose own checksum is right is saved, in the order of `seq`. Of each batch it is reckoned
//! whether the old chain still vouches for it; a batch behind a damaged one can be checked if the h
//! before it can still be read, were it in a line that is otherwise damaged. What an editor added, a byte
//! order mark or carriage returns, is no part of a line.

use super::chain::{self, Chain, Hash, ZERO};
use super::head::{Found, Head};
use super::line::{Line, Payload};
use super::place::Place;
use super::verify::verify;
use super::{LedgerError, Result, VERSION};
use crate::event::{ERASE, EraseFacts, MESSAGE};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// A line that stands in the file and cannot be saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lost {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Its byte offset.
    pub byte: u64,
    /// Its length, with the line feed.
    pub len: u64,
    /// What is wrong with it.
    pub what: String,
    /// As far as it can still be read: its `seq`, its `ev`, its `case`.
    pub seq: Option<u64>,
    /// See `seq`.
    pub ev: Option<String>,
    /// See `seq`.
    pub case: Option<String>,
}

impl Lost {
    /// A closing line is made anew: nothing of what it closed is lost with it.
    pub fn is_commit(&self) -> bool {
        self.ev.as_deref() == Some("commit")
    }
}

/// What a damaged ledger comes to.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// The lines to save, by `seq`.
    pub(super) sound: Vec<Sound>,
    /// Lines that cannot be saved, in file order.
    pub lost: Vec<Lost>,
    /// Ranges of `seq` of which nothing stands in the file.
    pub gone: Vec<(u64, u64)>,
    /// Events that are saved.
    pub kept: u64,
    /// Of these, events that the old chain vouches for; for the others there is their checksum only.
    pub chained: u64,
    /// Lines that stood there twice, saved once.
    pub doubled: u64,
    /// Lines that stood behind a later one, put back into order.
    pub moved: u64,
    /// Lines that are sound but for what an editor added.
    pub edited: u64,
    /// Gone or lost lines (their `seq`) that only closed a batch, as what stands around them shows.
    pub closing: BTreeSet<u64>,
    /// Messages without their texts, less those that the saved `erase` events remember: an export that
    /// still holds so many brings them back.
    pub forgotten: i64,
    /// Bytes of an unfinished batch at the end, which never counted.
    pub unfinished: u64,
    /// Where the old chain ended: the last closing line that can be read.
    pub was: Option<(u64, Hash)>,
    /// What the old head says: an anchor `COUNT:H`, `torn` or `missing`.
    pub head: String,
    /// Everything that verify found, as it tells it.
    pub damage: Vec<super::Damage>,
    /// A repair was interrupted between ledger and head: only this head is missing.
    pub(super) only_head: Option<Head>,
}

impl Survey {
    /// Lines that held something and are lost.
    pub fn lost_lines(&self) -> u64 {
        let gone: u64 = self.gone.iter().map(|(from, to)| to - from + 1).sum();
        let closed = |l: &Lost| l.is_commit() || l.seq.is_some_and(|seq| self.closing.contains(&seq));
        let is_gone = |seq: &&u64| self.gone.iter().any(|(from, to)| (from..=to).contains(seq));
        let gone = gone - self.closing.iter().filter(is_gone).count() as u64;
        gone + self.lost.iter().filter(|l| !closed(l)).count() as u64
    }

    /// There was something, and nothing of it can be saved.
    pub fn saves_nothing(&self) -> bool {
        self.kept == 0 && self.lost_lines() > 0
    }
}

/// A line whose checksum is right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sound {
    seq: u64,
    byte: u64,
    /// With its line feed.
    len: u64,
    /// Tells two lines of one `seq` apart.
    header: u64,
}

/// Looks through a ledger; `None` where verify finds no damage.
pub fn survey(place: &Place) -> Result<Option<Survey>> {
    let verified = verify(place)?;
    if verified.damage.is_empty() {
        return Ok(None);
    }
    let head = Head::read(place)?;
    let mut survey = Survey {
        damage: verified.damage,
        head: match head {
            Found::Whole(head) => format!("{}:{}", head.count, chain::hex(&head.h)),
            Found::Torn => "torn".to_owned(),
            Found::Missing => "missing".to_owned(),
        },
        ..Survey::default()
    };
    let path = place.ledger();
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            survey.gone.push((1, head.count()));
            return Ok(Some(survey));
        }
        Err(e) => return Err(LedgerError::Disk(path, e)),
    };
    let mut seen = Seen::default();
    seen.read(&file, &path)?;
    seen.settle(&mut survey, head);
    let mut reader = Saved::new(file, path);
    let counted = Some(head.count()).filter(|count| *count > 0);
    vouch(&mut reader, &mut survey, &seen.readable_h, counted)?;
    survey.only_head = interrupted(&mut reader, &survey)?;
    if survey.only_head.is_some() {
        survey.gone.clear();
    }
    Ok(Some(survey))
}

/// All that stands in the file.
#[derive(Default)]
struct Seen {
    sound: Vec<Sound>,
    bad: Vec<Lost>,
    /// `seq` → an h that can still be read in a bad closing line.
    readable_h: BTreeMap<u64, Hash>,
    moved: u64,
    edited: u64,
    size: u64,
    /// The last sound closing line, and where it ends in the file.
    was: Option<(u64, Hash)>,
    end: u64,
}

impl Seen {
    fn read(&mut self, file: &File, path: &std::path::Path) -> Result<()> {
        let mut reader = BufReader::with_capacity(256 * 1024, file);
        let (mut bytes, mut number, mut highest) = (Vec::new(), 0u64, 0u64);
        let mut due = 1u64;
        loop {
            bytes.clear();
            let read = reader.read_until(b'\n', &mut bytes);
            let len = read.map_err(|e| LedgerError::Disk(path.into(), e))? as u64;
            if len == 0 {
                return Ok(());
            }
            number += 1;
            let byte = self.size;
            self.size += len;
            let cut = || "the line is cut short".to_owned();
            let whole = bytes.strip_suffix(b"\n").ok_or_else(cut);
            match whole.and_then(|bytes| Line::parse(as_written(bytes, byte))) {
                Ok(line) if line.v > VERSION => return Err(LedgerError::Newer(line.v)),
                Ok(line) => {
                    let is_edited = bytes.len() != as_written(&bytes, byte).len() + 1;
                    self.edited += u64::from(is_edited);
                    self.moved += u64::from(line.seq < highest);
                    highest = highest.max(line.seq);
                    due = line.seq + 1;
                    if let Some(h) = line.h
                        && self.was.is_none_or(|(seq, _)| seq <= line.seq)
                    {
                        self.was = Some((line.seq, h));
                        self.end = self.size;
                    }
                    let header = chain::digest(line.header, &ZERO);
                    self.sound.push(Sound {
                        seq: line.seq,
                        byte,
                        len,
                        header: header.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b)),
                    });
                }
                Err(what) => {
                    let mut lost = still_readable(&bytes);
                    (lost.line, lost.byte, lost.len, lost.what) = (number, byte, len, what);
                    if let Some(h) = readable_h(&bytes) {
                        self.readable_h.insert(lost.seq.unwrap_or(due), h);
                    }
                    due = lost.seq.unwrap_or(due) + 1;
                    self.bad.push(lost);
                }
            }
        }
    }

    /// Puts the lines into order, each once, and names what is missing.
    fn settle(&mut self, survey: &mut Survey, head: Found) {
        (survey.moved, survey.edited, survey.was) = (self.moved, self.edited, self.was);
        let last = self.was.map_or(0, |(seq, _)| seq);
        // Behind both the last finished batch and the head stands what never counted. Where no head
        // tells, nobody knows, and it is saved.
        let counts = match head {
            Found::Whole(head) => last.max(head.count),
            Found::Torn | Found::Missing => u64::MAX,
        };
        self.sound.sort_by_key(|s| (s.seq, s.byte));
        let before = self.sound.len();
        self.sound.dedup_by_key(|s| (s.seq, s.header));
        survey.doubled = (before - self.sound.len()) as u64;
        let beyond = self.sound.partition_point(|s| s.seq <= counts);
        let tail: u64 = self.sound.drain(beyond..).map(|s| s.len).sum();
        let end = self.end;
        let is_torn = |l: &Lost| counts == last && l.byte >= end;
        let torn: u64 = self.bad.iter().filter(|l| is_torn(l)).map(|l| l.len).sum();
        survey.unfinished = tail + torn;
        self.bad.retain(|l| !is_torn(l));
        let mut there: BTreeSet<u64> = BTreeSet::new();
        let mut ranges = Vec::new();
        let mut next = 1;
        for sound in &self.sound {
            if sound.seq > next {
                ranges.push((next, sound.seq - 1));
            }
            next = next.max(sound.seq + 1);
        }
        if counts != u64::MAX && next <= counts {
            ranges.push((next, counts));
        }
        // A bad line is the one whose number it still shows, else one that is missing about there.
        let is_missing = |seq: &u64| ranges.iter().any(|(from, to)| (from..=to).contains(&seq));
        there.extend(self.bad.iter().filter_map(|l| l.seq).filter(is_missing));
        for lost in self.bad.iter_mut().filter(|l| l.seq.is_none()) {
            let from = self
                .sound
                .iter()
                .filter(|s| s.byte < lost.byte)
                .map(|s| s.seq)
                .max();
            let from = from.unwrap_or(0) + 1;
            let free = ranges
                .iter()
                .filter(|(_, to)| *to >= from)
                .flat_map(|(a, b)| (*a).max(from)..=*b)
                .find(|seq| !there.contains(seq));
            there.extend(free);
            lost.seq = free;
        }
        for (from, to) in ranges {
            let mut begin = from;
            for seq in there.range(from..=to) {
                if begin < *seq {
                    survey.gone.push((begin, seq - 1));
                }
                begin = seq + 1;
            }
            if begin <= to {
                survey.gone.push((begin, to));
            }
        }
        survey.sound = std::mem::take(&mut self.sound);
        survey.lost = std::mem::take(&mut self.bad);
    }
}

/// How a line changes the count of erased messages that nothing remembers.
fn erased(line: &Line<'_>) -> i64 {
    let facts = || serde_json::from_str::<EraseFacts>(line.facts?).ok();
    match line.ev {
        MESSAGE => i64::from(matches!(line.payload, Payload::Erased(_))),
        ERASE => facts().map_or(0, |facts| -i64::try_from(facts.messages).unwrap_or(0)),
        _ => 0,
    }
}

/// Reckons which events the old chain vouches for.
fn vouch(
    reader: &mut Saved,
    survey: &mut Survey,
    readable_h: &BTreeMap<u64, Hash>,
    counted: Option<u64>,
) -> Result<()> {
    let mut chain: Option<Chain> = Some(Chain::from(ZERO));
    let (mut due, mut in_batch) = (1u64, 0u64);
    // The first line behind a gap, while its batch is not closed.
    let mut behind_gap = None;
    let sound = std::mem::take(&mut survey.sound);
    for place in &sound {
        let (line, _) = reader.line(*place)?;
        if line.seq != due {
            // The h before this line may still be readable; it proves itself by what follows.
            chain = readable_h.get(&(line.seq - 1)).map(|h| Chain::from(*h));
            in_batch = 0;
            behind_gap = Some(line.seq);
        }
        due = line.seq + 1;
        match line.h {
            None => {
                survey.kept += 1;
                survey.forgotten += erased(&line);
                in_batch += 1;
                if let Some(chain) = &mut chain {
                    chain.event(line.header, &line.payload.inner());
                }
            }
            Some(h) => {
                // A whole batch stands behind the gap, so a closing line stood before it.
                let begun = behind_gap.take().filter(|_| line.n == Some(in_batch));
                survey.closing.extend(begun.map(|seq| seq - 1));
                if let Some(chain) = &mut chain
                    && line.n == Some(in_batch)
                    && chain.commit(line.before_h()) == h
                {
                    survey.chained += in_batch;
                }
                in_batch = 0;
                chain = Some(Chain::from(h));
            }
        }
    }
    survey.sound = sound;
    // A head counts up to a closing line.
    survey.closing.extend(counted);
    Ok(())
}

/// The head that a repair was about to write when it was interrupted, if that is all that is wrong.
fn interrupted(reader: &mut Saved, survey: &Survey) -> Result<Option<Head>> {
    let (Some([.., event, commit]), Some((count, h))) = (survey.sound.get(..), survey.was) else {
        return Ok(None);
    };
    let is_whole = survey.lost.is_empty() && survey.gone.iter().all(|(from, _)| *from > count);
    if !is_whole || survey.chained != survey.kept || survey.unfinished > 0 || commit.seq != count {
        return Ok(None);
    }
    let (line, _) = reader.line(*event)?;
    let facts: Option<crate::event::RepairFacts> = line
        .facts
        .filter(|_| line.ev == crate::event::REPAIR)
        .and_then(|f| serde_json::from_str(f).ok());
    let v = VERSION;
    Ok(facts
        .filter(|f| f.head == survey.head)
        .map(|_| Head { v, count, h }))
}

/// Reads lines again that were found sound.
pub(super) struct Saved {
    reader: BufReader<File>,
    path: PathBuf,
    at: u64,
    bytes: Vec<u8>,
}

impl Saved {
    pub(super) fn new(file: File, path: PathBuf) -> Self {
        Saved {
            reader: BufReader::with_capacity(256 * 1024, file),
            path,
            // Nowhere: the first line is sought.
            at: u64::MAX,
            bytes: Vec::new(),
        }
    }

    /// The line and its bytes without the line feed.
    pub(super) fn line(&mut self, place: Sound) -> Result<(Line<'_>, &[u8])> {
        let disk = |e| LedgerError::Disk(self.path.clone(), e);
        if self.at != place.byte {
            self.reader.seek(SeekFrom::Start(place.byte)).map_err(disk)?;
        }
        self.bytes.clear();
        let mut take = (&mut self.reader).take(place.len);
        take.read_to_end(&mut self.bytes).map_err(disk)?;
        self.at = place.byte + place.len;
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let bytes = as_written(bytes, place.byte);
        let line = Line::parse(bytes).map_err(|what| {
            let (line, byte) = (place.seq, place.byte);
            LedgerError::Damaged(super::Damage { line, byte, what })
        })?;
        Ok((line, bytes))
    }
}

/// A line at that byte without what an editor put around it: no line begins or ends so by itself.
fn as_written(bytes: &[u8], byte: u64) -> &[u8] {
    let bytes = match byte {
        0 => bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes),
        _ => bytes,
    };
    let mut bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    while let Some(shorter) = bytes.strip_suffix(b"\r") {
        bytes = shorter;
    }
    bytes
}

/// What a bad line still shows of itself.
fn still_readable(bytes: &[u8]) -> Lost {
    let text = |key: &[u8], end: u8| {
        let from = memchr::memmem::find(bytes, key)? + key.len();
        let rest = bytes.get(from..)?;
        let inside = rest.get(..memchr::memchr(end, rest)?)?;
        let plain = inside.len() <= 24 && inside.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
        std::str::from_utf8(inside)
            .ok()
            .filter(|t| plain && !t.is_empty())
            .map(str::to_owned)
    };
    Lost {
        seq: text(b"\"seq\":", b',').and_then(|t| t.parse().ok()),
        ev: text(b"\"ev\":\"", b'"'),
        case: text(b",\"case\":\"", b'"'),
        ..Lost::default()
    }
}

fn readable_h(bytes: &[u8]) -> Option<Hash> {
    let from = memchr::memmem::rfind(bytes, b",\"h\":\"")? + 6;
    chain::unhex(bytes.get(from..from + 64)?)
}
