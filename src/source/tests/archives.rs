//! Exports inside something: gzip, zip, workbooks; and what was made to break whoever opens it.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const CSV: &str = "id,text\n1,等了两个小时\n2,b\n";

/// A file for what is larger than the memory for it.
pub(super) fn scratch() -> std::io::Result<Scratch> {
    let file = tempfile::NamedTempFile::new()?;
    Ok(Scratch {
        file: file.reopen()?,
        path: file.path().to_owned(),
        keep: Box::new(file.into_temp_path()),
    })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in members {
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A workbook of one sheet with these rows, and with these texts.
fn workbook(sheets: &[(&str, &str)], strings: &str) -> Vec<u8> {
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut list, mut rels, mut members) = (String::new(), String::new(), Vec::new());
    for (i, (name, rows)) in sheets.iter().enumerate() {
        list += &format!("<sheet name=\"{name}\" sheetId=\"{0}\" r:id=\"r{0}\"/>", i + 1);
        rels += &format!(
            "<Relationship Id=\"r{0}\" Type=\"{rel}/worksheet\" Target=\"worksheets/s{0}.xml\"/>",
            i + 1
        );
        members.push((
            format!("xl/worksheets/s{}.xml", i + 1),
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let mut add = |name: &str, text: String| members.push((name.to_owned(), text));
    add(
        "_rels/.rels",
        format!(
            "<Relationships><Relationship Id=\"r\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    add(
        "xl/_rels/workbook.xml.rels",
        format!("<Relationships>{rels}</Relationships>"),
    );
    add(
        "xl/workbook.xml",
        format!("<workbook xmlns:r=\"{rel}\"><sheets>{list}</sheets></workbook>"),
    );
    add("xl/sharedStrings.xml", strings.to_owned());
    add(
        "xl/styles.xml",
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"21\"/></cellXfs></styleSheet>".to_owned(),
    );
    let members: Vec<_> = members
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    zip(&members)
}

const NO_STRINGS: &str = "<?xml version=\"1.0\"?><sst uniqueCount=\"0\"></sst>";

fn saved(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn listed(bytes: &[u8]) -> (Vec<String>, Vec<Diagnostic>) {
    let file = saved(bytes);
    let found = contents(file.path(), "a.zip", &context()).unwrap();
    (
        found.parts.iter().map(|p| p.shown().to_owned()).collect(),
        found.findings,
    )
}

/// What each part of a file gives: its texts, or the first fault's code.
fn each(bytes: &[u8]) -> Vec<String> {
    let file = saved(bytes);
    let found = contents(file.path(), "a.zip", &context()).unwrap();
    let texts = |export: Export| {
        let mut texts = Vec::new();
        let mut take = |entry: Entry<'_>| {
            if let Entry::Message(m) = entry {
                texts.push(m.text.to_string());
            }
        };
        export.read(&mut take).unwrap();
        texts.join("|")
    };
    let opened = found.parts.iter().map(|part| part.open(&context()));
    opened
        .map(|export| export.map_or_else(|faults| faults[0].code.to_owned(), texts))
        .collect()
}

fn code(bytes: &[u8]) -> &'static str {
    let d = refused(bytes);
    assert!(d.help.is_some() && d.place.is_some(), "{d:?}");
    d.code
}

#[test]
fn gzip_is_known_by_its_bytes() {
    let read_it = |bytes: &[u8]| read_named("export.csv", bytes);
    assert_eq!(
        read_it(&gzip(CSV.as_bytes())).unwrap().texts(),
        ["等了两个小时", "b"]
    );
    // Several, one behind the other.
    let (first, second) = CSV.split_at(10);
    let two = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    assert_eq!(read_it(&two).unwrap().texts(), ["等了两个小时", "b"]);
    let (gbk, _, _) = encoding_rs::GBK.encode("id,author,text\n1,小王,等了两个小时才上菜\n");
    assert_eq!(read_it(&gzip(&gbk)).unwrap().encoding, "GBK");
    let whole = gzip(CSV.as_bytes());
    for length in 3..whole.len() {
        assert_eq!(code(&whole[..length]), "archive-damaged", "{length}");
    }
    let mut flipped = whole.clone();
    let middle = whole.len() - 6;
    flipped[middle] ^= 1;
    assert_eq!(code(&flipped), "archive-damaged");
    assert_eq!(code(&gzip(&gzip(b"id,text\n1,a\n"))), "file-not-text");
    assert_eq!(code(&gzip(b"")), "file-empty");
    assert_eq!(code(&gzip(&vec![b'x'; 3 << 20])), "archive-too-large");
}

#[test]
fn each_member_of_a_zip_is_an_export_of_its_own() {
    let tweets = br#"[{"id":"1","text":"a"}]"#;
    let bytes = zip(&[
        ("reviews.csv", CSV.as_bytes()),
        ("data/tweets.json", tweets),
        ("data/", b""),
        ("photo.jpg", b"\xff\xd8\xff"),
        ("__MACOSX/._reviews.csv", b"\0\0"),
        ("more/reviews.csv.gz", &gzip(CSV.as_bytes())),
        ("names.csv", b"name,age\nAnn,3\n"),
        ("again.zip.txt", &zip(&[("x.csv", b"")])),
    ]);
    let (names, findings) = listed(&bytes);
    assert_eq!(
        names,
        [
            "a.zip/reviews.csv",
            "a.zip/data/tweets.json",
            "a.zip/more/reviews.csv.gz",
            "a.zip/names.csv",
            "a.zip/again.zip.txt"
        ]
    );
    assert_eq!(findings[0].code, "archive-unused");
    assert!(
        findings[0].message.starts_with("2 files"),
        "{}",
        findings[0].message
    );
    assert_eq!(
        each(&bytes),
        [
            "等了两个小时|b",
            "a",
            "等了两个小时|b",
            "file-no-messages",
            "file-not-text"
        ]
    );
    // A name from Chinese Windows.
    let (name, _, _) = encoding_rs::GBK.encode("评论.csv");
    let mut bytes = zip(&[("abcd.csv", CSV.as_bytes())]);
    while let Some(at) = memchr::memmem::find(&bytes, b"abcd.csv") {
        bytes[at..at + 8].copy_from_slice(&name);
    }
    assert_eq!(listed(&bytes).0, ["a.zip/评论.csv"]);
    assert_eq!(each(&bytes), ["等了两个小时|b"]);
}

#[test]
fn archives_that_are_damaged_locked_or_made_to_break() {
    let whole = zip(&[("reviews.csv", CSV.as_bytes())]);
    for length in 5..whole.len() {
        assert_eq!(code(&whole[..length]), "archive-damaged", "{length}");
    }
    assert_eq!(code(&zip(&[])), "file-no-messages");
    assert_eq!(code(&zip(&[("photo.jpg", b"")])), "file-no-messages");
    assert_eq!(code(&zip(&[("word/document.xml", b"")])), "file-not-text");
    let bomb = zip(&[("x.csv", &vec![b'x'; 3 << 20])]);
    assert_eq!(each(&bomb), ["archive-too-large"]);
    // Protected by a password, or packed in an unknown way: bits of the member's two heads.
    let patched = |from_head: usize, from_table: usize, value: u8| {
        let mut bytes = whole.clone();
        let table = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        bytes[from_head] = value;
        bytes[table + from_table] = value;
        bytes
    };
    assert_eq!(each(&patched(6, 8, 1)), ["archive-locked"]);
    assert_eq!(each(&patched(8, 10, 14)), ["archive-locked"]);
    // Two members that are the same bytes.
    let two = zip(&[("a.csv", CSV.as_bytes()), ("b.csv", CSV.as_bytes())]);
    let table = memchr::memmem::rfind(&two, b"PK\x01\x02").unwrap();
    let mut overlap = two.clone();
    overlap[table + 20..table + 24].copy_from_slice(&(two.len() as u32).to_le_bytes());
    assert_eq!(code(&overlap), "archive-damaged");
    let mut many = whole.clone();
    let end = memchr::memmem::rfind(&many, b"PK\x05\x06").unwrap();
    many[end + 8..end + 12].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(code(&many), "archive-too-large");
    // What is damaged inside one member leaves the others alone.
    let mut flipped = two.clone();
    let at = memchr::memmem::find(&flipped, b"a.csv").unwrap() + 9;
    flipped[at] ^= 0x55;
    assert_eq!(each(&flipped), ["archive-damaged", "等了两个小时|b"]);
}

#[test]
fn a_sheet_is_read_as_it_shows() {
    let text = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = [
        "<row r=\"2\">".to_owned(),
        text("A2", "id") + &text("B2", "text") + &text("C2", "inbound") + &text("D2", "created_at") + &text("F2", "likes"),
        "</row><row r=\"4\"><c r=\"A4\"><v>1234567890123</v></c><c r=\"B4\" t=\"s\"><v>0</v></c><c r=\"C4\" t=\"b\"><v>1</v></c><c r=\"D4\" s=\"2\"><v>45000.395833333336</v></c></row>".to_owned(),
        "<row r=\"5\"><c r=\"A5\"><v>1.2600000000000001E18</v></c><c r=\"B5\" t=\"s\"><v>0</v></c><c r=\"D5\" s=\"1\"><v>45000</v></c></row>".to_owned(),
        "<row r=\"6\">".to_owned() + &text("A6", "a,b") + &text("B6", "line 1\nline &quot;2&quot;") + "<c r=\"D6\" s=\"1\"><v>45001</v></c></row>",
        "<row r=\"7\">".to_owned() + &text("A7", "7") + "<c r=\"D7\"><v>nonsense</v></c></row>",
    ];
    let strings = "<sst count=\"1\" uniqueCount=\"1\"><si><t>等了</t><phoneticPr/></si></sst>";
    let bytes = workbook(
        &[(
            "Sheet1",
            &rows.concat().replace("<c r=\"D7\"><v>nonsense</v></c>", ""),
        )],
        strings,
    );
    let o = read_named("feed.xlsx", &bytes).unwrap();
    assert_eq!((o.source.as_str(), o.encoding.as_str()), ("xlsx", "UTF-8"));
    assert_eq!(o.ids(), ["1234567890123", "a,b"]);
    assert_eq!(o.texts(), ["等了", "line 1\nline \"2\""]);
    assert_eq!(o.messages.iter().map(|m| m.line).collect::<Vec<_>>(), [4, 6]);
    let times: Vec<String> = o.messages.iter().map(|m| m.posted.unwrap().to_string()).collect();
    assert_eq!(times, ["2023-03-15T09:30:00Z", "2023-03-16"]);
    assert_eq!(
        codes(&o.rejected),
        [
            ("id-damaged", 5, 1, Some("id")),
            ("time-missing", 7, 4, Some("created_at"))
        ]
    );
    assert!(
        o.rejected[0].message.contains("1.26E+18"),
        "{}",
        o.rejected[0].message
    );
}

#[test]
fn several_sheets_are_several_exports() {
    let rows = "<row><c t=\"inlineStr\"><is><t>text</t></is></c></row><row><c t=\"inlineStr\"><is><t>a</t></is></c></row>";
    let bytes = workbook(&[("Notes", ""), ("Reviews", rows), ("Old", rows)], NO_STRINGS);
    assert_eq!(listed(&bytes).0, ["a.zip/Notes", "a.zip/Reviews", "a.zip/Old"]);
    assert_eq!(each(&bytes), ["file-empty", "a", "a"]);
    let inside = zip(&[("in/feed.xlsx", &bytes), ("x.csv", CSV.as_bytes())]);
    assert_eq!(listed(&inside).0[1], "a.zip/in/feed.xlsx/Reviews");
    assert_eq!(each(&inside), ["file-empty", "a", "a", "等了两个小时|b"]);
}

#[test]
fn workbooks_that_are_made_to_break() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>text</t></is></c></row>";
    let sheet = |rows: &str| each(&workbook(&[("a", rows)], NO_STRINGS)).join("");
    assert_eq!(
        sheet(&format!(
            "{rows}<row r=\"9999999\"><c r=\"A9999999\"><v>1</v></c></row>"
        )),
        "archive-too-large"
    );
    assert_eq!(
        sheet(&format!("{rows}<row r=\"2\"><c r=\"ZZZZ2\"><v>1</v></c></row>")),
        "archive-too-large"
    );
    assert_eq!(sheet(&format!("{rows}{rows}")), "archive-damaged");
    assert_eq!(
        sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>"),
        "archive-damaged"
    );
    let wide = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>".to_owned()
        + &(2..6000)
            .map(|r| format!("<row r=\"{r}\"><c r=\"A{r}\"><v>1</v></c></row>"))
            .collect::<String>();
    assert_eq!(sheet(&wide), "archive-too-large");
    let strings = |text: &str| {
        let file = saved(&workbook(&[("a", rows)], text));
        contents(file.path(), "a.xlsx", &context())
            .map(|_| "")
            .unwrap_or_else(|d| d[0].code)
    };
    assert_eq!(strings(NO_STRINGS), "");
    assert_eq!(strings("<x:sst xmlns:x=\"y\" uniqueCount=\"3\"></x:sst>"), "");
    assert_eq!(
        strings("<sst uniqueCount = \"18446744073709551615\"></sst>"),
        "archive-damaged"
    );
    assert_eq!(
        strings("<sst uniqueCount=\"99999999999\"></sst>"),
        "archive-damaged"
    );
    assert_eq!(
        strings("<!-- > --><sst uniqueCount=\"99999999999\"></sst>"),
        "archive-damaged"
    );
    assert_eq!(
        strings(&format!("<sst>{}</sst>", "<si/>".repeat(3 << 20))),
        "archive-too-large"
    );
    let whole = workbook(&[("a", rows)], NO_STRINGS);
    for length in (5..whole.len()).step_by(7) {
        assert_eq!(code(&whole[..length]), "archive-damaged", "{length}");
    }
}
