//! `feedback ledger erase`: a customer's words go for good; the figures stay.

use super::holding::{Holding, holding};
use super::repair::name;
use crate::case::book::{case_id, case_number};
use crate::cli::commands::view;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Diagnostic;
use crate::event::{ERASE, EraseData};
use crate::intake::erased::Erased;
use crate::intake::named::Named;
use crate::intake::record::json as bytes;
use crate::intake::selection::{Selection, Whose};
use crate::ledger::append::Writer;
use crate::ledger::erase::{Recorded, erase};
use crate::ledger::evidence;
use crate::ledger::line::Draft;
use crate::ledger::read::scan;
use crate::render::{Format, json, safe};
use clap::{ArgGroup, Args, ValueEnum};
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Arguments.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true))]
pub struct Arguments {
    /// All messages of this customer, by name, handle or the platform's id of the account
    #[arg(long, value_name = "NAME", group = "whose")]
    author: Option<String>,
    /// All texts of this case: messages, replies, notes
    #[arg(long, value_name = "CASE", group = "whose")]
    case: Option<String>,
    /// One message, by the platform's id
    #[arg(long, value_name = "ID", group = "whose")]
    message: Option<String>,
    /// Only on this channel
    #[arg(long, value_name = "CHANNEL", conflicts_with = "case")]
    channel: Option<String>,
    /// Why, for the record; it must name nobody
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// What to do with the copies that `ledger repair` kept, which hold the texts too
    #[arg(long, value_enum)]
    damaged: Option<Copies>,
    /// Do it: it cannot be taken back
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Only say what would be erased
    #[arg(long)]
    dry_run: bool,
}

/// `--damaged`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Copies {
    /// Leave them; they are listed
    Keep,
    /// Remove them
    Purge,
}

/// At most so many hashes stand in one event.
const IDS_AN_EVENT: usize = 10_000;

/// Erases, or says what would go.
pub fn run(arguments: &Arguments, desk: &Desk) -> Ran {
    desk.prints_only("ledger erase", &[Format::Json])?;
    let whose = whose(arguments)?;
    let help = match (arguments.yes, arguments.why.is_some()) {
        _ if arguments.dry_run => None,
        (true, true) => None,
        (true, false) => Some("say --why TEXT, for the record; it must name nobody"),
        (false, true) => Some("look first with --dry-run, then say --yes"),
        (false, false) => {
            Some("look first with --dry-run, then say --why TEXT, which names nobody, and --yes")
        }
    };
    if let Some(help) = help {
        return Err(Failure::usage("erasing cannot be taken back", help));
    }
    let mut chosen = Selection::of(whose);
    let mut told = Told::default();
    if arguments.dry_run {
        let reach = scan(&desk.place, None, |l| chosen.look(&l.line))?;
        chosen.turn();
        scan(&desk.place, Some(reach.seq), |l| chosen.choose(&l.line))?;
        allowed(&chosen, arguments)?;
        told.copies = desk.place.damaged_copies()?;
    } else {
        let mut known = Erased::default();
        let mut writer = Writer::open(&desk.place, desk.lock_wait, |l| {
            chosen.look(&l.line);
            if l.line.ev == ERASE {
                known.take(&l.line);
            }
        })?;
        view::tell_torn(&writer, desk);
        chosen.turn();
        writer.scan(|l| chosen.choose(&l.line))?;
        allowed(&chosen, arguments)?;
        told.copies = desk.place.damaged_copies()?;
        if !told.copies.is_empty() && arguments.damaged.is_none() {
            return Err(Failure::usage(
                format!(
                    "the workspace holds copies of a damaged ledger: {}",
                    list(&told.copies)
                ),
                "they hold the texts too: say --damaged purge to remove them, or --damaged keep",
            ));
        }
        // Before the ledger: a crash between the two must not leave a picture that nobody asks for.
        let evidence: Vec<PathBuf> = evidence_of(&chosen, desk).collect();
        desk.place.remove(&evidence)?;
        told.removed = record(arguments, desk, &chosen, known.key(), writer)?;
        told.removed.extend(evidence);
        if arguments.damaged == Some(Copies::Purge) {
            desk.place.remove(&told.copies)?;
            told.removed.append(&mut told.copies);
        }
    }
    told.holding = holding(&desk.place, &chosen, &told.copies);
    let text = match desk.format {
        Format::Json => as_json(&chosen, &told, arguments),
        _ => for_eyes(&chosen, &told, arguments, desk),
    };
    Ok(Outcome {
        text,
        recorded: arguments.yes,
        ..Outcome::default()
    })
}

/// The files that are kept as evidence with what goes.
fn evidence_of(chosen: &Selection, desk: &Desk) -> impl Iterator<Item = PathBuf> {
    let files = chosen
        .evidence
        .iter()
        .filter_map(|path| evidence::inside(&desk.place, path));
    files
        .filter(|path| path.is_file())
        .collect::<BTreeSet<_>>()
        .into_iter()
}

/// What the owner is told besides how much it was.
#[derive(Default)]
struct Told {
    /// Copies of damaged ledgers that are left.
    copies: Vec<PathBuf>,
    /// Files that were removed.
    removed: Vec<PathBuf>,
    /// Files of the workspace that hold some of the texts, or were not looked into.
    holding: Holding,
}

fn whose(arguments: &Arguments) -> Result<Whose, Failure> {
    let channel = arguments.channel.clone();
    let empty = |option| Failure::usage(format!("{option} is empty"), "say whose words are to go");
    match (&arguments.author, &arguments.message, &arguments.case) {
        (Some(name), _, _) if name.trim_matches(['@', '＠', ' ']).is_empty() => Err(empty("--author")),
        (Some(name), _, _) => Ok(Whose::Author(name.clone(), channel)),
        (_, Some(id), _) if id.trim().is_empty() => Err(empty("--message")),
        (_, Some(id), _) => Ok(Whose::Message(id.trim().to_owned(), channel)),
        (_, _, case) => {
            let case = case.as_deref().unwrap_or_default();
            let number = case_number(case.trim());
            let what = || format!("--case: `{}` is no case id", safe::line(case));
            let number = number.ok_or_else(|| Failure::usage(what(), "name a case such as c12"))?;
            Ok(Whose::Case(number))
        }
    }
}

/// Something is chosen, it is clear whose, and `why` names nobody.
fn allowed(chosen: &Selection, arguments: &Arguments) -> Result<(), Failure> {
    if chosen.seqs.is_empty() {
        let fault = Diagnostic::error(
            "erase-nothing",
            "nothing in the ledger fits, or it is erased already",
        );
        return Err(Failure::refused([fault.help(
            "names, handles and ids must be written as `feedback show` prints them; see `feedback show CASE --format json`",
        )]));
    }
    let ambiguous = |what: String, help: &str| {
        Err(Failure::refused([
            Diagnostic::error("erase-ambiguous", what).help(help)
        ]))
    };
    let channels: Vec<&str> = chosen.accounts.keys().map(String::as_str).collect();
    if arguments.message.is_some() && channels.len() > 1 {
        let what = format!(
            "messages of this id stand on several channels: {}",
            channels.join(", ")
        );
        return ambiguous(what, "nothing was erased; name one with --channel");
    }
    for (channel, accounts) in &chosen.accounts {
        if arguments.author.is_some() && accounts.len() > 1 {
            let accounts: Vec<&str> = accounts.iter().map(String::as_str).collect();
            let what = format!(
                "{} accounts have this name on {channel}: {}",
                accounts.len(),
                accounts.join(", ")
            );
            return ambiguous(
                what,
                "nothing was erased; name each account that is meant: --author ID",
            );
        }
    }
    let named = arguments.why.as_deref().and_then(|why| chosen.named_in(why));
    match named {
        Some(word) => Err(Failure::usage(
            format!("--why names the customer or a message: `{}`", safe::line(word)),
            "it stays in the ledger: say why without naming anybody, such as \"asked by mail on Monday\"",
        )),
        None => Ok(()),
    }
}

fn record(
    arguments: &Arguments,
    desk: &Desk,
    chosen: &Selection,
    key: Option<[u8; 16]>,
    writer: Writer,
) -> Result<Vec<PathBuf>, Failure> {
    let key = match key {
        Some(key) => key,
        None => {
            let mut key = [0; 16];
            let random = getrandom::fill(&mut key).map_err(std::io::Error::other);
            random.map_err(|e| Failure::disk(desk.place.dir(), &e))?;
            key
        }
    };
    let why = Cow::Borrowed(arguments.why.as_deref().unwrap_or_default());
    let why = bytes(&EraseData { why });
    let facts: Vec<Vec<u8>> = chosen.facts(&key, IDS_AN_EVENT).iter().map(bytes).collect();
    let drafts: Vec<Draft<'_>> = facts
        .iter()
        .map(|facts| Draft {
            ev: ERASE,
            facts,
            data: Some(&why),
            ..Draft::default()
        })
        .collect();
    let (at, by) = (desk.recorded_at(), desk.by.as_str());
    Ok(erase(
        &desk.place,
        writer,
        &chosen.seqs,
        Recorded { at: &at, by },
        &drafts,
    )?)
}

fn list(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|p| name(p)).collect();
    safe::line(&names.join(", ")).into_owned()
}

/// How many places in which the name still stands are printed.
const MOST_NAMED: usize = 20;

/// `c3 note (line 12)`; without a case that can be shown, the line only.
fn standing(named: &Named) -> String {
    let case = named.case.map(|c| format!("{} ", case_id(c)));
    format!("{}{} (line {})", case.unwrap_or_default(), named.what, named.line)
}

fn for_eyes(chosen: &Selection, told: &Told, arguments: &Arguments, desk: &Desk) -> String {
    let lang = desk.style.lang;
    let say = |k: &str| lang.say(k);
    let mut text = String::new();
    if arguments.dry_run {
        text.push_str(&format!("{}\n", say("a dry run: nothing was changed")));
    }
    let counts = [
        (chosen.messages, "messages"),
        (chosen.seqs.len() as u64 - chosen.messages, "other texts"),
        (chosen.cases.len() as u64, "cases"),
    ];
    let counts: Vec<String> = counts.iter().map(|(n, k)| lang.count(*n, k)).collect();
    text.push_str(&format!("{}: {}\n", say("erased"), counts.join(" · ")));
    let mut line = |key: &str, items: Vec<String>| {
        if !items.is_empty() {
            let items = items
                .iter()
                .map(|i| safe::line(i).into_owned())
                .collect::<Vec<_>>();
            text.push_str(&format!("{}: {}\n", say(key), items.join(", ")));
        }
    };
    let left = chosen
        .left
        .iter()
        .map(|(case, n)| format!("{} ({n})", case_id(*case)));
    line("not touched, from others or about them; look at", left.collect());
    line(
        "the same account also wrote under other names; look at",
        chosen.other_names.iter().cloned().collect(),
    );
    let mut named: Vec<String> = chosen.named.iter().take(MOST_NAMED).map(standing).collect();
    let more = chosen.named_in_all - named.len() as u64;
    named.extend((more > 0).then(|| lang.count(more, "more")));
    line("the name still stands in; look at", named);
    line("removed", told.removed.iter().map(|p| name(p)).collect());
    let inside = |p: &PathBuf| {
        p.strip_prefix(desk.place.dir())
            .unwrap_or(p)
            .display()
            .to_string()
    };
    line(
        "these files still hold it",
        told.copies
            .iter()
            .chain(&told.holding.files)
            .map(inside)
            .collect(),
    );
    line(
        "not looked into, being too large, too deep or unreadable",
        told.holding.unseen.iter().map(inside).collect(),
    );
    line(
        "these exports brought it in, or were read since",
        chosen.exports.clone(),
    );
    line(
        "and so do",
        vec![say("your backups, sheets and mails: they are yours to clear")],
    );
    text
}

fn as_json(chosen: &Selection, told: &Told, arguments: &Arguments) -> String {
    let left = chosen
        .left
        .iter()
        .map(|(c, n)| json!({"case": case_id(*c), "texts": n}));
    let named = chosen
        .named
        .iter()
        .map(|n| json!({"line": n.line, "what": n.what, "case": n.case.map(case_id)}));
    let paths = |p: &[PathBuf]| p.iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
    json::pretty(&json!({
        "erased": arguments.yes,
        "messages": chosen.messages,
        "texts": chosen.seqs.len() as u64 - chosen.messages,
        "cases": chosen.cases.iter().map(|c| case_id(*c)).collect::<Vec<_>>(),
        "left": left.collect::<Vec<_>>(),
        "removed": paths(&told.removed),
        "damaged_copies": paths(&told.copies),
        "other_names": chosen.other_names,
        "named": named.collect::<Vec<_>>(),
        "named_in_all": chosen.named_in_all,
        "still_holding": paths(&told.holding.files),
        "not_looked_into": paths(&told.holding.unseen),
        "exports": chosen.exports,
    }))
}
