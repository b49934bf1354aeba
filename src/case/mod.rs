//! One customer matter: what the items of a case come to, at a given time.
//!
//! [`book`] folds the ledger into items (each thread [`gather`]s its own), [`state`] says what may be done in which state, [`clocks`]
//! measures responses, and [`Case`] sums up. Reports count cases; they never look at items' order again.

pub mod book;
pub mod clocks;
pub mod correct;
pub mod fold;
pub mod gather;
mod item;
mod judged;
mod names;
pub mod procedure;
mod said;
pub mod snapshot;
pub mod state;
mod versions;
mod waits;

use crate::event::Verb;
use crate::rules::Groups;
use crate::rules::conclusion::{Kind, Priority};
use book::{Book, Item, Mark, Name, What};
use clocks::Exchange;
use state::{Status, Step};
use waits::Pending;
pub use waits::Waiting;

/// How a case began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beginning {
    /// With a mention that answers nothing.
    Mention,
    /// With an answer to a message that was never ingested.
    Missing,
    /// With a post of the business.
    Business,
}

/// Why a case takes no part in rates, targets and backlog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Excluded {
    /// Its root answers a message that was never ingested.
    BeginningMissing,
    /// Its root is a post of the business.
    BegunByBusiness,
    /// Its mentions are spam.
    Spam,
    /// Its mentions are abuse.
    Abuse,
    /// Its mentions only repeat somebody else's.
    Repost,
    /// What needed a reply was taken back before it was answered.
    Withdrawn,
    /// No mention of it needs a reply.
    NeedsNoReply,
}

impl Excluded {
    /// Every reason.
    pub const ALL: [Excluded; 7] = [
        Excluded::BeginningMissing,
        Excluded::BegunByBusiness,
        Excluded::Spam,
        Excluded::Abuse,
        Excluded::Repost,
        Excluded::Withdrawn,
        Excluded::NeedsNoReply,
    ];

    /// Its name in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Excluded::BeginningMissing => "beginning_missing",
            Excluded::BegunByBusiness => "begun_by_business",
            Excluded::Spam => "spam",
            Excluded::Abuse => "abuse",
            Excluded::Repost => "repost",
            Excluded::Withdrawn => "withdrawn",
            Excluded::NeedsNoReply => "needs_no_reply",
        }
    }
}

/// The first human reply to the root mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstReply {
    /// When.
    pub t: i64,
    /// Seconds after the first mention; `None` where one of the two times is too coarse.
    pub after_s: Option<i64>,
    /// The review was edited after it had been answered, so that 0 s is all that can be said.
    pub before_edit: bool,
}

/// A case that holds at least one mention.
#[derive(Debug, Clone)]
pub struct Case<'b> {
    /// Its number: the id is `c` and this.
    pub number: u32,
    /// Its items, in order.
    pub items: &'b [Item],
    book: &'b Book,
    /// How it began.
    pub beginning: Beginning,
    /// Why it is left out of rates, targets and backlog.
    pub excluded: Option<Excluded>,
    /// The first mention (the root, where the case has a beginning).
    pub first: Mark,
    /// Where the line of the first mention stands.
    pub first_byte: u64,
    /// Posted time of the first mention.
    pub begun: i64,
    /// Whether that is known to the minute.
    pub begun_timed: bool,
    /// `begun` stands for a week, a month or a year.
    pub begun_wide: bool,
    /// The first human reply after it.
    pub first_reply: Option<FirstReply>,
    /// State, assignee, tags.
    pub status: Status<'b>,
    /// What waits for a reply.
    pub waiting: Option<Waiting>,
    /// Human replies.
    pub replies: u32,
    /// Mentions.
    pub mentions: u32,
    /// A customer wrote after the first human reply.
    pub customer_came_back: bool,
    /// When the case was resolved, confirmed or closed for the first time.
    pub first_settled: Option<i64>,
    /// When it last became settled, where it is settled now.
    pub settled: Option<i64>,
    /// That time is known to the minute.
    pub settled_timed: bool,
    /// It was reopened within seven days after being settled.
    pub reopened_soon: bool,
    /// The last message is a human reply, at that time.
    pub last_word: Option<i64>,
    /// The latest follow-up date that no later event has overtaken.
    pub follow_up: Option<i64>,
    /// How often a message of it was repeated by others.
    pub reposts: u32,
    /// Followers of those who did, together.
    pub reposted_to: u64,
    /// What waits, one by one; kept only where mentions are changed or taken away.
    pending: Vec<Pending>,
    /// Mentions that wanted a reply, and those of them that were taken back before they got one.
    wanted: u32,
    withdrawn: u32,
}

const WEEK_MS: i64 = 7 * 86_400_000;

impl<'b> Case<'b> {
    /// Sums up the items of one case; `None` where no customer wrote in it.
    pub fn of(book: &'b Book, items: &'b [Item]) -> Option<Case<'b>> {
        // The root: the first message that answers nothing.
        let root = items.iter().find(|i| match book.what(i) {
            What::Mention(m) => !m.answers,
            What::Reply { answers, .. } => !answers,
            _ => false,
        });
        let beginning = match root.map(|r| book.what(r)) {
            Some(What::Mention(_)) => Beginning::Mention,
            Some(_) => Beginning::Business,
            None => Beginning::Missing,
        };
        let first_item = root
            .filter(|_| beginning == Beginning::Mention)
            .or_else(|| items.iter().find(|i| book.what(i).mention().is_some()))?;
        let first = *book.what(first_item).mention()?;
        let mut case = Case {
            number: first_item.case,
            items,
            book,
            beginning,
            excluded: None,
            first,
            first_byte: first_item.byte(),
            begun: first_item.t,
            begun_timed: first_item.timed(),
            begun_wide: first_item.wide(),
            first_reply: None,
            status: Status::default(),
            waiting: None,
            replies: 0,
            mentions: 0,
            customer_came_back: false,
            first_settled: None,
            settled: None,
            settled_timed: false,
            reopened_soon: false,
            last_word: None,
            follow_up: None,
            reposts: 0,
            reposted_to: 0,
            pending: Vec::new(),
            wanted: 0,
            withdrawn: 0,
        };
        for item in items {
            case.take(item);
        }
        case.excluded = case.exclusion();
        Some(case)
    }

    fn take(&mut self, item: &Item) {
        let what = self.book.what(item);
        let was_open = self.status.state.is_open();
        let applied = self.status.apply(step(self.book, what));
        if applied.is_err() {
            return;
        }
        match *what {
            What::Mention(ref mark) => {
                self.mentions += 1;
                self.last_word = None;
                self.follow_up = None;
                self.customer_came_back |= self.replies > 0;
                if mark.needs_reply {
                    self.wait(item, mark);
                }
            }
            What::Changed { ref mark, of, again } => self.changed(item, mark, of, again),
            What::Gone { of } => self.gone(of),
            What::Boost { reach } => {
                self.reposts += 1;
                self.reposted_to += u64::from(reach);
            }
            What::Again { .. } | What::Whole { .. } | What::Judged { .. } | What::Beside => {}
            What::Reply { automatic: true, .. } => {}
            What::Reply { echo, .. } => self.answered(item, !echo),
            What::Done(Verb::Reply, _) => self.answered(item, true),
            What::Done(..) => {}
        }
        if let What::Done(..) = what {
            let wanted = self.book.follow_up(item);
            self.follow_up = wanted.or(self.follow_up.filter(|_| self.status.state.is_open()));
        }
        let is_open = self.status.state.is_open();
        if was_open && !is_open {
            self.first_settled = self.first_settled.or(Some(item.t));
            (self.settled, self.settled_timed) = (Some(item.t), item.timed());
        } else if !was_open && is_open {
            self.reopened_soon |= self.settled.is_some_and(|t| item.t - t <= WEEK_MS);
            self.settled = None;
        }
    }

    fn answered(&mut self, item: &Item, counts: bool) {
        self.replies += u32::from(counts);
        self.waiting = None;
        self.pending.clear();
        self.follow_up = None;
        self.last_word = Some(item.t);
        if self.beginning == Beginning::Mention
            && self.first_reply.is_none()
            && self.mentions > 0
            && item.t >= self.begun
        {
            let after_s =
                (self.begun_timed && item.timed()).then_some((item.t - self.begun).div_euclid(1000));
            self.first_reply = Some(FirstReply {
                t: item.t,
                after_s,
                before_edit: item.moved(),
            });
        }
    }

    fn exclusion(&self) -> Option<Excluded> {
        match self.beginning {
            Beginning::Missing => return Some(Excluded::BeginningMissing),
            Beginning::Business => return Some(Excluded::BegunByBusiness),
            Beginning::Mention => {}
        }
        if self.wanted > self.withdrawn {
            return None;
        }
        Some(match self.first.kind {
            _ if self.wanted > 0 => Excluded::Withdrawn,
            _ if self.first.repost => Excluded::Repost,
            Kind::Spam => Excluded::Spam,
            Kind::Abuse => Excluded::Abuse,
            _ => Excluded::NeedsNoReply,
        })
    }

    /// Where what a mention says today stands, whose line stands at `byte`.
    pub fn today(&self, byte: u64) -> u64 {
        let tells = |item: &&Item| match *self.book.what(item) {
            What::Changed { of, .. } | What::Whole { of } => of == byte,
            _ => false,
        };
        let changed = self.book.has_changes;
        let last = changed.then(|| self.items.iter().rfind(tells)).flatten();
        last.map_or(byte, Item::byte)
    }

    /// Not settled, and not left out.
    pub fn is_open(&self) -> bool {
        self.status.state.is_open() && self.excluded.is_none()
    }

    /// What the inbox shows: not settled, and a mention waits or a follow-up is due. Unlike the backlog
    /// it keeps cases whose beginning is missing or that the business began: somebody waits there too.
    pub fn is_due_for_inbox(&self, now: i64) -> bool {
        self.status.state.is_open() && (self.waiting.is_some() || self.follow_up.is_some_and(|t| t <= now))
    }

    /// When the next thing is due: the reply, or the follow-up.
    pub fn due(&self) -> Option<i64> {
        [self.waiting.and_then(|w| w.due), self.follow_up]
            .into_iter()
            .flatten()
            .min()
    }

    /// The priority that the inbox shows: the highest among the unanswered, else the first mention's.
    pub fn priority(&self) -> Option<Priority> {
        self.waiting.map_or(self.first.priority, |w| w.priority)
    }

    /// Shows each time at which it was settled (false) or came back (true).
    pub fn turns(&self, mut each: impl FnMut(i64, bool)) {
        let mut status = Status::default();
        for item in self.items {
            let was = status.state.is_open();
            let _ = status.apply(step(self.book, self.book.what(item)));
            let is = status.state.is_open();
            if was != is {
                each(item.t, is);
            }
        }
    }

    /// Topics of all its mentions, in the order in which they came up.
    pub fn topics(&self) -> Vec<Name> {
        let mut topics = Vec::new();
        for mark in self.items.iter().filter_map(|i| self.book.what(i).mention()) {
            for topic in self.book.names.topics(mark.topics) {
                if !topics.contains(&topic) {
                    topics.push(topic);
                }
            }
        }
        topics
    }

    /// What happened in it, in order.
    pub fn whats(&self) -> impl DoubleEndedIterator<Item = &'b What> + use<'b> {
        let book = self.book;
        self.items.iter().map(move |item| book.what(item))
    }

    /// The parts of the watch-list that found any of its mentions.
    pub fn found_by(&self) -> Groups {
        let marks = self.items.iter().filter_map(|i| self.book.what(i).mention());
        marks.flat_map(|mark| mark.found_by.each()).collect()
    }

    /// Its exchanges: each run of unanswered mentions and the reply that ended it.
    pub fn exchanges(&self) -> impl Iterator<Item = Exchange> {
        clocks::exchanges(self.book, self.items)
    }
}

/// The step that an item is for [`Status::apply`].
pub fn step<'b>(book: &'b Book, what: &What) -> Step<'b> {
    match what {
        What::Mention(mark) => Step::Mention {
            wants: mark.needs_reply,
        },
        What::Reply { automatic, .. } => Step::Answered {
            automatic: *automatic,
        },
        What::Changed { again: true, .. } => Step::Mention { wants: true },
        What::Done(verb, name) => Step::Done(*verb, Some(book.names.word(*name)).filter(|w| !w.is_empty())),
        _ => Step::Beside,
    }
}

/// The cases among these items that hold a mention, by number, each summed up as it is asked for.
pub fn each<'b>(book: &'b Book, items: &'b [Item]) -> impl Iterator<Item = Case<'b>> {
    items
        .chunk_by(|a, b| a.case == b.case)
        .filter_map(|items| Case::of(book, items))
}

/// All cases of a book that hold a mention, by number, and how many groups hold none.
pub fn cases(book: &Book) -> (Vec<Case<'_>>, u64) {
    let cases: Vec<_> = each(book, &book.items).collect();
    let without_mention = book.by_case().count() - cases.len();
    (cases, without_mention as u64)
}
