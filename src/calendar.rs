//! Moments with their coarseness, zones and periods: the only place that knows the time library.
//!
//! A [`Moment`] is an instant in milliseconds since 1970 UTC together with how exactly it is known.
//! Nothing here reads the clock or the environment: `now` and the zone's name are arguments.

mod back;
mod moment;

pub use back::{Ago, Unit};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
pub use moment::{Moment, Precision};

/// A reading of a wall clock without a zone, in a form that [`Zone::instant`] turns into an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil(NaiveDateTime);

/// What a change of the clocks does to a reading of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// They never showed it.
    Skipped,
    /// They showed it twice.
    Twice,
}

/// An IANA time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

/// What calendar and clock of a zone show at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wall {
    /// The number of the day; [`Zone::date`] names it.
    pub day: i32,
    /// The day of the week, from 0 for Monday.
    pub weekday: u32,
    /// The minute of the day.
    pub minute: u32,
}

impl Civil {
    /// Parses the whole of `text` by a strftime `form` without an offset; a form without a time of day
    /// reads as midnight.
    pub fn parse(text: &str, form: &str) -> Option<Self> {
        NaiveDateTime::parse_from_str(text, form)
            .ok()
            .or_else(|| NaiveDate::parse_from_str(text, form).ok()?.and_hms_opt(0, 0, 0))
            .map(Civil)
    }

    /// From its parts; `None` where there is no such day or time.
    pub fn new(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day)?
            .and_hms_opt(hour, minute, second)
            .map(Civil)
    }

    /// The number of its day; [`Zone::date`] names it.
    pub fn day_number(self) -> i32 {
        self.0.date().num_days_from_ce()
    }

    /// The instant that this reading is in UTC.
    pub fn in_utc(self) -> i64 {
        self.0.and_utc().timestamp_millis()
    }
}

/// Parses the whole of `text` by a strftime `form` with an offset (`%z`) into milliseconds since 1970.
pub fn parse_with_offset(text: &str, form: &str) -> Option<i64> {
    DateTime::parse_from_str(text, form)
        .ok()
        .map(|t| t.timestamp_millis())
}

impl Zone {
    /// UTC.
    pub const UTC: Zone = Zone(chrono_tz::UTC);

    /// The zone of that IANA name (`Asia/Shanghai`).
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Zone)
    }

    /// Its IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The instant at which this zone's clocks showed `civil`: the earlier one where they showed it
    /// twice, the moment after the jump where they never did.
    pub fn instant(self, civil: Civil) -> i64 {
        self.instant_told(civil).0
    }

    /// As [`Zone::instant`], and whether the clocks were changed at that time.
    pub fn instant_told(self, civil: Civil) -> (i64, Option<Change>) {
        if self == Zone::UTC {
            return (civil.in_utc(), None);
        }
        let (mut naive, mut change) = (civil.0, None);
        for _ in 0..8 {
            match self.0.from_local_datetime(&naive) {
                chrono::LocalResult::Single(t) => return (t.timestamp_millis(), change),
                chrono::LocalResult::Ambiguous(t, _) => {
                    return (t.timestamp_millis(), change.or(Some(Change::Twice)));
                }
                chrono::LocalResult::None => {
                    change = Some(Change::Skipped);
                    naive += Duration::minutes(30);
                }
            }
        }
        (civil.in_utc(), change)
    }

    fn local(self, millis: i64) -> NaiveDateTime {
        Utc.timestamp_millis_opt(millis)
            .single()
            .unwrap_or_default()
            .with_timezone(&self.0)
            .naive_local()
    }

    /// The instant by which a moment is put in order: an exact one as it is; of a day, month or year the
    /// beginning in this zone, or with `end` the last millisecond of it.
    pub fn anchor(self, moment: Moment, end: bool) -> i64 {
        if moment.precision > Precision::Day {
            return moment.millis;
        }
        let last = if end { moment.last() } else { moment.millis };
        let date = Utc
            .timestamp_millis_opt(last)
            .single()
            .unwrap_or_default()
            .naive_utc();
        let next = date
            .checked_add_signed(Duration::days(i64::from(end)))
            .unwrap_or(date);
        self.instant(Civil(next)) - i64::from(end)
    }

    /// `2026-11-21 09:30` in this zone, or less of it for a coarse moment (whose day is a day in UTC).
    pub fn show(self, moment: Moment) -> String {
        match moment.precision {
            Precision::Year | Precision::Month | Precision::Week | Precision::Day => moment.to_string(),
            _ => self.local(moment.millis).format("%Y-%m-%d %H:%M").to_string(),
        }
    }

    /// The day on which the instant falls in this zone, as `2026-11-21`.
    pub fn day(self, millis: i64) -> String {
        self.local(millis).format("%Y-%m-%d").to_string()
    }

    /// What the zone's calendar and clock show at the instant.
    pub fn wall(self, millis: i64) -> Wall {
        let local = self.local(millis);
        Wall {
            day: local.date().num_days_from_ce(),
            weekday: local.weekday().num_days_from_monday(),
            minute: local.hour() * 60 + local.minute(),
        }
    }

    /// The number of the day on which the instant falls in this zone; [`date`](Self::date) names it.
    pub fn day_number(self, millis: i64) -> i32 {
        self.local(millis).date().num_days_from_ce()
    }

    /// The day of that number, as `2026-11-21`.
    pub fn date(number: i32) -> String {
        let day = NaiveDate::from_num_days_from_ce_opt(number).unwrap_or_default();
        day.format("%Y-%m-%d").to_string()
    }

    /// The ISO week on which the instant falls in this zone, as `2026-W47`.
    pub fn week(self, millis: i64) -> String {
        self.local(millis).format("%G-W%V").to_string()
    }

    /// The instant at which the day of `millis`, moved by `days`, begins in this zone.
    pub fn day_start(self, millis: i64, days: i64) -> i64 {
        let date = self.local(millis).date() + Duration::days(days);
        date.and_hms_opt(0, 0, 0)
            .map_or(millis, |t| self.instant(Civil(t)))
    }
}

#[cfg(test)]
mod tests;
