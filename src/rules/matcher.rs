//! Which rules speak about a text, and which words made them: one pass over the folded text.
//!
//! All keywords of all rules, and the literals that gate the regular expressions, are one Aho–Corasick
//! automaton; a regular expression runs only on texts that hold one of its gates. Of overlapping matches
//! the leftmost longest silences the others, where it speaks of all that they speak of (不好 silences 好;
//! `rude staff` does not silence the topic `staff`). What the rules conclude is not decided here.

use super::language::is_unspaced;
use super::pattern::Pattern;
use super::rule::Rule;
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashMap;
use std::ops::Range;

/// Matches of one regular expression that are looked at in one text: enough for any review, and a bound.
const MATCHES_OF_ONE_PATTERN: usize = 16;

/// What a keyword does for its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// One of several that make the rule fire.
    Any,
    /// The n-th of those that must all be there.
    All(u32),
    /// The rule does not fire where this is found.
    None,
    /// Words of the rule inside this do not count.
    Except,
}

#[derive(Debug, Clone, Copy)]
struct Use {
    rule: usize,
    role: Role,
}

/// A folded keyword and what it is for.
#[derive(Debug)]
struct Keyword {
    /// Written with a `*` at its end: the word may go on.
    open: bool,
    uses: Vec<Use>,
}

#[derive(Debug)]
struct Expression {
    pattern: Pattern,
    uses: [Use; 1],
}

/// What one string of the automaton stands for.
#[derive(Debug, Default, Clone)]
struct Entry {
    keywords: Vec<usize>,
    gates: Vec<usize>,
}

/// Collects keywords and expressions before the automaton is built.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    strings: Vec<Vec<u8>>,
    entries: Vec<Entry>,
    by_string: HashMap<Vec<u8>, usize>,
    by_keyword: HashMap<(usize, bool), usize>,
    keywords: Vec<Keyword>,
    expressions: Vec<Expression>,
    always: Vec<usize>,
}

impl Builder {
    /// Adds a folded keyword; `open` where the word may go on behind it.
    pub fn keyword(&mut self, folded: &str, open: bool, rule: usize, role: Role) {
        let entry = self.entry(folded.as_bytes());
        let next = self.keywords.len();
        let keyword = *self.by_keyword.entry((entry, open)).or_insert(next);
        if keyword == next {
            self.keywords.push(Keyword {
                open,
                uses: Vec::new(),
            });
            if let Some(entry) = self.entries.get_mut(entry) {
                entry.keywords.push(keyword);
            }
        }
        if let Some(keyword) = self.keywords.get_mut(keyword) {
            keyword.uses.push(Use { rule, role });
        }
    }

    /// Adds a regular expression. Its gates lead to it; without gates it runs on every text.
    pub fn expression(&mut self, pattern: Pattern, gates: Option<Vec<Vec<u8>>>, rule: usize) {
        let id = self.expressions.len();
        self.expressions.push(Expression {
            pattern,
            uses: [Use {
                rule,
                role: Role::Any,
            }],
        });
        match gates {
            None => self.always.push(id),
            Some(gates) => {
                for gate in gates {
                    let entry = self.entry(&gate);
                    if let Some(entry) = self.entries.get_mut(entry) {
                        entry.gates.push(id);
                    }
                }
            }
        }
    }

    fn entry(&mut self, string: &[u8]) -> usize {
        if let Some(&entry) = self.by_string.get(string) {
            return entry;
        }
        let entry = self.entries.len();
        self.by_string.insert(string.to_vec(), entry);
        self.strings.push(string.to_vec());
        self.entries.push(Entry::default());
        entry
    }

    /// Builds the automaton; the error is the reason in plain words.
    pub fn build(self) -> Result<Matcher, String> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&self.strings)
            .map_err(|error| error.to_string())?;
        Ok(Matcher {
            automaton,
            entries: self.entries,
            keywords: self.keywords,
            expressions: self.expressions,
            always: self.always,
        })
    }
}

/// The compiled keywords and expressions of a rule set.
#[derive(Debug)]
pub(crate) struct Matcher {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
    keywords: Vec<Keyword>,
    expressions: Vec<Expression>,
    always: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Keyword(usize),
    Expression(usize),
}

#[derive(Debug, Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    what: What,
}

/// A match that counts, while others may still overlap it.
#[derive(Debug, Clone, Copy)]
struct Standing {
    start: usize,
    end: usize,
    rule: usize,
    /// An exception: it silences its own rule only.
    except: bool,
}

/// A match that made a rule fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub rule: usize,
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
    hits: Vec<Hit>,
    standing: Vec<Standing>,
    seen: Vec<Seen>,
    ran: Vec<u64>,
    /// Places of the text to pass over, to be filled before each run.
    pub passed_over: Vec<Range<usize>>,
    /// Rules touched, then those that fired, in the order of the file.
    pub fired: Vec<usize>,
    /// What made them fire, by rule and place.
    pub found: Vec<Found>,
}

impl Matcher {
    /// Finds what fires on `text` (folded), but for words in `scratch.passed_over`. `applies` tells whether the conditions of a rule hold, and is
    /// asked once a rule at most; `wordless` are the rules that have conditions only.
    pub fn run(
        &self,
        text: &str,
        rules: &[Rule],
        wordless: &[usize],
        scratch: &mut Scratch,
        mut applies: impl FnMut(&Rule) -> bool,
    ) {
        scratch.text += 1;
        scratch.seen.resize(rules.len(), Seen::default());
        scratch.ran.resize(self.expressions.len(), 0);
        scratch.fired.clear();
        scratch.found.clear();
        self.collect(text, scratch);
        let Scratch {
            hits, passed_over, ..
        } = &mut *scratch;
        if !passed_over.is_empty() {
            let within = |hit: &Hit, place: &Range<usize>| place.start <= hit.start && hit.end <= place.end;
            hits.retain(|hit| !passed_over.iter().any(|place| within(hit, place)));
        }
        hits.sort_unstable_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        self.weigh(rules, scratch, &mut applies);

        let Scratch {
            seen,
            fired,
            found,
            text: now,
            ..
        } = scratch;
        fired.extend(
            wordless
                .iter()
                .copied()
                .filter(|&rule| rules.get(rule).is_some_and(&mut applies)),
        );
        fired.retain(|&rule| match (rules.get(rule), seen.get(rule)) {
            (Some(rule), Some(seen)) if seen.text == *now => {
                !seen.blocked && seen.all == rule.all_mask && (seen.any || !rule.has_any)
            }
            (rule, _) => rule.is_some_and(|rule| !rule.has_any && rule.all_mask == 0),
        });
        fired.sort_unstable();
        fired.dedup();
        found.retain(|match_| fired.binary_search(&match_.rule).is_ok());
        found.sort_unstable();
    }

    /// Every keyword and every match of an expression that stands in the text.
    fn collect(&self, text: &str, scratch: &mut Scratch) {
        let Scratch {
            hits, ran, text: now, ..
        } = scratch;
        hits.clear();
        for &id in &self.always {
            self.search(id, text, hits);
        }
        for found in self.automaton.find_overlapping_iter(text) {
            let Some(entry) = self.entries.get(found.pattern().as_usize()) else {
                continue;
            };
            for &id in &entry.keywords {
                let open = self.keywords.get(id).is_some_and(|keyword| keyword.open);
                if let Some(range) = whole_words(text, found.range(), open) {
                    hits.push(Hit {
                        start: range.start,
                        end: range.end,
                        what: What::Keyword(id),
                    });
                }
            }
            for &id in &entry.gates {
                if let Some(ran) = ran.get_mut(id)
                    && *ran != *now
                {
                    *ran = *now;
                    self.search(id, text, hits);
                }
            }
        }
    }

    fn search(&self, id: usize, text: &str, hits: &mut Vec<Hit>) {
        let Some(regex) = self.expressions.get(id).and_then(|e| e.pattern.regex()) else {
            return;
        };
        for found in regex.find_iter(text).take(MATCHES_OF_ONE_PATTERN) {
            hits.push(Hit {
                start: found.start(),
                end: found.end(),
                what: What::Expression(id),
            });
        }
    }

    /// Goes through the hits from left to right, longest first, and lets each speak for its rules unless
    /// it is silenced.
    fn weigh(&self, rules: &[Rule], scratch: &mut Scratch, applies: &mut impl FnMut(&Rule) -> bool) {
        let Scratch {
            hits,
            standing,
            seen,
            fired,
            found,
            text: now,
            ..
        } = scratch;
        standing.clear();
        for hit in hits.iter() {
            standing.retain(|other| other.end > hit.start);
            let uses: &[Use] = match hit.what {
                What::Keyword(id) => self.keywords.get(id).map_or(&[], |keyword| &keyword.uses),
                What::Expression(id) => self.expressions.get(id).map_or(&[], |e| &e.uses),
            };
            for &Use { rule: id, role } in uses {
                let (Some(rule), Some(seen)) = (rules.get(id), seen.get_mut(id)) else {
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
                let silenced = || standing.iter().any(|other| silences(other, hit, id, rule, rules));
                match role {
                    Role::None => seen.blocked = true,
                    Role::Except => standing.push(Standing {
                        start: hit.start,
                        end: hit.end,
                        rule: id,
                        except: true,
                    }),
                    Role::Any | Role::All(_) if silenced() => {}
                    Role::Any | Role::All(_) => {
                        match role {
                            Role::All(n) => seen.all |= 1 << n,
                            _ => seen.any = true,
                        }
                        let Hit { start, end, .. } = *hit;
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

/// An earlier or longer match silences an overlapping one whose rule has nothing to add to it.
fn silences(other: &Standing, hit: &Hit, id: usize, rule: &Rule, rules: &[Rule]) -> bool {
    if other.except {
        return other.rule == id;
    }
    let same_words = other.start == hit.start && other.end == hit.end;
    !same_words && (other.rule == id || rules.get(other.rule).is_some_and(|longer| longer.covers(rule)))
}

/// The match, if its edges are the edges of words; with `open` it is drawn out to the end of its word.
/// An edge counts only where the keyword ends in a letter or digit of a script that has spaces, and a
/// neighbour only where it is one too: `app` is a word in `app很好` and none in `happy`.
pub(super) fn whole_words(text: &str, range: Range<usize>, open: bool) -> Option<Range<usize>> {
    let wordy = |c: char| c.is_alphanumeric() && !is_unspaced(c);
    let (before, rest) = text.split_at_checked(range.start)?;
    let (inner, after) = rest.split_at_checked(range.len())?;
    if inner.chars().next().is_some_and(wordy) && before.chars().next_back().is_some_and(wordy) {
        return None;
    }
    if inner.chars().next_back().is_some_and(wordy) && after.chars().next().is_some_and(wordy) {
        let rest_of_word = after.find(|c| !wordy(c)).unwrap_or(after.len());
        return open.then(|| range.start..range.end + rest_of_word);
    }
    Some(range)
}
