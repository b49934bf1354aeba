//! A piece of JSON (a line, an element of the outer list) → the messages in it.
//!
//! Mostly a piece is a message. It may also be a page of them, a list, or an object that keeps them deeper;
//! and a message may hold further ones. Where they stand, `ways` says.

use super::super::at::At;
use super::super::columns::{Cells, PerRole, Role, Table};
use super::super::{Locate, Raw, Sink};
use super::sieve::{Found, Hit, Keys, Sieve};
use super::walk::Walk;
use super::{Beside, Form, Json};
use crate::diagnostic::{Diagnostic, Place};
use serde_json::value::RawValue;
use std::ops::ControlFlow;

/// One reading of a file: what goes from piece to piece.
pub(super) struct Reading<'t> {
    pub(super) json: &'t Json,
    pub(super) sieve: Sieve<'t>,
    /// Texts with half a character, and the place of the first.
    halved: (u64, Option<Place>),
    /// Messages with a key that stands there twice, and the place of the first.
    twice: (u64, Option<Place>),
}

impl<'t> Reading<'t> {
    pub(super) fn new(json: &'t Json, table: &'t Table, with_lists: bool) -> Self {
        Reading {
            json,
            sieve: Sieve::new(table, &json.ways, with_lists),
            halved: (0, None),
            twice: (0, None),
        }
    }

    pub(super) fn into_keys(self) -> Keys {
        self.sieve.into_keys()
    }

    /// What is said once, at the end.
    pub(super) fn told(&self, sink: Sink<'_>) -> ControlFlow<()> {
        if let (n, Some(place)) = &self.twice {
            let field = place.field.as_deref().unwrap_or_default();
            let rows = if *n == 1 { "an element" } else { "elements" };
            let reason =
                format!("the key `{field}` stands twice in {rows} ({n} in all); the last one counts");
            let mut d = Diagnostic::warning("json-key-repeated", reason)
                .help("other programs may take the first one; export the file again if that is wrong");
            d.place = Some(place.clone());
            sink(Raw::Warned(d))?;
        }
        if let (n, Some(place)) = &self.halved {
            let texts = if *n == 1 { "text holds" } else { "texts hold" };
            let reason =
                format!("{n} {texts} half a character (a lone surrogate); it was replaced by `\u{fffd}`");
            let mut d = Diagnostic::warning("json-half-character", reason)
                .help("the text was cut by the program that wrote the file; nothing else of it is lost");
            d.place = Some(place.clone());
            sink(Raw::Warned(d))?;
        }
        ControlFlow::Continue(())
    }

    /// Sends the messages of one piece on. Broken JSON refuses the file, save where each line stands for
    /// itself.
    pub(super) fn piece(
        &mut self,
        text: &str,
        at: At,
        sink: Sink<'_>,
    ) -> Result<ControlFlow<()>, Vec<Diagnostic>> {
        let json = self.json;
        if text.starts_with('{') && json.ways.is_plain() {
            let mut found = Found::new();
            return match self.sieve.sift(text, "", &mut found) {
                Ok(()) => Ok(self.send(text, at, &found, false, sink)),
                Err(e) => self.broken(&e, text, at, sink),
            };
        }
        let kind = text.as_bytes().first();
        if let Err(e) = serde_json::from_str::<&RawValue>(text) {
            return self.broken(&e, text, at, sink);
        }
        if !matches!(kind, Some(b'{' | b'[')) {
            return Ok(sink(self.no_object(text, at).as_raw()));
        }
        let own;
        let beside = match json.form {
            Form::List { .. } if !json.around.lists.is_empty() => &json.beside,
            _ => {
                own = Beside::of_page(text, &mut self.sieve);
                &own
            }
        };
        let mut walk = Walk::new(self, beside, (text, at), sink);
        match walk.all() {
            Err(e) => self.broken(&e, text, at, sink),
            Ok((0, ControlFlow::Continue(()))) => Ok(sink(Raw::Skipped(json.without_messages(text, at)))),
            Ok((_, flow)) => Ok(flow),
        }
    }

    fn broken(
        &self,
        e: &serde_json::Error,
        text: &str,
        at: At,
        sink: Sink<'_>,
    ) -> Result<ControlFlow<()>, Vec<Diagnostic>> {
        // The fault of a value has a place within that value only.
        let whole = serde_json::from_str::<&RawValue>(text).err();
        let fault = self.json.syntax(whole.as_ref().unwrap_or(e), text, at);
        match self.json.form {
            Form::Lines => Ok(sink(Raw::Bad(fault))),
            _ => Err(vec![fault]),
        }
    }

    /// What to say of a value that is no object.
    pub(super) fn no_object(&self, text: &str, at: At) -> NoObject<'_> {
        match text {
            "null" => NoObject::Blank(Element {
                json: self.json,
                at,
                hits: &NO_HITS,
            }),
            _ => NoObject::Bad(
                Diagnostic::error("json-not-list", "the element is not an object")
                    .at(&self.json.shown, at.line, at.column)
                    .help("each message is an object such as {\"id\": \"1\", \"text\": \"…\"}"),
            ),
        }
    }

    /// Sends one message on.
    pub(super) fn send(
        &mut self,
        text: &str,
        at: At,
        found: &Found<'_>,
        is_inner: bool,
        sink: Sink<'_>,
    ) -> ControlFlow<()> {
        let element = Element {
            json: self.json,
            at,
            hits: &found.hits,
        };
        if let Some((key, value)) = &found.skip {
            if is_inner {
                return ControlFlow::Continue(());
            }
            let value: String = value.chars().take(40).collect();
            let reason = format!("no message: `{key}` is `{value}`");
            let d = Diagnostic::note("row-no-message", reason).at(&self.json.shown, at.line, at.column);
            return sink(Raw::Skipped(d.in_field(&**key).help("nothing to do")));
        }
        if found.hits.0.iter().all(Option::is_none) && !is_inner && is_empty_object(text) {
            return sink(Raw::Blank(&element));
        }
        let note = |counted: &mut (u64, Option<Place>), field: Option<&str>| {
            counted.0 += 1;
            counted.1.get_or_insert_with(|| Place {
                file: self.json.shown.clone(),
                line: at.line,
                column: at.column,
                field: field.map(str::to_owned),
            });
        };
        if let Some(key) = &found.twice {
            note(&mut self.twice, Some(key));
        }
        if found.is_halved {
            note(&mut self.halved, None);
        }
        let cells: Cells<'_> = PerRole::new(|role| found.hits.of(role).as_ref().map_or("", |hit| &hit.value));
        sink(match is_inner {
            true => Raw::Inner(&cells, &element),
            false => Raw::Row(&cells, &element),
        })
    }
}

/// An element that holds no message.
pub(super) enum NoObject<'a> {
    Blank(Element<'a>),
    Bad(Diagnostic),
}

impl NoObject<'_> {
    pub(super) fn as_raw(&self) -> Raw<'_> {
        match self {
            NoObject::Blank(element) => Raw::Blank(element),
            NoObject::Bad(fault) => Raw::Bad(fault.clone()),
        }
    }
}

fn is_empty_object(text: &str) -> bool {
    text.strip_prefix('{')
        .is_some_and(|t| t.trim_start().starts_with('}'))
}

static NO_HITS: PerRole<Option<Hit<'static>>> = PerRole([const { None }; super::super::columns::ROLES]);

/// Where an element stands, and which of its keys play which part.
pub(super) struct Element<'a> {
    json: &'a Json,
    at: At,
    hits: &'a PerRole<Option<Hit<'a>>>,
}

impl Locate for Element<'_> {
    fn line(&self) -> u64 {
        self.at.line
    }

    fn place(&self, role: Option<Role>) -> Place {
        let hit = role.and_then(|role| self.hits.of(role).as_ref());
        Place {
            file: self.json.shown.clone(),
            line: self.at.line,
            column: self.at.column,
            field: hit.map(|hit| hit.key.to_string()),
        }
    }
}
