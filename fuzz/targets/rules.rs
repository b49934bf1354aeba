//! A rules file and, after a zero byte, a text: compiling and judging end, and the words that are given as
//! a reason stand in the text as often as not folded away.
#![no_main]

use feedback::judge::Judge;
use feedback::message::Message;
use feedback::rules::RuleSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (rules, text) = input.split_once('\0').unwrap_or((input, "I want a REFUND，退款！ 24 hours late"));
    let Ok((rules, _)) = RuleSet::compile(rules, "rules.toml") else { return };
    let mut judge = Judge::new(&rules).ignoring(["Slow Kettle", "退"]);
    let message = Message { text: text.into(), ..Message::default() };
    let first = format!("{:?}", judge.judge(&message));
    assert_eq!(format!("{:?}", judge.judge(&message)), first);
});
