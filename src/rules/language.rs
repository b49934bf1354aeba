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

/// The script of `text`. A Chinese character weighs about as much as three letters; a lone kana in a
/// Chinese text (a brand's `の`) does not make it Japanese.
pub fn script(text: &str) -> Script {
    let (mut latin, mut han, mut kana, mut hangul, mut other) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' => latin += 1,
            '\0'..='\x7f' => {}
            '\u{C0}'..='\u{24F}' => latin += 1,
            '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}' => kana += 1,
            _ if is_han(c) => han += 1,
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => hangul += 1,
            _ if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
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

/// The language (`en`, `zh`, `ja`, …, or `other`) of a text with this script and this folded form, given
/// what the export says of it. The script goes first, then common words, then the export.
pub fn language(script: Script, folded: &str, stated: Option<&str>) -> Cow<'static, str> {
    match script {
        Script::Han => "zh".into(),
        Script::Kana => "ja".into(),
        Script::Hangul => "ko".into(),
        Script::Latin => match by_words(folded)
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

/// The language whose commonest words occur most; `None` where none occurs.
fn by_words(folded: &str) -> Option<&'static str> {
    const LANGUAGES: [&str; 6] = ["en", "es", "fr", "de", "pt", "it"];
    let mut counts = [0_u32; 6];
    for word in folded
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .filter(|word| word.len() < 9)
    {
        let of: &[usize] = match word {
            "the" | "and" | "is" | "are" | "was" | "to" | "of" | "you" | "your" | "my" | "it" | "this"
            | "that" | "for" | "with" | "have" | "i" | "we" | "they" | "be" | "been" | "at" | "when"
            | "what" | "how" | "why" | "from" | "i'm" | "it's" | "don't" => &[0],
            "el" | "los" | "las" | "muy" | "pero" | "con" | "por" | "una" | "está" | "es" | "lo" | "y"
            | "del" | "mi" | "qué" | "más" | "como" => &[1],
            "le" | "les" | "des" | "est" | "et" | "pas" | "très" | "pour" | "je" | "vous" | "une"
            | "dans" | "avec" => &[2],
            "der" | "das" | "und" | "ist" | "nicht" | "ich" | "ein" | "eine" | "sehr" | "mit" | "zu"
            | "auf" => &[3],
            "não" | "muito" | "os" | "uma" | "com" | "mas" | "foi" | "do" | "da" | "em" | "eu" => &[4],
            "il" | "gli" | "che" | "di" | "molto" | "sono" | "per" | "non" | "della" => &[5],
            "que" => &[1, 2, 4],
            "la" => &[1, 2, 5],
            "de" | "un" => &[1, 2],
            "no" | "a" | "en" => &[1],
            _ => &[],
        };
        for language in of {
            if let Some(count) = counts.get_mut(*language) {
                *count += 1;
            }
        }
        // Words that English shares must not make it Spanish or Portuguese.
        if matches!(word, "no" | "a" | "do") {
            counts[0] += 1;
        }
    }
    let (best, count) = counts
        .iter()
        .enumerate()
        .max_by_key(|(i, count)| (**count, LANGUAGES.len() - i))?;
    if *count == 0 {
        None
    } else {
        LANGUAGES.get(best).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Cow<'static, str> {
        language(script(text), &text.to_lowercase(), None)
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
        assert_eq!(language(Script::Latin, "merci", Some("fr-CA")), "fr");
        assert_eq!(language(Script::Latin, "where is my order", Some("fr")), "en");
        assert_eq!(language(Script::Han, "退款", Some("ja")), "zh");
        assert_eq!(language(Script::None, "👍", Some("und")), "other");
    }
}
