//! The anchor: one short line that says how far the ledger had come, to be kept outside of it, on paper
//! or in a mail. As long as the ledger still holds it, nothing before it was changed.
//!
//! `COUNT:H` with the first 32 hex digits of h in four groups, the day, and four digits by which a slip
//! of the pen is told from a ledger that was exchanged.

use super::chain::{Hash, hex};
use super::place::Place;
use super::read::scan;
use super::{Damage, Result};
use crate::event::REPAIR;

/// Digits of h that an anchor holds: 128 bits, enough that nobody makes another ledger to fit.
const DIGITS: usize = 32;

/// What was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// `seq` of the commit line; 0 for an empty ledger.
    pub count: u64,
    /// The first digits of its h, 32 to 64 of them.
    pub digits: String,
}

/// Why a text is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Not the shape of one.
    Shape,
    /// Its check digits do not fit the rest: something was copied wrongly.
    Mistyped,
}

/// The line for a commit line, `at` being when that was recorded.
pub fn line(count: u64, h: &Hash, at: &str) -> String {
    let digits: String = hex(h).chars().take(DIGITS).collect();
    let day = at.get(..10).unwrap_or("–");
    let groups: Vec<&str> = (0..DIGITS)
        .step_by(8)
        .filter_map(|i| digits.get(i..i + 8))
        .collect();
    format!("{count}:{} {day} {}", groups.join("-"), check(count, &digits))
}

fn check(count: u64, digits: &str) -> String {
    let digits = digits.get(..DIGITS).unwrap_or_default();
    hex(&crc32c::crc32c(format!("{count}:{digits}").as_bytes()).to_be_bytes())
        .chars()
        .take(4)
        .collect()
}

impl Anchor {
    /// Reads [`line()`], or `COUNT:H` with 32 to 64 digits; blanks, dashes and case do not matter.
    pub fn parse(text: &str) -> std::result::Result<Anchor, Unreadable> {
        let text = text.trim().to_ascii_lowercase();
        let (count, rest) = text.split_once(':').ok_or(Unreadable::Shape)?;
        let count: u64 = count.trim().parse().map_err(|_| Unreadable::Shape)?;
        let mut words = rest.split_whitespace();
        let digits = words.next().unwrap_or_default().replace('-', "");
        if !(DIGITS..=64).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Unreadable::Shape);
        }
        match words.next_back() {
            Some(last) if last.len() == 4 && last != check(count, &digits) => Err(Unreadable::Mistyped),
            _ => Ok(Anchor { count, digits }),
        }
    }
}

/// The anchor of the ledger as it stands now.
pub fn now(place: &Place) -> Result<String> {
    let mut at = String::new();
    let reach = scan(place, None, |l| {
        if l.line.n.is_some() {
            at.clear();
            at.push_str(l.line.at);
        }
    })?;
    Ok(line(reach.seq, &reach.h, &at))
}

/// Whether the ledger still holds that very commit line at that count; where not, what there is.
pub fn held(place: &Place, anchor: &Anchor) -> Result<std::result::Result<(), Damage>> {
    let mut found: Option<(u64, Option<Hash>)> = None;
    let mut repaired = String::new();
    let reach = scan(place, None, |l| {
        if l.number == anchor.count {
            found = Some((l.byte, l.line.h));
        }
        if l.line.ev == REPAIR {
            repaired = format!(
                "; the ledger was repaired on {}",
                l.line.at.get(..10).unwrap_or_default()
            );
        }
    })?;
    let short: String = anchor.digits.chars().take(8).collect();
    let fault = |byte, what: String| {
        let (line, what) = (anchor.count, what + &repaired);
        Ok(Err(Damage { line, byte, what }))
    };
    match found {
        _ if anchor.count == 0 => Ok(Ok(())),
        Some((_, Some(h))) if hex(&h).starts_with(&anchor.digits) => Ok(Ok(())),
        Some((byte, Some(h))) => {
            let there: String = hex(&h).chars().take(8).collect();
            fault(
                byte,
                format!(
                    "the anchor says {short}…, the ledger has {there}… there: something up to this line is not as \
                     it was when the anchor was noted"
                ),
            )
        }
        Some((byte, None)) => fault(
            byte,
            format!(
                "the anchor says {short}…, but no batch ends there: the ledger is not the one of the anchor"
            ),
        ),
        None => fault(
            reach.bytes,
            format!(
                "the anchor counts {} lines, but the ledger ends before: lines are gone",
                anchor.count
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: Hash = [0xA5; 32];

    #[test]
    fn a_line_is_read_back_however_it_was_copied() {
        let line = line(1205, &H, "2026-11-21T09:30:00Z");
        assert_eq!(line, "1205:a5a5a5a5-a5a5a5a5-a5a5a5a5-a5a5a5a5 2026-11-21 6308");
        let anchor = Anchor::parse(&line).unwrap();
        assert_eq!(
            (anchor.count, anchor.digits.as_str()),
            (1205, "a5".repeat(16).as_str())
        );
        for other in [
            line.to_uppercase(),
            line.replace('-', ""),
            format!("1205:{}", "a5".repeat(32)),
        ] {
            assert_eq!(Anchor::parse(&other).unwrap().count, 1205, "{other}");
        }
    }

    #[test]
    fn a_slip_is_told_from_what_is_no_anchor() {
        let line = line(1205, &H, "2026-11-21T09:30:00Z");
        for slip in [line.replace("1205", "1206"), line.replacen("a5", "5a", 1)] {
            assert_eq!(Anchor::parse(&slip), Err(Unreadable::Mistyped), "{slip}");
        }
        for text in ["", "hello", "12", "12:abc", "x:a5a5"] {
            assert_eq!(Anchor::parse(text), Err(Unreadable::Shape), "{text}");
        }
    }
}
