//! A run of event lines, made ready away from the file: what a thread can do by itself, as long as it is
//! told at which `seq` the run begins. No files here, and no chain: only what each event adds to it.

use super::chain;
use super::line::{Draft, Stamp, close};
use super::{LedgerError, Result};
use std::path::PathBuf;

const SALTS: usize = 256;

/// See the module.
#[derive(Debug, Clone)]
pub struct Ready {
    stamp: Stamp,
    base: u64,
    first: u64,
    events: u64,
    bytes: Vec<u8>,
    digests: Vec<u8>,
    salts: Vec<u8>,
}

impl Ready {
    /// An empty run whose first line gets the position `base`.
    pub(super) fn new(stamp: Stamp, base: u64) -> Self {
        Ready {
            stamp,
            base,
            first: base,
            events: 0,
            bytes: Vec::new(),
            digests: Vec::new(),
            salts: Vec::new(),
        }
    }

    /// Empties the run: it is to stand `before` events behind where it would have stood when it was made.
    /// Its memory is used again.
    pub fn restart(&mut self, before: u64) {
        (self.first, self.events) = (self.base + before, 0);
        self.bytes.clear();
        self.digests.clear();
    }

    /// The position of its first line.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// The position of the line behind its last one.
    pub(super) fn next(&self) -> u64 {
        self.first + self.events
    }

    /// How many lines it holds.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The lines.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The lines, for good.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What they add to the chain.
    pub(super) fn digests(&self) -> &[u8] {
        &self.digests
    }

    /// Adds an event.
    pub fn event(&mut self, draft: Draft<'_>) -> Result<()> {
        let header = |to: &mut Vec<u8>| {
            for (key, value) in [(",\"case\":\"", draft.case), (",\"t\":\"", draft.t)] {
                if let Some(value) = value {
                    to.extend_from_slice(key.as_bytes());
                    to.extend_from_slice(value.as_bytes());
                    to.push(b'"');
                }
            }
            if !matches!(draft.facts, b"" | b"{}") {
                to.extend_from_slice(b",\"facts\":");
                to.extend_from_slice(draft.facts);
            }
        };
        self.written(
            draft.ev,
            header,
            draft
                .data
                .map(|data| |to: &mut Vec<u8>| to.extend_from_slice(data)),
        )
    }

    /// Adds an event whose keys `case`, `t` and `facts` are written by `header` (each with the comma
    /// before it), and whose data by `data`, straight into the line.
    pub fn written(
        &mut self,
        ev: &str,
        header: impl FnOnce(&mut Vec<u8>),
        data: Option<impl FnOnce(&mut Vec<u8>)>,
    ) -> Result<()> {
        let start = self.bytes.len();
        self.stamp.begin(&mut self.bytes, self.first + self.events, ev);
        header(&mut self.bytes);
        let header_end = self.bytes.len();
        let mut inner = chain::ZERO;
        if let Some(data) = data {
            let salt = self.salt()?;
            self.bytes.extend_from_slice(b",\"salt\":\"");
            chain::push_hex(&mut self.bytes, &salt);
            self.bytes.extend_from_slice(b"\",\"data\":");
            let data_start = self.bytes.len();
            data(&mut self.bytes);
            inner = chain::inner(&salt, self.bytes.get(data_start..).unwrap_or_default());
        }
        let header = self.bytes.get(start..header_end).unwrap_or_default();
        self.digests.extend_from_slice(&chain::digest(header, &inner));
        close(&mut self.bytes, start);
        self.events += 1;
        Ok(())
    }

    fn salt(&mut self) -> Result<[u8; 16]> {
        if self.salts.is_empty() {
            self.salts.resize(16 * SALTS, 0);
            getrandom::fill(&mut self.salts).map_err(|e| {
                let fault = std::io::Error::other(format!("the machine gives no random numbers: {e}"));
                LedgerError::Disk(PathBuf::from("(random numbers)"), fault)
            })?;
        }
        let salt = self.salts.last_chunk::<16>().copied().unwrap_or_default();
        self.salts.truncate(self.salts.len().saturating_sub(16));
        Ok(salt)
    }
}
