//! The few forms of time that nearly all exports write, by their fixed places: a short cut for `grammar`,
//! which reads them just the same (the tests compare).

use super::grammar::{Clock, Day, Parsed};

/// Reads `2026-11-21T09:30:00Z`, `2026-11-21 09:30:00` and `Tue Oct 31 22:10:47 +0000 2017`.
pub(super) fn parse(cell: &str) -> Option<Parsed> {
    let bytes = cell.as_bytes();
    match bytes.len() {
        19 => iso(bytes, None),
        20 if bytes.last() == Some(&b'Z') => iso(bytes, Some(0)),
        30 => twitter(bytes),
        _ => None,
    }
}

fn iso(bytes: &[u8], offset: Option<i32>) -> Option<Parsed> {
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
        b'T' | b' ',
        clock @ ..,
    ] = bytes
    else {
        return None;
    };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let day = Day::Full(
        i32::try_from(year).ok()?,
        number(&[*o1, *o2])?,
        number(&[*d1, *d2])?,
    );
    Some(Parsed {
        day,
        time: Some(self::clock(clock.get(..8)?)?),
        offset,
    })
}

fn twitter(bytes: &[u8]) -> Option<Parsed> {
    let (weekday, rest) = bytes.split_at_checked(4)?;
    let (month, rest) = rest.split_at_checked(4)?;
    let [d1, d2, b' ', clock @ ..] = rest else {
        return None;
    };
    let (clock, rest) = clock.split_at_checked(8)?;
    let [b' ', b'+', b'0', b'0', b'0', b'0', b' ', y1, y2, y3, y4] = rest else {
        return None;
    };
    [b"Mon ", b"Tue ", b"Wed ", b"Thu ", b"Fri ", b"Sat ", b"Sun "]
        .iter()
        .any(|name| *name == weekday)
        .then_some(())?;
    let month = [
        b"Jan ", b"Feb ", b"Mar ", b"Apr ", b"May ", b"Jun ", b"Jul ", b"Aug ", b"Sep ", b"Oct ", b"Nov ",
        b"Dec ",
    ]
    .iter()
    .position(|name| *name == month)?;
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let day = Day::Full(
        i32::try_from(year).ok()?,
        u32::try_from(month + 1).ok()?,
        number(&[*d1, *d2])?,
    );
    Some(Parsed {
        day,
        time: Some(self::clock(clock)?),
        offset: Some(0),
    })
}

fn clock(bytes: &[u8]) -> Option<Clock> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = bytes else {
        return None;
    };
    let second = number(&[*s1, *s2])?;
    Some(Clock {
        hour: number(&[*h1, *h2])?,
        minute: number(&[*m1, *m2])?,
        // A leap second is told as the second before it.
        second: Some(if second == 60 { 59 } else { second }),
        millis: 0,
    })
}

fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}
