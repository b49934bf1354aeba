//! Exports that may not be whole: as many rows as a program gives at most, or a last row that breaks off.

use super::told;
use crate::diagnostic::Diagnostic;
use crate::source::{Export, File, Mark};
use std::io::Read;

/// So many rows tools, pages and spreadsheets give at most.
const ROUND: [u64; 18] = [
    100, 200, 500, 1000, 2000, 3000, 3200, 5000, 10_000, 20_000, 25_000, 50_000, 65_535, 65_536, 100_000,
    1_000_000, 1_048_575, 1_048_576,
];

/// See the module.
#[derive(Debug, Default)]
pub(super) struct CutOff {
    rows: u64,
    /// What is wrong with the last row, if something is.
    last: Option<Diagnostic>,
}

impl CutOff {
    pub(super) fn row(&mut self) {
        self.rows += 1;
        self.last = None;
    }

    pub(super) fn rejected(&mut self, fault: &Diagnostic) {
        self.rows += 1;
        // Only a row that has too few cells, or JSON that does not close, breaks off.
        let breaks_off = matches!(fault.code, "csv-width" | "json-syntax");
        self.last = breaks_off.then(|| fault.clone());
    }

    pub(super) fn told(self, shown: &str, ends: &dyn Fn() -> bool) -> impl Iterator<Item = Diagnostic> {
        let broken = self.last.filter(|_| !ends()).map(|fault| {
            let reason = "the last row breaks off: the file may have been cut while it was written";
            let help = "export the file again, or download it again";
            told(Diagnostic::warning("file-cut", reason), fault.place, help)
        });
        let round = ROUND.contains(&self.rows).then(|| {
            let reason = format!(
                "the file has exactly {} rows: it may have been cut off there",
                self.rows
            );
            let help = "look whether there are more; export them in parts (by month, say) if so";
            Diagnostic::note("rows-round", reason).at(shown, 0, 0).help(help)
        });
        broken.into_iter().chain(round)
    }
}

impl Export {
    /// Whether the file's last line is ended, as far as can be told.
    pub(in crate::source) fn ends_in_a_line(&self, from: Mark) -> bool {
        let (body, base) = match &self.file {
            File::Delimited(file) => (&file.body, file.base),
            File::Json(file) => (&file.body, file.base),
            File::Chat(_) => return true,
        };
        let mut rest = Vec::new();
        let read = body.open_at(base + from.offset);
        let read = read.and_then(|reader| reader.take(64 << 20).read_to_end(&mut rest));
        read.is_err() || rest.last() == Some(&b'\n')
    }
}
