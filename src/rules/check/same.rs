//! Rules that another one makes superfluous: it looks for all their words under no more conditions, and says
//! all that they say.

use super::super::raw::Source;
use super::super::rule::Rule;
use super::Listed;
use std::collections::{HashMap, HashSet};

type Key<'l> = (&'l str, bool);

pub(super) fn check(source: &mut Source<'_>, rules: &[Rule], listed: &[Listed<'_, '_>]) {
    let words: Vec<HashSet<Key<'_>>> = listed
        .iter()
        .map(|one| {
            one.any
                .iter()
                .map(|word| (word.folded.as_str(), word.open))
                .collect()
        })
        .collect();
    let mut having: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
    for (number, words) in words.iter().enumerate() {
        for word in words {
            having.entry(*word).or_default().push(number);
        }
    }
    for (number, (rule, one)) in rules.iter().zip(listed).enumerate() {
        let (Some(mine), true) = (words.get(number), is_plain(one)) else {
            continue;
        };
        // Of all that have one of its words, the rarest has the fewest others.
        let rarest = mine
            .iter()
            .filter_map(|word| having.get(word))
            .min_by_key(|others| others.len());
        for &other in rarest.into_iter().flatten() {
            let (Some(above), Some(theirs), Some(also)) =
                (rules.get(other), words.get(other), listed.get(other))
            else {
                continue;
            };
            let equal = theirs.len() == mine.len();
            if other == number || (equal && other > number) || !mine.is_subset(theirs) {
                continue;
            }
            if is_plain(also) && is_said_by(rule, above) {
                let message = format!(
                    "rule `{}` says nothing that rule `{}` does not say",
                    rule.id, above.id
                );
                let label = format!("`{}` in line {} has all its words", above.id, above.line);
                let help = "take one of the two out, or let them say different things";
                source.warn(one.span.clone(), "rule-shadowed", message, &label, help);
                break;
            }
        }
    }
}

/// It fires on each of its words, and on nothing else.
fn is_plain(listed: &Listed<'_, '_>) -> bool {
    let more = ["all", "none", "except", "at_least", "words"];
    !listed.any.is_empty() && !listed.has_more && more.iter().all(|key| !listed.table.contains_key(*key))
}

fn is_said_by(rule: &Rule, other: &Rule) -> bool {
    let (mine, theirs) = (&rule.concludes, &other.concludes);
    let asks_less = other.settled.unconditional || (other.when == rule.when && other.form == rule.form);
    let same_group = rule.group == other.group || other.group.is_none();
    asks_less
        && same_group
        && (mine.kind.is_none() || mine.kind == theirs.kind && mine.weight <= theirs.weight)
        && (mine.sentiment == 0 || mine.sentiment == theirs.sentiment)
        && mine.topics.iter().all(|topic| theirs.topics.contains(topic))
        && mine.urgency <= theirs.urgency
        && mine.impact <= theirs.impact
        && mine.value <= theirs.value
        && (mine.route.is_none() || mine.route == theirs.route)
        && (!mine.private || theirs.private)
}
