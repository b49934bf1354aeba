//! The owner's own levels, and a matrix that asks for them.

use super::{Priority, RuleSet};
use crate::diagnostic::Diagnostic;
use crate::judge::Judge;
use crate::message::Message;

const OWN: &str = "\
[levels]
urgency = ['calm', 'soon', 'now', '马上']
[[priority]]
urgency_min = 'now'
priority = 'P0'
[[priority]]
urgency = ['soon']
value_min = 'medium'
priority = 'P1'
[[priority]]
priority = 'P2'
[[rule]]
id = 'soon'
any = ['today']
urgency = 'soon'
[[rule]]
id = 'now'
any = ['tonight']
urgency = 'now'
[[rule]]
id = 'at once'
any = ['立刻']
urgency = '马上'
[[rule]]
id = 'regular'
any = ['regular']
value = 'high'
";

fn found(text: &str) -> Vec<Diagnostic> {
    match RuleSet::compile(text, "rules.toml") {
        Ok((_, warnings)) => warnings,
        Err(faults) => faults,
    }
}

/// `code line: message (label; help)`
fn told(text: &str) -> Vec<String> {
    let shown = |one: &Diagnostic| {
        let label = one.excerpt.as_ref().map_or("", |excerpt| excerpt.label.as_str());
        let help = one.help.as_deref().unwrap_or("");
        let line = one.place.as_ref().unwrap().line;
        format!("{} {line}: {} ({label}; {help})", one.code, one.message)
    };
    found(text).iter().map(shown).collect()
}

#[test]
fn own_levels_stand_in_rules_matrix_and_judgement() {
    let (rules, warnings) = RuleSet::compile(OWN, "rules.toml").unwrap();
    assert!(warnings.is_empty(), "{warnings:#?}");
    let mut judge = Judge::new(&rules);
    let mut judged = |text: &str| {
        let message = Message {
            text: text.to_owned().into(),
            ..Message::default()
        };
        let j = judge.judge(&message);
        let [(_, urgency), _, (_, value)] = j.levels();
        format!(
            "{urgency} {value} {} {}",
            j.priority.unwrap_or(Priority::P2),
            j.because
        )
    };
    assert_eq!(judged("hello"), "calm low P2 otherwise");
    assert_eq!(judged("today"), "soon low P2 otherwise");
    assert_eq!(judged("today, a regular"), "soon high P1 urgency=soon value=high");
    assert_eq!(judged("tonight or today"), "now low P0 urgency=now");
    assert_eq!(judged("立刻"), "马上 low P0 urgency=马上");
}

#[test]
fn unknown_levels_are_told_with_the_nearest() {
    let wrong = OWN.replace("urgency = 'soon'", "urgency = 'sone'");
    assert_eq!(
        told(&wrong),
        ["setting-invalid 15: `sone` is no level of urgency (; did you mean `soon`?)"]
    );
    let wrong = OWN.replace("value = 'high'", "value = 'vip'");
    assert_eq!(
        told(&wrong),
        ["setting-invalid 27: `vip` is no level of value (; known are low, medium, high)"]
    );
    let wrong = OWN.replace("urgency_min = 'now'", "urgency_min = 'nov'\nurgency = ['calm']");
    assert_eq!(told(&wrong).len(), 2, "{:#?}", told(&wrong));
}

#[test]
fn a_scale_has_two_to_eight_different_names() {
    let scale = |names: &str| told(&format!("[levels]\nimpact = {names}\n")).join("\n");
    assert!(
        scale("['one']").contains("`impact` has 1 levels; it takes 2 to 8"),
        "{}",
        scale("['one']")
    );
    assert!(scale("['a', 'b', 'a']").contains("the level `a` twice"));
    assert!(scale("'a'").contains("1 levels"));
    assert!(scale("[1, 2]").contains("a text in quotes"));
    assert!(scale("['a','b','c','d','e','f','g','h','i']").contains("9 levels"));
    assert_eq!(scale("['a', 'b']"), "");
    assert!(told("[levels]\nurgent = ['a', 'b']\n")[0].contains("did you mean `urgency`?"));
}

#[test]
fn rows_that_those_above_cover_are_named() {
    let matrix = "\
[reply]
needed = ['complaint', 'inquiry']
[[priority]]
kind = ['complaint']
priority = 'P1'
[[priority]]
urgency_min = 'medium'
priority = 'P0'
[[priority]]
kind = ['complaint', 'inquiry']
urgency = ['high']
priority = 'P0'
[[priority]]
kind = ['spam']
priority = 'P2'
[[priority]]
priority = 'P2'
";
    assert_eq!(
        told(matrix),
        [
            "matrix-row-unreachable 9: this row of the matrix is never reached (all that fits it fits lines 3, 6 \
             before; rows are tried from above: put the one that asks for more first)",
            "matrix-row-unreachable 13: this row of the matrix is never reached (none of its kinds needs a reply; a \
             mention that needs no reply has no priority: see `needed` in [reply])",
        ]
    );
}

#[test]
fn what_no_row_fits_is_listed() {
    let matrix = "\
[reply]
needed = ['complaint', 'inquiry', 'praise']
[[priority]]
kind = ['complaint']
priority = 'P1'
[[priority]]
kind = ['inquiry']
urgency_min = 'medium'
priority = 'P1'
";
    let told = told(matrix);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].ends_with("No row fits: kind=inquiry,praise urgency=low · kind=praise urgency=medium,high)"),
        "{told:#?}"
    );
    // Rows that leave nothing open need no last row.
    let whole = "[[priority]]\nurgency = ['low']\npriority = 'P2'\n[[priority]]\nurgency_min = 'medium'\npriority = 'P1'\n";
    assert_eq!(found(whole), []);
}
