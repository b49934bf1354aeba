//! A piece of JSON (a line, an element of the outer list) → the messages in it.
//!
//! Mostly a piece is a message. It may also be a page of them, a list, or an object that keeps them deeper;
//! and a message may hold further ones. Where they stand, `ways` says.

use super::super::at::At;
use super::super::columns::{Cells, PerRole, Role, Table};
use super::super::{Locate, Raw, Sink};
use super::paths::plays;
use super::sieve::{Found, Hit, Hits, Keys, Sieve};
use super::values::{each_item, each_pair, scalar, value_of};
use super::ways::OUTER;
use super::{Beside, Form, Json};
use crate::diagnostic::{Diagnostic, Place};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// How deep lists of lists, and messages inside messages, are followed.
const DEEPEST: usize = 60;

/// One reading of a file: what goes from piece to piece.
pub(super) struct Reading<'t> {
    json: &'t Json,
    sieve: Sieve<'t>,
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
    pub(super) fn told(&mut self, sink: Sink<'_>) -> ControlFlow<()> {
        if let (n, Some(place)) = &mut self.twice {
            let field = place.field.take().unwrap_or_default();
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
        let mut walk = Walk {
            reading: self,
            beside,
            spot: Spot { text, done: 0, at },
            rows: 0,
            flow: ControlFlow::Continue(()),
            sink,
        };
        let walked = walk.down(text, &json.ways.messages, &beside.outer, 0);
        let (rows, flow) = (walk.rows, walk.flow);
        match walked {
            Err(e) => self.broken(&e, text, at, sink),
            Ok(()) if rows == 0 && flow.is_continue() => {
                Ok(sink(Raw::Skipped(json.without_messages(text, at))))
            }
            Ok(()) => Ok(flow),
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

    fn no_object(&self, text: &str, at: At) -> NoObject<'_> {
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
    fn send(
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
enum NoObject<'a> {
    Blank(Element<'a>),
    Bad(Diagnostic),
}

impl NoObject<'_> {
    fn as_raw(&self) -> Raw<'_> {
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

impl<'a> Beside<'a> {
    /// What the lookups find in a page.
    fn of_page(page: &'a str, sieve: &mut Sieve<'_>) -> Self {
        let mut beside = Beside::default();
        for lookup in &sieve.ways.lookups {
            let mut table = HashMap::new();
            let _ = each_at(page, &lookup.list, &mut |object| {
                let (key, hits) = looked_up(object, lookup, sieve)?;
                table.insert(key, hits);
                Ok(())
            });
            beside.tables.push(table);
        }
        beside
    }
}

/// An object that can be looked up: its key, and what of it plays a part.
pub(super) fn looked_up<'a>(
    object: &'a str,
    lookup: &super::ways::Lookup,
    sieve: &mut Sieve<'_>,
) -> serde_json::Result<(std::borrow::Cow<'a, str>, Hits<'a>)> {
    let key = value_of(object, &lookup.key)?.unwrap_or_default();
    let mut found = Found::new();
    sieve.sift(object, &lookup.seen_as, &mut found)?;
    let hits = found.each().map(|(role, hit)| (role, hit.clone())).collect();
    Ok((scalar(key)?, hits))
}

/// Each object at the end of a way, through lists and objects.
fn each_at<'a>(
    value: &'a str,
    way: &[String],
    each: &mut dyn FnMut(&'a str) -> serde_json::Result<()>,
) -> serde_json::Result<()> {
    match (value.as_bytes().first(), way.split_first()) {
        (Some(b'['), None) => each_item(value, &mut |item| match item.starts_with('{') {
            true => each(item),
            false => Ok(()),
        }),
        (Some(b'{'), Some((step, rest))) => match value_of(value, step)? {
            Some(next) => each_at(next, rest, each),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Goes from a piece down to its messages.
struct Walk<'w, 'a, 't> {
    reading: &'w mut Reading<'t>,
    beside: &'w Beside<'a>,
    spot: Spot<'a>,
    rows: u64,
    flow: ControlFlow<()>,
    sink: Sink<'w>,
}

impl<'a> Walk<'_, 'a, '_> {
    fn down(
        &mut self,
        value: &'a str,
        way: &[String],
        outer: &[(Role, Hit<'a>)],
        depth: usize,
    ) -> serde_json::Result<()> {
        if self.flow.is_break() {
            return Ok(());
        }
        match (value.as_bytes().first(), way.split_first()) {
            (Some(b'['), _) if depth < DEEPEST => {
                each_item(value, &mut |item| self.down(item, way, outer, depth + 1))
            }
            (Some(b'{'), None) => self.message(value, outer, 0),
            (Some(b'{'), Some((step, rest))) => match value_of(value, step)?.filter(|v| *v != "null") {
                Some(next) => {
                    let outer = self.outer_of(value, outer)?;
                    self.down(next, rest, &outer, depth)
                }
                // A message that is not wrapped like the others.
                None if self.has_text(value)? => self.message(value, outer, 0),
                None => Ok(()),
            },
            (_, None) => {
                let at = self.spot.of(value);
                self.rows += 1;
                let no_object = self.reading.no_object(value, at);
                self.flow = (self.sink)(no_object.as_raw());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn has_text(&self, object: &str) -> serde_json::Result<bool> {
        let (mut has, table) = (false, self.reading.sieve.table);
        each_pair(object, &mut |key, value| {
            has |= value.starts_with('"') && plays(table, key, Role::Text);
            Ok(())
        })?;
        Ok(has)
    }

    /// What plays a part of all that is around.
    fn outer_of(&mut self, object: &'a str, outer: &[(Role, Hit<'a>)]) -> serde_json::Result<Hits<'a>> {
        if !self.reading.json.ways.wants_outer {
            return Ok(Vec::new());
        }
        let mut found = Found::new();
        let before = OUTER.trim_end_matches('.');
        self.reading.sieve.sift(object, before, &mut found)?;
        found.add(outer.iter().cloned());
        Ok(found.each().map(|(role, hit)| (role, hit.clone())).collect())
    }

    /// A message, `depth` messages deep, and what is inside it.
    fn message(
        &mut self,
        object: &'a str,
        outer: &[(Role, Hit<'a>)],
        depth: usize,
    ) -> serde_json::Result<()> {
        let mut found = Found::new();
        self.reading.sieve.sift(object, "", &mut found)?;
        for (n, table) in self.beside.tables.iter().enumerate() {
            let hits = found
                .by
                .get(n)
                .and_then(Option::as_ref)
                .and_then(|by| table.get(by.as_ref()));
            found.add(hits.into_iter().flatten().cloned());
        }
        found.add(outer.iter().cloned());
        let at = self.spot.of(object);
        self.rows += 1;
        self.flow = self.reading.send(object, at, &found, depth > 0, &mut *self.sink);
        if self.flow.is_break() || self.reading.json.ways.inside.is_empty() || found.skip.is_some() {
            return Ok(());
        }
        let outer = self.outer_of(object, &[])?;
        self.inside(object, &self.reading.json.ways.inside, &outer, depth)
    }

    fn inside(
        &mut self,
        value: &'a str,
        way: &[String],
        outer: &[(Role, Hit<'a>)],
        depth: usize,
    ) -> serde_json::Result<()> {
        if self.flow.is_break() {
            return Ok(());
        }
        match (value.as_bytes().first(), way.split_first()) {
            (Some(b'['), _) => each_item(value, &mut |item| match item.starts_with('[') {
                true => Ok(()),
                false => self.inside(item, way, outer, depth),
            }),
            (Some(b'{'), None) if depth < DEEPEST => self.message(value, outer, depth + 1),
            (Some(b'{'), Some((step, rest))) => match value_of(value, step)? {
                Some(next) => self.inside(next, rest, outer, depth),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// Where parts of a piece stand. Quick where they are asked for in their order.
struct Spot<'a> {
    text: &'a str,
    /// So many bytes were passed, up to `at`.
    done: usize,
    at: At,
}

impl Spot<'_> {
    fn of(&mut self, part: &str) -> At {
        let offset = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if let Some(between) = self.text.as_bytes().get(self.done..offset) {
            self.at.pass(between);
            self.done = offset;
        }
        self.at
    }
}

static NO_HITS: PerRole<Option<Hit<'static>>> = PerRole([const { None }; super::super::columns::ROLES]);

/// Where an element stands, and which of its keys play which part.
struct Element<'a> {
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
