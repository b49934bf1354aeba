//! Bytes in whatever encoding → valid UTF-8, once, before anything else looks at them.
//!
//! A file that is UTF-8 already is read where it stands, after one quick look at all of it. Everything else is
//! decoded into a new [`Body`] line by line as it stands, so that places stay true. What the encoding is, `detect`
//! finds out; `decode` turns the bytes. Knows neither rows nor columns.

mod decode;
mod detect;
mod kinds;

use super::body::Body;
use super::{Context, unreadable};
use crate::diagnostic::Diagnostic;
use decode::Decoded;
use detect::Found;
use encoding_rs::{Encoding, UTF_8};
use std::io::{self, Read};

/// A file in UTF-8, without NUL bytes.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) body: Body,
    /// Where the text begins: behind a byte order mark.
    pub(super) base: u64,
    /// The encoding that the file had.
    pub(super) encoding: &'static str,
    /// It was made of a sheet: commas part its cells, and each row is one line, whatever breaks it holds.
    pub(super) is_sheet: bool,
    /// What was guessed, and what could not be decoded.
    pub(super) findings: Vec<Diagnostic>,
}

/// Whether an encoding of that name is known.
#[must_use]
pub fn is_encoding(name: &str) -> bool {
    named(name).is_some()
}

/// The encoding of that name, in the names of the web, and what programs call code pages.
fn named(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().to_ascii_lowercase();
    let label = match name.as_str() {
        "utf8-sig" | "utf-8-sig" => "utf-8",
        "utf16" | "utf-16" | "utf16le" => "utf-16le",
        "utf16be" => "utf-16be",
        "cp936" => "gbk",
        "cp932" => "shift_jis",
        "cp949" => "euc-kr",
        "cp950" => "big5",
        name => name,
    };
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    known.filter(|e| *e != encoding_rs::X_USER_DEFINED)
}

/// Reads on until `to` is full or the file ends.
fn fill(from: &mut impl Read, to: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = to.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(n) => length += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(length)
}

/// Line and column of a byte, from 1, in a text whose line feeds are single bytes.
fn place(body: &Body, offset: u64) -> io::Result<(u64, u64)> {
    let mut from = body.open_at(0)?.take(offset);
    let mut buffer = vec![0; 256 << 10];
    let mut at = super::at::At::START;
    loop {
        match fill(&mut from, &mut buffer)? {
            0 => return Ok((at.line, at.column)),
            n => at.pass(buffer.get(..n).unwrap_or_default()),
        }
    }
}

/// What to do about a file that was decoded wrongly, or could not be.
const NAME_IT: &str = "name the encoding, for example `feedback ingest --encoding GB18030` (or Big5, Shift_JIS, \
                       windows-1252, UTF-16LE); or export it again as UTF-8 (in a spreadsheet: `CSV UTF-8`)";

/// See the module.
pub(super) fn text(body: Body, shown: &str, context: &Context<'_>) -> Result<Text, Vec<Diagnostic>> {
    let failed = |e: io::Error| vec![unreadable(shown, &e)];
    let refused = |d: Diagnostic| vec![d.help(super::whole_file::SAVE_AS_UTF_8)];
    let mut head = vec![0; detect::HEAD];
    let length = body
        .open_at(0)
        .and_then(|mut b| fill(&mut b, &mut head))
        .map_err(failed)?;
    head.truncate(length);
    if let Some(kind) = kinds::name(&head) {
        let reason = format!("the file is {kind}, not a table or list of messages");
        let help = "export the messages as CSV, JSON or XLSX; see `feedback sources`";
        return Err(vec![
            Diagnostic::error("file-not-text", reason)
                .at(shown, 1, 1)
                .help(help),
        ]);
    }
    let told = context.encoding.and_then(named);
    let ends_in_cr = memchr::memchr(b'\r', &head).is_some() && memchr::memchr(b'\n', &head).is_none();
    let (encoding, base, grounds) = match detect::look(&body, &head, told).map_err(failed)? {
        // As old Macintosh programs end them; downstream only a line feed ends a line.
        Found::InPlace { base, .. } if ends_in_cr => (UTF_8, base, None),
        Found::InPlace { base, name } => {
            return Ok(Text {
                body,
                base,
                encoding: name,
                is_sheet: false,
                findings: Vec::new(),
            });
        }
        Found::Nul(offset) => {
            let (line, column) = place(&body, offset).map_err(failed)?;
            let reason = super::whole_file::HOLDS_NUL;
            return Err(refused(
                Diagnostic::error("file-not-text", reason).at(shown, line, column),
            ));
        }
        Found::Binary => {
            let reason = "the file is no text: it holds too many control characters";
            return Err(refused(
                Diagnostic::error("file-not-text", reason).at(shown, 1, 1),
            ));
        }
        Found::Encoded {
            encoding,
            base,
            grounds,
        } => (encoding, base, grounds),
    };
    let decoded =
        decode::decode(&body, (base, ends_in_cr), encoding, context).map_err(|fault| match fault {
            decode::Fault::Read(e) => failed(e),
            decode::Fault::Disk(e) => vec![super::disk(shown, &e)],
        })?;
    if let Some((line, column)) = decoded.nul {
        let reason = super::whole_file::HOLDS_NUL;
        return Err(refused(
            Diagnostic::error("file-not-text", reason).at(shown, line, column),
        ));
    }
    let mut findings = Vec::new();
    if let Some(grounds) = grounds {
        findings.push(guessed(shown, encoding, &grounds, &decoded));
    }
    if decoded.is_wrong(encoding) {
        return Err(vec![wrong(shown, encoding, findings.is_empty(), &decoded)]);
    }
    findings.extend(decoded.told(shown, encoding));
    Ok(Text {
        body: decoded.body,
        base: 0,
        encoding: if encoding == UTF_8 && base > 0 {
            detect::WITH_BOM
        } else {
            encoding.name()
        },
        is_sheet: false,
        findings,
    })
}

fn guessed(shown: &str, encoding: &'static Encoding, grounds: &str, decoded: &Decoded) -> Diagnostic {
    let (name, (line, column)) = (encoding.name(), decoded.sample_at);
    let mut reason = format!("{grounds}; the file was read as {name}");
    if !decoded.sample.is_empty() {
        reason.push_str(&format!(", which makes this place `{}`", decoded.sample));
    }
    let help = "nothing to do if that reads right; else name the encoding: `feedback ingest --encoding NAME` \
                (GB18030, Big5, Shift_JIS, windows-1252 …)";
    Diagnostic::note("encoding-guessed", reason)
        .at(shown, line, column)
        .help(help)
}

fn wrong(shown: &str, encoding: &'static Encoding, is_told: bool, decoded: &Decoded) -> Diagnostic {
    let (n, name) = (decoded.malformed, encoding.name());
    let reason = match is_told {
        true => {
            format!("the file is not {name}: it makes no sense in {n} places, of which this is the first")
        }
        false => format!(
            "the encoding is not known: {name} fits best, and makes no sense in {n} places, of which this is the first"
        ),
    };
    let (line, column) = decoded
        .listed
        .first()
        .map_or((1, 1), |place| (place.line, place.column));
    Diagnostic::error("encoding-wrong", reason)
        .at(shown, line, column)
        .help(NAME_IT)
}
