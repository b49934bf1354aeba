//! A file of separated values as it stands: its header, and the cells of each row, without finding out
//! what the columns mean. For tables that are no exports of messages, such as labelled texts.
//!
//! Separator, encoding and places are found as for exports, and what is wrong with rows is told the same
//! way. Only here a tab-separated file may use quotes as letters: it does where every line is a row and
//! the quotes would make it another table.

use super::cells::entities;
use super::columns::Table;
use super::encoding::Text;
use super::recognise::{self, Shape};
use super::split::{Row, Splitter};
use super::{Context, Mark, Part, body::Body, unreadable};
use crate::diagnostic::Diagnostic;
use std::borrow::Cow;
use std::io::{BufRead, BufReader};

/// See the module.
#[derive(Debug)]
pub struct PlainTable {
    body: Body,
    base: u64,
    begin: Mark,
    delimiter: u8,
    shown: String,
    header: Vec<String>,
    has_header: bool,
    is_sheet: bool,
    /// Each line is a row, and quotes are letters.
    is_literal: bool,
    findings: Vec<Diagnostic>,
}

/// One row.
pub struct PlainRow<'r> {
    /// The line at which it begins, from 1.
    pub line: u64,
    cells: CellsOf<'r>,
}

enum CellsOf<'r> {
    Row(&'r Row<'r>),
    Line(&'r [&'r str]),
}

impl<'r> PlainRow<'r> {
    /// The text of a cell, its HTML entities decoded.
    pub fn cell(&self, column: usize) -> Cow<'r, str> {
        entities(match &self.cells {
            CellsOf::Row(row) => row.get(column),
            CellsOf::Line(cells) => cells.get(column).copied().unwrap_or_default(),
        })
    }
}

impl Part {
    /// Unpacks and decodes it, and finds its columns. `has_header`: the first row names them.
    ///
    /// # Errors
    /// It cannot be unpacked or decoded, or is no file of separated values.
    pub fn plain_table(
        &self,
        context: &Context<'_>,
        has_header: bool,
    ) -> Result<PlainTable, Vec<Diagnostic>> {
        let (text, _) = self.text(context)?;
        PlainTable::new(text, self.shown(), has_header)
    }
}

impl PlainTable {
    fn new(text: Text, shown: &str, has_header: bool) -> Result<Self, Vec<Diagnostic>> {
        let Shape::Delimited(frame) = recognise::head(&text, shown, (&Table::built_in(), &[]))? else {
            let fault = Diagnostic::error("file-no-messages", "the file is JSON, not a table of rows");
            return Err(vec![fault.at(shown, 1, 1).help(
                "save the texts as CSV, TSV or XLSX, with one column for the labels",
            )]);
        };
        let begin = match has_header || !frame.is_named {
            true => frame.begin,
            false => Mark::START,
        };
        let mut table = PlainTable {
            body: text.body,
            base: text.base,
            begin,
            delimiter: frame.delimiter,
            shown: shown.to_owned(),
            header: Vec::new(),
            has_header,
            is_sheet: text.is_sheet,
            is_literal: false,
            findings: text.findings,
        };
        table.header = table.first()?;
        table.is_literal = table.delimiter == b'\t' && table.is_made_of_lines()?;
        Ok(table)
    }

    /// What the columns are called; `column 1` and so on where there is no header.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The name to print.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The line of the first row.
    pub fn first_line(&self) -> u64 {
        self.begin.line
    }

    /// What is to be said about the file as a whole.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    fn splitter(&self, most: usize) -> Result<Splitter<super::body::Reader>, Vec<Diagnostic>> {
        let file = self.body.open_at(self.base + self.begin.offset);
        let file = file.map_err(|e| vec![unreadable(&self.shown, &e)])?;
        Ok(Splitter::new(file, self.delimiter, most, self.begin).of_sheet(self.is_sheet))
    }

    /// The names in the first row, or numbers for them.
    fn first(&self) -> Result<Vec<String>, Vec<Diagnostic>> {
        let mut split = self.splitter(usize::MAX)?;
        let row = split
            .next()
            .map_err(|fault| vec![super::delimited::told(&self.shown, fault)])?;
        let names = row.map(|row| {
            let name = |i| match self.has_header {
                true => super::frame::name(row.get(i)).to_owned(),
                false => format!("column {}", i + 1),
            };
            (0..row.width()).map(name).collect()
        });
        Ok(names.unwrap_or_default())
    }

    /// Whether each line, cut at tabs alone, is a whole row, and cutting with quotes gives other rows.
    fn is_made_of_lines(&self) -> Result<bool, Vec<Diagnostic>> {
        let mut lines = 0u64;
        let width = self.header.len();
        let all = self.lines(&mut |_, cells| {
            lines += 1;
            cells.len() == width
        })?;
        if !all {
            return Ok(false);
        }
        let mut split = self.splitter(width + 1)?;
        let mut rows = 0;
        loop {
            match split.next() {
                Ok(Some(row)) => {
                    let is_sound = row.open().is_none() && row.strays().is_empty() && row.width() == width;
                    if !row.is_empty_line() && !is_sound {
                        return Ok(true);
                    }
                    rows += u64::from(!row.is_empty_line());
                }
                Ok(None) => return Ok(rows != lines),
                Err(_) => return Ok(true),
            }
        }
    }

    /// Hands on the cells of each line that is not empty, while `take` says so; whether it did to the end.
    fn lines(&self, take: &mut dyn FnMut(u64, &[&str]) -> bool) -> Result<bool, Vec<Diagnostic>> {
        let failed = |e: std::io::Error| vec![unreadable(&self.shown, &e)];
        let file = self.body.open_at(self.base + self.begin.offset).map_err(failed)?;
        let lines = BufReader::with_capacity(64 << 10, file).lines();
        for (number, line) in (self.begin.line..).zip(lines) {
            let line = line.map_err(failed)?;
            let line = line.strip_suffix('\r').unwrap_or(&line);
            let cells: Vec<&str> = line.split(char::from(self.delimiter)).collect();
            if !line.is_empty() && !take(number, &cells) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Streams the rows below the header. What is wrong with a row is handed back, one finding a row that
    /// was left out; `Err`: the file is refused as a whole.
    ///
    /// # Errors
    /// It cannot be read, or a quote that is never closed swallows rows.
    pub fn rows(&self, take: &mut dyn FnMut(&PlainRow<'_>)) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let mut skip = self.has_header;
        if self.is_literal {
            self.lines(&mut |line, cells| {
                if !std::mem::take(&mut skip) {
                    let cells = CellsOf::Line(cells);
                    take(&PlainRow { line, cells });
                }
                true
            })?;
            return Ok(Vec::new());
        }
        let width = self.header.len();
        let (mut split, mut faults) = (self.splitter(width + 1)?, Vec::new());
        while let Some(row) = split
            .next()
            .map_err(|fault| vec![super::delimited::told(&self.shown, fault)])?
        {
            if row.is_empty_line() || std::mem::take(&mut skip) {
                continue;
            }
            if let Some(cell) = row.open() {
                match row.get(cell).trim_end().contains('\n') {
                    true => return Err(vec![super::delimited::quote_open(&self.shown, &row, cell)]),
                    false => faults.push(self.cut(&row)),
                }
                continue;
            }
            let is_padded = row.width() > width && row.is_blank_from(width);
            if row.width() == width || is_padded {
                let (line, cells) = (row.at.line, CellsOf::Row(&row));
                take(&PlainRow { line, cells });
            } else {
                faults.push(super::delimited::ragged(&self.shown, &row, width));
            }
        }
        Ok(faults)
    }

    fn cut(&self, row: &Row<'_>) -> Diagnostic {
        let reason = "the last row breaks off inside a quoted cell, and is left out: the file may have been \
                      cut while it was written";
        let (line, column) = row.place_of(row.open().unwrap_or(0));
        Diagnostic::warning("file-cut", reason)
            .at(&self.shown, line, column)
            .help("export the file again, or download it again")
    }
}
