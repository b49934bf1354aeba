//! Measures how long reading an export takes a row, on one thread: `cargo run --release --example reading
//! -- FILE [ROUNDS]`. It says nothing of what ingest does with the messages.
//! Where the kernel tells it, the time is that of the processor, so that other work on the machine matters
//! less.
#![expect(clippy::print_stdout, reason = "a measuring program prints what it measured")]

use feedback::calendar::{Moment, Zone};
use feedback::source::{Context, Entry, open};
use std::path::Path;

/// Seconds that this thread has run so far.
fn now() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ran = told.split(' ').next().and_then(|ns| ns.parse::<f64>().ok());
    ran.map_or_else(wall, |ns| ns / 1e9)
}

#[expect(clippy::disallowed_methods, reason = "a measuring program looks at the clock")]
fn wall() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    since.map_or(0.0, |d| d.as_secs_f64())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own has a command line"
)]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(file) = arguments.next() else {
        println!("usage: reading FILE [ROUNDS]");
        return;
    };
    let rounds: u32 = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(5);
    let context = Context {
        zone_is_assumed: true,
        ..Context::plain(Zone::UTC, Moment::exact(0))
    };
    let start = now();
    let export = match open(Path::new(&file), &file, &context) {
        Ok(export) => export,
        Err(faults) => return println!("{faults:?}"),
    };
    println!("open: {:.1} ms", (now() - start) * 1e3);
    let (mut best_read, mut best_part) = (f64::MAX, f64::MAX);
    let (mut rows, mut bytes, mut marks) = (0u64, 0usize, Vec::new());
    for _ in 0..rounds {
        (rows, bytes) = (0, 0);
        marks.clear();
        let start = now();
        let done = export.read(&mut |entry| match entry {
            Entry::Message(message) => {
                rows += 1;
                bytes += message.text.len();
            }
            Entry::Mark(mark) => marks.push(mark),
            _ => {}
        });
        if let Err(faults) = done {
            return println!("{faults:?}");
        }
        best_read = best_read.min(now() - start);
        let start = now();
        let (mut again, mut bytes_again) = (0u64, 0);
        for (i, from) in marks.iter().enumerate() {
            let done = export.read_part(*from, marks.get(i + 1).copied(), &mut |message| {
                again += 1;
                bytes_again += message.text.len();
            });
            if let Err(faults) = done {
                return println!("{faults:?}");
            }
        }
        best_part = best_part.min(now() - start);
        assert_eq!((again, bytes_again), (rows, bytes));
    }
    let a_row = |seconds: f64| seconds * 1e6 / rows.max(1) as f64;
    println!("{rows} messages, {bytes} bytes of text, {} marks", marks.len());
    println!(
        "read: {:.3} µs a message; read_part: {:.3} µs",
        a_row(best_read),
        a_row(best_part)
    );
}
