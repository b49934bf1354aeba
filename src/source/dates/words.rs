//! The words in times (`words.toml`), looked up. Knows no order of words: that is `grammar` and `relative`.

use crate::calendar::{Ago, Unit};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

type Lists = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default, Deserialize)]
struct Raw {
    months: Lists,
    weekdays: Lists,
    eras: Lists,
    units: Lists,
    ago: Lists,
    days: Lists,
    phrases: Lists,
    around: Lists,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Words {
    months: HashMap<String, u32>,
    /// From Monday, 1.
    weekdays: HashMap<String, u32>,
    /// Those that are not set off from what stands around them, the longest first.
    joined_weekdays: Vec<(String, u32)>,
    /// The year before the first of an era.
    pub(super) eras: Vec<(String, i32)>,
    units: HashMap<String, Unit>,
    one: Vec<String>,
    /// What stands before `3 days`, and what behind it.
    pub(super) ago: (Vec<String>, Vec<String>),
    days: Vec<(String, u32)>,
    phrases: HashMap<String, Ago>,
    /// What says nothing, before a time and behind it.
    pub(super) around: (Vec<String>, Vec<String>),
    /// What may stand between a day and its time of day.
    pub(super) between: Vec<String>,
    /// What may stand before a day, and what behind a time of day.
    pub(super) day_and_clock: (Vec<String>, Vec<String>),
}

/// The words that are built in. (That they can be read is tested.)
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| Words::from(toml::from_str::<Raw>(include_str!("words.toml")).unwrap_or_default()))
}

impl From<Raw> for Words {
    fn from(mut raw: Raw) -> Words {
        let mut ago = |name| raw.ago.remove(name).unwrap_or_default();
        let (one, ago) = (ago("one"), (ago("before"), ago("after")));
        let mut around = |name| raw.around.remove(name).unwrap_or_default();
        let (between, day_and_clock) = (around("between"), (around("day"), around("clock")));
        let around = (around("before"), around("after"));
        let weekdays: HashMap<_, _> = each(raw.weekdays, |n| n.parse().ok()).collect();
        let joined = weekdays
            .iter()
            .filter(|(word, _)| !word.starts_with(char::is_alphabetic) || is_cjk(word));
        let mut joined_weekdays: Vec<_> = joined.map(|(word, n)| (word.clone(), *n)).collect();
        joined_weekdays.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let mut days: Vec<_> = each(raw.days, |n| n.parse().ok()).collect();
        // `大前天` before `前天`.
        days.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let phrase = |name: &str| {
            let (n, unit) = name.split_once(' ')?;
            Some(Ago {
                n: n.parse().ok()?,
                unit: unit_called(unit)?,
            })
        };
        Words {
            months: each(raw.months, |n| n.parse().ok()).collect(),
            weekdays,
            joined_weekdays,
            eras: each(raw.eras, |n| n.parse().ok()).collect(),
            units: each(raw.units, unit_called).collect(),
            one,
            ago,
            days,
            phrases: each(raw.phrases, phrase).collect(),
            around,
            between,
            day_and_clock,
        }
    }
}

fn is_cjk(word: &str) -> bool {
    word.starts_with(|c: char| ('\u{3040}'..'\u{a000}').contains(&c))
}

/// Each word with what its list stands for.
fn each<T: Copy>(lists: Lists, meaning: impl Fn(&str) -> Option<T>) -> impl Iterator<Item = (String, T)> {
    lists
        .into_iter()
        .filter_map(move |(name, words)| Some((meaning(&name)?, words)))
        .flat_map(|(meaning, words)| words.into_iter().map(move |word| (word, meaning)))
}

fn unit_called(name: &str) -> Option<Unit> {
    Some(match name {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    })
}

impl Words {
    /// The month of that name, in whatever case.
    pub(super) fn month(&self, word: &str) -> Option<u32> {
        self.months
            .get(word)
            .or_else(|| self.months.get(&word.to_lowercase()))
            .copied()
    }

    /// Whether that is the name of a weekday, in whatever case.
    pub(super) fn is_weekday(&self, word: &str) -> bool {
        self.weekdays.contains_key(word) || self.weekdays.contains_key(&word.to_lowercase())
    }

    /// The weekday with whose Chinese or Japanese name the text begins (Monday is 1), and what follows.
    pub(super) fn joined_weekday<'t>(&self, text: &'t str) -> Option<(u32, &'t str)> {
        if text.starts_with(|c: char| c.is_ascii() && c != '(') {
            return None;
        }
        let mut all = self.joined_weekdays.iter();
        all.find_map(|(word, n)| Some((*n, text.strip_prefix(word.as_str())?)))
    }

    /// What is counted; the word is in lower case, like all that follow here.
    pub(super) fn unit(&self, word: &str) -> Option<Unit> {
        self.units.get(word).copied()
    }

    /// How long ago a whole phrase is.
    pub(super) fn phrase(&self, text: &str) -> Option<Ago> {
        self.phrases.get(text).copied()
    }

    /// How many days ago the day is with whose name the text begins, and what follows.
    pub(super) fn day<'t>(&self, text: &'t str) -> Option<(u32, &'t str)> {
        self.days
            .iter()
            .find_map(|(word, n)| Some((*n, text.strip_prefix(word.as_str())?)))
    }

    /// A number at the beginning, in digits, Chinese, or as the word for one, and what follows.
    pub(super) fn number<'t>(&self, text: &'t str) -> Option<(u32, &'t str)> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let (number, rest) = text.split_at_checked(digits)?;
            return (digits <= 4).then_some((number.parse().ok()?, rest));
        }
        if let Some((word, rest)) = text
            .split_once(' ')
            .filter(|(word, _)| self.one.iter().any(|o| o == word))
        {
            let _ = word;
            return Some((1, rest));
        }
        chinese(text)
    }
}

/// `三`, `十五`, `二十`, `两`.
fn chinese(text: &str) -> Option<(u32, &str)> {
    let digit = |c: char| match c {
        '两' | '兩' => Some(2),
        _ => "一二三四五六七八九"
            .chars()
            .zip(1..)
            .find_map(|(d, n)| (d == c).then_some(n)),
    };
    let (mut rest, mut tens, mut ones) = (text, None, None);
    while let Some(c) = rest.chars().next() {
        match (c, digit(c)) {
            ('十', _) if tens.is_none() => (tens, ones) = (Some(ones.unwrap_or(1)), None),
            (_, Some(n)) if ones.is_none() => ones = Some(n),
            _ => break,
        }
        rest = rest.get(c.len_utf8()..)?;
    }
    let number = tens.unwrap_or(0) * 10 + ones.unwrap_or(0);
    (number > 0).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_can_be_read_and_each_stands_for_one_thing() {
        let raw: Raw = toml::from_str(include_str!("words.toml")).unwrap();
        for lists in [
            &raw.months,
            &raw.weekdays,
            &raw.eras,
            &raw.units,
            &raw.days,
            &raw.phrases,
        ] {
            let all: Vec<_> = lists.values().flatten().collect();
            for (i, word) in all.iter().enumerate() {
                assert!(!all[..i].contains(word), "{word}");
                assert_eq!(word.to_lowercase(), **word);
            }
        }
        let words = words();
        assert_eq!(
            (words.months.values().max(), words.days.len() > 20),
            (Some(&12), true)
        );
        assert_eq!(raw.phrases.values().flatten().count(), words.phrases.len());
    }

    #[test]
    fn numbers() {
        for (text, n, rest) in [
            ("3天前", 3, "天前"),
            ("十五天前", 15, "天前"),
            ("二十分", 20, "分"),
            ("两周", 2, "周"),
            ("a week", 1, "week"),
        ] {
            assert_eq!(words().number(text), Some((n, rest)));
        }
        assert_eq!(words().number("天"), None);
        assert_eq!(words().number("12345 days"), None);
    }
}
