//! When an export was made, from which `3 days ago` is counted, and what tells it.

use super::{Order, Times};
use crate::calendar::{Moment, Precision};
use std::time::SystemTime;

/// What tells when an export was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Grounds {
    /// The user.
    Said,
    /// A line above the table.
    Above,
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

/// When an export was made. `said` is what the user says; `times` reads a date above the table or in the file's
/// name; `changed` is when the file was.
pub(super) fn exported(
    changed: Option<SystemTime>,
    (shown, above): (&str, &[String]),
    said: Option<Moment>,
    times: &Times,
) -> Option<Exported> {
    if let Some(moment) = said {
        return Some(Exported {
            moment,
            grounds: Grounds::Said,
        });
    }
    if let Some(moment) = above.iter().find_map(|line| in_line(line, times)) {
        return Some(Exported {
            moment,
            grounds: Grounds::Above,
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

/// Before the date at which a program wrote a file, in whatever case.
const WORDS: &[&str] = &[
    "exported on",
    "exported at",
    "exported",
    "export date",
    "export time",
    "date exported",
    "date of export",
    "generated on",
    "generated at",
    "generated",
    "report generated",
    "report date",
    "date of report",
    "report created",
    "downloaded on",
    "downloaded at",
    "downloaded",
    "download date",
    "created on",
    "exportiert am",
    "exportdatum",
    "erstellt am",
    "erstellungsdatum",
    "berichtsdatum",
    "stand",
    "exporté le",
    "date d'export",
    "date d’export",
    "généré le",
    "date du rapport",
    "exportado el",
    "generado el",
    "fecha de exportación",
    "fecha del informe",
    "exportado em",
    "gerado em",
    "data de exportação",
    "esportato il",
    "导出时间",
    "导出日期",
    "导出于",
    "生成时间",
    "生成日期",
    "报告日期",
    "报告时间",
    "下载时间",
    "下载日期",
    "匯出時間",
    "匯出日期",
    "導出時間",
    "導出日期",
    "生成時間",
    "報告日期",
    "下載時間",
    "下載日期",
    "出力日時",
    "出力日",
    "作成日時",
    "作成日",
    "エクスポート日時",
    "エクスポート日",
    "ダウンロード日時",
    "ダウンロード日",
];

/// The date of a line such as `Exported on 2026-11-10` or `导出时间：2026-11-10 18:00`. Where it may be two days it
/// is none.
fn in_line(line: &str, times: &Times) -> Option<Moment> {
    let begins = |word: &&str| {
        let head = line.trim_start_matches(['#', ' ']);
        let rest = head
            .get(..word.len())
            .filter(|head| head.eq_ignore_ascii_case(word))
            .and(head.get(word.len()..))?;
        let rest = rest.trim_start_matches([':', '：', ' ', ',']);
        dated(rest, times)
    };
    WORDS.iter().find_map(begins)
}

/// The longest beginning of a text that is a date.
fn dated(text: &str, times: &Times) -> Option<Moment> {
    let times = Times {
        exported: None,
        ..*times
    };
    let ends = text
        .char_indices()
        .filter(|(_, c)| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
    let ends: Vec<usize> = ends.map(|(i, _)| i).take(8).chain([text.len()]).collect();
    let read = |end: &usize| {
        let text = text.get(..*end)?;
        let [day, month] = [Order::Day, Order::Month].map(|order| Times { order, ..times }.read(text));
        day.or(month)
            .filter(|moment| [day, month].into_iter().flatten().all(|m| m == *moment))
    };
    ends.iter()
        .rev()
        .find_map(read)
        .filter(|moment| moment.precision >= Precision::Day)
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
    fn a_date_above_a_table() {
        let times = Times::new(Zone::UTC);
        for (line, moment) in [
            ("导出时间：2026-11-10 18:00", Some("2026-11-10T18:00Z")),
            ("Exported on 2026-11-10", Some("2026-11-10")),
            (
                "# Generated: Nov 10, 2026 6:00 PM by Anna",
                Some("2026-11-10T18:00Z"),
            ),
            ("Report date 13/11/2026  Rows: 12", Some("2026-11-13")),
            ("Exportiert am: Di., 10. Nov. 2026", Some("2026-11-10")),
            ("Exported: 10/11/2026", None),
            ("Report date range: 2026-10-01 - 2026-11-10", None),
            ("Exported 12 rows", None),
            ("Exported in 2026-11", None),
            ("2026-11-10", None),
            ("Reviews of 2026-11-10", None),
        ] {
            assert_eq!(
                in_line(line, &times).map(|m| m.to_string()).as_deref(),
                moment,
                "{line}"
            );
        }
    }

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
