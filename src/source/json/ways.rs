//! What a profile says of the structure of its JSON, ready for use: the way to the messages, the lists that
//! are opened inside them, what is looked up elsewhere.
//!
//! Reads no JSON. A file of no known profile has the plain ways, or only a way to its messages.

use super::super::columns::plain;
use super::super::profiles::Profile;

/// A list inside a message that is opened: `referenced_tweets[type=replied_to].id`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Open {
    /// The dotted way to it.
    pub(super) path: String,
    /// The key by whose value its elements are told apart; `None`: they are all alike.
    pub(super) by: Option<String>,
    /// The values of all elements are put together (`[+]`), instead of the first one taken.
    pub(super) is_joined: bool,
}

/// Something that stands in another list of the same page.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    /// The way to the list.
    pub(super) list: Vec<String>,
    /// The key in it.
    pub(super) key: String,
    /// The (plain) key of the message that holds the same value.
    pub(super) by: String,
    /// Under which name the found object's keys are seen.
    pub(super) seen_as: String,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    /// From a piece (a line, an element of the outer list) to its messages.
    pub(super) messages: Vec<String>,
    /// From a message to further ones inside it.
    pub(super) inside: Vec<String>,
    pub(super) opens: Vec<Open>,
    pub(super) lookups: Vec<Lookup>,
    /// (Plain) keys, and the values of them that tell that an element is no message.
    pub(super) skips: Vec<(String, Vec<String>)>,
    /// Some part is taken from what is around the list of messages.
    pub(super) wants_outer: bool,
}

/// A dotted way, step by step.
pub(super) fn steps(way: &str) -> Vec<String> {
    way.split('.')
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect()
}

impl Ways {
    /// The ways of a profile, from a piece on.
    pub(super) fn of(profile: &Profile, messages: Vec<String>) -> Self {
        let names = || {
            let roles = profile.roles.values().flatten();
            roles
                .chain(profile.lookups.iter().map(|l| &l.by))
                .chain(profile.skip.keys())
        };
        let mut opens: Vec<Open> = Vec::new();
        for open in names().filter_map(|name| opened(name)) {
            if !opens.contains(&open) {
                opens.push(open);
            }
        }
        Ways {
            messages,
            inside: profile.inside.as_deref().map(steps).unwrap_or_default(),
            opens,
            lookups: profile
                .lookups
                .iter()
                .map(|l| Lookup {
                    list: steps(&l.list),
                    key: l.key.clone(),
                    by: plain(&l.by),
                    seen_as: l.seen_as.clone(),
                })
                .collect(),
            skips: profile
                .skip
                .iter()
                .map(|(key, values)| (plain(key), values.clone()))
                .collect(),
            wants_outer: names().any(|name| name.starts_with(OUTER)),
        }
    }

    /// Each piece is a message, and nothing stands around or inside it.
    pub(super) fn is_plain(&self) -> bool {
        self.messages.is_empty() && self.inside.is_empty() && self.lookups.is_empty() && !self.wants_outer
    }
}

/// Before the keys of what is around a list of messages.
pub(super) const OUTER: &str = "outer.";

/// The list that a name such as `referenced_tweets[type=replied_to].id` opens.
fn opened(name: &str) -> Option<Open> {
    let (path, rest) = name.split_once('[')?;
    let (inside, _) = rest.split_once(']')?;
    Some(Open {
        path: path.to_owned(),
        by: inside.split_once('=').map(|(key, _)| key.to_owned()),
        is_joined: inside == "+",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_brackets_open_lists() {
        let open = |name: &str| opened(name).map(|o| (o.path, o.by, o.is_joined));
        assert_eq!(
            open("referenced_tweets[type=replied_to].id"),
            Some(("referenced_tweets".into(), Some("type".into()), false))
        );
        assert_eq!(
            open("text_entities[+].text"),
            Some(("text_entities".into(), None, true))
        );
        assert_eq!(open("im:rating.label"), None);
    }
}
