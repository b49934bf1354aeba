//! Bytes of separated values → rows of cells, as the `csv` crate cuts them (the tests compare), and what it
//! passes over in silence: open and stray quotes, NUL bytes, rows without end.
//!
//! A quote opens a cell only at the cell's start; inside, two quotes are one; text behind the closing quote
//! belongs to the cell. Only LF, or CR LF, ends a row; a lone CR is data. Cells are borrowed from the block
//! that was read; only those that hold two quotes for one are copied. It knows no columns.

use super::Mark;
use super::block::{Block, LONGEST};
use std::io::{self, Read};

/// A quoted cell whose closing quote was followed by more text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stray {
    /// The cell.
    pub(super) cell: usize,
    /// The cell goes over more than one line.
    pub(super) over_lines: bool,
    /// The closing quote stands where another cell's opening quote would.
    pub(super) closed_by_an_opening: bool,
}

/// Why there is no next row.
#[derive(Debug)]
pub(super) enum Fault {
    Unreadable(io::Error),
    /// Line and column of a NUL byte.
    Nul(u64, u64),
    /// The row that begins here has no end for far too long.
    TooLong(Mark),
    /// The line, and the number of the cell that is no UTF-8, from 1.
    NotUtf8(u64, usize),
}

/// Where a cell stands: its first byte in the row, quote and all, and its text.
#[derive(Debug, Clone, Copy)]
struct Cell {
    begins: u32,
    from: u32,
    to: u32,
    /// The text is in `extra`, not in the row itself.
    is_extra: bool,
}

/// The cells of the present row.
#[derive(Debug, Default)]
struct Cut {
    cells: Vec<Cell>,
    /// How many cells are kept.
    most: usize,
    /// How many there are.
    width: usize,
    /// A cell that is not kept holds something.
    has_more: bool,
    is_quoted: bool,
    extra: Vec<u8>,
    strays: Vec<Stray>,
    /// The cell whose quote is never closed.
    open: Option<usize>,
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// The high bit of the lowest byte of `word` that is zero (and perhaps of some above it).
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}

/// How many lines `text` goes down, and the column behind it, from 1.
fn steps(text: &str) -> (u64, u64) {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
    let last = text.rsplit_once('\n').map_or(text, |(_, last)| last);
    (lines, last.chars().count() as u64 + 1)
}

impl Cut {
    /// Cuts the row at the beginning of `bytes` and returns its length with the line feed; `None` where its
    /// end is not there yet. `is_all`: nothing comes behind `bytes`.
    fn row(&mut self, bytes: &[u8], delimiter: u8, is_all: bool) -> Option<usize> {
        self.cells.clear();
        self.extra.clear();
        self.strays.clear();
        (self.width, self.has_more, self.is_quoted, self.open) = (0, false, false, None);
        let mut at = 0;
        loop {
            let end = if bytes.get(at) == Some(&b'"') {
                self.is_quoted = true;
                self.quoted(bytes, at, delimiter, is_all)?
            } else {
                let end = Self::end(bytes, at, delimiter, is_all)?;
                self.push(bytes, at, (at, end), false, bytes.get(end) != Some(&delimiter));
                end
            };
            match bytes.get(end) {
                Some(&b) if b == delimiter => at = end + 1,
                Some(_) => return Some(end + 1),
                None => return Some(end),
            }
        }
    }

    /// Where unquoted text ends.
    fn end(bytes: &[u8], at: usize, delimiter: u8, is_all: bool) -> Option<usize> {
        // Most cells are short, and for those the call would cost more than the search.
        let mut at = at;
        for _ in 0..3 {
            let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
                break;
            };
            let word = u64::from_le_bytes(*word);
            let hits = zeros(word ^ (ONES * u64::from(delimiter))) | zeros(word ^ (ONES * u64::from(b'\n')));
            if hits != 0 {
                return Some(at + hits.trailing_zeros() as usize / 8);
            }
            at += 8;
        }
        let rest = bytes.get(at..)?;
        match memchr::memchr2(delimiter, b'\n', rest) {
            Some(i) => Some(at + i),
            None => is_all.then_some(bytes.len()),
        }
    }

    /// Cuts the cell whose opening quote stands at `begins`; returns where it ends.
    fn quoted(&mut self, bytes: &[u8], begins: usize, delimiter: u8, is_all: bool) -> Option<usize> {
        let (mut from, copied) = (begins + 1, self.extra.len());
        loop {
            let Some(found) = memchr::memchr(b'"', bytes.get(from..)?) else {
                is_all.then_some(())?;
                self.open = Some(self.width);
                return Some(self.close(bytes, begins, (from, bytes.len()), copied, bytes.len()));
            };
            let quote = from + found;
            match bytes.get(quote + 1) {
                None if !is_all => return None,
                Some(b'"') => {
                    self.extra.extend_from_slice(bytes.get(from..=quote)?);
                    from = quote + 2;
                    continue;
                }
                None | Some(b'\n') => {
                    return Some(self.close(bytes, begins, (from, quote), copied, quote + 1));
                }
                Some(&b) if b == delimiter => {
                    return Some(self.close(bytes, begins, (from, quote), copied, quote + 1));
                }
                Some(b) => {
                    let end = Self::end(bytes, quote + 1, delimiter, is_all)?;
                    if *b != b'\r' {
                        let before = bytes.get(quote.wrapping_sub(1)).copied();
                        self.strays.push(Stray {
                            cell: self.width,
                            over_lines: memchr::memchr(b'\n', bytes.get(begins..quote)?).is_some(),
                            closed_by_an_opening: before == Some(delimiter) || before == Some(b'\n'),
                        });
                    }
                    let is_last = bytes.get(end) != Some(&delimiter);
                    if is_last && end == quote + 2 && *b == b'\r' {
                        // The CR of a CR LF: nothing to be put together.
                        self.keep(bytes, begins, (from, quote), copied, false);
                    } else {
                        self.extra.extend_from_slice(bytes.get(from..quote)?);
                        self.extra.extend_from_slice(bytes.get(quote + 1..end)?);
                        self.push(bytes, begins, (copied, self.extra.len()), true, is_last);
                    }
                    return Some(end);
                }
            }
        }
    }

    fn close(
        &mut self,
        bytes: &[u8],
        begins: usize,
        text: (usize, usize),
        copied: usize,
        end: usize,
    ) -> usize {
        // A CR at the end of the row's last cell goes, inside the quote as well.
        let is_last = bytes.get(end).is_none_or(|b| *b == b'\n');
        self.keep(bytes, begins, text, copied, is_last);
        end
    }

    /// Keeps a quoted cell, whose last stretch is `text` and the rest in `extra` from `copied` on.
    fn keep(&mut self, bytes: &[u8], begins: usize, text: (usize, usize), copied: usize, is_last: bool) {
        if self.extra.len() > copied {
            self.extra
                .extend_from_slice(bytes.get(text.0..text.1).unwrap_or_default());
            self.push(bytes, begins, (copied, self.extra.len()), true, is_last);
        } else {
            self.push(bytes, begins, text, false, is_last);
        }
    }

    fn push(
        &mut self,
        bytes: &[u8],
        begins: usize,
        (from, mut to): (usize, usize),
        is_extra: bool,
        is_last: bool,
    ) {
        let text = if is_extra { &self.extra } else { bytes };
        if is_last && to > from && text.get(to - 1) == Some(&b'\r') {
            to -= 1;
        }
        self.width += 1;
        if self.cells.len() < self.most {
            self.cells.push(Cell {
                begins: small(begins),
                from: small(from),
                to: small(to),
                is_extra,
            });
        } else {
            let text = text.get(from..to).unwrap_or_default();
            self.has_more |= !String::from_utf8_lossy(text).trim().is_empty();
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    block: Block<R>,
    delimiter: u8,
    /// Where the next row begins.
    at: Mark,
    /// Each row counts as one line (of a sheet), whatever breaks it holds.
    counts_rows: bool,
    cut: Cut,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row<'s> {
    /// Where it begins.
    pub(super) at: Mark,
    /// Offset of its end.
    pub(super) end: u64,
    text: &'s str,
    extra: &'s str,
    cut: &'s Cut,
    is_of_sheet: bool,
}

impl<R: Read> Splitter<R> {
    /// Of each row the first `most` cells are kept. `at`: where in the file `inner` begins.
    pub(super) fn new(inner: R, delimiter: u8, most: usize, at: Mark) -> Self {
        Splitter {
            block: Block::new(inner),
            delimiter,
            at,
            counts_rows: false,
            cut: Cut {
                most,
                ..Cut::default()
            },
        }
    }

    /// The rows are those of a sheet: places tell the row and the number of the cell.
    pub(super) fn of_sheet(mut self, is_sheet: bool) -> Self {
        self.counts_rows = is_sheet;
        self
    }

    /// The next row that is no empty line.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Fault> {
        let length = loop {
            let empty = self.block.rest().iter().take_while(|b| **b == b'\n').count();
            self.block.pass(empty);
            self.at.offset += empty as u64;
            self.at.line += empty as u64;
            let (bytes, is_all) = (self.block.rest(), self.block.is_all);
            if bytes.is_empty() && is_all {
                return Ok(None);
            }
            if !bytes.is_empty() {
                if let Some(length) = self.cut.row(bytes, self.delimiter, is_all) {
                    break length;
                }
                if bytes.len() >= LONGEST {
                    let length = self.cut.row(bytes, self.delimiter, true);
                    let open = length.filter(|_| self.cut.open.is_some());
                    break open.ok_or(Fault::TooLong(self.at))?;
                }
            }
            self.fill()?;
        };
        let bytes = self.block.pass(length);
        let at = self.at;
        let text = match simdutf8::basic::from_utf8(bytes).or_else(|_| std::str::from_utf8(bytes)) {
            Ok(text) => text,
            // The last character may be cut.
            Err(e) if self.cut.open.is_some() && e.error_len().is_none() => {
                let valid = bytes.get(..e.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(valid).unwrap_or_default()
            }
            Err(e) => {
                let is_before = |cell: &&Cell| cell.begins as usize <= e.valid_up_to();
                let cell = self.cut.cells.iter().take_while(is_before).count();
                return Err(Fault::NotUtf8(at.line, cell));
            }
        };
        self.at.offset += length as u64;
        self.at.line += match self.cut.is_quoted && !self.counts_rows {
            true => memchr::memchr_iter(b'\n', bytes).count() as u64,
            false => u64::from(bytes.last() == Some(&b'\n')),
        };
        Ok(Some(Row {
            at,
            end: self.at.offset,
            text,
            extra: std::str::from_utf8(&self.cut.extra).unwrap_or_default(),
            cut: &self.cut,
            is_of_sheet: self.counts_rows,
        }))
    }

    fn fill(&mut self) -> Result<(), Fault> {
        let before = self.block.fill().map_err(Fault::Unreadable)?;
        let (old, new) = self.block.rest().split_at_checked(before).unwrap_or_default();
        let Some(i) = memchr::memchr(0, new) else {
            return Ok(());
        };
        let text = [old, new.get(..i).unwrap_or_default()].concat();
        let (lines, column) = steps(&String::from_utf8_lossy(&text));
        Err(Fault::Nul(self.at.line + lines, column))
    }
}

impl<'s> Row<'s> {
    /// How many cells there are.
    pub(super) fn width(&self) -> usize {
        self.cut.width
    }

    /// The text of a cell; empty where there is none.
    pub(super) fn get(&self, column: usize) -> &'s str {
        let Some(cell) = self.cut.cells.get(column) else {
            return "";
        };
        let text = if cell.is_extra { self.extra } else { self.text };
        text.get(cell.from as usize..cell.to as usize).unwrap_or_default()
    }

    /// Whether the cells from `column` on hold nothing.
    pub(super) fn is_blank_from(&self, column: usize) -> bool {
        let kept = self.cut.cells.len();
        !self.cut.has_more && (column..kept).all(|i| self.get(i).trim().is_empty())
    }

    /// The kept cells that hold something, with blanks between them.
    pub(super) fn joined(&self) -> String {
        let cells = (0..self.cut.cells.len()).map(|i| self.get(i).trim());
        cells
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// One cell with nothing in it, not even a blank.
    pub(super) fn is_empty_line(&self) -> bool {
        self.width() == 1 && self.get(0).is_empty()
    }

    /// Whether a cell goes over several lines.
    pub(super) fn has_breaks(&self) -> bool {
        self.cut.is_quoted && memchr::memchr(b'\n', self.text.trim_end().as_bytes()).is_some()
    }

    /// The cell whose quote is open at the end of all (or for far too long).
    pub(super) fn open(&self) -> Option<usize> {
        self.cut.open
    }

    /// The stray quotes.
    pub(super) fn strays(&self) -> &'s [Stray] {
        &self.cut.strays
    }

    /// Where in the row a cell begins; the last one where there are not so many.
    fn begins(&self, column: usize) -> usize {
        let cell = self.cut.cells.get(column).or(self.cut.cells.last());
        cell.map_or(0, |cell| cell.begins as usize)
    }

    /// Line and column (in characters, from 1) where a cell begins; in a sheet, row and number of the cell.
    pub(super) fn place_of(&self, column: usize) -> (u64, u64) {
        if self.is_of_sheet {
            return (self.at.line, column as u64 + 1);
        }
        let before = self.text.get(..self.begins(column)).unwrap_or_default();
        let (lines, column) = steps(before);
        (self.at.line + lines, column)
    }

    /// The line in which a cell begins, and where in that line. Of a long one only what is around.
    pub(super) fn line_of(&self, column: usize) -> (&'s str, usize) {
        const AROUND: usize = 300;
        let begins = self.begins(column);
        let (before, after) = self.text.split_at_checked(begins).unwrap_or_default();
        let before = before.chars().rev().take_while(|c| *c != '\n').take(AROUND);
        let after = after.chars().take_while(|c| *c != '\n').take(AROUND);
        let start = begins - before.map(char::len_utf8).sum::<usize>();
        let to = begins + after.map(char::len_utf8).sum::<usize>();
        let line = self.text.get(start..to).unwrap_or_default();
        (line.trim_end_matches('\r'), begins - start)
    }
}
