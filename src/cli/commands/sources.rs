//! `feedback sources`: the known export formats.

use crate::cli::desk::Desk;
use crate::cli::{Outcome, Ran};
use crate::render::words::Lang;
use crate::render::{self, Format, Style, terminal};
use crate::report::table::{Cell, Table};
use crate::source::profiles;
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {}

/// Prints one row a format.
pub fn run(_: &Arguments, desk: &mut Desk) -> Ran {
    let english = desk.style.lang == Lang::En;
    let mut table = Table::new(
        "",
        &["source", "channel", "what", "recognised by", "how to download"],
    );
    for profile in profiles() {
        let words = |w: &crate::source::Words| Cell::Text(if english { &w.en } else { &w.zh }.clone());
        table.row([
            Cell::Text(profile.name.clone()),
            Cell::Text(profile.channel.clone()),
            words(&profile.title),
            Cell::Text(
                profile
                    .recognised_by
                    .iter()
                    .map(|names| names.join(" / "))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            words(&profile.download),
        ]);
    }
    let text = match desk.format {
        // Nothing is cut here: the terminal may break the long lines.
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
