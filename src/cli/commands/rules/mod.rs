//! `feedback rules …`: what is done with the rules file itself. One file a subcommand; each has its
//! arguments and its run, and a line in the list below.

mod check;
mod corrections;
mod explain;
mod labelled;
mod replay;
mod suggest;
mod test;

use crate::cli::Ran;
use crate::cli::desk::Desk;
use clap::{Args, Subcommand};

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Rules,
}

#[derive(Debug, Subcommand)]
enum Rules {
    /// Compile the rules file and tell all that is wrong with it
    Check(check::Arguments),
    /// Why a mention is judged as it is, or how a text would be
    Explain(explain::Arguments),
    /// Judge the whole history by today's rules, and show what would change
    Replay(replay::Arguments),
    /// Judge labelled texts: precision, recall, F1, the confusion, and the rules that err
    Test(test::Arguments),
    /// Propose words from labelled texts, cross-validated, as a patch to rules.toml
    Suggest(suggest::Arguments),
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    match &arguments.command {
        Rules::Check(arguments) => check::run(arguments, desk),
        Rules::Explain(arguments) => explain::run(arguments, desk),
        Rules::Replay(arguments) => replay::run(arguments, desk),
        Rules::Test(arguments) => test::run(arguments, desk),
        Rules::Suggest(arguments) => suggest::run(arguments, desk),
    }
}
