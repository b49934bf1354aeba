//! Edits, reposts, and one message from two tools: the same cases and the same figures whichever export is read
//! first, and nothing new from any that is read again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "support/exports.rs"]
mod exports;
#[path = "support/ledger.rs"]
mod ledgers;

use exports::World;
use feedback::calendar::Moment;
use proptest::prelude::*;
use proptest::sample::Index;

const BEGIN: i64 = 1_700_000_000_000;
const TEXTS: [&str; 6] = [
    "where is my order?",
    "terrible, I want a refund now",
    "thanks a lot!",
    "the cake was lovely",
    "my son got food poisoning from this",
    "咖啡凉了，服务员态度很差",
];

/// A message with what it said from when on, as the first tool tells it.
#[derive(Debug, Clone)]
struct Post {
    author: &'static str,
    t: i64,
    reply_to: Option<usize>,
    repost_of: Option<usize>,
    reach: u64,
    /// Text, stars and since when; the first since it was posted.
    versions: Vec<(usize, u8, i64)>,
}

fn posts() -> impl Strategy<Value = Vec<Post>> {
    let version = (0..TEXTS.len(), 1..6u8, 1..400_000i64);
    let kind = prop_oneof![5 => Just("customer"), 3 => Just("shop"), 2 => Just("repost")];
    let post = (
        kind,
        prop::option::of(any::<Index>()),
        prop::collection::vec(version, 1..4),
        0..50_000u64,
        1..90_000i64,
    );
    prop::collection::vec(post, 1..9).prop_map(|drawn| {
        let n = drawn.len();
        let mut t = BEGIN;
        let mut posts = Vec::new();
        for (i, (kind, other, versions, reach, step)) in drawn.into_iter().enumerate() {
            t += step * 1000;
            let other = other.map(|o| o.index(n)).filter(|o| *o != i);
            let is_repost = kind == "repost";
            let mut since = t;
            let mut told = Vec::new();
            for (text, stars, later) in versions {
                told.push((text, stars, since));
                since += later * 1000 + 7 * i as i64;
            }
            // What was said before is said no second time.
            told.dedup_by_key(|v| v.0);
            told.truncate(if kind == "customer" { 3 } else { 1 });
            let mut seen = Vec::new();
            told.retain(|v| {
                !seen.contains(&v.0) && {
                    seen.push(v.0);
                    true
                }
            });
            posts.push(Post {
                author: if kind == "customer" {
                    ["ann", "ben"][i % 2]
                } else {
                    kind
                },
                t,
                reply_to: other.filter(|_| !is_repost),
                repost_of: other.filter(|_| is_repost),
                reach,
                versions: told,
            });
        }
        posts
    })
}

fn rfc(t: i64) -> String {
    Moment::exact(t).to_string()
}

fn id(i: usize) -> String {
    format!("{}", 1000 + i)
}

/// The first tool's export: of each post one of its versions, by number.
fn archive(rows: &[(usize, &Post, usize)]) -> String {
    let mut text =
        "id,channel,author,text,created_at,edited_at,stars,in_reply_to,retweeted_status_id\n".to_owned();
    for (i, post, version) in rows {
        let (says, stars, since) = post.versions[*version];
        let says = if post.author == "repost" {
            "RT @ann: look"
        } else {
            TEXTS[says]
        };
        let changed = if since == post.t {
            String::new()
        } else {
            rfc(since)
        };
        let stars = if post.author != "ben" {
            String::new()
        } else {
            stars.to_string()
        };
        let other = |o: Option<usize>| o.map(id).unwrap_or_default();
        text.push_str(&format!(
            "{},x,{},\"{says}\",{},{changed},{stars},{},{}\n",
            id(*i),
            post.author,
            rfc(post.t),
            other(post.reply_to),
            other(post.repost_of),
        ));
    }
    text
}

/// The second tool's: no threads and no stars, but links and reach; some texts cut off.
fn listening(rows: &[(usize, &Post)], cut: usize) -> String {
    let mut text = "id,channel,author,text,created_at,url,followers\n".to_owned();
    for (i, post) in rows {
        let says = TEXTS[post.versions[0].0];
        let says = match says.char_indices().nth(cut) {
            Some((end, _)) if i % 2 == 0 => format!("{}…", &says[..end]),
            _ => says.to_owned(),
        };
        let (id, t, reach) = (id(*i), rfc(post.t), post.reach);
        text.push_str(&format!(
            "{id},x,{},\"{says}\",{t},https://x.com/i/status/{id},{reach}\n",
            post.author
        ));
    }
    text
}

fn read(files: &[String], at_once: bool) -> World {
    let mut world = World::new();
    let books = world.ingest(files, at_once);
    for b in &books {
        assert_eq!(b.mentions + b.replies + b.inline, b.new + b.duplicate);
        assert!(b.edits + b.deletions + b.completed <= b.duplicate);
    }
    let before = world.writer.seq();
    for b in world.ingest(files, !at_once) {
        assert_eq!(b.recorded(), 0, "a repeat brings nothing new");
    }
    assert_eq!(world.writer.seq(), before, "a repeat writes nothing");
    assert_eq!(
        world.judged_otherwise(),
        Vec::<String>::new(),
        "the same rules judge the same"
    );
    world
}

proptest! {
    #![proptest_config(ledgers::config(96))]

    #[test]
    fn edits_and_reposts_come_to_the_same_in_any_order(posts in posts(), order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle(), at_once in any::<bool>()) {
        // The n-th file holds the n-th versions; each post stands in as many files as it has versions.
        let numbered: Vec<_> = posts.iter().enumerate().collect();
        let mut files: Vec<String> = Vec::new();
        for version in 0..3 {
            for half in 0..3 {
                let rows = numbered.iter().filter(|(i, p)| i % 3 == half && p.versions.len() > version);
                files.push(archive(&rows.map(|(i, p)| (*i, *p, version)).collect::<Vec<_>>()));
            }
        }
        let full = |f: &&String| f.lines().count() > 1;
        let shuffled: Vec<String> = order.iter().map(|i| &files[*i]).filter(full).cloned().collect();
        let files: Vec<String> = files.iter().filter(full).cloned().collect();
        let (mut one, mut other) = (read(&files, at_once), read(&shuffled, !at_once));
        prop_assert_eq!(one.partition(), other.partition());
        prop_assert!(one.figures() == other.figures());
    }

    #[test]
    fn one_message_from_two_tools_is_one(posts in posts(), cut in 9..30usize, at_once in any::<bool>()) {
        let rows: Vec<_> = posts.iter().enumerate().filter(|(_, p)| p.author != "repost").collect();
        prop_assume!(!rows.is_empty());
        let first: Vec<_> = posts.iter().enumerate().map(|(i, p)| (i, p, 0)).collect();
        let (archive, listening) = (archive(&first), listening(&rows, cut));
        let mut one = read(&[archive.clone(), listening.clone()], at_once);
        let mut other = read(&[listening, archive], at_once);
        prop_assert_eq!(one.partition(), other.partition());
        prop_assert!(one.figures() == other.figures());
    }
}
