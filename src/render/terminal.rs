//! Tables and reports for eyes. Widths are counted in terminal columns; strangers' texts are made safe.

use super::words::Lang;
use super::{Style, safe};
use crate::report::table::{Cell, Report, Table};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, TableStyle};

/// A table without frame: heads, a line, rows.
pub fn table(table: &Table, style: Style) -> String {
    let mut out = String::new();
    if !table.title.is_empty() {
        out.push_str(&heading(&style.lang.say(table.title), style));
        out.push('\n');
    }
    if table.rows.is_empty() {
        out.push_str(&format!("{}\n", style.lang.say("(nothing)")));
        return out;
    }
    let mut drawn = comfy_table::Table::new();
    drawn
        .load_style(PLAIN)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(style.width);
    drawn.set_header(table.columns.iter().map(|c| {
        let cell = comfy_table::Cell::new(style.lang.say(c.label));
        if c.right {
            cell.set_alignment(CellAlignment::Right)
        } else {
            cell
        }
    }));
    for row in &table.rows {
        drawn.add_row(row.iter().zip(&table.columns).map(|(cell, column)| {
            let drawn = comfy_table::Cell::new(text(cell, style.lang));
            if column.right {
                drawn.set_alignment(CellAlignment::Right)
            } else {
                drawn
            }
        }));
    }
    for line in drawn.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Only a line under the heads.
const PLAIN: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// A list for reading: of each row the first `lead` cells on one line, every other cell on a line of its
/// own below, cut to the width.
pub fn cards(table: &Table, lead: usize, style: Style) -> String {
    let mut out = String::new();
    for row in &table.rows {
        let words: Vec<String> = row.iter().map(|c| text(c, style.lang)).collect();
        let (head, below) = words.split_at(lead.min(words.len()));
        let head: Vec<&str> = head
            .iter()
            .map(String::as_str)
            .filter(|w| !w.is_empty())
            .collect();
        out.push_str(&heading(&head.join(" · "), style));
        out.push('\n');
        for line in below.iter().filter(|l| !l.is_empty()) {
            out.push_str(&format!(
                "    {}\n",
                safe::cut(line, usize::from(style.width) - 4)
            ));
        }
    }
    out
}

/// A whole report: its basis, then its tables.
pub fn report(report: &Report, style: Style) -> String {
    let mut out = heading(&title(report, style.lang), style);
    out.push('\n');
    for line in basis(report, style.lang) {
        out.push_str(&line);
        out.push('\n');
    }
    for part in &report.tables {
        out.push('\n');
        out.push_str(&table(part, style));
    }
    out
}

/// What stands above a report: the business and the report's name.
pub fn title(report: &Report, lang: Lang) -> String {
    match report.business.as_str() {
        "" => lang.say(report.name),
        business => format!("{} · {}", safe::line(business), lang.say(report.name)),
    }
}

/// Which cases, by which date, which zone, as of when, how many.
pub fn basis(report: &Report, lang: Lang) -> Vec<String> {
    let say = |k: &str| lang.say(k);
    let by = match report.basis {
        "replied" => say("by the time of the first reply"),
        "resolved" => say("by the time of settling"),
        _ => say("by the posted time of the first mention"),
    };
    let ever = say("(open)");
    let period = match &report.period_local {
        (None, None) => say("all time"),
        (from, to) => {
            let end = |t: &Option<String>| t.clone().unwrap_or_else(|| ever.clone());
            format!("{} … {}", end(from), end(to))
        }
    };
    vec![
        format!(
            "{}: {}   {}: {}   {}: {}",
            say("cases"),
            report.cases,
            say("period"),
            period,
            say("basis"),
            by
        ),
        format!(
            "{}: {}   {}: {}   {}: {}",
            say("as of"),
            report.as_of_local,
            say("zone"),
            report.zone,
            say("clock"),
            say("calendar")
        ),
    ]
}

/// A cell in words.
pub fn text(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Label(key) => lang.say(key),
        Cell::Text(text) => safe::line(text).into_owned(),
        Cell::Count(n) => n.to_string(),
        Cell::Seconds(None) | Cell::Rate(None) | Cell::Stars(None) => "–".to_owned(),
        Cell::Seconds(Some(s)) => lang.duration(*s),
        Cell::Rate(Some(r)) => lang.rate(*r),
        Cell::Stars(Some(s)) => format!("{s:.1}★"),
    }
}

/// A title, bold where colour is on.
pub fn heading(text: &str, style: Style) -> String {
    if style.color {
        let bold = anstyle::Style::new().bold();
        format!("{bold}{text}{bold:#}")
    } else {
        text.to_owned()
    }
}
