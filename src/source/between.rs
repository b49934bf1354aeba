//! What stands between the rows of a table, or behind the last one, and is none: the header once more where
//! two exports were joined, and lines such as `Total: 120`.
//!
//! A row is passed over only where nothing speaks for a message; when in doubt it is a rejected row.

use super::columns::{Layout, Role, Table, plain};
use super::dates::grammar;
use super::frame::name;
use super::split::Row;
use crate::diagnostic::Diagnostic;

/// More rows than these are no footer.
const MOST_HELD: usize = 20;

/// What a second header does to the rows behind it.
#[derive(Debug)]
pub(super) enum Again {
    /// The columns stay where they are.
    Same,
    /// They stand elsewhere.
    Moved(Box<Layout>),
    /// They are others.
    Other,
}

/// Knows a header when it comes again.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    layout: &'a Layout,
    table: &'a Table,
    /// The header as it is compared.
    names: Vec<String>,
    /// The column at which a row is looked at first.
    probe: Option<usize>,
}

impl<'a> Watch<'a> {
    /// For a file with that layout; without a header nothing comes again.
    pub(super) fn new(layout: &'a Layout, table: &'a Table, is_named: bool) -> Self {
        let by = [Role::Time, Role::Id, Role::Text, Role::Rating];
        let probe = by.into_iter().find_map(|role| *layout.column.of(role));
        Watch {
            layout,
            table,
            names: layout.header.iter().map(|name| plain(name)).collect(),
            probe: probe.filter(|_| is_named),
        }
    }

    /// Whether a row that fits may be a header, by one cell: a cheap look for every row. Times and most ids
    /// have digits, names of columns hardly ever.
    pub(super) fn may_be(&self, row: &Row<'_>) -> bool {
        let Some(probe) = self.probe else {
            return false;
        };
        let cell = row.get(probe);
        cell.len() <= 64 && !cell.is_empty() && !cell.bytes().any(|b| b.is_ascii_digit())
    }

    /// What the row says about the rows behind it, if it is a header.
    pub(super) fn look(&self, row: &Row<'_>) -> Option<Again> {
        self.probe?;
        let names: Vec<String> = (0..row.width()).map(|i| name(row.get(i)).to_owned()).collect();
        let plains: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let filled: Vec<&String> = plains.iter().filter(|name| !name.is_empty()).collect();
        if filled.len() < 2 {
            return None;
        }
        let own = filled.iter().filter(|name| self.names.contains(name)).count();
        if own == filled.len() && plains == self.names {
            return Some(Again::Same);
        }
        let known = filled
            .iter()
            .filter(|name| !self.table.parts(name).is_empty() || self.names.contains(name));
        let known = known.count();
        // A customer may well write `Review` under the title `Text`.
        if known < 2 || known * 2 < filled.len() || (known < 3 && filled.len() > known) {
            return None;
        }
        Some(
            self.moved(names, &plains)
                .map_or(Again::Other, |layout| Again::Moved(Box::new(layout))),
        )
    }

    /// The layout of another order of the same columns.
    fn moved(&self, header: Vec<String>, plains: &[String]) -> Option<Layout> {
        let mut layout = self.layout.clone();
        for (role, column) in self.layout.columns() {
            let wanted = self.names.get(column)?;
            let found = plains.iter().position(|name| name == wanted && !name.is_empty());
            *layout.column.of_mut(role) = Some(found?);
        }
        layout.header = header;
        Some(layout)
    }
}

/// Rows that may be a footer, until it is known whether rows follow.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<(u64, String, Diagnostic)>);

impl Held {
    /// Keeps a row that does not fit, with what is wrong with it, if it may be part of a footer; else gives
    /// the fault back.
    pub(super) fn keep(&mut self, row: &Row<'_>, width: usize, fault: Diagnostic) -> Option<Diagnostic> {
        let text = row.joined();
        if self.0.len() >= MOST_HELD || !may_be_footer(row, width, &text) {
            return Some(fault);
        }
        self.0.push((row.at.line, text, fault));
        None
    }

    /// Nothing but these came: they were the footer, or a title above the next header.
    pub(super) fn passed(&mut self, shown: &str) -> Vec<Diagnostic> {
        self.0
            .drain(..)
            .map(|(line, text, _)| passed(shown, line, &text))
            .collect()
    }

    /// A row follows: they were rows.
    pub(super) fn faults(&mut self) -> impl Iterator<Item = Diagnostic> {
        self.0.drain(..).map(|(_, _, fault)| fault)
    }
}

/// A line that is no row of the table.
pub(super) fn passed(shown: &str, line: u64, text: &str) -> Diagnostic {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(60)
        .collect();
    let reason = format!(
        "this line is no row of the table and is passed over: `{}`",
        text.trim()
    );
    Diagnostic::note("lines-passed-over", reason)
        .at(shown, line, 0)
        .help("nothing to do; if it is a row, give it as many cells as the header has")
}

/// A row as wide as the header that a spreadsheet made of `Total,120`.
pub(super) fn is_padded_footer(row: &Row<'_>, layout: &Layout) -> bool {
    let empty = |role| {
        layout
            .column
            .of(role)
            .is_none_or(|column| row.get(column).trim().is_empty())
    };
    // What has a text, a rating or a time is told as what it is.
    let nothing = [Role::Text, Role::Rating, Role::Title, Role::Time, Role::ReplyText]
        .into_iter()
        .all(empty);
    nothing && layout.header.len() > 2 && says_so(&row.joined())
}

/// A row of sums: the first cell says so, and the others are numbers, or counts such as `2 条`.
///
/// Asked only where the row has no time, or in a table without times.
pub(super) fn is_total<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let mut filled = cells.map(str::trim).filter(|cell| !cell.is_empty());
    let is_word = |cell: &str| {
        let cell = cell.trim_end_matches([':', '：', ' ']);
        cell.len() <= 40 && TOTALS.contains(&&*cell.to_lowercase())
    };
    let is_sum = |cell: &str| {
        let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
        let blanks = cell.split_whitespace().count();
        cell.len() <= 32 && letters <= 8 && blanks <= 3 && cell.bytes().any(|b| b.is_ascii_digit())
    };
    let Some(first) = filled.next() else { return false };
    is_word(first) && {
        let mut others = filled.peekable();
        others.peek().is_some() && others.all(is_sum)
    }
}

/// The same for a row of a table: what has a time is a message, and so is a text beside no time column.
pub(super) fn is_total_row(row: &Row<'_>, layout: &Layout) -> bool {
    let time = layout.column.of(Role::Time).map(|column| row.get(column).trim());
    let text = layout.column.of(Role::Text).map(|column| row.get(column).trim());
    let first = (0..row.width())
        .map(|i| row.get(i).trim())
        .find(|cell| !cell.is_empty());
    match time {
        Some(time) if !time.is_empty() && Some(time) != first => false,
        None if text == first => false,
        _ => is_total((0..row.width()).map(|i| row.get(i))),
    }
}

/// At most a few cells, no time, and it begins as footers do.
fn may_be_footer(row: &Row<'_>, width: usize, text: &str) -> bool {
    let filled = (0..row.width())
        .filter(|&i| !row.get(i).trim().is_empty())
        .count();
    row.width() < width && filled <= 3 && !row.has_breaks() && text.chars().count() <= 120 && says_so(text)
}

/// What spreadsheets call their sums and means.
const TOTALS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "count",
    "average",
    "avg",
    "mean",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "anzahl",
    "durchschnitt",
    "mittelwert",
    "totaux",
    "moyenne",
    "totale",
    "totaal",
    "gemiddelde",
    "suma",
    "soma",
    "promedio",
    "média",
    "合计",
    "合計",
    "总计",
    "總計",
    "小计",
    "小計",
    "总数",
    "總數",
    "平均",
    "平均值",
    "総計",
    "합계",
    "итого",
];

/// The first words of what programs write under a table.
const WORDS: &[&str] = &[
    "rows",
    "records",
    "results",
    "number of",
    "end of",
    "generated",
    "exported",
    "downloaded",
    "created by",
    "source:",
    "report",
    "page ",
    "copyright",
    "©",
    "(c)",
    "共",
    "导出",
    "導出",
    "匯出",
    "数据来源",
    "資料來源",
    "生成",
];

fn says_so(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let rule = lower
        .chars()
        .all(|c| matches!(c, '-' | '=' | '_' | '*' | '#' | ' '))
        && !lower.is_empty();
    let lower = lower.trim_start_matches(['#', '-', '=', '*', ' ', '(']);
    let counted = || {
        let rest = lower.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ' '));
        rest.len() < lower.len()
            && ["rows", "records", "results", "条", "條", "行"]
                .iter()
                .any(|w| rest.starts_with(w))
    };
    let begins = |word: &&&str| {
        lower.strip_prefix(**word).is_some_and(|rest| {
            !word.is_ascii() || word.ends_with([' ', ':']) || !rest.starts_with(|c: char| c.is_alphanumeric())
        })
    };
    // A sentence is somebody's: `Total rip-off, never again!`
    let is_dated = || lower.chars().any(|c| c.is_ascii_digit()) || grammar::is_dated(lower);
    let is_short = lower.split_whitespace().count() <= 3;
    rule || counted()
        || (WORDS.iter().chain(TOTALS).any(|word| begins(&word))
            && (is_dated() || is_short)
            && !lower.ends_with(['!', '?', '！', '？']))
}
