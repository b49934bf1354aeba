//! `feedback init`: makes a workspace.

use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::ledger::append::Writer;
use crate::rules::STARTER;
use crate::{replies, settings};
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {}

/// Makes folder, settings, rules, templates, an empty ledger and its head. What is there already is left alone.
pub fn run(_: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("init", &[])?;
    let place = desk.place.clone();
    let [feedback, rules, templates] =
        ["feedback.toml", "rules.toml", "replies.toml"].map(|name| place.dir().join(name));
    if [&feedback, &rules, &templates].iter().all(|file| file.exists()) && place.ledger().exists() {
        return Err(Failure::refused([Diagnostic::error(
            "workspace-exists",
            "this folder is a workspace already",
        )
        .at(place.dir().display().to_string(), 0, 0)
        .help(
            "nothing was changed; edit feedback.toml, rules.toml and replies.toml there, or choose another --dir",
        )]));
    }
    place.create_folder()?;
    let first = !place.ledger().exists();
    // Opening the ledger makes it, with its head and lock; a damaged one is told.
    drop(Writer::open(&place, desk.lock_wait, |_| {})?);
    let mut made = Vec::new();
    for (path, text) in [
        (&feedback, settings::template(desk.zone)),
        (&rules, STARTER.to_owned()),
        (&templates, replies::STARTER.to_owned()),
    ] {
        if !path.exists() {
            place.replace(path, text.as_bytes())?;
            made.push(path.display().to_string());
        }
    }
    if first {
        made.push(place.ledger().display().to_string());
    }
    let say = |k: &str| desk.style.lang.say(k);
    let mut text = format!("{} {}\n", say("A workspace is ready in"), place.dir().display());
    for path in made {
        text.push_str(&format!("  {path}\n"));
    }
    text.push_str(&format!(
        "{}\n",
        say("Next: put your accounts into feedback.toml, then: feedback ingest FILE...")
    ));
    Ok(Outcome {
        text,
        recorded: true,
        ..Outcome::default()
    })
}
