//! Single cells → values: ids, yes and no, directions, stars, counts, HTML entities.
//!
//! Times have their own room (`dates`). Nothing here knows of rows or places.

use crate::message::Direction;
use std::borrow::Cow;

/// A spreadsheet rounded this id (`5.70306E+17`), or its bytes could not be decoded (`�`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

/// The cell without the blanks around it. Most have none, and this costs those next to nothing.
pub(super) fn trim(cell: &str) -> &str {
    match cell.as_bytes() {
        [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => cell,
        _ => cell.trim(),
    }
}

/// What programs write where there is nothing.
pub(super) fn is_nothing(cell: &str) -> bool {
    let cell = trim(cell);
    match cell.as_bytes() {
        [] | [b'-'] => true,
        [b'#', ..] => is_spreadsheet_error(cell),
        [b'n' | b'N' | b'u' | b'U', rest @ ..] if rest.len() < 9 => {
            ["nan", "null", "none", "nat", "n/a", "undefined"]
                .iter()
                .any(|w| cell.eq_ignore_ascii_case(w))
        }
        _ => false,
    }
}

/// What a spreadsheet writes where it lost what was there.
pub(super) fn is_spreadsheet_error(cell: &str) -> bool {
    const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"];
    let cell = trim(cell);
    cell.as_bytes().first() == Some(&b'#') && ERRORS.iter().any(|e| cell.eq_ignore_ascii_case(e))
}

/// Digits that were guarded against a spreadsheet: `="123"`, `'123`.
fn unguarded(cell: &str) -> &str {
    let inside = match cell.as_bytes().first() {
        Some(b'=') => cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')),
        Some(b'\'') => cell.get(1..),
        _ => None,
    };
    let is_number = |s: &&str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    inside.filter(is_number).unwrap_or(cell)
}

/// An id with all its digits, without the `.0` of a float.
pub(super) fn id(cell: &str) -> Result<&str, Damaged> {
    let cell = unguarded(trim(cell));
    if !cell.is_ascii() && cell.contains('\u{fffd}') {
        return Err(Damaged);
    }
    let first = cell.as_bytes().first().copied().unwrap_or_default();
    if !first.is_ascii_digit() && !matches!(first, b'-' | b'+') {
        return Ok(cell);
    }
    if cell.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(cell);
    }
    if let Some(whole) = cell.strip_suffix(".0")
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        return Ok(whole);
    }
    if is_scientific(cell) {
        Err(Damaged)
    } else {
        Ok(cell)
    }
}

/// `5.70306E+17`, `1.26e18`. Without a point or a plus sign it could be a true id such as `1e23`.
fn is_scientific(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['e', 'E']) else {
        return false;
    };
    let mantissa = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let plus = exponent.starts_with('+');
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    match mantissa.split_once(['.', ',']) {
        Some((whole, part)) => digits(whole) && digits(part) && digits(exponent),
        None => plus && digits(mantissa) && digits(exponent),
    }
}

/// Yes or no.
pub(super) fn flag(cell: &str) -> Option<bool> {
    let cell = trim(cell);
    let is = |words: &[&str]| words.iter().any(|w| cell.eq_ignore_ascii_case(w));
    if cell.is_empty() || cell.len() > 6 {
        None
    } else if is(&["true", "t", "1", "1.0", "yes", "y", "是", "真"]) {
        Some(true)
    } else if is(&["false", "f", "0", "0.0", "no", "n", "否", "假", "不是"]) {
        Some(false)
    } else {
        None
    }
}

/// The direction that a cell tells: of a column `inbound` (yes or no) or `direction` (a word). `Ok(None)`
/// where it is empty, `Err` where it is neither.
pub(super) fn direction(cell: &str) -> Result<Option<Direction>, ()> {
    const IN: &[&str] = &[
        "in",
        "inbound",
        "incoming",
        "received",
        "receive",
        "from customer",
        "customer",
        "收到",
        "接收",
        "收",
        "来",
        "來",
        "客户",
        "客戶",
        "顾客",
        "顧客",
    ];
    const OUT: &[&str] = &[
        "out",
        "outbound",
        "outgoing",
        "sent",
        "send",
        "from business",
        "business",
        "发出",
        "發出",
        "发送",
        "發送",
        "发",
        "發",
        "商家",
        "客服",
    ];
    if is_nothing(cell) {
        return Ok(None);
    }
    let word = trim(cell);
    let is = |words: &[&str]| words.iter().any(|w| word.eq_ignore_ascii_case(w));
    match flag(word) {
        Some(true) => Ok(Some(Direction::Inbound)),
        Some(false) => Ok(Some(Direction::Outbound)),
        None if is(IN) => Ok(Some(Direction::Inbound)),
        None if is(OUT) => Ok(Some(Direction::Outbound)),
        None => Err(()),
    }
}

/// Stars from 1 to 5. `Ok(None)` where the cell is empty, `Err` where it is no such number.
pub(super) fn rating(cell: &str) -> Result<Option<f32>, ()> {
    const WORDS: &[(&str, f32)] = &[
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("一", 1.0),
        ("二", 2.0),
        ("两", 2.0),
        ("兩", 2.0),
        ("三", 3.0),
        ("四", 4.0),
        ("五", 5.0),
    ];
    let cell = trim(cell);
    if is_nothing(cell) || cell.eq_ignore_ascii_case("STAR_RATING_UNSPECIFIED") {
        return Ok(None);
    }
    let filled = cell.chars().filter(|c| matches!(c, '★' | '⭐')).count();
    if filled > 0
        && cell
            .chars()
            .all(|c| matches!(c, '★' | '☆' | '⭐' | '\u{fe0f}' | ' '))
    {
        return if filled <= 5 {
            Ok(Some(filled as f32))
        } else {
            Err(())
        };
    }
    let bare = ["stars", "star", "星级", "星級", "颗星", "顆星", "星", "分"]
        .iter()
        .find_map(|unit| cell.strip_suffix(unit))
        .unwrap_or(cell)
        .trim_end();
    if let Some((_, stars)) = WORDS.iter().find(|(word, _)| bare.eq_ignore_ascii_case(word)) {
        return Ok(Some(*stars));
    }
    let number = match bare.split_once('/') {
        Some((number, whole)) if matches!(whole.trim(), "5" | "5.0") => number.trim_end(),
        Some(_) => return Err(()),
        None => bare,
    };
    let plain = number
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    let value = match number.parse::<f32>() {
        Ok(value) if plain => Some(value),
        _ if plain => number.replace(',', ".").parse().ok(),
        _ => None,
    };
    value
        .filter(|stars| (1.0..=5.0).contains(stars))
        .map(Some)
        .ok_or(())
}

/// A name without the sign that marks it as one.
pub(super) fn bare_name(cell: &str) -> &str {
    let cell = trim(cell);
    match cell.as_bytes().first() {
        // The first byte of a full-width sign.
        Some(b'@' | 0xEF) => cell.trim_start_matches(['@', '＠']),
        _ => cell,
    }
}

/// A count: `1,234`, `1.2万`, `3.4k`; `None` where it is none.
pub(super) fn count(cell: &str) -> Option<u64> {
    let cell = trim(cell);
    if let Ok(number) = cell.parse() {
        return Some(number);
    }
    let last = cell.chars().next_back()?;
    let factor = match last {
        'k' | 'K' | '千' => 1e3,
        'w' | 'W' | '万' | '萬' => 1e4,
        'm' | 'M' => 1e6,
        '亿' | '億' => 1e8,
        _ => 1.0,
    };
    let digits = if factor > 1.0 {
        cell.strip_suffix(last)?.trim_end()
    } else {
        cell
    };
    let bare: String = digits
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\'' | '+'))
        .collect();
    if bare.is_empty() || !bare.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let value = bare.parse::<f64>().ok()? * factor;
    (value < 1e15).then_some(value.round() as u64)
}

/// The name of a channel that is not known, fit for file names, tables and command lines: strangers may
/// have written it. Empty where nothing is left.
pub(super) fn channel(cell: &str) -> Cow<'_, str> {
    const LONGEST: usize = 40;
    let is_kept = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edges = ['-', '_', '.'];
    let cell = trim(cell);
    let is_fine = |c: char| is_kept(c) && !c.is_uppercase();
    if cell.len() <= LONGEST
        && cell.chars().all(is_fine)
        && !cell.contains("--")
        && !cell.starts_with(edges)
        && !cell.ends_with(edges)
    {
        return Cow::Borrowed(cell);
    }
    let mut name = String::new();
    let letters = cell.chars().flat_map(char::to_lowercase);
    for c in letters.map(|c| if is_kept(c) { c } else { '-' }) {
        if c != '-' || !(name.is_empty() || name.ends_with('-')) {
            name.push(c);
        }
    }
    let name: String = name.trim_matches(edges).chars().take(LONGEST).collect();
    Cow::Owned(name.trim_end_matches(edges).to_owned())
}

/// The text with its HTML entities decoded, if it has any.
pub(super) fn entities(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    html_escape::decode_html_entities(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_every_digit() {
        assert_eq!(id(" 1267456521820143618 "), Ok("1267456521820143618"));
        assert_eq!(id("3.0"), Ok("3"));
        assert_eq!(id("3.5"), Ok("3.5"));
        assert_eq!(
            id("at://did:plc:abc/app.bsky.feed.post/3jz"),
            Ok("at://did:plc:abc/app.bsky.feed.post/3jz")
        );
        for damaged in [
            "5.70306E+17",
            "1.26e+18",
            "1.2674582598557778e18",
            "5E+17",
            "5,70306E+17",
        ] {
            assert_eq!(id(damaged), Err(Damaged), "{damaged}");
        }
        for true_id in [
            "1e23",
            "12e4567",
            "7ac4b8d0-16db-4018",
            "9e107d9d372bb6826bd81d3542a419d6",
        ] {
            assert_eq!(id(true_id), Ok(true_id));
        }
    }

    #[test]
    fn a_channels_name_holds_nothing_strange() {
        for (cell, name) in [
            ("forum", "forum"),
            (" My  Shop ", "my-shop"),
            ("a/../b\n<c>", "a-..-b-c"),
            ("=cmd|' /C calc'!A0", "cmd-c-calc-a0"),
            ("--dir", "dir"),
            ("\u{1b}[31mred\u{202e}", "31mred"),
            ("论坛", "论坛"),
            ("!!!", ""),
        ] {
            assert_eq!(channel(cell), name, "{cell:?}");
        }
        assert_eq!(channel(&"长".repeat(99)).chars().count(), 40);
    }

    #[test]
    fn what_stands_for_nothing() {
        for cell in [
            "", " ", "-", "nan", "NULL", "n/a", "#N/A", "#REF!", " #name? ", "#DIV/0!",
        ] {
            assert!(is_nothing(cell), "{cell}");
        }
        for cell in ["0", "--", "#tag", "#", "nancy", "-1"] {
            assert!(!is_nothing(cell), "{cell}");
        }
    }

    #[test]
    fn directions() {
        for cell in ["True", "TRUE", "t", "1", "是", "incoming", "收到"] {
            assert_eq!(direction(cell), Ok(Some(Direction::Inbound)), "{cell}");
        }
        for cell in ["False", "FALSE", "f", "0", "否", "Outbound", "发出"] {
            assert_eq!(direction(cell), Ok(Some(Direction::Outbound)), "{cell}");
        }
        assert_eq!(direction(" "), Ok(None));
        assert_eq!(direction("sideways"), Err(()));
    }

    #[test]
    fn ratings() {
        for (cell, stars) in [
            ("5", 5.0),
            ("4.0", 4.0),
            ("4/5", 4.0),
            ("FOUR", 4.0),
            ("五星", 5.0),
            ("5星", 5.0),
            ("★★★★☆", 4.0),
            ("4,5", 4.5),
            ("3 stars", 3.0),
        ] {
            assert_eq!(rating(cell), Ok(Some(stars)), "{cell}");
        }
        assert_eq!(rating(""), Ok(None));
        for cell in ["16", "0", "great", "4/10", "nope5"] {
            assert_eq!(rating(cell), Err(()), "{cell}");
        }
    }

    #[test]
    fn counts() {
        for (cell, n) in [
            ("12", 12),
            ("1,234", 1234),
            ("1.2万", 12_000),
            ("3.4k", 3400),
            ("12.0", 12),
        ] {
            assert_eq!(count(cell), Some(n), "{cell}");
        }
        for cell in ["", "many", "k", "-3"] {
            assert_eq!(count(cell), None, "{cell}");
        }
    }

    #[test]
    fn entities_are_decoded_once_and_plain_text_is_borrowed() {
        assert_eq!(entities("Tom &amp; Jerry &#39;s &lt;b&gt;"), "Tom & Jerry 's <b>");
        assert!(matches!(entities("no entity"), Cow::Borrowed(_)));
    }
}
