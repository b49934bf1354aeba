//! What must hold of a message beside its words, for a rule to fire: [`When`], and how it is read.
//!
//! Whatever is not known of a message never fits. Words are the matcher's business.

use super::raw::{Source, Value};
use crate::message::Message;
use std::collections::HashSet;

/// Conditions on what is known of a message beside its text. What is unknown never fits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct When {
    /// Channels.
    pub channel: Vec<String>,
    /// Authors: handles, names or ids, lower-case, without `@`.
    pub author: HashSet<String>,
    /// The author's followers, at least.
    pub reach_min: Option<u64>,
    /// The author's followers, at most.
    pub reach_max: Option<u64>,
    /// Languages of the text.
    pub language: Vec<String>,
    /// Stars, at least.
    pub rating_min: Option<f32>,
    /// Stars, at most.
    pub rating_max: Option<f32>,
}

impl When {
    /// All conditions hold; `buffer` is scratch for the author's name.
    pub(crate) fn holds(&self, message: &Message<'_>, language: &str, buffer: &mut String) -> bool {
        let within = |low: Option<u64>, high: Option<u64>| {
            message.reach.is_some_and(|reach| {
                low.is_none_or(|low| reach >= low) && high.is_none_or(|high| reach <= high)
            })
        };
        let rated = |low: Option<f32>, high: Option<f32>| {
            message.rating.is_some_and(|stars| {
                low.is_none_or(|low| stars >= low) && high.is_none_or(|high| stars <= high)
            })
        };
        (self.channel.is_empty() || self.channel.iter().any(|channel| *channel == message.channel))
            && (self.language.is_empty() || self.language.iter().any(|one| one == language))
            && ((self.reach_min.is_none() && self.reach_max.is_none())
                || within(self.reach_min, self.reach_max))
            && ((self.rating_min.is_none() && self.rating_max.is_none())
                || rated(self.rating_min, self.rating_max))
            && (self.author.is_empty() || self.written_by(message, buffer))
    }

    fn written_by(&self, message: &Message<'_>, buffer: &mut String) -> bool {
        [Some(&message.author), message.author_id.as_ref()]
            .into_iter()
            .flatten()
            .any(|name| {
                buffer.clear();
                buffer.extend(handle(name).chars().flat_map(char::to_lowercase));
                self.author.contains(buffer.as_str())
            })
    }

    /// No condition at all.
    pub(crate) fn is_empty(&self) -> bool {
        *self == When::default()
    }
}

/// A handle without its `@` and without spaces around it.
pub(crate) fn handle(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix(['@', '＠']).unwrap_or(name)
}

pub(super) fn read_when<'t>(source: &mut Source<'t>, value: &Value<'t>) -> When {
    let mut when = When::default();
    let Some(table) = source.table(value, "when") else {
        return when;
    };
    source.only(
        table,
        "`when`",
        &[
            "channel",
            "author",
            "reach_min",
            "reach_max",
            "language",
            "rating_min",
            "rating_max",
        ],
    );
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let lower = |source: &mut Source<'t>| -> Vec<String> {
            source
                .strings(value, name)
                .iter()
                .map(|text| text.value.trim().to_lowercase())
                .collect()
        };
        match name {
            "channel" => when.channel = lower(source),
            "author" => when.author = lower(source).iter().map(|name| handle(name).to_owned()).collect(),
            "language" => {
                let primary = |tag: String| tag.split(['-', '_']).next().unwrap_or("").to_owned();
                when.language = lower(source).into_iter().map(primary).collect();
            }
            "reach_min" => when.reach_min = reach(source, value, name),
            "reach_max" => when.reach_max = reach(source, value, name),
            "rating_min" => when.rating_min = source.stars(value, name),
            "rating_max" => when.rating_max = source.stars(value, name),
            _ => {}
        }
    }
    let crossed = matches!((when.reach_min, when.reach_max), (Some(low), Some(high)) if low > high)
        || matches!((when.rating_min, when.rating_max), (Some(low), Some(high)) if low > high);
    if crossed {
        let message = "a minimum of `when` is above its maximum".to_owned();
        source.fault(
            value.span(),
            "setting-invalid",
            message,
            "",
            "no message fits this; exchange the two",
        );
    }
    if table.is_empty() {
        let message = "`when` has no conditions".to_owned();
        source.fault(
            value.span(),
            "rule-empty",
            message,
            "",
            "leave it out, or give it channel, author, …",
        );
    }
    when
}

fn reach<'t>(source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Option<u64> {
    source
        .integer(value, key, 0..=i64::MAX)
        .and_then(|n| u64::try_from(n).ok())
}
