//! What concerns a file as a whole: its channel, its encoding, whether it holds messages.

use super::*;

#[test]
fn the_channel_comes_from_the_column_the_profile_or_the_name() {
    assert_eq!(
        read("id,text,platform\n1,a,微博\n2,b,My Shop\n3,c,\n4,d,../..\n")
            .messages
            .iter()
            .map(|m| &*m.channel)
            .collect::<Vec<_>>(),
        ["weibo", "my-shop", "other", "other"]
    );
    let o = read_named("in/weibo-2026.csv", b"id,text\n1,a\n").unwrap();
    assert_eq!(
        (&*o.messages[0].channel, o.findings[0].code),
        ("weibo", "channel-guessed")
    );
    assert!(
        o.findings[0]
            .help
            .as_ref()
            .unwrap()
            .starts_with("keep the file's name")
    );
    let o = read(
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n1,shop,False,Tue Oct 31 22:10:47 +0000 2017,a,2,3.0\n",
    );
    let m = &o.messages[0];
    assert_eq!(
        (o.source.as_str(), &*m.channel, &*m.author, m.reply_to.as_deref()),
        ("x-support", "x", "shop", Some("3"))
    );
    assert_eq!(m.author_id, None);
}

#[test]
fn files_that_are_no_text() {
    assert_eq!(at(&refused(b"")), ("file-empty", 1, 1));
    assert_eq!(refused(b"\xef\xbb\xbf \n").code, "file-empty");
    assert_eq!(at(&refused(b"id,text\n1,a\0b\n")), ("file-not-text", 2, 4));
    assert_eq!(refused("ÿþ".as_bytes()).code, "file-no-messages");
    // Far behind the beginning of the file.
    let filler = "2,some text or other\n".repeat(40_000);
    let d = refused(&[b"id,text\n", filler.as_bytes(), b"3,a\0\n"].concat());
    assert_eq!(at(&d), ("file-not-text", 40_002, 4));
}

#[test]
fn files_without_messages() {
    let d = refused(b"Stamp,Full Name\n9/6/2018 0:06:16,Bob\n");
    assert_eq!(d.code, "file-no-messages");
    assert!(d.message.contains("Full Name"));
    assert_eq!(read("id,text\n").messages.len(), 0);
    assert_eq!(read("[]").messages.len(), 0);
}

#[test]
fn reading_twice_gives_the_same() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"id,text\n1,a\n,b\n2,c\n").unwrap();
    let export = open(file.path(), "x.csv", &context()).unwrap();
    let tell = || {
        let mut told = Vec::new();
        export.read(&mut |entry| told.push(format!("{entry:?}"))).unwrap();
        told
    };
    assert_eq!(tell(), tell());
    assert_eq!(
        export.columns(),
        [("id".to_owned(), "id"), ("text".to_owned(), "text")]
    );
}

#[test]
fn a_column_called_reply_is_the_reply_only_beside_its_time() {
    let o = read("id,text,reply,reply_date\n1,a,Sorry,2024-01-02\n2,b,no,\n3,c,Yes,2024-01-03\n4,d,-,\n");
    let replies: Vec<_> = o.messages.iter().filter(|m| m.inline).map(|m| &*m.text).collect();
    assert_eq!((o.main(), replies), (4, vec!["Sorry", ""]));
    assert_eq!(read("id,text,reply\n1,a,Sorry\n").messages.len(), 1);
    let o = read("id,text,reply,reply_text,reply_date\n1,a,x,Sorry,2024-01-02\n");
    assert_eq!(o.texts(), ["a", "Sorry"]);
    assert_eq!(
        read("编号,内容,回复,回复时间\n1,慢,抱歉,2024-01-02\n").texts(),
        ["慢", "抱歉"]
    );
    let o = read("{\"id\":1,\"text\":\"a\",\"reply\":\"Sorry\",\"replied_at\":\"2024-01-02\"}\n");
    assert_eq!(o.texts(), ["a", "Sorry"]);
}

#[test]
fn accounts_are_no_messages() {
    let user = r#"{"data":[{"id":"1","username":"ann","created_at":"2010-03-03T12:49:24.000Z","description":"I bake","public_metrics":{"followers_count":5,"tweet_count":9}}]}"#;
    assert_eq!(refused(user.as_bytes()).code, "file-no-messages");
    assert_eq!(
        refused(b"id,description,friends_count\n1,I bake,3\n").code,
        "file-no-messages"
    );
    assert_eq!(read("id,description\n1,Broken\n").texts(), ["Broken"]);
}

#[test]
fn a_message_knows_its_line() {
    let lines = |o: Outcome| o.messages.iter().map(|m| m.line).collect::<Vec<_>>();
    let o = read("\nid,text\n\n\n1,\"a\nb\"\n\n2,\"c\n\"\n3,d\n");
    assert_eq!(lines(o), [5, 8, 10]);
    assert_eq!(lines(read("id,text\r\n1,a\r\n2,\"b\r\n\"\r\n3,c")), [2, 3, 5]);
    assert_eq!(
        lines(read("[{\"id\":1,\"text\":\"a\"},\n{\"id\":2,\n\"text\":\"b\"}]")),
        [1, 2]
    );
    assert_eq!(
        lines(read(
            "{\"id\":1,\"text\":\"a\"}\n\n{\"id\":2,\"text\":\"b\"}\n{\"id\":3,\"text\":\"c\"}\n"
        )),
        [1, 3, 4]
    );
}

#[test]
fn what_is_not_used_or_not_there_is_said() {
    let said = |o: Outcome| -> Vec<String> {
        let told = |d: Diagnostic| format!("{}: {}", d.code, d.message);
        o.findings.into_iter().map(told).collect()
    };
    assert!(
        said(read(
            "id,channel,author,created_at,text\n1,x,a,2024-01-01T00:00Z,b\n"
        ))
        .is_empty()
    );
    let told = said(read("id,text,likes,,text\n1,a,3,,\n"));
    let codes: Vec<&str> = told.iter().filter_map(|t| t.split(':').next()).collect();
    assert_eq!(
        codes,
        [
            "csv-header-repeated",
            "channel-unknown",
            "author-missing",
            "times-missing",
            "columns-unused"
        ]
    );
    assert_eq!(
        told.last().unwrap(),
        "columns-unused: these columns play no part: `likes`"
    );
    // Lists inside elements are passed over; either name of a text counts.
    let told = said(read(
        r#"[{"id":1,"channel":"x","inbound":"yes","text":"a","created_at":"2024-01-01T00:00Z","likes":1},
            {"id":2,"channel":"x","full_text":"b","created_at":"2024-01-01T00:00Z","answers":[{"text":"c"}],"tags":[]}]"#,
    ));
    assert_eq!(
        told,
        ["columns-unused: these keys play no part: `answers`, `likes`"]
    );
    assert!(said(read("[]")).is_empty());
}

#[test]
fn threads_may_share_an_export() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Export>();
}

#[test]
fn a_file_that_changed_since_gives_other_messages_or_an_error() {
    let first = "id,text\n1,a\n2,b\n3,\"c\"\n";
    for changed in [
        "",
        "id",
        "id,text\n1,a\n\"2,b\n3,c\n",
        "id,text\n1,\"\n\n\n\n\n\n\n",
        "\u{0}\n\u{0}\u{0}\u{0}\u{0}\u{0}\n\u{0}\n\u{0}",
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), first).unwrap();
        let export = open(file.path(), "x.csv", &context()).unwrap();
        let mut marks = Vec::new();
        let mut mark = |entry: Entry<'_>| {
            if let Entry::Mark(mark) = entry {
                marks.push(mark);
            }
        };
        export.read(&mut mark).unwrap();
        std::fs::write(file.path(), changed).unwrap();
        let mut n = 0;
        let parts = (0..3).map(|i| export.read_part(marks[i], marks.get(i + 1).copied(), &mut |_| n += 1));
        let parts: Vec<_> = parts.collect();
        assert!(n < 3 || parts.iter().any(Result::is_err), "{changed:?}");
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), first).unwrap();
    let export = open(file.path(), "x.csv", &context()).unwrap();
    std::fs::remove_file(file.path()).unwrap();
    let gone = export
        .read_part(
            Mark {
                offset: 8,
                line: 2,
                ..Mark::START
            },
            None,
            &mut |_| {},
        )
        .unwrap_err();
    assert_eq!(gone[0].code, "file-unreadable");
}

#[test]
fn a_column_of_times_that_cannot_be_read_is_named_with_a_cell() {
    let warned = |head: &str, cells: [&str; 3]| -> Option<String> {
        let rows: String = cells
            .iter()
            .map(|cell| format!("Tee war kalt,anna,\"{cell}\"\n"))
            .collect();
        let out = read(&format!("text,author,{head}\n{rows}"));
        out.findings
            .into_iter()
            .find(|d| d.code == "times-missing")
            .map(|d| d.message)
    };
    let told = warned("Eingang", ["2-XI-2026", "3-XI-2026", "9-XI-2026"]).unwrap();
    assert!(
        told.starts_with("`Eingang` looks like the times") && told.contains("`2-XI-2026`"),
        "{told}"
    );
    // Neither versions nor prices; nor is anything said where the times are understood.
    let told = warned("version", ["1.2.3", "1.2.4", "10.0.1"]).unwrap();
    assert!(told.starts_with("the messages have no time"), "{told}");
    assert_eq!(
        warned(
            "Datum",
            [
                "Mo., 2. Nov. 2026, 9:15 Uhr",
                "Di., 3. Nov. 2026, 9.15 Uhr",
                "4. Nov. 2026"
            ]
        ),
        None
    );
}

#[test]
fn relative_times_count_from_the_date_above_the_table() {
    let text = "评论导出,,\n导出时间：2026-11-10 18:00,,\n评论内容,发布时间,用户名\n好喝,3天前,小王\n不错,昨天 12:30,小李\n";
    let out = read(text);
    let posted: Vec<String> = out
        .messages
        .iter()
        .map(|m| m.posted.unwrap().to_string())
        .collect();
    assert_eq!(posted, ["2026-11-07", "2026-11-09T12:30Z"]);
}
