//! What tells messages of one author at one time apart: which of them it is.

use std::collections::HashMap;

/// The messages of one time, counted. Exports tell them in the same order each time.
#[derive(Default)]
pub(super) struct Same {
    time: String,
    seen: HashMap<(String, String), u32>,
}

impl Same {
    /// Whether the last message was of that time.
    pub(super) fn is_at(&self, time: &str) -> bool {
        self.time == time
    }

    /// What the next message is known by beside its author and its time: which of several it is, and of the
    /// business's own, which speak in many chats, the conversation.
    pub(super) fn known_by(
        &mut self,
        time: &str,
        author: &str,
        said: &str,
        conversation: Option<&String>,
    ) -> String {
        if !self.is_at(time) {
            time.clone_into(&mut self.time);
            self.seen.clear();
        }
        let n = self.seen.entry((author.to_owned(), said.to_owned())).or_default();
        *n += 1;
        let conversation = conversation.map_or("", String::as_str);
        match *n {
            1 => conversation.to_owned(),
            n => format!("{conversation} {n}"),
        }
    }
}
