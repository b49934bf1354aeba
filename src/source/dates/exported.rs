//! When an export was made, from which `3 days ago` is counted, and what tells it.

use super::Times;
use crate::calendar::{Moment, Precision};
use std::time::SystemTime;

/// What tells when an export was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Grounds {
    /// The user.
    Said,
    /// The file's name.
    Name,
    /// When the file was changed last.
    Changed,
}

/// When an export was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct Exported {
    pub(in crate::source) moment: Moment,
    pub(in crate::source) grounds: Grounds,
}

/// When an export was made. `said` is what the user says; `times` reads a date in the file's name; `changed` is
/// when the file was.
pub(super) fn exported(
    changed: Option<SystemTime>,
    shown: &str,
    said: Option<Moment>,
    times: &Times,
) -> Option<Exported> {
    if let Some(moment) = said {
        return Some(Exported {
            moment,
            grounds: Grounds::Said,
        });
    }
    if let Some(moment) = in_name(shown, times) {
        return Some(Exported {
            moment,
            grounds: Grounds::Name,
        });
    }
    let since = changed?.duration_since(std::time::UNIX_EPOCH).ok()?;
    // A file that was copied may be younger than what is in it: nothing is known to the minute by it.
    let moment = Moment::known_to(i64::try_from(since.as_millis()).ok()?, Precision::Hour);
    Some(Exported {
        moment,
        grounds: Grounds::Changed,
    })
}

/// The last day that a file's name tells: `reviews-2026-11-21.csv`, `export_20261121.json`, `评论2026年11月21日.csv`.
fn in_name(shown: &str, times: &Times) -> Option<Moment> {
    let name = shown.rsplit(['/', '\\']).next()?;
    let starts = name.char_indices().rev().filter(|(i, c)| {
        let before = name.get(..*i).and_then(|s| s.chars().next_back());
        c.is_ascii_digit() && before.is_none_or(|c| !c.is_ascii_digit())
    });
    let is_day = |text: &str| {
        let plain: String = text.chars().map(|c| if c == '_' { '-' } else { c }).collect();
        times.read(&plain).filter(|m| m.precision == Precision::Day)
    };
    let day_at = |start: usize| {
        let rest = name.get(start..)?;
        let ends = |n: &usize| {
            rest.get(*n..)
                .is_some_and(|s| !s.starts_with(|c: char| c.is_ascii_digit()))
        };
        // `2026年11月21日` takes 17 bytes.
        [17, 16, 15, 10, 9, 8]
            .into_iter()
            .filter(ends)
            .find_map(|n| is_day(rest.get(..n)?))
    };
    starts.into_iter().find_map(|(i, _)| day_at(i))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Zone;

    #[test]
    fn a_day_in_a_files_name() {
        let times = Times::new(Zone::UTC);
        for (name, day) in [
            ("exports/reviews-2026-11-21.csv", Some("2026-11-21")),
            ("reviews_2026_11_21 (2).csv", Some("2026-11-21")),
            ("export_20261121T0930.json", Some("2026-11-21")),
            ("2026-11-01_2026-11-21_mentions.csv", Some("2026-11-21")),
            ("评论2026年11月21日.csv", Some("2026-11-21")),
            ("2026-11-21/reviews.csv", None),
            ("reviews 3.csv", None),
            ("order-20269999.csv", None),
            ("case-120261121.csv", None),
        ] {
            assert_eq!(
                in_name(name, &times).map(|m| m.to_string()).as_deref(),
                day,
                "{name}"
            );
        }
    }
}
