//! Random exports for tests: messages of a few threads and chats, written as CSV in any split and order,
//! and read into a throwaway ledger by the same steps as `feedback ingest`.

#![allow(dead_code)] // every test file takes what it needs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

use feedback::calendar::{Moment, Zone};
use feedback::case::book::Book;
use feedback::event::{Books, MESSAGE, MessageData, MessageFacts};
use feedback::intake::known::Known;
use feedback::intake::record::{Job, record};
use feedback::intake::{Handles, plan};
use feedback::judge::Judge;
use feedback::ledger::append::Writer;
use feedback::ledger::line::Line;
use feedback::ledger::read::Lines;
use feedback::render::{self, Format, Style, words::Lang};
use feedback::replay::replay;
use feedback::report::scope::{Division, Scope};
use feedback::report::{self, Material};
use feedback::rules::RuleSet;
use feedback::source::{self, Context};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

/// Silence after which a conversation begins a new case: 14 days.
pub const GAP_MS: i64 = 14 * 86_400_000;
/// When everything is ingested and reported.
pub const NOW: i64 = 1_800_000_000_000;
const BEGIN: i64 = 1_700_000_000_000;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::starter().unwrap());

/// A message as an export tells it.
#[derive(Debug, Clone)]
pub struct Post {
    pub channel: &'static str,
    pub id: String,
    pub author: &'static str,
    /// What the direction column says.
    pub inbound: &'static str,
    /// Milliseconds since 1970; no two are the same.
    pub t: Option<i64>,
    pub text: &'static str,
    pub reply_to: Option<String>,
    pub conversation: Option<String>,
    /// The business's answer in the same row, and when.
    pub answer: Option<i64>,
}

/// What another message is named by: one of them, or one that never comes in.
#[derive(Debug, Clone)]
enum Other {
    None,
    Post(prop::sample::Index),
    Answer(prop::sample::Index),
    Unknown(u8),
}

fn other() -> impl Strategy<Value = Other> {
    prop_oneof![
        4 => Just(Other::None),
        4 => any::<prop::sample::Index>().prop_map(Other::Post),
        1 => any::<prop::sample::Index>().prop_map(Other::Answer),
        2 => (0..3u8).prop_map(Other::Unknown),
    ]
}

/// Up to a dozen messages. `untimed`: some of them have no time.
pub fn posts(untimed: bool) -> impl Strategy<Value = Vec<Post>> {
    let channel = prop_oneof![3 => Just("x"), 1 => Just("weibo")];
    // Who wrote it: the handle, the direction column, or neither tells that it is the business.
    let who = prop_oneof![
        3 => Just(("customer", "true")),
        2 => Just(("customer", "")),
        1 => Just(("another", "")),
        1 => Just(("@Shop", "")),
        1 => Just(("shop", "true")),
        2 => Just(("somebody", "false")),
    ];
    let text = prop_oneof![
        Just("where is my order?"),
        Just("terrible, I want a refund now"),
        Just("thanks a lot!"),
        Just("咖啡很好喝"),
        Just("RT @x: look"),
    ];
    // Silences around the gap, and short ones.
    let step = prop_oneof![3 => 1..7200i64, 1 => 864_000..1_209_600i64, 1 => 1_209_600..1_728_000i64];
    let has_time = prop::bool::weighted(if untimed { 0.25 } else { 0.0 }).prop_map(|lost| !lost);
    let answer = prop::option::weighted(0.2, 1..200_000i64);
    let post = (channel, who, text, step, has_time, other(), other(), answer);
    (prop::collection::vec(post, 1..12), any::<prop::sample::Index>()).prop_map(|(drawn, turn)| {
        let n = drawn.len();
        let id = |i: usize| format!("{}", 1000 + i);
        let named = |other: &Other| match other {
            Other::None => None,
            Other::Post(i) => Some(id(i.index(n))),
            Other::Answer(i) => Some(format!("{}/reply", id(i.index(n)))),
            Other::Unknown(i) => Some(format!("{}", 9000 + u32::from(*i))),
        };
        let mut t = BEGIN;
        let mut posts: Vec<Post> = Vec::new();
        for (i, (channel, (author, inbound), text, step, has_time, reply_to, conversation, answer)) in
            drawn.iter().enumerate()
        {
            t += step * 1000;
            posts.push(Post {
                channel,
                id: id(i),
                author,
                inbound,
                t: has_time.then_some(t),
                text,
                reply_to: named(reply_to),
                conversation: named(conversation),
                // Odd milliseconds are the answers': no two times are the same.
                answer: answer.map(|after| t + after * 1000 + 1 + 2 * i as i64),
            });
        }
        // A message may answer one that was posted later, or stand before it in the file.
        posts.rotate_left(turn.index(n));
        posts
    })
}

fn rfc(t: i64) -> String {
    Moment::exact(t).to_string()
}

/// The posts as CSV; all of them timed, or none.
pub fn csv(posts: &[&Post]) -> String {
    let timed = posts.iter().all(|p| p.t.is_some());
    let mut text =
        "id,channel,author,inbound,text,reply_to_id,conversation_id,reply_text,reply_time".to_owned();
    text.push_str(if timed { ",created_at\n" } else { "\n" });
    for p in posts {
        let cells = [
            p.id.as_str(),
            p.channel,
            p.author,
            p.inbound,
            &format!("\"{}\"", p.text),
            p.reply_to.as_deref().unwrap_or_default(),
            p.conversation.as_deref().unwrap_or_default(),
            if p.answer.is_some() { "we look into it" } else { "" },
            &p.answer.map(rfc).unwrap_or_default(),
        ];
        text.push_str(&cells.join(","));
        if let Some(t) = p.t.filter(|_| timed) {
            text.push_str(&format!(",{}", rfc(t)));
        }
        text.push('\n');
    }
    text
}

/// The files that hold these posts: those with a time and those without stand apart.
pub fn files(split: &[Vec<&Post>]) -> Vec<String> {
    let mut files = Vec::new();
    for part in split {
        let (timed, untimed): (Vec<&Post>, Vec<&Post>) = part.iter().partition(|p| p.t.is_some());
        files.extend([timed, untimed].iter().filter(|f| !f.is_empty()).map(|f| csv(f)));
    }
    files
}

/// Reads an export into the ledger as `feedback ingest` does; its books. It is put into `folder` for that.
pub fn ingest(writer: &mut Writer, known: &mut Known, folder: &Path, text: &str) -> Books {
    let handles = Handles::new(["@shop"]);
    let context = Context::plain(Zone::UTC, Moment::exact(NOW));
    let path = folder.join("export.csv");
    std::fs::write(&path, text).unwrap();
    let export = source::open(&path, "export.csv", &context).unwrap();
    let plan = |writer: &mut Writer, known: &mut Known| {
        let mut reread = |each: &mut dyn FnMut(&Line<'_>)| writer.scan(|l| each(&l.line)).unwrap();
        plan(&export, &handles, known, 2, &mut |_| {}, &mut reread).unwrap()
    };
    let mut planned = plan(writer, known);
    if known.is_unsound() {
        *known = Known::new([7; 16], GAP_MS);
        writer.scan(|l| known.take(&l.line)).unwrap();
        planned = plan(writer, known);
    }
    let plan = planned;
    assert!(plan.rejected.is_empty(), "{:?}\n{text}", plan.rejected);
    assert_eq!(plan.books.skipped, 0, "{:?}\n{text}", plan.noticed);
    if plan.books.recorded() > 0 {
        let mut batch = writer.begin(&rfc(NOW), "test");
        let job = Job {
            export: &export,
            shown: "export.csv",
            plan: &plan,
            handles: &handles,
            rules: &RULES,
            history: false,
            surroundings: &Default::default(),
            threads: 3,
        };
        record(&job, &mut batch, &mut |_| {}).unwrap();
        batch.commit().unwrap();
    }
    plan.books
}

/// A ledger that vanishes with this value.
pub struct World {
    pub writer: Writer,
    folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> World {
        let folder = super::ledgers::folder();
        let file = std::fs::File::create_new(folder.path().join("ledger"));
        drop(file.unwrap());
        let mut options = std::fs::File::options();
        let file = options.read(true).write(true).open(folder.path().join("ledger"));
        World {
            writer: Writer::throwaway(file.unwrap()),
            folder,
        }
    }

    fn known(&mut self) -> Known {
        let mut known = Known::new([7; 16], GAP_MS);
        self.writer.scan(|l| known.take(&l.line)).unwrap();
        known
    }

    /// Reads the files as one command after another, or (`at_once`) as one; their books.
    pub fn ingest(&mut self, files: &[String], at_once: bool) -> Vec<Books> {
        let mut known = self.known();
        let mut books = Vec::new();
        for text in files {
            if !at_once {
                known = self.known();
            }
            books.push(ingest(&mut self.writer, &mut known, self.folder.path(), text));
        }
        books
    }

    /// The fold of the ledger.
    pub fn book(&mut self) -> Book {
        let mut book = Book::new(Zone::UTC);
        self.writer.scan(|l| book.take(&l.line, l.byte)).unwrap();
        book.close();
        book
    }

    /// What today's rules, which are those that judged, would judge otherwise: nothing.
    pub fn judged_otherwise(&mut self) -> Vec<String> {
        let book = self.book();
        let path = self.folder.path().join("ledger");
        let lines = Lines::of(Some(std::fs::File::open(&path).unwrap()), path);
        let mut otherwise = Vec::new();
        let judge = (&*RULES, Judge::new(&RULES));
        replay(&book, lines, None, judge, &Default::default(), |mention, one| {
            if !one.changed.is_empty() {
                let text = &mention.message.text;
                otherwise.push(format!(
                    "{text}: {:?} {:?} → {:?}",
                    one.changed, one.before, one.after
                ));
            }
            Ok(())
        })
        .unwrap();
        otherwise
    }

    /// The overview as JSON: no ids in it, every figure, by channel too.
    pub fn figures(&mut self) -> String {
        let book = self.book();
        let scope = Scope::default();
        let material = Material {
            book: &book,
            as_of: NOW,
            zone: Zone::UTC,
            scope: &scope,
            by: Some(Division::Channel),
            business: "",
            silence_ms: 7 * 86_400_000,
            threads: 2,
        };
        let kind = report::named("overview").unwrap();
        let style = Style {
            width: 100,
            lang: Lang::En,
            color: false,
        };
        render::report(&report::compute(kind, &material), Format::Json, style)
    }

    /// Which messages (channel and id) stand together.
    pub fn partition(&mut self) -> BTreeSet<BTreeSet<String>> {
        let book = self.book();
        let mut cases: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        self.writer
            .scan(|l| {
                if l.line.ev != MESSAGE {
                    return;
                }
                let data: MessageData<'_> = serde_json::from_str(l.line.payload.data().unwrap()).unwrap();
                let facts: MessageFacts<'_> = serde_json::from_str(l.line.facts.unwrap()).unwrap();
                let case = feedback::case::book::case_number(l.line.case.unwrap()).unwrap();
                let fresh = cases
                    .entry(book.resolve(case))
                    .or_default()
                    .insert(format!("{} {}", facts.channel, data.id));
                assert!(fresh, "a message was recorded twice");
            })
            .unwrap();
        cases.into_values().collect()
    }
}

/// The partition by the words of `intake::threads`, the long way: every message (inline answers too)
/// against every other.
pub fn expected(posts: &[Post]) -> BTreeSet<BTreeSet<String>> {
    struct Said<'p> {
        name: String,
        post: &'p Post,
        t: Option<i64>,
        answers: Option<String>,
    }
    let mut said: Vec<Said<'_>> = Vec::new();
    for p in posts {
        let name = |id: &str| format!("{} {id}", p.channel);
        said.push(Said {
            name: name(&p.id),
            post: p,
            t: p.t,
            answers: p.reply_to.as_deref().map(name),
        });
        if let Some(t) = p.answer {
            said.push(Said {
                name: name(&format!("{}/reply", p.id)),
                post: p,
                t: Some(t),
                answers: Some(name(&p.id)),
            });
        }
    }
    let conversation = |s: &Said<'_>| {
        s.post
            .conversation
            .as_ref()
            .map(|c| format!("{} {c}", s.post.channel))
    };
    let ids: BTreeSet<&str> = said.iter().map(|s| s.name.as_str()).collect();
    let mut group: Vec<usize> = (0..said.len()).collect();
    let mut joined = Vec::new();
    for (i, a) in said.iter().enumerate() {
        for (j, b) in said.iter().enumerate() {
            let (talk, same_talk) = (
                conversation(a),
                conversation(a).is_some() && conversation(a) == conversation(b),
            );
            let talks = || said.iter().filter(|s| conversation(s) == talk);
            let whole =
                || talks().any(|s| s.t.is_none()) || ids.contains(talk.as_deref().unwrap_or_default());
            let near = || {
                let (from, to) = (a.t.min(b.t).unwrap(), a.t.max(b.t).unwrap());
                let mut times: Vec<i64> = talks()
                    .filter_map(|s| s.t)
                    .filter(|t| (from..=to).contains(t))
                    .collect();
                times.sort_unstable();
                times.windows(2).all(|w| w[1] - w[0] <= GAP_MS)
            };
            if a.answers.as_deref() == Some(b.name.as_str())
                || talk.as_deref() == Some(b.name.as_str())
                || (same_talk && (whole() || near()))
            {
                joined.push((i, j));
            }
        }
    }
    for (i, j) in joined {
        let (from, to) = (group[i], group[j]);
        group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
    }
    let mut parts: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (s, g) in said.iter().zip(&group) {
        parts.entry(*g).or_default().insert(s.name.clone());
    }
    parts.into_values().collect()
}
