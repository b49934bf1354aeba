//! What judging costs: CPU time a row over the texts of a CSV, one thread.
//!
//! `cargo bench --bench judge -- time FILE.csv` and `… dump FILE…`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use feedback::judge::Judge;
use feedback::message::Message;
use feedback::rules::RuleSet;
use std::io::Write;
use std::time::Instant;

fn cpu_ns(start: Instant) -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| start.elapsed().as_nanos() as u64)
}

fn texts(path: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap();
    let at = reader
        .byte_headers()
        .unwrap()
        .iter()
        .position(|h| h == b"text")
        .unwrap_or(0);
    reader
        .byte_records()
        .map_while(Result::ok)
        .map(|r| String::from_utf8_lossy(r.get(at).unwrap_or_default()).into_owned())
        .collect()
}

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let start = Instant::now();
    match args.first().map(String::as_str) {
        Some("time") => {
            let t = cpu_ns(start);
            let rules = RuleSet::starter().unwrap();
            println!("compile {:.2} ms", (cpu_ns(start) - t) as f64 / 1e6);
            let t = cpu_ns(start);
            let rules2 = RuleSet::starter().unwrap();
            drop(rules2);
            println!("compile again {:.2} ms", (cpu_ns(start) - t) as f64 / 1e6);
            let texts = texts(&args[1]);
            for n in [1000, 10_000, texts.len(), texts.len(), texts.len()] {
                let mut judge = Judge::new(&rules).ignoring(["Slow Kettle Coffee", "@slowkettle"]);
                let t = cpu_ns(start);
                let mut score = 0i64;
                for text in &texts[..n] {
                    let message = Message {
                        text: text.as_str().into(),
                        ..Message::default()
                    };
                    score += i64::from(judge.judge(&message).score);
                }
                println!(
                    "{n} rows: {:.3} µs a row (score {score})",
                    (cpu_ns(start) - t) as f64 / 1e3 / n as f64
                );
            }
        }
        Some("dump") => {
            let rules = RuleSet::starter().unwrap();
            let mut judge =
                Judge::new(&rules).ignoring(["Slow Kettle Coffee", "@slowkettle", "AppleSupport"]);
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            let langs = [None, Some("zh-Hant"), Some("fr_CA"), Some("ja"), Some("und")];
            let mut i = 0usize;
            for path in &args[1..] {
                let lines: Vec<String> = if path.ends_with(".csv") {
                    let mut r = csv::ReaderBuilder::new()
                        .flexible(true)
                        .has_headers(false)
                        .from_path(path)
                        .unwrap();
                    r.byte_records()
                        .map_while(Result::ok)
                        .flat_map(|r| {
                            r.iter()
                                .filter(|c| c.len() > 11)
                                .map(|c| String::from_utf8_lossy(c).into_owned())
                                .collect::<Vec<_>>()
                        })
                        .collect()
                } else {
                    let bytes = std::fs::read(path).unwrap();
                    String::from_utf8_lossy(&bytes)
                        .lines()
                        .map(str::to_owned)
                        .collect()
                };
                for text in lines {
                    i += 1;
                    let message = Message {
                        text: text.as_str().into(),
                        language: langs[i / 3 % 5].map(Into::into),
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
                        "{:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {} {:?} {:?} {}",
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
                        matched,
                        j.because,
                        j.language
                    )
                    .unwrap();
                }
            }
        }
        _ => {}
    }
}
