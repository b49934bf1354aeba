//! One JSON object → the values of the keys that play a part.
//!
//! Only what is wanted is parsed; the rest is passed over as bytes. Numbers are kept as they stand. Knows
//! the keys' names, neither files nor places.

use super::super::columns::{PerRole, Role, Table, plain};
use super::values::{each_item, each_pair, scalar, value_of};
use super::ways::Ways;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How deep nested objects are looked into.
const DEEPEST: usize = 4;

/// So many keys are remembered; an honest export has some hundred.
const MOST_KEYS: usize = 10_000;

/// A longer (dotted) key plays no part.
const LONGEST_KEY: usize = 400;

/// What was found for a part: the better name wins.
#[derive(Debug, Clone)]
pub(super) struct Hit<'a> {
    pub(super) rank: usize,
    /// The dotted key.
    pub(super) key: Arc<str>,
    pub(super) value: Cow<'a, str>,
}

/// Hits with the parts that they play.
pub(super) type Hits<'a> = Vec<(Role, Hit<'a>)>;

impl Hit<'_> {
    /// The same, kept.
    pub(super) fn into_owned(self) -> Hit<'static> {
        Hit {
            rank: self.rank,
            key: self.key,
            value: Cow::Owned(self.value.into_owned()),
        }
    }
}

/// What was found in an element.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) hits: PerRole<Option<Hit<'a>>>,
    /// By which value each lookup looks.
    pub(super) by: Vec<Option<Cow<'a, str>>>,
    /// The key and value which tell that this is no message.
    pub(super) skip: Option<(Arc<str>, Cow<'a, str>)>,
    /// A key that plays a part stands there twice.
    pub(super) twice: Option<Arc<str>>,
    /// A text holds half a character.
    pub(super) is_halved: bool,
}

impl<'a> Found<'a> {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Found {
            hits: PerRole::new(|_| None),
            by: Vec::new(),
            skip: None,
            twice: None,
            is_halved: false,
        }
    }

    /// Takes over what stands elsewhere, where nothing better is there.
    pub(super) fn add<'h: 'a>(&mut self, hits: impl Iterator<Item = (Role, Hit<'h>)>) {
        for (role, hit) in hits {
            let known = self.hits.of_mut(role);
            if known.as_ref().is_none_or(|known| known.rank > hit.rank) {
                *known = Some(hit);
            }
        }
    }

    /// Every hit with its part, to be taken over elsewhere.
    pub(super) fn into_hits(self) -> Hits<'a> {
        let all = Role::ALL.into_iter().zip(self.hits.0);
        all.filter_map(|((role, _), hit)| Some((role, hit?))).collect()
    }
}

/// What to do about a key that is met again.
#[derive(Clone, Copy, PartialEq)]
enum Again {
    /// It is there twice: the last one counts, as for most programs, and it is told.
    Last,
    /// It is of the next element of a list: the first one counts.
    First,
    /// It is of the next element of a list whose values are put together.
    Joined,
}

/// Takes the known keys out of objects.
pub(super) struct Sieve<'t> {
    pub(super) table: &'t Table,
    pub(super) ways: &'t Ways,
    /// Every dotted key met so far, by number.
    numbers: HashMap<String, usize>,
    known: Vec<Known>,
    /// The dotted keys of lists that were passed over, where the caller wants them.
    lists: Option<BTreeSet<String>>,
    path: String,
    again: Again,
}

/// The keys that were met, in order.
#[derive(Debug, Default)]
pub(in crate::source) struct Keys {
    /// Of plain values.
    pub(in crate::source) values: Vec<String>,
    /// Of lists, which are passed over.
    pub(in crate::source) lists: Vec<String>,
}

/// A key and the parts that it can play.
struct Known {
    key: Arc<str>,
    parts: Vec<(Role, usize)>,
    looks: Option<usize>,
    skips: Option<usize>,
}

impl<'t> Sieve<'t> {
    /// `with_lists`: the keys of lists are wanted too.
    pub(super) fn new(table: &'t Table, ways: &'t Ways, with_lists: bool) -> Self {
        Sieve {
            table,
            ways,
            numbers: HashMap::new(),
            known: Vec::new(),
            lists: with_lists.then(BTreeSet::new),
            path: String::new(),
            again: Again::Last,
        }
    }

    /// Every dotted key that was met.
    pub(super) fn into_keys(self) -> Keys {
        let mut values: Vec<String> = self.numbers.into_keys().collect();
        values.sort();
        let lists = self.lists.into_iter().flatten().collect();
        Keys { values, lists }
    }

    fn look_up(&mut self) -> usize {
        if let Some(number) = self.numbers.get(&self.path) {
            return *number;
        }
        let name = plain(&self.path);
        let known = Known {
            key: self.path.as_str().into(),
            parts: self.table.parts(&name),
            looks: self.ways.lookups.iter().position(|l| l.by == name),
            skips: self.ways.skips.iter().position(|(key, _)| *key == name),
        };
        // The last place is of whatever comes when no more are remembered.
        if self.known.len() > MOST_KEYS {
            self.known.pop();
        } else if self.known.len() < MOST_KEYS {
            self.numbers.insert(self.path.clone(), self.known.len());
        }
        self.known.push(known);
        self.known.len() - 1
    }

    /// Takes the known keys out of `object`, the nested ones by their dotted names, all behind `before`.
    pub(super) fn sift<'a>(
        &mut self,
        object: &'a str,
        before: &str,
        found: &mut Found<'a>,
    ) -> serde_json::Result<()> {
        self.path.clear();
        self.path.push_str(before);
        self.nested(object, 0, found)
    }

    fn nested<'a>(&mut self, object: &'a str, depth: usize, found: &mut Found<'a>) -> serde_json::Result<()> {
        let length = self.path.len();
        let done = each_pair(object, &mut |key, value: &'a str| {
            self.path.truncate(length);
            if length > 0 {
                self.path.push('.');
            }
            self.path.push_str(key);
            match value.as_bytes().first() {
                Some(b'{') if depth < DEEPEST => self.nested(value, depth + 1, found),
                Some(b'[') => self.list(value, depth, found),
                Some(b'{' | b'n') | None => Ok(()),
                _ => self.take(value, found),
            }
        });
        self.path.truncate(length);
        done
    }

    /// A list inside an element is passed over, unless some part stands in it.
    fn list<'a>(&mut self, list: &'a str, depth: usize, found: &mut Found<'a>) -> serde_json::Result<()> {
        let Some(open) = self.ways.opens.iter().find(|open| open.path == self.path) else {
            if let Some(lists) = &mut self.lists
                && list.len() > 2
                && lists.len() < MOST_KEYS
            {
                lists.insert(self.path.clone());
            }
            return Ok(());
        };
        let before = self.again;
        self.again = if open.is_joined {
            Again::Joined
        } else {
            Again::First
        };
        let length = self.path.len();
        let done = each_item(list, &mut |item| {
            self.path.truncate(length);
            self.path.push('[');
            let is_object = item.starts_with('{');
            if let (Some(key), true) = (&open.by, is_object)
                && let Some(value) = value_of(item, key)?
            {
                self.path.push_str(key);
                self.path.push('=');
                self.path.push_str(&scalar(value)?);
            }
            self.path.push(']');
            match is_object {
                true if depth < DEEPEST => self.nested(item, depth + 1, found),
                true => Ok(()),
                false if item.starts_with(['[', 'n']) => Ok(()),
                false => self.take(item, found),
            }
        });
        self.path.truncate(length);
        self.again = before;
        done
    }

    /// Takes the value of the key at hand.
    fn take<'a>(&mut self, raw: &'a str, found: &mut Found<'a>) -> serde_json::Result<()> {
        if self.path.len() > LONGEST_KEY {
            return Ok(());
        }
        let (number, again) = (self.look_up(), self.again);
        let Some(known) = self.known.get(number) else {
            return Ok(());
        };
        if let Some(n) = known.looks {
            found.by.resize(self.ways.lookups.len(), None);
            if let Some(by) = found.by.get_mut(n) {
                *by = Some(scalar(raw)?);
            }
        }
        if let Some((_, values)) = known.skips.and_then(|n| self.ways.skips.get(n)) {
            let value = scalar(raw)?;
            if values.iter().any(|v| *v == value) {
                found.skip = Some((Arc::clone(&known.key), value));
            }
        }
        for &(role, rank) in &known.parts {
            let hit = found.hits.of_mut(role);
            let is_same = hit
                .as_ref()
                .is_some_and(|hit| hit.rank == rank && hit.key == known.key);
            if hit.as_ref().is_some_and(|hit| hit.rank <= rank) && !(is_same && again != Again::First) {
                continue;
            }
            let value = scalar(raw)?;
            found.is_halved |=
                matches!(value, Cow::Owned(_)) && value.contains('\u{fffd}') && !raw.contains('\u{fffd}');
            if let Some(hit) = hit.as_mut().filter(|_| is_same && again == Again::Joined) {
                hit.value.to_mut().push_str(&value);
                continue;
            }
            if value.trim().is_empty() && again != Again::Joined {
                continue;
            }
            if is_same {
                found.twice.get_or_insert_with(|| Arc::clone(&known.key));
            }
            *hit = Some(Hit {
                rank,
                key: Arc::clone(&known.key),
                value,
            });
        }
        Ok(())
    }
}
