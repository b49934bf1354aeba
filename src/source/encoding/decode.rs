//! Bytes of a known encoding → UTF-8; what makes no sense becomes U+FFFD, and is listed with its place.

use super::fill;
use crate::diagnostic::Diagnostic;
use crate::source::Context;
use crate::source::body::{Body, Spill};
use encoding_rs::{DecoderResult, Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, Write};

/// So many undecodable places are listed one by one.
const LISTED: usize = 10;

/// So much is read at a time.
const BLOCK: usize = if cfg!(test) { 16 } else { 64 << 10 };

/// Of the characters that could go wrong, one in so many may; beyond that the encoding is not the right one.
const SHARE: u64 = 10;

pub(super) enum Fault {
    Read(io::Error),
    /// Of the scratch file.
    Disk(io::Error),
}

/// Where bytes make no sense.
pub(super) struct Odd {
    pub(super) line: u64,
    pub(super) column: u64,
    /// The bytes, as far as they are at hand.
    bytes: Vec<u8>,
}

/// What came out.
pub(super) struct Decoded {
    pub(super) body: Body,
    /// How many places make no sense, and the first of them.
    pub(super) malformed: u64,
    /// The same, where those side by side count once.
    runs: u64,
    pub(super) listed: Vec<Odd>,
    /// The first zero character.
    pub(super) nul: Option<(u64, u64)>,
    /// Some letters that are not ASCII, as they came out, and where.
    pub(super) sample: String,
    pub(super) sample_at: (u64, u64),
    chars: u64,
    foreign: u64,
}

/// Where the text has come to.
struct Course<'a> {
    out: Spill<'a>,
    line: u64,
    column: u64,
    chars: u64,
    foreign: u64,
    nul: Option<(u64, u64)>,
    sample: String,
    sample_at: (u64, u64),
}

impl Course<'_> {
    fn pass(&mut self, text: &str) -> Result<(), Fault> {
        let bytes = text.as_bytes();
        if let Some(i) = memchr::memchr(0, bytes).filter(|_| self.nul.is_none()) {
            self.nul = Some(self.behind(text.get(..i).unwrap_or_default()));
        }
        if let Some(i) = bytes
            .iter()
            .position(|b| !b.is_ascii())
            .filter(|_| self.sample.is_empty())
        {
            self.take_sample(text, i);
        }
        let chars = bytes.iter().filter(|b| **b & 0xC0 != 0x80).count();
        self.chars += chars as u64;
        self.foreign += bytes.iter().filter(|b| **b >= 0xC0).count() as u64;
        (self.line, self.column) = self.behind(text);
        self.out.write_all(bytes).map_err(Fault::Disk)
    }

    /// The place behind `text`.
    fn behind(&self, text: &str) -> (u64, u64) {
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        match text.rsplit_once('\n') {
            Some((_, last)) => (self.line + lines, last.chars().count() as u64 + 1),
            None => (self.line, self.column + text.chars().count() as u64),
        }
    }

    fn take_sample(&mut self, text: &str, at: usize) {
        const BEFORE: usize = 16;
        const BEHIND: usize = 24;
        let is_end = |c: &char| c.is_control() || matches!(c, '"' | '`' | ',' | ';');
        let (before, behind) = text.split_at_checked(at).unwrap_or_default();
        let word = before
            .chars()
            .rev()
            .take(BEFORE)
            .take_while(|c| !is_end(c) && *c != ' ');
        let start = at - word.map(char::len_utf8).sum::<usize>();
        self.sample_at = self.behind(before);
        let word = before.get(start..).unwrap_or_default();
        self.sample = word
            .chars()
            .chain(behind.chars().take(BEHIND).take_while(|c| !is_end(c)))
            .collect();
    }
}

/// Decodes the bytes from `base` on. `ends_in_cr`: lines end in a carriage return alone.
pub(super) fn decode(
    body: &Body,
    (base, ends_in_cr): (u64, bool),
    encoding: &'static Encoding,
    context: &Context<'_>,
) -> Result<Decoded, Fault> {
    let mut from = body.open_at(base).map_err(Fault::Read)?;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = vec![0; BLOCK];
    // The longest that can come of a block, and a little.
    let mut text = String::with_capacity(BLOCK * 3 + 64);
    let (mut malformed, mut runs, mut listed, mut is_behind_bad) = (0, 0, Vec::new(), false);
    let mut course = Course {
        out: Spill::new(context.scratch),
        line: 1,
        column: 1,
        chars: 0,
        foreign: 0,
        nul: None,
        sample: String::new(),
        sample_at: (1, 1),
    };
    loop {
        let length = fill(&mut from, &mut buffer).map_err(Fault::Read)?;
        let is_last = length < BLOCK;
        let (block, mut at) = (buffer.get(..length).unwrap_or_default(), 0);
        loop {
            let rest = block.get(at..).unwrap_or_default();
            text.clear();
            let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, is_last);
            at += read;
            if ends_in_cr {
                text = text.replace('\r', "\n");
            }
            course.pass(&text)?;
            match result {
                DecoderResult::InputEmpty => {
                    is_behind_bad &= text.is_empty();
                    break;
                }
                DecoderResult::OutputFull => is_behind_bad = false,
                DecoderResult::Malformed(odd, behind) => {
                    malformed += 1;
                    runs += u64::from(!(text.is_empty() && is_behind_bad));
                    is_behind_bad = true;
                    if listed.len() < LISTED {
                        let end = at.saturating_sub(usize::from(behind));
                        let bytes = block.get(end.saturating_sub(usize::from(odd))..end);
                        listed.push(Odd {
                            line: course.line,
                            column: course.column,
                            bytes: bytes.unwrap_or_default().to_vec(),
                        });
                    }
                    course.column += 1;
                    course.out.write_all("\u{fffd}".as_bytes()).map_err(Fault::Disk)?;
                }
            }
        }
        if is_last {
            break;
        }
    }
    Ok(Decoded {
        body: course.out.done().map_err(Fault::Disk)?,
        malformed,
        runs,
        listed,
        nul: course.nul,
        sample: course.sample,
        sample_at: course.sample_at,
        chars: course.chars,
        foreign: course.foreign,
    })
}

impl Decoded {
    /// So much makes no sense that the encoding must be another.
    pub(super) fn is_wrong(&self, encoding: &'static Encoding) -> bool {
        // Where every character takes two bytes each can go wrong; elsewhere ASCII always goes right.
        let could = match encoding == UTF_16LE || encoding == UTF_16BE {
            true => self.chars,
            false => self.foreign,
        };
        let is_cut_off = self.malformed == 1 && self.listed.first().is_some_and(|odd| odd.bytes.len() > 1);
        self.runs * SHARE > could + self.runs && !is_cut_off
    }

    /// The undecodable places, the first of them one by one.
    pub(super) fn told(&self, shown: &str, encoding: &'static Encoding) -> Vec<Diagnostic> {
        let name = encoding.name();
        let warning = |odd: &Odd| {
            let bytes: Vec<String> = odd.bytes.iter().map(|b| format!("{b:02X}")).collect();
            let what = match bytes.as_slice() {
                [] => "the bytes here make".to_owned(),
                [byte] => format!("the byte {byte} makes"),
                bytes => format!("the bytes {} make", bytes.join(" ")),
            };
            let reason = format!("{what} no sense in {name}; `\u{fffd}` stands there now");
            Diagnostic::warning("byte-undecodable", reason)
                .at(shown, odd.line, odd.column)
                .help("the row goes in, unless its id is damaged; look at the original if the text matters")
        };
        let mut told: Vec<Diagnostic> = self.listed.iter().map(warning).collect();
        let unlisted = self.malformed.saturating_sub(told.len() as u64);
        if let (Some(last), 1..) = (self.listed.last(), unlisted) {
            let reason = format!("{unlisted} more places behind this one make no sense in {name}");
            told.push(
                Diagnostic::warning("byte-undecodable", reason)
                    .at(shown, last.line, last.column)
                    .help("if they are many, name another encoding with `feedback ingest --encoding NAME`"),
            );
        }
        told
    }
}
