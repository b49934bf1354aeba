//! `ledger.head`: how far the ledger is known to reach, so that a ledger cut at a line boundary is found.

use super::chain::{self, Hash};
use super::place::Place;
use super::{Damage, LedgerError, Result};

/// The count and h of the last commit that was reported as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Format version.
    pub v: u64,
    /// Lines up to and with that commit line (its `seq`); 0 at first.
    pub count: u64,
    /// Its h.
    pub h: Hash,
}

/// What was found where the head should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A whole one.
    Whole(Head),
    /// Something that does not verify: a crash while it was replaced.
    Torn,
    /// Nothing.
    Missing,
}

impl Head {
    /// The head of an empty ledger.
    pub const START: Head = Head {
        v: super::VERSION,
        count: 0,
        h: chain::ZERO,
    };

    /// Its one line, with the line feed.
    pub fn to_line(self) -> String {
        let body = format!(
            "{{\"v\":{},\"count\":{},\"h\":\"{}\"",
            self.v,
            self.count,
            chain::hex(&self.h)
        );
        let crc = chain::hex(&crc32c::crc32c(body.as_bytes()).to_be_bytes());
        format!("{body},\"crc\":\"{crc}\"}}\n")
    }

    /// Reads [`Head::to_line`].
    pub fn parse(text: &str) -> Option<Head> {
        let (body, rest) = text.split_once(",\"crc\":\"")?;
        let crc = chain::unhex::<4>(rest.trim_end_matches('\n').strip_suffix("\"}")?.as_bytes())?;
        if crc != crc32c::crc32c(body.as_bytes()).to_be_bytes() {
            return None;
        }
        let (v, rest) = body.strip_prefix("{\"v\":")?.split_once(",\"count\":")?;
        let (count, h) = rest.split_once(",\"h\":\"")?;
        let h = chain::unhex::<32>(h.strip_suffix('"')?.as_bytes())?;
        Some(Head {
            v: v.parse().ok()?,
            count: count.parse().ok()?,
            h,
        })
    }

    /// Reads the workspace's head.
    pub fn read(place: &Place) -> Result<Found> {
        match std::fs::read(place.head()) {
            Ok(bytes) => Ok(std::str::from_utf8(&bytes)
                .ok()
                .and_then(Head::parse)
                .map_or(Found::Torn, Found::Whole)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Found::Missing),
            Err(e) => Err(LedgerError::Disk(place.head(), e)),
        }
    }

    /// Puts this head in the place of the old one, whole or not at all, and syncs it.
    pub fn replace(self, place: &Place) -> Result<()> {
        place.replace(&place.head(), self.to_line().as_bytes())
    }
}

impl Found {
    /// The line that the head speaks of; 0 for none.
    pub fn count(self) -> u64 {
        match self {
            Found::Whole(head) => head.count,
            Found::Torn | Found::Missing => 0,
        }
    }

    /// What is said where there is no ledger beside this head.
    pub fn missing(self) -> Damage {
        let what = match self {
            Found::Whole(head) => format!("ledger.jsonl is missing; ledger.head counts {} lines", head.count),
            Found::Torn | Found::Missing => "ledger.jsonl is missing".to_owned(),
        };
        let (line, byte) = (0, 0);
        Damage { line, byte, what }
    }

    /// Without a ledger, nothing may ever have been in it.
    pub fn check_missing(self) -> std::result::Result<(), Damage> {
        match self.count() {
            0 => Ok(()),
            _ => Err(self.missing()),
        }
    }

    /// Holds the head against the finished part of the ledger: its last line and where that ends, how
    /// many bytes stand behind it, and the line at the head's count.
    pub fn check(
        self,
        last: u64,
        end: u64,
        behind: u64,
        at_count: AtCount,
    ) -> std::result::Result<(), Damage> {
        let fault = |line, byte, what: &str| {
            let what = what.to_owned();
            Err(Damage { line, byte, what })
        };
        match self {
            Found::Missing if last > 0 => fault(
                1,
                0,
                "the ledger holds finished batches, but ledger.head is missing",
            ),
            Found::Whole(head) if head.count > last => fault(
                last + 1,
                end,
                &format!(
                    "the last finished batch ends before it, but ledger.head counts {} lines: lines are gone",
                    head.count
                ),
            ),
            Found::Whole(head) if head.count > 0 && at_count.h != Some(head.h) => fault(
                head.count,
                at_count.byte,
                "ledger.head has another h for it: one of the two was exchanged",
            ),
            // No crash leaves both: the head is replaced only when no batch is under way.
            Found::Torn | Found::Missing if behind > 0 => fault(
                last + 1,
                end,
                "lines stand behind the last finished batch, and without a sound ledger.head nobody can tell \
                 whether they were finished",
            ),
            _ => Ok(()),
        }
    }
}

/// The line of the ledger at the head's count.
#[derive(Debug, Clone, Copy, Default)]
pub struct AtCount {
    /// Where it stands.
    pub byte: u64,
    /// Its h, where it is a commit line.
    pub h: Option<Hash>,
}
