//! Personal data in a text: what should not stand where everybody reads it.
//!
//! Telephones, e-mail addresses, cards, identity numbers, postal addresses, accounts of chat programs and order
//! numbers, as they are written in English and Chinese, in full and half width. It says where each stands; whether
//! that is wrong there is for others to say. A bank account's number without a word before it is not known as one.

use crate::rules::fold::Folded;
use regex_automata::meta::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Personal {
    /// `a@b.example`
    Email,
    /// A payment card, by its check digit.
    Card,
    /// An identity card's number, by its form and, where it has one, its check digit.
    Identity,
    /// A telephone number.
    Phone,
    /// An account on WeChat, QQ, Line and the like.
    Account,
    /// A street and number.
    Address,
    /// The number of an order or parcel.
    Order,
}

impl Personal {
    /// Its name in our words, and in `[checks] personal` of replies.toml.
    pub fn name(self) -> &'static str {
        match self {
            Personal::Email => "e-mail address",
            Personal::Card => "card number",
            Personal::Identity => "identity number",
            Personal::Phone => "telephone number",
            Personal::Account => "chat account",
            Personal::Address => "postal address",
            Personal::Order => "order number",
        }
    }
}

/// In this order: of two that overlap, the one that begins first is told, then the first in this list.
/// They search folded text: lower case, half width, Simplified.
const PATTERNS: [(Personal, &str); 16] = [
    (
        Personal::Email,
        r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}",
    ),
    (Personal::Identity, r"\b[1-9]\d{16}[\dx]\b"),
    (Personal::Identity, r"\b[a-z][1289]\d{8}\b"),
    (Personal::Identity, r"\b[a-z]{1,2}\d{6}\([\da]\)"),
    (Personal::Identity, r"\b\d{3}-\d{2}-\d{4}\b"),
    (Personal::Card, r"\b[2-6]\d{3}(?:[ -]?\d){9,15}\b"),
    (
        Personal::Order,
        r"\b(?:order|booking|ticket|parcel|tracking)(?: (?:id|no\.?|number|code|is|was))*[ :#]{1,4}(?:[a-z]{0,4}-?\d[\da-z-]{3,})",
    ),
    (
        Personal::Order,
        r"(?:订单|单号|运单|快递|取餐|预订|预约)(?:编?号|号码)?[ :是为]{0,3}#?[a-z]{0,4}\d[\da-z-]{3,}",
    ),
    (Personal::Phone, r"\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}"),
    (Personal::Phone, r"\b1[3-9]\d(?:[ -]?\d{4}){2}\b"),
    (Personal::Phone, r"\(0?\d{2,4}\)[ -]?\d{3,4}[ -]?\d{3,4}\b"),
    (Personal::Phone, r"\b0\d{1,4}[ -]?\d{3,4}[ -]?\d{3,4}\b"),
    (Personal::Phone, r"\b[2-9]\d{2}[ .-]\d{3}[ .-]\d{4}\b"),
    (
        Personal::Account,
        r"(?:微信|vx|wechat|weixin|qq|line|telegram|whatsapp|扣扣)(?: ?(?:id|号|群))?[ :是为]{1,3}@?[a-z0-9][a-z0-9_.-]{4,}",
    ),
    (
        Personal::Address,
        r"\b\d{1,5}[a-z]?,? (?:[a-z'.]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|boulevard|blvd|terrace|crescent|close|way)\b",
    ),
    (
        Personal::Address,
        r"[\p{Han}]{1,6}(?:路|街|道|巷|弄|胡同|里|村|大道)\d{1,5}号|\d{1,4}(?:号楼|栋|幢|单元)\d{0,5}|\d{2,5}室",
    ),
];

static FINDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // `\b` between ASCII letters: a number that follows a Chinese word stands alone.
    let patterns: Vec<String> = PATTERNS
        .iter()
        .map(|(_, p)| p.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]"))
        .collect();
    Regex::new_many(&patterns).ok()
});

/// All of it in `text`, from left to right, with the bytes where it stands.
pub fn find(text: &str) -> impl Iterator<Item = (Personal, Range<usize>)> {
    let mut folded = Folded::default();
    folded.fill(text, true);
    let mut found = Vec::new();
    let mut at = 0;
    let bytes = folded.bytes();
    while let Some(hit) = FINDER
        .as_ref()
        .and_then(|f| f.find(regex_automata::Input::new(bytes).range(at..)))
    {
        let kind = PATTERNS.get(hit.pattern().as_usize()).map(|(kind, _)| *kind);
        let written = bytes.get(hit.range()).unwrap_or_default();
        let kind = kind.and_then(|kind| really(kind, written));
        if let Some(kind) = kind {
            found.push((kind, folded.origin(hit.range())));
            at = hit.end();
        } else {
            // What is not one may hold one further on.
            at = hit.start() + 1;
            while bytes
                .get(at)
                .is_some_and(|b| b & 0xC0 == 0x80 || b.is_ascii_digit())
            {
                at += 1;
            }
        }
    }
    found.into_iter()
}

/// Check digits and counts tell what the form alone cannot.
fn really(kind: Personal, written: &[u8]) -> Option<Personal> {
    let digits: Vec<u32> = written
        .iter()
        .filter(|b| b.is_ascii_digit())
        .map(|b| u32::from(b - b'0'))
        .collect();
    let is = match kind {
        Personal::Card => (13..=19).contains(&digits.len()) && luhn(&digits),
        Personal::Identity if written.len() == 18 => resident(written),
        Personal::Phone => (8..=15).contains(&digits.len()),
        _ => true,
    };
    is.then_some(kind)
}

/// The check digit of payment cards.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { *d })
        .sum();
    sum.is_multiple_of(10)
}

/// The check digit of resident identity cards (GB 11643).
fn resident(written: &[u8]) -> bool {
    const WEIGHTS: [u32; 18] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    let value = |b: &u8| {
        if *b == b'x' {
            10
        } else {
            u32::from(b.wrapping_sub(b'0'))
        }
    };
    let sum: u32 = written.iter().zip(WEIGHTS).map(|(b, w)| value(b) * w).sum();
    sum % 11 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Personal, &str)> {
        find(text).map(|(kind, at)| (kind, &text[at])).collect()
    }

    #[test]
    fn what_names_a_person_is_found_where_it_stands() {
        use Personal::*;
        for (text, kind, part) in [
            (
                "Write to Lina.Chen@mail.example, please",
                Email,
                "Lina.Chen@mail.example",
            ),
            (
                "请打１３８ ００１３ ８０００找我",
                Phone,
                "１３８ ００１３ ８０００",
            ),
            ("电话13800138000。", Phone, "13800138000"),
            ("Call +44 20 7946 0958 now", Phone, "+44 20 7946 0958"),
            ("021-5555 0123 转 2", Phone, "021-5555 0123"),
            ("手機 0912-345-678", Phone, "0912-345-678"),
            ("call (212) 555-0143", Phone, "(212) 555-0143"),
            (
                "card 4111 1111 1111 1111 was charged",
                Card,
                "4111 1111 1111 1111",
            ),
            ("身份证11010519491231002X", Identity, "11010519491231002X"),
            ("A123456789", Identity, "A123456789"),
            ("加微信：lina_2020", Account, "微信：lina_2020"),
            ("I live at 12 Baker Street", Address, "12 Baker Street"),
            ("送到南京西路100号", Address, "送到南京西路100号"),
            ("my order number is A-10442", Order, "order number is A-10442"),
            ("訂單號：20261121001", Order, "訂單號：20261121001"),
        ] {
            assert_eq!(found(text), [(kind, part)], "{text}");
        }
    }

    #[test]
    fn what_names_nobody_is_left_alone() {
        for text in [
            "We open at 9:00 on 2026-11-22 and 2026/11/23",
            "It cost 1234567 dollars, 50% off, 3 for 2",
            "4111 1111 1111 1112 is no card",
            "order 12 cakes, order by 5 pm",
            "等了100分钟，花了200块",
            "an id of 19 digits: 1599999999999999999",
            "@shop thanks, see https://example.com/p/20261122",
            "My order arrived on 12 November",
            "110105194912310021",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
