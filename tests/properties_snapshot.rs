//! A book from a snapshot and the tail behind it is the book of the whole ledger, for any history, any cut,
//! any zone and any number of threads; and what cannot be believed changes nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/ledger.rs"]
mod ledgers;

use feedback::calendar::Zone;
use feedback::case::book::{Book, Item};
use feedback::case::fold::{Way, read};
use feedback::case::snapshot::KIND;
use feedback::event::Verb;
use feedback::ledger::LedgerError;
use feedback::ledger::blocks::{Learner, Span, learn};
use feedback::ledger::cache::Anchor;
use feedback::ledger::front::Front;
use feedback::ledger::head::Head;
use feedback::ledger::place::Place;
use feedback::ledger::read::{Reach, scan};
use feedback::render::words::Lang;
use feedback::render::{self, Format, Style};
use feedback::report::scope::{Division, Scope};
use feedback::report::{self, Material};
use ledgers::{Batch, Event, Written, folder, put, write, writer};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::time::{Duration, SystemTime};

const NOW: i64 = 1_800_000_000_000;

fn event() -> impl Strategy<Value = Event> {
    let word = || prop::sample::select(vec!["x", "weibo", "app, store", "\"q\"", "点评"]);
    let mention = (
        any::<[bool; 3]>(),
        word(),
        prop::collection::vec(word(), 0..3),
        0..5usize,
    )
        .prop_map(|([needs, answers, repost], channel, topics, level)| {
            let mut facts = json!({"dir": "in", "channel": channel, "topics": topics, "needs_reply": needs});
            for (key, yes) in [("answers", answers), ("repost", repost)] {
                if yes {
                    facts[key] = true.into();
                }
            }
            if level < 3 {
                facts["priority"] = format!("P{level}").into();
                facts["target_s"] = (3600 * (level + 1)).into();
            }
            ("message", facts)
        });
    let reply = (any::<[bool; 4]>(), word()).prop_map(|(flags, channel)| {
        let mut facts = json!({"dir": "out", "channel": channel});
        for (key, yes) in ["answers", "automatic", "inline", "echo"].into_iter().zip(flags) {
            if yes {
                facts[key] = true.into();
            }
        }
        ("message", facts)
    });
    let verb = (prop::sample::select(Verb::ALL.to_vec()), any::<bool>()).prop_map(|(verb, later)| {
        let mut facts = json!({"to": "Ann", "tag": "vip"});
        if later {
            facts["follow_up"] = "2026-12-01T09:00:00Z".into();
        }
        (verb.name(), facts)
    });
    let merge = (1..7u32, 1..7u32).prop_map(|(a, b)| {
        let facts = json!({"into": format!("c{}", a.min(b)), "from": format!("c{}", a.max(b))});
        ("merge", facts)
    });
    let odd = Just(("hologram", json!({})));
    let what = prop_oneof![6 => mention, 4 => reply, 6 => verb, 1 => merge, 1 => odd];
    let t = prop::option::weighted(
        0.9,
        prop_oneof![
            3 => (1..29u32, 0..24u32).prop_map(|(d, h)| format!("2026-11-{d:02}T{h:02}:30:00Z")),
            2 => (1..29u32).prop_map(|d| format!("2026-11-{d:02}")),
            1 => Just("2026-11".to_owned()),
        ],
    );
    (what, 1..7u32, t).prop_map(|((ev, facts), case, t)| Event {
        case: Some(format!("c{case}")).filter(|_| ev != "merge"),
        ev: ev.into(),
        t,
        facts,
        data: Some(json!({"text": "…"})),
    })
}

fn history() -> impl Strategy<Value = Vec<Batch>> {
    let batch = prop::collection::vec(event(), 1..12).prop_map(|events| Batch {
        by: "ana".into(),
        events,
    });
    prop::collection::vec(batch, 1..6)
}

fn way(zone: &str, threads: usize) -> Way {
    Way {
        block: 300,
        long_tail: 0,
        ..Way::of(Zone::named(zone).unwrap(), threads)
    }
}

/// Everything that a book says, and every report of it.
fn says(book: &Book, zone: &str, threads: usize) -> (Vec<Item>, BTreeMap<u32, u32>, Vec<String>) {
    let scope = Scope::default();
    let mut texts: Vec<String> = book.items.iter().map(|i| format!("{:?}", book.what(i))).collect();
    texts.push(format!(
        "{:?} {:?} {}",
        book.names.all().collect::<Vec<_>>(),
        book.unknown,
        book.last_case
    ));
    for (kind, by) in report::REPORTS.iter().zip(Division::ALL) {
        let material = Material {
            book,
            as_of: NOW,
            zone: Zone::named(zone).unwrap(),
            scope: &scope,
            by: Some(by),
            business: "",
            silence_ms: 7 * 86_400_000,
            threads,
        };
        let style = Style {
            width: 100,
            lang: Lang::En,
            color: false,
        };
        let computed = report::compute(kind, &material);
        texts.push(render::report(&computed, Format::Json, style));
        texts.push(render::report(&computed, Format::Table, style));
    }
    (
        book.items.clone(),
        book.aliases.clone().into_iter().collect(),
        texts,
    )
}

fn forget(place: &Place) {
    let _ = std::fs::remove_file(place.dir().join(KIND.file));
}

/// As if the ledger had been written a while ago.
fn age(place: &Place) {
    let file = File::options().write(true).open(place.ledger()).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000))
        .unwrap();
}

/// Counts what it is shown.
struct Seen(Vec<(u64, u64)>);

impl Learner for Seen {
    type Part = Vec<(u64, u64)>;

    fn take(&mut self, front: &Front<'_>, byte: u64) {
        self.0.push((front.seq, byte));
    }

    fn part(&mut self) -> Self::Part {
        std::mem::take(&mut self.0)
    }
}

type Told = Result<(Reach, Vec<(u64, u64)>), String>;

fn one_by_one(place: &Place) -> Told {
    let mut seen = Vec::new();
    let reach = scan(place, None, |l| seen.push((l.line.seq, l.byte)));
    reach.map(|r| (r, seen)).map_err(|e| e.to_string())
}

fn in_blocks(place: &Place, threads: usize, block: u64) -> Told {
    let (from, upto) = (Anchor::START, None);
    let span = Span {
        from,
        upto,
        threads,
        block,
    };
    let mut seen = Vec::new();
    let file = File::open(place.ledger()).unwrap();
    let head = Head::read(place).unwrap();
    learn(
        &file,
        &place.ledger(),
        head,
        span,
        || Seen(Vec::new()),
        |_, mut part| seen.append(&mut part),
    )
    .map(|r| (r, seen))
    .map_err(|e| e.to_string())
}

proptest! {
    #![proptest_config(ledgers::config(96))]

    #[test]
    fn a_snapshot_and_its_tail_are_the_whole(batches in history(), cut in 0..6usize, zones in prop::sample::select(vec![("UTC", "UTC"), ("UTC", "Asia/Shanghai"), ("America/New_York", "Asia/Kolkata")])) {
        let folder = folder();
        let place = Place::new(folder.path());
        let mut open = writer(&place).unwrap();
        let (before, after) = batches.split_at(cut.min(batches.len()));
        before.iter().for_each(|b| write(&mut open, b));
        age(&place);
        read(&place, None, way(zones.0, 2)).unwrap();
        after.iter().for_each(|b| write(&mut open, b));
        let (book, reach, _) = read(&place, None, way(zones.1, 2)).unwrap();
        forget(&place);
        let whole = Way { long_tail: u64::MAX, ..way(zones.1, 1) };
        let (expected, reached, _) = read(&place, None, whole).unwrap();
        prop_assert!(!place.dir().join(KIND.file).exists());
        prop_assert_eq!(reach.anchor(), reached.anchor());
        prop_assert_eq!(says(&book, zones.1, 2), says(&expected, zones.1, 1));

        // Line by line, as `try` does it.
        let mut by_line = Book::new(Zone::named(zones.1).unwrap());
        scan(&place, None, |l| by_line.take(&l.line, l.byte)).unwrap();
        by_line.close();
        prop_assert_eq!(says(&by_line, zones.1, 1), says(&expected, zones.1, 1));
    }

    #[test]
    fn blocks_and_threads_find_what_one_by_one_finds(batches in history(), block in 1..900u64, at in any::<prop::sample::Index>(), harm in 0..5u8) {
        let written = Written::of(&batches);
        let folder = folder();
        let place = Place::new(folder.path());
        let mut bytes = written.bytes.clone();
        let lines = written.lines();
        let i = at.index(lines.len());
        match harm {
            0 => {}
            1 => { let n = bytes.len(); bytes[at.index(n)] ^= 1; }
            2 => bytes.truncate(at.index(written.bytes.len())),
            3 => { let mut less = lines.clone(); less.remove(i); bytes = less.concat(); }
            _ => { let mut more = lines.clone(); more.insert(i, lines[i]); bytes = more.concat(); }
        }
        put(&place, &bytes, Some(written.head()));
        let expected = one_by_one(&place);
        prop_assert_eq!(&in_blocks(&place, 1, block), &expected);
        prop_assert_eq!(&in_blocks(&place, 3, block), &expected);
    }
}

fn messages(n: u32) -> Batch {
    let message = |i: u32| Event {
        ev: "message".into(),
        case: Some(format!("c{}", i + 1)),
        t: Some(format!("2026-11-01T{:02}:00:00Z", i % 24)),
        facts: json!({"dir": "in", "channel": "x", "needs_reply": true}),
        data: Some(json!({"text": "…"})),
    };
    Batch {
        by: "ana".into(),
        events: (0..n).map(message).collect(),
    }
}

/// What a fold says of this place, with whatever snapshot lies there.
fn told(place: &Place) -> Result<(Vec<Item>, Vec<String>), String> {
    let way = Way {
        long_tail: u64::MAX,
        ..way("UTC", 1)
    };
    match read(place, None, way) {
        Ok((book, _, _)) => {
            let (items, _, texts) = says(&book, "UTC", 1);
            Ok((items, texts))
        }
        Err(e @ LedgerError::Damaged(_)) => Err(e.to_string()),
        Err(e) => panic!("{e}"),
    }
}

/// Puts a sound snapshot beside a ledger of some messages.
fn workspace() -> (tempfile::TempDir, Place) {
    let folder = folder();
    let place = Place::new(folder.path());
    write(&mut writer(&place).unwrap(), &messages(9));
    age(&place);
    read(&place, None, way("UTC", 1)).unwrap();
    assert!(place.dir().join(KIND.file).exists());
    (folder, place)
}

#[test]
fn a_bent_or_cut_snapshot_changes_nothing() {
    let (_folder, place) = workspace();
    let expected = told(&place);
    assert!(expected.is_ok());
    let path = place.dir().join(KIND.file);
    let sound = std::fs::read(&path).unwrap();
    // Every byte of the header, of the head and of the items with the table; blanks lie in between.
    let blank = |i: &usize| (1500..sound.len() - 300).contains(i);
    for i in (0..sound.len()).filter(|i| !blank(i) || i % 997 == 0) {
        let mut bent = sound.clone();
        bent[i] ^= 1 << (i % 8);
        std::fs::write(&path, &bent).unwrap();
        assert_eq!(told(&place), expected, "byte {i}");
        std::fs::write(&path, &sound[..i]).unwrap();
        assert_eq!(told(&place), expected, "cut at {i}");
    }
}

#[test]
fn a_sound_snapshot_is_used_and_one_of_another_ledger_is_not() {
    let (_folder, place) = workspace();
    let (_other_folder, other) = workspace();
    let expected = told(&other).unwrap();
    std::fs::copy(place.dir().join(KIND.file), other.dir().join(KIND.file)).unwrap();
    assert_eq!(told(&other).unwrap(), expected);
    // That it is used at all: what lies before it is not read again once the ledger has grown.
    write(&mut writer(&place).unwrap(), &messages(1));
    let mut bytes = std::fs::read(place.ledger()).unwrap();
    bytes[10] ^= 1;
    std::fs::write(place.ledger(), bytes).unwrap();
    assert!(told(&place).is_ok());
    forget(&place);
    assert!(told(&place).is_err());
}

#[test]
fn a_ledger_that_was_cut_or_exchanged_or_touched_is_read_again() {
    let (_folder, place) = workspace();
    let (ledger, head) = (
        std::fs::read(place.ledger()).unwrap(),
        std::fs::read(place.head()).unwrap(),
    );
    let without = |place: &Place| {
        let kept = std::fs::read(place.dir().join(KIND.file)).unwrap();
        let with = told(place);
        forget(place);
        let without = told(place);
        std::fs::write(place.dir().join(KIND.file), kept).unwrap();
        assert_eq!(with, without);
        with
    };
    assert!(without(&place).is_ok());
    for cut in (0..ledger.len()).step_by(7) {
        put(&place, &ledger[..cut], Some(&head));
        assert!(without(&place).is_err(), "cut at {cut}");
    }
    let mut bent = ledger.clone();
    bent[30] ^= 1;
    put(&place, &bent, Some(&head));
    assert!(without(&place).is_err(), "bent");
    put(&place, &ledger, None);
    assert!(without(&place).is_err(), "no head");
    let longer = Written::of(&[messages(20), messages(2)]);
    put(&place, &longer.bytes, Some(longer.head()));
    assert!(without(&place).is_ok(), "exchanged for a longer one");
    put(&place, &longer.bytes, Some(&head));
    assert!(without(&place).is_err(), "exchanged, with the old head");
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_nothing_is_and_that_is_no_error() {
    let folder = folder();
    let place = Place::new(folder.path());
    write(&mut writer(&place).unwrap(), &messages(9));
    // A folder under the snapshot's name keeps out even root.
    std::fs::create_dir(place.dir().join(KIND.file)).unwrap();
    let (book, _, _) = read(&place, None, way("UTC", 1)).unwrap();
    assert_eq!(book.items.len(), 9);
    let left = std::fs::read_dir(place.dir()).unwrap().filter(|e| {
        let name = e.as_ref().unwrap().file_name();
        name.to_str().unwrap().starts_with(".feedback")
    });
    assert_eq!(left.count(), 0);
}
