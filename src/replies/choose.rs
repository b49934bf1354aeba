//! Which template fits: of those whose conditions all hold, the one that says most about the case.
//!
//! The customer's language goes before everything, since a fitting text that she cannot read fits nobody; then a
//! tone that is asked for, the topic, the kind, the channel, the mood, the place and the usual tone, and at last the order of the file.

use super::{Replies, Template, Tone};
use crate::rules::fold::Folded;
use crate::rules::{Kind, Sentiment};
use std::cmp::Reverse;

/// What is to be answered, and how.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its topics.
    pub topics: &'a [&'a str],
    /// Its mood.
    pub sentiment: Sentiment,
    /// Where it was posted.
    pub channel: &'a str,
    /// The language to answer in; see [`language_of`].
    pub language: &'a str,
    /// The tone that is asked for.
    pub tone: Option<Tone>,
    /// Answered in private.
    pub private: bool,
    /// It is a rumour: what is for rumours goes before all else.
    pub rumour: bool,
}

/// The topics that a rumour has.
pub const RUMOUR: [&str; 2] = ["rumour", "rumor"];

/// A template that fits, and its text in the language that comes nearest.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'t> {
    /// The template.
    pub template: &'t Template,
    /// The text's language; empty where it is for any.
    pub language: &'t str,
    /// Its text, with its slots.
    pub text: &'t str,
    /// The text is in the language that was wanted, or for any.
    pub is_in_language: bool,
}

impl Replies {
    /// The templates that fit, the best first.
    pub fn fitting(&self, wanted: &Wanted<'_>) -> Vec<Choice<'_>> {
        let fitting = self.templates.iter().filter(|t| t.automatic && t.fits(wanted));
        let mut choices: Vec<Choice<'_>> = fitting
            .filter_map(|t| self.in_language(t, wanted.language))
            .collect();
        let tone = wanted.tone.or(self.tone);
        choices.sort_by_key(|choice| {
            let t = choice.template;
            let says = (
                wanted.tone.is_some() && t.tone == wanted.tone,
                !t.topics.is_empty(),
                !t.kinds.is_empty(),
                !t.channels.is_empty(),
                !t.sentiments.is_empty(),
                t.private.is_some(),
                t.tone == tone,
            );
            let rumour = wanted.rumour && t.is_for_rumours();
            Reverse((
                rumour,
                rank(choice.language, wanted.language, self.language.as_deref()),
                says,
            ))
        });
        choices
    }

    /// The template of that name.
    pub fn named(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|t| t.name == name)
    }

    /// A template with its text in the language that comes nearest.
    pub fn in_language<'t>(&self, template: &'t Template, language: &str) -> Option<Choice<'t>> {
        let (said, text) = nearest(&template.texts, language, self.language.as_deref())?;
        Some(Choice {
            template,
            language: said,
            text,
            is_in_language: rank(said, language, None) >= 3,
        })
    }
}

impl Template {
    fn is_for_rumours(&self) -> bool {
        self.topics.iter().any(|t| RUMOUR.contains(&t.as_str()))
    }

    fn fits(&self, wanted: &Wanted<'_>) -> bool {
        let topics = &self.topics;
        let rumour = wanted.rumour && self.is_for_rumours();
        (self.kinds.is_empty() || rumour || self.kinds.contains(&wanted.kind))
            && (rumour || topics.is_empty() || topics.iter().any(|t| wanted.topics.contains(&t.as_str())))
            && (self.sentiments.is_empty() || self.sentiments.contains(&wanted.sentiment))
            && (self.channels.is_empty() || self.channels.iter().any(|c| c == wanted.channel))
            && self.private.is_none_or(|private| private == wanted.private)
            && wanted.tone.is_none_or(|tone| self.tone.is_none_or(|t| t == tone))
    }
}

/// Of texts by language the nearest.
pub(super) fn nearest<'t>(
    texts: &'t [(String, String)],
    language: &str,
    instead: Option<&str>,
) -> Option<(&'t str, &'t str)> {
    let texts = texts.iter().map(|(l, text)| (l.as_str(), text.as_str()));
    // Of equals the first.
    texts.rev().max_by_key(|(l, _)| rank(l, language, instead))
}

/// How near a text's language comes: the same, for any, the same in another script, the workspace's, any other.
fn rank(said: &str, wanted: &str, instead: Option<&str>) -> u8 {
    let base = |tag: &str| tag.split('-').next().unwrap_or("").to_owned();
    match said {
        _ if said == wanted => 4,
        "" => 3,
        _ if base(said) == base(wanted) => 3,
        _ if Some(said) == instead => 2,
        "en" => 1,
        _ => 0,
    }
}

/// The language to answer in: that of the text, and for Chinese its script. `instead` holds where the text does not
/// tell: the workspace's own.
pub fn language_of<'a>(detected: &'a str, text: &str, instead: &'a str) -> &'a str {
    match detected {
        "zh" | "yue" => match (script(text), instead) {
            (Some(script), _) => script,
            (None, "zh-Hant") => "zh-Hant",
            _ => "zh-Hans",
        },
        "" | "other" | "und" => instead,
        detected => detected,
    }
}

/// Simplified or Traditional, by the characters that only one of them has.
fn script(text: &str) -> Option<&'static str> {
    let (mut simplified, mut kept) = (Folded::default(), Folded::default());
    simplified.fill(text, true);
    kept.fill(text, false);
    if simplified.bytes() != kept.bytes() {
        return Some("zh-Hant");
    }
    // A longer text without a single Traditional character is Simplified.
    (text.chars().filter(|c| !c.is_ascii()).count() >= 8).then_some("zh-Hans")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
version = 1
tone = "warm"

[[template]]
name = "any"
text.en = "any"
text.zh-Hans = "任何"

[[template]]
name = "complaint"
kind = ["complaint"]
place = "public"
text.en = "complaint"

[[template]]
name = "complaint-formal"
kind = ["complaint"]
tone = "formal"
text.en = "complaint, formal"

[[template]]
name = "refund"
kind = ["complaint"]
topic = ["refund"]
place = "private"
text.en = "refund"

[[template]]
name = "attack"
auto = false
text = "attack"
"#;

    fn best(change: impl Fn(&mut Wanted<'_>)) -> String {
        let (replies, warnings) = Replies::compile(FILE, "replies.toml").unwrap();
        assert_eq!(warnings, []);
        let mut wanted = Wanted {
            kind: Kind::Complaint,
            topics: &[],
            sentiment: Sentiment::Negative,
            channel: "x",
            language: "en",
            tone: None,
            private: false,
            rumour: false,
        };
        change(&mut wanted);
        replies.fitting(&wanted)[0].template.name.clone()
    }

    #[test]
    fn the_template_that_says_most_about_the_case_is_chosen() {
        assert_eq!(best(|_| {}), "complaint");
        assert_eq!(best(|w| w.kind = Kind::Praise), "any");
        assert_eq!(best(|w| w.topics = &["refund"]), "complaint");
        assert_eq!(
            best(|w| {
                w.topics = &["price", "refund"];
                w.private = true;
            }),
            "refund"
        );
        assert_eq!(best(|w| w.private = true), "complaint-formal");
        assert_eq!(best(|w| w.tone = Some(Tone::Formal)), "complaint-formal");
        assert_eq!(best(|w| w.language = "zh-Hant"), "any");
        assert_eq!(best(|w| w.language = "fr"), "complaint");
    }

    #[test]
    fn the_script_of_the_answer_is_that_of_the_question() {
        assert_eq!(language_of("zh", "你們的服務很慢", "en"), "zh-Hant");
        assert_eq!(language_of("zh", "你们的服务太慢了吧", "zh-Hant"), "zh-Hans");
        assert_eq!(language_of("zh", "好吃", "zh-Hant"), "zh-Hant");
        assert_eq!(language_of("other", "👍", "zh-Hans"), "zh-Hans");
        assert_eq!(language_of("ja", "美味しい", "en"), "ja");
    }
}
