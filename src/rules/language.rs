//! Which language a text is in: by its script, and by the commonest words of a few languages.
//!
//! Coarse on purpose: it tells Japanese from Chinese (folding needs that) and lets rules ask for a
//! language. What it cannot tell it leaves to the export; it never guesses from rare letters.

use std::borrow::Cow;

/// The script that carries a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Latin letters, possibly none but ASCII.
    Latin,
    /// Chinese characters without kana.
    Han,
    /// Chinese characters and kana: Japanese.
    Kana,
    /// Korean.
    Hangul,
    /// Any other letters.
    Other,
    /// No letters at all.
    None,
}

/// How many letters of each script a text has.
#[derive(Debug, Default, Clone, Copy)]
pub struct Letters {
    pub(super) latin: usize,
    pub(super) han: usize,
    kana: usize,
    hangul: usize,
    other: usize,
}

impl Letters {
    /// Counts a character.
    pub fn count(&mut self, c: char) {
        match c {
            'a'..='z' | 'A'..='Z' => self.latin += 1,
            '\0'..='\x7f' => {}
            '\u{C0}'..='\u{24F}' => self.latin += 1,
            '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}' => self.kana += 1,
            _ if is_han(c) => self.han += 1,
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => self.hangul += 1,
            _ if c.is_alphabetic() => self.other += 1,
            _ => {}
        }
    }

    /// The script that carries the text. A Chinese character weighs about as much as three letters; a lone
    /// kana in a Chinese text (a brand's `の`) does not make it Japanese.
    pub fn script(self) -> Script {
        let Letters {
            latin,
            han,
            kana,
            hangul,
            other,
        } = self;
        let east = han + kana;
        if east > 0 && east * 3 >= latin && east >= hangul && east >= other {
            return if kana >= 2 && kana * 8 >= east {
                Script::Kana
            } else {
                Script::Han
            };
        }
        if hangul > 0 && hangul * 3 >= latin {
            Script::Hangul
        } else if other > latin {
            Script::Other
        } else if latin > 0 {
            Script::Latin
        } else {
            Script::None
        }
    }
}

/// A Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// A letter of a script that puts no space between words: there a keyword matches anywhere.
pub fn is_unspaced(c: char) -> bool {
    is_han(c)
        || matches!(c,
            '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{AC00}'..='\u{D7A3}'
            | '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

/// The language (`en`, `zh`, `ja`, …, or `other`) of a text with this script and these common words, given
/// what the export says of it. The script goes first, then common words, then the export.
pub fn language(script: Script, common: CommonWords, stated: Option<&str>) -> Cow<'static, str> {
    match script {
        Script::Han => "zh".into(),
        Script::Kana => "ja".into(),
        Script::Hangul => "ko".into(),
        Script::Latin => match common
            .language()
            .map(Cow::Borrowed)
            .or_else(|| stated.and_then(primary))
        {
            Some(language) => language,
            None => "en".into(),
        },
        Script::Other | Script::None => stated.and_then(primary).unwrap_or("other".into()),
    }
}

/// `zh-Hans_CN` → `zh`; nothing for words that are no language tag, or that stand for "unknown".
fn primary(tag: &str) -> Option<Cow<'static, str>> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or("");
    let plain = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    if !plain || primary.eq_ignore_ascii_case("und") {
        return None;
    }
    let known = ["en", "zh", "ja", "ko", "es", "fr", "de", "pt", "it", "ru"];
    match known.iter().find(|name| primary.eq_ignore_ascii_case(name)) {
        Some(name) => Some(Cow::Borrowed(*name)),
        None => Some(Cow::Owned(primary.to_ascii_lowercase())),
    }
}

const LANGUAGES: [&str; 6] = ["en", "es", "fr", "de", "pt", "it"];
const EN: u8 = 1;
const ES: u8 = 2;
const FR: u8 = 4;
const DE: u8 = 8;
const PT: u8 = 16;
const IT: u8 = 32;

/// The commonest words, and of which languages: one bit each, in the order of [`LANGUAGES`]. Words that
/// English shares must not make a text Spanish or Portuguese.
pub(super) const COMMON: [(&str, u8); 11] = [
    (
        "the and is are was to of you your my it this that for with have i we they be been at when what how \
         why from i'm it's don't",
        EN,
    ),
    (
        "el los las muy pero con por una está es lo y del mi qué más como en hola gracias cuando cuándo dónde cómo \
         cuánto quiero tengo tiene buenos buenas servicio pedido envío llegó siempre porque también hasta mejor peor \
         pésimo malo buen bueno buena ustedes vosotros excelente atención comida pésima calidad nadie nunca volveré \
         volveremos recomiendo encanta nuestro nuestra vuestro vuestra usted aquí ahora hoy ayer mañana",
        ES,
    ),
    ("le les des est et pas très pour je vous une dans avec", FR),
    ("der das und ist nicht ich ein eine sehr mit zu auf", DE),
    ("não muito os uma com mas foi da em eu", PT),
    ("il gli che di molto sono per non della", IT),
    ("que", ES | FR | PT),
    ("la", ES | FR | IT),
    ("de un", ES | FR),
    ("no a", EN | ES),
    ("do", EN | PT),
];

/// How many common words of each language a text has.
#[derive(Debug, Default, Clone, Copy)]
pub struct CommonWords([u32; LANGUAGES.len()]);

impl CommonWords {
    /// Counts a word of these languages.
    pub(super) fn add(&mut self, languages: u8) {
        for (i, count) in self.0.iter_mut().enumerate() {
            *count += u32::from(languages >> i & 1);
        }
    }

    /// The language with the most; `None` where there are none.
    fn language(&self) -> Option<&'static str> {
        let most = self.0.iter().copied().max().filter(|most| *most > 0)?;
        let best = self.0.iter().position(|count| *count == most)?;
        LANGUAGES.get(best).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::builder::Builder;
    use crate::rules::fold::Folded;
    use crate::rules::matcher::Hits;

    fn judged(text: &str, stated: Option<&str>) -> Cow<'static, str> {
        let (mut folded, mut hits) = (Folded::default(), Hits::default());
        let script = folded.read(text);
        Builder::default().build().scan(folded.bytes(), &mut hits);
        language(script, hits.common(), stated)
    }

    fn of(text: &str) -> Cow<'static, str> {
        judged(text, None)
    }

    #[test]
    fn scripts_and_common_words_tell_languages_apart() {
        assert_eq!(of("Where is my order?"), "en");
        assert_eq!(of("refund please"), "en");
        assert_eq!(of("app很好用"), "zh");
        assert_eq!(of("鮮の每日早餐店的服務很差"), "zh");
        assert_eq!(of("予約したのに席がない"), "ja");
        assert_eq!(of("배송이 너무 늦어요"), "ko");
        assert_eq!(of("El servicio es muy malo, pero la comida está bien"), "es");
        assert_eq!(of("😡😡"), "other");
    }

    #[test]
    fn the_export_decides_where_the_text_does_not() {
        assert_eq!(judged("merci", Some("fr-CA")), "fr");
        assert_eq!(judged("where is my order", Some("fr")), "en");
        assert_eq!(judged("退款", Some("ja")), "zh");
        assert_eq!(judged("👍", Some("und")), "other");
    }
}
