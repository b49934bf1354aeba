//! The fold: lines of the ledger → [`Book`], every case's items in order.
//!
//! Reads facts only, from borrowed bytes; what is personal stays on disk and is looked up by its byte
//! offset when it has to be shown. Keeps what figures need in a flat list, and computes nothing.

use super::gather::{Gather, Part, add_unknown};
use super::item::{COARSE, MOVED, Numbers, OURS, UNKNOWN};
pub use super::item::{Item, Mark, Telling, What};
pub use super::names::{Name, Names};
use crate::calendar::{Moment, Precision, Zone};
use crate::event::{MergeFacts, Verb};
use crate::ledger::blocks::Learner;
use crate::ledger::front::Front;
use crate::ledger::line::Line;
use std::collections::HashMap;

/// Everything that the ledger says of cases.
#[derive(Debug, Default)]
pub struct Book {
    /// By case, then time (what answers nothing first), then order in the ledger.
    pub items: Vec<Item>,
    /// What happened, by the numbers that items carry.
    pub(super) whats: Vec<What>,
    pub(super) numbers: Numbers,
    /// The words.
    pub names: Names,
    /// Case → the case that it was joined to.
    pub aliases: HashMap<u32, u32>,
    /// When a case is to come up again: (byte of the event, milliseconds since 1970).
    pub(super) follow_ups: Vec<(u64, i64)>,
    /// When messages had been changed before they came in, likewise.
    pub(super) edited: Vec<(u64, i64)>,
    /// Some mention was changed or taken away.
    pub(super) has_changes: bool,
    /// Kinds of events that this program does not know, with how many.
    pub unknown: Vec<(String, u64)>,
    /// The highest case number given so far.
    pub last_case: u32,
    zone: Option<Zone>,
    gather: Gather,
    /// Cases were joined in a way in which it matters when items learn of it.
    is_odd: bool,
    /// Of each thread: its numbers → ours.
    threads: Vec<Numbering>,
}

/// A byte behind every line.
const BEHIND_ALL: u64 = u64::MAX >> 8;

/// The numbers that one thread gave, and what they are here; `None` until they are met.
#[derive(Debug, Default)]
struct Numbering {
    words: Vec<String>,
    whats: Vec<(What, Option<u32>)>,
}

/// The number of a case id such as `c12`.
pub fn case_number(id: &str) -> Option<u32> {
    id.strip_prefix(['c', 'C', '#'])
        .unwrap_or(id)
        .parse()
        .ok()
        .filter(|n| *n > 0)
}

/// The id of a case number.
pub fn case_id(number: u32) -> String {
    format!("c{number}")
}

/// The two cases that a merge joins: (into, from).
pub fn merged(line: &Line<'_>) -> Option<(u32, u32)> {
    line.facts.and_then(joined)
}

/// The same from its facts.
pub(super) fn joined(facts: &str) -> Option<(u32, u32)> {
    let MergeFacts { into, from } = serde_json::from_str(facts).ok()?;
    Some((case_number(&into)?, case_number(&from)?))
}

/// The case that `case` goes by today.
pub fn follow(aliases: &HashMap<u32, u32>, case: u32) -> u32 {
    let mut at = case;
    // An alias always points to an older case, so this ends; the bound is for a forged ledger.
    for _ in 0..=aliases.len() {
        match aliases.get(&at) {
            Some(into) => at = *into,
            None => break,
        }
    }
    at
}

impl Book {
    /// An empty book; `zone` anchors days without a time of day.
    pub fn new(zone: Zone) -> Self {
        Book {
            zone: Some(zone),
            ..Book::default()
        }
    }

    /// Takes in one line.
    pub fn take(&mut self, line: &Line<'_>, byte: u64) {
        self.gather.take(&Front::from(line), byte);
    }

    /// Takes in what a thread gathered. Parts come in the order of the ledger.
    pub fn join(&mut self, thread: usize, part: Part) {
        self.absorb(thread + 1, part);
    }

    /// Number 0 is the book's own thread.
    fn absorb(&mut self, thread: usize, part: Part) {
        while self.threads.len() <= thread {
            self.threads.push(Numbering::default());
        }
        let Some(mut numbering) = self.threads.get_mut(thread).map(std::mem::take) else {
            return;
        };
        numbering.words.extend(part.words);
        numbering.whats.extend(part.whats.into_iter().map(|w| (w, None)));
        self.items.reserve(part.items.len());
        for mut item in part.items {
            let at = usize::try_from(item.what).unwrap_or(usize::MAX);
            let Some((what, number)) = numbering.whats.get_mut(at) else {
                continue;
            };
            item.what = match *number {
                Some(number) => number,
                None => *number.insert(self.number(what, &numbering.words)),
            };
            self.items.push(item);
        }
        if let Some(place) = self.threads.get_mut(thread) {
            *place = numbering;
        }
        for (into, from) in part.merges {
            // A case is joined once, and to an older one; any other history is not ours.
            self.is_odd |= into >= from || self.aliases.contains_key(&from);
            self.aliases.insert(from, into);
        }
        self.follow_ups.extend(part.follow_ups);
        self.edited.extend(part.edited);
        for (ev, n) in part.unknown {
            add_unknown(&mut self.unknown, &ev, n);
        }
        self.last_case = self.last_case.max(part.last_case);
    }

    /// Our number of what a thread met, whose words are `words`.
    fn number(&mut self, what: &What, words: &[String]) -> u32 {
        let names = &mut self.names;
        let mut own = |name: Name| {
            let at = usize::try_from(name.0).unwrap_or(0).checked_sub(1);
            let word = at.and_then(|at| words.get(at)).map_or("", String::as_str);
            match word.contains('\n') {
                true => names.number_topics(word.split('\n')),
                false => names.number(word),
            }
        };
        let mut own_mark = |mark: Mark| Mark {
            channel: own(mark.channel),
            topics: own(mark.topics),
            language: own(mark.language),
            ..mark
        };
        let what = match *what {
            What::Mention(mark) => What::Mention(own_mark(mark)),
            What::Again {
                how,
                mark,
                answers,
                posted,
            } => What::Again {
                how,
                mark: mark.map(own_mark),
                answers,
                posted,
            },
            What::Reply {
                channel,
                answers,
                automatic,
                echo,
                inline,
            } => What::Reply {
                channel: own(channel),
                answers,
                automatic,
                echo,
                inline,
            },
            What::Done(verb, detail) => What::Done(verb, own(detail)),
            other => other,
        };
        self.enter(what)
    }

    /// The number of what happened, giving it one where it is new.
    pub(super) fn enter(&mut self, what: What) -> u32 {
        *self.numbers.entry(what).or_insert_with(|| {
            self.whats.push(what);
            u32::try_from(self.whats.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// A case command at that time, as the fold will read it from the ledger's next line.
    pub fn done(&mut self, case: u32, verb: Verb, detail: Name, at: Moment) -> Item {
        let what = What::Done(verb, detail);
        let number = self.enter(what);
        let mut item = Item::new(case, BEHIND_ALL, number, &what, Some(at), || None);
        if item.is(COARSE) {
            item.t = self.zone.unwrap_or(Zone::UTC).anchor(at, true);
            item.place &= !COARSE;
        }
        item
    }

    /// What happened.
    pub fn what(&self, item: &Item) -> &What {
        const NOTHING: &What = &What::Done(Verb::Note, Name(0));
        let at = usize::try_from(item.what).unwrap_or(usize::MAX);
        self.whats.get(at).unwrap_or(NOTHING)
    }

    /// False where what was joined to a snapshot contradicts what its items were given already: then the
    /// whole ledger has to be read.
    pub(super) fn goes_on(&self) -> bool {
        !self.is_odd
    }

    /// The case that goes by that number today.
    pub fn resolve(&self, case: u32) -> u32 {
        follow(&self.aliases, case)
    }

    /// Puts everything in order once all lines are in.
    pub fn close(&mut self) {
        self.assemble();
        self.settle();
    }

    /// Gives every item the case that it belongs to today and sorts, times being still as they were
    /// written.
    pub(super) fn assemble(&mut self) {
        let part = self.gather.part();
        self.absorb(0, part);
        if !self.aliases.is_empty() {
            for item in &mut self.items {
                item.case = follow(&self.aliases, item.case);
            }
        }
        self.sort();
    }

    /// Puts coarse and unknown times where they belong in this zone.
    pub(super) fn settle(&mut self) {
        self.put_tellings_in_place();
        let zone = self.zone.unwrap_or(Zone::UTC);
        if self.items.iter().any(|i| i.is(COARSE)) {
            let mut last = (i64::MIN, false, 0);
            for item in self.items.iter_mut().filter(|i| i.is(COARSE)) {
                let ours = item.is(OURS);
                if (last.0, last.1) != (item.t, ours) {
                    let day = Moment {
                        millis: item.t,
                        precision: Precision::Day,
                    };
                    last = (item.t, ours, zone.anchor(day, ours));
                }
                (item.t, item.place) = (last.2, item.place & !COARSE);
            }
        }
        if self.items.iter().any(|i| i.t == UNKNOWN) {
            self.items.sort_unstable_by_key(|i| (i.case, i.place));
            let mut before = (0, 0);
            for item in &mut self.items {
                if item.t == UNKNOWN {
                    item.t = if before.0 == item.case { before.1 } else { 0 };
                }
                before = (item.case, item.t);
            }
        }
        self.sort();
        if self.push_early_replies_back() {
            // A reply that was put off follows its review, whichever was ingested first.
            self.sort();
        }
    }

    fn sort(&mut self) {
        if self.items.is_sorted_by_key(|i| (i.case, i.key())) {
            return;
        }
        let in_order = self.items.windows(2).take_while(|w| match w {
            [a, b] => (a.case, a.key()) <= (b.case, b.key()),
            _ => false,
        });
        let behind = self.items.len() - in_order.count();
        let highest = self.items.iter().map(|i| i.case).max().unwrap_or(0);
        let highest = usize::try_from(highest).unwrap_or(usize::MAX);
        if behind < self.items.len() / 8 || highest / 8 > self.items.len() {
            // A short tail behind what is in order, or numbers that no ledger of ours gives.
            return self.items.sort_by_key(|i| (i.case, i.key()));
        }
        if !self.items.is_sorted_by_key(|i| i.case) {
            self.items = by_case(&self.items, highest);
        }
        for case in self.items.chunk_by_mut(|a, b| a.case == b.case) {
            if !case.is_sorted_by_key(Item::key) {
                case.sort_unstable_by_key(Item::key);
            }
        }
    }

    /// A review that is edited after it was answered carries the time of the edit, so that the reply in
    /// its row seems to come before it. Such a reply takes the review's time.
    fn push_early_replies_back(&mut self) -> bool {
        let inline = |w: &What| matches!(w, What::Reply { inline: true, .. });
        if !self.whats.iter().any(inline) {
            return false;
        }
        let mut moved = false;
        let whats = &self.whats;
        let is_inline = |item: &Item| {
            let at = usize::try_from(item.what).unwrap_or(usize::MAX);
            whats.get(at).is_some_and(inline)
        };
        for case in self.items.chunk_by_mut(|a, b| a.case == b.case) {
            let mention = case.iter().find(|i| !i.is(OURS)).map(|i| i.t);
            for item in case {
                let Some(first) = mention.filter(|t| *t > item.t) else {
                    break;
                };
                if is_inline(item) {
                    (item.t, item.place) = (first, item.place | MOVED);
                    moved = true;
                }
            }
        }
        moved
    }

    /// The cases with their items, by number.
    pub fn by_case(&self) -> impl Iterator<Item = &[Item]> {
        self.items.chunk_by(|a, b| a.case == b.case)
    }

    /// The items of one case.
    pub fn items_of(&self, case: u32) -> &[Item] {
        let case = self.resolve(case);
        let from = self.items.partition_point(|i| i.case < case);
        let to = self.items.partition_point(|i| i.case <= case);
        self.items.get(from..to).unwrap_or_default()
    }

    /// When that event wants the case to come up again.
    pub fn follow_up(&self, item: &Item) -> Option<i64> {
        self.follow_ups
            .binary_search_by_key(&item.byte(), |(byte, _)| *byte)
            .ok()
            .and_then(|i| self.follow_ups.get(i))
            .map(|f| f.1)
    }
}

/// The items by case, each case's in the order in which they stood: by counting, since numbers are dense.
fn by_case(items: &[Item], highest: usize) -> Vec<Item> {
    let at = |item: &Item| usize::try_from(item.case).unwrap_or(0).min(highest);
    let mut ends = vec![0u32; highest + 1];
    for item in items {
        if let Some(n) = ends.get_mut(at(item)) {
            *n += 1;
        }
    }
    let mut begin = 0;
    for n in &mut ends {
        begin += std::mem::replace(n, begin);
    }
    let mut sorted = items.to_vec();
    for item in items {
        if let Some(next) = ends.get_mut(at(item)) {
            if let Some(place) = usize::try_from(*next).ok().and_then(|i| sorted.get_mut(i)) {
                *place = *item;
            }
            *next += 1;
        }
    }
    sorted
}
