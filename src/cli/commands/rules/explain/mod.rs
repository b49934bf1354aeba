//! `feedback rules explain`: why a mention is judged as it is, or how a text would be.

mod marks;
mod text;
mod told;

use crate::calendar::Moment;
use crate::case::Case;
use crate::case::book::{Book, case_id};
use crate::cli::commands::ingest::random_key;
use crate::cli::commands::view;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::intake::regulars::Counts;
use crate::judge::{Circumstances, Judge};
use crate::ledger::read::Lines;
use crate::message::Message;
use crate::render::{self, Format};
use crate::replay::mention::Mentions;
use crate::replay::rejudged::Rejudged;
use crate::rules::RuleSet;
use told::{Told, Whose};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A case id such as c12: the mention that the inbox shows
    #[arg(
        value_name = "CASE",
        required_unless_present = "text",
        conflicts_with = "text"
    )]
    case: Option<String>,
    /// Every mention of the case
    #[arg(long, requires = "case")]
    all: bool,
    /// A text to judge
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Where it was posted, such as x or google
    #[arg(long, value_name = "NAME", requires = "text")]
    channel: Option<String>,
    /// Its stars
    #[arg(long, value_name = "STARS", requires = "text")]
    rating: Option<f32>,
    /// Who wrote it
    #[arg(long, value_name = "NAME", requires = "text")]
    author: Option<String>,
    /// How many follow the author
    #[arg(long, value_name = "N", requires = "text")]
    reach: Option<u64>,
    /// When it was posted [default: now]
    #[arg(long, value_name = "TIME", requires = "text")]
    at: Option<String>,
    /// What the platform says of its language
    #[arg(long, value_name = "LANGUAGE", requires = "text")]
    language: Option<String>,
}

/// Explains.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.prints_only("rules explain", &[Format::Json])?;
    let rules = desk.rules()?;
    let told = match &arguments.case {
        Some(id) => of_case(id, arguments.all, &rules, desk)?,
        None => vec![of_text(arguments, &rules, desk)?],
    };
    Ok(Outcome::say(match desk.format {
        Format::Json => {
            render::json::pretty(&serde_json::json!({ "rules": rules.fingerprint(), "mentions": told }))
        }
        _ => {
            let texts: Vec<String> = told
                .iter()
                .map(|one| text::written(one, desk.style, desk.zone))
                .collect();
            texts.join("\n")
        }
    }))
}

/// A text that nobody has ingested.
fn of_text(arguments: &Arguments, rules: &RuleSet, desk: &Desk) -> Result<Told, Failure> {
    if let Some(stars) = arguments.rating.filter(|stars| !(0.0..=5.0).contains(stars)) {
        let what = format!("--rating: {stars} is no number of stars");
        return Err(Failure::usage(what, "write a number from 0 to 5"));
    }
    let posted = match &arguments.at {
        Some(at) => desk.time("--at", at)?,
        None => Moment::exact(desk.now),
    };
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    let author = word(&arguments.author);
    let message = Message {
        channel: word(&arguments.channel).to_lowercase().into(),
        author: author.trim_start_matches(['@', '＠']).to_owned().into(),
        text: word(&arguments.text).into(),
        rating: arguments.rating,
        reach: arguments.reach,
        language: arguments.language.clone().map(Into::into),
        posted: Some(posted),
        ..Message::default()
    };
    let mut judge = Judge::new(rules).within(desk.surroundings());
    let explained = judge.explain(
        &message,
        Circumstances {
            author_mentions: Some(1),
        },
    );
    let due = explained
        .judgement
        .target_s
        .and_then(|target| i64::try_from(target).ok());
    let due = due.map(|target_s| desk.now + target_s * 1000);
    Ok(Told::of(
        &message,
        &explained,
        Whose {
            due,
            ..Whose::default()
        },
    ))
}

/// The mentions of a case, beside what was judged of them.
fn of_case(id: &str, all: bool, rules: &RuleSet, desk: &Desk) -> Result<Vec<Told>, Failure> {
    let (book, lines): (Book, Lines) = view::fold(desk, None)?;
    let case: Case<'_> = view::find(&book, id).map_err(|fault| Failure::refused([fault]))?;
    let shown = case.shown();
    let mut judge = Judge::new(rules).within(desk.surroundings());
    let counts = Counts::of(&desk.place, rules, random_key()?)?;
    let (mut told, mut number) = (Vec::new(), 0);
    let numbers: Vec<u64> = case.mentions_to_judge().map(|item| item.byte()).collect();
    Mentions::new(&book, lines).each(
        case.items,
        |item| all || item.byte() == shown,
        |mut mention| {
            let n = &mut mention.circumstances.author_mentions;
            *n = counts.at(mention.byte, *n);
            number = 1 + numbers.iter().position(|byte| *byte == mention.byte).unwrap_or(0);
            let explained = judge.explain(&mention.message, mention.circumstances);
            let again = Rejudged::of(&mention, &explained.judgement, rules);
            let due = case
                .waiting
                .filter(|_| mention.byte == shown)
                .and_then(|waiting| waiting.due);
            let whose = Whose {
                case: Some(case_id(case.number)),
                mention: Some(number),
                recorded: Some(&again),
                due,
            };
            told.push(Told::of(&mention.message, &explained, whose));
        },
    )?;
    Ok(told)
}
