//! What is wrong with the JSON itself, and where.

use super::super::at::At;
use super::super::block::Block;
use super::super::unreadable;
use super::Json;
use super::values::{each_item, scalar, value_of};
use crate::diagnostic::Diagnostic;

pub(super) const CUT: &str = "it ends before it is complete";

const CUT_OFF: &str = "export the file again; it may have been cut off while it was saved";

impl Json {
    /// A fault of the JSON itself in `text`, which begins at that line and column.
    pub(super) fn syntax(&self, e: &serde_json::Error, text: &str, at: At) -> Diagnostic {
        let (in_line, in_column) = (e.line().max(1), e.column());
        let before = text.lines().nth(in_line - 1).unwrap_or_default();
        // serde_json counts bytes.
        let characters = before
            .char_indices()
            .take_while(|(i, _)| i + 1 < in_column)
            .count() as u64
            + 1;
        let column = if in_line == 1 {
            at.column + characters - 1
        } else {
            characters
        };
        self.broken(&reason_of(e), at.line + in_line as u64 - 1, column)
    }

    /// The same where the whole text from `begins` on was looked at.
    pub(super) fn syntax_of_file(
        &self,
        e: &serde_json::Error,
        begins: At,
    ) -> Result<Diagnostic, Vec<Diagnostic>> {
        if e.is_io() {
            return Ok(unreadable(&self.shown, e));
        }
        let failed = |e: std::io::Error| vec![unreadable(&self.shown, &e)];
        let mut block = Block::new(self.file_at(begins.offset)?);
        let (mut line, mut column, mut bytes) = (1, begins.column, 0);
        while line < e.line() || bytes + 1 < e.column() {
            if block.rest().is_empty() {
                if block.is_all {
                    break;
                }
                block.fill().map_err(failed)?;
            }
            let Some(&byte) = block.pass(1).first() else { break };
            if line == e.line() {
                bytes += 1;
                column += u64::from(byte & 0xC0 != 0x80);
            }
            if byte == b'\n' {
                line += 1;
                column = 1;
            }
        }
        Ok(self.broken(&reason_of(e), begins.line + e.line().max(1) as u64 - 1, column))
    }

    /// A page or list without a message, and why, where it says so itself.
    pub(super) fn without_messages(&self, text: &str, at: At) -> Diagnostic {
        let reason = match reason_in(text) {
            Some(said) => format!("no message stands here; it says: {said}"),
            None => "no message stands here".to_owned(),
        };
        Diagnostic::note("page-empty", reason)
            .at(&self.shown, at.line, at.column)
            .help("nothing to do, unless messages should be there: then fetch that page again")
    }

    /// Messages inside messages without end.
    pub(super) fn too_deep(&self, at: At) -> Diagnostic {
        Diagnostic::warning(
            "json-too-deep",
            "messages inside messages are nested too deep; those further in are left out",
        )
        .at(&self.shown, at.line, at.column)
        .help("look whether the export is damaged; no known platform nests answers that deep")
    }

    pub(super) fn broken(&self, reason: &str, line: u64, column: u64) -> Diagnostic {
        Diagnostic::error("json-syntax", format!("the JSON cannot be read: {reason}"))
            .at(&self.shown, line, column)
            .help(CUT_OFF)
    }
}

/// What is wrong, without the place.
fn reason_of(e: &serde_json::Error) -> String {
    let reason = e.to_string();
    let reason = reason
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_lowercase();
    match reason.strip_prefix("eof while parsing a") {
        Some(_) => CUT.to_owned(),
        None => reason,
    }
}

/// What a page says of an error: the first text under one of the usual keys.
fn reason_in(page: &str) -> Option<String> {
    const LONGEST: usize = 160;
    let page = match page.starts_with('[') {
        true => first_item(page)?,
        false => page,
    };
    for key in ["errors", "error", "detail", "message", "title", "status", "msg"] {
        let Some(value) = value_of(page, key).ok()? else {
            continue;
        };
        let said = match value.as_bytes().first() {
            Some(b'[' | b'{') => reason_in(value),
            Some(b'n') | None => None,
            _ => scalar(value)
                .ok()
                .map(|text| text.chars().take(LONGEST).collect()),
        };
        if said.is_some() {
            return said;
        }
    }
    None
}

fn first_item(list: &str) -> Option<&str> {
    let mut first = None;
    each_item(list, &mut |item| {
        first = first.or(Some(item));
        Ok(())
    })
    .ok()?;
    first
}
