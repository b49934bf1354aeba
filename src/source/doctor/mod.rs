//! What a whole export suffers from, found while its messages go by: one file for each kind of damage. Each is
//! told once, with how often it occurs, where first, on what grounds, and what to do. Little is kept in memory
//! however long the file is. Nothing is changed or left out here.

mod cut_off;
mod cut_texts;
mod emoji;
mod future;
mod ids;
mod mojibake;
mod near;

use super::Locate;
use super::columns::Role;
use crate::diagnostic::{Diagnostic, Place};
use crate::message::Message;

/// See the module.
#[derive(Debug)]
pub(super) struct Doctor {
    ids: ids::Ids,
    mojibake: mojibake::Mojibake,
    cut_texts: cut_texts::CutTexts,
    emoji: emoji::Emoji,
    near: near::Near,
    future: future::Future,
    cut_off: cut_off::CutOff,
}

/// How often something was met, and where first.
#[derive(Debug, Default)]
struct Met {
    n: u64,
    first: Option<Place>,
}

impl Met {
    fn count(&mut self, role: Role, at: &dyn Locate) {
        self.n += 1;
        self.first.get_or_insert_with(|| at.place(Some(role)));
    }
}

/// With its place.
fn told(mut d: Diagnostic, place: Option<Place>, help: &str) -> Diagnostic {
    d.place = place;
    d.help(help)
}

/// `1 text`, `3 texts`.
fn counted(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

impl Doctor {
    /// For a file that is read at `now`, milliseconds since 1970.
    pub(super) fn new(now: i64) -> Doctor {
        Doctor {
            ids: ids::Ids::default(),
            mojibake: mojibake::Mojibake::default(),
            cut_texts: cut_texts::CutTexts::default(),
            emoji: emoji::Emoji::default(),
            near: near::Near::default(),
            future: future::Future::new(now),
            cut_off: cut_off::CutOff::default(),
        }
    }

    /// One more row that does not go in.
    pub(super) fn rejected(&mut self, fault: &Diagnostic) {
        self.ids.rejected(fault);
        self.cut_off.rejected(fault);
    }

    /// One more row that holds nothing.
    pub(super) fn skipped(&mut self) {
        self.cut_off.row();
    }

    /// Looks at one more message, the main one of its row; its text may have been `repaired`.
    pub(super) fn look(&mut self, message: &Message<'_>, repaired: bool, at: &dyn Locate) {
        self.ids.look(&message.id, at);
        self.mojibake.look(&message.text, repaired, at);
        self.cut_texts.look(&message.text, at);
        self.emoji.look(&message.text, at);
        self.near.look(message, at);
        self.future.look(message.posted, at);
        self.cut_off.row();
    }

    /// Why the file is refused after all.
    pub(super) fn refusal(&mut self) -> Option<Diagnostic> {
        self.ids.refusal()
    }

    /// What was found. `shown` is the file's name; `decoded` is true where undecodable bytes were told already;
    /// `ends` tells whether the last line is ended.
    pub(super) fn findings(
        self,
        shown: &str,
        decoded: bool,
        ends: &dyn Fn() -> bool,
    ) -> impl Iterator<Item = Diagnostic> {
        let found = [
            self.mojibake.told(),
            self.cut_texts.told(),
            self.emoji.told(decoded),
            self.near.told(),
            self.future.told(),
        ];
        found.into_iter().flatten().chain(self.cut_off.told(shown, ends))
    }
}
