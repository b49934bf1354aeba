//! What stands in one large JSON object: its lists of objects, and the plain values around them.
//!
//! Goes over the bytes once and keeps the little that it finds; whether they are JSON at all is for
//! `serde_json` to say.

use super::super::at::At;
use super::super::block::Block;
use std::io::{self, Read};

/// Objects nested deeper than this are passed over.
const DEEPEST: usize = 6;

/// Longer keys are cut: they are no known ones.
const LONGEST_KEY: usize = 100;

/// Longer values are left out.
const LONGEST_VALUE: usize = 4096;

/// So many lists and values are kept.
const MOST: usize = 1000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The way to each list of objects (or empty list), and where it begins, behind its bracket.
    pub(super) lists: Vec<(Vec<String>, At)>,
    /// The dotted ways to plain values outside all lists, and the values as they stand.
    pub(super) values: Vec<(String, String)>,
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum In {
    /// Between a bracket or comma and a key.
    Object,
    /// A key.
    Key,
    /// Behind the colon.
    Value,
    /// A plain value that is no text.
    Plain,
    /// A text.
    Text,
    /// Behind the bracket of a list, so many brackets deep.
    List(u64),
    /// An object that is too deep.
    Deep(u64),
}

struct Scanner {
    scan: Scan,
    state: In,
    way: Vec<String>,
    key: Vec<u8>,
    value: Vec<u8>,
    is_string: bool,
    is_escaped: bool,
    /// A list that has just begun.
    begun: Option<At>,
    /// The text's object has ended.
    is_done: bool,
}

/// Scans the object that begins with the first sign of `inner`, which stands at `at`.
pub(super) fn scan(inner: impl Read, mut at: At) -> io::Result<Scan> {
    let mut block = Block::new(inner);
    let mut scanner = Scanner {
        scan: Scan::default(),
        state: In::Deep(0),
        way: Vec::new(),
        key: Vec::new(),
        value: Vec::new(),
        is_string: false,
        is_escaped: false,
        begun: None,
        is_done: false,
    };
    let mut is_first = true;
    while !scanner.is_done && (!block.is_all || !block.rest().is_empty()) {
        block.fill()?;
        let length = block.rest().len();
        let bytes = block.pass(length);
        let (mut i, mut passed) = (0, 0);
        while let Some(byte) = bytes.get(i).filter(|_| !scanner.is_done) {
            if scanner.is_string && !scanner.is_escaped {
                let rest = bytes.get(i..).unwrap_or_default();
                let plain = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                scanner.keep(rest.get(..plain).unwrap_or_default());
                i += plain;
                if plain == rest.len() {
                    continue;
                }
                if let Some(sign) = bytes.get(i) {
                    scanner.sign_in_string(*sign);
                }
            } else if scanner.is_string {
                scanner.is_escaped = false;
                scanner.keep(&[*byte]);
            } else if std::mem::take(&mut is_first) {
                scanner.state = In::Object;
            } else {
                if *byte == b'[' && scanner.state == In::Value {
                    at.pass(bytes.get(passed..=i).unwrap_or_default());
                    passed = i + 1;
                    scanner.begun = Some(at);
                }
                scanner.sign(*byte);
            }
            i += 1;
        }
        at.pass(bytes.get(passed..).unwrap_or_default());
    }
    Ok(scanner.scan)
}

impl Scanner {
    /// The plain part of a string.
    fn keep(&mut self, bytes: &[u8]) {
        let (to, most) = match self.state {
            In::Key => (&mut self.key, LONGEST_KEY),
            In::Text => (&mut self.value, LONGEST_VALUE + 1),
            _ => return,
        };
        let room = most.saturating_sub(to.len());
        to.extend(bytes.iter().take(room));
    }

    fn sign_in_string(&mut self, sign: u8) {
        if sign == b'\\' {
            self.is_escaped = true;
            self.keep(b"\\");
            return;
        }
        self.is_string = false;
        match self.state {
            In::Text => {
                self.value.push(b'"');
                self.end_value();
            }
            In::Key => self.state = In::Object,
            _ => {}
        }
    }

    /// A byte outside of strings.
    fn sign(&mut self, byte: u8) {
        if byte.is_ascii_whitespace() {
            return;
        }
        if let Some(begins) = self.begun.take_if(|_| self.state != In::Value)
            && matches!(byte, b'{' | b'[' | b']')
            && self.scan.lists.len() < MOST
        {
            let mut way = self.way.clone();
            way.push(self.key());
            self.scan.lists.push((way, begins));
        }
        match (self.state, byte) {
            (In::Object, b'"') => {
                self.key.clear();
                (self.is_string, self.state) = (true, In::Key);
            }
            (In::Object, b':') => self.state = In::Value,
            (In::Object, b'}') => match self.way.pop() {
                Some(_) => {}
                None => self.is_done = true,
            },
            (In::Value, b'"') => {
                self.value.clear();
                self.value.push(b'"');
                (self.is_string, self.state) = (true, In::Text);
            }
            (In::Value, b'{') if self.way.len() < DEEPEST => {
                let key = self.key();
                self.way.push(key);
                self.state = In::Object;
            }
            (In::Value, b'{') => self.state = In::Deep(1),
            (In::Value, b'[') => self.state = In::List(1),
            (In::Value, _) => {
                self.value.clear();
                self.value.push(byte);
                self.state = In::Plain;
            }
            (In::Plain, b',' | b'}') => {
                self.end_value();
                self.sign(byte);
            }
            (In::Plain, _) if self.value.len() <= LONGEST_VALUE => self.value.push(byte),
            (In::List(_) | In::Deep(_), b'"') => self.is_string = true,
            (In::List(n), b'[' | b'{') => self.state = In::List(n + 1),
            (In::Deep(n), b'[' | b'{') => self.state = In::Deep(n + 1),
            (In::List(1) | In::Deep(1), b']' | b'}') => self.state = In::Object,
            (In::List(n), b']' | b'}') => self.state = In::List(n - 1),
            (In::Deep(n), b']' | b'}') => self.state = In::Deep(n.saturating_sub(1)),
            _ => {}
        }
    }

    fn key(&self) -> String {
        String::from_utf8_lossy(&self.key).into_owned()
    }

    fn end_value(&mut self) {
        self.state = In::Object;
        if self.value.len() > LONGEST_VALUE || self.value == b"null" || self.scan.values.len() >= MOST {
            return;
        }
        let mut name = self.way.join(".");
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&self.key());
        let value = String::from_utf8_lossy(&self.value).into_owned();
        self.scan.values.push((name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_objects_and_the_values_around_them() {
        let text = r#"{"a": 1, "b": {"c": "x\"]{", "list": [ {"d": 2}, [3]]}, "none": null, "tags": ["t"],
            "empty": [], "lists": [[{}]], "z": true}"#;
        let scan = scan(text.as_bytes(), At::START).unwrap();
        let lists: Vec<(String, u64)> = scan
            .lists
            .iter()
            .map(|(w, at)| (w.join("."), at.offset))
            .collect();
        let bracket = |name: &str| text.find(name).unwrap() as u64 + name.len() as u64;
        assert_eq!(
            lists,
            [
                ("b.list".to_owned(), bracket("\"list\": [")),
                ("empty".to_owned(), bracket("\"empty\": [")),
                ("lists".to_owned(), bracket("\"lists\": [")),
            ]
        );
        let values: Vec<(&str, &str)> = scan
            .values
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(values, [("a", "1"), ("b.c", r#""x\"]{""#), ("z", "true")]);
    }
}
