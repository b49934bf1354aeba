//! `feedback man`: the manual page, in roff.

use crate::cli::exit::{Exit, Failure};
use crate::cli::{Outcome, Ran};
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The command whose page is wanted [default: the program's]
    command: Option<String>,
}

/// Prints the page.
pub fn run(arguments: &Arguments) -> Ran {
    let mut root = crate::cli::command();
    root.build();
    let page = match &arguments.command {
        None => root,
        Some(name) => root.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::usage(format!("there is no command `{name}`"), "see `feedback --help`")
        })?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|e| Failure::output(Exit::Disk, &e))?;
    Ok(Outcome::say(String::from_utf8_lossy(&text).into_owned()))
}
