//! Names of authors: which are the business's own, and how names are compared.

use crate::message::{Direction, Message};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Whose messages are the business's own.
#[derive(Debug, Clone, Default)]
pub struct Handles(Vec<String>);

impl Handles {
    /// From `handles` in the settings: with or without `@`, in any case.
    pub fn new(handles: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Handles(
            handles
                .into_iter()
                .map(|h| normal(h.as_ref()))
                .filter(|h| !h.is_empty())
                .collect(),
        )
    }

    /// True where this author is the business.
    pub fn own(&self, message: &Message<'_>) -> bool {
        !self.0.is_empty()
            && [Some(&message.author), message.author_id.as_ref()]
                .into_iter()
                .flatten()
                .any(|a| self.0.iter().any(|h| same(h, a)))
    }

    /// Which way a message went: own handles first, then what the export says, else a customer wrote.
    pub fn direction(&self, message: &Message<'_>) -> Direction {
        if !self.own(message) {
            return message.direction.unwrap_or(Direction::Inbound);
        }
        Direction::Outbound
    }
}

/// A name or handle as it is compared.
pub(crate) fn normal(handle: &str) -> String {
    // One name can be written in several ways that look the same.
    let handle: Cow<'_, str> = match handle.is_ascii() {
        true => Cow::Borrowed(handle),
        false => Cow::Owned(handle.nfc().collect()),
    };
    handle
        .trim()
        .trim_start_matches(['@', '＠'])
        .trim()
        .to_lowercase()
}

fn same(handle: &str, author: &str) -> bool {
    let author = author.trim().trim_start_matches(['@', '＠']).trim_start();
    if author.is_ascii() {
        handle.eq_ignore_ascii_case(author)
    } else {
        handle == normal(author)
    }
}
