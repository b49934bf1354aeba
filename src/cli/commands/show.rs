//! `feedback show`: a case's whole story.

use super::history::{self, parsed, unescaped};
use super::{repeats, view};
use crate::advice::{Advice, Matter, advise};
use crate::case::book::{What, case_id};
use crate::case::{Beginning, Case};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::event::judged::JudgeFacts;
use crate::event::{DELETE, EDIT, JUDGE, MORE, MessageData, MessageFacts};
use crate::ledger::line::{Line, Payload};
use crate::ledger::read::Lines;
use crate::render::{Format, json, safe, terminal};
use crate::rules::Kind;
use clap::Args;
use serde_json::{Value as Json, json};

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Case ids such as c12; `-` reads them from standard input
    #[arg(required = true, value_name = "CASE")]
    cases: Vec<String>,
}

/// Prints each case.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("show", &[Format::Json])?;
    let ids = view::ids(&arguments.cases)?;
    let (book, mut lines) = view::fold(desk, None)?;
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for id in &ids {
        match view::find(&book, id) {
            Ok(case) => found.push(case),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(Failure::refused(faults));
    }
    let aliases = |case: &Case<'_>| -> Vec<String> {
        let mut from: Vec<u32> = book
            .aliases
            .keys()
            .copied()
            .filter(|n| book.resolve(*n) == case.number)
            .collect();
        from.sort_unstable();
        from.into_iter().map(case_id).collect()
    };
    let groups = repeats::around(&found, &book, &mut lines)?;
    if desk.format == Format::Json {
        let all: Result<Vec<Json>, Failure> = found
            .iter()
            .map(|c| as_json(c, book.names.word(c.first.channel), aliases(c), &mut lines))
            .collect();
        let mut all = all?;
        for (case, all) in found.iter().zip(&mut all) {
            let repeated = repeats::as_json(case.number, &groups);
            all.as_object_mut()
                .map(|all| all.insert("repeated".to_owned(), repeated));
        }
        return Ok(Outcome::say(json::pretty(&json!({ "cases": all }))));
    }
    let mut text = String::new();
    for (i, case) in found.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        text.push_str(&head(
            case,
            &view::channel(&book, case),
            &aliases(case),
            &mut lines,
            desk,
        )?);
        text.push_str(&repeats::told(case.number, &groups, desk));
        for item in case.items {
            let corrected = match case.judged_anew(item.byte()) {
                Some(byte) => !parsed::<JudgeFacts<'_>>(lines.at(byte)?.facts).was.is_empty(),
                None => false,
            };
            let line = lines.at(item.byte())?;
            text.push_str(&entry(book.what(item), item.t, &line, corrected, desk));
        }
    }
    Ok(Outcome::say(text))
}

fn head(
    case: &Case<'_>,
    channel: &str,
    aliases: &[String],
    lines: &mut Lines,
    desk: &Desk,
) -> Result<String, Failure> {
    let lang = desk.style.lang;
    let say = |k: &str| lang.say(k);
    let mut title = format!(
        "{} · {} · {channel}",
        case_id(case.number),
        say(case.status.state.name())
    );
    if let Some(priority) = case.priority() {
        title.push_str(&format!(" · {}", priority.name()));
    }
    let mut text = terminal::heading(&title, desk.style);
    text.push('\n');
    let mut line = |key: &str, value: String| text.push_str(&format!("  {}: {value}\n", say(key)));
    let began = match case.beginning {
        Beginning::Mention => String::new(),
        Beginning::Missing => format!(" ({})", say("beginning_missing")),
        Beginning::Business => format!(" ({})", say("begun_by_business")),
    };
    line(
        "begun",
        format!("{}{began}", view::posted(case, case.begun, lines, desk.zone)?),
    );
    match (case.waiting, case.first_reply) {
        (Some(waiting), _) => line(
            "waits for your answer since",
            format!(
                "{} ({})",
                view::posted(case, waiting.since, lines, desk.zone)?,
                view::left(case, waiting.due, desk)
            ),
        ),
        (None, _) if case.status.state.is_open() => line("waits for your answer", say("no")),
        _ => {}
    }
    if let Some(reply) = case.first_reply {
        let after = reply
            .after_s
            .map_or_else(|| say("time unknown"), |s| lang.duration(s));
        let target = match (case.first.first_target_s, reply.after_s) {
            (Some(target), Some(s)) if s <= i64::from(target) => format!(", {}", say("target met")),
            (Some(_), Some(_)) => format!(", {}", say("target missed")),
            _ => String::new(),
        };
        line("first response after", format!("{after}{target}"));
    }
    if let Some(t) = case.settled {
        line(
            "settled",
            format!(
                "{} ({})",
                view::local(desk.zone, t),
                lang.duration(((t - case.begun) / 1000).max(0))
            ),
        );
    }
    if case.reposts > 0 {
        line("reach", view::reach(case, lang));
    }
    if let Some(t) = case.follow_up {
        line("comes up again", view::local(desk.zone, t));
    }
    if let Some(who) = case.status.assignee {
        line("assignee", safe::line(who).into_owned());
    }
    if !case.status.tags.is_empty() {
        line("tags", safe::line(&case.status.tags.join(", ")).into_owned());
    }
    for (name, marks) in history::checklists(case, lang) {
        line(&name, marks);
    }
    if case.status.reopened > 0 {
        line("reopened", case.status.reopened.to_string());
    }
    if !aliases.is_empty() {
        line("also known as", aliases.join(", "));
    }
    Ok(text)
}

fn entry(what: &What, t: i64, line: &Line<'_>, corrected: bool, desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let when = match line.t.and_then(crate::calendar::Moment::parse) {
        Some(moment)
            if matches!(
                what,
                What::Mention(_) | What::Reply { .. } | What::Done(..) | What::Judged { .. }
            ) =>
        {
            desk.zone.show(moment)
        }
        None if matches!(what, What::Mention(_) | What::Reply { .. }) => say("time unknown"),
        _ => view::local(desk.zone, t),
    };
    match what {
        What::Done(verb, _) => history::done(*verb, line, &when, desk),
        What::Judged { .. } => history::judged(line, &when, desk),
        _ if line.ev == JUDGE => history::judged(line, &when, desk),
        _ => message(what, line, &when, corrected, desk),
    }
}

/// A text, or that it is gone, under its heading.
pub(super) fn indented(line: &Line<'_>, text: &str, desk: &Desk) -> String {
    let text = match line.payload {
        Payload::Erased(_) => desk.style.lang.say("(erased)"),
        _ => safe::block(text),
    };
    text.lines().map(|l| format!("      {l}\n")).collect()
}

/// A message, or what was told of it later.
fn message(what: &What, line: &Line<'_>, when: &str, corrected: bool, desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let facts: MessageFacts<'_> = parsed(line.facts);
    let data: MessageData<'_> = parsed(line.payload.data());
    let outbound = facts.dir == "out";
    let arrow = match what {
        What::Boost { .. } => "⟳",
        _ if outbound => "←",
        _ => "→",
    };
    let author = match data.author.as_ref() {
        "" if outbound => desk.settings.name.as_str(),
        author => author,
    };
    let mut head = format!("\n  {when} {arrow} {}", safe::line(author));
    let remark = match what {
        What::Changed { .. } => Some("edited"),
        What::Gone { .. } => Some("taken away"),
        What::Boost { .. } => Some("reposted it"),
        _ if line.ev == EDIT && !matches!(what, What::Mention(_)) => Some("edited"),
        _ if line.ev == DELETE => Some("taken away"),
        _ if line.ev == MORE => Some("known better now"),
        _ => None,
    };
    for remark in facts.automatic.then_some("automatic").into_iter().chain(remark) {
        head.push_str(&format!(" ({})", say(remark)));
    }
    if let Some(stars) = facts.rating {
        head.push_str(&format!(" {stars}★"));
    }
    if let Some(reach) = facts.reach {
        head.push_str(&format!(" ({reach} {})", say("followers")));
    }
    head.push('\n');
    if matches!(what, What::Boost { .. } | What::Gone { .. }) || line.ev == DELETE {
        return head;
    }
    head.push_str(&indented(line, &data.text, desk));
    if let Some(link) = &data.link {
        head.push_str(&indented(line, link, desk));
    }
    if facts.kind.is_some() {
        head.push_str(&judgement(&facts, &data, corrected, desk));
    }
    if let Some(before) = &facts.follows {
        head.push_str(&format!(
            "      {}: {before}\n",
            say("follows, after a long silence")
        ));
    }
    head
}

fn judgement(facts: &MessageFacts<'_>, data: &MessageData<'_>, corrected: bool, desk: &Desk) -> String {
    let say = |k: Option<&str>| desk.style.lang.say(k.unwrap_or("low"));
    let word = |k: &str| desk.style.lang.say(k);
    let mut text = format!(
        "      {}: {} · {} ({:+}) · {}: {} · {}: {} · {}: {}\n",
        word("judged"),
        say(facts.kind.as_deref()),
        say(facts.sentiment.as_deref()),
        facts.score.unwrap_or(0),
        word("urgency"),
        say(facts.urgency.as_deref()),
        word("impact"),
        say(facts.impact.as_deref()),
        word("value"),
        say(facts.value.as_deref()),
    );
    let target = facts.target_s.map_or_else(
        || {
            word(if facts.history {
                "no target: history"
            } else {
                "no target"
            })
        },
        |s| {
            format!(
                "{} {}",
                word("answer within"),
                desk.style.lang.duration(i64::try_from(s).unwrap_or(i64::MAX))
            )
        },
    );
    let mut second = format!(
        "{} · {target} · {}: {}",
        facts
            .priority
            .as_deref()
            .map_or_else(|| word("needs no reply"), str::to_owned),
        word("for"),
        facts.route.as_deref().unwrap_or("–"),
    );
    if !facts.topics.is_empty() {
        second.push_str(&format!(" · {}: {}", word("topics"), facts.topics.join(", ")));
    }
    if corrected {
        second.push_str(&format!(" ({})", word("by the rules, before the correction")));
    }
    text.push_str(&format!("      {}\n", safe::line(&second)));
    if let Some(advice) = advice(facts, data) {
        let (manner, reason) = (word(advice.manner.words()), word(advice.reason));
        text.push_str(&format!("      {manner} ({reason})\n"));
    }
    text.push_str(&format!(
        "      {}: {}\n",
        word("why"),
        safe::line(&view::why(facts, &data.words, desk.style.lang))
    ));
    let known = known(facts, data, desk);
    if !known.is_empty() {
        text.push_str(&format!("      {}\n", safe::line(&known.join(" · "))));
    }
    text
}

/// In public or in private; nothing where no answer is due.
fn advice(facts: &MessageFacts<'_>, data: &MessageData<'_>) -> Option<Advice> {
    let kind = Kind::parse(facts.kind.as_deref()?)?;
    let matter = Matter {
        kind,
        private: facts.private,
        topics: facts.topics.len(),
        channel: &facts.channel,
        text: &data.text,
    };
    (facts.needs_reply == Some(true) || kind == Kind::Abuse).then(|| advise(&matter))
}

/// Which words of the watch-list found a mention, whom it speaks to, how often its author has written.
fn known(facts: &MessageFacts<'_>, data: &MessageData<'_>, desk: &Desk) -> Vec<String> {
    let say = |k: &str| desk.style.lang.say(k);
    let mut known = Vec::new();
    let parts = facts.found_by.iter().enumerate().map(|(i, part)| {
        let words = data.found.get(i).into_iter().flatten();
        let quoted: String = words.map(|word| format!(" \"{word}\"")).collect();
        format!("{}{quoted}", say(part))
    });
    let parts: Vec<String> = parts.collect();
    if !parts.is_empty() {
        known.push(format!("{}: {}", say("found_by"), parts.join(", ")));
    }
    if facts.addressed == Some(false) {
        known.push(say("not addressed to us"));
    }
    if let Some(n) = facts.author_mentions {
        known.push(format!("{}: {n}", say("mentions by its author so far")));
    }
    known
}

fn as_json(case: &Case<'_>, channel: &str, aliases: Vec<String>, lines: &mut Lines) -> Result<Json, Failure> {
    let mut events = Vec::new();
    for item in case.items {
        let line = lines.at(item.byte())?;
        let raw = |json: Option<&str>| json.and_then(|j| serde_json::from_str::<Json>(j).ok());
        let mut event = json!({
            "seq": line.seq, "at": line.at, "by": unescaped(line.by), "ev": line.ev, "t": line.t,
            "facts": raw(line.facts), "data": raw(line.payload.data()),
            "erased": matches!(line.payload, Payload::Erased(_)),
        });
        let advice = advice(&parsed(line.facts), &parsed(line.payload.data()));
        if let (Some(advice), Some(event)) = (advice, event.as_object_mut()) {
            let said = json!({ "manner": advice.manner.name(), "reason": advice.reason });
            event.insert("advice".to_owned(), said);
        }
        events.push(event);
    }
    Ok(json!({
        "case": case_id(case.number),
        "aliases": aliases,
        "state": case.status.state.name(),
        "priority": case.priority().map(|p| p.name()),
        "kind": case.first.kind.name(),
        "channel": channel,
        "begun": view::rfc(case.begun),
        "excluded": case.excluded.map(|e| e.name()),
        "waiting_since": case.waiting.map(|w| view::rfc(w.since)),
        "due": case.due().map(view::rfc),
        "first_response_s": case.first_reply.and_then(|r| r.after_s),
        "settled": case.settled.map(view::rfc),
        "reopened": case.status.reopened,
        "reposts": case.reposts,
        "reposted_to": case.reposted_to,
        "assignee": case.status.assignee,
        "tags": case.status.tags,
        "steps": case.status.steps,
        "open_steps": history::open_steps(case),
        "events": events,
    }))
}
