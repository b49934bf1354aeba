//! From labelled texts and a rules file to rules that are worth adding, or to none.
//!
//! Puts the steps together: what the rules say now (`trial`), which words there are (`grams`), which would
//! help (`choose`), whether they help elsewhere too (`cross`), how they are written (`patch`), and what
//! would be judged otherwise. It decides nothing that the owner does not see.

use super::choose::{Chosen, Model, choose};
use super::cross::{Lesson, Validation, validate};
use super::grams::{folded, grams};
use super::patch::{self, Proposed};
use super::trial::Bench;
use super::{Dimension, Labelled, Mapping};
use crate::diagnostic::Diagnostic;
use crate::rules::RuleSet;

/// With fewer texts nothing is proposed.
pub const FEWEST: usize = 20;

/// How it is gone about.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Into how many parts the texts are dealt.
    pub parts: usize,
    /// Another number deals them otherwise.
    pub seed: u64,
    /// So many words at most are proposed.
    pub most: usize,
}

/// A text that would be judged otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which of the texts.
    pub row: usize,
    /// What it is judged now, and what it would be.
    pub judged: (usize, usize),
    /// The proposed words in it.
    pub words: Vec<String>,
}

/// What is proposed.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// How the words did on texts that they were not learned from.
    pub validation: Option<Validation>,
    /// The rules; none where nothing is gained.
    pub rules: Vec<Proposed>,
    /// The rules as they would stand in the file.
    pub added: String,
    /// The texts that would be judged otherwise.
    pub changed: Vec<Changed>,
}

impl Proposal {
    const NONE: Proposal = Proposal {
        validation: None,
        rules: Vec::new(),
        added: String::new(),
        changed: Vec::new(),
    };
}

/// Looks for words that are worth adding to the rules file `name` with the text `file`. `source` is where
/// the labels come from, for the comment above the rules.
///
/// # Errors
/// What is wrong with the rules file.
pub fn propose(
    texts: &[Labelled],
    (file, name, source): (&str, &str, &str),
    (mapping, own_names): (&Mapping, &[String]),
    settings: Settings,
) -> Result<Proposal, Vec<Diagnostic>> {
    let (rules, _) = RuleSet::compile(file, name)?;
    let mut bench = Bench::new(&rules, own_names, mapping);
    let (rows, judged): (Vec<_>, Vec<_>) = texts.iter().map(|one| bench.row(one)).unzip();
    let folded: Vec<String> = texts.iter().map(|one| folded(&one.text)).collect();
    let least = (texts.len() / 5000).max(3);
    let grams = grams(&folded, least);
    let alone: Vec<Option<usize>> = grams.iter().map(|gram| bench.alone(&gram.text)).collect();
    let mood = rules.mood;
    let model = Model {
        mapping,
        mood,
        alone: &alone,
    };
    let mut classes: Vec<usize> = texts.iter().map(|one| one.class).collect();
    classes.sort_unstable();
    classes.dedup();
    if texts.len() < FEWEST || classes.len() < 2 {
        return Ok(Proposal::NONE);
    }
    let lesson = Lesson {
        texts,
        folded: &folded,
        rows: &rows,
        judged: &judged,
        grams: &grams,
        model,
        least: least as u64,
        most: settings.most,
        own_names,
    };
    let dimension = mapping.dimension();
    let is_taken = |id: &str| rules.rules().iter().any(|rule| rule.id == id);
    let written = |words: &[Chosen], about: &[String]| {
        let proposed = patch::rules(words, dimension, &is_taken);
        let added = patch::text(&proposed, dimension, about);
        (proposed, added)
    };
    let compile = |words: &[Chosen]| {
        let (_, added) = written(words, &[]);
        RuleSet::compile(&patch::appended(file, &added), name).map(|(rules, _)| rules)
    };
    let validation = validate(lesson, (settings.parts, settings.seed), &compile)?;
    if !validation.is_gain() {
        return Ok(Proposal {
            validation: Some(validation),
            ..Proposal::NONE
        });
    }
    let all = (lesson.least, validation.words);
    let words = choose(model, (&grams, &rows), &|_| true, all);
    let about = about(texts.len(), source, dimension, &validation);
    let (proposed, added) = written(&words, &about);
    let (rules, _) = RuleSet::compile(&patch::appended(file, &added), name)?;
    Ok(Proposal {
        validation: Some(validation),
        changed: changed(texts, &judged, &proposed, Bench::new(&rules, own_names, mapping)),
        rules: proposed,
        added,
    })
}

fn about(n: usize, source: &str, dimension: Dimension, validation: &Validation) -> Vec<String> {
    let percent = |share: Option<f64>| format!("{:.1} %", share.unwrap_or(0.0) * 100.0);
    let (before, after) = (validation.before.macro_f1(), validation.after.macro_f1());
    let source: String = source.chars().filter(|c| !c.is_control()).collect();
    vec![
        format!(
            "Learned from {n} texts of {source}, each with its {}.",
            dimension.name()
        ),
        format!(
            "On parts of them that were not learned from, macro F1 went from {} to {}.",
            percent(before),
            percent(after)
        ),
    ]
}

fn changed(texts: &[Labelled], judged: &[usize], rules: &[Proposed], mut bench: Bench<'_>) -> Vec<Changed> {
    let is_new = |id: &str| rules.iter().any(|rule| rule.id == id);
    let mut changed = Vec::new();
    for (row, (text, &before)) in texts.iter().zip(judged).enumerate() {
        let one = bench.look(&text.text, |judgement, after| {
            (after != before).then(|| Changed {
                row,
                judged: (before, after),
                words: (judgement.matched.iter())
                    .filter(|matched| is_new(matched.rule))
                    .flat_map(|matched| judgement.words(matched).map(str::to_owned))
                    .collect(),
            })
        });
        changed.extend(one);
    }
    changed
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may
mod tests {
    use super::*;

    const RULES: &str = "version = 1\n[[priority]]\npriority = \"P2\"\n\
        [[rule]]\nid = \"glad\"\nany = [\"good\"]\nsentiment = 1\n";

    const SETTINGS: Settings = Settings {
        parts: 4,
        seed: 1,
        most: 8,
    };

    fn texts(rows: impl Iterator<Item = (usize, String)>) -> Vec<Labelled> {
        rows.zip(1..)
            .map(|((class, text), line)| Labelled { line, text, class })
            .collect()
    }

    fn proposed(texts: &[Labelled]) -> Proposal {
        let mapping = Mapping::plain(Dimension::Sentiment);
        propose(
            texts,
            (RULES, "rules.toml", "labelled.csv"),
            (&mapping, &[]),
            SETTINGS,
        )
        .unwrap()
    }

    #[test]
    fn words_that_help_elsewhere_are_proposed_and_no_others() {
        let many = texts((0..80).map(|n| match n % 4 {
            0 => (0, format!("soggy crust number{n} today")),
            1 => (2, format!("good crust number{n} today")),
            2 => (2, format!("scrumptious pie number{n} today")),
            _ => (1, format!("a pie at noon number{n} today")),
        }));
        let proposal = proposed(&many);
        let words: Vec<(&str, Vec<&str>)> = proposal
            .rules
            .iter()
            .map(|rule| {
                let words = rule.words.iter().map(|word| word.text.as_str()).collect();
                (rule.id.as_str(), words)
            })
            .collect();
        assert_eq!(
            words,
            [
                ("learned-negative-1", vec!["soggy"]),
                ("learned-positive-1", vec!["scrumptious"])
            ]
        );
        assert_eq!(proposal.changed.len(), 40);
        let validation = proposal.validation.unwrap();
        assert_eq!(validation.after.accuracy(), Some(1.0));
        assert_eq!(validation.before.n(), 80);
        assert!(RuleSet::compile(&patch::appended(RULES, &proposal.added), "rules.toml").is_ok());
    }

    #[test]
    fn nothing_is_proposed_from_noise() {
        // Every text has its own words: what was learned is of no use elsewhere.
        let noise = texts((0..60).map(|n| (n % 3, format!("word{n} other{}", n * 7))));
        let proposal = proposed(&noise);
        assert!(proposal.rules.is_empty() && proposal.added.is_empty());
        let few = texts((0..5).map(|n| (n % 2, "soggy".to_owned())));
        assert!(proposed(&few).validation.is_none());
    }
}
