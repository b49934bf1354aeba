//! What a sound rules file says that does nothing, and the examples that stand beside its rules: what
//! `rules check` tells beyond what compiling tells.
//!
//! The file is read a second time, for the places of its words; how words match is asked of the compiled set.
//! What the rules find in a ledger is not known here.

mod examples;
mod idle;
mod levels;
mod same;

use super::RuleSet;
use super::fold::folded;
use super::raw::{Source, Text, Value};
use crate::diagnostic::Diagnostic;
use std::ops::Range;
use toml::de::DeTable;

/// A word of a rule as the matcher has it.
#[derive(Debug, Clone)]
struct Word {
    folded: String,
    /// Written with a `*` at its end.
    open: bool,
    weight: u32,
    text: Text,
}

/// What of a rule is looked at here.
struct Listed<'v, 't> {
    table: &'v DeTable<'t>,
    span: Range<usize>,
    /// `any` and `words`.
    any: Vec<Word>,
    all: Vec<Word>,
    none: Vec<Word>,
    /// It may be found by other means than `any`: an expression, or words near one another.
    has_more: bool,
}

impl<'v, 't> Listed<'v, 't> {
    fn read(source: &mut Source<'t>, table: &'v DeTable<'t>, span: Range<usize>) -> Self {
        let mut words = |key: &str| match table.get(key) {
            Some(value) => listed(source, value, key),
            None => Vec::new(),
        };
        let (mut any, all, none) = (words("any"), words("all"), words("none"));
        let weighted = table.get("words").and_then(|value| value.get_ref().as_table());
        for (word, weight) in weighted.into_iter().flatten() {
            let weight = source.integer(weight, "words", 1..=10);
            let text = Text {
                value: word.get_ref().to_string(),
                span: word.span(),
            };
            any.push(Word::new(
                text,
                weight.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            ));
        }
        Listed {
            table,
            span,
            any,
            all,
            none,
            has_more: table.contains_key("regex") || table.contains_key("near"),
        }
    }
}

impl Word {
    fn new(text: Text, weight: u32) -> Self {
        let open = text.value.ends_with('*') && text.value.chars().any(char::is_alphanumeric);
        let written = if open {
            text.value.trim_end_matches('*')
        } else {
            &text.value
        };
        Word {
            folded: folded(written, true),
            open,
            weight,
            text,
        }
    }
}

fn listed<'t>(source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Vec<Word> {
    source
        .strings(value, key)
        .into_iter()
        .map(|text| Word::new(text, 1))
        .collect()
}

impl RuleSet {
    /// What does nothing in the file of which this set was compiled, and which of its examples are not judged
    /// as they should be. `text` and `file` are those that were compiled.
    pub fn check(&self, text: &str, file: &str) -> Vec<Diagnostic> {
        let mut source = Source::new(text, file);
        let table = source.parse();
        let rules = match table.get_ref().get("rule") {
            Some(value) => source.tables(value, "rule"),
            None => Vec::new(),
        };
        let listed: Vec<Listed<'_, '_>> = rules
            .into_iter()
            .map(|(table, span)| Listed::read(&mut source, table, span))
            .collect();
        for (rule, listed) in self.rules.iter().zip(&listed) {
            idle::check(&mut source, rule, listed);
        }
        let rows: Vec<Range<usize>> = match table.get_ref().get("priority") {
            Some(value) => source
                .tables(value, "priority")
                .into_iter()
                .map(|(_, span)| span)
                .collect(),
            None => Vec::new(),
        };
        levels::check(&mut source, self, &rows, &listed);
        same::check(&mut source, &self.rules, &listed);
        examples::check(&mut source, self, &listed);
        let mut found = std::mem::take(&mut source.faults);
        found.append(&mut source.warnings);
        found.extend(self.switched_off(file));
        found.sort_by_key(|one| one.place.as_ref().map(|place| (place.line, place.column)));
        found
    }

    /// The groups that are switched off.
    fn switched_off(&self, file: &str) -> Vec<Diagnostic> {
        let mut notes = Vec::new();
        for (number, group) in (0_u32..).zip(&self.groups).filter(|(_, group)| !group.enabled) {
            let mut rules = self.rules.iter().filter(|rule| rule.group == Some(number));
            if let Some(first) = rules.next() {
                let message = format!(
                    "the group `{}` is switched off: {} rules",
                    group.name,
                    rules.count() + 1
                );
                let note = Diagnostic::note("rule-group-off", message).at(file, first.line, 1);
                notes.push(note.help("`enabled = true` brings its rules back"));
            }
        }
        notes
    }
}

#[cfg(test)]
mod tests;
