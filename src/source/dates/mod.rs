//! A time cell → a [`Moment`]. The forms themselves are read in `grammar` and `relative`.
//!
//! Whatever a single cell cannot tell (which of day and month comes first, in which unit an epoch counts) is
//! decided once for a whole column ([`survey`]), never cell by cell. No form is completed from the clock:
//! `3 days ago` is counted from when the export was made.

mod clock;
mod cursor;
mod digits;
mod exported;
mod fixed;
pub(super) mod grammar;
mod order;
mod relative;
mod survey;
mod told;
mod words;

use crate::calendar::{Change, Civil, Moment, Precision, Zone};
pub(super) use exported::{Exported, Grounds};
use grammar::{Day, parse};
pub(super) use order::Order;
#[cfg(test)]
pub(super) use order::Orders;
pub(super) use told::{Known, Oddities};

/// What to tell a reader whose time could not be read.
pub(super) const FORMS: &str =
    "write times like 2026-11-21 09:30, 2026-11-21T09:30:00Z, 21/11/2026 or as seconds since 1970";

/// Nothing on these platforms is older or that new: such years stand for something else.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// The end of these years, in milliseconds since 1970.
const END: i64 = 4_133_980_800_000;

/// How the times of one file are to be understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// The zone of times that name none.
    pub(super) zone: Zone,
    /// Which comes first in `9/6/2018`.
    pub(super) order: Order,
    /// From when `3 days ago` is counted, where a row does not say when it was fetched.
    pub(super) exported: Option<Exported>,
    /// The present, milliseconds since 1970.
    pub(super) now: i64,
    /// The column of times is empty in every row: as if there were none.
    pub(super) is_empty: bool,
}

/// What a cell tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) moment: Moment,
    /// The clocks were changed at that time, so that it was skipped or came twice.
    pub(super) change: Option<Change>,
    /// It is counted from when the export was made.
    pub(super) is_relative: bool,
}

impl Reading {
    /// There is more to say of it than the moment.
    pub(super) fn is_odd(&self) -> bool {
        self.is_relative || self.change.is_some()
    }
}

impl Times {
    /// In that zone, with the month first, and nothing to count back from.
    pub(super) fn new(zone: Zone) -> Self {
        Times {
            zone,
            order: Order::Month,
            exported: None,
            now: i64::MAX,
            is_empty: false,
        }
    }

    /// The moment that a cell tells; `None` where it is in no known form or there is no such time.
    pub(super) fn read(&self, cell: &str) -> Option<Moment> {
        self.reading(cell, "").map(|reading| reading.moment)
    }

    /// What a cell tells, counted from when its row was `fetched` where that is said.
    pub(super) fn reading(&self, cell: &str, fetched: &str) -> Option<Reading> {
        let parsed = parse(cell)?;
        let is_relative = parsed.day.hangs_on_export();
        let alone = |moment| {
            Some(Reading {
                moment,
                change: None,
                is_relative,
            })
        };
        let made = || match self.exported {
            Some(Exported {
                moment,
                grounds: Grounds::Said,
            }) => Some(moment),
            exported => self.read(fetched).or(exported.map(|e| e.moment)),
        };
        let day = match parsed.day {
            Day::Weekday(n) => Day::Ago(self.zone.last_weekday(made()?, n)?),
            day => day,
        };
        let (year, month, day) = match day {
            Day::Weekday(_) => return None,
            Day::Instant(millis, _) => return alone(Moment::exact(millis)).filter(|_| millis < END),
            Day::Month(year, month) => {
                let first = day_of(year, month, 1)?.in_utc();
                return alone(Moment::known_to(first, Precision::Month));
            }
            Day::Ago(ago) => {
                let Some(time) = parsed.time else {
                    return alone(self.zone.back(made()?, ago)?)
                        .filter(|r| (0..END).contains(&r.moment.millis));
                };
                let clock = (time.hour, time.minute, time.second.unwrap_or(0));
                let civil = self.zone.clock_back(made()?, ago.n, clock)?;
                return Some(self.at(civil, parsed));
            }
            Day::Recent(month, day) => (self.zone.last_year_of(made()?, month, day)?, month, day),
            Day::Full(year, month, day) => (year, month, day),
            Day::Short(a, b, year) => self.order.of_short(a, b, year)?,
            Day::Tiny(a, b, c) => self.order.of_tiny(a, b, c),
        };
        let midnight = day_of(year, month, day)?;
        let Some(time) = parsed.time else {
            let millis = midnight.in_utc();
            return alone(Moment {
                millis,
                precision: Precision::Day,
            });
        };
        let civil = Civil::new(year, month, day, time.hour, time.minute, time.second.unwrap_or(0))?;
        Some(self.at(civil, parsed))
    }

    fn at(&self, civil: Civil, parsed: grammar::Parsed) -> Reading {
        let (instant, change) = match parsed.offset {
            Some(seconds) => (civil.in_utc() - i64::from(seconds) * 1000, None),
            None => self.zone.instant_told(civil),
        };
        let (millis, second) = parsed.time.map_or((0, None), |time| (time.millis, time.second));
        let precision = match second {
            Some(_) => Precision::Second,
            None => Precision::Minute,
        };
        let moment = Moment {
            millis: instant + i64::from(millis),
            precision,
        };
        Reading {
            moment,
            change,
            is_relative: parsed.day.hangs_on_export(),
        }
    }
}

impl Day {
    /// It is counted from when the export was made.
    pub(in crate::source) fn hangs_on_export(self) -> bool {
        matches!(self, Day::Ago(_) | Day::Recent(..) | Day::Weekday(_))
    }
}

/// The beginning of a day, if there is such a day.
fn day_of(year: i32, month: u32, day: u32) -> Option<Civil> {
    let civil = Civil::new(year, month, day, 0, 0, 0)?;
    YEARS.contains(&year).then_some(civil)
}
