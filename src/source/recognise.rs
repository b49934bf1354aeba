//! What kind of file is it: by its first bytes, never by its name.

use super::block::{Block, LONGEST};
use super::body::{Body, Reader};
use super::columns::{Role, Table, plain};
use super::encoding::Text;
use super::frame::{self, Frame, Known};
use super::{json, whole_file};
use crate::diagnostic::Diagnostic;
use std::io::Read;

/// How much of a file is looked at.
const HEAD: u64 = 256 << 10;

/// How the messages are laid out.
#[derive(Debug)]
pub(super) enum Shape {
    /// Rows of cells.
    Delimited(Frame),
    /// A JSON list, or an object that holds one.
    JsonList,
    /// One JSON object a line.
    JsonLines,
    /// JavaScript around JSON, which begins so many bytes further on.
    Script(u64),
}

/// Looks at the beginning of a text.
pub(super) fn head(text: &Text, shown: &str, names: Known<'_>) -> Result<Shape, Vec<Diagnostic>> {
    let failed = |e: std::io::Error| vec![super::unreadable(shown, &e)];
    let (from, base) = (&text.body, text.base);
    let file = from.open_at(base).map_err(failed)?;
    let size = from.size().map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(HEAD).read_to_end(&mut bytes).map_err(failed)?;
    let body = bytes.as_slice();
    let is_all = base + HEAD >= size;
    let first = body.iter().find(|b| !b.is_ascii_whitespace()).copied();
    let Some(first) = first else {
        return Err(vec![
            Diagnostic::error("file-empty", "the file holds nothing")
                .at(shown, 1, 1)
                .help("export it again; the download may have failed"),
        ]);
    };
    Ok(match first {
        b'[' => Shape::JsonList,
        b'{' => json_shape(from, base, names.0).map_err(failed)?,
        _ => match json::script_begins(body) {
            Some(at) => Shape::Script(at as u64),
            None => Shape::Delimited(frame::find(body, (is_all, text.is_sheet), names)),
        },
    })
}

/// What stands there is no UTF-8.
pub(super) fn not_utf8(shown: &str, line: u64, column: u64) -> Diagnostic {
    Diagnostic::error("file-not-text", "the file is not UTF-8 text")
        .at(shown, line, column)
        .help(whole_file::SAVE_AS_UTF_8)
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
