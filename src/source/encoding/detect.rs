//! Which encoding is it? By its mark, by its zero bytes, by being UTF-8; else the likeliest.
//!
//! Reads the file once where it is UTF-8, and once more where it is not. Decodes nothing.

use super::fill;
use crate::source::body::Body;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::io;

/// So much of the beginning is needed.
pub(super) const HEAD: usize = 64 << 10;

/// How such a file is called.
pub(super) const WITH_BOM: &str = "UTF-8 with BOM";

/// So much is read at a time. (In tests little, so that characters are cut anywhere.)
const BLOCK: usize = if cfg!(test) { 16 } else { 256 << 10 };

/// So many bytes of lines with other letters than ASCII's are enough to tell an encoding.
const ENOUGH: usize = 1 << 20;

/// What a look at the bytes gave.
pub(super) enum Found {
    /// It is UTF-8 and can be read as it stands, from `base` on.
    InPlace { base: u64, name: &'static str },
    /// A zero byte there, in what is else one byte a letter.
    Nul(u64),
    /// No text at all.
    Binary,
    /// To be decoded from `base` on.
    Encoded {
        encoding: &'static Encoding,
        base: u64,
        /// Why it is taken to be this, where nothing says so for certain.
        grounds: Option<String>,
    },
}

/// `told`: what the user named; only a byte order mark says more.
pub(super) fn look(body: &Body, head: &[u8], told: Option<&'static Encoding>) -> io::Result<Found> {
    let marked = Encoding::for_bom(head);
    let base = marked.map_or(0, |(_, length)| length as u64);
    let encoded = |encoding, grounds| {
        Ok(Found::Encoded {
            encoding,
            base,
            grounds,
        })
    };
    match marked.map(|(encoding, _)| encoding).or(told) {
        // UTF-32 has the same first two bytes.
        Some(e) if e == UTF_16LE && head.starts_with(b"\xff\xfe\0\0") => return Ok(Found::Nul(2)),
        Some(e) if e != UTF_8 => return encoded(e, None),
        Some(_) => {}
        None => {
            if let Some(encoding) = utf_16(head) {
                let grounds = "about every second byte is zero, as in UTF-16, and no byte order mark says so";
                return encoded(encoding, Some(grounds.to_owned()));
            }
        }
    }
    let name = if base > 0 { WITH_BOM } else { UTF_8.name() };
    match first_fault(body, base)? {
        None => Ok(Found::InPlace { base, name }),
        Some(Fault::Nul(at)) => Ok(Found::Nul(at)),
        Some(Fault::NotUtf8) if told.is_some() || marked.is_some() => encoded(UTF_8, None),
        Some(Fault::NotUtf8) => survey(body),
    }
}

/// UTF-16 of text that is partly ASCII: there, one byte of each pair is zero, and always the same one.
fn utf_16(head: &[u8]) -> Option<&'static Encoding> {
    const SAMPLE: usize = 4 << 10;
    // Ideographs have zeros in the other byte only now and then.
    const TIMES: usize = 4;
    let sample = head.get(..SAMPLE).unwrap_or(head);
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let few = 2.max(sample.len() / 40);
    match () {
        () if odd >= few && odd >= even * TIMES => Some(UTF_16LE),
        () if even >= few && even >= odd * TIMES => Some(UTF_16BE),
        () => None,
    }
}

enum Fault {
    Nul(u64),
    NotUtf8,
}

/// Goes through the bytes from `base` on, each with up to three bytes that were cut off before it.
fn blocks(body: &Body, base: u64, each: &mut dyn FnMut(&[u8], u64) -> bool) -> io::Result<()> {
    let mut from = body.open_at(base)?;
    let (mut buffer, mut kept, mut offset) = (vec![0; BLOCK], 0, base);
    loop {
        let read = fill(&mut from, buffer.get_mut(kept..).unwrap_or_default())?;
        let length = kept + read;
        let bytes = buffer.get(..length).unwrap_or_default();
        let whole = if length < BLOCK {
            length
        } else {
            length - cut(bytes)
        };
        if !each(bytes.get(..whole).unwrap_or_default(), offset) || length < BLOCK {
            return Ok(());
        }
        offset += whole as u64;
        kept = length - whole;
        buffer.copy_within(whole..length, 0);
    }
}

/// How many bytes at the end are the beginning of a character that is not all there.
fn cut(bytes: &[u8]) -> usize {
    let needs = |b: u8| match b {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    let last = bytes.iter().rev().take(3).position(|b| *b & 0xC0 != 0x80);
    let lead = last.and_then(|i| Some((i + 1, *bytes.get(bytes.len().checked_sub(i + 1)?)?)));
    lead.filter(|(n, lead)| needs(*lead) > *n).map_or(0, |(n, _)| n)
}

/// The quick look: nothing is counted.
fn first_fault(body: &Body, base: u64) -> io::Result<Option<Fault>> {
    let mut found = None;
    blocks(body, base, &mut |bytes, offset| {
        if let Some(i) = memchr::memchr(0, bytes) {
            found = Some(Fault::Nul(offset + i as u64));
        } else if simdutf8::basic::from_utf8(bytes).is_err() {
            found = Some(Fault::NotUtf8);
        }
        found.is_none()
    })?;
    Ok(found)
}

/// The thorough look at what is no UTF-8: damaged UTF-8, or another encoding?
fn survey(body: &Body) -> io::Result<Found> {
    /// Of the characters beyond ASCII so many must be UTF-8 (one in so many may be not).
    const SHARE: u64 = 10;
    /// With so many times as many good ones it is UTF-8, if a damaged one.
    const MOSTLY: u64 = 2;
    let (mut good, mut bad, mut controls, mut length) = (0u64, 0u64, 0u64, 0u64);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut fed, mut nul, mut is_within, mut is_cut_off) = (0, None, false, false);
    let mut is_behind_bad = false;
    blocks(body, 0, &mut |bytes, offset| {
        if let Some(i) = memchr::memchr(0, bytes) {
            nul.get_or_insert(offset + i as u64);
        }
        length += bytes.len() as u64;
        controls += bytes.iter().filter(|b| is_control(**b)).count() as u64;
        for chunk in bytes.utf8_chunks() {
            good += chunk.valid().bytes().filter(|b| *b >= 0xC0).count() as u64;
            // One character may be several bytes that make no sense (an emoji written as two halves, say).
            let is_bad = !chunk.invalid().is_empty();
            let is_more_of_it = chunk.valid().is_empty() && is_behind_bad;
            bad += u64::from(is_bad && !is_more_of_it);
            is_behind_bad = is_bad;
            is_cut_off = chunk.invalid().len() > 1;
        }
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            if fed < ENOUGH && (is_within || !line.is_ascii()) {
                detector.feed(line, false);
                fed += line.len();
                is_within = !line.ends_with(b"\n");
            }
        }
        nul.is_none()
    })?;
    if let Some(at) = nul {
        return Ok(Found::Nul(at));
    }
    if controls * 50 > length {
        return Ok(Found::Binary);
    }
    // Of half a file, the last character may be missing.
    // No other encoding is UTF-8 by chance for most of its letters: then it is a mixture, which decoding refuses.
    let is_utf_8 = bad * SHARE <= good + bad || (bad == 1 && is_cut_off) || good >= bad * MOSTLY;
    let (encoding, grounds) = match is_utf_8 {
        true => (UTF_8, None),
        false => {
            let mixed = if good > bad {
                ", although part of it is"
            } else {
                ""
            };
            let grounds = format!("the bytes are no UTF-8{mixed}, and nothing names their encoding");
            (detector.guess(None, Utf8Detection::Deny), Some(grounds))
        }
    };
    Ok(Found::Encoded {
        encoding,
        base: 0,
        grounds,
    })
}

/// What no text holds, or hardly ever.
fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1A | 0x1B)
}
