//! `feedback sources`: the known export formats, the workspace's own first; one of them in full.

use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::render::words::Lang;
use crate::render::{self, Format, Style, terminal};
use crate::report::table::{Cell, Table};
use crate::source::{self, Profile, Words, profiles};
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Show this one in full, with the columns of each part
    name: Option<String>,
}

/// Prints one row a format, or all of one.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    desk.learn_sources()?;
    let (table, is_list) = match &arguments.name {
        None => (list(desk), true),
        Some(name) => (full(found(name, desk)?, desk.style.lang), false),
    };
    let text = match desk.format {
        // Nothing is cut here: the terminal may break the long lines.
        Format::Table if is_list => terminal::cards(
            &table,
            2,
            Style {
                width: u16::MAX,
                ..desk.style
            },
        ),
        format => render::list(&table, format, desk.style),
    };
    Ok(Outcome::say(text))
}

fn all(desk: &Desk) -> impl Iterator<Item = &Profile> {
    desk.own_sources.iter().chain(profiles())
}

fn found<'d>(name: &str, desk: &'d Desk) -> Result<&'d Profile, Failure> {
    let near = |profile: &&Profile| strsim::jaro_winkler(&profile.name, name) > 0.8;
    all(desk).find(|profile| profile.name == name).ok_or_else(|| {
        let help = match all(desk).find(near) {
            Some(profile) => format!("did you mean `{}`?", profile.name),
            None => "`feedback sources` lists them all".to_owned(),
        };
        Failure::usage(format!("there is no source `{name}`"), help)
    })
}

fn words(words: &Words, lang: Lang) -> Cell {
    let text = if lang == Lang::En { &words.en } else { &words.zh };
    Cell::Text(text.clone())
}

fn recognised_by(profile: &Profile) -> String {
    if profile.line.is_some() {
        return "line".to_owned();
    }
    let lists: Vec<String> = profile
        .recognised_by
        .iter()
        .map(|names| names.join(" / "))
        .collect();
    lists.join(", ")
}

fn list(desk: &Desk) -> Table {
    let heads = [
        "source",
        "channel",
        "what",
        "recognised by",
        "how to download",
        "usually called",
    ];
    let mut table = Table::new("", &heads);
    for profile in all(desk) {
        table.row([
            Cell::Text(profile.name.clone()),
            Cell::Text(profile.channel.clone()),
            words(&profile.title, desk.style.lang),
            Cell::Text(recognised_by(profile)),
            words(&profile.download, desk.style.lang),
            profile.file.clone().map_or(Cell::Empty, Cell::Text),
        ]);
    }
    table
}

/// All that a format says, one thing a row.
fn full(profile: &Profile, lang: Lang) -> Table {
    let mut table = Table::new("", &["of the format", "is"]);
    let mut row = |what: Cell, is: Cell| {
        if !matches!(&is, Cell::Text(text) if text.is_empty()) {
            table.row([what, is]);
        }
    };
    row(Cell::Label("source"), Cell::Text(profile.name.clone()));
    row(Cell::Label("channel"), Cell::Text(profile.channel.clone()));
    row(Cell::Label("what"), words(&profile.title, lang));
    row(Cell::Label("recognised by"), Cell::Text(recognised_by(profile)));
    row(Cell::Label("how to download"), words(&profile.download, lang));
    let file = profile.file.clone().unwrap_or_default();
    row(Cell::Label("usually called"), Cell::Text(file));
    for (key, value) in settings(profile) {
        row(Cell::Text(key.to_owned()), Cell::Text(value));
    }
    for part in source::parts() {
        if let Some(names) = profile.roles.get(part) {
            let names = if names.is_empty() {
                "–".to_owned()
            } else {
                names.join(", ")
            };
            row(Cell::Text(part.to_owned()), Cell::Text(names));
        }
        for (word, value) in profile.values.get(part).into_iter().flatten() {
            row(Cell::Text(format!("{part} {word}")), Cell::Text(value.clone()));
        }
    }
    table
}

/// The keys of the file beside names, columns and values, as they are written there.
fn settings(profile: &Profile) -> Vec<(&'static str, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let yes = |yes: bool| if yes { "true".to_owned() } else { String::new() };
    vec![
        ("without", profile.without.join(", ")),
        ("direction", text(&profile.direction)),
        ("time_zone", text(&profile.time_zone)),
        ("date_order", text(&profile.date_order)),
        ("html", yes(profile.html)),
        ("excerpts", yes(profile.excerpts)),
        ("link", text(&profile.link)),
        ("id_from_link", yes(profile.id_from_link)),
        ("id_prefixes", profile.id_prefixes.join(", ")),
        ("several_replies", yes(profile.several_replies)),
        ("deleted_texts", profile.deleted_texts.join(", ")),
        ("repost_texts", profile.repost_texts.join(", ")),
        ("questions", yes(profile.questions)),
        ("ignored", profile.ignored.join(", ")),
        ("line", text(&profile.line)),
        ("marks", profile.marks.join(", ")),
        ("messages", profile.messages.join(", ")),
        ("inside", text(&profile.inside)),
    ]
}
