//! Where the reading of a cell is, and how it gets on through a day: the numbers, names and signs of it.

use super::grammar::Day;
use super::words::words;

/// What stands where the day is.
pub(super) enum Found {
    Whole(Day),
    YearToCome(u32, u32),
}

/// Where the reading of a cell is.
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        self.rest.strip_prefix(wanted).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    pub(super) fn eat_any(&mut self, wanted: &[char]) -> Option<char> {
        let next = self.rest.chars().next().filter(|c| wanted.contains(c))?;
        self.eat(next);
        Some(next)
    }

    pub(super) fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// What may stand between day and time.
    pub(super) fn gap(&mut self) {
        // `T 12` is no way to write a time: whoever does may mean something else.
        if !self.eat('T') && !self.eat('t') {
            self.eat(',');
            self.blanks();
            let between = words()
                .between
                .iter()
                .find_map(|word| self.rest.strip_prefix(word.as_str()));
            self.rest = between.unwrap_or(self.rest);
        }
    }

    /// Up to `most` digits: their value and how many there were.
    pub(super) fn number(&mut self, most: usize) -> Option<(u32, usize)> {
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
        let is_letter = |c: char| c.is_alphabetic() && !('\u{3040}'..'\u{a000}').contains(&c);
        let end = self.rest.find(|c| !is_letter(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// A name that means both is taken for a weekday if `named`, else for a month: `mar. 3 nov.`, `Mar 3`.
    pub(super) fn day(&mut self, named: bool) -> Option<Found> {
        let era = words().eras.iter();
        let mut era = era.filter_map(|(era, before)| Some((self.rest.strip_prefix(era.as_str())?, before)));
        if let Some((rest, before)) = era.next() {
            self.rest = rest.trim_start();
            let year = match self.eat('元') {
                true => 1,
                false => i32::try_from(self.number(3)?.0).ok()?,
            };
            return self.after_year(year + before);
        }
        self.article();
        if !self.rest.starts_with(|c: char| c.is_ascii_digit()) && (self.weekday(named)) {
            self.eat('.');
            self.eat(',');
            self.blanks();
            self.article();
        }
        let word = self.word();
        if !word.is_empty() {
            return self.after_month(month(word)?);
        }
        let (number, digits) = self.number(4)?;
        match digits {
            4 => self.after_year(i32::try_from(number).ok()?),
            1 | 2 => self.after_small(number),
            _ => None,
        }
    }

    fn article(&mut self) {
        let articles = &words().day_and_clock.0;
        let rest = articles
            .iter()
            .find_map(|word| self.rest.strip_prefix(word.as_str()));
        self.rest = rest.unwrap_or(self.rest);
    }

    /// The name of a weekday; with `also_months` even one that is the name of a month as well.
    fn weekday(&mut self, also_months: bool) -> bool {
        if let Some((_, rest)) = words().joined_weekday(self.rest) {
            self.rest = rest;
            return true;
        }
        let end = self.rest.find(|c: char| !c.is_alphabetic() && c != '-');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let is_one = words().is_weekday(word) && (also_months || month(word).is_none());
        self.rest = if is_one { rest } else { self.rest };
        is_one
    }

    /// `2026-01-21`, `2026/3/9`, `2024.05.15`, `2016年06月26日`, `2024-05`
    fn after_year(&mut self, year: i32) -> Option<Found> {
        let sign = self.eat_any(&['-', '/', '.', '年'])?;
        self.blanks();
        let (month, digits) = self.number(2)?;
        if self.rest.is_empty() && sign == '-' && digits == 2 {
            return Some(Found::Whole(Day::Month(year, month)));
        }
        let second = self.eat_any(&['-', '/', '.', '月'])?;
        if (sign == '年') != (second == '月') {
            return None;
        }
        if self.rest.is_empty() && sign == '年' {
            return Some(Found::Whole(Day::Month(year, month)));
        }
        self.blanks();
        let (day, _) = self.number(2)?;
        if sign == '年' {
            self.eat_any(&['日', '号', '號']);
        }
        Some(Found::Whole(Day::Full(year, month, day)))
    }

    /// `9/6/2018`, `31-12-2018`, `15.05.2024`, `22/09/17`, `31 Oct 2017`, `17-May-20`, `21. November 2026`
    fn after_small(&mut self, first: u32) -> Option<Found> {
        for ending in ["st", "nd", "rd", "th", "er"] {
            self.rest = self.rest.strip_prefix(ending).unwrap_or(self.rest);
        }
        let sign = self.eat_any(&['/', '-', '.', ' '])?;
        self.blanks();
        self.rest = self.rest.strip_prefix("de ").unwrap_or(self.rest);
        let word = self.word();
        if !word.is_empty() {
            let month = month(word)?;
            self.eat_any(&['-', '/', '.', ',']);
            self.blanks();
            self.rest = self.rest.strip_prefix("de ").unwrap_or(self.rest);
            if self.rest.is_empty() {
                return Some(Found::Whole(Day::Recent(month, first)));
            }
            let year = self.year()?;
            return Some(Found::Whole(Day::Full(year, month, first)));
        }
        let (second, _) = self.number(2)?;
        if sign == ' ' || !self.eat(sign) {
            return None;
        }
        let (third, digits) = self.number(4)?;
        let day = match (digits, sign) {
            // With points the day comes first everywhere.
            (4, '.') => Day::Full(i32::try_from(third).ok()?, second, first),
            (4, _) => Day::Short(first, second, i32::try_from(third).ok()?),
            (2, _) => Day::Tiny(first, second, third),
            _ => return None,
        };
        Some(Found::Whole(day))
    }

    /// After `Oct`: ` 31, 2017`, ` 2017`, or ` 31` with the year at the very end or left away.
    fn after_month(&mut self, month: u32) -> Option<Found> {
        self.eat('.');
        self.blanks();
        let is_year = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count() == 4;
        if is_year(self.rest) {
            return Some(Found::Whole(Day::Month(self.year()?, month)));
        }
        let (day, _) = self.number(2)?;
        for ending in ["st", "nd", "rd", "th"] {
            self.rest = self.rest.strip_prefix(ending).unwrap_or(self.rest);
        }
        let comma = self.eat(',');
        self.blanks();
        if comma || is_year(self.rest) {
            return Some(Found::Whole(Day::Full(self.year()?, month, day)));
        }
        Some(Found::YearToCome(month, day))
    }

    fn year(&mut self) -> Option<i32> {
        match self.number(4)? {
            (year, 4) => i32::try_from(year).ok(),
            (year, 2) => Some(whole_year(year)),
            _ => None,
        }
    }

    /// `星期三`, `(火)`, `(Di.)` behind a day or at the very end.
    pub(super) fn weekday_behind(&mut self) {
        let before = self.rest;
        self.blanks();
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.rest = before;
            return;
        }
        if let Some((_, rest)) = words().joined_weekday(self.rest) {
            self.rest = rest;
            return;
        }
        if self.eat(',') {
            self.blanks();
        }
        let is_inside = self.eat('(');
        let is_one = self.weekday(true);
        self.eat('.');
        if !is_one || (is_inside && !self.eat(')')) {
            self.rest = before;
        }
    }
}

/// The year that two digits stand for.
pub(super) fn whole_year(short: u32) -> i32 {
    let year = i32::try_from(short).unwrap_or(0);
    if year < 70 { 2000 + year } else { 1900 + year }
}

fn month(word: &str) -> Option<u32> {
    words().month(word)
}
