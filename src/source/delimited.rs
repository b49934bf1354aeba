//! CSV, TSV and their kin: the header, and the rows with their places.
//!
//! `split` cuts; what is wrong with a row as such (open and stray quotes, its width, rows inside cells) is
//! told here.

use super::between::{Again, Held, Watch, is_padded_footer, is_total_row, passed};
use super::body::Body;
use super::columns::{Cells, Layout, PerRole, ROLES, Role, Table};
use super::split::{Fault, Row, Splitter};
use super::swallowed::swallowing_cell;
use super::whole_file::too_long;
use super::{Locate, Mark, Raw, Sink, answers, unreadable};
use crate::diagnostic::{Diagnostic, Place};
use std::borrow::Cow;
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
    /// Where the header stands, or the first row where there is none.
    pub(super) begin: Mark,
    /// There is a header.
    pub(super) is_named: bool,
    /// It was made of a sheet, and each row is one line.
    pub(super) is_sheet: bool,
}

impl Delimited {
    /// Reads the rows below the header.
    pub(super) fn rows(
        &self,
        (layout, table): (&Layout, &Table),
        from: Option<Mark>,
        to: Option<Mark>,
        sink: Sink<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let failed = |e| vec![unreadable(&self.shown, &e)];
        let start = from.unwrap_or(self.begin);
        let file = self.body.open_at(self.base + start.offset).map_err(failed)?;
        let length = to.map_or(u64::MAX, |to| to.offset.saturating_sub(start.offset));
        let most = layout.header.len() + 1;
        let mut split = Splitter::new(file.take(length), self.delimiter, most, start).of_sheet(self.is_sheet);
        let watch = Watch::new(layout, table, self.is_named);
        let mut now = self.section(start, &watch, layout)?;
        let (mut seen_header, mut last) = (from.is_some() || !self.is_named, from);
        let (mut strays, mut held, mut rows) = (Strays::default(), Held::default(), 0u64);
        let mut said = String::new();
        while let Some(row) = split.next().map_err(|fault| vec![told(&self.shown, fault)])? {
            // First, since a later quote may only be open because of this one.
            let swallowing = match seen_header && row.has_breaks() {
                true => swallowing_cell(&row, &now.layout, self.delimiter),
                false => None,
            };
            if let Some(cell) = swallowing.or(row.open()) {
                return Err(vec![quote_open(&self.shown, &row, cell)]);
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
                true => sink(Raw::Mark(*last.insert(row.at.under(now.header)))),
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
                layout: &now.layout,
                row: &row,
            };
            let fits = at.fits();
            if (!fits || watch.may_be(&row))
                && let Some(again) = watch.look(&row)
            {
                for note in held.passed(&self.shown) {
                    let _ = sink(Raw::Skipped(note));
                }
                now = Section::behind(again, &row, layout);
                if sink(Raw::Skipped(now.told(&self.shown))).is_break() {
                    return Ok(());
                }
                continue;
            }
            for stray in row.strays() {
                if stray.over_lines && (stray.closed_by_an_opening || !fits) {
                    return Err(vec![quote_open(&self.shown, &row, stray.cell)]);
                }
                if fits {
                    strays.n += 1;
                    strays.first.get_or_insert_with(|| row.place_of(stray.cell));
                }
            }
            let handed = if row.is_blank_from(0) {
                sink(Raw::Blank(&at))
            } else if fits && !now.is_other {
                for fault in held.faults() {
                    let _ = sink(Raw::Bad(fault));
                }
                let mut cells: Cells<'_> = PerRole([""; ROLES]);
                for &(role, column) in &now.columns {
                    *cells.of_mut(role) = row.get(column);
                }
                if !now.layout.joined.is_empty() {
                    answers::join(&row, &now.layout, &mut said);
                    *cells.of_mut(Role::Text) = &said;
                }
                let is_empty = cells.of(Role::Text).is_empty() && cells.of(Role::Rating).is_empty();
                // Nearly every time has a digit.
                let is_timeless = !cells.of(Role::Time).bytes().any(|b| b.is_ascii_digit());
                if (is_empty && is_padded_footer(&row, &now.layout))
                    || (is_timeless && is_total_row(&row, &now.layout))
                {
                    sink(Raw::Skipped(passed(&self.shown, row.at.line, &row.joined())))
                } else {
                    sink(Raw::Row(&cells, &at))
                }
            } else {
                let fault = if now.is_other { now.fault(&at) } else { at.ragged() };
                match held.keep(&row, layout.header.len(), fault) {
                    Some(fault) => sink(Raw::Bad(fault)),
                    None => ControlFlow::Continue(()),
                }
            };
            if handed.is_break() {
                return Ok(());
            }
        }
        for note in held.passed(&self.shown) {
            let _ = sink(Raw::Skipped(note));
        }
        if let Some(warning) = strays.told(&self.shown) {
            let _ = sink(Raw::Warned(warning));
        }
        Ok(())
    }

    /// How the rows at a mark are to be read: by the file's header, or by a later one.
    fn section<'l>(
        &self,
        at: Mark,
        watch: &Watch<'_>,
        layout: &'l Layout,
    ) -> Result<Section<'l>, Vec<Diagnostic>> {
        let Some(header) = at.header() else {
            return Ok(Section::first(layout));
        };
        let failed = |e| vec![unreadable(&self.shown, &e)];
        let file = self.body.open_at(self.base + header).map_err(failed)?;
        let start = Mark {
            offset: header,
            ..Mark::START
        };
        let mut split = Splitter::new(file, self.delimiter, layout.header.len() + 1, start);
        let row = split.next().map_err(|fault| vec![told(&self.shown, fault)])?;
        let again = row
            .as_ref()
            .and_then(|row| watch.look(row).map(|again| (again, row)));
        Ok(again.map_or_else(
            || Section::first(layout),
            |(again, row)| Section::behind(again, row, layout),
        ))
    }
}

/// A quote that is never closed.
pub(super) fn quote_open(shown: &str, row: &Row<'_>, cell: usize) -> Diagnostic {
    let (line, column) = row.place_of(cell);
    let (text, byte) = row.line_of(cell);
    let quote = usize::from(text.len() > byte);
    Diagnostic::error("csv-quote-open", "the quote that opens this cell is never closed")
        .at(shown, line, column)
        .help("put a quote at the end of the cell, or write each quote inside the text twice; then ingest again (nothing of the file went in)")
        .showing(text, byte..byte + quote, "opened here")
}

/// Why there is no next row.
pub(super) fn told(shown: &str, fault: Fault) -> Diagnostic {
    match fault {
        Fault::Unreadable(e) => unreadable(shown, &e),
        Fault::Nul(line, column) => Diagnostic::error("file-not-text", super::whole_file::HOLDS_NUL)
            .at(shown, line, column)
            .help(super::whole_file::SAVE_AS_UTF_8),
        Fault::TooLong(at) => too_long(shown, at.line, 1),
        Fault::NotUtf8(line, cell) => {
            let reason = format!("cell {cell} of the row is not UTF-8 text");
            Diagnostic::error("file-not-text", reason)
                .at(shown, line, 0)
                .help(super::whole_file::SAVE_AS_UTF_8)
        }
    }
}

/// A row with more or fewer cells than the header names.
pub(super) fn ragged(shown: &str, row: &Row<'_>, wanted: usize) -> Diagnostic {
    let width = row.width();
    let (line, column) = row.place_of(wanted.min(width.saturating_sub(1)));
    let reason = format!("the row has {width} cells, the header {wanted}");
    Diagnostic::error("csv-width", reason)
        .at(shown, line, column)
        .help("put text that holds the separator or a line break between quotes, and write quotes inside it twice")
}

/// The rows below one header.
struct Section<'l> {
    layout: Cow<'l, Layout>,
    columns: Vec<(Role, usize)>,
    /// Where its header stands, and in which line; nothing for the file's first.
    header: Option<u64>,
    line: u64,
    /// Its columns are not those of the file.
    is_other: bool,
}

impl<'l> Section<'l> {
    fn first(layout: &'l Layout) -> Self {
        Section {
            columns: layout.columns(),
            layout: Cow::Borrowed(layout),
            header: None,
            line: 0,
            is_other: false,
        }
    }

    /// Below a later header, which is that row.
    fn behind(again: Again, row: &Row<'_>, layout: &'l Layout) -> Self {
        let (moved, is_other) = match again {
            Again::Same => (None, false),
            Again::Moved(layout) => (Some(*layout), false),
            Again::Other => (None, true),
        };
        let layout = moved.map_or(Cow::Borrowed(layout), Cow::Owned);
        Section {
            columns: layout.columns(),
            layout,
            header: Some(row.at.offset),
            line: row.at.line,
            is_other,
        }
    }

    /// The header came again.
    fn told(&self, shown: &str) -> Diagnostic {
        let (reason, help) = if self.is_other {
            (
                "another header begins here, with other columns: the rows below do not go in",
                "put the lines from here on into a file of their own",
            )
        } else if matches!(self.layout, Cow::Owned(_)) {
            (
                "the header comes again, with the columns in another order: from here on they are read so",
                "nothing to do: two exports were joined",
            )
        } else {
            ("the header comes again", "nothing to do: two exports were joined")
        };
        Diagnostic::note("header-again", reason)
            .at(shown, self.line, 0)
            .help(help)
    }

    /// Why a row below a header with other columns does not go in.
    fn fault(&self, at: &Line<'_>) -> Diagnostic {
        let reason = format!(
            "the row stands below the header of line {}, which has other columns",
            self.line
        );
        Diagnostic::error("header-other", reason)
            .at(&at.file.shown, at.row.at.line, 0)
            .help("put that header and the rows below it into a file of their own")
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
        ragged(&self.file.shown, self.row, self.layout.header.len())
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
