//! JSON: a list of objects, an object that holds such a list, or one object a line.
//!
//! Nested objects are reached by dotted names (`user.screen_name`), lists inside an element are passed
//! over. Values are taken from the bytes as they stand, so ids keep every digit and places stay exact.

use super::columns::{Cells, PerRole, Role, Table, plain};
use super::{Locate, Raw, recognise, unreadable};
use crate::diagnostic::{Diagnostic, Place};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// How deep nested objects are looked into.
const DEEPEST: usize = 4;

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
        seen: Option<&mut Vec<String>>,
        sink: &mut dyn FnMut(Raw<'_>) -> ControlFlow<()>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut sieve = Sieve {
            table,
            known: HashMap::new(),
            path: String::new(),
        };
        let done = match self.lines {
            true => self.each_line(&mut sieve, sink),
            false => self.each_of_list(&mut sieve, sink),
        };
        if let Some(seen) = seen {
            seen.extend(sieve.known.into_keys());
            seen.sort();
        }
        done
    }

    fn each_line(
        &self,
        sieve: &mut Sieve<'_>,
        sink: &mut dyn FnMut(Raw<'_>) -> ControlFlow<()>,
    ) -> Result<(), Vec<Diagnostic>> {
        let failed = |e: &dyn std::fmt::Display| vec![unreadable(&self.shown, e)];
        let mut file = File::open(&self.path).map_err(|e| failed(&e))?;
        file.seek(SeekFrom::Start(self.base)).map_err(|e| failed(&e))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let (mut buffer, mut offset) = (Vec::new(), self.base);
        for line in 1.. {
            buffer.clear();
            let n = reader.read_until(b'\n', &mut buffer).map_err(|e| failed(&e))?;
            if n == 0 {
                break;
            }
            offset += n as u64;
            let text = std::str::from_utf8(&buffer)
                .map_err(|e| vec![recognise::not_utf8(&self.shown, &buffer, e.valid_up_to(), line)])?;
            if line.is_multiple_of(4096) && sink(Raw::Progress(offset)).is_break() {
                break;
            }
            let element = text.trim();
            if element.is_empty() {
                continue;
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

    fn each_of_list(
        &self,
        sieve: &mut Sieve<'_>,
        sink: &mut dyn FnMut(Raw<'_>) -> ControlFlow<()>,
    ) -> Result<(), Vec<Diagnostic>> {
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
        let (mut from, mut line) = (0usize, 1u64);
        for (i, raw) in list.iter().enumerate() {
            let element = raw.get();
            let start = (element.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            line += memchr::memchr_iter(b'\n', bytes.get(from..start).unwrap_or_default()).count() as u64;
            from = start;
            if i % 4096 == 4095 && sink(Raw::Progress(self.base + start as u64)).is_break() {
                break;
            }
            let before = text.get(..start).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |i| i + 1);
            // In a file on one line the column would be counted from the beginning for each element.
            let column = match start - line_start {
                far if far > 10_000 => far as u64 + 1,
                _ => 1 + before.get(line_start..).unwrap_or_default().chars().count() as u64,
            };
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
        sink: &mut dyn FnMut(Raw<'_>) -> ControlFlow<()>,
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

/// What was found for a part: the better name wins.
#[derive(Debug)]
struct Hit<'a> {
    rank: usize,
    key: std::rc::Rc<str>,
    value: Cow<'a, str>,
}

/// Takes the known keys out of elements.
struct Sieve<'t> {
    table: &'t Table,
    /// Every dotted key met so far and the parts that it can play.
    known: HashMap<String, Known>,
    path: String,
}

#[derive(Clone)]
struct Known {
    key: std::rc::Rc<str>,
    parts: std::rc::Rc<[(Role, usize)]>,
}

impl Sieve<'_> {
    fn look_up(&mut self) -> Known {
        if let Some(known) = self.known.get(&self.path) {
            return known.clone();
        }
        let parts = self.table.parts(&plain(&self.path)).into();
        let known = Known {
            key: self.path.as_str().into(),
            parts,
        };
        self.known.insert(self.path.clone(), known.clone());
        known
    }

    fn sift<'a>(
        &mut self,
        object: &'a str,
        depth: usize,
        found: &mut PerRole<Option<Hit<'a>>>,
    ) -> serde_json::Result<()> {
        let length = self.path.len();
        let done = each_pair(object, &mut |key, value: &'a str| {
            self.path.truncate(length);
            if length > 0 {
                self.path.push('.');
            }
            self.path.push_str(key);
            let known = self.look_up();
            match value.as_bytes().first() {
                Some(b'{') if depth < DEEPEST => return self.sift(value, depth + 1, found),
                Some(b'{' | b'[' | b'n') | None => return Ok(()),
                _ => {}
            }
            for &(role, rank) in known.parts.iter() {
                if found.of(role).as_ref().is_some_and(|hit| hit.rank <= rank) {
                    continue;
                }
                let value = scalar(value)?;
                if !value.trim().is_empty() {
                    *found.of_mut(role) = Some(Hit {
                        rank,
                        key: known.key.clone(),
                        value,
                    });
                }
            }
            Ok(())
        });
        self.path.truncate(length);
        done
    }
}

/// A string's text, or a number or truth value as it stands.
fn scalar(raw: &str) -> serde_json::Result<Cow<'_, str>> {
    let Some(inside) = raw.strip_prefix('"').and_then(|s| s.strip_suffix('"')) else {
        return Ok(Cow::Borrowed(raw));
    };
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(inside));
    }
    match serde_json::from_str::<String>(raw) {
        Ok(text) => Ok(Cow::Owned(text)),
        // Text that was cut in the middle of a character has half an escape; the half is lost anyway.
        Err(_) => serde_json::from_str(&without_lone_surrogates(raw)).map(Cow::Owned),
    }
}

fn without_lone_surrogates(raw: &str) -> String {
    let unit = |at: usize| -> Option<u32> {
        let escape = raw.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(escape, 16).ok()
    };
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let length = match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                out.push('\u{fffd}');
                at += 6;
                continue;
            }
            Some(_) => 6,
            // An escaped backslash must not be taken for the beginning of the next escape.
            None if c == '\\' => 2,
            None => c.len_utf8(),
        };
        out.push_str(raw.get(at..at + length).unwrap_or_default());
        at += length;
    }
    out
}

type OnPair<'f, 'a> = &'f mut dyn FnMut(&str, &'a str) -> serde_json::Result<()>;

/// Goes through the keys of an object with the bytes of their values.
pub(super) fn each_pair<'a>(object: &'a str, on_pair: OnPair<'_, 'a>) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    Pairs { on_pair }.deserialize(&mut deserializer)?;
    deserializer.end()
}

struct Pairs<'f, 'a> {
    on_pair: OnPair<'f, 'a>,
}

impl<'de> DeserializeSeed<'de> for Pairs<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Pairs<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let value: &'de RawValue = map.next_value()?;
            (self.on_pair)(&key.0, value.get()).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

/// A key, borrowed where it holds no escape.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}
