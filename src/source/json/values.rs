//! The values of a piece of JSON as the bytes that stand there: pairs, items, plain values.
//!
//! Nothing is kept and nothing is understood here; `serde_json` does the reading, without recursion, so that
//! nesting costs no stack.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A string's text, or a number or truth value as it stands.
pub(super) fn scalar(raw: &str) -> serde_json::Result<Cow<'_, str>> {
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
pub(in crate::source) fn each_pair<'a>(object: &'a str, on_pair: OnPair<'_, 'a>) -> serde_json::Result<()> {
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

/// A key, borrowed where it holds no escape. Half a surrogate in it is no fault of the row.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_bytes<E>(self, text: &'de [u8]) -> Result<Key<'de>, E> {
                Ok(Key(String::from_utf8_lossy(text)))
            }

            fn visit_bytes<E>(self, text: &[u8]) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(String::from_utf8_lossy(text).into_owned())))
            }
        }
        deserializer.deserialize_bytes(Text)
    }
}

/// Goes through the elements of a list.
pub(super) fn each_item<'a>(list: &'a str, on_item: OnItem<'_, 'a>) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(list);
    Items { on_item }.deserialize(&mut deserializer)?;
    deserializer.end()
}

type OnItem<'f, 'a> = &'f mut dyn FnMut(&'a str) -> serde_json::Result<()>;

struct Items<'f, 'a> {
    on_item: OnItem<'f, 'a>,
}

impl<'de> DeserializeSeed<'de> for Items<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<&'de RawValue>()? {
            (self.on_item)(value.get()).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

/// The value of a key of an object; of several the last.
pub(super) fn value_of<'a>(object: &'a str, wanted: &str) -> serde_json::Result<Option<&'a str>> {
    let mut found = None;
    each_pair(object, &mut |key, value| {
        if key == wanted {
            found = Some(value);
        }
        Ok(())
    })?;
    Ok(found)
}
