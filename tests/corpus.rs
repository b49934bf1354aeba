//! Real exports of every kind, one command for all of them: each is read with books that balance or
//! refused with a reason, nothing is our bug, and a repeat changes nothing. The files are not part of
//! the project; without them the test says that it skips.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use support::Workspace;

/// Large files that other tests read.
const ELSEWHERE: [&str; 4] = ["labelled", "spotifycares.csv", "bare-cr.csv", "mini.csv"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if ELSEWHERE.contains(&name.as_str()) || name.ends_with(".md") {
            continue;
        }
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

/// What became of each file; `exit`: the gravest code of all.
fn ingest(workspace: &Workspace, files: &[PathBuf], exit: i32) -> Vec<Value> {
    let fixed = ["--format", "json", "--now", "2026-11-21T00:00:00Z", "ingest"].map(PathBuf::from);
    let out = workspace.feedback(fixed.iter().chain(files));
    let errors = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(exit), "{errors}");
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    said["files"].as_array().unwrap().clone()
}

#[test]
fn every_export_is_read_or_refused_and_a_repeat_changes_nothing() {
    if support::corpus("README.md").is_none() {
        return;
    }
    let mut paths = Vec::new();
    files(&support::root().join("../shared/corpus"), &mut paths);
    let workspace = Workspace::new("[business]\ntime_zone = \"Asia/Shanghai\"\n");
    let outcomes = ingest(&workspace, &paths, 4);
    assert_eq!(outcomes.len(), paths.len());
    let mut read = Vec::new();
    for (file, path) in outcomes.iter().zip(&paths) {
        let n = |name: &str| file[name].as_u64().unwrap();
        assert_eq!(
            n("rows"),
            n("mentions") + n("replies") + n("rejected") + n("skipped"),
            "{file}"
        );
        assert_eq!(
            n("mentions") + n("replies") + n("inline"),
            n("new") + n("duplicate"),
            "{file}"
        );
        match n("exit") {
            0 | 3 => read.push(path.clone()),
            4 => assert!(
                n("rows") == 0 && file["diagnostics"][0]["code"].is_string(),
                "{file}"
            ),
            other => panic!("exit {other}: {file}"),
        }
    }
    let (n, all) = (read.len(), paths.len());
    assert!(n > 20, "only {n} of {all} were read");
    let ledger = workspace.read("ledger.jsonl");
    for file in ingest(&workspace, &read, 3) {
        assert_eq!(file["new"], 0, "{file}");
    }
    assert!(
        workspace.read("ledger.jsonl") == ledger,
        "a repeat changed the ledger"
    );
    assert!(workspace.says("ledger verify").starts_with("ok: "));
}
