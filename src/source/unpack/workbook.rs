//! The sheets of a workbook (XLSX) as comma-separated text, one line a row of the sheet.
//!
//! What a cell shows is written: dates as `2026-11-21 09:30:00`, truth as TRUE and FALSE. Numbers keep every
//! digit that the sheet has; a longer one than it can hold comes out as `1.26E+18`, as damaged as it is.

use super::archive;
use super::limits::{Fault, LARGEST, Meter, damaged};
use crate::source::Context;
use crate::source::body::{Body, Reader as BodyReader, Spill};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx};
use std::borrow::Cow;
use std::io::{BufReader, Write};

/// What a sheet can have.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

/// So much of a part may stand between two tags.
const LONGEST: usize = 16 << 20;

/// The texts of all sheets, which are in memory while one is read.
const STRINGS: u64 = 256 << 20;

/// So much of a part may come out of nothing; much less than of texts, since some of it is kept.
const FREE: u64 = 8 << 20;

/// The names of its sheets; `None` where the file is another archive.
pub(super) fn sheets(body: &Body) -> Result<Option<Vec<String>>, Fault> {
    if archive::open(body)?.index_for_name("xl/workbook.xml").is_none() {
        return Ok(None);
    }
    check(body)?;
    let book = open(body)?;
    let sheets = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet);
    Ok(Some(sheets.map(|sheet| sheet.name.clone()).collect()))
}

fn open(body: &Body) -> Result<Xlsx<BufReader<BodyReader>>, Fault> {
    Xlsx::new(BufReader::new(body.open_at(0).map_err(Fault::Unreadable)?)).map_err(|e| damaged(&e))
}

/// Unpacks every part once and keeps nothing, so that what is read later is known to be whole and not too large.
fn check(body: &Body) -> Result<(), Fault> {
    let mut archive = archive::open(body)?;
    let mut all = 0;
    for index in 0..archive.len() {
        let known = archive.by_index_data(index)?;
        if known.encrypted() {
            return Err(Fault::Locked("it is protected by a password".to_owned()));
        }
        let name = String::from_utf8_lossy(known.name_raw()).to_ascii_lowercase();
        let mut meter = Meter {
            free: FREE,
            ..Meter::new(known.compressed_size())
        };
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let mut gaps = Gaps::default();
        meter.copy(&mut archive.by_index(index)?, &mut gaps)?;
        all += meter.out;
        let is_strings = name.ends_with("sharedstrings.xml");
        if gaps.is_too_long || all > LARGEST || (is_strings && meter.out > STRINGS) {
            return Err(Fault::TooLarge(format!("its part {name} is too large")));
        }
        if is_strings && !gaps.is_sound_table(meter.out) {
            return Err(Fault::Damaged(
                "its table of texts has no sound beginning".to_owned(),
            ));
        }
    }
    Ok(())
}

/// How far the tags of a part are apart, and how it begins.
#[derive(Debug, Default)]
struct Gaps {
    head: Vec<u8>,
    since: usize,
    is_too_long: bool,
}

impl Write for Gaps {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        const HEAD: usize = 4 << 10;
        self.head
            .extend(bytes.iter().take(HEAD.saturating_sub(self.head.len())));
        match memchr::memrchr(b'<', bytes) {
            Some(i) => {
                let first = memchr::memchr(b'<', bytes).unwrap_or_default();
                self.is_too_long |= self.since + first > LONGEST;
                self.since = bytes.len() - i;
            }
            None => self.since += bytes.len(),
        }
        self.is_too_long |= self.since > LONGEST;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Gaps {
    /// Whether it begins with the tag of a table that does not claim more texts than `size` bytes can hold: its
    /// reader makes room for as many as are claimed.
    fn is_sound_table(&self, size: u64) -> bool {
        let head = String::from_utf8_lossy(&self.head);
        let mut rest = head.trim_start_matches('\u{feff}').trim_start();
        if let Some(declared) = rest.strip_prefix("<?xml") {
            rest = declared
                .split_once("?>")
                .map_or("", |(_, rest)| rest)
                .trim_start();
        }
        let Some((tag, _)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) else {
            return false;
        };
        let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
        let claims = |text: &str| {
            let digits = text.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'']);
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            digits.get(..end).unwrap_or_default().parse::<u64>().unwrap_or(0)
        };
        let counts = tag.split("uniqueCount").skip(1);
        (name == "sst" || name.ends_with(":sst")) && counts.map(claims).all(|n| n <= size)
    }
}

/// Writes one sheet.
pub(super) fn sheet(book: &Body, name: &str, context: &Context<'_>) -> Result<Body, Fault> {
    let packed = book.size().map_err(Fault::Unreadable)?;
    let mut book = open(book)?;
    let mut cells = book.worksheet_cells_reader(name).map_err(|e| damaged(&e))?;
    let mut out = Lines {
        out: Spill::new(context.scratch),
        row: 0,
        width: 0,
        widest: 0,
        meter: Meter::new(packed),
    };
    while let Some(cell) = cells.next_cell().map_err(|e| damaged(&e))? {
        let (row, column) = cell.get_position();
        if row >= ROWS || column >= COLUMNS {
            return Err(Fault::TooLarge(
                "it has more rows or columns than a sheet can have".to_owned(),
            ));
        }
        let text = shown(cell.get_value());
        if !text.is_empty() {
            out.cell(row, column, &text)?;
        }
    }
    out.end()?;
    out.out.done().map_err(Fault::Disk)
}

/// Cells one after another → lines.
struct Lines<'a> {
    out: Spill<'a>,
    /// The present row, and how many cells of it are written.
    row: u32,
    width: u32,
    /// The most cells that a row above has: shorter ones are filled up.
    widest: u32,
    meter: Meter,
}

impl Lines<'_> {
    fn cell(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        let is_behind = row > self.row || (row == self.row && (column >= self.width || self.width == 0));
        if !is_behind {
            return Err(Fault::Damaged("its cells are not in order".to_owned()));
        }
        while self.row < row {
            self.end()?;
        }
        let commas = (column + 1).saturating_sub(self.width.max(1));
        self.fill(commas)?;
        self.width = column + 1;
        if text.contains([',', '"', '\n', '\r']) {
            self.put(format!("\"{}\"", text.replace('"', "\"\"")).as_bytes())
        } else {
            self.put(text.as_bytes())
        }
    }

    /// Ends the row.
    fn end(&mut self) -> Result<(), Fault> {
        if self.width > 0 {
            self.widest = self.widest.max(self.width);
            self.fill(self.widest - self.width)?;
        }
        (self.width, self.row) = (0, self.row + 1);
        self.put(b"\n")
    }

    fn fill(&mut self, commas: u32) -> Result<(), Fault> {
        const MANY: [u8; 256] = [b','; 256];
        let mut left = commas as usize;
        while left > 0 {
            let n = left.min(MANY.len());
            self.put(MANY.get(..n).unwrap_or_default())?;
            left -= n;
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.meter.add(bytes.len() as u64)?;
        self.out.write_all(bytes).map_err(Fault::Disk)
    }
}

/// What a cell says.
fn shown<'a>(value: &'a DataRef<'_>) -> Cow<'a, str> {
    match value {
        DataRef::Empty => Cow::Borrowed(""),
        DataRef::String(text) => Cow::Borrowed(text),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cow::Borrowed(text),
        DataRef::Bool(true) => Cow::Borrowed("TRUE"),
        DataRef::Bool(false) => Cow::Borrowed("FALSE"),
        DataRef::Int(n) => Cow::Owned(n.to_string()),
        DataRef::Float(x) => Cow::Owned(number(*x)),
        DataRef::DateTime(time) => Cow::Owned(moment(time)),
        DataRef::Error(e) => Cow::Owned(e.to_string()),
    }
}

/// A number with the fifteen digits that a sheet keeps.
fn number(x: f64) -> String {
    // Up to here every whole number is itself.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if x.trunc() == x && x.abs() < EXACT {
        return format!("{x:.0}");
    }
    let digits = format!("{x:.14E}");
    if x.abs() < EXACT {
        return digits.parse::<f64>().map_or(digits, |x| x.to_string());
    }
    match digits.split_once('E') {
        Some((digits, power)) => format!("{}E+{power}", digits.trim_end_matches('0').trim_end_matches('.')),
        None => digits,
    }
}

/// A day, a time of day, or both.
fn moment(time: &ExcelDateTime) -> String {
    let serial = time.as_f64();
    if !(0.0..2_958_466.0).contains(&serial) {
        return number(serial);
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    let clock = if milli > 0 {
        format!("{clock}.{milli:03}")
    } else {
        clock
    };
    match () {
        () if time.is_duration() || serial < 1.0 => clock,
        () if (hour, minute, second, milli) == (0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        () => format!("{year:04}-{month:02}-{day:02} {clock}"),
    }
}
