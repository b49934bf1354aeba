//! What the user says of some exports: which files she means, and what holds for them instead of what would be
//! found out. Pure; reads no settings file.

use super::columns::{Table, Way, plain};
use crate::calendar::{Moment, Zone};
use crate::diagnostic::Diagnostic;
use crate::message::Direction;
use std::collections::BTreeMap;
use wildmatch::WildMatch;

/// What holds for the files that it is about.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// Where the user says so, as it is printed.
    pub said_at: String,
    /// Files of such a name, with `*` and `?`.
    pub file: Option<String>,
    /// Files with all of these columns.
    pub columns_like: Vec<String>,
    /// Files recognised as the export of that name.
    pub source: Option<String>,
    /// The channel of all messages.
    pub channel: Option<String>,
    /// The zone of times that name none.
    pub zone: Option<Zone>,
    /// The encoding; only where `file` is given.
    pub encoding: Option<String>,
    /// `9/6/2018` is the ninth of June.
    pub day_first: Option<bool>,
    /// When the files were exported.
    pub exported: Option<Moment>,
    /// The direction of messages that name none.
    pub direction: Option<Direction>,
    /// The column of a part, by the part's name.
    pub columns: BTreeMap<String, String>,
}

/// What an export is called: a file, or a member of an archive, or a sheet of a workbook.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'n> {
    /// The name to print: `downloads/book.xlsx/Sheet 1`.
    pub(super) shown: &'n str,
    /// The file that it stands in: `downloads/book.xlsx`.
    pub(super) outer: &'n str,
}

impl<'n> Named<'n> {
    /// The file's own name, without its folder.
    pub(super) fn file(self) -> &'n str {
        self.outer.rsplit(['/', '\\']).next().unwrap_or(self.outer)
    }

    /// Every name that a pattern may mean: what is printed, `book.xlsx/Sheet 1`, `book.xlsx`, `Sheet 1`.
    fn all(self) -> impl Iterator<Item = &'n str> {
        let folder = self.outer.len() - self.file().len();
        let inside = self.shown.get(folder..).unwrap_or(self.shown);
        let part = inside.strip_prefix(self.file()).unwrap_or_default();
        let part = part.trim_start_matches('/');
        let last = self.shown.rsplit(['/', '\\']).next();
        [self.shown, inside, self.file(), part]
            .into_iter()
            .chain(last)
            .filter(|name| !name.is_empty())
    }
}

impl Mapping {
    /// Whether a file's name is meant; yes where names do not matter.
    fn is_named(&self, named: Named<'_>) -> bool {
        let Some(glob) = self.file.as_deref() else {
            return true;
        };
        let glob = WildMatch::new_case_insensitive(glob);
        named.all().any(|name| glob.matches(name))
    }

    fn is_about(&self, named: Named<'_>, header: &[String], source: Option<&str>) -> bool {
        let there = |name: &String| header.iter().any(|other| plain(other) == plain(name));
        self.is_named(named)
            && self.columns_like.iter().all(there)
            && self.source.as_deref().is_none_or(|wanted| source == Some(wanted))
    }

    /// Puts the user's columns in the place of all others.
    pub(super) fn apply(&self, table: &mut Table) {
        let columns = self
            .columns
            .iter()
            .map(|(part, name)| (part.clone(), vec![name.clone()]))
            .collect();
        table.override_with(&columns, Way::Settings);
        if self.channel.is_some() && !self.columns.contains_key("channel") {
            let none = BTreeMap::from([("channel".to_owned(), Vec::new())]);
            table.override_with(&none, Way::Settings);
        }
        table.reserve(self.columns.values());
    }

    /// That it holds for this file.
    pub(super) fn told(&self, shown: &str) -> Diagnostic {
        let reason = format!("read as the [[source]] at {} says", self.said_at);
        Diagnostic::note("settings-applied", reason)
            .at(shown, 0, 0)
            .help("nothing to do")
    }

    /// The columns that it names and the file has not.
    pub(super) fn missing(&self, shown: &str, header: &[String]) -> Vec<Diagnostic> {
        let is_there = |name: &str| header.iter().any(|other| plain(other) == plain(name));
        let lost = self.columns.iter().filter(|(_, name)| !is_there(name));
        lost.map(|(part, name)| {
            let part = part.replace('_', " ");
            let reason = format!(
                "the [[source]] at {} takes `{name}` for the {part}, but there is no such column",
                self.said_at
            );
            let names: Vec<&str> = header
                .iter()
                .map(String::as_str)
                .filter(|name| !name.is_empty())
                .take(12)
                .collect();
            Diagnostic::error("column-missing", reason)
                .at(shown, 1, 0)
                .help(format!("there are: {}", names.join(", ")))
        })
        .collect()
    }
}

/// The encoding that the user says of files of such a name.
pub(super) fn encoding<'m>(mappings: &'m [Mapping], named: Named<'_>) -> Option<&'m str> {
    let named = mappings
        .iter()
        .filter(|mapping| mapping.file.is_some() && mapping.is_named(named));
    named.filter_map(|mapping| mapping.encoding.as_deref()).next()
}

/// The first that is about this file.
pub(super) fn about<'m>(
    mappings: &'m [Mapping],
    named: Named<'_>,
    header: &[String],
    source: Option<&str>,
) -> Option<&'m Mapping> {
    mappings
        .iter()
        .find(|mapping| mapping.is_about(named, header, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_the_workbook_its_sheet_or_both() {
        let named = Named {
            shown: "downloads/大众点评11月.xlsx/好评",
            outer: "downloads/大众点评11月.xlsx",
        };
        let is = |file: &str| {
            let mapping = Mapping {
                file: Some(file.to_owned()),
                ..Mapping::default()
            };
            mapping.is_named(named)
        };
        assert!(is("大众点评*.xlsx") && is("好评") && is("大众点评*.xlsx/好评") && is("downloads/*"));
        assert!(!is("downloads") && !is("差评") && !is("大众点评*.xlsx/差评"));
        let file = Named {
            shown: "downloads/reviews.csv",
            outer: "downloads/reviews.csv",
        };
        assert_eq!(file.file(), "reviews.csv");
    }
}
