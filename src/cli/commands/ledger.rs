//! `feedback ledger`: verify and export.

use super::view;
use crate::cli::desk::Desk;
use crate::cli::exit::Exit;
use crate::cli::{Outcome, Ran};
use crate::ledger::read::scan;
use crate::ledger::verify::{Verified, verify};
use crate::render::{Format, json};
use clap::{Args, Subcommand};
use serde_json::json;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Ledger,
}

#[derive(Debug, Subcommand)]
enum Ledger {
    /// Read every byte and name line and byte of what is wrong
    Verify,
    /// Print the finished batches as they stand, one JSON object a line
    Export,
}

/// Runs one of them.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("ledger", &[Format::Json])?;
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    match arguments.command {
        Ledger::Verify => verified(desk),
        Ledger::Export => export(desk),
    }
}

fn verified(desk: &Desk) -> Ran {
    let found = verify(&desk.place)?;
    let exit = if found.damage.is_empty() {
        Exit::Done
    } else {
        Exit::Damaged
    };
    let text = if desk.format == Format::Json {
        as_json(&found)
    } else {
        for_eyes(&found, desk)
    };
    Ok(Outcome {
        text,
        exit,
        recorded: false,
    })
}

fn for_eyes(found: &Verified, desk: &Desk) -> String {
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
    if found.erased > 0 {
        text.push_str(&format!("{} {}\n", found.erased, say("payloads erased")));
    }
    text
}

fn as_json(found: &Verified) -> String {
    let damage: Vec<_> = found
        .damage
        .iter()
        .map(|d| json!({"line": d.line, "byte": d.byte, "what": d.what}))
        .collect();
    json::pretty(&json!({
        "ok": found.damage.is_empty(), "lines": found.lines, "batches": found.batches, "bytes": found.bytes,
        "unfinished": found.unfinished, "erased": found.erased, "h": found.h, "damage": damage,
    }))
}

fn export(desk: &Desk) -> Ran {
    let mut text = Vec::new();
    scan(&desk.place, None, |l| {
        text.extend_from_slice(l.raw);
        text.push(b'\n');
    })?;
    Ok(Outcome::say(String::from_utf8_lossy(&text).into_owned()))
}
