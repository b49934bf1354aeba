//! CSV, TSV and their kin: the header, and the rows with their places.
//!
//! The `csv` crate splits; what it passes over in silence (open quotes, ragged rows, repeated names) is
//! looked for here and in `quotes`. A lone CR is data: only LF, or CR LF, ends a row.

use super::columns::{Cells, Layout, PerRole, Role};
use super::quotes::{Stray, Tap};
use super::swallowed::swallowing_cell;
use super::{Locate, Mark, Raw, Sink, unreadable};
use crate::diagnostic::{Diagnostic, Place};
use csv::{ReaderBuilder, StringRecord, Terminator};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// A file of separated values.
#[derive(Debug)]
pub(super) struct Delimited {
    pub(super) path: PathBuf,
    pub(super) shown: String,
    pub(super) delimiter: u8,
    /// Where the header begins: behind a byte order mark.
    pub(super) base: u64,
}

fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    builder
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(1 << 16);
    builder
}

/// The cell without the CR of a CR LF, which the parser leaves on the row's last cell.
pub(super) fn cell(record: &StringRecord, column: usize) -> &str {
    let cell = record.get(column).unwrap_or_default();
    if column + 1 == record.len() {
        cell.strip_suffix('\r').unwrap_or(cell)
    } else {
        cell
    }
}

fn is_empty_line(record: &StringRecord) -> bool {
    record.len() == 1 && matches!(record.get(0), Some("" | "\r"))
}

/// The names in the first row of `head`, split at `delimiter`.
pub(super) fn header(head: &[u8], delimiter: u8) -> Vec<String> {
    let mut reader = builder(delimiter).from_reader(head);
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).unwrap_or(false) {
        if !is_empty_line(&record) {
            return (0..record.len())
                .map(|i| cell(&record, i).trim().to_owned())
                .collect();
        }
    }
    Vec::new()
}

impl Delimited {
    /// Reads the rows below the header.
    pub(super) fn rows(
        &self,
        layout: &Layout,
        from: Option<Mark>,
        to: Option<Mark>,
        sink: Sink<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let failed = |e: &dyn std::fmt::Display| vec![unreadable(&self.shown, e)];
        let mut file = File::open(&self.path).map_err(|e| failed(&e))?;
        let start = from.unwrap_or(Mark { offset: 0, line: 1 });
        file.seek(SeekFrom::Start(self.base + start.offset))
            .map_err(|e| failed(&e))?;
        let length = to.map_or(u64::MAX, |to| to.offset.saturating_sub(start.offset));
        let tap = Tap::new(file.take(length), self.delimiter, start.offset);
        let mut reader = builder(self.delimiter).from_reader(tap);
        let mut record = StringRecord::new();
        let mut seen_header = from.is_some();
        let mut last = from;
        let mut strays = 0u64;
        let mut first_stray = None;
        let mut rows = 0u64;
        loop {
            let more = match reader.read_record(&mut record) {
                Ok(more) => more,
                Err(e) => return Err(vec![self.not_text_or(&e, start.line)]),
            };
            let end = start.offset + reader.position().byte();
            let next_line = start.line - 1 + reader.position().line();
            let begins = record.position().map_or(start, |position| Mark {
                offset: start.offset + position.byte(),
                line: start.line - 1 + position.line(),
            });
            let at = Row {
                file: self,
                layout,
                record: &record,
                begins,
                next_line,
            };
            // First, since a later quote may only be open because of this one.
            if more
                && seen_header
                && let Some(column) = swallowing_cell(&record, layout, self.delimiter)
            {
                return Err(vec![self.quote_open(at.offset_of(column))]);
            }
            if let Some(offset) = reader.get_ref().left_open {
                return Err(vec![self.quote_open(offset)]);
            }
            if let Some(offset) = reader.get_ref().nul {
                return Err(vec![self.nul(offset)]);
            }
            if !more {
                break;
            }
            if is_empty_line(&record) {
                continue;
            }
            if !seen_header {
                seen_header = true;
                continue;
            }
            rows += 1;
            if Mark::is_due(last, begins.offset) {
                last = Some(begins);
                if sink(Raw::Mark(begins)).is_break() {
                    return Ok(());
                }
            }
            if rows.is_multiple_of(4096) && sink(Raw::Progress(self.base + end)).is_break() {
                return Ok(());
            }
            let fits = at.fits();
            while let Some(stray) = reader.get_mut().stray_before(end) {
                if stray.over_lines && (stray.closed_by_an_opening || !fits) {
                    return Err(vec![self.quote_open(stray.opened)]);
                }
                strays += u64::from(fits);
                first_stray = first_stray.or(fits.then_some(stray));
            }
            let raw = if at.is_blank() {
                Raw::Blank(&at)
            } else if fits {
                let cells: Cells<'_> =
                    PerRole::new(|role| layout.column.of(role).map_or("", |i| cell(&record, i)));
                if sink(Raw::Row(&cells, &at)).is_break() {
                    return Ok(());
                }
                continue;
            } else {
                Raw::Bad(at.ragged())
            };
            if sink(raw).is_break() {
                return Ok(());
            }
        }
        if let Some(stray) = first_stray {
            let _ = sink(Raw::Warned(self.strays(strays, stray)));
        }
        Ok(())
    }

    fn quote_open(&self, offset: u64) -> Diagnostic {
        let found = place_of(&self.path, self.base, self.base + offset);
        let mut d = Diagnostic::error("csv-quote-open", "the quote that opens this cell is never closed")
            .at(&self.shown, found.line, found.column)
            .help("put a quote at the end of the cell, or write each quote inside the text twice; then ingest again (nothing of the file went in)");
        if !found.text.is_empty() {
            let end = (found.byte + 1).min(found.text.len());
            d = d.showing(found.text, found.byte..end, "opened here");
        }
        d
    }

    fn nul(&self, offset: u64) -> Diagnostic {
        let found = place_of(&self.path, self.base, self.base + offset);
        Diagnostic::error("file-not-text", super::whole_file::HOLDS_NUL)
            .at(&self.shown, found.line, found.column)
            .help(super::whole_file::SAVE_AS_UTF_8)
    }

    fn not_text_or(&self, e: &csv::Error, first_line: u64) -> Diagnostic {
        match e.kind() {
            csv::ErrorKind::Utf8 { pos, err } => {
                let line = pos.as_ref().map_or(0, |pos| first_line - 1 + pos.line());
                Diagnostic::error(
                    "file-not-text",
                    format!("cell {} of the row is not UTF-8 text", err.field() + 1),
                )
                .at(&self.shown, line, 0)
                .help(super::whole_file::SAVE_AS_UTF_8)
            }
            _ => unreadable(&self.shown, e),
        }
    }

    fn strays(&self, n: u64, first: Stray) -> Diagnostic {
        let found = place_of(&self.path, self.base, self.base + first.opened);
        Diagnostic::warning(
            "csv-quote-stray",
            match n {
                1 => "text follows a closing quote; the cell was read as it stands".to_owned(),
                n => format!("text follows a closing quote, {n} times; the cells were read as they stand"),
            },
        )
        .at(&self.shown, found.line, found.column)
        .help("have the export write each quote inside a text twice")
    }
}

/// One row and where it is.
struct Row<'a> {
    file: &'a Delimited,
    layout: &'a Layout,
    record: &'a StringRecord,
    /// Where the parser began the row: the empty lines before it are a part of it.
    begins: Mark,
    /// The line behind the row.
    next_line: u64,
}

impl Row<'_> {
    /// As wide as the header; cells without a name may be missing, and empty ones be too many.
    fn fits(&self) -> bool {
        let (width, header) = (self.record.len(), &self.layout.header);
        width == header.len()
            || (width < header.len() && header.iter().skip(width).all(String::is_empty))
            || (width > header.len() && (header.len()..width).all(|i| cell(self.record, i).trim().is_empty()))
    }

    fn is_blank(&self) -> bool {
        (0..self.record.len()).all(|i| cell(self.record, i).trim().is_empty())
    }

    fn ragged(&self) -> Diagnostic {
        let (width, wanted) = (self.record.len(), self.layout.header.len());
        let column = if width > wanted {
            wanted
        } else {
            width.saturating_sub(1)
        };
        let (line, column) = self.start_of(Some(column));
        let reason = format!("the row has {width} cells, the header {wanted}");
        Diagnostic::error("csv-width", reason)
            .at(&self.file.shown, line, column)
            .help("put text that holds the separator or a line break between quotes, and write quotes inside it twice")
    }

    /// Line and column where a cell begins; the row's own beginning without one.
    fn start_of(&self, wanted: Option<usize>) -> (u64, u64) {
        let (line, column, _) = self.walk_to(wanted);
        (line, column)
    }

    /// Offset behind the byte order mark where a cell begins.
    fn offset_of(&self, wanted: usize) -> u64 {
        self.walk_to(Some(wanted)).2
    }

    fn walk_to(&self, wanted: Option<usize>) -> (u64, u64, u64) {
        let position = self.begins;
        let walk = || -> std::io::Result<(u64, u64, u64)> {
            let mut file = File::open(&self.file.path)?;
            file.seek(SeekFrom::Start(self.file.base + position.offset))?;
            let reader = BufReader::new(file);
            let (mut line, mut column, mut index) = (position.line, 1, 0);
            let (mut state, mut in_row) = (Cell::Begins, false);
            let mut offset = position.offset;
            for byte in reader.bytes() {
                let byte = byte?;
                if !in_row && matches!(byte, b'\n' | b'\r') {
                    (line, column) = if byte == b'\n' {
                        (line + 1, 1)
                    } else {
                        (line, column)
                    };
                    offset += 1;
                    continue;
                }
                in_row = true;
                if state == Cell::Begins && index == wanted.unwrap_or(0) {
                    break;
                }
                state = match (state, byte) {
                    (Cell::Begins | Cell::AfterQuote, b'"') => Cell::Quoted,
                    (Cell::Quoted, b'"') => Cell::AfterQuote,
                    (Cell::Quoted, _) => Cell::Quoted,
                    (_, b'\n') => break,
                    (_, b) if b == self.file.delimiter => {
                        index += 1;
                        Cell::Begins
                    }
                    _ => Cell::Plain,
                };
                offset += 1;
                if byte == b'\n' {
                    (line, column) = (line + 1, 1);
                } else if byte & 0xC0 != 0x80 {
                    column += 1;
                }
            }
            Ok((line, column, offset))
        };
        walk().unwrap_or((position.line, 0, position.offset))
    }
}

impl Locate for Row<'_> {
    fn line(&self) -> u64 {
        let inside = memchr::memchr_iter(b'\n', self.record.as_slice().as_bytes()).count() as u64;
        self.begins.line.max(self.next_line.saturating_sub(inside + 1))
    }

    fn place(&self, role: Option<Role>) -> Place {
        let column = role.and_then(|role| *self.layout.column.of(role));
        let (line, at) = self.start_of(column);
        let field = role.and_then(|role| self.layout.field(role)).map(str::to_owned);
        Place {
            file: self.file.shown.clone(),
            line,
            column: at,
            field,
        }
    }
}

/// Where a walk along a row's bytes stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Begins,
    Plain,
    Quoted,
    AfterQuote,
}

/// A place in the file, and its line.
struct Found {
    line: u64,
    column: u64,
    text: String,
    /// Where the place is in `text`.
    byte: usize,
}

/// Line and column of an absolute byte offset.
fn place_of(path: &Path, base: u64, offset: u64) -> Found {
    let mut found = Found {
        line: 1,
        column: 1,
        text: String::new(),
        byte: 0,
    };
    let Ok(mut file) = File::open(path) else {
        return found;
    };
    if file.seek(SeekFrom::Start(base)).is_err() {
        return found;
    }
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut start = base;
    let mut line = Vec::new();
    while let Ok(n) = reader.read_until(b'\n', &mut line) {
        if n == 0 || start + n as u64 > offset {
            break;
        }
        start += n as u64;
        found.line += 1;
        line.clear();
    }
    let inside = usize::try_from(offset - start.min(offset)).unwrap_or(usize::MAX);
    let before = String::from_utf8_lossy(line.get(..inside).unwrap_or_default());
    found.column = before.chars().count() as u64 + 1;
    if let Ok(text) = std::str::from_utf8(&line) {
        found.text = text.trim_end_matches(['\n', '\r']).to_owned();
        found.byte = inside.min(found.text.len());
    }
    found
}
