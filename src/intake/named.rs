//! Whether a text that stays still names somebody whose words are erased. Finds, and erases nothing.

use crate::event::MESSAGE;
use crate::ledger::line::Line;
use crate::rules::fold::folded;
use serde_json::Value;
use std::collections::BTreeSet;

/// Where a name still stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The line of the ledger.
    pub line: u64,
    /// `message`, `reply`, or the event: `note`, …
    pub what: String,
    /// The case, where it can be shown.
    pub case: Option<u32>,
}

/// Names and handles as they are compared.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// Adds one; a single letter tells nothing.
    pub fn add(&mut self, name: &str) {
        let name = folded(name.trim().trim_start_matches(['@', '＠']), true);
        if name.chars().count() >= 2 {
            self.0.insert(name);
        }
    }

    /// Whether the payload of this line names one of them, as what.
    pub fn stand_in(&self, line: &Line<'_>) -> Option<String> {
        let data = line.payload.data().filter(|_| !self.0.is_empty())?;
        let data: Value = serde_json::from_str(data).ok()?;
        self.in_value(&data).then(|| match line.facts {
            Some(facts) if line.ev == MESSAGE && facts.contains("\"dir\":\"out\"") => "reply".to_owned(),
            _ => line.ev.to_owned(),
        })
    }

    fn in_value(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.in_text(text),
            Value::Array(all) => all.iter().any(|v| self.in_value(v)),
            Value::Object(all) => all.values().any(|v| self.in_value(v)),
            _ => false,
        }
    }

    fn in_text(&self, text: &str) -> bool {
        let text = folded(text, true);
        self.0.iter().any(|name| {
            text.match_indices(name.as_str()).any(|(at, _)| {
                let (before, behind) = text.split_at(at);
                let behind = behind.get(name.len()..).unwrap_or_default();
                let ends = (name.chars().next_back(), behind.chars().next());
                !is_one_word(before.chars().next_back(), name.chars().next()) && !is_one_word(ends.0, ends.1)
            })
        })
    }
}

/// Whether a word goes on from the one to the other; Chinese and its neighbours write no gaps between words.
fn is_one_word(a: Option<char>, b: Option<char>) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| (c.is_alphanumeric() || c == '_') && c < '\u{2E80}');
    part(a) && part(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_whole_word_however_it_is_written() {
        let mut names = Names::default();
        for name in ["@Ann_Lee", "小满", "x"] {
            names.add(name);
        }
        for text in [
            "@ann_lee sorry!",
            "ANN_LEE called",
            "ａｎｎ＿ｌｅｅ",
            "请联系小滿吧",
            "ask ann_lee.",
        ] {
            assert!(names.in_text(text), "{text}");
        }
        for text in ["joann_lee", "ann_leeds", "ann lee", "x marks", ""] {
            assert!(!names.in_text(text), "{text}");
        }
    }
}
