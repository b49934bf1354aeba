//! JSON pages, lists inside messages, lookups, JavaScript around it; chats.

use super::*;

/// (id, author, text, answers, conversation) of each message; `+` before the id of one inside another.
fn told(o: &Outcome) -> Vec<String> {
    let tell = |m: &Message<'_>| {
        format!(
            "{}{} {}: {} >{} @{}",
            if m.inline { "+" } else { "" },
            m.id,
            m.author,
            m.text,
            m.reply_to.as_deref().unwrap_or_default(),
            m.conversation.as_deref().unwrap_or_default()
        )
    };
    o.messages.iter().map(tell).collect()
}

#[test]
fn direct_messages_inherit_their_conversation() {
    let o = read(
        r#"window.YTD.direct_messages.part0 = [
  {"dmConversation": {"conversationId": "7-9", "messages": [
    {"messageCreate": {"recipientId": "9", "reactions": [], "urls": [], "text": "Open today?", "senderId": "7", "id": "1", "createdAt": "2026-03-01T08:15:28.282Z"}},
    {"messageCreate": {"recipientId": "7", "reactions": [], "urls": [], "text": "Till nine", "senderId": "9", "id": "2", "createdAt": "2026-03-01T08:16:28.282Z"}}]}},
  {"dmConversation": {"conversationId": "8-9", "messages": []}},
  {"dmConversation": {"conversationId": "5-9", "messages": [
    {"joinConversation": {"initiatingUserId": "5"}},
    {"messageCreate": {"recipientId": "9", "text": "Thanks", "senderId": "5", "id": "3", "createdAt": "2026-03-02T08:15:28.282Z"}}]}}
]"#,
    );
    assert_eq!(o.source, "x-archive-messages");
    assert_eq!(
        told(&o),
        [
            "1 7: Open today? > @7-9",
            "2 9: Till nine > @7-9",
            "3 5: Thanks > @5-9"
        ]
    );
    assert_eq!(o.messages[2].line, 8);
    assert_eq!(codes(&o.skipped), [("page-empty", 5, 3, None)]);
    assert_eq!(codes(&o.rejected), [("id-missing", 7, 5, None)]);
}

#[test]
fn pages_line_by_line_with_their_authors_and_what_is_no_page() {
    let page = |id: &str, by: &str, more: &str| {
        format!(
            r#"{{"id":"{id}","text":"t{id}","author_id":"{by}","created_at":"2026-03-01T08:00:00Z","edit_history_tweet_ids":["{id}"]{more}}}"#
        )
    };
    let answer = r#","conversation_id":"1","referenced_tweets":[{"type":"quoted","id":"5"},{"type":"replied_to","id":"1"}]"#;
    let users =
        r#""includes":{"users":[{"id":"7","username":"ann","public_metrics":{"followers_count":12}}]}"#;
    let text = [
        format!(
            r#"{{"data":[{},{}],{users}}}"#,
            page("1", "7", ""),
            page("2", "8", answer)
        ),
        format!(r#"{{"data":{},{users}}}"#, page("3", "7", "")),
        r#"{"errors":[{"title":"Not Found","detail":"gone"}]}"#.to_owned(),
        page("4", "7", ""),
        r#"{"data":{"id":"#.to_owned(),
    ]
    .join("\n");
    let o = read(&text);
    assert_eq!(o.source, "x-api");
    assert_eq!(
        told(&o),
        ["1 ann: t1 > @", "2 8: t2 >1 @1", "3 ann: t3 > @", "4 7: t4 > @"]
    );
    assert_eq!(
        (o.messages[0].reach, o.messages[0].author_id.as_deref()),
        (Some(12), Some("7"))
    );
    assert!(o.skipped[0].message.ends_with("it says: gone"), "{:?}", o.skipped);
    assert_eq!(codes(&o.skipped), [("page-empty", 3, 1, None)]);
    assert_eq!(codes(&o.rejected), [("json-syntax", 5, 14, None)]);
    // One large page: what is looked up may come behind the messages.
    let whole = format!(
        "{{\"data\": [\n{},\n{}],\n{users}}}",
        page("1", "7", ""),
        page("2", "7", answer)
    );
    let o = read(&whole);
    assert_eq!(told(&o), ["1 ann: t1 > @", "2 ann: t2 >1 @1"]);
    assert_eq!((o.messages[1].reach, o.messages[1].line), (Some(12), 3));
    // A list of pages.
    let list = format!("[{whole},\n{whole}]");
    assert_eq!(read(&list).texts(), ["t1", "t2", "t1", "t2"]);
}

#[test]
fn answers_inside_a_thread_are_inline() {
    let comment = |id: &str, text: &str, by: &str| {
        format!(
            r#""id":"{id}","snippet":{{"textDisplay":"{text}","textOriginal":"{text}","authorDisplayName":"{by}","publishedAt":"2026-03-01T08:00:00Z","updatedAt":"2026-03-01T08:00:00Z""#
        )
    };
    let text = format!(
        "res.json(\n {{\"kind\": \"x\", \"items\": [{{\"id\": \"a\", \"snippet\": {{\"topLevelComment\": {{{}}}}}}}, \
         \"replies\": {{\"comments\": [{{{}, \"parentId\": \"a\"}}}}]}}}}]}})\n;",
        comment("a", "Cold!", "Ann"),
        comment("a.1", "Sorry", "Shop"),
    );
    let o = read(&text);
    assert_eq!(o.source, "youtube-threads");
    assert_eq!(told(&o), ["a Ann: Cold! > @", "+a.1 Shop: Sorry >a @"]);
    assert_eq!(o.messages[1].edited, None);
}

#[test]
fn a_listing_is_followed_to_its_deepest_answer() {
    let comment = |id: &str, parent: &str, replies: &str| {
        format!(
            r#"{{"kind":"t1","data":{{"id":"{id}","author":"u{id}","created_utc":1772352000.0,"body":"b{id}","subreddit":"s","link_id":"t3_p","parent_id":"{parent}","replies":{replies}}}}}"#
        )
    };
    let list = |children: &str| format!(r#"{{"kind":"Listing","data":{{"children":[{children}]}}}}"#);
    let more = r#"{"kind":"more","data":{"count":3,"children":["x"]}}"#;
    let deep = comment("c", "t1_b", "\"\"");
    let middle = comment("b", "t1_a", &list(&format!("{deep},{more}")));
    let post = r#"{"kind":"t3","data":{"id":"p","author":"op","created_utc":1772351000.0,"title":"Hot?","selftext":"","subreddit":"s","num_comments":3}}"#;
    let text = format!(
        "[{},\n{}]",
        list(post),
        list(&format!("{},{more}", comment("a", "t3_p", &list(&middle))))
    );
    let o = read(&text);
    assert_eq!(o.source, "reddit-listing");
    assert_eq!(
        told(&o),
        [
            "p op: Hot? > @",
            "a ua: ba >p @p",
            "+b ub: bb >a @p",
            "+c uc: bc >b @p"
        ]
    );
    assert_eq!(
        codes(&o.skipped),
        [("row-no-message", 2, 617, Some("outer.kind"))]
    );
}

#[test]
fn a_post_and_its_comments() {
    let o = read(
        r#"{"data": [{"id": "p1", "message": "New soup", "created_time": "2026-03-01T08:00:00+0000", "from": {"name": "Shop", "id": "9"},
          "comments": {"data": [{"id": "c1", "message": "Hot?", "created_time": "2026-03-01T09:00:00+0000", "from": {"name": "Ann", "id": "7"}}]}}],
          "paging": {"next": "https://example.org"}}"#,
    );
    assert_eq!(o.source, "facebook-graph");
    assert_eq!(told(&o), ["p1 Shop: New soup > @", "+c1 Ann: Hot? >p1 @"]);
}

#[test]
fn what_is_around_a_list_and_edits_of_a_chat() {
    let o = read(
        r#"{"guild": {"id": "1"}, "channel": {"id": "55", "name": "help"}, "messages": [
          {"id": "1", "type": "GuildMemberJoin", "timestamp": "2026-03-01T08:00:00+00:00", "content": "Joined.", "author": {"id": "7", "name": "ann"}},
          {"id": "2", "type": "Reply", "timestamp": "2026-03-01T08:01:00+00:00", "timestampEdited": "2026-03-01T08:02:00+00:00", "content": "Hi", "author": {"id": "7", "name": "ann"}, "reference": {"messageId": "4"}}], "messageCount": 2}"#,
    );
    assert_eq!(
        (o.source.as_str(), told(&o)),
        ("discord", vec!["2 ann: Hi >4 @55".to_owned()])
    );
    assert_eq!(o.messages[0].edited.unwrap().to_string(), "2026-03-01T08:02:00Z");
    assert_eq!(codes(&o.skipped), [("row-no-message", 2, 11, Some("type"))]);
}

#[test]
fn a_boost_holds_only_an_address() {
    let o = read(
        r#"{"type": "OrderedCollection", "orderedItems": [
          {"id": "https://a.example/users/shop/statuses/1/activity", "type": "Create", "actor": "https://a.example/users/shop", "published": "2026-03-01T08:00:00Z",
           "object": {"id": "https://a.example/users/shop/statuses/1", "content": "<p>Open<br>now</p>", "attributedTo": "https://a.example/users/shop"}},
          {"id": "https://a.example/users/shop/statuses/2/activity", "type": "Announce", "actor": "https://a.example/users/shop", "published": "2026-03-01T09:00:00Z",
           "object": "https://b.example/users/ann/statuses/5"}]}"#,
    );
    assert_eq!((o.source.as_str(), o.messages.len()), ("mastodon-outbox", 2));
    let [post, boost] = &o.messages[..] else { panic!() };
    assert_eq!(
        (&*post.text, post.repost, post.direction),
        ("Open\nnow", false, Some(Direction::Outbound))
    );
    assert!(boost.repost && boost.repost_of.is_some(), "{boost:?}");
}

#[test]
fn duplicate_keys_and_half_characters_are_told_once() {
    let o = read(
        "[{\"id\":\"1\",\"text\":\"a\",\"text\":\"b\"},\n{\"id\":\"2\",\"text\":\"c \\ud83d\",\"\\udc00\":1},\n{\"id\":\"3\",\"text\":\"d\",\"text\":\"e\"}]",
    );
    assert_eq!(o.texts(), ["b", "c \u{fffd}", "e"]);
    assert_eq!(
        codes(&o.warned),
        [
            ("json-key-repeated", 1, 2, Some("text")),
            ("json-half-character", 2, 1, None)
        ]
    );
    assert!(o.warned[0].message.contains("2 in all"));
}

#[test]
fn javascript_that_goes_on_behind_the_json_is_refused() {
    let d = refused(b"a = [{\"id\":\"1\",\"text\":\"a\"}];\nb = [{\"id\":\"2\",\"text\":\"b\"}];");
    assert_eq!(at(&d), ("json-syntax", 1, 28));
    let d = refused(b"a = {\"data\":[{\"id\":\"1\",\"text\":\"a\"}]};\nb = 1");
    assert_eq!(d.code, "json-syntax");
    assert_eq!(read("cb([{\"id\":\"1\",\"text\":\"a\"}]);\n").texts(), ["a"]);
    assert_eq!(
        at(&refused(b"a = [{\"id\":\"1\",\"text\":\"a\"},\n {\"id\":")),
        ("json-syntax", 2, 7)
    );
}

#[test]
fn a_chat_of_two() {
    let o = read_named(
        "WhatsApp Chat with Ann.txt",
        "\u{feff}13/01/2024, 10:00 - Messages are end-to-end encrypted.\n13/01/2024, 10:30 - Ann: Hello\n\nIs it hot?\r\n13/01/2024, 10:31 - Shop: Yes <This message was edited>\n14/01/2024, 9:00 - Ann: This message was deleted\n".as_bytes(),
    )
    .unwrap();
    assert_eq!(o.source, "whatsapp");
    assert_eq!(o.texts(), ["Hello\n\nIs it hot?", "Yes", ""]);
    let last = &o.messages[2];
    assert_eq!(
        (last.deleted, last.conversation.as_deref(), last.line),
        (true, Some("Ann, Shop"), 6)
    );
    assert_eq!(o.messages[0].posted.unwrap().to_string(), "2024-01-13T10:30Z");
    assert_eq!(codes(&o.skipped), [("row-no-message", 1, 1, None)]);
    assert!(
        o.findings.iter().any(|d| d.code == "chat-authors"),
        "{:?}",
        o.findings
    );
}
