//! The bytes that are written are those that the types of `event` give, for every message and judgement.

use super::*;
use crate::calendar::{Moment, Precision};
use crate::event::{MessageData, MessageFacts};
use crate::judge::{Circumstances, Surroundings};
use crate::rules::RuleSet;
use proptest::prelude::*;
use std::borrow::Cow;

// `facts` of a message as they are written.
fn message_facts<'a>(
    message: &'a Message<'_>,
    direction: Direction,
    judgement: Option<&'a Judgement<'_>>,
    history: bool,
) -> MessageFacts<'a> {
    let mut facts = MessageFacts {
        dir: Cow::Borrowed(if direction == Direction::Inbound {
            "in"
        } else {
            "out"
        }),
        channel: Cow::Borrowed(&message.channel),
        answers: message.reply_to.is_some(),
        automatic: message.automatic,
        inline: message.inline,
        repost: message.repost,
        deleted: message.deleted,
        history,
        rating: message.rating,
        reach: message.reach,
        ..MessageFacts::default()
    };
    if let Some(j) = judgement {
        facts.language = Some(Cow::Borrowed(j.language.as_ref()));
        facts.addressed = j.addressed;
        facts.found_by = j.found_by.each().map(|g| Cow::Borrowed(g.name())).collect();
        facts.author_mentions = j.author_mentions.filter(|n| *n > 1);
        facts.kind = Some(Cow::Borrowed(j.kind.name()));
        facts.sentiment = Some(Cow::Borrowed(j.sentiment.name()));
        facts.score = Some(j.score).filter(|s| *s != 0);
        facts.topics = j.topics.iter().map(|t| Cow::Borrowed(*t)).collect();
        let [urgency, impact, value] = j.levels().map(|(_, l)| (l != "low").then_some(Cow::Borrowed(l)));
        (facts.urgency, facts.impact, facts.value) = (urgency, impact, value);
        facts.priority = j.priority.map(|p| Cow::Borrowed(p.name()));
        let is_dated = message.posted.is_some_and(|m| m.precision >= Precision::Day);
        facts.target_s = j.target_s.filter(|_| !history && is_dated);
        facts.route = j.route.map(Cow::Borrowed);
        facts.private = j.private;
        facts.needs_reply = Some(j.needs_reply);
        facts.rules = j.matched.iter().map(|m| Cow::Borrowed(m.rule)).collect();
        facts.because = Some(Cow::Borrowed(j.because));
    }
    facts
}

// `data` of a message as it is written.
fn message_data<'a>(message: &'a Message<'_>, judgement: Option<&'a Judgement<'_>>) -> MessageData<'a> {
    fn some<'a>(value: &'a Option<Cow<'_, str>>) -> Option<Cow<'a, str>> {
        value.as_deref().map(Cow::Borrowed)
    }
    MessageData {
        id: Cow::Borrowed(&message.id),
        author: Cow::Borrowed(&message.author),
        author_id: some(&message.author_id),
        reply_to: some(&message.reply_to),
        repost_of: some(&message.repost_of),
        conversation: some(&message.conversation),
        link: some(&message.link),
        words: judgement.map_or_else(Vec::new, |j| {
            j.matched
                .iter()
                .map(|m| j.words(m).map(Cow::Borrowed).collect())
                .collect()
        }),
        found: judgement.map_or_else(Vec::new, |j| {
            let words = |group| j.found_words(group).map(Cow::Borrowed).collect();
            j.found_by.each().map(words).collect()
        }),
        judged: judgement.and_then(|_| some(&message.judged)),
        text: Cow::Borrowed(&message.text),
    }
}

/// Words that the rules know, and what JSON must not be handed on as it stands.
fn text() -> impl Strategy<Value = String> {
    let words = [
        "refund",
        "terrible",
        "love",
        "退款",
        "难吃",
        "谢谢",
        "lawyer",
        "hospital",
        "when?",
        "\"",
        "\\",
        "\n",
        "\t",
        "\u{1}",
        "\u{1f}",
        "\u{7f}",
        "\u{8}",
        "\u{c}",
        "\r",
        "é",
        "😡",
        "a plain run of more than eight bytes",
        "\u{2028}",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..12).prop_map(|words| words.join(" "))
}

fn message() -> impl Strategy<Value = Message<'static>> {
    let maybe = || prop::option::of(text().prop_map(Cow::Owned));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let times = (moment(), moment());
    let numbers = (
        prop::option::of(1f32..=5.0),
        prop::option::of(any::<u64>()),
        times,
    );
    let links = (maybe(), maybe(), maybe(), maybe(), maybe(), maybe());
    (text(), text(), text(), text(), links, numbers, flags).prop_map(
        |(id, channel, author, text, links, numbers, flags)| Message {
            id: id.into(),
            channel: channel.into(),
            author: author.into(),
            text: text.into(),
            author_id: links.0,
            reply_to: links.1,
            conversation: links.2,
            link: links.3,
            rating: numbers.0,
            reach: numbers.1,
            posted: numbers.2.0,
            edited: numbers.2.1,
            repost_of: links.4,
            judged: links.5,
            deleted: flags.3,
            repost: flags.0,
            automatic: flags.1,
            inline: flags.2,
            ..Message::default()
        },
    )
}

fn moment() -> impl Strategy<Value = Option<Moment>> {
    prop::option::of((0i64..4_000_000_000_000).prop_map(Moment::exact))
}

fn again() -> impl Strategy<Value = Option<Again>> {
    let again = (moment(), moment(), any::<bool>());
    prop::option::of(again.prop_map(|(posted, t, fuller)| Again { posted, t, fuller }))
}

fn stands() -> impl Strategy<Value = Standing> {
    let direction = prop::sample::select(vec![Direction::Inbound, Direction::Outbound]);
    (
        1u32..,
        direction,
        prop::option::of(1u32..),
        any::<bool>(),
        any::<bool>(),
        again(),
    )
        .prop_map(|(case, direction, follows, echo, history, again)| Standing {
            case,
            direction,
            follows,
            echo,
            history,
            again,
        })
}

proptest! {
    #[test]
    fn the_same_bytes_as_from_the_types_that_are_read_back(message in message(), standing in stands()) {
        let rules = rules();
        let mut judge = crate::judge::Judge::new(rules).within(std::sync::Arc::clone(around()));
        let circumstances = Circumstances { author_mentions: message.reach.map(|n| n as u32 % 4) };
        let judged = (standing.direction == Direction::Inbound)
            .then(|| judge.judge_in(&message, circumstances));
        let mut facts = message_facts(&message, standing.direction, judged.as_ref(), standing.history);
        facts.follows = standing.follows.map(|case| Cow::Owned(format!("c{case}")));
        facts.echo = standing.echo;
        let (mut t, text) = (message.posted, |m: Moment| Cow::Owned(m.to_string()));
        match standing.again {
            None => facts.edited = changed_since(&message).map(text),
            Some(again) => {
                (t, facts.posted, facts.fuller) = (again.t, again.posted.map(text), again.fuller);
            }
        }
        let time = t.map_or(String::new(), |t| format!(",\"t\":\"{t}\""));
        let facts = serde_json::to_string(&facts).unwrap();
        let expected = format!(",\"case\":\"c{}\"{time},\"facts\":{facts}", standing.case);
        let mut bytes = Vec::new();
        write_header(&mut bytes, &message, judged.as_ref(), standing);
        prop_assert_eq!(std::str::from_utf8(&bytes), Ok(expected.as_str()));

        bytes.clear();
        write_data(&mut bytes, &message, judged.as_ref());
        let expected = serde_json::to_string(&message_data(&message, judged.as_ref())).unwrap();
        prop_assert_eq!(std::str::from_utf8(&bytes), Ok(expected.as_str()));
    }
}

fn around() -> &'static std::sync::Arc<Surroundings> {
    static AROUND: std::sync::OnceLock<std::sync::Arc<Surroundings>> = std::sync::OnceLock::new();
    let words = [
        (Group::Brand, "love"),
        (Group::Competitor, "难吃"),
        (Group::Competitor, "bytes"),
    ];
    AROUND.get_or_init(|| {
        Surroundings::default()
            .with_handles(["plain"])
            .watching(words)
            .into()
    })
}

fn rules() -> &'static RuleSet {
    static RULES: std::sync::OnceLock<RuleSet> = std::sync::OnceLock::new();
    RULES.get_or_init(|| RuleSet::starter().unwrap())
}
