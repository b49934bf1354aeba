//! What had better not go out: blanks, personal data in public, promises without a date, an arguing tone, and
//! what the platform would cut.
//!
//! It finds phrases, not meanings: it cannot tell whether a date will be kept. The phrases are a rules file
//! (`phrases.toml`), found as all rules are.

use super::length;
use crate::advice::{is_private_channel, personal};
use crate::diagnostic::{Diagnostic, Severity};
use crate::judge::Judge;
use crate::message::Message;
use crate::rules::RuleSet;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

const PHRASES: &str = include_str!("phrases.toml");

static RULES: LazyLock<Option<RuleSet>> = LazyLock::new(|| {
    RuleSet::compile(PHRASES, "phrases.toml")
        .ok()
        .map(|(rules, _)| rules)
});

/// Fewer letters in capitals are an abbreviation.
const LOUD: usize = 12;

/// A text that is to go out.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// What it says.
    pub text: &'a str,
    /// Everybody can read it.
    pub public: bool,
    /// Where.
    pub channel: &'a str,
}

/// What the owner says of the checks.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    /// Texts that are never at fault: the business's own address and telephone.
    pub allow: Vec<String>,
    /// Order numbers count as personal data.
    pub order_numbers: bool,
    /// Channel and how long a reply there may be.
    pub lengths: BTreeMap<String, u64>,
}

/// Something that had better not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code of the diagnostic.
    pub code: &'static str,
    /// Why.
    pub message: String,
    /// Where, in bytes of the text.
    pub at: Range<usize>,
    /// What to do.
    pub help: &'static str,
}

impl Finding {
    /// As a diagnostic of `text`, which goes by the name `file`.
    pub fn diagnostic(&self, text: &str, file: &str, severity: Severity) -> Diagnostic {
        let made = match severity {
            Severity::Error => Diagnostic::error(self.code, self.message.as_str()),
            _ => Diagnostic::warning(self.code, self.message.as_str()),
        };
        let (before, rest) = text.split_at_checked(self.at.start).unwrap_or((text, ""));
        let line = before.matches('\n').count() as u64 + 1;
        let head = before.rsplit('\n').next().unwrap_or("");
        let tail = rest.split('\n').next().unwrap_or("");
        let end = head.len() + self.at.len().min(tail.len());
        made.at(file, line, head.chars().count() as u64 + 1)
            .showing(format!("{head}{tail}"), head.len()..end, "")
            .help(self.help)
    }
}

pub(super) fn check(reply: &Reply<'_>, own: &Own) -> Vec<Finding> {
    let mut found = Vec::new();
    phrases(reply.text, &mut found);
    if reply.public && !is_private_channel(reply.channel) {
        in_public(reply.text, own, &mut found);
    }
    found.extend(capitals(reply.text));
    // The business's own name may hold anything.
    let allowed: Vec<Range<usize>> = own
        .allow
        .iter()
        .flat_map(|allow| reply.text.match_indices(allow.as_str()))
        .map(|(at, allow)| at..at + allow.len())
        .collect();
    let meets = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    found.retain(|finding| !allowed.iter().any(|at| meets(at, &finding.at)));
    found.extend(too_long(reply, own));
    found.sort_by_key(|finding| finding.at.start);
    found
}

/// What the rules of `phrases.toml` find, sentence by sentence.
fn phrases(text: &str, found: &mut Vec<Finding>) {
    let Some(rules) = RULES.as_ref() else { return };
    let mut judge = Judge::new(rules);
    for sentence in sentences(text) {
        let Some(said) = text.get(sentence.clone()) else {
            continue;
        };
        let message = Message {
            text: Cow::Borrowed(said),
            ..Message::default()
        };
        let judgement = judge.judge(&message);
        let is_dated = judgement.matched.iter().any(|one| one.rule == "date");
        for one in judgement.matched {
            let Some(word) = judgement.words(one).next() else {
                continue;
            };
            let begin = sentence.start + said.find(word).unwrap_or(0);
            let at = begin..begin + word.len();
            let (code, message, help) = match one.rule {
                "promise" if !is_dated => (
                    "reply-promise-undated",
                    format!("\"{word}\" promises something without saying when"),
                    "name a day or an hour, such as \"by Friday noon\" or 24小时内, and keep it",
                ),
                "arguing" => (
                    "reply-arguing",
                    format!("\"{word}\" argues with the customer"),
                    "say what you are sorry for and what you will do; others read along",
                ),
                "blank" => (
                    "reply-slot-unfilled",
                    format!("\"{word}\" is still a blank"),
                    "put in what belongs there, or take it out",
                ),
                _ => continue,
            };
            found.push(Finding {
                code,
                message,
                at,
                help,
            });
        }
    }
}

/// True where the text says sorry: as good as saying that it is true.
pub fn apologises(text: &str) -> bool {
    let message = Message {
        text: Cow::Borrowed(text),
        ..Message::default()
    };
    RULES.as_ref().is_some_and(|rules| {
        let mut judge = Judge::new(rules);
        let judgement = judge.judge(&message);
        judgement.matched.iter().any(|one| one.rule == "apology")
    })
}

/// Where sentences begin and end.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = text.char_indices().filter(|(at, c)| match c {
        '!' | '?' | '。' | '！' | '？' | '\n' | ';' | '；' | '…' => true,
        '.' => {
            let next = text.get(at + 1..).unwrap_or("");
            let short = text.get(..*at).is_some_and(|before| before.ends_with(".m"));
            !short && next.starts_with(char::is_whitespace)
        }
        _ => false,
    });
    let mut begin = 0;
    let mut ends: Vec<usize> = ends.map(|(at, c)| at + c.len_utf8()).collect();
    ends.push(text.len());
    ends.into_iter().map(move |end| {
        let sentence = begin..end;
        begin = end;
        sentence
    })
}

/// What names a person.
fn in_public(text: &str, own: &Own, found: &mut Vec<Finding>) {
    use personal::Personal;
    for (kind, at) in personal::find(text) {
        if kind == Personal::Order && !own.order_numbers {
            continue;
        }
        found.push(Finding {
            code: "reply-personal-data",
            message: format!("{} {} stands where everybody can read it", article(kind), kind.name()),
            at,
            help: "settle it in private (--private), or take it out; your own telephone or address goes into `allow` \
                   under [checks] of replies.toml",
        });
    }
}

fn article(kind: personal::Personal) -> &'static str {
    match kind.name().starts_with(['a', 'e', 'i', 'o']) {
        true => "an",
        false => "a",
    }
}

/// Words in capitals, one after another.
fn capitals(text: &str) -> Option<Finding> {
    let (mut begin, mut end, mut letters, mut words) = (None, 0, 0, 0);
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let count = word.chars().filter(char::is_ascii_alphabetic).count();
        let small = word.chars().any(|c| c.is_lowercase());
        if small {
            if words >= 2 && letters >= LOUD {
                break;
            }
            (begin, letters, words) = (None, 0, 0);
        } else if count > 0 {
            begin = begin.or(Some(at));
            end = at + word.trim_end().len();
            letters += count;
            words += 1;
        }
        at += word.len();
    }
    (words >= 2 && letters >= LOUD).then(|| Finding {
        code: "reply-arguing",
        message: "words in capitals sound like shouting".to_owned(),
        at: begin.unwrap_or(0)..end,
        help: "write them in small letters",
    })
}

fn too_long(reply: &Reply<'_>, own: &Own) -> Option<Finding> {
    let most = length::most(reply.channel, &own.lengths)?;
    let (n, over) = length::counted(reply.text, reply.channel, most);
    Some(Finding {
        code: "reply-too-long",
        message: format!("the text counts {n}, and {} takes {most}", reply.channel),
        at: over?..reply.text.len(),
        help: "shorten it; a longer limit of your account goes under [lengths] of replies.toml",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str, public: bool) -> Vec<(&'static str, &str)> {
        let reply = Reply {
            text,
            public,
            channel: "x",
        };
        let found = check(&reply, &Own::default());
        found
            .into_iter()
            .map(|f| (f.code.trim_start_matches("reply-"), &text[f.at]))
            .collect()
    }

    #[test]
    fn the_phrases_compile() {
        assert_eq!(
            RuleSet::compile(PHRASES, "phrases.toml").map(|(_, w)| w),
            Ok(vec![])
        );
    }

    #[test]
    fn a_promise_says_when() {
        for (text, part) in [
            ("Sorry! We will call you soon.", "We will call"),
            ("We'll look into it.", "We'll look into"),
            ("We'll get back to you shortly", "We'll get back"),
            ("非常抱歉，我们会尽快处理。", "尽快"),
            ("非常抱歉，我們會盡快處理。", "盡快"),
            ("申し訳ございません。後ほどご連絡いたします。", "後ほど"),
            ("Le llamaremos en breve", "Le llamaremos"),
        ] {
            assert_eq!(codes(text, true)[0].0, "promise-undated", "{text}");
            assert!(
                codes(text, true).iter().any(|(_, at)| *at == part),
                "{text}: {:?}",
                codes(text, true)
            );
        }
        for text in [
            "We will call you by Friday noon.",
            "We will refund it within 24 hours.",
            "我们会在24小时内回复您。",
            "我们会在周五前处理好。",
            "See you soon!",
            "请尽快联系我们的前台。",
            "Thank you for the kind words.",
            "The date is 24 November, and we'll write by 5 p.m. that day.",
        ] {
            assert_eq!(codes(text, true), [], "{text}");
        }
    }

    #[test]
    fn nobody_is_argued_with() {
        for (text, part) in [
            ("I am afraid you are wrong about that.", "you are wrong"),
            ("As we said before, the cake is fresh.", "As we said"),
            ("你应该看清楚再下单", "你应该"),
            (
                "PLEASE READ THE NOTICE before you order",
                "PLEASE READ THE NOTICE",
            ),
        ] {
            assert!(
                codes(text, true).contains(&("arguing", part)),
                "{text}: {:?}",
                codes(text, true)
            );
        }
        assert_eq!(codes("Thanks from the KLM TEAM, OK?", true), []);
    }

    #[test]
    fn blanks_and_personal_data_are_found() {
        assert_eq!(
            codes("Dear {{ name }}, thank you", true),
            [("slot-unfilled", "{{ name }}")]
        );
        assert_eq!(
            codes("亲爱的【姓名】，谢谢", true),
            [("slot-unfilled", "【姓名】")]
        );
        assert_eq!(
            codes("Call 020 7946 0958 please", true),
            [("personal-data", "020 7946 0958")]
        );
        assert_eq!(codes("Call 020 7946 0958 please", false), []);
    }

    #[test]
    fn the_owner_says_what_is_allowed() {
        let own = Own {
            allow: vec!["020 7946 0958".to_owned()],
            order_numbers: true,
            ..Own::default()
        };
        let found = |text| {
            let reply = Reply {
                text,
                public: true,
                channel: "google-play",
            };
            check(&reply, &own)
        };
        assert_eq!(found("Call us: 020 7946 0958"), []);
        assert_eq!(
            found("Your order no. 20261122 left us")[0].code,
            "reply-personal-data"
        );
        assert_eq!(found(&"long ".repeat(80))[0].code, "reply-too-long");
    }

    #[test]
    fn a_finding_says_where() {
        let text = "Hello,\nwe will call you.";
        let reply = Reply {
            text,
            public: true,
            channel: "x",
        };
        let found = check(&reply, &Own::default());
        let place = found[0].diagnostic(text, "reply", Severity::Error).place.unwrap();
        assert_eq!((place.line, place.column), (2, 1));
    }
}
