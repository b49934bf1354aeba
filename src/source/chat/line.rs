//! The first line of a message in a chat: its time, its author, the beginning of its text.

use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;

/// The parts of a first line.
pub(super) struct Parts<'l> {
    pub(super) time: String,
    pub(super) author: Option<&'l str>,
    pub(super) text: &'l str,
    /// The chat program says so, not the author: it puts an unseen mark before its own words.
    pub(super) is_marked: bool,
    /// The time is told to the second.
    pub(super) is_exact: bool,
}

/// The pattern of a first line.
#[derive(Debug)]
pub(super) struct Line(Regex);

/// Marks of direction and order, which are seen by nobody.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether that is a pattern of lines: a regular expression with groups for the date and the text.
pub fn is_line(pattern: &str) -> bool {
    let groups = ["date", "text"];
    let named = |line: Line| {
        let info = line.0.group_info().clone();
        groups.iter().all(|name| {
            info.pattern_names(regex_automata::PatternID::ZERO)
                .flatten()
                .any(|n| n == *name)
        })
    };
    Line::of(pattern).is_some_and(named)
}

impl Line {
    /// The pattern that a profile writes.
    pub(super) fn of(pattern: &str) -> Option<Line> {
        Regex::new(pattern).ok().map(Line)
    }

    /// The parts of the line, if a message begins on it.
    pub(super) fn parts<'l>(&self, line: &'l str) -> Option<Parts<'l>> {
        let bare = line.trim_start_matches(is_mark);
        // Most lines are told by their first sign.
        if !bare.starts_with(|c: char| c == '[' || c.is_ascii_digit()) {
            return None;
        }
        let mut found: Captures = self.0.create_captures();
        self.0.captures(bare, &mut found);
        let group = |name: &str| {
            let span = found.get_group_by_name(name)?;
            bare.get(span.range())
        };
        if !found.is_match() {
            return None;
        }
        let plain = |part: &str| -> String {
            let signs = part.chars().filter(|c| !is_mark(*c));
            signs.map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
        };
        let mut time = plain(group("date")?);
        let mut is_exact = false;
        if let Some(clock) = group("clock") {
            let pairs = clock.as_bytes().windows(2);
            is_exact = pairs.filter(|w| matches!(w, [b':' | b'.', b'0'..=b'9'])).count() == 2;
            time.push(' ');
            time.push_str(&plain(clock));
        }
        let text = group("text").unwrap_or_default();
        Some(Parts {
            time,
            is_exact,
            is_marked: text.starts_with('\u{200e}'),
            author: group("author")
                .map(|a| a.trim_matches(|c: char| is_mark(c) || c.is_whitespace() || c == '~')),
            text: text.trim_start_matches(is_mark),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::profiles::profiles;
    use super::*;

    #[test]
    fn first_lines_in_the_forms_of_many_countries() {
        let whatsapp = profiles().iter().find(|p| p.name == "whatsapp").unwrap();
        let line = Line::of(whatsapp.line.as_deref().unwrap()).unwrap();
        for (first, time, author, text) in [
            (
                "15/01/2024, 10:30 - Alice: Hello: you",
                "15/01/2024 10:30",
                Some("Alice"),
                "Hello: you",
            ),
            (
                "[15/01/24, 10:30:12] Alice: Hi",
                "15/01/24 10:30:12",
                Some("Alice"),
                "Hi",
            ),
            (
                "\u{200e}[15/01/24, 10:30:12] Alice: \u{200e}image omitted",
                "15/01/24 10:30:12",
                Some("Alice"),
                "image omitted",
            ),
            (
                "1/15/24, 10:30\u{202f}AM - Alice: Hi",
                "1/15/24 10:30 AM",
                Some("Alice"),
                "Hi",
            ),
            (
                "[1/15/24, 10:30:12\u{202f}PM] ~\u{202f}Alice: Hi",
                "1/15/24 10:30:12 PM",
                Some("Alice"),
                "Hi",
            ),
            (
                "2024/1/15 上午10:30 - 小王: 你好",
                "2024/1/15 上午10:30",
                Some("小王"),
                "你好",
            ),
            (
                "[2024/1/15 下午3:30:12] 小王: 你好",
                "2024/1/15 下午3:30:12",
                Some("小王"),
                "你好",
            ),
            (
                "15.01.24, 10:30 - Jörg: Hallo",
                "15.01.24 10:30",
                Some("Jörg"),
                "Hallo",
            ),
            (
                "15-01-2024 10:30 - Jan: Hoi",
                "15-01-2024 10:30",
                Some("Jan"),
                "Hoi",
            ),
            (
                "2024-01-15 10:30 - Åsa: Hej",
                "2024-01-15 10:30",
                Some("Åsa"),
                "Hej",
            ),
            (
                "15/1/24, 10:30 a. m. - Ana: Hola",
                "15/1/24 10:30 a. m.",
                Some("Ana"),
                "Hola",
            ),
            (
                "[15/1/24 10:30:12] +34 600 00 00 00: Hola",
                "15/1/24 10:30:12",
                Some("+34 600 00 00 00"),
                "Hola",
            ),
            (
                "15/01/2024, 10:30 - Alice added Bob",
                "15/01/2024 10:30",
                None,
                "Alice added Bob",
            ),
        ] {
            let parts = line.parts(first).unwrap_or_else(|| panic!("{first}"));
            assert_eq!(
                (parts.time.as_str(), parts.author, parts.text),
                (time, author, text),
                "{first}"
            );
        }
        for other in [
            "and more of it",
            "12 noodles - fine: yes",
            "[{\"a\": 1}]",
            "15/01/2024,10:30,Alice,Hello",
        ] {
            assert!(line.parts(other).is_none(), "{other}");
        }
    }
}
