//! The forms in which exports write times, as one small grammar: day, clock, offset, weekday.
//!
//! What comes out is what stands there, not yet an instant: zones and the order of day and month are
//! decided in `dates`.

use super::fixed;

/// No zone is farther from UTC, in seconds.
const FARTHEST: i32 = 18 * 3600;

/// The day of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// Milliseconds since 1970.
    Instant(i64),
    /// Year, month, day.
    Full(i32, u32, u32),
    /// Two small numbers whose order is open, and the year.
    Short(u32, u32, i32),
}

/// The time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: Option<u32>,
    pub(super) millis: u32,
}

/// What a cell says, and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) day: Day,
    pub(super) time: Option<Clock>,
    /// Seconds east of UTC.
    pub(super) offset: Option<i32>,
}

/// Reads a cell; `None` where it is in no known form.
pub(super) fn parse(cell: &str) -> Option<Parsed> {
    fixed::parse(cell).or_else(|| any(cell))
}

/// Reads a cell by the whole grammar.
pub(super) fn any(cell: &str) -> Option<Parsed> {
    let cell = cell.trim();
    if let Some(millis) = epoch(cell) {
        return Some(Parsed {
            day: Day::Instant(millis),
            time: None,
            offset: None,
        });
    }
    let mut at = Cursor { rest: cell };
    let day = at.day()?;
    at.gap();
    let half = at.half_of_day_before();
    let mut time = at.clock();
    let mut offset = None;
    if let Some(clock) = &mut time {
        at.blanks();
        let half = half.or_else(|| at.half_of_day());
        clock.hour = match (half, clock.hour) {
            (Some(Half::Second), hour) if hour < 12 => hour + 12,
            (Some(Half::First), 12) => 0,
            (_, hour) => hour,
        };
        at.blanks();
        let behind = at.rest;
        offset = at.offset();
        if offset.is_none() {
            at.rest = behind;
        }
        at.blanks();
    } else if half.is_some() {
        return None;
    }
    let day = match day {
        Found::Whole(day) => day,
        // `Oct 31 22:10:47 +0000 2017`
        Found::YearToCome(month, day) => {
            let (year, digits) = at.number(4)?;
            at.blanks();
            (digits == 4).then_some(Day::Full(i32::try_from(year).ok()?, month, day))?
        }
    };
    at.weekday_at_end();
    at.rest.is_empty().then_some(Parsed { day, time, offset })
}

/// Seconds (10 digits) or milliseconds (13) since 1970, with or without a fraction.
fn epoch(cell: &str) -> Option<i64> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    match whole.len() {
        10 => {
            let thousandths = part
                .bytes()
                .chain(*b"000")
                .take(3)
                .fold(0, |n, b| n * 10 + i64::from(b - b'0'));
            Some(whole.parse::<i64>().ok()? * 1000 + thousandths)
        }
        13 => whole.parse().ok(),
        _ => None,
    }
}

enum Found {
    Whole(Day),
    YearToCome(u32, u32),
}

#[derive(Clone, Copy)]
enum Half {
    First,
    Second,
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn eat(&mut self, wanted: char) -> bool {
        self.rest.strip_prefix(wanted).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn eat_any(&mut self, wanted: &[char]) -> Option<char> {
        let next = self.rest.chars().next().filter(|c| wanted.contains(c))?;
        self.eat(next);
        Some(next)
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// What may stand between day and time.
    fn gap(&mut self) {
        if !self.eat('T') && !self.eat('t') {
            self.eat(',');
            self.blanks();
        }
    }

    /// Up to `most` digits: their value and how many there were.
    fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let digits = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (number, rest) = self.rest.split_at(digits);
        let value = number.bytes().fold(0u32, |n, b| n * 10 + u32::from(b - b'0'));
        self.rest = rest;
        (digits > 0).then_some((value, digits))
    }

    fn word(&mut self) -> &'a str {
        let letters = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (word, rest) = self.rest.split_at(letters);
        self.rest = rest;
        word
    }

    fn day(&mut self) -> Option<Found> {
        let first = *self.rest.as_bytes().first()?;
        if first.is_ascii_alphabetic() {
            let word = self.word();
            if let Some(month) = month(word) {
                return self.after_month(month);
            }
            weekday(word).then_some(())?;
            self.eat(',');
            self.eat('.');
            self.blanks();
            if self.rest.as_bytes().first()?.is_ascii_alphabetic() {
                let month = month(self.word())?;
                return self.after_month(month);
            }
        }
        let (number, digits) = self.number(4)?;
        match digits {
            4 => self.after_year(i32::try_from(number).ok()?),
            1 | 2 => self.after_small(number),
            _ => None,
        }
    }

    /// `2026-01-21`, `2026/3/9`, `2024.05.15`, `2016年06月26日`
    fn after_year(&mut self, year: i32) -> Option<Found> {
        let sign = self.eat_any(&['-', '/', '.', '年'])?;
        self.blanks();
        let (month, _) = self.number(2)?;
        let second = self.eat_any(&['-', '/', '.', '月'])?;
        if (sign == '年') != (second == '月') {
            return None;
        }
        self.blanks();
        let (day, _) = self.number(2)?;
        if sign == '年' {
            self.eat_any(&['日', '号', '號']);
        }
        Some(Found::Whole(Day::Full(year, month, day)))
    }

    /// `9/6/2018`, `31-12-2018`, `15.05.2024`, `31 Oct 2017`, `17-May-20`
    fn after_small(&mut self, first: u32) -> Option<Found> {
        let sign = self.eat_any(&['/', '-', '.', ' '])?;
        self.blanks();
        if self.rest.as_bytes().first()?.is_ascii_alphabetic() {
            let month = month(self.word())?;
            self.eat_any(&['-', '/', '.', ',']);
            self.blanks();
            let year = self.year()?;
            return Some(Found::Whole(Day::Full(year, month, first)));
        }
        let (second, _) = self.number(2)?;
        if sign == ' ' || !self.eat(sign) {
            return None;
        }
        let year = self.year()?;
        // With points the day comes first everywhere.
        let day = if sign == '.' {
            Day::Full(year, second, first)
        } else {
            Day::Short(first, second, year)
        };
        Some(Found::Whole(day))
    }

    /// After `Oct`: ` 31, 2017` or ` 31` with the year at the very end.
    fn after_month(&mut self, month: u32) -> Option<Found> {
        self.eat('.');
        self.blanks();
        let (day, _) = self.number(2)?;
        let comma = self.eat(',');
        self.blanks();
        let year_here = comma || self.rest.bytes().take_while(u8::is_ascii_digit).count() == 4;
        if year_here {
            return Some(Found::Whole(Day::Full(self.year()?, month, day)));
        }
        Some(Found::YearToCome(month, day))
    }

    fn year(&mut self) -> Option<i32> {
        match self.number(4)? {
            (year, 4) => i32::try_from(year).ok(),
            (year, 2) => i32::try_from(2000 + year).ok(),
            _ => None,
        }
    }

    fn clock(&mut self) -> Option<Clock> {
        let start = self.rest;
        let clock = self.clock_parts();
        if clock.is_none() {
            self.rest = start;
        }
        clock
    }

    fn clock_parts(&mut self) -> Option<Clock> {
        let (hour, _) = self.number(2)?;
        self.eat_any(&[':', '：', '时', '時', '点', '點'])?;
        let (minute, _) = self.number(2)?;
        let mut clock = Clock {
            hour,
            minute,
            second: None,
            millis: 0,
        };
        self.eat('分');
        if self.eat(':') || self.eat('：') || self.rest.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            // A leap second is told as the second before it.
            clock.second = Some(self.number(2)?.0).map(|s| if s == 60 { 59 } else { s });
            self.eat('秒');
            if self.eat('.') || self.eat(',') {
                let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
                let (fraction, rest) = self.rest.split_at(digits);
                clock.millis = fraction
                    .bytes()
                    .chain(*b"000")
                    .take(3)
                    .fold(0, |n, b| n * 10 + u32::from(b - b'0'));
                self.rest = rest;
            }
        }
        Some(clock)
    }

    fn half_of_day_before(&mut self) -> Option<Half> {
        const WORDS: [(&str, Half); 6] = [
            ("上午", Half::First),
            ("凌晨", Half::First),
            ("早上", Half::First),
            ("下午", Half::Second),
            ("晚上", Half::Second),
            ("中午", Half::Second),
        ];
        let (rest, half) = WORDS
            .iter()
            .find_map(|(word, half)| Some((self.rest.strip_prefix(word)?, *half)))?;
        self.rest = rest.trim_start();
        Some(half)
    }

    fn half_of_day(&mut self) -> Option<Half> {
        let head = self.rest.get(..2)?;
        let half = if head.eq_ignore_ascii_case("am") {
            Half::First
        } else if head.eq_ignore_ascii_case("pm") {
            Half::Second
        } else {
            return None;
        };
        self.rest = self.rest.get(2..)?;
        Some(half)
    }

    /// `Z`, `UTC`, `+08:00`, `+0800`, `+08`, in seconds.
    fn offset(&mut self) -> Option<i32> {
        if self.eat('Z') || self.eat('z') {
            return Some(0);
        }
        let named = ["UTC", "GMT"]
            .iter()
            .find_map(|name| self.rest.strip_prefix(name));
        if let Some(rest) = named {
            self.rest = rest;
        }
        let sign = match self.eat_any(&['+', '-', '−']) {
            Some('+') => 1,
            Some(_) => -1,
            None => return named.map(|_| 0),
        };
        let (hours, _) = self.number(2)?;
        self.eat(':');
        let minutes = self.number(2).map_or(0, |(minutes, _)| minutes);
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        (seconds <= FARTHEST && minutes < 60).then_some(sign * seconds)
    }

    fn weekday_at_end(&mut self) {
        self.blanks();
        let is_chinese = |s: &str| {
            ["星期", "礼拜", "禮拜", "周", "週"]
                .iter()
                .find_map(|w| s.strip_prefix(w))
                .is_some_and(|day| day.chars().count() == 1)
        };
        if weekday(self.rest) || is_chinese(self.rest) {
            self.rest = "";
        }
    }
}

/// Whether `word` is one of `names`, whole or as its first three letters (or four: `Sept`, `Tues`).
fn among(word: &str, names: &[&str]) -> Option<usize> {
    let fits = |name: &&str| {
        (word.len() == 3 || word.len() == 4 || word.len() == name.len())
            && name
                .get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    names.iter().position(fits)
}

fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    u32::try_from(among(word, &NAMES)? + 1).ok()
}

fn weekday(word: &str) -> bool {
    const NAMES: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    among(word, &NAMES).is_some()
}
