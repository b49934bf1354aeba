//! Payloads in every field of a message, through every command in every format: nothing of them is
//! obeyed by a terminal, a browser, a Markdown reader or a spreadsheet, and nothing is lost on the way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing, clippy::print_stderr)]

#[path = "support/harmless.rs"]
mod harmless;
#[path = "support/payloads.rs"]
mod payloads;
mod support;

use serde_json::{Value, json};
use support::Workspace;

const NOW: &str = "2026-04-01T00:00:00Z";
const FORMATS: [&str; 5] = ["table", "json", "csv", "markdown", "html"];
/// Every command that prints what came out of messages, without the cases it is asked for.
const READING: &[&str] = &[
    "inbox --limit 1000",
    "inbox --ids",
    "report",
    "report response",
    "report resolution",
    "report backlog --by channel",
    "report --by topic",
    "report --by assignee",
    "report --by kind",
    "report --cases waiting_for_us",
    "report --cases overdue",
    "digest",
    "check",
    "sheet export --all",
    "ledger verify",
    "ledger export",
    "ledger anchor",
    "sources",
    "rules check",
];

/// A message with the payload in every field that may hold one.
fn hostile(n: usize, payload: &str) -> Value {
    json!({
        "id": format!("{n}{payload}"),
        "author": payload,
        "text": format!("{payload} please refund {payload}"),
        "created_at": "2026-03-01T12:00:00Z",
        "channel": payload,
        "conversation_id": format!("talk {n} {payload}"),
        "url": payload,
        "lang": payload,
    })
}

/// The payload, alone, as the text.
fn bare(n: usize, payload: &str) -> Value {
    json!({"id": format!("bare-{n}"), "author": "ann", "text": payload,
           "created_at": "2026-03-02T12:00:00Z", "channel": "x", "url": payload})
}

/// A workspace that has read all payloads, as JSON and as CSV, under hostile names.
fn hostile_workspace() -> Workspace {
    let quoted = |s: &str| serde_json::to_string(s).unwrap().replace('\u{7f}', "\\u007f");
    let name = "<b>Shop</b>\u{1b}[31m\u{202e}|`x`";
    let handles: Vec<String> = payloads::all().map(|p| quoted(&format!("{p}!"))).collect();
    let ws = Workspace::new(&format!(
        "[business]\nname = {}\nhandles = [{}]\ntime_zone = \"UTC\"\n",
        quoted(name),
        handles.join(", "),
    ));
    let all: Vec<&str> = payloads::all().collect();
    let lines = |make: fn(usize, &str) -> Value| -> String {
        let line = |(n, p): (usize, &&str)| format!("{}\n", make(n, p));
        all.iter().enumerate().map(line).collect()
    };
    let hostile_name = if cfg!(unix) {
        "a\u{1b}[31m\u{202e}b\n<i>.jsonl"
    } else {
        "a.jsonl"
    };
    ws.write("bare.jsonl", lines(bare));
    ws.write(
        hostile_name,
        lines(hostile).replace("\"author\":", "\"author_id\":\"c\",\"author\":"),
    );
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "id",
        "author",
        "text",
        "created_at",
        "channel",
        "permalink",
        "reply_text",
        "reply_time",
    ];
    writer.write_record(head).unwrap();
    // A zero byte refuses a whole CSV file.
    for (n, p) in all.iter().copied().filter(|p| !p.contains('\0')).enumerate() {
        let (id, bad) = (format!("csv-{n}"), format!("bad-{n}"));
        let row = [
            &*id,
            p,
            p,
            "2026-03-03T12:00:00Z",
            p,
            p,
            p,
            "2026-03-03T13:00:00Z",
        ];
        writer.write_record(row).unwrap();
        // Rows that are refused, with the payload where a time or a rating should be.
        writer.write_record([&*bad, p, p, p, "x", p, "", p]).unwrap();
    }
    ws.write("c.csv", writer.into_inner().unwrap());
    for file in [hostile_name, "bare.jsonl", "c.csv"] {
        for format in ["table", "json"] {
            let out = ws.feedback(["ingest", file, "--format", format, "--now", NOW]);
            judge(&format!("ingest {file:?}"), format, &out);
            assert!(matches!(out.status.code(), Some(0 | 3)), "{file:?} {out:?}");
        }
    }
    // Refused as a whole: the excerpts of damaged files.
    let broken =
        |(n, p): (usize, &&str)| ws.write(&format!("broken-{n}.json"), format!("[{{\"text\": \"x\", {p}}}]"));
    let broken: Vec<_> = all.iter().enumerate().map(broken).collect();
    let out = ws.feedback(
        ["ingest".into(), "--now".into(), NOW.into()]
            .into_iter()
            .chain(broken),
    );
    judge("ingest broken", "table", &out);
    for (n, p) in payloads::TERMINAL.iter().enumerate() {
        let toml = ws.write(
            &format!("broken-{n}.toml"),
            format!("[[rule]]\nid = \"{p}\"\n{p}\nregex = '{p}('\n"),
        );
        judge(
            "rules check",
            "table",
            &ws.feedback(["rules", "check", toml.to_str().unwrap()]),
        );
    }
    ws
}

/// Does what `format` promises hold for what was printed?
fn judge(what: &str, format: &str, out: &std::process::Output) {
    let stdout = std::str::from_utf8(&out.stdout).unwrap();
    let stderr = std::str::from_utf8(&out.stderr).unwrap();
    let told = |r: Result<(), String>| {
        if let Err(e) = r {
            panic!("{what} --format {format}: {e}");
        }
    };
    told(harmless::terminal(stderr, &[]));
    if stdout.is_empty() || matches!(out.status.code(), Some(2 | 4..)) {
        return;
    }
    match format {
        _ if what == "inbox --ids" => told(harmless::terminal(stdout, &[])),
        // For engines, every byte as it is: not for eyes, not for spreadsheets.
        _ if what.starts_with("ledger export") => {}
        "html" => told(harmless::html(stdout)),
        "markdown" => told(harmless::markdown(stdout)),
        "csv" => told(harmless::csv(stdout).map(|_| ())),
        "json" => {
            serde_json::from_str::<Value>(stdout).unwrap();
            told(harmless::terminal(stdout, &[]));
        }
        _ if what.starts_with("sheet export") => told(harmless::csv(stdout).map(|_| ())),
        _ if what.contains("--cases") => told(harmless::terminal(stdout, &["\t"])),
        _ => told(harmless::terminal(stdout, &[])),
    }
}

#[test]
fn no_command_passes_on_what_a_stranger_put_into_a_message() {
    let ws = hostile_workspace();
    let ids = ws.says(&format!("inbox --ids --limit 1000 --now {NOW}"));
    let ids: Vec<&str> = ids.lines().collect();
    assert!(ids.len() > payloads::all().count(), "{}", ids.len());
    let show = format!("show {}", ids.join(" "));
    // What the owner writes may be pasted from a stranger too.
    for (payload, case) in payloads::all()
        .filter(|p| !p.contains('\0'))
        .zip(ids.iter().cycle())
    {
        let note = format!("--note={payload}");
        let assign = [
            "assign",
            case,
            &format!("--to={payload}"),
            &format!("--by={payload}"),
            &note,
        ];
        judge(
            "assign",
            "table",
            &ws.feedback(assign.iter().chain(&["--now", NOW])),
        );
        let tag = ["tag", case, &format!("--tag={payload}"), &note];
        judge("tag", "table", &ws.feedback(tag.iter().chain(&["--now", NOW])));
    }
    for payload in payloads::TERMINAL {
        for arguments in [
            ["show", "--", payload],
            ["report", "--", payload],
            ["inbox", "--topic", payload],
        ] {
            judge(arguments[0], "table", &ws.feedback(arguments));
        }
    }
    for command in READING.iter().copied().chain([show.as_str()]) {
        for format in FORMATS {
            for lang in ["en", "zh-Hans"] {
                let mut arguments: Vec<&str> = command.split(' ').collect();
                arguments.extend(["--format", format, "--lang", lang, "--now", NOW]);
                let out = ws.feedback(&arguments);
                judge(command.get(..40).unwrap_or(command), format, &out);
            }
        }
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.extend(["--color", "always", "--now", NOW]);
        let out = ws.feedback(&arguments);
        if !command.starts_with("sheet") && !command.starts_with("ledger export") {
            let stdout = std::str::from_utf8(&out.stdout).unwrap();
            harmless::terminal(stdout, &["\u{1b}[1m", "\u{1b}[0m", "\t"]).unwrap();
        }
    }
    for payload in payloads::TERMINAL.iter().step_by(4) {
        let (author, why) = (format!("--author={payload}"), format!("--why={payload}"));
        for sure in ["--dry-run", "--yes"] {
            let out = ws.feedback(["ledger", "erase", &author, &why, sure]);
            judge("ledger erase", "table", &out);
        }
    }
    let files = ["try", "bare.jsonl", "c.csv", "feedback.toml"];
    for format in FORMATS {
        let out = ws.feedback(files.iter().chain(&["--format", format, "--now", NOW]));
        judge("try", format, &out);
    }
}

#[test]
fn a_sheet_brings_every_text_back_exactly() {
    let ws = Workspace::new("[business]\ntime_zone = \"UTC\"\n");
    let all: Vec<&str> = payloads::all().collect();
    let lines: String = all
        .iter()
        .enumerate()
        .map(|(n, p)| format!("{}\n", bare(n, p)))
        .collect();
    ws.write("bare.jsonl", lines);
    assert!(ws.feedback(["ingest", "bare.jsonl"]).status.success());
    let told: std::collections::HashMap<String, String> = ws
        .says("ledger export")
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap())
        .filter(|v| v["data"]["text"].is_string())
        .map(|v| {
            (
                v["case"].as_str().unwrap().to_owned(),
                v["data"]["text"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(told.len(), all.len());
    for (line, name) in [
        ("sheet export --all", "sheet"),
        ("inbox --limit 1000 --format csv", "inbox"),
    ] {
        let rows = harmless::csv(&ws.says(&format!("{line} --now {NOW}"))).unwrap();
        let column = rows[0].iter().position(|head| head == "text").unwrap();
        assert_eq!(rows.len(), all.len() + 1, "{name}");
        for row in &rows[1..] {
            let cell = row[column].strip_prefix('\'').unwrap_or(&row[column]);
            assert_eq!(cell, told[&row[0]], "{name}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_written_for_programs_is_shown_harmless_on_a_terminal() {
    let ws = Workspace::new("[business]\ntime_zone = \"UTC\"\n");
    let numbered = payloads::TERMINAL.iter().enumerate();
    let lines: String = numbered.map(|(n, p)| format!("{}\n", bare(n, p))).collect();
    ws.write("bare.jsonl", lines);
    assert!(ws.feedback(["ingest", "bare.jsonl"]).status.success());
    for line in [
        "sheet export --all",
        "ledger export",
        "ledger export --format csv",
        "ledger export --format json",
        "inbox --format csv",
        "inbox --format json",
    ] {
        let command = format!("{} -q --dir . {line}", env!("CARGO_BIN_EXE_feedback"));
        let ran = std::process::Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .current_dir(ws.dir())
            .stdin(std::process::Stdio::null())
            .output();
        let Ok(out) = ran else {
            eprintln!("skipped: script, which lends a terminal, is not installed");
            return;
        };
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(text.contains("click"), "{line}: {text}");
        harmless::terminal(&text, &["\r\n", "\t"]).unwrap();
    }
}
