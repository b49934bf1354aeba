//! The numbers inside figures that count cases, each as one test of a case: what is counted and what
//! `--cases` lists are the same by construction.

use super::figures::Basis;
use crate::case::{Beginning, Case, Excluded};
use crate::rules::conclusion::Sentiment;

/// Whether a case counts.
pub type Test = fn(&Case<'_>, Basis<'_, '_>) -> bool;

/// The parts that can be listed, by the names under which they are printed.
pub const PARTS: &[(&str, Test)] = &[
    ("cases", |_, _| true),
    ("negative", |c, _| {
        c.excluded.is_none() && c.first.sentiment == Sentiment::Negative
    }),
    ("unanswered", unanswered),
    ("answered_at_unknown_time", answered_at_unknown_time),
    ("edited_after_reply", edited_after_reply),
    ("answered", answered),
    ("not_yet_due", not_yet_due),
    ("met", |c, b| attained(c, b) == Some(Attained::Met)),
    ("missed", |c, b| attained(c, b) == Some(Attained::Missed)),
    ("undecided", |c, b| attained(c, b) == Some(Attained::Undecided)),
    ("closed_unanswered", |c, b| {
        attained(c, b) == Some(Attained::ClosedUnanswered)
    }),
    ("settled", settled),
    ("presumed_resolved", presumed_resolved),
    ("waiting_for_us", |c, _| c.is_open() && c.waiting.is_some()),
    ("waiting_for_customer", |c, _| c.is_open() && c.waiting.is_none()),
    ("overdue", overdue),
    ("beginning_missing", |c, _| {
        c.excluded == Some(Excluded::BeginningMissing)
    }),
    ("begun_by_business", |c, _| {
        c.excluded == Some(Excluded::BegunByBusiness)
    }),
    ("spam", |c, _| c.excluded == Some(Excluded::Spam)),
    ("abuse", |c, _| c.excluded == Some(Excluded::Abuse)),
    ("repost", |c, _| c.excluded == Some(Excluded::Repost)),
    ("needs_no_reply", |c, _| {
        c.excluded == Some(Excluded::NeedsNoReply)
    }),
];

/// The part of that name.
pub fn named(name: &str) -> Option<Test> {
    PARTS.iter().find(|(n, _)| *n == name).map(|(_, test)| *test)
}

/// Begun by a mention and never answered.
pub fn unanswered(case: &Case<'_>, _: Basis<'_, '_>) -> bool {
    case.beginning == Beginning::Mention && case.first_reply.is_none()
}

/// Answered, but one of the two times is too coarse.
pub fn answered_at_unknown_time(case: &Case<'_>, _: Basis<'_, '_>) -> bool {
    case.beginning == Beginning::Mention && case.first_reply.is_some_and(|r| r.after_s.is_none())
}

/// The review was edited after it had been answered.
pub fn edited_after_reply(case: &Case<'_>, _: Basis<'_, '_>) -> bool {
    case.beginning == Beginning::Mention && case.first_reply.is_some_and(|r| r.before_edit)
}

/// Needs a reply, and got one.
pub fn answered(case: &Case<'_>, _: Basis<'_, '_>) -> bool {
    case.excluded.is_none() && case.first_reply.is_some()
}

/// When the first reply is due; `None` without a target.
pub fn first_due(case: &Case<'_>) -> Option<i64> {
    case.first.target_s.map(|s| case.begun + i64::from(s) * 1000)
}

/// Needs a reply, got none, and is younger than its target.
pub fn not_yet_due(case: &Case<'_>, basis: Basis<'_, '_>) -> bool {
    case.is_open() && case.first_reply.is_none() && first_due(case).is_some_and(|due| due > basis.as_of)
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
pub fn attained(case: &Case<'_>, basis: Basis<'_, '_>) -> Option<Attained> {
    let due = first_due(case).filter(|_| case.excluded.is_none())?;
    Some(match case.first_reply {
        Some(reply) if reply.after_s.is_none() => return None,
        Some(reply) if reply.t <= due => Attained::Met,
        Some(_) => Attained::Missed,
        None if !case.status.state.is_open() => Attained::ClosedUnanswered,
        None if due > basis.as_of => Attained::Undecided,
        None => Attained::Missed,
    })
}

/// Resolved, confirmed or closed.
pub fn settled(case: &Case<'_>, _: Basis<'_, '_>) -> bool {
    case.excluded.is_none() && !case.status.state.is_open()
}

/// Open, the business had the last word, and the customer has been silent for the configured time.
pub fn presumed_resolved(case: &Case<'_>, basis: Basis<'_, '_>) -> bool {
    case.is_open()
        && case.waiting.is_none()
        && case
            .last_word
            .is_some_and(|t| basis.as_of - t >= basis.silence_ms)
}

/// Open, and a reply is due.
pub fn overdue(case: &Case<'_>, basis: Basis<'_, '_>) -> bool {
    case.is_open()
        && case
            .waiting
            .and_then(|w| w.due)
            .is_some_and(|due| due <= basis.as_of)
}
