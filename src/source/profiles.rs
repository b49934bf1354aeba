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
    /// Column names that take the place of the general ones, by part. Where the first name begins with `+`
    /// (alone), the general ones stay and these stand before them.
    #[serde(default)]
    pub roles: BTreeMap<String, Vec<String>>,
    /// What such a file is usually called. It is only shown: files are recognised by their content.
    #[serde(default)]
    pub file: Option<String>,
    /// None of these columns may be there.
    #[serde(default)]
    pub without: Vec<String>,
    /// The direction of messages that name none: `in` or `out`.
    #[serde(default)]
    pub direction: Option<String>,
    /// The zone of times that name none, whatever the workspace's zone: an IANA name.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// `day-first` or `month-first`, where the export always writes one of them.
    #[serde(default)]
    pub date_order: Option<String>,
    /// The texts are HTML.
    #[serde(default)]
    pub html: bool,
    /// The texts may be excerpts, so that another text under a known id is no edit.
    #[serde(default)]
    pub excerpts: bool,
    /// The message's address, with `{part}` where the value of a part stands.
    #[serde(default)]
    pub link: Option<String>,
    /// The id is taken out of the link, together with the channel, where the link is of a known platform.
    #[serde(default)]
    pub id_from_link: bool,
    /// Values of cells and what they stand for, by part: `rating = { FIVE = "5" }`.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// JSON: the dotted way from an element of the outer list (or from a line) down to the list of
    /// messages inside it, where there is one: `dmConversation.messages`.
    #[serde(default)]
    pub messages: Option<String>,
    /// JSON: the dotted way from a message to a list of further messages inside it.
    #[serde(default)]
    pub inside: Option<String>,
    /// Elements that are no messages, by a key and its values: `type = ["service"]`. They are skipped.
    #[serde(default)]
    pub skip: BTreeMap<String, Vec<String>>,
    /// JSON: what is looked up in another list of the same page.
    #[serde(default)]
    pub lookups: Vec<Lookup>,
}

/// Something that stands in another list of the same JSON page: `includes.users` by the author's id.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The dotted way to the list.
    pub list: String,
    /// The key in it.
    pub key: String,
    /// The dotted key of the message that holds the same value.
    pub by: String,
    /// Under which name the found object's keys are seen in the message: `author` gives `author.username`.
    pub seen_as: String,
}

impl Profile {
    /// Whether a file is of this export, by the names that it has.
    pub(super) fn fits(&self, has: &dyn Fn(&str) -> bool) -> bool {
        let all = |names: &Vec<String>| names.iter().all(|name| has(name));
        self.recognised_by.iter().any(all) && !self.without.iter().any(|name| has(name))
    }
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
