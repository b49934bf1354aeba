//! The forms in which exports write times, as one small grammar: day, clock, offset, weekday.
//!
//! What comes out is what stands there, not yet an instant: zones and the order of day and month are
//! decided in `dates`.

use super::cursor::{Cursor, Found};
use super::words::words;
use super::{digits, fixed, relative};
use crate::calendar::Ago;
use std::borrow::Cow;

/// The day of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Day {
    /// Milliseconds since 1970, and in what it was written.
    Instant(i64, Epoch),
    /// Year, month, day.
    Full(i32, u32, u32),
    /// Two small numbers whose order is open, and the year.
    Short(u32, u32, i32),
    /// Three small numbers whose order is open: the year has two digits.
    Tiny(u32, u32, u32),
    /// Year and month.
    Month(i32, u32),
    /// Month and day of the last year in which that was.
    Recent(u32, u32),
    /// The last such weekday before the export was made; Monday is 1.
    Weekday(u32),
    /// So long before the export was made.
    Ago(Ago),
}

/// In what a time since 1970 is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Epoch {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

/// The time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: Option<u32>,
    pub(super) millis: u32,
}

/// What a cell says, and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct Parsed {
    pub(in crate::source) day: Day,
    pub(super) time: Option<Clock>,
    /// Seconds east of UTC.
    pub(super) offset: Option<i32>,
}

/// Reads a cell; `None` where it is in no known form.
pub(in crate::source) fn parse(cell: &str) -> Option<Parsed> {
    fixed::parse(cell).or_else(|| any(cell))
}

/// Whether a cell is a time that hangs on nothing else, as a word such as `today` does.
pub(in crate::source) fn is_dated(cell: &str) -> bool {
    parse(cell).is_some_and(|time| !time.day.hangs_on_export())
}

/// Reads a cell by the whole grammar.
pub(in crate::source) fn any(cell: &str) -> Option<Parsed> {
    // No time is longer, and most texts are.
    if cell.len() > 120 {
        return None;
    }
    let cell = plain(cell);
    let cell = cell.trim();
    let alone = |day| Parsed {
        day,
        time: None,
        offset: None,
    };
    if let Some((millis, unit)) = digits::epoch(cell) {
        return Some(alone(Day::Instant(millis, unit)));
    }
    if let Some(day) = digits::basic(cell) {
        return Some(day);
    }
    let is_named = || cell.starts_with(char::is_alphabetic);
    absolute(cell, false)
        .or_else(|| absolute(cell, true).filter(|_| is_named()))
        .or_else(|| relative::parse(cell))
}

fn absolute(cell: &str, named: bool) -> Option<Parsed> {
    let mut at = Cursor { rest: cell };
    let day = at.day(named)?;
    at.weekday_behind();
    at.gap();
    let (time, offset) = at.time_of_day()?;
    let day = match day {
        Found::Whole(day) => day,
        // `Oct 31 22:10:47 +0000 2017`, or without the year
        Found::YearToCome(month, day) if at.rest.is_empty() => Day::Recent(month, day),
        Found::YearToCome(month, day) => {
            let (year, digits) = at.number(4)?;
            at.blanks();
            (digits == 4).then_some(Day::Full(i32::try_from(year).ok()?, month, day))?
        }
    };
    if matches!(day, Day::Month(..)) && (time.is_some() || !at.rest.is_empty()) {
        return None;
    }
    at.weekday_behind();
    at.blanks();
    at.rest.is_empty().then_some(Parsed { day, time, offset })
}

/// Whether a cell looks like a time, readable or not: two numbers at least, and of these one that may be a year,
/// or beside them the name of a month or a weekday.
pub(in crate::source) fn resembles(cell: &str) -> bool {
    if cell.len() > 60 || cell.contains("://") {
        return false;
    }
    let cell = plain(cell);
    let numbers = || {
        cell.split(|c: char| !c.is_ascii_digit())
            .filter(|n| !n.is_empty())
    };
    let is_year = |n: &str| n.len() == 4 && (n.starts_with("19") || n.starts_with("20"));
    let is_named = |word: &str| words().month(word).is_some() || words().is_weekday(word);
    let is_short = numbers().all(|n| n.len() <= 4);
    is_short
        && numbers().count() > 1
        && (numbers().any(is_year) || cell.split(|c: char| !c.is_alphabetic()).any(is_named))
}

/// A cell with the digits, signs and blanks of ASCII, and without marks that cannot be seen.
pub(super) fn plain(cell: &str) -> Cow<'_, str> {
    if cell.is_ascii() {
        return Cow::Borrowed(cell);
    }
    let seen = |c: char| {
        !matches!(
            c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}'
        )
    };
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c if c.is_whitespace() => ' ',
        c => c,
    };
    Cow::Owned(cell.chars().filter(|c| seen(*c)).map(plain).collect())
}
