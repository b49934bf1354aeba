//! Emoji that a program on the way could not write: question marks or replacement characters in their place.

use super::{Met, counted, told};
use crate::diagnostic::Diagnostic;
use crate::source::Locate;
use crate::source::columns::Role;

/// In fewer texts it may be chance that there is no emoji.
const ENOUGH: u64 = 200;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Emoji {
    texts: u64,
    /// Some text holds an emoji, or another character beyond the basic plane.
    has_some: bool,
    /// Texts with `??` standing alone.
    marks: Met,
    /// Texts with replacement characters.
    replaced: Met,
}

impl Emoji {
    pub(super) fn look(&mut self, text: &str, at: &dyn Locate) {
        self.texts += 1;
        let bytes = text.as_bytes();
        if !self.has_some {
            self.has_some = bytes.iter().fold(0, |any, b| any | u8::from(*b >= 0xF0)) != 0;
            if !self.has_some && stands_alone(bytes) {
                self.marks.count(Role::Text, at);
            }
        }
        if !bytes.is_ascii() && memchr::memmem::find(bytes, "\u{fffd}".as_bytes()).is_some() {
            self.replaced.count(Role::Text, at);
        }
    }

    pub(super) fn told(self, decoded: bool) -> Option<Diagnostic> {
        if self.replaced.n > 0 && !decoded {
            let texts = counted(self.replaced.n, "text holds", "texts hold");
            let reason = format!("{texts} `\u{fffd}` where a program could not write what stood there");
            let help = "what stood there is lost in this file: take the original download";
            let warning = Diagnostic::warning("text-emoji-lost", reason);
            return Some(told(warning, self.replaced.first, help));
        }
        let (n, texts) = (self.marks.n, self.texts);
        let is_lost = !self.has_some && texts >= ENOUGH && n >= 5 && n * 200 >= texts;
        let reason = format!(
            "{} `??` standing alone, and among {texts} there is not one emoji: a program seems to have lost them",
            counted(n, "text has", "texts have")
        );
        let help = "take the original download, or export as UTF-8 (in MySQL: utf8mb4)";
        is_lost.then(|| {
            told(
                Diagnostic::warning("text-emoji-lost", reason),
                self.marks.first,
                help,
            )
        })
    }
}

/// `??`, with a blank or nothing before it: a question's mark stands behind a word.
fn stands_alone(text: &[u8]) -> bool {
    memchr::memchr_iter(b'?', text).any(|i| {
        let before = i.checked_sub(1).and_then(|i| text.get(i));
        text.get(i + 1) == Some(&b'?') && before.is_none_or(u8::is_ascii_whitespace)
    })
}
