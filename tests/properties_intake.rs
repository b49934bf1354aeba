//! Whatever comes in, in whatever split and order, and however often: the same cases, the same figures,
//! and books that balance.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "support/exports.rs"]
mod exports;
#[path = "support/ledger.rs"]
mod ledgers;

use exports::{Post, World, expected, files, posts};
use feedback::event::Books;
use proptest::prelude::*;

fn balance(books: &Books) {
    let b = books;
    assert_eq!(b.rows, b.mentions + b.replies + b.rejected + b.skipped);
    assert_eq!(b.mentions + b.replies + b.inline, b.new + b.duplicate);
}

/// One way to bring the same messages in: for each post its places among the files (more than one: it
/// comes again), the order of rows, and whether the files are read by one command.
#[derive(Clone)]
struct Way {
    places: Vec<Vec<usize>>,
    order: Vec<u32>,
    at_once: bool,
}

const FILES: usize = 3;

fn way() -> impl Strategy<Value = Way> {
    let place = prop::collection::vec(0..FILES, 1..3);
    let places = prop::collection::vec(place, 12);
    let order = prop::collection::vec(any::<u32>(), 12);
    (places, order, any::<bool>()).prop_map(|(places, order, at_once)| Way {
        places,
        order,
        at_once,
    })
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (places, order, at_once) = (&self.places, &self.order, self.at_once);
        write!(f, "places {places:?}, order {order:?}, at once: {at_once}")
    }
}

impl Way {
    fn split<'p>(&self, posts: &'p [Post]) -> Vec<Vec<&'p Post>> {
        let mut rows: Vec<usize> = (0..posts.len()).collect();
        rows.sort_by_key(|i| self.order[*i]);
        let mut split = vec![Vec::new(); FILES];
        for i in rows {
            for place in &self.places[i] {
                split[*place].push(&posts[i]);
            }
        }
        split
    }
}

/// Everything once more, in other files than before.
fn all_again(posts: &[Post]) -> Vec<String> {
    files(&[posts.iter().collect()])
}

fn ingest_by(way: &Way, posts: &[Post]) -> World {
    let mut world = World::new();
    let files = files(&way.split(posts));
    let books = world.ingest(&files, way.at_once);
    books.iter().for_each(balance);
    let rows: u64 = books.iter().map(|b| b.rows).sum();
    let comings: usize = posts
        .iter()
        .zip(&way.places)
        .map(|(_, places)| places.len())
        .sum();
    assert_eq!(
        (rows, books.iter().map(|b| b.rejected + b.skipped).sum::<u64>()),
        (comings as u64, 0)
    );
    let messages = posts.len() + posts.iter().filter(|p| p.answer.is_some()).count();
    assert_eq!(books.iter().map(|b| b.new).sum::<u64>(), messages as u64);
    let before = world.writer.seq();
    let all = all_again(posts);
    for books in world.ingest(&all, true) {
        balance(&books);
        assert_eq!(books.new, 0, "a repeat brings nothing new");
    }
    assert_eq!(world.writer.seq(), before, "a repeat writes nothing");
    world
}

proptest! {
    #![proptest_config(ledgers::config(64))]

    #[test]
    fn any_split_and_order_gives_the_same_cases_and_figures(posts in posts(false), ways in prop::collection::vec(way(), 2)) {
        let expected = expected(&posts);
        let mut seen: Option<String> = None;
        for way in &ways {
            let mut world = ingest_by(way, &posts);
            prop_assert_eq!(&world.partition(), &expected);
            let figures = world.figures();
            if let Some(before) = &seen {
                prop_assert_eq!(before, &figures);
            }
            seen = Some(figures);
        }
    }

    #[test]
    fn messages_without_a_time_do_not_make_the_order_matter(posts in posts(true), way in way()) {
        prop_assert_eq!(ingest_by(&way, &posts).partition(), expected(&posts));
    }
}
