//! Texts that were decoded with the wrong encoding once before: counted, and whether they were repaired.

use super::{counted, told};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::columns::Role;
use crate::source::{Locate, double_encoding};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Mojibake {
    n: u64,
    first: Option<(Place, String, String)>,
    repaired: u64,
    first_repaired: Option<Place>,
}

impl Mojibake {
    pub(super) fn look(&mut self, text: &str, repaired: bool, at: &dyn Locate) {
        if repaired {
            self.repaired += 1;
            self.first_repaired
                .get_or_insert_with(|| at.place(Some(Role::Text)));
        } else if let Some((word, fixed)) = double_encoding::find(text) {
            self.n += 1;
            let first = || (at.place(Some(Role::Text)), word.to_owned(), fixed);
            self.first.get_or_insert_with(first);
        }
    }

    pub(super) fn told(self) -> Option<Diagnostic> {
        if self.repaired > 0 {
            let texts = counted(self.repaired, "text was", "texts were");
            let reason =
                format!("{texts} repaired that had been decoded with the wrong encoding, as you say");
            let note = Diagnostic::note("text-repaired", reason);
            let help = "look at a few of them; without --repair the texts go in as they stand in the file";
            return Some(told(note, self.first_repaired, help));
        }
        let (place, word, fixed) = self.first?;
        let texts = counted(self.n, "text was", "texts were");
        let reason = format!("{texts} decoded with the wrong encoding once before: `{word}` was `{fixed}`");
        let warning = Diagnostic::warning("text-double-encoded", reason);
        let help = "the texts are kept as they are; export the file again as UTF-8 if you can, or let them be repaired: --repair mojibake";
        Some(told(warning, Some(place), help))
    }
}
