//! Exported bytes → [`Message`]s.
//!
//! [`open`] recognises an export by its content and finds out which column plays which part;
//! [`Export::read`] then streams its rows, as often as wanted and each time the same. Every row is
//! exactly one of: a main message, rejected, skipped. This room decides neither whose case a message
//! belongs to nor what it means, and it writes nothing.

mod cells;
mod columns;
mod dates;
mod delimited;
mod double_encoding;
mod grammar;
mod json;
mod profiles;
mod quotes;
mod recognise;
mod row;
mod sieve;
mod swallowed;
mod whole_file;

use crate::calendar::{Moment, Zone};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::message::Message;
use columns::{Cells, Role, Table};
use dates::{Order, Survey, Times};
use delimited::Delimited;
use json::Json;
pub use profiles::{Profile, Words, profiles};
use recognise::Shape;
use row::{Fault, Plan};
use sieve::Keys;
use std::ops::ControlFlow;
use std::path::Path;
use whole_file::Tally;

/// How many rows are looked at before a file is called understood.
const SAMPLE: usize = 500;

/// What a reader of exports must be told.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The zone of times that name none.
    pub zone: Zone,
    /// The zone was not configured.
    pub zone_is_assumed: bool,
    /// The present.
    pub now: Moment,
}

/// What [`Export::read`] hands on.
#[derive(Debug)]
pub enum Entry<'a> {
    /// The main message of a row, or (`inline`) a second one out of it.
    Message(&'a Message<'a>),
    /// The row does not go in; one per row.
    Rejected(Diagnostic),
    /// The row holds nothing; one per row.
    Skipped(Diagnostic),
    /// The row goes in all the same.
    Warned(Diagnostic),
    /// Bytes read so far.
    Progress(u64),
}

/// Something that knows where the parts of a row stand.
trait Locate {
    fn place(&self, role: Option<Role>) -> Place;
    /// The line at which the row begins.
    fn line(&self) -> u64;
}

/// What the readers of the single shapes hand on.
enum Raw<'r> {
    Row(&'r Cells<'r>, &'r dyn Locate),
    Blank(&'r dyn Locate),
    Bad(Diagnostic),
    Warned(Diagnostic),
    Progress(u64),
}

#[derive(Debug)]
enum File {
    Delimited(Delimited),
    Json(Json),
}

/// A recognised export.
#[derive(Debug)]
pub struct Export {
    file: File,
    plan: Plan,
    source: String,
    size: u64,
    findings: Vec<Diagnostic>,
}

fn unreadable(shown: &str, e: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error("file-unreadable", format!("the file cannot be read: {e}"))
        .at(shown, 0, 0)
        .help("look whether it is there, whether it is a file, and whether you may read it")
}

/// Opens and recognises an export. `path` is a regular file, `shown` the name to print in places.
pub fn open(path: &Path, shown: &str, context: &Context) -> Result<Export, Vec<Diagnostic>> {
    let mut table = Table::built_in();
    let head = recognise::head(path, shown, &table)?;
    let (path, shown, base) = (path.to_owned(), shown.to_owned(), head.base);
    let (file, general) = match head.shape {
        Shape::Delimited(delimiter) => {
            let name = if delimiter == b'\t' { "tsv" } else { "csv" };
            (
                File::Delimited(Delimited {
                    path,
                    shown,
                    delimiter,
                    base,
                }),
                name,
            )
        }
        Shape::JsonList => (
            File::Json(Json {
                path,
                shown,
                base,
                lines: false,
            }),
            "json",
        ),
        Shape::JsonLines => (
            File::Json(Json {
                path,
                shown,
                base,
                lines: true,
            }),
            "json-lines",
        ),
    };
    let Keys {
        values: header,
        lists,
    } = match &file {
        File::Delimited(_) => Keys {
            values: head.header,
            lists: Vec::new(),
        },
        File::Json(json) => sample_keys(json, &table)?,
    };
    table.heed(&header);
    let profile = profiles::recognise(&header);
    if let Some(profile) = profile {
        table.override_with(&profile.roles);
    }
    let layout = table.layout(header);
    let is_empty_list = matches!(file, File::Json(_)) && layout.header.is_empty();
    if !layout.has(Role::Text) && !layout.has(Role::Rating) && !is_empty_list {
        return Err(vec![whole_file::no_messages(
            file.shown(),
            &layout,
            matches!(file, File::Json(_)),
        )]);
    }
    let mut findings = whole_file::repeated_names(file.shown(), &layout);
    let channel = match profile {
        Some(profile) => profile.channel.clone(),
        None if layout.has(Role::Channel) || is_empty_list => "other".to_owned(),
        None => whole_file::guess_channel(file.shown(), &table, &mut findings),
    };
    if !is_empty_list {
        whole_file::missing(file.shown(), &layout, &mut findings);
    }
    if profile.is_none() {
        let keys = matches!(file, File::Json(_)).then_some(&table);
        findings.extend(whole_file::unused(file.shown(), &layout, keys, &lists));
    }
    let times = Times {
        zone: context.zone,
        order: Order::MonthFirst,
    };
    let plan = Plan {
        layout,
        table,
        times,
        channel,
    };
    let source = profile.map_or(general, |p| p.name.as_str()).to_owned();
    let mut export = Export {
        file,
        plan,
        source,
        size: head.size,
        findings,
    };
    export.survey_times(context)?;
    Ok(export)
}

/// The keys of the first elements.
fn sample_keys(json: &Json, table: &Table) -> Result<Keys, Vec<Diagnostic>> {
    let (mut keys, mut left) = (Keys::default(), SAMPLE);
    json.rows(table, Some(&mut keys), &mut |_| {
        left -= 1;
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(keys)
}

impl File {
    fn shown(&self) -> &str {
        match self {
            File::Delimited(file) => &file.shown,
            File::Json(file) => &file.shown,
        }
    }
}

impl Export {
    /// The profile's name, or `csv`, `tsv`, `json`, `json-lines` for a file of no known profile.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The encoding, as it is printed.
    pub fn encoding(&self) -> &str {
        match &self.file {
            File::Delimited(Delimited { base: 0, .. }) | File::Json(Json { base: 0, .. }) => "UTF-8",
            _ => "UTF-8 with BOM",
        }
    }

    /// The file's size.
    pub fn bytes(&self) -> u64 {
        self.size
    }

    /// Notes and warnings about the file as a whole.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Where the id of the row at that line stands.
    pub fn place_of_id(&self, line: u64) -> Place {
        Place {
            file: self.file.shown().to_owned(),
            line,
            column: 0,
            field: self.plan.layout.field(Role::Id).map(str::to_owned),
        }
    }

    /// The columns (or keys) that are used, and the part that each plays.
    pub fn columns(&self) -> Vec<(String, &'static str)> {
        let column = |(role, name)| Some((self.plan.layout.field(role)?.to_owned(), name));
        Role::ALL.into_iter().filter_map(column).collect()
    }

    /// Streams the whole file. `Err`: it is refused as a whole, whatever was handed on before.
    pub fn read(&self, sink: &mut dyn FnMut(Entry<'_>)) -> Result<(), Vec<Diagnostic>> {
        let mut tally = Tally::default();
        self.rows(&mut |raw| {
            match raw {
                Raw::Row(cells, at) => self.row(cells, at, &mut tally, sink),
                Raw::Blank(at) => sink(Entry::Skipped(blank(at))),
                Raw::Bad(fault) => {
                    tally.rejected(&fault);
                    sink(Entry::Rejected(fault));
                }
                Raw::Warned(warning) => sink(Entry::Warned(warning)),
                Raw::Progress(bytes) => sink(Entry::Progress(bytes)),
            }
            ControlFlow::Continue(())
        })?;
        if let Some(refusal) = tally.refusal() {
            return Err(vec![refusal]);
        }
        if let Some(finding) = tally.double_encoded() {
            sink(Entry::Warned(finding));
        }
        sink(Entry::Progress(self.size));
        Ok(())
    }

    fn row(&self, cells: &Cells<'_>, at: &dyn Locate, tally: &mut Tally, sink: &mut dyn FnMut(Entry<'_>)) {
        let mut row = match self.plan.build(cells) {
            Ok(row) => row,
            Err(fault) => {
                let fault = placed(fault, at);
                tally.rejected(&fault);
                return sink(Entry::Rejected(fault));
            }
        };
        row.message.line = at.line();
        tally.look(&row.message, at);
        sink(Entry::Message(&row.message));
        if let Some(reply) = &mut row.reply {
            reply.line = row.message.line;
            sink(Entry::Message(reply));
        }
        for fault in row.warnings {
            sink(Entry::Warned(placed(fault, at)));
        }
    }

    fn rows(&self, sink: &mut dyn FnMut(Raw<'_>) -> ControlFlow<()>) -> Result<(), Vec<Diagnostic>> {
        match &self.file {
            File::Delimited(file) => file.rows(&self.plan.layout, sink),
            File::Json(file) => file.rows(&self.plan.table, None, sink),
        }
    }

    /// Finds out how the times are to be understood: the first rows, or all where `9/6/2018` occurs.
    fn survey_times(&mut self, context: &Context) -> Result<(), Vec<Diagnostic>> {
        if !self.plan.layout.has(Role::Time) && !self.plan.layout.has(Role::ReplyTime) {
            return Ok(());
        }
        let (mut survey, mut rows) = (Survey::default(), 0);
        self.rows(&mut |raw| {
            if let Raw::Row(cells, at) = raw {
                rows += 1;
                survey.look(&self.plan.time_cell(cells), || at.place(Some(Role::Time)));
                survey.look(cells.of(Role::ReplyTime), || at.place(Some(Role::ReplyTime)));
            }
            if rows >= SAMPLE && !survey.short {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        let field = self
            .plan
            .layout
            .field(Role::Time)
            .or_else(|| self.plan.layout.field(Role::ReplyTime));
        let at = |d: Diagnostic| d.at(self.file.shown(), 0, 0).in_field(field.unwrap_or_default());
        let naive = survey.naive;
        let (order, is_told) = survey.order().map_err(|d| vec![d])?;
        self.plan.times.order = order;
        if !is_told {
            let reason =
                "nothing tells whether the day or the month comes first in these dates; the month was taken";
            let warning = at(Diagnostic::warning("time-ambiguous", reason));
            self.findings
                .push(warning.help("write the dates as 2026-11-21 if that is wrong"));
        }
        if naive && context.zone_is_assumed {
            let reason = format!(
                "the times name no zone and are read in {}, the zone of this computer",
                context.zone.name()
            );
            let note = at(Diagnostic::note("time-zone-assumed", reason));
            self.findings
                .push(note.help("set `time_zone` under [business] in feedback.toml"));
        }
        Ok(())
    }
}

fn blank(at: &dyn Locate) -> Diagnostic {
    let mut d = Diagnostic::note("row-blank", "the row is empty").help("nothing to do");
    d.place = Some(at.place(None));
    d
}

fn placed(fault: Fault, at: &dyn Locate) -> Diagnostic {
    let mut d = match fault.severity {
        Severity::Error => Diagnostic::error(fault.code, fault.reason),
        _ => Diagnostic::warning(fault.code, fault.reason),
    };
    d.place = Some(at.place(Some(fault.role)));
    d.help(fault.help)
}

#[cfg(test)]
mod tests;
