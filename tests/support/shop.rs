//! A shop with a customer who wants to be forgotten, and faults injected into what is done there.

#![allow(dead_code)] // every test file takes what it needs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use crate::support::Workspace;
use std::path::Path;
use std::process::Command;

pub const NOW: &str = "2026-03-02T09:00:00Z";

/// Ann writes twice, is answered, and somebody notes her number; bob writes too.
pub fn shop() -> (Workspace, tempfile::TempDir) {
    let shop = Workspace::new(
        "[business]\nname = \"Slow Kettle\"\nhandles = [\"Slow Kettle\"]\ntime_zone = \"UTC\"\n",
    );
    let exports = tempfile::tempdir().unwrap();
    let export = exports.path().join("x.csv");
    std::fs::write(
        &export,
        "id,author,author_id,text,created_at,in_reply_to\n\
         msg-10001,ann_lee,acc-7001,My parcel from 12 Elm Road is lost!,2026-03-01T08:00:00Z,\n\
         msg-10002,Slow Kettle,,@ann_lee So sorry.,2026-03-01T08:30:00Z,msg-10001\n\
         msg-10003,bob,acc-7002,The tea was stale,2026-03-01T09:00:00Z,\n",
    )
    .unwrap();
    did(&shop, &["ingest", "-q", export.to_str().unwrap()]);
    did(&shop, &["note", "c1", "--text", "ann_lee called: 555-0199"]);
    did(&shop, &["reply", "c1", "--text", "Dear ann_lee, it is found."]);
    (shop, exports)
}

pub fn run(shop: &Workspace, arguments: &[&str]) -> std::process::Output {
    let mut all = vec!["--now", NOW];
    all.extend(arguments);
    shop.feedback(all)
}

pub fn did(shop: &Workspace, arguments: &[&str]) -> String {
    let out = run(shop, arguments);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{arguments:?}: {}\n{errors}", out.status);
    String::from_utf8(out.stdout).unwrap()
}

pub const ERASE: [&str; 7] = [
    "ledger",
    "erase",
    "--author",
    "ann_lee",
    "--why",
    "asked by mail",
    "--yes",
];

pub const HERS: [&str; 6] = [
    "ann_lee",
    "acc-7001",
    "msg-10001",
    "Elm Road",
    "555-0199",
    "So sorry",
];

/// Files in which something of hers stands.
pub fn holding(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        found.extend(
            HERS.iter()
                .filter(|t| text.contains(*t))
                .map(|t| format!("{t} in {}", path.display())),
        );
    }
    found
}

/// Runs the command with a fault injected into a system call, in a fresh workspace each time, until the
/// call does not come that often; `check` sees the workspace and the exit code.
pub fn with_faults(
    fault: &str,
    calls: &[&str],
    prepare: impl Fn(&Workspace),
    arguments: &[&str],
    check: impl Fn(&Workspace, Option<i32>, &str),
) {
    let trial = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .output();
    if !trial.is_ok_and(|out| out.status.success()) {
        return eprintln!("skipped: strace does not run here");
    }
    let mut tried = 0;
    for call in calls {
        for n in 1..40 {
            let (shop, _exports) = shop();
            prepare(&shop);
            let trace = shop.dir().join("trace");
            let out = Command::new("strace")
                .args(["-f", "-qq", "-e", &format!("trace={call}")])
                .args(["-e", &format!("inject={call}:{fault}:when={n}"), "-o"])
                .arg(&trace)
                .arg(env!("CARGO_BIN_EXE_feedback"))
                .args(["--now", NOW, "--by", "t"])
                .args(arguments)
                .arg("--dir")
                .arg(shop.dir())
                .output()
                .unwrap();
            let seen = std::fs::read_to_string(&trace).unwrap();
            std::fs::remove_file(&trace).unwrap();
            if !seen.contains("INJECTED") && !seen.contains("killed by") {
                break;
            }
            tried += 1;
            check(&shop, out.status.code(), &format!("{call} {n}: {seen}"));
        }
    }
    assert!(tried > 5, "only {tried} faults were tried");
}

/// Every call by which a command changes something on disk.
pub const WRITES: [&str; 6] = ["write", "fsync", "fdatasync", "rename", "linkat", "unlink"];

pub fn damage(shop: &Workspace) {
    let ledger = shop.dir().join("ledger.jsonl");
    std::fs::write(
        &ledger,
        std::fs::read_to_string(&ledger)
            .unwrap()
            .replace("stale", "fresh"),
    )
    .unwrap();
}
