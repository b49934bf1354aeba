//! What the rules that fired say together: weights by kind, scores, the highest of each level, the route of
//! the greatest weight. Which rules fire, and what priority follows, is decided elsewhere.

use crate::rules::conclusion::Kind;
use crate::rules::{Level, Rule};

/// What the rules that fired say together, so far.
#[derive(Debug)]
pub(super) struct Sum<'r> {
    /// The weights by kind, in the order of [`Kind::ALL`].
    pub(super) kinds: [i32; Kind::ALL.len()],
    /// In hundredths of a point.
    pub(super) score: i32,
    pub(super) urgency: Level,
    pub(super) impact: Level,
    pub(super) value: Level,
    pub(super) route: Option<(i32, &'r str)>,
    pub(super) private: bool,
}

impl Default for Sum<'_> {
    fn default() -> Self {
        Sum {
            kinds: [0; Kind::ALL.len()],
            score: 0,
            urgency: Level::default(),
            impact: Level::default(),
            value: Level::default(),
            route: None,
            private: false,
        }
    }
}

impl<'r> Sum<'r> {
    /// Adds what `rule` says, with the score that its words made; what it `negates` is not of its kind.
    /// `topics` are those so far.
    pub(super) fn add(&mut self, rule: &'r Rule, score: i32, is_negated: bool, topics: &mut Vec<&'r str>) {
        let said = &rule.concludes;
        if let Some(kind) = said.kind.filter(|_| !is_negated) {
            self.speak(kind, said.weight);
        }
        self.score = self.score.saturating_add(score);
        for topic in &said.topics {
            if !topics.contains(&topic.as_str()) {
                topics.push(topic);
            }
        }
        self.urgency = self.urgency.max(said.urgency.unwrap_or_default());
        self.impact = self.impact.max(said.impact.unwrap_or_default());
        self.value = self.value.max(said.value.unwrap_or_default());
        self.private |= said.private;
        if let Some(route) = &said.route
            && self.route.is_none_or(|(weight, _)| said.weight > weight)
        {
            self.route = Some((said.weight, route));
        }
    }

    pub(super) fn speak(&mut self, kind: Kind, weight: i32) {
        if let Some(sum) = self.kinds.get_mut(kind as usize) {
            *sum = sum.saturating_add(weight);
        }
    }

    /// The kind with the greatest sum; the first of [`Kind::ALL`] among equals.
    pub(super) fn kind(&self) -> Kind {
        let mut best = (0, Kind::Other);
        for (&sum, &kind) in self.kinds.iter().zip(Kind::ALL) {
            if sum > best.0 {
                best = (sum, kind);
            }
        }
        best.1
    }
}
