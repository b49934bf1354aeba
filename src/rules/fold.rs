//! Folding: the form of a text in which keywords are looked for.
//!
//! Compatibility forms (full width, ligatures) by NFKC, lower case, one kind of apostrophe, one space for
//! any white space, no invisible characters, and Simplified characters for Traditional ones. For matching
//! only: nothing folded is ever shown or stored, which is why a [`Folded`] can always say where in the
//! original a piece of it stands. It does not know what a keyword is.

mod drawn_out;

use super::characters::{
    TABLE_START, code_of_three, is_invisible, is_stable, joins, simplified, simplified_code,
};
use super::language::{Letters, Script};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// How many bytes of ASCII stand at the beginning.
fn ascii_run(bytes: &[u8]) -> usize {
    let blocks = bytes
        .chunks_exact(16)
        .take_while(|block| block.is_ascii())
        .count()
        * 16;
    let rest = bytes.get(blocks..).unwrap_or_default();
    blocks + rest.iter().take_while(|byte| byte.is_ascii()).count()
}

/// How many bytes of common Chinese characters stand at the beginning.
fn han_run(bytes: &[u8]) -> usize {
    let common = |piece: &&[u8]| {
        matches!(piece, [0xE4..=0xE9, ..]) && (0x4E00..0xA000).contains(&code_of_three(piece))
    };
    bytes.chunks_exact(3).take_while(common).count() * 3
}

/// A folded text and the way back to its original. Kept and refilled from message to message, so that
/// folding allocates only when a text is longer than any before it.
#[derive(Debug, Default)]
pub struct Folded {
    text: Vec<u8>,
    jumps: Vec<Jump>,
    aligned: bool,
    letters: Letters,
    /// Where words stand that were shortened.
    drawn_out: Vec<Range<usize>>,
}

/// From `folded` on, the original goes on at `original`: step by step, or (`whole`) as one piece that
/// only maps back as a whole, up to where the next jump begins.
#[derive(Debug, Clone, Copy)]
struct Jump {
    folded: usize,
    original: usize,
    whole: bool,
}

impl Folded {
    /// Folds a message's text as its script wants it, and says which that is: Japanese shares some
    /// Traditional characters, which are left there as they are.
    pub fn read(&mut self, original: &str) -> Script {
        self.fill(original, true);
        let script = self.letters.script();
        if script == Script::Kana {
            self.fill(original, false);
        }
        script
    }

    /// Folds `original`; `simplify` also turns Traditional characters into Simplified ones.
    pub fn fill(&mut self, original: &str, simplify: bool) {
        self.text.clear();
        self.jumps.clear();
        self.drawn_out.clear();
        self.aligned = true;
        self.letters = Letters::default();
        let mut at = 0;
        while let Some(rest) = original.get(at..).filter(|rest| !rest.is_empty()) {
            let bytes = rest.as_bytes();
            let ascii = ascii_run(bytes);
            let run = if ascii > 0 { ascii } else { han_run(bytes) };
            // The last character of a run may be one with what follows it.
            let joined = run > 0
                && rest
                    .get(run..)
                    .and_then(|rest| rest.chars().next())
                    .is_some_and(joins);
            let run = match joined {
                true if ascii > 0 => run - 1,
                true => run - 3,
                false => run,
            };
            let run = bytes.get(..run).unwrap_or_default();
            if run.is_empty() {
                at = self.segment(original, at, simplify);
                continue;
            }
            if ascii > 0 {
                self.ascii(run, at);
            } else {
                self.han(run, at, simplify);
            }
            at += run.len();
        }
        if !self.aligned {
            self.jumps.push(Jump {
                folded: self.text.len(),
                original: original.len(),
                whole: false,
            });
        }
    }

    /// A piece of ASCII: most are copied in lower case at one go.
    fn ascii(&mut self, run: &[u8], from: usize) {
        self.letters.latin += run.iter().filter(|b| b.is_ascii_alphabetic()).count();
        let begun = self.text.len();
        self.text.extend_from_slice(run);
        let out = self.text.get_mut(begun..).unwrap_or_default();
        out.make_ascii_lowercase();
        // Without a way out on the way, many bytes are looked at at once.
        let doubled = out
            .iter()
            .zip(run.iter().skip(1))
            .fold(false, |doubled, (a, b)| doubled | (*a == b' ' && *b == b' '));
        let is_odd = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b'`');
        let odd = out.iter().fold(false, |odd, byte| odd | is_odd(byte));
        if !(odd || doubled || run.starts_with(b" ") && self.ends_in_space(begun)) {
            self.note(begun, from, true);
            return;
        }
        self.text.truncate(begun);
        for (i, &byte) in run.iter().enumerate() {
            let folded = self.text.len();
            let one = self.push(char::from(byte), false);
            self.note(folded, from + i, one);
        }
    }

    /// A piece of Chinese characters.
    fn han(&mut self, run: &[u8], from: usize, simplify: bool) {
        self.letters.han += run.len() / 3;
        let begun = self.text.len();
        self.text.extend_from_slice(run);
        if simplify {
            for piece in self.text.get_mut(begun..).unwrap_or_default().chunks_exact_mut(3) {
                let to = simplified_code(code_of_three(piece));
                if to != 0 {
                    let parts = [0xE0 | (to >> 12), 0x80 | (to >> 6 & 0x3F), 0x80 | (to & 0x3F)];
                    for (byte, part) in piece.iter_mut().zip(parts) {
                        *byte = part as u8;
                    }
                }
            }
        }
        self.note(begun, from, true);
    }

    /// A character and what joins it; gives where the next one begins.
    fn segment(&mut self, original: &str, from: usize, simplify: bool) -> usize {
        let mut chars = original.get(from..).unwrap_or("").chars();
        let Some(first) = chars.next() else {
            return original.len();
        };
        self.letters.count(first);
        let begun = self.text.len();
        let mut to = from + first.len_utf8();
        for next in chars.take_while(|c| joins(*c)) {
            self.letters.count(next);
            to += next.len_utf8();
        }
        let alone = to == from + first.len_utf8();
        if alone && is_stable(first) {
            let one = self.push(first, simplify);
            self.note(begun, from, one && self.text.len() - begun == to - from);
        } else if alone && let '\u{FF01}'..='\u{FF5E}' = first {
            // Full width: 0xFEE0 beyond its ASCII form.
            let narrow = char::from_u32(first as u32 - 0xFEE0).unwrap_or(first);
            self.push(narrow, simplify);
            self.note(begun, from, false);
        } else if let Some(piece) = original.get(from..to) {
            for c in piece.chars().filter(|c| !is_invisible(*c)).nfkc() {
                self.push(c, simplify);
            }
            self.note(begun, from, false);
        }
        to
    }

    /// The folded text, in UTF-8.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or("")
    }

    /// Where the piece `range` of the folded text (not empty) stands in the original. It lies on
    /// character boundaries and covers all that made the piece.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let before = self.jumps.partition_point(|jump| jump.folded <= range.start);
        let start = match before.checked_sub(1).and_then(|i| self.jumps.get(i)) {
            None => range.start,
            Some(jump) if jump.whole => jump.original,
            Some(jump) => jump.original + (range.start - jump.folded),
        };
        let before = self.jumps.partition_point(|jump| jump.folded < range.end);
        let end = match before.checked_sub(1).and_then(|i| self.jumps.get(i)) {
            None => range.end,
            Some(jump) if jump.whole => self.jumps.get(before).map_or(jump.original, |next| next.original),
            Some(jump) => jump.original + (range.end - jump.folded),
        };
        start..end.max(start)
    }

    /// Appends one normalised character as folding has it; says whether exactly one character came out.
    fn push(&mut self, c: char, simplify: bool) -> bool {
        if c.is_ascii() {
            return match c {
                ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' => self.push_space(),
                '`' => self.push_one('\''),
                _ => self.push_one(c.to_ascii_lowercase()),
            };
        }
        if is_invisible(c) {
            return false;
        }
        match c {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{00B4}' | '\u{2032}' => self.push_one('\''),
            _ if c.is_whitespace() => self.push_space(),
            _ if c as u32 >= TABLE_START && simplify => self.push_one(simplified(c)),
            _ => {
                let lower = c.to_lowercase();
                let one = lower.len() == 1;
                for c in lower {
                    self.push_one(c);
                }
                one
            }
        }
    }

    fn push_one(&mut self, c: char) -> bool {
        self.text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        true
    }

    fn ends_in_space(&self, before: usize) -> bool {
        before.checked_sub(1).and_then(|last| self.text.get(last)) == Some(&b' ')
    }

    fn push_space(&mut self) -> bool {
        let fresh = !self.ends_in_space(self.text.len());
        if fresh {
            self.text.push(b' ');
        }
        fresh
    }

    /// Remembers where a segment came from, as far as the step-by-step rule does not tell it.
    fn note(&mut self, folded: usize, original: usize, stepwise: bool) {
        if stepwise && !self.aligned {
            self.jumps.push(Jump {
                folded,
                original,
                whole: false,
            });
        } else if !stepwise {
            self.jumps.push(Jump {
                folded,
                original,
                whole: true,
            });
        }
        self.aligned = stepwise;
    }
}

/// `text` folded, without spaces at its ends: the form in which keywords are kept.
pub fn folded(text: &str, simplify: bool) -> String {
    let mut folded = Folded::default();
    folded.fill(text, simplify);
    folded.text().trim().to_owned()
}

/// A single character as folding has it, without regard to its neighbours (for regular expressions).
pub fn folded_char(c: char, simplify: bool, into: &mut String) {
    match c {
        '!'..='_' | 'a'..='~' => into.push(c.to_ascii_lowercase()),
        '\u{4E00}'..='\u{9FFF}' => into.push(if simplify { simplified(c) } else { c }),
        _ => {
            let mut folded = Folded::default();
            for c in std::iter::once(c).nfkc() {
                folded.push(c, simplify);
            }
            into.push_str(folded.text());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quote<'t>(original: &'t str, simplify: bool, keyword: &str) -> &'t str {
        let mut text = Folded::default();
        text.fill(original, simplify);
        let at = text
            .text()
            .find(keyword)
            .unwrap_or_else(|| panic!("{keyword:?} not in {:?}", text.text()));
        &original[text.origin(at..at + keyword.len())]
    }

    #[test]
    fn case_width_apostrophes_and_spaces() {
        assert_eq!(folded("ReFund", true), "refund");
        assert_eq!(folded("ＲＥＦＵＮＤ！", true), "refund!");
        assert_eq!(folded("don’t  \n pay", true), "don't pay");
        assert_eq!(folded("ﾃﾞﾘﾊﾞﾘｰ", false), "デリバリー");
        assert_eq!(folded("CAFE\u{301}", true), "café");
        assert_eq!(folded("re\u{200B}fund ❤\u{FE0F}", true), "refund ❤");
    }

    #[test]
    fn traditional_becomes_simplified_unless_told_otherwise() {
        assert_eq!(folded("請退費，服務態度惡劣", true), "请退费,服务态度恶劣");
        assert_eq!(folded("妳們裏面", true), "你们里面");
        assert_eq!(folded("予約", false), "予約");
    }

    #[test]
    fn words_are_quoted_as_they_stand_in_the_original() {
        assert_eq!(quote("I want a ＲＥＦＵＮＤ now", true, "refund"), "ＲＥＦＵＮＤ");
        assert_eq!(quote("我要求退費！馬上", true, "退费"), "退費");
        assert_eq!(quote("so   very \n bad", true, "very bad"), "very \n bad");
        assert_eq!(quote("CAFE\u{301} closed", true, "café"), "CAFE\u{301}");
        assert_eq!(quote("ﬁrst ﬁre", true, "fire"), "ﬁre");
        assert_eq!(quote("\u{FEFF}Bad ❤\u{FE0F} x", true, "❤"), "❤\u{FE0F}");
    }

    fn slow(text: &str) -> String {
        let mut out = String::new();
        for c in text.chars().filter(|c| !is_invisible(*c)).nfkc() {
            let mut one = String::new();
            folded_char(c, true, &mut one);
            if !(one == " " && out.ends_with(' ')) {
                out.push_str(&one);
            }
        }
        out
    }

    proptest! {
        #[test]
        fn any_text_folds_as_the_slow_way_and_maps_back(text in "\\PC*|[a-zA-Z \n'’`ﬁＡ-Ｚ\u{300}-\u{305}가-각ᄀ-다-ᅣᆨ-ᆪ退費\u{FE0F}]*") {
            let mut fold = Folded::default();
            fold.fill(&text, true);
            prop_assert_eq!(fold.text(), slow(&text));
            let bounds: Vec<usize> = fold.text().char_indices().map(|(i, c)| i + c.len_utf8()).collect();
            let mut last = 0;
            for (from, to) in std::iter::once(0).chain(bounds.iter().copied()).zip(bounds.iter().copied()) {
                let origin = fold.origin(from..to);
                prop_assert!(text.is_char_boundary(origin.start) && text.is_char_boundary(origin.end));
                prop_assert!(origin.start < origin.end && origin.end <= text.len());
                prop_assert!(origin.start >= last || origin.end >= last);
                last = origin.start;
            }
        }
    }
}
