//! The labelled file that `rules test` and `rules suggest` read: which columns, which classes, and what is
//! left out of it. What is done with its texts is for the caller.

use crate::cli::commands::exports::spool;
use crate::cli::desk::Desk;
use crate::cli::exit::{Exit, Failure};
use crate::diagnostic::Diagnostic;
use crate::quality::{Dimension, Labelled, Mapping, Target};
use crate::report::table::{Cell, Column};
use crate::source::{self, PlainTable};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments that name the texts and their labels.
#[derive(Debug, clap::Args)]
pub struct Columns {
    /// The column with the texts: its name, or its number from 1
    #[arg(long, value_name = "COLUMN", requires = "file")]
    text_column: Option<String>,
    /// The column with the labels: its name, or its number from 1
    #[arg(long, value_name = "COLUMN", requires = "file")]
    label_column: Option<String>,
    /// What the labels say
    #[arg(long, value_enum, default_value_t)]
    pub dimension: Which,
    /// What labels stand for: `1=positive,0=negative`, `<-0.5=negative`, `x=skip`, and `*=other` for the
    /// rest; classes are folded likewise on the side of the rules
    #[arg(long, value_name = "LABEL=CLASS,...", allow_hyphen_values = true)]
    map: Vec<String>,
    /// The first row is a text already; columns go by number
    #[arg(long, requires = "file")]
    no_header: bool,
    /// The file's encoding, where it is not found out rightly
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

/// `--dimension`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Which {
    /// negative, neutral, positive
    #[default]
    Sentiment,
    /// complaint, inquiry, suggestion, praise, abuse, spam, other
    Kind,
    /// P0, P1, P2, none
    Priority,
}

impl Which {
    /// The same to the arithmetic.
    pub fn dimension(self) -> Dimension {
        match self {
            Which::Sentiment => Dimension::Sentiment,
            Which::Kind => Dimension::Kind,
            Which::Priority => Dimension::Priority,
        }
    }
}

/// The rows that are not judged, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// They hold no text.
    pub empty_text: u64,
    /// They hold no label.
    pub empty_label: u64,
    /// Their label is mapped to `skip`.
    pub skipped: u64,
    /// They are damaged.
    pub rejected: u64,
}

impl LeftOut {
    /// All of them.
    pub fn n(self) -> u64 {
        self.empty_text + self.empty_label + self.skipped + self.rejected
    }

    /// By name.
    pub fn named(self) -> [(&'static str, u64); 4] {
        [
            ("empty_text", self.empty_text),
            ("empty_label", self.empty_label),
            ("skipped", self.skipped),
            ("rejected", self.rejected),
        ]
    }

    /// As JSON.
    pub fn json(self) -> Value {
        Value::Object(
            self.named()
                .map(|(k, n)| (k.to_owned(), json!(n)))
                .into_iter()
                .collect(),
        )
    }
}

/// What was read.
#[derive(Debug)]
pub struct Texts {
    /// The file, as it is printed.
    pub shown: String,
    /// They are mentions of the ledger, and `line` is the number of the case.
    pub is_ledger: bool,
    /// The texts with their classes.
    pub rows: Vec<Labelled>,
    /// What is not among them.
    pub left_out: LeftOut,
    /// How labels became classes.
    pub mapping: Mapping,
}

impl Texts {
    /// The texts of a file, else those that were corrected.
    pub fn of(file: Option<&PathBuf>, columns: &Columns, desk: &mut Desk) -> Result<Texts, Failure> {
        match file {
            Some(file) => read(file, columns, desk),
            None => super::corrections::read(columns, desk),
        }
    }

    /// What the place of a text is called.
    pub fn place_head(&self) -> Column {
        match self.is_ledger {
            true => Column {
                label: "case",
                right: false,
            },
            false => Column {
                label: "line",
                right: true,
            },
        }
    }

    /// Where a text stands.
    pub fn place(&self, line: u64) -> Cell {
        match self.is_ledger {
            true => Cell::Text(format!("c{line}")),
            false => Cell::Count(line),
        }
    }

    /// The same for programs.
    pub fn json_place(&self, line: u64) -> (&'static str, Value) {
        match self.is_ledger {
            true => ("case", json!(format!("c{line}"))),
            false => ("line", json!(line)),
        }
    }
}

/// How the labels are to be read.
pub fn mapping(columns: &Columns) -> Result<Mapping, Failure> {
    let dimension = columns.dimension.dimension();
    Mapping::parse(&columns.map, dimension).map_err(|faults| {
        let help = "write LABEL=CLASS with commas between, such as --map 1=positive,0=negative; `*` is every \
                    other label, `skip` leaves its rows out";
        let fault =
            |(part, reason)| Diagnostic::error("usage", format!("--map: `{part}`: {reason}")).help(help);
        Failure::new(Exit::Usage, faults.into_iter().map(fault).collect::<Vec<_>>())
    })
}

/// Reads the file.
fn read(file: &std::path::Path, columns: &Columns, desk: &mut Desk) -> Result<Texts, Failure> {
    let mapping = mapping(columns)?;
    desk.use_encoding(columns.encoding.as_deref())?;
    let (path, shown, _spool) = spool(file)?;
    let (table, text, label) = table(&path, &shown, columns, &mapping, desk)?;
    desk.talk.tell_all(table.findings(), 20);
    let mut texts = Texts {
        shown: table.shown().to_owned(),
        is_ledger: false,
        rows: Vec::new(),
        left_out: LeftOut::default(),
        mapping,
    };
    let mut unknown: BTreeMap<String, Unknown> = BTreeMap::new();
    let faults = table
        .rows(&mut |row| {
            let (said, label) = (row.cell(text), row.cell(label));
            if said.trim().is_empty() {
                texts.left_out.empty_text += 1;
                return;
            }
            if label.trim().is_empty() {
                texts.left_out.empty_label += 1;
                return;
            }
            match texts.mapping.label(&label) {
                Some(Target::Class(class)) => texts.rows.push(Labelled {
                    line: row.line,
                    text: said.into_owned(),
                    class,
                }),
                Some(Target::Skip) => texts.left_out.skipped += 1,
                None => unknown.entry(label.trim().to_owned()).or_default().add(row.line),
            }
        })
        .map_err(Failure::refused)?;
    desk.talk.tell_all(&faults, 20);
    texts.left_out.rejected = faults.len() as u64;
    if !unknown.is_empty() {
        let told = unknown.iter().map(|(label, seen)| seen.told(label, &texts));
        return Err(Failure::refused(told.collect::<Vec<_>>()));
    }
    if let Some(class) = texts.mapping.only_class() {
        let name = texts.mapping.dimension().class_name(class);
        let reason =
            format!("the mapping folds every class into `{name}`, so that nothing can be judged wrongly");
        desk.talk.tell(
            &Diagnostic::warning("labels-folded", reason)
                .at(&texts.shown, 0, 0)
                .help("name at least two classes, for example --map 'complaint=complaint,*=other'"),
        );
    }
    Ok(texts)
}

/// Rows with a label that says nothing.
#[derive(Default)]
struct Unknown {
    n: u64,
    lines: Vec<u64>,
}

impl Unknown {
    fn add(&mut self, line: u64) {
        self.n += 1;
        if self.lines.len() < 5 {
            self.lines.push(line);
        }
    }

    fn told(&self, label: &str, texts: &Texts) -> Diagnostic {
        let dimension = texts.mapping.dimension();
        let lines: Vec<String> = self.lines.iter().map(u64::to_string).collect();
        let more = if self.n > self.lines.len() as u64 {
            ", …"
        } else {
            ""
        };
        let short: String = label.chars().take(60).collect();
        let reason = format!(
            "nothing says which {} the label `{short}` is ({} × in line {}{more})",
            dimension.name(),
            self.n,
            lines.join(", ")
        );
        let first = self.lines.first().copied().unwrap_or(0);
        let class = dimension.class_name(0);
        Diagnostic::error("label-unknown", reason)
            .at(&texts.shown, first, 0)
            .help(format!(
                "say it with --map '{short}={class}' (there are {}), leave its rows out with '{short}=skip', or give every other label a class with '*={class}'",
                dimension.classes().join(", ")
            ))
    }
}

/// The table in the file that has both columns, and their numbers from 0.
fn table(
    path: &std::path::Path,
    shown: &str,
    columns: &Columns,
    mapping: &Mapping,
    desk: &Desk,
) -> Result<(PlainTable, usize, usize), Failure> {
    let (Some(text), Some(label)) = (&columns.text_column, &columns.label_column) else {
        return Err(Failure::usage(
            "a labelled file needs --text-column and --label-column",
            "name them, or give their numbers from 1",
        ));
    };
    let context = desk.context();
    let found = source::contents(path, shown, &context).map_err(Failure::refused)?;
    let mut first = None;
    for part in &found.parts {
        let table = part
            .plain_table(&context, !columns.no_header)
            .map_err(|faults| first.get_or_insert(faults).clone());
        let Ok(table) = table else { continue };
        let wanted = [("--text-column", text), ("--label-column", label)];
        match wanted.map(|(option, name)| column(&table, option, name, desk)) {
            [Ok(text), Ok(label)] => {
                warn(&table, columns, mapping, desk);
                return Ok((table, text, label));
            }
            faults => {
                let faults = faults.into_iter().filter_map(Result::err).collect();
                first.get_or_insert(faults);
            }
        }
    }
    Err(Failure::refused(first.unwrap_or_else(|| {
        vec![
            Diagnostic::error("file-empty", "there is no table in the file")
                .at(shown, 0, 0)
                .help("give a CSV, TSV or XLSX file with texts and labels"),
        ]
    })))
}

/// A first row of data that is taken for names.
fn warn(table: &PlainTable, columns: &Columns, mapping: &Mapping, desk: &Desk) {
    let by_number = |column: &Option<String>| {
        let number = column.as_deref().and_then(|c| c.trim().parse::<usize>().ok());
        let cell = number.and_then(|n| table.header().get(n.checked_sub(1)?));
        cell.filter(|name| column.as_deref().map(str::trim) != Some(name.as_str()))
    };
    let label = by_number(&columns.label_column).filter(|_| by_number(&columns.text_column).is_some());
    if columns.no_header || label.and_then(|label| mapping.label(label)).is_none() {
        return;
    }
    let reason = "the first row looks like a text with its label, and was taken for the columns' names";
    desk.talk.tell(
        &Diagnostic::warning("header-missing", reason)
            .at(table.shown(), table.first_line(), 0)
            .help("say --no-header if it is one"),
    );
}

/// The number of a column from 0. A name comes before a number.
fn column(table: &PlainTable, option: &str, wanted: &str, desk: &Desk) -> Result<usize, Diagnostic> {
    let header = table.header();
    let wanted = wanted.trim();
    let number = wanted
        .parse::<usize>()
        .ok()
        .filter(|n| (1..=header.len()).contains(n));
    let named = header.iter().position(|name| name == wanted).or_else(|| {
        header
            .iter()
            .position(|name| name.to_lowercase() == wanted.to_lowercase())
    });
    let same = header.iter().filter(|name| *name == wanted).count();
    if same > 1 {
        let reason = format!("{option}: {same} columns are called `{wanted}`");
        return Err(Diagnostic::error("column-unknown", reason)
            .at(table.shown(), table.first_line(), 0)
            .help("name the one that is meant by its number, from 1"));
    }
    match (named, number) {
        (Some(named), Some(number)) => {
            if named + 1 != number {
                desk.talk.note(&format!(
                    "{option} {wanted}: the column that is called so, not the one of that number"
                ));
            }
            Ok(named)
        }
        (Some(named), None) => Ok(named),
        (None, Some(number)) => Ok(number - 1),
        (None, None) => {
            let near = header
                .iter()
                .find(|name| strsim::jaro_winkler(name, wanted) > 0.8);
            let known: Vec<String> = header
                .iter()
                .zip(1..)
                .take(30)
                .map(|(name, n)| format!("{n} `{}`", name.chars().take(30).collect::<String>()))
                .collect();
            let reason = format!("{option}: there is no column `{wanted}`");
            let help = match near {
                Some(near) => format!("did you mean `{near}`? There are {}", known.join(", ")),
                None => format!("there are {}", known.join(", ")),
            };
            Err(Diagnostic::error("column-unknown", reason)
                .at(table.shown(), table.first_line(), 0)
                .help(help))
        }
    }
}

/// `--rules FILE`, else the workspace's rules, else the starter's; and what they are called.
pub fn rules(file: Option<&PathBuf>, desk: &Desk) -> Result<(crate::rules::RuleSet, String), Failure> {
    let own = desk.place.dir().join("rules.toml");
    match file {
        Some(file) => {
            let shown = file.display().to_string();
            let text = crate::cli::desk::read_text(file)?.ok_or_else(|| {
                Failure::refused([Diagnostic::error("file-unreadable", "there is no such file")
                    .at(shown.clone(), 0, 0)
                    .help("name a rules file, or leave --rules away for the workspace's own")])
            })?;
            Ok((desk.compile(&text, &shown)?, shown))
        }
        None if own.is_file() => Ok((desk.rules()?, own.display().to_string())),
        None => Ok((desk.rules()?, "starter".to_owned())),
    }
}

/// The business's own names, which are no words of praise or blame.
pub fn own_names(desk: &Desk) -> Vec<String> {
    let mut names = desk.settings.handles.clone();
    names.extend(Some(desk.settings.name.clone()).filter(|name| !name.is_empty()));
    names
}

/// How a command ends that used all but the damaged rows.
pub fn exit(texts: &Texts) -> Exit {
    match texts.left_out.rejected {
        0 => Exit::Done,
        _ => Exit::RowsRejected,
    }
}
