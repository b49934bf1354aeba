//! A book to and from the bytes of a snapshot: `ledger.snapshot`, which spares folding again what was
//! folded before. Times are kept as they were written, so that one snapshot serves every zone; the items
//! stand in order, so that there is next to nothing to sort.
//!
//! The payload is the length of a head (8 bytes), the head (JSON: words, kinds of events, aliases …, filled
//! up with blanks to the edge of a block), and the items, 24 bytes each. Any change of what they mean raises [`KIND`]'s format.

use super::book::{Book, Mark, Name, What};
use super::fold::Way;
use super::item::{Item, Telling};
use crate::event::Verb;
use crate::ledger::cache::{Anchor, Cache, Draft, Kind, Touched};
use crate::ledger::head::Found;
use crate::ledger::place::Place;
use crate::rules::Groups;
use crate::rules::conclusion::{Kind as Says, Priority, Sentiment};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::File;

/// The file.
pub const KIND: Kind = Kind {
    file: "ledger.snapshot",
    tag: *b"snapshot",
    format: 3,
    block: 64 * 1024,
    by_writer: false,
};

const ITEM: usize = 24;
/// Items that are put into form at a time: whole blocks of the file.
const PIECE: usize = 32 * 1024;

#[derive(Serialize, Deserialize)]
struct Head<'a> {
    items: usize,
    last_case: u32,
    #[serde(borrow)]
    words: Vec<Cow<'a, str>>,
    whats: Vec<Code>,
    aliases: Vec<(u32, u32)>,
    follow_ups: Vec<(u64, i64)>,
    edited: Vec<(u64, i64)>,
    unknown: Vec<(String, u64)>,
}

/// What happened, as numbers.
type Code = [u32; 17];

const NONE: Code = [0; 17];

fn code(what: &What) -> Code {
    let flags = |flags: &[bool]| flags.iter().fold(0, |all, flag| all << 1 | u32::from(*flag));
    match what {
        What::Mention(mark) => mark_code(0, mark),
        What::Reply {
            channel,
            answers,
            automatic,
            echo,
            inline,
        } => {
            let mut code = NONE;
            (code[0], code[1]) = (1, channel.0);
            code[8] = flags(&[*answers, *automatic, *echo, *inline]);
            code
        }
        What::Done(verb, detail) => {
            let verb = place(&Verb::ALL.map(Verb::name), verb.name());
            let mut code = NONE;
            (code[0], code[1], code[2]) = (2, detail.0, verb);
            code
        }
        What::Again {
            how,
            mark,
            answers,
            posted,
        } => {
            let (tag, how) = (
                if mark.is_some() { 3 } else { 4 },
                match how {
                    Telling::Edit => 0,
                    Telling::More(false) => 1,
                    Telling::More(true) => 2,
                    Telling::Delete => 3,
                    Telling::Judge { by_hand: false, nth } => 4 + (nth << 3),
                    Telling::Judge { by_hand: true, nth } => 5 + (nth << 3),
                },
            );
            let mut code = mark.as_ref().map_or(NONE, |mark| mark_code(tag, mark));
            let [low, high] = halves(*posted);
            (code[0], code[14], code[15], code[16]) = (tag, how, low, high);
            if mark.is_none() {
                code[8] = u32::from(*answers);
            }
            code
        }
        // What a settled book makes of these is made anew each time.
        What::Changed { .. }
        | What::Gone { .. }
        | What::Whole { .. }
        | What::Judged { .. }
        | What::Boost { .. }
        | What::Beside => {
            let mut code = NONE;
            code[0] = 5;
            code
        }
    }
}

fn place(all: &[&str], name: &str) -> u32 {
    let at = all.iter().position(|n| *n == name);
    at.and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX)
}

fn mark_code(tag: u32, m: &Mark) -> Code {
    let flags = [
        m.first_target_s.is_some(),
        m.corrected,
        m.target_s.is_some(),
        m.needs_reply,
        m.answers,
        m.repost,
    ];
    let priority = |p: Option<Priority>| p.map_or(u32::MAX, |p| place(Priority::NAMES, p.name()));
    let addressed = m.addressed.map_or(0, |yes| 2 | u32::from(yes));
    [
        tag,
        m.channel.0,
        place(Says::NAMES, m.kind.name()),
        place(Sentiment::NAMES, m.sentiment.name()),
        priority(m.priority),
        m.target_s.unwrap_or(0),
        m.topics.0,
        m.language.0,
        flags.iter().fold(0, |all, flag| all << 1 | u32::from(*flag)),
        u32::from(m.stars),
        m.reach,
        priority(m.first_priority),
        m.first_target_s.unwrap_or(0),
        u32::from(m.found_by.bits()) << 2 | addressed,
        0,
        0,
        0,
    ]
}

fn halves(n: i64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = n.to_le_bytes();
    [[a, b, c, d], [e, f, g, h]].map(u32::from_le_bytes)
}

fn decode(code: Code) -> Option<What> {
    let [tag, name, detail, .., how, low, high] = code;
    let [_, _, _, _, _, _, _, _, flags, ..] = code;
    let flag = |n: u32| flags >> n & 1 == 1;
    Some(match tag {
        0 => What::Mention(decode_mark(code)?),
        1 => What::Reply {
            channel: Name(name),
            answers: flag(3),
            automatic: flag(2),
            echo: flag(1),
            inline: flag(0),
        },
        2 => What::Done(*Verb::ALL.get(usize::try_from(detail).ok()?)?, Name(name)),
        3 | 4 => What::Again {
            how: match how {
                0 => Telling::Edit,
                1 => Telling::More(false),
                2 => Telling::More(true),
                3 => Telling::Delete,
                _ if how & 7 == 4 || how & 7 == 5 => Telling::Judge {
                    by_hand: how & 7 == 5,
                    nth: how >> 3,
                },
                _ => return None,
            },
            mark: match tag {
                3 => Some(decode_mark(code)?),
                _ => None,
            },
            answers: match tag {
                3 => flag(1),
                _ => flag(0),
            },
            posted: (i64::from(high) << 32) | i64::from(low),
        },
        5 => What::Beside,
        _ => return None,
    })
}

fn decode_mark(code: Code) -> Option<Mark> {
    let [
        _,
        channel,
        kind,
        sentiment,
        priority,
        target_s,
        topics,
        language,
        flags,
        stars,
        reach,
        first_priority,
        first_target_s,
        watched,
        ..,
    ] = code;
    let flag = |n: u32| flags >> n & 1 == 1;
    let at = |n: u32| usize::try_from(n).ok();
    Some(Mark {
        channel: Name(channel),
        kind: Says::parse(Says::NAMES.get(at(kind)?)?)?,
        sentiment: Sentiment::parse(Sentiment::NAMES.get(at(sentiment)?)?)?,
        priority: decode_priority(priority)?,
        target_s: flag(3).then_some(target_s),
        topics: Name(topics),
        language: Name(language),
        addressed: (watched & 2 != 0).then_some(watched & 1 == 1),
        found_by: Groups::from_bits(u8::try_from(watched >> 2).ok()?),
        needs_reply: flag(2),
        answers: flag(1),
        repost: flag(0),
        stars: u8::try_from(stars).ok()?,
        reach,
        first_priority: decode_priority(first_priority)?,
        first_target_s: flag(5).then_some(first_target_s),
        corrected: flag(4),
    })
}

fn decode_priority(code: u32) -> Option<Option<Priority>> {
    match code {
        u32::MAX => Some(None),
        p => Priority::ALL.get(usize::try_from(p).ok()?).map(|p| Some(*p)),
    }
}

/// The book of the workspace's snapshot and what it spans, where there is one that is believed.
pub fn load(place: &Place, ledger: &File, head: Found, way: Way) -> Option<(Book, Anchor)> {
    let cache = Cache::open(place, &KIND, ledger, head)?;
    let length = u64::from_le_bytes(cache.read(0, 8)?.try_into().ok()?);
    let front = cache.read(8, usize::try_from(length).ok()?)?;
    let head: Head<'_> = serde_json::from_slice(&front).ok()?;
    let begin = 8 + length;
    if cache.len().checked_sub(begin)? != head.items.checked_mul(ITEM)? as u64 {
        return None;
    }
    let mut book = Book::new(way.zone);
    for word in &head.words {
        book.names.number(word);
    }
    for code in head.whats {
        book.enter(decode(code)?);
    }
    book.aliases = head.aliases.into_iter().collect();
    (book.follow_ups, book.edited) = (head.follow_ups, head.edited);
    (book.unknown, book.last_case) = (head.unknown, head.last_case);
    book.items = items(&cache, begin, head.items, way.threads)?;
    Some((book, cache.anchor()))
}

/// All items, each thread a stretch of them.
fn items(cache: &Cache, begin: u64, n: usize, threads: usize) -> Option<Vec<Item>> {
    let mut items = vec![Item::NONE; n];
    let share = n.div_ceil(threads.max(1)).next_multiple_of(PIECE);
    let read = |first: usize, into: &mut [Item]| -> Option<()> {
        let mut from = begin + (first * ITEM) as u64;
        let mut buffer = Vec::new();
        for into in into.chunks_mut(PIECE) {
            let bytes = cache.read_into(from, into.len() * ITEM, &mut buffer)?;
            from += bytes.len() as u64;
            for (item, bytes) in into.iter_mut().zip(bytes.chunks_exact(ITEM)) {
                *item = Item::from_bytes(bytes.first_chunk()?);
            }
        }
        Some(())
    };
    if n <= share {
        read(0, &mut items)?;
        return Some(items);
    }
    std::thread::scope(|scope| {
        let stretches: Vec<_> = items
            .chunks_mut(share)
            .enumerate()
            .map(|(i, into)| scope.spawn(move || read(i * share, into)))
            .collect();
        stretches.into_iter().try_for_each(|s| s.join().ok().flatten())
    })?;
    Some(items)
}

/// Keeps a book that is assembled but not settled. `None` where it cannot be kept, which harms nobody.
pub fn keep(book: &Book, place: &Place, anchor: Anchor, noted: Touched) -> Option<()> {
    let mut aliases: Vec<_> = book.aliases.iter().map(|(from, into)| (*from, *into)).collect();
    aliases.sort_unstable();
    let head = Head {
        items: book.items.len(),
        last_case: book.last_case,
        words: book.names.all().map(Cow::Borrowed).collect(),
        whats: book.whats.iter().map(code).collect(),
        aliases,
        follow_ups: book.follow_ups.clone(),
        edited: book.edited.clone(),
        unknown: book.unknown.clone(),
    };
    let mut head = serde_json::to_vec(&head).ok()?;
    let block = usize::try_from(KIND.block).ok()?;
    head.resize((8 + head.len()).next_multiple_of(block) - 8, b' ');
    let mut draft = Draft::begin(place, &KIND, anchor, noted)?;
    draft.write(&(head.len() as u64).to_le_bytes())?;
    draft.write(&head)?;
    let mut piece = Vec::with_capacity(PIECE * ITEM);
    for items in book.items.chunks(PIECE) {
        piece.clear();
        for item in items {
            piece.extend_from_slice(&item.to_bytes());
        }
        draft.write(&piece)?;
    }
    draft.finish()
}
