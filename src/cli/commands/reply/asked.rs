//! What is known of what waits in a case: what a template is chosen by, and what it can say without asking.

use super::Arguments;
use crate::advice::{Advice, Manner, Matter, advise};
use crate::case::Case;
use crate::case::book::Book;
use crate::case::procedure::{ATTACK, running};
use crate::cli::commands::judged;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::event::{MessageData, MessageFacts};
use crate::ledger::read::Lines;
use crate::render::safe;
use crate::render::words::Lang;
use crate::replies::{RUMOUR, language_of};
use crate::rules::{Kind, Sentiment};

/// What is known of what waits in a case.
#[derive(Clone)]
pub(super) struct Asked {
    pub case: u32,
    pub kind: Kind,
    pub sentiment: Sentiment,
    pub topics: Vec<String>,
    pub channel: String,
    pub language: String,
    pub author: String,
    pub link: Option<String>,
    pub advice: Advice,
    pub answered: bool,
    pub attack: Attack,
}

/// What is known of an attack on the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attack {
    /// There is none.
    None,
    /// It is not known yet whether it is true.
    Unknown,
    /// It is a rumour.
    False,
    /// It is true.
    True,
}

impl Attack {
    fn of(steps: &[&str]) -> Attack {
        match () {
            () if ATTACK.has(steps, "false") => Attack::False,
            () if ATTACK.has(steps, "true") => Attack::True,
            () if running(steps, false).any(|p| p == ATTACK) => Attack::Unknown,
            () => Attack::None,
        }
    }
}

impl Asked {
    /// Looks it up.
    pub fn of(case: &Case<'_>, book: &Book, lines: &mut Lines, desk: &Desk) -> Result<Asked, Failure> {
        let shown = case.shown();
        let judged = judged::today(case, shown, lines)?.facts;
        let line = lines.at(case.today(shown))?;
        let facts: MessageFacts<'_> = parsed(line.facts);
        let data: MessageData<'_> = parsed(line.payload.data());
        let ours = match desk.style.lang {
            Lang::En => "en",
            Lang::ZhHans => "zh-Hans",
            Lang::ZhHant => "zh-Hant",
        };
        let language = language_of(facts.language.as_deref().unwrap_or(""), &data.text, ours);
        let kind = Kind::parse(&judged.kind).unwrap_or(Kind::Other);
        let channel = book.names.word(case.first.channel);
        let matter = Matter {
            kind,
            private: judged.private,
            topics: judged.topics.len(),
            channel,
            text: &data.text,
        };
        Ok(Asked {
            case: case.number,
            kind,
            sentiment: Sentiment::parse(&judged.sentiment).unwrap_or(Sentiment::Neutral),
            topics: judged.topics.iter().map(|t| t.to_string()).collect(),
            channel: channel.to_owned(),
            language: language.to_owned(),
            author: safe::line(data.author.trim_start_matches('@').trim()).into_owned(),
            link: data.link.as_deref().map(str::to_owned),
            advice: advise(&matter),
            answered: case.replies > 0,
            attack: Attack::of(&case.status.steps),
        })
    }

    /// It is a rumour, by what was found out or by the rules.
    pub fn is_rumour(&self) -> bool {
        let by_rules = || self.topics.iter().any(|t| RUMOUR.contains(&t.as_str()));
        self.attack == Attack::False || self.attack != Attack::True && by_rules()
    }

    /// In private: as asked for, else as advised; what is acknowledged in public is settled in private.
    pub fn in_private(&self, a: &Arguments) -> bool {
        a.private
            || !a.public
                && match self.advice.manner {
                    Manner::Public => false,
                    Manner::Private => true,
                    Manner::PublicThenPrivate => self.answered,
                }
    }
}

fn parsed<'a, T: Default + serde::Deserialize<'a>>(json: Option<&'a str>) -> T {
    json.and_then(|j| serde_json::from_str(j).ok())
        .unwrap_or_default()
}
