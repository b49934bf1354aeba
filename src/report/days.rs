//! The backlog day by day: opened, reopened, settled, open at the day's end. Each day's end is the day
//! before it + opened + reopened − settled.

use super::table::{Cell, Table};
use crate::calendar::Zone;
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

/// Every day on which something moved.
#[derive(Debug, Clone)]
pub struct Days {
    zone: Zone,
    days: BTreeMap<i32, Day>,
}

impl Days {
    /// No day yet.
    pub fn of(zone: Zone) -> Days {
        Days {
            zone,
            days: BTreeMap::new(),
        }
    }

    /// Takes in the movements of a case.
    pub fn take(&mut self, case: &Case<'_>) {
        if case.excluded.is_some() {
            return;
        }
        let day = |t: i64| self.zone.day_number(t);
        self.days.entry(day(case.begun)).or_default().opened += 1;
        case.turns(|t, now_open| {
            // In threads that were joined late a case can be settled before its first mention: it opens
            // and settles on the day when it begins.
            let day = self.days.entry(day(t.max(case.begun))).or_default();
            if now_open {
                day.reopened += 1;
            } else {
                day.settled += 1;
            }
        });
    }

    /// Adds the movements of other cases.
    pub fn add(&mut self, other: Days) {
        for (number, more) in other.days {
            let day = self.days.entry(number).or_default();
            day.opened += more.opened;
            day.reopened += more.reopened;
            day.settled += more.settled;
        }
    }

    /// Every day by its date, with how many were open at its end.
    pub fn by_date(&self) -> BTreeMap<String, Day> {
        let mut open = 0u64;
        let with_open = |(number, day): (&i32, &Day)| {
            open = (open + day.opened + day.reopened).saturating_sub(day.settled);
            (Zone::date(*number), Day { open, ..*day })
        };
        self.days.iter().map(with_open).collect()
    }

    /// The last days as a table.
    pub fn table(&self) -> Table {
        let days = self.by_date();
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
}
