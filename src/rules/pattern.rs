//! One regular expression of a rule: parsed, folded, bounded, and gated by literals that it needs.
//!
//! Texts are folded before they are searched, so a pattern's literals and small classes are folded as
//! well: `Refund` and `退費` find what their keywords would find. A word boundary `\b` is taken between
//! ASCII letters and anything else, so that it holds beside Chinese and costs linear time. Which message
//! a pattern is run on is the matcher's business.

use super::fold::folded_char;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::meta::{Cache, Regex};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use std::ops::Range;
use std::sync::OnceLock;

/// Memory that one compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 20;
/// A [`cost`] at which a pattern is far below the limit (a unit is a few states of some 40 bytes).
const SURELY_SMALL: u64 = 2_000;
/// Trials at the beginning of a match after which a table for them is worth its making.
const MANY_TRIALS: u32 = 4_000;
/// Memory that such a table may take, and what may be needed to make it.
const TABLE_LIMIT: usize = 1 << 18;
/// A class with more characters than this is left unfolded (`\w` and negated classes hold all cases).
const FOLDED_CLASS: usize = 256;

/// Why a pattern is refused: the reason, where in it, and what to do.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub reason: String,
    pub span: Range<usize>,
    pub help: &'static str,
}

/// What a pattern would cost, before anything is built.
pub(crate) fn parse(pattern: &str) -> Result<Hir, Refusal> {
    let hir = regex_syntax::ParserBuilder::new()
        .nest_limit(50)
        .build()
        .parse(pattern)
        .map_err(refusal)?;
    if hir.properties().minimum_len() == Some(0) {
        return Err(Refusal {
            reason: "it matches the empty text, thus every message".into(),
            span: 0..pattern.len(),
            help: "require at least one character: + instead of *, or drop the ?",
        });
    }
    Ok(fold(hir))
}

/// A pattern that is built when a text first needs it: most of a file's patterns never run on a small
/// export, and building them all takes longer than judging it.
#[derive(Debug)]
pub(crate) struct Pattern {
    hir: Hir,
    built: OnceLock<Option<Regex>>,
    /// All that a trial at one place can meet, worked out: some times faster, but dear to make.
    table: OnceLock<Option<Box<dense::DFA<Vec<u32>>>>>,
}

/// What one thread keeps of a pattern from text to text.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    cache: Option<Box<Cache>>,
    trials: u32,
}

impl Pattern {
    /// Of what [`parse`] returned; `None` where it would be too large.
    pub fn new(hir: Hir) -> Option<Self> {
        let surely_small = cost(&hir) <= SURELY_SMALL;
        let pattern = Pattern {
            hir,
            built: OnceLock::new(),
            table: OnceLock::new(),
        };
        (surely_small || pattern.regex().is_some()).then_some(pattern)
    }

    fn regex(&self) -> Option<&Regex> {
        let config = Regex::config()
            .nfa_size_limit(Some(SIZE_LIMIT))
            .hybrid_cache_capacity(SIZE_LIMIT / 4)
            .which_captures(WhichCaptures::Implicit)
            .onepass(false)
            .dfa(false);
        let build = || Regex::builder().configure(config).build_from_hir(&self.hir).ok();
        self.built.get_or_init(build).as_ref()
    }

    /// The table, if the pattern is simple enough for one.
    fn make_table(&self) -> Option<Box<dense::DFA<Vec<u32>>>> {
        let states = thompson::Config::new()
            .nfa_size_limit(Some(SIZE_LIMIT))
            .which_captures(WhichCaptures::None);
        let states = thompson::Compiler::new()
            .configure(states)
            .build_from_hir(&self.hir)
            .ok()?;
        let table = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .accelerate(false)
            .dfa_size_limit(Some(TABLE_LIMIT))
            .determinize_size_limit(Some(TABLE_LIMIT));
        let table = dense::Builder::new().configure(table).build_from_nfa(&states);
        table.ok().map(Box::new)
    }

    /// The end of the match that begins at `start`.
    pub fn match_at(&self, text: &[u8], start: usize, kept: &mut Kept) -> Option<usize> {
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        if kept.trials < MANY_TRIALS {
            kept.trials += 1;
        } else if let Some(table) = self.table.get_or_init(|| self.make_table())
            && let Ok(found) = table.try_search_fwd(&input)
        {
            return found.map(|found| found.offset());
        }
        let regex = self.regex()?;
        let cache = kept.cache.get_or_insert_with(|| Box::new(regex.create_cache()));
        Some(regex.search_half_with(cache, &input)?.offset())
    }

    /// The first match that begins at `from` or later.
    pub fn next_match(&self, text: &[u8], from: usize, kept: &mut Kept) -> Option<Range<usize>> {
        let regex = self.regex()?;
        let cache = kept.cache.get_or_insert_with(|| Box::new(regex.create_cache()));
        Some(regex.search_with(cache, &Input::new(text).range(from..))?.range())
    }
}

fn refusal(error: regex_syntax::Error) -> Refusal {
    let (reason, span, pattern) = match &error {
        regex_syntax::Error::Parse(e) => (e.kind().to_string(), *e.span(), e.pattern()),
        regex_syntax::Error::Translate(e) => (e.kind().to_string(), *e.span(), e.pattern()),
        _ => {
            return Refusal {
                reason: "it is not understood".into(),
                span: 0..0,
                help: "",
            };
        }
    };
    let span = span.start.offset..span.end.offset;
    let help = match (reason.as_str(), pattern.get(span.clone()).unwrap_or("")) {
        (reason, _) if reason.starts_with("unclosed group") => "write \\( for a literal parenthesis",
        (reason, _) if reason.starts_with("unopened group") => "write \\) for a literal parenthesis",
        (reason, _) if reason.starts_with("unclosed character class") => "write \\[ for a literal bracket",
        (reason, _) if reason.starts_with("repetition operator missing") => {
            "write \\* \\+ \\? for the characters themselves"
        }
        (reason, _) if reason.starts_with("look-around") => {
            "use `none` or `except` for what must not stand there"
        }
        (reason, _) if reason.starts_with("exceed") => "make two rules of it",
        (reason, _) if reason.starts_with("backreferences") => "write the repeated words out",
        _ => "",
    };
    Refusal { reason, span, help }
}

/// A pattern's parts in the form in which texts are searched.
fn fold(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => {
                let mut folded = String::with_capacity(text.len());
                text.chars().for_each(|c| folded_char(c, true, &mut folded));
                Hir::literal(folded.into_bytes())
            }
            Err(_) => Hir::literal(literal.0),
        },
        HirKind::Class(Class::Unicode(class)) => Hir::class(Class::Unicode(fold_class(class))),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(match look {
            Look::WordUnicode => Look::WordAscii,
            Look::WordStartUnicode => Look::WordStartAscii,
            Look::WordEndUnicode => Look::WordEndAscii,
            other => other,
        }),
        HirKind::Repetition(repetition) => {
            let sub = Box::new(fold(*repetition.sub));
            Hir::repetition(Repetition { sub, ..repetition })
        }
        HirKind::Capture(capture) => fold(*capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(fold).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(fold).collect()),
    }
}

/// The characters of a small class as they stand in folded texts; those that never do are left out.
fn fold_class(class: ClassUnicode) -> ClassUnicode {
    let size: usize = class.iter().map(|range| range.len()).sum();
    if size > FOLDED_CLASS {
        return class;
    }
    let mut folded = Vec::new();
    let mut one = String::new();
    for c in class.iter().flat_map(|range| range.start()..=range.end()) {
        // Japanese texts are not simplified.
        for simplify in [true, false] {
            one.clear();
            folded_char(c, simplify, &mut one);
            let mut chars = one.chars();
            if let (Some(c), None) = (chars.next(), chars.next()) {
                folded.push(ClassUnicodeRange::new(c, c));
            }
        }
    }
    ClassUnicode::new(folded)
}

/// Roughly the states of the automaton: what the budget counts.
pub(crate) fn cost(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() as u64 * 2,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() as u64,
        HirKind::Capture(capture) => cost(&capture.sub),
        HirKind::Repetition(r) => {
            cost(&r.sub).saturating_mul(u64::from(r.max.unwrap_or(r.min.saturating_add(1)).max(1)))
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(cost).fold(0, u64::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_folded_like_the_texts() {
        let matches = |pattern: &str, text: &str| {
            let pattern = Pattern::new(parse(pattern).unwrap()).unwrap();
            pattern
                .next_match(text.as_bytes(), 0, &mut Kept::default())
                .is_some()
        };
        assert!(matches("Charg(ed|ES) twice", "charged twice"));
        assert!(matches("退[費錢]", "退费"));
        assert!(matches("退[費錢]", "退钱"));
        assert!(matches(r"(?i)\bAPP\b", "这个app很好"));
        assert!(!matches(r"\bapp\b", "happy"));
        assert!(matches(r"don’t\s+pay", "don't pay"));
        assert!(matches(r"\W\d{2}\w", "a 12很"));
    }

    #[test]
    fn faults_point_into_the_pattern() {
        let refused = parse("charg(ed|e").unwrap_err();
        assert_eq!((refused.reason.as_str(), refused.span), ("unclosed group", 5..6));
        let refused = parse("a(?=b)").unwrap_err();
        assert!(refused.help.contains("except"), "{refused:?}");
        assert!(parse("x*").unwrap_err().reason.contains("empty text"));
    }

    #[test]
    fn the_cost_grows_with_counted_repetition() {
        let cheap = cost(&parse("refund").unwrap());
        let dear = cost(&parse(r"refund\w{0,20}").unwrap());
        assert!(cheap < 10 && dear > 10_000, "{cheap} {dear}");
    }

    #[test]
    fn what_is_left_unbuilt_is_never_too_large() {
        for pattern in [
            r"\w",
            r"[^a]{2,400}x",
            r".{2,480}x",
            r"[一-龥]{2,900}x",
            r"(?:[àé]\b){2,250}",
        ] {
            let hir = parse(pattern).unwrap();
            assert!(cost(&hir) <= SURELY_SMALL, "{pattern} {}", cost(&hir));
            assert!(Pattern::new(hir).unwrap().regex().is_some(), "{pattern}");
        }
    }
}
