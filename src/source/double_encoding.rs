//! Text that was decoded with the wrong encoding once before: `Itâ€™s`, `ä½ å¥½`.
//!
//! Such text is UTF-8 whose bytes were taken for Windows-1252. Turning a run of characters back into
//! those bytes and finding strict UTF-8 gives it away. It is put right only where the user says so.

use std::borrow::Cow;

/// Puts a text right, if it was decoded wrongly before; whether it was.
pub(super) fn repair(text: &mut Cow<'_, str>) -> bool {
    if find(text).is_none() {
        return false;
    }
    let mut right = String::with_capacity(text.len());
    let (mut rest, mut inside) = (text.as_ref(), false);
    while let Some(c) = rest.chars().next() {
        // Behind a character that is certain, the next one need not be.
        let fixed = match inside {
            true => sequence(rest).map(|(c, taken, _)| (c, taken)),
            false => repaired(rest),
        };
        inside = fixed.is_some();
        let (c, taken) = fixed.unwrap_or((c, c.len_utf8()));
        right.push(c);
        rest = rest.get(taken..).unwrap_or_default();
    }
    *text = Cow::Owned(right);
    true
}

/// The word that holds the first double-encoded characters, and what it should be.
pub(super) fn find(text: &str) -> Option<(&str, String)> {
    // Every byte that can lead a UTF-8 sequence stands in such text as U+00C2 to U+00F4, that is 0xC3 and
    // one more byte. Most texts have none, and this costs them next to nothing.
    let mut from = 0;
    while let Some(at) = memchr::memchr(0xC3, text.as_bytes().get(from..)?).map(|i| from + i) {
        if repaired(text.get(at..)?).is_some() {
            return Some(word_around(text, at));
        }
        from = at + 2;
    }
    None
}

/// The character that the beginning of `text` was, and how many bytes of `text` it takes up now.
fn sequence(text: &str) -> Option<(char, usize, u32)> {
    let mut bytes = [0u8; 4];
    let mut taken = 0;
    let mut length = 1;
    let mut chars = text.chars();
    for i in 0..4 {
        if i == length {
            break;
        }
        let c = chars.next()?;
        let byte = windows_1252(c)?;
        if i == 0 {
            length = match byte {
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => return None,
            };
        }
        *bytes.get_mut(i)? = byte;
        taken += c.len_utf8();
    }
    let c = std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next()?;
    Some((c, taken, u32::from(bytes[1])))
}

/// `É”` is two letters of an honest text, so two characters alone only count where they give one of the
/// common signs (é, ü, £ …); three and four characters hardly happen by chance.
fn repaired(text: &str) -> Option<(char, usize)> {
    let (c, taken, second) = sequence(text)?;
    let certain = u32::from(c) >= 0x800
        || (u32::from(c) <= 0xFF && second >= 0xA0)
        || text.get(taken..).and_then(sequence).is_some();
    // French puts a blank before `»`: with the letter before it, that is a character too.
    if text.chars().nth(1) == Some('\u{a0}') && matches!(text.chars().nth(2), Some('«' | '»')) {
        return None;
    }
    // A replacement character is damage of another kind: there is nothing to read better.
    (certain && c != '\u{fffd}').then_some((c, taken))
}

fn word_around(text: &str, at: usize) -> (&str, String) {
    let start = text
        .get(..at)
        .and_then(|s| s.rfind([' ', '\n', '\t']))
        .map_or(0, |i| i + 1);
    let end = text
        .get(at..)
        .and_then(|s| s.find([' ', '\n', '\t']))
        .map_or(text.len(), |i| at + i);
    let word = text.get(start..end).unwrap_or_default();
    let mut fixed = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let (c, taken) = sequence(rest).map_or((c, c.len_utf8()), |(c, taken, _)| (c, taken));
        fixed.push(c);
        rest = rest.get(taken..).unwrap_or_default();
        if fixed.chars().count() >= 24 {
            break;
        }
    }
    (word.get(..word.len() - rest.len()).unwrap_or(word), fixed)
}

fn windows_1252(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match u32::from(c) {
        code @ 0x80..=0xFF => u8::try_from(code).ok(),
        0..0x80 => None,
        _ => HIGH
            .iter()
            .position(|h| *h == c)
            .and_then(|i| u8::try_from(0x80 + i).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_encoded_text_is_found_and_repaired() {
        assert_eq!(find("well, Itâ€™s late"), Some(("Itâ€™s", "It’s".to_owned())));
        assert_eq!(find("cafÃ© au lait"), Some(("cafÃ©", "café".to_owned())));
        assert_eq!(find("ä½\u{a0}å¥½").map(|f| f.1), Some("你好".to_owned()));
        assert_eq!(find("ÐŸÑ€Ð¸Ð²ÐµÑ‚").map(|f| f.1), Some("Привет".to_owned()));
    }

    #[test]
    fn a_repaired_text_is_what_it_was() {
        for (wrong, right) in [
            (
                "well, Itâ€™s late — cafÃ© au lait",
                "well, It’s late — café au lait",
            ),
            ("ä½\u{a0}å¥½", "你好"),
            ("ÐŸÑ€Ð¸Ð²ÐµÑ‚, ok", "Привет, ok"),
            ("thanks ðŸ˜€ðŸ˜€", "thanks 😀😀"),
        ] {
            let mut text = Cow::Borrowed(wrong);
            assert!(repair(&mut text));
            assert_eq!(text, right);
            assert!(!repair(&mut text));
        }
    }

    #[test]
    fn honest_text_is_left_alone() {
        for text in [
            "It’s",
            "café",
            "CAFÉ”",
            "NÃO",
            "voilà… “là”",
            "你好",
            "Ärger über Öl",
            "Ã",
            "IRMÃ…",
            "100 Â",
            "émoi â",
            "«\u{a0}tiré\u{a0}»",
            "ï¿½",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
