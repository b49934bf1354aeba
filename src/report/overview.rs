//! `report overview`: what came in, how fast it was answered, what was settled, what is open.

use super::table::{Cell, Report, Table};
use super::{Kind, Material, single};
use crate::case::Case;
use crate::rules::conclusion::{Kind as Says, Sentiment};
use std::collections::BTreeMap;

/// The overview.
pub const REPORT: Kind = Kind {
    name: "overview",
    about: "what came in, response times, resolution and backlog on one page",
    figures: &[
        "first_response_time",
        "response_time",
        "response_rate",
        "target_attainment",
        "resolution_time",
        "resolution_rate",
        "first_contact_resolution",
        "reopened_rate",
        "backlog",
    ],
    lay_out,
};

fn lay_out(material: &Material<'_>, cases: &[&Case<'_>], report: &Report) -> Vec<Table> {
    let mut tables = vec![came_in(material, cases)];
    tables.push(single::durations("How fast", &report.figures));
    tables.push(single::rates("How well", &report.figures));
    tables.push(single::open_cases(&report.figures));
    tables.extend(single::left_out(report));
    tables.extend(single::group_tables(report));
    tables
}

/// Cases by channel and kind, with their messages.
fn came_in(material: &Material<'_>, cases: &[&Case<'_>]) -> Table {
    #[derive(Default)]
    struct Row {
        cases: u64,
        mentions: u64,
        kinds: [u64; 5],
        negative: u64,
    }
    const SHOWN: [Says; 4] = [Says::Complaint, Says::Inquiry, Says::Suggestion, Says::Praise];
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let mut total = Row::default();
    for case in cases {
        let channel = rows
            .entry(material.book.names.word(case.first.channel))
            .or_default();
        let kind = SHOWN
            .iter()
            .position(|k| *k == case.first.kind)
            .unwrap_or(SHOWN.len());
        for row in [channel, &mut total] {
            row.cases += 1;
            row.mentions += u64::from(case.mentions);
            row.negative += u64::from(case.first.sentiment == Sentiment::Negative);
            if let Some(n) = row.kinds.get_mut(kind) {
                *n += 1;
            }
        }
    }
    let mut table = Table::new(
        "What came in",
        &[
            "channel",
            "cases>",
            "mentions>",
            "complaints>",
            "inquiries>",
            "suggestions>",
            "praise>",
            "rest>",
            "negative>",
        ],
    );
    let mut add = |name: Cell, row: &Row| {
        let counts = [row.cases, row.mentions];
        let cells = counts
            .into_iter()
            .chain(row.kinds)
            .chain([row.negative])
            .map(Cell::Count);
        table.row(std::iter::once(name).chain(cells));
    };
    for (channel, row) in &rows {
        add(Cell::Text((*channel).to_owned()), row);
    }
    if rows.len() != 1 {
        add(Cell::Label("all"), &total);
    }
    table
}
