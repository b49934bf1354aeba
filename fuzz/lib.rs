//! What the fuzz targets share: a scratch folder, checksums put right, an export read to its end.
//! No target stands here.

use feedback::calendar::{Moment, Zone};
use feedback::ledger::append::{Batch, Writer};
use feedback::source::{self, Context, Entry};
use std::io::{Read, Seek};
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

/// The bytes of a ledger with one batch.
pub fn written(fill: impl FnOnce(&mut Batch<'_>)) -> Vec<u8> {
    let file = in_scratch(|folder| tempfile::tempfile_in(folder)).expect("a scratch file");
    let mut writer = Writer::throwaway(file);
    let mut batch = writer.begin("2026-01-01T00:00:00Z", "lina \"q\"");
    fill(&mut batch);
    batch.commit().expect("a scratch file");
    let (mut file, mut bytes) = (writer.into_file(), Vec::new());
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("a scratch file");
    bytes
}

/// Opens `bytes` as an export of that name and reads it twice. The second reading hands on what
/// the first did, and so does a reading in parts.
pub fn read_export(name: &str, bytes: &[u8]) {
    in_scratch(|folder| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a scratch file");
        let context = Context {
            zone_is_assumed: true,
            ..Context::plain(Zone::UTC, Moment::exact(1_800_000_000_000))
        };
        let Ok(export) = source::open(&path, name, &context) else {
            return;
        };
        let (mut marks, mut whole) = (Vec::new(), String::new());
        let mut read = || {
            marks.clear();
            whole.clear();
            let mut seen = String::new();
            let ended = export.read(&mut |entry| match entry {
                Entry::Message(m) => whole.push_str(&format!("{m:?}\n")),
                Entry::Mark(mark) => marks.push(mark),
                Entry::Progress(at) => assert!(at <= bytes.len() as u64),
                other => seen.push_str(&format!("{other:?}\n")),
            });
            (seen + &whole, ended)
        };
        let (first, again) = (read(), read());
        assert_eq!(first, again);
        let mut parts = String::new();
        for (n, from) in marks.iter().enumerate() {
            let part = export.read_part(*from, marks.get(n + 1).copied(), &mut |m| parts.push_str(&format!("{m:?}\n")));
            assert!(part.is_ok() || again.1.is_err(), "{part:?}");
        }
        assert!(parts == whole || again.1.is_err(), "{whole}\n--- in parts ---\n{parts}");
        let _ = (export.columns(), export.findings(), export.encoding());
    });
}
