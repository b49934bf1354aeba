//! Slots: a template's text and what is put into it.
//!
//! The template engine reads no files, escapes nothing (a reply is plain text), runs on a small budget, and refuses
//! to print what nobody has filled in. What is filled in is never read as a template.

use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// Steps of the engine: a loop over a text of some thousand letters at most.
const FUEL: u64 = 20_000;

/// Why a template cannot be filled, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// Nobody said what stands there.
    Unfilled {
        /// The slot.
        slot: String,
        /// Where it stands in the template.
        at: Range<usize>,
    },
    /// The template itself is wrong.
    Broken {
        /// Why.
        reason: String,
        /// Where.
        at: Range<usize>,
    },
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    engine.set_fuel(Some(FUEL));
    engine.set_debug(true);
    engine
}

fn broken(error: &Error) -> Gap {
    let reason = match error.kind() {
        ErrorKind::OutOfFuel => "it takes too long".to_owned(),
        _ => error
            .detail()
            .map_or_else(|| error.kind().to_string(), str::to_owned),
    };
    Gap::Broken {
        reason,
        at: error.range().unwrap_or(0..0),
    }
}

/// The slots of a template, by name; none where it is broken.
pub(super) fn slots_of(text: &str) -> Vec<String> {
    let engine = engine();
    let Ok(template) = engine.template_from_str(text) else {
        return Vec::new();
    };
    // Functions of the engine are no slots.
    let mut slots: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    slots.retain(|slot| engine.globals().all(|(name, _)| name != slot));
    slots.sort_unstable();
    slots
}

/// The first tag that is more than a slot, a condition on one, or a remark. Loops and assignments could make
/// a text of any size out of a few letters, which no budget of steps bounds.
fn beyond(text: &str) -> Option<Gap> {
    let name = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && letters.all(|c| c.is_alphanumeric() || c == '_')
    };
    let mut from = 0;
    while let Some(begin) = text.get(from..)?.find('{').map(|i| from + i) {
        from = begin + 1;
        let close = match text.get(begin..)?.as_bytes() {
            [b'{', b'{', ..] => "}}",
            [b'{', b'%', ..] => "%}",
            [b'{', b'#', ..] => "#}",
            _ => continue,
        };
        // One that is not closed is told by the engine.
        let end = begin + text.get(begin..)?.find(close)?;
        let inner = text.get(begin + 2..end)?.trim_matches('-');
        let words: Vec<&str> = inner.split_whitespace().collect();
        let is_plain = match (close, words.as_slice()) {
            ("#}", _) | ("%}", ["else" | "endif"]) => true,
            ("}}", [slot]) => name(slot),
            ("%}", ["if" | "elif", "not", slot] | ["if" | "elif", slot]) => name(slot),
            _ => false,
        };
        if !is_plain {
            let reason =
                "it holds more than {{ slot }}, {% if slot %}, {% else %} and {% endif %}".to_owned();
            return Some(Gap::Broken {
                reason,
                at: begin..end + 2,
            });
        }
        from = end + 2;
    }
    None
}

/// A value as it may stand in a text that is pasted: without control characters, and without those that turn
/// the direction of writing.
fn plain(value: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept = |c: &char| (!c.is_control() || *c == '\n') && !turns(*c);
    value.chars().filter(kept).collect()
}

/// Fills the slots.
pub(super) fn fill(text: &str, slots: &BTreeMap<String, String>) -> Result<String, Vec<Gap>> {
    if let Some(gap) = beyond(text) {
        return Err(vec![gap]);
    }
    let slots: BTreeMap<String, String> = slots.iter().map(|(k, v)| (k.clone(), plain(v))).collect();
    let engine = engine();
    let template = engine.template_from_str(text).map_err(|e| vec![broken(&e)])?;
    match template.render(Value::from_pairs(slots.clone())) {
        Ok(filled) => return Ok(filled.trim().to_owned()),
        Err(error) if error.kind() != ErrorKind::UndefinedError => return Err(vec![broken(&error)]),
        Err(_) => {}
    }
    // All that is missing at once: each slot alone is left empty in turn.
    let missing: Vec<String> = slots_of(text)
        .into_iter()
        .filter(|slot| !slots.contains_key(slot))
        .collect();
    let mut gaps = Vec::new();
    for slot in &missing {
        let others = missing.iter().filter(|other| *other != slot);
        let others = others.map(|other| (other.clone(), "–".to_owned()));
        let values: BTreeMap<String, String> = slots.clone().into_iter().chain(others).collect();
        if let Err(error) = template.render(Value::from_pairs(values)) {
            let at = error.range().unwrap_or(0..0);
            gaps.push(Gap::Unfilled {
                slot: slot.clone(),
                at,
            });
        }
    }
    gaps.sort_by_key(|gap| match gap {
        Gap::Unfilled { at, .. } | Gap::Broken { at, .. } => at.start,
    });
    if gaps.is_empty() {
        gaps.push(Gap::Broken {
            reason: "something in it has no value".to_owned(),
            at: 0..0,
        });
    }
    Err(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, slots: &[(&str, &str)]) -> Result<String, Vec<Gap>> {
        let slots = slots.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        fill(text, &slots.collect())
    }

    #[test]
    fn slots_are_filled_and_nothing_is_escaped_or_read_twice() {
        let text = "Hello{% if name %} {{ name }}{% endif %}, order {{ order }}.\n";
        assert_eq!(
            filled(text, &[("name", "<b> & {{ order }}"), ("order", "7")]).unwrap(),
            "Hello <b> & {{ order }}, order 7."
        );
        assert_eq!(filled(text, &[("order", "7")]).unwrap(), "Hello, order 7.");
        assert_eq!(slots_of(text), ["name", "order"]);
    }

    #[test]
    fn all_that_nobody_filled_is_told_at_once() {
        let gaps = filled("{{ order }} by {{ date }}{% if name %}{{ name }}{% endif %}", &[]).unwrap_err();
        let slots: Vec<_> = gaps
            .iter()
            .map(|gap| match gap {
                Gap::Unfilled { slot, at } => (slot.as_str(), at.clone()),
                Gap::Broken { .. } => panic!(),
            })
            .collect();
        assert_eq!(slots, [("order", 3..8), ("date", 18..22)]);
    }

    #[test]
    fn a_name_cannot_turn_the_writing_or_ring_the_bell() {
        let named = filled("Hello {{ name }}", &[("name", "\u{1b}]0;Eve\u{7}\u{202e}")]);
        assert_eq!(named.unwrap(), "Hello ]0;Eve");
    }

    #[test]
    fn a_template_neither_runs_forever_nor_reads_files() {
        for text in [
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "{% include 'rules.toml' %}",
            "{% set x = 'aaaaaaaa' %}{% set x = x ~ x %}{{ x }}",
            "{{ name ~ name }}",
            "{{ ('x' * 100000) | replace('x', 'x' * 100000) | length }}",
            "{%- if name == 'x' -%}a{%- endif -%}",
            "{{ open('/etc/passwd') }}",
            "{{ name",
        ] {
            let gaps = filled(text, &[]).unwrap_err();
            assert!(matches!(gaps[0], Gap::Broken { .. }), "{text}: {gaps:?}");
        }
    }
}
