//! Gzip and zip: the bytes of what is packed in them.

use super::limits::{Fault, MEMBERS, Meter, damaged};
use super::{Contents, Origin, Part, workbook};
use crate::diagnostic::Diagnostic;
use crate::source::Context;
use crate::source::body::{Body, Reader, Spill};
use flate2::read::MultiGzDecoder;
use std::io::{BufReader, Read};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// The table of an archive's members may be so long.
const LONGEST_TABLE: u64 = 16 << 20;

/// Members with such names may be exports.
const READABLE: [&str; 9] = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "js", "xlsx", "gz"];

/// Unpacks what one gzip file holds, all its members one behind the other.
pub(super) fn gunzip(body: &Body, context: &Context<'_>) -> Result<Body, Fault> {
    let packed = body.size().map_err(Fault::Unreadable)?;
    let from = BufReader::new(body.open_at(0).map_err(Fault::Unreadable)?);
    let mut out = Spill::new(context.scratch);
    Meter::new(packed).copy(&mut MultiGzDecoder::new(from), &mut out)?;
    out.done().map_err(Fault::Disk)
}

impl From<ZipError> for Fault {
    fn from(e: ZipError) -> Fault {
        match e {
            ZipError::Io(e) => damaged(&e),
            ZipError::UnsupportedArchive(why) => Fault::Locked(format!("it cannot be unpacked: {why}")),
            ZipError::CompressionMethodNotSupported(method) => Fault::Locked(format!(
                "it is packed in a way that is not known (method {method})"
            )),
            ZipError::InvalidPassword => Fault::Locked("it is protected by a password".to_owned()),
            e => damaged(&e),
        }
    }
}

/// Opens a zip file whose table is not too long to be read.
pub(super) fn open(body: &Body) -> Result<ZipArchive<BufReader<Reader>>, Fault> {
    let size = body.size().map_err(Fault::Unreadable)?;
    let (members, begins) = table(body, size).map_err(Fault::Unreadable)?.ok_or_else(|| {
        Fault::Damaged("it is cut off: the table of its members, at its end, is not there".to_owned())
    })?;
    if members > MEMBERS || size.saturating_sub(begins) > LONGEST_TABLE {
        return Err(Fault::TooLarge(format!("it has more than {MEMBERS} members")));
    }
    let archive = ZipArchive::new(BufReader::new(body.open_at(0).map_err(Fault::Unreadable)?))?;
    if (archive.len() as u64) < members {
        let reason = "several of its members bear one name, and only the last of them can be read";
        return Err(Fault::Damaged(reason.to_owned()));
    }
    let packed: u128 = (0..archive.len())
        .filter_map(|i| {
            archive
                .by_index_data(i)
                .ok()
                .map(|m| u128::from(m.compressed_size()))
        })
        .sum();
    match packed > u128::from(size) {
        true => Err(Fault::Damaged(
            "its members overlap: that is no archive of files".to_owned(),
        )),
        false => Ok(archive),
    }
}

/// How many members the table at the end of a zip file names, and where it begins.
fn table(body: &Body, size: u64) -> std::io::Result<Option<(u64, u64)>> {
    const END: u64 = (64 << 10) + 22 + 20;
    let start = size.saturating_sub(END);
    let mut tail = Vec::new();
    body.open_at(start)?.take(END).read_to_end(&mut tail)?;
    let Some(end) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else {
        return Ok(None);
    };
    let number = |bytes: &[u8], at: usize, length: usize| -> u64 {
        let bytes = bytes.get(at..at + length).unwrap_or_default();
        bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
    };
    let (members, begins) = (number(&tail, end + 10, 2), number(&tail, end + 16, 4));
    let locator = end
        .checked_sub(20)
        .filter(|at| tail.get(*at..at + 4) == Some(b"PK\x06\x07"));
    let Some(locator) = locator else {
        return Ok(Some((members, begins)));
    };
    let mut long = Vec::new();
    let at = number(&tail, locator + 8, 8).min(size);
    body.open_at(at)?.take(56).read_to_end(&mut long)?;
    Ok(Some((number(&long, 32, 8), number(&long, 48, 8))))
}

/// Adds the members that may be exports.
pub(super) fn list(body: &Body, found: &mut Contents, context: &Context<'_>) -> Result<(), Vec<Diagnostic>> {
    let shown = found.shown.clone();
    let told = |fault: Fault| vec![fault.told(&shown)];
    let archive = open(body).map_err(told)?;
    if let Some(kind) = document(&archive) {
        let reason = format!("the file is {kind}, not a text file");
        let help = "save it as CSV or XLSX, or export the messages anew";
        return Err(vec![
            Diagnostic::error("file-not-text", reason)
                .at(&shown, 1, 1)
                .help(help),
        ]);
    }
    let mut others = 0u64;
    for index in 0..archive.len() {
        let Ok(member) = archive.by_index_data(index) else {
            continue;
        };
        let name = name_of(member.name_raw());
        if name.ends_with(['/', '\\']) {
            continue;
        }
        if !is_readable(&name) {
            others += 1;
            continue;
        }
        let part = Part {
            shown: format!("{shown}/{name}"),
            outer: shown.clone(),
            from: Origin::Member(body.clone(), index),
        };
        match name.to_ascii_lowercase().ends_with(".xlsx") {
            true => add_workbook(part, (body, index), found, context),
            false => found.parts.push(part),
        }
    }
    if others > 0 {
        let reason = match others {
            1 => "1 file in it can be no export by its name (a picture, a page …) and was not looked at"
                .to_owned(),
            n => format!(
                "{n} files in it can be no exports by their names (pictures, pages …) and were not looked at"
            ),
        };
        let note = Diagnostic::note("archive-unused", reason).at(&shown, 0, 0);
        found
            .findings
            .push(note.help("unpack it and ingest the file itself if one of them is an export"));
    }
    Ok(())
}

/// The sheets of a workbook that is a member; what cannot be unpacked is told when it is opened.
fn add_workbook(part: Part, (body, index): (&Body, usize), found: &mut Contents, context: &Context<'_>) {
    let sheets = member(body, index, context).and_then(|book| Ok((workbook::sheets(&book)?, book)));
    match sheets {
        Ok((Some(sheets), book)) => found.add_sheets(&book, &part.shown, sheets),
        _ => found.parts.push(part),
    }
}

/// Unpacks one member.
pub(super) fn member(body: &Body, index: usize, context: &Context<'_>) -> Result<Body, Fault> {
    let mut archive = open(body)?;
    let known = archive.by_index_data(index)?;
    if known.encrypted() {
        return Err(Fault::Locked("it is protected by a password".to_owned()));
    }
    let is_known = matches!(
        known.compression(),
        CompressionMethod::Stored | CompressionMethod::Deflated
    );
    if !is_known {
        let reason = format!(
            "it is packed in a way that is not known ({})",
            known.compression()
        );
        return Err(Fault::Locked(reason));
    }
    let packed = known.compressed_size();
    let mut out = Spill::new(context.scratch);
    Meter::new(packed).copy(&mut archive.by_index(index)?, &mut out)?;
    out.done().map_err(Fault::Disk)
}

/// UTF-8, or what Chinese Windows writes.
fn name_of(raw: &[u8]) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_owned();
    }
    let (name, _, _) = encoding_rs::GBK.decode(raw);
    name.into_owned()
}

fn is_readable(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_hidden = last.starts_with('.') || name.starts_with("__MACOSX/");
    let extension = last.rsplit_once('.').map_or("", |(_, extension)| extension);
    !is_hidden && READABLE.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Documents that are archives by their form.
fn document<R: Read + std::io::Seek>(archive: &ZipArchive<R>) -> Option<&'static str> {
    let has = |name: &str| archive.index_for_name(name).is_some();
    match () {
        () if has("xl/workbook.bin") => Some("a binary workbook (XLSB)"),
        () if has("word/document.xml") => Some("a text document (DOCX)"),
        () if has("ppt/presentation.xml") => Some("a presentation (PPTX)"),
        () if has("mimetype") && has("content.xml") => Some("an OpenDocument file (ODS, ODT)"),
        () if has("META-INF/container.xml") => Some("a book (EPUB)"),
        () => None,
    }
}
