//! What a rule may ask beyond single words: weights, nearness, form, groups; and signs that are no words.

use super::RuleSet;
use crate::judge::Judge;
use crate::message::Message;

/// The rules that fire on a text, with the words that made them.
fn fired(file: &str, text: &str) -> String {
    let rules = RuleSet::compile(file, "rules.toml")
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
        .0;
    let mut judge = Judge::new(&rules);
    let message = Message {
        text: text.into(),
        ..Message::default()
    };
    let judged = judge.judge(&message);
    let one = |matched: &crate::judge::Matched<'_>| {
        let words: Vec<&str> = judged.words(matched).collect();
        format!("{}: {}", matched.rule, words.join(", "))
            .trim_end_matches([':', ' '])
            .to_owned()
    };
    judged.matched.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn words_near_one_another() {
    let file = "[[rule]]\nid='r'\nnear=[{ words=['refund*', ['never','退款']], within=2 }]\nexcept=['never mind']\ntopics=['t']";
    let fired = |text: &str| fired(file, text);
    assert_eq!(fired("I never got my refunds"), "r: never got my refunds");
    assert_eq!(fired("refund? never!"), "r: refund? never");
    assert_eq!(fired("I never did get my refund"), "");
    assert_eq!(fired("never mind the refund"), "");
    assert_eq!(fired("refund不给退款"), "r: refund不给退款");
    assert_eq!(fired("refund就是不给退款"), "");
    assert_eq!(
        fired("never. I asked for long, so refund never came"),
        "r: refund never"
    );
    let ordered =
        "[[rule]]\nid='r'\nnear=[{ words=['not','get','refund'], within=1, in_order=true }]\ntopics=['t']";
    let fired = |text: &str| super::language_tests::fired(ordered, text);
    assert_eq!(fired("did not get a refund"), "r: not get a refund");
    assert_eq!(fired("get refund, not"), "");
    assert_eq!(fired("not get not refund"), "r: not get not refund");
}

#[test]
fn weights_that_must_come_to_something() {
    let file = "[[rule]]\nid='r'\nwords={ 'refund'=2, 'slow'=1, '退款'=3 }\nany=['late']\nregex=['order \\d+']\nat_least=3\nsentiment=-1";
    let fired = |text: &str| fired(file, text);
    assert_eq!(fired("refund"), "");
    assert_eq!(fired("slow, slow, late"), "");
    assert_eq!(fired("slow refund"), "r: slow, refund");
    assert_eq!(fired("slow, late, order 66"), "r: slow, late, order 66");
    assert_eq!(fired("退款"), "r: 退款");
    let rules = RuleSet::compile(file, "rules.toml").unwrap().0;
    let message = Message {
        text: "slow refund".into(),
        ..Message::default()
    };
    assert_eq!(Judge::new(&rules).judge(&message).score, -3);
}

#[test]
fn the_form_of_a_text() {
    let rule = |form: &str| {
        format!(
            "[question]\nbegins=['why']\nends=['吗']\nanywhere=['请问']\n[[rule]]\nid='r'\nform={{ {form} }}\ntopics=['t']"
        )
    };
    let fits = |form: &str, text: &str| fired(&rule(form), text) == "r";
    assert!(fits("capitals=true", "WHERE IS MY ORDER now"));
    assert!(!fits("capitals=true", "OK"));
    assert!(fits("capitals=false", "很好"));
    assert!(fits("exclamations_min=2", "no！ no!"));
    assert!(!fits("exclamations_min=2", "no!"));
    for question in ["open?", "ok. Why not", "请问几点开门", "有吗。", "有吗"] {
        assert!(fits("question=true", question), "{question}");
    }
    for statement in ["see https://x.example/?a=1", "that is why", "吗啡很危险", ""] {
        assert!(fits("question=false", statement), "{statement}");
    }
    assert!(fits("words_min=2, words_max=3", "很 good"));
    assert!(!fits("words_max=3", "我要退款"));
    assert!(fits("link=true", "see HTTPS://x.example"));
    let both = "[[rule]]\nid='r'\nany=['hi']\nform={ words_max=1 }\ntopics=['t']";
    assert_eq!(fired(both, "hi!"), "r: hi");
    assert_eq!(fired(both, "hi there"), "");
}

#[test]
fn groups_of_rules() {
    let file = |group: &str| {
        format!(
            "[group.g]\n{group}\n
             [[rule]]\nid='a'\nany=['one']\ngroup='g'\ntopics=['a']
             [[rule]]\nid='b'\nany=['two']\ngroup='g'\ntopics=['b']
             [[rule]]\nid='c'\nany=['two']\ntopics=['c']"
        )
    };
    assert_eq!(fired(&file(""), "two one"), "a: one; b: two; c: two");
    assert_eq!(fired(&file("first_only=true"), "two one"), "a: one; c: two");
    assert_eq!(fired(&file("first_only=true"), "two"), "b: two; c: two");
    assert_eq!(fired(&file("enabled=false"), "two one"), "c: two");
    assert_eq!(fired(&file("when={ channel='x' }"), "two one"), "c: two");
}

#[test]
fn emoji_and_kaomoji_are_words() {
    let signs = [
        "❤️",
        "👍",
        "👨‍👩‍👧",
        "(╯°□°）╯︵ ┻━┻",
        "T_T",
        "^_^",
        "orz",
        ":(",
        "(＾▽＾)",
        ">_<",
        "🇫🇷",
    ];
    let quoted: Vec<String> = signs.iter().map(|sign| format!("'{sign}'")).collect();
    let file = format!("[[rule]]\nid='r'\nany=[{}]\ntopics=['t']", quoted.join(","));
    let fired = |text: &str| fired(&file, text);
    assert_eq!(fired("❤ ok"), "r: ❤");
    assert_eq!(fired("❤️‍🔥"), "r: ❤️\u{200d}");
    assert_eq!(fired("ok👍🏽"), "r: 👍");
    assert_eq!(fired("👨‍👩‍👧!"), "r: 👨‍👩‍👧");
    assert_eq!(fired("no（╯°□°)╯︵ ┻━┻"), "r: （╯°□°)╯︵ ┻━┻");
    assert_eq!(fired("又坏了T_T"), "r: T_T");
    assert_eq!(fired("谢谢^_^"), "r: ^_^");
    assert_eq!(fired("orz, forza"), "r: orz");
    assert_eq!(fired("late:("), "r: :(");
    assert_eq!(fired("(^▽^)"), "r: (^▽^)");
    assert_eq!(fired(">_<"), "r: >_<");
    assert_eq!(fired("🇫🇷"), "r: 🇫🇷");
}

#[test]
fn what_is_wrong_with_them_is_told_at_its_place() {
    let findings = |file: &str| -> Vec<String> {
        let faults = RuleSet::compile(file, "rules.toml").unwrap_err();
        let told = |one: &crate::diagnostic::Diagnostic| {
            let place = one.place.as_ref().unwrap();
            format!(
                "{} {}:{} {}",
                one.code,
                place.line,
                place.column,
                one.help.as_deref().unwrap_or("")
            )
        };
        faults.iter().map(told).collect()
    };
    assert_eq!(
        findings("[group.refunds]\nfirst=true\n[[rule]]\nid='r'\nany=['x']\ngroup='refund'\nkind='other'"),
        [
            "setting-unknown 2:1 known are enabled, first_only, when",
            "setting-invalid 6:7 did you mean `refunds`?"
        ]
    );
    assert_eq!(
        findings("[[rule]]\nid='r'\nnear=[{ word=['a','b'] }, { words=['a'], within=99 }]\nkind='other'"),
        [
            "setting-invalid 3:7 for example: { words = [\"refund\", [\"never\", \"not\"]], within = 5 }",
            "setting-unknown 3:9 did you mean `words`?",
            "setting-invalid 3:35 for example: { words = [\"refund\", [\"never\", \"not\"]], within = 5 }",
            "setting-invalid 3:49 for example: within = 2",
        ]
    );
    assert_eq!(
        findings("[negation]\nword=['not']\npositive_times=1\n[intensity]\nstronger_by='much'\n"),
        [
            "setting-unknown 2:1 did you mean `words`?",
            "setting-invalid 3:16 ",
            "setting-invalid 5:13 "
        ]
    );
    assert_eq!(
        findings(
            "[[rule]]\nid='r'\nany=['a']\nform={ words_min=3, words_max=2, quesion=true }\nkind='other'"
        ),
        [
            "setting-invalid 4:6 no text fits this; exchange the two",
            "setting-unknown 4:34 did you mean `question`?"
        ]
    );
}
