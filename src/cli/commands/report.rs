//! `feedback report`: figures that can be traced.

use super::inbox::Filters;
use super::view;
use crate::case::Case;
use crate::case::book::case_id;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::render::{self, Format};
use crate::report::scope::{By, Division, Scope};
use crate::report::table::{Cell, Table, Value};
use crate::report::{self, Material, figures, parts, repeats};
use clap::{Args, ValueEnum};

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// overview, response, resolution, backlog or repeats
    #[arg(default_value = "overview")]
    name: String,
    /// From this time or day on (a date, RFC 3339, or how long ago: 7d, 4w)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Up to this time (excluded), or to the end of this day
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Divide by channel, priority, kind, topic, assignee, found_by, day or week
    #[arg(long, value_name = "WHAT")]
    by: Option<String>,
    /// By which date a case belongs to the period
    #[arg(long, value_enum, default_value_t)]
    basis: BasisArgument,
    /// Fold only what had been recorded by this time: the figures as they would have been printed then
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// List the cases behind this figure instead, exactly n lines
    #[arg(long, value_name = "FIGURE")]
    cases: Option<String>,
    /// `repeats`: only groups of at least so many cases
    #[arg(long, value_name = "N", default_value_t = 2)]
    at_least: usize,
    #[command(flatten)]
    filters: Filters,
}

/// `--basis`
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum BasisArgument {
    /// When the first mention was posted
    #[default]
    Posted,
    /// When it was first answered
    Replied,
    /// When it was settled
    Resolved,
}

/// Prints the report, or the cases behind a figure.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    let kind = report::named(&arguments.name).ok_or_else(|| {
        let names: Vec<&str> = report::REPORTS.iter().map(|r| r.name).collect();
        Failure::usage(
            format!("there is no report `{}`", arguments.name),
            format!("choose from {}", names.join(", ")),
        )
    })?;
    let by = arguments.by.as_deref().map(division).transpose()?;
    let as_of = arguments
        .as_of
        .as_deref()
        .map(|t| desk.time("--as-of", t))
        .transpose()?
        .map(|m| m.millis);
    let scope = Scope {
        from: desk.bound("--since", arguments.since.as_deref())?,
        to: desk.bound("--until", arguments.until.as_deref())?,
        by: match arguments.basis {
            BasisArgument::Posted => By::Posted,
            BasisArgument::Replied => By::Replied,
            BasisArgument::Resolved => By::Resolved,
        },
        ..arguments.filters.scope()?
    };
    if let (Some(from), Some(to)) = (scope.from, scope.to)
        && from >= to
    {
        return Err(Failure::usage(
            "--since is not before --until",
            "exchange the two",
        ));
    }
    let (book, mut lines) = view::fold(desk, as_of)?;
    view::tell_unknown_filters(desk, &book, &scope);
    let material = Material {
        book: &book,
        as_of: as_of.unwrap_or(desk.now),
        zone: desk.zone,
        scope: &scope,
        by,
        business: &desk.settings.name,
        silence_ms: view::silence_ms(desk),
        threads: desk.threads,
    };
    let groups = match kind.name == repeats::REPORT.name {
        true => super::repeats::in_scope(&material, arguments.at_least, &mut lines, desk)?,
        false => Vec::new(),
    };
    if let Some(name) = &arguments.cases {
        let groups = (kind.name == name && name == repeats::REPORT.name).then_some(groups);
        return behind(name, &material, groups.as_deref(), desk);
    }
    if desk.zone_is_assumed {
        desk.talk.note(&format!(
            "note: days are counted in {}, this machine's zone; set time_zone in feedback.toml",
            desk.zone.name()
        ));
    }
    let mut computed = report::compute(kind, &material);
    if kind.name == repeats::REPORT.name {
        let samples = super::repeats::samples(&groups, &mut lines, desk)?;
        repeats::complete(&mut computed, &material, &groups, &samples);
    }
    Ok(Outcome::say(render::report(&computed, desk.format, desk.style)))
}

fn division(name: &str) -> Result<Division, Failure> {
    Division::ALL
        .into_iter()
        .find(|d| d.name() == name)
        .ok_or_else(|| {
            let names: Vec<&str> = Division::ALL.iter().map(|d| d.name()).collect();
            Failure::usage(
                format!("--by: `{name}` is no division"),
                format!("choose from {}", names.join(", ")),
            )
        })
}

/// One line for each of the figure's n.
fn behind(name: &str, material: &Material<'_>, groups: Option<&[repeats::Group]>, desk: &Desk) -> Ran {
    let repeated = groups.map(repeats::behind);
    let behind = repeated.or_else(|| material.behind(name)).ok_or_else(|| {
        let figures = figures::ALL.iter().map(|f| f.name);
        let all: Vec<_> = figures.chain(parts::PARTS).collect();
        Failure::usage(
            format!("--cases: there is no figure `{name}`"),
            format!("choose from {}", all.join(", ")),
        )
    })?;
    let mut table = Table::new("", &["case", "value", "channel", "begun"]);
    let mut text = String::new();
    for entry in behind {
        let Some(case) = Case::of(material.book, material.book.items_of(entry.case)) else {
            continue;
        };
        let channel = view::channel(material.book, &case);
        let (id, begun) = (case_id(case.number), view::rfc(case.begun));
        let value = match entry.value {
            Value::Seconds(Some(s)) => format!("{s} s"),
            Value::Count(n) => n.to_string(),
            _ => String::new(),
        };
        text.push_str(&format!("{id}\t{value}\t{channel}\t{begun}\n"));
        table.row([
            Cell::Text(id),
            entry.value.into(),
            Cell::Text(channel.into_owned()),
            Cell::Text(begun),
        ]);
    }
    Ok(Outcome::say(if desk.format == Format::Table {
        text
    } else {
        render::list(&table, desk.format, desk.style)
    }))
}
