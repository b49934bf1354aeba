//! The entries of a case's history that no customer wrote: what was done, what was judged anew, and which
//! steps of its checklists are done. [`show`](super::show) puts them among the messages.

use super::show::indented;
use super::view;
use crate::case::Case;
use crate::case::correct::dimension;
use crate::case::procedure::{self, Procedure};
use crate::cli::desk::Desk;
use crate::event::judged::{JudgeData, JudgeFacts};
use crate::event::{Verb, VerbData, VerbFacts};
use crate::ledger::line::Line;
use crate::render::safe;
use crate::render::words::Lang;
use crate::rules::Kind;
use serde_json::{Value as Json, json};

pub(super) fn done(verb: Verb, line: &Line<'_>, when: &str, desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let facts: VerbFacts = parsed(line.facts);
    let data: VerbData<'_> = parsed(line.payload.data());
    let mut head = format!(
        "\n  {when} ✓ {} ({})",
        say(verb.name()),
        safe::line(&unescaped(line.by))
    );
    let step = facts.procedure.as_ref().zip(facts.step.as_ref());
    let step = step.map(|(procedure, step)| format!("{}: {}", say(procedure), say(step)));
    let details = [
        facts.to,
        facts.tag,
        step,
        facts.group,
        facts.cause.map(|c| say(&c)),
        facts.template,
    ];
    for detail in details.into_iter().flatten() {
        head.push_str(&format!(": {}", safe::line(&detail)));
    }
    if facts.private {
        head.push_str(&format!(" ({})", say("private")));
    }
    head.push('\n');
    head.push_str(&indented(line, &data.text, desk));
    let sha256 = facts.sha256.map(|sum| format!("SHA-256 {sum}"));
    for more in [data.file.as_deref(), data.link.as_deref(), sha256.as_deref()] {
        head.push_str(&more.map(|text| indented(line, text, desk)).unwrap_or_default());
    }
    head
}

/// A judgement made anew: what it changed, and who or what made it.
pub(super) fn judged(line: &Line<'_>, when: &str, desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let facts: JudgeFacts<'_> = parsed(line.facts);
    let data: JudgeData<'_> = parsed(line.payload.data());
    let how = match &facts.by_rules {
        Some(rules) => format!("{} {rules}", say("judged anew by rules")),
        None if facts.was.is_empty() => say("found right"),
        None => say("corrected"),
    };
    let mut text = format!(
        "\n  {when} ✓ {} ({})\n",
        safe::line(&how),
        safe::line(&unescaped(line.by))
    );
    for change in changes(&facts, desk.style.lang) {
        text.push_str(&format!("      {}\n", safe::line(&change)));
    }
    text.push_str(&indented(line, &data.text, desk));
    text
}

/// `kind: complaint → praise`, each dimension that is another.
pub(super) fn changes(facts: &JudgeFacts<'_>, lang: Lang) -> Vec<String> {
    let change = |(what, was): (&std::borrow::Cow<'_, str>, &std::borrow::Cow<'_, str>)| {
        let now = dimension(facts, what);
        let shown = |value: &str| view::dimension(what, value, lang);
        format!("{}: {} → {}", lang.say(what), shown(was), shown(&now))
    };
    facts.was.iter().map(change).collect()
}

fn running<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Procedure> + 'c {
    procedure::running(&case.status.steps, case.first.kind == Kind::Abuse)
}

/// Each checklist with its name: `[x] evidence  [ ] hidden or deleted  [ ] reason …`
pub(super) fn checklists(case: &Case<'_>, lang: Lang) -> Vec<(String, String)> {
    let steps = &case.status.steps;
    let mut lists = Vec::new();
    for procedure in running(case) {
        let open: Vec<&str> = procedure.open(steps).map(|task| task.name).collect();
        let mut marks: Vec<String> = Vec::new();
        let mut asked = Vec::new();
        for task in procedure.tasks {
            if procedure.has(steps, task.name) {
                marks.push(format!("[x] {}", lang.say(task.name)));
            } else if open.contains(&task.name) && !asked.contains(&task.name) {
                let mut words = lang.say(task.name);
                if let Some(other) = task.or {
                    words = format!("{words} / {}", lang.say(other));
                    asked.push(other);
                }
                marks.push(format!("[ ] {words}"));
            }
        }
        lists.push((procedure.name.to_owned(), marks.join("  ")));
    }
    lists
}

/// The same for programs: procedure → steps that are still open.
pub(super) fn open_steps(case: &Case<'_>) -> Json {
    let open = |p: Procedure| {
        let names: Vec<&str> = p.open(&case.status.steps).map(|task| task.name).collect();
        (p.name.to_owned(), json!(names))
    };
    Json::Object(running(case).map(open).collect())
}

pub(super) fn parsed<'a, T: Default + serde::Deserialize<'a>>(json: Option<&'a str>) -> T {
    json.and_then(|j| serde_json::from_str(j).ok())
        .unwrap_or_default()
}

pub(super) fn unescaped(inside: &str) -> String {
    serde_json::from_str(&format!("\"{inside}\"")).unwrap_or_else(|_| inside.to_owned())
}
