//! What the fold keeps of an event: 24 bytes, and the number of what happened, of which there are far
//! fewer kinds than events. Knows neither the ledger's lines nor what a case is.

use super::names::Name;
use crate::calendar::{Moment, Precision};
use crate::event::Verb;
use crate::rules::Groups;
use crate::rules::conclusion::{Kind, Priority, Sentiment};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Numbers what happened. Its parts are small numbers that nobody outside chooses, so mixing them by a
/// multiplication is enough.
#[derive(Debug, Default, Clone, Copy)]
pub struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u64(u64::from(*b)));
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_isize(&mut self, n: isize) {
        self.write_u64(n.cast_unsigned() as u64);
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

/// What happened → its number.
pub type Numbers = HashMap<What, u32, BuildHasherDefault<Mix>>;

/// What figures need of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The platform.
    pub channel: Name,
    /// Kind.
    pub kind: Kind,
    /// Sentiment.
    pub sentiment: Sentiment,
    /// Priority; `None` where no reply is needed.
    pub priority: Option<Priority>,
    /// Seconds; `None` without a target.
    pub target_s: Option<u32>,
    /// Topics, joined by line feeds.
    pub topics: Name,
    /// The text's language.
    pub language: Name,
    /// It speaks to the business; `None` where that could not be told.
    pub addressed: Option<bool>,
    /// The parts of the watch-list that found it.
    pub found_by: Groups,
    /// It needs a reply.
    pub needs_reply: bool,
    /// It answers a message.
    pub answers: bool,
    /// It only repeats somebody else's.
    pub repost: bool,
    /// Stars in tenths; 0 without.
    pub stars: u8,
    /// Followers of who repeats somebody else's; else 0.
    pub reach: u32,
    /// The priority that it was given first: what attainment goes by, whatever it was judged since.
    pub first_priority: Option<Priority>,
    /// The target that it was given first, in seconds; likewise.
    pub first_target_s: Option<u32>,
    /// A person has corrected its judgement.
    pub corrected: bool,
}

impl Mark {
    /// The same mention with another judgement; what it was given first stays known.
    pub(super) fn judged(&self, anew: &Mark, by_hand: bool) -> Mark {
        Mark {
            kind: anew.kind,
            sentiment: anew.sentiment,
            priority: anew.priority,
            target_s: anew.target_s,
            topics: anew.topics,
            needs_reply: anew.needs_reply && !self.repost,
            corrected: self.corrected || by_hand,
            ..*self
        }
    }

    /// Whether somebody who says this where she said `before` wants an answer again: what needed none needs one
    /// now, or it has become graver.
    pub fn is_graver_than(&self, before: &Mark) -> bool {
        let rank = |p: Option<Priority>| p.map_or(usize::MAX, |p| p as usize);
        let negative = |m: &Mark| m.sentiment == Sentiment::Negative;
        self.needs_reply
            && (!before.needs_reply
                || rank(self.priority) < rank(before.priority)
                || (negative(self) && !negative(before))
                || (self.stars > 0 && self.stars < before.stars))
    }
}

/// How a message is told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Telling {
    /// It was changed.
    Edit,
    /// More is known of it; true where that is the whole text.
    More(bool),
    /// It was taken away.
    Delete,
    /// It was judged anew.
    Judge {
        /// By a person, who found it wrong.
        by_hand: bool,
        /// Which of the mentions of that time, from 0.
        nth: u32,
    },
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// A customer wrote.
    Mention(Mark),
    /// The business wrote, as an export told.
    Reply {
        /// The platform.
        channel: Name,
        /// It answers a message.
        answers: bool,
        /// Sent by a machine.
        automatic: bool,
        /// Recorded by `feedback reply` before.
        echo: bool,
        /// Out of the row of what it answers.
        inline: bool,
    },
    /// A case command, with to whom or which tag.
    Done(Verb, Name),
    /// A message is told again, as a line says it. Where a book is settled it has become one of those below.
    Again {
        /// How.
        how: Telling,
        /// What figures need of it; `None` for the business's own.
        mark: Option<Mark>,
        /// It answers a message.
        answers: bool,
        /// When the message was posted, milliseconds since 1970; the least number where unknown.
        posted: i64,
    },
    /// A mention says something else from here on.
    Changed {
        /// What figures need of it now.
        mark: Mark,
        /// Where the mention's line stands.
        of: u64,
        /// Whoever was answered before wants an answer again.
        again: bool,
    },
    /// A mention was taken away.
    Gone {
        /// Where its line stands.
        of: u64,
    },
    /// The whole text of a mention.
    Whole {
        /// Where its line stands.
        of: u64,
    },
    /// A mention was judged anew.
    Judged {
        /// Where its line stands.
        of: u64,
    },
    /// Somebody repeated a message of the case to so many followers.
    Boost {
        /// How many.
        reach: u32,
    },
    /// Stands in the case's history and says nothing for figures.
    Beside,
}

impl What {
    /// What figures need of it, where it is a mention.
    pub fn mention(&self) -> Option<&Mark> {
        match self {
            What::Mention(mark) => Some(mark),
            _ => None,
        }
    }

    /// At the same time a message that answers nothing stands first; else the order of the file holds.
    fn answers(&self) -> bool {
        match self {
            What::Mention(mark) => mark.answers,
            What::Reply { answers, .. } => *answers,
            _ => true,
        }
    }
}

/// One event of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Number of the case.
    pub case: u32,
    /// The number of what happened.
    pub(super) what: u32,
    /// When it happened, milliseconds since 1970: for a coarse time the beginning of what it covers
    /// (for a reply the end), for an unknown one when it was recorded (for a reply that of the item
    /// before it).
    pub t: i64,
    /// Where its line stands, shifted by eight, and flags. The order of lines is the order of bytes.
    pub(super) place: u64,
}

/// A time that is still to become that of the item before it.
pub(super) const UNKNOWN: i64 = i64::MIN;
/// `t` is known to the minute or better.
pub(super) const TIMED: u64 = 1;
/// `t` was put off to the review's, which was edited after it had been answered.
pub(super) const MOVED: u64 = 2;
/// `t` is a day still without a zone.
pub(super) const COARSE: u64 = 4;
/// The business did it: a coarse time means its end.
pub(super) const OURS: u64 = 8;
/// It answers something: at the same time it stands behind what does not.
pub(super) const ANSWERS: u64 = 16;
/// `t` stands for a week, a month or a year.
pub(super) const WIDE: u64 = 32;

impl Item {
    /// No event.
    pub(super) const NONE: Item = Item {
        case: 0,
        what: 0,
        t: 0,
        place: 0,
    };

    pub(super) fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        let (ids, rest) = bytes.split_at_mut(8);
        let (t, place) = rest.split_at_mut(8);
        let numbers = u64::from(self.case) | u64::from(self.what) << 32;
        ids.copy_from_slice(&numbers.to_le_bytes());
        t.copy_from_slice(&self.t.to_le_bytes());
        place.copy_from_slice(&self.place.to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; 24]) -> Item {
        let number = |i: usize| {
            bytes
                .get(i..)
                .and_then(<[u8]>::first_chunk)
                .map_or(0, |n| u64::from_le_bytes(*n))
        };
        Item {
            case: (number(0) & 0xFFFF_FFFF) as u32,
            what: (number(0) >> 32) as u32,
            t: number(8).cast_signed(),
            place: number(16),
        }
    }

    /// An event of that kind; `moment` is when it happened, `recorded` when its line was written.
    pub(super) fn new(
        case: u32,
        byte: u64,
        number: u32,
        what: &What,
        moment: Option<Moment>,
        recorded: impl Fn() -> Option<Moment>,
    ) -> Item {
        let ours = matches!(what, What::Reply { .. } | What::Done(..));
        let (t, time) = match moment {
            Some(m) if m.precision < Precision::Day => {
                (if ours { m.last() } else { m.millis }, COARSE | WIDE)
            }
            Some(m) if m.precision == Precision::Day => (m.millis, COARSE),
            Some(m) if m.is_timed() => (m.millis, TIMED),
            Some(m) => (if ours { m.last() } else { m.millis }, 0),
            None if ours => (UNKNOWN, 0),
            // A mention of unknown time waits from when it came in.
            None => (recorded().map_or(UNKNOWN, |m| m.millis), 0),
        };
        let flag = |yes: bool, flag| if yes { flag } else { 0 };
        Item {
            case,
            what: number,
            t,
            place: byte << 8 | time | flag(ours, OURS) | flag(what.answers(), ANSWERS),
        }
    }

    /// Where its line stands in the ledger.
    pub fn byte(&self) -> u64 {
        self.place >> 8
    }

    /// `t` is known to the minute or better.
    pub fn timed(&self) -> bool {
        self.is(TIMED)
    }

    /// `t` is known to the week, month or year only.
    pub fn wide(&self) -> bool {
        self.is(WIDE)
    }

    /// `t` was put off to the review's, which was edited after it had been answered.
    pub fn moved(&self) -> bool {
        self.is(MOVED)
    }

    /// It stands before another of the same case.
    pub fn stands_before(&self, other: &Item) -> bool {
        self.key() < other.key()
    }

    pub(super) fn is(&self, flag: u64) -> bool {
        self.place & flag != 0
    }

    /// Within a case: time, then what answers nothing, then the order in the ledger.
    pub(super) fn key(&self) -> (i64, bool, bool, u64) {
        (self.t, self.is(MOVED), self.is(ANSWERS), self.place)
    }
}
