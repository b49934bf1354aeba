//! Whatever stands in a workspace beside the ledger and was derived from it: stale, damaged, cut short,
//! from another ledger, or newer. It is never believed: figures, and what an ingest counts, are those of
//! a workspace without it. Any file that is no known source of truth counts as derived.

use super::damage::{Dice, worked};
use super::score::{Score, Verdict};
use super::shop::{Said, Shop};
use std::path::{Path, PathBuf};

/// What is not derived.
const TRUE: [&str; 7] = [
    "feedback.toml",
    "rules.toml",
    "ledger.jsonl",
    "ledger.head",
    "ledger.lock",
    "ledger.torn",
    "sheet.csv",
];

/// Where a derived file's false content comes from.
#[derive(Debug, Clone, Copy)]
enum False {
    Flipped(usize, u8),
    Cut(usize),
    Longer(usize),
    Empty,
    /// From before the last batches.
    Stale,
    /// From another ledger.
    Foreign,
    /// From a ledger that began the same and went on differently.
    Forked,
    /// From after batches that this ledger does not have.
    Newer,
}

/// One line.
pub fn all(full: bool) -> Vec<Score> {
    let fault = "derived files that are stale, damaged, another ledger's or newer";
    // Reports and commands are run first everywhere, so that whatever is made beside the ledger is there.
    let stale = warmed(worked());
    let shop = stale.copy(None);
    shop.done(&["resolve", "c5", "c6"]);
    let shop = warmed(shop);
    let forked = stale.copy(None);
    forked.done(&["note", "c1", "c7", "--text", "another way"]);
    let forked = warmed(forked);
    let newer = shop.copy(None);
    newer.done(&["close", "c9"]);
    let newer = warmed(newer);
    let foreign = warmed(worked());
    let names = derived(&shop.ws());
    if names.is_empty() {
        return vec![Score::skipped(fault, "nothing is derived yet")];
    }
    let mut dice = Dice::new(7);
    let mut trials: Vec<(&PathBuf, False)> = Vec::new();
    for name in &names {
        let size = std::fs::metadata(shop.ws().join(name)).unwrap().len().max(1) as usize;
        let fixed = [
            False::Empty,
            False::Stale,
            False::Foreign,
            False::Forked,
            False::Newer,
        ];
        trials.extend(fixed.map(|f| (name, f)));
        // Its head is where a binding stands: every byte of it.
        trials.extend(
            (0..size.min(if full { 160 } else { 24 })).map(|i| (name, False::Flipped(i, (i % 8) as u8))),
        );
        for _ in 0..if full { 120 } else { 10 } {
            trials.push((name, False::Flipped(dice.below(size), dice.below(8) as u8)));
            trials.push((name, False::Cut(dice.below(size))));
        }
        trials.extend([1, 7, 4096].map(|n| (name, False::Longer(n))));
    }
    let right = figures(&bare(&shop));
    vec![Score::of(fault, &trials, |(name, harm)| {
        let trial = shop.copy(None);
        let other = match harm {
            False::Stale => Some(&stale),
            False::Foreign => Some(&foreign),
            False::Forked => Some(&forked),
            False::Newer => Some(&newer),
            _ => None,
        };
        let path = trial.ws().join(name);
        let mut bytes = std::fs::read(other.unwrap_or(&trial).ws().join(name)).unwrap_or_default();
        match *harm {
            False::Flipped(at, bit) => bytes[at] ^= 1 << bit,
            False::Cut(at) => bytes.truncate(at),
            False::Longer(n) => bytes.extend(std::iter::repeat_n(b'7', n)),
            False::Empty => bytes.clear(),
            _ => {}
        }
        std::fs::write(path, bytes).unwrap();
        let seen = figures(&trial);
        if seen != right {
            let wrong = seen.iter().zip(&right).find(|(a, b)| a != b);
            return Err(format!("{}, {harm:?}: {wrong:?}", name.display()));
        }
        goes_on(&trial).map_err(|why| format!("{}, {harm:?}: {why}", name.display()))
    })]
}

/// Reads as a user would.
fn warmed(shop: Shop) -> Shop {
    // What is derived within a tick of the clock after the ledger is not believed, rightly.
    std::thread::sleep(std::time::Duration::from_millis(40));
    for command in [
        &["report"][..],
        &["inbox"],
        &["digest"],
        &["ingest", "in/x-mentions.csv"],
    ] {
        shop.run(command);
    }
    shop
}

/// The derived files in a workspace, folders and all.
fn derived(ws: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![ws.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(ws).unwrap().to_owned();
            match path.is_dir() {
                true => folders.push(path),
                false if !TRUE.iter().any(|t| name == Path::new(t)) => found.push(name),
                false => {}
            }
        }
    }
    found
}

/// A copy without anything derived.
fn bare(shop: &Shop) -> Shop {
    let copy = shop.copy(None);
    for name in derived(&copy.ws()) {
        std::fs::remove_file(copy.ws().join(name)).unwrap();
    }
    copy
}

/// What the reports say, and then what an ingest of known and new messages counts and leaves.
fn figures(shop: &Shop) -> Vec<(Option<i32>, String)> {
    let export = "id,author,text,created_at,channel\nd-1,ann,Open?,2026-11-10T12:00:00Z,x\n";
    std::fs::write(shop.root().join("in/next.csv"), export).unwrap();
    let commands: [&[&str]; 9] = [
        &["report", "--format", "json"],
        &["report", "backlog", "--format", "json"],
        &["inbox", "--format", "json"],
        &[
            "ingest",
            "in/x-mentions.csv",
            "in/google-reviews.json",
            "in/next.csv",
            "--format",
            "json",
        ],
        &[
            "ingest",
            "in/next.csv",
            "in/xiaohongshu-comments.csv",
            "--format",
            "json",
        ],
        &["report", "--format", "json"],
        &["inbox", "--format", "json"],
        &["note", "c2", "--text", "and on"],
        &["report", "response", "--format", "json"],
    ];
    let said = commands.map(|c| shop.run(c));
    said.map(|Said { exit, out, .. }| (exit, out)).into()
}

fn goes_on(shop: &Shop) -> Verdict {
    shop.run(&["resolve", "c1"]).must_be(&[0], "the next command")?;
    shop.verifies()
}
