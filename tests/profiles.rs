//! A sample of each known export, invented, in `tests/profiles/NAME.csv` (or another ending): it is recognised
//! as what it is, and read as the file `NAME.md` beside it says. `SNAPSHOTS=overwrite` writes those anew.

#![allow(clippy::disallowed_methods)] // a test may ask the environment
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use feedback::calendar::{Moment, Zone};
use feedback::message::{Direction, Message};
use feedback::source::{Context, Entry, open, profiles};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Formats in JSON whose samples are still to come.
const UNTRIED: [&str; 14] = [
    "app-store-rss",
    "app-store-scraper",
    "bluesky-api",
    "freshdesk-json",
    "google-play-node",
    "google-takeout",
    "instagram-graph",
    "intercom",
    "meta-messages",
    "snscrape-json",
    "telegram",
    "trustpilot-api",
    "x-api-v1",
    "zendesk-comments-json",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/profiles")
}

/// The samples, by the name of their export.
fn samples() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e != "md") {
            let name = path.file_name().unwrap().to_str().unwrap();
            found.push((name.split('.').next().unwrap().to_owned(), path));
        }
    }
    found.sort();
    found
}

fn told(message: &Message<'_>) -> String {
    let direction = match message.direction {
        Some(Direction::Inbound) => "in",
        Some(Direction::Outbound) => "out",
        None => "–",
    };
    let mut out = format!("- {} `{}` {direction}", message.channel, message.id);
    let mut say = |what: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            let _ = write!(out, " · {what} {value}");
        }
    };
    say("at", message.posted.map(|t| format!("{t} ({:?})", t.precision)));
    say("by", Some(message.author.to_string()));
    say("who is", message.author_id.as_deref().map(str::to_owned));
    say("stars", message.rating.map(|r| r.to_string()));
    say("answers", message.reply_to.as_deref().map(str::to_owned));
    say("in talk", message.conversation.as_deref().map(str::to_owned));
    say("repeats", message.repost_of.as_deref().map(str::to_owned));
    say("changed", message.edited.map(|t| t.to_string()));
    say("reach", message.reach.map(|n| n.to_string()));
    say("lang", message.language.as_deref().map(str::to_owned));
    for (what, is) in [
        ("repost", message.repost),
        ("deleted", message.deleted),
        ("automatic", message.automatic),
        ("inline", message.inline),
    ] {
        say(what, is.then(|| "yes".to_owned()));
    }
    say("<", message.link.as_deref().map(|l| format!("{l}>")));
    out.push('\n');
    for line in message.text.lines() {
        let _ = writeln!(out, "  > {line}");
    }
    out
}

/// What becomes of a sample.
fn outcome(path: &Path) -> (String, String) {
    let now = Moment::parse_rfc3339("2026-11-21T00:00:00Z").unwrap();
    let context = Context::plain(Zone::named("Asia/Shanghai").unwrap(), now);
    let shown = path.file_name().unwrap().to_str().unwrap();
    let export = match open(path, shown, &context) {
        Ok(export) => export,
        Err(faults) => {
            let words: Vec<String> = faults
                .iter()
                .map(|d| format!("{}: {}\n", d.code, d.message))
                .collect();
            return (String::new(), words.concat());
        }
    };
    let mut out = format!("# {}, {}\n\n", export.source(), export.encoding());
    for note in export.findings() {
        let _ = writeln!(out, "{}: {}\n", note.code, note.message);
    }
    export
        .read(&mut |entry| match entry {
            Entry::Message(message) => out.push_str(&told(message)),
            Entry::Rejected(d) | Entry::Skipped(d) | Entry::Warned(d) => {
                let _ = writeln!(out, "- {}: {}", d.code, d.message);
            }
            Entry::Progress(_) | Entry::Mark(_) => {}
        })
        .unwrap();
    (export.source().to_owned(), out)
}

#[test]
fn each_sample_is_read_as_told() {
    #[allow(clippy::disallowed_methods)] // a test may ask the environment
    let overwrites = std::env::var("SNAPSHOTS").is_ok_and(|v| v == "overwrite");
    let mut wrong = String::new();
    for (name, path) in samples() {
        let (source, found) = outcome(&path);
        let is_refused = profiles().iter().any(|p| p.name == name && p.refused.is_some());
        assert!(
            source == name || is_refused,
            "{} is taken for {source}\n{found}",
            path.display()
        );
        let golden = path.with_extension("md");
        if overwrites {
            std::fs::write(&golden, &found).unwrap();
        }
        let wanted = std::fs::read_to_string(&golden).unwrap_or_default();
        if found != wanted {
            let _ = write!(wrong, "--- {}\n{wanted}+++\n{found}", golden.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_known_export_has_a_sample() {
    let there: BTreeSet<String> = samples().into_iter().map(|(name, _)| name).collect();
    let mut tests = String::new();
    for entry in std::fs::read_dir(folder().join("../../src/source/tests")).unwrap() {
        tests.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    // Those in JSON stand in the tests of the reader itself.
    let is_tried = |name: &str| there.contains(name) || tests.contains(&format!("\"{name}\""));
    let untried: Vec<&str> = profiles()
        .iter()
        .map(|p| p.name.as_str())
        .filter(|name| !is_tried(name))
        .collect();
    assert_eq!(untried, UNTRIED);
}
