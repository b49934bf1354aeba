//! The spreadsheet of cases: what `sheet export` writes, and how `ingest` knows it, or the
//! ledger itself, when it comes back.
//!
//! Rows are tables like any other; the renderer makes cells harmless. Reading an edited sheet back is
//! not done here yet.

use crate::diagnostic::Diagnostic;
use std::io::Read;
use std::path::Path;

/// The first head of every sheet: no export has it.
pub const MARK: &str = "feedback_case";

/// True where the file is a sheet that `sheet export` wrote.
pub fn is_ours(path: &Path) -> bool {
    let start = start(path);
    let name = start.strip_prefix('"').unwrap_or(&start).to_lowercase();
    name.replace(' ', "_").starts_with(MARK)
}

/// How the file begins; nothing where it cannot be read.
fn start(path: &Path) -> String {
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(128).read_to_end(&mut start));
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    match read {
        Ok(_) => String::from_utf8_lossy(start).into_owned(),
        Err(_) => String::new(),
    }
}

/// True where a file that begins so is a ledger, or what `ledger export` prints, however it was laid out
/// since.
fn is_ledger(start: &str) -> bool {
    let bare: String = start
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '['))
        .collect();
    let after_number = |text: &str, key: &str| {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < text.len() && rest.starts_with(key)
    };
    let line = bare
        .strip_prefix("{v:")
        .is_some_and(|rest| after_number(rest, ",seq:"));
    let row = bare
        .strip_prefix("{seq:")
        .is_some_and(|rest| after_number(rest, ",recorded_at:"));
    let head = bare
        .strip_prefix("seq")
        .map(|rest| rest.trim_start_matches([',', ';']));
    line || row || head.is_some_and(|rest| rest.starts_with("recorded_at"))
}

/// Why `ingest` refuses this file, where it is one of our sheets, or a ledger.
pub fn refuse(path: &Path, shown: &str) -> Option<Diagnostic> {
    if is_ledger(&start(path)) {
        let what = "this is a ledger, or what `feedback ledger export` printed, not an export of messages";
        let help = "nothing was recorded: its replies and notes would become new mentions. To work with a ledger, \
                    name its folder with --dir; to take one back from a backup, copy ledger.jsonl and ledger.head";
        return Some(
            Diagnostic::error("ledger-not-export", what)
                .at(shown, 1, 1)
                .help(help),
        );
    }
    is_ours(path).then(|| {
        Diagnostic::error(
            "sheet-not-export",
            "this is a sheet that `feedback sheet export` wrote, not an export",
        )
        .at(shown, 1, 1)
        .in_field(MARK)
        .help(
            "nothing was recorded: its cases are in the ledger already. Record what was done in it with \
                 `feedback reply`, `resolve`, `assign`, … and the case ids of its first column",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::is_ledger;

    #[test]
    fn a_ledger_is_known_by_its_first_keys() {
        for start in [
            r#"{"v":1,"seq":1,"at":"2026"#,
            r#"{"seq":12,"recorded_at":"2026"#,
            "[\n  {\n    \"seq\": 1,\n    \"recorded_at\": \"2026",
            "seq,recorded_at,recorded_by",
            "\"seq\";\"recorded_at\"",
            "seq\trecorded_at",
        ] {
            assert!(is_ledger(start), "{start}");
        }
        for start in [
            "",
            "seq,text",
            r#"{"v":1,"text":"#,
            r#"{"seq":"a","recorded_at"#,
            "id,recorded_at",
        ] {
            assert!(!is_ledger(start), "{start}");
        }
    }
}
