//! What spreadsheets and other programs do to cells.

use super::*;

#[test]
fn a_rounded_conversation_is_not_used() {
    let o = read("id,text,conversation_id\n1,a,5.70306E+17\n2,b,5.70306E+17\n3,c,77\n");
    let conversations: Vec<_> = o.messages.iter().map(|m| m.conversation.as_deref()).collect();
    assert_eq!(conversations, [None, None, Some("77")]);
    assert_eq!(
        codes(&o.warned),
        [
            ("conversation-damaged", 2, 5, Some("conversation_id")),
            ("conversation-damaged", 3, 5, Some("conversation_id"))
        ]
    );
}

#[test]
fn placeholders_are_neither_conversation_nor_answered_message() {
    for nothing in ["0", "-", "nan", "0.0", "[]", "#N/A", "null", " "] {
        let o = read(&format!(
            "id,text,conversation_id,in_reply_to_id\n1,a,{nothing},{nothing}\n"
        ));
        let m = &o.messages[0];
        assert_eq!((&m.conversation, &m.reply_to), (&None, &None), "{nothing}");
        assert!(o.warned.is_empty());
    }
}

#[test]
fn what_a_spreadsheet_writes_where_it_lost_something_is_nothing() {
    let o = read(
        "id,created_at,author,text\n#N/A,2024-01-01,a,x\n-,2024-01-01,a,x\n1,#VALUE!,a,x\n2,2024-01-01,a,#NAME?\n3,2024-01-01,#REF!,-\n",
    );
    assert_eq!(
        codes(&o.rejected),
        [
            ("id-missing", 2, 1, Some("id")),
            ("id-missing", 3, 1, Some("id")),
            ("time-missing", 4, 3, Some("created_at")),
            ("row-without-text", 5, 16, Some("text"))
        ]
    );
    assert_eq!((o.texts(), &*o.messages[0].author), (vec!["-"], ""));
}

#[test]
fn one_sound_id_is_enough_to_go_on_row_by_row() {
    let o = read("id,created_at,text\n1,bad,x\n2,2024-01-01,\n5.7E+17,2024-01-01,y\n");
    let told: Vec<_> = o.rejected.iter().map(|d| d.code).collect();
    assert_eq!(told, ["time-unreadable", "row-without-text", "id-damaged"]);
    let o = read("id,text\n1\n5.7E+17,y\n");
    assert_eq!((o.main(), o.rejected.len()), (0, 2));
    assert_eq!(refused(b"id,text\n5.7E+17,y\n").code, "id-damaged");
}

#[test]
fn a_day_that_cannot_be_is_the_rows_own_fault() {
    let o = read("id,date,text\n1,31/12/2018,a\n2,13/13/2026,b\n3,9/6/2018,c\n4,1/1/0000,d\n");
    assert_eq!(
        codes(&o.rejected),
        [
            ("time-unreadable", 3, 3, Some("date")),
            ("time-unreadable", 5, 3, Some("date"))
        ]
    );
    assert_eq!(o.messages[1].posted.unwrap().to_string(), "2018-06-09");
    let d = refused(b"id,date,text\n1,31/12/2018,a\n2,12/31/2018,b\n");
    assert_eq!(at(&d), ("time-ambiguous", 3, 3));
    assert!(
        d.message.contains("at 2:3") && d.message.contains("at 3:3"),
        "{}",
        d.message
    );
}

#[test]
fn ids_that_all_end_in_zeros_were_rounded() {
    let file = |ids: &[&str]| {
        let rows = ids.iter().map(|id| format!("{id},text of {id}\n"));
        format!("id,text\n{}", rows.collect::<String>())
    };
    let mut ids = vec![
        "570306133677760000",
        "570301130888122000",
        "570301083672813000",
        "570301031407624000",
        "5703008170744600",
    ];
    let d = refused(file(&ids).as_bytes());
    assert_eq!(at(&d), ("id-damaged", 2, 1));
    assert_eq!(read(&file(&ids[1..])).main(), 4); // too few to tell
    ids.push("570300817074462123");
    assert_eq!(read(&file(&ids)).main(), 6);
    let short: Vec<String> = (1..9).map(|n| format!("{n}00")).collect();
    let short: Vec<&str> = short.iter().map(String::as_str).collect();
    assert_eq!(read(&file(&short)).main(), 8);
}
