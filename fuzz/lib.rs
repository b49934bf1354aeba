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

/// A scratch file in memory, for what is decoded or unpacked.
fn scratch() -> std::io::Result<source::Scratch> {
    let file = in_scratch(|folder| tempfile::NamedTempFile::new_in(folder))?;
    Ok(source::Scratch {
        file: file.reopen()?,
        path: file.path().to_owned(),
        keep: Box::new(file.into_temp_path()),
    })
}

/// The context of all readings; `encoding` is what the user says.
fn context(encoding: Option<&str>) -> Context<'_> {
    Context {
        zone_is_assumed: true,
        encoding,
        scratch: &scratch,
        ..Context::plain(Zone::UTC, Moment::exact(1_800_000_000_000))
    }
}

/// Opens `bytes` as a file of that name and reads every export in it twice. The second reading hands on what
/// the first did, and so does a reading in parts.
pub fn read_export(name: &str, bytes: &[u8]) {
    in_scratch(|folder| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a scratch file");
        let context = context(None);
        let Ok(found) = source::contents(&path, name, &context) else {
            return;
        };
        for part in &found.parts {
            if let Ok(export) = part.open(&context) {
                read_twice(&export);
            }
        }
    });
}

/// The messages of `bytes`, in the encoding that is told.
pub fn messages(bytes: &[u8], encoding: &str) -> Option<Vec<String>> {
    in_scratch(|folder| {
        let path = folder.join("export.csv");
        std::fs::write(&path, bytes).expect("a scratch file");
        let export = source::open(&path, "export.csv", &context(Some(encoding))).ok()?;
        let mut all = Vec::new();
        let read = export.read(&mut |entry| {
            if let Entry::Message(m) = entry {
                all.push(format!("{m:?}"));
            }
        });
        read.ok().map(|()| all)
    })
}

fn read_twice(export: &source::Export) {
    let (mut marks, mut whole) = (Vec::new(), String::new());
    let mut read = || {
        marks.clear();
        whole.clear();
        let mut seen = String::new();
        let ended = export.read(&mut |entry| match entry {
            Entry::Message(m) => whole.push_str(&format!("{m:?}\n")),
            Entry::Mark(mark) => marks.push(mark),
            Entry::Progress(at) => assert!(at <= export.bytes()),
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
}
