//! One validated rule: its conditions, and what it concludes.
//!
//! Its words live in the matcher; here is what is decided without looking at the text.

use super::conclusion::Kind;
use super::form::Form;
use super::levels::Level;
use super::rule_groups::RuleGroup;
use super::when::When;
use std::collections::HashMap;

/// A rule as the matcher and the judge see it.
#[derive(Debug)]
pub struct Rule {
    /// The name that stands in the file and in every judgement.
    pub id: String,
    /// The line of the file where it begins.
    pub line: u64,
    /// What must hold beside the words.
    pub when: When,
    /// What is asked of the text's form.
    pub form: Form,
    /// The number of its group.
    pub(crate) group: Option<u32>,
    /// What the weights of the different words found must come to.
    pub at_least: u32,
    /// What it says of a message.
    pub concludes: Conclusion,
    /// One bit for each of its `all` words.
    pub(crate) all_mask: u64,
    /// It has `any` words or regular expressions, one of which must be found.
    pub(crate) has_any: bool,
    pub(crate) settled: Settled,
}

/// What is asked of a rule for every text, worked out once.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// It has no conditions beside its words.
    pub unconditional: bool,
    /// Its `all` words as they are written, for telling which is lacking.
    pub all_words: Vec<String>,
    /// Its group is switched off.
    pub off: bool,
    /// Its group lets only the first rule speak.
    pub first_only: bool,
    /// That, or it needs more than one word.
    pub narrowed: bool,
    /// The dimensions that it speaks of, one bit each.
    dimensions: u8,
    /// Its topics by number.
    topics: Vec<u32>,
}

/// What is asked of a rule whenever one of its words is met: few bytes, close together, since the rules
/// themselves lie far apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub all_mask: u64,
    pub has_any: bool,
    pub unconditional: bool,
    dimensions: u8,
}

impl Asked {
    /// The other says something of which this one does not speak.
    pub fn leaves(self, other: Asked) -> bool {
        other.dimensions & !self.dimensions != 0
    }
}

/// The topics of a file, numbered.
#[derive(Debug, Default)]
pub(crate) struct Topics(HashMap<String, u32>);

impl Topics {
    fn number(&mut self, name: &str) -> u32 {
        let next = self.0.len() as u32;
        match self.0.get(name) {
            Some(number) => *number,
            None => *self.0.entry(name.to_owned()).or_insert(next),
        }
    }
}

impl Rule {
    pub(crate) fn asked(&self) -> Asked {
        Asked {
            all_mask: self.all_mask,
            has_any: self.has_any,
            unconditional: self.settled.unconditional,
            dimensions: self.settled.dimensions,
        }
    }

    /// What this rule says leaves the other nothing to add.
    pub(crate) fn covers(&self, other: &Rule) -> bool {
        let (mine, others) = (&self.settled, &other.settled);
        others.dimensions & !mine.dimensions == 0
            && others.topics.iter().all(|topic| mine.topics.contains(topic))
    }

    /// Works out, once it is read, what is asked of it for every text.
    pub(crate) fn settle(&mut self, topics: &mut Topics, group: Option<&RuleGroup>) {
        let numbers = self.concludes.topics.iter().map(|name| topics.number(name));
        self.settled = Settled {
            unconditional: self.when.is_empty()
                && self.form.is_empty()
                && group.is_none_or(|group| group.enabled && group.when.is_empty()),
            all_words: std::mem::take(&mut self.settled.all_words),
            off: group.is_some_and(|group| !group.enabled),
            first_only: group.is_some_and(|group| group.first_only),
            narrowed: self.at_least > 1 || group.is_some_and(|group| group.first_only),
            dimensions: self.concludes.dimensions(),
            topics: numbers.collect(),
        };
    }
}

/// What a rule says of a message; what it leaves out it says nothing of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conclusion {
    /// The kind it speaks for.
    pub kind: Option<Kind>,
    /// How strongly it speaks for the kind and the route.
    pub weight: i32,
    /// Below 0 displeased, above pleased; counted for each different word found.
    pub sentiment: i32,
    /// Topics.
    pub topics: Vec<String>,
    /// Urgency.
    pub urgency: Option<Level>,
    /// Impact.
    pub impact: Option<Level>,
    /// Value of the customer.
    pub value: Option<Level>,
    /// Who is to deal with it.
    pub route: Option<String>,
    /// To be settled in private.
    pub private: bool,
}

impl Conclusion {
    /// The dimensions it speaks of, one bit each; topics add up and are compared one by one.
    fn dimensions(&self) -> u8 {
        [
            self.kind.is_some(),
            self.sentiment != 0,
            self.urgency.is_some(),
            self.impact.is_some(),
            self.value.is_some(),
            self.route.is_some(),
            self.private,
        ]
        .iter()
        .enumerate()
        .fold(0, |bits, (i, speaks)| bits | (u8::from(*speaks) << i))
    }

    /// It says nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.dimensions() == 0 && self.topics.is_empty()
    }
}
