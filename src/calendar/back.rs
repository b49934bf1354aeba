//! Reckoning back from a moment: `3 days ago`, and the last 15 May. What comes out is as coarse as what was
//! said, and never finer than the moment that it is counted from. Knows no words; `source` reads those.

use super::{Civil, Moment, Precision, Zone};
use chrono::{DateTime, Datelike, Duration, NaiveDate};

/// What is counted back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Also for what is less.
    Minute,
    /// 60 minutes.
    Hour,
    /// Days of the calendar.
    Day,
    /// From Monday to Sunday.
    Week,
    /// Months of the calendar.
    Month,
    /// Years of the calendar.
    Year,
}

/// So many units before some moment; 0 is the unit in which that moment falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ago {
    /// How many.
    pub n: u32,
    /// Of what.
    pub unit: Unit,
}

impl Zone {
    /// The moment so long before `from`.
    pub fn back(self, from: Moment, ago: Ago) -> Option<Moment> {
        let n = i64::from(ago.n);
        let shorter = |millis: i64, precision: Precision| match from.precision <= Precision::Day {
            true => from,
            false => Moment::known_to(from.millis - n * millis, precision.min(from.precision)),
        };
        let day = |precision, date: NaiveDate| {
            let midnight = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis();
            Some(Moment::known_to(midnight, precision))
        };
        let date = self.date_of(from);
        let days = |n: i64| date.checked_sub_signed(Duration::try_days(n)?);
        let months = |n: i64| {
            let month = i64::from(date.year()) * 12 + i64::from(date.month0()) - n;
            let year = i32::try_from(month.div_euclid(12)).ok()?;
            NaiveDate::from_ymd_opt(year, u32::try_from(month.rem_euclid(12)).ok()? + 1, 1)
        };
        match ago.unit {
            Unit::Minute => Some(shorter(60_000, Precision::Minute)),
            Unit::Hour => Some(shorter(3_600_000, Precision::Hour)),
            Unit::Day => day(Precision::Day, days(n)?),
            Unit::Week => day(Precision::Week, days(7 * n)?),
            Unit::Month => day(Precision::Month, months(n)?),
            Unit::Year => day(Precision::Year, months(12 * n)?),
        }
    }

    /// The day so many days before the one of `from`, at that time.
    pub fn clock_back(self, from: Moment, days: u32, (h, m, s): (u32, u32, u32)) -> Option<Civil> {
        let days = Duration::try_days(i64::from(days))?;
        let date = self.date_of(from).checked_sub_signed(days)?;
        Civil::new(date.year(), date.month(), date.day(), h, m, s)
    }

    /// The last such weekday (Monday is 1) before the day of `from`, which must be known to the day.
    pub fn last_weekday(self, from: Moment, weekday: u32) -> Option<Ago> {
        let today = self.date_of(from).weekday().number_from_monday();
        let n = (today + 6).checked_sub(weekday)? % 7 + 1;
        (from.precision >= Precision::Day).then_some(Ago { n, unit: Unit::Day })
    }

    /// The year of the last such day that is not behind `from`.
    pub fn last_year_of(self, from: Moment, month: u32, day: u32) -> Option<i32> {
        let last = self.date_of(from);
        // There is a leap day in any nine years.
        let years = (0..9).filter_map(|n| NaiveDate::from_ymd_opt(last.year() - n, month, day));
        years
            .into_iter()
            .find(|date| *date <= last)
            .map(|date| date.year())
    }

    /// The day on which a moment falls in this zone; of a coarse one its first.
    fn date_of(self, moment: Moment) -> NaiveDate {
        if moment.precision > Precision::Day {
            return self.local(moment.millis).date();
        }
        DateTime::from_timestamp_millis(moment.millis)
            .unwrap_or_default()
            .date_naive()
    }
}
