//! From a template to texts that can go out: chosen and filled for each case, looked over, recorded together.

use super::asked::Asked;
use super::fit::{LINKED, chosen, linked, too_early};
use super::{Arguments, deed, list, read};
use crate::advice::Advice;
use crate::case::book::case_id;
use crate::cli::commands::deeds::{On, record_each};
use crate::cli::commands::{repeats, view};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::{self, Format, safe};
use crate::replies::{self, Choice, Finding, Gap, Replies, Tone, Wanted};
use crate::report::table::{Cell, Table};
use std::collections::BTreeMap;

/// A template that was filled for a case.
struct Filled {
    asked: Asked,
    template: String,
    language: String,
    private: bool,
    text: String,
    /// Why this template, as a key of our words.
    why: &'static str,
    /// What is wrong with the text, and taken all the same.
    doubts: Vec<Diagnostic>,
}

/// Fills in a template for each case, prints the texts, and records them as sent.
pub(super) fn from_template(a: &Arguments, on: &On, desk: &mut Desk) -> Ran {
    let replies = desk.replies()?;
    let slots = slots(&a.slot)?;
    let (book, mut lines) = read(desk)?;
    let cases: Vec<_> = on
        .cases
        .iter()
        .filter_map(|id| view::find(&book, id).ok())
        .collect();
    let groups = match a.template.as_deref() {
        Some("" | LINKED) | None => repeats::around(&cases, &book, &mut lines)?,
        Some(_) => Vec::new(),
    };
    let (mut filled, mut faults) = (Vec::<Filled>::new(), Vec::new());
    for id in &on.cases {
        let case = match view::find(&book, id) {
            Ok(case) if filled.iter().any(|one| one.asked.case == case.number) => continue,
            Ok(case) => case,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let asked = Asked::of(&case, &book, &mut lines, desk)?;
        let language = language(a.language.as_deref(), &asked.language)?;
        let topics: Vec<&str> = asked.topics.iter().map(String::as_str).collect();
        let wanted = Wanted {
            kind: asked.kind,
            topics: &topics,
            sentiment: asked.sentiment,
            channel: &asked.channel,
            language: &language,
            tone: a.tone.as_deref().and_then(Tone::parse),
            private: asked.in_private(a),
            rumour: asked.is_rumour(),
        };
        let linked = linked(case.number, &groups);
        if a.list {
            let fitting = replies.fitting(&wanted);
            let fitting = fitting.iter().map(|choice| choice.template);
            return Ok(list(linked.iter().chain(fitting), desk));
        }
        match chosen(a, &replies, linked.as_ref(), &wanted, &asked) {
            Err(fault) => faults.push(fault),
            Ok(choice) => {
                let (private, language) = (wanted.private, language.clone());
                match fill(
                    a,
                    &replies,
                    choice,
                    asked.clone(),
                    (&language, private),
                    &slots,
                    desk,
                )? {
                    Ok(one) => filled.push(one),
                    Err(more) => faults.extend(more),
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(Failure::refused(faults));
    }
    let mut outcome = Outcome::default();
    for one in &filled {
        desk.talk.tell_all(&one.doubts, 20);
    }
    if !a.preview {
        let own = filled.iter().map(|one| {
            let made = deed(&one.text, one.private, Some(&one.template));
            (one.asked.case, made)
        });
        let any = deed("", false, None);
        outcome = record_each(&[any], &own.collect(), on, desk)?;
    }
    let say = |key: &str| desk.style.lang.say(key);
    let done = if a.preview {
        "a preview"
    } else {
        "recorded as sent"
    };
    for one in &filled {
        let place = if one.private { "in private" } else { "in public" };
        let Advice { manner, reason } = one.asked.advice;
        let language = match one.language.as_str() {
            "" => String::new(),
            language => format!(" ({language})"),
        };
        desk.talk.note(&format!(
            "{}, {}: `{}`{language}, {}; {}: {} ({})",
            say(done),
            say(place),
            one.template,
            say(one.why),
            say("advised"),
            say(manner.words()),
            say(reason),
        ));
    }
    outcome.text = printed(&filled, desk);
    Ok(outcome)
}

/// Fills a template's slots for a case and looks the text over.
fn fill(
    a: &Arguments,
    replies: &Replies,
    (choice, why): (Choice<'_>, &'static str),
    asked: Asked,
    (language, private): (&str, bool),
    slots: &BTreeMap<String, String>,
    desk: &Desk,
) -> Result<Result<Filled, Vec<Diagnostic>>, Failure> {
    let name = &choice.template.name;
    let early = too_early(&asked, name, choice.text).filter(|_| !a.anyway);
    if let Some(early) = early {
        return Ok(Err(vec![early]));
    }
    if !choice.is_in_language {
        desk.talk.note(&format!(
            "note: `{name}` has no text in {language}; that in {} was taken",
            choice.language
        ));
    }
    // Nobody wrote slots into a common answer.
    let is_common = name == LINKED;
    let has = match is_common {
        true => Vec::new(),
        false => Replies::slots_of(choice.text),
    };
    // Of several cases each template takes what it has.
    let stray = slots.keys().find(|slot| !has.contains(slot));
    if let Some(slot) = stray.filter(|_| a.cases.len() == 1) {
        return Err(Failure::usage(
            format!("--slot: `{name}` has no slot `{slot}`"),
            format!("it has {}", has.join(", ")),
        ));
    }
    let mut values = values(replies, &asked, language, desk);
    values.extend(slots.clone());
    let place = format!("{name} for {}", case_id(asked.case));
    let text = match Replies::fill(choice.text, &values) {
        _ if is_common => choice.text.trim().to_owned(),
        Ok(text) => text,
        Err(gaps) => {
            let missing = gaps.iter().filter_map(|gap| match gap {
                Gap::Unfilled { slot, .. } => Some(format!(" --slot {slot}=\"…\"")),
                Gap::Broken { .. } => None,
            });
            let given = a
                .slot
                .iter()
                .map(|slot| format!(" --slot \"{}\"", safe::line(slot)));
            let slots: String = given.chain(missing).collect();
            let command = format!("feedback reply {} --template {name}{slots}", case_id(asked.case));
            let told = gaps
                .iter()
                .map(|gap| unfilled(gap, choice.text, &place, &command));
            return Ok(Err(told.collect()));
        }
    };
    let private = choice.template.private.unwrap_or(private);
    let reply = replies::Reply {
        text: &text,
        public: !private,
        channel: &asked.channel,
    };
    let found = replies.check(&reply);
    if !(found.is_empty() || a.anyway || a.preview) {
        return Ok(Err(found.iter().map(|f| refusal(f, &text, &place)).collect()));
    }
    let doubts = found
        .iter()
        .map(|f| f.diagnostic(&text, &place, Severity::Warning));
    Ok(Ok(Filled {
        doubts: doubts.collect(),
        template: name.clone(),
        language: choice.language.to_owned(),
        asked,
        private,
        text,
        why,
    }))
}

/// `--slot order=1042`
fn slots(given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut slots = BTreeMap::new();
    for slot in given {
        let Some((name, value)) = slot.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
            return Err(Failure::usage(
                format!("--slot: `{slot}` names no slot"),
                "write it as --slot order=1042",
            ));
        };
        slots.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(slots)
}

/// `--language`, else that of the message.
fn language(given: Option<&str>, detected: &str) -> Result<String, Failure> {
    let Some(given) = given else {
        return Ok(detected.to_owned());
    };
    Replies::language(given).ok_or_else(|| {
        Failure::usage(
            format!("--language: `{given}` is no language"),
            "write en, zh-Hans, zh-Hant, ja, es or another code of two letters",
        )
    })
}

/// What is known without asking. What is empty is not known.
fn values(replies: &Replies, asked: &Asked, language: &str, desk: &Desk) -> BTreeMap<String, String> {
    let agent = desk.settings.signature.as_ref().unwrap_or(&desk.by);
    let known = [
        ("name", asked.author.clone()),
        ("business", desk.settings.name.clone()),
        ("agent", agent.clone()),
        ("case", case_id(asked.case)),
        ("link", asked.link.clone().unwrap_or_default()),
    ];
    let mut values = replies.slots(language);
    for (name, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
        values.insert(name.to_owned(), value);
    }
    values
}

fn unfilled(gap: &Gap, text: &str, place: &str, command: &str) -> Diagnostic {
    let (code, message, at) = match gap {
        Gap::Unfilled { slot, at } => ("reply-slot-unfilled", format!("nobody has filled `{slot}`"), at),
        Gap::Broken { reason, at } => (
            "template-bad",
            format!("the template cannot be filled: {reason}"),
            at,
        ),
    };
    let finding = Finding {
        code,
        message,
        at: at.clone(),
        help: "",
    };
    let told = finding.diagnostic(text, place, Severity::Error);
    told.help(match gap {
        Gap::Broken { .. } => "mend it in replies.toml".to_owned(),
        Gap::Unfilled { .. } => {
            format!("say it: `{command}`; what is always the same goes under [slots] of replies.toml")
        }
    })
}

fn refusal(finding: &Finding, text: &str, place: &str) -> Diagnostic {
    let refused = finding.diagnostic(text, place, Severity::Error);
    let help = refused.help.clone().unwrap_or_default();
    refused.help(format!("{help}; or --anyway"))
}

/// The texts to paste; for programs with what they are.
fn printed(filled: &[Filled], desk: &Desk) -> String {
    if desk.format == Format::Table {
        let alone = filled.len() == 1;
        let texts = filled.iter().map(|one| {
            let head = format!("{} · {}\n", case_id(one.asked.case), one.asked.author);
            format!("{}{}\n", if alone { "" } else { &head }, safe::block(&one.text))
        });
        return texts.collect::<Vec<_>>().join("\n");
    }
    let heads = ["case", "template", "language", "place", "author", "link", "text"];
    let mut table = Table::new("", &heads);
    for one in filled {
        table.row([
            Cell::Text(case_id(one.asked.case)),
            Cell::Text(one.template.clone()),
            Cell::Text(one.language.clone()),
            Cell::Label(if one.private { "private" } else { "public" }),
            Cell::Text(one.asked.author.clone()),
            Cell::Text(one.asked.link.clone().unwrap_or_default()),
            Cell::Text(one.text.clone()),
        ]);
    }
    render::list(&table, desk.format, desk.style)
}
