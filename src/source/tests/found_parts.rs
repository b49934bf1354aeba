//! Which column plays which part where a first try went wrong: mapped in part, lists of shops, totals.

use super::*;

#[test]
fn the_parts_that_are_not_mapped_are_still_guessed() {
    let mapping = Mapping {
        file: Some("gaeste*.csv".to_owned()),
        columns: [("rating".to_owned(), "Punkte".to_owned())].into(),
        ..Mapping::default()
    };
    let mappings = [mapping];
    let context = Context {
        mappings: &mappings,
        ..context()
    };
    let text = "Am;Von;Punkte;Was war\n2026-11-03 09:15;Uwe;2;Der Kaffee war leider kalt\n2026-11-05 10:00;Ida;5;Wunderbar und gerne wieder hier\n2026-11-12 18:30;Zoe;1;Ein Haar lag im Kuchen\n";
    let out = read_in("gaestebuch.csv", text.as_bytes(), &context).unwrap();
    let m = &out.messages[0];
    assert_eq!(
        (&*m.text, &*m.author, m.rating),
        ("Der Kaffee war leider kalt", "Uwe", Some(2.0))
    );
}

#[test]
fn a_list_of_shops_or_accounts_is_named() {
    for text in [
        "name,address,rating,reviews_count,phone\nSlow Kettle,1 Fuk Wa St,4.4,210,555\nOther,2 Fuk Wa St,4.1,10,556\n",
        "user_id,username,followers_count,location\n1,ann,5,HK\n2,bob,7,KLN\n",
    ] {
        let refused = read_named("f.csv", text.as_bytes()).unwrap_err();
        assert_eq!(refused[0].code, "file-look-alike", "{text}");
    }
    let refused = read_named("f.csv", b"name,rating\nSlow Kettle,4.4\nOther,4.1\n").unwrap_err();
    assert_eq!(refused[0].code, "file-no-messages");
    let stars = b"name,rating,date\nAnn,4,2026-03-01 12:00\nBob,2,2026-03-02 12:00\n";
    assert_eq!(read_named("f.csv", stars).unwrap().messages.len(), 2);
}

#[test]
fn a_plain_name_is_the_author_where_there_is_no_other() {
    for text in [
        "name,comment,date,stars\nAnn,The soup was cold,2026-03-01 12:00,2\n",
        "姓名,留言,日期\nAnn,汤是凉的，等了很久,2026-03-01\n",
    ] {
        let out = read_named("f.csv", text.as_bytes()).unwrap();
        assert_eq!(out.messages[0].author, "Ann", "{text}");
    }
}

#[test]
fn a_row_of_totals_is_no_message_and_a_text_that_begins_so_is_one() {
    for text in [
        "Datum;Name;Kommentar;Sterne\n01.11.2026;Uwe;Total: a disaster;2\n13.11.2026;Ida;Sehr nett gewesen;5\nSumme;;2;7\n",
        "用户名,评论内容,评论时间,评分\n阿明,太慢了,2026-11-01,2\n小红,好喝,2026-11-02,5\n合计,2 条,,3.5\n",
        "Total,when,text,stars\nann,2026-11-01,Total,2\nbob,2026-11-02,Sum,5\nTotal,,2,3.5\n",
    ] {
        let out = read_named("f.csv", text.as_bytes()).unwrap();
        assert_eq!((out.messages.len(), out.rejected.len()), (2, 0), "{text}");
        assert_eq!(out.skipped[0].code, "lines-passed-over");
    }
}

#[test]
fn a_workbooks_name_tells_the_channel_of_its_sheets() {
    let mut findings = Vec::new();
    let named = mapping::Named {
        shown: "a/大众点评11月.xlsx/好评",
        outer: "a/大众点评11月.xlsx",
    };
    let table = columns::Table::built_in();
    assert_eq!(
        whole_file::guess_channel(named, &table, None, &mut findings),
        "dianping"
    );
}
