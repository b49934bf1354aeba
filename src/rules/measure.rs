//! How well the starter rules read moods, on labelled sets that are not part of the project.
//!
//! Run by hand: `cargo test --release --lib measure -- --ignored --nocapture`. It guards what was reached;
//! `benches/quality.py` prints the table of docs/quality.md.

use crate::judge::Judge;
use crate::message::Message;
use crate::rules::{RuleSet, Sentiment};
use std::fs;
use std::path::{Path, PathBuf};

type Row = (String, Sentiment);

fn labelled(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus/labelled")
        .join(name)
}

/// Rows of a table of which one column is the text and one the label.
fn rows(name: &str, delimiter: u8, text: usize, label: usize, header: bool, words: [&str; 3]) -> Vec<Row> {
    let Ok(bytes) = fs::read(labelled(name)) else {
        return Vec::new();
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(delimiter == b',')
        .has_headers(header)
        .flexible(true)
        .from_reader(bytes.as_slice());
    let mut rows = Vec::new();
    for record in reader.byte_records().map_while(Result::ok) {
        let cell = |i: usize| String::from_utf8_lossy(record.get(i).unwrap_or_default()).into_owned();
        let found = words.iter().position(|word| *word == cell(label).trim());
        if let Some(sentiment) = found.and_then(|i| Sentiment::ALL.get(i)) {
            rows.push((cell(text), *sentiment));
        }
    }
    rows
}

/// The mean of the F1 of the classes that occur; says what it found.
#[allow(clippy::print_stderr)]
fn macro_f1(name: &str, rows: &[Row], rules: &RuleSet) -> Option<f64> {
    if rows.is_empty() {
        eprintln!("skipped: no {name}");
        return None;
    }
    let mut judge = Judge::new(rules);
    let mut table = [[0_u32; 3]; 3];
    for (text, label) in rows {
        let message = Message {
            text: text.as_str().into(),
            ..Message::default()
        };
        let judged = judge.judge(&message);
        table[*label as usize][judged.sentiment as usize] += 1;
    }
    let mut f1 = Vec::new();
    for (class, row) in table.iter().enumerate() {
        let (hit, n) = (row[class], row.iter().sum::<u32>());
        let said: u32 = table.iter().map(|row| row[class]).sum();
        if n > 0 {
            f1.push(f64::from(2 * hit) / f64::from((n + said).max(1)));
        }
    }
    let mean = f1.iter().sum::<f64>() / f1.len() as f64;
    eprintln!(
        "{name}: n {} macro-F1 {mean:.3} by class {f1:.3?} rows (negative, neutral, positive) {table:?}",
        rows.len()
    );
    Some(mean)
}

#[test]
#[ignore = "reads labelled sets outside the project"]
fn the_starter_rules_read_moods() {
    let rules = RuleSet::starter().unwrap();
    let names = ["negative", "neutral", "positive"];
    let binary = ["0", "-", "1"];
    let sets = [
        (
            "en-tweet-sentiment.csv",
            rows("en-tweet-sentiment.csv", b',', 1, 3, true, names),
            0.70,
        ),
        (
            "zh-Hans-food-delivery-sentiment.csv",
            rows("zh-Hans-food-delivery-sentiment.csv", b',', 1, 0, true, binary),
            0.80,
        ),
        (
            "zh-Hans-restaurant-sentiment.csv",
            rows("zh-Hans-restaurant-sentiment.csv", b',', 0, 1, true, binary),
            0.80,
        ),
        (
            "es-tweet-sentiment.tsv",
            rows("es-tweet-sentiment.tsv", b'\t', 1, 2, false, ["N", "NEU", "P"]),
            0.57,
        ),
        (
            "ja-hotel-sentiment.tsv",
            rows("ja-hotel-sentiment.tsv", b'\t', 2, 1, false, ["-1", "0", "1"]),
            0.72,
        ),
    ];
    for (name, rows, least) in sets {
        if let Some(mean) = macro_f1(name, &rows, &rules) {
            assert!(mean > least, "{name}: {mean}");
        }
    }
}
