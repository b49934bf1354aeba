//! Which of the matches in a text count, and which rules fire.
//!
//! Of overlapping matches the leftmost longest silences the others, where it speaks of all that they
//! speak of (不好 silences 好; `rude staff` does not silence the topic `staff`). What the rules conclude is
//! not decided here.

use super::matcher::{Hits, Matcher, Role, Use};
use super::rule::Rule;

/// A match that counts, while others may still overlap it.
#[derive(Debug, Clone, Copy)]
struct Standing {
    start: usize,
    end: usize,
    rule: u32,
    /// An exception: it silences its own rule only.
    except: bool,
}

/// A match that made a rule fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub rule: u32,
    pub start: usize,
    pub end: usize,
    /// One of the rule's `any` words or expressions (else one of its `all` words).
    pub any: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// The text it belongs to: state of older texts is stale, so nothing has to be cleared.
    text: u64,
    applies: bool,
    any: bool,
    all: u64,
    blocked: bool,
}

/// Buffers that are reused from text to text, and the outcome for the last one.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    text: u64,
    standing: Vec<Standing>,
    seen: Vec<Seen>,
    /// Rules touched, then those that fired, in the order of the file.
    pub fired: Vec<u32>,
    /// What made them fire, by rule and place.
    pub found: Vec<Found>,
}

impl Scratch {
    /// Lets the hits in a text speak. `applies` tells whether the conditions of a rule hold, and is asked
    /// once a rule at most; `wordless` are the rules that have conditions only.
    pub fn weigh(
        &mut self,
        matcher: &Matcher,
        hits: &mut Hits,
        rules: &[Rule],
        wordless: &[u32],
        mut applies: impl FnMut(&Rule) -> bool,
    ) {
        self.text += 1;
        self.seen.resize(rules.len(), Seen::default());
        self.fired.clear();
        self.found.clear();
        self.speak(matcher, hits, rules, &mut applies);
        let now = self.text;
        let Scratch {
            seen, fired, found, ..
        } = self;
        fired.retain(|&id| match (rules.get(id as usize), seen.get(id as usize)) {
            (Some(rule), Some(seen)) if seen.text == now => {
                !seen.blocked && seen.all == rule.all_mask && (seen.any || !rule.has_any)
            }
            _ => false,
        });
        // A rule without words may have been touched by its `none`.
        fired.extend(wordless.iter().copied().filter(|&id| {
            let untouched = seen.get(id as usize).is_some_and(|seen| seen.text != now);
            untouched && rules.get(id as usize).is_some_and(&mut applies)
        }));
        fired.sort_unstable();
        found.retain(|match_| fired.binary_search(&match_.rule).is_ok());
        found.sort_unstable();
    }

    /// Goes through the hits from left to right, longest first, and lets each speak for its rules unless
    /// it is silenced.
    fn speak(
        &mut self,
        matcher: &Matcher,
        hits: &mut Hits,
        rules: &[Rule],
        applies: &mut impl FnMut(&Rule) -> bool,
    ) {
        let Scratch {
            standing,
            seen,
            fired,
            found,
            text: now,
        } = self;
        hits.sort();
        standing.clear();
        for hit in &hits.list {
            standing.retain(|other| other.end > hit.start);
            for &Use { rule: id, role } in matcher.speakers.get(hit.speaker) {
                let (Some(rule), Some(seen)) = (rules.get(id as usize), seen.get_mut(id as usize)) else {
                    continue;
                };
                if seen.text != *now {
                    *seen = Seen {
                        text: *now,
                        applies: applies(rule),
                        ..Seen::default()
                    };
                    fired.push(id);
                }
                if !seen.applies {
                    seen.blocked = true;
                    continue;
                }
                let (start, end) = (hit.start, hit.end);
                match role {
                    Role::None => seen.blocked = true,
                    Role::Except => standing.push(Standing {
                        start,
                        end,
                        rule: id,
                        except: true,
                    }),
                    Role::Any | Role::All(_) => {
                        let silences = |other: &Standing| match other.except {
                            true => other.rule == id,
                            false => {
                                let same_words = other.start == start && other.end == end;
                                let longer = || rules.get(other.rule as usize);
                                !same_words
                                    && (other.rule == id
                                        || longer().is_some_and(|longer| longer.covers(rule)))
                            }
                        };
                        if standing.iter().any(silences) {
                            continue;
                        }
                        match role {
                            Role::All(n) => seen.all |= 1 << n,
                            _ => seen.any = true,
                        }
                        found.push(Found {
                            rule: id,
                            start,
                            end,
                            any: role == Role::Any,
                        });
                        standing.push(Standing {
                            start,
                            end,
                            rule: id,
                            except: false,
                        });
                    }
                }
            }
        }
    }
}
