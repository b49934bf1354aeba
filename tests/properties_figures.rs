//! Figures that must add up for any history of any cases, and `--as-of`, which must print what would have
//! been printed then, also when the clock was wrong once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "support/ledger.rs"]
mod ledgers;
mod support;

use feedback::calendar::{Moment, Zone};
use feedback::case::book::Book;
use feedback::case::{Case, cases};
use feedback::event::Verb;
use feedback::ledger::append::Writer;
use feedback::ledger::place::Place;
use feedback::report::days::Days;
use feedback::report::figures::{self, Ask, Definition};
use feedback::report::table::{Figure, Value};
use feedback::report::tally::{self, Tally};
use ledgers::{Batch, Event, write, write_at, writer};
use proptest::prelude::*;
use serde_json::json;
use support::Workspace;

const BEGIN: i64 = 1_700_000_000_000;
const DAY: i64 = 86_400_000;
/// Later than everything.
const END: i64 = BEGIN + 100 * DAY;
const SILENCE: i64 = 7 * DAY;

fn rfc(t: i64) -> String {
    Moment::exact(t).to_string()
}

/// Anything that can happen to one of a few cases, at any time, whether it makes sense there or not.
fn event() -> impl Strategy<Value = Event> {
    let mention = (any::<bool>(), 0..4u64, any::<bool>()).prop_map(|(needs, level, answers)| {
        let mut facts = json!({"dir": "in", "channel": "x", "sentiment": "negative", "needs_reply": needs});
        if answers {
            facts["answers"] = true.into();
        }
        if needs && level < 3 {
            facts["priority"] = format!("P{level}").into();
            facts["target_s"] = [3600, 86_400, 172_800][usize::try_from(level).unwrap()].into();
        }
        ("message", facts)
    });
    let reply = prop::bool::weighted(0.2).prop_map(|automatic| {
        let mut facts = json!({"dir": "out", "channel": "x", "answers": true});
        if automatic {
            facts["automatic"] = true.into();
        }
        ("message", facts)
    });
    let verb = prop::sample::select(Verb::ALL.to_vec()).prop_map(|verb| (verb.name(), json!({})));
    let what = prop_oneof![3 => mention, 2 => reply, 4 => verb];
    (what, 1..5u32, 0..40 * 24 * 60i64).prop_map(|((ev, facts), case, minute)| Event {
        ev: ev.into(),
        case: Some(format!("c{case}")),
        t: Some(rfc(BEGIN + minute * 60_000)),
        facts,
        data: None,
    })
}

fn history(batches: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Batch>> {
    let batch = prop::collection::vec(event(), 1..8).prop_map(|events| Batch {
        by: "ana".into(),
        events,
    });
    prop::collection::vec(batch, batches)
}

fn fold(batches: &[Batch]) -> Book {
    let mut writer = Writer::throwaway(tempfile::tempfile().unwrap());
    for batch in batches {
        write(&mut writer, batch);
    }
    let mut book = Book::new(Zone::UTC);
    writer.scan(|l| book.take(&l.line, l.byte)).unwrap();
    book.close();
    book
}

const fn ask(as_of: i64) -> Ask {
    Ask {
        as_of,
        silence_ms: SILENCE,
    }
}

fn compute(name: &str, cases: &[Case<'_>], as_of: i64) -> Figure {
    let mut tally = Tally::of(&[name]);
    cases.iter().for_each(|c| tally.take(c, ask(as_of)));
    tally.ready();
    figures::figure(name, &tally).unwrap()
}

fn count(figure: &Figure, name: &str) -> u64 {
    match figure.value(name) {
        Some(Value::Count(n)) => n,
        other => panic!("{name} is {other:?}"),
    }
}

proptest! {
    #![proptest_config(ledgers::config(256))]

    #[test]
    fn the_backlog_adds_up_day_by_day(batches in history(1..6), zone in prop::sample::select(vec!["UTC", "Asia/Shanghai", "America/New_York"])) {
        let book = fold(&batches);
        let (all, _) = cases(&book);
        let mut days = Days::of(Zone::named(zone).unwrap());
        all.iter().for_each(|c| days.take(c));
        let mut yesterday = 0;
        for (day, d) in days.by_date() {
            prop_assert_eq!(yesterday + d.opened + d.reopened, d.open + d.settled, "on {}", day);
            yesterday = d.open;
        }
        prop_assert_eq!(yesterday, compute("backlog", &all, END).n);
    }

    #[test]
    fn every_target_is_met_missed_undecided_or_closed_unanswered(batches in history(1..6), minute in 0..50 * 24 * 60i64) {
        let book = fold(&batches);
        let (all, _) = cases(&book);
        let attained = compute("target_attainment", &all, BEGIN + minute * 60_000);
        let wanted = all.iter().filter(|c| c.excluded.is_none() && c.first.target_s.is_some()).count();
        let parts = ["met", "missed", "undecided", "closed_unanswered"].map(|name| count(&attained, name));
        prop_assert_eq!(parts.iter().sum::<u64>(), wanted as u64);
        prop_assert_eq!(attained.n, parts[0] + parts[1] + parts[3]);
        let by_priority = ["p0_n", "p1_n", "p2_n"].map(|name| count(&attained, name));
        prop_assert_eq!(by_priority.iter().sum::<u64>(), attained.n);
    }

    #[test]
    fn every_figure_has_as_many_behind_it_as_its_n(batches in history(1..6), minute in 0..50 * 24 * 60i64) {
        let book = fold(&batches);
        let (all, _) = cases(&book);
        let as_of = BEGIN + minute * 60_000;
        for Definition { name, adds, .. } in figures::ALL {
            let figure = compute(name, &all, as_of);
            let mut behind = Vec::new();
            all.iter().for_each(|c| tally::behind(*adds, c, ask(as_of), &mut behind));
            prop_assert_eq!(behind.len() as u64, figure.n, "{}", name);
            for (value, is) in &figure.values {
                match is {
                    Value::Rate(Some(r)) => prop_assert!((0.0..=1.0).contains(r), "{} {}: {}", name, value, r),
                    Value::Seconds(Some(s)) => prop_assert!(*s >= 0, "{} {}: {}", name, value, s),
                    _ => {}
                }
            }
        }
        let backlog = compute("backlog", &all, as_of);
        let sum = |names: &[&str]| names.iter().map(|n| count(&backlog, n)).sum::<u64>();
        prop_assert_eq!(backlog.n, sum(&["waiting_for_us", "waiting_for_customer"]));
        prop_assert_eq!(backlog.n, sum(&["p0", "p1", "p2", "no_priority"]));
        prop_assert_eq!(backlog.n, sum(&["new", "acknowledged", "responded", "referred", "escalated", "reopened"]));
    }
}

/// How one batch's clock was wrong.
#[derive(Debug, Clone, Copy)]
enum Clock {
    Right,
    /// Years ahead, in this batch; at least two right ones follow.
    Ahead(usize),
    /// Years behind, in this batch; at least two right ones stand before it.
    Behind(usize),
}

const BATCHES: usize = 6;

fn clock() -> impl Strategy<Value = Clock> {
    prop_oneof![
        Just(Clock::Right),
        (0..BATCHES - 2).prop_map(Clock::Ahead),
        (2..BATCHES).prop_map(Clock::Behind),
    ]
}

/// When the batch was really recorded.
fn really(i: usize) -> i64 {
    BEGIN + 41 * DAY + i as i64 * 3_600_000
}

fn shown(clock: Clock, i: usize) -> i64 {
    const YEARS: i64 = 3000 * DAY;
    match clock {
        Clock::Ahead(j) if i == j => really(i) + YEARS,
        Clock::Behind(j) if i == j => really(i) - YEARS,
        _ => really(i),
    }
}

fn workspace(batches: &[Batch], clock: Clock) -> Workspace {
    let workspace = Workspace::new("[business]\ntime_zone = \"Asia/Shanghai\"\n");
    let mut writer = writer(&Place::new(workspace.dir())).unwrap();
    for (i, batch) in batches.iter().enumerate() {
        write_at(&mut writer, &rfc(shown(clock, i)), batch);
    }
    workspace
}

proptest! {
    #![proptest_config(ledgers::config(12))]

    #[test]
    fn as_of_prints_what_would_have_been_printed_then(batches in history(BATCHES..BATCHES + 1), clock in clock(), at in 0..BATCHES) {
        // When the batch of the wrong clock was really recorded, nobody can know: it counts with the one
        // before it. So the time between the two is not asked about.
        if let Clock::Ahead(j) | Clock::Behind(j) = clock {
            prop_assume!(at + 1 != j);
        }
        let then = workspace(&batches[..=at], clock);
        let now = workspace(&batches, clock);
        let t = rfc(really(at));
        let report = |workspace: &Workspace, options: &str| {
            workspace.says(&format!("--format json {options} report overview --by day"))
        };
        let printed_then = report(&then, &format!("--now {t}"));
        let printed_now = workspace_as_of(&now, &t);
        prop_assert_eq!(printed_then, printed_now);
    }
}

fn workspace_as_of(workspace: &Workspace, t: &str) -> String {
    let end = rfc(END);
    workspace.says(&format!(
        "--format json --now {end} report overview --by day --as-of {t}"
    ))
}
