//! Rules files that are made to hurt: each is refused, or compiled, within bounds, and says why.

use super::*;
use crate::judge::Judge;
use crate::message::Message;
use std::fmt::Write;

/// The codes and lines of what is wrong, without repeats.
fn refused(file: &str) -> Vec<String> {
    let faults = RuleSet::compile(file, "rules.toml").expect_err("it compiles");
    assert!(faults.len() <= 1_000, "{} faults", faults.len());
    for fault in &faults {
        assert!(fault.message.len() < 500, "{}", fault.message);
        assert!(fault.help.is_some(), "{fault:?}");
        assert!(
            fault.excerpt.as_ref().is_none_or(|e| e.text.len() < 1_000),
            "{fault:?}"
        );
    }
    let line = |fault: &Diagnostic| fault.place.as_ref().map_or(0, |place| place.line);
    let mut told: Vec<String> = faults.iter().map(|f| format!("{} {}", f.code, line(f))).collect();
    told.dedup();
    told
}

fn rule(id: usize, rest: &str) -> String {
    format!("[[rule]]\nid = '{id}'\nkind = 'other'\n{rest}\n")
}

#[test]
fn a_file_of_ten_megabytes_is_refused_unread() {
    let file = "# nothing but words\n".repeat(300_000);
    assert_eq!(refused(&file), ["rule-too-large 1"]);
}

#[test]
fn a_hundred_thousand_rules_are_refused_unread() {
    let mut file = String::new();
    for id in 0..100_000 {
        let _ = write!(file, "{}", rule(id, "any = ['word']"));
    }
    assert_eq!(refused(&file), ["rule-too-large 1"]);
}

#[test]
fn patterns_that_would_take_gigabytes_are_refused_together() {
    let mut file = String::new();
    for id in 0..2_000 {
        let _ = write!(
            file,
            "{}",
            rule(id, &format!(r"regex = ['(?i)\bword{id}\w{{0,20}}\b']"))
        );
    }
    let told = refused(&file);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("rule-too-large"), "{told:?}");
}

#[test]
fn plain_patterns_in_thousands_are_welcome() {
    let mut file = String::new();
    for id in 0..2_000 {
        let _ = write!(
            file,
            "{}",
            rule(id, &format!(r"regex = ['(?i)\bword{id}[a-z]{{0,20}}\b']"))
        );
    }
    let (rules, _) = RuleSet::compile(&file, "rules.toml").unwrap();
    let mut judge = Judge::new(&rules);
    let message = Message {
        text: "Word17 and WORD1999xyz, sword3".into(),
        ..Message::default()
    };
    let judged = judge.judge(&message);
    let fired: Vec<&str> = judged.matched.iter().map(|m| m.rule).collect();
    assert_eq!(fired, ["17", "1999"]);
}

#[test]
fn a_pattern_of_a_megabyte_and_nested_repetition_are_refused() {
    assert_eq!(
        refused(&rule(1, &format!("regex = ['{}']", "a".repeat(1 << 20)))),
        ["rule-too-large 4"]
    );
    assert_eq!(
        refused(&rule(1, "regex = ['((a{1,100}){1,100}){1,100}']")),
        ["rule-too-large 4"]
    );
    let alternation: Vec<String> = (0..200_000).map(|i| format!("w{i}")).collect();
    assert_eq!(
        refused(&rule(1, &format!("regex = ['{}']", alternation.join("|")))),
        ["rule-too-large 4"]
    );
    let deep = format!("regex = ['{}a{}']", "(".repeat(2_000), ")".repeat(2_000));
    assert_eq!(refused(&rule(1, &deep)), ["rule-bad-pattern 4"]);
}

#[test]
fn thousands_of_faults_are_capped() {
    assert_eq!(refused(&"[[rule]]\n".repeat(30_000)).len(), 1_000);
    let keys: String = (0..20_000).map(|i| format!("key{i} = 1\n")).collect();
    assert_eq!(refused(&keys).len(), 1_000);
    let long = "x".repeat(1 << 20);
    assert_eq!(refused(&format!("{long} = 1\n")), ["setting-unknown 1"]);
    assert_eq!(
        refused(&format!("[reply]\nneeded = ['{long}']\n")),
        ["setting-invalid 2"]
    );
    assert_eq!(
        refused(&format!("version = {}\n", "[".repeat(100_000))),
        ["toml-syntax 1"]
    );
}

#[test]
fn rules_are_shared_by_threads() {
    let rules = RuleSet::starter().unwrap();
    let judged = |text: &str| {
        let message = Message {
            text: text.into(),
            ..Message::default()
        };
        let mut judge = Judge::new(&rules);
        let judged = judge.judge(&message);
        (judged.kind, judged.score, judged.because.to_owned())
    };
    let texts = [
        "I was charged twice, refund me",
        "服务太差了，等了三个小时",
        "Lovely staff, thank you!",
    ];
    let alone = texts.map(judged);
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..4).map(|_| scope.spawn(|| texts.map(judged))).collect();
        for other in others {
            assert_eq!(other.join().unwrap(), alone);
        }
    });
}
