//! Which files of the workspace still hold what was erased: looks, and removes nothing.

use crate::intake::selection::Selection;
use crate::ledger::place::Place;
use aho_corasick::AhoCorasick;
use std::fs::File;
use std::path::PathBuf;

/// Folders below the workspace that are looked into, one in another.
const DEPTH: usize = 8;
/// Bytes of a file that is looked into.
const SIZE: u64 = 4 << 30;
/// Files and folders that are looked at.
const ENTRIES: usize = 50_000;

/// What a look through the workspace came to, by name.
#[derive(Debug, Default)]
pub struct Holding {
    /// Files in which one of the texts or ids stands as it is.
    pub files: Vec<PathBuf>,
    /// Files and folders that were not looked into: too large, too deep, too many, or not to be read.
    pub unseen: Vec<PathBuf>,
}

/// Looks through the workspace and the folders in it; follows no links. Leaves out the ledger itself and
/// `but`.
pub fn holding(place: &Place, chosen: &Selection, but: &[PathBuf]) -> Holding {
    let mut found = Holding::default();
    let Ok(traces) = AhoCorasick::new(&chosen.traces) else {
        return found;
    };
    let own = |path: &PathBuf| place.is_own(path) || but.contains(path);
    let mut folders = vec![(place.dir().to_owned(), 0)];
    let mut looked_at = 0;
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            found.unseen.push(folder);
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            looked_at += 1;
            if looked_at > ENTRIES {
                found.unseen.push(folder);
                break;
            }
            match entry.metadata() {
                Ok(meta) if meta.is_dir() && depth < DEPTH => folders.push((path, depth + 1)),
                Ok(meta) if meta.is_dir() || meta.is_file() && meta.len() > SIZE => found.unseen.push(path),
                Ok(meta) if meta.is_file() && !own(&path) => {
                    let first = File::open(&path).map(|f| traces.stream_find_iter(f).next());
                    match first {
                        Ok(None) => {}
                        Ok(Some(Ok(_))) => found.files.push(path),
                        Ok(Some(Err(_))) | Err(_) => found.unseen.push(path),
                    }
                }
                _ => {}
            }
        }
    }
    found.files.sort();
    found.unseen.sort();
    found
}
