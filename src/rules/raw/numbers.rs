//! Numbers and lengths of time of a TOML file, read within bounds. What they are for is not known here.

use super::{Source, Value};
use std::ops::RangeInclusive;

impl<'t> Source<'t> {
    /// A whole number within bounds.
    pub fn integer(&mut self, value: &Value<'t>, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = value.get_ref().as_integer().and_then(|n| {
            i64::from_str_radix(&n.as_str().replace('_', ""), n.radix())
                .ok()
                .filter(|n| range.contains(n))
        });
        if number.is_none() {
            let wanted = format!("a whole number from {} to {}", range.start(), range.end());
            self.wrong(
                value,
                key,
                &wanted,
                &format!("for example: {key} = {}", 2.clamp(*range.start(), *range.end())),
            );
        }
        number
    }

    /// A number with at most two decimals, in hundredths.
    pub fn hundredths(&mut self, value: &Value<'t>, key: &str, range: RangeInclusive<i32>) -> Option<i32> {
        let written = value.get_ref().as_integer().map(|n| n.as_str());
        let written = written.or_else(|| value.get_ref().as_float().map(|n| n.as_str()));
        let number = written.and_then(hundredths).filter(|n| range.contains(n));
        if number.is_none() {
            let shown = |n: &i32| f64::from(*n) / 100.0;
            let (low, high) = (shown(range.start()), shown(range.end()));
            let wanted = format!("a number from {low} to {high} with at most two decimals");
            self.wrong(value, key, &wanted, "");
        }
        number
    }

    /// A number of stars.
    pub fn stars(&mut self, value: &Value<'t>, key: &str) -> Option<f32> {
        let written = value.get_ref().as_integer().map(|n| n.as_str());
        let written = written.or_else(|| value.get_ref().as_float().map(|n| n.as_str()));
        let number = written
            .and_then(|n| n.parse::<f32>().ok())
            .filter(|n| (0.0..=5.0).contains(n));
        if number.is_none() {
            self.wrong(
                value,
                key,
                "a number of stars from 0 to 5",
                &format!("for example: {key} = 4"),
            );
        }
        number
    }

    /// A length of time (`"30m"`, `"1h"`, `"2d"`) in seconds.
    pub fn duration(&mut self, value: &Value<'t>, key: &str) -> Option<u64> {
        let seconds = value.get_ref().as_str().and_then(seconds);
        if seconds.is_none() {
            self.wrong(
                value,
                key,
                "a length of time",
                "write it as \"30m\", \"1h\" or \"2d\"",
            );
        }
        seconds
    }
}

/// `30m`, `1 h`, `2d`, `90s`, `1w` in seconds.
fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = match unit.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)
        .filter(|seconds| *seconds > 0)
}

/// `-0.5` → -50.
fn hundredths(written: &str) -> Option<i32> {
    let (sign, number) = match written.strip_prefix('-') {
        Some(number) => (-1, number),
        None => (1, written.strip_prefix('+').unwrap_or(written)),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = match part.len() {
        0 => 0,
        1 => part.parse::<i32>().ok()? * 10,
        2 => part.parse::<i32>().ok()?,
        _ => return None,
    };
    let whole = whole.parse::<i32>().ok()?.checked_mul(100)?;
    Some(sign * (whole + part))
}
