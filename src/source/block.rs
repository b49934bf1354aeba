//! A file in memory, block by block: what is at hand, and a limit to it.
//!
//! Whoever cuts rows, lines or elements out of a file looks at [`Block::rest`], asks for more with
//! [`Block::fill`] and passes on with [`Block::pass`]. So a file of any size takes little memory, and a row
//! without end is noticed.

use std::io::{self, Read};

/// A longer row, line or element is refused. (In tests a shorter one.)
pub(super) const LONGEST: usize = if cfg!(test) { 64 << 10 } else { 16 << 20 };

/// So much is read at a time. (In tests little, so that things end anywhere in a block.)
const BLOCK: usize = if cfg!(test) { 16 } else { 256 << 10 };

/// See the module.
#[derive(Debug)]
pub(super) struct Block<R> {
    inner: R,
    buffer: Vec<u8>,
    from: usize,
    till: usize,
    /// Nothing comes behind what is at hand.
    pub(super) is_all: bool,
}

impl<R: Read> Block<R> {
    /// Nothing is read yet.
    pub(super) fn new(inner: R) -> Self {
        Block {
            inner,
            buffer: vec![0; BLOCK],
            from: 0,
            till: 0,
            is_all: false,
        }
    }

    /// What is at hand and not passed yet.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.from..self.till).unwrap_or_default()
    }

    /// Passes on by `n` bytes, and returns these.
    pub(super) fn pass(&mut self, n: usize) -> &[u8] {
        let from = self.from;
        self.from = self.till.min(from + n);
        self.buffer.get(from..self.from).unwrap_or_default()
    }

    /// Reads on, and returns how many bytes were at hand before.
    pub(super) fn fill(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.from..self.till, 0);
        self.till -= self.from;
        self.from = 0;
        let before = self.till;
        if self.till == self.buffer.len() {
            self.buffer.resize(self.till * 2, 0);
        }
        while self.till < self.buffer.len() {
            match self
                .inner
                .read(self.buffer.get_mut(self.till..).unwrap_or_default())
            {
                Ok(0) => {
                    self.is_all = true;
                    break;
                }
                Ok(n) => self.till += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(before)
    }

    /// The length of the next line with its line feed (or of what is left), 0 at the end; `None` where it is
    /// too long.
    pub(super) fn line(&mut self) -> io::Result<Option<usize>> {
        let mut looked = 0;
        loop {
            let rest = self.rest();
            if let Some(i) = memchr::memchr(b'\n', rest.get(looked..).unwrap_or_default()) {
                return Ok(Some(looked + i + 1));
            }
            looked = rest.len();
            if self.is_all || looked >= LONGEST {
                return Ok(Some(looked).filter(|n| *n < LONGEST));
            }
            self.fill()?;
        }
    }
}
