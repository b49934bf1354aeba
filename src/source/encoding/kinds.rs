//! Files that are no text, known by their first bytes.

/// First bytes, and what begins so.
const KINDS: [(&[u8], &str); 26] = [
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF87a", "a picture (GIF)"),
    (b"GIF89a", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
    (b"7z\xbc\xaf\x27\x1c", "an archive of 7-Zip"),
    (b"Rar!\x1a\x07", "an archive of RAR"),
    (b"PK\x03\x04", "an archive inside another one (ZIP)"),
    (b"\x1f\x8b\x08", "compressed twice (gzip)"),
    (b"BZh91AY&SY", "compressed by bzip2"),
    (b"\xfd7zXZ\0", "compressed by xz"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office document (XLS, DOC or MSG)",
    ),
    (b"OggS", "a sound"),
    (b"ID3", "a sound (MP3)"),
    (b"\0\0\0\x18ftyp", "a film (MP4)"),
    (b"\0\0\0\x20ftyp", "a film (MP4)"),
];

/// What the file is, where it is a known kind that is no text.
pub(super) fn name(head: &[u8]) -> Option<&'static str> {
    if head.get(257..262) == Some(b"ustar") {
        return Some("an archive (TAR)");
    }
    let begins = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    let is_page = |tag: &[u8]| {
        begins
            .get(..tag.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(tag))
    };
    if is_page(b"<!doctype html") || is_page(b"<html") {
        return Some("a web page (HTML)");
    }
    // Compared so that a customer's text that begins with `ID3` is none.
    let is_text =
        head.len() < 512 && simdutf8::basic::from_utf8(head).is_ok() && memchr::memchr(0, head).is_none();
    let known = KINDS.iter().find(|(begins, _)| head.starts_with(begins))?;
    (!is_text || !known.0.is_ascii()).then_some(known.1)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_saved_web_page_is_named() {
        for page in ["<!DOCTYPE html>\n<p>", "\u{feff}\n <HTML lang='de'>"] {
            assert_eq!(name(page.as_bytes()), Some("a web page (HTML)"), "{page}");
        }
        assert_eq!(name(b"<p>,1\n"), None);
    }
}
