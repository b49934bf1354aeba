//! What folding knows of a single character: its Simplified form, whether normalisation leaves it as it is,
//! and whether it joins the one before it. How a text is folded is `fold`'s business.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, is_nfkc_quick};

/// Traditional → Simplified for the basic plane; 0 where a character stays. Indexed from [`TABLE_START`].
static SIMPLIFIED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0_u16; (TABLE_END - TABLE_START) as usize];
    let lines = include_str!("traditional.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for pair in lines.flat_map(str::split_whitespace) {
        let mut chars = pair.chars();
        if let (Some(from), Some(to)) = (chars.next(), chars.next())
            && let Some(slot) = table.get_mut((from as u32).wrapping_sub(TABLE_START) as usize)
        {
            *slot = u16::try_from(to as u32).unwrap_or(0);
        }
    }
    table
});
pub(super) const TABLE_START: u32 = 0x3400;
const TABLE_END: u32 = 0xA000;

/// What a character becomes; 0 where it stays.
pub(super) fn simplified_code(code: u32) -> u32 {
    let place = code.wrapping_sub(TABLE_START) as usize;
    SIMPLIFIED.get(place).copied().unwrap_or(0).into()
}

pub(super) fn simplified(c: char) -> char {
    match simplified_code(c as u32) {
        0 => c,
        to => char::from_u32(to).unwrap_or(c),
    }
}

/// Simplified → its Traditional characters.
static TRADITIONAL: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut table: HashMap<char, Vec<char>> = HashMap::new();
    for code in TABLE_START..TABLE_END {
        if let Some(c) = char::from_u32(code).filter(|_| simplified_code(code) != 0) {
            table.entry(simplified(c)).or_default().push(c);
        }
    }
    table
});

/// A word in both scripts where they differ: as it is written, Simplified, Traditional. A character that has
/// several Traditional forms (发: 發, 髮) is written as it is: nobody knows which one is meant.
pub fn in_both_scripts(word: &str) -> Vec<String> {
    let other = |c: char| match TRADITIONAL.get(&c).map(Vec::as_slice) {
        Some([one]) => *one,
        _ => c,
    };
    let mut spellings = vec![word.to_owned()];
    for spelling in [
        word.chars().map(simplified).collect(),
        word.chars().map(other).collect::<String>(),
    ] {
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    }
    spellings
}

/// The code of a character of three bytes.
pub(super) fn code_of_three(bytes: &[u8]) -> u32 {
    match *bytes {
        [a, b, c, ..] => u32::from(a & 0x0F) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F),
        _ => 0,
    }
}

/// Normalisation leaves the character as it is, whatever stands before it.
pub(super) fn is_stable(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{4E00}'..='\u{9FFF}')
        || (is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes && !is_invisible(c))
}

/// The character belongs to the one before it: a combining mark, a part of a Hangul syllable, a variation
/// selector.
pub(super) fn joins(c: char) -> bool {
    // The bulk of all text, decided at once: nothing below U+0300 joins, no Han character, none of the
    // common punctuation, and no picture.
    if (c as u32) < 0x300
        || matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{2010}'..='\u{205F}' | '\u{3000}'..='\u{3029}'
            | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FE}' | '\u{FF01}'..='\u{FF9D}'
            | '\u{1F300}'..='\u{1F64F}')
    {
        return false;
    }
    if is_invisible(c) {
        return true;
    }
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    first.is_some_and(|part| {
        canonical_combining_class(part) != 0 || is_nfkc_quick(std::iter::once(part)) != IsNormalized::Yes
    })
}

/// Characters without a look of their own: they would hide a keyword.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decided_at_once_is_what_unicode_says() {
        let slowly = |c: char| {
            let mut first = None;
            decompose_compatible(c, |part| {
                first.get_or_insert(part);
            });
            let part = first.unwrap_or(c);
            is_invisible(c)
                || canonical_combining_class(part) != 0
                || is_nfkc_quick(std::iter::once(part)) != IsNormalized::Yes
        };
        for c in ('\0'..=char::MAX).filter(|c| !matches!(c, '\u{AD}')) {
            assert_eq!(joins(c), slowly(c), "{c:?}");
        }
    }
}
