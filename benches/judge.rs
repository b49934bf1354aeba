//! What judging costs: CPU time on one thread, without reading and writing.
//!
//! `cargo bench --bench judge` prints µs a row for 50, 500 and 5,000 rules, and what compiling them takes;
//! `cargo bench --bench judge -- time FILE.csv` does so for the starter rules and the texts of an export;
//! `… dump FILE.csv…` prints every judgement, to compare two versions line by line.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::manual_is_multiple_of
)]

use feedback::judge::Judge;
use feedback::message::Message;
use feedback::rules::RuleSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

/// CPU seconds of this thread, as far as the system tells them.
fn seconds(start: Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|told| told.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// A row of numbers that look random and are the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

const SYLLABLES: [&str; 24] = [
    "ba", "co", "di", "fen", "gra", "hol", "in", "jo", "ka", "lem", "mo", "nar", "o", "pel", "qui", "ros",
    "sta", "tin", "u", "ver", "wa", "xi", "yon", "zed",
];

fn pick(from: &[&'static str], dice: &mut Dice) -> &'static str {
    from.get(dice.below(from.len())).copied().unwrap_or_default()
}

/// One of very many words; a quarter is Chinese.
fn word(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => (0..2 + dice.below(3))
            .filter_map(|_| char::from_u32(0x4E00 + dice.below(2_000) as u32))
            .collect(),
        _ => (0..3 + dice.below(3)).map(|_| pick(&SYLLABLES, dice)).collect(),
    }
}

/// As an owner writes them: some words or phrases, an exception, in every tenth rule a pattern. Gives the
/// words as well.
fn rules(n: usize) -> (String, Vec<String>) {
    let mut dice = Dice(1);
    let (mut file, mut all) = (String::new(), Vec::new());
    for id in 0..n {
        let words: Vec<String> = (0..6).map(|_| word(&mut dice)).collect();
        let [a, b, c, d, e, f] = words.as_slice() else {
            continue;
        };
        let topic = id % 40;
        let _ = write!(
            file,
            "[[rule]]\nid = 'r{id}'\nany = ['{a}', '{b} {c}', '{d}{e}*']\nexcept = ['{a} {f}']\ntopics = ['t{topic}']\n",
        );
        if id % 10 == 0 {
            let _ = writeln!(file, r"regex = ['(?i)\b{b}[a-z]* .{{0,20}}\b(?:{e}|{f})\b']");
        }
        all.extend(words);
    }
    (file, all)
}

/// Sentences of ordinary words, with two of the rules' words in each.
fn texts(n: usize, of_rules: &[String]) -> Vec<String> {
    let mut dice = Dice(2);
    let ordinary: Vec<String> = (0..5_000).map(|_| word(&mut dice)).collect();
    let mut sentence = || {
        let two = [dice.below(18), dice.below(18)];
        let mut one = |at| {
            let from = if two.contains(&at) { of_rules } else { &ordinary };
            from.get(dice.below(from.len())).map_or("", String::as_str)
        };
        (0..18).map(&mut one).collect::<Vec<_>>().join(" ")
    };
    (0..n).map(|_| sentence()).collect()
}

fn texts_of(path: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap();
    let at = reader
        .byte_headers()
        .unwrap()
        .iter()
        .position(|name| name == b"text")
        .unwrap_or(0);
    let text = |row: csv::ByteRecord| String::from_utf8_lossy(row.get(at).unwrap_or_default()).into_owned();
    reader.byte_records().map_while(Result::ok).map(text).collect()
}

/// µs a row, and rules that fired a row: the least of three runs.
fn judge_all(rules: &RuleSet, texts: &[String], start: Instant) -> (f64, f64) {
    let mut judge = Judge::new(rules).ignoring(["Slow Kettle Coffee", "@slowkettle"]);
    let mut run = || {
        let (begun, mut fired) = (seconds(start), 0);
        for text in texts {
            let message = Message {
                text: text.as_str().into(),
                ..Message::default()
            };
            fired += judge.judge(&message).matched.len();
        }
        let rows = texts.len() as f64;
        ((seconds(start) - begun) * 1e6 / rows, fired as f64 / rows)
    };
    let runs = [run(), run(), run()];
    runs.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

fn timed(text: &str, start: Instant) -> (RuleSet, f64) {
    let begun = seconds(start);
    let (rules, _) = RuleSet::compile(text, "rules.toml").unwrap();
    (rules, (seconds(start) - begun) * 1e3)
}

fn table(start: Instant) {
    println!("| rules | compile, ms | judge, µs a row | fired a row |\n|---|---|---|---|");
    for n in [50, 500, 5_000] {
        let (file, words) = rules(n);
        let texts = texts(100_000, &words);
        let (rules, compile) = timed(&file, start);
        let (row, fired) = judge_all(&rules, &texts, start);
        println!("| {n} | {compile:.1} | {row:.2} | {fired:.2} |");
    }
}

fn time(path: &str, start: Instant) {
    let texts = texts_of(path);
    let (rules, compile) = timed(feedback::rules::STARTER, start);
    let (row, fired) = judge_all(&rules, &texts, start);
    println!(
        "starter rules: compile {compile:.1} ms, {} rows, {row:.2} µs a row, {fired:.2} fired",
        texts.len()
    );
}

/// Every judgement of every longer cell, under conditions that change from one to the next.
fn dump(paths: &[String]) {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules).ignoring(["Slow Kettle Coffee", "@slowkettle", "AppleSupport"]);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let languages = [None, Some("zh-Hant"), Some("fr_CA"), Some("ja"), Some("und")];
    let mut i = 0_usize;
    for path in paths {
        let bytes = std::fs::read(path).unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(bytes.as_slice());
        let cells: Vec<String> = if path.ends_with(".csv") {
            let rows: Vec<csv::ByteRecord> = reader.byte_records().map_while(Result::ok).collect();
            let long = rows
                .iter()
                .flat_map(|row| row.iter())
                .filter(|cell| cell.len() > 11);
            long.map(|cell| String::from_utf8_lossy(cell).into_owned())
                .collect()
        } else {
            String::from_utf8_lossy(&bytes)
                .lines()
                .map(str::to_owned)
                .collect()
        };
        for text in cells {
            i += 1;
            let message = Message {
                text: text.as_str().into(),
                language: languages.get(i / 3 % 5).copied().flatten().map(Into::into),
                rating: (i % 4 == 0).then_some((i % 11) as f32 / 2.0),
                reach: (i % 6 == 0).then_some((i % 1000 * 100) as u64),
                reply_to: (i % 9 == 0).then(|| "x".into()),
                repost: i % 23 == 0,
                channel: "x".into(),
                ..Message::default()
            };
            let j = judge.judge(&message);
            let matched: Vec<_> = j
                .matched
                .iter()
                .map(|m| (m.rule, j.words(m).collect::<Vec<_>>()))
                .collect();
            writeln!(
                out,
                "{:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {} {matched:?} {:?} {}",
                j.kind,
                j.sentiment,
                j.score,
                j.topics,
                j.urgency,
                j.impact,
                j.value,
                j.priority,
                j.target_s,
                j.route,
                j.private,
                j.needs_reply,
                j.because,
                j.language
            )
            .unwrap();
        }
    }
}

fn main() {
    let start = Instant::now();
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    match arguments.split_first() {
        Some((what, paths)) if what == "dump" => dump(paths),
        Some((what, [path])) if what == "time" => time(path, start),
        _ => table(start),
    }
}
