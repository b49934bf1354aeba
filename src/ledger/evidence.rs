//! Files that are kept as evidence: copies in the workspace's folder `evidence`, under names that say the
//! case and the content. What they prove is not known here.

use super::place::Place;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The folder, inside the workspace.
pub const FOLDER: &str = "evidence";
/// The largest file that is kept.
const LARGEST: u64 = 64 << 20;

/// A file that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where, from the workspace: `evidence/c7-1a2b3c4d-screenshot.png`.
    pub path: String,
    /// SHA-256 of what is in it, 64 hex digits.
    pub sha256: String,
    /// It was there before.
    is_old: bool,
}

/// Why a file was not kept.
#[derive(Debug)]
pub struct Refused {
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub help: &'static str,
}

impl Kept {
    /// Takes the copy away again, where it came with a command that failed.
    pub fn discard(&self, place: &Place) {
        if !self.is_old {
            let _ = place.remove(&[place.dir().join(&self.path)]);
        }
    }
}

/// Copies `file` into the workspace.
///
/// # Errors
/// It cannot be read, is no plain file, is empty or larger than 64 MiB, or the copy cannot be written.
pub fn keep(place: &Place, case: &str, file: &Path) -> Result<Kept, Refused> {
    let refuse = |reason: String, help| Refused { reason, help };
    let unreadable = |e: std::io::Error| {
        refuse(
            format!("it cannot be read: {e}"),
            "look at the path and its permissions",
        )
    };
    let meta = std::fs::metadata(file).map_err(unreadable)?;
    if !meta.is_file() {
        return Err(refuse(
            "it is no file".to_owned(),
            "name a screenshot or a saved page",
        ));
    }
    if meta.len() == 0 {
        return Err(refuse(
            "it is empty".to_owned(),
            "an empty file proves nothing: save it again",
        ));
    }
    if meta.len() > LARGEST {
        return Err(refuse(
            format!("it has {} bytes, more than {LARGEST}", meta.len()),
            "cut it to what matters, or keep it elsewhere and name it with --link",
        ));
    }
    let mut bytes = Vec::new();
    let source = File::open(file).map_err(unreadable)?;
    source
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let mut sha256 = String::new();
    for byte in Sha256::digest(&bytes) {
        let _ = write!(sha256, "{byte:02x}");
    }
    let short = sha256.get(..8).unwrap_or_default();
    let path = format!("{FOLDER}/{case}-{short}-{}", plain_name(file));
    let whole = place.dir().join(&path);
    let is_old = whole.exists();
    if !is_old {
        place
            .keep_private(&place.dir().join(FOLDER), &whole, &bytes)
            .map_err(|e| refuse(e.to_string(), "look at the disk and its permissions"))?;
    }
    Ok(Kept { path, sha256, is_old })
}

/// The file's name in letters, digits, dots and dashes: whatever stands in it, it stays in its folder.
fn plain_name(file: &Path) -> String {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '.' || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name: String = name.unwrap_or_default().chars().map(plain).collect();
    let from = name.char_indices().rev().nth(59).map_or(0, |(at, _)| at);
    name.get(from..)
        .unwrap_or_default()
        .trim_start_matches('.')
        .to_owned()
}

/// Where a recorded path leads, if it stays inside the folder: what stands in a ledger may be forged.
pub fn inside(place: &Place, path: &str) -> Option<PathBuf> {
    let mut parts = Path::new(path).components();
    let folder = parts.next() == Some(Component::Normal(FOLDER.as_ref()));
    match (folder, parts.next(), parts.next()) {
        (true, Some(Component::Normal(name)), None) => Some(place.dir().join(FOLDER).join(name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_the_folder() {
        let name = |path: &str| plain_name(Path::new(path));
        assert_eq!(name("/tmp/a b/屏幕 截图.png"), "屏幕_截图.png");
        assert_eq!(name("..hidden\u{202e}gnp"), "hidden_gnp");
        assert!(name(&"x".repeat(300)).len() <= 60);
        let place = Place::new("/w");
        assert_eq!(
            inside(&place, "evidence/c1-x.png"),
            Some(PathBuf::from("/w/evidence/c1-x.png"))
        );
        for forged in [
            "/etc/passwd",
            "evidence/../ledger.jsonl",
            "evidence",
            "evidence/a/b",
            "ledger.jsonl",
        ] {
            assert_eq!(inside(&place, forged), None, "{forged}");
        }
    }
}
