//! Where in a file of separated values the table stands: Excel's `sep=` line, what is written above the
//! header, the header (or that there is none), the separator.
//!
//! Looks at the beginning of a file only. What stands between and behind the rows is told in `between`;
//! what the columns mean, in `columns` and `guess`.

use super::between::is_total;
use super::columns::{Role, Table};
use super::dates::grammar;
use super::split::Splitter;
use super::{Mark, Profile, profiles};

/// So many rows of the beginning are looked at for each separator.
const LOOKED: usize = 60;
/// A header stands among so many rows, or there is none.
const WITHIN: usize = 25;

/// So many rows are looked at for what the columns hold.
const SAMPLE: usize = 300;

/// See the module.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) delimiter: u8,
    /// The header's names; `column 1` and so on where there is no header.
    pub(super) header: Vec<String>,
    /// The first row names the columns.
    pub(super) is_named: bool,
    /// Where the header stands, or the first row where there is none.
    pub(super) begin: Mark,
    /// The rows above, each with its line.
    pub(super) above: Vec<(u64, String)>,
    /// The cells of the first rows.
    pub(super) sample: Vec<Vec<String>>,
}

/// One row of the beginning.
struct Row {
    at: Mark,
    cells: Vec<String>,
}

impl Row {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    fn names(&self) -> Vec<String> {
        self.cells.iter().map(|cell| name(cell).to_owned()).collect()
    }
}

/// A header's cell as a name: without the byte order mark and the quotes that a joined file leaves in it.
pub(super) fn name(cell: &str) -> &str {
    let cell = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match cell.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if !inner.is_empty() => inner.trim(),
        _ => cell,
    }
}

/// The first rows of `head` that are no empty lines, up to `most`; not the last one, which may be cut, unless
/// the head is all.
fn rows(head: &[u8], delimiter: u8, from: Mark, (is_all, is_sheet): (bool, bool), most: usize) -> Vec<Row> {
    let body = usize::try_from(from.offset).ok().and_then(|at| head.get(at..));
    let mut split = Splitter::new(body.unwrap_or_default(), delimiter, usize::MAX, from).of_sheet(is_sheet);
    let mut found = Vec::new();
    let mut is_cut = false;
    while let Ok(Some(row)) = split.next() {
        if row.is_empty_line() {
            continue;
        }
        is_cut = !is_all && row.end >= head.len() as u64;
        found.push(Row {
            at: row.at,
            cells: (0..row.width()).map(|i| row.get(i).trim().to_owned()).collect(),
        });
        if found.len() >= most {
            break;
        }
    }
    if is_cut && found.len() > 1 {
        found.pop();
    }
    found
}

/// The separator that a line `sep=;` at the very beginning names, and where the next line begins.
fn told(head: &[u8]) -> Option<(u8, Mark)> {
    let end = memchr::memchr(b'\n', head)?;
    let line = head.get(..end)?.trim_ascii_end();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let delimiter = match line.split_at_checked(4)? {
        (word, [delimiter] | [delimiter, b'"']) if word.eq_ignore_ascii_case(b"sep=") => *delimiter,
        // A tab at the end of a line was trimmed.
        (word, []) if word.eq_ignore_ascii_case(b"sep=") => b'\t',
        _ => return None,
    };
    let next = Mark {
        offset: end as u64 + 1,
        line: 2,
        ..Mark::START
    };
    (delimiter != b'"' && delimiter.is_ascii()).then_some((delimiter, next))
}

/// Finds the table in the beginning of a file. `is_all`: nothing comes behind `head`.
pub(super) fn find(head: &[u8], (is_all, is_sheet): (bool, bool), names: Known<'_>) -> Frame {
    let told = told(head).filter(|_| !is_sheet);
    let from = told.map_or(Mark::START, |(_, mark)| mark);
    let told = match is_sheet {
        true => Some([b',']),
        false => told.map(|(delimiter, _)| [delimiter]),
    };
    let delimiters = told.as_ref().map_or(&b",;\t|"[..], |told| &told[..]);
    let mut best: Option<(Score, Frame)> = None;
    for &delimiter in delimiters {
        let rows = rows(head, delimiter, from, (is_all, is_sheet), LOOKED);
        let (score, frame) = framed(rows, delimiter, from, names);
        if best.as_ref().is_none_or(|(best, _)| score > *best) {
            best = Some((score, frame));
        }
    }
    let (_, mut frame) = best.unwrap_or_else(|| framed(Vec::new(), b',', from, names));
    let first = rows(head, frame.delimiter, frame.begin, (is_all, is_sheet), SAMPLE + 1).into_iter();
    // Neither totals nor the header of a second export.
    let is_row = |row: &Row| {
        let is_total = is_total(row.cells.iter().map(String::as_str));
        row.cells.len() == frame.header.len() && row.names() != frame.header && !is_total
    };
    let first = first.skip(usize::from(frame.is_named)).filter(is_row);
    frame.sample = first.map(|row| row.cells).collect();
    frame
}

/// The names that may be met: of columns, and of the workspace's own formats.
pub(super) type Known<'k> = (&'k Table, &'k [Profile]);

/// How well a separator does: known columns, rows as wide as the header, columns.
type Score = (usize, usize, usize);

fn framed(rows: Vec<Row>, delimiter: u8, from: Mark, names: Known<'_>) -> (Score, Frame) {
    let (mut at, mut known) = header_row(&rows, names);
    if known < 2 {
        at = first_wide(&rows, at);
        known = rows.get(at).map_or(0, |row| self::known(&row.names(), names).0);
    }
    let is_named = rows.get(at).is_none_or(|row| known > 1 || !is_data(row));
    let above = rows.iter().take(at).filter(|row| row.filled() > 0);
    let above: Vec<(u64, String)> = above.map(|row| (row.at.line, row.cells.join(" "))).collect();
    let Some(row) = rows.get(at) else {
        let frame = Frame {
            delimiter,
            header: Vec::new(),
            is_named: true,
            begin: from,
            above,
            sample: Vec::new(),
        };
        return ((0, 0, 0), frame);
    };
    let width = row.cells.len();
    let alike = rows
        .iter()
        .skip(at + 1)
        .filter(|row| width > 1 && row.cells.len() == width);
    let header = match is_named {
        true => row.names(),
        false => (1..=width).map(|n| format!("column {n}")).collect(),
    };
    let score = (known, alike.count(), width);
    let begin = row.at;
    (
        score,
        Frame {
            delimiter,
            header,
            is_named,
            begin,
            above,
            sample: Vec::new(),
        },
    )
}

/// The row that names most columns, and how many; what stands above it must be narrower.
fn header_row(rows: &[Row], all: Known<'_>) -> (usize, usize) {
    let mut best = (0, 0);
    let mut widest = 0;
    for (i, row) in rows.iter().take(WITHIN).enumerate() {
        let names = row.names();
        let filled = row.filled();
        if i == 0 || filled > widest {
            let (known, is_sure) = known(&names, all);
            if known > best.1 && (i == 0 || (known > 1 && filled > 1)) {
                best = (i, known);
            }
            if is_sure && best.0 == i {
                break;
            }
        }
        widest = widest.max(filled);
    }
    best
}

/// How many of these names are known, and whether they are surely a header of messages.
fn known(names: &[String], (table, own): Known<'_>) -> (usize, bool) {
    if let Some(profile) = profiles::recognise(names, own, table) {
        let columns = profile.recognised_by.iter().map(Vec::len).min().unwrap_or(0);
        return (columns.max(table.layout(names.to_vec()).known()), true);
    }
    let layout = table.layout(names.to_vec());
    let holds = layout.has(Role::Text) || layout.has(Role::Rating);
    (layout.known(), holds && layout.known() > 1)
}

/// Where no names are known: the first row as wide as most of the rows behind it, if those above hold but one
/// cell each.
fn first_wide(rows: &[Row], else_at: usize) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(|row| row.cells.len()).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0);
    let wide = rows
        .iter()
        .take(WITHIN)
        .position(|row| row.cells.len() == usual && row.filled() > 1);
    match wide {
        Some(at) if usual > 1 && rows.iter().take(at).all(|row| row.filled() < 2) => at,
        _ => else_at,
    }
}

/// Whether a row holds what a header never does: a time, a number, an address.
fn is_data(row: &Row) -> bool {
    row.cells.iter().any(|cell| {
        let is_number = cell.parse::<f64>().is_ok() && cell.bytes().any(|b| b.is_ascii_digit());
        let is_time = cell.bytes().filter(u8::is_ascii_digit).count() > 3 && grammar::is_dated(cell);
        is_number || is_time || cell.starts_with("http://") || cell.starts_with("https://")
    })
}
