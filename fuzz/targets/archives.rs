//! Any bytes as an archive or a workbook; and as the one member of a sound archive, or the one sheet of a sound
//! workbook, so that they come that far.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, SimpleFileOptions::default()).expect("memory");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("memory").into_inner()
}

const REL: &[u8] = br#"<Relationships><Relationship Id="r" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELS: &[u8] = br#"<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/s.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r"/></sheets></workbook>"#;
const SHEET: &[u8] = br#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
const TEXTS: &[u8] = br#"<sst uniqueCount="1"><si><t>text</t></si></sst>"#;
const STYLES: &[u8] = br#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

fuzz_target!(|bytes: &[u8]| {
    feedback_fuzz::read_export("export.zip", bytes);
    let Some((which, inner)) = bytes.split_first() else { return };
    let book = |sheet: &[u8], texts: &[u8], styles: &[u8]| {
        archive(&[
            ("_rels/.rels", REL),
            ("xl/_rels/workbook.xml.rels", RELS),
            ("xl/workbook.xml", BOOK),
            ("xl/worksheets/s.xml", sheet),
            ("xl/sharedStrings.xml", texts),
            ("xl/styles.xml", styles),
        ])
    };
    let whole = match which % 4 {
        0 => archive(&[("a.csv", inner)]),
        1 => book(inner, TEXTS, STYLES),
        2 => book(SHEET, inner, STYLES),
        _ => book(SHEET, TEXTS, inner),
    };
    feedback_fuzz::read_export("export.zip", &whole);
});
