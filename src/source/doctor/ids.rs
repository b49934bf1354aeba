//! Ids that a spreadsheet rounded: one by one (`5.7E+17`), or all of them to zeros at their ends.

use crate::diagnostic::{Diagnostic, Place};
use crate::source::Locate;
use crate::source::columns::Role;
use crate::source::row::AS_TEXT;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// The first damaged id.
    damaged: Option<Diagnostic>,
    /// Some row's id is not damaged.
    sound: bool,
    rounded: Rounded,
}

impl Ids {
    /// One more row that does not go in.
    pub(super) fn rejected(&mut self, fault: &Diagnostic) {
        match fault.code {
            "id-damaged" if self.damaged.is_none() => self.damaged = Some(fault.clone()),
            "id-damaged" => {}
            _ => self.sound = true,
        }
    }

    pub(super) fn look(&mut self, id: &str, at: &dyn Locate) {
        self.sound = true;
        self.rounded.look(id, at);
    }

    /// Why the file is refused after all: the ids of all its rows are damaged.
    pub(super) fn refusal(&mut self) -> Option<Diagnostic> {
        if let Some(refusal) = self.rounded.refusal() {
            return Some(refusal);
        }
        let first = self.damaged.take().filter(|_| !self.sound)?;
        Some(Diagnostic {
            message: format!("not one row has a usable id: {}", first.message),
            ..first
        })
    }
}

/// Whether a spreadsheet turned the last digits of all ids to zeros.
#[derive(Debug, Default)]
struct Rounded {
    ids: u64,
    /// The first id and its place.
    first: Option<(String, Place)>,
    /// Some id is not of that kind.
    is_sound: bool,
}

impl Rounded {
    /// Fewer could end in zeros by chance.
    const FEW: u64 = 5;

    fn look(&mut self, id: &str, at: &dyn Locate) {
        if self.is_sound {
            return;
        }
        // Spreadsheets keep fifteen digits.
        self.is_sound |= id.len() < 16 || !id.ends_with("00") || !id.bytes().all(|b| b.is_ascii_digit());
        if self.is_sound {
            return;
        }
        self.ids += 1;
        let place = || (id.to_owned(), at.place(Some(Role::Id)));
        self.first.get_or_insert_with(place);
    }

    fn refusal(&mut self) -> Option<Diagnostic> {
        let is_rounded = !self.is_sound && self.ids >= Self::FEW;
        let (id, place) = self.first.take().filter(|_| is_rounded)?;
        let id: String = id.chars().take(40).collect();
        let reason = format!("all ids end in zeros, such as `{id}`: a spreadsheet rounded them");
        let mut d = Diagnostic::error("id-damaged", reason).help(AS_TEXT);
        d.place = Some(place);
        Some(d)
    }
}
