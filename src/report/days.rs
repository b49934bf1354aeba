//! The backlog day by day: opened, reopened, settled, open at the day's end. Each day's end is the day
//! before it + opened + reopened − settled.

use super::Material;
use super::table::{Cell, Table};
use crate::case::Case;
use std::collections::BTreeMap;

/// How many days are shown.
const SHOWN: usize = 31;

/// A day's movements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Cases begun.
    pub opened: u64,
    /// Cases that came back.
    pub reopened: u64,
    /// Cases resolved, confirmed or closed.
    pub settled: u64,
    /// Open at its end.
    pub open: u64,
}

/// Every day on which something moved, up to the as-of time, with how many were open at its end.
pub fn days(material: &Material<'_>, cases: &[&Case<'_>]) -> BTreeMap<String, Day> {
    let mut days: BTreeMap<String, Day> = BTreeMap::new();
    for case in cases.iter().filter(|c| c.excluded.is_none()) {
        days.entry(material.zone.day(case.begun)).or_default().opened += 1;
        for (t, now_open) in case.turns(material.book) {
            // In threads that were joined late a case can be settled before its first mention: it opens
            // and settles on the day when it begins.
            let day = days.entry(material.zone.day(t.max(case.begun))).or_default();
            if now_open {
                day.reopened += 1;
            } else {
                day.settled += 1;
            }
        }
    }
    let mut open = 0u64;
    for day in days.values_mut() {
        open = (open + day.opened + day.reopened).saturating_sub(day.settled);
        day.open = open;
    }
    days
}

/// The last days as a table.
pub fn by_day(material: &Material<'_>, cases: &[&Case<'_>]) -> Table {
    let days = days(material, cases);
    let mut table = Table::new(
        "Day by day",
        &["day", "opened>", "reopened>", "settled>", "open at the end>"],
    );
    for (day, d) in days.iter().skip(days.len().saturating_sub(SHOWN)) {
        let counts = [d.opened, d.reopened, d.settled, d.open].map(Cell::Count);
        table.row(std::iter::once(Cell::Text(day.clone())).chain(counts));
    }
    table
}
