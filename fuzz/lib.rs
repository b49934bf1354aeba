//! What the fuzz targets share: a scratch folder, checksums put right, an export read to its end.
//! No target stands here.

use feedback::calendar::{Moment, Zone};
use feedback::source::{self, Context, Entry};
use std::path::Path;

/// Runs `with` in a folder that is the same for the whole process; in memory where there is such a place.
pub fn in_scratch<T>(with: impl FnOnce(&Path) -> T) -> T {
    thread_local! {
        static FOLDER: tempfile::TempDir = {
            let memory = Path::new("/dev/shm");
            let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
            made.expect("a scratch folder")
        };
    }
    FOLDER.with(|folder| with(folder.path()))
}

/// The body of a ledger line with the checksum that it should have, and no line feed: without it every
/// input would end at the checksum.
pub fn with_crc(body: &[u8]) -> Vec<u8> {
    let mut line = body.to_vec();
    line.extend(format!(",\"crc\":\"{:08x}\"}}", crc32c::crc32c(body)).bytes());
    line
}

/// Opens `bytes` as an export of that name and reads it twice. Every row is counted once, and the second
/// reading hands on what the first did.
pub fn read_export(name: &str, bytes: &[u8]) {
    in_scratch(|folder| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a scratch file");
        let context = Context {
            zone: Zone::UTC,
            zone_is_assumed: true,
            now: Moment::exact(1_800_000_000_000),
        };
        let Ok(export) = source::open(&path, name, &context) else {
            return;
        };
        let read = || {
            let mut seen = String::new();
            let ended = export.read(&mut |entry| match entry {
                Entry::Message(m) => seen.push_str(&format!("{m:?}\n")),
                Entry::Progress(at) => assert!(at <= bytes.len() as u64),
                other => seen.push_str(&format!("{other:?}\n")),
            });
            (seen, ended)
        };
        let (first, again) = (read(), read());
        assert_eq!(first, again);
        let _ = (export.columns(), export.findings(), export.encoding());
    });
}
