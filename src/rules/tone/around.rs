//! What applies to one scored word of a text: the words of the tables before and behind it, its letters, the
//! end of its sentence.
//!
//! Works on the folded text; only capitals are looked up in the original. How much each counts is told by the
//! tables.

use super::super::language::is_unspaced;
use super::super::matcher::Hits;
use super::{Effect, Modifier, Reach, Tone, ToneHit, ToneWord};
use crate::rules::fold::Folded;
use std::ops::Range;

/// How far a sentence is followed.
const SENTENCE: usize = 400;
/// Words of the tables that are looked at on either side.
const NEIGHBOURS: usize = 12;
/// Exclamation marks that count.
const MARKS: usize = 4;

/// Leaves the words of the tables that count: of overlapping ones the leftmost longest, none inside an
/// exception, and none that is part of a longer word of the rules, which says it already.
pub(crate) fn settle(hits: &mut Hits) {
    let (tone, list) = hits.tone_and_list();
    let mut kept: usize = 0;
    for i in 0..tone.len() {
        let Some(&hit) = tone.get(i) else { break };
        let last = kept.checked_sub(1).and_then(|last| tone.get(last)).copied();
        match last {
            Some(last) if last.start == hit.start => kept -= 1,
            Some(last) if last.end > hit.start => continue,
            _ => {}
        }
        if let Some(slot) = tone.get_mut(kept) {
            *slot = hit;
        }
        kept += 1;
    }
    tone.truncate(kept);
    let mut said = list.iter().peekable();
    let mut reach = 0..0;
    tone.retain(|hit| {
        while let Some(word) = said.next_if(|word| word.start <= hit.start) {
            if word.end >= reach.end && (word.start, word.end) != (hit.start, hit.end) {
                reach = word.start..word.end;
            }
        }
        match hit.word {
            ToneWord::Exception => false,
            ToneWord::Until => true,
            _ => reach.end < hit.end,
        }
    });
}

/// A text and what of the tables stands in it.
pub(crate) struct Around<'t> {
    pub tone: &'t Tone,
    pub folded: &'t Folded,
    pub original: &'t str,
    pub words: &'t [ToneHit],
}

impl Around<'_> {
    /// Adds what applies to the scored word at `place` of the folded text; `points` tells which way it goes.
    pub fn modify(&self, place: Range<usize>, points: i32, into: &mut Vec<Modifier>) {
        let first = self.words.partition_point(|hit| hit.end <= place.start);
        let (before, rest) = self.words.split_at(first);
        let behind = rest.partition_point(|hit| hit.start < place.end);
        let behind = rest.get(behind..).unwrap_or_default();
        let negator = self.negator(before, behind, &place);
        if let (Some(negation), Some(negator)) = (&self.tone.negation, negator) {
            let percent = if points > 0 {
                negation.positive
            } else {
                negation.negative
            };
            self.add(Effect::Negated, negator.start..negator.end, percent, into);
        }
        let Some(intensity) = &self.tone.intensity else {
            return;
        };
        for hit in before.iter().rev().take(NEIGHBOURS) {
            let (effect, percent) = match hit.word {
                ToneWord::Stronger => (Effect::Stronger, intensity.stronger),
                ToneWord::Weaker => (Effect::Weaker, intensity.weaker),
                ToneWord::Until => break,
                _ => continue,
            };
            // "not very good" is no more than "not good".
            let is_negated = negator.is_some_and(|negator| negator.start < hit.start);
            if !is_negated && self.reaches(hit.end..place.start, intensity.reach) {
                self.add(effect, hit.start..hit.end, percent, into);
            }
        }
        let next = behind.first().filter(|hit| hit.word == ToneWord::StrongerBehind);
        if let Some(hit) = next
            && self.reaches(place.end..hit.start, intensity.reach)
        {
            self.add(Effect::Stronger, hit.start..hit.end, intensity.stronger, into);
        }
        let long = self.folded.drawn_out().iter();
        for long in long.filter(|_| intensity.drawn_out != 0) {
            let meets = |hit: Range<usize>| hit.start < long.end && long.start < hit.end;
            let strengthens = |hit: &&ToneHit| hit.word == ToneWord::Stronger && meets(hit.start..hit.end);
            let is_near = |hit: &ToneHit| self.reaches(hit.end..place.start, intensity.reach);
            if meets(place.clone())
                || before
                    .iter()
                    .rev()
                    .take(NEIGHBOURS)
                    .find(strengthens)
                    .is_some_and(is_near)
            {
                self.add(Effect::DrawnOut, long.clone(), intensity.drawn_out, into);
            }
        }
        if intensity.capitals != 0 && self.in_capitals(&place) {
            self.add(Effect::Capitals, place.clone(), intensity.capitals, into);
        }
        self.exclaimed(place.end, intensity.exclamation, into);
    }

    fn add(&self, effect: Effect, folded: Range<usize>, percent: i32, into: &mut Vec<Modifier>) {
        if percent != 0 {
            let place = self.folded.origin(folded);
            into.push(Modifier {
                effect,
                place,
                percent,
            });
        }
    }

    /// What negates the word: the nearest negator before it, or right behind it.
    fn negator(&self, before: &[ToneHit], behind: &[ToneHit], place: &Range<usize>) -> Option<ToneHit> {
        let reach = self.tone.negation.as_ref()?.reach;
        for hit in before.iter().rev().take(NEIGHBOURS) {
            match hit.word {
                ToneWord::Until => break,
                ToneWord::Negator if self.reaches(hit.end..place.start, reach) => return Some(*hit),
                ToneWord::Negator => break,
                _ => {}
            }
        }
        let next = behind.first().filter(|hit| hit.word == ToneWord::NegatorBehind)?;
        self.reaches(place.end..next.start, reach).then_some(*next)
    }

    /// No more stands in between than the reach allows, and no punctuation.
    fn reaches(&self, between: Range<usize>, reach: Reach) -> bool {
        let (mut words, mut characters, mut in_word) = (0, 0, false);
        let between = self.folded.bytes().get(between).unwrap_or_default();
        let most = (reach.words as usize + 1) * 24 + reach.characters as usize * 4;
        if between.len() > most {
            return false;
        }
        for c in std::str::from_utf8(between).unwrap_or("").chars() {
            let is_letter = c.is_alphanumeric() || c == '\'';
            if is_unspaced(c) {
                characters += 1;
            } else if is_letter && !in_word {
                words += 1;
            } else if matches!(
                c,
                ',' | '.' | ';' | ':' | '!' | '?' | '、' | '。' | '…' | '(' | ')'
            ) {
                return false;
            }
            in_word = is_letter && !is_unspaced(c);
        }
        words <= reach.words && characters <= reach.characters
    }

    /// Two letters or more, all of them capitals, while the text has small ones as well.
    fn in_capitals(&self, place: &Range<usize>) -> bool {
        let letters = self.folded.bytes().get(place.clone()).unwrap_or_default();
        if letters.iter().filter(|byte| byte.is_ascii_lowercase()).count() < 2 {
            return false;
        }
        let written = self.original.as_bytes();
        let word = written.get(self.folded.origin(place.clone())).unwrap_or_default();
        !word.iter().any(u8::is_ascii_lowercase)
            && word.iter().any(u8::is_ascii_uppercase)
            && written.iter().any(u8::is_ascii_lowercase)
    }

    /// Whether the sentence ends in exclamation marks.
    fn exclaimed(&self, from: usize, percent: i32, into: &mut Vec<Modifier>) {
        let rest = self.folded.bytes().get(from..).unwrap_or_default();
        let rest = rest.get(..rest.len().min(SENTENCE)).unwrap_or_default();
        let end = sentence_end(rest);
        let marks = rest.iter().skip(end).take(MARKS);
        let marks = marks.take_while(|mark| **mark == b'!').count();
        if marks > 0 {
            let place = from + end..from + end + marks;
            self.add(Effect::Exclaimed, place, percent * marks as i32, into);
        }
    }
}

/// Where the first sentence of a folded text ends.
fn sentence_end(text: &[u8]) -> usize {
    let mut bytes = text.iter().enumerate();
    let end = bytes.find(|(at, byte)| match byte {
        b'!' | b'?' => true,
        b'.' => text.get(at + 1).is_none_or(|next| !next.is_ascii_alphanumeric()),
        0xE3 => text
            .get(*at..)
            .is_some_and(|rest| rest.starts_with("。".as_bytes())),
        _ => false,
    });
    end.map_or(text.len(), |(at, _)| at)
}
