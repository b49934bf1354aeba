//! Real exports of every kind, one command for all of them: each is recognised by itself, read with books that
//! balance and that an independent reader (`tests/oracle/corpus.py`) comes to as well, or refused with its
//! reason; nothing is our bug, and a repeat changes nothing. The files are not part of the project; without
//! them, or without `python3`, the tests say that they skip.
//!
//! `cargo test --test corpus -- --ignored --nocapture table` prints what became of each file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::indexing_slicing)]

mod support;

use feedback::calendar::Moment;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use support::Workspace;

/// What each file is recognised as, and its encoding; of a refused file the reason.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "bluesky/datetime-syntax-invalid.txt",
        "refused",
        "file-no-messages",
    ),
    ("bluesky/datetime-syntax-valid.txt", "refused", "file-no-messages"),
    ("bluesky/posts.csv", "bluesky", "UTF-8"),
    ("discord/export.json", "discord", "UTF-8"),
    (
        "douyin/comments-chinese-header.csv",
        "douyin-comments",
        "UTF-8 with BOM",
    ),
    ("facebook/comments.csv", "facebook", "UTF-8"),
    ("freshdesk/tickets.csv", "freshdesk", "UTF-8"),
    ("google-forms/responses.csv", "google-forms", "UTF-8"),
    ("google-maps/relative-dates.csv", "google-maps", "UTF-8"),
    ("google-play/latin1-no-date.csv", "csv", "windows-1252"),
    ("google-play/reviews.csv", "google-play", "UTF-8"),
    ("instagram/comments.csv", "instagram", "UTF-8"),
    ("mastodon/outbox.json", "mastodon-outbox", "UTF-8"),
    ("mastodon/timeline.json", "mastodon", "UTF-8"),
    ("meltwater/feed.csv", "meltwater-feed", "UTF-8"),
    ("meltwater/feed.xlsx", "meltwater-feed", "UTF-8"),
    ("reddit/comments.csv", "reddit", "UTF-8"),
    ("trustpilot/empty-cells.csv", "trustpilot", "UTF-8"),
    ("trustpilot/reviews.csv", "trustpilot", "UTF-8"),
    ("weibo/comments-gbk-chinese-header.csv", "weibo-comments", "GBK"),
    ("weibo/comments-gbk.csv", "weibo-comments", "GBK"),
    ("weibo/complaints-no-header.csv", "csv", "UTF-8 with BOM"),
    ("weibo/posts-chinese-header.csv", "weibo-posts", "UTF-8 with BOM"),
    ("weibo/repostTimeline.json", "weibo-api", "UTF-8"),
    ("whatsapp/chat.txt", "whatsapp", "UTF-8"),
    ("x-api-v2/2sets.jsonl", "x-api", "UTF-8"),
    ("x-api-v2/counts.jsonl", "refused", "file-look-alike"),
    ("x-api-v2/empty.json", "refused", "file-empty"),
    ("x-api-v2/entities_test.jsonl", "x-api", "UTF-8"),
    ("x-api-v2/flat.jsonl", "x-api", "UTF-8"),
    ("x-api-v2/streaming_output_with_error.jsonl", "x-api", "UTF-8"),
    ("x-api-v2/users.jsonl", "refused", "file-look-alike"),
    ("x-archive/tweets.js", "x-archive", "UTF-8"),
    ("x-pairs/banks_tweets_replies.csv", "x-pairs", "UTF-8"),
    ("x-snscrape/hashtag.csv", "snscrape", "UTF-8"),
    ("x-twcs/bare-cr.csv", "x-support", "UTF-8"),
    ("x-twcs/bom-mojibake-outbound.csv", "x-support", "UTF-8 with BOM"),
    ("x-twcs/excel-saved.csv", "x-support", "UTF-8"),
    ("x-twcs/mini.csv", "x-support", "UTF-8"),
    ("x-twcs/spotifycares.csv", "x-support", "UTF-8"),
    ("xiaohongshu/comments.csv", "xiaohongshu", "UTF-8 with BOM"),
    (
        "xiaohongshu/posts-chinese-header.csv",
        "xiaohongshu",
        "UTF-8 with BOM",
    ),
    ("youtube/commentThreads.js", "youtube-threads", "UTF-8"),
    ("youtube/comments.csv", "youtube", "UTF-8"),
    ("zendesk/ticket_comment.csv", "zendesk-comments", "UTF-8"),
    ("zendesk/tickets.json", "zendesk-tickets", "UTF-8"),
];

fn folder() -> PathBuf {
    support::root().join("../shared/corpus")
}

fn files(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "labelled" || name.ends_with(".md") {
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

/// The outcome of each file by its name below the folder.
fn all() -> Option<BTreeMap<String, Value>> {
    support::corpus("README.md")?;
    let mut paths = Vec::new();
    files(&folder(), &mut paths);
    let workspace = Workspace::new("[business]\ntime_zone = \"Asia/Shanghai\"\n");
    let outcomes = ingest(&workspace, &paths, 4);
    assert_eq!(outcomes.len(), paths.len());
    let name = |path: &PathBuf| {
        let path = path.strip_prefix(folder()).unwrap();
        path.to_str().unwrap().replace('\\', "/")
    };
    Some(paths.iter().map(name).zip(outcomes).collect())
}

fn n(file: &Value, name: &str) -> u64 {
    file[name].as_u64().unwrap()
}

#[test]
fn every_export_is_read_or_refused_and_a_repeat_changes_nothing() {
    if support::corpus("README.md").is_none() {
        return;
    }
    let mut paths = Vec::new();
    files(&folder(), &mut paths);
    let workspace = Workspace::new("[business]\ntime_zone = \"Asia/Shanghai\"\n");
    let outcomes = ingest(&workspace, &paths, 4);
    let mut read = Vec::new();
    for (file, path) in outcomes.iter().zip(&paths) {
        let n = |name: &str| n(file, name);
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

#[test]
fn every_export_is_recognised_by_itself() {
    let Some(outcomes) = all() else { return };
    let found: Vec<(&str, &str, &str)> = outcomes
        .iter()
        .map(|(name, file)| match file["exit"].as_u64() {
            Some(4) => (
                name.as_str(),
                "refused",
                file["diagnostics"][0]["code"].as_str().unwrap(),
            ),
            _ => (
                name.as_str(),
                file["source"].as_str().unwrap(),
                file["encoding"].as_str().unwrap(),
            ),
        })
        .collect();
    let mut wrong = String::new();
    for (name, source, encoding) in KNOWN {
        let is = found.iter().find(|(known, ..)| known == name);
        if is != Some(&(*name, *source, *encoding)) {
            let _ = writeln!(wrong, "{name}: {source}, {encoding}, but is {is:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(found.len(), KNOWN.len());
}

#[test]
fn an_independent_reader_comes_to_the_same() {
    let Some(outcomes) = all() else { return };
    let script = support::root().join("tests/oracle/corpus.py");
    let Some(told) = support::python([script, folder()]) else {
        return;
    };
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: BTreeMap<String, Value> = serde_json::from_slice(&told.stdout).unwrap();
    let mut wrong = String::new();
    for (name, file) in &outcomes {
        let Some(wanted) = told.get(name) else {
            let _ = writeln!(wrong, "{name}: the oracle does not know it");
            continue;
        };
        if wanted["refused"] == true || n(file, "exit") == 4 {
            if wanted["refused"] != true || n(file, "exit") != 4 {
                let _ = writeln!(
                    wrong,
                    "{name}: refused by one only: {wanted} {}",
                    file["diagnostics"]
                );
            }
            continue;
        }
        for key in ["rows", "mentions", "replies", "inline", "rejected", "skipped"] {
            if wanted[key] != file[key] {
                let _ = writeln!(wrong, "{name}: {key} {}, the oracle {}", file[key], wanted[key]);
            }
        }
        for key in ["from", "to"] {
            let millis = |text: &str| Moment::parse(text).unwrap().millis;
            let found = file[key].as_str().map(millis);
            // The oracle does not reckon with `a month ago`.
            if wanted[key].is_i64() && wanted[key].as_i64() != found {
                let _ = writeln!(wrong, "{name}: {key} {}, the oracle {}", file[key], wanted[key]);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
#[ignore = "prints the table of all files"]
fn table() {
    let Some(outcomes) = all() else { return };
    println!(
        "| file | recognised as | encoding | rows | mentions | replies | inline | rejected | skipped | from | to |"
    );
    println!("|---|---|---|--:|--:|--:|--:|---|---|---|---|");
    for (name, file) in &outcomes {
        let mut reasons: BTreeMap<(bool, &str), u64> = BTreeMap::new();
        for d in file["diagnostics"].as_array().unwrap() {
            let code = d["code"].as_str().unwrap();
            *reasons.entry((d["severity"] == "error", code)).or_default() += 1;
        }
        for (code, more) in file["unlisted"].as_object().into_iter().flatten() {
            *reasons.entry((true, code)).or_default() += more.as_u64().unwrap();
        }
        let told = |is_error: bool| {
            let of = reasons.iter().filter(|((error, _), _)| *error == is_error);
            let words: Vec<String> = of.map(|((_, code), n)| format!("{n} {code}")).collect();
            words.join(", ")
        };
        let text = |key: &str| file[key].as_str().unwrap_or("–").to_owned();
        if n(file, "exit") == 4 {
            println!(
                "| {name} | refused: {} | | | | | | | | | |",
                file["diagnostics"][0]["code"]
            );
            continue;
        }
        println!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} {} | {} | {} | {} |",
            text("source"),
            text("encoding"),
            n(file, "rows"),
            n(file, "mentions"),
            n(file, "replies"),
            n(file, "inline"),
            n(file, "rejected"),
            if n(file, "rejected") > 0 {
                told(true)
            } else {
                String::new()
            },
            n(file, "skipped"),
            text("from"),
            text("to")
        );
    }
}
