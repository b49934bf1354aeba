//! Cases → typed figures. One file a report; every figure has one definition, in [`figures`].
//!
//! A report says its basis (which cases, by which date, which zone, how many, what was left out) and is
//! handed to `render` as tables; nothing here formats for an output.

pub mod days;
pub mod figures;
pub mod overview;
pub mod parts;
pub mod repeats;
pub mod scope;
pub mod silent;
pub mod single;
pub mod statistics;
pub mod table;
pub mod tally;

use crate::calendar::{Moment, Zone};
use crate::case::book::{Book, Item};
use crate::case::{self, Case, Excluded};
use figures::Ask;
use scope::{Division, Scope};
use std::collections::BTreeMap;
use table::{Behind, Group, Report, Value};
use tally::Tally;

/// What every report is made from.
pub struct Material<'a> {
    /// The folded ledger.
    pub book: &'a Book,
    /// As of when, milliseconds since 1970.
    pub as_of: i64,
    /// The zone of days and weeks.
    pub zone: Zone,
    /// What the report is about.
    pub scope: &'a Scope,
    /// By what it is divided.
    pub by: Option<Division>,
    /// The business's name.
    pub business: &'a str,
    /// Silence after which the business's last word counts as presumed resolved.
    pub silence_ms: i64,
    /// Threads to count on, at least one; the figures are the same with any number.
    pub threads: usize,
}

/// A report by its name, the figures it holds, and how it is laid out.
pub struct Kind {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it tells, in one line.
    pub about: &'static str,
    /// Its figures.
    pub figures: &'static [&'static str],
    /// It shows the movements of each day.
    days: bool,
    lay_out: fn(&Material<'_>, &Tally, &Report) -> Vec<table::Table>,
}

/// Every report. A new one is a file and a line here.
pub const REPORTS: &[Kind] = &[
    overview::REPORT,
    single::RESPONSE,
    single::RESOLUTION,
    single::BACKLOG,
    repeats::REPORT,
];

/// The report of that name.
pub fn named(name: &str) -> Option<&'static Kind> {
    REPORTS.iter().find(|r| r.name == name)
}

/// What a stretch of cases came to.
#[derive(Default)]
struct Counted {
    all: Tally,
    groups: BTreeMap<String, Tally>,
    without_mention: u64,
}

impl Material<'_> {
    /// What figures are asked for.
    pub fn ask(&self) -> Ask {
        Ask {
            as_of: self.as_of,
            silence_ms: self.silence_ms,
        }
    }

    /// Every case in scope behind that figure or part, as often as it counts there; `None` where there is
    /// none of that name.
    pub fn behind(&self, name: &str) -> Option<Vec<Behind>> {
        let mut behind = Vec::new();
        let mut in_scope = case::each(self.book, &self.book.items).filter(|c| self.scope.holds(self.book, c));
        match (figures::named(name), parts::named(name)) {
            (Some(figure), _) => {
                in_scope.for_each(|c| tally::behind(figure.adds, &c, self.ask(), &mut behind))
            }
            (None, Some(part)) => behind.extend(
                in_scope
                    .by_ref()
                    .filter(|c| parts::Parts::of(c, self.ask()).has(part))
                    .map(|c| Behind {
                        case: c.number,
                        value: Value::Count(1),
                    }),
            ),
            (None, None) => return None,
        }
        Some(behind)
    }

    fn count(&self, kind: &Kind, items: &[Item]) -> Counted {
        let mut counted = Counted {
            all: Tally::of(kind.figures),
            ..Counted::default()
        };
        if kind.days {
            counted.all = counted.all.with_days(self.zone);
        }
        for items in items.chunk_by(|a, b| a.case == b.case) {
            let Some(case) = Case::of(self.book, items) else {
                counted.without_mention += 1;
                continue;
            };
            if !self.scope.holds(self.book, &case) {
                continue;
            }
            counted.all.take(&case, self.ask());
            for key in self
                .by
                .into_iter()
                .flat_map(|by| by.keys(self.book, self.zone, &case))
            {
                let group = counted.groups.entry(key);
                group
                    .or_insert_with(|| Tally::of(kind.figures))
                    .take(&case, self.ask());
            }
        }
        counted.ready();
        counted
    }
}

impl Counted {
    fn ready(&mut self) {
        self.all.ready();
        self.groups.values_mut().for_each(Tally::ready);
    }

    fn add(&mut self, other: Counted) {
        self.all.add(other.all);
        self.without_mention += other.without_mention;
        for (key, more) in other.groups {
            match self.groups.get_mut(&key) {
                Some(group) => group.add(more),
                None => {
                    self.groups.insert(key, more);
                }
            }
        }
    }
}

/// Counts all cases, each thread a stretch of them.
fn count(kind: &Kind, material: &Material<'_>) -> Counted {
    let items = &material.book.items;
    let mut counted = if material.threads < 2 || items.len() < 10_000 {
        material.count(kind, items)
    } else {
        std::thread::scope(|scope| {
            let stretches: Vec<_> = stretches(items, material.threads)
                .into_iter()
                .map(|items| scope.spawn(move || material.count(kind, items)))
                .collect();
            let mut counts = stretches.into_iter().map(|s| match s.join() {
                Ok(counted) => counted,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            let mut all = counts.next().unwrap_or_default();
            counts.for_each(|more| all.add(more));
            all
        })
    };
    // Each stretch is in order already: this only merges.
    counted.ready();
    counted
}

/// The items in about equal stretches that part no case.
fn stretches(items: &[Item], n: usize) -> Vec<&[Item]> {
    let (mut rest, mut stretches) = (items, Vec::with_capacity(n));
    for left in (1..=n).rev() {
        let mut at = rest.len() / left;
        while at > 0 && rest.get(at).map(|i| i.case) == rest.get(at - 1).map(|i| i.case) {
            at += 1;
        }
        let (stretch, after) = rest.split_at(at.min(rest.len()));
        stretches.push(stretch);
        rest = after;
    }
    stretches
}

/// Computes the report.
pub fn compute(kind: &Kind, material: &Material<'_>) -> Report {
    let Counted {
        all,
        groups,
        without_mention,
    } = count(kind, material);
    let rfc = |t: i64| Moment::exact(t).to_string();
    let local = |t: i64| material.zone.show(Moment::exact(t));
    let mut excluded: Vec<(&'static str, u64)> = Excluded::ALL
        .into_iter()
        .zip(all.excluded)
        .map(|(why, n)| (why.name(), n))
        .filter(|(_, n)| *n > 0)
        .collect();
    if without_mention > 0 {
        excluded.push(("without_mention", without_mention));
    }
    let figures = |tally: &Tally| {
        let names = kind.figures.iter();
        names.filter_map(|name| figures::figure(name, tally)).collect()
    };
    let mut report = Report {
        name: kind.name,
        business: material.business.to_owned(),
        as_of: rfc(material.as_of),
        as_of_local: local(material.as_of),
        period_local: (material.scope.from.map(local), material.scope.to.map(local)),
        zone: material.zone.name().to_owned(),
        basis: material.scope.by.name(),
        from: material.scope.from.map(rfc),
        to: material.scope.to.map(rfc),
        cases: all.part("cases"),
        excluded,
        figures: figures(&all),
        groups: groups
            .into_iter()
            .filter_map(|(key, tally)| {
                Some(Group {
                    by: material.by?.name(),
                    key,
                    figures: figures(&tally),
                })
            })
            .collect(),
        tables: Vec::new(),
        list: None,
    };
    report.tables = (kind.lay_out)(material, &all, &report);
    report
}
