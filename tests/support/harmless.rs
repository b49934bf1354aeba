//! What makes an output harmless, format by format, checked without the program's own code.
//! No test and no payload stands here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A character that a terminal obeys, or that reorders or hides what stands around it.
fn is_obeyed(c: char) -> bool {
    let n = u32::from(c);
    n < 0x20
        || (0x7f..=0x9f).contains(&n)
        || [0x61c, 0x200b, 0x200e, 0x200f, 0xfeff].contains(&n)
        || (0x2028..=0x202e).contains(&n)
        || (0x2060..=0x206f).contains(&n)
        || (0xfff9..=0xfffb).contains(&n)
        || (0xe0000..=0xe007f).contains(&n)
}

/// For a terminal: nothing that it obeys but our own line feeds, and what of `own` we print ourselves.
pub fn terminal(text: &str, own: &[&str]) -> Result<(), String> {
    let mut rest = text.to_owned();
    for sequence in own {
        rest = rest.replace(sequence, "");
    }
    match rest.lines().find(|line| line.contains(is_obeyed)) {
        Some(line) => Err(format!("a terminal obeys {line:?}")),
        None => Ok(()),
    }
}

/// Tags that our pages are made of, without attributes.
const TAGS: [&str; 18] = [
    "<title>", "</title>", "<h1>", "</h1>", "<h2>", "</h2>", "<p>", "</p>", "<table>", "</table>", "<tr>",
    "</tr>", "<th>", "</th>", "<td>", "</td>", "</a>", "</html>",
];
/// Those with attributes, to the letter.
const OPENINGS: [&str; 4] = [
    "<th class=\"n\">",
    "<td class=\"n\">",
    "<!doctype html>",
    "<meta name=\"viewport\" content=\"width=device-width\">",
];
const ENTITIES: [&str; 6] = ["&amp;", "&lt;", "&gt;", "&quot;", "&#x27;", "&#x2F;"];
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
content=\"default-src 'none'; style-src 'unsafe-inline'\">";

/// A page of ours: the policy, one style of our own, then nothing but our tags, our links and text.
pub fn html(page: &str) -> Result<(), String> {
    terminal(page, &[])?;
    let (head, rest) = page.split_once("<style>").ok_or("no style")?;
    let (_, body) = rest.split_once("</style>").ok_or("no end of the style")?;
    if !head.contains(POLICY) {
        return Err("no content security policy".into());
    }
    let mut cells = Vec::new();
    for (i, c) in body.char_indices() {
        let at = &body[i..];
        let near = || at.chars().take(80).collect::<String>();
        match c {
            '<' => {
                let end = at.find('>').map_or(at, |n| &at[..=n]);
                if !(TAGS.contains(&end) || OPENINGS.contains(&end) || is_link(end)) {
                    return Err(format!("no tag of ours: {}", near()));
                }
                match end {
                    "<tr>" => cells.push(0),
                    "</td>" | "</th>" => *cells.last_mut().ok_or("a cell outside a row")? += 1,
                    "</table>" => {
                        if cells.windows(2).any(|w| w[0] != w[1]) {
                            return Err(format!("rows of different widths: {cells:?}"));
                        }
                        cells.clear();
                    }
                    _ => {}
                }
            }
            '&' if !ENTITIES.iter().any(|e| at.starts_with(e)) => {
                return Err(format!("no entity of ours: {}", near()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_link(tag: &str) -> bool {
    let inner = tag
        .strip_prefix("<a href=\"")
        .and_then(|t| t.strip_suffix("\" rel=\"noreferrer noopener\">"));
    inner.is_some_and(|url| {
        (url.starts_with("https://")
            || url.starts_with("https:&#x2F;&#x2F;")
            || url.starts_with("http:&#x2F;&#x2F;"))
            && !url.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<'))
    })
}

/// Markdown as its readers see it: headings, paragraphs and tables of plain text, each table's rows as
/// wide as its head, and nothing else.
pub fn markdown(text: &str) -> Result<(), String> {
    terminal(text, &[])?;
    let mut width = None;
    let (mut cells, mut rows) = (0, 0);
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Table(columns)) => width = Some(columns.len()),
            Event::End(TagEnd::Table) => width = None,
            Event::Start(Tag::TableHead | Tag::TableRow) => cells = 0,
            Event::End(TagEnd::TableCell) => cells += 1,
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                rows += 1;
                if width != Some(cells) {
                    return Err(format!("a row of {cells} cells under {width:?} heads"));
                }
            }
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::TableCell)
            | Event::End(TagEnd::Heading(_) | TagEnd::Paragraph)
            | Event::Text(_)
            | Event::SoftBreak
            | Event::HardBreak => {}
            other => return Err(format!("markup: {other:?}")),
        }
    }
    // A reader pads and cuts rows silently, so the bars are counted too.
    let mut heads = None;
    let mut lines = 0;
    for line in text.lines() {
        if !line.starts_with('|') {
            heads = None;
            continue;
        }
        let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        if *heads.get_or_insert(bars) != bars {
            return Err(format!("{bars} bars in {line:?}"));
        }
        lines += usize::from(line.contains(|c| !"|-: ".contains(c)));
    }
    match lines == rows {
        true => Ok(()),
        false => Err(format!("{lines} lines of tables are read as {rows} rows")),
    }
}

/// CSV for spreadsheets: as wide as its head throughout, and no cell is a formula. Gives the rows back.
pub fn csv(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    for record in reader.records() {
        rows.push(
            record
                .map_err(|e| e.to_string())?
                .iter()
                .map(str::to_owned)
                .collect(),
        );
    }
    for cell in rows.iter().flatten().filter(|c| c.parse::<f64>().is_err()) {
        let first = cell
            .chars()
            .find(|c| !(c.is_whitespace() || c.is_control() || "\u{200b}\u{feff}\u{2060}".contains(*c)));
        let formula = first.is_some_and(|c| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(c));
        if formula || cell.starts_with(['\t', '\r', '\n']) {
            return Err(format!("a spreadsheet computes {cell:?}"));
        }
    }
    if rows
        .iter()
        .flatten()
        .any(|c| c.len() > 15 && c.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err("a spreadsheet rounds a number".into());
    }
    Ok(rows)
}
