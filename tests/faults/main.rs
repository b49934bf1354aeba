//! Fault tests: kills, failing and full disks, damage, many writers, power cuts, wrong clocks, false
//! derived files and exports made to break, each tried many times; at the end a line a fault says how often it was tried and
//! survived. Not here: what a sound machine does (`tests/cli.rs`).
//!
//! `cargo test --test faults [GROUP…]` tries a little of everything; `FAULTS=full` in the environment
//! tries what `docs/reference/faults.md` counts. What a machine does not offer is skipped with a word.

#![allow(clippy::indexing_slicing)] // a test may
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::disallowed_methods)] // it is a program: with arguments, an environment and a watch

mod calls;
mod clock;
mod damage;
mod derived;
mod disk;
mod input;
mod kill;
mod places;
mod power;
mod score;
mod shop;
mod writers;

use score::{Score, table};
use std::process::ExitCode;
use std::time::Instant;

/// A group of faults: its name, and what tries it.
type Group = (&'static str, fn(bool) -> Vec<Score>);

const GROUPS: [Group; 9] = [
    ("kill", kill::all),
    ("disk", disk::all),
    ("places", places::all),
    ("damage", damage::all),
    ("writers", writers::all),
    ("power", power::all),
    ("clock", clock::all),
    ("derived", derived::all),
    ("input", input::all),
];

fn main() -> ExitCode {
    let full = std::env::var_os("FAULTS").is_some_and(|v| v == "full");
    // What begins with a dash is meant for the usual harness.
    let chosen: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let mut scores = Vec::new();
    for (name, run) in GROUPS {
        if chosen.is_empty() || chosen.iter().any(|c| name.contains(c.as_str())) {
            let begun = Instant::now();
            let done = run(full);
            println!("faults: {name}, {:.0} s", begun.elapsed().as_secs_f64());
            for failure in done.iter().flat_map(Score::failures) {
                println!("  {failure}");
            }
            scores.extend(done);
        }
    }
    print!("\n{}", table(&scores));
    ExitCode::from(u8::from(!scores.iter().all(Score::is_sound)))
}
