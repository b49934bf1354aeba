//! Times that hang on when the export was made: `3 days ago`, `昨天 12:30`, `05-15`. What comes out is what
//! stands there; from when it is counted is decided in the room around.

use super::cursor::Cursor;
use super::grammar::{Day, Parsed};
use super::words::words;
use crate::calendar::{Ago, Unit};

/// Reads a cell whose blanks and digits are [plain](super::grammar::plain).
pub(super) fn parse(cell: &str) -> Option<Parsed> {
    let cell = cell.to_lowercase();
    let mut text = cell.trim();
    let (before, after) = &words().around;
    if let Some(rest) = before.iter().find_map(|word| text.strip_prefix(word.as_str())) {
        text = rest;
    }
    if let Some(rest) = after.iter().find_map(|word| text.strip_suffix(word.as_str())) {
        text = rest;
    }
    read(text).or_else(|| read(without_origin(text)?))
}

fn read(text: &str) -> Option<Parsed> {
    if let Some(ago) = words().phrase(text).or_else(|| counted(text)) {
        return Some(Parsed {
            day: Day::Ago(ago),
            time: None,
            offset: None,
        });
    }
    named_day(text).or_else(|| day_without_year(text))
}

/// `3 days ago`, `hace 3 días`, `3天前`, `3d`.
fn counted(text: &str) -> Option<Ago> {
    let (before, after) = &words().ago;
    let inside = before.iter().find_map(|word| text.strip_prefix(word.as_str()));
    let inside = inside.or_else(|| after.iter().find_map(|word| text.strip_suffix(word.as_str())));
    // Without such a word only what is short: `3d`.
    let bare = inside.is_none();
    let (n, unit) = words().number(inside.unwrap_or(text).trim())?;
    if bare && !(unit.is_ascii() && (1..=2).contains(&unit.len()) && text.is_ascii()) {
        return None;
    }
    let unit = words().unit(unit.trim_start())?;
    Some(Ago { n, unit })
}

/// `yesterday`, `昨天 12:30`, `Today at 5:04 PM`, `周三 12:30`.
fn named_day(text: &str) -> Option<Parsed> {
    let ago = |n| Day::Ago(Ago { n, unit: Unit::Day });
    let named = words().day(text).map(|(n, rest)| (ago(n), rest));
    let weekday = || words().joined_weekday(text).filter(|_| !text.starts_with('('));
    let (day, rest) = named.or_else(|| weekday().map(|(n, rest)| (Day::Weekday(n), rest)))?;
    let rest = rest.trim_start().trim_start_matches(',').trim_start();
    let between = words()
        .between
        .iter()
        .find_map(|word| rest.strip_prefix(word.as_str()));
    let mut at = Cursor {
        rest: between.unwrap_or(rest),
    };
    let (time, offset) = at.time_of_day()?;
    at.rest.is_empty().then_some(Parsed { day, time, offset })
}

/// `05-15`, `5月15日 12:30`: Weibo leaves out the year that is running.
fn day_without_year(text: &str) -> Option<Parsed> {
    let mut at = Cursor { rest: text };
    let (month, digits) = at.number(2)?;
    let sign = at.eat_any(&['-', '月'])?;
    let (day, more) = at.number(2)?;
    match sign {
        '-' if digits == 2 && more == 2 => {}
        '月' => {
            at.eat_any(&['日', '号', '號'])?;
        }
        _ => return None,
    }
    at.rest
        .chars()
        .next()
        .is_none_or(|c| !matches!(c, '-' | '/' | '.'))
        .then_some(())?;
    at.gap();
    let (time, offset) = at.time_of_day()?;
    at.rest.is_empty().then_some(Parsed {
        day: Day::Recent(month, day),
        time,
        offset,
    })
}

/// `3天前 广东`, `今天 12:30 来自 iPhone客户端`: from where or with what it was posted.
fn without_origin(text: &str) -> Option<&str> {
    for word in [" 来自", " 來自"] {
        if let Some((time, _)) = text.split_once(word) {
            return Some(time.trim_end());
        }
    }
    let (time, place) = text.rsplit_once(' ')?;
    let is_place = (2..=8).contains(&place.chars().count())
        && place.chars().all(|c| ('\u{4e00}'..'\u{a000}').contains(&c));
    is_place.then(|| time.trim_end())
}
