//! Why a message is judged as it is: the judgement itself, and beside it which rules fired, which nearly did,
//! and what the sums are made of. Everything here is read off the judge's own work; nothing is judged again in
//! another way.

use super::{Circumstances, Judge, Judgement};
use crate::message::Message;
use crate::rules::form::Measured;
use crate::rules::missed::missed;
use crate::rules::tone::points;
use crate::rules::when::Known;
use crate::rules::{Effect, Kind, Level, Miss, MoodSettings, Row, Rule, RuleSet, Sentiment, Standing};
use std::ops::Range;

/// A judgement with all that led to it.
#[derive(Debug)]
pub struct Explanation<'j> {
    /// What the judge says.
    pub judgement: Judgement<'j>,
    /// The rules that fired, as in [`Judgement::matched`].
    pub fired: Vec<&'j Rule>,
    /// Rules that nearly fired, in the order of the file.
    pub near: Vec<Near<'j>>,
    /// The row of the matrix that decided; `None` where no reply is needed, or no row fits.
    pub row: Option<&'j Row>,
    rules: &'j RuleSet,
}

/// A rule that nearly fired.
#[derive(Debug)]
pub struct Near<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Where its words stand in the text.
    pub words: Vec<Range<usize>>,
    /// What kept it from firing; places are those in the text.
    pub why: Miss,
    /// The rule that spoke instead, where one did.
    pub instead: Option<&'r Rule>,
}

/// What spoke for a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken<'r> {
    /// The kind.
    pub kind: Kind,
    /// How strongly.
    pub weight: i32,
    /// The rule; `None` where it was the mood.
    pub rule: Option<&'r str>,
}

impl<'r> Judge<'r> {
    /// Judges `message`, and tells how it came to that.
    pub fn explain<'j>(
        &'j mut self,
        message: &'j Message<'_>,
        circumstances: Circumstances,
    ) -> Explanation<'j> {
        let rules = self.rules;
        let judged = self.judge_in(message, circumstances);
        let (language, addressed, found_by) = (judged.language, judged.addressed, judged.found_by);
        let known = Known {
            message,
            language: &language,
            zone: self.surroundings.zone,
            addressed,
            found_by,
            author_mentions: circumstances.author_mentions,
        };
        let form = Measured::of(message.words(), self.folded.text(), &rules.question);
        let rule = |number: u32| rules.rules.get(number as usize);
        let near = missed(rules, &self.hits, &self.scratch, &known, &form).into_iter();
        let near = near.filter_map(|one| {
            let origin = |place: Range<usize>| self.folded.origin(place);
            let instead = match one.why {
                Miss::Silenced(_, by) => rule(by),
                _ => None,
            };
            Some(Near {
                rule: rule(one.rule)?,
                words: one.words.into_iter().map(origin).collect(),
                why: match one.why {
                    Miss::Forbidden(place) => Miss::Forbidden(origin(place)),
                    Miss::Excepted(place) => Miss::Excepted(origin(place)),
                    Miss::Silenced(place, by) => Miss::Silenced(origin(place), by),
                    other => other,
                },
                instead,
            })
        });
        let near = near.collect();
        let fired = self
            .scratch
            .fired
            .iter()
            .filter_map(|number| rule(*number))
            .collect();
        // The judge forgets one message over the next, so the same one comes to the same again.
        let judgement = self.judge_in(message, circumstances);
        Explanation {
            row: rules.row(standing(&judgement)).filter(|_| judgement.needs_reply),
            judgement,
            fired,
            near,
            rules,
        }
    }
}

fn standing(j: &Judgement<'_>) -> Standing {
    Standing {
        kind: j.kind,
        sentiment: j.sentiment,
        urgency: j.urgency,
        impact: j.impact,
        value: j.value,
    }
}

impl<'j> Explanation<'j> {
    /// All that spoke for kinds, in the order in which it was added up.
    pub fn spoken(&self) -> Vec<Spoken<'j>> {
        let j = &self.judgement;
        let mut spoken = Vec::new();
        for rule in &self.fired {
            let id = rule.id.as_str();
            let mut scored = j
                .scored
                .iter()
                .filter(|one| one.rule == id && one.place.is_some())
                .peekable();
            // What all of its words deny, a rule does not speak for.
            let is_denied = scored.peek().is_some()
                && scored.all(|one| j.modifiers(one).iter().any(|by| by.effect == Effect::Negated));
            if let Some(kind) = rule.concludes.kind.filter(|_| !is_denied) {
                let (weight, rule) = (rule.concludes.weight, Some(id));
                spoken.push(Spoken { kind, weight, rule });
            }
        }
        let mood = self.rules.mood();
        let by_mood = match self.mood() {
            Sentiment::Negative => Some(mood.negative_kind),
            Sentiment::Positive => Some(mood.positive_kind),
            Sentiment::Neutral => None,
        };
        spoken.extend(by_mood.map(|kind| Spoken {
            kind,
            weight: 1,
            rule: None,
        }));
        spoken
    }

    /// How scores become a mood.
    pub fn settings(&self) -> MoodSettings {
        self.rules.mood()
    }

    /// What the scored words come to, in hundredths: also where it is set aside.
    pub fn sum(&self) -> i32 {
        let results = self.judgement.scored.iter().map(|one| one.result);
        results.fold(0, i32::saturating_add)
    }

    /// The kind that most speaks for, where it is set aside: what is about a competitor is a lead or not ours.
    pub fn kind_set_aside(&self) -> Option<Kind> {
        let mut most = (0, Kind::Other);
        for (&weight, &kind) in self.judgement.weights.iter().zip(Kind::ALL) {
            if weight > most.0 {
                most = (weight, kind);
            }
        }
        Some(most.1).filter(|kind| self.judgement.about_another && *kind != self.judgement.kind)
    }

    /// The mood that the sum of scores is; what is about a competitor has it, and is neutral for the business.
    pub fn mood(&self) -> Sentiment {
        let (mood, score) = (self.rules.mood(), points(self.sum()));
        match score {
            _ if score <= mood.negative => Sentiment::Negative,
            _ if score >= mood.positive => Sentiment::Positive,
            _ => Sentiment::Neutral,
        }
    }

    /// The rules that gave `level` of that dimension: `urgency`, `impact` or `value`.
    pub fn raised_by(&self, dimension: &str, level: Level) -> Vec<&'j str> {
        let said = |rule: &Rule| match dimension {
            "urgency" => rule.concludes.urgency,
            "impact" => rule.concludes.impact,
            _ => rule.concludes.value,
        };
        let gave = self.fired.iter().filter(|rule| said(rule) == Some(level));
        gave.map(|rule| rule.id.as_str()).collect()
    }

    /// The rule that names who is to deal with it.
    pub fn routed_by(&self) -> Option<&'j str> {
        let route = self.judgement.route?;
        let names = |rule: &&&Rule| rule.concludes.route.as_deref() == Some(route);
        let most = self
            .fired
            .iter()
            .filter(names)
            .map(|rule| rule.concludes.weight)
            .max()?;
        let mut by = self.fired.iter().filter(names);
        by.find(|rule| rule.concludes.weight == most)
            .map(|rule| rule.id.as_str())
    }

    /// The rules that want it settled in private.
    pub fn private_by(&self) -> Vec<&'j str> {
        let wants = self.fired.iter().filter(|rule| rule.concludes.private);
        wants.map(|rule| rule.id.as_str()).collect()
    }
}
