//! The rules of the house, checked from the source text, so that the picture in `src/lib.rs` cannot rot:
//! imports go one way, only the cli touches the machine, only the cli and the ledger write files, no
//! file grows too long, every code is listed and every word is translated.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/source_text.rs"]
mod source_text;

use feedback::diagnostic::CODES;
use feedback::render::words::is_translated;
use source_text::{Source, calls, code_only, literals, rooms_used, sources, without_comments};
use std::collections::BTreeSet;

/// The rooms from the ground up: each may use those before it.
const ORDER: [&str; 21] = [
    "calendar",
    "diagnostic",
    "message",
    "likeness",
    "source",
    "rules",
    "advice",
    "settings",
    "watch",
    "judge",
    "replies",
    "event",
    "ledger",
    "case",
    "intake",
    "replay",
    "report",
    "quality",
    "render",
    "sheet",
    "cli",
];

/// What the order alone would allow, and is forbidden all the same.
const APART: [(&str, &[&str]); 8] = [
    ("diagnostic", &["calendar"]),
    ("rules", &["source"]),
    ("settings", &["source", "message"]),
    ("ledger", &["source", "settings"]),
    ("case", &["source", "settings", "judge"]),
    ("report", &["source", "settings", "judge", "intake"]),
    ("intake", &["settings"]),
    (
        "quality",
        &["source", "settings", "event", "ledger", "case", "intake"],
    ),
];

/// Where a room sees only a part of another.
const ONLY: [(&str, &str, &str); 3] = [
    ("render", "report", "report::table"),
    ("quality", "report", "report::table"),
    ("settings", "rules", "rules::raw"),
];

/// What is wrong with the imports of a file in that room; `path` is where it stands under `src`.
fn wrong_imports(room: &str, path: &str, text: &str) -> Vec<String> {
    let place = |room: &str| ORDER.iter().position(|r| *r == room);
    let mut wrong = Vec::new();
    let Some(own) = place(room) else {
        return vec![format!("the room {room} has no place in the order")];
    };
    for used in rooms_used(path, text) {
        let other = used.split("::").next().unwrap();
        if other == room {
            continue;
        }
        let apart = APART
            .iter()
            .any(|(r, others)| *r == room && others.contains(&other));
        if place(other).is_none_or(|p| p > own) || apart {
            wrong.push(format!("{room} uses {used}"));
        }
        for (_, _, part) in ONLY.iter().filter(|(r, o, _)| *r == room && *o == other) {
            if !used.starts_with(part) {
                wrong.push(format!("{room} uses {used}, but may see {part} only"));
            }
        }
        // Of the report's rooms only the tables: neither cases nor the ledger.
        if room == "render" && other != "report" {
            wrong.push(format!("render uses {used}, but sees tables only"));
        }
    }
    wrong
}

/// What only the cli may touch: argv, environment, clock, terminal, and errors of any kind.
const MACHINE: [&str; 18] = [
    "std::env::",
    "env::var",
    "env::args",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "stdin()",
    "stdout()",
    "stderr()",
    "print!(",
    "println!(",
    "IsTerminal",
    "process::exit",
    "anyhow",
    "indicatif",
    "terminal_size",
    "whoami",
];

/// What writes files or folders.
const WRITING: [&str; 13] = [
    "File::create",
    "OpenOptions",
    "fs::write",
    "fs::copy",
    "fs::rename",
    "remove_file",
    "remove_dir",
    "create_dir",
    "DirBuilder",
    "set_len",
    "tempfile::",
    "set_permissions",
    "hard_link",
];

/// What stands nowhere.
const NOWHERE: [&str; 4] = ["unsafe ", "todo!(", "unimplemented!(", "dbg!("];

fn forbidden(room: &str, text: &str) -> Vec<&'static str> {
    let code = code_only(text);
    let mut found: Vec<&str> = NOWHERE.into_iter().filter(|w| code.contains(w)).collect();
    if !["cli", "main"].contains(&room) {
        found.extend(MACHINE.into_iter().filter(|w| code.contains(w)));
    }
    if !["cli", "ledger"].contains(&room) {
        found.extend(WRITING.into_iter().filter(|w| code.contains(w)));
    }
    found
}

/// The files that are part of the program: not its tests.
fn program() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|s| !s.is_test)
}

fn nothing(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn imports_go_one_way() {
    let rooms = program().filter(|s| !["lib", "main"].contains(&s.room.as_str()));
    let wrong: Vec<String> = rooms
        .flat_map(|s| {
            let wrong = wrong_imports(&s.room, &s.path, &s.text);
            wrong.into_iter().map(move |w| format!("{}: {w}", s.path))
        })
        .collect();
    nothing(&wrong);
}

#[test]
fn only_the_cli_touches_the_machine_and_only_it_and_the_ledger_write() {
    let wrong: Vec<String> = program()
        .flat_map(|s| {
            let found = forbidden(&s.room, &s.text);
            found.into_iter().map(move |w| format!("{}: {w}", s.path))
        })
        .collect();
    nothing(&wrong);
}

#[test]
fn files_are_short_well_named_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for s in sources() {
        let lines = s.whole.lines().count();
        if lines > 450 {
            wrong.push(format!("{}: {lines} lines", s.path));
        }
        if !s.whole.starts_with("//!") {
            wrong.push(format!("{}: does not begin with what it is for", s.path));
        }
        let vague = ["util", "utils", "helper", "helpers", "common", "misc"];
        if s.path.split(['/', '.']).any(|part| vague.contains(&part)) {
            wrong.push(format!("{}: a name that says nothing", s.path));
        }
    }
    nothing(&wrong);
}

#[test]
fn the_check_itself_catches_what_is_wrong() {
    let wrong = |room: &str, path: &str, text: &str| !wrong_imports(room, path, text).is_empty();
    assert!(wrong("ledger", "ledger/read.rs", "use crate::case::Case;"));
    assert!(wrong(
        "event",
        "event.rs",
        "use crate::{message::Message, case::{book::Book, Case}};"
    ));
    assert!(wrong(
        "message",
        "message.rs",
        "fn f() -> crate::judge::Judgement { x }"
    ));
    assert!(wrong(
        "source",
        "source/row.rs",
        "use super::super::rules::RuleSet;"
    ));
    assert!(wrong("event", "event.rs", "use super::case::Case;"));
    assert!(wrong(
        "render",
        "render/csv.rs",
        "use crate::report::figures::ALL;"
    ));
    assert!(wrong("render", "render/csv.rs", "use crate::case::Case;"));
    assert!(wrong(
        "render",
        "render/csv.rs",
        "use crate::report::{table::Cell, Report};"
    ));
    assert!(wrong("rules", "rules/mod.rs", "use crate::source::open;"));
    assert!(wrong("attic", "attic.rs", ""));

    assert!(!wrong(
        "ledger",
        "ledger/read.rs",
        "use super::head::Head; // crate::case is none of ours"
    ));
    assert!(!wrong(
        "render",
        "render/csv.rs",
        "use crate::report::table::{Cell, Table};"
    ));
    assert!(!wrong(
        "case",
        "case/book.rs",
        "use crate::ledger::line::Line; let s = \"crate::cli::x\";"
    ));
    assert!(!wrong(
        "case",
        "case/book.rs",
        "#[cfg(test)]\nmod tests {\n use crate::cli::run;\n}\n"
    ));

    assert_eq!(
        forbidden("report", "let t = SystemTime::now();"),
        ["SystemTime::now"]
    );
    assert_eq!(forbidden("intake", "std::fs::write(path, bytes)"), ["fs::write"]);
    assert_eq!(forbidden("cli", "unsafe { x }"), ["unsafe "]);
    assert!(forbidden("report", "// println!(\nlet s = \"println!(\";").is_empty());
    assert!(forbidden("ledger", "OpenOptions::new()").is_empty());
}

#[test]
fn every_code_is_listed_and_every_listed_code_is_used() {
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    let is_code = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    for s in program() {
        let text = without_comments(&s.text);
        let listed = text.find("pub const CODES").map_or(text.as_str(), |i| &text[..i]);
        for call in calls(
            listed,
            &["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note("],
        ) {
            // A code is the first argument; where it is a variable, it was a literal somewhere else.
            let first = call.trim_start().starts_with('"');
            let code = literals(&call).into_iter().next().filter(|c| first && is_code(c));
            if let Some(code) = code.filter(|c| !CODES.iter().any(|(listed, _)| listed == c)) {
                wrong.push(format!("{}: `{code}` is not in CODES", s.path));
            }
        }
        used.extend(literals(listed));
    }
    for (code, means) in CODES {
        if !used.contains(*code) {
            wrong.push(format!("`{code}` is listed, but nothing uses it"));
        }
        if means.is_empty() {
            wrong.push(format!("`{code}` is listed without what it means"));
        }
    }
    nothing(&wrong);
}

/// Our words in the text of a file: labels, titles and heads of tables, and what is said.
fn words(text: &str) -> BTreeSet<String> {
    let text = without_comments(text);
    let mut words = BTreeSet::new();
    for call in calls(&text, &["Cell::Label(", "say("]) {
        let first = call.trim_start().starts_with('"');
        words.extend(literals(&call).into_iter().take(1).filter(|_| first));
    }
    for call in calls(&text, &["Table::new("]) {
        words.extend(
            literals(&call)
                .into_iter()
                .map(|w| w.trim_end_matches('>').to_owned()),
        );
    }
    words.remove("");
    words
}

/// Words that reach the reader as values: names of figures, states, kinds and the like.
fn names() -> BTreeSet<String> {
    use feedback::case::{Excluded, state::State};
    use feedback::report::{figures, scope::Division, tally::Tally};
    let mut names = BTreeSet::new();
    for definition in figures::ALL {
        names.insert(definition.name);
        let figure = figures::figure(definition.name, &Tally::of(&[definition.name])).unwrap();
        names.extend(figure.values.into_iter().map(|(value, _)| value));
    }
    names.extend(Excluded::ALL.map(Excluded::name));
    names.insert("without_mention");
    names.extend(State::ALL.map(State::name));
    names.extend(Division::ALL.map(Division::name));
    names.extend(feedback::advice::Advice::REASONS);
    names.extend(feedback::advice::Manner::ALL.map(feedback::advice::Manner::words));
    names.extend(feedback::event::Verb::ALL.map(feedback::event::Verb::name));
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_word_is_translated() {
    let rooms = ["report", "render", "cli"];
    let spoken = program().filter(|s| rooms.contains(&s.room.as_str()));
    let mut missing: BTreeSet<String> = spoken.flat_map(|s| words(&s.text)).collect();
    missing.extend(names());
    // Without a letter there is nothing to translate; `by` heads a column of the CSV of a report only,
    // which is English for the programs that read it.
    missing.retain(|w| w.chars().any(char::is_alphabetic) && w != "by" && !is_translated(w));
    let missing: Vec<String> = missing.into_iter().collect();
    assert!(
        missing.is_empty(),
        "not in src/render/words.tsv:\n{}",
        missing.join("\n")
    );
}

#[test]
fn words_are_found() {
    let text =
        "t.row([Cell::Label(\"open\")]); Table::new(\"How fast\", &[\"n>\", \"mean>\"]); lang.say(\"old\")";
    let found: Vec<String> = words(text).into_iter().collect();
    assert_eq!(found, ["How fast", "mean", "n", "old", "open"]);
}
