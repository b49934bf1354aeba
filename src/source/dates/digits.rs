//! Times that are digits only: counted since 1970, or ISO 8601 without its signs.

use super::cursor::Cursor;
use super::grammar::{Clock, Day, Epoch, Parsed};

/// Seconds (10 digits), milliseconds (13), microseconds (16) or nanoseconds (19) since 1970, seconds and
/// milliseconds also with a fraction; seconds as `1.680486026e9`, where every digit is there.
pub(super) fn epoch(cell: &str) -> Option<(i64, Epoch)> {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if let Some((number, "9" | "+9" | "09" | "+09")) = cell.split_once(['e', 'E']) {
        let (whole, part) = number.split_once('.')?;
        let has_all = whole.len() == 1 && (9..=18).contains(&part.len()) && digits(whole) && digits(part);
        let (seconds, fraction) = part.split_at_checked(9).filter(|_| has_all)?;
        return Some((
            thousandths(format!("{whole}{seconds}").parse().ok()?, fraction),
            Epoch::Seconds,
        ));
    }
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    if !matches!(whole.len(), 10 | 13 | 16 | 19) || !digits(whole) || !digits(part) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => Some((thousandths(number, part), Epoch::Seconds)),
        13 => Some((number, Epoch::Milliseconds)),
        16 if part.is_empty() => Some((number / 1000, Epoch::Microseconds)),
        19 if part.is_empty() => Some((number / 1_000_000, Epoch::Nanoseconds)),
        _ => None,
    }
}

/// Milliseconds of whole seconds and the digits behind the point.
fn thousandths(seconds: i64, part: &str) -> i64 {
    let digits = part.bytes().chain(*b"000").take(3);
    seconds * 1000 + digits.fold(0, |n, b| n * 10 + i64::from(b - b'0'))
}

/// `20261121`, `20261121T093000Z`, `20261121093000`.
pub(super) fn basic(cell: &str) -> Option<Parsed> {
    let (day, rest) = cell.split_at_checked(8)?;
    let number = |s: &str| {
        s.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| s.parse::<u32>().ok())?
    };
    let (year, month) = (number(day.get(..4)?)?, number(day.get(4..6)?)?);
    let day = Day::Full(i32::try_from(year).ok()?, month, number(day.get(6..)?)?);
    if rest.is_empty() {
        return Some(Parsed {
            day,
            time: None,
            offset: None,
        });
    }
    let (clock, zone) = rest.strip_prefix('T').unwrap_or(rest).split_at_checked(6)?;
    let clock = Clock {
        hour: number(clock.get(..2)?)?,
        minute: number(clock.get(2..4)?)?,
        second: Some(number(clock.get(4..)?)?),
        millis: 0,
    };
    let mut at = Cursor { rest: zone };
    let offset = at.offset();
    (at.rest.is_empty() && (offset.is_some() || zone.is_empty())).then_some(Parsed {
        day,
        time: Some(clock),
        offset,
    })
}
