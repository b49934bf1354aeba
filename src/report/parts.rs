//! The numbers inside figures that count cases, each as one test of a case: what is counted and what
//! `--cases` lists are the same by construction.

use super::figures::Ask;
use crate::case::{Beginning, Case, Excluded};
use crate::rules::conclusion::Sentiment;

/// The parts that can be listed, by the names under which they are printed; [`Parts`] keeps their order.
pub const PARTS: [&str; 23] = [
    "cases",
    "negative",
    "unanswered",
    "answered_at_unknown_time",
    "edited_after_reply",
    "answered",
    "not_yet_due",
    "met",
    "missed",
    "undecided",
    "closed_unanswered",
    "settled",
    "presumed_resolved",
    "waiting_for_us",
    "waiting_for_customer",
    "overdue",
    "beginning_missing",
    "begun_by_business",
    "spam",
    "abuse",
    "repost",
    "withdrawn",
    "needs_no_reply",
];

/// Which parts a case counts for: one bit a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts(u32);

/// The part of that name, as its place in [`PARTS`].
pub fn named(name: &str) -> Option<usize> {
    PARTS.iter().position(|n| *n == name)
}

impl Parts {
    /// Of that case.
    pub fn of(case: &Case<'_>, ask: Ask) -> Parts {
        let counts = case.excluded.is_none();
        let begun = case.beginning == Beginning::Mention;
        let open = case.is_open();
        let attained = attained(case, ask);
        let because = |why| case.excluded == Some(why);
        let tests: [bool; PARTS.len()] = [
            true,
            counts && case.first.sentiment == Sentiment::Negative,
            unanswered(case),
            begun && case.first_reply.is_some_and(|r| r.after_s.is_none()),
            begun && case.first_reply.is_some_and(|r| r.before_edit),
            answered(case),
            not_yet_due(case, ask),
            attained == Some(Attained::Met),
            attained == Some(Attained::Missed),
            attained == Some(Attained::Undecided),
            attained == Some(Attained::ClosedUnanswered),
            settled(case),
            presumed_resolved(case, ask),
            open && case.waiting.is_some(),
            open && case.waiting.is_none(),
            overdue(case, ask),
            because(Excluded::BeginningMissing),
            because(Excluded::BegunByBusiness),
            because(Excluded::Spam),
            because(Excluded::Abuse),
            because(Excluded::Repost),
            because(Excluded::Withdrawn),
            because(Excluded::NeedsNoReply),
        ];
        let bits = tests.iter().enumerate().map(|(i, yes)| u32::from(*yes) << i);
        Parts(bits.fold(0, |all, bit| all | bit))
    }

    /// The case counts for the part at that place.
    pub fn has(self, part: usize) -> bool {
        self.0 >> part & 1 == 1
    }

    /// The places of the parts that it counts for.
    pub fn each(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = usize::try_from(left.trailing_zeros())
                .ok()
                .filter(|_| left != 0)?;
            left &= left - 1;
            Some(next)
        })
    }
}

/// Begun by a mention and never answered; who took it back does not wait.
pub fn unanswered(case: &Case<'_>) -> bool {
    case.beginning == Beginning::Mention
        && case.first_reply.is_none()
        && case.excluded != Some(Excluded::Withdrawn)
}

/// Needs a reply, and got one.
pub fn answered(case: &Case<'_>) -> bool {
    case.excluded.is_none() && case.first_reply.is_some()
}

/// When the first reply is due by the target that was given first; `None` without one.
pub fn first_due(case: &Case<'_>) -> Option<i64> {
    case.first
        .first_target_s
        .map(|s| case.begun + i64::from(s) * 1000)
}

/// Needs a reply, got none, and is younger than its target.
pub fn not_yet_due(case: &Case<'_>, ask: Ask) -> bool {
    case.is_open() && case.first_reply.is_none() && first_due(case).is_some_and(|due| due > ask.as_of)
}

/// What became of a case's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attained {
    /// Answered in time.
    Met,
    /// Answered too late, or due and still waiting.
    Missed,
    /// Open, and not due yet.
    Undecided,
    /// Settled without a human reply.
    ClosedUnanswered,
}

/// What became of its target; `None` where it has none, or where its times are too coarse to tell.
pub fn attained(case: &Case<'_>, ask: Ask) -> Option<Attained> {
    let due = first_due(case).filter(|_| case.excluded.is_none())?;
    Some(match case.first_reply {
        Some(reply) if reply.after_s.is_none() => return None,
        Some(reply) if reply.t <= due => Attained::Met,
        Some(_) => Attained::Missed,
        None if !case.status.state.is_open() => Attained::ClosedUnanswered,
        None if due > ask.as_of => Attained::Undecided,
        None => Attained::Missed,
    })
}

/// Resolved, confirmed or closed.
pub fn settled(case: &Case<'_>) -> bool {
    case.excluded.is_none() && !case.status.state.is_open()
}

/// Open, the business had the last word, and the customer has been silent for the configured time.
pub fn presumed_resolved(case: &Case<'_>, ask: Ask) -> bool {
    case.is_open()
        && case.waiting.is_none()
        && case.last_word.is_some_and(|t| ask.as_of - t >= ask.silence_ms)
}

/// Open, and a reply is due.
pub fn overdue(case: &Case<'_>, ask: Ask) -> bool {
    case.is_open()
        && case
            .waiting
            .and_then(|w| w.due)
            .is_some_and(|due| due <= ask.as_of)
}
