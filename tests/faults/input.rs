//! Exports that are huge, endless, deep, packed a thousandfold, or cut off: refused with a code and a place, in
//! little memory, with nothing written. (What smaller ones say, the tests in `src/source` show.)

use super::score::{Score, Verdict};
use super::shop::PROGRAM;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// So much more memory than for a file of one row.
const MORE_KIB: u64 = 64 << 10;

/// A file: its name, the code that it is refused with (none where it goes in), and what writes it.
type Input = (&'static str, Option<&'static str>, fn(&mut dyn Write, usize));

/// Writes `begin`, then `unit` about `mib` MiB long, then `end`.
fn fill(out: &mut dyn Write, begin: &[u8], unit: &[u8], mib: usize, end: &[u8]) {
    let block = unit.repeat((1 << 20) / unit.len());
    out.write_all(begin).unwrap();
    for _ in 0..mib {
        out.write_all(&block).unwrap();
    }
    out.write_all(end).unwrap();
}

/// Letters that do not pack well.
fn letters() -> Vec<u8> {
    let mut state = 1u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (state >> 24) as u8 % 26
    };
    (0..4099).map(|_| letter()).collect()
}

const INPUTS: [Input; 14] = [
    ("field.csv", Some("row-too-long"), |out, mib| {
        fill(out, b"id,text\n1,", b"x", mib, b"")
    }),
    ("quoted.csv", Some("csv-quote-open"), |out, mib| {
        fill(out, b"id,text\n1,\"", b"x", mib, b"")
    }),
    ("latin.csv", Some("row-too-long"), |out, mib| {
        fill(out, b"id,text\n1,caf\xe9", b"x", mib, b"")
    }),
    ("utf16.csv", Some("row-too-long"), |out, mib| {
        fill(
            out,
            b"\xff\xfei\0d\0,\0t\0e\0x\0t\0\n\x001\0,\0",
            b"x\0",
            mib,
            b"",
        );
    }),
    ("blank.csv", Some("file-empty"), |out, mib| {
        fill(out, b"\xef\xbb\xbf", b" \n", mib, b"")
    }),
    ("field.json", Some("row-too-long"), |out, mib| {
        fill(out, b"[{\"id\":\"1\",\"text\":\"", b"x", mib, b"\"}]");
    }),
    ("field.jsonl", None, |out, mib| {
        fill(out, b"{\"id\":\"1\",\"text\":\"", b"x", mib, b"\"}\n")
    }),
    ("packed.csv.gz", Some("row-too-long"), |out, mib| {
        let mut out = GzEncoder::new(out, Compression::fast());
        fill(&mut out, b"id,text\n1,", &letters(), mib, b"");
        out.finish().unwrap();
    }),
    ("bomb.csv.gz", Some("archive-too-large"), |out, mib| {
        let mut out = GzEncoder::new(out, Compression::best());
        fill(&mut out, b"id,text\n1,", b"x", mib.max(72), b"");
        out.finish().unwrap();
    }),
    ("bomb.zip", Some("archive-too-large"), |out, mib| {
        let mut zip = ZipWriter::new_stream(out);
        zip.start_file("a.csv", SimpleFileOptions::default()).unwrap();
        fill(&mut zip, b"id,text\n1,", b"x", mib.max(72), b"");
        zip.finish().unwrap();
    }),
    ("bomb.xlsx", Some("archive-too-large"), |out, mib| {
        let mut zip = ZipWriter::new_stream(out);
        zip.start_file("xl/workbook.xml", SimpleFileOptions::default())
            .unwrap();
        zip.start_file("xl/sharedStrings.xml", SimpleFileOptions::default())
            .unwrap();
        fill(&mut zip, b"<sst>", b"<si/>", mib, b"");
        zip.finish().unwrap();
    }),
    ("deep.json", Some("json-syntax"), |out, _| {
        out.write_all(&b"[".repeat(400_000)).unwrap()
    }),
    ("deeper.json", Some("json-syntax"), |out, _| {
        out.write_all(&b"{\"a\":".repeat(400_000)).unwrap()
    }),
    ("deep.jsonl", None, |out, _| {
        out.write_all(b"{\"id\":\"1\",\"text\":\"a\",\"d\":").unwrap();
        out.write_all(&[b"[".repeat(400_000), b"]".repeat(400_000), b"}\n".to_vec()].concat())
            .unwrap();
    }),
];

/// One line.
pub fn all(full: bool) -> Vec<Score> {
    let mib = if full { 1024 } else { 36 };
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.csv");
    std::fs::write(&plain, "id,text\n1,a\n").unwrap();
    let Some((_, _, base)) = ingest(&plain, folder.path()) else {
        return vec![Score::skipped(
            FAULT,
            "there is no /proc that tells a program's memory",
        )];
    };
    let step = if full { 1 } else { 3 };
    let inputs: Vec<Input> = INPUTS.into_iter().step_by(step).collect();
    let each = |input: &Input| try_one(input, mib, base, folder.path());
    vec![Score::of(FAULT, &inputs, each)]
}

const FAULT: &str = "exports that are huge, endless, deep, or packed a thousandfold: refused within 64 MiB";

fn try_one((name, code, write): &Input, mib: usize, base: u64, folder: &Path) -> Verdict {
    let path = folder.join(name);
    let mut out = BufWriter::new(File::create(&path).map_err(|e| e.to_string())?);
    write(&mut out, mib);
    out.flush().map_err(|e| e.to_string())?;
    drop(out);
    let (exit, said, peak) = ingest(&path, folder).ok_or("no memory told")?;
    std::fs::remove_file(&path).map_err(|e| e.to_string())?;
    let told = match code {
        Some(code) => exit == Some(4) && said.contains(&format!("error[{code}]")),
        // One message of any length is either too long or goes in.
        None => matches!(exit, Some(0 | 4)),
    };
    match told && peak <= base + MORE_KIB && !said.contains("panicked") {
        true => Ok(()),
        false => Err(format!("{name}: exit {exit:?}, {peak} KiB beside {base}: {said}")),
    }
}

/// Exit code, what was said, and the most memory in KiB, looked at every few milliseconds.
fn ingest(path: &Path, folder: &Path) -> Option<(Option<i32>, String, u64)> {
    let workspace = tempfile::tempdir_in(folder).unwrap();
    let said = workspace.path().join("said");
    let mut child = Command::new(PROGRAM)
        .args(["--quiet", "--dir"])
        .arg(workspace.path())
        .arg("ingest")
        .arg(path)
        .stdout(Stdio::null())
        .stderr(File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    let exit = loop {
        let now = std::fs::read_to_string(&status).unwrap_or_default();
        let told = now.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = told
            .and_then(|told| told.trim().trim_end_matches(" kB").parse().ok())
            .max(peak);
        if let Some(exit) = child.try_wait().unwrap() {
            break exit;
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let refused = exit.code() == Some(4);
    let recorded = std::fs::metadata(workspace.path().join("ledger.jsonl")).map_or(0, |meta| meta.len());
    assert!(!refused || recorded == 0, "{}", path.display());
    Some((exit.code(), std::fs::read_to_string(&said).unwrap(), peak?))
}
