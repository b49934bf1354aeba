//! The one shape that every output is made from: tables of typed cells, and a report around them.
//!
//! Cells keep their type, so that each renderer can do right by it: seconds stay numbers in CSV and
//! become `2 h 10 min` on a terminal; labels are translated, texts of strangers never are.

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// One of our words; renderers translate it.
    Label(&'static str),
    /// Somebody's words, untrusted.
    Text(String),
    /// A number of things.
    Count(u64),
    /// A duration in whole seconds; `None` where there is nothing to measure.
    Seconds(Option<i64>),
    /// A share from 0 to 1; `None` where there is nothing to measure.
    Rate(Option<f64>),
    /// Stars from 1 to 5; `None` where there are none.
    Stars(Option<f64>),
}

/// A column's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Our word for it.
    pub label: &'static str,
    /// Numbers stand to the right.
    pub right: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Our words; empty for none.
    pub title: &'static str,
    /// Heads.
    pub columns: Vec<Column>,
    /// Rows, each as wide as the heads.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with these heads; a head that ends in `>` stands to the right.
    pub fn new(title: &'static str, heads: &[&'static str]) -> Self {
        let columns = heads
            .iter()
            .map(|h| match h.strip_suffix('>') {
                Some(label) => Column { label, right: true },
                None => Column {
                    label: h,
                    right: false,
                },
            })
            .collect();
        Table {
            title,
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }
}

/// A value of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number of things.
    Count(u64),
    /// Whole seconds; its name ends in `_s`.
    Seconds(Option<i64>),
    /// A share from 0 to 1; its name ends in `_rate`.
    Rate(Option<f64>),
    /// Stars from 1 to 5; its name ends in `_stars`.
    Stars(Option<f64>),
}

impl From<Value> for Cell {
    fn from(value: Value) -> Cell {
        match value {
            Value::Count(n) => Cell::Count(n),
            Value::Seconds(s) => Cell::Seconds(s),
            Value::Rate(r) => Cell::Rate(r),
            Value::Stars(s) => Cell::Stars(s),
        }
    }
}

/// One line of what is behind a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Behind {
    /// The case's number.
    pub case: u32,
    /// What it adds: seconds, or 1 and 0 for a rate.
    pub value: Value,
}

/// A figure with its basis and what is behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Name as in the reference.
    pub name: &'static str,
    /// How many it is measured over.
    pub n: u64,
    /// Its values by name.
    pub values: Vec<(&'static str, Value)>,
}

impl Figure {
    /// The value of that name.
    pub fn value(&self, name: &str) -> Option<Value> {
        self.values.iter().find(|(n, _)| *n == name).map(|(_, v)| *v)
    }
}

/// The figures of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// By what it was grouped.
    pub by: &'static str,
    /// Which group.
    pub key: String,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// A report: its basis, its figures, and the tables that show them.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Its name.
    pub name: &'static str,
    /// The business's name; empty where none is set.
    pub business: String,
    /// RFC 3339.
    pub as_of: String,
    /// The same on the zone's clocks, for eyes.
    pub as_of_local: String,
    /// The period on the zone's clocks; an open end is `None`.
    pub period_local: (Option<String>, Option<String>),
    /// IANA name of the zone.
    pub zone: String,
    /// `posted`, `replied` or `resolved`.
    pub basis: &'static str,
    /// RFC 3339, where given.
    pub from: Option<String>,
    /// RFC 3339, where given.
    pub to: Option<String>,
    /// Cases in scope.
    pub cases: u64,
    /// Left out of rates, targets and backlog, by reason.
    pub excluded: Vec<(&'static str, u64)>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// The same by group.
    pub groups: Vec<Group>,
    /// How it is shown.
    pub tables: Vec<Table>,
    /// What a report that is a list tells programs, under the report's name.
    pub list: Option<Table>,
}
