//! Which cases a report is about: period, basis and filters.

use crate::calendar::Zone;
use crate::case::Case;
use crate::case::book::{Book, Name};
use crate::rules::Groups;
use crate::rules::conclusion::{Kind, Priority};

/// By which date a case belongs to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// The posted time of its first mention.
    #[default]
    Posted,
    /// The first human reply.
    Replied,
    /// When it was settled.
    Resolved,
}

impl By {
    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            By::Posted => "posted",
            By::Replied => "replied",
            By::Resolved => "resolved",
        }
    }
}

/// What a report is about. Empty lists let everything through.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// From this instant on, milliseconds since 1970.
    pub from: Option<i64>,
    /// Up to and without this instant.
    pub to: Option<i64>,
    /// By which date.
    pub by: By,
    /// Platforms.
    pub channel: Vec<String>,
    /// Kinds of the first mention.
    pub kind: Vec<Kind>,
    /// Priorities of the first mention.
    pub priority: Vec<Priority>,
    /// Topics of any mention.
    pub topic: Vec<String>,
    /// Who has the case.
    pub assignee: Vec<String>,
    /// Language of the first mention.
    pub language: Vec<String>,
    /// The parts of the watch-list that found any mention.
    pub found_by: Groups,
}

impl Scope {
    /// True where the case belongs to the report.
    pub fn holds(&self, book: &Book, case: &Case<'_>) -> bool {
        let date = match self.by {
            By::Posted => Some(case.begun),
            By::Replied => case.first_reply.map(|r| r.t),
            By::Resolved => case.settled,
        };
        let word =
            |name: Name, list: &[String]| list.is_empty() || list.iter().any(|w| w == book.names.word(name));
        self.in_period(date)
            && word(case.first.channel, &self.channel)
            && (self.kind.is_empty() || self.kind.contains(&case.first.kind))
            && (self.priority.is_empty() || case.first.priority.is_some_and(|p| self.priority.contains(&p)))
            && (self.topic.is_empty() || case.topics().iter().any(|t| word(*t, &self.topic)))
            && (self.assignee.is_empty() || self.assignee.iter().any(|a| case.status.assignee == Some(a)))
            && word(case.first.language, &self.language)
            && (self.found_by.is_empty() || case.found_by().meets(self.found_by))
    }

    fn in_period(&self, date: Option<i64>) -> bool {
        match date {
            Some(t) => self.from.is_none_or(|from| t >= from) && self.to.is_none_or(|to| t < to),
            None => self.by == By::Posted || (self.from.is_none() && self.to.is_none()),
        }
    }
}

/// By what a report is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// Platform.
    Channel,
    /// Priority of the first mention.
    Priority,
    /// Kind of the first mention.
    Kind,
    /// Topic; a case stands under each of its topics.
    Topic,
    /// Who has it.
    Assignee,
    /// Part of the watch-list; a case stands under each that found a mention of it.
    FoundBy,
    /// Day of the first mention.
    Day,
    /// ISO week of the first mention.
    Week,
}

impl Division {
    /// Every division.
    pub const ALL: [Division; 8] = [
        Division::Channel,
        Division::Priority,
        Division::Kind,
        Division::Topic,
        Division::Assignee,
        Division::FoundBy,
        Division::Day,
        Division::Week,
    ];

    /// Its name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Division::Channel => "channel",
            Division::Priority => "priority",
            Division::Kind => "kind",
            Division::Topic => "topic",
            Division::Assignee => "assignee",
            Division::FoundBy => "found_by",
            Division::Day => "day",
            Division::Week => "week",
        }
    }

    /// The groups that a case belongs to; an empty key is *none*.
    pub fn keys(self, book: &Book, zone: Zone, case: &Case<'_>) -> Vec<String> {
        let one = |key: &str| vec![key.to_owned()];
        match self {
            Division::Channel => one(book.names.word(case.first.channel)),
            Division::Priority => one(case.first.priority.map_or("", Priority::name)),
            Division::Kind => one(case.first.kind.name()),
            Division::Assignee => one(case.status.assignee.unwrap_or_default()),
            // Nobody knows on which day of its month it began.
            Division::Day | Division::Week if case.begun_wide => one(""),
            Division::Day => vec![zone.day(case.begun)],
            Division::Week => vec![zone.week(case.begun)],
            Division::FoundBy => match case.found_by() {
                none if none.is_empty() => one(""),
                parts => parts.each().map(|part| part.name().to_owned()).collect(),
            },
            Division::Topic => match case.topics().as_slice() {
                [] => one(""),
                topics => topics.iter().map(|t| book.names.word(*t).to_owned()).collect(),
            },
        }
    }
}
