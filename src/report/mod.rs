//! Cases → typed figures. One file a report; every figure has one definition, in [`figures`].
//!
//! A report says its basis (which cases, by which date, which zone, how many, what was left out) and is
//! handed to `render` as tables; nothing here formats for an output.

pub mod days;
pub mod figures;
pub mod overview;
pub mod parts;
pub mod scope;
pub mod single;
pub mod statistics;
pub mod table;

use crate::calendar::{Moment, Zone};
use crate::case::book::Book;
use crate::case::{Case, Excluded};
use figures::Basis;
use scope::{Division, Scope};
use std::collections::BTreeMap;
use table::{Figure, Group, Report};

/// What every report is made from.
pub struct Material<'a> {
    /// The folded ledger.
    pub book: &'a Book,
    /// Every case that holds a mention.
    pub cases: &'a [Case<'a>],
    /// Groups of messages without a mention.
    pub without_mention: u64,
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
}

/// A report by its name, the figures it holds, and how it is laid out.
pub struct Kind {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it tells, in one line.
    pub about: &'static str,
    /// Its figures.
    pub figures: &'static [&'static str],
    lay_out: fn(&Material<'_>, &[&Case<'_>], &Report) -> Vec<table::Table>,
}

/// Every report. A new one is a file and a line here.
pub const REPORTS: &[Kind] = &[
    overview::REPORT,
    single::RESPONSE,
    single::RESOLUTION,
    single::BACKLOG,
];

/// The report of that name.
pub fn named(name: &str) -> Option<&'static Kind> {
    REPORTS.iter().find(|r| r.name == name)
}

impl Material<'_> {
    fn basis<'a, 'b>(&self, cases: &'a [&'a Case<'b>]) -> Basis<'a, 'b> {
        Basis {
            cases,
            as_of: self.as_of,
            silence_ms: self.silence_ms,
        }
    }

    /// The figures of these names over these cases.
    fn figures(&self, names: &[&str], cases: &[&Case<'_>]) -> Vec<Figure> {
        names
            .iter()
            .filter_map(|n| figures::named(n))
            .map(|f| f(self.basis(cases)))
            .collect()
    }
}

/// The cases that the material's scope holds.
pub fn in_scope<'a>(material: &Material<'a>) -> Vec<&'a Case<'a>> {
    material
        .cases
        .iter()
        .filter(|c| material.scope.holds(material.book, c))
        .collect()
}

/// Computes the report.
pub fn compute(kind: &Kind, material: &Material<'_>) -> Report {
    let cases = in_scope(material);
    let rfc = |t: i64| Moment::exact(t).to_string();
    let local = |t: i64| material.zone.show(Moment::exact(t));
    let mut excluded: Vec<(&'static str, u64)> = Excluded::ALL
        .into_iter()
        .map(|e| {
            (
                e.name(),
                cases.iter().filter(|c| c.excluded == Some(e)).count() as u64,
            )
        })
        .filter(|(_, n)| *n > 0)
        .collect();
    if material.without_mention > 0 {
        excluded.push(("without_mention", material.without_mention));
    }
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
        cases: cases.len() as u64,
        excluded,
        figures: material.figures(kind.figures, &cases),
        groups: groups(kind, material, &cases),
        tables: Vec::new(),
    };
    report.tables = (kind.lay_out)(material, &cases, &report);
    report
}

fn groups(kind: &Kind, material: &Material<'_>, cases: &[&Case<'_>]) -> Vec<Group> {
    let Some(by) = material.by else { return Vec::new() };
    let mut parts: BTreeMap<String, Vec<&Case<'_>>> = BTreeMap::new();
    for case in cases {
        for key in by.keys(material.book, material.zone, case) {
            parts.entry(key).or_default().push(case);
        }
    }
    parts
        .into_iter()
        .map(|(key, cases)| Group {
            by: by.name(),
            key,
            figures: material.figures(kind.figures, &cases),
        })
        .collect()
}
