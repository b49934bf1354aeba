//! A rules file and, after a zero byte, a text: compiling, checking and judging end, the scores add up, and what
//! changed them stands in the text.
#![no_main]

use feedback::judge::Judge;
use feedback::message::Message;
use feedback::rules::RuleSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (rules, text) = input.split_once('\0').unwrap_or((input, "I want a REFUND，退款！ 24 hours late"));
    let file = rules;
    let Ok((rules, _)) = RuleSet::compile(file, "rules.toml") else { return };
    let _ = rules.check(file, "rules.toml");
    let mut judge = Judge::new(&rules).ignoring(["Slow Kettle", "退"]);
    let message = Message { text: text.into(), ..Message::default() };
    let judged = judge.judge(&message);
    let sum: i32 = judged.scored.iter().map(|one| one.result).sum();
    assert!(judged.hundredths == 0 || judged.hundredths == sum);
    let places = judged.scored.iter().flat_map(|one| {
        one.place.iter().chain(judged.modifiers(one).iter().map(|modifier| &modifier.place))
    });
    for place in places {
        assert!(message.text.get(place.clone()).is_some_and(|word| !word.is_empty()));
    }
    let first = format!("{judged:?}");
    assert_eq!(format!("{:?}", judge.judge(&message)), first);
});
