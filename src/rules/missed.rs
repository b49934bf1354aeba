//! The rules that nearly fired in a text, and what kept each from it: read off what the matcher found and what
//! [`weigh`](super::weigh) made of it. Decides nothing itself.

use super::RuleSet;
use super::form::Measured;
use super::matcher::{Hit, Hits, Role};
use super::rule::Rule;
use super::weigh::Scratch;
use super::when::Known;
use std::collections::BTreeMap;
use std::ops::Range;

/// Why a rule of which words stand in the text did not fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// A word of its `all` is not there.
    Lacks(String),
    /// All of its `all` is there, but nothing of its `any`.
    NothingOfAny,
    /// A word of its `none` stands at this place.
    Forbidden(Range<usize>),
    /// These conditions of its `when` are not met.
    Unmet(Vec<&'static str>),
    /// Its word stands inside one of its `except` phrases, at this place.
    Excepted(Range<usize>),
    /// A longer word at this place, of the rule with this number, speaks instead.
    Silenced(Range<usize>, u32),
    /// It needs words of this weight together.
    Few(u32),
    /// Words that are to stand near one another stand apart.
    Apart,
    /// A rule before it speaks for its group.
    AnotherOfGroup,
    /// Something else that it asks for.
    Short,
}

/// A rule that nearly fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missed {
    pub rule: u32,
    /// Where its words stand in the folded text.
    pub words: Vec<Range<usize>>,
    pub why: Miss,
}

/// The rules of which words stand in the text and that did not fire, in the order of the file.
pub(crate) fn missed(
    rules: &RuleSet,
    hits: &Hits,
    scratch: &Scratch,
    known: &Known<'_>,
    form: &Measured,
) -> Vec<Missed> {
    let mut touched: BTreeMap<u32, Vec<(Role, &Hit)>> = BTreeMap::new();
    for hit in &hits.list {
        for one in rules.matcher.speakers.get(hit.speaker) {
            touched.entry(one.rule).or_default().push((one.role, hit));
        }
    }
    let silent = touched
        .into_iter()
        .filter(|(rule, _)| scratch.fired.binary_search(rule).is_err());
    silent
        .filter_map(|(number, roles)| {
            let rule = rules
                .rules
                .get(number as usize)
                .filter(|rule| !rule.settled.off)?;
            let speaks =
                |(role, _): &&(Role, &Hit)| matches!(role, Role::Any(_) | Role::Near { .. } | Role::All(_));
            let words: Vec<&Hit> = roles.iter().filter(speaks).map(|(_, hit)| *hit).collect();
            let why = why(rule, number, &roles, rules, scratch, known, form)?;
            let words = words.iter().map(|hit| hit.start..hit.end).collect();
            Some(Missed {
                rule: number,
                words,
                why,
            })
        })
        .collect()
}

/// What kept a rule from firing; `None` where it was not near.
fn why(
    rule: &Rule,
    number: u32,
    roles: &[(Role, &Hit)],
    rules: &RuleSet,
    scratch: &Scratch,
    known: &Known<'_>,
    form: &Measured,
) -> Option<Miss> {
    let seen = roles.iter().fold(0, |seen, (role, _)| match role {
        Role::All(place) => seen | 1_u64 << place,
        _ => seen,
    });
    let lacking = rule.all_mask & !seen;
    let mut parts: Vec<(u32, u8)> = roles.iter().filter_map(|(role, _)| near_part(*role)).collect();
    parts.sort_unstable();
    parts.dedup();
    let is_apart = parts.windows(2).any(|two| matches!(two, [a, b] if a.0 == b.0));
    let has_any = is_apart || roles.iter().any(|(role, _)| matches!(role, Role::Any(_)));
    if seen == 0 && !has_any {
        return None;
    }
    if lacking.count_ones() > 1 || (lacking != 0 && rule.has_any && !has_any) {
        return None;
    }
    let group = rule.group.and_then(|number| rules.groups.get(number as usize));
    let mut unmet = rule.when.unmet(known);
    unmet.extend(group.into_iter().flat_map(|group| group.when.unmet(known)));
    if !rule.form.holds(form) {
        unmet.push("form");
    }
    if !unmet.is_empty() {
        return (lacking == 0 && (has_any || !rule.has_any)).then_some(Miss::Unmet(unmet));
    }
    if lacking != 0 {
        let word = rule.settled.all_words.get(lacking.trailing_zeros() as usize);
        return Some(Miss::Lacks(word.cloned().unwrap_or_default()));
    }
    if rule.has_any && !has_any {
        return Some(Miss::NothingOfAny);
    }
    if let Some((_, hit)) = roles.iter().find(|(role, _)| *role == Role::None) {
        return Some(Miss::Forbidden(hit.start..hit.end));
    }
    let meets = |a: &Range<usize>, b: &Hit| a.start < b.end && b.start < a.end;
    for (_, word) in roles
        .iter()
        .filter(|(role, _)| matches!(role, Role::Any(_) | Role::Near { .. } | Role::All(_)))
    {
        let excepts = roles.iter().filter(|(role, _)| *role == Role::Except);
        let excepted = excepts
            .map(|(_, hit)| hit.start..hit.end)
            .find(|place| meets(place, word));
        if let Some(place) = excepted {
            return Some(Miss::Excepted(place));
        }
        let longer = scratch.found.iter().find(|found| {
            let place = found.start..found.end;
            let covers = rules
                .rules
                .get(found.rule as usize)
                .is_some_and(|other| other.covers(rule));
            found.rule != number && covers && meets(&place, word) && place != (word.start..word.end)
        });
        if let Some(longer) = longer {
            return Some(Miss::Silenced(longer.start..longer.end, longer.rule));
        }
    }
    Some(match () {
        () if rule.at_least > 1 => Miss::Few(rule.at_least),
        () if rule.settled.first_only => Miss::AnotherOfGroup,
        () if is_apart => Miss::Apart,
        () => Miss::Short,
    })
}

/// Which part of which pair of words that are to stand near one another it is.
fn near_part(role: Role) -> Option<(u32, u8)> {
    match role {
        Role::Near { near, part } => Some((near, part)),
        _ => None,
    }
}
