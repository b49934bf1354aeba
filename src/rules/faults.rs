//! Every fault of a rules file, with the place that it names.

use super::RuleSet;
use crate::diagnostic::Diagnostic;

/// `code line:column underlined` of every finding, errors or else warnings.
fn findings(text: &str) -> Vec<String> {
    let found = match RuleSet::compile(text, "rules.toml") {
        Ok((_, warnings)) => warnings,
        Err(faults) => faults,
    };
    found.iter().map(shown).collect()
}

fn shown(one: &Diagnostic) -> String {
    let (place, excerpt) = (one.place.as_ref().unwrap(), one.excerpt.as_ref().unwrap());
    format!(
        "{} {}:{} {}",
        one.code,
        place.line,
        place.column,
        &excerpt.text[excerpt.span.clone()]
    )
}

fn only(text: &str) -> Diagnostic {
    let mut faults = RuleSet::compile(text, "rules.toml").unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.remove(0)
}

#[test]
fn a_bad_pattern_is_pointed_at_inside_its_string() {
    let fault = only("[[rule]]\nid = 'billing'\nregex = ['refund', 'charg(ed|e']\nkind = 'complaint'\n");
    assert_eq!(shown(&fault), "rule-bad-pattern 3:26 (");
    assert_eq!(fault.message, "the pattern of rule `billing` does not compile");
    assert_eq!(fault.excerpt.unwrap().label, "unclosed group");
    assert_eq!(fault.help.unwrap(), "write \\( for a literal parenthesis");
}

#[test]
fn the_place_in_a_pattern_is_right_in_any_quotes() {
    let rule = |regex: &str| findings(&format!("[[rule]]\nid='r'\nkind='other'\nregex={regex}\n")).join("; ");
    assert_eq!(rule(r#""\\d(""#), "rule-bad-pattern 4:11 (");
    assert_eq!(rule(r#""\u9000款\t(x""#), "rule-bad-pattern 4:17 (");
    assert_eq!(rule("'退款(x'"), "rule-bad-pattern 4:10 (");
    assert_eq!(rule("'''\nab(x'''"), "rule-bad-pattern 5:3 (");
    assert_eq!(rule("'(?=x)y'"), "rule-bad-pattern 4:8 (?=");
    assert_eq!(rule("'x*'"), "rule-bad-pattern 4:8 x*");
    assert_eq!(rule("['a', '[z-a]']"), "rule-bad-pattern 4:15 z-a");
}

#[test]
fn syntax_comes_first_and_alone() {
    let fault = only("version = 1\n[[rule]\nid = 'a'\nknid = 'x'\n");
    assert_eq!((fault.code, fault.place.unwrap().line), ("toml-syntax", 2));
}

#[test]
fn a_slip_of_the_keyboard_is_pointed_at_where_it_stands() {
    let slip = |line: &str| {
        let fault = only(&format!("[[rule]]\nid = 'a'\n{line}\nkind = 'other'\n"));
        format!("{}: {}", shown(&fault), fault.help.unwrap())
    };
    assert!(slip("any = [\"a\", \"slow]").starts_with("toml-syntax 3:13 \"slow]: put the same quote"));
    let wide = [
        ("any = [\"，\"，\"x\"]", "3:11 ，", ','),
        ("any = [“slow”]", "3:8 “", '"'),
        ("any = [‘slow’]", "3:8 ‘", '\''),
        ("any = 【\"slow\"】", "3:7 【", '['),
        ("any ＝ [\"slow\"]", "3:5 ＝", '='),
    ];
    for (line, place, wanted) in wide {
        let said = slip(line);
        assert!(said.starts_with(&format!("toml-syntax {place}: ")), "{said}");
        assert!(said.ends_with(&format!("type {wanted} instead")), "{said}");
    }
    assert!(slip("regex = [\"order (\\d+\"]").contains("'single quotes'"));
    let fault = only("[[rule]]\nid = 'a'\nany = ['x']\nsentiment = 'positive'\n");
    assert_eq!(fault.help.as_deref(), Some("for example: sentiment = 2"));
}

#[test]
fn unknown_keys_and_words_are_told_with_the_nearest() {
    let fault = only("[[rule]]\nid = 'a'\nanny = ['x']\nany = ['y']\nkind = 'other'\n");
    assert_eq!(shown(&fault), "setting-unknown 3:1 anny");
    assert_eq!(fault.help.as_deref(), Some("did you mean `any`?"));
    let fault = only("[[rule]]\nid = 'a'\nany = ['y']\nkind = 'complant'\n");
    assert_eq!(shown(&fault), "setting-invalid 4:8 'complant'");
    assert_eq!(fault.help.as_deref(), Some("did you mean `complaint`?"));
    let fault = only("[reply]\nneeded = ['complaint', 'greeting']\n");
    assert_eq!(shown(&fault), "setting-invalid 2:24 'greeting'");
    assert!(fault.help.unwrap().starts_with("known are complaint, inquiry"));
}

#[test]
fn all_faults_are_told_at_once_in_order() {
    let file = "\
version = 2
colour = 'red'
[targets]
P0 = '1 hour'
P9 = '1h'
[sentiment]
negative = 3
[[priority]]
kind = 'complaint'
[[rule]]
any = 'x'
weight = 0
urgency = 'hihg'
[[rule]]
id = 'twice'
any = [1, '']
kind = 'other'
[[rule]]
id = 'twice'
any = 'x'
[[rule]]
id = 'nothing'
kind = 'other'
[[rule]]
id = 'when'
when = { reach_min = 10, reach_max = 5, rating_min = 7, author = 3 }
kind = 'other'
private = 'yes'
[[rule]]
id = 'empty when'
when = {}
kind = 'other'
";
    assert_eq!(
        findings(file),
        [
            "setting-invalid 1:11 2",
            "setting-unknown 2:1 colour",
            "setting-invalid 4:6 '1 hour'",
            "setting-unknown 5:1 P9",
            "setting-invalid 7:12 3",
            "setting-invalid 8:1 [[priority]]",
            "setting-invalid 10:1 [[rule]]",
            "setting-invalid 12:10 0",
            "setting-invalid 13:11 'hihg'",
            "setting-invalid 16:8 1",
            "setting-invalid 16:11 ''",
            "rule-empty 18:1 [[rule]]",
            "rule-duplicate 19:6 'twice'",
            "rule-empty 21:1 [[rule]]",
            "setting-invalid 26:8 { reach_min = 10, reach_max = 5, rating_min = 7, author = 3 }",
            "setting-invalid 26:54 7",
            "setting-invalid 26:66 3",
            "setting-invalid 28:11 'yes'",
            "rule-empty 31:8 {}",
        ]
    );
}

#[test]
fn too_much_is_refused_before_it_is_built() {
    let dear = "[[rule]]\nid='a'\nkind='other'\nregex=['(\\w{200}){200}']\n";
    assert_eq!(findings(dear), ["rule-too-large 4:8 '(\\w{200}){200}'"]);
    let many = format!("[[rule]]\nid='a'\nkind='other'\nall=[{}]\n", "'x',".repeat(65));
    assert!(findings(&many)[0].starts_with("setting-invalid 4:5 ["));
}

#[test]
fn warnings_leave_the_rules_working() {
    assert_eq!(
        findings("[[rule]]\nid='a'\nkind='other'\nany=['退费', 'x', '退費']\n"),
        ["rule-word-repeated 4:17 '退費'"]
    );
    assert_eq!(
        findings("[[priority]]\npriority='P1'\n[[priority]]\nkind='praise'\npriority='P2'\n"),
        ["matrix-row-unreachable 3:1 [[priority]]"]
    );
    assert_eq!(
        findings("[[priority]]\nkind='praise'\npriority='P2'\n"),
        ["matrix-open 1:1 [[priority]]"]
    );
}
