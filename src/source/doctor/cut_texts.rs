//! Texts that a program on the way cut: an ellipsis exactly where it would cut, or many texts of exactly the
//! greatest length.

use super::{Met, counted, told};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::Locate;
use crate::source::columns::Role;

/// At so many characters programs cut texts and put an ellipsis, or a little before.
const LIMITS: [usize; 10] = [100, 140, 150, 200, 250, 255, 256, 280, 500, 512];

/// What a cell of a spreadsheet holds at most.
const CELL: usize = 32_767;

/// Fewer texts of one length are chance.
const FEW: u64 = 5;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct CutTexts {
    /// Texts with an ellipsis where programs cut.
    ellipsis: Met,
    texts: u64,
    longest: usize,
    /// How many texts are as long as the longest, and how many of them end in the middle of a word.
    as_long: u64,
    in_a_word: u64,
    first: Option<Place>,
}

impl CutTexts {
    pub(super) fn look(&mut self, text: &str, at: &dyn Locate) {
        self.texts += 1;
        let bytes = text.len();
        // An ellipsis, or a link behind one, ends in one of few bytes; and only long texts are cut.
        if bytes >= 98 && has_ellipsis_at_end(text) {
            let length = text.chars().count();
            if LIMITS
                .iter()
                .any(|limit| (limit - 2..=limit + 3).contains(&length))
            {
                self.ellipsis.count(Role::Text, at);
            }
        }
        // A character has at least one byte: what has fewer is shorter.
        if bytes < self.longest.max(60) {
            return;
        }
        let length = text.chars().count();
        if length > self.longest {
            (self.longest, self.as_long, self.in_a_word) = (length, 0, 0);
            self.first = Some(at.place(Some(Role::Text)));
        }
        if length == self.longest {
            self.as_long += 1;
            self.in_a_word += u64::from(text.chars().next_back().is_some_and(char::is_alphanumeric));
        }
    }

    pub(super) fn told(self) -> Option<Diagnostic> {
        let help =
            "export the file again with whole texts if you can; what is recorded stays as it is until then";
        if self.longest == CELL
            || self.as_long >= FEW && self.is_no_platforms_limit() && self.in_a_word * 3 >= self.as_long * 2
        {
            let reason = format!(
                "{} exactly {} characters long and none is longer: a program seems to have cut them",
                counted(self.as_long, "text is", "texts are"),
                self.longest
            );
            return Some(told(Diagnostic::warning("text-cut", reason), self.first, help));
        }
        let n = self.ellipsis.n;
        let reason = format!(
            "{} with an ellipsis where programs cut texts (140, 280 characters …)",
            counted(n, "text ends", "texts end")
        );
        // A few such texts are what people wrote.
        (n >= 3 && n * 100 >= self.texts)
            .then(|| told(Diagnostic::warning("text-cut", reason), self.ellipsis.first, help))
    }

    /// People fill what a platform gives them to the brim.
    fn is_no_platforms_limit(&self) -> bool {
        !matches!(self.longest, 140 | 280 | 500 | 1000 | 2000 | 2200)
    }
}

/// Whether a text, less a link at its end, ends in an ellipsis.
fn has_ellipsis_at_end(text: &str) -> bool {
    let text = text.trim_end();
    let cut = |text: &str| text.ends_with('…') || text.ends_with("...");
    if cut(text) {
        return true;
    }
    let last = text.rsplit([' ', '\n']).next().unwrap_or_default();
    let is_link = last.starts_with("http") || last.starts_with('…');
    is_link
        && text
            .strip_suffix(last)
            .is_some_and(|rest| cut(rest.trim_end()) || last.starts_with("…http"))
}
