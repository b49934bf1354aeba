//! Tables and reports as Markdown. Everything that Markdown or HTML could take for markup is escaped.

use super::words::Lang;
use super::{safe, terminal};
use crate::report::table::{Cell, Report, Table};

/// A whole report.
pub fn report(report: &Report, lang: Lang) -> String {
    let mut out = format!("# {}\n\n", escape(&terminal::title(report, lang)));
    for line in terminal::basis(report, lang) {
        out.push_str(&format!("{line}  \n"));
    }
    for part in &report.tables {
        out.push('\n');
        out.push_str(&table(part, lang));
    }
    out
}

/// One table, its title as a heading.
pub fn table(table: &Table, lang: Lang) -> String {
    let mut out = String::new();
    if !table.title.is_empty() {
        out.push_str(&format!("## {}\n\n", lang.say(table.title)));
    }
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    out.push_str(&line(table.columns.iter().map(|c| lang.say(c.label)).collect()));
    out.push_str(&line(
        table
            .columns
            .iter()
            .map(|c| if c.right { "---:" } else { "---" }.to_owned())
            .collect(),
    ));
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(_) => escape(&terminal::text(cell, lang)),
            _ => terminal::text(cell, lang),
        });
        out.push_str(&line(cells.collect()));
    }
    out
}

/// `text` with nothing in it that is markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in safe::line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~'
            | '$' | '^' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_not_obeyed() {
        assert_eq!(escape("<img src=x>|a"), "&lt;img src=x&gt;\\|a");
        assert_eq!(escape("[x](javascript:1)"), "\\[x\\]\\(javascript:1\\)");
    }
}
