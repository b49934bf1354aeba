//! Rules that can never fire, and words of theirs that never count: those in which one of the rule's own
//! `none` words stands, and a threshold that nothing reaches.

use super::super::raw::{Source, short};
use super::super::rule::Rule;
use super::super::words::whole_words;
use super::{Listed, Word};

pub(super) fn check(source: &mut Source<'_>, rule: &Rule, listed: &Listed<'_, '_>) {
    let hider = |word: &Word| listed.none.iter().find(|none| stands_in(none, word));
    let never = |source: &mut Source<'_>, span, label: &str, help: &str| {
        let message = format!("rule `{}` can never fire", rule.id);
        source.warn(span, "rule-never-fires", message, label, help);
    };
    for word in &listed.all {
        if let Some(none) = hider(word) {
            let label = format!("`none` has `{}`", short(&none.text.value));
            let help = "it asks for this word and forbids it: take it out of one of the lists";
            return never(source, word.text.span.clone(), &label, help);
        }
    }
    let (hidden, left): (Vec<&Word>, Vec<&Word>) = listed.any.iter().partition(|word| hider(word).is_some());
    if !hidden.is_empty() && left.is_empty() && !listed.has_more {
        let help = "all its words are forbidden by its `none`: take them out of one of the lists";
        return never(source, listed.span.clone(), "", help);
    }
    for word in hidden {
        let Some(none) = hider(word) else { continue };
        let message = format!(
            "the word `{}` of rule `{}` never counts",
            short(&word.text.value),
            rule.id
        );
        let label = format!("`none` has `{}`", short(&none.text.value));
        let help = "where this is found, the rule does not fire: take it out of one of the lists";
        source.warn(word.text.span.clone(), "rule-word-hidden", message, &label, help);
    }
    let mut different = left;
    different.sort_by_key(|word| (&word.folded, word.open));
    different.dedup_by_key(|word| (&word.folded, word.open));
    let most: u32 = different.iter().map(|word| word.weight).sum();
    if let Some(value) = listed.table.get("at_least")
        && rule.at_least > most
        && !listed.has_more
        // `refund*` is found as several words.
        && !different.iter().any(|word| word.open)
    {
        let label = format!("all its words together come to {most}");
        never(
            source,
            value.span(),
            &label,
            "lower `at_least`, or give it more words",
        );
    }
}

/// Wherever the word is found, the other one is found in it.
fn stands_in(other: &Word, word: &Word) -> bool {
    let (text, part) = (word.folded.as_bytes(), other.folded.as_str());
    word.folded.match_indices(part).any(|(at, _)| {
        let end = at + part.len();
        let goes_on = word.open && end == text.len();
        whole_words(text, at..end, other.open).is_some() && (!goes_on || other.open)
    })
}
