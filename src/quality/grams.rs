//! The words and short phrases of texts that could become keywords, and in which texts they stand.
//!
//! Of scripts with spaces one word or two neighbouring ones; of scripts without, pieces of two to four
//! characters; single emoji. All in the folded form, in which keywords are found. Handles, addresses and
//! bare numbers are nobody's words. What a word is evidence of is not known here.

use crate::rules::fold::Folded;
use crate::rules::language::is_unspaced;
use std::collections::HashMap;

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gram {
    /// Folded.
    pub text: String,
    /// The texts that hold it, by number, ascending.
    pub rows: Vec<u32>,
}

/// Of one text no more candidates than these are looked at.
const MOST_OF_A_TEXT: usize = 4096;

/// Pieces of scripts without spaces are at most so many characters long.
const LONGEST_PIECE: usize = 4;

/// Neighbouring characters of such a piece stand together so many times as often as by chance.
const LEAST_COHESION: f64 = 3.0;

/// The form in which words are found in a text.
pub fn folded(text: &str) -> String {
    let mut folded = Folded::default();
    folded.read(text);
    folded.text().to_owned()
}

/// The candidates of these folded texts that stand in at least `least` of them, in order of their letters.
pub fn grams(texts: &[String], least: usize) -> Vec<Gram> {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    let mut found = Vec::new();
    for text in texts {
        in_text(text, &mut found);
        for gram in &found {
            *counts.entry(gram).or_default() += 1;
        }
    }
    let neighbours = Neighbours::of(texts);
    counts.retain(|gram, n| *n as usize >= least && neighbours.cohere(gram));
    let mut rows: HashMap<&str, Vec<u32>> = counts
        .into_iter()
        .map(|(gram, n)| (gram, Vec::with_capacity(n as usize)))
        .collect();
    for (text, row) in texts.iter().zip(0..) {
        in_text(text, &mut found);
        for gram in &found {
            if let Some(rows) = rows.get_mut(gram) {
                rows.push(row);
            }
        }
    }
    let is_fragment: Vec<&str> = rows
        .keys()
        .flat_map(|gram| fragments(gram).map(move |piece| (*gram, piece)))
        .filter(|(gram, piece)| {
            let n = |gram: &str| rows.get(gram).map_or(0, Vec::len);
            n(gram) * 10 >= n(piece) * 9
        })
        .map(|(_, piece)| piece)
        .collect();
    for piece in is_fragment {
        rows.remove(piece);
    }
    let mut grams: Vec<Gram> = rows
        .into_iter()
        .map(|(text, rows)| Gram {
            text: text.to_owned(),
            rows,
        })
        .collect();
    grams.sort_unstable_by(|a, b| a.text.cmp(&b.text));
    grams
}

/// How often characters of scripts without spaces stand, alone and side by side.
#[derive(Default)]
struct Neighbours {
    all: f64,
    single: HashMap<char, f64>,
    pairs: HashMap<(char, char), f64>,
}

impl Neighbours {
    fn of(texts: &[String]) -> Self {
        let mut seen = Neighbours::default();
        for text in texts {
            let mut before = None;
            for c in text.chars() {
                let this = is_unspaced(c).then_some(c);
                if let Some(c) = this {
                    seen.all += 1.0;
                    *seen.single.entry(c).or_default() += 1.0;
                }
                if let Some(pair) = before.zip(this) {
                    *seen.pairs.entry(pair).or_default() += 1.0;
                }
                before = this;
            }
        }
        seen
    }

    /// Whether a piece looks like a word: none of its characters stands beside the next one by chance.
    fn cohere(&self, gram: &str) -> bool {
        let count = |c: char| self.single.get(&c).copied().unwrap_or(0.0);
        let pairs = gram.chars().zip(gram.chars().skip(1));
        pairs.filter(|(a, _)| is_unspaced(*a)).all(|pair| {
            let together = self.pairs.get(&pair).copied().unwrap_or(0.0);
            together * self.all >= LEAST_COHESION * count(pair.0) * count(pair.1)
        })
    }
}

/// The pieces that lack one character at an end: where they nearly always stand in the longer piece, they
/// are parts of a word.
fn fragments(gram: &str) -> impl Iterator<Item = &str> {
    let is_piece = gram.chars().count() > 2 && gram.chars().all(is_unspaced);
    let mut ends = gram.char_indices();
    let second = ends.nth(1).map(|(at, _)| at);
    let last = gram.char_indices().next_back().map(|(at, _)| at);
    let pieces = [
        second.and_then(|at| gram.get(at..)),
        last.and_then(|at| gram.get(..at)),
    ];
    pieces.into_iter().flatten().filter(move |_| is_piece)
}

/// The different candidates of a folded text.
fn in_text<'t>(text: &'t str, found: &mut Vec<&'t str>) {
    found.clear();
    let (mut at, mut before) = (0, None);
    for chunk in text.split(' ') {
        before = words(text, (at, at + chunk.len()), before, found);
        at += chunk.len() + 1;
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(MOST_OF_A_TEXT);
}

/// The words of a chunk between spaces. `before`: where a word begins that ends right before it; given
/// back is where one begins that ends with it.
fn words<'t>(
    text: &'t str,
    (from, to): (usize, usize),
    before: Option<usize>,
    found: &mut Vec<&'t str>,
) -> Option<usize> {
    let chunk = text.get(from..to).unwrap_or_default();
    if chunk.contains("://") || chunk.starts_with("www.") {
        return None;
    }
    let (mut at, mut last) = (from, None);
    while let Some(c) = text.get(at..to).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..to).unwrap_or_default();
        let end = |part: &dyn Fn(char) -> bool| at + rest.find(|c| !part(c)).unwrap_or(rest.len());
        last = None;
        if c == '@' {
            at = end(&|c| c == '@' || c == '_' || (c.is_alphanumeric() && !is_unspaced(c)));
        } else if is_unspaced(c) {
            let stop = end(&is_unspaced);
            pieces(text.get(at..stop).unwrap_or_default(), found);
            at = stop;
        } else if c.is_alphanumeric() {
            let stop = end(&|c| (c.is_alphanumeric() || c == '\'' || c == '_') && !is_unspaced(c));
            let word = text.get(at..stop).unwrap_or_default().trim_end_matches('\'');
            if is_word(word) {
                found.push(word);
                if let Some(pair) = before
                    .filter(|_| at == from)
                    .and_then(|first| text.get(first..at + word.len()))
                {
                    found.push(pair);
                }
                last = Some(at).filter(|_| at + word.len() == to);
            }
            at = stop;
        } else {
            if is_emoji(c) {
                found.extend(text.get(at..at + c.len_utf8()));
            }
            at += c.len_utf8();
        }
    }
    last
}

/// Something a keyword can be made of: letters, and more than one sign.
fn is_word(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().any(char::is_alphabetic) && !word.contains('_')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F300}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}')
}

fn pieces<'t>(run: &'t str, found: &mut Vec<&'t str>) {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    for window in 2..=LONGEST_PIECE {
        for ends in starts.windows(window + 1) {
            if let (Some(from), Some(to)) = (ends.first(), ends.last()) {
                found.extend(run.get(*from..*to));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let text = folded(text);
        let mut found = Vec::new();
        in_text(&text, &mut found);
        found.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn one_word_or_two_neighbours() {
        assert_eq!(
            found("Don’t wait, NOT worth it"),
            [
                "don't",
                "don't wait",
                "it",
                "not",
                "not worth",
                "wait",
                "worth",
                "worth it"
            ]
        );
        // Punctuation parts phrases; addresses, handles and numbers are no words.
        assert_eq!(
            found("@shop_1 https://a.example/late 25 cold. (soup)"),
            ["cold", "soup"]
        );
    }

    #[test]
    fn pieces_of_chinese_and_single_emoji() {
        assert_eq!(found("不好吃👎"), ["不好", "不好吃", "好吃", "👎"]);
        assert_eq!(found("服務差 late"), ["late", "务差", "服务", "服务差"]);
    }

    #[test]
    fn parts_of_a_longer_word_are_left_out() {
        let texts: Vec<String> = ["送餐员迟到", "送餐员很好", "迟到了"].map(folded).to_vec();
        let all = grams(&texts, 2);
        let names: Vec<(&str, &[u32])> = all.iter().map(|g| (g.text.as_str(), g.rows.as_slice())).collect();
        assert_eq!(names, [("迟到", &[0u32, 2][..]), ("送餐员", &[0, 1])]);
    }
}
