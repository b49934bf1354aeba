//! Files in other encodings than UTF-8: found out, named, decoded without loss of what is sound.

use super::*;
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

const SIMPLIFIED: &str =
    "id,author,text\n1,小王,等了两个小时才上菜，服务员态度很差\n2,阿梅,味道不错，下次还会来\n";
const TRADITIONAL: &str =
    "id,author,text\n1,小王,等了兩個小時才上菜，服務員態度很差\n2,阿梅,味道不錯，下次還會來\n";
const JAPANESE: &str =
    "id,author,text\n1,田中,注文してから一時間も待たされました\n2,佐藤,とても美味しかったです。また来ます\n";
const KOREAN: &str =
    "id,author,text\n1,민수,한 시간이나 기다렸는데 음식이 차가웠어요\n2,지영,정말 맛있었어요 또 올게요\n";
const WESTERN: &str = "id,author,text\n1,Zoë,Der Kaffee war kalt und die Bedienung unhöflich\n2,André,Très déçu, on a attendu une heure à la réception\n";
const RUSSIAN: &str = "id,author,text\n1,Иван,Ждали заказ больше часа\n2,Ольга,Очень вкусно, придём ещё\n";

fn utf_16(text: &str, is_little: bool) -> Vec<u8> {
    let bytes = |unit: u16| {
        if is_little {
            unit.to_le_bytes()
        } else {
            unit.to_be_bytes()
        }
    };
    text.encode_utf16().flat_map(bytes).collect()
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, lost) = encoding.encode(text);
    assert!(!lost, "{text} in {}", encoding.name());
    bytes.into_owned()
}

fn read_as(bytes: &[u8], encoding: Option<&str>) -> Result<Outcome, Vec<Diagnostic>> {
    read_in(
        "export.csv",
        bytes,
        &Context {
            encoding,
            ..context()
        },
    )
}

/// The same messages as the same text in UTF-8.
fn same(bytes: &[u8], text: &str, name: &str) -> Outcome {
    let (o, wanted) = (read_as(bytes, None).unwrap(), read(text));
    assert_eq!(o.encoding, name, "{text}");
    assert_eq!((o.texts(), o.ids()), (wanted.texts(), wanted.ids()));
    assert_eq!(format!("{:?}", o.messages), format!("{:?}", wanted.messages));
    o
}

fn guesses(o: &Outcome) -> Vec<&Diagnostic> {
    o.findings
        .iter()
        .filter(|d| d.code == "encoding-guessed")
        .collect()
}

#[test]
fn a_byte_order_mark_says_it() {
    for text in [SIMPLIFIED, WESTERN, "id,text\n1,plain\n"] {
        assert!(guesses(&same(text.as_bytes(), text, "UTF-8")).is_empty());
        let marked = format!("\u{feff}{text}");
        assert!(guesses(&same(marked.as_bytes(), text, "UTF-8 with BOM")).is_empty());
        assert!(guesses(&same(&utf_16(&marked, true), text, "UTF-16LE")).is_empty());
        assert!(guesses(&same(&utf_16(&marked, false), text, "UTF-16BE")).is_empty());
        // Nothing else comes before it, not even the user's word.
        let o = read_as(&utf_16(&marked, true), Some("gbk")).unwrap();
        assert_eq!(o.encoding, "UTF-16LE");
    }
}

#[test]
fn without_a_mark_it_is_guessed_and_said() {
    for text in [SIMPLIFIED, WESTERN, "id,text\n1,plain\n"] {
        assert_eq!(guesses(&same(&utf_16(text, true), text, "UTF-16LE")).len(), 1);
        assert_eq!(guesses(&same(&utf_16(text, false), text, "UTF-16BE")).len(), 1);
    }
    for (text, encoding) in [
        (SIMPLIFIED, GBK),
        (TRADITIONAL, BIG5),
        (JAPANESE, SHIFT_JIS),
        (JAPANESE, EUC_JP),
        (KOREAN, EUC_KR),
        (WESTERN, WINDOWS_1252),
        (RUSSIAN, WINDOWS_1251),
    ] {
        let o = same(&encoded(text, encoding), text, encoding.name());
        let note = guesses(&o)[0];
        assert_eq!(at(note).1, 2, "{note:?}");
        assert!(note.message.contains(encoding.name()), "{note:?}");
        assert!(note.help.as_ref().unwrap().contains("--encoding"), "{note:?}");
    }
}

#[test]
fn letters_beyond_ascii_may_come_late() {
    let ascii = "9,ann,nothing but plain letters for a long while\n".repeat(6_000);
    for (text, encoding) in [(SIMPLIFIED, GBK), (WESTERN, WINDOWS_1252)] {
        let late = text.replacen('\n', &format!("\n{ascii}"), 1);
        let o = same(&encoded(&late, encoding), &late, encoding.name());
        assert_eq!(at(guesses(&o)[0]).1, 6_002);
    }
    let one = format!("id,text\n{}", "1,plain\n".repeat(50)) + "2,the café was closed\n";
    same(&encoded(&one, WINDOWS_1252), &one, "windows-1252");
}

#[test]
fn the_user_may_know_better() {
    let bytes = encoded("id,text\n1,𠮷野家 is great\n", GB18030);
    assert_eq!(read_as(&bytes, Some("gb18030")).unwrap().encoding, "gb18030");
    assert_eq!(
        read_as(&bytes, Some("gb18030")).unwrap().texts(),
        ["𠮷野家 is great"]
    );
    // Windows-1252 takes anything.
    let o = read_as(&bytes, Some("Latin1")).unwrap();
    assert_eq!((o.encoding.as_str(), guesses(&o).len()), ("windows-1252", 0));
    let wrong = read_as(&encoded(SIMPLIFIED, GBK), Some("utf-8")).unwrap_err();
    assert_eq!(wrong[0].code, "encoding-wrong");
    assert!(wrong[0].help.as_ref().unwrap().contains("--encoding"));
    for (name, known) in [
        ("UTF-8", true),
        ("cp936", true),
        ("utf16", true),
        (" shift-jis ", true),
        ("utf-7", false),
        ("replacement", false),
        ("x-user-defined", false),
        ("", false),
    ] {
        assert_eq!(is_encoding(name), known, "{name}");
    }
}

#[test]
fn bytes_that_make_no_sense_are_listed_and_the_row_goes_in() {
    let text = "id,text\n".to_owned() + &"1,déjà vu, à bientôt\n".replace(", ", " ").repeat(12);
    let bytes = [
        text.as_bytes(),
        b"7,\"caf\xe9\n\xf0\x9f\x98 ok\"\nid-\xff,x\n8,z\xc3",
    ]
    .concat();
    let o = read_as(&bytes, None).unwrap();
    assert_eq!(o.encoding, "UTF-8");
    let told: Vec<_> = o
        .findings
        .iter()
        .filter(|d| d.code == "byte-undecodable")
        .collect();
    let places: Vec<_> = told.iter().map(|d| (at(d).1, at(d).2)).collect();
    assert_eq!(places, [(14, 7), (15, 1), (16, 4), (17, 4)]);
    assert!(
        told[0].message.contains("E9") && told[1].message.contains("F0 9F 98"),
        "{told:?}"
    );
    assert_eq!(o.texts()[12..], ["caf\u{fffd}\n\u{fffd} ok", "z\u{fffd}"]);
    assert_eq!(codes(&o.rejected), [("id-damaged", 16, 1, Some("id"))]);
    // Capped.
    let many = text.repeat(60) + "9,x\n";
    let many = [many.as_bytes(), &b"7,caf\xe9\n".repeat(50)].concat();
    let o = read_as(&many, None).unwrap();
    let told: Vec<_> = o
        .findings
        .iter()
        .filter(|d| d.code == "byte-undecodable")
        .collect();
    assert_eq!(told.len(), 11);
    assert!(told[10].message.starts_with("40 more"), "{}", told[10].message);
}

#[test]
fn half_a_character_in_utf_16() {
    let whole = utf_16("\u{feff}id,text\n1,Zoë\n2,b", true);
    let o = read_as(&[&whole[..], b"x"].concat(), None).unwrap();
    assert_eq!(o.texts(), ["Zoë", "b\u{fffd}"]);
    assert_eq!(o.findings[0].code, "byte-undecodable");
    // A lone surrogate.
    let o = read_as(&[&whole[..], b"\x3d\xd8\x0a\0"].concat(), None).unwrap();
    assert_eq!(o.texts(), ["Zoë", "b\u{fffd}"]);
    assert_eq!(at(&o.findings[0]), ("byte-undecodable", 3, 4));
}

#[test]
fn what_is_no_text_is_named() {
    for (bytes, what) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "PNG"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"SQLite format 3\0\x10\0", "SQLite"),
        (b"\x7fELF\x02\x01\x01\0", "program"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7-Zip"),
        (b"\xff\xfe\0\0i\0\0\0d\0\0\0", "zero byte"),
        (b"\xb3\x01\x02\x03\x04\x05\xff\x06\x07\xf1", "control characters"),
    ] {
        let d = refused(bytes);
        assert_eq!(d.code, "file-not-text");
        assert!(d.message.contains(what), "{}", d.message);
    }
    assert_eq!(read("text,id\nID3 is a tag,1\n").texts(), ["ID3 is a tag"]);
}

#[test]
fn a_large_file_is_decoded_into_a_scratch_file() {
    let row = "9,小王,等了两个小时才上菜，服务员态度很差\n";
    let text = format!("id,author,text\n{}", row.repeat(40_000));
    let bytes = encoded(&text, GBK);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let scratch = || {
        let file = tempfile::NamedTempFile::new_in(folder.path())?;
        let (path, opened) = (file.path().to_owned(), file.reopen()?);
        Ok(Scratch {
            file: opened,
            path,
            keep: Box::new(file.into_temp_path()),
        })
    };
    let with = Context {
        scratch: &scratch,
        ..context()
    };
    let export = open(file.path(), "x.csv", &with).unwrap();
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(
        (export.encoding(), export.bytes(), files()),
        ("GBK", text.len() as u64, 1)
    );
    let mut n = 0;
    let mut count = |entry: Entry<'_>| n += usize::from(matches!(entry, Entry::Message(_)));
    export.read(&mut count).unwrap();
    assert_eq!(n, 40_000);
    drop(export);
    assert_eq!(files(), 0);
    // No room for it.
    let full = || Err(std::io::ErrorKind::StorageFull.into());
    let with = Context {
        scratch: &full,
        ..context()
    };
    assert_eq!(open(file.path(), "x.csv", &with).unwrap_err()[0].code, "disk");
}
