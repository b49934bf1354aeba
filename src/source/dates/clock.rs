//! Reads a time of day, with the part of the day by which its hour is called and its distance from UTC.

use super::cursor::Cursor;
use super::grammar::Clock;
use super::words::words;

/// No zone is farther from UTC, in seconds.
const FARTHEST: i32 = 18 * 3600;

/// Zones by names that mean one thing only (`CST` and `IST` mean several), in hours.
const ZONES: [(&str, i32); 9] = [
    ("PST", -8),
    ("PDT", -7),
    ("EST", -5),
    ("EDT", -4),
    ("CEST", 2),
    ("CET", 1),
    ("HKT", 8),
    ("JST", 9),
    ("KST", 9),
];

/// The part of the day by which an hour is called.
#[derive(Clone, Copy)]
enum Half {
    /// AM, 上午, 凌晨.
    First,
    /// PM, 下午.
    Second,
    /// 中午: from ten to three.
    Noon,
    /// 晚上: midnight has another day.
    Evening,
    /// 半夜: before midnight or after it.
    Night,
}

impl Half {
    /// The hour of 24 that is called so; `None` where there is none, or where nobody can tell.
    fn hour(self, hour: u32) -> Option<u32> {
        match (self, hour) {
            (Half::First | Half::Night, 12) => Some(0),
            (Half::First, 0..12) => Some(hour),
            (Half::Second, 0..12) => Some(hour + 12),
            (Half::Second, 12..24) => Some(hour),
            (Half::Noon, 10..16) => Some(hour),
            (Half::Noon, 1..4) => Some(hour + 12),
            (Half::Evening, 4..12) => Some(hour + 12),
            (Half::Evening, 16..24) => Some(hour),
            (Half::Night, 0..6 | 22..24) => Some(hour),
            (Half::Night, 10..12) => Some(hour + 12),
            _ => None,
        }
    }
}

impl Cursor<'_> {
    /// The time of day and its offset, where there is one; `None` where what stands there makes no sense.
    pub(super) fn time_of_day(&mut self) -> Option<(Option<Clock>, Option<i32>)> {
        let half = self.half_of_day_before();
        let Some(mut clock) = self.clock() else {
            return half.is_none().then_some((None, None));
        };
        self.blanks();
        let half = half.or_else(|| self.half_of_day());
        clock.hour = half.map_or(Some(clock.hour), |half| half.hour(clock.hour))?;
        self.blanks();
        let behind = self.rest;
        let offset = self.offset();
        if offset.is_none() {
            self.rest = behind;
        }
        self.blanks();
        Some((Some(clock), offset))
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
        let sign = self.eat_any(&[':', '：', '时', '時', '点', '點', '.', 'h', ' '])?;
        let sign = match sign {
            // `14 h 30`
            ' ' => self.eat_any(&['h'])?,
            sign => sign,
        };
        if sign == 'h' {
            self.blanks();
        }
        let (minute, digits) = self.number(2)?;
        if matches!(sign, '.' | 'h') && digits != 2 {
            return None;
        }
        let mut clock = Clock {
            hour,
            minute,
            second: None,
            millis: 0,
        };
        if sign == '.' {
            return self.word_behind().then_some(clock);
        }
        self.eat('分');
        if sign == 'h' {
            return Some(clock);
        }
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
        self.word_behind();
        Some(clock)
    }

    /// `Uhr` behind a time of day.
    fn word_behind(&mut self) -> bool {
        let rest = self.rest.trim_start();
        let mut words = words().day_and_clock.1.iter();
        let behind = words.find_map(|word| {
            let head = rest.get(..word.len())?;
            head.eq_ignore_ascii_case(word).then(|| rest.get(word.len()..))?
        });
        let behind = behind.filter(|rest| !rest.starts_with(char::is_alphanumeric));
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn half_of_day_before(&mut self) -> Option<Half> {
        const WORDS: [(&str, Half); 18] = [
            ("上午", Half::First),
            ("凌晨", Half::First),
            ("清晨", Half::First),
            ("早上", Half::First),
            ("早晨", Half::First),
            ("午前", Half::First),
            ("下午", Half::Second),
            ("午后", Half::Second),
            ("午後", Half::Second),
            ("傍晚", Half::Second),
            ("中午", Half::Noon),
            ("正午", Half::Noon),
            ("晚上", Half::Evening),
            ("夜晚", Half::Evening),
            ("晚间", Half::Evening),
            ("半夜", Half::Night),
            ("深夜", Half::Night),
            ("午夜", Half::Night),
        ];
        let (rest, half) = WORDS
            .iter()
            .find_map(|(word, half)| Some((self.rest.strip_prefix(word)?, *half)))?;
        self.rest = rest.trim_start();
        Some(half)
    }

    fn half_of_day(&mut self) -> Option<Half> {
        const WORDS: [(&str, Half); 8] = [
            ("am", Half::First),
            ("pm", Half::Second),
            ("a.m.", Half::First),
            ("p.m.", Half::Second),
            ("a. m.", Half::First),
            ("p. m.", Half::Second),
            ("上午", Half::First),
            ("下午", Half::Second),
        ];
        let (word, half) = WORDS.iter().find(|(word, _)| {
            let head = self.rest.get(..word.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(word))
        })?;
        self.rest = self.rest.get(word.len()..)?;
        Some(*half)
    }

    /// `Z`, `UTC`, `+08:00`, `+0800`, `+08`, in seconds.
    pub(super) fn offset(&mut self) -> Option<i32> {
        if self.eat('Z') || self.eat('z') {
            return Some(0);
        }
        for (name, hours) in ZONES {
            if let Some(rest) = self.rest.strip_prefix(name) {
                self.rest = rest;
                return Some(hours * 3600);
            }
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
        let colon = self.eat(':');
        let minutes = match self.number(2) {
            Some((minutes, 2)) => minutes,
            Some(_) => return None,
            None if colon => return None,
            None => 0,
        };
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        (seconds <= FARTHEST && minutes < 60).then_some(sign * seconds)
    }
}
