//! Our words in English, Simplified and Traditional Chinese. The key is the English, with `_` for blanks,
//! unless the table has a better one; what is not in the table is printed as it stands. Strangers' texts never pass through here.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The language of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhHans,
    /// Traditional Chinese.
    ZhHant,
}

/// One line a word: key, English where it is not the key, Simplified, Traditional, parted by tabs.
const TABLE: &str = include_str!("words.tsv");

static WORDS: LazyLock<HashMap<&'static str, [&'static str; 3]>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, [cells.next()?, cells.next()?, cells.next()?]))
        })
        .collect()
});

impl Lang {
    /// From `en`, `zh-Hans`, `zh-Hant`, or a locale such as `zh_TW.UTF-8`.
    pub fn parse(name: &str) -> Option<Lang> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        let name = name.split(['.', '@']).next().unwrap_or_default();
        match name {
            _ if name.starts_with("zh-hant") => Some(Lang::ZhHant),
            "zh-tw" | "zh-hk" | "zh-mo" => Some(Lang::ZhHant),
            _ if name == "zh" || name.starts_with("zh-") => Some(Lang::ZhHans),
            _ if name == "en" || name.starts_with("en-") => Some(Lang::En),
            _ => None,
        }
    }

    /// Our word for `key`.
    pub fn say(self, key: &str) -> String {
        match (self, WORDS.get(key)) {
            (Lang::ZhHans, Some([_, word, _])) | (Lang::ZhHant, Some([_, _, word])) => (*word).to_owned(),
            (Lang::En, Some([word, ..])) if !word.is_empty() => (*word).to_owned(),
            _ => key.replace('_', " "),
        }
    }

    /// A number of things: `1 row`, `2 rows`. The one of a thing stands in the table as its key and `#1`;
    /// a `{}` in a word says where its number stands.
    pub fn count(self, n: u64, key: &str) -> String {
        let one = format!("{key}#1");
        let word = if n == 1 && WORDS.contains_key(one.as_str()) {
            self.say(&one)
        } else {
            self.say(key)
        };
        self.put(&word, &n.to_string())
    }

    /// A length of time in a phrase: `4 h overdue`, `已超时4小时`.
    pub fn span(self, seconds: i64, key: &str) -> String {
        self.put(&self.say(key), &self.duration(seconds))
    }

    /// As [`span`](Self::span), no finer than days.
    pub fn span_of_days(self, seconds: i64, key: &str) -> String {
        self.put(&self.say(key), &self.days(seconds))
    }

    /// A length of time in whole days.
    pub fn days(self, seconds: i64) -> String {
        match (seconds / 86_400, self) {
            (0, Lang::En) => "< 1 d".to_owned(),
            (0, _) => "不到1天".to_owned(),
            (days, _) => self.duration(days * 86_400),
        }
    }

    fn put(self, word: &str, what: &str) -> String {
        if word.contains("{}") {
            word.replace("{}", what)
        } else {
            format!("{what} {word}")
        }
    }

    /// A length of time in its two largest units.
    pub fn duration(self, seconds: i64) -> String {
        let units: [&str; 4] = match self {
            Lang::En => [" d", " h", " min", " s"],
            Lang::ZhHans => ["天", "小时", "分", "秒"],
            Lang::ZhHant => ["天", "小時", "分", "秒"],
        };
        let s = seconds.abs();
        let parts = [s / 86_400, s / 3600 % 24, s / 60 % 60, s % 60];
        let first = parts.iter().position(|p| *p > 0).unwrap_or(3);
        let gap = if self == Lang::En { " " } else { "" };
        let written: Vec<String> = parts
            .iter()
            .zip(units)
            .skip(first)
            .take(2)
            .enumerate()
            .filter(|(i, (n, _))| *i == 0 || **n > 0)
            .map(|(_, (n, unit))| format!("{n}{unit}"))
            .collect();
        format!("{}{}", if seconds < 0 { "-" } else { "" }, written.join(gap))
    }

    /// A share in per cent, one digit after the point.
    pub fn rate(self, rate: f64) -> String {
        format!("{:.1} %", rate * 100.0)
    }
}

/// True where both translations of `key` exist.
pub fn is_translated(key: &str) -> bool {
    WORDS.contains_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units_at_most() {
        assert_eq!(Lang::En.duration(813), "13 min 33 s");
        assert_eq!(Lang::En.duration(7200), "2 h");
        assert_eq!(Lang::En.duration(0), "0 s");
        assert_eq!(Lang::ZhHans.duration(90_061), "1天1小时");
    }

    #[test]
    fn what_is_known_to_the_day_is_late_by_days() {
        assert_eq!(
            Lang::En.span_of_days(4 * 86_400 + 13 * 3600, "time overdue"),
            "4 d overdue"
        );
        assert_eq!(Lang::En.span_of_days(3600, "left"), "< 1 d left");
    }

    #[test]
    fn locales_are_understood() {
        assert_eq!(Lang::parse("zh_TW.UTF-8"), Some(Lang::ZhHant));
        assert_eq!(Lang::parse("zh-Hans"), Some(Lang::ZhHans));
        assert_eq!(Lang::parse("de_DE"), None);
    }

    #[test]
    fn every_line_of_the_table_has_four_cells_and_no_key_twice() {
        let keys: Vec<&str> = TABLE.lines().map(|l| l.split('\t').next().unwrap()).collect();
        assert!(TABLE.lines().all(|l| l.split('\t').count() == 4));
        assert_eq!(keys.len(), WORDS.len());
    }
}
