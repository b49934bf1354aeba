//! Tables and reports as one HTML page: no script, nothing loaded from elsewhere, every text escaped.

use super::words::Lang;
use super::{safe, terminal};
use crate::report::table::{Cell, Report, Table};

/// Nothing may be loaded or run; the page's own style is allowed by its place.
const HEAD: &str = "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222}\
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.25rem .75rem;text-align:left;vertical-align:top;\
border-bottom:1px solid #ddd}.n{text-align:right;font-variant-numeric:tabular-nums}</style>\n";

/// A whole report as a page.
pub fn report(report: &Report, lang: Lang) -> String {
    let mut body = format!("<h1>{}</h1>\n", escape(&terminal::title(report, lang)));
    for line in terminal::basis(report, lang) {
        body.push_str(&format!("<p>{}</p>\n", escape(&line)));
    }
    for part in &report.tables {
        body.push_str(&inner(part, lang));
    }
    page(&terminal::title(report, lang), &body, lang)
}

/// One table as a page.
pub fn table(table: &Table, lang: Lang) -> String {
    page("feedback", &inner(table, lang), lang)
}

/// Several tables as a page.
pub fn tables(tables: &[Table], lang: Lang) -> String {
    let body: String = tables.iter().map(|table| inner(table, lang)).collect();
    page("feedback", &body, lang)
}

fn page(title: &str, body: &str, lang: Lang) -> String {
    let code = match lang {
        Lang::En => "en",
        Lang::ZhHans => "zh-Hans",
        Lang::ZhHant => "zh-Hant",
    };
    let title = escape(title);
    format!("<!doctype html>\n<html lang=\"{code}\">\n{HEAD}<title>{title}</title>\n{body}</html>\n")
}

fn inner(table: &Table, lang: Lang) -> String {
    let mut out = String::new();
    if !table.title.is_empty() {
        out.push_str(&format!("<h2>{}</h2>\n", escape(&lang.say(table.title))));
    }
    let class = |right: bool| if right { " class=\"n\"" } else { "" };
    out.push_str("<table>\n<tr>");
    for column in &table.columns {
        out.push_str(&format!(
            "<th{}>{}</th>",
            class(column.right),
            escape(&lang.say(column.label))
        ));
    }
    out.push_str("</tr>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (cell, column) in row.iter().zip(&table.columns) {
            let text = match cell {
                Cell::Text(text) if is_address(text) => link(text),
                cell => escape(&terminal::text(cell, lang)),
            };
            out.push_str(&format!("<td{}>{text}</td>", class(column.right)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
    out
}

/// A web address, and nothing that could hide where it leads or end an attribute.
fn is_address(text: &str) -> bool {
    let strange = |c: char| {
        c.is_whitespace()
            || safe::is_dangerous(c)
            || matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\' | '^' | '{' | '|' | '}')
    };
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(strange)
}

fn link(text: &str) -> String {
    let text = escape(text);
    format!("<a href=\"{text}\" rel=\"noreferrer noopener\">{text}</a>")
}

/// Safe as the text of an element and inside a quoted attribute.
pub fn escape(text: &str) -> String {
    html_escape::encode_safe(&safe::line(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_quotes_are_shown_not_obeyed() {
        let escaped = escape("<script>alert('x')</script>\" onload=\"");
        assert!(!escaped.contains(['<', '>', '"', '\'']), "{escaped}");
        let mut list = Table::new("", &["link"]);
        list.row([Cell::Text("javascript:alert(1)".into())]);
        list.row([Cell::Text("https://a.example/?q=\"><b>".into())]);
        let page = table(&list, Lang::En);
        assert!(!page.contains("<b>") && !page.contains("href=\"javascript"));
    }
}
