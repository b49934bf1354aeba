//! Cuts a JSON text into the elements of its list, without understanding them.
//!
//! Only brackets, quotes and commas are looked at; whether an element is JSON at all is for `serde_json` to
//! say, which then gets one at a time. So a list of any length takes the memory of its longest element.

use super::super::at::At;
use super::super::block::{Block, LONGEST};
use std::io::{self, Read};

/// Why there is no next piece.
#[derive(Debug)]
pub(super) enum Fault {
    Unreadable(io::Error),
    TooLong(At),
}

/// A stretch of the text.
#[derive(Debug)]
pub(super) struct Piece<'p> {
    /// Where it begins: behind the blanks.
    pub(super) at: At,
    /// Without the blanks around it.
    pub(super) bytes: &'p [u8],
    /// The sign that ended it; `None` at the text's end.
    pub(super) ended: Option<u8>,
    /// Where that stands.
    pub(super) end: At,
}

/// How deep in brackets, and whether in a string.
#[derive(Debug, Default)]
struct Nesting {
    depth: u64,
    is_string: bool,
    is_escaped: bool,
}

impl Nesting {
    /// How far it is to the next comma or closing bracket that belongs to what is around it all.
    fn end(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        while let Some(byte) = bytes.get(at) {
            if self.is_escaped {
                self.is_escaped = false;
            } else if self.is_string {
                at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
                self.is_escaped = bytes.get(at) == Some(&b'\\');
                self.is_string = self.is_escaped;
            } else {
                match byte {
                    b'"' => self.is_string = true,
                    b'[' | b'{' => self.depth += 1,
                    b',' | b']' | b'}' if self.depth == 0 => return Some(at),
                    b']' | b'}' => self.depth -= 1,
                    _ => {}
                }
            }
            at += 1;
        }
        None
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Elements<R> {
    block: Block<R>,
    at: At,
}

impl<R: Read> Elements<R> {
    /// `inner` begins there, inside the list.
    pub(super) fn new(inner: R, at: At) -> Self {
        let block = Block::new(inner);
        Elements { block, at }
    }

    /// Where the list begins, behind its bracket, if that is the text's first sign.
    pub(super) fn first_bracket(&mut self) -> io::Result<Option<At>> {
        loop {
            let rest = self.block.rest();
            let blanks = rest.len() - rest.trim_ascii_start().len();
            self.at.pass(self.block.pass(blanks));
            match self.block.rest().first() {
                Some(b'[') => {
                    self.at.pass(self.block.pass(1));
                    return Ok(Some(self.at));
                }
                None if !self.block.is_all => self.block.fill()?,
                _ => return Ok(None),
            };
        }
    }

    /// What stands before the next comma or closing bracket of the list.
    pub(super) fn next(&mut self) -> Result<Piece<'_>, Fault> {
        let (mut nesting, mut looked) = (Nesting::default(), 0);
        let length = loop {
            let bytes = self.block.rest();
            if let Some(length) = nesting.end(bytes, looked) {
                break length;
            }
            looked = bytes.len();
            if self.block.is_all {
                break looked;
            }
            if looked >= LONGEST {
                return Err(Fault::TooLong(self.at));
            }
            self.block.fill().map_err(Fault::Unreadable)?;
        };
        let (bytes, sign) = self
            .block
            .pass(length + 1)
            .split_at_checked(length)
            .unwrap_or_default();
        let blanks = bytes.len() - bytes.trim_ascii_start().len();
        let (before, behind) = bytes.split_at_checked(blanks).unwrap_or_default();
        self.at.pass(before);
        let at = self.at;
        self.at.pass(behind);
        let end = self.at;
        self.at.pass(sign);
        Ok(Piece {
            at,
            bytes: behind.trim_ascii_end(),
            ended: sign.first().copied(),
            end,
        })
    }
}
