//! `feedback reply`: what was answered, in the owner's words or out of a template.
//!
//! A template is chosen, filled and looked over for each case; what it comes to is printed for pasting and recorded
//! as sent, in one batch. Nothing is sent from here.

mod asked;
mod fit;
mod template;

use super::deeds::{Deed, On, record};
use super::view;
use crate::case::book::Book;
use crate::case::fold;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::diagnostic::Severity;
use crate::event::{Verb, VerbFacts};
use crate::ledger::read::Lines;
use crate::render;
use crate::replies::{self, Finding, Template, Tone};
use crate::report::table::{Cell, Table};
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Case ids such as c12; `-` reads them from standard input
    #[arg(required_unless_present = "list", value_name = "CASE")]
    cases: Vec<String>,
    /// What you answered
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["template", "list"])]
    text: Option<String>,
    /// Fill in this template, print it to paste, and record it; without a name, the one that fits best
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", conflicts_with = "text")]
    template: Option<String>,
    /// What stands in a slot, such as order=1042; can be repeated
    #[arg(long, value_name = "SLOT=VALUE", requires = "template")]
    slot: Vec<String>,
    /// Choose among templates of this tone
    #[arg(long, value_parser = Tone::NAMES)]
    tone: Option<String>,
    /// Answer in this language [default: that of the message]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Print what it would be, record nothing
    #[arg(long, requires = "template")]
    preview: bool,
    /// Take the template's text although something in it is wrong
    #[arg(long, requires = "template")]
    anyway: bool,
    /// List the templates, or those that fit the case, the best first
    #[arg(long, conflicts_with_all = ["text", "template"])]
    list: bool,
    /// Answered out of the public's sight
    #[arg(long)]
    private: bool,
    /// Answered where everybody can read it, whatever is advised
    #[arg(long, conflicts_with = "private")]
    public: bool,
    /// When it happened, if earlier: RFC 3339, "2026-11-21 09:30", or how long ago (2h, 3d)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Bring the case up again at that time, or in 2h, 3d
    #[arg(long, value_name = "TIME")]
    follow_up: Option<String>,
}

/// Records a text, fills in a template, or lists templates.
pub fn run(a: &Arguments, desk: &mut Desk) -> Ran {
    if a.list && a.cases.is_empty() {
        let replies = desk.replies()?;
        return Ok(list(replies.templates.iter(), desk));
    }
    let on = On {
        cases: view::ids(&a.cases)?,
        at: a.at.clone(),
        follow_up: a.follow_up.clone(),
    };
    match &a.text {
        Some(text) => in_own_words(a, text, &on, desk),
        None => template::from_template(a, &on, desk),
    }
}

fn deed(text: &str, private: bool, template: Option<&str>) -> Deed {
    let facts = VerbFacts {
        private,
        template: template.map(str::to_owned),
        ..VerbFacts::default()
    };
    Deed::of(Verb::Reply, facts, Some(text.to_owned()))
}

/// What was posted already is told of what is doubtful in it, and recorded all the same.
fn in_own_words(a: &Arguments, text: &str, on: &On, desk: &mut Desk) -> Ran {
    let text = super::cases::filled("--text", text.to_owned())?;
    // Templates that are at fault keep nobody from recording what was said.
    let replies = desk.replies().unwrap_or_default();
    if !view::is_empty(desk) {
        let (book, _) = read(desk)?;
        let cases = on.cases.iter().filter_map(|id| view::find(&book, id).ok());
        let mut found: Vec<Finding> = Vec::new();
        for case in cases {
            let reply = replies::Reply {
                text: &text,
                public: !a.private,
                channel: book.names.word(case.first.channel),
            };
            let more = replies.check(&reply);
            found.extend(
                more.into_iter()
                    .filter(|f| !found.contains(f))
                    .collect::<Vec<_>>(),
            );
        }
        for finding in found {
            desk.talk
                .tell(&finding.diagnostic(&text, "--text", Severity::Warning));
        }
    }
    record(&[deed(&text, a.private, None)], on, desk)
}

/// The ledger as it is; what is doubtful about it is told by the commands that read.
fn read(desk: &Desk) -> Result<(Book, Lines), Failure> {
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    let (book, _, file) = view::read_steadily(|| fold::read(&desk.place, None, view::way(desk)))?;
    Ok((book, Lines::of(file, desk.place.ledger())))
}

/// Templates, one a line.
fn list<'t>(templates: impl Iterator<Item = &'t Template>, desk: &Desk) -> Outcome {
    let mut table = Table::new("", &["template", "kind", "topics", "tone", "place", "language"]);
    let any = || "–".to_owned();
    let joined = |words: Vec<&str>| match words.is_empty() {
        true => any(),
        false => words.join(", "),
    };
    for t in templates {
        let languages = t.texts.iter().map(|(l, _)| l.as_str()).filter(|l| !l.is_empty());
        table.row([
            Cell::Text(t.name.clone()),
            Cell::Text(joined(t.kinds.iter().map(|k| k.name()).collect())),
            Cell::Text(joined(t.topics.iter().map(String::as_str).collect())),
            Cell::Text(t.tone.map_or_else(any, |tone| tone.name().to_owned())),
            match t.private {
                Some(true) => Cell::Label("private"),
                Some(false) => Cell::Label("public"),
                None => Cell::Text(any()),
            },
            Cell::Text(joined(languages.collect())),
        ]);
    }
    Outcome::say(render::list(&table, desk.format, desk.style))
}
