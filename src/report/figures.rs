//! The figures, each by its definition in `docs/metrics.md`: what each takes from a case, which is also
//! what `--cases` lists, and what its values are once all cases in scope have been counted.

use super::parts::{self, Attained, attained};
use super::silent::negatives;
use super::statistics::{kaplan_meier_median, mean, percentile};
use super::table::{Figure, Value};
use super::tally::{Gathered, Share, Tally, age_s};
use crate::case::state::State;
use crate::case::{Beginning, Case};

/// What a figure is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// Milliseconds since 1970.
    pub as_of: i64,
    /// Silence after which the business's last word counts as *presumed resolved*, in milliseconds.
    pub silence_ms: i64,
}

/// Hands on what a case adds to a figure: seconds, or 1 and 0 for a rate.
pub type Adds = fn(&Case<'_>, Ask, &mut dyn FnMut(Value));

/// A figure.
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What a case adds.
    pub adds: Adds,
    values: fn(&Gathered, &Tally) -> Vec<(&'static str, Value)>,
}

/// Every figure, in the order in which they are printed.
pub const ALL: &[Definition] = &[
    Definition {
        name: "first_response_time",
        adds: first_response_time,
        values: first_response_values,
    },
    Definition {
        name: "response_time",
        adds: response_time,
        values: |behind, _| durations(&behind.seconds),
    },
    Definition {
        name: "response_rate",
        adds: response_rate,
        values: |behind, tally| {
            let parts = ["answered", "not_yet_due"];
            value_rate(behind).chain(parts.map(|p| part(tally, p))).collect()
        },
    },
    Definition {
        name: "target_attainment",
        adds: target_attainment,
        values: attainment_values,
    },
    Definition {
        name: "resolution_time",
        adds: resolution_time,
        values: |behind, tally| {
            let mut values = durations(&behind.seconds);
            values.push(("first_mean_s", Value::Seconds(mean(&tally.first_settled))));
            let median = percentile(&tally.first_settled, 0.5);
            values.push(("first_median_s", Value::Seconds(median)));
            values
        },
    },
    Definition {
        name: "resolution_rate",
        adds: resolution_rate,
        values: resolution_values,
    },
    Definition {
        name: "first_contact_resolution",
        adds: first_contact_resolution,
        values: |behind, tally| {
            let of = |yes: u64| Value::Rate(rate(yes, behind.share.n));
            let variants = [
                ("fewer_than_two_replies_rate", of(tally.few_replies)),
                ("no_customer_message_after_first_rate", of(tally.came_not_back)),
            ];
            value_rate(behind).chain(variants).collect()
        },
    },
    Definition {
        name: "reopened_rate",
        adds: reopened_rate,
        values: |behind, _| value_rate(behind).collect(),
    },
    Definition {
        name: "automation_rate",
        adds: automation_rate,
        values: |behind, _| value_rate(behind).collect(),
    },
    Definition {
        name: "satisfaction",
        adds: satisfaction,
        values: satisfaction_values,
    },
    Definition {
        name: "silent_negatives",
        adds: silent_negatives,
        values: |behind, tally| {
            let beside = [
                ("silent", Value::Count(tally.silent.n)),
                ("silent_answered_rate", share(tally.silent)),
            ];
            value_rate(behind).chain(beside).collect()
        },
    },
    Definition {
        name: "backlog",
        adds: backlog,
        values: backlog_values,
    },
];

/// The figure of that name.
pub fn named(name: &str) -> Option<&'static Definition> {
    ALL.iter().find(|f| f.name == name)
}

/// The figure of that name from a tally that is [`ready`](Tally::ready) and was asked for it.
pub fn figure(name: &str, tally: &Tally) -> Option<Figure> {
    let at = ALL.iter().position(|f| f.name == name)?;
    let (definition, behind) = (ALL.get(at)?, tally.figures.get(at)?.as_ref()?);
    Some(Figure {
        name: definition.name,
        n: behind.share.n + behind.seconds.len() as u64,
        values: (definition.values)(behind, tally),
    })
}

#[allow(clippy::cast_precision_loss)] // counts of cases
fn rate(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn share(of: Share) -> Value {
    Value::Rate(rate(of.yes, of.n))
}

fn value_rate(behind: &Gathered) -> impl Iterator<Item = (&'static str, Value)> {
    std::iter::once(("value_rate", share(behind.share)))
}

/// A number inside a figure, counted by its test.
fn part(tally: &Tally, name: &'static str) -> (&'static str, Value) {
    (name, Value::Count(tally.part(name)))
}

/// Mean, median, p90 (from 10 values on) and p95 (from 20 on).
fn durations(sorted: &[i64]) -> Vec<(&'static str, Value)> {
    let enough = |n: usize, q: f64| Value::Seconds(percentile(sorted, q).filter(|_| sorted.len() >= n));
    vec![
        ("mean_s", Value::Seconds(mean(sorted))),
        ("median_s", enough(1, 0.5)),
        ("p90_s", enough(10, 0.9)),
        ("p95_s", enough(20, 0.95)),
    ]
}

/// How many lie in each bucket, whose upper ends in seconds are `limits`, and how many above the last.
fn buckets(sorted: &[i64], limits: &[(&'static str, i64)], more: &'static str) -> Vec<(&'static str, Value)> {
    let mut below = 0;
    let mut values = Vec::with_capacity(limits.len() + 1);
    for (name, limit) in limits {
        let upto = sorted.partition_point(|s| s <= limit);
        values.push((*name, Value::Count((upto - below) as u64)));
        below = upto;
    }
    values.push((more, Value::Count((sorted.len() - below) as u64)));
    values
}

const BUCKETS: [(&str, i64); 5] = [
    ("within_15_min", 900),
    ("within_1_h", 3600),
    ("within_4_h", 4 * 3600),
    ("within_8_h", 8 * 3600),
    ("within_24_h", 24 * 3600),
];

/// First mention posted → first human reply, over every case that has a beginning.
fn first_response_time(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    let reply = case.first_reply.filter(|_| case.beginning == Beginning::Mention);
    if let Some(s) = reply.and_then(|r| r.after_s) {
        add(Value::Seconds(Some(s)));
    }
}

fn first_response_values(behind: &Gathered, tally: &Tally) -> Vec<(&'static str, Value)> {
    let mut values = durations(&behind.seconds);
    values.extend(buckets(&behind.seconds, &BUCKETS, "more_than_24_h"));
    let median = kaplan_meier_median(&behind.seconds, &tally.unanswered);
    values.extend([
        part(tally, "unanswered"),
        (
            "oldest_unanswered_s",
            Value::Seconds(tally.unanswered.last().copied()),
        ),
        ("median_including_waiting_s", Value::Seconds(median)),
        part(tally, "answered_at_unknown_time"),
        part(tally, "edited_after_reply"),
    ]);
    values
}

/// Every run of unanswered mentions: its oldest → the next human reply, over every case.
fn response_time(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    if case.items.len() > 1 {
        for seconds in case.exchanges().filter_map(|e| e.seconds) {
            add(Value::Seconds(Some(seconds)));
        }
    }
}

fn yes(true_of_it: bool) -> Value {
    Value::Count(u64::from(true_of_it))
}

/// Answered ÷ cases that need a reply; the unanswered that are not due yet are left out of both.
fn response_rate(case: &Case<'_>, ask: Ask, add: &mut dyn FnMut(Value)) {
    if case.excluded.is_none() && !parts::not_yet_due(case, ask) {
        add(yes(parts::answered(case)));
    }
}

/// Met ÷ (met + missed + closed unanswered), by the target as it was judged.
fn target_attainment(case: &Case<'_>, ask: Ask, add: &mut dyn FnMut(Value)) {
    if let Some(a) = attained(case, ask).filter(|a| *a != Attained::Undecided) {
        add(yes(a == Attained::Met));
    }
}

fn attainment_values(behind: &Gathered, tally: &Tally) -> Vec<(&'static str, Value)> {
    let parts = ["met", "missed", "undecided", "closed_unanswered"];
    let [p0, p1, p2] = tally.attained;
    let by_priority = [
        ("p0_n", "p0_rate", p0),
        ("p1_n", "p1_rate", p1),
        ("p2_n", "p2_rate", p2),
    ];
    value_rate(behind)
        .chain(parts.map(|p| part(tally, p)))
        .chain(
            by_priority
                .into_iter()
                .flat_map(|(n, rate, of)| [(n, Value::Count(of.n)), (rate, share(of))]),
        )
        .collect()
}

/// Whole seconds from the case's beginning on.
pub fn span_s(case: &Case<'_>, to: Option<i64>) -> Option<i64> {
    Some(((to? - case.begun) / 1000).max(0))
}

/// Case begun → settled, over cases settled now; beside it the same to the first time it was settled.
fn resolution_time(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    if case.excluded.is_none()
        && case.begun_timed
        && case.settled_timed
        && let Some(s) = span_s(case, case.settled)
    {
        add(Value::Seconds(Some(s)));
    }
}

/// Cases settled now ÷ cases in scope that need a reply.
fn resolution_rate(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    if case.excluded.is_none() {
        add(yes(parts::settled(case)));
    }
}

fn resolution_values(behind: &Gathered, tally: &Tally) -> Vec<(&'static str, Value)> {
    let presumed = tally.part("presumed_resolved");
    let beside = [
        part(tally, "settled"),
        ("confirmed_rate", share(tally.confirmed)),
        ("negative_n", Value::Count(tally.negative.n)),
        ("negative_rate", share(tally.negative)),
        ("presumed_resolved", Value::Count(presumed)),
        (
            "presumed_resolved_rate",
            Value::Rate(rate(presumed, behind.share.n)),
        ),
    ];
    value_rate(behind).chain(beside).collect()
}

/// Settled with exactly one human reply and not reopened within seven days ÷ cases settled now.
fn first_contact_resolution(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    if case.excluded.is_none() && case.settled.is_some() {
        add(yes(case.replies == 1 && !case.reopened_soon));
    }
}

/// Each judgement of a mention: 1 where no person has corrected it.
fn automation_rate(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    for corrected in case.corrected() {
        add(Value::Count(u64::from(!corrected)));
    }
}

/// Cases reopened at least once ÷ cases settled at least once.
fn reopened_rate(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    if case.excluded.is_none() && case.first_settled.is_some() {
        add(yes(case.status.reopened > 0));
    }
}

/// Ratings of 4 and 5 ÷ ratings, as they are today, over every case.
fn satisfaction(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    for tenths in case.ratings() {
        add(yes(tenths >= 40));
    }
}

fn satisfaction_values(behind: &Gathered, tally: &Tally) -> Vec<(&'static str, Value)> {
    let [one, two, three, four, five] = tally.stars.map(Value::Count);
    let mean = rate(tally.tenths, tally.stars.iter().sum()).map(|tenths| tenths / 10.0);
    let counts = [
        ("five", five),
        ("four", four),
        ("three", three),
        ("two", two),
        ("one", one),
    ];
    value_rate(behind)
        .chain([("mean_stars", Value::Stars(mean))])
        .chain(counts)
        .collect()
}

/// Negative mentions that do not speak to the business ÷ negative mentions, where that could be told.
fn silent_negatives(case: &Case<'_>, _: Ask, add: &mut dyn FnMut(Value)) {
    for negative in negatives(case) {
        add(yes(negative.silent));
    }
}

const AGES: [(&str, i64); 5] = [
    ("age_within_1_h", 3600),
    ("age_within_4_h", 4 * 3600),
    ("age_within_24_h", 24 * 3600),
    ("age_within_48_h", 48 * 3600),
    ("age_within_7_d", 7 * 86_400),
];

/// Cases open as of the time, by who is waited for, priority, state and age.
fn backlog(case: &Case<'_>, ask: Ask, add: &mut dyn FnMut(Value)) {
    if case.is_open() {
        add(Value::Seconds(Some(age_s(case, ask))));
    }
}

fn backlog_values(behind: &Gathered, tally: &Tally) -> Vec<(&'static str, Value)> {
    let [p0, p1, p2, none] = tally.open.map(Value::Count);
    let mut values = vec![
        part(tally, "waiting_for_us"),
        part(tally, "waiting_for_customer"),
        part(tally, "overdue"),
        ("oldest_s", Value::Seconds(behind.seconds.last().copied())),
        ("p0", p0),
        ("p1", p1),
        ("p2", p2),
        ("no_priority", none),
    ];
    let states = State::ALL.iter().zip(tally.states);
    values.extend(
        states
            .filter(|(state, _)| state.is_open())
            .map(|(state, n)| (state.name(), Value::Count(n))),
    );
    values.extend(buckets(&behind.seconds, &AGES, "age_more_than_7_d"));
    values
}
