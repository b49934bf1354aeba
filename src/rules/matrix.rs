//! The matrix: kind × urgency × impact × value (× mood) → priority.
//!
//! Rows stand in the file and are tried from above; the first that fits decides, and says in one line
//! what it went by.

use super::conclusion::{Kind, Priority, Sentiment};
use super::levels::{Level, Levels, Scale};
use std::fmt::Write;

/// One row: what it asks for (an empty list asks for nothing) and the priority that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Kinds that fit.
    pub kind: Vec<Kind>,
    /// Moods that fit.
    pub sentiment: Vec<Sentiment>,
    /// Urgencies that fit.
    pub urgency: Vec<Level>,
    /// Impacts that fit.
    pub impact: Vec<Level>,
    /// Customer values that fit.
    pub value: Vec<Level>,
    /// What follows.
    pub priority: Priority,
    /// The line of the file where it begins; 0 in the matrix of a file that has none.
    pub line: u64,
}

/// What a row is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it is.
    pub kind: Kind,
    /// Its mood.
    pub sentiment: Sentiment,
    /// How soon harm is done.
    pub urgency: Level,
    /// How many it touches.
    pub impact: Level,
    /// How much the customer means to the business.
    pub value: Level,
}

impl Row {
    pub(crate) fn always(priority: Priority) -> Self {
        let (kind, sentiment, urgency, impact, value, line) = Default::default();
        Row {
            kind,
            sentiment,
            urgency,
            impact,
            value,
            priority,
            line,
        }
    }

    pub(super) fn fits(&self, case: Standing) -> bool {
        fn one_of<T: PartialEq>(list: &[T], value: T) -> bool {
            list.is_empty() || list.contains(&value)
        }
        one_of(&self.kind, case.kind)
            && one_of(&self.sentiment, case.sentiment)
            && one_of(&self.urgency, case.urgency)
            && one_of(&self.impact, case.impact)
            && one_of(&self.value, case.value)
    }

    /// The conditions of the row with what fitted them: `kind=complaint urgency=high`.
    fn reason(&self, levels: &Levels, case: Standing) -> String {
        let mut reason = String::new();
        let mut say = |asked: bool, name: &str, value: &str| {
            if asked {
                let space = if reason.is_empty() { "" } else { " " };
                let _ = write!(reason, "{space}{name}={value}");
            }
        };
        say(!self.kind.is_empty(), "kind", case.kind.name());
        say(!self.sentiment.is_empty(), "sentiment", case.sentiment.name());
        say(
            !self.urgency.is_empty(),
            "urgency",
            levels.urgency.name(case.urgency),
        );
        say(!self.impact.is_empty(), "impact", levels.impact.name(case.impact));
        say(!self.value.is_empty(), "value", levels.value.name(case.value));
        if reason.is_empty() {
            "otherwise".to_owned()
        } else {
            reason
        }
    }
}

/// What was decided before, in words that are written once: there are far fewer standings than messages.
#[derive(Debug, Default)]
pub(crate) struct Reasons {
    /// By the number of the standing.
    decided: Vec<Option<(Priority, String)>>,
    /// By kind, in a thread or not, of stars only or not.
    unneeded: Vec<Option<String>>,
}

impl Reasons {
    /// The first row that fits decides; where none does, the least priority follows. The matrix is the same
    /// at every call.
    pub fn decide(&mut self, matrix: &[Row], levels: &Levels, case: Standing) -> (Priority, &str) {
        let parts = [
            (case.kind as usize, Kind::ALL.len()),
            (case.sentiment as usize, Sentiment::ALL.len()),
            (case.urgency.place(), levels.urgency.count()),
            (case.impact.place(), levels.impact.count()),
            (case.value.place(), levels.value.count()),
        ];
        let number = parts.iter().fold(0, |number, (part, of)| number * of + part);
        let Some(slot) = slot(&mut self.decided, number) else {
            return (Priority::P2, "");
        };
        let (priority, reason) = slot.get_or_insert_with(|| match matrix.iter().find(|row| row.fits(case)) {
            Some(row) => (row.priority, row.reason(levels, case)),
            None => (Priority::P2, "no row fits".to_owned()),
        });
        (*priority, reason)
    }

    /// Why a mention of this kind needs no reply.
    pub fn unneeded(&mut self, kind: Kind, in_thread: bool, stars_only: bool) -> &str {
        let number = kind as usize * 4 + usize::from(in_thread) * 2 + usize::from(stars_only);
        let Some(slot) = slot(&mut self.unneeded, number) else {
            return "";
        };
        slot.get_or_insert_with(|| {
            let how = match (in_thread, stars_only) {
                (true, _) => " in a thread",
                (_, true) => " of stars only",
                _ => "",
            };
            format!("kind={kind}{how} needs no reply")
        })
    }
}

fn slot<T>(list: &mut Vec<Option<T>>, number: usize) -> Option<&mut Option<T>> {
    if list.len() <= number {
        list.resize_with(number + 1, || None);
    }
    list.get_mut(number)
}

/// The matrix of a file that has none.
pub(crate) fn default_matrix(levels: &Levels) -> Vec<Row> {
    let highest = |scale: &Scale| scale.all().last().into_iter().collect::<Vec<_>>();
    let pressing = || vec![Kind::Complaint, Kind::Inquiry];
    vec![
        Row {
            kind: pressing(),
            urgency: highest(&levels.urgency),
            ..Row::always(Priority::P0)
        },
        Row {
            kind: vec![Kind::Complaint],
            impact: highest(&levels.impact),
            ..Row::always(Priority::P0)
        },
        Row {
            kind: pressing(),
            ..Row::always(Priority::P1)
        },
        Row::always(Priority::P2),
    ]
}
