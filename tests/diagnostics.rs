//! Every diagnostic code has a story in `tests/diagnostics/` named after it, which shows what provokes it
//! and what is said then: place, reason and next step. No code is said that is not listed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may

mod story;

use feedback::diagnostic::CODES;
use std::collections::BTreeSet;

/// Codes that no input provokes alone, and where they are tested instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("busy", "needs a second process that holds the lock: tests/cli.rs"),
    (
        "output-lost",
        "needs a standard output that is full: tests/cli.rs",
    ),
    ("disk-unsynced", "needs a disk that fails: tests/faults/disk.rs"),
    ("disk-unsure", "needs a disk that fails: tests/faults/disk.rs"),
    (
        "file-changed",
        "needs a file that changes between two readings of one command",
    ),
    (
        "row-too-long",
        "needs a row of 16 MiB: src/source/tests/limits.rs",
    ),
];

#[test]
fn every_code_is_provoked_as_told() {
    story::check(&story::all("diagnostics"));
}

#[test]
fn every_code_has_its_story_and_every_story_its_code() {
    let told: BTreeSet<String> = story::all("diagnostics")
        .iter()
        .map(|p| p.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> = CODES
        .iter()
        .map(|(code, _)| (*code).to_owned())
        .filter(|code| !ELSEWHERE.iter().any(|(e, _)| e == code))
        .collect();
    assert_eq!(told, listed);
}

#[test]
fn a_story_says_its_own_code_with_a_place_and_a_next_step() {
    // Wrong usage, and the state of cases and ledger, have no line in a file.
    let placeless = [
        "usage",
        "filter-unknown",
        "case-unknown",
        "case-refused",
        "mention-unknown",
        "ledger-damaged",
        "ledger-newer",
        "ledger-unfinished",
        "erase-nothing",
        "erase-ambiguous",
        "event-unknown",
        "template-unknown",
        "disk",
    ];
    let mut poor = Vec::new();
    for path in story::all("diagnostics") {
        let code = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let said: Vec<&str> = text.split("2> ").map(str::trim_end).collect::<Vec<_>>();
        let heads = said
            .iter()
            .enumerate()
            .filter(|(_, l)| l.contains(&format!("[{code}]: ")));
        let mut found = false;
        for (i, head) in heads {
            found = true;
            let end = said.len().min(i + 12);
            let next = said[i + 1..end]
                .iter()
                .position(|l| is_head(l))
                .unwrap_or(end - i - 1);
            let rest = &said[i + 1..i + 1 + next];
            let placed =
                placeless.contains(&code.as_str()) || rest.iter().any(|l| l.trim_start().starts_with("--> "));
            if !placed || !rest.iter().any(|l| l.contains("= help: ")) {
                poor.push(format!("{code}: {head}"));
            }
        }
        if !found {
            poor.push(format!("{code}: never said"));
        }
    }
    assert!(poor.is_empty(), "{poor:#?}");
}

#[test]
fn no_code_is_said_that_is_not_listed() {
    for folder in ["diagnostics", "golden"] {
        for path in story::all(folder) {
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text
                .lines()
                .filter_map(|l| l.strip_prefix("2> "))
                .filter(|l| is_head(l))
            {
                let code = line.split(['[', ']']).nth(1).unwrap();
                let listed = CODES.iter().any(|(c, _)| *c == code);
                assert!(listed, "{}: `{code}` is not in diagnostic::CODES", path.display());
            }
        }
    }
}

fn is_head(line: &str) -> bool {
    ["error[", "warning[", "note["]
        .iter()
        .any(|head| line.starts_with(head))
}
