//! The known exports: each one a data file under `profiles/`, which says how it is recognised.
//!
//! A profile adds no code: it names a channel, and may put its own column names in the place of the
//! general ones. What is in no profile is read by the general names alone.

use super::columns::plain;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

/// A sentence in the languages of the program.
#[derive(Debug, Clone, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// One known export.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Short name, as `ingest` prints it.
    pub name: String,
    /// What it is.
    pub title: Words,
    /// The channel of all its messages.
    pub channel: String,
    /// The columns by which it is recognised: all of one of these lists must be there.
    pub recognised_by: Vec<Vec<String>>,
    /// How to get such a file.
    pub download: Words,
    /// Column names that take the place of the general ones, by part.
    #[serde(default)]
    pub roles: BTreeMap<String, Vec<String>>,
}

const FILES: &[&str] = &[
    include_str!("profiles/x-support.toml"),
    include_str!("profiles/google-play.toml"),
    include_str!("profiles/google-business.toml"),
    include_str!("profiles/xiaohongshu.toml"),
    include_str!("profiles/reddit.toml"),
];

/// All known exports. (That each file can be read is tested.)
pub fn profiles() -> &'static [Profile] {
    static PROFILES: OnceLock<Vec<Profile>> = OnceLock::new();
    PROFILES.get_or_init(|| {
        FILES
            .iter()
            .filter_map(|text| toml::from_str(text).ok())
            .collect()
    })
}

/// The profile whose columns are all there.
pub(super) fn recognise(header: &[String]) -> Option<&'static Profile> {
    let there: HashSet<String> = header.iter().map(|name| plain(name)).collect();
    let fits = |columns: &Vec<String>| columns.iter().all(|name| there.contains(&plain(name)));
    profiles()
        .iter()
        .find(|profile| profile.recognised_by.iter().any(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_reads_and_recognises_its_own_columns() {
        for text in FILES {
            toml::from_str::<Profile>(text).unwrap();
        }
        for profile in profiles() {
            for columns in &profile.recognised_by {
                assert_eq!(
                    recognise(columns).map(|p| p.name.as_str()),
                    Some(profile.name.as_str())
                );
            }
        }
    }
}
