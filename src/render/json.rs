//! Reports and lists as JSON: the contract of `docs/reference/json.md`. Strangers' texts are data here
//! and pass unchanged, as JSON strings.

use super::safe;
use crate::report::table::{Cell, Figure, Report, Table, Value};
use serde_json::{Map, Value as Json, json};

/// A report as one object.
pub fn report(report: &Report) -> String {
    let excluded: Map<String, Json> = report
        .excluded
        .iter()
        .map(|(k, n)| ((*k).to_owned(), json!(n)))
        .collect();
    let groups: Vec<Json> = report
        .groups
        .iter()
        .map(|g| json!({"by": g.by, "key": g.key, "figures": figures(&g.figures)}))
        .collect();
    let mut all = json!({
        "report": report.name,
        "as_of": report.as_of,
        "zone": report.zone,
        "clock": "calendar",
        "basis": report.basis,
        "period": {"from": report.from, "to": report.to},
        "cases": report.cases,
        "excluded": excluded,
        "figures": figures(&report.figures),
        "groups": groups,
    });
    if let (Some(list), Some(all)) = (&report.list, all.as_object_mut()) {
        all.insert(report.name.to_owned(), rows(list));
    }
    pretty(&all)
}

/// Any JSON as it is printed: indented, with a line feed. What a terminal could obey is written as
/// `\u` escapes, which stand for the same text.
pub fn pretty(value: &Json) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    let is_shown = |c: char| safe::is_dangerous(c) && c != '\n';
    if !text.chars().any(is_shown) {
        return text;
    }
    // Outside of strings there is ASCII only, and inside line feeds are escaped already.
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if is_shown(c) {
            let units = c.encode_utf16(&mut [0; 2]).to_vec();
            out.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

fn figures(figures: &[Figure]) -> Map<String, Json> {
    figures
        .iter()
        .map(|f| {
            let mut object = Map::new();
            object.insert("n".into(), json!(f.n));
            object.extend(f.values.iter().map(|(name, v)| ((*name).to_owned(), value(*v))));
            (f.name.to_owned(), Json::Object(object))
        })
        .collect()
}

/// A value; `null` where there is nothing to measure.
pub fn value(value: Value) -> Json {
    match value {
        Value::Count(n) => json!(n),
        Value::Seconds(s) => json!(s),
        Value::Rate(r) | Value::Stars(r) => json!(r),
    }
}

/// A list as an array of objects, the heads as keys.
pub fn list(table: &Table) -> String {
    pretty(&rows(table))
}

/// The same, as a value.
pub fn rows(table: &Table) -> Json {
    let rows: Vec<Json> = table
        .rows
        .iter()
        .map(|row| {
            let object = row.iter().zip(&table.columns).map(|(cell, column)| {
                let seconds = matches!(cell, Cell::Seconds(_)) && !column.label.ends_with("_s");
                let key = column.label.replace(' ', "_") + if seconds { "_s" } else { "" };
                let value = match cell {
                    Cell::Empty => Json::Null,
                    Cell::Label(key) => json!(key),
                    Cell::Text(text) => json!(text),
                    Cell::Count(n) => json!(n),
                    Cell::Seconds(s) => json!(s),
                    Cell::Rate(r) | Cell::Stars(r) => json!(r),
                };
                (key, value)
            });
            Json::Object(object.collect())
        })
        .collect();
    Json::Array(rows)
}
