//! One JSON element → the values of the keys that play a part.
//!
//! Only what is wanted is parsed; the rest is passed over as bytes. Numbers are kept as they stand.

use super::columns::{PerRole, Role, Table, plain};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// How deep nested objects are looked into.
const DEEPEST: usize = 4;

/// So many keys are remembered; an honest export has some hundred.
const MOST_KEYS: usize = 10_000;

/// A longer (dotted) key plays no part.
const LONGEST_KEY: usize = 400;

/// What was found for a part: the better name wins.
#[derive(Debug)]
pub(super) struct Hit<'a> {
    rank: usize,
    /// The dotted key.
    pub(super) key: Rc<str>,
    pub(super) value: Cow<'a, str>,
}

/// Takes the known keys out of elements.
pub(super) struct Sieve<'t> {
    pub(super) table: &'t Table,
    /// Every dotted key met so far and the parts that it can play.
    known: HashMap<String, Known>,
    /// The dotted keys of lists, where the caller wants them.
    lists: Option<BTreeSet<String>>,
    path: String,
}

/// The keys that were met, in order.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Of plain values.
    pub(super) values: Vec<String>,
    /// Of lists, which are passed over.
    pub(super) lists: Vec<String>,
}

#[derive(Clone)]
struct Known {
    key: Rc<str>,
    parts: Rc<[(Role, usize)]>,
}

impl<'t> Sieve<'t> {
    /// `with_lists`: the keys of lists are wanted too.
    pub(super) fn new(table: &'t Table, with_lists: bool) -> Self {
        Sieve {
            table,
            known: HashMap::new(),
            lists: with_lists.then(BTreeSet::new),
            path: String::new(),
        }
    }

    /// Every dotted key that was met.
    pub(super) fn into_keys(self) -> Keys {
        let mut values: Vec<String> = self.known.into_keys().collect();
        values.sort();
        let lists = self.lists.into_iter().flatten().collect();
        Keys { values, lists }
    }

    fn look_up(&mut self) -> Known {
        if let Some(known) = self.known.get(&self.path) {
            return known.clone();
        }
        let parts = self.table.parts(&plain(&self.path)).into();
        let known = Known {
            key: self.path.as_str().into(),
            parts,
        };
        if self.known.len() < MOST_KEYS {
            self.known.insert(self.path.clone(), known.clone());
        }
        known
    }

    /// Takes the known keys out of an object, the nested ones by their dotted names.
    pub(super) fn sift<'a>(
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
            match value.as_bytes().first() {
                Some(b'{') if depth < DEEPEST => return self.sift(value, depth + 1, found),
                Some(b'[') => {
                    if let Some(lists) = self
                        .lists
                        .as_mut()
                        .filter(|lists| value.len() > 2 && lists.len() < MOST_KEYS)
                    {
                        lists.insert(self.path.clone());
                    }
                    return Ok(());
                }
                Some(b'{' | b'n') | None => return Ok(()),
                _ if self.path.len() > LONGEST_KEY => return Ok(()),
                _ => {}
            }
            let known = self.look_up();
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
