//! Whether two exports give the same text of a message: blanks, entities, the form of letters and shortened
//! links aside; and whether one of them shortened it. Compares, and keeps nothing.

use unicode_normalization::UnicodeNormalization;

/// What a text is to one that was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// Another text.
    Other,
    /// The whole of an excerpt.
    Fuller,
    /// The same, or an excerpt of it.
    Same,
}

/// What `now` is to `before`.
pub(super) fn likeness(before: &str, now: &str) -> Likeness {
    if before == now {
        return Likeness::Same;
    }
    let (before, now) = (plain(before), plain(now));
    if before == now || is_excerpt(&now, &before) {
        Likeness::Same
    } else if is_excerpt(&before, &now) {
        Likeness::Fuller
    } else {
        Likeness::Other
    }
}

/// A text without what exports write differently.
fn plain(text: &str) -> String {
    let decoded = html_escape::decode_html_entities(text);
    let mut plain = String::with_capacity(decoded.len());
    for word in decoded.split_whitespace() {
        if ["http://", "https://"].iter().any(|link| word.starts_with(link)) {
            continue;
        }
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(
            word.nfc()
                .filter(|c| !matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{FE0F}')),
        );
    }
    plain
}

/// How exports end what they cut off.
const CUT: [&str; 5] = ["…", "...", "... more", "…more", "...全文"];

/// Fewer characters than these say nothing.
const FEWEST: usize = 8;

/// Longer ones that end in the middle of a word were cut off, even where nothing says so.
const LONG: usize = 100;

/// Whether `part` is a shortened `whole`: both as [`plain`] gives them.
fn is_excerpt(part: &str, whole: &str) -> bool {
    let cut = CUT.iter().find_map(|end| part.strip_suffix(end));
    let begin = cut.unwrap_or(part).trim_start_matches(['…', '.']).trim();
    let is_long = |n: usize| begin.chars().nth(n.saturating_sub(1)).is_some();
    if begin.len() >= whole.len() || !is_long(FEWEST) {
        return false;
    }
    if cut.is_some() || part.starts_with(['…', '.']) {
        return whole.contains(begin);
    }
    let goes_on = |rest: &str| rest.starts_with(char::is_alphanumeric);
    is_long(LONG) && begin.ends_with(char::is_alphanumeric) && whole.strip_prefix(begin).is_some_and(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exports_write_differently_is_the_same_text() {
        for (a, b) in [
            ("Where is  my order?", " Where is\nmy order? "),
            ("Tom &amp; Ann", "Tom & Ann"),
            ("look https://t.co/abc", "look https://example.com/a/long/way"),
            ("cafe\u{301} closed", "café closed"),
        ] {
            assert_eq!(likeness(a, b), Likeness::Same, "{a}");
        }
    }

    #[test]
    fn an_excerpt_is_no_other_text() {
        let whole = "The driver left my parcel in the rain and nobody picks up the phone";
        assert_eq!(likeness(whole, "The driver left my parcel in…"), Likeness::Same);
        assert_eq!(likeness(whole, "...my parcel in the rain and..."), Likeness::Same);
        assert_eq!(
            likeness("The driver left my parcel in...", whole),
            Likeness::Fuller
        );
        let long = "word ".repeat(30) + "abcdef";
        assert_eq!(likeness(&long, long.strip_suffix("def").unwrap()), Likeness::Same);
    }

    #[test]
    fn what_was_added_or_taken_away_is_another_text() {
        for (a, b) in [
            ("Bad service", "Bad service. Update: they fixed it"),
            ("Bad service. They were rude", "Bad service."),
            ("Great", "Awful"),
            ("Ok…", "Okay now"),
        ] {
            assert_eq!(likeness(a, b), Likeness::Other, "{a}");
        }
    }
}
