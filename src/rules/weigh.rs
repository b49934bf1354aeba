//! Which of the matches in a text count, and which rules fire.
//!
//! Of overlapping matches the leftmost longest silences the others, where it speaks of all that they
//! speak of (不好 silences 好; `rude staff` does not silence the topic `staff`). What the rules conclude is
//! not decided here.

use super::RuleSet;
use super::matcher::{Hits, Role, Use};
use super::near::{self, Piece};
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
    /// The weight of one of the rule's `any` words or expressions; 0 for one of its `all` words.
    pub weight: u8,
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
    pieces: Vec<Piece>,
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
        set: &RuleSet,
        text: &[u8],
        hits: &mut Hits,
        mut applies: impl FnMut(&Rule) -> bool,
    ) {
        let RuleSet {
            rules,
            wordless,
            asked,
            ..
        } = set;
        self.text += 1;
        self.seen.resize(rules.len(), Seen::default());
        self.fired.clear();
        self.found.clear();
        self.speak(set, hits, &mut applies);
        if !self.pieces.is_empty() {
            self.meet(set, text);
        }
        let now = self.text;
        let Scratch {
            seen, fired, found, ..
        } = self;
        fired.retain(|&id| match (asked.get(id as usize), seen.get(id as usize)) {
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
        let is_narrowed = |id: &u32| rules.get(*id as usize).is_some_and(|rule| rule.settled.narrowed);
        if fired.iter().any(is_narrowed) {
            self.narrow(rules, text);
        }
    }

    /// Lets words speak that stand near one another.
    fn meet(&mut self, set: &RuleSet, text: &[u8]) {
        let Scratch {
            pieces, seen, found, ..
        } = self;
        near::meet(&set.nears, text, pieces, |near, place| {
            if let Some(seen) = seen.get_mut(near.rule as usize) {
                seen.any = true;
            }
            found.push(Found {
                rule: near.rule,
                start: place.start,
                end: place.end,
                weight: 1,
            });
        });
    }

    /// Takes back rules whose words do not come to what they need, and all but the first of a group that
    /// wants it so.
    fn narrow(&mut self, rules: &[Rule], text: &[u8]) {
        let Scratch { fired, found, .. } = self;
        let mut groups = Vec::new();
        fired.retain(|&id| {
            let Some(rule) = rules.get(id as usize) else {
                return false;
            };
            let of = |id: u32| found.partition_point(|one| one.rule < id);
            let mine = found.get(of(id)..of(id + 1)).unwrap_or_default();
            if rule.at_least > 1 && weight(mine, text) < rule.at_least {
                return false;
            }
            let group = rule.group.filter(|_| rule.settled.first_only);
            group.is_none_or(|group| {
                let is_first = !groups.contains(&group);
                groups.push(group);
                is_first
            })
        });
        found.retain(|one| fired.binary_search(&one.rule).is_ok());
    }

    /// Goes through the hits from left to right, longest first, and lets each speak for its rules unless
    /// it is silenced.
    fn speak(&mut self, set: &RuleSet, hits: &mut Hits, applies: &mut impl FnMut(&Rule) -> bool) {
        let Scratch {
            standing,
            pieces,
            seen,
            fired,
            found,
            text: now,
        } = self;
        let RuleSet {
            matcher,
            rules,
            asked,
            ..
        } = set;
        pieces.clear();
        hits.sort();
        standing.clear();
        for hit in &hits.list {
            standing.retain(|other| other.end > hit.start);
            for &Use { rule: id, role } in matcher.speakers.get(hit.speaker) {
                let (Some(mine), Some(seen)) = (asked.get(id as usize), seen.get_mut(id as usize)) else {
                    continue;
                };
                if seen.text != *now {
                    *seen = Seen {
                        text: *now,
                        applies: mine.unconditional || rules.get(id as usize).is_some_and(&mut *applies),
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
                    Role::Near { near, part } => {
                        if !standing.iter().any(|other| other.except && other.rule == id) {
                            pieces.push(Piece {
                                near,
                                start,
                                end,
                                part,
                            });
                        }
                    }
                    Role::Any(_) | Role::All(_) => {
                        let silences = |other: &Standing| match other.except {
                            true => other.rule == id,
                            false => {
                                let same_words = other.start == start && other.end == end;
                                !same_words && (other.rule == id || set.covers(other.rule, id))
                            }
                        };
                        if standing.iter().any(silences) {
                            continue;
                        }
                        let weight = match role {
                            Role::Any(weight) => {
                                seen.any = true;
                                weight
                            }
                            Role::All(n) => {
                                seen.all |= 1 << n;
                                0
                            }
                            _ => 0,
                        };
                        found.push(Found {
                            rule: id,
                            start,
                            end,
                            weight,
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

/// What the weights of different words come to.
fn weight(found: &[Found], text: &[u8]) -> u32 {
    let mut words: Vec<(&[u8], u8)> = found
        .iter()
        .filter_map(|one| Some((text.get(one.start..one.end)?, one.weight)))
        .collect();
    words.sort_unstable();
    words.dedup_by_key(|(word, _)| *word);
    words.iter().map(|(_, weight)| u32::from(*weight)).sum()
}
