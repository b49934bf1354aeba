//! The front of a line, taken by its fixed layout: what figures need, without touching the payload beyond
//! its checksum. Whatever looks unusual is left to [`Line::parse`], which also says what is wrong.

use super::chain::Hash;
use super::line::{CRC, Keys, Line, TAIL};
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
        let digits = tail.strip_prefix(CRC)?.strip_suffix(b"\"}")?;
        if digits != hex_digits(crc32c::crc32c(body)) {
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
        let mut rest = text;
        let Keys {
            v,
            seq,
            at,
            ev,
            case,
            t,
            ..
        } = Keys::take(&mut rest)?;
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

/// Eight lower-case hex digits, all at once.
fn hex_digits(number: u32) -> [u8; 8] {
    let mut spread = u64::from(number);
    spread = (spread & 0xFFFF_0000) << 16 | spread & 0xFFFF;
    spread = (spread << 8 | spread) & 0x00FF_00FF_00FF_00FF;
    spread = (spread << 4 | spread) & 0x0F0F_0F0F_0F0F_0F0F;
    // 1 in the bytes above nine, which take a letter.
    let letters = (spread + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    (spread + 0x3030_3030_3030_3030 + letters * 39).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_format() {
        for n in [0, 1, 9, 10, 0xF0, 0x0012_3456, 0x89AB_CDEF, 0xDEAD_BEEF, u32::MAX] {
            assert_eq!(hex_digits(n), format!("{n:08x}").as_bytes());
        }
    }

    #[test]
    fn the_front_is_that_of_the_line() {
        let stamp = super::super::line::Stamp::new("2026-11-21T09:30:00Z", "Mei \"M\" 梅");
        let drafts = [
            super::super::line::Draft {
                ev: "message",
                case: Some("c1"),
                t: Some("2026"),
                facts: br#"{"dir":"in"}"#,
                data: Some(br#"{"text":"\u00e9"}"#),
            },
            super::super::line::Draft {
                ev: "note",
                case: Some("c1"),
                data: Some(b"{}"),
                ..Default::default()
            },
            super::super::line::Draft {
                ev: "merge",
                facts: br#"{"into":"c1","from":"c2"}"#,
                ..Default::default()
            },
        ];
        for draft in drafts {
            let mut ready = super::super::ready::Ready::new(stamp.clone(), 7);
            ready.event(draft).unwrap();
            let mut line = ready.into_bytes();
            line.pop();
            let front = Fronts::default().parse(&line).unwrap();
            assert_eq!(front, Front::from(&Line::parse(&line).unwrap()));
            for i in 0..line.len() {
                let mut bent = line.clone();
                bent[i] ^= 1;
                assert_eq!(
                    Fronts::default().parse(&bent).unwrap_err(),
                    Line::parse(&bent).unwrap_err()
                );
            }
        }
    }
}
