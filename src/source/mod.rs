//! Exported bytes → [`Message`]s.
//!
//! [`open`] recognises an export by its content and finds out which column plays which part;
//! [`Export::read`] then streams its rows, as often as wanted and each time the same. Every row is
//! exactly one of: a main message, rejected, skipped. This room decides neither whose case a message
//! belongs to nor what it means, and it writes nothing.

mod answers;
mod at;
mod between;
mod block;
mod body;
mod cells;
mod chat;
mod columns;
mod dates;
mod delimited;
mod doctor;
mod double_encoding;
mod doubtful;
mod encoding;
mod fingerprint;
mod frame;
mod guess;
mod html;
mod json;
mod links;
mod lookalikes;
mod manner;
mod mapping;
mod no_words;
mod numbered;
mod opening;
mod plain;
mod preview;
mod profiles;
mod recognise;
mod row;
mod split;
mod swallowed;
mod unpack;
mod whole_file;

use crate::calendar::{Moment, Zone};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::message::Message;
pub use body::Scratch;
use chat::Chat;
pub use chat::is_line;
pub use columns::Way;
use columns::{Cells, Role};
use dates::{Oddities, Reading};
use delimited::Delimited;
use doctor::Doctor;
pub use encoding::is_encoding;
use json::Json;
pub use mapping::Mapping;
pub use plain::{PlainRow, PlainTable};
pub use preview::Used;
pub use profiles::{Lookup, Profile, Words, is_part, parts, profiles};
use row::{Fault, Memo, Plan, Yield};
use std::ops::ControlFlow;
pub use unpack::{Contents, Part, contents, open};

/// What a reader of exports must be told.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The zone of times that name none.
    pub zone: Zone,
    /// The zone was not configured.
    pub zone_is_assumed: bool,
    /// The present.
    pub now: Moment,
    /// The encoding that the user names, where she does.
    pub encoding: Option<&'a str>,
    /// When the exports were made, where the user says so; else each file's own date counts. Times such as
    /// `3 days ago` are counted from it.
    pub exported: Option<Moment>,
    /// Texts that were decoded with the wrong encoding once before are put right.
    pub repair: bool,
    /// The business's own accounts: they name no conversation.
    pub handles: &'a [String],
    /// The workspace's own formats, which come before the built-in ones.
    pub own: &'a [Profile],
    /// What the user says of some exports.
    pub mappings: &'a [Mapping],
    /// Makes a file for what is decoded or unpacked and does not fit into memory.
    pub scratch: &'a (dyn Fn() -> std::io::Result<Scratch> + Sync),
}

impl Context<'static> {
    /// In `zone` at `now`, with nothing else set, and without a place for large decoded files.
    pub fn plain(zone: Zone, now: Moment) -> Self {
        Context {
            zone,
            zone_is_assumed: false,
            now,
            encoding: None,
            exported: None,
            repair: false,
            handles: &[],
            own: &[],
            mappings: &[],
            scratch: &|| Err(std::io::ErrorKind::Unsupported.into()),
        }
    }
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
    /// A row begins here at which [`Export::read_part`] can start: before the first row, then about every
    /// megabyte.
    Mark(Mark),
}

/// About so many bytes of the file lie between two marks. (The tests try parts of single rows.)
const PART: u64 = if cfg!(test) { 1 } else { 1 << 20 };

/// The beginning of a row, at which a later reading can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Where the row begins, in bytes behind the byte order mark.
    offset: u64,
    /// The line of that place, from 1.
    line: u64,
    /// Where the header stands that holds here; 0: the file's own.
    header: u64,
}

impl Mark {
    const START: Mark = Mark {
        offset: 0,
        line: 1,
        header: 0,
    };

    /// The same place, below a header that came again.
    fn under(self, header: Option<u64>) -> Mark {
        Mark {
            header: header.unwrap_or(0),
            ..self
        }
    }

    /// Where the header stands that came again before.
    fn header(self) -> Option<u64> {
        (self.header > 0).then_some(self.header)
    }

    /// Whether `offset` is so far behind the last mark that the next one is due.
    fn is_due(last: Option<Mark>, offset: u64) -> bool {
        last.is_none_or(|mark| offset >= mark.offset + PART)
    }
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
    /// A further message inside the row before it.
    Inner(&'r Cells<'r>, &'r dyn Locate),
    Blank(&'r dyn Locate),
    /// A row that is none; a note says why.
    Skipped(Diagnostic),
    Bad(Diagnostic),
    Warned(Diagnostic),
    Progress(u64),
    Mark(Mark),
}

type Sink<'s> = &'s mut dyn FnMut(Raw<'_>) -> ControlFlow<()>;

#[derive(Debug)]
enum File {
    Delimited(Delimited),
    Json(Box<Json>),
    Chat(Box<Chat>),
}

/// A recognised export.
#[derive(Debug)]
pub struct Export {
    file: File,
    plan: Plan,
    source: String,
    encoding: &'static str,
    size: u64,
    findings: Vec<Diagnostic>,
}

fn unreadable(shown: &str, e: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error("file-unreadable", format!("the file cannot be read: {e}"))
        .at(shown, 0, 0)
        .help("look whether it is there, whether it is a file, and whether you may read it")
}

/// The scratch file could not be written.
fn disk(shown: &str, e: &dyn std::fmt::Display) -> Diagnostic {
    let reason =
        format!("what was decoded or unpacked could not be kept in the folder for temporary files: {e}");
    Diagnostic::error("disk", reason)
        .at(shown, 0, 0)
        .help("nothing of this file was recorded; make room there (or set TMPDIR), then ingest it again")
}

impl File {
    fn shown(&self) -> &str {
        match self {
            File::Delimited(file) => &file.shown,
            File::Json(file) => &file.shown,
            File::Chat(file) => &file.shown,
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
        self.encoding
    }

    /// Its texts may be excerpts, so that another text under a known id is no edit.
    pub fn excerpts(&self) -> bool {
        self.plan.manner.excerpts
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
        let (mut doctor, mut times) = (Doctor::new(self.plan.times.now), Oddities::default());
        let (mut memo, mut last) = (Memo::default(), Mark::START);
        let mut decoded = self.findings.iter().any(|d| d.code == "byte-undecodable");
        self.rows(None, None, &mut |raw| {
            match raw {
                Raw::Row(cells, at) => self.row(cells, at, (&mut doctor, &mut times, &mut memo), sink),
                Raw::Inner(cells, at) => self.inner(cells, at, &mut memo, sink),
                Raw::Blank(at) => {
                    doctor.skipped();
                    sink(Entry::Skipped(blank(at)));
                }
                Raw::Skipped(note) => {
                    doctor.skipped();
                    sink(Entry::Skipped(note));
                }
                Raw::Bad(fault) => {
                    doctor.rejected(&fault);
                    sink(Entry::Rejected(fault));
                }
                Raw::Warned(warning) => {
                    decoded |= warning.code == "json-half-character";
                    sink(Entry::Warned(warning));
                }
                Raw::Progress(bytes) => sink(Entry::Progress(bytes)),
                Raw::Mark(mark) => {
                    last = mark;
                    sink(Entry::Mark(mark));
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(refusal) = doctor.refusal() {
            return Err(vec![refusal]);
        }
        let ends = || self.ends_in_a_line(last);
        let found = doctor.findings(self.file.shown(), decoded, &ends);
        for finding in self.times_told(times).chain(found) {
            sink(Entry::Warned(finding));
        }
        sink(Entry::Progress(self.size));
        Ok(())
    }

    /// Streams again the rows from `from` up to `to` (the end, where there is none): the same messages in
    /// the same order as [`Export::read`] gave between these marks, and no diagnostics, since those have
    /// been told. Several threads may read parts of one export at once. Of a file that changed since, other
    /// messages may come, or more or fewer: whoever reads parts counts them.
    ///
    /// # Errors
    /// The file cannot be read any more, or is not what it was.
    pub fn read_part(
        &self,
        from: Mark,
        to: Option<Mark>,
        each: &mut dyn FnMut(&Message<'_>),
    ) -> Result<(), Vec<Diagnostic>> {
        let mut memo = Memo::default();
        self.rows(Some(from), to, &mut |raw| {
            let mut row = Yield::default();
            if let Raw::Row(cells, at) | Raw::Inner(cells, at) = raw
                && self.plan.build(cells, &mut memo, &mut row).is_ok()
            {
                row.message.line = at.line();
                row.message.inline = matches!(raw, Raw::Inner(..));
                each(&row.message);
                if let Some(reply) = &mut row.reply {
                    reply.line = row.message.line;
                    each(reply);
                }
            }
            ControlFlow::Continue(())
        })
    }

    fn row<'p>(
        &'p self,
        cells: &Cells<'_>,
        at: &dyn Locate,
        (doctor, times, memo): (&mut Doctor, &mut Oddities, &mut Memo<'p>),
        sink: &mut dyn FnMut(Entry<'_>),
    ) {
        let mut row = Yield::default();
        if let Err(fault) = self.plan.build(cells, memo, &mut row) {
            let fault = placed(fault, at);
            doctor.rejected(&fault);
            return sink(Entry::Rejected(fault));
        }
        row.message.line = at.line();
        for (role, reading) in [(Role::Time, row.time), (Role::ReplyTime, row.reply_time)] {
            if let Some(reading) = reading.filter(Reading::is_odd) {
                let cell = || self.plan.time_of(role, cells);
                times.look(&reading, cell, || at.place(Some(role)));
            }
        }
        doctor.look(&row.message, row.repaired, at);
        hand_on(row, at, sink);
    }

    /// A message inside the row before: what is wrong with it concerns no row.
    fn inner<'p>(
        &'p self,
        cells: &Cells<'_>,
        at: &dyn Locate,
        memo: &mut Memo<'p>,
        sink: &mut dyn FnMut(Entry<'_>),
    ) {
        let mut row = Yield::default();
        if let Err(mut fault) = self.plan.build(cells, memo, &mut row) {
            fault.severity = Severity::Warning;
            return sink(Entry::Warned(placed(fault, at)));
        }
        row.message.line = at.line();
        row.message.inline = true;
        hand_on(row, at, sink);
    }

    /// The rows from one mark (else the file's beginning) up to another (else its end).
    fn rows(&self, from: Option<Mark>, to: Option<Mark>, sink: Sink<'_>) -> Result<(), Vec<Diagnostic>> {
        match &self.file {
            File::Delimited(file) => file.rows((&self.plan.layout, &self.plan.table), from, to, sink),
            File::Json(file) => file.rows(&self.plan.table, from, to, None, sink),
            File::Chat(file) => file.rows(from, to, sink),
        }
    }
}

/// The message of a row, the reply in it, and what is wrong with them all the same.
fn hand_on(mut row: Yield<'_>, at: &dyn Locate, sink: &mut dyn FnMut(Entry<'_>)) {
    sink(Entry::Message(&row.message));
    if let Some(reply) = &mut row.reply {
        reply.line = row.message.line;
        sink(Entry::Message(reply));
    }
    for fault in row.warnings {
        sink(Entry::Warned(placed(fault, at)));
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
