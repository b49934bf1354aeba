//! The front of a line, taken by its fixed layout: what figures need, without touching the payload beyond
//! its checksum. Whatever looks unusual is left to [`Line::parse`], which also says what is wrong.

use super::chain::{self, Hash};
use super::line::{CRC, Line, TAIL, number, string};
use memchr::memmem::Finder;

/// What stands before the payload, borrowing the line's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Front<'a> {
    /// Format version.
    pub v: u64,
    /// Position in the ledger, from 1.
    pub seq: u64,
    /// When it was recorded, RFC 3339 UTC.
    pub at: &'a str,
    /// The kind of event.
    pub ev: &'a str,
    /// The case concerned.
    pub case: Option<&'a str>,
    /// When it happened.
    pub t: Option<&'a str>,
    /// The facts, raw JSON.
    pub facts: Option<&'a str>,
    /// Of a commit line: events in the batch, and the chain's value.
    pub commit: Option<(u64, Hash)>,
}

impl<'a> From<&Line<'a>> for Front<'a> {
    fn from(line: &Line<'a>) -> Self {
        Front {
            v: line.v,
            seq: line.seq,
            at: line.at,
            ev: line.ev,
            case: line.case,
            t: line.t,
            facts: line.facts,
            commit: line.n.zip(line.h),
        }
    }
}

/// Reads fronts.
#[derive(Debug, Clone)]
pub struct Fronts {
    salt: Finder<'static>,
    sum: Finder<'static>,
}

impl Default for Fronts {
    fn default() -> Self {
        Fronts {
            salt: Finder::new(b",\"salt\":\""),
            sum: Finder::new(b",\"sum\":\""),
        }
    }
}

impl Fronts {
    /// The front of a line (without its line feed) after checking its checksum. The error says what is
    /// wrong with it, in the words of [`Line::parse`].
    pub fn parse<'a>(&self, bytes: &'a [u8]) -> Result<Front<'a>, String> {
        match self.fast(bytes) {
            Some(front) => Ok(front),
            None => Line::parse(bytes).map(|line| Front::from(&line)),
        }
    }

    fn fast<'a>(&self, bytes: &'a [u8]) -> Option<Front<'a>> {
        let (body, tail) = bytes.split_at_checked(bytes.len().checked_sub(TAIL)?)?;
        let written = chain::unhex::<4>(tail.strip_prefix(CRC)?.strip_suffix(b"\"}")?)?;
        if written != crc32c::crc32c(body).to_be_bytes() {
            return None;
        }
        let end = match self.salt.find(body) {
            Some(end) => {
                let after = body.get(end + 9 + 32..)?;
                after.strip_prefix(b"\",\"data\":").map(|_| end)?
            }
            None => self.sum.find(body).unwrap_or(body.len()),
        };
        let text = std::str::from_utf8(body.get(..end)?).ok()?;
        let mut rest = text.strip_prefix("{\"v\":")?;
        let v = number(&mut rest).filter(|v| *v <= super::VERSION)?;
        rest = rest.strip_prefix(",\"seq\":")?;
        let seq = number(&mut rest)?;
        rest = rest.strip_prefix(",\"at\":\"")?;
        let at = string(&mut rest)?;
        rest = rest.strip_prefix(",\"by\":\"")?;
        string(&mut rest)?;
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
        let facts = match rest.strip_prefix(",\"facts\":") {
            Some(facts) => Some(facts.strip_prefix('{')?.strip_suffix('}').and(Some(facts))?),
            // A commit line or a bare one: rare enough for the thorough way.
            None => return None,
        };
        Some(Front {
            v,
            seq,
            at,
            ev,
            case,
            t,
            facts,
            commit: None,
        })
    }
}
