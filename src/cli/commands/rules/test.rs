//! `feedback rules test`: how well do the rules judge texts that somebody labelled?

use super::labelled::{self, Columns, Texts};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::quality::trial::{Bench, Case, Spoke, Trial};
use crate::render::{self, Format};
use crate::report::table::{Cell, Column, Table};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The labelled texts: CSV, TSV or XLSX (- for standard input) [default: the mentions that were
    /// corrected with `feedback judge`]
    file: Option<PathBuf>,
    #[command(flatten)]
    columns: Columns,
    /// Test this rules file [default: the workspace's rules.toml, else the starter rules]
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// List the texts of one cell of the confusion matrix, for example negative:positive (label:judged);
    /// `*` is any class, and `wrong` every wrong text
    #[arg(long, value_name = "LABEL:JUDGED")]
    cells: Option<String>,
    /// List at most so many texts and rules
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

/// Judges every text once, and prints figures, the confusion, and the rules that erred.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    let texts = Texts::of(arguments.file.as_ref(), &arguments.columns, desk)?;
    let (rules, rules_file) = labelled::rules(arguments.rules.as_ref(), desk)?;
    let wanted = match arguments.cells.as_deref() {
        Some(cell) => Some(wanted(cell, &texts)?),
        None => None,
    };
    let own_names = labelled::own_names(desk);
    let mut bench = Bench::new(&rules, &own_names, &texts.mapping);
    let is_wanted = |label: usize, judged: usize| wanted.is_some_and(|wanted| wanted.holds(label, judged));
    let trial = bench.run(&texts.rows, is_wanted);
    let told = Told {
        texts: &texts,
        trial: &trial,
        limit: arguments.limit,
        with_cases: wanted.is_some(),
    };
    let text = match desk.format {
        Format::Json => render::json::pretty(&told.json(&rules_file, rules.fingerprint())),
        format => render::tables(&told.tables(), format, desk.style),
    };
    Ok(Outcome {
        text,
        exit: labelled::exit(&texts),
        recorded: false,
    })
}

/// The texts that are to be listed.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Cell(Option<usize>, Option<usize>),
    Wrong,
}

impl Wanted {
    fn holds(self, label: usize, judged: usize) -> bool {
        let fits = |wanted: Option<usize>, class: usize| wanted.is_none_or(|wanted| wanted == class);
        match self {
            Wanted::Wrong => label != judged,
            Wanted::Cell(a, b) => fits(a, label) && fits(b, judged),
        }
    }
}

fn wanted(cell: &str, texts: &Texts) -> Result<Wanted, Failure> {
    let dimension = texts.mapping.dimension();
    let class = |name: &str| match name.trim() {
        "*" => Some(None),
        name => dimension.class(name).map(Some),
    };
    if cell == "wrong" {
        return Ok(Wanted::Wrong);
    }
    let found = cell
        .split_once(':')
        .and_then(|(label, judged)| class(label).zip(class(judged)));
    match found {
        Some((label, judged)) => Ok(Wanted::Cell(label, judged)),
        None => Err(Failure::usage(
            format!("--cells: `{cell}` names no cell"),
            format!(
                "write LABEL:JUDGED with two of {}, or `*`; or `wrong` for all that is wrong",
                dimension.classes().join(", ")
            ),
        )),
    }
}

/// What is printed.
struct Told<'t> {
    texts: &'t Texts,
    trial: &'t Trial,
    limit: usize,
    with_cases: bool,
}

impl Told<'_> {
    fn class(&self, class: usize) -> &'static str {
        self.texts.mapping.dimension().class_name(class)
    }

    /// The rules by the errors that they caused; `silent` are wrong texts for which none spoke.
    fn worst(&self) -> Vec<(&str, Spoke)> {
        let mut rules: Vec<(&str, Spoke)> = self
            .trial
            .rules
            .iter()
            .map(|(id, spoke)| (id.as_str(), *spoke))
            .collect();
        rules.retain(|(_, spoke)| spoke.wrong > 0);
        rules.sort_by(|a, b| b.1.wrong.cmp(&a.1.wrong).then_with(|| a.0.cmp(b.0)));
        rules.truncate(self.limit);
        rules
    }

    /// Classes that occur, as labels or as judgements.
    fn occurring(&self) -> Vec<usize> {
        let confusion = &self.trial.confusion;
        let occurs = |class: &usize| confusion.labelled(*class) + confusion.judged(*class) > 0;
        (0..confusion.classes()).filter(occurs).collect()
    }

    fn cases(&self) -> impl Iterator<Item = &Case> {
        self.trial.cases.iter().take(self.limit)
    }

    fn json(&self, rules_file: &str, fingerprint: &str) -> Value {
        let confusion = &self.trial.confusion;
        let classes: Map<String, Value> = confusion
            .occurring()
            .map(|class| {
                let scores = confusion.scores(class);
                let figures = json!({
                    "n": scores.n,
                    "precision": scores.precision,
                    "recall": scores.recall,
                    "f1": scores.f1,
                });
                (self.class(class).to_owned(), figures)
            })
            .collect();
        let cells: Map<String, Value> = confusion
            .occurring()
            .map(|label| {
                let row: Map<String, Value> = (self.occurring().into_iter())
                    .map(|judged| {
                        (
                            self.class(judged).to_owned(),
                            json!(confusion.cell(label, judged)),
                        )
                    })
                    .collect();
                (self.class(label).to_owned(), Value::Object(row))
            })
            .collect();
        let wrong = confusion.n() - confusion.right();
        let worst: Vec<Value> = self
            .worst()
            .into_iter()
            .map(|(rule, spoke)| {
                json!({
                    "rule": rule,
                    "wrong": spoke.wrong,
                    "right": spoke.right,
                    "error_rate": spoke.error_rate(),
                    "of_all_errors_rate": share(spoke.wrong, wrong),
                })
            })
            .collect();
        let mut told = json!({
            "file": self.texts.shown,
            "rules_file": rules_file,
            "rules": fingerprint,
            "dimension": self.texts.mapping.dimension().name(),
            "rows": confusion.n() + self.texts.left_out.n(),
            "left_out": self.texts.left_out.json(),
            "n": confusion.n(),
            "accuracy": confusion.accuracy(),
            "macro_f1": confusion.macro_f1(),
            "classes": classes,
            "confusion": cells,
            "worst_rules": worst,
            "wrong_without_rule": self.trial.silent,
        });
        if self.with_cases
            && let Some(told) = told.as_object_mut()
        {
            told.insert("cases_n".to_owned(), json!(self.trial.cases.len()));
            let cases: Vec<Value> = self.cases().map(|case| self.case(case)).collect();
            told.insert("cases".to_owned(), Value::Array(cases));
        }
        told
    }

    fn case(&self, case: &Case) -> Value {
        let (place, at) = self.texts.json_place(case.line);
        json!({
            place: at,
            "label": self.class(case.classes.0),
            "judged": self.class(case.classes.1),
            "text": case.text,
            "why": case.why,
        })
    }

    fn tables(&self) -> Vec<Table> {
        let confusion = &self.trial.confusion;
        if self.with_cases {
            return vec![self.case_table()];
        }
        let heads = ["texts>", "right>", "accuracy>", "macro F1>", "left out>"];
        let mut all = Table::new(self.texts.mapping.dimension().name(), &heads);
        all.row([
            Cell::Count(confusion.n()),
            Cell::Count(confusion.right()),
            Cell::Rate(confusion.accuracy()),
            Cell::Rate(confusion.macro_f1()),
            Cell::Count(self.texts.left_out.n()),
        ]);
        let mut tables = vec![all, self.class_table(), self.confusion_table(), self.rule_table()];
        if self.texts.left_out.n() > 0 {
            let mut left = Table::new("Rows that were left out", &["reason", "n>"]);
            for (reason, n) in self.texts.left_out.named().into_iter().filter(|(_, n)| *n > 0) {
                left.row([Cell::Label(reason), Cell::Count(n)]);
            }
            tables.insert(1, left);
        }
        tables
    }

    fn class_table(&self) -> Table {
        let heads = ["class", "n>", "precision>", "recall>", "F1>"];
        let mut table = Table::new("By class", &heads);
        for class in self.trial.confusion.occurring() {
            let scores = self.trial.confusion.scores(class);
            table.row([
                Cell::Label(self.class(class)),
                Cell::Count(scores.n),
                Cell::Rate(scores.precision),
                Cell::Rate(scores.recall),
                Cell::Rate(scores.f1),
            ]);
        }
        table
    }

    fn confusion_table(&self) -> Table {
        let mut table = Table::new("Labels (rows) and what the rules judged (columns)", &["label"]);
        let judged = self.occurring();
        table.columns.extend(judged.iter().map(|class| Column {
            label: self.class(*class),
            right: true,
        }));
        for label in self.trial.confusion.occurring() {
            let cells = judged
                .iter()
                .map(|judged| Cell::Count(self.trial.confusion.cell(label, *judged)));
            table.row(std::iter::once(Cell::Label(self.class(label))).chain(cells));
        }
        table
    }

    fn rule_table(&self) -> Table {
        let heads = ["rule", "wrong>", "right>", "of its own>", "of all errors>"];
        let mut table = Table::new("Rules by the errors that they caused", &heads);
        let wrong = self.trial.confusion.n() - self.trial.confusion.right();
        for (rule, spoke) in self.worst() {
            table.row([
                Cell::Text(rule.to_owned()),
                Cell::Count(spoke.wrong),
                Cell::Count(spoke.right),
                Cell::Rate(spoke.error_rate()),
                Cell::Rate(share(spoke.wrong, wrong)),
            ]);
        }
        if self.trial.silent > 0 {
            table.row([
                Cell::Label("(no rule spoke)"),
                Cell::Count(self.trial.silent),
                Cell::Empty,
                Cell::Empty,
                Cell::Rate(share(self.trial.silent, wrong)),
            ]);
        }
        table
    }

    fn case_table(&self) -> Table {
        let mut table = Table::new("", &["label", "judged", "text", "why"]);
        table.columns.insert(0, self.texts.place_head());
        for case in self.cases() {
            table.row([
                self.texts.place(case.line),
                Cell::Label(self.class(case.classes.0)),
                Cell::Label(self.class(case.classes.1)),
                Cell::Text(case.text.clone()),
                Cell::Text(case.why.clone()),
            ]);
        }
        table
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
