//! Ledgers for tests: random ones written by the program's own writer, and places to put damaged bytes.

#![allow(dead_code)] // every test file takes what it needs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

use feedback::ledger::append::Writer;
use feedback::ledger::line::Draft;
use feedback::ledger::place::Place;
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::time::Duration;

/// When the batches of these tests are recorded.
pub const AT: &str = "2026-11-21T09:30:00Z";

/// So many random cases, or as many as `PROPTEST_CASES` asks for.
pub fn config(cases: u32) -> ProptestConfig {
    const UNASKED: u32 = 256;
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: if asked.cases == UNASKED {
            cases
        } else {
            asked.cases
        },
        failure_persistence: None,
        ..asked
    }
}

/// One event before it is written.
#[derive(Debug, Clone)]
pub struct Event {
    pub ev: String,
    pub case: Option<String>,
    pub t: Option<String>,
    pub facts: Value,
    pub data: Option<Value>,
}

/// Who recorded what together.
#[derive(Debug, Clone)]
pub struct Batch {
    pub by: String,
    pub events: Vec<Event>,
}

/// Any JSON whose keys are not those that the format keeps for itself.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let reserved = ["salt", "sum", "h", "crc"];
    text().prop_filter("kept for the format", move |k| !reserved.contains(&k.as_str()))
}

/// Any Unicode, and what looks like the format's own marks.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any::<String>(),
        1 => Just(",\"salt\":\"00".to_owned()),
        1 => Just("\",\"crc\":\"00000000\"}\n{\"v\":1".to_owned()),
        1 => Just("\u{0}\u{1b}[31m\\\"\r\n\u{2028}\u{202e}".to_owned()),
    ]
}

fn object() -> impl Strategy<Value = Value> {
    prop::collection::vec((key(), json()), 0..4)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()))
}

fn event() -> impl Strategy<Value = Event> {
    let ev = prop_oneof![
        Just("message".to_owned()),
        Just("note".to_owned()),
        "x_[a-z]{1,9}"
    ];
    let case = prop::option::of((1u32..99).prop_map(|n| format!("c{n}")));
    let t = prop::option::of(Just("2026-11-20T08:00Z".to_owned()));
    (ev, case, t, object(), prop::option::of(object())).prop_map(|(ev, case, t, facts, data)| Event {
        ev,
        case,
        t,
        facts,
        data,
    })
}

/// A few batches of a few events.
pub fn batches() -> impl Strategy<Value = Vec<Batch>> {
    let batch = (text(), prop::collection::vec(event(), 1..4)).prop_map(|(by, events)| Batch { by, events });
    prop::collection::vec(batch, 1..4)
}

/// A workspace folder that vanishes with this value; in memory where the machine offers that, since
/// every batch is synced.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// Opens the ledger in `place` for writing, without waiting.
pub fn writer(place: &Place) -> feedback::ledger::Result<Writer> {
    Writer::open(place, Duration::ZERO, |_| {})
}

/// Writes one batch.
pub fn write(writer: &mut Writer, batch: &Batch) {
    write_at(writer, AT, batch);
}

/// Writes one batch, recorded at `at`.
pub fn write_at(writer: &mut Writer, at: &str, batch: &Batch) {
    let mut open = writer.begin(at, &batch.by);
    for event in &batch.events {
        let facts = event.facts.to_string();
        let data = event.data.as_ref().map(Value::to_string);
        let draft = Draft {
            ev: &event.ev,
            case: event.case.as_deref(),
            t: event.t.as_deref(),
            facts: facts.as_bytes(),
            data: data.as_ref().map(String::as_bytes),
        };
        open.event(draft).unwrap();
    }
    open.commit().unwrap();
}

/// A finished ledger as bytes, with the head after each of its batches.
#[derive(Debug, Clone)]
pub struct Written {
    pub bytes: Vec<u8>,
    /// For 0, 1, 2 … finished batches: where they end, and the head then.
    pub marks: Vec<(usize, Vec<u8>)>,
}

impl Written {
    /// Writes the batches into a folder and reads the files back after each.
    pub fn of(batches: &[Batch]) -> Written {
        let folder = folder();
        let place = Place::new(folder.path());
        let mut writer = writer(&place).unwrap();
        let mark = || {
            let end = std::fs::metadata(place.ledger()).unwrap().len();
            (
                usize::try_from(end).unwrap(),
                std::fs::read(place.head()).unwrap(),
            )
        };
        let mut marks = vec![mark()];
        for batch in batches {
            write(&mut writer, batch);
            marks.push(mark());
        }
        let bytes = std::fs::read(place.ledger()).unwrap();
        Written { bytes, marks }
    }

    /// The head after the last batch.
    pub fn head(&self) -> &[u8] {
        &self.marks.last().unwrap().1
    }

    /// Its lines, each with its line feed.
    pub fn lines(&self) -> Vec<&[u8]> {
        self.bytes.split_inclusive(|b| *b == b'\n').collect()
    }

    /// Number (from 1) and first byte of the line that holds this byte.
    pub fn line_at(&self, byte: usize) -> (u64, u64) {
        let before = &self.bytes[..byte];
        let begin = before.iter().rposition(|b| *b == b'\n').map_or(0, |lf| lf + 1);
        let number = before.iter().filter(|b| **b == b'\n').count() + 1;
        (number as u64, begin as u64)
    }
}

/// Puts a ledger and a head into the folder.
pub fn put(place: &Place, ledger: &[u8], head: Option<&[u8]>) {
    std::fs::write(place.ledger(), ledger).unwrap();
    match head {
        Some(head) => std::fs::write(place.head(), head).unwrap(),
        None => {
            let _ = std::fs::remove_file(place.head());
        }
    }
}
