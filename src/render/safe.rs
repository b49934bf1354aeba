//! Makes strangers' text harmless on a terminal: control, escape and bidirectional characters are shown
//! as what they are, never passed on.

use std::borrow::Cow;

/// `text` on one line, with nothing in it that a terminal would obey.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str(" ⏎ "),
            '\r' => {}
            '\t' => out.push(' '),
            c if is_dangerous(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Like [`line()`], but keeps line breaks.
pub fn block(text: &str) -> String {
    text.split('\n')
        .map(|l| line(l).into_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What was written for programs, about to be shown on a terminal: line breaks and tabs stay.
pub fn for_programs(text: &str) -> Cow<'_, str> {
    let shown = |c: char| is_dangerous(c) && !matches!(c, '\n' | '\t');
    if !text.chars().any(shown) {
        return Cow::Borrowed(text);
    }
    let parts = text.split_inclusive(['\n', '\t']).map(|part| {
        let cut = part.trim_end_matches(['\n', '\t']);
        let end = part.get(cut.len()..).unwrap_or_default();
        line(&cut.replace('\r', "")).into_owned() + end
    });
    Cow::Owned(parts.collect())
}

/// A character that a terminal could obey, or that reorders or hides what stands around it.
pub fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// `text` cut to `width` terminal columns, with an ellipsis where something is gone.
pub fn cut(text: &str, width: usize) -> String {
    use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_reorderings_are_shown_not_obeyed() {
        assert_eq!(line("a\u{1b}[31mred"), "a<U+001B>[31mred");
        assert_eq!(line("abc\u{202E}fdp.exe"), "abc<U+202E>fdp.exe");
        assert_eq!(line("one\r\ntwo"), "one ⏎ two");
        assert_eq!(line("咖啡 ☕ fine"), "咖啡 ☕ fine");
    }

    #[test]
    fn cutting_counts_columns_not_characters() {
        assert_eq!(cut("咖啡很好喝", 6), "咖啡…");
        assert_eq!(cut("coffee", 6), "coffee");
    }
}
