//! What is known of what waits in a case: what a template is chosen by, and what it can say without asking.

use super::Arguments;
use crate::advice::{Advice, Manner, Matter, advise};
use crate::case::Case;
use crate::case::book::Book;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::event::judged::JudgeFacts;
use crate::event::{MessageData, MessageFacts};
use crate::ledger::read::Lines;
use crate::render::safe;
use crate::render::words::Lang;
use crate::replies::language_of;
use crate::rules::{Kind, Sentiment};

/// What is known of what waits in a case.
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
}

impl Asked {
    /// Looks it up.
    pub fn of(case: &Case<'_>, book: &Book, lines: &mut Lines, desk: &Desk) -> Result<Asked, Failure> {
        let byte = case.waiting.map_or(case.first_byte, |w| w.byte);
        let judged = case.judged_anew(byte);
        let line = lines.at(case.today(byte))?;
        let facts: MessageFacts<'_> = parsed(line.facts);
        let data: MessageData<'_> = parsed(line.payload.data());
        let known = language_of(
            facts.language.as_deref().unwrap_or(""),
            &data.text,
            match desk.style.lang {
                Lang::En => "en",
                Lang::ZhHans => "zh-Hans",
                Lang::ZhHant => "zh-Hant",
            },
        );
        let mut asked = Asked {
            case: case.number,
            kind: facts.kind.as_deref().and_then(Kind::parse).unwrap_or(Kind::Other),
            sentiment: facts
                .sentiment
                .as_deref()
                .and_then(Sentiment::parse)
                .unwrap_or(Sentiment::Neutral),
            topics: facts.topics.iter().map(|t| t.to_string()).collect(),
            channel: book.names.word(case.first.channel).to_owned(),
            language: known.to_owned(),
            author: safe::line(data.author.trim_start_matches('@').trim()).into_owned(),
            link: data.link.as_deref().map(str::to_owned),
            advice: Advice {
                manner: Manner::Public,
                reason: "",
            },
            answered: case.replies > 0,
        };
        let (mut private, text) = (facts.private, data.text.into_owned());
        if let Some(judged) = judged {
            let line = lines.at(judged)?;
            let facts: JudgeFacts<'_> = parsed(line.facts);
            asked.kind = Kind::parse(&facts.kind).unwrap_or(asked.kind);
            asked.sentiment = Sentiment::parse(&facts.sentiment).unwrap_or(asked.sentiment);
            asked.topics = facts.topics.iter().map(|t| t.to_string()).collect();
            private = facts.private;
        }
        asked.advice = advise(&Matter {
            kind: asked.kind,
            private,
            topics: asked.topics.len(),
            channel: &asked.channel,
            text: &text,
        });
        Ok(asked)
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
