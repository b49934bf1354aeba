//! `feedback watch`: the searches to paste into the platforms' own search.

use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::render::{self, Format, Style, terminal};
use crate::report::table::{Cell, Table};
use crate::rules::Group;
use crate::watch::{self, Search, Wanted};
use clap::Args;

/// Arguments.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Only this platform: x, weibo, xiaohongshu, google, … (may be given several times)
    #[arg(long, value_name = "NAME")]
    platform: Vec<String>,
    /// Only these words of the watch-list: brand, product, industry, competitor
    #[arg(long, value_name = "PART")]
    found_by: Vec<String>,
    /// Only what was posted since then, where a platform can ask for it (a date, or how long ago: 7d, 4w)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only texts in this language, where a platform can ask for it: en, zh, …
    #[arg(long, value_name = "LANG")]
    lang_of_text: Option<String>,
    /// Only what has so many likes, where a platform can ask for it
    #[arg(long, value_name = "N")]
    min_likes: Option<u32>,
}

/// Prints the searches.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    known(
        "--platform",
        &arguments.platform,
        &watch::platforms().collect::<Vec<_>>(),
    )?;
    let mut arguments = arguments.clone();
    for part in &mut arguments.found_by {
        *part = Group::NAMES
            .iter()
            .find(|name| **name == *part || desk.style.lang.say(name) == *part)
            .map_or_else(|| part.clone(), |name| (*name).to_owned());
    }
    let arguments = &arguments;
    known("--found-by", &arguments.found_by, Group::NAMES)?;
    let language = arguments.lang_of_text.as_deref();
    if language.is_some_and(|l| l.is_empty() || !l.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')) {
        return Err(Failure::usage(
            "--lang-of-text: this is no language",
            "write for example en, zh or es",
        ));
    }
    if desk.settings.watch.is_empty() {
        return Err(Failure::usage(
            "nothing is watched",
            "add [watch] to feedback.toml, with a line such as brand = [\"My shop\", \"@myshop\"]",
        ));
    }
    let since = arguments.since.as_deref().map(|text| desk.time("--since", text));
    let since = since
        .transpose()?
        .map(|at| desk.zone.day(desk.zone.anchor(at, false)));
    let table = table(&searches(arguments, desk, since.as_deref(), language));
    let text = match desk.format {
        // Nothing is cut here: a link must stay whole.
        Format::Table => terminal::cards(
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

fn searches(arguments: &Arguments, desk: &Desk, since: Option<&str>, language: Option<&str>) -> Vec<Search> {
    let handles: Vec<String> = desk.settings.handles.iter().map(|name| at(name)).collect();
    let mut parts = Vec::new();
    for (part, words) in desk.settings.watch.parts() {
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        if part == Group::Brand.name() {
            // Who speaks to the business is searched for, too.
            words.extend(handles.iter().map(String::as_str));
        }
        let asked = arguments.found_by.is_empty() || arguments.found_by.iter().any(|one| one == part);
        if asked && !words.is_empty() {
            parts.push((part, words));
        }
    }
    let wanted = Wanted {
        parts,
        own: &desk.settings.handles,
        since,
        today: &desk.zone.day(desk.now),
        language,
        likes: arguments.min_likes,
    };
    let mut found = watch::searches(&wanted);
    let asked = &arguments.platform;
    found.retain(|search| asked.is_empty() || asked.iter().any(|one| one == search.platform));
    found
}

fn at(name: &str) -> String {
    format!("@{}", name.trim().trim_start_matches(['@', '＠']))
}

fn table(searches: &[Search]) -> Table {
    let mut table = Table::new("", &["platform", "found_by", "search", "link"]);
    for search in searches {
        table.row([
            Cell::Text(search.platform.to_owned()),
            Group::parse(search.part).map_or(Cell::Empty, |part| Cell::Label(part.name())),
            Cell::Text(search.query.clone()),
            Cell::Text(search.link.clone()),
        ]);
    }
    table
}

/// What was meant, by its letters or by the name that people say.
fn nearest<'a>(name: &str, all: &[&'a str]) -> Option<&'a str> {
    let said = match name.to_lowercase().as_str() {
        "xhs" | "red" | "rednote" | "小红书" | "小紅書" => "xiaohongshu".to_owned(),
        "twitter" | "推特" => "x".to_owned(),
        "微博" => "weibo".to_owned(),
        other => other.to_owned(),
    };
    let near = all.iter().map(|one| (strsim::jaro_winkler(one, &said), *one));
    let best = near.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > 0.8).map(|(_, one)| one)
}

/// Refuses a name that is not among those that are known.
fn known(option: &str, names: &[String], all: &[&str]) -> Result<(), Failure> {
    match names.iter().find(|name| !all.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let near = nearest(name, all).map_or(String::new(), |near| format!("did you mean `{near}`? "));
            Err(Failure::usage(
                format!("{option}: `{name}` is not known"),
                format!("{near}choose from {}", all.join(", ")),
            ))
        }
    }
}
