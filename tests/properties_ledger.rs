//! What the ledger promises, for any events and any damage: a cut behind the head costs nothing but the
//! unfinished batch, a cut before it and any other change of a byte is told with line and byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "support/ledger.rs"]
mod ledgers;
mod support;

use feedback::ledger::chain::{Chain, ZERO, hex, inner};
use feedback::ledger::line::{Line, Payload};
use feedback::ledger::place::Place;
use feedback::ledger::read::{Reach, scan};
use feedback::ledger::verify::verify;
use feedback::ledger::{Damage, LedgerError};
use ledgers::{AT, Batch, Event, Written, batches, folder, put, write, writer};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

/// Line and byte of the first thing that is wrong, as `verify` tells it.
fn first_damage(place: &Place) -> Option<(u64, u64)> {
    verify(place).unwrap().damage.first().map(|d| (d.line, d.byte))
}

fn read(place: &Place) -> Result<(Reach, Vec<u8>), Damage> {
    let mut seen = Vec::new();
    let reach = scan(place, None, |l| {
        seen.extend_from_slice(l.raw);
        seen.push(b'\n');
    });
    match reach {
        Ok(reach) => Ok((reach, seen)),
        Err(LedgerError::Damaged(damage)) => Err(damage),
        Err(e) => panic!("{e}"),
    }
}

fn plain(ev: &str, data: Option<Value>) -> Event {
    Event {
        ev: ev.into(),
        case: Some("c1".into()),
        t: None,
        facts: json!({}),
        data,
    }
}

/// Three batches; the last is being written, or was written and its head was not.
fn sample() -> Written {
    let batch = |events: Vec<Event>| Batch {
        by: "ana \"a\"\n小明".into(),
        events,
    };
    Written::of(&[
        batch(vec![
            plain("message", Some(json!({"text": "咖啡凉了"}))),
            plain("note", Some(json!({}))),
        ]),
        batch(vec![plain("resolve", None)]),
        batch(vec![
            plain("message", Some(json!({"text": "\n,\"crc\":"}))),
            plain("close", None),
        ]),
    ])
}

/// Where a ledger cut at `cut` is said to be damaged: at the line that is cut short, or where its last
/// finished batch ends.
fn cut_is_told_at(written: &Written, cut: usize) -> (u64, u64) {
    let (line, begin) = written.line_at(cut);
    if begin < cut as u64 {
        return (line, begin);
    }
    let end = written.marks.iter().map(|m| m.0).filter(|end| *end <= cut).max();
    written.line_at(end.unwrap())
}

/// Cuts at `cut` with the head of batch `anchored`, and checks all that is promised of reading.
fn cut_and_read(place: &Place, written: &Written, anchored: usize, cut: usize) {
    let (covered, head) = &written.marks[anchored];
    put(place, &written.bytes[..cut], Some(head));
    if cut < *covered {
        let told = read(place).unwrap_err();
        let place_told = (told.line, told.byte);
        assert_eq!(place_told, cut_is_told_at(written, cut), "cut at {cut}: {told}");
        assert_eq!(first_damage(place), Some(place_told), "cut at {cut}");
        let refused = writer(place).err();
        assert!(matches!(refused, Some(LedgerError::Damaged(_))), "cut at {cut}");
        assert_eq!(std::fs::read(place.ledger()).unwrap(), written.bytes[..cut]);
        return;
    }
    let end = written
        .marks
        .iter()
        .map(|m| m.0)
        .filter(|end| *end <= cut)
        .max()
        .unwrap();
    let (reach, seen) = read(place).unwrap();
    assert_eq!(
        seen,
        written.bytes[..end],
        "cut at {cut}: exactly the finished batches"
    );
    assert_eq!(reach.unfinished, (cut - end) as u64);
    let verified = verify(place).unwrap();
    assert_eq!(
        (verified.damage, verified.unfinished),
        (vec![], (cut - end) as u64)
    );
}

#[test]
fn a_cut_at_any_byte_loads_the_finished_batches_or_is_told() {
    let written = sample();
    let folder = folder();
    let place = Place::new(folder.path());
    for anchored in 0..written.marks.len() {
        for cut in 0..=written.bytes.len() {
            cut_and_read(&place, &written, anchored, cut);
        }
    }
}

#[test]
fn after_a_cut_at_any_byte_behind_the_head_the_next_batch_goes_in() {
    let written = sample();
    let (covered, head) = &written.marks[1];
    for cut in *covered..=written.bytes.len() {
        let folder = folder();
        let place = Place::new(folder.path());
        put(&place, &written.bytes[..cut], Some(head));
        let end = written
            .marks
            .iter()
            .map(|m| m.0)
            .filter(|end| *end <= cut)
            .max()
            .unwrap();
        let mut open = writer(&place).unwrap();
        assert_eq!(open.torn(), (cut - end) as u64);
        write(
            &mut open,
            &Batch {
                by: "bo".into(),
                events: vec![plain("reopen", None)],
            },
        );
        drop(open);
        let torn = std::fs::read(place.torn()).unwrap_or_default();
        assert_eq!(torn, written.bytes[end..cut], "nothing is lost");
        let (reach, seen) = read(&place).unwrap();
        assert!(seen.starts_with(&written.bytes[..end]) && reach.unfinished == 0 && !reach.head_stale);
        assert!(String::from_utf8_lossy(&seen[end..]).contains("\"ev\":\"reopen\""));
        assert_eq!(first_damage(&place), None);
    }
}

#[test]
fn a_cut_ends_the_program_with_exit_5_and_says_where() {
    let written = sample();
    let workspace = support::Workspace::new("");
    let place = Place::new(workspace.dir());
    let cut = written.bytes.len() - 1;
    put(&place, &written.bytes[..cut], Some(written.head()));
    let (line, byte) = cut_is_told_at(&written, cut);
    for command in [
        &["inbox"][..],
        &["report"],
        &["ledger", "verify"],
        &["resolve", "c1"],
    ] {
        let out = workspace.feedback(command);
        assert_eq!(out.status.code(), Some(5), "{command:?}");
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(&format!("line {line}, byte {byte}:")), "{said}");
    }
}

#[test]
fn any_flipped_bit_is_found_with_its_line_and_byte() {
    let written = sample();
    let folder = folder();
    let place = Place::new(folder.path());
    let mut bytes = written.bytes.clone();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            put(&place, &bytes, Some(written.head()));
            assert_eq!(
                first_damage(&place),
                Some(written.line_at(at)),
                "bit {bit} of byte {at}"
            );
            bytes[at] ^= 1 << bit;
        }
    }
}

#[test]
fn swapped_doubled_and_deleted_lines_are_found() {
    let written = sample();
    let folder = folder();
    let place = Place::new(folder.path());
    let begin = |line: usize| {
        written.lines()[..line]
            .iter()
            .map(|l| l.len() as u64)
            .sum::<u64>()
    };
    let told = |lines: &[&[u8]]| {
        put(&place, &lines.concat(), Some(written.head()));
        first_damage(&place)
    };
    let n = written.lines().len();
    for i in 0..n {
        let mut doubled = written.lines();
        doubled.insert(i, doubled[i]);
        let expected = (i as u64 + 2, begin(i + 1));
        assert_eq!(told(&doubled), Some(expected), "line {} doubled", i + 1);
        let mut deleted = written.lines();
        deleted.remove(i);
        // Without its commit line the last batch of three lines counts for nothing.
        let expected = if i + 1 == n { n - 2 } else { i + 1 };
        assert_eq!(
            told(&deleted).unwrap().0,
            expected as u64,
            "line {} deleted",
            i + 1
        );
        for j in i + 1..n {
            let mut swapped = written.lines();
            swapped.swap(i, j);
            assert_eq!(
                told(&swapped),
                Some((i as u64 + 1, begin(i))),
                "{} and {}",
                i + 1,
                j + 1
            );
        }
    }
}

#[test]
fn a_change_with_a_right_checksum_is_found_by_the_chain() {
    let written = sample();
    let folder = folder();
    let place = Place::new(folder.path());
    let mut lines: Vec<Vec<u8>> = written.lines().into_iter().map(<[u8]>::to_vec).collect();
    let forged = String::from_utf8(lines[3].clone())
        .unwrap()
        .replace("resolve", "confirm");
    lines[3] = sealed(&forged[..forged.rfind(",\"crc\"").unwrap()]);
    put(&place, &lines.concat(), Some(written.head()));
    assert_eq!(first_damage(&place).unwrap().0, 5, "the commit line of its batch");
}

/// The line with this body and a right checksum.
fn sealed(body: &str) -> Vec<u8> {
    format!("{body},\"crc\":\"{:08x}\"}}\n", crc32c::crc32c(body.as_bytes())).into_bytes()
}

#[test]
fn two_writers_exclude_each_other() {
    let folder = folder();
    let place = Place::new(folder.path());
    let first = writer(&place).unwrap();
    assert!(place.is_locked());
    assert!(matches!(writer(&place).err(), Some(LedgerError::Busy(_))));
    drop(first);
    assert!(!place.is_locked());
    writer(&place).unwrap();
}

#[test]
fn writers_that_wait_lose_nothing() {
    let folder = folder();
    let place = Place::new(folder.path());
    std::thread::scope(|scope| {
        for who in 0..4 {
            let place = place.clone();
            scope.spawn(move || {
                for _ in 0..5 {
                    let open =
                        feedback::ledger::append::Writer::open(&place, Duration::from_secs(60), |_| {});
                    let events = vec![plain("note", None)];
                    write(
                        &mut open.unwrap(),
                        &Batch {
                            by: who.to_string(),
                            events,
                        },
                    );
                }
            });
        }
    });
    let verified = verify(&place).unwrap();
    assert_eq!(
        (verified.batches, verified.lines, verified.damage),
        (20, 40, vec![])
    );
}

#[test]
fn salts_differ() {
    let events = vec![plain("note", Some(json!({"text": "same"}))); 1000];
    let written = Written::of(&[Batch {
        by: "ana".into(),
        events,
    }]);
    let mut salts = HashSet::new();
    for line in written.lines() {
        if let Payload::Data(salt, _) = Line::parse(&line[..line.len() - 1]).unwrap().payload {
            salts.insert(salt);
        }
    }
    assert_eq!(salts.len(), 1000);
}

/// A ledger of format 2, as this program may meet it: more keys, in places that it does not know.
fn of_the_future() -> (Vec<u8>, Vec<u8>) {
    let mut chain = Chain::from(ZERO);
    let header = format!(
        "{{\"v\":2,\"seq\":1,\"at\":\"{AT}\",\"by\":\"ana\",\"device\":\"phone\",\"ev\":\"message\",\"case\":\"c1\",\
         \"facts\":{{\"dir\":\"in\"}},\"more\":{{}}"
    );
    let data = "{\"id\":\"7\",\"text\":\"hello\"}";
    chain.event(header.as_bytes(), &inner(&[0; 16], data.as_bytes()));
    let event = sealed(&format!(
        "{header},\"salt\":\"{}\",\"data\":{data}",
        "0".repeat(32)
    ));
    let before = format!(
        "{{\"v\":2,\"seq\":2,\"at\":\"{AT}\",\"by\":\"ana\",\"ev\":\"commit\",\"n\":1,\"signed\":\"x\""
    );
    let h = hex(&chain.commit(before.as_bytes()));
    let commit = sealed(&format!("{before},\"h\":\"{h}\""));
    let head = sealed(&format!("{{\"v\":2,\"count\":2,\"h\":\"{h}\""));
    ([event, commit].concat(), head)
}

#[test]
fn a_newer_format_can_be_read_but_not_written() {
    let (ledger, head) = of_the_future();
    let workspace = support::Workspace::new("");
    let place = Place::new(workspace.dir());
    put(&place, &ledger, Some(&head));
    let (reach, seen) = read(&place).unwrap();
    assert_eq!((reach.newest, reach.batches), (2, 1));
    assert_eq!(seen, ledger);
    assert_eq!(first_damage(&place), None);
    assert!(matches!(writer(&place).err(), Some(LedgerError::Newer(2))));
    assert_eq!(workspace.feedback(["inbox"]).status.code(), Some(0));
    assert_eq!(workspace.feedback(["resolve", "c1"]).status.code(), Some(4));
    assert_eq!(workspace.read("ledger.jsonl"), ledger);
}

#[test]
fn unknown_events_are_kept_counted_and_warned_of() {
    let events = vec![
        plain("hologram", Some(json!({"text": "?"}))),
        plain("hologram", None),
    ];
    let written = Written::of(&[Batch {
        by: "ana".into(),
        events,
    }]);
    let mut book = feedback::case::book::Book::new(feedback::calendar::Zone::UTC);
    let workspace = support::Workspace::new("");
    let place = Place::new(workspace.dir());
    put(&place, &written.bytes, Some(written.head()));
    scan(&place, None, |l| book.take(&l.line, l.byte)).unwrap();
    book.close();
    assert_eq!(book.unknown, [("hologram".to_owned(), 2)]);
    assert_eq!(workspace.says("ledger export").as_bytes(), written.bytes);
    let out = support::Workspace::feedback(&workspace, ["report"]);
    assert_eq!(out.status.code(), Some(0));
}

#[test]
fn the_test_vectors_verify() {
    let folder = folder();
    let place = Place::new(folder.path());
    let file = |name: &str| std::fs::read(support::root().join("tests/vectors").join(name)).unwrap();
    for (name, erased) in [("ledger.jsonl", 0), ("erased.jsonl", 1)] {
        put(&place, &file(name), Some(&file("ledger.head")));
        let verified = verify(&place).unwrap();
        assert_eq!(
            (verified.damage, verified.lines, verified.erased),
            (vec![], 5, erased),
            "{name}"
        );
        assert!(!verified.head_stale);
    }
}

proptest! {
    #![proptest_config(ledgers::config(48))]

    #[test]
    fn events_survive_a_round_trip(batches in batches()) {
        let written = Written::of(&batches);
        let mut lines = written.lines().into_iter().map(|l| Line::parse(&l[..l.len() - 1]).unwrap());
        for batch in &batches {
            let is_by = |line: &Line<'_>| serde_json::from_str::<String>(&format!("\"{}\"", line.by)).unwrap() == batch.by;
            for event in &batch.events {
                let line = lines.next().unwrap();
                prop_assert!(is_by(&line));
                prop_assert_eq!((line.v, line.at, line.ev), (1, AT, event.ev.as_str()));
                prop_assert_eq!((line.case, line.t), (event.case.as_deref(), event.t.as_deref()));
                let facts: Value = serde_json::from_str(line.facts.unwrap_or("{}")).unwrap();
                prop_assert_eq!(&facts, &event.facts);
                let data: Option<Value> = line.payload.data().map(|d| serde_json::from_str(d).unwrap());
                prop_assert_eq!(&data, &event.data);
            }
            let commit = lines.next().unwrap();
            prop_assert!(is_by(&commit) && commit.n == Some(batch.events.len() as u64));
        }
        // Any other reader of JSON lines understands them as well.
        for line in written.lines() {
            prop_assert!(serde_json::from_slice::<Value>(line).unwrap().is_object());
        }
    }

    #[test]
    fn any_cut_of_any_ledger(batches in batches(), anchored in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        let written = Written::of(&batches);
        let folder = folder();
        let place = Place::new(folder.path());
        cut_and_read(&place, &written, anchored.index(written.marks.len()), cut.index(written.bytes.len() + 1));
    }

    #[test]
    fn any_flipped_bit_of_any_ledger(batches in batches(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let written = Written::of(&batches);
        let folder = folder();
        let place = Place::new(folder.path());
        let mut bytes = written.bytes.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        put(&place, &bytes, Some(written.head()));
        prop_assert_eq!(first_damage(&place), Some(written.line_at(at)));
    }
}
