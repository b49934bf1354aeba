//! `feedback ledger`: what is done to the ledger itself; each is one file with its arguments and `run`.

mod erase;
mod export;
mod flat;
mod holding;
mod repair;
mod verify;

use super::view;
use crate::cli::Ran;
use crate::cli::desk::Desk;
use clap::{Args, Subcommand};

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Ledger,
}

#[derive(Debug, Subcommand)]
enum Ledger {
    /// Read every byte and name line and byte of what is wrong
    Verify(verify::Arguments),
    /// Print one short line to keep elsewhere, against which `verify --against` checks later
    Anchor,
    /// Print the finished batches as they stand; with --format json or csv as one flat table
    Export(export::Arguments),
    /// Save what can be saved of a damaged ledger; the damaged one is kept beside
    Repair(repair::Arguments),
    /// Erase a customer's texts for good; no figure changes
    Erase(erase::Arguments),
}

/// Runs one of them.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    match &arguments.command {
        Ledger::Verify(a) => verify::run(a, desk),
        Ledger::Anchor => verify::anchor(desk),
        Ledger::Export(a) => export::run(a, desk),
        Ledger::Repair(a) => repair::run(a, desk),
        Ledger::Erase(a) => erase::run(a, desk),
    }
}
