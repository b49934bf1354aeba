//! One line of the ledger to and from bytes, by its fixed layout. Knows nothing of batches or files.

use super::chain::{self, Chain, Hash};
use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) const CRC: &[u8] = b",\"crc\":\"";
/// `,"crc":"` + 8 digits + `"}`
pub(super) const TAIL: usize = 18;

/// A line taken apart, borrowing its bytes. JSON values (`facts`, `data`) are left as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Format version.
    pub v: u64,
    /// Position in the ledger, from 1.
    pub seq: u64,
    /// When it was recorded, RFC 3339 UTC.
    pub at: &'a str,
    /// Who recorded it, as the inside of a JSON string (escapes not resolved).
    pub by: &'a str,
    /// The kind of event.
    pub ev: &'a str,
    /// The case concerned.
    pub case: Option<&'a str>,
    /// When it happened, as [`Moment`](crate::calendar::Moment) writes it.
    pub t: Option<&'a str>,
    /// The facts, raw JSON.
    pub facts: Option<&'a str>,
    /// Events in the batch; commit lines only.
    pub n: Option<u64>,
    /// The chain's value; commit lines only.
    pub h: Option<Hash>,
    /// The payload.
    pub payload: Payload<'a>,
    /// The bytes that the chain hashes as header.
    pub header: &'a [u8],
}

/// What is personal or long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload<'a> {
    /// The line has none.
    None,
    /// Salt and raw JSON.
    Data([u8; 16], &'a str),
    /// Erased: only its hash is left.
    Erased(Hash),
}

impl<'a> Payload<'a> {
    /// The raw JSON, where it is there.
    pub fn data(self) -> Option<&'a str> {
        match self {
            Payload::Data(_, data) => Some(data),
            _ => None,
        }
    }

    /// The inner hash.
    pub fn inner(self) -> Hash {
        match self {
            Payload::None => chain::ZERO,
            Payload::Data(salt, data) => chain::inner(&salt, data.as_bytes()),
            Payload::Erased(inner) => inner,
        }
    }
}

impl<'a> Line<'a> {
    /// Takes a line (without its line feed) apart after checking its checksum.
    /// The error says what is wrong with it.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        if bytes.ends_with(b"\r") {
            return Err("the line ends in a carriage return: an editor has changed the line ends".to_owned());
        }
        let split = bytes.len().checked_sub(TAIL).ok_or("the line is too short")?;
        let (body, tail) = bytes.split_at(split);
        let stored = tail
            .strip_prefix(CRC)
            .and_then(|t| t.strip_suffix(b"\"}"))
            .and_then(chain::unhex::<4>)
            .ok_or("the line does not end in a checksum")?;
        let found = crc32c::crc32c(body).to_be_bytes();
        if stored != found {
            let (stored, found) = (chain::hex(&stored), chain::hex(&found));
            return Err(format!(
                "the checksum does not fit: written {stored}, computed {found}"
            ));
        }
        let text = std::str::from_utf8(body).map_err(|_| "the line is not UTF-8")?;
        Self::layout(text)
            .or_else(|| Self::newer(text, bytes))
            .ok_or_else(|| "the line is not laid out as format 1 says".to_owned())
    }

    /// A line of a newer format: the keys known here, whatever stands between them.
    fn newer(text: &'a str, whole: &'a [u8]) -> Option<Self> {
        let keys: Newer<'a> = serde_json::from_slice(whole)
            .ok()
            .filter(|k: &Newer| k.v > super::VERSION)?;
        let inside = |raw: &'a RawValue| raw.get().strip_prefix('"')?.strip_suffix('"');
        let (header, payload) = Self::payload(text)?;
        Some(Line {
            v: keys.v,
            seq: keys.seq,
            at: inside(keys.at)?,
            by: inside(keys.by)?,
            ev: inside(keys.ev)?,
            case: keys.case.and_then(inside),
            t: keys.t.and_then(inside),
            facts: keys.facts.map(RawValue::get),
            n: keys.n,
            h: keys.h.and_then(inside).and_then(|h| chain::unhex(h.as_bytes())),
            payload,
            header: header.as_bytes(),
        })
    }

    /// The header, and what follows it.
    fn payload(text: &'a str) -> Option<(&'a str, Payload<'a>)> {
        let bytes = text.as_bytes();
        let (header_end, payload) = match memmem::find(bytes, b",\"salt\":\"") {
            Some(i) => {
                let rest = text.get(i + 9..)?;
                let salt = chain::unhex::<16>(rest.as_bytes().get(..32)?)?;
                (
                    i,
                    Payload::Data(salt, rest.get(32..)?.strip_prefix("\",\"data\":")?),
                )
            }
            None => match memmem::find(bytes, b",\"sum\":\"") {
                Some(i) => {
                    let sum = text.get(i + 8..)?.strip_suffix('"')?;
                    (i, Payload::Erased(chain::unhex::<32>(sum.as_bytes())?))
                }
                None => (text.len(), Payload::None),
            },
        };
        Some((text.get(..header_end)?, payload))
    }

    fn layout(text: &'a str) -> Option<Self> {
        let (header, payload) = Self::payload(text)?;
        let mut rest = header;
        let Keys {
            v,
            seq,
            at,
            by,
            ev,
            case,
            t,
        } = Keys::take(&mut rest)?;
        let mut line = Line {
            v,
            seq,
            at,
            by,
            ev,
            case,
            t,
            facts: None,
            n: None,
            h: None,
            payload,
            header: header.as_bytes(),
        };
        if let Some(facts) = rest.strip_prefix(",\"facts\":") {
            line.facts = Some(facts).filter(|f| f.starts_with('{') && f.ends_with('}'));
            return line.facts.is_some().then_some(line);
        }
        if let Some(after) = rest.strip_prefix(",\"n\":") {
            rest = after;
            line.n = Some(number(&mut rest)?);
            let h = rest.strip_prefix(",\"h\":\"")?.strip_suffix('"')?;
            line.h = Some(chain::unhex::<32>(h.as_bytes())?);
            return Some(line);
        }
        rest.is_empty().then_some(line)
    }

    /// The commit line up to (not including) `,"h":`: what the chain takes of it.
    pub fn before_h(&self) -> &'a [u8] {
        let cut = memmem::rfind(self.header, b",\"h\":").unwrap_or(self.header.len());
        self.header.get(..cut).unwrap_or_default()
    }
}

/// What every line begins with, as format 1 lays it out.
pub(super) struct Keys<'a> {
    pub(super) v: u64,
    pub(super) seq: u64,
    pub(super) at: &'a str,
    pub(super) by: &'a str,
    pub(super) ev: &'a str,
    pub(super) case: Option<&'a str>,
    pub(super) t: Option<&'a str>,
}

impl<'a> Keys<'a> {
    /// Takes them off the beginning of a line.
    pub(super) fn take(line: &mut &'a str) -> Option<Self> {
        let mut rest = line.strip_prefix("{\"v\":")?;
        let v = number(&mut rest).filter(|v| *v <= super::VERSION)?;
        rest = rest.strip_prefix(",\"seq\":")?;
        let seq = number(&mut rest)?;
        rest = rest.strip_prefix(",\"at\":\"")?;
        let at = string(&mut rest)?;
        rest = rest.strip_prefix(",\"by\":\"")?;
        let by = string(&mut rest)?;
        rest = rest.strip_prefix(",\"ev\":\"")?;
        let ev = string(&mut rest)?;
        let mut optional = |key: &str| match rest.strip_prefix(key) {
            Some(after) => {
                rest = after;
                string(&mut rest).map(Some)
            }
            None => Some(None),
        };
        let case = optional(",\"case\":\"")?;
        let t = optional(",\"t\":\"")?;
        *line = rest;
        Some(Keys {
            v,
            seq,
            at,
            by,
            ev,
            case,
            t,
        })
    }
}

#[derive(Deserialize)]
struct Newer<'a> {
    v: u64,
    seq: u64,
    #[serde(borrow)]
    at: &'a RawValue,
    #[serde(borrow)]
    by: &'a RawValue,
    #[serde(borrow)]
    ev: &'a RawValue,
    #[serde(borrow)]
    case: Option<&'a RawValue>,
    #[serde(borrow)]
    t: Option<&'a RawValue>,
    #[serde(borrow)]
    facts: Option<&'a RawValue>,
    n: Option<u64>,
    #[serde(borrow)]
    h: Option<&'a RawValue>,
}

pub(super) fn number(rest: &mut &str) -> Option<u64> {
    let end = rest
        .bytes()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    *rest = after;
    digits.parse().ok()
}

/// The inside of a JSON string whose opening quote is gone; moves past the closing one.
pub(super) fn string<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let bytes = rest.as_bytes();
    let mut i = 0;
    loop {
        i += memchr::memchr2(b'"', b'\\', bytes.get(i..)?)?;
        if bytes.get(i) == Some(&b'"') {
            let (inside, after) = (rest.get(..i)?, rest.get(i + 1..)?);
            *rest = after;
            return Some(inside);
        }
        i += 2;
    }
}

/// What goes into one line; `facts` and `data` are compact JSON.
#[derive(Debug, Clone, Copy, Default)]
pub struct Draft<'a> {
    /// The kind of event.
    pub ev: &'a str,
    /// The case concerned.
    pub case: Option<&'a str>,
    /// When it happened.
    pub t: Option<&'a str>,
    /// Raw JSON object; left out of the line where it is empty.
    pub facts: &'a [u8],
    /// Raw JSON object.
    pub data: Option<&'a [u8]>,
}

/// What the lines of one batch have in common: `,"at":"…","by":"…","ev":"`.
#[derive(Debug, Clone)]
pub struct Stamp(Vec<u8>);

impl Stamp {
    /// Recorded at `at` (RFC 3339 UTC) by `by`.
    pub fn new(at: &str, by: &str) -> Self {
        let by = serde_json::Value::from(by);
        Stamp(format!(",\"at\":\"{at}\",\"by\":{by},\"ev\":\"").into_bytes())
    }

    /// The same out of a line: `by` is the inside of a JSON string.
    pub(super) fn as_written(at: &str, by: &str) -> Self {
        Stamp(format!(",\"at\":\"{at}\",\"by\":\"{by}\",\"ev\":\"").into_bytes())
    }

    /// Begins the line at position `seq` (from 1), up to the kind of event.
    pub(super) fn begin(&self, to: &mut Vec<u8>, seq: u64, ev: &str) {
        to.extend_from_slice(b"{\"v\":");
        push_number(to, super::VERSION);
        to.extend_from_slice(b",\"seq\":");
        push_number(to, seq);
        to.extend_from_slice(&self.0);
        to.extend_from_slice(ev.as_bytes());
        to.push(b'"');
    }
}

/// Appends a number in decimal.
pub fn push_number(to: &mut Vec<u8>, n: u64) {
    to.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
}

/// Appends the commit line of a batch of `n` events to `to`; returns the new h.
pub fn write_commit(to: &mut Vec<u8>, chain: &mut Chain, stamp: &Stamp, seq: u64, n: u64) -> Hash {
    let start = to.len();
    stamp.begin(to, seq, "commit");
    to.extend_from_slice(b",\"n\":");
    push_number(to, n);
    let h = chain.commit(to.get(start..).unwrap_or_default());
    to.extend_from_slice(b",\"h\":\"");
    chain::push_hex(to, &h);
    to.push(b'"');
    close(to, start);
    h
}

/// Appends the line with its payload erased: the hash of it in place of `salt` and `data`.
pub fn write_erased(to: &mut Vec<u8>, line: &Line<'_>) {
    let start = to.len();
    to.extend_from_slice(line.header);
    if line.payload != Payload::None {
        to.extend_from_slice(b",\"sum\":\"");
        chain::push_hex(to, &line.payload.inner());
        to.push(b'"');
    }
    close(to, start);
}

/// Appends the event line `raw` under another number, and the event to the chain; with the number that
/// it had, it is the same bytes again.
pub fn write_renumbered(to: &mut Vec<u8>, chain: &mut Chain, line: &Line<'_>, raw: &[u8], seq: u64) {
    use std::io::Write;
    let start = to.len();
    let _ = write!(to, "{{\"v\":{},\"seq\":{seq}", line.v);
    let rest = memmem::find(line.header, b",\"at\":").and_then(|i| line.header.get(i..));
    to.extend_from_slice(rest.unwrap_or_default());
    chain.event(to.get(start..).unwrap_or_default(), &line.payload.inner());
    let payload = raw.get(line.header.len()..raw.len().saturating_sub(TAIL));
    to.extend_from_slice(payload.unwrap_or_default());
    close(to, start);
}

/// Closes the line that begins at `start`: checksum and line feed.
pub(super) fn close(to: &mut Vec<u8>, start: usize) {
    let crc = crc32c::crc32c(to.get(start..).unwrap_or_default());
    to.extend_from_slice(CRC);
    chain::push_hex(to, &crc.to_be_bytes());
    to.extend_from_slice(b"\"}\n");
}
