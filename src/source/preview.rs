//! What an export looks like once it is understood: its separator, which column plays which part and how that
//! was found, its first messages. Reads a little of the file; decides nothing.

use super::columns::{Role, Way};
use super::row::{Memo, Yield};
use super::{Export, File, Raw};
use crate::calendar::Zone;
use crate::diagnostic::Diagnostic;
use crate::message::Message;
use std::ops::ControlFlow;

/// A column (or key) in use.
#[derive(Debug, Clone)]
pub struct Used {
    /// Its name.
    pub column: String,
    /// The part that it plays.
    pub part: &'static str,
    /// How that was found.
    pub way: Way,
}

impl Way {
    /// The word for it in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Way::Name => "name",
            Way::Profile => "profile",
            Way::Guessed => "guessed",
            Way::Settings => "settings",
        }
    }
}

impl Export {
    /// The columns in use, by part.
    pub fn used(&self) -> Vec<Used> {
        let layout = &self.plan.layout;
        let used = |(role, part): (Role, &'static str)| {
            Some(Used {
                column: layout.field(role)?.to_owned(),
                part,
                way: *layout.way.of(role),
            })
        };
        Role::ALL.into_iter().filter_map(used).collect()
    }

    /// What parts the cells; nothing where there are none.
    pub fn delimiter(&self) -> Option<char> {
        match &self.file {
            File::Delimited(file) => Some(char::from(file.delimiter)),
            File::Json(_) | File::Chat(_) => None,
        }
    }

    /// The zone of times that name none.
    pub fn zone(&self) -> Zone {
        self.plan.times.zone
    }

    /// Hands on the first `most` messages, each with what stands in the time's cell of its row.
    ///
    /// # Errors
    /// The file is refused before so many have come.
    pub fn first(
        &self,
        most: usize,
        each: &mut dyn FnMut(&Message<'_>, &str),
    ) -> Result<(), Vec<Diagnostic>> {
        let (mut memo, mut left) = (Memo::default(), most);
        self.rows(None, None, &mut |raw| {
            let mut row = Yield::default();
            if let Raw::Row(cells, at) = raw
                && self.plan.build(cells, &mut memo, &mut row).is_ok()
            {
                row.message.line = at.line();
                each(&row.message, &self.plan.time_cell(cells));
                if let Some(reply) = row.reply.as_ref().filter(|_| left > 1) {
                    each(reply, cells.of(Role::ReplyTime));
                }
                left = left.saturating_sub(1 + usize::from(row.reply.is_some()));
            }
            match left {
                0 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        })
    }
}
