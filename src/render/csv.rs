//! Tables as CSV for spreadsheets: numbers stay numbers, and no cell can be taken for a formula.
//!
//! A text that begins with `= + - @` or one of their full-width forms (blanks and invisible characters
//! before it do not count), with a control character or an apostrophe gets an apostrophe before it;
//! taking one leading apostrophe away gives the exact text back. A number of
//! more than 15 digits is a text for a spreadsheet too, or it would be rounded.

use super::safe;
use super::words::Lang;
use crate::report::table::{Cell, Table};
use std::borrow::Cow;

/// The table with its heads; heads are translated unless `lang` is English, where they are the keys.
pub fn table(table: &Table, lang: Lang) -> String {
    let head = table.columns.iter().map(|c| {
        if lang == Lang::En {
            c.label.to_owned()
        } else {
            lang.say(c.label)
        }
    });
    let rows = table
        .rows
        .iter()
        .map(|row| row.iter().map(|c| plain(c, lang).into_owned()).collect());
    lines(std::iter::once(head.collect()).chain(rows))
}

/// The rows without heads.
pub fn rows(table: &Table, lang: Lang) -> String {
    lines(
        table
            .rows
            .iter()
            .map(|row| row.iter().map(|c| plain(c, lang).into_owned()).collect()),
    )
}

fn lines(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        // Writing into memory cannot fail.
        let _ = writer.write_record(&row);
    }
    writer
        .into_inner()
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

fn plain(cell: &Cell, lang: Lang) -> Cow<'_, str> {
    match cell {
        Cell::Empty | Cell::Seconds(None) | Cell::Rate(None) | Cell::Stars(None) => Cow::Borrowed(""),
        Cell::Label(key) if lang == Lang::En => Cow::Borrowed(*key),
        Cell::Label(key) => Cow::Owned(lang.say(key)),
        Cell::Text(text) => neutral(text),
        Cell::Count(n) => Cow::Owned(n.to_string()),
        Cell::Seconds(Some(s)) => Cow::Owned(s.to_string()),
        Cell::Rate(Some(r)) => Cow::Owned(format!("{r:.6}")),
        Cell::Stars(Some(s)) => Cow::Owned(format!("{s:.2}")),
    }
}

/// A text that no spreadsheet takes for a formula or a number it would round; [`restore`] is the way back.
pub fn neutral(text: &str) -> Cow<'_, str> {
    let unseen = |c: char| c.is_whitespace() || safe::is_dangerous(c);
    let risky = text
        .trim_start_matches(unseen)
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(|c: char| c.is_control() || c == '\'')
        || (text.len() > 15 && text.bytes().all(|b| b.is_ascii_digit()));
    if risky {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text before [`neutral`].
pub fn restore(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_texts() {
        for risky in [
            "=1+1",
            "+49 30",
            "-5",
            "@shop",
            "＝SUM(A1)",
            "\t=1",
            "\u{a0} =1",
            "\u{feff}=1",
            "'quoted",
            "1234567890123456789",
        ] {
            assert!(neutral(risky).starts_with('\''), "{risky}");
        }
        assert_eq!(neutral("a = b"), "a = b");
        assert_eq!(neutral("12345"), "12345");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_exactly(text in any::<String>()) {
            let cell = neutral(&text).into_owned();
            prop_assert_eq!(restore(&cell), text);
        }
    }
}
