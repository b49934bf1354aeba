//! Ids that are missing, rounded, or not there at all.

use super::*;

#[test]
fn a_missing_id_and_a_file_without_ids() {
    let o = read("id,text\n,a\n1,b\n");
    assert_eq!(codes(&o.rejected), [("id-missing", 2, 1, Some("id"))]);
    let o = read("author,date,text\nann,2024-05-15,hello\nann,2024-05-15,hello\nann,2024-05-16,hello\n");
    assert_eq!(o.ids()[0], o.ids()[1]);
    assert_ne!(o.ids()[0], o.ids()[2]);
    // sha256("other" 1F "ann" 1F "2024-05-15" 1F stars 1F "hello"), and as it was made before.
    assert_eq!(o.ids()[0], "fp:e73da28124b0e65808755c8c3d2e0553");
    let former = o.messages[0].former_id.as_deref();
    assert_eq!(former, Some("fp:e73da28124b0e65808755c8c3d2e0553"));
    assert_eq!(o.messages[0].posted.unwrap().precision, Precision::Day);
}

#[test]
fn ids_rounded_by_a_spreadsheet() {
    let o = read("id,text,reply_to_id\n5.70306E+17,a,\n570306133677760513,b,5.70306E+17\n3.0,c,4.0\n");
    assert_eq!(codes(&o.rejected), [("id-damaged", 2, 1, Some("id"))]);
    assert_eq!(
        codes(&o.warned),
        [("reply-to-damaged", 3, 22, Some("reply_to_id"))]
    );
    assert_eq!(o.ids(), ["570306133677760513", "3"]);
    assert_eq!(o.messages[0].reply_to.as_deref(), Some("?570306133677760513"));
    assert_eq!(o.messages[1].reply_to.as_deref(), Some("4"));
    let d = refused(b"id,text\n5.70306E+17,a\n5.70306E+17,b\n");
    assert_eq!(at(&d), ("id-damaged", 2, 1));
    assert!(d.message.contains("not one row"));
}
