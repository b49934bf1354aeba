//! JSON in its shapes.

use super::*;

#[test]
fn a_json_list_keeps_places_and_every_digit() {
    let o = read(
        "[\n  {\"id\": 1267456521820143618, \"text\": \"a\\n\\u4f60\", \"user\": {\"screen_name\": \"ann\", \"followers_count\": 5}},\n  7, null, {},\n  {\"id\": 1.26e18, \"text\": \"x\"}, {\"text\": \"y\"}]\n",
    );
    assert_eq!(o.source, "json");
    let m = &o.messages[0];
    assert_eq!(
        (&*m.id, &*m.text, &*m.author, m.reach),
        ("1267456521820143618", "a\n你", "ann", Some(5))
    );
    assert_eq!(
        codes(&o.rejected),
        [
            ("json-not-list", 3, 3, None),
            ("id-damaged", 4, 3, Some("id")),
            ("id-missing", 4, 33, None)
        ]
    );
    assert_eq!(
        codes(&o.skipped),
        [("row-blank", 3, 6, None), ("row-blank", 3, 12, None)]
    );
}

#[test]
fn a_list_inside_an_object_and_a_reply_inside_an_element() {
    let o = read(
        r#"{"averageRating": 4.7, "reviews": [
        {"name": "accounts/1", "reviewId": "r1", "reviewer": {"displayName": "Ann"}, "starRating": "FIVE", "createTime": "2026-05-15T10:23:45.123456789Z"},
        {"reviewId": "r2", "reviewer": {"displayName": "Bo"}, "starRating": "ONE", "comment": "cold", "createTime": "2026-05-15T10:23:45Z",
         "reviewReply": {"comment": "Sorry", "updateTime": "2026-05-15T11:23:45Z"}}]}"#,
    );
    assert_eq!(
        (o.source.as_str(), o.main(), o.messages.len()),
        ("google-business", 2, 3)
    );
    assert_eq!(
        (
            o.messages[0].rating,
            &*o.messages[0].author,
            &*o.messages[0].channel
        ),
        (Some(5.0), "Ann", "google-business")
    );
    assert_eq!(
        (
            &*o.messages[2].text,
            o.messages[2].posted.unwrap().to_string().as_str()
        ),
        ("Sorry", "2026-05-15T11:23:45Z")
    );
    assert!(o.messages[2].inline);
}

#[test]
fn json_lines_and_a_last_line_cut_off() {
    let o = read(
        "{\"id\":\"1\",\"text\":\"a\"}\n\n{\"id\":\"2\",\"text\":\"b \\ud83d\",\"tags\":[1]}\n{\"id\":\"3\",\"te",
    );
    assert_eq!(
        (o.source.as_str(), o.texts()),
        ("json-lines", vec!["a", "b \u{fffd}"])
    );
    assert_eq!(codes(&o.rejected), [("json-syntax", 4, 13, None)]);
    assert_eq!(
        read("{\"id\":\"1\",\"text\":\"a\",\"items\":[{}]}").source,
        "json-lines"
    );
    let o = read("{\"id\":\"1\",\"text\":\"a\"\n{\"id\":\"2\",\"text\":\"b\"}\n");
    assert_eq!(
        (o.source.as_str(), o.ids(), o.rejected.len()),
        ("json-lines", vec!["2"], 1)
    );
}

#[test]
fn broken_json_and_json_without_a_list() {
    let d = refused("[{\"id\":\"1\",\"text\":\"你好\"},\n {\"id\":\"2\" \"text\":\"b\"}]".as_bytes());
    assert_eq!(at(&d), ("json-syntax", 2, 12));
    assert_eq!(refused(b"{\n\"ok\": true}").code, "json-not-list");
    assert_eq!(refused(b"[{\"id\":\"1\",\"text\":\"a\"}").code, "json-syntax");
}

#[test]
fn nested_keys_have_dotted_names_and_null_leaves_room_for_the_next_name() {
    let text = r#"{"channel": {"name": "general"}, "messages": [{"id": "1", "content": "hi", "full_text": null,
        "timestamp": "2024-01-15T10:30:00+00:00", "author": {"id": "111", "name": "Alice", "isBot": true}}]}"#;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let export = open(file.path(), "x.json", &context()).unwrap();
    assert!(export.columns().contains(&("author.name".to_owned(), "author")));
    let o = read(text);
    let m = &o.messages[0];
    assert_eq!(
        (&*m.text, &*m.author, m.author_id.as_deref(), m.automatic),
        ("hi", "Alice", Some("111"), true)
    );
}

#[test]
fn a_chats_reference_names_what_is_answered() {
    let o = read(
        r#"{"messages":[{"id":"1","content":"a"},{"id":"2","content":"b","reference":{"messageId":"1"}}]}"#,
    );
    assert_eq!(o.messages[1].reply_to.as_deref(), Some("1"));
}
