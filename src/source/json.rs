//! JSON: a list of objects, an object that holds such a list, or one object a line.
//!
//! Nested objects are reached by dotted names (`user.screen_name`), lists inside an element are passed
//! over. Values are taken from the bytes as they stand, so ids keep every digit and places stay exact.

use super::columns::{Cells, PerRole, Role, Table};
use super::sieve::{Hit, Keys, Sieve, each_pair};
use super::{Locate, Mark, Raw, Sink, recognise, unreadable};
use crate::diagnostic::{Diagnostic, Place};
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// A JSON file.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) path: PathBuf,
    pub(super) shown: String,
    /// Where the JSON begins: behind a byte order mark.
    pub(super) base: u64,
    /// One object a line.
    pub(super) lines: bool,
}

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
        let done = match self.lines {
            true => self.each_line(&mut sieve, from, to, sink),
            false => self.each_of_list(&mut sieve, sink),
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
        let mut file = File::open(&self.path).map_err(|e| failed(&e))?;
        let start = from.unwrap_or(Mark::START);
        file.seek(SeekFrom::Start(self.base + start.offset))
            .map_err(|e| failed(&e))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let (mut buffer, mut offset) = (Vec::new(), start.offset);
        let mut last = from;
        for line in start.line.. {
            if to.is_some_and(|to| offset >= to.offset) {
                break;
            }
            let begins = offset;
            buffer.clear();
            let n = reader.read_until(b'\n', &mut buffer).map_err(|e| failed(&e))?;
            if n == 0 {
                break;
            }
            offset += n as u64;
            let text = std::str::from_utf8(&buffer)
                .map_err(|e| vec![recognise::not_utf8(&self.shown, &buffer, e.valid_up_to(), line)])?;
            if line.is_multiple_of(4096) && sink(Raw::Progress(self.base + offset)).is_break() {
                break;
            }
            let element = text.trim();
            if element.is_empty() {
                continue;
            }
            if Mark::is_due(last, begins) {
                let mark = Mark { offset: begins, line };
                last = Some(mark);
                if sink(Raw::Mark(mark)).is_break() {
                    break;
                }
            }
            let column = 1 + text.chars().take_while(|c| c.is_whitespace()).count() as u64;
            let at = Element {
                file: self,
                line,
                column,
                fields: PerRole::new(|_| None),
            };
            if self.element(element, at, sieve, sink).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn each_of_list(&self, sieve: &mut Sieve<'_>, sink: Sink<'_>) -> Result<(), Vec<Diagnostic>> {
        let bytes = std::fs::read(&self.path).map_err(|e| vec![unreadable(&self.shown, &e)])?;
        let bytes = usize::try_from(self.base)
            .ok()
            .and_then(|base| bytes.get(base..))
            .unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let line = 1 + memchr::memchr_iter(b'\n', bytes.get(..e.valid_up_to()).unwrap_or_default())
                .count() as u64;
            vec![recognise::not_utf8(&self.shown, bytes, e.valid_up_to(), line)]
        })?;
        let list = self.list(text, sieve.table)?;
        let (mut from, mut line, mut column) = (0usize, 1u64, 1u64);
        // Elements are found by reading the whole list, so a second reading is one part.
        if !list.is_empty() && sink(Raw::Mark(Mark::START)).is_break() {
            return Ok(());
        }
        for (i, raw) in list.iter().enumerate() {
            let element = raw.get();
            let start = (element.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            let passed = text.get(from..start).unwrap_or_default();
            line += memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
            column = match passed.rsplit_once('\n') {
                Some((_, last)) => 1 + last.chars().count() as u64,
                None => column + passed.chars().count() as u64,
            };
            from = start;
            if i % 4096 == 4095 && sink(Raw::Progress(self.base + start as u64)).is_break() {
                break;
            }
            let at = Element {
                file: self,
                line,
                column,
                fields: PerRole::new(|_| None),
            };
            if self.element(element, at, sieve, sink).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The list of elements: the whole text, or what stands under the key that is best known.
    fn list<'a>(&self, text: &'a str, table: &Table) -> Result<Vec<&'a RawValue>, Vec<Diagnostic>> {
        let syntax = |e: &serde_json::Error| vec![self.syntax(e, text, 1, 1)];
        if text.trim_start().starts_with('[') {
            return serde_json::from_str(text).map_err(|e| syntax(&e));
        }
        let mut best: Option<(usize, &'a str)> = None;
        each_pair(text, &mut |key, value: &'a str| {
            let is_list_of_objects = value
                .strip_prefix('[')
                .is_some_and(|inside| inside.trim_start().starts_with(['{', ']']));
            let rank = table.lists.iter().position(|k| *k == key).unwrap_or(usize::MAX);
            if is_list_of_objects && best.is_none_or(|(known, _)| rank < known) {
                best = Some((rank, value));
            }
            Ok(())
        })
        .map_err(|e| syntax(&e))?;
        match best {
            Some((_, list)) => serde_json::from_str(list).map_err(|e| syntax(&e)),
            None => Err(vec![
                Diagnostic::error("json-not-list", "the JSON holds no list of objects")
                    .at(&self.shown, 1, 1)
                    .help("export the messages as a list [{…}, {…}], or as one object a line"),
            ]),
        }
    }

    /// Sends one element on.
    fn element(
        &self,
        text: &str,
        mut at: Element<'_>,
        sieve: &mut Sieve<'_>,
        sink: Sink<'_>,
    ) -> ControlFlow<()> {
        if !text.starts_with('{') {
            let d = match serde_json::from_str::<&RawValue>(text) {
                Err(e) => self.syntax(&e, text, at.line, at.column),
                Ok(_) if text == "null" => return sink(Raw::Blank(&at)),
                Ok(_) => Diagnostic::error("json-not-list", "the element is not an object")
                    .at(&self.shown, at.line, at.column)
                    .help("each message is an object such as {\"id\": \"1\", \"text\": \"…\"}"),
            };
            return sink(Raw::Bad(d));
        }
        let mut found = PerRole::new(|_| None);
        if let Err(e) = sieve.sift(text, 0, &mut found) {
            return sink(Raw::Bad(self.syntax(&e, text, at.line, at.column)));
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
            return sink(Raw::Blank(&at));
        }
        let cells: Cells<'_> = PerRole::new(|role| {
            found
                .of(role)
                .as_ref()
                .map_or("", |hit: &Hit<'_>| hit.value.as_ref())
        });
        sink(Raw::Row(&cells, &at))
    }

    /// A fault of the JSON itself in `text`, which begins at that line and column.
    fn syntax(&self, e: &serde_json::Error, text: &str, line: u64, column: u64) -> Diagnostic {
        let (in_line, in_column) = (e.line().max(1), e.column());
        let reason = e.to_string();
        let reason = reason
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let reason = match reason.strip_prefix("eof while parsing a") {
            Some(_) => "it ends before it is complete",
            None => reason.as_str(),
        };
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
        Diagnostic::error("json-syntax", format!("the JSON cannot be read: {reason}"))
            .at(&self.shown, line + in_line as u64 - 1, column)
            .help(CUT_OFF)
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
