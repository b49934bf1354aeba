//! `feedback rules suggest`: which words would the rules need? As a patch that the owner takes or leaves.

use super::labelled::{self, Columns, Texts};
use crate::cli::desk::{Desk, read_text};
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::quality::proposal::{self, Changed, Proposal, Settings};
use crate::quality::{Dimension, patch};
use crate::render::{self, Format};
use crate::report::table::{Cell, Table};
use crate::rules::STARTER;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Labelled texts: CSV, TSV or XLSX (- for standard input) [default: the mentions that were corrected
    /// with `feedback judge`]
    file: Option<PathBuf>,
    #[command(flatten)]
    columns: Columns,
    /// Put the rules into the workspace's rules.toml
    #[arg(long)]
    apply: bool,
    /// Propose at most so many words
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=400))]
    words: u16,
    /// Deal the texts into so many parts, each of which is tried with what was learned from the others
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=20))]
    parts: u16,
    /// Another number deals the texts otherwise
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// List at most so many texts that would be judged otherwise
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
}

/// Proposes rules, and with `--apply` puts them into the file.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    let dimension = arguments.columns.dimension.dimension();
    if dimension == Dimension::Priority {
        return Err(Failure::usage(
            "`rules suggest` does not propose priorities",
            "words speak for a mood or a kind: --dimension sentiment or kind; the matrix makes the priority",
        ));
    }
    let texts = Texts::of(arguments.file.as_ref(), &arguments.columns, desk)?;
    let path = desk.place.dir().join("rules.toml");
    let shown = path.display().to_string();
    let own = read_text(&path)?;
    let file = own.as_deref().unwrap_or(STARTER);
    let settings = Settings {
        parts: usize::from(arguments.parts),
        seed: arguments.seed,
        most: usize::from(arguments.words),
    };
    let source = match texts.is_ledger {
        true => "the corrections",
        false => texts.shown.rsplit(['/', '\\']).next().unwrap_or_default(),
    };
    let names = labelled::own_names(desk);
    let proposal = proposal::propose(
        &texts.rows,
        (file, &shown, source),
        (&texts.mapping, &names),
        settings,
    )
    .map_err(Failure::refused)?;
    let told = Told {
        texts: &texts,
        proposal: &proposal,
        diff: match proposal.rules.is_empty() {
            true => String::new(),
            false => patch::diff("rules.toml", file, &proposal.added),
        },
        limit: arguments.limit,
    };
    let mut text = match desk.format {
        Format::Json => render::json::pretty(&told.json()),
        Format::Table => told.text(desk),
        format => render::tables(&told.tables(), format, desk.style),
    };
    let is_applied = arguments.apply && !proposal.rules.is_empty();
    if is_applied {
        if read_text(&path)? != own {
            let fault = Diagnostic::error("file-changed", "the rules file changed meanwhile");
            return Err(Failure::refused([fault
                .at(shown, 0, 0)
                .help("nothing was written; run it again")]));
        }
        let after = patch::appended(file, &proposal.added);
        desk.place.create_folder()?;
        desk.place.replace(&path, after.as_bytes())?;
        if desk.format == Format::Table {
            text.push_str(&format!(
                "\n{} {shown}\n",
                desk.style.lang.say("The rules are now in")
            ));
        }
    } else if own.is_none() && !proposal.rules.is_empty() {
        desk.talk.note(
            "there is no rules.toml yet, so the patch is for the one that `feedback init` writes; --apply writes both",
        );
    }
    Ok(Outcome {
        text,
        recorded: is_applied,
        exit: labelled::exit(&texts),
    })
}

/// What is printed.
struct Told<'t> {
    texts: &'t Texts,
    proposal: &'t Proposal,
    diff: String,
    limit: usize,
}

/// Texts that would be judged otherwise: to what is right, away from it, from wrong to wrong.
#[derive(Debug, Default, Clone, Copy)]
struct Moves {
    mended: u64,
    broken: u64,
    still_wrong: u64,
}

impl Told<'_> {
    fn class(&self, class: usize) -> &'static str {
        self.texts.mapping.dimension().class_name(class)
    }

    fn label(&self, changed: &Changed) -> Option<usize> {
        self.texts.rows.get(changed.row).map(|one| one.class)
    }

    fn moves(&self) -> Moves {
        let mut moves = Moves::default();
        for changed in &self.proposal.changed {
            let label = self.label(changed);
            match changed.judged {
                (_, after) if label == Some(after) => moves.mended += 1,
                (before, _) if label == Some(before) => moves.broken += 1,
                _ => moves.still_wrong += 1,
            }
        }
        moves
    }

    /// The first texts that would be judged otherwise, those that get worse before all others.
    fn cases(&self) -> Vec<&Changed> {
        let mut cases: Vec<&Changed> = self.proposal.changed.iter().collect();
        cases.sort_by_key(|changed| self.label(changed) != Some(changed.judged.0));
        let (worse, rest): (Vec<&Changed>, Vec<&Changed>) = cases
            .into_iter()
            .partition(|changed| self.label(changed) == Some(changed.judged.0));
        let half = (self.limit / 2).max(self.limit.saturating_sub(rest.len()));
        let worse: Vec<&Changed> = worse.into_iter().take(half).collect();
        let left = self.limit - worse.len().min(self.limit);
        worse.into_iter().chain(rest.into_iter().take(left)).collect()
    }

    fn text(&self, desk: &Desk) -> String {
        let mut text = render::tables(&self.tables(), Format::Table, desk.style);
        let say = |key: &str| desk.style.lang.say(key);
        if self.proposal.validation.is_none() {
            text.push_str(&format!(
                "{}\n",
                say("Too few texts to learn from: 20 at least, in two classes")
            ));
        } else if self.proposal.rules.is_empty() {
            text.push_str(&format!(
                "\n{}\n",
                say("Nothing is proposed: no words were found that help on texts they were not learned from")
            ));
            text.push_str(&self.next_step(desk));
        } else {
            text.push_str(&format!(
                "\n{}\n\n{}",
                say("The patch, for `git apply` or `patch -p1`:"),
                self.diff
            ));
        }
        text
    }

    /// Where no words are found, a person reads what is judged wrong.
    fn next_step(&self, desk: &Desk) -> String {
        let Some(validation) = &self.proposal.validation else {
            return String::new();
        };
        let wrong = validation.before.n().saturating_sub(validation.before.right());
        if wrong == 0 {
            return String::new();
        }
        let file = match self.texts.is_ledger {
            true => String::new(),
            false => format!(" {}", self.texts.shown),
        };
        let dimension = self.texts.mapping.dimension().name();
        format!(
            "{} {}\n  feedback rules test{file} --dimension {dimension} --cells wrong\n",
            desk.style.lang.count(wrong, "texts are judged wrong."),
            desk.style.lang.say("Read them, and write a rule by hand:")
        )
    }

    fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        tables.extend(self.validation_table());
        if !self.proposal.rules.is_empty() {
            tables.push(self.word_table());
            tables.push(self.move_table());
            tables.extend(Some(self.case_table()).filter(|table| !table.rows.is_empty()));
        }
        tables
    }

    fn validation_table(&self) -> Option<Table> {
        let validation = self.proposal.validation.as_ref()?;
        let heads = ["part", "texts>", "macro F1 before>", "macro F1 after>"];
        let mut table = Table::new("On parts that were not learned from", &heads);
        for (part, n) in validation.parts.iter().zip(1..) {
            table.row([
                Cell::Text(format!("{n}")),
                Cell::Count(part.n),
                Cell::Rate(Some(part.before)),
                Cell::Rate(Some(part.after)),
            ]);
        }
        table.row([
            Cell::Label("all together"),
            Cell::Count(validation.before.n()),
            Cell::Rate(validation.before.macro_f1()),
            Cell::Rate(validation.after.macro_f1()),
        ]);
        let (gain, deviation) = validation.gain();
        table.row([
            Cell::Label("gain, mean"),
            Cell::Empty,
            Cell::Empty,
            Cell::Rate(Some(gain)),
        ]);
        table.row([
            Cell::Label("its standard deviation"),
            Cell::Empty,
            Cell::Empty,
            Cell::Rate(Some(deviation)),
        ]);
        Some(table)
    }

    fn word_table(&self) -> Table {
        let heads = ["rule", "word", "texts>", "of the class>", "z>"];
        let mut table = Table::new("Proposed words", &heads);
        for rule in &self.proposal.rules {
            for word in &rule.words {
                table.row([
                    Cell::Text(rule.id.clone()),
                    Cell::Text(word.text.clone()),
                    Cell::Count(word.n),
                    Cell::Count(word.own),
                    Cell::Text(format!("{:.1}", word.z)),
                ]);
            }
        }
        table
    }

    fn move_table(&self) -> Table {
        let moves = self.moves();
        let mut table = Table::new("Texts that would be judged otherwise", &["change", "n>"]);
        table.row([Cell::Label("from wrong to right"), Cell::Count(moves.mended)]);
        table.row([Cell::Label("from right to wrong"), Cell::Count(moves.broken)]);
        table.row([Cell::Label("from wrong to wrong"), Cell::Count(moves.still_wrong)]);
        table
    }

    fn case_table(&self) -> Table {
        let heads = ["label", "before", "after", "word", "text"];
        let mut table = Table::new("Some of them", &heads);
        table.columns.insert(0, self.texts.place_head());
        for changed in self.cases() {
            let Some(one) = self.texts.rows.get(changed.row) else {
                continue;
            };
            table.row([
                self.texts.place(one.line),
                Cell::Label(self.class(one.class)),
                Cell::Label(self.class(changed.judged.0)),
                Cell::Label(self.class(changed.judged.1)),
                Cell::Text(changed.words.join(", ")),
                Cell::Text(one.text.clone()),
            ]);
        }
        table
    }

    fn json(&self) -> Value {
        let validation = self.proposal.validation.as_ref().map(|validation| {
            let (gain, deviation) = validation.gain();
            let parts: Vec<Value> = (validation.parts.iter())
                .map(
                    |part| json!({"n": part.n, "macro_f1_before": part.before, "macro_f1_after": part.after}),
                )
                .collect();
            json!({
                "n": validation.before.n(),
                "macro_f1_before": validation.before.macro_f1(),
                "macro_f1_after": validation.after.macro_f1(),
                "gain_mean": gain,
                "gain_sd": deviation,
                "parts": parts,
            })
        });
        let rules: Vec<Value> = self.proposal.rules.iter().map(|rule| self.rule(rule)).collect();
        let moves = self.moves();
        let cases: Vec<Value> = self
            .cases()
            .into_iter()
            .filter_map(|changed| self.case(changed))
            .collect();
        json!({
            "file": self.texts.shown,
            "dimension": self.texts.mapping.dimension().name(),
            "n": self.texts.rows.len(),
            "left_out": self.texts.left_out.json(),
            "validation": validation,
            "rules": rules,
            "changes": {
                "n": self.proposal.changed.len(),
                "mended": moves.mended,
                "broken": moves.broken,
                "still_wrong": moves.still_wrong,
            },
            "cases": cases,
            "patch": self.diff,
        })
    }

    fn rule(&self, rule: &patch::Proposed) -> Value {
        let words: Vec<Value> = (rule.words.iter())
            .map(|word| json!({"word": word.text, "texts": word.n, "of_class": word.own, "z": word.z}))
            .collect();
        json!({
            "id": rule.id,
            "class": self.class(rule.says.class),
            "strength": rule.says.strength,
            "words": words,
        })
    }

    fn case(&self, changed: &Changed) -> Option<Value> {
        let one = self.texts.rows.get(changed.row)?;
        let (place, at) = self.texts.json_place(one.line);
        Some(json!({
            place: at,
            "label": self.class(one.class),
            "before": self.class(changed.judged.0),
            "after": self.class(changed.judged.1),
            "words": changed.words,
            "text": one.text,
        }))
    }
}
