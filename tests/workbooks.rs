//! A real workbook gives the same messages as the CSV that was exported with it. Skips where it is not at hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use feedback::calendar::{Moment, Zone};
use feedback::source::{Context, Entry, open};
use std::path::Path;

fn messages(path: &Path) -> Vec<String> {
    let context = Context::plain(Zone::UTC, Moment::exact(0));
    let export = open(path, "feed", &context).unwrap();
    let mut all = Vec::new();
    let mut take = |entry: Entry<'_>| {
        if let Entry::Message(m) = entry {
            // All but the line.
            all.push(format!(
                "{:?}",
                (&m.id, &m.author, &m.text, m.posted, &m.link, m.rating, m.reach)
            ));
        }
    };
    export.read(&mut take).unwrap();
    all
}

#[test]
fn the_same_feed_as_csv_and_as_a_workbook() {
    let (Some(csv), Some(xlsx)) = (
        support::corpus("meltwater/feed.csv"),
        support::corpus("meltwater/feed.xlsx"),
    ) else {
        return;
    };
    let (csv, xlsx) = (messages(&csv), messages(&xlsx));
    assert_eq!(csv.len(), xlsx.len());
    for (a, b) in csv.iter().zip(&xlsx) {
        assert_eq!(a, b);
    }
}
