//! The reports that show one matter each, `response`, `resolution` and `backlog`, and the tables that
//! they share with the overview.

use super::Kind;
use super::days::Days;
use super::table::{Cell, Column, Figure, Report, Table, Value};
use crate::rules::Group;
use crate::rules::conclusion::Kind as Says;

/// `report response`
pub const RESPONSE: Kind = Kind {
    name: "response",
    about: "response times, response rate and targets",
    figures: &[
        "first_response_time",
        "response_time",
        "response_rate",
        "target_attainment",
    ],
    days: false,
    lay_out: |_, _, report| {
        let mut tables = vec![durations("How fast", &report.figures)];
        tables.extend(details(
            &report.figures,
            "first_response_time",
            "First response time in detail",
        ));
        tables.push(rates("How well", &report.figures));
        tables.extend(details(&report.figures, "target_attainment", "Targets in detail"));
        tables.extend(left_out(report));
        tables.extend(group_tables(report));
        tables
    },
};

/// `report resolution`
pub const RESOLUTION: Kind = Kind {
    name: "resolution",
    about: "resolution time and rate, first contact resolution, reopened cases",
    figures: &[
        "resolution_time",
        "resolution_rate",
        "first_contact_resolution",
        "reopened_rate",
    ],
    days: false,
    lay_out: |_, _, report| {
        let mut tables = vec![
            durations("How fast", &report.figures),
            rates("How well", &report.figures),
        ];
        tables.extend(details(
            &report.figures,
            "resolution_rate",
            "Resolution in detail",
        ));
        tables.extend(left_out(report));
        tables.extend(group_tables(report));
        tables
    },
};

/// `report backlog`
pub const BACKLOG: Kind = Kind {
    name: "backlog",
    about: "open cases by who is waited for, priority, state and age, and day by day",
    figures: &["backlog"],
    days: true,
    lay_out: |_, tally, report| {
        let mut tables = vec![open_cases(&report.figures)];
        tables.extend(details(&report.figures, "backlog", "Backlog in detail"));
        tables.extend(tally.days.as_ref().map(Days::table));
        tables.extend(left_out(report));
        tables.extend(group_tables(report));
        tables
    },
};

fn cell(figure: &Figure, name: &str) -> Cell {
    figure.value(name).map_or(Cell::Empty, Cell::from)
}

/// The durations among the figures: n, mean, median, p90, p95, and who still waits.
pub fn durations(title: &'static str, figures: &[Figure]) -> Table {
    let waits = figures.iter().any(|f| f.value("unanswered").is_some());
    let heads = [
        "figure",
        "n>",
        "mean>",
        "median>",
        "p90>",
        "p95>",
        "unanswered>",
        "oldest>",
    ];
    let values = [
        "mean_s",
        "median_s",
        "p90_s",
        "p95_s",
        "unanswered",
        "oldest_unanswered_s",
    ];
    let beside = if waits { 2 } else { 0 };
    let mut table = Table::new(title, heads.get(..6 + beside).unwrap_or(&heads));
    for figure in figures.iter().filter(|f| f.value("mean_s").is_some()) {
        let cells = values.iter().take(4 + beside).map(|v| cell(figure, v));
        table.row(
            [Cell::Label(figure.name), Cell::Count(figure.n)]
                .into_iter()
                .chain(cells),
        );
        if figure.value("unanswered").is_some_and(|u| u != Value::Count(0)) {
            let median = cell(figure, "median_including_waiting_s");
            let before = [
                Cell::Label("including the waiting"),
                Cell::Empty,
                Cell::Empty,
                median,
            ];
            table.row(before.into_iter().chain(vec![Cell::Empty; 2 + beside]));
        }
    }
    table
}

/// Values that stand below a rate, with the value that is their n.
const BESIDE: [(&str, &str); 8] = [
    ("not_yet_due", ""),
    ("undecided", ""),
    ("confirmed_rate", ""),
    ("negative_rate", "negative_n"),
    ("presumed_resolved_rate", "presumed_resolved"),
    ("fewer_than_two_replies_rate", ""),
    ("mean_stars", ""),
    ("silent_answered_rate", "silent"),
];

/// The rates among the figures.
pub fn rates(title: &'static str, figures: &[Figure]) -> Table {
    let mut table = Table::new(title, &["figure", "n>", "rate>"]);
    // Without handles nobody knows who speaks to the business.
    let is_known = |f: &&Figure| f.n > 0 || f.name != "silent_negatives";
    let rates = figures.iter().filter(|f| f.value("value_rate").is_some());
    for figure in rates.filter(is_known) {
        table.row([
            Cell::Label(figure.name),
            Cell::Count(figure.n),
            cell(figure, "value_rate"),
        ]);
        let nothing = [
            Value::Count(0),
            Value::Rate(None),
            Value::Rate(Some(0.0)),
            Value::Stars(None),
        ];
        for (name, n) in BESIDE {
            match figure.value(name).filter(|v| !nothing.contains(v)) {
                None => {}
                Some(count @ Value::Count(_)) => table.row([Cell::Label(name), count.into(), Cell::Empty]),
                Some(rate) => table.row([Cell::Label(name), cell(figure, n), rate.into()]),
            }
        }
    }
    table
}

/// The backlog in one line.
pub fn open_cases(figures: &[Figure]) -> Table {
    let mut table = Table::new(
        "Open cases",
        &[
            "open>",
            "waiting_for_us>",
            "waiting_for_customer>",
            "overdue>",
            "oldest>",
            "P0>",
            "P1>",
            "P2>",
        ],
    );
    for figure in figures.iter().filter(|f| f.name == "backlog") {
        let names = [
            "waiting_for_us",
            "waiting_for_customer",
            "overdue",
            "oldest_s",
            "p0",
            "p1",
            "p2",
        ];
        table.row(std::iter::once(Cell::Count(figure.n)).chain(names.map(|v| cell(figure, v))));
    }
    table
}

/// Every value of one figure.
fn details(figures: &[Figure], name: &str, title: &'static str) -> Option<Table> {
    let figure = figures.iter().find(|f| f.name == name)?;
    let mut table = Table::new(title, &["measure", "is>"]);
    for (name, value) in figure
        .values
        .iter()
        .filter(|(_, v)| !matches!(v, Value::Seconds(None) | Value::Rate(None) | Value::Stars(None)))
    {
        table.row([Cell::Label(name), (*value).into()]);
    }
    Some(table)
}

/// What takes no part, by reason.
pub fn left_out(report: &Report) -> Option<Table> {
    if report.excluded.is_empty() {
        return None;
    }
    let mut table = Table::new("Left out of rates, targets and backlog", &["reason", "cases>"]);
    for (reason, n) in &report.excluded {
        table.row([Cell::Label(reason), Cell::Count(*n)]);
    }
    Some(table)
}

/// Of the overview's figures those that stand in the table of groups.
const OF_GROUPS: [&str; 5] = [
    "first_response_time",
    "response_rate",
    "target_attainment",
    "resolution_rate",
    "backlog",
];

/// One row a group, where there are any: of each figure its n and its median or rate.
pub fn group_tables(report: &Report) -> Option<Table> {
    let first = report.groups.first()?;
    let shown = |f: &&Figure| report.figures.len() <= OF_GROUPS.len() || OF_GROUPS.contains(&f.name);
    let mut table = Table::new("By group", &[first.by]);
    for figure in first.figures.iter().filter(shown) {
        if figure.name != "backlog" {
            table.columns.push(Column {
                label: "n",
                right: true,
            });
        }
        table.columns.push(Column {
            label: short(figure.name),
            right: true,
        });
    }
    for group in &report.groups {
        let mut row = vec![key(first.by, &group.key)];
        for figure in group.figures.iter().filter(shown) {
            row.push(Cell::Count(figure.n));
            row.extend(
                figure
                    .value("median_s")
                    .or(figure.value("value_rate"))
                    .map(Cell::from),
            );
        }
        table.row(row);
    }
    Some(table)
}

/// A figure's name as the head of a narrow column.
fn short(name: &'static str) -> &'static str {
    match name {
        "first_response_time" => "first response",
        "response_time" => "exchange",
        "target_attainment" => "in time",
        "first_contact_resolution" => "at first contact",
        "reopened_rate" => "reopened",
        "automation_rate" => "uncorrected",
        "resolution_time" => "time to settle",
        "resolution_rate" => "settled",
        "response_rate" => "answered",
        "backlog" => "open",
        other => other,
    }
}

/// A group's key; kinds are words of ours.
fn key(by: &str, key: &str) -> Cell {
    match Says::parse(key).filter(|_| by == "kind") {
        Some(kind) => Cell::Label(kind.name()),
        None if key.is_empty() => Cell::Label("none"),
        None if by == "found_by" => Group::parse(key).map_or(Cell::Empty, |part| Cell::Label(part.name())),
        None => Cell::Text(key.to_owned()),
    }
}
