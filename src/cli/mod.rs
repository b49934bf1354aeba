//! The command line: argv, environment, clock, terminal and exit codes. Everything below computes; this
//! speaks. A command is one file in [`commands`].

#![allow(clippy::disallowed_methods)] // this is the room that may ask the machine

pub mod commands;
pub mod desk;
pub mod exit;
pub mod mappings;
mod own_sources;
pub mod talk;

use crate::render::{Format, safe};
use clap::builder::PossibleValue;
use clap::{Args, CommandFactory, Parser, ValueEnum};
use desk::Desk;
use exit::{Exit, Failure};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// What a command has to say on standard output, and how it went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Data for standard output.
    pub text: String,
    /// How it went.
    pub exit: Exit,
    /// Something was recorded, so that losing the output is another matter than failing.
    pub recorded: bool,
}

impl Outcome {
    /// Done, with this to say.
    pub fn say(text: String) -> Self {
        Outcome {
            text,
            ..Outcome::default()
        }
    }
}

/// Standard output for what is too long to be held: written as it comes.
pub struct Stream {
    out: std::io::BufWriter<std::io::StdoutLock<'static>>,
    on_terminal: bool,
    failed: Option<std::io::Error>,
}

impl Stream {
    /// Nothing is written yet.
    pub fn open() -> Self {
        Stream {
            out: std::io::BufWriter::with_capacity(64 * 1024, std::io::stdout().lock()),
            on_terminal: std::io::stdout().is_terminal(),
            failed: None,
        }
    }

    /// Writes on, unless that has failed before: every byte as it is, but to a terminal nothing that it
    /// would obey.
    pub fn write(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            let written = if self.on_terminal {
                let text = String::from_utf8_lossy(bytes);
                self.out.write_all(safe::for_programs(&text).as_bytes())
            } else {
                self.out.write_all(bytes)
            };
            self.failed = written.err();
        }
    }

    /// How it went; a closed pipe is no error.
    pub fn close(mut self) -> Ran {
        match self.failed.take().map_or_else(|| self.out.flush(), Err) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::output(Exit::Disk, &e)),
            _ => Ok(Outcome::default()),
        }
    }
}

/// What a command gives back.
pub type Ran = Result<Outcome, Failure>;

/// Keeps a small business's customers' voices: reads what you export, shows what to answer next, and
/// reports figures that can be traced to single messages. Your data stays in your files.
#[derive(Debug, Parser)]
#[command(name = "feedback", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done · 1 findings · 2 wrong usage · 3 done, some rows rejected · 4 refused, \
nothing written · 5 ledger damaged · 6 disk or permission · 7 busy · 8 recorded, but the output was lost · 70 our bug"
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: commands::Command,
}

/// What can be said with every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The workspace [default: $FEEDBACK_DIR, else the nearest parent folder with a feedback.toml, else
    /// the current folder]
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Take this as the present time (RFC 3339), for tests, replays and late cron jobs
    #[arg(long, global = true, value_name = "TIME")]
    now: Option<String>,
    /// How to print figures and lists
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    /// Language of what is printed: en, zh-Hans or zh-Hant [default: from feedback.toml, else the locale]
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<String>,
    /// Colour on the terminal
    #[arg(long, global = true, value_enum, default_value_t)]
    color: Color,
    /// Say less on standard error
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Who records [default: the user in feedback.toml, else the login name]
    #[arg(long, global = true, value_name = "NAME")]
    by: Option<String>,
    /// Seconds to wait for another feedback command to finish writing
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10)]
    lock_wait: u64,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Format::Table,
            Format::Json,
            Format::Csv,
            Format::Markdown,
            Format::Html,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Format::Table => ("table", "For eyes"),
            Format::Json => ("json", "For programs"),
            Format::Csv => ("csv", "For spreadsheets"),
            Format::Markdown => ("markdown", "For notes and tickets"),
            Format::Html => ("html", "For a browser or a mail"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

/// `--color`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The whole command line, for completions, manual pages and the reference.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are data; anything else is wrong usage. A closed pipe is no error.
            let _ = e.print();
            return if e.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    let (quiet, color) = (cli.global.quiet, desk::wants_color(cli.global.color, false));
    let talk = talk::Talk::new(quiet, color);
    let for_programs = cli.global.format != Format::Table || cli.command.prints_for_programs();
    let ran = Desk::open(&cli.global, talk).and_then(|mut desk| commands::run(cli.command, &mut desk));
    match ran {
        Ok(mut outcome) => {
            // Programs get every byte as it is; a terminal never gets what it would obey.
            if for_programs && std::io::stdout().is_terminal() {
                outcome.text = safe::for_programs(&outcome.text).into_owned();
            }
            print(&outcome, talk)
        }
        Err(failure) => {
            talk.failure(&failure);
            failure.exit
        }
    }
}

fn print(outcome: &Outcome, talk: talk::Talk) -> Exit {
    let mut out = std::io::stdout().lock();
    match out.write_all(outcome.text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => outcome.exit,
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => outcome.exit,
        Err(e) => {
            let exit = if outcome.recorded {
                Exit::OutputLost
            } else {
                Exit::Disk
            };
            talk.failure(&Failure::output(exit, &e));
            exit
        }
    }
}
