//! `feedback ledger verify` and `anchor`: is the ledger what it was?

use crate::cli::desk::Desk;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
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
    Ok(Outcome::say(format!("{}\n", anchor::now(&desk.place)?)))
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
    if let (Some(anchor), true) = (against, found.damage.is_empty()) {
        found.damage.extend(held(&desk.place, &anchor)?.err());
        is_held = Some(found.damage.is_empty());
    }
    let exit = if found.damage.is_empty() {
        Exit::Done
    } else {
        Exit::Damaged
    };
    let text = if desk.format == Format::Json {
        as_json(&found, is_held)
    } else {
        for_eyes(&found, is_held, desk)
    };
    Ok(Outcome {
        text,
        exit,
        recorded: false,
    })
}

fn for_eyes(found: &Verified, is_held: Option<bool>, desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let mut text = String::new();
    for damage in &found.damage {
        text.push_str(&format!("{}: {damage}\n", say("damaged")));
    }
    let verdict = if found.damage.is_empty() {
        say("ok")
    } else {
        say("damaged")
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
        let note = say("bytes of an unfinished batch at the end, which counts for nothing");
        text.push_str(&format!("{} {note}\n", found.unfinished));
    }
    if is_held == Some(true) {
        text.push_str(&format!("{}\n", say("the ledger still holds the anchor")));
    }
    if found.erased > 0 {
        text.push_str(&format!("{} {}\n", found.erased, say("payloads erased")));
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
