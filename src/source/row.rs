//! The cells of one row, by the part they play → a [`Message`], and the reply that the row may hold.
//!
//! Pure: knows no file and no place. What is wrong is told as a [`Fault`] of a part; whoever read the row
//! knows where that part stands.

use super::cells;
use super::columns::{Cells, Layout, Role, Table};
use super::dates::{FORMS, Reading, Times};
use super::fingerprint::{fingerprint, former_fingerprint};
use super::manner::Manner;
use super::no_words;
use super::{answers, double_encoding, links};
use crate::calendar::{Moment, Precision};
use crate::diagnostic::Severity;
use crate::message::{Direction, Message};
use std::borrow::Cow;

/// What the rows of one file have in common.
#[derive(Debug)]
pub(super) struct Plan {
    /// Which column plays which part.
    pub(super) layout: Layout,
    /// The known names (for the channels).
    pub(super) table: Table,
    /// Texts that were decoded wrongly before are put right.
    pub(super) repairs: bool,
    /// How times are to be understood.
    pub(super) times: Times,
    /// The channel of rows that name none.
    pub(super) channel: String,
    /// What the profile says of each row.
    pub(super) manner: Manner,
}

/// What a reading remembers from row to row, only to be quick: the last known channel, and the word for it.
#[derive(Debug, Default)]
pub(super) struct Memo<'p> {
    word: String,
    channel: &'p str,
}

/// Something wrong with one part of a row.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) severity: Severity,
    pub(super) role: Role,
    pub(super) code: &'static str,
    pub(super) reason: String,
    pub(super) help: &'static str,
}

/// What a row gives.
#[derive(Debug, Default)]
pub(super) struct Yield<'a> {
    pub(super) message: Message<'a>,
    /// The reply that stands in the same row.
    pub(super) reply: Option<Message<'a>>,
    /// What the time cells told.
    pub(super) time: Option<Reading>,
    pub(super) reply_time: Option<Reading>,
    /// Its text was decoded wrongly before, and is put right.
    pub(super) repaired: bool,
    /// The row goes in all the same.
    pub(super) warnings: Vec<Fault>,
}

fn error(role: Role, code: &'static str, reason: String, help: &'static str) -> Fault {
    Fault {
        severity: Severity::Error,
        role,
        code,
        reason,
        help,
    }
}

fn warning(role: Role, code: &'static str, reason: String, help: &'static str) -> Fault {
    Fault {
        severity: Severity::Warning,
        role,
        code,
        reason,
        help,
    }
}

/// Only the beginning of a cell goes into a reason.
fn start(cell: &str) -> String {
    const MOST: usize = 40;
    let cell = cell.trim();
    match cell.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", cell.get(..end).unwrap_or_default()),
        None => cell.to_owned(),
    }
}

/// Why `id` cannot be used.
fn damaged(id: &str, cell: &str) -> String {
    let start = start(cell);
    match cell.contains('\u{fffd}') {
        true => format!("{id} `{start}` holds bytes that could not be decoded"),
        false => format!("a spreadsheet rounded {id} to `{start}`; its last digits are lost"),
    }
}

/// What to do about rounded ids.
pub(super) const AS_TEXT: &str = "take the original download instead of a copy saved by a spreadsheet, or format the column as text before pasting the ids";

impl Plan {
    /// Makes the message of a row (into `out`, which is empty), or says why it does not go in.
    pub(super) fn build<'a, 'p: 'a>(
        &'p self,
        row: &Cells<'a>,
        memo: &mut Memo<'p>,
        out: &mut Yield<'a>,
    ) -> Result<(), Fault> {
        let translated = self.manner.translated(row);
        let row = translated.as_ref().unwrap_or(row);
        let message = &mut out.message;
        message.channel = self.channel(row.of(Role::Channel), memo);
        message.direction = cells::direction(row.of(Role::Direction)).map_err(|()| {
            let reason = format!("`{}` is neither in nor out", start(row.of(Role::Direction)));
            error(
                Role::Direction,
                "direction-unreadable",
                reason,
                "write True or False, yes or no, in or out",
            )
        })?;
        message.direction = message.direction.or(self.manner.direction);
        let id = cells::id(row.of(Role::Id)).map_err(|_| {
            let reason = damaged("the id", row.of(Role::Id));
            error(Role::Id, "id-damaged", reason, AS_TEXT)
        })?;
        let own = self.manner.id(id, &message.channel);
        message.link = some(row.of(Role::Link)).map(Cow::Borrowed);
        if message.link.is_none() {
            message.link = self.manner.link(row, &own).map(Cow::Owned);
        }
        let told = message.link.as_deref().filter(|_| self.manner.id_from_link);
        let told = told
            .and_then(links::resolve)
            .map(|(channel, id)| (channel, id.into_owned()));
        if self.layout.has(Role::Id) && cells::is_nothing(id) && told.is_none() && !self.manner.id_from_link {
            let reason = "the row has no id although the file has ids".to_owned();
            return Err(error(
                Role::Id,
                "id-missing",
                reason,
                "fill in the id, or export the file again",
            ));
        }
        out.time = self.posted(row)?;
        message.posted = out.time.map(|reading| reading.moment);
        self.read_author(row, message);
        message.text = self.titled(row.of(Role::Title), row.of(Role::Text));
        match cells::rating(row.of(Role::Rating)) {
            Ok(stars) => message.rating = stars,
            Err(()) => out.warnings.push(warning(
                Role::Rating,
                "number-unreadable",
                format!("`{}` is no rating from 1 to 5", start(row.of(Role::Rating))),
                "the row goes in without a rating",
            )),
        }
        // What X writes before a text that is passed on unchanged.
        message.repost = cells::flag(row.of(Role::Repost)) == Some(true) || message.text.starts_with("RT @");
        let repeated = other_id(row.of(Role::RepostOf)).ok().flatten();
        message.repost |= repeated.is_some() && no_words::adds_nothing(&message.text);
        if self.manner.is_deleted(&message.text) {
            (message.deleted, message.text) = (true, Cow::Borrowed(""));
        }
        message.deleted |= cells::flag(row.of(Role::Deleted)) == Some(true);
        let is_wordless = message.rating.is_none() && cells::trim(&message.text).is_empty();
        if is_wordless && !message.deleted && repeated.is_none() {
            let reason = "the row has neither text nor rating".to_owned();
            return Err(error(
                Role::Text,
                "row-without-text",
                reason,
                "nothing to do if the customer left it empty",
            ));
        }
        message.id = match told {
            Some((channel, id)) => {
                message.channel = channel.into();
                id.into()
            }
            None if self.manner.is_chat => fingerprint_of_chat(message, row).into(),
            None if cells::is_nothing(id) => {
                let time = self.time_cell(row);
                message.former_id = Some(former_fingerprint(message, &time).into());
                let is_relative = out.time.is_some_and(|reading| reading.is_relative);
                fingerprint(message, is_relative, some(row.of(Role::KnownBy))).into()
            }
            None => own,
        };
        if let Some(fault) = self.read_reply_to(row.of(Role::ReplyTo), message) {
            out.warnings.push(fault);
        }
        match other_id(row.of(Role::Conversation)) {
            Ok(id) => message.conversation = id.map(|id| self.manner.id(id, &message.channel)),
            Err(cell) => out.warnings.push(warning(
                Role::Conversation,
                "conversation-damaged",
                damaged("the conversation's id", cell),
                AS_TEXT,
            )),
        }
        message.reach = cells::count(row.of(Role::Reach));
        message.language = some(row.of(Role::Language)).map(Cow::Borrowed);
        message.repost_of = repeated.map(|id| self.manner.id(id, &message.channel));
        message.repost |= message.repost_of.is_some() && self.manner.is_repost(&message.text);
        let changed = some(row.of(Role::Edited)).and_then(|cell| self.times.read(cell));
        // Some exports repeat the time of posting where nothing was changed.
        message.edited = changed.filter(|at| message.posted.is_none_or(|posted| posted.millis < at.millis));
        message.automatic = cells::flag(row.of(Role::Automatic)) == Some(true);
        out.reply_time =
            some(row.of(Role::ReplyTime)).and_then(|cell| self.times.reading(cell, row.of(Role::Fetched)));
        let replied = out.reply_time.map(|reading| reading.moment);
        out.reply = self.reply(row, &out.message, replied, &mut out.warnings);
        if self.repairs {
            // Last: a message without an id is known by its text as it stands in the file.
            out.repaired = double_encoding::repair(&mut out.message.text);
            if let Some(reply) = &mut out.reply {
                double_encoding::repair(&mut reply.text);
            }
        }
        if !self.layout.joined.is_empty() {
            out.message.judged = answers::alone(&out.message.text, &self.layout).map(Cow::Owned);
        }
        Ok(())
    }

    fn channel<'a, 'p: 'a>(&'p self, cell: &'a str, memo: &mut Memo<'p>) -> Cow<'a, str> {
        let cell = cells::trim(cell);
        if cells::is_nothing(cell) {
            return Cow::Borrowed(&self.channel);
        }
        if memo.word == cell {
            return Cow::Borrowed(memo.channel);
        }
        if let Some(known) = self.table.channel(cell) {
            cell.clone_into(&mut memo.word);
            memo.channel = known;
            return Cow::Borrowed(known);
        }
        match cells::channel(cell) {
            name if name.is_empty() => Cow::Borrowed(&self.channel),
            name => name,
        }
    }

    fn posted(&self, row: &Cells<'_>) -> Result<Option<Reading>, Fault> {
        if !self.layout.has(Role::Time) || self.times.is_empty {
            return Ok(None);
        }
        let cell = self.time_cell(row);
        if cells::is_nothing(&cell) {
            let reason = "the row has no time although the file has times".to_owned();
            return Err(error(
                Role::Time,
                "time-missing",
                reason,
                "fill in the time, or export the file again",
            ));
        }
        match self.times.reading(&cell, row.of(Role::Fetched)) {
            Some(reading) => Ok(Some(reading)),
            None => Err(error(
                Role::Time,
                "time-unreadable",
                format!("`{}` is no time that is understood", start(&cell)),
                FORMS,
            )),
        }
    }

    /// The time cell, with the clock from the column beside it where day and clock stand apart.
    pub(super) fn time_cell<'a>(&self, row: &Cells<'a>) -> Cow<'a, str> {
        let (day, clock) = (*row.of(Role::Time), cells::trim(row.of(Role::Clock)));
        if self.layout.split_time && !cells::is_nothing(clock) && clock.len() <= 16 && !day.contains(':') {
            return Cow::Owned(format!("{} {clock}", day.trim()));
        }
        Cow::Borrowed(day)
    }

    /// The cell that a time was read from.
    pub(super) fn time_of(&self, role: Role, row: &Cells<'_>) -> String {
        let cell = match role {
            Role::Time => self.time_cell(row),
            role => Cow::Borrowed(*row.of(role)),
        };
        start(&cell)
    }

    fn read_author<'a>(&self, row: &Cells<'a>, message: &mut Message<'a>) {
        let bare = |cell: &'a str| match cells::is_spreadsheet_error(cell) {
            true => "",
            false => Some(cells::bare_name(cell))
                .filter(|name| !self.manner.is_deleted(name))
                .unwrap_or_default(),
        };
        let (name, id) = (
            bare(row.of(Role::Author)),
            some(row.of(Role::AuthorId)).map(|id| cells::id(id).unwrap_or(id)),
        );
        match id {
            Some(id) if name.is_empty() => message.author = bare(id).into(),
            _ => {
                message.author = name.into();
                message.author_id = id.filter(|id| *id != name).map(Cow::Borrowed);
            }
        }
    }

    /// The reply in the reply columns of the row.
    fn reply<'a>(
        &self,
        row: &Cells<'a>,
        to: &Message<'a>,
        posted: Option<Moment>,
        warnings: &mut Vec<Fault>,
    ) -> Option<Message<'a>> {
        let (text, time) = (some(row.of(Role::ReplyText)), some(row.of(Role::ReplyTime)));
        let text = text.filter(|cell| !self.layout.bare_reply || cells::flag(cell).is_none());
        if text.is_none() && time.is_none() {
            return None;
        }
        if let (Some(cell), None) = (time, posted) {
            let reason = format!("the reply's time `{}` is no time that is understood", start(cell));
            warnings.push(warning(Role::ReplyTime, "time-unreadable", reason, FORMS));
        }
        let id = some(row.of(Role::ReplyId)).and_then(|id| cells::id(id).ok());
        let mut reply = Message {
            former_id: (to.former_id.as_ref().filter(|_| id.is_none()))
                .map(|id| format!("{id}/reply").into()),
            id: id.map_or_else(|| Cow::Owned(format!("{}/reply", to.id)), Cow::Borrowed),
            channel: to.channel.clone(),
            direction: Some(Direction::Outbound),
            author: cells::bare_name(row.of(Role::ReplyAuthor)).into(),
            posted,
            text: self.manner.text(text.unwrap_or_default()),
            reply_to: Some(to.id.clone()),
            conversation: to.conversation.clone(),
            inline: true,
            ..Message::default()
        };
        if self.manner.several_replies && id.is_none() {
            (reply.id, reply.former_id) = (fingerprint(&reply, false, Some(&to.id)).into(), None);
        }
        Some(reply)
    }

    fn titled<'a>(&self, title: &'a str, text: &'a str) -> Cow<'a, str> {
        // Else kept as written: a customer may well say `-`.
        let kept = |cell: &'a str| match cells::is_spreadsheet_error(cell) {
            true => "",
            false => cell,
        };
        let (title, text) = (cells::trim(kept(title)), kept(text));
        if title.is_empty() || (self.manner.excerpts && text.trim_start().starts_with(title)) {
            return self.manner.text(text);
        }
        if text.trim().is_empty() {
            return self.manner.text(title);
        }
        Cow::Owned(format!("{}\n{}", self.manner.text(title), self.manner.text(text)))
    }

    fn read_reply_to<'a>(&self, cell: &'a str, message: &mut Message<'a>) -> Option<Fault> {
        match other_id(cell) {
            Ok(id) => {
                message.reply_to = id.map(|id| self.manner.id(id, &message.channel));
                None
            }
            Err(cell) => {
                message.reply_to = Some(Cow::Owned(format!("?{}", message.id)));
                let reason = damaged("the id of the answered message", cell);
                Some(warning(Role::ReplyTo, "reply-to-damaged", reason, AS_TEXT))
            }
        }
    }
}

/// What was said in a chat is known by its second, so that an edit is known as one; by its text too, where the
/// chat tells minutes only.
fn fingerprint_of_chat(message: &Message<'_>, row: &Cells<'_>) -> String {
    let is_exact = message.posted.is_some_and(|at| at.precision == Precision::Second);
    let told = Message {
        text: Cow::Borrowed(if is_exact { "" } else { &message.text }),
        ..message.clone()
    };
    fingerprint(&told, false, some(row.of(Role::KnownBy)))
}

fn some(cell: &str) -> Option<&str> {
    (!cells::is_nothing(cell)).then(|| cells::trim(cell))
}

/// The id of another message or of a conversation; the cell itself where a spreadsheet rounded it.
fn other_id(cell: &str) -> Result<Option<&str>, &str> {
    // `0` and `[]` are how some exports say that there is none.
    let cell = some(cell).filter(|c| !matches!(c.as_bytes(), b"0" | b"0.0" | [b'[', ..]));
    cell.map(|c| cells::id(c).map_err(|_| c)).transpose()
}
