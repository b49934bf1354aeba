//! Files that look like exports of messages and hold none: they are named for what they are.
//!
//! They are listed in `lookalikes.toml`. Asked only about files that are no known export.

use super::columns::plain;
use crate::diagnostic::Diagnostic;
use serde::Deserialize;
use std::sync::OnceLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LookAlike {
    what: String,
    take: String,
    recognised_by: Vec<Vec<String>>,
    #[serde(default)]
    without: Vec<String>,
    /// Its names are everyday ones, so only a table without a column of texts is it.
    #[serde(default)]
    textless: bool,
}

#[derive(Debug, Default, Deserialize)]
struct List {
    file: Vec<LookAlike>,
}

/// All of them. (That they can be read is tested.)
fn known() -> &'static [LookAlike] {
    static KNOWN: OnceLock<Vec<LookAlike>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        toml::from_str::<List>(include_str!("lookalikes.toml"))
            .unwrap_or_default()
            .file
    })
}

/// Why a file with these names is refused, if it is one of them.
pub(super) fn refusal(shown: &str, has: &dyn Fn(&str) -> bool) -> Option<Diagnostic> {
    refused(shown, has, false)
}

fn refused(shown: &str, has: &dyn Fn(&str) -> bool, textless: bool) -> Option<Diagnostic> {
    let fits = |file: &&LookAlike| {
        file.textless == textless
            && file
                .recognised_by
                .iter()
                .any(|names| names.iter().all(|name| has(name)))
            && !file.without.iter().any(|name| has(name))
    };
    let file = known().iter().find(fits)?;
    let reason = format!("the file holds {}; there are no messages in it", file.what);
    let help = format!("nothing of it is needed; take `{}` instead", file.take);
    Some(
        Diagnostic::error("file-look-alike", reason)
            .at(shown, 1, 1)
            .help(help),
    )
}

/// The same for a table, by its header.
pub(super) fn refusal_of_table(shown: &str, header: &[String]) -> Option<Diagnostic> {
    let there: Vec<String> = header.iter().map(|name| plain(name)).collect();
    refusal(shown, &|name| there.contains(&plain(name)))
}

/// The same for a table in which no column holds texts.
pub(super) fn refusal_of_textless(shown: &str, header: &[String]) -> Option<Diagnostic> {
    let there: Vec<String> = header.iter().map(|name| plain(name)).collect();
    refused(shown, &|name| there.contains(&plain(name)), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_known_by_its_own_names_and_no_export_of_messages_is() {
        let list: List = toml::from_str(include_str!("lookalikes.toml")).unwrap();
        for file in &list.file {
            for names in &file.recognised_by {
                let found = match file.textless {
                    true => refusal_of_textless("f", names).unwrap(),
                    false => refusal_of_table("f", names).unwrap(),
                };
                assert!(found.message.is_ascii(), "in one language: {found:?}");
                assert!(found.message.contains(&file.what), "{names:?}: {found:?}");
            }
        }
        for profile in super::super::profiles::profiles()
            .iter()
            .filter(|p| p.refused.is_none())
        {
            for names in &profile.recognised_by {
                assert!(refusal_of_table("f", names).is_none(), "{}", profile.name);
            }
        }
    }
}
