//! The list of commands; each is one file with its arguments and its `run`.

mod cases;
mod check;
mod completions;
mod deeds;
mod digest;
mod evidence;
mod exports;
mod history;
mod inbox;
mod ingest;
mod init;
mod judge;
mod judged;
mod ledger;
mod link;
mod man;
mod preview;
mod repeats;
mod reply;
mod report;
mod rules;
mod sheet;
mod show;
mod sources;
mod step;
mod r#try;
pub mod view;
mod watch;

use super::Ran;
use super::desk::Desk;
use clap::Subcommand;

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace, with commented feedback.toml and rules.toml
    Init(init::Arguments),
    /// Read exports into a throwaway workspace, print the overview, leave nothing
    Try(r#try::Arguments),
    /// Read exports; all of a file or nothing; safe to repeat
    Ingest(ingest::Arguments),
    /// The known export formats, and how each is recognised
    Sources(sources::Arguments),
    /// What to answer next: open cases by due time, with why
    Inbox(inbox::Arguments),
    /// One case: its messages, judgement, clocks and history
    Show(show::Arguments),
    /// Answer: record what you posted (--text), or fill in a template and record it (--template)
    Reply(reply::Arguments),
    /// Read, will follow up later; stops no clock
    Acknowledge(cases::Plain),
    /// Handed to another team or person (--to)
    Refer(cases::Refer),
    /// Handed upwards
    Escalate(cases::Escalate),
    /// Settled as far as you know
    Resolve(cases::Plain),
    /// The customer agreed that it is settled
    Confirm(cases::Plain),
    /// Nothing more will be done
    Close(cases::Plain),
    /// It was not settled after all
    Reopen(cases::Plain),
    /// Give a case to somebody (--to)
    Assign(cases::Assign),
    /// Correct what the rules say of a mention (--kind, --priority, …); `rules suggest` learns from it
    Judge(judge::Arguments),
    /// Add a private note
    Note(cases::Note),
    /// Put a label on (--tag)
    Tag(cases::Tag),
    /// Keep what proves what was said: a file, an address, words
    Evidence(evidence::Arguments),
    /// One step of a case's checklist is done: for abuse, or an attack on the brand
    Step(step::Arguments),
    /// Cases that repeat one another: their group, its cause, a notice or common reply
    Link(link::Arguments),
    /// Figures: overview (default), response, resolution, backlog
    Report(report::Arguments),
    /// The daily summary for cron and mail
    Digest(digest::Arguments),
    /// Silent when all is well; exit 1 and one line a finding when something is overdue
    Check(check::Arguments),
    /// The spreadsheet of cases
    Sheet(sheet::Arguments),
    /// Check the rules file
    Rules(rules::Arguments),
    /// The searches to paste into the platforms, from the watch-list in feedback.toml
    Watch(watch::Arguments),
    /// Verify, export, repair and erase the ledger
    Ledger(ledger::Arguments),
    /// Print a completion script for your shell
    Completions(completions::Arguments),
    /// Print the manual page
    Man(man::Arguments),
}

impl Command {
    /// Whether it prints files for programs even where no `--format` is given.
    pub fn prints_for_programs(&self) -> bool {
        matches!(self, Command::Sheet(_) | Command::Ledger(_))
    }
}

/// Runs a command.
pub fn run(command: Command, desk: &mut Desk) -> Ran {
    use crate::event::Verb;
    match command {
        Command::Init(a) => init::run(&a, desk),
        Command::Try(a) => r#try::run(&a, desk),
        Command::Ingest(a) => ingest::run(&a, desk),
        Command::Sources(a) => sources::run(&a, desk),
        Command::Inbox(a) => inbox::run(&a, desk),
        Command::Show(a) => show::run(&a, desk),
        Command::Reply(a) => reply::run(&a, desk),
        Command::Acknowledge(a) => cases::plain(Verb::Acknowledge, a, desk),
        Command::Refer(a) => cases::refer(a, desk),
        Command::Escalate(a) => cases::escalate(a, desk),
        Command::Resolve(a) => cases::plain(Verb::Resolve, a, desk),
        Command::Confirm(a) => cases::plain(Verb::Confirm, a, desk),
        Command::Close(a) => cases::plain(Verb::Close, a, desk),
        Command::Reopen(a) => cases::plain(Verb::Reopen, a, desk),
        Command::Assign(a) => cases::assign(a, desk),
        Command::Judge(a) => judge::run(a, desk),
        Command::Note(a) => cases::note(a, desk),
        Command::Tag(a) => cases::tag(a, desk),
        Command::Evidence(a) => evidence::run(a, desk),
        Command::Step(a) => step::run(a, desk),
        Command::Link(a) => link::run(a, desk),
        Command::Report(a) => report::run(&a, desk),
        Command::Digest(a) => digest::run(&a, desk),
        Command::Check(a) => check::run(&a, desk),
        Command::Sheet(a) => sheet::run(&a, desk),
        Command::Rules(a) => rules::run(&a, desk),
        Command::Watch(a) => watch::run(&a, desk),
        Command::Ledger(a) => ledger::run(&a, desk),
        Command::Completions(a) => completions::run(&a),
        Command::Man(a) => man::run(&a),
    }
}
