//! Recovery beyond what the stories in `tests/golden/` show: any damage, a crash at any system call,
//! copies while somebody writes, the flat export in other programs, the anchor.

#![allow(clippy::indexing_slicing)] // a test may
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a test may

#[path = "support/ledger.rs"]
mod ledgers;
#[path = "support/shop.rs"]
mod shop;
mod support;

use feedback::ledger::erase::Recorded;
use feedback::ledger::line::Line;
use feedback::ledger::place::Place;
use feedback::ledger::repair::repair;
use feedback::ledger::salvage::survey;
use feedback::ledger::verify::verify;
use ledgers::{AT, Written, batches, folder, put};
use proptest::prelude::*;
use shop::{ERASE, HERS, WRITES, damage, did, run, shop, with_faults};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use support::{Workspace, root};

#[test]
fn repair_and_erase_wait_for_the_lock() {
    let (shop, _exports) = shop();
    let ledger = shop.dir().join("ledger.jsonl");
    damage(&shop);
    let lock = std::fs::File::open(shop.dir().join("ledger.lock")).unwrap();
    lock.lock().unwrap();
    let before = std::fs::read(&ledger).unwrap();
    for arguments in [&["ledger", "repair"][..], &ERASE] {
        let out = run(&shop, &[&["--lock-wait", "0"], arguments].concat());
        assert_eq!(out.status.code(), Some(7), "{arguments:?}");
    }
    assert_eq!(std::fs::read(&ledger).unwrap(), before);
}

#[test]
fn a_repair_that_is_killed_anywhere_can_be_run_again() {
    with_faults(
        "signal=KILL",
        &WRITES,
        damage,
        &["ledger", "repair"],
        |shop, _, what| {
            let again = run(shop, &["ledger", "repair"]).status.code();
            assert!(matches!(again, Some(0 | 3)), "{what}: {again:?}");
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
fn what_an_editor_adds_loses_nothing() {
    let (shop, _exports) = shop();
    let ledger = shop.dir().join("ledger.jsonl");
    let before = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, format!("\u{feff}{}", before.replace('\n', "\r\n"))).unwrap();
    did(&shop, &["ledger", "repair"]);
    assert!(std::fs::read_to_string(&ledger).unwrap().starts_with(&before));
    did(&shop, &["ledger", "verify"]);
}

#[test]
fn a_repair_that_would_save_nothing_is_not_done_unasked() {
    let (shop, _exports) = shop();
    let ledger = shop.dir().join("ledger.jsonl");
    std::fs::write(&ledger, "hello\n").unwrap();
    for arguments in [&["ledger", "repair", "--dry-run"][..], &["ledger", "repair"]] {
        let out = run(&shop, arguments);
        assert_eq!(out.status.code(), Some(5), "{arguments:?}");
        assert!(String::from_utf8_lossy(&out.stderr).contains("backup"));
        assert_eq!(std::fs::read_to_string(&ledger).unwrap(), "hello\n");
    }
    let all_the_same = ["ledger", "repair", "--even-if-nothing-is-saved"];
    assert_eq!(run(&shop, &all_the_same).status.code(), Some(3));
    did(&shop, &["ledger", "verify"]);
}

#[test]
fn a_closing_line_is_no_loss_and_a_gap_is_told_once() {
    let (shop, _exports) = shop();
    let place = Place::new(shop.dir());
    let whole = std::fs::read_to_string(place.ledger()).unwrap();
    let closing = whole
        .lines()
        .position(|l| l.contains("\"ev\":\"commit\""))
        .unwrap();
    for (gone, lost) in [(closing, 0), (1, 1)] {
        let mut lines: Vec<&str> = whole.split_inclusive('\n').collect();
        lines.remove(gone);
        std::fs::write(place.ledger(), lines.concat()).unwrap();
        let found = survey(&place).unwrap().unwrap();
        assert_eq!(found.lost_lines(), lost, "line {}", gone + 1);
        let told = found.damage.iter().filter(|d| d.what.contains("ledger.head"));
        assert_eq!(told.count(), 0, "{:?}", found.damage);
    }
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
    assert_eq!(types.lines().count(), 49);
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
