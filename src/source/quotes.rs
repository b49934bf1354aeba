//! Follows the quotes of a CSV file while it is read: what the parser swallows in silence is seen here.
//!
//! [`Tap`] stands between file and parser, changes nothing, and keeps the state that the parser has: a
//! quote opens a cell only at the cell's start; inside, two quotes are one; after the closing quote a
//! delimiter or a line's end must come. It also looks for NUL bytes. It knows no columns.

use std::collections::VecDeque;
use std::io::{self, Read};

/// A quoted cell may be this long; a longer one is taken for a quote that was never closed.
const LONGEST_CELL: u64 = 16 << 20;

/// A quoted cell whose closing quote was followed by more text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stray {
    /// Offset of the opening quote.
    pub(super) opened: u64,
    /// The cell goes over more than one line.
    pub(super) over_lines: bool,
    /// The closing quote stands where another cell's opening quote would.
    pub(super) closed_by_an_opening: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    Quoted,
    /// Right after a quote inside a quoted cell: either its end or the first of two.
    AfterQuote,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Tap<R> {
    inner: R,
    delimiter: u8,
    /// Offset of the next byte.
    offset: u64,
    state: State,
    /// The last byte of what went before.
    last: u8,
    opened: u64,
    /// The open cell had a line break before the present chunk.
    broke_before: bool,
    closed_by_an_opening: bool,
    strays: VecDeque<Stray>,
    /// Offset of a quote that is open at the file's end (or for far too long).
    pub(super) left_open: Option<u64>,
    /// Offset of the first NUL byte.
    pub(super) nul: Option<u64>,
}

impl<R> Tap<R> {
    /// `offset`: where in the file `inner` begins.
    pub(super) fn new(inner: R, delimiter: u8, offset: u64) -> Self {
        Tap {
            inner,
            delimiter,
            offset,
            state: State::Outside,
            last: b'\n',
            opened: 0,
            broke_before: false,
            closed_by_an_opening: false,
            strays: VecDeque::new(),
            left_open: None,
            nul: None,
        }
    }

    /// Takes the next stray quote whose cell began before `end`.
    pub(super) fn stray_before(&mut self, end: u64) -> Option<Stray> {
        if self.strays.front()?.opened < end {
            self.strays.pop_front()
        } else {
            None
        }
    }

    fn begins_cell(&self, before: u8) -> bool {
        before == self.delimiter || before == b'\n'
    }

    fn scan(&mut self, chunk: &[u8]) {
        if self.nul.is_none() {
            self.nul = memchr::memchr(0, chunk).map(|i| self.offset + i as u64);
        }
        let mut at = 0;
        while let Some(rest) = chunk.get(at..).filter(|rest| !rest.is_empty()) {
            if self.state == State::AfterQuote {
                at += self.after_quote(rest, chunk, at);
                continue;
            }
            let Some(found) = memchr::memchr(b'"', rest) else {
                break;
            };
            let quote = at + found;
            let before = quote
                .checked_sub(1)
                .and_then(|i| chunk.get(i))
                .copied()
                .unwrap_or(self.last);
            if self.state == State::Quoted {
                self.closed_by_an_opening = self.begins_cell(before);
                self.state = State::AfterQuote;
            } else if self.begins_cell(before) {
                self.opened = self.offset + quote as u64;
                self.broke_before = false;
                self.state = State::Quoted;
            }
            at = quote + 1;
        }
        if self.state != State::Outside {
            self.broke_before |= self.breaks(chunk, chunk.len());
        }
        self.last = chunk.last().copied().unwrap_or(self.last);
        self.offset += chunk.len() as u64;
    }

    /// Looks at the byte after a quote inside a quoted cell; returns how many bytes it used up.
    fn after_quote(&mut self, rest: &[u8], chunk: &[u8], at: usize) -> usize {
        match rest.first() {
            Some(b'"') => {
                self.state = State::Quoted;
                return 1;
            }
            Some(&b) if b == self.delimiter || b == b'\n' || b == b'\r' => {}
            _ => self.strays.push_back(Stray {
                opened: self.opened,
                over_lines: self.broke_before || self.breaks(chunk, at),
                closed_by_an_opening: self.closed_by_an_opening,
            }),
        }
        self.state = State::Outside;
        0
    }

    /// Whether the open cell has a line break in this chunk before `end`.
    fn breaks(&self, chunk: &[u8], end: usize) -> bool {
        let from = usize::try_from(self.opened.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        chunk
            .get(from..end)
            .is_some_and(|cell| memchr::memchr(b'\n', cell).is_some())
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left_open.is_some() || self.nul.is_some() {
            return Ok(0);
        }
        let n = self.inner.read(buffer)?;
        self.scan(buffer.get(..n).unwrap_or_default());
        let is_quoted = self.state == State::Quoted;
        if is_quoted && (n == 0 || self.offset - self.opened > LONGEST_CELL) {
            self.left_open = Some(self.opened);
            return Ok(0);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `text` in chunks of every size; the outcome must not depend on it.
    fn tap(text: &str) -> (Option<u64>, Vec<Stray>) {
        let outcome = |size: usize| {
            let mut tap = Tap::new(text.as_bytes(), b',', 0);
            let mut buffer = vec![0; size];
            while tap.read(&mut buffer).unwrap() > 0 {}
            (tap.left_open, Vec::from(tap.strays))
        };
        let whole = outcome(text.len() + 1);
        for size in 1..text.len() {
            assert_eq!(outcome(size), whole, "chunks of {size}");
        }
        whole
    }

    #[test]
    fn well_formed_quotes_are_silent() {
        for text in [
            "a,\"b\nc\",d\r\n\"\"\"x\"\"\",\"\",\"\"\n",
            "5\" pizza,6\"\n",
            "\"a\"\r\n\"b\"",
            "\"a,\"\"\nb\"\n",
        ] {
            assert_eq!(tap(text), (None, vec![]), "{text:?}");
        }
    }

    #[test]
    fn an_open_quote_is_told_by_its_opening() {
        assert_eq!(tap("a,b\n1,\"x\n2,y\n").0, Some(6));
        assert_eq!(tap("a,b\n1,\"x\"\"").0, Some(6));
    }

    #[test]
    fn a_quote_closed_by_a_later_cells_opening_is_noticed() {
        let (open, strays) = tap("1,\"x,3\n2,\"y\",3\n");
        assert_eq!(open, None);
        assert_eq!(
            strays,
            vec![Stray {
                opened: 2,
                over_lines: true,
                closed_by_an_opening: true
            }]
        );
    }

    #[test]
    fn text_after_a_closing_quote_on_the_same_line() {
        let (_, strays) = tap("1,\"he said \"hi\" to me\",3\n");
        assert_eq!(
            strays,
            vec![Stray {
                opened: 2,
                over_lines: false,
                closed_by_an_opening: false
            }]
        );
    }
}
