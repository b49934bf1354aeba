//! What `rules check` tells of files that compile.

use super::*;

fn told(file: &str) -> Vec<String> {
    let rules = RuleSet::compile(file, "rules.toml")
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
        .0;
    let shown = |one: &Diagnostic| {
        let place = one.place.as_ref().unwrap();
        let label = one.excerpt.as_ref().map_or("", |excerpt| &excerpt.label);
        format!("{} {}:{} {label}", one.code, place.line, place.column)
            .trim_end()
            .to_owned()
    };
    rules.check(file, "rules.toml").iter().map(shown).collect()
}

#[test]
fn the_starter_rules_have_nothing_idle() {
    assert_eq!(told(crate::rules::STARTER), [""; 0]);
}

#[test]
fn words_that_the_rule_itself_forbids() {
    let file = |rest: &str| format!("[[rule]]\nid='r'\nkind='other'\n{rest}");
    assert_eq!(
        told(&file("any=['no refund']\nnone=['refund']")),
        ["rule-never-fires 1:1"]
    );
    assert_eq!(
        told(&file("all=['refund now', 'x']\nnone=['REFUND']")),
        ["rule-never-fires 4:6 `none` has `REFUND`"]
    );
    assert_eq!(
        told(&file("any=['a', '退款吧']\nnone=['退款']")),
        ["rule-word-hidden 4:11 `none` has `退款`"]
    );
    assert_eq!(
        told(&file("any=['refunds', 'refund*']\nnone=['refund']")),
        [""; 0]
    );
    assert_eq!(
        told(&file("any=['a', 'b']\nat_least=3")),
        ["rule-never-fires 5:10 all its words together come to 2"]
    );
    assert_eq!(told(&file("any=['a']\nwords={ b=2 }\nat_least=3")), [""; 0]);
}

#[test]
fn rules_that_another_makes_superfluous() {
    let file = |first: &str, second: &str| {
        format!("[[rule]]\nid='a'\nany=['x','y']\n{first}\n[[rule]]\nid='b'\nany=['Y']\n{second}")
    };
    let shadowed = |line: u32| [format!("rule-shadowed {line}:1 `a` in line 1 has all its words")];
    assert_eq!(
        told(&file("kind='praise'\nurgency='high'", "kind='praise'")),
        shadowed(6)
    );
    assert_eq!(
        told(&file("kind='praise'", "kind='praise'\nwhen={channel='x'}")),
        shadowed(5)
    );
    assert_eq!(
        told(&file("kind='praise'\nwhen={channel='x'}", "kind='praise'")),
        [""; 0]
    );
    assert_eq!(told(&file("kind='praise'", "kind='other'")), [""; 0]);
    assert_eq!(told(&file("sentiment=1", "sentiment=2")), [""; 0]);
}

#[test]
fn examples_are_tried() {
    let file = "\
[[rule]]
id='r'
any=['cold']
except=['cold brew']
when={ channel='x' }
kind='complaint'
examples=['my tea was COLD', 'my tea was tepid', 'cold brew']
not=['cold brew', 'cold as ice']
";
    assert_eq!(
        told(file),
        [
            "rule-example 7:30 none of its words is here",
            "rule-example 7:50 here is `cold`, `cold brew`, but it is not enough, or something hides it",
            "rule-example 8:19 by `cold`",
        ]
    );
}

#[test]
fn groups_that_are_off_are_told() {
    let file =
        "[group.g]\nenabled=false\n[[rule]]\nid='r'\nany=['x']\ngroup='g'\nkind='other'\nexamples=['y']\n";
    assert_eq!(told(file), ["rule-group-off 3:1"]);
}

#[test]
fn a_level_above_the_one_asked_for_is_not_less_pressing() {
    let levels = "[levels]\nurgency=['low','medium','high','now']\n";
    let file = |row: &str| {
        format!(
            "{levels}[[priority]]\nkind='complaint'\n{row}\npriority='P0'\n[[priority]]\npriority='P2'\n\
             [[rule]]\nid='r'\nany=['x']\nkind='complaint'\nurgency='now'\n"
        )
    };
    assert_eq!(
        told(&file("urgency=['high']")),
        [
            "level-weaker 3:1 takes `high` to P0; with `now` it becomes P2",
            "level-unasked 13:9",
        ]
    );
    assert_eq!(told(&file("urgency_min='high'")), [""; 0]);
    assert_eq!(
        told(&file("impact=['low', 'high']")),
        [
            "level-weaker 3:1 takes `low` to P0; with `medium` it becomes P2",
            "level-unasked 13:9"
        ]
    );
    let own = crate::rules::STARTER.replacen("version = 1", &format!("version = 1\n{levels}"), 1);
    let own = format!("{own}\n[[rule]]\nid='r'\nany=['xyzzy']\nurgency='now'\n");
    assert_eq!(told(&own), [""; 0]);
}
