//! JSON: a list of objects, an object that holds such a list, or one object a line.
//!
//! Nested objects are reached by dotted names (`user.screen_name`), lists inside an element are passed
//! over. Values are taken from the bytes as they stand, so ids keep every digit and places stay exact.

use super::block::Block;
use super::body::{Body, Reader};
use super::columns::{Cells, PerRole, Role, Table};
use super::elements::{At, Elements, Fault, best_list};
use super::sieve::{Hit, Keys, Sieve};
use super::{Locate, Mark, Raw, Sink, recognise, unreadable, whole_file};
use crate::diagnostic::{Diagnostic, Place};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::ops::ControlFlow;

/// A JSON file.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) body: Body,
    pub(super) shown: String,
    /// Where the JSON begins: behind a byte order mark.
    pub(super) base: u64,
    pub(super) form: Form,
}

/// How the elements are laid out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// One a line.
    Lines,
    /// In a list that begins here, behind its bracket; `is_whole`: nothing is around it.
    List { begins: At, is_whole: bool },
}

const CUT: &str = "it ends before it is complete";

const CUT_OFF: &str = "export the file again; it may have been cut off while it was saved";

impl Json {
    /// Reads the elements. `seen` collects every key that occurs, where the caller wants them.
    pub(super) fn rows(
        &self,
        table: &Table,
        from: Option<Mark>,
        to: Option<Mark>,
        seen: Option<&mut Keys>,
        sink: Sink<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut sieve = Sieve::new(table, seen.is_some());
        let done = match self.form {
            Form::Lines => self.each_line(&mut sieve, from, to, sink),
            Form::List { begins, is_whole } => {
                let begins = from.map_or(begins, |mark| At {
                    offset: mark.offset,
                    line: mark.line,
                    column: 1,
                });
                self.each_of_list(&mut sieve, (begins, is_whole), (from, to), sink)
            }
        };
        if let Some(seen) = seen {
            *seen = sieve.into_keys();
        }
        done
    }

    fn each_line(
        &self,
        sieve: &mut Sieve<'_>,
        from: Option<Mark>,
        to: Option<Mark>,
        sink: Sink<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let failed = |e: &dyn std::fmt::Display| vec![unreadable(&self.shown, e)];
        let start = from.unwrap_or(Mark::START);
        let mut block = Block::new(self.file_at(start.offset)?);
        let (mut offset, mut last) = (start.offset, from);
        for line in start.line.. {
            if to.is_some_and(|to| offset >= to.offset) {
                break;
            }
            let begins = offset;
            let Some(n) = block.line().map_err(|e| failed(&e))? else {
                return Err(vec![whole_file::too_long(&self.shown, line, 1)]);
            };
            if n == 0 {
                break;
            }
            offset += n as u64;
            let bytes = block.pass(n);
            let at = At {
                offset: begins,
                line,
                column: 1,
            };
            let text = self.text(bytes, at)?;
            if line.is_multiple_of(4096) && sink(Raw::Progress(self.base + offset)).is_break() {
                break;
            }
            let element = text.trim();
            if element.is_empty() {
                continue;
            }
            if Mark::is_due(last, begins) {
                let mark = Mark {
                    offset: begins,
                    line,
                    ..Mark::START
                };
                last = Some(mark);
                if sink(Raw::Mark(mark)).is_break() {
                    break;
                }
            }
            let column = 1 + text.chars().take_while(|c| c.is_whitespace()).count() as u64;
            if self
                .element(element, self.place(line, column), sieve, sink)?
                .is_break()
            {
                break;
            }
        }
        Ok(())
    }

    fn each_of_list(
        &self,
        sieve: &mut Sieve<'_>,
        (begins, is_whole): (At, bool),
        (from, to): (Option<Mark>, Option<Mark>),
        sink: Sink<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let failed = |fault| {
            vec![match fault {
                Fault::Unreadable(e) => unreadable(&self.shown, &e),
                Fault::TooLong(at) => whole_file::too_long(&self.shown, at.line, at.column),
            }]
        };
        let mut elements = Elements::new(self.file_at(begins.offset)?, begins);
        let mut last = from;
        for n in 0u64.. {
            let piece = elements.next().map_err(failed)?;
            if to.is_some_and(|to| piece.at.offset >= to.offset) {
                return Ok(());
            }
            let text = self.text(piece.bytes, piece.at)?;
            let (ended, end) = (piece.ended, piece.end);
            if text.is_empty() && n == 0 && from.is_none() && ended == Some(b']') {
                break;
            }
            if text.is_empty() {
                let reason = if ended.is_none() { CUT } else { "expected value" };
                return Err(vec![self.broken(reason, end.line, end.column)]);
            }
            let mut handed = ControlFlow::Continue(());
            if Mark::is_due(last, piece.at.offset) {
                let mark = Mark {
                    offset: piece.at.offset,
                    line: piece.at.line,
                    ..Mark::START
                };
                handed = sink(Raw::Mark(*last.insert(mark)));
            }
            if n % 4096 == 4095 && handed.is_continue() {
                handed = sink(Raw::Progress(self.base + piece.at.offset));
            }
            if handed.is_break() {
                return Ok(());
            }
            let at = self.place(piece.at.line, piece.at.column);
            if self.element(text, at, sieve, sink)?.is_break() {
                return Ok(());
            }
            match ended {
                Some(b',') => {}
                Some(b']') => break,
                Some(_) => return Err(vec![self.broken("expected `,` or `]`", end.line, end.column)]),
                None => return Err(vec![self.broken(CUT, end.line, end.column)]),
            }
        }
        if is_whole {
            let behind = elements.next().map_err(failed)?;
            if !behind.bytes.is_empty() || behind.ended.is_some() {
                return Err(vec![self.broken(
                    "trailing characters",
                    behind.at.line,
                    behind.at.column,
                )]);
            }
        }
        Ok(())
    }

    /// `bytes`, which stand there, as text.
    fn text<'b>(&self, bytes: &'b [u8], mut at: At) -> Result<&'b str, Vec<Diagnostic>> {
        std::str::from_utf8(bytes).map_err(|e| {
            at.pass(bytes.get(..e.valid_up_to()).unwrap_or_default());
            vec![recognise::not_utf8(&self.shown, at.line, at.column)]
        })
    }

    /// The file from there on.
    fn file_at(&self, offset: u64) -> Result<Reader, Vec<Diagnostic>> {
        let opened = self.body.open_at(self.base + offset);
        opened.map_err(|e| vec![unreadable(&self.shown, &e)])
    }

    /// Finds the list of elements: the whole text, or what stands under the key that is best known.
    pub(super) fn find_list(&mut self, table: &Table) -> Result<(), Vec<Diagnostic>> {
        let failed = |e: std::io::Error| vec![unreadable(&self.shown, &e)];
        let mut outer = Elements::new(self.file_at(0)?, At::START);
        let whole = outer.first_bracket().map_err(failed)?;
        if let Some(begins) = whole {
            self.form = Form::List {
                begins,
                is_whole: true,
            };
            return Ok(());
        }
        let text = std::io::BufReader::with_capacity(1 << 16, self.file_at(0)?);
        let mut text = serde_json::Deserializer::from_reader(text);
        if let Err(e) = IgnoredAny::deserialize(&mut text).and_then(|_| text.end()) {
            return Err(vec![self.syntax_of_file(&e)?]);
        }
        let rank = &mut |key: &[u8]| {
            let known = table.lists.iter().position(|k| k.as_bytes() == key);
            known.unwrap_or(usize::MAX)
        };
        match best_list(self.file_at(0)?, rank).map_err(failed)? {
            Some(begins) => {
                self.form = Form::List {
                    begins,
                    is_whole: false,
                };
                Ok(())
            }
            None => Err(vec![
                Diagnostic::error("json-not-list", "the JSON holds no list of objects")
                    .at(&self.shown, 1, 1)
                    .help("export the messages as a list [{…}, {…}], or as one object a line"),
            ]),
        }
    }

    fn place(&self, line: u64, column: u64) -> Element<'_> {
        Element {
            file: self,
            line,
            column,
            fields: PerRole::new(|_| None),
        }
    }

    /// Sends one element on. Broken JSON refuses the file, save where each line stands for itself.
    fn element(
        &self,
        text: &str,
        mut at: Element<'_>,
        sieve: &mut Sieve<'_>,
        sink: Sink<'_>,
    ) -> Result<ControlFlow<()>, Vec<Diagnostic>> {
        let is_object = text.starts_with('{');
        let mut found = PerRole::new(|_| None);
        let sifted = if is_object {
            sieve.sift(text, 0, &mut found)
        } else {
            Ok(())
        };
        if !is_object || sifted.is_err() {
            let d = match (serde_json::from_str::<&RawValue>(text), sifted) {
                (Err(e), _) if !matches!(self.form, Form::Lines) => {
                    return Err(vec![self.syntax(&e, text, at.line, at.column)]);
                }
                (Err(e), Ok(())) | (_, Err(e)) => self.syntax(&e, text, at.line, at.column),
                (Ok(_), Ok(())) if text == "null" => return Ok(sink(Raw::Blank(&at))),
                (Ok(_), Ok(())) => Diagnostic::error("json-not-list", "the element is not an object")
                    .at(&self.shown, at.line, at.column)
                    .help("each message is an object such as {\"id\": \"1\", \"text\": \"…\"}"),
            };
            return Ok(sink(Raw::Bad(d)));
        }
        for (role, _) in Role::ALL {
            if let Some(hit) = found.of(role) {
                *at.fields.of_mut(role) = Some(hit.key.clone());
            }
        }
        if found.0.iter().all(Option::is_none)
            && text
                .strip_prefix('{')
                .is_some_and(|t| t.trim_start().starts_with('}'))
        {
            return Ok(sink(Raw::Blank(&at)));
        }
        let cells: Cells<'_> = PerRole::new(|role| {
            found
                .of(role)
                .as_ref()
                .map_or("", |hit: &Hit<'_>| hit.value.as_ref())
        });
        Ok(sink(Raw::Row(&cells, &at)))
    }

    /// A fault of the JSON itself in `text`, which begins at that line and column.
    fn syntax(&self, e: &serde_json::Error, text: &str, line: u64, column: u64) -> Diagnostic {
        let (in_line, in_column) = (e.line().max(1), e.column());
        let before = text.lines().nth(in_line - 1).unwrap_or_default();
        // serde_json counts bytes.
        let characters = before
            .char_indices()
            .take_while(|(i, _)| i + 1 < in_column)
            .count() as u64
            + 1;
        let column = if in_line == 1 {
            column + characters - 1
        } else {
            characters
        };
        self.broken(&reason_of(e), line + in_line as u64 - 1, column)
    }

    /// The same where the whole file was looked at.
    fn syntax_of_file(&self, e: &serde_json::Error) -> Result<Diagnostic, Vec<Diagnostic>> {
        if e.is_io() {
            return Ok(unreadable(&self.shown, e));
        }
        let failed = |e: std::io::Error| vec![unreadable(&self.shown, &e)];
        let mut block = Block::new(self.file_at(0)?);
        let (mut line, mut column, mut bytes) = (1, 1, 0);
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
            line += usize::from(byte == b'\n');
        }
        Ok(self.broken(&reason_of(e), e.line().max(1) as u64, column))
    }

    fn broken(&self, reason: &str, line: u64, column: u64) -> Diagnostic {
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

/// Where an element stands, and which of its keys play which part.
struct Element<'a> {
    file: &'a Json,
    line: u64,
    column: u64,
    fields: PerRole<Option<std::rc::Rc<str>>>,
}

impl Locate for Element<'_> {
    fn line(&self) -> u64 {
        self.line
    }

    fn place(&self, role: Option<Role>) -> Place {
        let field = role
            .and_then(|role| self.fields.of(role).as_deref())
            .map(str::to_owned);
        Place {
            file: self.file.shown.clone(),
            line: self.line,
            column: self.column,
            field,
        }
    }
}
