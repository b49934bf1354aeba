//! CSV, TSV and their kin: the header, and the rows with their places.
//!
//! `split` cuts; what is wrong with a row as such (open and stray quotes, its width, rows inside cells) is
//! told here.

use super::body::Body;
use super::columns::{Cells, Layout, PerRole, ROLES, Role};
use super::split::{Fault, Row, Splitter};
use super::swallowed::swallowing_cell;
use super::whole_file::too_long;
use super::{Locate, Mark, Raw, Sink, unreadable};
use crate::diagnostic::{Diagnostic, Place};
use std::io::Read;
use std::ops::ControlFlow;

/// A file of separated values.
#[derive(Debug)]
pub(super) struct Delimited {
    pub(super) body: Body,
    pub(super) shown: String,
    pub(super) delimiter: u8,
    /// Where the header begins: behind a byte order mark.
    pub(super) base: u64,
    /// It was made of a sheet, and each row is one line.
    pub(super) is_sheet: bool,
}

/// The names in the first row of `head`, split at `delimiter`.
pub(super) fn header(head: &[u8], delimiter: u8) -> Vec<String> {
    let mut rows = Splitter::new(head, delimiter, usize::MAX, Mark::START);
    while let Ok(Some(row)) = rows.next() {
        if !row.is_empty_line() {
            return (0..row.width()).map(|i| row.get(i).trim().to_owned()).collect();
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
        let failed = |e| vec![unreadable(&self.shown, &e)];
        let start = from.unwrap_or(Mark::START);
        let file = self.body.open_at(self.base + start.offset).map_err(failed)?;
        let length = to.map_or(u64::MAX, |to| to.offset.saturating_sub(start.offset));
        let width = layout.header.len();
        let mut split =
            Splitter::new(file.take(length), self.delimiter, width + 1, start).of_sheet(self.is_sheet);
        let columns = layout.columns();
        let (mut seen_header, mut last) = (from.is_some(), from);
        let (mut strays, mut rows) = (Strays::default(), 0u64);
        while let Some(row) = split.next().map_err(|fault| vec![self.fault(fault)])? {
            // First, since a later quote may only be open because of this one.
            let swallowing = match seen_header && row.has_breaks() {
                true => swallowing_cell(&row, layout, self.delimiter),
                false => None,
            };
            if let Some(cell) = swallowing.or(row.open()) {
                return Err(vec![self.quote_open(&row, cell)]);
            }
            if row.is_empty_line() {
                continue;
            }
            if !seen_header {
                seen_header = true;
                continue;
            }
            rows += 1;
            let mut handed = match Mark::is_due(last, row.at.offset) {
                true => sink(Raw::Mark(*last.insert(row.at))),
                false => ControlFlow::Continue(()),
            };
            if rows.is_multiple_of(4096) && handed.is_continue() {
                handed = sink(Raw::Progress(self.base + row.end));
            }
            if handed.is_break() {
                return Ok(());
            }
            let at = Line {
                file: self,
                layout,
                row: &row,
            };
            let fits = at.fits();
            for stray in row.strays() {
                if stray.over_lines && (stray.closed_by_an_opening || !fits) {
                    return Err(vec![self.quote_open(&row, stray.cell)]);
                }
                if fits {
                    strays.n += 1;
                    strays.first.get_or_insert_with(|| row.place_of(stray.cell));
                }
            }
            let handed = if row.is_blank_from(0) {
                sink(Raw::Blank(&at))
            } else if fits {
                let mut cells: Cells<'_> = PerRole([""; ROLES]);
                for &(role, column) in &columns {
                    *cells.of_mut(role) = row.get(column);
                }
                sink(Raw::Row(&cells, &at))
            } else {
                sink(Raw::Bad(at.ragged()))
            };
            if handed.is_break() {
                return Ok(());
            }
        }
        if let Some(warning) = strays.told(&self.shown) {
            let _ = sink(Raw::Warned(warning));
        }
        Ok(())
    }

    fn quote_open(&self, row: &Row<'_>, cell: usize) -> Diagnostic {
        let (line, column) = row.place_of(cell);
        let (text, byte) = row.line_of(cell);
        let quote = usize::from(text.len() > byte);
        Diagnostic::error("csv-quote-open", "the quote that opens this cell is never closed")
            .at(&self.shown, line, column)
            .help("put a quote at the end of the cell, or write each quote inside the text twice; then ingest again (nothing of the file went in)")
            .showing(text, byte..byte + quote, "opened here")
    }

    fn fault(&self, fault: Fault) -> Diagnostic {
        match fault {
            Fault::Unreadable(e) => unreadable(&self.shown, &e),
            Fault::Nul(line, column) => Diagnostic::error("file-not-text", super::whole_file::HOLDS_NUL)
                .at(&self.shown, line, column)
                .help(super::whole_file::SAVE_AS_UTF_8),
            Fault::TooLong(at) => too_long(&self.shown, at.line, 1),
            Fault::NotUtf8(line, cell) => {
                let reason = format!("cell {cell} of the row is not UTF-8 text");
                Diagnostic::error("file-not-text", reason)
                    .at(&self.shown, line, 0)
                    .help(super::whole_file::SAVE_AS_UTF_8)
            }
        }
    }
}

/// How often text followed a closing quote, and where first.
#[derive(Default)]
struct Strays {
    n: u64,
    first: Option<(u64, u64)>,
}

impl Strays {
    fn told(self, shown: &str) -> Option<Diagnostic> {
        let (line, column) = self.first?;
        let reason = match self.n {
            1 => "text follows a closing quote; the cell was read as it stands".to_owned(),
            n => format!("text follows a closing quote, {n} times; the cells were read as they stand"),
        };
        let warning = Diagnostic::warning("csv-quote-stray", reason).at(shown, line, column);
        Some(warning.help("have the export write each quote inside a text twice"))
    }
}

/// One row and where it is.
struct Line<'a> {
    file: &'a Delimited,
    layout: &'a Layout,
    row: &'a Row<'a>,
}

impl Line<'_> {
    /// As wide as the header; cells without a name may be missing, and empty ones be too many.
    fn fits(&self) -> bool {
        let (width, header) = (self.row.width(), &self.layout.header);
        width == header.len()
            || (width < header.len() && header.iter().skip(width).all(String::is_empty))
            || (width > header.len() && self.row.is_blank_from(header.len()))
    }

    fn ragged(&self) -> Diagnostic {
        let (width, wanted) = (self.row.width(), self.layout.header.len());
        let (line, column) = self.row.place_of(wanted.min(width.saturating_sub(1)));
        let reason = format!("the row has {width} cells, the header {wanted}");
        Diagnostic::error("csv-width", reason)
            .at(&self.file.shown, line, column)
            .help("put text that holds the separator or a line break between quotes, and write quotes inside it twice")
    }
}

impl Locate for Line<'_> {
    fn line(&self) -> u64 {
        self.row.at.line
    }

    fn place(&self, role: Option<Role>) -> Place {
        let cell = role.and_then(|role| *self.layout.column.of(role));
        let (line, column) = self.row.place_of(cell.unwrap_or(0));
        let field = role.and_then(|role| self.layout.field(role)).map(str::to_owned);
        Place {
            file: self.file.shown.clone(),
            line,
            column,
            field,
        }
    }
}
