//! What a profile says of each row, beyond which column plays which part.
//!
//! Built once a file, asked for each row by `row`. Everything here does nothing where no profile asks for it.

use super::columns::{Cells, PerRole, Role};
use super::{Profile, cells, html, links};
use crate::message::Direction;
use std::borrow::Cow;
use std::collections::HashMap;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Manner {
    /// The direction of messages that name none.
    pub(super) direction: Option<Direction>,
    /// Texts are HTML.
    pub(super) html: bool,
    /// One message may have several replies, each in a row of its own.
    pub(super) several_replies: bool,
    /// Nobody writes two messages in one second: a message that is told to the second is known by that.
    pub(super) is_chat: bool,
    /// The texts may be excerpts, headed by their own beginning.
    pub(super) excerpts: bool,
    /// The link tells channel and id.
    pub(super) id_from_link: bool,
    /// What stands in the place of a text that was taken away.
    deleted_texts: Vec<String>,
    /// What stands in the place of a text where a repost adds nothing.
    repost_texts: Vec<String>,
    /// What stands before ids in some places and not in others.
    id_prefixes: Vec<String>,
    /// What words stand for, by part.
    values: Option<PerRole<HashMap<String, String>>>,
    /// The pieces of the message's address.
    link: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Part(Role),
}

/// The part of that name.
pub(super) fn part(name: &str) -> Option<Role> {
    let found = Role::ALL.into_iter().find(|(_, known)| *known == name);
    found.map(|(role, _)| role)
}

impl Manner {
    /// What `profile` says.
    pub(super) fn of(profile: &Profile) -> Self {
        let words = |role: usize| {
            let (_, name) = Role::ALL.get(role)?;
            let values = profile.values.get(*name)?;
            Some(
                values
                    .iter()
                    .map(|(word, value)| (word.trim().to_lowercase(), value.clone()))
                    .collect(),
            )
        };
        let values = || PerRole::new(|role| words(role as usize).unwrap_or_default());
        Manner {
            direction: profile
                .direction
                .as_deref()
                .and_then(|word| cells::direction(word).ok().flatten()),
            html: profile.html,
            several_replies: profile.several_replies,
            is_chat: false,
            excerpts: profile.excerpts,
            id_from_link: profile.id_from_link,
            deleted_texts: profile.deleted_texts.clone(),
            repost_texts: profile.repost_texts.clone(),
            id_prefixes: profile.id_prefixes.clone(),
            values: (!profile.values.is_empty()).then(values),
            link: pieces(profile.link.as_deref().unwrap_or_default()),
        }
    }

    /// The row with the values (`*`: of any other word) that its words stand for.
    pub(super) fn translated<'a, 'p: 'a>(&'p self, row: &Cells<'a>) -> Option<Cells<'a>> {
        let values = self.values.as_ref()?;
        Some(PerRole::new(|role| {
            let (cell, words) = (*row.of(role), values.of(role));
            if words.is_empty() || cells::is_nothing(cell) {
                return cell;
            }
            let word = words.get(&cells::trim(cell).to_lowercase());
            word.or_else(|| words.get("*")).map_or(cell, String::as_str)
        }))
    }

    /// Whether that is what a platform writes where a repost adds nothing.
    pub(super) fn is_repost(&self, text: &str) -> bool {
        self.repost_texts.iter().any(|known| known == cells::trim(text))
    }

    /// Whether that only says that the text was taken away.
    pub(super) fn is_deleted(&self, text: &str) -> bool {
        self.deleted_texts.iter().any(|known| known == text) || super::no_words::is_deleted(text)
    }

    /// A text cell as it is read.
    pub(super) fn text<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        match self.html {
            true => html::text(cell),
            false => cells::entities(cell),
        }
    }

    /// An id of that channel in the one form that is kept: without what may stand before it, and out of its
    /// address where it is one.
    pub(super) fn id<'a>(&self, id: &'a str, channel: &str) -> Cow<'a, str> {
        let bare = self
            .id_prefixes
            .iter()
            .find_map(|prefix| id.strip_prefix(prefix.as_str()));
        let id = bare.unwrap_or(id);
        match links::is_link(id).then(|| links::resolve(id)).flatten() {
            Some((own, id)) if own == channel => id,
            _ => Cow::Borrowed(id),
        }
    }

    /// The message's address, put together out of its parts.
    pub(super) fn link(&self, row: &Cells<'_>, id: &str) -> Option<String> {
        if self.link.is_empty() {
            return None;
        }
        let mut link = String::new();
        for piece in &self.link {
            let part = match piece {
                Piece::Text(text) => text,
                Piece::Part(Role::Id) => id,
                Piece::Part(role) => cells::bare_name(row.of(*role)),
            };
            if cells::is_nothing(part) {
                return None;
            }
            link.push_str(part);
        }
        Some(link)
    }
}

/// `https://x.com/{author}/status/{id}` in pieces. (That each part is known is checked where profiles are read.)
fn pieces(template: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (i, piece) in template.split(['{', '}']).enumerate() {
        match (i % 2, part(piece)) {
            (1, Some(role)) => pieces.push(Piece::Part(role)),
            _ if piece.is_empty() => {}
            _ => pieces.push(Piece::Text(piece.to_owned())),
        }
    }
    pieces
}
