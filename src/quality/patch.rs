//! Chosen words → rules as somebody would write them, and the change of the rules file as a unified diff.
//!
//! Rules are put behind the last line, so nothing that stands in the file is touched, comments included.

use super::Dimension;
use super::choose::{Chosen, Says};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// One proposed rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposed {
    /// Its id, which no rule of the file has.
    pub id: String,
    /// What it says.
    pub says: Says,
    /// Its words, the most useful first.
    pub words: Vec<Chosen>,
}

/// One rule for each class and strength. `is_taken` tells which ids the file has.
pub fn rules(chosen: &[Chosen], dimension: Dimension, is_taken: &dyn Fn(&str) -> bool) -> Vec<Proposed> {
    let mut says: Vec<Says> = chosen.iter().map(|word| word.says).collect();
    says.sort_unstable();
    says.dedup();
    let mut rules: Vec<Proposed> = Vec::new();
    for says in says {
        let class = dimension.class_name(says.class);
        let free = (1u32..).map(|n| format!("learned-{class}-{n}"));
        let free = free
            .into_iter()
            .find(|id| !is_taken(id) && rules.iter().all(|rule| rule.id != *id));
        rules.push(Proposed {
            id: free.unwrap_or_default(),
            says,
            words: chosen.iter().filter(|word| word.says == says).cloned().collect(),
        });
    }
    rules
}

/// The rules as they stand in the file. `about` is what the comment above them says, line by line.
pub fn text(rules: &[Proposed], dimension: Dimension, about: &[String]) -> String {
    let mut out = String::new();
    for line in about {
        let _ = writeln!(out, "# {line}");
    }
    for rule in rules {
        let class = dimension.class_name(rule.says.class);
        let _ = writeln!(out, "\n[[rule]]\nid = \"{}\"\nany = [", rule.id);
        let words: Vec<String> = rule.words.iter().map(|word| quoted(&word.text)).collect();
        let width = words.iter().map(|word| word.width()).max().unwrap_or(0);
        for (word, quoted) in rule.words.iter().zip(&words) {
            let gap = " ".repeat(width - quoted.width());
            let (n, own, z) = (word.n, word.own, word.z);
            let _ = writeln!(
                out,
                "    {quoted},{gap} # in {n} texts, {own} of them {class}, z {z:.1}"
            );
        }
        let strength = rule.says.strength;
        let _ = match dimension {
            Dimension::Sentiment if rule.says.class == 0 => writeln!(out, "]\nsentiment = -{strength}"),
            Dimension::Sentiment => writeln!(out, "]\nsentiment = {strength}"),
            _ => writeln!(out, "]\nkind = \"{class}\"\nweight = {strength}"),
        };
    }
    out
}

/// A TOML string.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The file with `added` behind it, after an empty line, with the file's own line ends.
pub fn appended(file: &str, added: &str) -> String {
    let end = if file.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = file.to_owned();
    if !file.is_empty() && !file.ends_with('\n') {
        out.push_str(end);
    }
    out.push_str(end);
    out.push_str(&added.replace('\n', end));
    out
}

/// The change from `file` to [`appended`] as a unified diff of the file `name`, for `git apply` or
/// `patch -p1`.
pub fn diff(name: &str, file: &str, added: &str) -> String {
    const CONTEXT: usize = 3;
    let after = appended(file, added);
    let is_open = !file.is_empty() && !file.ends_with('\n');
    let (old, new): (Vec<&str>, Vec<&str>) = (
        file.split_inclusive('\n').collect(),
        after.split_inclusive('\n').collect(),
    );
    // The last line changes where it had no end.
    let same = old.len() - usize::from(is_open);
    let first = same.saturating_sub(CONTEXT);
    let range = |from: usize, n: usize| match n {
        0 => "0,0".to_owned(),
        n => format!("{},{n}", from + 1),
    };
    let mut out = format!(
        "--- a/{name}\n+++ b/{name}\n@@ -{} +{} @@\n",
        range(first, old.len() - first),
        range(first, new.len() - first)
    );
    let mut line = |sign: char, line: &str| {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    };
    for text in old.iter().take(same).skip(first) {
        line(' ', text);
    }
    for text in old.iter().skip(same) {
        line('-', text);
    }
    for text in new.iter().skip(same) {
        line('+', text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, class: usize, strength: i32) -> Chosen {
        Chosen {
            text: text.to_owned(),
            says: Says { class, strength },
            n: 12,
            own: 11,
            z: 4.25,
        }
    }

    #[test]
    fn rules_are_written_as_somebody_would() {
        let chosen = [
            word("overpriced", 0, 2),
            word("meh", 0, 1),
            word("不错", 2, 1),
            word("so so", 0, 1),
        ];
        let rules = rules(&chosen, Dimension::Sentiment, &|id| id == "learned-negative-1");
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(
            ids,
            ["learned-negative-2", "learned-negative-3", "learned-positive-1"]
        );
        let text = text(
            rules.get(..1).unwrap_or_default(),
            Dimension::Sentiment,
            &["why".to_owned()],
        );
        assert_eq!(
            text,
            "# why\n\n[[rule]]\nid = \"learned-negative-2\"\nany = [\n\
             \x20   \"meh\",   # in 12 texts, 11 of them negative, z 4.2\n\
             \x20   \"so so\", # in 12 texts, 11 of them negative, z 4.2\n\
             ]\nsentiment = -1\n"
        );
    }

    #[test]
    fn the_diff_appends() {
        assert_eq!(
            diff("rules.toml", "a\nb\nc\nd\n", "x\n"),
            "--- a/rules.toml\n+++ b/rules.toml\n@@ -2,3 +2,5 @@\n b\n c\n d\n+\n+x\n"
        );
        assert_eq!(
            diff("rules.toml", "a\nb", "x\n"),
            "--- a/rules.toml\n+++ b/rules.toml\n@@ -1,2 +1,4 @@\n a\n-b\n\\ No newline at end of file\n+b\n+\n+x\n"
        );
        assert_eq!(diff("r", "", "x\n"), "--- a/r\n+++ b/r\n@@ -0,0 +1,2 @@\n+\n+x\n");
        assert_eq!(appended("a\r\n", "x\n"), "a\r\n\r\nx\r\n");
    }
}
