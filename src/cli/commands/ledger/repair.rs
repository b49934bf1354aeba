//! `feedback ledger repair`: saves what can be saved, and says line by line what was lost.

use crate::cli::desk::Desk;
use crate::cli::exit::Exit;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::ledger::anchor;
use crate::ledger::erase::Recorded;
use crate::ledger::repair::{Repaired, repair};
use crate::ledger::salvage::{Survey, survey};
use crate::render::{Format, json, safe};
use clap::Args;
use serde_json::json;
use std::path::Path;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Only say what would be saved and what is lost
    #[arg(long)]
    dry_run: bool,
    /// Begin an empty ledger even where no event can be saved
    #[arg(long)]
    even_if_nothing_is_saved: bool,
}

/// Repairs.
pub fn run(arguments: &Arguments, desk: &Desk) -> Ran {
    desk.prints_only("ledger repair", &[Format::Json])?;
    let lock = match arguments.dry_run {
        true => None,
        false => Some(desk.place.lock(desk.lock_wait)?),
    };
    let Some(found) = survey(&desk.place)? else {
        let text = match desk.format {
            Format::Json => json::pretty(&json!({ "damaged": false })),
            _ => format!(
                "{}\n",
                desk.style.lang.say("nothing to repair: the ledger verifies")
            ),
        };
        return Ok(Outcome::say(text));
    };
    let at = desk.recorded_at();
    let refused = refusal(&found, arguments, desk);
    let done = match lock {
        Some(_) if refused.is_none() => Some(repair(
            &desk.place,
            &found,
            Recorded {
                at: &at,
                by: &desk.by,
            },
        )?),
        _ => None,
    };
    let exit = match found.lost_lines() {
        _ if refused.is_some() => Exit::Damaged,
        0 => Exit::Done,
        _ => Exit::RowsRejected,
    };
    if let Some(refused) = refused {
        desk.talk.tell(&refused);
    }
    let text = match desk.format {
        Format::Json => as_json(&found, done.as_ref(), &at),
        _ => for_eyes(&found, done.as_ref(), &at, arguments.dry_run, desk),
    };
    Ok(Outcome {
        text,
        exit,
        recorded: done.is_some(),
    })
}

/// Why it is not done: an empty ledger in the place of a damaged one helps nobody.
fn refusal(found: &Survey, arguments: &Arguments, desk: &Desk) -> Option<Diagnostic> {
    let is_missing = !desk.place.ledger().exists();
    if !is_missing && (arguments.even_if_nothing_is_saved || !found.saves_nothing()) {
        return None;
    }
    let (what, help) = match is_missing {
        true => (
            "ledger.jsonl is missing: there is nothing to save",
            "take ledger.jsonl and ledger.head back from a backup; nothing was changed",
        ),
        false => (
            "not one event of this ledger can be saved",
            "nothing was changed; take ledger.jsonl and ledger.head back from a backup; if there is none, \
             --even-if-nothing-is-saved begins an empty ledger and keeps this one beside it",
        ),
    };
    let fault = Diagnostic::error("ledger-damaged", what);
    Some(fault.help(help))
}

/// The file's name in the workspace.
pub fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn for_eyes(found: &Survey, done: Option<&Repaired>, at: &str, dry_run: bool, desk: &Desk) -> String {
    let lang = desk.style.lang;
    let say = |k: &str| lang.say(k);
    let mut text = String::new();
    if dry_run {
        text.push_str(&format!("{}\n", say("a dry run: nothing was changed")));
    }
    for damage in &found.damage {
        text.push_str(&format!("{}: {damage}\n", say("damaged")));
    }
    for lost in &found.lost {
        let mut what = format!("{}: line {}, byte {}", say("lost"), lost.line, lost.byte);
        match (&lost.ev, &lost.case) {
            _ if lost.is_commit() => {
                what = format!(
                    "{}: line {}, byte {}",
                    say("closing line made anew"),
                    lost.line,
                    lost.byte
                );
            }
            (Some(ev), Some(case)) => what.push_str(&format!(": {ev} {case}")),
            (Some(ev), None) => what.push_str(&format!(": {ev}")),
            _ => what.push_str(&format!(": {}", say("nothing of it can be read"))),
        }
        text.push_str(&format!("{}\n", safe::line(&what)));
    }
    for (from, to) in &found.gone {
        let what = match from == to {
            true => say("line {from} is missing from the file"),
            false => say("lines {from} to {to} are missing from the file"),
        };
        let what = what
            .replace("{from}", &from.to_string())
            .replace("{to}", &to.to_string());
        text.push_str(&format!("{}: {what}\n", say("lost")));
    }
    if found.lost_lines() == 0 && !(found.gone.is_empty() && found.lost.is_empty()) {
        let only = say("no event is lost: only closing lines are, and they are made anew");
        text.push_str(&format!("{only}\n"));
    }
    if found.forgotten > 0 {
        let what =
            say("what was erased is no longer remembered: an export that still holds it brings it back");
        text.push_str(&format!("{what} ({})\n", found.forgotten));
    }
    let mut counts = vec![
        (found.lost_lines(), "lines lost"),
        (found.kept, "events saved"),
        (found.chained, "of them vouched for by the chain"),
    ];
    let more = [
        (found.kept - found.chained, "by their checksum only"),
        (found.edited, "lines freed of what an editor added"),
        (found.moved, "lines put back into order"),
        (found.doubled, "lines that stood there twice"),
        (found.unfinished, "bytes of an unfinished batch left out"),
    ];
    counts.extend(more.into_iter().filter(|(n, _)| *n > 0));
    let counts: Vec<String> = counts.into_iter().map(|(n, k)| lang.count(n, k)).collect();
    text.push_str(&format!("{}\n", counts.join(" · ")));
    let Some(done) = done else { return text };
    if !done.beside.is_empty() {
        let beside: Vec<String> = done.beside.iter().map(|p| name(p)).collect();
        text.push_str(&format!(
            "{}: {}\n",
            say("the damaged ledger is kept as"),
            beside.join(", ")
        ));
    }
    let line = anchor::line(done.head.count, &done.head.h, at);
    text.push_str(&format!("{}: {line}\n", say("the new chain ends with")));
    text
}

fn as_json(found: &Survey, done: Option<&Repaired>, at: &str) -> String {
    let lost = found.lost.iter().map(|l| {
        json!({
            "line": l.line, "byte": l.byte, "what": l.what, "seq": l.seq, "ev": l.ev, "case": l.case,
        })
    });
    let damage = found
        .damage
        .iter()
        .map(|d| json!({"line": d.line, "byte": d.byte, "what": d.what}));
    let gone = found
        .gone
        .iter()
        .map(|(from, to)| json!({"from": from, "to": to}));
    json::pretty(&json!({
        "damaged": true,
        "repaired": done.is_some(),
        "damage": damage.collect::<Vec<_>>(),
        "lost": lost.collect::<Vec<_>>(),
        "gone": gone.collect::<Vec<_>>(),
        "lost_lines": found.lost_lines(),
        "kept": found.kept,
        "chained": found.chained,
        "edited": found.edited,
        "moved": found.moved,
        "doubled": found.doubled,
        "unfinished": found.unfinished,
        "forgotten": found.forgotten.max(0),
        "beside": done.map(|d| d.beside.iter().map(|p| name(p)).collect::<Vec<_>>()),
        "anchor": done.map(|d| anchor::line(d.head.count, &d.head.h, at)),
    }))
}
