//! What must hold of a message beside its words, for a rule to fire: [`When`], held against what is
//! [`Known`] of it.
//!
//! Whatever is not known of a message never fits. Words are the matcher's business; how `when` is read
//! stands in `read_when`.

use super::watched::Groups;
use crate::calendar::{Moment, Precision, Zone};
use crate::message::Message;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// Conditions on what is known of a message beside its text. What is unknown never fits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct When {
    /// Channels.
    pub channel: Vec<String>,
    /// Authors: handles, names or ids, lower-case, without `@`.
    pub author: HashSet<String>,
    /// Lists of authors (`[authors]` of the file), one of which must hold the author.
    pub authors: Vec<Authors>,
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
    /// When it was posted.
    pub time: Times,
    /// It speaks to the business, or does not.
    pub addressed: Option<bool>,
    /// Mentions by the same author up to this one, at least.
    pub author_mentions_min: Option<u32>,
    /// Parts of the watch-list, one of which must have found it.
    pub watch: Groups,
}

/// A list of authors under its name: handles, names or ids, lower-case, without `@`.
pub type Authors = Arc<HashSet<String>>;

/// When a message was posted, by the clocks of the business. Empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Times {
    /// Minutes of the day, from and up to; one may go over midnight.
    pub hours: Vec<Range<u32>>,
    /// Days of the week, one bit each from Monday on.
    pub days: u8,
    /// The number of the first day.
    pub since: Option<i32>,
    /// The number of the last day.
    pub until: Option<i32>,
}

/// What conditions are held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub message: &'a Message<'a>,
    pub language: &'a str,
    pub zone: Option<Zone>,
    pub addressed: Option<bool>,
    pub found_by: Groups,
    pub author_mentions: Option<u32>,
}

impl When {
    /// All conditions hold; `buffer` is scratch for the author's name.
    pub(crate) fn holds(&self, known: &Known<'_>, buffer: &mut String) -> bool {
        let message = known.message;
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
            && (self.language.is_empty() || self.language.iter().any(|one| one == known.language))
            && ((self.reach_min.is_none() && self.reach_max.is_none())
                || within(self.reach_min, self.reach_max))
            && ((self.rating_min.is_none() && self.rating_max.is_none())
                || rated(self.rating_min, self.rating_max))
            && (self.addressed.is_none() || self.addressed == known.addressed)
            && (self.watch.is_empty() || self.watch.meets(known.found_by))
            && self
                .author_mentions_min
                .is_none_or(|least| known.author_mentions.is_some_and(|n| n >= least))
            && (self.author.is_empty() || written_by(message, buffer, |name| self.author.contains(name)))
            && (self.authors.is_empty()
                || written_by(message, buffer, |name| {
                    self.authors.iter().any(|l| l.contains(name))
                }))
            && (self.time.is_empty() || self.time.hold(message.posted, known.zone))
    }

    /// The conditions that do not hold, by their keys in the file.
    pub(crate) fn unmet(&self, known: &Known<'_>) -> Vec<&'static str> {
        let (one, all, mut buffer) = (When::default, self.clone(), String::new());
        let (reach_min, reach_max) = (all.reach_min, all.reach_max);
        let (rating_min, rating_max) = (all.rating_min, all.rating_max);
        #[rustfmt::skip]
        let each = [
            ("channel", When { channel: all.channel, ..one() }),
            ("author", When { author: all.author, ..one() }),
            ("authors", When { authors: all.authors, ..one() }),
            ("reach", When { reach_min, reach_max, ..one() }),
            ("language", When { language: all.language, ..one() }),
            ("rating", When { rating_min, rating_max, ..one() }),
            ("time", When { time: all.time, ..one() }),
            ("addressed", When { addressed: all.addressed, ..one() }),
            ("author_mentions_min", When { author_mentions_min: all.author_mentions_min, ..one() }),
            ("watch", When { watch: all.watch, ..one() }),
        ];
        let unmet = each
            .into_iter()
            .filter(|(_, when)| !when.holds(known, &mut buffer));
        unmet.map(|(key, _)| key).collect()
    }

    /// No condition at all.
    pub(crate) fn is_empty(&self) -> bool {
        *self == When::default()
    }
}

impl Times {
    fn is_empty(&self) -> bool {
        *self == Times::default()
    }

    fn hold(&self, posted: Option<Moment>, zone: Option<Zone>) -> bool {
        let (Some(posted), Some(zone)) = (posted, zone) else {
            return false;
        };
        // A day is a day in UTC; what is coarser has no day of the week.
        let wall = match posted.precision {
            Precision::Hour | Precision::Minute | Precision::Second => zone.wall(posted.millis),
            Precision::Day => Zone::UTC.wall(posted.millis),
            _ => return false,
        };
        // Of an hour all must fit.
        let last = wall.minute
            + if posted.precision == Precision::Hour {
                59
            } else {
                0
            };
        let open = |hours: &Range<u32>| match hours.start < hours.end {
            true => hours.start <= wall.minute && last < hours.end,
            false => wall.minute >= hours.start || last < hours.end,
        };
        (self.hours.is_empty() || posted.precision > Precision::Day && self.hours.iter().any(open))
            && (self.days == 0 || self.days >> wall.weekday & 1 == 1)
            && self.since.is_none_or(|first| wall.day >= first)
            && self.until.is_none_or(|last| wall.day <= last)
    }
}

/// `is` holds of the author's name or id; `buffer` is scratch.
pub(crate) fn written_by(message: &Message<'_>, buffer: &mut String, is: impl Fn(&str) -> bool) -> bool {
    [Some(&message.author), message.author_id.as_ref()]
        .into_iter()
        .flatten()
        .any(|name| {
            buffer.clear();
            buffer.extend(handle(name).chars().flat_map(char::to_lowercase));
            is(buffer)
        })
}

/// A handle without its `@` and without spaces around it.
pub(crate) fn handle(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix(['@', '＠']).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Circumstances, Judge, Surroundings};
    use crate::rules::RuleSet;

    /// The rules that fire, by a file of one rule whose `when` is this.
    fn fires(when: &str, message: &Message<'_>, around: Surroundings, circumstances: Circumstances) -> bool {
        let text = format!(
            "[authors]\nvip = [\"@Lina\", \"u7\"]\nstaff = [\"老王\"]\n[[rule]]\nid = \"r\"\nwhen = {{ {when} }}\nvalue = \"high\"\n"
        );
        let rules = RuleSet::compile(&text, "rules.toml").unwrap().0;
        let mut judge = Judge::new(&rules).within(around.into());
        !judge.judge_in(message, circumstances).matched.is_empty()
    }

    fn posted(at: &str) -> Message<'static> {
        Message {
            posted: Moment::parse(at),
            ..Message::default()
        }
    }

    #[test]
    fn lists_of_authors_hold_names_and_ids() {
        let by = |author: &'static str, id: Option<&'static str>| Message {
            author: author.into(),
            author_id: id.map(Into::into),
            ..Message::default()
        };
        let fits = |when: &str, message: &Message<'_>| {
            fires(when, message, Surroundings::default(), Circumstances::default())
        };
        assert!(fits("authors = [\"vip\"]", &by("LINA", None)));
        assert!(fits("authors = \"vip\"", &by("somebody", Some("U7"))));
        assert!(fits("authors = [\"vip\", \"staff\"]", &by("老王", None)));
        assert!(!fits("authors = [\"staff\"]", &by("lina", None)));
        assert!(!fits("authors = [\"vip\"]", &by("", None)));
    }

    #[test]
    fn times_are_those_of_the_business_and_unknown_ones_never_fit() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let fits = |when: &str, at: &str| {
            let around = Surroundings::default().in_zone(zone);
            fires(when, &posted(at), around, Circumstances::default())
        };
        // 21:59 and 22:00 in Shanghai.
        assert!(!fits("hours = \"22:00-06:00\"", "2026-11-21T13:59:00Z"));
        assert!(fits("hours = \"22:00-06:00\"", "2026-11-21T14:00:00Z"));
        assert!(fits("hours = \"22:00-06:00\"", "2026-11-21T21:59:00Z"));
        assert!(!fits("hours = \"22:00-06:00\"", "2026-11-21T22:00:00Z"));
        assert!(fits(
            "hours = [\"08:00-12:00\", \"13:00-24:00\"]",
            "2026-11-21T15:59Z"
        ));
        // An hour fits as a whole or not at all.
        assert!(fits("hours = \"22:00-23:00\"", "2026-11-21T14Z"));
        assert!(!fits("hours = \"22:30-23:30\"", "2026-11-21T14Z"));
        assert!(!fits("hours = \"00:00-24:00\"", "2026-11-21"));
        assert!(!fits("hours = \"00:00-24:00\"", "never"));
        // A Saturday in UTC, a Sunday in Shanghai.
        assert!(fits("days = [\"sun\"]", "2026-11-21T17:00:00Z"));
        assert!(!fits("days = [\"sat\"]", "2026-11-21T17:00:00Z"));
        assert!(fits("days = \"sat\"", "2026-11-21"));
        assert!(!fits("days = [\"sat\", \"mon\"]", "2026-11"));
        assert!(fits(
            "since = \"2026-11-22\", until = 2026-11-22",
            "2026-11-21T17:00:00Z"
        ));
        assert!(!fits("until = \"2026-11-21\"", "2026-11-21T17:00:00Z"));
        assert!(!fits("since = \"2026-11-23\"", "2026-11-21T17:00:00Z"));
        // Without a zone nothing is known.
        let nowhere = Surroundings::default();
        let at = posted("2026-11-21T17:00:00Z");
        assert!(!fires("days = [\"sun\"]", &at, nowhere, Circumstances::default()));
    }

    #[test]
    fn whom_it_speaks_to_which_words_found_it_and_how_often_its_author_came() {
        let around = || {
            let words = [(Group::Competitor, "bean there"), (Group::Brand, "maple")];
            Surroundings::default().with_handles(["@maple"]).watching(words)
        };
        let says = |text: &'static str| Message {
            text: text.into(),
            ..Message::default()
        };
        let fits =
            |when: &str, text: &'static str| fires(when, &says(text), around(), Circumstances::default());
        use crate::rules::Group;
        assert!(fits("addressed = true", "hello @maple"));
        assert!(!fits("addressed = false", "hello @maple"));
        assert!(fits("addressed = false", "maple"));
        assert!(fits("watch = [\"competitor\"]", "at Bean There"));
        assert!(!fits("watch = [\"product\", \"industry\"]", "at Bean There"));
        for (n, fit) in [(None, false), (Some(2), false), (Some(3), true), (Some(4), true)] {
            let circumstances = Circumstances { author_mentions: n };
            let fires = fires(
                "author_mentions_min = 3",
                &says("hi"),
                Surroundings::default(),
                circumstances,
            );
            assert_eq!(fires, fit, "{n:?}");
        }
        let unknown = Surroundings::default();
        assert!(!fires(
            "addressed = false",
            &says("maple"),
            unknown,
            Circumstances::default()
        ));
    }
}
