//! How `[authors]` and the `when` of a rule are read: every key checked, every fault told at its place.
//!
//! What the conditions mean stands in `when`.

use super::raw::{Source, Text, Value, did_you_mean, short};
use super::watched::Group;
use super::when::{Authors, Times, When, handle};
use crate::calendar::Civil;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::DeValue;

/// The lists of `[authors]`, by name.
#[derive(Debug, Default)]
pub(super) struct AuthorLists(BTreeMap<String, Authors>);

impl AuthorLists {
    /// Reads `[authors]`: each key is a list of handles, names or ids.
    pub fn read<'t>(source: &mut Source<'t>, value: &Value<'t>) -> Self {
        let mut lists = BTreeMap::new();
        for (key, value) in source.table(value, "authors").into_iter().flatten() {
            let names = source.strings(value, key.get_ref());
            let names = names.iter().map(|name| bare(&name.value)).collect();
            lists.insert(key.get_ref().to_string(), Authors::new(names));
        }
        AuthorLists(lists)
    }

    /// The lists of these names.
    pub fn find<'t>(&self, source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Vec<Authors> {
        let names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        let mut found = Vec::new();
        for name in source.strings(value, key) {
            match self.0.get(&name.value) {
                Some(list) => found.push(Authors::clone(list)),
                None => {
                    let message = format!("there is no list of authors `{}`", short(&name.value));
                    let help = match names.is_empty() {
                        true => "make it: [authors] with a line such as vip = [\"@lina\"]".to_owned(),
                        false => did_you_mean(&name.value, &names),
                    };
                    source.fault(name.span, "setting-invalid", message, "", &help);
                }
            }
        }
        found
    }
}

fn bare(name: &str) -> String {
    handle(&name.to_lowercase()).to_owned()
}

const KEYS: [&str; 15] = [
    "channel",
    "author",
    "authors",
    "reach_min",
    "reach_max",
    "language",
    "rating_min",
    "rating_max",
    "hours",
    "days",
    "since",
    "until",
    "addressed",
    "author_mentions_min",
    "watch",
];

/// Reads the `when` of a rule.
pub(super) fn read_when<'t>(source: &mut Source<'t>, value: &Value<'t>, lists: &AuthorLists) -> When {
    let mut when = When::default();
    let Some(table) = source.table(value, "when") else {
        return when;
    };
    source.only(table, "`when`", &KEYS);
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let lower = |source: &mut Source<'t>| -> Vec<String> {
            let texts = source.strings(value, name);
            texts
                .iter()
                .map(|text| text.value.trim().to_lowercase())
                .collect()
        };
        match name {
            "channel" => when.channel = lower(source),
            "author" => when.author = lower(source).iter().map(|name| bare(name)).collect(),
            "authors" => when.authors = lists.find(source, value, name),
            "language" => {
                let primary = |tag: String| tag.split(['-', '_']).next().unwrap_or("").to_owned();
                when.language = lower(source).into_iter().map(primary).collect();
            }
            "reach_min" => when.reach_min = reach(source, value, name),
            "reach_max" => when.reach_max = reach(source, value, name),
            "rating_min" => when.rating_min = source.stars(value, name),
            "rating_max" => when.rating_max = source.stars(value, name),
            "hours" => when.time.hours = hours(source, value),
            "days" => {
                let days = source.words(value, "day", weekday, &DAYS);
                when.time.days = days.iter().fold(0, |days, day| days | 1 << day);
            }
            "since" => when.time.since = date(source, value, name),
            "until" => when.time.until = date(source, value, name),
            "addressed" => when.addressed = source.boolean(value, name),
            "author_mentions_min" => {
                let least = source.integer(value, name, 1..=1_000_000);
                when.author_mentions_min = least.and_then(|n| u32::try_from(n).ok());
            }
            "watch" => {
                let groups = source.words(value, "part of the watch-list", Group::parse, Group::NAMES);
                when.watch = groups.into_iter().collect();
            }
            _ => {}
        }
    }
    if is_crossed(&when) {
        let message = "a minimum of `when` is above its maximum".to_owned();
        let help = "no message fits this; exchange the two";
        source.fault(value.span(), "setting-invalid", message, "", help);
    }
    if table.is_empty() {
        let message = "`when` has no conditions".to_owned();
        let help = "leave it out, or give it channel, author, …";
        source.fault(value.span(), "rule-empty", message, "", help);
    }
    when
}

fn is_crossed(when: &When) -> bool {
    let Times { since, until, .. } = when.time;
    matches!((when.reach_min, when.reach_max), (Some(low), Some(high)) if low > high)
        || matches!((when.rating_min, when.rating_max), (Some(low), Some(high)) if low > high)
        || matches!((since, until), (Some(first), Some(last)) if first > last)
}

fn reach<'t>(source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Option<u64> {
    let number = source.integer(value, key, 0..=i64::MAX);
    number.and_then(|n| u64::try_from(n).ok())
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn weekday(name: &str) -> Option<u8> {
    let place = DAYS.iter().position(|day| *day == name.to_ascii_lowercase());
    place.and_then(|place| u8::try_from(place).ok())
}

/// `"22:00-06:00"`, or several of the kind.
fn hours<'t>(source: &mut Source<'t>, value: &Value<'t>) -> Vec<Range<u32>> {
    let mut all = Vec::new();
    for Text { value, span } in source.strings(value, "hours") {
        match span_of_hours(&value) {
            Some(hours) => all.push(hours),
            None => {
                let message = format!("`{}` is no span of hours", short(&value));
                let help = "write it as \"22:00-06:00\": from, and up to; it may go over midnight";
                source.fault(span, "setting-invalid", message, "", help);
            }
        }
    }
    all
}

fn span_of_hours(text: &str) -> Option<Range<u32>> {
    let minute = |text: &str| -> Option<u32> {
        let (hour, minute) = text.trim().split_once(':')?;
        let number = |digits: &str| digits.parse::<u32>().ok().filter(|_| digits.len() <= 2);
        let (hour, minute) = (number(hour)?, number(minute).filter(|m| *m < 60)?);
        Some(hour * 60 + minute).filter(|minute| *minute <= 24 * 60)
    };
    let (from, to) = text.split_once(['-', '–'])?;
    let (from, to) = (minute(from)?, minute(to)?);
    (from != to && from < 24 * 60).then_some(from..to)
}

/// A day, in quotes or not, by its number.
fn date<'t>(source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Option<i32> {
    let written = match value.get_ref() {
        DeValue::Datetime(date) => Some(date.to_string()),
        other => other.as_str().map(str::to_owned),
    };
    let day = written.and_then(|text| Civil::parse(text.trim(), "%Y-%m-%d"));
    if day.is_none() {
        let message = format!("`{key}` must be a day");
        let help = format!("for example: {key} = \"2026-11-30\"");
        source.fault(value.span(), "setting-invalid", message, "", &help);
    }
    day.map(Civil::day_number)
}
