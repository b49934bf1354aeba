//! An event as one flat row, with the columns that `docs/reference/export.md` describes. Prints nothing.

use crate::calendar::{Moment, Precision, Zone};
use crate::case::book::{case_id, case_number, follow, merged};
use crate::event::{
    DELETE, EDIT, MERGE, MESSAGE, MORE, MessageData, MessageFacts, Verb, VerbData, VerbFacts,
};
use crate::ledger::line::{Line, Payload};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;

/// The columns in order, with their SQL types; the personal ones last.
pub const COLUMNS: [(&str, &str); 49] = [
    ("seq", "BIGINT"),
    ("recorded_at", "TIMESTAMPTZ"),
    ("recorded_by", "VARCHAR"),
    ("event", "VARCHAR"),
    ("case_id", "VARCHAR"),
    ("case_recorded", "VARCHAR"),
    ("happened_at", "TIMESTAMPTZ"),
    ("happened_known_to", "VARCHAR"),
    ("erased", "BOOLEAN"),
    ("direction", "VARCHAR"),
    ("channel", "VARCHAR"),
    ("answers", "BOOLEAN"),
    ("automatic", "BOOLEAN"),
    ("inline", "BOOLEAN"),
    ("echo", "BOOLEAN"),
    ("repost", "BOOLEAN"),
    ("history", "BOOLEAN"),
    ("follows", "VARCHAR"),
    ("rating", "DOUBLE"),
    ("reach", "BIGINT"),
    ("language", "VARCHAR"),
    ("addressed", "BOOLEAN"),
    ("found_by", "VARCHAR"),
    ("kind", "VARCHAR"),
    ("sentiment", "VARCHAR"),
    ("score", "BIGINT"),
    ("topics", "VARCHAR"),
    ("urgency", "VARCHAR"),
    ("impact", "VARCHAR"),
    ("customer_value", "VARCHAR"),
    ("priority", "VARCHAR"),
    ("target_s", "BIGINT"),
    ("route", "VARCHAR"),
    ("private", "BOOLEAN"),
    ("needs_reply", "BOOLEAN"),
    ("rules", "VARCHAR"),
    ("because", "VARCHAR"),
    ("handed_to", "VARCHAR"),
    ("tag", "VARCHAR"),
    ("follow_up_at", "TIMESTAMPTZ"),
    ("other_facts", "VARCHAR"),
    ("message_id", "VARCHAR"),
    ("author", "VARCHAR"),
    ("author_id", "VARCHAR"),
    ("reply_to", "VARCHAR"),
    ("conversation", "VARCHAR"),
    ("link", "VARCHAR"),
    ("path", "VARCHAR"),
    ("text", "VARCHAR"),
];

/// How many of them name nobody.
const PUBLIC: usize = 41;

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value<'a> {
    /// Nothing to say.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Stars.
    Real(f32),
    /// Anything else.
    Text(Cow<'a, str>),
}

impl Value<'_> {
    /// As it stands in CSV; in JSON too, but for texts and null.
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Value::Null => Cow::Borrowed(""),
            Value::Bool(true) => Cow::Borrowed("true"),
            Value::Bool(false) => Cow::Borrowed("false"),
            Value::Int(n) => Cow::Owned(n.to_string()),
            Value::Real(n) => Cow::Owned(n.to_string()),
            Value::Text(text) => Cow::Borrowed(text),
        }
    }
}

impl<'a> From<Option<Cow<'a, str>>> for Value<'a> {
    fn from(text: Option<Cow<'a, str>>) -> Self {
        text.map_or(Value::Null, Value::Text)
    }
}

/// `data` of events that are neither messages nor case commands.
#[derive(Deserialize, Default)]
#[serde(default)]
struct OtherData<'a> {
    #[serde(borrow)]
    path: Option<Cow<'a, str>>,
    #[serde(borrow)]
    why: Option<Cow<'a, str>>,
}

/// See the module.
pub struct Flat {
    zone: Zone,
    width: usize,
    aliases: HashMap<u32, u32>,
}

impl Flat {
    /// `zone` says when a day begins of which the hour is not known.
    pub fn new(zone: Zone, no_data: bool) -> Self {
        Flat {
            zone,
            width: if no_data { PUBLIC } else { COLUMNS.len() },
            aliases: HashMap::new(),
        }
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// First reading: which cases were joined.
    pub fn look(&mut self, line: &Line<'_>) {
        if line.ev == MERGE {
            self.aliases.extend(merged(line).map(|(into, from)| (from, into)));
        }
    }

    /// Second reading: shows the row of an event to `each`; a closing line has none.
    pub fn row(&self, line: &Line<'_>, each: impl FnOnce(&[Value<'_>])) {
        if line.h.is_some() {
            return;
        }
        let mut cells: HashMap<&str, Value<'_>> = HashMap::with_capacity(COLUMNS.len());
        self.common(line, &mut cells);
        if let MESSAGE | EDIT | MORE | DELETE = line.ev {
            message(line, &mut cells);
        } else if Verb::parse(line.ev).is_some() {
            let facts: VerbFacts = parsed(line.facts);
            cells.insert("handed_to", facts.to.map(Cow::Owned).into());
            cells.insert("tag", facts.tag.map(Cow::Owned).into());
            let follow_up = facts.follow_up.as_deref().and_then(Moment::parse);
            cells.insert(
                "follow_up_at",
                follow_up.map_or(Value::Null, |m| instant(m.millis)),
            );
            cells.insert("private", Value::Bool(facts.private));
            let data: VerbData<'_> = parsed(line.payload.data());
            cells.insert("text", Some(data.text).filter(|t| !t.is_empty()).into());
        } else {
            let data: OtherData<'_> = parsed(line.payload.data());
            cells.insert("path", data.path.into());
            cells.insert("text", data.why.into());
            cells.insert("other_facts", line.facts.map(Cow::Borrowed).into());
        }
        let columns = COLUMNS.iter().take(self.width);
        let row: Vec<Value<'_>> = columns
            .map(|(name, _)| cells.remove(name).unwrap_or_default())
            .collect();
        each(&row);
    }

    fn common<'a>(&self, line: &Line<'a>, cells: &mut HashMap<&str, Value<'a>>) {
        let case = line.case.and_then(case_number);
        let today = case.map(|c| Cow::Owned(case_id(follow(&self.aliases, c))));
        let by = serde_json::from_str::<String>(&format!("\"{}\"", line.by)).ok();
        cells.insert("seq", Value::Int(i64::try_from(line.seq).unwrap_or(i64::MAX)));
        cells.insert("recorded_at", Value::Text(Cow::Borrowed(line.at)));
        cells.insert("recorded_by", by.map(Cow::Owned).into());
        cells.insert("event", Value::Text(Cow::Borrowed(line.ev)));
        cells.insert("case_id", today.into());
        cells.insert("case_recorded", line.case.map(Cow::Borrowed).into());
        cells.insert("erased", Value::Bool(matches!(line.payload, Payload::Erased(_))));
        if let Some(moment) = line.t.and_then(Moment::parse) {
            cells.insert("happened_at", instant(self.zone.anchor(moment, false)));
            cells.insert("happened_known_to", Value::Text(Cow::Borrowed(known_to(moment))));
        }
    }
}

fn instant(millis: i64) -> Value<'static> {
    Value::Text(Cow::Owned(Moment::exact(millis).to_string()))
}

fn known_to(moment: Moment) -> &'static str {
    match moment.precision {
        Precision::Year => "year",
        Precision::Month => "month",
        Precision::Week => "week",
        Precision::Day => "day",
        Precision::Hour => "hour",
        Precision::Minute => "minute",
        _ => "second",
    }
}

fn message<'a>(line: &Line<'a>, cells: &mut HashMap<&str, Value<'a>>) {
    let facts: MessageFacts<'a> = parsed(line.facts);
    let data: MessageData<'a> = parsed(line.payload.data());
    let is_mention = facts.kind.is_some();
    let joined =
        |words: Vec<Cow<'a, str>>| Some(Cow::Owned(words.join(";"))).filter(|t: &Cow<'a, str>| !t.is_empty());
    let level = |l: Option<Cow<'a, str>>| l.or(is_mention.then_some(Cow::Borrowed("low")));
    let number = |n: Option<u64>| n.map_or(Value::Null, |n| Value::Int(i64::try_from(n).unwrap_or(i64::MAX)));
    let said = |text: Cow<'a, str>| Some(text).filter(|t| !t.is_empty());
    for (name, text) in [
        ("direction", Some(facts.dir)),
        ("channel", Some(facts.channel)),
        ("follows", facts.follows),
        ("language", facts.language),
        ("found_by", joined(facts.found_by)),
        ("kind", facts.kind),
        ("sentiment", facts.sentiment),
        ("topics", joined(facts.topics)),
        ("urgency", level(facts.urgency)),
        ("impact", level(facts.impact)),
        ("customer_value", level(facts.value)),
        ("priority", facts.priority),
        ("route", facts.route),
        ("rules", joined(facts.rules)),
        ("because", facts.because.filter(|b| !b.is_empty())),
        ("message_id", said(data.id)),
        ("author", said(data.author)),
        ("author_id", data.author_id),
        ("reply_to", data.reply_to),
        ("conversation", data.conversation),
        ("link", data.link),
        ("text", said(data.text)),
    ] {
        cells.insert(name, text.into());
    }
    for (name, is) in [
        ("answers", Some(facts.answers)),
        ("automatic", Some(facts.automatic)),
        ("inline", Some(facts.inline)),
        ("echo", Some(facts.echo)),
        ("repost", Some(facts.repost)),
        ("history", Some(facts.history)),
        ("private", is_mention.then_some(facts.private)),
        ("needs_reply", facts.needs_reply),
        ("addressed", facts.addressed),
    ] {
        cells.insert(name, is.map_or(Value::Null, Value::Bool));
    }
    cells.insert("rating", facts.rating.map_or(Value::Null, Value::Real));
    cells.insert("reach", number(facts.reach));
    cells.insert("target_s", number(facts.target_s));
    let score = is_mention.then(|| i64::from(facts.score.unwrap_or(0)));
    cells.insert("score", score.map_or(Value::Null, Value::Int));
}

fn parsed<'a, T: Default + Deserialize<'a>>(json: Option<&'a str>) -> T {
    json.and_then(|j| serde_json::from_str(j).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_personal_columns_stand_last() {
        let first = COLUMNS.iter().position(|(name, _)| *name == "message_id");
        assert_eq!(first, Some(PUBLIC));
    }

    #[test]
    fn the_page_tells_each_column_and_its_type_twice() {
        let page = include_str!("../../../../docs/reference/export.md");
        let rows = page
            .lines()
            .filter_map(|l| l.strip_prefix("| `")?.split_once("` | "));
        let told: Vec<_> = rows
            .filter_map(|(name, l)| Some((name, l.split_once(" |")?.0)))
            .collect();
        assert_eq!(told, COLUMNS);
        let (_, query) = page.split_once("columns = {").unwrap();
        let (query, _) = query.split_once('}').unwrap();
        let pairs = query.split(',').filter_map(|pair| pair.split_once(": "));
        let written: Vec<_> = pairs
            .map(|(name, sql)| (name.trim().trim_matches('\''), sql.trim().trim_matches('\'')))
            .collect();
        assert_eq!(written, COLUMNS);
    }
}
