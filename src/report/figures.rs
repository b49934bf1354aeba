//! The figures, each by its definition in `docs/metrics.md`. Every function takes the cases in scope
//! and the time as of which it is asked, and says what is behind its n.

use super::parts::{self, Attained, Test, attained};
use super::statistics::{kaplan_meier_median, mean, percentile};
use super::table::{Behind, Figure, Value};
use crate::case::state::State;
use crate::case::{Beginning, Case};
use crate::rules::conclusion::{Priority, Sentiment};

/// What every figure is computed from.
#[derive(Clone, Copy)]
pub struct Basis<'a, 'b> {
    /// The cases in scope.
    pub cases: &'a [&'a Case<'b>],
    /// Milliseconds since 1970.
    pub as_of: i64,
    /// Silence after which the business's last word counts as *presumed resolved*, in milliseconds.
    pub silence_ms: i64,
}

/// Computes one figure.
pub type Compute = fn(Basis<'_, '_>) -> Figure;

/// The functions behind the names, in the order in which they are printed.
pub const ALL: &[(&str, Compute)] = &[
    ("first_response_time", first_response_time),
    ("response_time", response_time),
    ("response_rate", response_rate),
    ("target_attainment", target_attainment),
    ("resolution_time", resolution_time),
    ("resolution_rate", resolution_rate),
    ("first_contact_resolution", first_contact_resolution),
    ("reopened_rate", reopened_rate),
    ("backlog", backlog),
];

/// The figure of that name.
pub fn named(name: &str) -> Option<Compute> {
    ALL.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
}

#[allow(clippy::cast_precision_loss)] // counts of cases
fn rate(part: usize, whole: usize) -> Value {
    Value::Rate((whole > 0).then(|| part as f64 / whole as f64))
}

fn count(n: usize) -> Value {
    Value::Count(n as u64)
}

/// n, mean, median, p90 (from 10 values on) and p95 (from 20 on).
fn durations(name: &'static str, behind: Vec<Behind>) -> (Figure, Vec<i64>) {
    let mut sorted: Vec<i64> = behind
        .iter()
        .filter_map(|b| if let Value::Seconds(s) = b.value { s } else { None })
        .collect();
    sorted.sort_unstable();
    let enough = |n: usize, q: f64| Value::Seconds(percentile(&sorted, q).filter(|_| sorted.len() >= n));
    let values = vec![
        ("mean_s", Value::Seconds(mean(&sorted))),
        ("median_s", enough(1, 0.5)),
        ("p90_s", enough(10, 0.9)),
        ("p95_s", enough(20, 0.95)),
    ];
    (
        Figure {
            name,
            n: behind.len() as u64,
            values,
            behind,
        },
        sorted,
    )
}

fn seconds(case: &Case<'_>, s: i64) -> Behind {
    Behind {
        case: case.number,
        value: Value::Seconds(Some(s)),
    }
}

/// Each case with whether it counts for the rate.
fn share<'c, 'b: 'c>(name: &'static str, of: impl Iterator<Item = (&'c Case<'b>, bool)>) -> Figure {
    let behind: Vec<Behind> = of
        .map(|(c, yes)| Behind {
            case: c.number,
            value: Value::Count(u64::from(yes)),
        })
        .collect();
    let yes = behind.iter().filter(|b| b.value == Value::Count(1)).count();
    let values = vec![("value_rate", rate(yes, behind.len()))];
    Figure {
        name,
        n: behind.len() as u64,
        values,
        behind,
    }
}

/// Upper ends of the buckets of the first response time, in seconds, with their names.
const BUCKETS: [(&str, i64); 5] = [
    ("within_15_min", 900),
    ("within_1_h", 3600),
    ("within_4_h", 4 * 3600),
    ("within_8_h", 8 * 3600),
    ("within_24_h", 24 * 3600),
];

/// First mention posted → first human reply, over every case that has a beginning.
pub fn first_response_time(basis: Basis<'_, '_>) -> Figure {
    let begun = || {
        basis
            .cases
            .iter()
            .copied()
            .filter(|c| c.beginning == Beginning::Mention)
    };
    let behind = begun()
        .filter_map(|c| Some(seconds(c, c.first_reply?.after_s?)))
        .collect();
    let (mut figure, sorted) = durations("first_response_time", behind);
    let mut below = 0;
    for (name, limit) in BUCKETS {
        let upto = sorted.partition_point(|s| *s <= limit);
        figure.values.push((name, count(upto - below)));
        below = upto;
    }
    figure
        .values
        .push(("more_than_24_h", count(sorted.len() - below)));
    let waiting: Vec<i64> = having(basis, parts::unanswered)
        .map(|c| (basis.as_of - c.begun).max(0) / 1000)
        .collect();
    let oldest = waiting.iter().max().copied();
    let median = kaplan_meier_median(&sorted, &waiting);
    figure.values.extend([
        part(basis, "unanswered"),
        ("oldest_unanswered_s", Value::Seconds(oldest)),
        ("median_including_waiting_s", Value::Seconds(median)),
        part(basis, "answered_at_unknown_time"),
        part(basis, "edited_after_reply"),
    ]);
    figure
}

/// Every run of unanswered mentions: its oldest → the next human reply, over every case.
pub fn response_time(basis: Basis<'_, '_>) -> Figure {
    let behind = basis
        .cases
        .iter()
        .flat_map(|c| c.exchanges().filter_map(|e| Some(seconds(c, e.seconds?))))
        .collect();
    durations("response_time", behind).0
}

fn in_rates<'a, 'b: 'a>(basis: Basis<'a, 'b>) -> impl Iterator<Item = &'a Case<'b>> {
    basis.cases.iter().copied().filter(|c| c.excluded.is_none())
}

/// The cases of which the test is true.
fn having<'a, 'b: 'a>(basis: Basis<'a, 'b>, test: Test) -> impl Iterator<Item = &'a Case<'b>> {
    basis.cases.iter().copied().filter(move |c| test(c, basis))
}

/// A number inside a figure, counted by its test.
fn part(basis: Basis<'_, '_>, name: &'static str) -> (&'static str, Value) {
    (
        name,
        count(parts::named(name).map_or(0, |test| having(basis, test).count())),
    )
}

/// The cases behind a number inside a figure.
pub fn behind_part(basis: Basis<'_, '_>, test: Test) -> Vec<Behind> {
    having(basis, test)
        .map(|c| Behind {
            case: c.number,
            value: Value::Count(1),
        })
        .collect()
}

/// Answered ÷ cases that need a reply; the unanswered that are not due yet are left out of both.
pub fn response_rate(basis: Basis<'_, '_>) -> Figure {
    let due = in_rates(basis).filter(|c| !parts::not_yet_due(c, basis));
    let mut figure = share("response_rate", due.map(|c| (c, parts::answered(c, basis))));
    figure
        .values
        .extend([part(basis, "answered"), part(basis, "not_yet_due")]);
    figure
}

/// Met ÷ (met + missed + closed unanswered), by the target as it was judged.
pub fn target_attainment(basis: Basis<'_, '_>) -> Figure {
    let all: Vec<(&Case<'_>, Attained)> = in_rates(basis)
        .filter_map(|c| Some((c, attained(c, basis)?)))
        .collect();
    let decided = all.iter().filter(|(_, a)| *a != Attained::Undecided);
    let mut figure = share(
        "target_attainment",
        decided.map(|(c, a)| (*c, *a == Attained::Met)),
    );
    figure
        .values
        .extend(["met", "missed", "undecided", "closed_unanswered"].map(|name| part(basis, name)));
    for (priority, n_name, rate_name) in [
        (Priority::P0, "p0_n", "p0_rate"),
        (Priority::P1, "p1_n", "p1_rate"),
        (Priority::P2, "p2_n", "p2_rate"),
    ] {
        let of = |met_only: bool| {
            all.iter()
                .filter(|(c, a)| c.first.priority == Some(priority) && *a != Attained::Undecided)
                .filter(|(_, a)| !met_only || *a == Attained::Met)
                .count()
        };
        figure
            .values
            .extend([(n_name, count(of(false))), (rate_name, rate(of(true), of(false)))]);
    }
    figure
}

/// Case begun → settled, over cases settled now; beside it the same to the first time it was settled.
pub fn resolution_time(basis: Basis<'_, '_>) -> Figure {
    let span = |c: &Case<'_>, t: Option<i64>| Some(seconds(c, ((t? - c.begun) / 1000).max(0)));
    let settled = || in_rates(basis).filter(|c| c.begun_timed && c.settled_timed);
    let behind = settled().filter_map(|c| span(c, c.settled)).collect();
    let (mut figure, _) = durations("resolution_time", behind);
    let first = settled()
        .filter(|c| c.settled.is_some())
        .filter_map(|c| span(c, c.first_settled))
        .collect();
    let (first, _) = durations("resolution_time", first);
    figure.values.extend([
        (
            "first_mean_s",
            first.value("mean_s").unwrap_or(Value::Seconds(None)),
        ),
        (
            "first_median_s",
            first.value("median_s").unwrap_or(Value::Seconds(None)),
        ),
    ]);
    figure
}

/// Cases settled now ÷ cases in scope that need a reply.
pub fn resolution_rate(basis: Basis<'_, '_>) -> Figure {
    let settled = |c: &Case<'_>| parts::settled(c, basis);
    let mut figure = share("resolution_rate", in_rates(basis).map(|c| (c, settled(c))));
    let all = in_rates(basis).count();
    let negative = || in_rates(basis).filter(|c| c.first.sentiment == Sentiment::Negative);
    let confirmed = in_rates(basis)
        .filter(|c| c.status.state == State::Confirmed)
        .count();
    let presumed = having(basis, parts::presumed_resolved).count();
    figure.values.extend([
        part(basis, "settled"),
        ("confirmed_rate", rate(confirmed, all)),
        ("negative_n", count(negative().count())),
        (
            "negative_rate",
            rate(negative().filter(|c| settled(c)).count(), negative().count()),
        ),
        part(basis, "presumed_resolved"),
        ("presumed_resolved_rate", rate(presumed, all)),
    ]);
    figure
}

/// Settled with exactly one human reply and not reopened within seven days ÷ cases settled now.
pub fn first_contact_resolution(basis: Basis<'_, '_>) -> Figure {
    let settled = || in_rates(basis).filter(|c| c.settled.is_some());
    let mut figure = share(
        "first_contact_resolution",
        settled().map(|c| (c, c.replies == 1 && !c.reopened_soon)),
    );
    let n = settled().count();
    let variant = |test: fn(&Case<'_>) -> bool| rate(settled().filter(|c| test(c)).count(), n);
    figure.values.extend([
        ("fewer_than_two_replies_rate", variant(|c| c.replies < 2)),
        (
            "no_customer_message_after_first_rate",
            variant(|c| c.replies > 0 && !c.customer_came_back),
        ),
    ]);
    figure
}

/// Cases reopened at least once ÷ cases settled at least once.
pub fn reopened_rate(basis: Basis<'_, '_>) -> Figure {
    share(
        "reopened_rate",
        in_rates(basis)
            .filter(|c| c.first_settled.is_some())
            .map(|c| (c, c.status.reopened > 0)),
    )
}

/// Upper ends of the age buckets of the backlog, in seconds, with their names.
const AGES: [(&str, i64); 5] = [
    ("age_within_1_h", 3600),
    ("age_within_4_h", 4 * 3600),
    ("age_within_24_h", 24 * 3600),
    ("age_within_48_h", 48 * 3600),
    ("age_within_7_d", 7 * 86_400),
];

/// Cases open as of the time, by who is waited for, priority, state and age.
pub fn backlog(basis: Basis<'_, '_>) -> Figure {
    let open: Vec<&Case<'_>> = in_rates(basis).filter(|c| c.is_open()).collect();
    let mut ages: Vec<i64> = open
        .iter()
        .map(|c| (basis.as_of - c.begun).max(0) / 1000)
        .collect();
    let behind = open.iter().zip(&ages).map(|(c, age)| seconds(c, *age)).collect();
    ages.sort_unstable();
    let number = |test: &dyn Fn(&Case<'_>) -> bool| count(open.iter().filter(|c| test(c)).count());
    let priority = |p: Option<Priority>| number(&|c: &Case<'_>| c.priority() == p);
    let mut values = vec![
        part(basis, "waiting_for_us"),
        part(basis, "waiting_for_customer"),
        part(basis, "overdue"),
        ("oldest_s", Value::Seconds(ages.last().copied())),
        ("p0", priority(Some(Priority::P0))),
        ("p1", priority(Some(Priority::P1))),
        ("p2", priority(Some(Priority::P2))),
        ("no_priority", priority(None)),
    ];
    for (name, state) in [
        ("new", State::New),
        ("acknowledged", State::Acknowledged),
        ("responded", State::Responded),
        ("referred", State::Referred),
        ("escalated", State::Escalated),
        ("reopened", State::Reopened),
    ] {
        values.push((name, number(&|c| c.status.state == state)));
    }
    let mut below = 0;
    for (name, limit) in AGES {
        let upto = ages.partition_point(|s| *s <= limit);
        values.push((name, count(upto - below)));
        below = upto;
    }
    values.push(("age_more_than_7_d", count(ages.len() - below)));
    Figure {
        name: "backlog",
        n: open.len() as u64,
        values,
        behind,
    }
}
