//! A place in a text, and how it moves on over bytes: for whoever must say where something stands.

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// In bytes behind the byte order mark.
    pub(super) offset: u64,
    /// From 1.
    pub(super) line: u64,
    /// In characters, from 1.
    pub(super) column: u64,
}

impl At {
    /// The beginning of the text.
    pub(super) const START: At = At {
        offset: 0,
        line: 1,
        column: 1,
    };

    /// Goes on behind `bytes`.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        let in_line = match memchr::memrchr(b'\n', bytes) {
            Some(i) => {
                self.column = 1;
                bytes.get(i + 1..).unwrap_or_default()
            }
            None => bytes,
        };
        self.column += in_line.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64;
    }
}
