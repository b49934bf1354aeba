//! A time cell → a [`Moment`]. The forms themselves are read in `grammar`.
//!
//! Whether `9/6/2018` has the day or the month first is decided once for a whole column ([`Survey`]),
//! never cell by cell. No form is completed from the clock: what a cell does not say stays unknown.

use super::grammar::{Day, parse};
use crate::calendar::{Civil, Moment, Precision, Zone};

/// What to tell a reader whose time could not be read.
pub(super) const FORMS: &str =
    "write times like 2026-11-21 09:30, 2026-11-21T09:30:00Z, 21/11/2026 or as seconds since 1970";

/// Which comes first in `9/6/2018`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    MonthFirst,
    DayFirst,
}

/// How the times of one file are to be understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// The zone of times that name none.
    pub(super) zone: Zone,
    /// Which comes first in `9/6/2018`.
    pub(super) order: Order,
}

impl Times {
    /// The moment that a cell tells; `None` where it is in no known form or there is no such time.
    pub(super) fn read(&self, cell: &str) -> Option<Moment> {
        let parsed = parse(cell)?;
        let (year, month, day) = match parsed.day {
            Day::Instant(millis) => return Some(Moment::exact(millis)),
            Day::Full(year, month, day) => (year, month, day),
            Day::Short(a, b, year) if self.order == Order::DayFirst => (year, b, a),
            Day::Short(a, b, year) => (year, a, b),
        };
        let Some(time) = parsed.time else {
            let millis = Civil::new(year, month, day, 0, 0, 0)?.in_utc();
            return Some(Moment {
                millis,
                precision: Precision::Day,
            });
        };
        let civil = Civil::new(year, month, day, time.hour, time.minute, time.second.unwrap_or(0))?;
        let instant = match parsed.offset {
            Some(seconds) => civil.in_utc() - i64::from(seconds) * 1000,
            None => self.zone.instant(civil),
        };
        let precision = if time.second.is_some() {
            Precision::Second
        } else {
            Precision::Minute
        };
        Some(Moment {
            millis: instant + i64::from(time.millis),
            precision,
        })
    }
}

/// What the times of a column have in common, gathered cell by cell.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Some time of day carries no zone.
    pub(super) naive: bool,
    /// Some date is of the form `9/6/2018`.
    pub(super) short: bool,
    /// A cell that must have the day first.
    pub(super) day_first: Option<String>,
    /// A cell that must have the month first.
    pub(super) month_first: Option<String>,
}

impl Survey {
    /// Looks at one more cell.
    pub(super) fn look(&mut self, cell: &str) {
        let Some(parsed) = parse(cell) else { return };
        if let Day::Short(a, b, _) = parsed.day {
            self.short = true;
            if a > 12 && self.day_first.is_none() {
                self.day_first = Some(cell.trim().to_owned());
            }
            if b > 12 && self.month_first.is_none() {
                self.month_first = Some(cell.trim().to_owned());
            }
        }
        let instant = matches!(parsed.day, Day::Instant(_));
        self.naive |= !instant && parsed.time.is_some() && parsed.offset.is_none();
    }
}
