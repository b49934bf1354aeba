//! Tables → bytes. Each renderer sees tables and reports, never cases or the ledger.
//!
//! What strangers wrote is made harmless here: [`safe`] for terminals, each renderer by its own rules
//! for its format.

pub mod csv;
pub mod html;
pub mod json;
pub mod markdown;
pub mod safe;
pub mod terminal;
pub mod words;

use crate::report::table::{Cell, Report, Table, Value};
use words::Lang;

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For eyes, on a terminal.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
    /// For notes and tickets.
    Markdown,
    /// For a browser or a mail.
    Html,
}

/// How to write for eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal.
    pub width: u16,
    /// The language of our words.
    pub lang: Lang,
    /// Bold and colour.
    pub color: bool,
}

/// A report in a format.
pub fn report(report: &Report, format: Format, style: Style) -> String {
    match format {
        Format::Table => terminal::report(report, style),
        Format::Json => json::report(report),
        Format::Csv => match &report.list {
            Some(list) => csv::table(list, Lang::En),
            None => csv::table(&values(report), Lang::En),
        },
        Format::Markdown => markdown::report(report, style.lang),
        Format::Html => html::report(report, style.lang),
    }
}

/// A list in a format.
pub fn list(table: &Table, format: Format, style: Style) -> String {
    match format {
        Format::Table => terminal::table(table, style),
        Format::Json => json::list(table),
        Format::Csv => csv::table(table, Lang::En),
        Format::Markdown => markdown::table(table, style.lang),
        Format::Html => html::table(table, style.lang),
    }
}

/// Several tables one below the other; in CSV with an empty line between.
pub fn tables(tables: &[Table], format: Format, style: Style) -> String {
    match format {
        Format::Html => html::tables(tables, style.lang),
        Format::Json => json::pretty(&tables.iter().map(json::rows).collect()),
        _ => {
            let texts: Vec<String> = tables.iter().map(|table| list(table, format, style)).collect();
            texts.join("\n")
        }
    }
}

/// Every value of a report, one a row: what spreadsheets and engines read.
fn values(report: &Report) -> Table {
    let mut table = Table::new("", &["by", "key", "figure", "value", "is"]);
    let all = ("", String::new(), &report.figures);
    let groups = report.groups.iter().map(|g| (g.by, g.key.clone(), &g.figures));
    for (by, key, figures) in std::iter::once(all).chain(groups) {
        for figure in figures {
            let n = ("n", Value::Count(figure.n));
            for (name, value) in std::iter::once(&n).chain(&figure.values) {
                let text = |s: &str| Cell::Text(s.to_owned());
                table.row([
                    text(by),
                    text(&key),
                    text(figure.name),
                    text(name),
                    (*value).into(),
                ]);
            }
        }
    }
    table
}
