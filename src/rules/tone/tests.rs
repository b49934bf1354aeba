//! Negation and intensity, shown.

use super::*;
use crate::judge::Judge;
use crate::message::Message;
use crate::rules::RuleSet;

const FILE: &str = "
[negation]
words = ['not', 'no', 'never', \"isn't\", '不', '没有']
behind = ['ない', '个屁']
except = ['not only', 'no wonder', '不但', '差不多']
until = ['because', 'but', '但是']
positive_times = -1
negative_times = -0.5
reach = 2
reach_characters = 3

[intensity]
stronger = ['very', 'so', '非常']
stronger_behind = ['极了']
weaker = ['a bit', '有点']
stronger_by = 0.5
weaker_by = -0.4
capitals_by = 0.3
exclamation_by = 0.1
drawn_out_by = 0.2

[[rule]]
id = 'glad'
any = ['good', 'happy', '好吃', '満足し', 'no problem', 'so good it hurts']
kind = 'praise'
sentiment = 1
[[rule]]
id = 'upset'
any = ['bad', 'slow', '差', 'not well']
kind = 'complaint'
sentiment = -2
";

fn told(text: &str) -> String {
    let rules = RuleSet::compile(FILE, "rules.toml").unwrap().0;
    let mut judge = Judge::new(&rules);
    let message = Message {
        text: text.into(),
        ..Message::default()
    };
    let judged = judge.judge(&message);
    let one = |scored: &crate::judge::Scored<'_>| {
        let mut told = text[scored.place.clone().unwrap()].to_owned();
        for modifier in judged.modifiers(scored) {
            let word = &text[modifier.place.clone()];
            told += &format!(" {}({word})", modifier.effect.name());
        }
        format!("{told} = {}", scored.result)
    };
    judged.scored.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_negator_turns_what_follows_within_its_reach() {
    assert_eq!(told("Not good"), "good negated(Not) = -100");
    assert_eq!(told("not a very good cake"), "good negated(not) = -100");
    assert_eq!(told("isn’t bad"), "bad negated(isn’t) = 100");
    assert_eq!(told("not what I would call good"), "good = 100");
    assert_eq!(told("不怎么好吃"), "好吃 negated(不) = -100");
    assert_eq!(told("不知道你们觉得好吃"), "好吃 = 100");
    assert_eq!(told("満足してない"), "満足し negated(ない) = -100");
    assert_eq!(told("好吃个屁"), "好吃 negated(个屁) = -100");
}

#[test]
fn punctuation_and_some_words_end_its_reach() {
    assert_eq!(told("no, good"), "good = 100");
    assert_eq!(told("not because good"), "good = 100");
    assert_eq!(told("not but good"), "good = 100");
    assert_eq!(told("不,好吃"), "好吃 = 100");
}

#[test]
fn what_the_lists_say_as_a_whole_stays() {
    assert_eq!(told("no problem"), "no problem = 100");
    assert_eq!(told("not well good"), "good = 100; not well = -200");
    assert_eq!(told("not only good"), "good = 100");
    assert_eq!(told("差不多好吃"), "好吃 = 100; 差 = -200");
    assert_eq!(told("so good it hurts"), "so good it hurts = 100");
}

#[test]
fn words_letters_and_marks_strengthen_and_weaken() {
    assert_eq!(told("very good"), "good stronger(very) = 150");
    assert_eq!(told("a bit slow"), "slow weaker(a bit) = -120");
    assert_eq!(told("好吃极了"), "好吃 stronger(极了) = 150");
    assert_eq!(
        told("so very GOOD"),
        "GOOD stronger(very) stronger(so) capitals(GOOD) = 230"
    );
    assert_eq!(told("sooo good"), "good stronger(sooo) drawn out(sooo) = 170");
    assert_eq!(told("this is Gooood"), "Gooood drawn out(Gooood) = 120");
    assert_eq!(told("GOOD"), "GOOD = 100");
    assert_eq!(told("good!!! fine"), "good exclaimed(!!!) = 130");
    assert_eq!(told("so not good"), "good negated(not) stronger(so) = -150");
    assert_eq!(told("good?!"), "good = 100");
}

#[test]
fn a_negated_rule_says_nothing_of_its_kind() {
    let rules = RuleSet::compile(FILE, "rules.toml").unwrap().0;
    let mut judge = Judge::new(&rules);
    let message = |text: &'static str| Message {
        text: text.into(),
        ..Message::default()
    };
    assert_eq!(judge.judge(&message("not good")).kind.name(), "complaint");
    let (kind, score) = {
        let message = message("not bad");
        let judged = judge.judge(&message);
        (judged.kind.name(), judged.score)
    };
    assert_eq!((kind, score), ("praise", 1));
}

#[test]
fn hundredths_are_rounded_once() {
    assert_eq!(
        [149, 150, 49, -49, -50, -150, 0].map(points),
        [1, 2, 0, 0, -1, -2, 0]
    );
}

proptest::proptest! {
    #[test]
    fn whatever_stands_around_a_word_the_sum_adds_up_and_all_can_be_quoted(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "not", " ", ", ", "no", "good", "GOOD", "sooo ", "so ", "goooood", "不", "好吃", "极了", "差", "个屁",
                "！", "!", "but ", "a bit ", "not only ", "満足し", "ない", "é", "．", "\u{200d}", "?", "slow",
            ]),
            0..40,
        )
    ) {
        let text = pieces.concat();
        let rules = RuleSet::compile(FILE, "rules.toml").unwrap().0;
        let mut judge = Judge::new(&rules);
        let message = Message { text: text.as_str().into(), ..Message::default() };
        let judged = judge.judge(&message);
        let sum: i32 = judged.scored.iter().map(|one| one.result).sum();
        proptest::prop_assert_eq!(judged.hundredths, sum);
        for scored in judged.scored {
            proptest::prop_assert!(scored.result.abs() <= 300 * scored.base.abs());
            let modifiers = judged.modifiers(scored).iter().map(|one| &one.place);
            for place in scored.place.iter().chain(modifiers) {
                proptest::prop_assert!(text.get(place.clone()).is_some_and(|word| !word.is_empty()));
            }
        }
    }
}
