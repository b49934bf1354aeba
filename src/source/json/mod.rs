//! JSON in its shapes: a list of objects, an object that holds such a list, one object a line, pages of any
//! of these, and JavaScript around them.
//!
//! A *piece* is a line or an element of the outer list; `pages` finds the messages in it. Nested objects are
//! reached by dotted names (`user.screen_name`). Values are taken from the bytes as they stand, so ids keep
//! every digit and places stay exact.

mod elements;
mod faults;
mod pages;
mod paths;
mod scan;
mod script;
mod shape;
mod sieve;
mod values;
mod walk;
mod ways;

use super::at::At;
use super::block::Block;
use super::body::{Body, Reader};
use super::columns::Table;
use super::{Mark, Raw, Sink, recognise, unreadable, whole_file};
use crate::diagnostic::Diagnostic;
use elements::{Elements, Fault};
use faults::CUT;
use pages::Reading;
pub(super) use script::begins as script_begins;
pub(super) use shape::open;
use sieve::Hits;
pub(super) use sieve::Keys;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;
pub(super) use values::each_pair;
use ways::Ways;

/// A JSON file.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) body: Body,
    pub(super) shown: String,
    /// Where the text begins: behind a byte order mark.
    pub(super) base: u64,
    form: Form,
    ways: Ways,
    /// Of an object around the list: its plain values, and its lists.
    around: scan::Scan,
    beside: Beside<'static>,
}

/// How the pieces are laid out.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// One a line.
    Lines,
    /// In a list that begins here, behind its bracket.
    List { begins: At, behind: Behind },
    /// There is only one, which begins here.
    Single { begins: At, length: u64 },
}

/// What may stand behind a list.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Behind {
    /// Nothing.
    Nothing,
    /// The end of the JavaScript around it.
    Script,
    /// The rest of the object around it, which was looked at before.
    Object,
}

/// What stands beside the messages of a page: the values around their list that play a part, and of each
/// lookup the objects by their key.
#[derive(Debug, Default)]
struct Beside<'a> {
    outer: Hits<'a>,
    tables: Vec<HashMap<Cow<'a, str>, Hits<'a>>>,
}

impl Json {
    /// Reads the messages. `seen` collects every key that occurs, where the caller wants them.
    pub(super) fn rows(
        &self,
        table: &Table,
        from: Option<Mark>,
        to: Option<Mark>,
        seen: Option<&mut Keys>,
        sink: Sink<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut reading = Reading::new(self, table, seen.is_some());
        let mut done = match self.form {
            Form::Lines => self.each_line(&mut reading, from, to, sink),
            Form::List { begins, behind } => {
                let begins = from.map_or(begins, |mark| At {
                    offset: mark.offset,
                    line: mark.line,
                    column: 1,
                });
                self.each_of_list(&mut reading, (begins, behind), (from, to), sink)
            }
            Form::Single { begins, length } => self.single(&mut reading, (begins, length), sink),
        };
        if let Ok(ControlFlow::Continue(())) = done {
            done = Ok(reading.told(sink));
        }
        if let Some(seen) = seen {
            *seen = reading.into_keys();
        }
        done.map(|_| ())
    }

    fn each_line(
        &self,
        reading: &mut Reading<'_>,
        from: Option<Mark>,
        to: Option<Mark>,
        sink: Sink<'_>,
    ) -> Result<ControlFlow<()>, Vec<Diagnostic>> {
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
            let mut at = At {
                offset: begins,
                line,
                column: 1,
            };
            let text = self.text(bytes, at)?;
            if line.is_multiple_of(4096) && sink(Raw::Progress(self.base + offset)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let piece = text.trim();
            if piece.is_empty() {
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
                    return Ok(ControlFlow::Break(()));
                }
            }
            at.column += text.chars().take_while(|c| c.is_whitespace()).count() as u64;
            if reading.piece(piece, at, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn each_of_list(
        &self,
        reading: &mut Reading<'_>,
        (begins, behind): (At, Behind),
        (from, to): (Option<Mark>, Option<Mark>),
        sink: Sink<'_>,
    ) -> Result<ControlFlow<()>, Vec<Diagnostic>> {
        let mut elements = Elements::new(self.file_at(begins.offset)?, begins);
        let mut last = from;
        for n in 0u64.. {
            let piece = elements.next().map_err(|fault| self.cut(fault))?;
            if to.is_some_and(|to| piece.at.offset >= to.offset) {
                return Ok(ControlFlow::Continue(()));
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
            if handed.is_break() || reading.piece(text, piece.at, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            match ended {
                Some(b',') => {}
                Some(b']') => break,
                Some(_) => return Err(vec![self.broken("expected `,` or `]`", end.line, end.column)]),
                None => return Err(vec![self.broken(CUT, end.line, end.column)]),
            }
        }
        if behind == Behind::Object {
            return Ok(ControlFlow::Continue(()));
        }
        loop {
            let rest = elements.next().map_err(|fault| self.cut(fault))?;
            let text = self.text(rest.bytes, rest.at)?;
            let is_fine = match behind {
                Behind::Script => script::is_end(text) && matches!(rest.ended, None | Some(b'}')),
                _ => text.is_empty() && rest.ended.is_none(),
            };
            if !is_fine {
                return Err(vec![self.broken(
                    "trailing characters",
                    rest.at.line,
                    rest.at.column,
                )]);
            }
            if rest.ended.is_none() {
                return Ok(ControlFlow::Continue(()));
            }
        }
    }

    fn single(
        &self,
        reading: &mut Reading<'_>,
        (at, length): (At, u64),
        sink: Sink<'_>,
    ) -> Result<ControlFlow<()>, Vec<Diagnostic>> {
        let bytes = self.bytes(at, length)?;
        let text = self.text(&bytes, at)?;
        let mark = Mark {
            offset: at.offset,
            line: at.line,
            ..Mark::START
        };
        if sink(Raw::Mark(mark)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        reading.piece(text.trim_end(), at, sink)
    }

    /// So many bytes from there on.
    fn bytes(&self, at: At, length: u64) -> Result<Vec<u8>, Vec<Diagnostic>> {
        let mut bytes = Vec::new();
        let mut file = std::io::Read::take(self.file_at(at.offset)?, length);
        match std::io::Read::read_to_end(&mut file, &mut bytes) {
            Ok(_) => Ok(bytes),
            Err(e) => Err(vec![unreadable(&self.shown, &e)]),
        }
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

    fn cut(&self, fault: Fault) -> Vec<Diagnostic> {
        vec![match fault {
            Fault::Unreadable(e) => unreadable(&self.shown, &e),
            Fault::TooLong(at) => whole_file::too_long(&self.shown, at.line, at.column),
        }]
    }
}
