//! What the fold takes from the `facts` of a message: by their fixed layout where they have it, else by
//! serde, which stays the judge of what they mean. Both ways give the same (tested).

use crate::event::MessageFacts;
use std::borrow::Cow;

/// What figures need of a message.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Said<'a> {
    pub(super) out: bool,
    pub(super) channel: Cow<'a, str>,
    pub(super) answers: bool,
    pub(super) automatic: bool,
    pub(super) inline: bool,
    pub(super) echo: bool,
    pub(super) repost: bool,
    pub(super) edited: Option<Cow<'a, str>>,
    pub(super) posted: Option<Cow<'a, str>>,
    pub(super) fuller: bool,
    pub(super) rating: Option<f32>,
    pub(super) reach: Option<u64>,
    pub(super) language: Cow<'a, str>,
    pub(super) addressed: Option<bool>,
    /// The parts of the watch-list that found it.
    pub(super) found_by: Topics<'a>,
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) sentiment: Option<Cow<'a, str>>,
    pub(super) topics: Topics<'a>,
    pub(super) priority: Option<Cow<'a, str>>,
    pub(super) target_s: Option<u64>,
    pub(super) needs_reply: Option<bool>,
}

/// The topics of a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Topics<'a> {
    /// The inside of a JSON list of strings without escapes: `"booking","price"`.
    Raw(&'a str),
    /// One by one.
    Each(Vec<Cow<'a, str>>),
}

impl Default for Topics<'_> {
    fn default() -> Self {
        Topics::Raw("")
    }
}

impl Topics<'_> {
    /// Each topic.
    pub(super) fn all(&self) -> Vec<&str> {
        match self {
            Topics::Raw("") => Vec::new(),
            Topics::Raw(raw) => raw.split(',').map(|t| t.trim_matches('"')).collect(),
            Topics::Each(each) => each.iter().map(Cow::as_ref).collect(),
        }
    }
}

impl<'a> Said<'a> {
    /// Reads facts as they stand in a line; `None` where they are not those of a message.
    pub(super) fn read(facts: &'a str) -> Option<Said<'a>> {
        let thorough = || serde_json::from_str::<MessageFacts<'_>>(facts).ok();
        Said::quick(facts).or_else(|| thorough().map(Said::from))
    }

    /// Facts with their keys in the order in which they are written, without escapes.
    pub(super) fn quick(facts: &'a str) -> Option<Said<'a>> {
        let mut rest = Rest(facts.strip_prefix('{')?);
        let mut said = Said {
            out: match rest.text("\"dir\":\"")?? {
                "out" => true,
                "in" => false,
                _ => return None,
            },
            channel: Cow::Borrowed(rest.text(",\"channel\":\"")??),
            answers: rest.flag(",\"answers\":true"),
            automatic: rest.flag(",\"automatic\":true"),
            inline: rest.flag(",\"inline\":true"),
            echo: rest.flag(",\"echo\":true"),
            repost: rest.flag(",\"repost\":true"),
            ..Said::default()
        };
        rest.flag(",\"deleted\":true");
        rest.flag(",\"history\":true");
        rest.text(",\"follows\":\"")?;
        let text = |t: Option<&'a str>| t.map(Cow::Borrowed);
        said.edited = text(rest.text(",\"edited\":\"")?);
        said.rating = match rest.number(",\"rating\":", true)? {
            Some(number) => Some(number.parse().ok()?),
            None => None,
        };
        said.reach = match rest.number(",\"reach\":", false)? {
            Some(digits) => Some(digits.parse().ok()?),
            None => None,
        };
        said.language = text(rest.text(",\"language\":\"")?).unwrap_or_default();
        said.addressed = rest.truth(",\"addressed\":true", ",\"addressed\":false");
        said.found_by = Topics::Raw(rest.list(",\"found_by\":[")?.unwrap_or_default());
        // So many that they cannot be read are left to serde.
        rest.number(",\"author_mentions\":", false)?
            .map_or(Ok(0), str::parse::<u32>)
            .ok()?;
        said.kind = text(rest.text(",\"kind\":\"")?);
        said.sentiment = text(rest.text(",\"sentiment\":\"")?);
        rest.score()?;
        said.topics = Topics::Raw(rest.list(",\"topics\":[")?.unwrap_or_default());
        rest.text(",\"urgency\":\"")?;
        rest.text(",\"impact\":\"")?;
        rest.text(",\"value\":\"")?;
        said.priority = text(rest.text(",\"priority\":\"")?);
        said.target_s = match rest.number(",\"target_s\":", false)? {
            Some(digits) => Some(digits.parse().ok()?),
            None => None,
        };
        rest.text(",\"route\":\"")?;
        rest.flag(",\"private\":true");
        said.needs_reply = rest.truth(",\"needs_reply\":true", ",\"needs_reply\":false");
        rest.list(",\"rules\":[")?;
        rest.text(",\"because\":\"")?;
        (rest.0 == "}").then_some(said)
    }
}

impl<'a> From<MessageFacts<'a>> for Said<'a> {
    fn from(facts: MessageFacts<'a>) -> Self {
        Said {
            out: facts.dir == "out",
            channel: facts.channel,
            answers: facts.answers,
            automatic: facts.automatic,
            inline: facts.inline,
            echo: facts.echo,
            repost: facts.repost,
            edited: facts.edited,
            posted: facts.posted,
            fuller: facts.fuller,
            rating: facts.rating,
            reach: facts.reach,
            language: facts.language.unwrap_or_default(),
            addressed: facts.addressed,
            found_by: Topics::Each(facts.found_by),
            kind: facts.kind,
            sentiment: facts.sentiment,
            topics: Topics::Each(facts.topics),
            priority: facts.priority,
            target_s: facts.target_s,
            needs_reply: facts.needs_reply,
        }
    }
}

/// What is still to be read. Each step takes its key, where it stands next, with its value; `None` tells
/// of a value that is left to serde.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    #[inline(always)] // so that the key is a constant to compare with
    fn flag(&mut self, whole: &str) -> bool {
        match self.0.strip_prefix(whole) {
            Some(after) => {
                self.0 = after;
                true
            }
            None => false,
        }
    }

    /// The one is written where it holds, the other where it does not.
    #[inline(always)]
    fn truth(&mut self, yes: &str, no: &str) -> Option<bool> {
        match self.flag(yes) {
            true => Some(true),
            false => self.flag(no).then_some(false),
        }
    }

    /// A string without escapes or control characters.
    #[inline(always)]
    fn text(&mut self, key: &str) -> Option<Option<&'a str>> {
        let Some(after) = self.0.strip_prefix(key) else {
            return Some(None);
        };
        let (text, behind) = plain(after)?;
        self.0 = behind;
        Some(Some(text))
    }

    /// A number of at most 15 digits, as JSON writes it.
    #[inline(always)]
    fn number(&mut self, key: &str, fraction: bool) -> Option<Option<&'a str>> {
        let Some(after) = self.0.strip_prefix(key) else {
            return Some(None);
        };
        let digits = |s: &str| s.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(s.len());
        let mut end = digits(after);
        if !(1..=15).contains(&end) || (end > 1 && after.starts_with('0')) {
            return None;
        }
        if let Some(behind) = after.get(end..)?.strip_prefix('.').filter(|_| fraction) {
            let more = digits(behind);
            if !(1..=15).contains(&more) {
                return None;
            }
            end += 1 + more;
        }
        let (number, rest) = after.split_at_checked(end)?;
        self.0 = rest;
        Some(Some(number))
    }

    fn score(&mut self) -> Option<()> {
        let Some(after) = self.0.strip_prefix(",\"score\":") else {
            return Some(());
        };
        let mut behind = Rest(after.strip_prefix('-').unwrap_or(after));
        behind.number("", false)?.filter(|digits| digits.len() < 10)?;
        self.0 = behind.0;
        Some(())
    }

    /// The inside of a list of strings without escapes, brackets or commas in them.
    fn list(&mut self, key: &str) -> Option<Option<&'a str>> {
        let Some(after) = self.0.strip_prefix(key) else {
            return Some(None);
        };
        let inside = after.get(..after.bytes().position(|b| b == b']')?)?;
        let mut strings = Rest(inside);
        let mut separator = "\"";
        while !strings.0.is_empty() {
            strings.text(separator)?.filter(|t| !t.contains(','))?;
            separator = ",\"";
        }
        self.0 = after.get(inside.len() + 1..)?;
        Some(Some(inside))
    }
}

/// The inside of a string and what stands behind its closing quote.
fn plain(after: &str) -> Option<(&str, &str)> {
    let end = after.bytes().position(|b| b == b'"' || b == b'\\' || b < b' ')?;
    Some((after.get(..end)?, after.get(end..)?.strip_prefix('"')?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As serde reads it, with the topics one by one.
    fn thorough(facts: &str) -> Option<(Said<'_>, [Vec<String>; 2])> {
        Some(apart(
            serde_json::from_str::<MessageFacts<'_>>(facts).ok()?.into(),
        ))
    }

    fn apart(said: Said<'_>) -> (Said<'_>, [Vec<String>; 2]) {
        let lists = [&said.topics, &said.found_by];
        let lists = lists.map(|list| list.all().into_iter().map(str::to_owned).collect());
        (
            Said {
                topics: Topics::default(),
                found_by: Topics::default(),
                ..said
            },
            lists,
        )
    }

    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            8 => "[a-z-]{1,8}",
            1 => prop::sample::select(vec!["", "微博", "a,b", "[x]", "say \"no\"", "a\\b", "\u{7}", "}", "a]"])
                .prop_map(str::to_owned),
        ]
    }

    fn some(word: impl Strategy<Value = String>) -> impl Strategy<Value = Option<Cow<'static, str>>> {
        prop::option::of(word.prop_map(Cow::Owned))
    }

    fn words() -> impl Strategy<Value = Vec<Cow<'static, str>>> {
        prop::collection::vec(word().prop_map(Cow::Owned), 0..4)
    }

    prop_compose! {
        fn any_facts()(
            dir in prop_oneof![6 => Just("in"), 3 => Just("out"), 1 => Just("")],
            channel in word(),
            flags in any::<[bool; 9]>(),
            texts in [some(word()), some(word()), some(word()), some(word()), some(word())],
            times in [some(word()), some(word())],
            levels in [some(word()), some(word()), some(word()), some(word()), some(word())],
            rating in prop::option::of(prop_oneof![0f32..6.0, any::<f32>().prop_filter("finite", |f| f.is_finite())]),
            reach in prop::option::of(prop_oneof![0u64..9999, any::<u64>()]),
            score in prop::option::of(any::<i32>()),
            target_s in prop::option::of(prop_oneof![0u64..200_000, any::<u64>()]),
            lists in [words(), words(), words()],
            truths in any::<[Option<bool>; 2]>(),
            author_mentions in prop::option::of(any::<u32>()),
        ) -> MessageFacts<'static> {
            let [follows, language, kind, sentiment, because] = texts;
            let [urgency, impact, value, priority, route] = levels;
            let [topics, rules, found_by] = lists;
            let [needs_reply, addressed] = truths;
            let [answers, automatic, inline, echo, repost, history, private, deleted, fuller] = flags;
            let [edited, posted] = times;
            MessageFacts {
                dir: Cow::Borrowed(dir), channel: Cow::Owned(channel),
                answers, automatic, inline, echo, repost, deleted, history, private,
                follows, edited, posted, fuller, rating, reach, language, addressed, found_by, author_mentions, kind, sentiment, score, topics, urgency, impact, value,
                priority, target_s, route, needs_reply, rules, because,
            }
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_reads_what_serde_reads(facts in any_facts()) {
            let line = serde_json::to_string(&facts).unwrap();
            if let Some(quick) = Said::quick(&line) {
                prop_assert_eq!(Some(apart(quick)), thorough(&line));
            }
            prop_assert_eq!(Said::read(&line).map(apart), thorough(&line));
        }

        #[test]
        fn whatever_the_order_and_the_damage(facts in any_facts(), turn in 0usize..30, cut in 0usize..400, byte in any::<u8>()) {
            let serde_json::Value::Object(map) = serde_json::to_value(&facts).unwrap() else { panic!() };
            let mut entries: Vec<_> = map.into_iter().collect();
            let turn = turn % entries.len();
            entries.rotate_left(turn);
            let line = serde_json::to_string(&serde_json::Map::from_iter(entries)).unwrap();
            prop_assert_eq!(Said::read(&line).map(apart), thorough(&line));

            let mut bytes = serde_json::to_vec(&facts).unwrap();
            let cut = cut % bytes.len();
            bytes[cut] = byte;
            if let Ok(bent) = std::str::from_utf8(&bytes) {
                prop_assert_eq!(Said::read(bent).map(apart), thorough(bent));
            }
        }
    }

    #[test]
    fn an_ordinary_line_takes_the_quick_way() {
        let facts = r#"{"dir":"in","channel":"x","rating":4.5,"reach":31,"language":"en","kind":"complaint","sentiment":"negative","score":-1,"topics":["booking","price"],"priority":"P1","target_s":86400,"route":"store","needs_reply":true,"rules":["upset-en"],"because":"kind=complaint"}"#;
        let said = Said::quick(facts).unwrap();
        assert_eq!(said.topics.all(), ["booking", "price"]);
        assert_eq!((said.target_s, said.needs_reply), (Some(86_400), Some(true)));
        assert!(
            Said::quick(r#"{"dir":"out","channel":"x","answers":true,"inline":true}"#)
                .unwrap()
                .inline
        );
    }
}
