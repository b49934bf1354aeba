//! Erasure beyond what the story in `tests/golden/` shows: every byte of the workspace, readers that were
//! there before, a crash at any system call, a full disk.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a test may

#[path = "support/shop.rs"]
mod shop;
mod support;

use feedback::ledger::head::{Found, Head};
use feedback::ledger::place::Place;
use feedback::ledger::read::scan_file;
use feedback::ledger::verify::verify;
use shop::{ERASE, WRITES, did, holding, run, shop, with_faults};
use std::collections::BTreeSet;
use support::{Workspace, python, root};

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
        ".ledger-Ab12Cd",
        ".feedback-Ab12Cd",
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
fn where_the_name_still_stands_is_told_and_copies_in_folders_are_found() {
    let (shop, _exports) = shop();
    std::fs::create_dir_all(shop.dir().join("backup/old")).unwrap();
    std::fs::copy(
        shop.dir().join("ledger.jsonl"),
        shop.dir().join("backup/old/ledger.jsonl"),
    )
    .unwrap();
    let export = shop.dir().join("more.csv");
    let rows = "id,channel,author,text,created_at\n\
                more-1,x,zoe,I am with @Ann_Lee on this,2026-03-01T12:00:00Z\n\
                more-2,x,yan,joann_lees shop is better,2026-03-01T12:00:00Z\n";
    std::fs::write(&export, rows).unwrap();
    did(&shop, &["ingest", "-q", export.to_str().unwrap()]);
    let said = did(&shop, &["ledger", "erase", "--author", "ann_lee", "--dry-run"]);
    let line = |key: &str| {
        said.lines()
            .find(|l| l.starts_with(key))
            .unwrap_or_default()
            .to_owned()
    };
    let named = line("the name still stands in");
    assert!(named.contains(" message (line "), "{said}");
    assert!(
        !named.contains("yan") && line("these files still hold it").contains("backup/old/ledger.jsonl"),
        "{said}"
    );
}

#[test]
fn copies_of_a_damaged_ledger_are_asked_about_and_removed() {
    let (shop, _exports) = shop();
    let ledger = shop.dir().join("ledger.jsonl");
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, text.replace("stale", "fresh")).unwrap();
    assert_eq!(run(&shop, &["ledger", "repair"]).status.code(), Some(3));
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
fn a_ledger_that_does_not_verify_is_left_as_it_is() {
    let (shop, _exports) = shop();
    let ledger = shop.dir().join("ledger.jsonl");
    let text = std::fs::read_to_string(&ledger).unwrap();
    // A forger makes the checksum right again; the chain tells.
    let line = text.lines().nth(2).unwrap();
    let body = line[..line.len() - 18].replace("stale", "fresh");
    let forged = format!("{body},\"crc\":\"{:08x}\"}}", crc32c::crc32c(body.as_bytes()));
    for harmed in [text.replace("stale", "fresh"), text.replace(line, &forged)] {
        std::fs::write(&ledger, &harmed).unwrap();
        let out = run(&shop, &ERASE);
        assert_eq!(
            out.status.code(),
            Some(5),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        assert_eq!(std::fs::read_to_string(&ledger).unwrap(), harmed);
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let (shop, exports) = shop();
    let elsewhere = exports.path().join("ledger.jsonl");
    std::fs::rename(shop.dir().join("ledger.jsonl"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, shop.dir().join("ledger.jsonl")).unwrap();
    let before = std::fs::read(&elsewhere).unwrap();
    assert_eq!(run(&shop, &ERASE).status.code(), Some(6));
    assert_eq!(std::fs::read(&elsewhere).unwrap(), before);
}

#[test]
fn what_is_not_ours_stays_whatever_its_name_begins_with() {
    let (shop, _exports) = shop();
    std::fs::create_dir(shop.dir().join("ledger.snapshots")).unwrap();
    let own = [
        "ledger.snapshots/monday.txt",
        "ledger.index-of-books.txt",
        "ledger.torn.txt",
        ".feedback-notes",
    ];
    for name in own {
        shop.write(name, "mine");
    }
    did(&shop, &ERASE);
    for name in own {
        assert!(shop.dir().join(name).exists(), "{name}");
    }
}
