//! Literals without which a regular expression cannot match: it is tried only on texts that hold one.
//!
//! They may stand at the beginning of every match (then the expression is tried right there) or inside
//! it; the rarest are taken. How the expression is matched is `pattern`'s business.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

/// Literals of which every match has one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gates {
    pub literals: Vec<Vec<u8>>,
    /// Where in a match they stand.
    pub stand: Stand,
    /// What may stand right before one, as far as it is known.
    pub before: Option<Bytes>,
    /// They may stand in the middle of a word.
    pub within: bool,
}

/// A set of bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes([u64; 4]);

impl Bytes {
    /// Of a class of characters: those that are not ASCII are all alike.
    fn of(class: &ClassUnicode) -> Self {
        let mut bytes = Bytes([0; 4]);
        for range in class.ranges() {
            for code in range.start() as u32..=(range.end() as u32).min(0x7F) {
                bytes.insert(code as u8);
            }
            if !range.end().is_ascii() {
                (0x80..=0xFF).for_each(|byte| bytes.insert(byte));
            }
        }
        bytes
    }

    pub fn insert(&mut self, byte: u8) {
        if let Some(bits) = self.0.get_mut(usize::from(byte >> 6)) {
            *bits |= 1 << (byte & 63);
        }
    }

    /// Whether a letter or digit of ASCII is among them.
    fn any_alphanumeric(&self) -> bool {
        (0..=0x7F_u8).any(|byte| byte.is_ascii_alphanumeric() && self.contains(byte))
    }

    pub fn contains(&self, byte: u8) -> bool {
        self.0
            .get(usize::from(byte >> 6))
            .is_some_and(|bits| bits >> (byte & 63) & 1 == 1)
    }
}

/// Where in a match its gates stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Every match begins with one, at the beginning of the text.
    AtStart,
    /// Every match begins with one, at the beginning of a word.
    AtWord,
    /// Every match begins with one.
    Begin,
    /// Somewhere inside.
    Inside,
}

/// The rarest literals that every match needs; `None` where there are none worth looking for.
pub(crate) fn gates(hir: &Hir) -> Option<Gates> {
    let prefix = hir.properties().look_set_prefix();
    let at_word = begins_at_word(hir);
    // What a trial where the gate stands costs, against a search of the whole text.
    let (stand, trial) = match (prefix.contains(Look::Start), at_word) {
        (true, _) => (Stand::AtStart, 0.002),
        (_, true) => (Stand::AtWord, 0.04),
        _ => (Stand::Begin, 0.1),
    };
    // Searching every text costs as much as one hit in a hundred bytes.
    let mut best = (0.01, None);
    let mut offer = |kind: ExtractKind, hir: &Hir, stand: Stand, before: Option<Bytes>| {
        let mut found = Extractor::new().kind(kind.clone()).extract(hir);
        found.sort();
        found.dedup();
        let Some(literals) = found.literals().filter(|literals| !literals.is_empty()) else {
            return false;
        };
        let mut cost: f64 = literals.iter().map(|literal| frequency(literal.as_bytes())).sum();
        if stand != Stand::Inside {
            cost *= trial;
        }
        if before.is_some_and(|before| !before.contains(b' ')) {
            cost *= 0.3;
        }
        if cost < best.0 {
            let literals = literals
                .iter()
                .map(|literal| literal.as_bytes().to_vec())
                .collect();
            best = (
                cost,
                Some(Gates {
                    literals,
                    stand,
                    before,
                    within: match (&kind, stand) {
                        (_, Stand::AtStart | Stand::AtWord) => false,
                        (ExtractKind::Prefix, _) => {
                            !begins_at_word(hir) && before.is_none_or(|before| before.any_alphanumeric())
                        }
                        _ => true,
                    },
                }),
            );
        }
        best.0 < RARE
    };
    let found =
        offer(ExtractKind::Prefix, hir, stand, None) || offer(ExtractKind::Suffix, hir, Stand::Inside, None);
    if let HirKind::Concat(parts) = hir.kind()
        && !found
    {
        for (before, first) in parts.iter().zip(1_usize..).take(MOST_PARTS) {
            let last = parts.len().min(first + PARTS_AHEAD);
            let rest = Hir::concat(parts.get(first..last).unwrap_or_default().to_vec());
            if offer(ExtractKind::Prefix, &rest, Stand::Inside, last_of(before)) {
                break;
            }
        }
    }
    best.1
}

/// Whatever it matches begins where a word begins or ends.
fn begins_at_word(hir: &Hir) -> bool {
    let prefix = hir.properties().look_set_prefix();
    prefix.contains(Look::WordAscii) || prefix.contains(Look::WordStartAscii)
}

/// Parts of an expression that are looked at.
const MOST_PARTS: usize = 12;
/// Parts that are looked at together.
const PARTS_AHEAD: usize = 4;
/// Literals that are met so seldom that rarer ones are not looked for.
const RARE: f64 = 1e-6;

/// The bytes in which a part ends that is a class, or one repeated.
fn last_of(part: &Hir) -> Option<Bytes> {
    match part.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(Bytes::of(class)),
        HirKind::Repetition(repetition) if repetition.min > 0 => last_of(&repetition.sub),
        _ => None,
    }
}

/// Roughly how often a literal stands at a place of a text.
fn frequency(literal: &[u8]) -> f64 {
    let mut frequency = 1.0;
    for byte in literal {
        frequency *= match byte {
            b' ' | b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b'h' => 0.08,
            b'a'..=b'z' => 0.03,
            b'0'..=b'9' | b'@' | b',' | b'.' => 0.015,
            // A Chinese character: its first byte tells little, the others more.
            0xE0..=0xEF => 0.3,
            0x80..=0xBF => 0.06,
            _ => 0.005,
        };
    }
    frequency
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::pattern::parse;

    fn gate_words(pattern: &str) -> Option<Vec<String>> {
        let words = gates(&parse(pattern).unwrap())?.literals;
        Some(
            words
                .into_iter()
                .map(|word| String::from_utf8(word).unwrap())
                .collect(),
        )
    }

    #[test]
    fn gates_are_what_every_match_needs() {
        assert_eq!(
            gate_words("charg(ed|es) twice").unwrap(),
            ["charged twice", "charges twice"]
        );
        assert_eq!(
            gate_words(r"[a-z]+ refunds?$"),
            Some(vec![" refund".into(), " refunds".into()])
        );
        assert_eq!(gate_words(r"[a-z]+\d+"), None);
    }

    #[test]
    fn the_rarest_are_taken() {
        let of = |pattern: &str| gates(&parse(pattern).unwrap()).unwrap();
        assert_eq!(of("(?i)\\bword12\\w{0,20}\\b").stand, Stand::AtWord);
        let mail = of(r"[a-z0-9._+-]+@[a-z0-9-]+\.[a-z]{2,}");
        assert_eq!((mail.literals, mail.stand), (vec![b"@".to_vec()], Stand::Inside));
        assert!(
            mail.before
                .is_some_and(|before| before.contains(b'x') && !before.contains(b' '))
        );
        assert_eq!(of("^(?:hi )*is it").stand, Stand::AtStart);
    }
}
