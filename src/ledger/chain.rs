//! The hash chain over batches, to the byte as the format says. Pure functions; no files.
//!
//! inner = SHA-256(16 salt bytes ‖ data bytes), or 32 zero bytes without data;
//! d = SHA-256(header ‖ inner); h = SHA-256(previous h ‖ the d of each event ‖ the commit line up to `,"h":`).

use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The h before the first batch, and the inner of a line without data.
pub const ZERO: Hash = [0; 32];

/// The hash of a payload: what stays of it when it is erased.
pub fn inner(salt: &[u8; 16], data: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update(salt);
    sha.update(data);
    sha.finalize().into()
}

/// What one event adds to the chain.
pub fn digest(header: &[u8], inner: &Hash) -> Hash {
    let mut sha = Sha256::new();
    sha.update(header);
    sha.update(inner);
    sha.finalize().into()
}

/// The chain while a batch goes by.
#[derive(Clone)]
pub struct Chain {
    h: Hash,
    batch: Sha256,
}

impl Chain {
    /// Goes on from `h`, the h of the last commit line ([`ZERO`] at first).
    pub fn from(h: Hash) -> Self {
        let mut batch = Sha256::new();
        batch.update(h);
        Chain { h, batch }
    }

    /// The h of the last commit.
    pub fn h(&self) -> Hash {
        self.h
    }

    /// Takes in one event.
    pub fn event(&mut self, header: &[u8], inner: &Hash) {
        self.digests(&digest(header, inner));
    }

    /// Takes in the [`digest`]s of events, one behind the other.
    pub fn digests(&mut self, digests: &[u8]) {
        self.batch.update(digests);
    }

    /// Closes the batch with the commit line up to `,"h":` and returns the new h.
    pub fn commit(&mut self, line_before_h: &[u8]) -> Hash {
        self.batch.update(line_before_h);
        let h = self.batch.finalize_reset().into();
        *self = Chain::from(h);
        h
    }
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
            let _ = write!(s, "{b:02x}");
            s
        })
}

/// Appends lower-case hex to a line.
pub fn push_hex(to: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    to.extend(bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]));
}

/// Reads exactly `N` bytes of lower-case hex.
pub fn unhex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    let nibble = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut out = [0; N];
    for (byte, [high, low]) in out.iter_mut().zip(text.as_chunks().0) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(out)
}
