//! A time cell → a [`Moment`]. The forms themselves are read in `grammar`.
//!
//! Whether `9/6/2018` has the day or the month first is decided once for a whole column ([`Survey`]),
//! never cell by cell. No form is completed from the clock: what a cell does not say stays unknown.

use super::grammar::{Day, parse};
use crate::calendar::{Civil, Moment, Precision, Zone};
use crate::diagnostic::{Diagnostic, Place};

/// What to tell a reader whose time could not be read.
pub(super) const FORMS: &str =
    "write times like 2026-11-21 09:30, 2026-11-21T09:30:00Z, 21/11/2026 or as seconds since 1970";

/// Nothing on these platforms is older or that new: such years stand for something else.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// The end of these years, in milliseconds since 1970.
const END: i64 = 4_133_980_800_000;

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
            Day::Instant(millis) => return (millis < END).then(|| Moment::exact(millis)),
            Day::Full(year, month, day) => (year, month, day),
            Day::Short(a, b, year) if self.order == Order::DayFirst => (year, b, a),
            Day::Short(a, b, year) => (year, a, b),
        };
        let midnight = day_of(year, month, day)?;
        let Some(time) = parsed.time else {
            let millis = midnight.in_utc();
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

/// The beginning of a day, if there is such a day.
fn day_of(year: i32, month: u32, day: u32) -> Option<Civil> {
    let civil = Civil::new(year, month, day, 0, 0, 0)?;
    YEARS.contains(&year).then_some(civil)
}

/// A cell and where it stands.
pub(super) type Seen = (String, Place);

/// What the times of a column have in common, gathered cell by cell.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Some time of day carries no zone.
    pub(super) naive: bool,
    /// Some date is of the form `9/6/2018`.
    pub(super) short: bool,
    /// A cell that must have the day first.
    pub(super) day_first: Option<Seen>,
    /// A cell that must have the month first.
    pub(super) month_first: Option<Seen>,
}

impl Survey {
    /// Looks at one more cell, which stands at that place.
    pub(super) fn look(&mut self, cell: &str, place: impl FnOnce() -> Place) {
        let Some(parsed) = parse(cell) else { return };
        if let Day::Short(a, b, year) = parsed.day {
            let told = match (day_of(year, b, a).is_some(), day_of(year, a, b).is_some()) {
                // No day at all: the row's own fault, and nobody else's.
                (false, false) => return,
                (true, true) => None,
                (true, false) => Some(&mut self.day_first),
                (false, true) => Some(&mut self.month_first),
            };
            self.short = true;
            if let Some(told) = told.filter(|told| told.is_none()) {
                *told = Some((cell.trim().to_owned(), place()));
            }
        }
        let instant = matches!(parsed.day, Day::Instant(_));
        self.naive |= !instant && parsed.time.is_some() && parsed.offset.is_none();
    }

    /// The order of day and month, and whether something tells it.
    pub(super) fn order(self) -> Result<(Order, bool), Diagnostic> {
        match (self.day_first, self.month_first) {
            (Some((day, at)), Some((month, there))) => {
                let reason = format!(
                    "`{day}` at {}:{} must have the day first, `{month}` at {}:{} the month",
                    at.line, at.column, there.line, there.column
                );
                let help = "write all dates of the column in one way, best as 2026-11-21";
                let mut d = Diagnostic::error("time-ambiguous", reason).help(help);
                d.place = Some(if at.line > there.line { at } else { there });
                Err(d)
            }
            (Some(_), None) => Ok((Order::DayFirst, true)),
            (None, told) => Ok((Order::MonthFirst, told.is_some() || !self.short)),
        }
    }
}
