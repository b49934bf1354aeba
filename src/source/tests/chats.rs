//! Forms and chats as owners download them.

use super::*;
use crate::judge::Judge;
use crate::rules::RuleSet;
use crate::rules::conclusion::Kind;

#[test]
fn questions_of_a_form_are_not_judged_as_the_customers_words() {
    let o = read_named(
        "form.csv",
        "Timestamp,How was your coffee?,How likely are you to recommend us?,What should we improve?,Your email,Phone number,Was our phone answered?\n\
         2026/11/10 9:05:12 AM GMT+8,Good,9,More oat milk please,ann@example.com,+852 5555 1234,no\n\
         2026/11/12 11:59:59 PM GMT+8,OK,7,–,,,\n"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(
        o.texts(),
        [
            "How was your coffee?: Good\nHow likely are you to recommend us?: 9\nWhat should we improve?: More oat milk please\nWas our phone answered?: no",
            "How was your coffee?: OK\nHow likely are you to recommend us?: 7\nWhat should we improve?: –"
        ]
    );
    let [ann, other] = &o.messages[..] else { panic!() };
    assert_eq!(ann.words(), "Good\n9\nMore oat milk please\nno");
    assert_eq!(ann.author, "ann@example.com");
    assert_eq!(other.words(), "OK\n7\n–");
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    assert_ne!(judge.judge(other).kind, Kind::Inquiry);
}

fn chat(text: &str) -> Outcome {
    let own = ["Slow Kettle".to_owned()];
    let context = Context {
        handles: &own,
        ..context()
    };
    read_in("_chat.txt", text.as_bytes(), &context).unwrap()
}

#[test]
fn what_a_chat_says_under_an_authors_name_is_no_message() {
    for said in [
        "\u{200e}Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
        "\u{200e}Missed voice call",
        "\u{200e}image omitted",
        "\u{200e}Anna added Bob",
        "<Media omitted>",
        "IMG-20261115-WA0001.jpg (file attached)",
        "\u{200e}<attached: 00000012-PHOTO.jpg>",
        "menu.pdf • \u{200e}3 pages \u{200e}document omitted",
        "\u{200e}消息和通话进行端到端加密。",
        "\u{200e}未接语音通话",
        "\u{200e}忽略图片",
        "<省略多媒体文件>",
        "\u{200e}訊息和通話經端對端加密。",
        "\u{200e}未接語音通話",
        "<媒體已略過>",
        "\u{200e}Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.",
        "\u{200e}Verpasster Sprachanruf",
        "\u{200e}Bild weggelassen",
        "<Medien ausgeschlossen>",
        "\u{200e}Los mensajes y las llamadas están cifrados de extremo a extremo.",
        "\u{200e}Llamada perdida",
        "<Multimedia omitido>",
        "\u{200e}As mensagens e as ligações são protegidas com a criptografia.",
        "\u{200e}Chamada de voz perdida",
        "<Mídia oculta>",
        "\u{200e}Les messages et les appels sont chiffrés de bout en bout.",
        "\u{200e}Appel vocal manqué",
        "\u{200e}Anna a ajouté Bob",
        "<Médias omis>",
    ] {
        let o = chat(&format!(
            "[15/11/2026, 09:01:12] Mrs Chan: {said}\n[15/11/2026, 09:02:12] Mrs Chan: hi\n"
        ));
        assert_eq!(o.texts(), ["hi"], "{said}");
        assert_eq!(codes(&o.skipped), [("row-no-message", 1, 1, None)], "{said}");
    }
    let o = chat(
        "[15/11/2026, 09:01:12] Ann: Anna added sugar, I left\n[15/11/2026, 09:02:12] Ann: \u{200e}image omitted\nLike this\n",
    );
    assert_eq!(o.texts(), ["Anna added sugar, I left", "Like this"]);
}

#[test]
fn an_edited_or_deleted_message_of_a_chat_keeps_its_id() {
    let first = chat(
        "[15/11/2026, 09:01:12] Ann: two cakes\n[15/11/2026, 09:01:12] Ann: please\n[15/11/2026, 09:05:12] Ann: soon\n",
    );
    let later = chat(
        "[15/11/2026, 09:01:12] Ann: three cakes\u{200e}<This message was edited>\n[15/11/2026, 09:01:12] Ann: please\n[15/11/2026, 09:05:12] Ann: \u{200e}This message was deleted.\n[16/11/2026, 09:05:12] Slow Kettle: ok\n",
    );
    assert_eq!(first.ids(), later.ids()[..3]);
    assert_ne!(first.ids()[0], first.ids()[1]);
    assert_eq!(
        (&*later.messages[0].text, later.messages[2].deleted),
        ("three cakes", true)
    );
    // To the minute only, other words are another message, and the same words twice are two.
    let by_minute =
        chat("15/11/2026, 09:01 - Ann: ok\n15/11/2026, 09:01 - Ann: ok\n15/11/2026, 09:01 - Ann: no\n");
    let [a, b, c] = by_minute.ids()[..] else { panic!() };
    assert!(a != b && b != c && a != c);
}

#[test]
fn a_business_named_among_handles_is_not_asked_for_again() {
    let text = "13/11/2026, 10:30 - Ann: Hello\n13/11/2026, 10:31 - Slow Kettle: Yes\n";
    let o = chat(text);
    assert_eq!(codes(&o.findings), [("time-zone-assumed", 0, 0, Some("time"))]);
    assert_eq!(o.messages[0].conversation.as_deref(), Some("Ann"));
    // An answer does not make it another conversation.
    let before = chat("13/11/2026, 10:30 - Ann: Hello\n");
    assert_eq!(before.messages[0].conversation.as_deref(), Some("Ann"));
    let another = "13/11/2026, 10:31 - Bob: Hello\n13/11/2026, 10:31 - Slow Kettle: Yes\n";
    assert_ne!(chat(another).ids()[1], o.ids()[1], "said to two");
}

#[test]
fn the_number_that_takes_part_in_every_talk_is_told() {
    let message = |id: &str, from: &str| {
        format!(
            r#"{{"messageCreate": {{"id": "{id}", "senderId": "{from}", "text": "Hi", "createdAt": "2026-03-01T08:15:28.282Z"}}}}"#
        )
    };
    let talk = |name: &str, messages: &str| {
        format!(r#"{{"dmConversation": {{"conversationId": "{name}", "messages": [{messages}]}}}}"#)
    };
    let told = |talks: &[String], own: &[String]| {
        let text = format!("window.YTD.direct_messages.part0 = [{}]", talks.join(","));
        let context = Context {
            handles: own,
            ..context()
        };
        let o = read_in("direct-messages.js", text.as_bytes(), &context).unwrap();
        let found = o.findings.iter().find(|d| d.code == "chat-authors");
        found.map(|d| d.message.clone()).unwrap_or_default()
    };
    let both = format!("{},{}", message("1", "77"), message("2", "4242"));
    let two = [talk("77-4242", &both), talk("4242-88", &message("3", "88"))];
    let one = "`4242` takes part in all conversations, and is not among `handles`";
    assert_eq!(told(&two, &[]), one);
    assert_eq!(told(&two, &["@slowkettlehk".to_owned()]), one);
    assert_eq!(told(&two, &["4242".to_owned()]), "");
    let all = "`4242` and `77` take part in all conversations, and none is among `handles`";
    assert_eq!(told(&two[..1], &[]), all);
}
