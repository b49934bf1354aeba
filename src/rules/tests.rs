//! What the rules file may say, and what is refused and where.

use super::*;
use crate::judge::{Judge, Judgement, Matched};
use crate::message::Message;
use crate::rules::matcher::Hits;
use crate::rules::weigh::Scratch;
use proptest::prelude::*;
use std::fmt::Write;

fn rules(text: &str) -> RuleSet {
    RuleSet::compile(text, "rules.toml")
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
        .0
}

fn message(text: &str) -> Message<'_> {
    Message {
        text: text.into(),
        ..Message::default()
    }
}

fn judge<T>(rules: &RuleSet, text: &str, look: impl FnOnce(Judgement<'_>) -> T) -> T {
    look(Judge::new(rules).judge(&message(text)))
}

/// Which words of which rules fired, as `rule: word, word; rule: …`.
fn fired(rules: &RuleSet, message: &Message<'_>) -> String {
    let mut judge = Judge::new(rules);
    let judged = judge.judge(message);
    let one = |m: &Matched<'_>| {
        let words: Vec<&str> = judged.words(m).collect();
        format!("{}: {}", m.rule, words.join(", "))
            .trim_end_matches([':', ' '])
            .to_owned()
    };
    judged.matched.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_starter_rules_compile_without_a_warning() {
    let (rules, warnings) =
        RuleSet::compile(STARTER, "rules.toml").unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(warnings, []);
    assert!(rules.rules().len() > 40);
    assert_eq!(RuleSet::starter().unwrap().fingerprint(), rules.fingerprint());
    assert_eq!(rules.fingerprint().len(), 8);
    assert_eq!(
        [Priority::P0, Priority::P1, Priority::P2].map(|p| rules.target_s(p)),
        [3_600, 86_400, 172_800]
    );
}

#[test]
fn english_words_match_whole_and_chinese_ones_anywhere() {
    let set = rules("[[rule]]\nid='r'\nany=['app','refund*','退款','café','b2b']\ntopics=['t']");
    let fired = |text: &str| fired(&set, &message(text));
    assert_eq!(fired("a happy map"), "");
    assert_eq!(fired("App!"), "r: App");
    assert_eq!(fired("这个app很好"), "r: app");
    assert_eq!(fired("no ReFunding, ＲＥＦＵＮＤ"), "r: ReFunding, ＲＥＦＵＮＤ");
    assert_eq!(fired("nonrefundable"), "");
    assert_eq!(fired("請快退款給我"), "r: 退款");
    assert_eq!(fired("CAFE\u{301}s, CAFE\u{301}"), "r: CAFE\u{301}");
    assert_eq!(fired("app2, b2b"), "r: b2b");
}

#[test]
fn traditional_words_find_simplified_texts_and_the_other_way_round() {
    let set = rules(
        "[[rule]]\nid='tw'\nany=['退費']\ntopics=['t']\n[[rule]]\nid='cn'\nany=['态度恶劣']\ntopics=['t']",
    );
    assert_eq!(fired(&set, &message("要求退费")), "tw: 退费");
    assert_eq!(fired(&set, &message("態度惡劣，退費")), "tw: 退費; cn: 態度惡劣");
}

#[test]
fn japanese_texts_are_not_simplified() {
    let set = rules("[[rule]]\nid='ja'\nany=['予約','電話']\ntopics=['t']");
    assert_eq!(fired(&set, &message("電話で予約しました")), "ja: 電話, 予約");
    assert_eq!(fired(&set, &message("打电话")), "ja: 电话");
}

#[test]
fn any_all_none_and_except() {
    let set = rules(
        "[[rule]]\nid='r'\nall=['cold','coffee']\nany=['bad','awful']\nnone=['iced']\nexcept=['not bad']\nsentiment=-1",
    );
    let fired = |text: &str| fired(&set, &message(text));
    assert_eq!(fired("cold coffee"), "");
    assert_eq!(fired("awful tea, cold"), "");
    assert_eq!(fired("the coffee was bad and cold"), "r: coffee, bad, cold");
    assert_eq!(fired("iced coffee, cold and bad"), "");
    assert_eq!(fired("cold coffee, not bad"), "");
    assert_eq!(fired("cold coffee, not bad; bad mood"), "r: cold, coffee, bad");
}

#[test]
fn the_leftmost_longest_word_silences_what_it_covers_and_nothing_else() {
    let set = rules(
        "[[rule]]\nid='good'\nany=['好','好吃','good','happy']\nsentiment=1
         [[rule]]\nid='bad'\nany=['不好','not good','not happy']\nsentiment=-1
         [[rule]]\nid='staff'\nany=['staff']\ntopics=['staff']
         [[rule]]\nid='rude'\nany=['rude staff']\nsentiment=-2",
    );
    let fired = |text: &str| fired(&set, &message(text));
    assert_eq!(fired("不好"), "bad: 不好");
    assert_eq!(fired("不好吃"), "bad: 不好");
    assert_eq!(fired("好，不好"), "good: 好; bad: 不好");
    assert_eq!(fired("Not   happy, good"), "good: good; bad: Not   happy");
    assert_eq!(fired("rude staff"), "staff: staff; rude: rude staff");
}

#[test]
fn regular_expressions_run_folded_and_only_where_a_gate_is_open() {
    let set = rules(
        "[[rule]]\nid='gated'\nregex=['Charg(ed|es) twice', '等了[0-9]+分鐘']\nkind='complaint'
         [[rule]]\nid='open'\nregex=['[0-9]+[a-z]+[0-9]+']\ntopics=['code']",
    );
    let fired = |text: &str| fired(&set, &message(text));
    assert_eq!(fired("CHARGED twice"), "gated: CHARGED twice");
    assert_eq!(fired("等了３０分鐘"), "gated: 等了３０分鐘");
    assert_eq!(fired("charged once"), "");
    assert_eq!(fired("order 12AB34"), "open: 12AB34");
}

#[test]
fn conditions_hold_only_of_what_is_known() {
    let set = rules(
        "[[rule]]\nid='vip'\nwhen={author=['@Best_Customer','老王']}\nvalue='high'
         [[rule]]\nid='x'\nany=['hi']\nwhen={channel=['x','weibo']}\ntopics=['t']
         [[rule]]\nid='big'\nwhen={reach_min=10000, reach_max=20000}\nimpact='high'
         [[rule]]\nid='zh'\nwhen={language='zh-Hans'}\ntopics=['t']
         [[rule]]\nid='low'\nwhen={rating_max=2}\nsentiment=-2",
    );
    let hi = || message("hi");
    assert_eq!(fired(&set, &hi()), "");
    assert_eq!(
        fired(
            &set,
            &Message {
                author: "best_customer".into(),
                ..hi()
            }
        ),
        "vip"
    );
    assert_eq!(
        fired(
            &set,
            &Message {
                author: "W".into(),
                author_id: Some("老王".into()),
                ..hi()
            }
        ),
        "vip"
    );
    assert_eq!(
        fired(
            &set,
            &Message {
                channel: "x".into(),
                ..hi()
            }
        ),
        "x: hi"
    );
    assert_eq!(
        fired(
            &set,
            &Message {
                reach: Some(15_000),
                ..hi()
            }
        ),
        "big"
    );
    assert_eq!(
        fired(
            &set,
            &Message {
                reach: Some(25_000),
                ..hi()
            }
        ),
        ""
    );
    assert_eq!(fired(&set, &message("你好")), "zh");
    assert_eq!(
        fired(
            &set,
            &Message {
                rating: Some(1.5),
                ..hi()
            }
        ),
        "low"
    );
    assert_eq!(
        fired(
            &set,
            &Message {
                rating: Some(2.5),
                ..hi()
            }
        ),
        ""
    );
}

#[test]
fn conclusions_are_put_together() {
    let set = rules(
        "[[rule]]\nid='a'\nany=['alpha','aleph']\nkind='inquiry'\nweight=2\nsentiment=-1\ntopics=['one','two']\nroute='first'
         [[rule]]\nid='b'\nany=['beta']\nkind='suggestion'\nweight=3\nurgency='medium'\ntopics=['two']\nroute='second'\nprivate=true
         [[rule]]\nid='c'\nany=['gamma']\nkind='inquiry'\nurgency='low'\nimpact='high'",
    );
    let (mut one, text) = (Judge::new(&set), message("alpha aleph alpha beta gamma"));
    let j = one.judge(&text);
    assert_eq!(
        (j.kind, j.sentiment, j.score),
        (Kind::Inquiry, Sentiment::Negative, -2)
    );
    assert_eq!(j.topics, ["one", "two"]);
    assert_eq!(
        j.levels(),
        [("urgency", "medium"), ("impact", "high"), ("value", "low")]
    );
    assert_eq!((j.route, j.private, j.needs_reply), (Some("second"), true, true));
    assert_eq!((j.priority, j.target_s), (Some(Priority::P1), Some(86_400)));
    assert_eq!(j.because, "kind=inquiry");
    // The mood alone makes a kind where no rule does.
    judge(
        &rules("[[rule]]\nid='a'\nany=['ugh']\nsentiment=-1"),
        "ugh",
        |j| {
            assert_eq!((j.kind, j.because), (Kind::Complaint, "kind=complaint"));
        },
    );
}

#[test]
fn the_first_row_that_fits_decides() {
    let set = rules(
        "[targets]\nP0='30m'\nP2='1w'\n[reply]\nneeded=['complaint','other']
         [[priority]]\nkind=['complaint']\nurgency=['medium','high']\npriority='P0'
         [[priority]]\nvalue=['high']\npriority='P1'
         [[priority]]\npriority='P2'
         [[rule]]\nid='c'\nany=['broken']\nkind='complaint'
         [[rule]]\nid='u'\nany=['now']\nurgency='medium'
         [[rule]]\nid='v'\nany=['vip']\nvalue='high'
         [[rule]]\nid='s'\nany=['spam']\nkind='spam'",
    );
    let decided = |text: &str| judge(&set, text, |j| (j.priority, j.target_s, j.because.to_owned()));
    let p = |p, s, why: &str| (Some(p), Some(s), why.to_owned());
    assert_eq!(
        decided("broken now, vip"),
        p(Priority::P0, 1_800, "kind=complaint urgency=medium")
    );
    assert_eq!(decided("broken, vip"), p(Priority::P1, 86_400, "value=high"));
    assert_eq!(decided("hello"), p(Priority::P2, 604_800, "otherwise"));
    assert_eq!(
        decided("spam now"),
        (None, None, "kind=spam needs no reply".to_owned())
    );
    let repost = Message {
        repost: true,
        ..message("broken now")
    };
    let mut one = Judge::new(&set);
    let j = one.judge(&repost);
    assert_eq!(
        (j.priority, j.needs_reply, j.because),
        (None, false, "a repost needs no reply")
    );
}

#[test]
fn a_judge_forgets_the_message_before() {
    let set = rules("[[rule]]\nid='r'\nall=['one','two']\ntopics=['t']");
    let mut judge = Judge::new(&set);
    assert!(judge.judge(&message("one")).matched.is_empty());
    assert!(judge.judge(&message("two")).matched.is_empty());
    assert_eq!(judge.judge(&message("two, one")).matched.len(), 1);
    assert!(judge.judge(&message("two")).matched.is_empty());
}

proptest! {
    #[test]
    fn one_pass_finds_what_a_naive_search_finds(
        words in prop::collection::vec("[ab好不]{1,3}", 1..6),
        text in "[ab好不 ]{0,24}",
    ) {
        // Rules about different topics never silence one another.
        let mut file = String::new();
        for (i, word) in words.iter().enumerate() {
            let _ = write!(file, "[[rule]]\nid='{i}'\nany=['{word}']\ntopics=['{i}']\n");
        }
        let set = rules(&file);
        let (mut hits, mut scratch) = (Hits::default(), Scratch::default());
        set.matcher.scan(text.as_bytes(), &mut hits);
        scratch.weigh(&set, text.as_bytes(), &mut hits, |_| true);
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        let naive: Vec<u32> = (0..words.len() as u32).filter(|&i| {
            let word = &words[i as usize];
            text.char_indices().any(|(at, _)| text[at..].starts_with(word.as_str())
                && !(latin(word.chars().next()) && latin(text[..at].chars().next_back()))
                && !(latin(word.chars().next_back()) && latin(text[at + word.len()..].chars().next())))
        }).collect();
        prop_assert_eq!(&scratch.fired, &naive);
    }

    #[test]
    fn no_text_can_make_a_judge_stumble(text in "\\PC*", word in "\\PC{1,4}") {
        let file = format!("[[rule]]\nid='r'\nany=[{}, 'a']\nregex=['[ab]c']\nkind='praise'", toml_string(&word));
        if let Ok((set, _)) = RuleSet::compile(&file, "rules.toml") {
            let held = |j: Judgement<'_>| {
                j.matched.iter().all(|m| j.words(m).all(|word| !word.is_empty() && text.contains(word)))
            };
            prop_assert!(judge(&set, &text, held));
            let quoted = format!("{text} {word} {text}");
            judge(&set, &quoted, |_| ());
        }
    }
}

fn toml_string(text: &str) -> String {
    let escaped = text
        .chars()
        .map(|c| format!("\\U{:08x}", c as u32))
        .collect::<String>();
    format!("\"{escaped}\"")
}
