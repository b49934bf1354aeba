//! Recovery and erasure beyond what the stories in `tests/golden/` show: any damage, a crash at any
//! system call, a full disk, readers and copies while somebody writes, and every byte of the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a test may

#[path = "support/ledger.rs"]
mod ledgers;
mod support;

use feedback::ledger::erase::Recorded;
use feedback::ledger::head::{Found, Head};
use feedback::ledger::line::Line;
use feedback::ledger::place::Place;
use feedback::ledger::read::scan_file;
use feedback::ledger::repair::repair;
use feedback::ledger::salvage::survey;
use feedback::ledger::verify::verify;
use ledgers::{AT, Written, batches, folder, put};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use support::{Workspace, python, root};

const NOW: &str = "2026-03-02T09:00:00Z";

/// Ann writes twice, is answered, and somebody notes her number; bob writes too.
fn shop() -> (Workspace, tempfile::TempDir) {
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

fn run(shop: &Workspace, arguments: &[&str]) -> std::process::Output {
    let mut all = vec!["--now", NOW];
    all.extend(arguments);
    shop.feedback(all)
}

fn did(shop: &Workspace, arguments: &[&str]) -> String {
    let out = run(shop, arguments);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{arguments:?}: {}\n{errors}", out.status);
    String::from_utf8(out.stdout).unwrap()
}

const ERASE: [&str; 7] = [
    "ledger",
    "erase",
    "--author",
    "ann_lee",
    "--why",
    "asked by mail",
    "--yes",
];
const HERS: [&str; 6] = [
    "ann_lee",
    "acc-7001",
    "msg-10001",
    "Elm Road",
    "555-0199",
    "So sorry",
];

/// Files in which something of hers stands.
fn holding(folder: &Path) -> Vec<String> {
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

fn reports(shop: &Workspace) -> Vec<String> {
    let names = ["overview", "response", "resolution", "backlog"];
    names
        .map(|name| did(shop, &["report", name, "--format", "json"]))
        .to_vec()
}

/// What the page of Python says of the workspace.
fn python_agrees(shop: &Workspace) {
    let verifier = root().join("docs/reference/verify_ledger.py");
    let files = ["ledger.jsonl", "ledger.head"].map(|f| shop.dir().join(f));
    if let Some(out) = python([&verifier, &files[0], &files[1]]) {
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    }
}

#[test]
fn what_was_erased_is_nowhere_and_stays_away_and_no_figure_changes() {
    let (shop, exports) = shop();
    for derived in [
        "ledger.torn",
        "ledger.snapshot",
        "ledger.index.1",
        ".ledger-x",
        ".feedback-x",
    ] {
        shop.write(derived, "ann_lee msg-10001");
    }
    let before = reports(&shop);
    let anchor = did(&shop, &["ledger", "anchor"]);
    assert!(!holding(shop.dir()).is_empty());
    let said = did(&shop, &ERASE);
    assert!(
        said.starts_with("erased: 2 messages · 2 other texts · 1 case\n"),
        "{said}"
    );
    assert!(said.contains("x.csv"), "the export is named: {said}");
    assert_eq!(holding(shop.dir()), Vec::<String>::new());
    assert_eq!(reports(&shop), before);
    did(&shop, &["ledger", "verify"]);
    python_agrees(&shop);
    did(&shop, &["ledger", "verify", "--against", anchor.trim()]);
    let export = exports.path().join("x.csv");
    let again = did(&shop, &["ingest", "-q", export.to_str().unwrap()]);
    assert!(again.contains("3 known already"), "{again}");
    // With rows that are new, the file is read into the ledger, and still nothing of hers.
    let more =
        std::fs::read_to_string(&export).unwrap() + "msg-10009,cem,acc-9,Great tea,2026-03-01T10:00:00Z,\n";
    std::fs::write(&export, more).unwrap();
    let again = did(&shop, &["ingest", "-q", export.to_str().unwrap()]);
    assert!(again.contains("1 new · 3 known already"), "{again}");
    assert_eq!(holding(shop.dir()), Vec::<String>::new());
    let json: serde_json::Value =
        serde_json::from_str(&did(&shop, &["show", "c1", "--format", "json"])).unwrap();
    assert!(
        json["cases"][0]["events"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| e["erased"] == true)
    );
}

#[test]
fn copies_of_a_damaged_ledger_are_asked_about_and_removed() {
    let (shop, _exports) = shop();
    let ledger = shop.dir().join("ledger.jsonl");
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, text.replace("stale", "fresh")).unwrap();
    did(&shop, &["ledger", "repair"]);
    let out = run(&shop, &ERASE);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("ledger.damaged-1.jsonl"));
    let mut purge = ERASE.to_vec();
    purge.extend(["--damaged", "purge"]);
    did(&shop, &purge);
    assert_eq!(holding(shop.dir()), Vec::<String>::new());
    did(&shop, &["ledger", "verify"]);
}

#[test]
fn who_reads_the_old_file_reads_it_to_its_end() {
    let (shop, _exports) = shop();
    let place = Place::new(shop.dir());
    let Found::Whole(head) = Head::read(&place).unwrap() else {
        panic!()
    };
    let mut open = std::fs::File::open(place.ledger()).unwrap();
    did(&shop, &ERASE);
    let mut hers = 0;
    let reach = scan_file(&mut open, place.ledger(), Found::Whole(head), None, |l| {
        hers += usize::from(l.line.payload.data().is_some_and(|d| d.contains("ann_lee")));
    });
    assert_eq!((reach.unwrap().seq, hers), (head.count, 4));
}

#[test]
fn repair_and_erase_wait_for_the_lock() {
    let (shop, _exports) = shop();
    let ledger = shop.dir().join("ledger.jsonl");
    std::fs::write(
        &ledger,
        std::fs::read_to_string(&ledger)
            .unwrap()
            .replace("stale", "fresh"),
    )
    .unwrap();
    let lock = std::fs::File::open(shop.dir().join("ledger.lock")).unwrap();
    lock.lock().unwrap();
    let before = std::fs::read(&ledger).unwrap();
    for arguments in [&["ledger", "repair"][..], &ERASE] {
        let out = run(&shop, &[&["--lock-wait", "0"], arguments].concat());
        assert_eq!(out.status.code(), Some(7), "{arguments:?}");
    }
    assert_eq!(std::fs::read(&ledger).unwrap(), before);
}

/// Runs the command with a fault injected into a system call, in a fresh workspace each time, until the
/// call does not come that often; `check` sees the workspace and the exit code.
fn with_faults(
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
const WRITES: [&str; 6] = ["write", "fsync", "fdatasync", "rename", "linkat", "unlink"];

fn damage(shop: &Workspace) {
    let ledger = shop.dir().join("ledger.jsonl");
    std::fs::write(
        &ledger,
        std::fs::read_to_string(&ledger)
            .unwrap()
            .replace("stale", "fresh"),
    )
    .unwrap();
}

#[test]
fn an_erasing_that_is_killed_anywhere_leaves_the_old_ledger_or_the_new() {
    with_faults(
        "signal=KILL",
        &WRITES,
        |_| {},
        &ERASE,
        |shop, _, what| {
            let verified = verify(&Place::new(shop.dir())).unwrap();
            assert!(verified.damage.is_empty(), "{what}: {:?}", verified.damage);
            assert!([0, 4].contains(&verified.erased), "{what}");
            let again = run(shop, &ERASE);
            let code = if verified.erased == 0 { 0 } else { 4 };
            assert_eq!(again.status.code(), Some(code), "{what}");
            let held: Vec<String> = holding(shop.dir());
            assert_eq!(held, Vec::<String>::new(), "{what}");
        },
    );
}

#[test]
fn an_erasing_on_a_full_disk_changes_nothing() {
    let calls = ["write", "fsync", "rename"];
    with_faults(
        "error=ENOSPC",
        &calls,
        |_| {},
        &ERASE,
        |shop, code, what| {
            let verified = verify(&Place::new(shop.dir())).unwrap();
            assert!(verified.damage.is_empty(), "{what}: {:?}", verified.damage);
            match verified.erased {
                0 => assert_eq!(code, Some(6), "{what}"),
                _ => assert!(
                    what.contains("fsync") || what.contains("rename") || code != Some(0),
                    "{what}"
                ),
            }
            let names: BTreeSet<String> = std::fs::read_dir(shop.dir())
                .unwrap()
                .map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect();
            assert!(
                !names.iter().any(|n| n.starts_with(".ledger-")),
                "{what}: {names:?}"
            );
        },
    );
}

#[test]
fn a_repair_that_is_killed_anywhere_can_be_run_again() {
    with_faults(
        "signal=KILL",
        &WRITES,
        damage,
        &["ledger", "repair"],
        |shop, _, what| {
            did(shop, &["ledger", "repair"]);
            let verified = verify(&Place::new(shop.dir())).unwrap();
            assert!(verified.damage.is_empty(), "{what}: {:?}", verified.damage);
            let ledger = std::fs::read_to_string(shop.dir().join("ledger.jsonl")).unwrap();
            assert_eq!(ledger.matches("\"ev\":\"repair\"").count(), 1, "{what}");
            for text in ["Elm Road", "So sorry", "555-0199"] {
                assert!(ledger.contains(text), "{what}: {text} is lost");
            }
            let kept = Place::new(shop.dir()).damaged_copies().unwrap();
            let ledgers = kept
                .iter()
                .filter(|p| p.extension().is_some_and(|e| e == "jsonl"));
            let whole = ledgers.filter(|p| std::fs::read_to_string(p).unwrap().contains("fresh"));
            assert!(whole.count() > 0, "{what}: {kept:?}");
        },
    );
}

#[test]
fn a_copy_made_while_somebody_writes_is_whole() {
    let from = folder();
    let place = Place::new(from.path());
    let written = AtomicU64::new(0);
    let mut copies = 0;
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut writer = ledgers::writer(&place).unwrap();
            let text = serde_json::json!({"text": "x".repeat(1000)});
            for n in 0..40 {
                let event = ledgers::Event {
                    ev: "note".into(),
                    case: Some("c1".into()),
                    t: None,
                    facts: serde_json::json!({}),
                    data: Some(text.clone()),
                };
                // Large batches are streamed: half of one is often on the disk.
                let events = vec![event; if n % 8 == 0 { 1100 } else { 1 }];
                ledgers::write(
                    &mut writer,
                    &ledgers::Batch {
                        by: "t".into(),
                        events,
                    },
                );
                written.store(writer.seq(), Ordering::SeqCst);
            }
        });
        while !writing.is_finished() {
            let acknowledged = written.load(Ordering::SeqCst);
            if acknowledged == 0 {
                continue;
            }
            let to = folder();
            let copy = Place::new(to.path());
            std::fs::copy(place.head(), copy.head()).unwrap();
            std::fs::copy(place.ledger(), copy.ledger()).unwrap();
            let verified = verify(&copy).unwrap();
            assert!(verified.damage.is_empty(), "{:?}", verified.damage);
            assert!(
                verified.last >= acknowledged,
                "{} < {acknowledged}",
                verified.last
            );
            copies += 1;
        }
    });
    assert!(copies > 2, "only {copies} copies");
}

/// The lines of `bytes` whose checksum is right, commits left out, without their number.
fn sound_events(bytes: &[u8]) -> Vec<Vec<u8>> {
    let events = bytes.split(|b| *b == b'\n').filter_map(|raw| {
        let line = Line::parse(raw).ok().filter(|l| l.h.is_none())?;
        let rest = &line.header[line.header.windows(6).position(|w| w == b",\"at\":").unwrap()..];
        Some((line.seq, [rest, &line.payload.inner()].concat()))
    });
    let events: BTreeSet<(u64, Vec<u8>)> = events.collect();
    events.into_iter().map(|(_, event)| event).collect()
}

proptest! {
    #![proptest_config(ledgers::config(200))]

    /// Whatever happened to the file: what the repair leaves verifies, and every event whose checksum is
    /// right is in it, in order.
    #[test]
    fn every_sound_event_is_saved_from_any_damage(
        batches in batches(),
        harms in prop::collection::vec((0..5u8, any::<u16>(), any::<u16>()), 1..4),
        head in 0..4u8,
    ) {
        let written = Written::of(&batches);
        let mut lines: Vec<Vec<u8>> = written.lines().into_iter().map(<[u8]>::to_vec).collect();
        for (harm, a, b) in harms {
            let (n, a, b) = (lines.len(), usize::from(a), usize::from(b));
            if n == 0 {
                break;
            }
            match harm {
                0 => {
                    let line = &mut lines[a % n];
                    let at = b % line.len();
                    line[at] ^= 1 << (a % 7);
                }
                1 => lines.swap(a % n, b % n),
                2 => drop(lines.remove(a % n)),
                3 => {
                    let line = lines[a % n].clone();
                    lines.insert(b % (n + 1), line);
                }
                _ => lines.truncate(1 + a % n),
            }
        }
        let bytes = lines.concat();
        let folder = folder();
        let place = Place::new(folder.path());
        let head = match head {
            0 => None,
            1 => Some(&written.marks[0].1[..]),
            _ => Some(written.head()),
        };
        put(&place, &bytes, head);
        let Some(found) = survey(&place).unwrap() else { return Ok(()) };
        let done = repair(&place, &found, Recorded { at: AT, by: "t" }).unwrap();
        let verified = verify(&place).unwrap();
        prop_assert!(verified.damage.is_empty() && verified.unfinished == 0, "{:?}", verified);
        prop_assert_eq!(verified.last, done.head.count);
        let mut saved = sound_events(&std::fs::read(place.ledger()).unwrap());
        let event = saved.pop().unwrap();
        prop_assert!(String::from_utf8_lossy(&event).contains("\"ev\":\"repair\""));
        let mut wanted = sound_events(&bytes);
        // What never counted, behind the last finished batch and the head, is left out.
        wanted.truncate(usize::try_from(found.kept).unwrap());
        prop_assert!(found.unfinished > 0 || wanted.len() == sound_events(&bytes).len());
        prop_assert_eq!(saved, wanted);
        prop_assert_eq!(std::fs::read(place.damaged(1).0).unwrap(), bytes);
    }
}

const READS: &str = r#"
import csv, json, sys
rows = [json.loads(line) for line in open("flat.jsonl", encoding="utf-8")]
table = list(csv.DictReader(open("flat.csv", encoding="utf-8", newline="")))
assert len(rows) == len(table) == 7, (len(rows), len(table))
assert list(rows[0]) == list(table[0])
for row, cells in zip(rows, table):
    for name, value in row.items():
        text = {None: "", True: "true", False: "false"}.get(value, value) if not isinstance(value, (int, float)) \
            or isinstance(value, bool) else value
        assert str(text) == cells[name], (name, value, cells[name])
assert rows[6]["text"] == "=1+1, \"so\"\nthey say" and rows[0]["needs_reply"] is True and rows[0]["seq"] == 1
try:
    import duckdb
except ImportError:
    print("skipped: duckdb is not there")
    sys.exit()
types = dict(line.split() for line in open("types.txt"))
cells = "{" + ", ".join(f"'{n}': '{t}'" for n, t in types.items() if t == 'VARCHAR') + "}"
for source in ("read_json('flat.jsonl')", f"read_csv('flat.csv', types = {cells})"):
    got = dict((c[0], c[1]) for c in duckdb.sql(f"DESCRIBE SELECT * FROM {source}").fetchall())
    assert got["seq"] == "BIGINT" and got["needs_reply"] == "BOOLEAN" and got["message_id"] == "VARCHAR", got
    assert got["happened_at"].startswith("TIMESTAMP") and got["recorded_at"].startswith("TIMESTAMP"), got
    n = duckdb.sql(f"SELECT count(*), count(DISTINCT case_id), min(happened_at)::VARCHAR FROM {source}").fetchall()[0]
    assert n[0] == 7 and n[1] == 2 and n[2].startswith("2026-03-01 08:00:00"), n
    text = duckdb.sql(f"SELECT text FROM {source} WHERE seq = 10").fetchall()[0]
    assert text[0] == "=1+1, \"so\"\nthey say", text
print("duckdb reads it")
"#;

#[test]
fn python_and_duckdb_read_the_flat_export_as_it_is() {
    let (shop, _exports) = shop();
    did(&shop, &["note", "c2", "--text", "=1+1, \"so\"\nthey say"]);
    for (format, name) in [("json", "flat.jsonl"), ("csv", "flat.csv")] {
        let text = did(&shop, &["ledger", "export", "--format", format]);
        shop.write(name, text);
        let public = did(&shop, &["ledger", "export", "--no-data", "--format", format]);
        assert!(HERS.iter().all(|hers| !public.contains(hers)), "{public}");
    }
    // The types as the page tells them.
    let page = std::fs::read_to_string(root().join("docs/reference/export.md")).unwrap();
    let types = page.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some(format!("{name} {}\n", cells.next()?))
    });
    let types: String = types.collect();
    assert_eq!(types.lines().count(), 47);
    shop.write("types.txt", types);
    let script = shop.write("reads.py", READS);
    let out = Command::new("python3")
        .arg(&script)
        .current_dir(shop.dir())
        .output();
    let Ok(out) = out else {
        return eprintln!("skipped: python3 does not run here");
    };
    let (said, errors) = (
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr),
    );
    assert!(out.status.success(), "{said}{errors}");
    eprint!("{said}");
}

#[test]
fn the_anchor_of_the_page_is_that_of_the_test_vectors() {
    let shop = Workspace::new("");
    for name in ["ledger.jsonl", "ledger.head"] {
        shop.write(
            name,
            std::fs::read(root().join("tests/vectors").join(name)).unwrap(),
        );
    }
    let page = std::fs::read_to_string(root().join("docs/reference/ledger.md")).unwrap();
    let anchor = did(&shop, &["ledger", "anchor"]);
    assert!(page.contains(&anchor), "{anchor}");
    // It holds when more was recorded, when the payload is erased, and against the erased vector.
    did(
        &shop,
        &["ledger", "erase", "--case", "c1", "--why", "a test", "--yes"],
    );
    let said = did(&shop, &["ledger", "verify", "--against", anchor.trim()]);
    assert!(said.contains("still holds the anchor"), "{said}");
    let erased = std::fs::read_to_string(root().join("tests/vectors/erased.jsonl")).unwrap();
    let ledger = std::fs::read_to_string(shop.dir().join("ledger.jsonl")).unwrap();
    assert_eq!(ledger.lines().next(), erased.lines().next());
}
