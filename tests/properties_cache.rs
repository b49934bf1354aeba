//! Derived files: believed only when everything fits; read whole or in pieces; a scan from a believed
//! part shows exactly what stands behind it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use feedback::ledger::append::Writer;
use feedback::ledger::cache::{Anchor, Cache, Draft, Kind, Touched, remove};
use feedback::ledger::head::Head;
use feedback::ledger::line;
use feedback::ledger::place::Place;
use feedback::ledger::read::{Reach, scan, scan_from};
use std::fs::File;
use std::path::Path;
use std::time::Duration;

const KIND: Kind = Kind {
    file: "ledger.trial",
    tag: *b"trial\0\0\0",
    format: 3,
    block: 64,
    by_writer: false,
};

fn batch(place: &Place, name: &str, events: usize) {
    let mut writer = Writer::open(place, Duration::ZERO, |_| {}).unwrap();
    let mut batch = writer.begin("2026-11-21T09:30:00Z", name);
    for i in 0..events {
        let case = format!("c{}", i + 1);
        batch
            .event(line::Draft {
                ev: "note",
                case: Some(&case),
                data: Some(br#"{"text":"call back"}"#),
                ..line::Draft::default()
            })
            .unwrap();
    }
    batch.commit().unwrap();
}

fn reach(place: &Place) -> Reach {
    scan(place, None, |_| {}).unwrap()
}

/// Writes a cache as a reader does, and steps out of the tick in which the ledger was changed.
fn keep(place: &Place, payload: &[u8]) -> Anchor {
    std::thread::sleep(Duration::from_millis(25));
    let noted = Touched::of(&File::open(place.ledger()).unwrap()).unwrap();
    let anchor = reach(place).anchor();
    let mut draft = Draft::begin(place, &KIND, anchor, noted).unwrap();
    for piece in payload.chunks(23) {
        draft.write(piece).unwrap();
    }
    draft.finish().unwrap();
    anchor
}

fn open(place: &Place, kind: &Kind) -> Option<Cache> {
    Cache::open(
        place,
        kind,
        &File::open(place.ledger()).ok()?,
        Head::read(place).unwrap(),
    )
}

fn believed(place: &Place) -> Option<Vec<u8>> {
    let cache = open(place, &KIND)?;
    cache.read(0, usize::try_from(cache.len()).unwrap())
}

fn payload() -> Vec<u8> {
    (0..300u32).map(|i| (i % 251) as u8).collect()
}

fn workspace() -> (tempfile::TempDir, Place) {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::new(dir.path());
    batch(&place, "Mei", 3);
    batch(&place, "Mei", 2);
    (dir, place)
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_kept_is_read_again_whole_and_in_pieces() {
    let (_dir, place) = workspace();
    assert!(believed(&place).is_none(), "nothing is there yet");
    let anchor = keep(&place, &payload());
    assert_eq!(believed(&place), Some(payload()));
    let cache = open(&place, &KIND).unwrap();
    assert_eq!(cache.anchor(), anchor);
    for (from, len) in [
        (0, 64),
        (0, 0),
        (63, 2),
        (64, 64),
        (100, 150),
        (290, 10),
        (300, 0),
    ] {
        assert_eq!(
            cache.read(from, len).unwrap(),
            payload()[from as usize..from as usize + len]
        );
    }
    assert!(cache.read(291, 10).is_none());
    remove(&place, &KIND);
    assert!(believed(&place).is_none());
}

#[test]
fn a_ledger_that_grew_is_read_from_there_on() {
    let (_dir, place) = workspace();
    let anchor = keep(&place, &payload());
    batch(&place, "Ann", 4);
    assert_eq!(open(&place, &KIND).unwrap().anchor(), anchor);
    let mut seen = Vec::new();
    let mut file = File::open(place.ledger()).unwrap();
    let head = Head::read(&place).unwrap();
    let tail = scan_from(&mut file, place.ledger(), head, anchor, None, |l| {
        seen.push((l.number, l.line.by.to_owned()))
    })
    .unwrap();
    assert_eq!(seen.iter().map(|s| s.0).collect::<Vec<_>>(), [8, 9, 10, 11, 12]);
    assert!(seen.iter().all(|s| s.1 == "Ann"));
    let whole = reach(&place);
    assert_eq!(
        (tail.anchor(), tail.head_stale),
        (whole.anchor(), whole.head_stale)
    );
    assert_eq!(tail.batches, 1);
}

#[test]
fn no_flipped_byte_and_no_cut_is_believed() {
    let (dir, place) = workspace();
    keep(&place, &payload());
    let path = dir.path().join(KIND.file);
    let whole = std::fs::read(&path).unwrap();
    for i in 0..whole.len() {
        let mut bad = whole.clone();
        bad[i] ^= 1 << (i % 8);
        std::fs::write(&path, &bad).unwrap();
        assert_eq!(believed(&place), None, "byte {i}");
        std::fs::write(&path, &whole[..i]).unwrap();
        assert_eq!(believed(&place), None, "cut at {i}");
    }
    let (header, block) = (144, 64);
    let mut swapped = whole.clone();
    swapped[header..header + block].copy_from_slice(&whole[header + block..header + 2 * block]);
    std::fs::write(&path, &swapped).unwrap();
    assert_eq!(believed(&place), None, "a block in the place of another");
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(believed(&place), Some(payload()));
}

#[test]
fn another_kind_or_format_is_not_believed() {
    let (_dir, place) = workspace();
    keep(&place, &payload());
    let (newer, other) = (
        Kind { format: 4, ..KIND },
        Kind {
            tag: *b"other\0\0\0",
            ..KIND
        },
    );
    assert!(open(&place, &newer).is_none() && open(&place, &other).is_none());
}

#[test]
fn another_ledger_a_shorter_one_or_a_touched_one_is_not_believed() {
    let (dir, place) = workspace();
    keep(&place, &payload());
    let ledger = std::fs::read(place.ledger()).unwrap();

    let (other_dir, _) = workspace();
    std::fs::copy(dir.path().join(KIND.file), other_dir.path().join(KIND.file)).unwrap();
    let other = Place::new(other_dir.path());
    batch(&other, "Ann", 1);
    assert!(believed(&other).is_none(), "another ledger, longer than this one");

    std::fs::write(place.ledger(), &ledger[..ledger.len() - 1]).unwrap();
    assert!(believed(&place).is_none(), "shorter");
    std::thread::sleep(Duration::from_millis(25));
    std::fs::write(place.ledger(), &ledger).unwrap();
    assert!(
        believed(&place).is_none(),
        "as long as before, but somebody wrote to it"
    );
    keep(&place, &payload());
    std::fs::remove_file(place.head()).unwrap();
    assert!(believed(&place).is_none(), "the head is gone");
    Head::START.replace(&place).unwrap();
    assert!(believed(&place).is_none(), "the head knows of less");
}

#[test]
fn what_is_written_too_soon_after_a_change_is_not_believed() {
    let (_dir, place) = workspace();
    keep(&place, &payload());
    let soon = Touched::of(&File::open(place.ledger()).unwrap()).unwrap();
    let path = place.dir().join(KIND.file);
    let changed = File::open(place.ledger())
        .unwrap()
        .metadata()
        .unwrap()
        .modified()
        .unwrap();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(changed + Duration::from_millis(3))
        .unwrap();
    assert!(believed(&place).is_none(), "{soon:?}");
}

#[cfg(unix)]
#[test]
fn it_is_private_replaces_links_and_clears_away_what_was_left_behind() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, place) = workspace();
    let victim = dir.path().join("victim");
    std::fs::write(&victim, "mine").unwrap();
    std::os::unix::fs::symlink(&victim, dir.path().join(KIND.file)).unwrap();
    std::fs::write(dir.path().join(".feedback-cache-left"), "half").unwrap();
    keep(&place, &payload());
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    let meta = std::fs::symlink_metadata(dir.path().join(KIND.file)).unwrap();
    assert!(meta.is_file() && meta.permissions().mode() & 0o777 == 0o600);
    let expected = [
        "ledger.head",
        "ledger.jsonl",
        "ledger.lock",
        "ledger.trial",
        "victim",
    ];
    assert_eq!(names(dir.path()), expected);
}

#[test]
fn what_cannot_be_written_is_not_written() {
    let (dir, place) = workspace();
    let anchor = reach(&place).anchor();
    let noted = Touched::of(&File::open(place.ledger()).unwrap()).unwrap();
    let nowhere = Place::new(dir.path().join("nowhere"));
    assert!(Draft::begin(&nowhere, &KIND, anchor, noted).is_none());
    let before = names(dir.path());
    let mut draft = Draft::begin(&place, &KIND, anchor, noted).unwrap();
    draft.write(b"half of it").unwrap();
    drop(draft);
    assert_eq!(names(dir.path()), before);
}
