//! `feedback rules check`: is the rules file sound?

use crate::cli::desk::{Desk, read_text};
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::rules::RuleSet;
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file [default: rules.toml in the workspace]
    file: Option<PathBuf>,
}

/// Checks; exit 1 where something was found.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("rules check", &[])?;
    let path = arguments
        .file
        .clone()
        .unwrap_or_else(|| desk.place.dir().join("rules.toml"));
    let shown = path.display().to_string();
    let Some(text) = read_text(&path)? else {
        let fault = Diagnostic::error("file-unreadable", "there is no such file").at(shown, 0, 0);
        return Err(Failure::refused([fault.help(
            "`feedback init` writes a rules.toml; without one the starter rules hold",
        )]));
    };
    let (text, findings) = match RuleSet::compile(&text, &shown) {
        Ok((rules, warnings)) => {
            let n = rules.rules().len();
            (
                format!("{shown}: {n} {}\n", desk.style.lang.say("rules, all sound")),
                warnings,
            )
        }
        Err(faults) => (String::new(), faults),
    };
    desk.talk.tell_all(&findings, 100);
    let (text, exit) = if findings.is_empty() {
        (text, Exit::Done)
    } else {
        (String::new(), Exit::Findings)
    };
    Ok(Outcome {
        text,
        exit,
        recorded: false,
    })
}
