//! `feedback ledger verify` and `anchor`: is the ledger what it was?

use crate::cli::desk::Desk;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::ledger::anchor::{self, Anchor, Unreadable, held};
use crate::ledger::verify::{Verified, verify};
use crate::render::{Format, json};
use clap::Args;
use serde_json::json;

/// Arguments of verify.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Also check that the ledger still holds this line of `ledger anchor` (or COUNT:H)
    #[arg(long, value_name = "LINE")]
    against: Option<String>,
}

/// Prints the anchor.
pub fn anchor(desk: &Desk) -> Ran {
    desk.prints_only("ledger anchor", &[])?;
    let line = anchor::now(&desk.place)?;
    if line.starts_with("0:") {
        let fault = Diagnostic::error(
            "workspace-empty",
            "the ledger is empty: its anchor would fit every ledger",
        );
        let help = "read exports first: feedback ingest FILE...";
        return Err(Failure::refused([fault.help(help)]));
    }
    Ok(Outcome::say(format!("{line}\n")))
}

fn read(line: &str) -> Result<Anchor, Failure> {
    Anchor::parse(line).map_err(|e| match e {
        Unreadable::Shape => Failure::usage(
            "--against: this is no anchor",
            "give the line that `feedback ledger anchor` printed: COUNT:DIGITS DAY CHECK",
        ),
        Unreadable::Mistyped => Failure::usage(
            "--against: the anchor was copied wrongly: its last four digits do not fit the others",
            "compare it with your note, digit by digit",
        ),
    })
}

/// Verifies.
pub fn run(arguments: &Arguments, desk: &Desk) -> Ran {
    desk.prints_only("ledger verify", &[Format::Json])?;
    let against = arguments.against.as_deref().map(read).transpose()?;
    let mut found = verify(&desk.place)?;
    let mut is_held = None;
    if let (Some(anchor), true) = (&against, found.damage.is_empty()) {
        found.damage.extend(held(&desk.place, anchor)?.err());
        is_held = Some(found.damage.is_empty());
    }
    let proves = against.is_some_and(|anchor| anchor.count > 0);
    let exit = if found.damage.is_empty() {
        Exit::Done
    } else {
        Exit::Damaged
    };
    let text = if desk.format == Format::Json {
        as_json(&found, is_held)
    } else {
        for_eyes(&found, is_held, proves, desk)
    };
    Ok(Outcome {
        text,
        exit,
        recorded: false,
    })
}

fn for_eyes(found: &Verified, is_held: Option<bool>, proves: bool, desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let mut text = String::new();
    for damage in &found.damage {
        match is_held {
            // The ledger itself verifies.
            Some(false) => text.push_str(&format!("{damage}\n")),
            _ => text.push_str(&format!("{}: {damage}\n", say("damaged"))),
        }
    }
    let verdict = match is_held {
        Some(false) => say("sound, but not the ledger of that anchor"),
        _ if found.damage.is_empty() => say("ok"),
        _ => say("damaged"),
    };
    text.push_str(&format!(
        "{verdict}: {}, {}, {}, h={}\n",
        desk.style.lang.count(found.lines, "lines"),
        desk.style.lang.count(found.batches, "batches"),
        desk.style.lang.count(found.bytes, "bytes"),
        if found.h.is_empty() {
            "0".repeat(64)
        } else {
            found.h.clone()
        }
    ));
    if found.unfinished > 0 && found.damage.is_empty() {
        let note = "bytes of an unfinished batch at the end, which counts for nothing";
        let note = desk.style.lang.count(found.unfinished, note);
        text.push_str(&format!("{note}\n"));
    }
    if is_held == Some(true) {
        let note = match proves {
            true => say("the ledger still holds the anchor"),
            false => say("the anchor is of an empty ledger and proves nothing"),
        };
        text.push_str(&format!("{note}\n"));
    }
    if found.erased > 0 {
        let erased = desk.style.lang.count(found.erased, "payloads erased");
        text.push_str(&format!("{erased}\n"));
    }
    text
}

fn as_json(found: &Verified, is_held: Option<bool>) -> String {
    let damage: Vec<_> = found
        .damage
        .iter()
        .map(|d| json!({"line": d.line, "byte": d.byte, "what": d.what}))
        .collect();
    let mut all = json!({
        "ok": found.damage.is_empty(), "lines": found.lines, "batches": found.batches, "bytes": found.bytes,
        "unfinished": found.unfinished, "erased": found.erased, "h": found.h, "damage": damage,
    });
    if let (Some(held), Some(all)) = (is_held, all.as_object_mut()) {
        all.insert("anchor_held".to_owned(), held.into());
    }
    json::pretty(&all)
}
