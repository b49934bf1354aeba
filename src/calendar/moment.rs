//! A [`Moment`]: an instant and how exactly it is known; how it is written and read back.

use chrono::{DateTime, Datelike, TimeZone, Timelike, Utc};
use std::fmt;

/// How exactly a moment is known, from coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The week, from Monday to Sunday.
    Week,
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

impl Moment {
    /// An instant that is known to the second or better.
    pub fn exact(millis: i64) -> Self {
        Moment {
            millis,
            precision: Precision::Second,
        }
    }

    /// What is known of an instant to that coarseness: the beginning (in UTC) of what it covers.
    pub fn known_to(millis: i64, precision: Precision) -> Self {
        let floor = |unit: i64| millis.div_euclid(unit) * unit;
        let (year, month, _) = civil_from_days(millis.div_euclid(DAY));
        let first = |month| days_from_civil(year, month, 1).map_or(millis, |days| days * DAY);
        let millis = match precision {
            Precision::Year => first(1),
            Precision::Month => first(month),
            // 1970 began on a Thursday.
            Precision::Week => (millis.div_euclid(DAY) + 3).div_euclid(7) * 7 * DAY - 3 * DAY,
            Precision::Day => floor(DAY),
            Precision::Hour => floor(3_600_000),
            Precision::Minute => floor(60_000),
            Precision::Second => millis,
        };
        Moment { millis, precision }
    }

    /// The beginning of the last day of a year, month or week, the last millisecond of an hour; others as
    /// they are.
    pub fn last(self) -> i64 {
        let (year, month, _) = civil_from_days(self.millis.div_euclid(DAY));
        let before =
            |year, month| days_from_civil(year, month, 1).map_or(self.millis, |days| (days - 1) * DAY);
        match self.precision {
            Precision::Year => before(year + 1, 1),
            Precision::Month if month == 12 => before(year + 1, 1),
            Precision::Month => before(year, month + 1),
            Precision::Week => self.millis + 6 * DAY,
            Precision::Hour => self.millis + 3_599_999,
            Precision::Day | Precision::Minute | Precision::Second => self.millis,
        }
    }

    /// True where differences in seconds mean something (minute or finer).
    pub fn is_timed(self) -> bool {
        self.precision >= Precision::Minute
    }

    /// Reads what [`fmt::Display`] wrote: RFC 3339 in UTC, or a reduced form (`2026-11-21T09:30Z`,
    /// `2026-11-21T09Z`, `2026-11-21`, `2026-W47`, `2026-11`, `2026`; the day forms are days in UTC).
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
        if let (8, true, true) = (bytes.len(), at(4, b'-'), at(5, b'W')) {
            return monday(year, digits(6, 8)?).map(|days| Moment::known_to(days * DAY, Precision::Week));
        }
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

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The Monday, in days since 1970, of an ISO week; `None` where the year has no such week.
fn monday(year: i64, week: i64) -> Option<i64> {
    // The first week holds 4 January, and each the Thursday that makes it the year's.
    let fourth = days_from_civil(year, 1, 4)?;
    let monday = (fourth + 3).div_euclid(7) * 7 - 3 + 7 * (week - 1);
    let is_of_year = civil_from_days(monday + 3).0 == year;
    (week >= 1 && is_of_year).then_some(monday)
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
pub(super) const FIRST_SECOND: i64 = -62_167_219_200;
pub(super) const LAST_SECOND: i64 = 253_402_300_799;

/// Days since 1970 of a day; `None` where there is no such day. (Years are counted from March, so that the
/// leap day is a year's last.)
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
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
pub(super) fn civil_from_days(days: i64) -> (i64, i64, i64) {
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
            Precision::Week => write!(f, "{:04}-W{:02}", t.iso_week().year(), t.iso_week().week()),
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
