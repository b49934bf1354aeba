//! A text with the words marked that rules found: in reverse where there is colour, else with a line of `^^^`
//! and the rules' names under it, counted in the columns of a terminal.

use crate::render::{Style, safe};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// What stands before each line.
const INDENT: &str = "      ";

/// A place in the text, and what stands under it.
pub struct Mark {
    pub place: Range<usize>,
    pub label: String,
}

/// The text, line by line, with its marks.
pub fn marked(text: &str, marks: &[Mark], style: Style) -> String {
    let width = usize::from(style.width).saturating_sub(INDENT.len()).max(20);
    let mut out = String::new();
    for line in lines(text, width) {
        let shown = safe::line(text.get(line.clone()).unwrap_or_default());
        let mut here: Vec<(Range<usize>, &str)> = marks
            .iter()
            .filter(|mark| mark.place.start < line.end && line.start < mark.place.end)
            .map(|mark| {
                (
                    mark.place.start.max(line.start)..mark.place.end.min(line.end),
                    mark.label.as_str(),
                )
            })
            .collect();
        here.sort_by_key(|(place, _)| (place.start, place.end));
        if style.color {
            out.push_str(&format!("{INDENT}{}\n", coloured(text, &line, &here)));
        } else {
            out.push_str(&format!("{INDENT}{shown}\n"));
        }
        let columns = |to: usize| safe::line(text.get(line.start..to).unwrap_or_default()).width();
        for (place, label) in here {
            let (from, to) = (columns(place.start), columns(place.end));
            let (gap, carets) = (" ".repeat(from), "^".repeat(to.saturating_sub(from).max(1)));
            out.push_str(&format!("{INDENT}{gap}{carets} {}\n", safe::line(label)));
        }
    }
    out
}

/// Where the lines of the text begin and end, none wider than `width`.
fn lines(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let mut begin = start;
        while begin < end {
            let rest = text.get(begin..end).unwrap_or_default();
            let (mut used, mut cut, mut blank) = (0, rest.len(), None);
            for (at, c) in rest.char_indices() {
                used += safe::line(c.encode_utf8(&mut [0; 4])).width();
                if used > width {
                    cut = blank.unwrap_or(at).max(1);
                    break;
                }
                if c == ' ' {
                    blank = Some(at + 1);
                }
            }
            while !rest.is_char_boundary(cut) {
                cut += 1;
            }
            lines.push(begin..begin + cut);
            begin += cut;
        }
        start += line.len();
    }
    lines
}

fn coloured(text: &str, line: &Range<usize>, marks: &[(Range<usize>, &str)]) -> String {
    let reverse = anstyle::Style::new().invert().bold();
    let part = |range: Range<usize>| safe::line(text.get(range).unwrap_or_default()).into_owned();
    let (mut out, mut at) = (String::new(), line.start);
    for (place, _) in marks {
        let from = place.start.max(at);
        if from < place.end {
            out.push_str(&part(at..from));
            out.push_str(&format!("{reverse}{}{reverse:#}", part(from..place.end)));
            at = place.end;
        }
    }
    out.push_str(&part(at..line.end));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::Lang;

    fn shown(text: &str, words: &[&str], width: u16) -> String {
        let mark = |word: &&str| {
            let start = text.find(*word).unwrap();
            Mark {
                place: start..start + word.len(),
                label: format!("rule-{}", word.len()),
            }
        };
        let marks: Vec<Mark> = words.iter().map(mark).collect();
        let lang = Lang::En;
        marked(
            text,
            &marks,
            Style {
                width,
                lang,
                color: false,
            },
        )
    }

    #[test]
    fn marks_stand_under_their_words_whatever_their_width() {
        assert_eq!(
            shown("我要退款 now", &["退款", "now"], 80),
            "      我要退款 now\n          ^^^^ rule-6\n               ^^^ rule-3\n"
        );
        assert_eq!(
            shown("a\u{1b}b refund", &["refund"], 80),
            "      a<U+001B>b refund\n                 ^^^^^^ rule-6\n"
        );
    }

    #[test]
    fn long_texts_are_broken_at_blanks_and_marks_go_along() {
        let text = "the quick brown fox jumps over the lazy dog";
        assert_eq!(
            shown(text, &["dog"], 30),
            "      the quick brown fox \n      jumps over the lazy dog\n                          ^^^ rule-3\n"
        );
        assert_eq!(shown("退".repeat(40).as_str(), &[], 30).lines().count(), 4);
        assert_eq!(shown("", &[], 30), "");
    }
}
