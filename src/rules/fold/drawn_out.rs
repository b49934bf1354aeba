//! Words whose letters are drawn out, "soooo gooood", as they are meant: no English word has a letter three
//! times in a row. Which words there are is not known here.

use super::{Folded, Jump};
use std::ops::Range;

/// Words that are shortened in one text, and how long they may be: a bound, since each moves what follows.
const MOST_WORDS: usize = 32;
const LONGEST: usize = 64;

impl Folded {
    /// Shortens drawn-out words to the form that is `known`, with a letter twice or once; others stay as they
    /// are. Where the shortened ones stand is told by [`drawn_out`](Self::drawn_out).
    pub(crate) fn shorten(&mut self, known: impl Fn(&[u8]) -> bool) {
        if !has_run(&self.text) {
            return;
        }
        let (mut at, mut meant) = (0, Vec::new());
        while let Some(word) = next_word(&self.text, at) {
            at = word.end;
            let letters = self.text.get(word.clone()).unwrap_or_default();
            if letters.len() > LONGEST || !has_run(letters) || known(letters) {
                continue;
            }
            let fits = |keep: &usize| {
                shortened(letters, *keep, &mut meant);
                known(&meant)
            };
            if let Some(keep) = [2, 1].into_iter().find(fits) {
                at = self.cut_runs(word, keep);
                if self.drawn_out.len() == MOST_WORDS {
                    return;
                }
            }
        }
    }

    /// Where words stand that were shortened.
    pub(crate) fn drawn_out(&self) -> &[Range<usize>] {
        &self.drawn_out
    }

    /// Leaves so many letters of each run in a word; gives where it ends then.
    fn cut_runs(&mut self, word: Range<usize>, keep: usize) -> usize {
        let (mut at, mut end) = (word.start, word.end);
        while at < end {
            let letters = self.text.get(at..end).unwrap_or_default();
            let run = run(letters);
            if run > 2 && self.cut(at + keep..at + run) {
                end -= run - keep;
                at += keep;
            } else {
                at += run;
            }
        }
        self.drawn_out.push(word.start..end);
        end
    }

    /// Takes a piece out: the character before it stands for it from now on. `false` where that character or
    /// the piece is part of something that maps back only as a whole.
    fn cut(&mut self, piece: Range<usize>) -> bool {
        let Range { start, end } = piece;
        let Some(before) = start.checked_sub(1) else {
            return false;
        };
        let splits = |at: usize| {
            let last = self
                .jumps
                .partition_point(|jump| jump.folded <= at)
                .checked_sub(1);
            let last = last.and_then(|last| self.jumps.get(last));
            last.is_some_and(|jump| jump.whole && jump.folded < at)
        };
        if splits(before) || splits(end) {
            return false;
        }
        let [first, next] = [before, end].map(|at| self.origin(at..at).start);
        self.text.drain(start..end);
        let from = self.jumps.partition_point(|jump| jump.folded < before);
        let to = self.jumps.partition_point(|jump| jump.folded <= end);
        let jumps = [(before, first, true), (start, next, false)];
        let jumps = jumps.map(|(folded, original, whole)| Jump {
            folded,
            original,
            whole,
        });
        // What begins right behind the piece may itself map back as a whole.
        let last = self.jumps.get(..to).and_then(<[Jump]>::last).copied();
        let goes_on = last.filter(|jump| jump.folded == end);
        let is_whole = goes_on.is_some_and(|jump| jump.whole);
        let [one, mut two] = jumps;
        two.whole = is_whole;
        self.jumps.splice(from..to, [one, two]);
        let gone = end - start;
        for jump in self.jumps.iter_mut().skip(from + 2) {
            jump.folded -= gone;
        }
        true
    }
}

/// How often the first letter stands there.
fn run(letters: &[u8]) -> usize {
    let first = letters.first();
    letters
        .iter()
        .take_while(|letter| Some(*letter) == first)
        .count()
        .max(1)
}

/// A small letter stands three times in a row.
fn has_run(text: &[u8]) -> bool {
    let three = text.iter().zip(text.iter().skip(1)).zip(text.iter().skip(2));
    // Without a way out on the way, many bytes are looked at at once.
    three.fold(false, |found, ((a, b), c)| {
        found | (a == b && b == c && a.is_ascii_lowercase())
    })
}

fn next_word(text: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let start = from + rest.iter().position(u8::is_ascii_lowercase)?;
    let letters = text
        .get(start..)?
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase());
    Some(start..start + letters.count())
}

fn shortened(letters: &[u8], keep: usize, into: &mut Vec<u8>) {
    into.clear();
    let mut rest = letters;
    while let Some(letter) = rest.first() {
        let run = run(rest);
        let left = if run > 2 { keep } else { run };
        into.extend(std::iter::repeat_n(*letter, left));
        rest = rest.get(run..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Folded {
        let mut folded = Folded::default();
        folded.fill(text, true);
        folded.shorten(|word| [&b"so"[..], b"good", b"love", b"hmmm"].contains(&word));
        folded
    }

    #[test]
    fn drawn_out_words_are_read_as_they_are_meant_and_quoted_as_they_stand() {
        let text = "Soooo GOOOOOD, é ｌｏｏｏｏｖｅ hmmm xxxx";
        let folded = read(text);
        assert_eq!(folded.text(), "so good, é love hmmm xxxx");
        let quoted: Vec<&str> = folded
            .drawn_out()
            .iter()
            .map(|place| &text[folded.origin(place.clone())])
            .collect();
        assert_eq!(quoted, ["Soooo", "GOOOOOD", "ｌｏｏｏｏｖｅ"]);
        let at = folded.text().find("hmmm").unwrap();
        assert_eq!(&text[folded.origin(at..at + 4)], "hmmm");
    }

    proptest! {
        #[test]
        fn any_text_maps_back(text in "([so dgvelGO!é好ｏﬀ]|ooo|sooo|ﬀﬀ){0,12}") {
            let folded = read(&text);
            let mut last = 0;
            let bounds: Vec<usize> = folded.text().char_indices().map(|(i, c)| i + c.len_utf8()).collect();
            for (from, to) in std::iter::once(0).chain(bounds.iter().copied()).zip(bounds.iter().copied()) {
                let origin = folded.origin(from..to);
                prop_assert!(text.is_char_boundary(origin.start) && text.is_char_boundary(origin.end));
                prop_assert!(origin.start < origin.end && origin.end <= text.len());
                prop_assert!(origin.start >= last);
                last = origin.start;
            }
        }
    }
}
