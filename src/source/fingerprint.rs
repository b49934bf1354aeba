//! Ids for messages whose export has none. Made of what the message says, never of how a file writes it.

use crate::calendar::{Moment, Precision};
use crate::message::Message;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// The id of a message whose export has none: the same message gets the same one again, however another
/// export writes its time, its blanks and its letters. A time that is told from another's point of view
/// (`3 days ago`) is another one in each export, and says nothing. Stars are left out: who changes them has
/// changed the message.
pub(super) fn fingerprint(message: &Message<'_>, is_relative: bool, known_by: Option<&str>) -> String {
    let posted = message.posted.filter(|_| !is_relative);
    let posted = posted.map(|m| match m.precision {
        // Spreadsheets and some exports leave the seconds out.
        Precision::Second | Precision::Minute => {
            Moment::exact(m.millis.div_euclid(60_000) * 60_000).to_string()
        }
        _ => m.to_string(),
    });
    let mut hash = Sha256::new();
    for part in [&message.channel, &message.author] {
        hash_words(&mut hash, part);
        hash.update([0x1F]);
    }
    hash.update(posted.unwrap_or_default());
    hash.update([0x1F]);
    hash_words(&mut hash, &message.text);
    if let Some(more) = known_by {
        hash.update([0x1F]);
        hash_words(&mut hash, more);
    }
    hex(hash)
}

/// The words of a text, one blank between them, each letter in one form.
fn hash_words(hash: &mut Sha256, text: &str) {
    for (i, word) in text.split_whitespace().enumerate() {
        if i > 0 {
            hash.update(b" ");
        }
        match word.is_ascii() {
            true => hash.update(word),
            false => hash.update(word.nfc().collect::<String>()),
        }
    }
}

/// The same as it was made before, out of the cell of the time: ledgers hold it.
pub(super) fn former_fingerprint(message: &Message<'_>, time: &str) -> String {
    let mut hash = Sha256::new();
    let parts = [&message.channel, &message.author, time.trim(), &message.text];
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            hash.update([0x1F]);
        }
        hash.update(part.as_bytes());
    }
    hex(hash)
}

fn hex(hash: Sha256) -> String {
    let mut id = String::with_capacity(35);
    id.push_str("fp:");
    for byte in hash.finalize().iter().take(16) {
        for digit in [byte >> 4, byte & 15] {
            id.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    id
}
