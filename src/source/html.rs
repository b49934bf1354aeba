//! HTML → the text that a reader of the page sees: line breaks, the text of links, pictures by their names.
//!
//! Posts are bits of HTML, not pages: tags are dropped where they stand, and nothing is checked. A `<` that
//! begins no tag stays a `<`.

use super::cells;
use super::columns::{Layout, Role};
use std::borrow::Cow;

/// Tags that begin a new line.
const LINES: [&str; 14] = [
    "br",
    "p",
    "div",
    "li",
    "tr",
    "blockquote",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "pre",
    "hr",
];

/// Tags whose content nobody sees.
const UNSEEN: [&str; 2] = ["script", "style"];

/// Whether most texts of these rows end a tag, so that they are taken for HTML.
pub(super) fn is_in_most(layout: &Layout, rows: &[Vec<String>]) -> bool {
    let column = *layout.column.of(Role::Text);
    let texts = rows
        .iter()
        .filter_map(|row| row.get(column?))
        .filter(|text| !text.trim().is_empty());
    let (mut all, mut ended) = (0, 0);
    for text in texts {
        all += 1;
        ended += usize::from(
            ["</p>", "</span>", "</a>", "</div>"]
                .iter()
                .any(|end| text.contains(end)),
        );
    }
    all > 2 && ended * 2 > all
}

/// What a reader sees.
pub(super) fn text(html: &str) -> Cow<'_, str> {
    if memchr::memchr(b'<', html.as_bytes()).is_none() {
        return cells::entities(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(&cells::entities(before));
        let Some((inside, behind)) = tag_of(tag) else {
            out.push('<');
            rest = tag.get(1..).unwrap_or_default();
            continue;
        };
        rest = behind;
        let name = inside.trim_start_matches('/');
        let name = name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if LINES.into_iter().any(is) {
            new_line(&mut out, is("p") || is("br"), inside.starts_with('/'));
        } else if is("img") {
            out.push_str(&cells::entities(attribute(inside, "alt").unwrap_or_default()));
        } else if let Some(unseen) = UNSEEN.into_iter().find(|known| is(known)) {
            rest = behind_end(rest, unseen);
        }
    }
    out.push_str(&cells::entities(rest));
    Cow::Owned(out.trim().to_owned())
}

/// `<br>` always breaks the line, and a paragraph leaves one empty; anything else only begins a new line.
fn new_line(out: &mut String, leaves_empty: bool, is_end: bool) {
    let is_begun = out.is_empty() || out.ends_with('\n');
    if !is_begun || (leaves_empty && !is_end && !out.is_empty() && !out.ends_with("\n\n")) {
        out.push('\n');
    }
}

/// What stands between `<` and `>`, and what follows; `None` where no tag begins.
fn tag_of(text: &str) -> Option<(&str, &str)> {
    let inside = text.get(1..)?;
    if let Some(comment) = inside.strip_prefix("!--") {
        let end = comment.find("-->")?;
        return Some(("!", comment.get(end + 3..)?));
    }
    let first = inside.strip_prefix('/').unwrap_or(inside).chars().next()?;
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let mut quote = None;
    for (i, c) in inside.char_indices() {
        match (quote, c) {
            (None, '>') => return Some((inside.get(..i)?, inside.get(i + 1..)?)),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// The value of an attribute, in whatever quotes.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let at = tag.find(&format!(" {name}="))?;
    let value = tag.get(at + name.len() + 2..)?;
    match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next(),
        _ => value.split([' ', '/']).next(),
    }
}

/// What follows the end of such an element.
fn behind_end<'t>(text: &'t str, name: &str) -> &'t str {
    let end = format!("</{name}");
    let at = text
        .as_bytes()
        .windows(end.len())
        .position(|w| w.eq_ignore_ascii_case(end.as_bytes()));
    let rest = at.and_then(|at| text.get(at..)).unwrap_or_default();
    rest.find('>').and_then(|i| rest.get(i + 1..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_sees() {
        for (html, seen) in [
            ("plain &amp; simple", "plain & simple"),
            ("one<br>two<br />three", "one\ntwo\nthree"),
            ("a<br><br>b", "a\n\nb"),
            ("<p>Hello</p><p>there</p>", "Hello\n\nthere"),
            ("<div>a</div><div>b</div>", "a\nb"),
            (
                r#"see <a href="https://a.example/?x=1&gt;2">our page</a>!"#,
                "see our page!",
            ),
            (
                r#"好吃<span class="url-icon"><img alt=[doge] src="x.png" style="width:1em;" /></span>"#,
                "好吃[doge]",
            ),
            (r#"<img alt="a > b">c"#, "a > bc"),
            ("I <3 it, 1 < 2 and 5 > 4", "I <3 it, 1 < 2 and 5 > 4"),
            (
                "a<!-- not seen -->b<script>alert(1)</script>c<STYLE>x</style>d",
                "abcd",
            ),
            ("cut <a href=\"x", "cut <a href=\"x"),
            ("&lt;b&gt; stays", "<b> stays"),
        ] {
            assert_eq!(text(html), seen, "{html}");
        }
    }
}
