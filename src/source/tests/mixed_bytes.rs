//! Bytes that are nearly, partly or oddly what they seem.

use super::*;

fn texts(bytes: &[u8]) -> Vec<String> {
    let out = read_named("x.csv", bytes).unwrap();
    out.messages.iter().map(|m| m.text.to_string()).collect()
}

#[test]
fn a_file_of_old_macintosh_line_ends_has_rows() {
    let rows = texts(b"author,text,created_at\rann,hello,2026-10-01\rben,yo,2026-10-02\r");
    assert_eq!(rows, ["hello", "yo"]);
    let rows = texts("author,text,created_at\rann,schön,2026-10-01\r".as_bytes());
    assert_eq!(rows, ["schön"]);
}

#[test]
fn one_emoji_written_as_two_halves_does_not_make_utf_8_another_encoding() {
    let mut bytes = b"author,text,created_at\n".to_vec();
    for _ in 0..40 {
        bytes.extend("ann,un café,2026-10-01\n".as_bytes());
    }
    bytes.extend(b"ben,so good \xed\xa0\xbd\xed\xb8\x80,2026-10-01\n");
    let rows = texts(&bytes);
    assert_eq!(rows.first().unwrap(), "un café");
    assert!(rows.last().unwrap().starts_with("so good \u{fffd}"));
}

#[test]
fn two_encodings_in_one_file_refuse_it() {
    let mut bytes = b"author,text,created_at\n".to_vec();
    for _ in 0..80 {
        bytes.extend("ann,这家店很好,2026-10-01\n".as_bytes());
    }
    for _ in 0..20 {
        // 排队太久 in GBK.
        bytes.extend(b"ben,\xc5\xc5\xb6\xd3\xcc\xab\xbe\xc3,2026-10-01\n");
    }
    let faults = read_named("x.csv", &bytes).err().unwrap();
    assert_eq!(faults[0].code, "encoding-wrong", "{faults:#?}");
}

#[test]
fn ids_guarded_against_a_spreadsheet_are_the_same_ids() {
    let out = read_named(
        "x.csv",
        b"tweet_id,author,text\n\"=\"\"1734567890123456789\"\"\",ann,hello there\n'1734567890123456790,ben,hello again\n",
    )
    .unwrap();
    assert_eq!(out.ids(), ["1734567890123456789", "1734567890123456790"]);
}
