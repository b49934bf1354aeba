//! `feedback completions`: a completion script for a shell.

use crate::cli::{Outcome, Ran};
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the script.
pub fn run(arguments: &Arguments) -> Ran {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::cli::command(), "feedback", &mut text);
    Ok(Outcome::say(String::from_utf8_lossy(&text).into_owned()))
}
