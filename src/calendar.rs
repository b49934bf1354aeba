//! Moments with their coarseness, zones and periods: the only place that knows the time library.
//!
//! A [`Moment`] is an instant in milliseconds since 1970 UTC together with how exactly it is known.
//! Nothing here reads the clock or the environment: `now` and the zone's name are arguments.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use std::fmt;

/// How exactly a moment is known, from coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The day, no time of day.
    Day,
    /// To the hour (`3 hours ago`).
    Hour,
    /// To the minute.
    Minute,
    /// To the second or finer.
    Second,
}

/// A point in time. Ordered by the instant; coarse ones stand at the beginning of what they cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub millis: i64,
    /// How exactly it is known.
    pub precision: Precision,
}

/// A reading of a wall clock without a zone, in a form that [`Zone::instant`] turns into an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil(NaiveDateTime);

/// An IANA time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

impl Moment {
    /// An instant that is known to the second or better.
    pub fn exact(millis: i64) -> Self {
        Moment {
            millis,
            precision: Precision::Second,
        }
    }

    /// True where differences in seconds mean something (minute or finer).
    pub fn is_timed(self) -> bool {
        self.precision >= Precision::Minute
    }

    /// Reads what [`fmt::Display`] wrote: RFC 3339 in UTC, or a reduced form (`2026-11-21T09:30Z`,
    /// `2026-11-21T09Z`, `2026-11-21`, `2026-11`, `2026`; the day forms are days in UTC).
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if let Some(seconds) = whole_seconds(bytes) {
            return Some(Moment::exact(seconds * 1000));
        }
        let digits = |from: usize, to: usize| -> Option<i64> {
            bytes.get(from..to)?.iter().try_fold(0i64, |n, b| {
                b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))
            })
        };
        let year = digits(0, 4)?;
        let at = |i: usize, b: u8| bytes.get(i) == Some(&b);
        // A part that is left away stands at its beginning.
        let part = |from: usize| match bytes.len() > from {
            true => digits(from + 1, from + 3).filter(|_| at(from, b'-')),
            false => Some(1),
        };
        let (month, day) = (part(4)?, part(7)?);
        let days = days_from_civil(year, month, day)?;
        let whole = |precision, seconds: i64, millis: i64| {
            Some(Moment {
                millis: (days * 86_400 + seconds) * 1000 + millis,
                precision,
            })
        };
        match bytes.len() {
            4 => return whole(Precision::Year, 0, 0),
            7 => return whole(Precision::Month, 0, 0),
            10 => return whole(Precision::Day, 0, 0),
            _ => {}
        }
        if !at(10, b'T') || bytes.last() != Some(&b'Z') {
            return None;
        }
        let hour = digits(11, 13).filter(|h| *h < 24)? * 3600;
        if bytes.len() == 14 {
            return whole(Precision::Hour, hour, 0);
        }
        let minute = digits(14, 16).filter(|m| *m < 60 && at(13, b':'))? * 60;
        if bytes.len() == 17 {
            return whole(Precision::Minute, hour + minute, 0);
        }
        let second = digits(17, 19).filter(|s| *s < 60 && at(16, b':'))?;
        let millis = match bytes.len() {
            20 => 0,
            24 if at(19, b'.') => digits(20, 23)?,
            _ => return None,
        };
        whole(Precision::Second, hour + minute + second, millis)
    }

    /// Appends what [`fmt::Display`] writes, without a detour for whole seconds of years with four digits.
    pub fn write(&self, to: &mut Vec<u8>) {
        let seconds = self.millis.div_euclid(1000);
        let whole = self.precision == Precision::Second && self.millis.rem_euclid(1000) == 0;
        if !whole || !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) {
            to.extend_from_slice(self.to_string().as_bytes());
            return;
        }
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let second = seconds.rem_euclid(86_400);
        let two = |n: i64| -> [u8; 2] {
            let digit = |n: i64| b'0' + u8::try_from(n % 10).unwrap_or_default();
            [digit(n / 10), digit(n)]
        };
        let ([y1, y2], [y3, y4]) = (two(year / 100), two(year % 100));
        let ([o1, o2], [d1, d2]) = (two(month), two(day));
        let ([h1, h2], [m1, m2]) = (two(second / 3600), two(second / 60 % 60));
        let [s1, s2] = two(second % 60);
        to.extend_from_slice(&[
            y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z',
        ]);
    }

    /// Reads RFC 3339 with any offset (`--now`, `--at`).
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|t| Moment::exact(t.timestamp_millis()))
    }
}

/// `2026-11-21T09:30:00Z`, the form of nearly all moments, in seconds since 1970.
fn whole_seconds(bytes: &[u8]) -> Option<i64> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        o1,
        o2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        b'Z',
    ] = bytes
    else {
        return None;
    };
    let two = |a: &u8, b: &u8| -> Option<i64> {
        let (a, b) = (a.wrapping_sub(b'0'), b.wrapping_sub(b'0'));
        (a < 10 && b < 10).then(|| i64::from(a * 10 + b))
    };
    let days = days_from_civil(two(y1, y2)? * 100 + two(y3, y4)?, two(o1, o2)?, two(d1, d2)?)?;
    let (hour, minute, second) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
    (hour < 24 && minute < 60 && second < 60).then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Seconds since 1970 of the years 0 to 9999.
const FIRST_SECOND: i64 = -62_167_219_200;
const LAST_SECOND: i64 = 253_402_300_799;

/// Days since 1970 of a day; `None` where there is no such day. (Years are counted from March, so that the
/// leap day is a year's last.)
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The day so many days after 1970: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.millis
            .cmp(&other.millis)
            .then(self.precision.cmp(&other.precision))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(t) = Utc.timestamp_millis_opt(self.millis).single() else {
            return f.write_str("9999");
        };
        let (y, mo, d, h, mi, s) = (t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second());
        match self.precision {
            Precision::Year => write!(f, "{y:04}"),
            Precision::Month => write!(f, "{y:04}-{mo:02}"),
            Precision::Day => write!(f, "{y:04}-{mo:02}-{d:02}"),
            Precision::Hour => write!(f, "{y:04}-{mo:02}-{d:02}T{h:02}Z"),
            Precision::Minute => write!(f, "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}Z"),
            Precision::Second => {
                write!(f, "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}")?;
                match self.millis.rem_euclid(1000) {
                    0 => f.write_str("Z"),
                    ms => write!(f, ".{ms:03}Z"),
                }
            }
        }
    }
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
        if self == Zone::UTC {
            return civil.in_utc();
        }
        let mut naive = civil.0;
        for _ in 0..8 {
            match self.0.from_local_datetime(&naive) {
                chrono::LocalResult::Single(t) | chrono::LocalResult::Ambiguous(t, _) => {
                    return t.timestamp_millis();
                }
                chrono::LocalResult::None => naive += Duration::minutes(30),
            }
        }
        civil.in_utc()
    }

    fn local(self, millis: i64) -> NaiveDateTime {
        Utc.timestamp_millis_opt(millis)
            .single()
            .unwrap_or_default()
            .with_timezone(&self.0)
            .naive_local()
    }

    /// The instant by which a moment is put in order: an exact one as it is; of a day, month or year the
    /// beginning in this zone, or with `end` the last millisecond of that day.
    pub fn anchor(self, moment: Moment, end: bool) -> i64 {
        if moment.precision > Precision::Day {
            return moment.millis;
        }
        let date = Utc
            .timestamp_millis_opt(moment.millis)
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
            Precision::Year | Precision::Month | Precision::Day => moment.to_string(),
            _ => self.local(moment.millis).format("%Y-%m-%d %H:%M").to_string(),
        }
    }

    /// The day on which the instant falls in this zone, as `2026-11-21`.
    pub fn day(self, millis: i64) -> String {
        self.local(millis).format("%Y-%m-%d").to_string()
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
