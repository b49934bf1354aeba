//! An explanation says what the judge says, and its sums come to the judge's.

use super::explain::Explanation;
use super::{Circumstances, Judge};
use crate::message::Message;
use crate::rules::{Kind, Miss, RuleSet};
use proptest::prelude::*;
use std::sync::LazyLock;

const RULES: &str = r#"
[levels]
urgency = ["calm", "soon", "now"]
[[priority]]
kind = ["complaint"]
urgency_min = "soon"
priority = "P0"
[[priority]]
priority = "P2"
[[rule]]
id = "refund"
all = ["refund", "order"]
kind = "complaint"
weight = 2
urgency = "soon"
route = "till"
[[rule]]
id = "good"
any = ["good"]
except = ["good grief"]
sentiment = 2
[[rule]]
id = "not-for-me"
any = ["tea"]
none = ["coffee"]
kind = "inquiry"
[[rule]]
id = "regular"
any = ["again"]
when = { author = ["lina"], reach_min = 100 }
value = "high"
[[rule]]
id = "cold-tea"
any = ["cold tea"]
kind = "inquiry"
topics = ["drinks"]
[[rule]]
id = "where"
all = ["where"]
any = ["tea", "shop"]
kind = "inquiry"
route = "shop"
"#;

fn rules() -> RuleSet {
    RuleSet::compile(RULES, "rules.toml").unwrap().0
}

fn explained<T>(text: &str, look: impl Fn(&Explanation<'_>) -> T) -> T {
    let rules = rules();
    let message = Message {
        text: text.to_owned().into(),
        ..Message::default()
    };
    look(&Judge::new(&rules).explain(&message, Circumstances::default()))
}

/// `rule: why` of each that nearly fired.
fn near(text: &str) -> Vec<String> {
    explained(text, |why| {
        let words = |place: &std::ops::Range<usize>| text.get(place.clone()).unwrap().to_owned();
        let one = |near: &super::explain::Near<'_>| {
            let by = match &near.why {
                Miss::Lacks(word) => format!("lacks {word}"),
                Miss::NothingOfAny => "nothing of any".to_owned(),
                Miss::Forbidden(place) => format!("forbidden by {}", words(place)),
                Miss::Unmet(conditions) => format!("unmet {}", conditions.join(" ")),
                Miss::Excepted(place) => format!("inside {}", words(place)),
                Miss::Silenced(place, _) => format!("{} of {}", words(place), near.instead.unwrap().id),
                other => format!("{other:?}").to_lowercase(),
            };
            format!("{}: {by}", near.rule.id)
        };
        why.near.iter().map(one).collect()
    })
}

#[test]
fn what_nearly_fired_says_what_kept_it() {
    assert_eq!(near("a refund please"), ["refund: lacks order"]);
    assert_eq!(near("good grief"), ["good: inside good grief"]);
    assert_eq!(
        near("tea or coffee"),
        ["not-for-me: forbidden by coffee", "where: lacks where"]
    );
    assert_eq!(near("here again"), ["regular: unmet author reach"]);
    assert_eq!(near("where is it"), ["where: nothing of any"]);
    assert_eq!(
        near("my cold tea"),
        ["not-for-me: cold tea of cold-tea", "where: lacks where"]
    );
    assert_eq!(near("coffee"), Vec::<String>::new());
    assert_eq!(near("refund for my order"), Vec::<String>::new());
}

#[test]
fn what_it_is_made_of_is_told() {
    explained("refund my order, where is the shop, not a good day", |why| {
        let ids: Vec<&str> = why.fired.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["refund", "good", "where"]);
        let spoken: Vec<String> = why
            .spoken()
            .iter()
            .map(|one| format!("{} {} {}", one.kind, one.weight, one.rule.unwrap_or("mood")))
            .collect();
        assert_eq!(spoken, ["complaint 2 refund", "inquiry 1 where", "praise 1 mood"]);
        assert_eq!(why.raised_by("urgency", why.judgement.urgency), ["refund"]);
        assert_eq!(why.routed_by(), Some("refund"));
        assert_eq!(why.row.unwrap().line, 4);
    });
}

#[test]
fn what_is_set_aside_of_a_lead_still_adds_up() {
    use super::Surroundings;
    use crate::rules::{Group, Sentiment};
    let text = "[[rule]]\nid='sour'\nany=['sour']\nkind='complaint'\nweight=2\nsentiment=-3\n";
    let rules = RuleSet::compile(text, "rules.toml").unwrap().0;
    let around = Surroundings::default().watching([(Group::Competitor, "bean there")]);
    let mut judge = Judge::new(&rules).within(around.into());
    let message = Message {
        text: "Bean There was sour".into(),
        ..Message::default()
    };
    let why = judge.explain(&message, Circumstances::default());
    assert_eq!((why.judgement.kind, why.judgement.score), (Kind::Inquiry, 0));
    assert_eq!((why.sum(), why.mood()), (-300, Sentiment::Negative));
    assert_eq!(why.kind_set_aside(), Some(Kind::Complaint));
    let weights: Vec<i32> = why.spoken().iter().map(|one| one.weight).collect();
    assert_eq!(weights, [2, 1]);
    assert_eq!(why.judgement.weights[Kind::Complaint as usize], 3);
}

fn texts() -> impl Strategy<Value = String> {
    let words = [
        "refund",
        "order",
        "good",
        "good grief",
        "grief",
        "tea",
        "cold tea",
        "coffee",
        "again",
        "where",
        "shop",
        "terrible",
        "not",
        "very",
        "but",
        "love",
        "退款",
        "不好",
        "好",
        "难吃",
        "谢谢",
        "hospital",
        "lawyer",
        "!",
        "?",
        "😡",
        "THE WORST",
        "never arrived",
        "no problem",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..14).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn an_explanation_is_the_judgement(
        text in texts(),
        channel in prop::sample::select(vec!["x", "google", "weibo"]),
        author in prop::sample::select(vec!["lina", "ben", ""]),
        rating in prop::option::of(1f32..=5.0),
        reach in prop::option::of(0u64..1000),
        answers in any::<bool>(),
        starter in any::<bool>(),
    ) {
        static BOTH: LazyLock<[RuleSet; 2]> = LazyLock::new(|| [rules(), RuleSet::starter().unwrap()]);
        let rules = &BOTH[usize::from(starter)];
        let message = Message {
            text: text.into(),
            channel: channel.into(),
            author: author.into(),
            rating,
            reach,
            reply_to: answers.then(|| "1".into()),
            ..Message::default()
        };
        let (mut one, mut other) = (Judge::new(rules), Judge::new(rules));
        let judged = format!("{:?}", one.judge(&message));
        let why = other.explain(&message, Circumstances::default());
        prop_assert_eq!(&judged, &format!("{:?}", why.judgement));

        let j = &why.judgement;
        let ids: Vec<&str> = why.fired.iter().map(|rule| rule.id.as_str()).collect();
        let matched: Vec<&str> = j.matched.iter().map(|one| one.rule).collect();
        prop_assert_eq!(ids, matched);
        let mut weights = [0; Kind::ALL.len()];
        for one in why.spoken() {
            weights[one.kind as usize] += one.weight;
        }
        prop_assert_eq!(weights, j.weights, "{:?}", why.spoken());
        prop_assert_eq!(j.scored.iter().map(|one| one.result).sum::<i32>(), j.hundredths);
        prop_assert!(why.near.iter().all(|near| why.fired.iter().all(|rule| rule.id != near.rule.id)));
        prop_assert_eq!(why.routed_by().is_some(), why.fired.iter().any(|rule| rule.concludes.route.is_some()));
        if let Some(row) = why.row {
            prop_assert_eq!(Some(row.priority), j.priority);
        }
    }
}
