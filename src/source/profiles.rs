//! The known exports: each one a data file under `profiles/`, which says how it is recognised.
//!
//! A profile adds no code: it names a channel, and may put its own column names in the place of the
//! general ones. What is in no profile is read by the general names alone.

use super::columns::{Role, Table, plain};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

/// A sentence in the languages of the program.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "RawWords")]
pub struct Words {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// In a file: one sentence for all languages, or one each.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawWords {
    One(String),
    Each {
        #[serde(default)]
        en: String,
        #[serde(default)]
        zh: String,
    },
}

impl From<RawWords> for Words {
    fn from(raw: RawWords) -> Self {
        match raw {
            RawWords::One(text) => Words {
                en: text.clone(),
                zh: text,
            },
            RawWords::Each { en, zh } => Words { en, zh },
        }
    }
}

/// One known export.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Short name, as `ingest` prints it.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub title: Words,
    /// The channel of all its messages.
    pub channel: String,
    /// The columns by which it is recognised: all of one of these lists must be there.
    pub recognised_by: Vec<Vec<String>>,
    /// How to get such a file.
    #[serde(default)]
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
    /// What stands before ids in some places and not in others, as `t1_` on Reddit.
    #[serde(default)]
    pub id_prefixes: Vec<String>,
    /// A message may have several replies, each in a row of its own beside the message.
    #[serde(default)]
    pub several_replies: bool,
    /// What stands in the place of a text that was taken away.
    #[serde(default)]
    pub deleted_texts: Vec<String>,
    /// What stands in the place of a text where a repost adds nothing.
    #[serde(default)]
    pub repost_texts: Vec<String>,
    /// Why such a file cannot be read, where it looks like messages and holds none.
    #[serde(default)]
    pub refused: Option<String>,
    /// Answers to questions: every column that plays no other part is a piece of the text.
    #[serde(default)]
    pub questions: bool,
    /// With `questions`: columns that are none.
    #[serde(default)]
    pub ignored: Vec<String>,
    /// Values of cells and what they stand for, by part: `rating = { FIVE = "5" }`.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Chats saved as text: the regular expression of a message's first line, with the named groups `date`,
    /// `clock`, `author` and `text`. A file is recognised by its first line alone.
    #[serde(default)]
    pub line: Option<String>,
    /// With `line`: what may stand behind a text and is none of it, as `<This message was edited>`.
    #[serde(default)]
    pub marks: Vec<String>,
    /// JSON: the dotted way from the top of a page to its messages, through objects and lists:
    /// `dmConversation.messages`. Of several the first that fits counts; the messages may also stand alone.
    #[serde(default)]
    pub messages: Vec<String>,
    /// JSON: the dotted way from a message to a list of further messages inside it, which count as `inline`.
    ///
    /// In JSON the names of `roles`, `recognised_by` and `skip` are dotted ways inside a message. What is
    /// around the list of messages is called `outer.…`; of a list inside a message `tags[].name` is the first
    /// element's, `refs[type=reply].id` that of the first whose `type` is `reply`, `parts[+].text` all
    /// together.
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
    /// By how many of the names that a JSON file has it is of this export.
    pub(super) fn fits(&self, has: &dyn Fn(&str) -> bool) -> Option<usize> {
        let all = |names: &&Vec<String>| names.iter().all(|name| has(name));
        let most = self.recognised_by.iter().filter(all).map(Vec::len).max();
        most.filter(|_| !self.questions && !self.without.iter().any(|name| has(name)))
    }
}

/// Each file's name and text, as `build.rs` finds them in the folder.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/profiles.rs"));

/// All known exports. (That each file can be read is tested.)
pub fn profiles() -> &'static [Profile] {
    static PROFILES: OnceLock<Vec<Profile>> = OnceLock::new();
    PROFILES.get_or_init(|| {
        FILES
            .iter()
            .filter_map(|(_, text)| toml::from_str(text).ok())
            .collect()
    })
}

/// Whether a part is called so.
pub fn is_part(name: &str) -> bool {
    parts().any(|part| part == name)
}

/// The names of the parts that a column can play.
pub fn parts() -> impl Iterator<Item = &'static str> {
    Role::ALL.into_iter().map(|(_, name)| name)
}

/// The profile of which most columns are there: one of the workspace's `own`, else a built-in one. Of equals
/// the first counts.
pub(super) fn recognise<'p>(header: &[String], own: &'p [Profile], table: &Table) -> Option<&'p Profile> {
    best(header, own, table).or_else(|| best(header, profiles(), table))
}

fn best<'p>(header: &[String], profiles: &'p [Profile], table: &Table) -> Option<&'p Profile> {
    let there: HashSet<String> = header.iter().map(|name| plain(name)).collect();
    let is_there = |name: &String| there.contains(&plain(name));
    let mut best: Option<(usize, &Profile)> = None;
    for profile in profiles {
        let lists = profile.recognised_by.iter();
        let fitting = lists.filter(|names| names.iter().all(is_there) && profile.asks(names, header, table));
        let Some(columns) = fitting.map(Vec::len).max() else {
            continue;
        };
        let is_better = best.is_none_or(|(most, _)| columns > most);
        if is_better && !profile.without.iter().any(is_there) {
            best = Some((columns, profile));
        }
    }
    best.map(|(_, profile)| profile)
}

impl Profile {
    /// The answers to questions have no columns of their own by which they could be recognised. So what must
    /// be there must be spelt so and stand first, and either no column is called as a text is, or one asks.
    fn asks(&self, names: &[String], header: &[String], table: &Table) -> bool {
        if !self.questions {
            return true;
        }
        let is_question = |name: &String| name.ends_with(['?', '？']);
        header.first() == names.first()
            && (header.iter().any(is_question) || !table.layout(header.to_vec()).has(Role::Text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_reads_and_recognises_its_own_columns() {
        let table = Table::built_in();
        for (file, text) in FILES {
            let profile: Profile = toml::from_str(text).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert_eq!(*file, format!("{}.toml", profile.name));
            for columns in &profile.recognised_by {
                let found = recognise(columns, &[], &table).map(|p| p.name.as_str());
                assert_eq!(found, Some(profile.name.as_str()), "{columns:?}");
            }
            let parts = profile.roles.keys().chain(profile.values.keys());
            for part in parts {
                assert!(is_part(part), "{file}: {part}");
            }
        }
    }
}
