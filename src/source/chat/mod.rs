//! Chats saved as text: each message begins on a line of a known pattern, what follows belongs to it.
//!
//! The pattern is a profile's `line`, a regular expression with the named groups `date`, `clock`, `author` and
//! `text`. A line with a time and no author is what the chat itself says: it is skipped, and so are such words under
//! an author's name and pictures without words. All messages of a file are one conversation, named after the
//! customers in it.

mod line;
mod same;

pub use line::is_line;

use super::at::At;
use super::block::{Block, LONGEST};
use super::body::Body;
use super::columns::{Cells, PerRole, Role};
use super::profiles::{Profile, profiles};
use super::{Locate, Mark, Raw, Sink, no_words, recognise, unreadable, whole_file};
use crate::diagnostic::{Diagnostic, Place};
use line::{Line, is_mark};
use same::Same;
use std::collections::BTreeSet;
use std::io::Read;
use std::ops::ControlFlow;
use unicode_normalization::UnicodeNormalization;

/// So much is looked at to find the first line.
const HEAD: u64 = 64 << 10;

/// So many authors are told apart.
const MOST_AUTHORS: usize = 200;

/// So many authors are told by name.
const MOST_TOLD: usize = 8;

/// A chat.
#[derive(Debug)]
pub(super) struct Chat {
    body: Body,
    pub(super) shown: String,
    base: u64,
    line: Line,
    /// What stands behind a text and is none of it.
    marks: Vec<String>,
    conversation: String,
    /// The business's own names.
    handles: Vec<String>,
}

/// The names under which its parts are known.
pub(super) const NAMES: [&str; 4] = ["time", "author", "text", "conversation"];

/// A chat, its profile, and what is to be told of it.
type Recognised<'p> = (Chat, &'p Profile, Option<Diagnostic>);

/// The chat that a text is, and its profile: of the workspace's `own` first.
pub(super) fn recognise<'p>(
    body: &Body,
    base: u64,
    shown: &str,
    (own, handles): (&'p [Profile], &[String]),
) -> Result<Option<Recognised<'p>>, Vec<Diagnostic>> {
    let failed = |e: std::io::Error| vec![unreadable(shown, &e)];
    let (mut head, file) = (Vec::new(), body.open_at(base).map_err(failed)?);
    file.take(HEAD).read_to_end(&mut head).map_err(failed)?;
    let head = String::from_utf8_lossy(&head);
    let Some(first) = head.lines().find(|line| !line.trim().is_empty()) else {
        return Ok(None);
    };
    let bare = first.trim_start_matches(is_mark);
    let mut signs = bare.chars();
    let begins_well = match signs.next() {
        Some('[') => signs.next().is_some_and(|c| c.is_ascii_digit()),
        first => first.is_some_and(|c| c.is_ascii_digit()),
    };
    if !begins_well {
        return Ok(None);
    }
    let known = own
        .iter()
        .chain(profiles())
        .filter_map(|p| Some((p, p.line.as_deref()?)));
    for (profile, pattern) in known {
        let Some(line) = Line::of(pattern).filter(|line| line.parts(first).is_some()) else {
            continue;
        };
        let mut chat = Chat {
            body: body.clone(),
            shown: shown.to_owned(),
            base,
            line,
            marks: profile.marks.clone(),
            conversation: String::new(),
            handles: handles.iter().map(|handle| name(handle)).collect(),
        };
        let note = chat.name()?;
        return Ok(Some((chat, profile, note)));
    }
    Ok(None)
}

/// A message that may go on in the next line.
struct Open {
    at: At,
    time: String,
    author: Option<String>,
    text: String,
    is_marked: bool,
    is_exact: bool,
}

impl Chat {
    fn is_own(&self, author: &str) -> bool {
        !self.handles.is_empty() && self.handles.contains(&name(author))
    }

    /// Names the conversation: after the customers in it, else after the file. Who of them is the business is to
    /// be told, if nobody is.
    fn name(&mut self) -> Result<Option<Diagnostic>, Vec<Diagnostic>> {
        let mut authors: BTreeSet<String> = BTreeSet::new();
        self.rows(None, None, &mut |raw| {
            if let Raw::Row(cells, _) = raw
                && authors.len() < MOST_AUTHORS
            {
                authors.insert((*cells.of(Role::Author)).to_owned());
            }
            ControlFlow::Continue(())
        })?;
        let told: Vec<String> = authors
            .iter()
            .take(MOST_TOLD)
            .map(|a| format!("`{}`", short(a)))
            .collect();
        let more = if authors.len() > MOST_TOLD {
            " and others"
        } else {
            ""
        };
        let others: Vec<String> = authors
            .iter()
            .filter(|a| !self.is_own(a))
            .map(|a| short(a))
            .collect();
        self.conversation = match others.len() {
            1 | 2 => others.join(", "),
            _ => stem(&self.shown).to_owned(),
        };
        if others.len() < authors.len() || authors.is_empty() {
            return Ok(None);
        }
        let reason = format!("the file is one conversation, of {}{more}", told.join(", "));
        let note = Diagnostic::note("chat-authors", reason).at(&self.shown, 0, 0);
        Ok(Some(note.help("put the name under which you write among `handles` in feedback.toml, else it counts as a customer's")))
    }

    /// Reads the messages.
    pub(super) fn rows(
        &self,
        from: Option<Mark>,
        to: Option<Mark>,
        sink: Sink<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let failed = |e: std::io::Error| vec![unreadable(&self.shown, &e)];
        let start = from.unwrap_or(Mark::START);
        let mut block = Block::new(self.body.open_at(self.base + start.offset).map_err(failed)?);
        let mut at = At {
            offset: start.offset,
            line: start.line,
            column: 1,
        };
        let (mut open, mut last): (Option<Open>, _) = (None, from);
        let mut same = Same::default();
        loop {
            let Some(n) = block.line().map_err(failed)? else {
                return Err(vec![whole_file::too_long(&self.shown, at.line, 1)]);
            };
            if n == 0 {
                break;
            }
            let bytes = block.pass(n);
            let line = std::str::from_utf8(bytes).map_err(|e| {
                let mut bad = at;
                bad.pass(bytes.get(..e.valid_up_to()).unwrap_or_default());
                vec![recognise::not_utf8(&self.shown, bad.line, bad.column)]
            })?;
            let begins = at;
            at.pass(bytes);
            let line = line.trim_end_matches(['\n', '\r']);
            if let Some(parts) = self.line.parts(line) {
                if let Some(done) = open.take()
                    && self.send(&done, &mut same, sink).is_break()
                {
                    return Ok(());
                }
                if to.is_some_and(|to| begins.offset >= to.offset) {
                    return Ok(());
                }
                // What is counted within one time is counted in one part.
                if Mark::is_due(last, begins.offset) && !same.is_at(&parts.time) {
                    let mark = Mark {
                        offset: begins.offset,
                        line: begins.line,
                        ..Mark::START
                    };
                    if sink(Raw::Mark(*last.insert(mark))).is_break()
                        || sink(Raw::Progress(self.base + begins.offset)).is_break()
                    {
                        return Ok(());
                    }
                }
                open = Some(Open {
                    at: begins,
                    time: parts.time,
                    author: parts.author.map(str::to_owned),
                    text: parts.text.to_owned(),
                    is_marked: parts.is_marked,
                    is_exact: parts.is_exact,
                });
            } else if let Some(open) = &mut open {
                if open.text.len() + line.len() >= LONGEST {
                    return Err(vec![whole_file::too_long(&self.shown, open.at.line, 1)]);
                }
                open.text.push('\n');
                open.text.push_str(line.trim_start_matches(is_mark));
            }
        }
        if let Some(done) = open {
            let _ = self.send(&done, &mut same, sink);
        }
        Ok(())
    }

    fn send(&self, open: &Open, same: &mut Same, sink: Sink<'_>) -> ControlFlow<()> {
        let spot = Spot {
            shown: &self.shown,
            line: open.at.line,
        };
        let Some(author) = open.author.as_deref().filter(|author| !author.is_empty()) else {
            return sink(Raw::Skipped(no_message(&spot, "the chat itself says this")));
        };
        let mut text = open.text.trim_end();
        if no_words::is_notice(text, open.is_marked) {
            return sink(Raw::Skipped(no_message(&spot, "the chat itself says this")));
        }
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        if no_words::is_picture(first, open.is_marked) {
            text = rest.trim();
        }
        let said = if open.is_exact { "" } else { text };
        let known_by = same.known_by(
            &open.time,
            author,
            said,
            self.is_own(author).then_some(&self.conversation),
        );
        if text.is_empty() {
            return sink(Raw::Skipped(no_message(
                &spot,
                "a picture or another file, without words",
            )));
        }
        while let Some(rest) = self
            .marks
            .iter()
            .find_map(|mark| text.strip_suffix(mark.as_str()))
        {
            text = rest.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c));
        }
        let mut cells: Cells<'_> = PerRole::new(|_| "");
        *cells.of_mut(Role::Time) = &open.time;
        *cells.of_mut(Role::Author) = author;
        *cells.of_mut(Role::Text) = text;
        *cells.of_mut(Role::Conversation) = &self.conversation;
        *cells.of_mut(Role::KnownBy) = &known_by;
        sink(Raw::Row(&cells, &spot))
    }
}

fn no_message(spot: &Spot<'_>, why: &str) -> Diagnostic {
    let mut note = Diagnostic::note("row-no-message", format!("no message: {why}"));
    note.place = Some(spot.place(None));
    note.help("nothing to do")
}

/// A name as it is compared with the business's own.
fn name(name: &str) -> String {
    name.trim()
        .trim_start_matches(['@', '＠'])
        .nfc()
        .collect::<String>()
        .trim()
        .to_lowercase()
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

/// The file's name without its folder, its ending and the number of a second download.
fn stem(shown: &str) -> &str {
    let name = shown.rsplit(['/', '\\']).next().unwrap_or(shown);
    let name = name.strip_suffix(".txt").unwrap_or(name);
    match name.rsplit_once(" (") {
        Some((before, n)) if n.trim_end_matches(')').bytes().all(|b| b.is_ascii_digit()) => before,
        _ => name,
    }
}

/// Where a message begins.
struct Spot<'a> {
    shown: &'a str,
    line: u64,
}

impl Locate for Spot<'_> {
    fn line(&self) -> u64 {
        self.line
    }

    fn place(&self, _: Option<Role>) -> Place {
        Place {
            file: self.shown.to_owned(),
            line: self.line,
            column: 1,
            field: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_second_download_is_the_firsts() {
        assert_eq!(
            stem("a/WhatsApp Chat with Team (2).txt"),
            "WhatsApp Chat with Team"
        );
        assert_eq!(stem("_chat.txt"), "_chat");
    }
}
