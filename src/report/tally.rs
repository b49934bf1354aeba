//! What figures are made from: numbers and durations, added up while the cases go by one at a time, so
//! that no report holds all cases at once. Tallies of several stretches of cases add up to one.

use super::days::Days;
use super::figures::{self, Ask};
use super::parts::{self, Attained, PARTS, Parts, attained};
use super::silent::negatives;
use super::table::{Behind, Value};
use crate::calendar::Zone;
use crate::case::book::Name;
use crate::case::state::State;
use crate::case::{Case, Excluded};
use crate::rules::conclusion::{Kind, Priority, Sentiment};
use std::collections::BTreeMap;

/// How many count, and for how many of them it is true.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// All.
    pub n: u64,
    /// Those of which it is true.
    pub yes: u64,
}

impl Share {
    /// One more.
    pub fn take(&mut self, yes: bool) {
        self.n += 1;
        self.yes += u64::from(yes);
    }

    fn add(&mut self, other: Share) {
        self.n += other.n;
        self.yes += other.yes;
    }
}

/// What is behind one figure.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// Of a rate.
    pub share: Share,
    /// Of durations; in order once the tally is [`ready`](Tally::ready).
    pub seconds: Vec<i64>,
}

/// What came in on a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CameIn {
    /// Cases.
    pub cases: u64,
    /// Their mentions.
    pub mentions: u64,
    /// Complaints, inquiries, suggestions, praise, the rest.
    pub kinds: [u64; 5],
    /// Cases that began negative.
    pub negative: u64,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Behind the figures that are wanted, in the order of [`figures::ALL`].
    pub figures: Vec<Option<Gathered>>,
    /// By the order of [`PARTS`].
    pub parts: [u64; PARTS.len()],
    /// By the order of [`Excluded::ALL`].
    pub excluded: [u64; Excluded::ALL.len()],
    /// Ages of the unanswered, in seconds.
    pub unanswered: Vec<i64>,
    /// Seconds to the first time that cases settled now were settled.
    pub first_settled: Vec<i64>,
    /// Attainment of P0, P1 and P2.
    pub attained: [Share; 3],
    /// Of all that need a reply: the customer confirmed.
    pub confirmed: Share,
    /// Negative ones that need a reply: settled.
    pub negative: Share,
    /// Negative mentions that do not speak to the business: answered.
    pub silent: Share,
    /// Settled with fewer than two replies.
    pub few_replies: u64,
    /// Settled, answered, and the customer wrote nothing after the first answer.
    pub came_not_back: u64,
    /// Open cases of P0, P1, P2 and of no priority.
    pub open: [u64; 4],
    /// Open cases by the order of [`State::ALL`].
    pub states: [u64; State::ALL.len()],
    /// Ratings of one to five stars, fractions rounded.
    pub stars: [u64; 5],
    /// All stars together, in tenths.
    pub tenths: u64,
    /// By channel.
    pub came_in: BTreeMap<Name, CameIn>,
    /// Movements day by day, where they are wanted.
    pub days: Option<Days>,
}

impl Tally {
    /// Nothing counted yet; `names` are the figures that are wanted.
    pub fn of(names: &[&str]) -> Tally {
        Tally {
            figures: figures::ALL
                .iter()
                .map(|f| names.contains(&f.name).then(Gathered::default))
                .collect(),
            ..Tally::default()
        }
    }

    /// The same, with the movements of each day in that zone.
    pub fn with_days(self, zone: Zone) -> Tally {
        Tally {
            days: Some(Days::of(zone)),
            ..self
        }
    }

    /// Counts a case.
    pub fn take(&mut self, case: &Case<'_>, ask: Ask) {
        for (figure, definition) in self.figures.iter_mut().zip(figures::ALL) {
            let Some(gathered) = figure else { continue };
            (definition.adds)(case, ask, &mut |value| match value {
                Value::Seconds(s) => gathered.seconds.extend(s),
                Value::Count(n) => gathered.share.take(n == 1),
                Value::Rate(_) | Value::Stars(_) => {}
            });
        }
        for part in Parts::of(case, ask).each() {
            bump(self.parts.get_mut(part));
        }
        if parts::unanswered(case) {
            self.unanswered.push(age_s(case, ask));
        }
        self.take_came_in(case);
        for negative in negatives(case).filter(|negative| negative.silent) {
            self.silent.take(negative.answered);
        }
        for tenths in case.ratings() {
            self.tenths += u64::from(tenths);
            bump(
                self.stars
                    .get_mut(usize::from(tenths.saturating_add(5) / 10).saturating_sub(1)),
            );
        }
        match case.excluded {
            Some(why) => bump(
                Excluded::ALL
                    .iter()
                    .position(|e| *e == why)
                    .and_then(|i| self.excluded.get_mut(i)),
            ),
            None => self.take_counting(case, ask),
        }
        if let Some(days) = &mut self.days {
            days.take(case);
        }
    }

    /// A case that takes part in rates, targets and backlog.
    fn take_counting(&mut self, case: &Case<'_>, ask: Ask) {
        let settled = !case.status.state.is_open();
        let rank = |p: Option<Priority>| match p {
            Some(Priority::P0) => 0,
            Some(Priority::P1) => 1,
            Some(Priority::P2) => 2,
            None => 3,
        };
        if let Some(a) = attained(case, ask).filter(|a| *a != Attained::Undecided)
            && let Some(share) = self.attained.get_mut(rank(case.first.first_priority))
        {
            share.take(a == Attained::Met);
        }
        self.confirmed.take(case.status.state == State::Confirmed);
        if case.first.sentiment == Sentiment::Negative {
            self.negative.take(settled);
        }
        if case.settled.is_some() {
            self.few_replies += u64::from(case.replies < 2);
            self.came_not_back += u64::from(case.replies > 0 && !case.customer_came_back);
            if case.begun_timed && case.settled_timed {
                self.first_settled
                    .extend(figures::span_s(case, case.first_settled));
            }
        }
        if !settled {
            bump(self.open.get_mut(rank(case.priority())));
            let state = State::ALL.iter().position(|s| *s == case.status.state);
            bump(state.and_then(|i| self.states.get_mut(i)));
        }
    }

    fn take_came_in(&mut self, case: &Case<'_>) {
        let row = self.came_in.entry(case.first.channel).or_default();
        let kind = match case.first.kind {
            Kind::Complaint => 0,
            Kind::Inquiry => 1,
            Kind::Suggestion => 2,
            Kind::Praise => 3,
            _ => 4,
        };
        row.cases += 1;
        row.mentions += u64::from(case.mentions);
        row.negative += u64::from(case.first.sentiment == Sentiment::Negative);
        bump(row.kinds.get_mut(kind));
    }

    /// Adds what was counted over other cases.
    pub fn add(&mut self, other: Tally) {
        for (figure, more) in self.figures.iter_mut().zip(other.figures) {
            if let (Some(figure), Some(more)) = (figure, more) {
                figure.share.add(more.share);
                append(&mut figure.seconds, more.seconds);
            }
        }
        sum(&mut self.parts, &other.parts);
        sum(&mut self.excluded, &other.excluded);
        sum(&mut self.open, &other.open);
        sum(&mut self.states, &other.states);
        sum(&mut self.stars, &other.stars);
        self.tenths += other.tenths;
        append(&mut self.unanswered, other.unanswered);
        append(&mut self.first_settled, other.first_settled);
        for (share, more) in self.attained.iter_mut().zip(other.attained) {
            share.add(more);
        }
        self.confirmed.add(other.confirmed);
        self.negative.add(other.negative);
        self.silent.add(other.silent);
        self.few_replies += other.few_replies;
        self.came_not_back += other.came_not_back;
        for (channel, more) in other.came_in {
            self.came_in.entry(channel).or_default().add(&more);
        }
        if let (Some(days), Some(more)) = (&mut self.days, other.days) {
            days.add(more);
        }
    }

    /// Puts durations in order, as figures want them. Ages come in order nearly always, which the stable
    /// sort makes use of.
    pub fn ready(&mut self) {
        for list in self.figures.iter_mut().flatten().map(|g| &mut g.seconds) {
            list.sort();
        }
        self.unanswered.sort();
        self.first_settled.sort();
    }

    /// The number of that part.
    pub fn part(&self, name: &str) -> u64 {
        parts::named(name)
            .and_then(|i| self.parts.get(i))
            .copied()
            .unwrap_or(0)
    }
}

impl CameIn {
    /// Adds another channel, or more of the same.
    pub fn add(&mut self, other: &CameIn) {
        self.cases += other.cases;
        self.mentions += other.mentions;
        self.negative += other.negative;
        sum(&mut self.kinds, &other.kinds);
    }
}

/// How old a case is, in seconds.
pub fn age_s(case: &Case<'_>, ask: Ask) -> i64 {
    (ask.as_of - case.begun).max(0) / 1000
}

/// What that figure takes from the case, one entry each.
pub fn behind(adds: figures::Adds, case: &Case<'_>, ask: Ask, into: &mut Vec<Behind>) {
    let case_number = case.number;
    adds(case, ask, &mut |value| {
        into.push(Behind {
            case: case_number,
            value,
        });
    });
}

fn bump(number: Option<&mut u64>) {
    if let Some(number) = number {
        *number += 1;
    }
}

fn sum<const N: usize>(into: &mut [u64; N], more: &[u64; N]) {
    for (a, b) in into.iter_mut().zip(more) {
        *a += b;
    }
}

fn append(into: &mut Vec<i64>, mut more: Vec<i64>) {
    if into.is_empty() {
        *into = more;
    } else {
        into.append(&mut more);
    }
}
