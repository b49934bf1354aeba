//! The tables `[negation]` and `[intensity]` as they stand in the file: their words go to the matcher, their
//! numbers into [`Tone`](super::Tone).

use super::super::builder::Builder;
use super::super::fold::{Folded, folded};
use super::super::raw::{Source, Value, short};
use super::{Intensity, Negation, Reach, ToneWord};
use std::collections::HashMap;
use toml::de::DeTable;

/// Reads the tables; knows which words it has met.
#[derive(Default)]
pub(in super::super) struct Reader {
    /// Each word, folded, and the list and line where it stands.
    met: HashMap<String, (&'static str, u64)>,
    folded: Folded,
}

impl Reader {
    pub fn negation<'t>(
        &mut self,
        source: &mut Source<'t>,
        value: &Value<'t>,
        words: &mut Builder,
    ) -> Option<Negation> {
        let table = source.table(value, "negation")?;
        let lists = [
            ("words", ToneWord::Negator),
            ("behind", ToneWord::NegatorBehind),
            ("except", ToneWord::Exception),
            ("until", ToneWord::Until),
        ];
        let numbers = ["positive_times", "negative_times", "reach", "reach_characters"];
        let known: Vec<&str> = lists.iter().map(|(name, _)| *name).chain(numbers).collect();
        source.only(table, "[negation]", &known);
        let mut read = Negation::default();
        if let Some(value) = table.get("positive_times") {
            read.positive = source
                .hundredths(value, "positive_times", -200..=0)
                .unwrap_or(read.positive);
        }
        if let Some(value) = table.get("negative_times") {
            read.negative = source
                .hundredths(value, "negative_times", -200..=0)
                .unwrap_or(read.negative);
        }
        reach(source, table, &mut read.reach);
        self.lists(source, table, &lists, words);
        Some(read)
    }

    pub fn intensity<'t>(
        &mut self,
        source: &mut Source<'t>,
        value: &Value<'t>,
        words: &mut Builder,
    ) -> Option<Intensity> {
        let table = source.table(value, "intensity")?;
        let lists = [
            ("stronger", ToneWord::Stronger),
            ("stronger_behind", ToneWord::StrongerBehind),
            ("weaker", ToneWord::Weaker),
        ];
        let mut read = Intensity::default();
        let mut numbers = [
            ("stronger_by", 0..=200, &mut read.stronger),
            ("weaker_by", -80..=0, &mut read.weaker),
            ("capitals_by", 0..=200, &mut read.capitals),
            ("drawn_out_by", 0..=200, &mut read.drawn_out),
            ("exclamation_by", 0..=50, &mut read.exclamation),
        ];
        let names = numbers
            .iter()
            .map(|(name, ..)| *name)
            .chain(["reach", "reach_characters"]);
        let known: Vec<&str> = lists.iter().map(|(name, _)| *name).chain(names).collect();
        source.only(table, "[intensity]", &known);
        for (name, range, slot) in &mut numbers {
            if let Some(value) = table.get(*name) {
                **slot = source.hundredths(value, name, range.clone()).unwrap_or(**slot);
            }
        }
        reach(source, table, &mut read.reach);
        self.lists(source, table, &lists, words);
        Some(read)
    }

    fn lists<'t>(
        &mut self,
        source: &mut Source<'t>,
        table: &DeTable<'t>,
        lists: &[(&'static str, ToneWord)],
        words: &mut Builder,
    ) {
        for (name, word) in lists {
            let Some(value) = table.get(*name) else { continue };
            for text in source.strings(value, name) {
                self.folded.fill(&text.value, true);
                let simple = self.folded.text().trim().to_owned();
                if simple.is_empty() {
                    let message = format!("`{name}` has a word of which nothing is left to look for");
                    source.fault(text.span, "setting-invalid", message, "", "");
                    continue;
                }
                let line = source.line(text.span.start);
                if let Some((list, line)) = self.met.get(&simple) {
                    source.warn(
                        text.span,
                        "rule-word-repeated",
                        format!("`{name}` has the word `{}` again", short(&text.value)),
                        &format!("also in `{list}`, line {line}"),
                        "a word does one thing only: keep one",
                    );
                    continue;
                }
                let plain = folded(&text.value, false);
                if plain != simple {
                    words.tone(&plain, *word);
                }
                words.tone(&simple, *word);
                self.met.insert(simple, (*name, line));
            }
        }
    }
}

fn reach<'t>(source: &mut Source<'t>, table: &DeTable<'t>, reach: &mut Reach) {
    let mut read = |name: &str, slot: &mut u32| {
        if let Some(value) = table.get(name) {
            let number = source.integer(value, name, 0..=10);
            *slot = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(*slot);
        }
    };
    read("reach", &mut reach.words);
    read("reach_characters", &mut reach.characters);
}
