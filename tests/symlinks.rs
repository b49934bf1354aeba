//! A symbolic link planted where a command writes is never followed; one that leads to the workspace is.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::os::unix::fs::symlink;
use support::Workspace;

const EXPORT: &str = "id,author,text,created_at\nn-1,ann,Is it spicy?,2026-03-01T12:00:00Z\n";
const VICTIM: &str = "somebody else's file\n";

/// A workspace with one case; with an unfinished batch, so that ledger.torn is written next.
fn workspace() -> Workspace {
    let ws = Workspace::new("[business]\ntime_zone = \"UTC\"\n");
    ws.write("n.csv", EXPORT);
    ws.says("ingest n.csv");
    let mut ledger = ws.read("ledger.jsonl");
    ledger.extend(b"{\"v\":1,\"seq\":");
    ws.write("ledger.jsonl", ledger);
    ws
}

#[test]
fn a_planted_link_is_named_and_not_followed() {
    for name in ["ledger.jsonl", "ledger.head", "ledger.lock", "ledger.torn"] {
        for dangling in [false, true] {
            let ws = workspace();
            let elsewhere = tempfile::tempdir().unwrap();
            let victim = elsewhere.path().join("victim");
            if !dangling {
                // A ledger behind a link may even be a sound one.
                let there = std::fs::read(ws.dir().join(name)).unwrap_or(VICTIM.into());
                std::fs::write(&victim, there).unwrap();
            }
            let before = std::fs::read(&victim).ok();
            let _ = std::fs::remove_file(ws.dir().join(name));
            symlink(&victim, ws.dir().join(name)).unwrap();
            ws.write("more.csv", EXPORT.replace("n-1", "n-2"));
            for command in ["resolve c1", "ingest more.csv"] {
                let out = ws.feedback(command.split(' '));
                let told = String::from_utf8(out.stderr).unwrap();
                assert!(
                    matches!(out.status.code(), Some(5 | 6)),
                    "{name} {command}: {told}"
                );
                // A head or a ledger that leads nowhere is gone as far as reading goes.
                if !dangling || ["ledger.lock", "ledger.torn"].contains(&name) {
                    let told = told.lines().next().unwrap();
                    assert!(told.contains(name) && told.contains("symbolic link"), "{told}");
                }
                assert_eq!(std::fs::read(&victim).ok(), before, "{name} {command}");
            }
        }
    }
}

#[test]
fn init_writes_through_no_link() {
    for name in ["ledger.jsonl", "ledger.head", "ledger.lock", "rules.toml"] {
        let ws = Workspace::new("");
        let victim = ws.dir().join("victim");
        symlink(&victim, ws.dir().join(name)).unwrap();
        let out = ws.feedback(["init"]);
        let told = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(6), "{name}: {told}");
        assert!(told.contains(name) && !victim.exists(), "{told}");
    }
}

#[test]
fn a_sheet_replaces_no_link() {
    let ws = workspace();
    ws.says("resolve c1 --now 2026-03-02T00:00:00Z");
    ws.write("victim", VICTIM);
    for target in ["victim", "nowhere"] {
        symlink(ws.dir().join(target), ws.dir().join("out.csv")).unwrap();
        let out = ws.feedback(["sheet", "export", "-o", "out.csv"]);
        assert_eq!(out.status.code(), Some(4));
        assert_eq!(ws.read("victim"), VICTIM.as_bytes());
        std::fs::remove_file(ws.dir().join("out.csv")).unwrap();
    }
}

#[test]
fn a_workspace_may_be_reached_through_a_link() {
    let ws = workspace();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("shop");
    symlink(ws.dir(), &link).unwrap();
    let before = ws.read("ledger.jsonl").len();
    let out = ws.feedback(["--dir", link.to_str().unwrap(), "resolve", "c1"]);
    assert!(!out.status.success(), "--dir is given once only");
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_feedback"))
        .args(["resolve", "c1", "-q", "--dir"])
        .arg(&link)
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    assert!(ws.read("ledger.jsonl").len() > before);
    assert!(link.is_symlink());
}
