//! `report overview`: what came in, how fast it was answered, what was settled, what is open.

use super::table::{Cell, Report, Table};
use super::tally::{CameIn, Tally};
use super::{Kind, Material, single};
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
        "automation_rate",
        "satisfaction",
        "silent_negatives",
        "backlog",
    ],
    days: false,
    lay_out,
};

fn lay_out(material: &Material<'_>, tally: &Tally, report: &Report) -> Vec<Table> {
    let mut tables = vec![came_in(material, tally)];
    tables.push(single::durations("How fast", &report.figures));
    tables.push(single::rates("How well", &report.figures));
    tables.push(single::open_cases(&report.figures));
    tables.extend(single::left_out(report));
    tables.extend(single::group_tables(report));
    tables
}

/// Cases by channel and kind, with their messages.
fn came_in(material: &Material<'_>, tally: &Tally) -> Table {
    let mut rows: BTreeMap<&str, CameIn> = BTreeMap::new();
    let mut total = CameIn::default();
    for (channel, row) in &tally.came_in {
        rows.insert(material.book.names.word(*channel), *row);
        total.add(row);
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
    let mut add = |name: Cell, row: &CameIn| {
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
