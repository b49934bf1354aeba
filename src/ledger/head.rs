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
    /// Holds the head against what the ledger was found to hold: `commits` is true where there is at
    /// least one finished batch, `h_at` gives the h of the commit line at a count.
    pub fn check(self, commits: bool, last: u64, h_at_head: Option<Hash>) -> std::result::Result<(), Damage> {
        let fault = |what: String| {
            Err(Damage {
                line: 0,
                byte: 0,
                what,
            })
        };
        match self {
            Found::Missing if commits => fault("missing, although the ledger holds finished batches".into()),
            Found::Whole(head) if head.count > last => fault(format!(
                "says {} lines, but the ledger ends its last finished batch at {last}: lines are gone",
                head.count
            )),
            Found::Whole(head) if head.count > 0 && h_at_head != Some(head.h) => fault(format!(
                "its h is not that of the ledger's line {}: one of the two was exchanged",
                head.count
            )),
            _ => Ok(()),
        }
    }
}
