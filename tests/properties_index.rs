//! With an index, without one, and with one that is stale, damaged or another's: every ingest records the
//! same lines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/exports.rs"]
mod exports;
#[path = "support/ledger.rs"]
mod ledgers;

use exports::{GAP_MS, Post, files, ingest, posts};
use feedback::intake::index::{Index, KINDS, purge, update};
use feedback::intake::known::Known;
use feedback::ledger::append::Writer;
use feedback::ledger::head::Head;
use feedback::ledger::line::Draft;
use feedback::ledger::place::Place;
use feedback::ledger::read::scan;
use proptest::prelude::*;
use std::fs;
use std::time::Duration;

/// A workspace that vanishes with this value.
struct Shop {
    folder: tempfile::TempDir,
    place: Place,
    indexed: bool,
}

impl Shop {
    fn new(indexed: bool) -> Shop {
        let folder = ledgers::folder();
        let place = Place::new(folder.path());
        Shop {
            folder,
            place,
            indexed,
        }
    }

    fn index(&self) -> Index {
        let file = fs::File::open(self.place.ledger()).unwrap();
        Index::open(
            &self.place,
            &file,
            Head::read(&self.place).unwrap(),
            [9; 16],
            GAP_MS,
        )
    }

    /// One command that reads these files.
    fn ingest(&self, texts: &[String]) {
        let opening = Writer::lock(&self.place, Duration::ZERO).unwrap();
        let index = match self.indexed {
            true => Index::open(&self.place, opening.file(), opening.head(), [9; 16], GAP_MS),
            false => Index::none([8; 16], GAP_MS),
        };
        let mut known = Known::on(index);
        let mut writer = opening.read(known.indexed(), |l| known.take(&l.line)).unwrap();
        let (noted, before) = (writer.touched().unwrap(), writer.reached());
        for text in texts {
            ingest(&mut writer, &mut known, self.folder.path(), text);
        }
        if self.indexed && writer.reached() != before {
            update(&self.place, known, writer.reached(), noted);
        }
    }

    /// `feedback reply` in the first case.
    fn reply(&self, text: &str) {
        let mut writer = ledgers::writer(&self.place).unwrap();
        let mut batch = writer.begin("2026-11-21T09:30:00Z", "test");
        let data = format!("{{\"text\":\"{text}\"}}");
        let draft = Draft {
            ev: "reply",
            case: Some("c1"),
            data: Some(data.as_bytes()),
            ..Draft::default()
        };
        batch.event(draft).unwrap();
        batch.commit().unwrap();
    }

    /// All that is recorded, but for what is random.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        scan(&self.place, None, |l| {
            if l.line.n.is_none() {
                let head = String::from_utf8_lossy(l.line.header);
                lines.push(format!("{head} {}", l.line.payload.data().unwrap_or_default()));
            }
        })
        .unwrap();
        lines
    }

    fn files(&self) -> Vec<std::path::PathBuf> {
        let paths = KINDS.iter().map(|kind| self.folder.path().join(kind.file));
        paths.filter(|path| path.is_file()).collect()
    }
}

/// What happens to the index between two commands.
#[derive(Debug, Clone)]
enum Fate {
    Nothing,
    Removed(prop::sample::Index),
    Flipped(prop::sample::Index, prop::sample::Index, u8),
    Cut(prop::sample::Index, prop::sample::Index),
    /// Another ledger's stands in its place.
    Another,
    /// Two of its files change places.
    Exchanged(prop::sample::Index, prop::sample::Index),
    /// It is what it was some commands ago.
    Older,
    Replied,
}

fn fate() -> impl Strategy<Value = Fate> {
    let any = any::<prop::sample::Index>;
    prop_oneof![
        6 => Just(Fate::Nothing),
        1 => any().prop_map(Fate::Removed),
        3 => (any(), any(), 0..8u8).prop_map(|(file, at, bit)| Fate::Flipped(file, at, bit)),
        1 => (any(), any()).prop_map(|(file, at)| Fate::Cut(file, at)),
        1 => Just(Fate::Another),
        1 => (any(), any()).prop_map(|(a, b)| Fate::Exchanged(a, b)),
        1 => Just(Fate::Older),
        2 => Just(Fate::Replied),
    ]
}

/// The index's files with their bytes.
type Copy = Vec<(std::path::PathBuf, Vec<u8>)>;

fn copy(shop: &Shop) -> Copy {
    let read = |path: std::path::PathBuf| (path.clone(), fs::read(path).unwrap());
    shop.files().into_iter().map(read).collect()
}

fn befall(fate: &Fate, shop: &Shop, plain: &Shop, other: &Shop, older: &Copy) {
    let paths = shop.files();
    let pick = |i: &prop::sample::Index| paths[i.index(paths.len())].clone();
    match fate {
        Fate::Replied => {
            shop.reply("we look into it");
            plain.reply("we look into it");
        }
        _ if paths.is_empty() => {}
        Fate::Nothing => {}
        Fate::Removed(file) => fs::remove_file(pick(file)).unwrap(),
        Fate::Flipped(file, at, bit) => {
            let mut bytes = fs::read(pick(file)).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            fs::write(pick(file), bytes).unwrap();
        }
        Fate::Cut(file, at) => {
            let bytes = fs::read(pick(file)).unwrap();
            fs::write(pick(file), &bytes[..at.index(bytes.len())]).unwrap();
        }
        Fate::Another => {
            purge(&shop.place);
            for path in other.files() {
                fs::copy(&path, shop.folder.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        Fate::Exchanged(a, b) => {
            let (a, b) = (pick(a), pick(b));
            let (in_a, in_b) = (fs::read(&a).unwrap(), fs::read(&b).unwrap());
            fs::write(a, in_b).unwrap();
            fs::write(b, in_a).unwrap();
        }
        Fate::Older => {
            purge(&shop.place);
            older
                .iter()
                .for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
        }
    }
}

/// The posts cut into as many commands as there are fates, each one's rows in two files; rows come again.
fn commands(posts: &[Post], n: usize) -> Vec<Vec<String>> {
    let size = posts.len().div_ceil(n).max(1);
    let again = |i: usize| (i * size).checked_sub(1).and_then(|i| posts.get(i));
    let cut = |i: usize| posts.chunks(size).nth(i).unwrap_or_default();
    let half = |part: &[Post], second: bool| -> Vec<Post> {
        let middle = part.len() / 2;
        if second {
            part[middle..].to_vec()
        } else {
            part[..middle].to_vec()
        }
    };
    (0..n)
        .map(|i| {
            let (first, mut second) = (half(cut(i), false), half(cut(i), true));
            second.extend(again(i).cloned());
            files(&[first.iter().collect(), second.iter().collect()])
        })
        .collect()
}

proptest! {
    #![proptest_config(ledgers::config(48))]

    #[test]
    fn an_index_changes_nothing_whatever_befalls_it(posts in posts(true), fates in prop::collection::vec(fate(), 1..7)) {
        let (shop, plain, other) = (Shop::new(true), Shop::new(false), Shop::new(true));
        let commands = commands(&posts, fates.len());
        for command in commands.iter().rev() {
            other.ingest(command);
        }
        let mut older = Vec::new();
        for (i, (fate, command)) in fates.iter().zip(&commands).enumerate() {
            shop.ingest(command);
            plain.ingest(command);
            prop_assert_eq!(shop.lines(), plain.lines(), "after command {}", i);
            befall(fate, &shop, &plain, &other, &older);
            if i % 2 == 0 {
                older = copy(&shop);
            }
        }
        let all: Vec<String> = commands.concat();
        let before = plain.lines();
        shop.ingest(&all);
        plain.ingest(&all);
        prop_assert_eq!(shop.lines(), plain.lines());
        prop_assert_eq!(plain.lines(), before, "a repeat brings nothing new");
    }
}

#[test]
fn a_command_that_follows_begins_where_the_index_ends() {
    let shop = Shop::new(true);
    let rows = |from: usize, to: usize| {
        let mut text = "id,author,text,created_at\n".to_owned();
        (from..to).for_each(|i| text.push_str(&format!("{i},Ann,hello {i},2026-01-01T00:00:00Z\n")));
        text
    };
    let mut most = 0;
    for i in 0..40 {
        shop.ingest(&[rows(i * 50, i * 50 + 60)]);
        let reached = scan(&shop.place, None, |_| {}).unwrap().anchor();
        assert_eq!(shop.index().upto(), reached, "after command {i}");
        most = most.max(shop.files().len());
    }
    assert!((2..=KINDS.len()).contains(&most), "{most} files at most");
    assert_eq!(
        shop.lines().iter().filter(|l| l.contains("\"message\"")).count(),
        2010
    );
    // What case commands add is read behind it.
    shop.reply("we look into it");
    let reached = scan(&shop.place, None, |_| {}).unwrap().anchor();
    assert!(shop.index().upto().seq < reached.seq);
    purge(&shop.place);
    assert_eq!(shop.index().upto().seq, 0);
    assert!(shop.files().is_empty());
}

#[test]
fn another_silence_is_another_index() {
    let shop = Shop::new(true);
    shop.ingest(&["id,author,text,created_at\n1,Ann,hello,2026-01-01T00:00:00Z\n".to_owned()]);
    let file = fs::File::open(shop.place.ledger()).unwrap();
    let head = Head::read(&shop.place).unwrap();
    let upto = |gap| Index::open(&shop.place, &file, head, [9; 16], gap).upto().seq;
    assert_eq!((upto(GAP_MS), upto(GAP_MS - 1)), (3, 0));
}
