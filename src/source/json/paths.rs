//! Which keys occur in the first pieces of a JSON file, and where: by them an export is recognised.
//!
//! Looks through lists as well; keeps names only, never values.

use super::super::columns::{Role, Table, plain};
use super::values::{each_item, each_pair};
use std::collections::{BTreeMap, HashSet};

/// How deep is looked.
const DEEPEST: usize = 9;

/// So many elements of a list inside a piece are looked at.
const MOST_ITEMS: usize = 40;

/// So many ways are kept.
const MOST: usize = 10_000;

/// What stands at the end of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    List,
    Object,
    Value,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Paths {
    ways: BTreeMap<Vec<String>, Kind>,
    plain: HashSet<String>,
    way: Vec<String>,
}

/// Objects that only wrap a message are kept under one of these keys.
const WRAPPERS: &[&str] = &["data", "tweet", "node", "item", "status", "post", "_source"];

/// Whether a key can play that part.
pub(super) fn plays(table: &Table, key: &str, role: Role) -> bool {
    table.parts(&plain(key)).iter().any(|(part, _)| *part == role)
}

impl Paths {
    /// Looks at one more piece.
    pub(super) fn look(&mut self, piece: &str) {
        // What is broken is told when it is read.
        let _ = self.value(piece);
        self.way.clear();
    }

    fn value(&mut self, value: &str) -> serde_json::Result<()> {
        match value.as_bytes().first() {
            Some(b'{') => each_pair(value, &mut |key, value| {
                if self.way.len() >= DEEPEST || key.len() > 200 {
                    return Ok(());
                }
                self.way.push(key.to_owned());
                self.here(value);
                let done = self.value(value);
                self.way.pop();
                done
            }),
            Some(b'[') if self.way.len() < DEEPEST => {
                let (mut n, mut depth) = (0, 0);
                each_item(value, &mut |item| {
                    n += 1;
                    match item.starts_with('[') {
                        // Lists of lists, one level of them.
                        true if depth == 0 => {
                            depth += 1;
                            let done = each_item(item, &mut |item| match item.starts_with('{') {
                                true => self.value(item),
                                false => Ok(()),
                            });
                            depth -= 1;
                            done
                        }
                        false if n <= MOST_ITEMS => self.value(item),
                        _ => Ok(()),
                    }
                })
            }
            _ => Ok(()),
        }
    }

    fn here(&mut self, value: &str) {
        let kind = match value.as_bytes().first() {
            Some(b'[') => Kind::List,
            Some(b'{') => Kind::Object,
            _ => Kind::Value,
        };
        if let Some(known) = self.ways.get_mut(&self.way[..]) {
            *known = kind.min(*known);
        } else if self.ways.len() < MOST {
            self.plain.insert(plain(&self.way.concat()));
            self.ways.insert(self.way.clone(), kind);
        }
    }

    /// Whether there is such a key at the end of that way.
    pub(super) fn has(&self, way: &[String], name: &str) -> bool {
        self.plain.contains(&plain(&(way.concat() + name)))
    }

    /// The dotted names of what stands behind a way.
    pub(super) fn names(&self, way: &[String]) -> Vec<String> {
        let behind = self.ways.keys().filter_map(|w| w.strip_prefix(way));
        behind.filter(|w| !w.is_empty()).map(|w| w.join(".")).collect()
    }

    /// Whether a message can stand at the end of that way: something there holds a text or a rating.
    pub(super) fn is_message(&self, way: &[String], table: &Table) -> bool {
        self.ways.iter().any(|(w, kind)| {
            let key = w.strip_prefix(way).unwrap_or_default();
            let [key] = key else { return false };
            *kind == Kind::Value
                && [Role::Text, Role::Rating]
                    .iter()
                    .any(|role| plays(table, key, *role))
        })
    }

    /// The way to the messages of a file of no known profile: the shortest one through keys that are known to
    /// keep messages. `None`: there is none.
    pub(super) fn guess(&self, table: &Table) -> Option<Vec<String>> {
        if self.is_message(&[], table) {
            return Some(Vec::new());
        }
        let rank = |key: &String| {
            let known = table
                .lists
                .iter()
                .map(String::as_str)
                .chain(WRAPPERS.iter().copied());
            known.into_iter().position(|k| k == key)
        };
        let ways = self.ways.iter().filter(|(way, kind)| {
            let ends_well = match kind {
                Kind::List => true,
                Kind::Object => way.last().is_some_and(|key| WRAPPERS.contains(&key.as_str())),
                Kind::Value => false,
            };
            ends_well
                && way.len() <= 3
                && way.iter().all(|key| rank(key).is_some())
                && self.is_message(way, table)
        });
        let best = ways.min_by_key(|(way, _)| (way.len(), way.last().and_then(rank)));
        best.map(|(way, _)| way.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(piece: &str) -> Option<String> {
        let mut paths = Paths::default();
        paths.look(piece);
        paths.guess(&Table::built_in()).map(|way| way.join("."))
    }

    #[test]
    fn the_way_to_the_messages_is_the_shortest_through_known_keys() {
        for (piece, way) in [
            (r#"{"id": 1, "text": "a", "data": [{"text": "b"}]}"#, Some("")),
            (
                r#"{"data": [{"text": "b"}], "includes": {"tweets": [{"text": "c"}]}}"#,
                Some("data"),
            ),
            (r#"{"data": {"items": [{"text": "b"}]}}"#, Some("data.items")),
            (r#"{"tweet": {"full_text": "b"}}"#, Some("tweet")),
            (r#"{"user": {"description": "b"}}"#, None),
            (r#"{"data": [{"id": 1}]}"#, None),
        ] {
            assert_eq!(guess(piece).as_deref(), way, "{piece}");
        }
    }
}
