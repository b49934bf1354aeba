//! What kind of file is it: by its first bytes, never by its name.

use super::block::{Block, LONGEST};
use super::body::{Body, Reader};
use super::columns::{Role, Table, plain};
use super::{delimited, json, whole_file};
use crate::diagnostic::Diagnostic;
use std::io::Read;

/// How much of a file is looked at.
const HEAD: u64 = 256 << 10;

const NOT_UTF_8: &str = "the file is not UTF-8 text";

/// How the messages are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Rows of cells with this separator.
    Delimited(u8),
    /// A JSON list, or an object that holds one.
    JsonList,
    /// One JSON object a line.
    JsonLines,
    /// JavaScript around JSON, which begins so many bytes further on.
    Script(u64),
}

/// What the first bytes tell.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) shape: Shape,
    /// The header's names, where there is a header.
    pub(super) header: Vec<String>,
    /// The length of the byte order mark.
    pub(super) base: u64,
    pub(super) size: u64,
}

/// Looks at the beginning of a file.
pub(super) fn head(from: &Body, shown: &str, table: &Table) -> Result<Head, Vec<Diagnostic>> {
    let failed = |e: std::io::Error| vec![super::unreadable(shown, &e)];
    let file = from.open_at(0).map_err(failed)?;
    let size = from.size().map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(HEAD).read_to_end(&mut bytes).map_err(failed)?;
    let base = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let body = bytes.get(base..).unwrap_or_default();
    let is_all = size <= HEAD;
    check_text(body, shown, is_all)?;
    let first = body.iter().find(|b| !b.is_ascii_whitespace()).copied();
    let Some(first) = first else {
        return Err(vec![
            Diagnostic::error("file-empty", "the file holds nothing")
                .at(shown, 1, 1)
                .help("export it again; the download may have failed"),
        ]);
    };
    let (shape, header) = match first {
        b'[' => (Shape::JsonList, Vec::new()),
        b'{' => (json_shape(from, base as u64, table).map_err(failed)?, Vec::new()),
        _ => match json::script_begins(body) {
            Some(at) => (Shape::Script(at as u64), Vec::new()),
            None => {
                let (delimiter, header) = best_delimiter(body, table);
                (Shape::Delimited(delimiter), header)
            }
        },
    };
    Ok(Head {
        shape,
        header,
        base: base as u64,
        size,
    })
}

/// UTF-8 without zero bytes, as far as the head goes.
fn check_text(body: &[u8], shown: &str, is_all: bool) -> Result<(), Vec<Diagnostic>> {
    let utf_16 = [&b"\xff\xfe"[..], b"\xfe\xff"]
        .iter()
        .any(|mark| body.starts_with(mark));
    let nul = memchr::memchr(0, body);
    let not_text = |reason: &str, at: usize| {
        let line = 1 + memchr::memchr_iter(b'\n', body.get(..at).unwrap_or_default()).count() as u64;
        let d = Diagnostic::error("file-not-text", reason).at(shown, line, column(body, at));
        Err(vec![d.help(whole_file::SAVE_AS_UTF_8)])
    };
    match (std::str::from_utf8(body), nul) {
        _ if body.starts_with(b"PK\x03\x04") => {
            let reason = "the file is a workbook or an archive, not a text file";
            let d = Diagnostic::error("file-not-text", reason).at(shown, 1, 1);
            Err(vec![d.help(
                "open it in its program and save the sheet as CSV (UTF-8), or unpack the archive first",
            )])
        }
        _ if utf_16 || (nul.is_some() && looks_like_utf_16(body)) => {
            not_text("the file is UTF-16, not UTF-8", 0)
        }
        (_, Some(at)) => not_text(whole_file::HOLDS_NUL, at),
        // The last character of the head may be cut.
        (Err(e), None) if is_all || e.error_len().is_some() => not_text(NOT_UTF_8, e.valid_up_to()),
        _ => Ok(()),
    }
}

/// In UTF-16 nearly every second byte of Latin text is zero.
fn looks_like_utf_16(body: &[u8]) -> bool {
    let sample = body.get(..512).unwrap_or(body);
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let half = sample.len() / 2;
    half > 4 && (zeros(0) * 2 > half || zeros(1) * 2 > half)
}

fn column(body: &[u8], at: usize) -> u64 {
    let before = body.get(..at).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).map_or(before, |i| before.get(i + 1..).unwrap_or_default());
    String::from_utf8_lossy(line).chars().count() as u64 + 1
}

/// What stands there is no UTF-8.
pub(super) fn not_utf8(shown: &str, line: u64, column: u64) -> Diagnostic {
    Diagnostic::error("file-not-text", NOT_UTF_8)
        .at(shown, line, column)
        .help(whole_file::SAVE_AS_UTF_8)
}

/// The separator with which the header has the most known columns; among equals the most columns.
fn best_delimiter(body: &[u8], table: &Table) -> (u8, Vec<String>) {
    let mut best = (0, 0, b',', Vec::new());
    for delimiter in *b",;\t|" {
        let header = delimited::header(body, delimiter);
        let known = table.layout(header.clone()).known();
        if (known, header.len()) > (best.0, best.1) {
            best = (known, header.len(), delimiter, header);
        }
    }
    (best.2, best.3)
}

/// One object a line, or one object around everything?
fn json_shape(from: &Body, base: u64, table: &Table) -> std::io::Result<Shape> {
    let mut block = Block::new(from.open_at(base)?);
    let (first, is_cut) = filled_line(&mut block)?;
    if first.is_empty() {
        return Ok(Shape::JsonList);
    }
    let mut is_message = false;
    let whole = json::each_pair(&first, &mut |key, value| {
        let role_text = table
            .parts(&plain(key))
            .iter()
            .any(|(role, _)| *role == Role::Text);
        is_message |= role_text && value.starts_with('"');
        Ok(())
    });
    let (next, _) = filled_line(&mut block)?;
    Ok(match whole {
        Ok(()) if !next.is_empty() || is_message => Shape::JsonLines,
        // A broken first line, and another object begins on the next; a line inside a larger object would
        // end in one of these signs.
        Err(_) if next.starts_with('{') && (is_cut || !first.ends_with(['{', '[', ',', ':'])) => {
            Shape::JsonLines
        }
        _ => Shape::JsonList,
    })
}

/// The next line that holds something, or nothing at the end; of a line that is too long the beginning, and
/// whether it is one.
fn filled_line(block: &mut Block<Reader>) -> std::io::Result<(String, bool)> {
    loop {
        let length = block.line()?;
        let bytes = block.pass(length.unwrap_or(HEAD as usize));
        let text = String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
        if length.is_none() {
            while block.line()?.is_none() {
                block.pass(LONGEST);
            }
            let rest = block.line()?.unwrap_or_default();
            block.pass(rest);
        }
        if !text.is_empty() || length == Some(0) {
            return Ok((text, length.is_none()));
        }
    }
}
