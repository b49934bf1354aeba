//! From a piece down to its messages, and on to the messages inside these.
//!
//! Goes the ways that `ways` names, through objects and lists; what is a message and how it is sent on, `pages`
//! knows.

use super::super::at::At;
use super::super::columns::{Role, plain};
use super::super::{Raw, Sink};
use super::Beside;
use super::pages::Reading;
use super::paths::plays;
use super::sieve::{Found, Hit, Hits, Sieve};
use super::values::{each_item, each_pair, scalar, value_of};
use super::ways::{Lookup, OUTER};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// How deep lists of lists are followed.
const MOST_LISTS: usize = 8;

/// How deep messages inside messages are followed: no platform nests them half as deep.
const DEEPEST: usize = 25;

impl<'a> Beside<'a> {
    /// What the lookups find in a page.
    pub(super) fn of_page(page: &'a str, sieve: &mut Sieve<'_>) -> Self {
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
    lookup: &Lookup,
    sieve: &mut Sieve<'_>,
) -> serde_json::Result<(Cow<'a, str>, Hits<'a>)> {
    let key = value_of(object, &lookup.key)?.unwrap_or_default();
    let mut found = Found::new();
    sieve.sift(object, &lookup.seen_as, &mut found)?;
    Ok((scalar(key)?, found.into_hits()))
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
pub(super) struct Walk<'w, 'a, 't> {
    reading: &'w mut Reading<'t>,
    beside: &'w Beside<'a>,
    spot: Spot<'a>,
    rows: u64,
    flow: ControlFlow<()>,
    sink: Sink<'w>,
}

impl<'w, 'a, 't> Walk<'w, 'a, 't> {
    /// Through the piece `text`, which stands at `at`.
    pub(super) fn new(
        reading: &'w mut Reading<'t>,
        beside: &'w Beside<'a>,
        (text, at): (&'a str, At),
        sink: Sink<'w>,
    ) -> Self {
        Walk {
            reading,
            beside,
            spot: Spot { text, done: 0, at },
            rows: 0,
            flow: ControlFlow::Continue(()),
            sink,
        }
    }

    /// Sends all messages on: how many rows they are, and whether to go on.
    pub(super) fn all(&mut self) -> serde_json::Result<(u64, ControlFlow<()>)> {
        let json = self.reading.json;
        self.down(self.spot.text, &json.ways.messages, &self.beside.outer, 0)?;
        Ok((self.rows, self.flow))
    }

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
            (Some(b'['), _) if depth < MOST_LISTS => {
                each_item(value, &mut |item| self.down(item, way, outer, depth + 1))
            }
            (Some(b'{'), None) => self.message(value, outer, 0),
            (Some(b'{'), Some((step, rest))) => match value_of(value, step)?.filter(|v| *v != "null") {
                Some(next) => {
                    let around = self.outer_of(value, outer)?;
                    if around.skip.is_some() {
                        self.rows += 1;
                        let at = self.spot.of(value);
                        self.flow = self.reading.send(value, at, &around, false, self.sink);
                        return Ok(());
                    }
                    self.down(next, rest, &around.into_hits(), depth)
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

    /// What plays a part of all that is around, `object` being the innermost.
    fn outer_of(&mut self, object: &'a str, outer: &[(Role, Hit<'a>)]) -> serde_json::Result<Found<'a>> {
        let mut found = Found::new();
        if self.reading.json.ways.wants_outer {
            let before = OUTER.trim_end_matches('.');
            self.reading.sieve.sift(object, before, &mut found)?;
            found.add(outer.iter().cloned());
        }
        Ok(found)
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
        let outer = self.outer_of(object, &[])?.into_hits();
        self.inside(object, &self.reading.json.ways.inside, &outer, depth)
    }

    /// Whether what is around a message inside another one tells that it is none.
    fn skips_inside(&self, object: &str) -> serde_json::Result<bool> {
        let skips = &self.reading.json.ways.skips;
        let mut is_skipped = false;
        if !skips.is_empty() {
            each_pair(object, &mut |key, value| {
                let name = plain(&format!("{OUTER}{key}"));
                if let Some((_, values)) = skips.iter().find(|(known, _)| *known == name) {
                    let value = scalar(value)?;
                    is_skipped |= values.iter().any(|known| *known == value);
                }
                Ok(())
            })?;
        }
        Ok(is_skipped)
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
            (Some(b'{'), None) => {
                let at = self.spot.of(value);
                self.flow = (self.sink)(Raw::Warned(self.reading.json.too_deep(at)));
                Ok(())
            }
            (Some(b'{'), Some((step, rest))) => match value_of(value, step)? {
                Some(_) if rest.is_empty() && self.skips_inside(value)? => Ok(()),
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
