//! What is known beside a message's own words when it is judged: of the business ([`Surroundings`], the same
//! for all messages) and of this one message ([`Circumstances`]).
//!
//! By default nothing is known, and conditions of rules that ask for it do not fit. Here it is also decided
//! whether a message speaks to the business.

use crate::calendar::Zone;
use crate::message::Message;
use crate::rules::fold::folded;
use crate::rules::own_names::OwnNames;
use crate::rules::watched::{Group, Watched};

/// What holds for all messages of a workspace.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The business's zone: of hours and days.
    pub(super) zone: Option<Zone>,
    /// Its name and accounts: words in them say nothing.
    pub(super) own_names: OwnNames,
    /// Its accounts, folded, without `@`.
    handles: Vec<String>,
    /// The watch-list.
    pub(super) watched: Watched,
}

/// What is known of one message beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Mentions by the same author up to this one, with it.
    pub author_mentions: Option<u32>,
}

/// Platforms whose every message is written to the business: its inbox, its help desk, its own page.
const OWN_PLACES: [&str; 15] = [
    "whatsapp",
    "messenger",
    "wechat",
    "line",
    "telegram",
    "discord",
    "sms",
    "email",
    "phone",
    "chat",
    "form",
    "zendesk",
    "freshdesk",
    "intercom",
    "google-business",
];

impl Surroundings {
    /// In that zone.
    #[must_use]
    pub fn in_zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// Of a business with these names and accounts: words in them say nothing of a mood.
    #[must_use]
    pub fn named<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.own_names = OwnNames::new(names);
        self
    }

    /// Of a business with these accounts: who names one speaks to it.
    #[must_use]
    pub fn with_handles<S: AsRef<str>>(mut self, handles: impl IntoIterator<Item = S>) -> Self {
        let bare = |handle: S| folded(handle.as_ref().trim_start_matches(['@', '＠']), true);
        self.handles = handles.into_iter().map(bare).filter(|h| !h.is_empty()).collect();
        self
    }

    /// With these words on the watch-list, each with its part of it.
    #[must_use]
    pub fn watching<'w>(mut self, words: impl IntoIterator<Item = (Group, &'w str)>) -> Self {
        self.watched = Watched::new(words);
        self
    }

    /// Whether `message`, folded to `text`, speaks to the business: it names an account of it, answers (unless
    /// it begins with the name of somebody else), has stars, or stands where everything is written to the
    /// business. `None` where that cannot be told, since no accounts are known.
    pub(super) fn addressed(&self, message: &Message<'_>, text: &[u8]) -> Option<bool> {
        if message.rating.is_some() || OWN_PLACES.contains(&&*message.channel) {
            return Some(true);
        }
        if self.handles.is_empty() {
            return None;
        }
        let mut places = memchr::memchr_iter(b'@', text);
        let named = places.any(|at| self.is_named(text.get(at + 1..).unwrap_or_default()));
        Some(named || message.reply_to.is_some() && !speaks_to_somebody(text))
    }

    /// One of the accounts stands at the beginning of `text`.
    fn is_named(&self, text: &[u8]) -> bool {
        self.handles.iter().any(|handle| {
            let rest = text.strip_prefix(handle.as_bytes());
            rest.is_some_and(|rest| !handle.is_ascii() || !goes_on(rest))
        })
    }
}

/// A handle is not over here: `_`, a letter, a dot with a letter behind it.
fn goes_on(rest: &[u8]) -> bool {
    match rest {
        [b'.', next, ..] => next.is_ascii_alphanumeric(),
        [byte, ..] => byte.is_ascii_alphanumeric() || *byte == b'_',
        [] => false,
    }
}

/// It begins with somebody's name: `@ana …`, `回复@ana: …`.
fn speaks_to_somebody(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix("回复".as_bytes()).unwrap_or(text);
    text.trim_ascii_start().first() == Some(&b'@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addressed(surroundings: &Surroundings, message: &Message<'_>) -> Option<bool> {
        surroundings.addressed(message, folded(message.words(), true).as_bytes())
    }

    fn post(text: &'static str) -> Message<'static> {
        Message {
            channel: "x".into(),
            text: text.into(),
            ..Message::default()
        }
    }

    #[test]
    fn who_names_an_account_speaks_to_the_business() {
        let shop = Surroundings::default().with_handles(["@MapleRye", "楓葉麵包"]);
        for text in [
            "late again @maplerye.",
            "＠MAPLERYE hello",
            "@枫叶面包 你好",
            "@maplerye很好",
            "@枫叶面包很好",
        ] {
            assert_eq!(addressed(&shop, &post(text)), Some(true), "{text}");
        }
        for text in [
            "maplerye is slow",
            "@maplerye_fans",
            "@maplerye2",
            "@maplerye.berlin",
            "@other hi",
            "",
        ] {
            assert_eq!(addressed(&shop, &post(text)), Some(false), "{text}");
        }
    }

    #[test]
    fn answers_speak_to_it_unless_they_name_somebody_else() {
        let shop = Surroundings::default().with_handles(["maplerye"]);
        let answer = |text| Message {
            reply_to: Some("1".into()),
            ..post(text)
        };
        assert_eq!(addressed(&shop, &answer("still waiting")), Some(true));
        assert_eq!(addressed(&shop, &answer("@ana same here")), Some(false));
        assert_eq!(addressed(&shop, &answer("回复@小满: 我也是")), Some(false));
        assert_eq!(addressed(&shop, &answer("@ana @maplerye same here")), Some(true));
    }

    #[test]
    fn stars_and_inboxes_are_written_to_the_business_and_else_nothing_is_known() {
        let nobody = Surroundings::default();
        let review = Message {
            rating: Some(2.0),
            ..post("bad")
        };
        let chat = Message {
            channel: "whatsapp".into(),
            ..post("hi")
        };
        assert_eq!(addressed(&nobody, &review), Some(true));
        assert_eq!(addressed(&nobody, &chat), Some(true));
        assert_eq!(addressed(&nobody, &post("@shop hi")), None);
    }
}
