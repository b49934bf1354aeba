//! From a template to texts that can go out: chosen and filled for each case, looked over, recorded together.

use super::asked::Asked;
use super::{Arguments, deed, list, read};
use crate::advice::Advice;
use crate::case::book::case_id;
use crate::cli::commands::deeds::{On, record_each};
use crate::cli::commands::view;
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
    /// What is wrong with the text, and taken all the same.
    doubts: Vec<Diagnostic>,
}

/// Fills in a template for each case, prints the texts, and records them as sent.
pub(super) fn from_template(a: &Arguments, on: &On, desk: &mut Desk) -> Ran {
    let replies = desk.replies()?;
    let slots = slots(&a.slot)?;
    let (book, mut lines) = read(desk)?;
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
        };
        if a.list {
            let fitting = replies.fitting(&wanted);
            return Ok(list(fitting.iter().map(|choice| choice.template), desk));
        }
        match chosen(a, &replies, &wanted, id) {
            Err(fault) => faults.push(fault),
            Ok(choice) => {
                let (private, language) = (wanted.private, language.clone());
                match fill(a, &replies, choice, asked, (&language, private), &slots, desk)? {
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
    let done = if a.preview {
        "a preview"
    } else {
        "recorded as sent"
    };
    for one in &filled {
        let place = if one.private { "in private" } else { "in public" };
        let Advice { manner, reason } = one.asked.advice;
        desk.talk.note(&format!(
            "{done}, {place}: `{}` ({}); advised: {} ({reason})",
            one.template,
            one.language,
            manner.words(),
        ));
    }
    outcome.text = printed(&filled, desk);
    Ok(outcome)
}

/// Fills a template's slots for a case and looks the text over.
fn fill(
    a: &Arguments,
    replies: &Replies,
    choice: Choice<'_>,
    asked: Asked,
    (language, private): (&str, bool),
    slots: &BTreeMap<String, String>,
    desk: &Desk,
) -> Result<Result<Filled, Vec<Diagnostic>>, Failure> {
    let name = &choice.template.name;
    if !choice.is_in_language {
        desk.talk.note(&format!(
            "note: `{name}` has no text in {language}; that in {} was taken",
            choice.language
        ));
    }
    let has = Replies::slots_of(choice.text);
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
        Ok(text) => text,
        Err(gaps) => {
            let told = gaps.iter().map(|gap| unfilled(gap, choice.text, &place));
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
    }))
}

/// The template of that name, or the one that fits best.
fn chosen<'t>(
    a: &Arguments,
    replies: &'t Replies,
    wanted: &Wanted<'_>,
    id: &str,
) -> Result<Choice<'t>, Diagnostic> {
    let name = a.template.as_deref().unwrap_or("");
    if name.is_empty() {
        let best = replies.fitting(wanted).into_iter().next();
        return best.ok_or_else(|| {
            let place = if wanted.private { "in private" } else { "in public" };
            let what = format!("no template fits {id}: {} answered {place}", wanted.kind);
            Diagnostic::error("template-unknown", what).help(
                "name one (`feedback reply --list`), write one into replies.toml, or answer with --text",
            )
        });
    }
    let named = replies.named(name);
    let choice = named.and_then(|template| replies.in_language(template, wanted.language));
    choice.ok_or_else(|| {
        let near = replies.templates.iter().max_by(|a, b| {
            strsim::jaro_winkler(&a.name, name).total_cmp(&strsim::jaro_winkler(&b.name, name))
        });
        let near = near.filter(|t| strsim::jaro_winkler(&t.name, name) > 0.8);
        let help = match near {
            Some(near) => format!("did you mean `{}`?", near.name),
            None => "`feedback reply --list` lists them".to_owned(),
        };
        let what = format!("there is no template `{}`", safe::line(name));
        Diagnostic::error("template-unknown", what).help(help)
    })
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

fn unfilled(gap: &Gap, text: &str, place: &str) -> Diagnostic {
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
        help: "say it with --slot NAME=VALUE; what is always the same goes under [slots] of replies.toml",
    };
    finding.diagnostic(text, place, Severity::Error)
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
