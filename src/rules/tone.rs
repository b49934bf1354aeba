//! What stands around a scored word and changes what it counts: negation and intensity.
//!
//! [`Tone`] is what the tables `[negation]` and `[intensity]` say, read by `read`; without them a word counts
//! what its rule says. `around` finds what applies to a word. All of it is reckoned in whole hundredths, so that
//! a judgement can be worked out again with pencil and paper. Which words are scored is the rules' business.

pub(crate) mod around;
pub(super) mod read;

use std::ops::Range;

/// What a modifier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// "not", 不: turns the score round.
    Negated,
    /// "very", 非常.
    Stronger,
    /// "slightly", 有点.
    Weaker,
    /// Written in CAPITALS, in a text that is not.
    Capitals,
    /// Letters drawn out: "soooo".
    DrawnOut,
    /// The sentence ends in exclamation marks.
    Exclaimed,
}

impl Effect {
    /// The word that stands in reports.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Negated => "negated",
            Effect::Stronger => "stronger",
            Effect::Weaker => "weaker",
            Effect::Capitals => "capitals",
            Effect::DrawnOut => "drawn out",
            Effect::Exclaimed => "exclaimed",
        }
    }
}

/// What changed the score of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modifier {
    /// How.
    pub effect: Effect,
    /// Where it stands in the text that was judged.
    pub place: Range<usize>,
    /// Per cent: what is added to the hundred of the word, and for [`Effect::Negated`] what the rest is
    /// multiplied by.
    pub percent: i32,
}

/// What a word of the tables does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToneWord {
    /// Negates what follows.
    Negator,
    /// Negates what stands before it.
    NegatorBehind,
    /// A phrase inside which no word of the tables counts: "not only".
    Exception,
    /// Ends the reach of what stands before it: "but".
    Until,
    /// Strengthens what follows.
    Stronger,
    /// Weakens what follows.
    Weaker,
    /// Strengthens what stands before it: 极了.
    StrongerBehind,
}

/// A word of the tables that stands in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToneHit {
    pub start: usize,
    pub end: usize,
    pub word: ToneWord,
}

/// How far a word reaches: what may stand between it and the scored word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Words of scripts with spaces.
    pub words: u32,
    /// Characters of scripts without.
    pub characters: u32,
}

/// The table `[negation]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Negation {
    pub reach: Reach,
    /// What a negated pleased word is multiplied by, in per cent.
    pub positive: i32,
    /// What a negated displeased word is multiplied by.
    pub negative: i32,
}

impl Default for Negation {
    fn default() -> Self {
        Negation {
            reach: Reach {
                words: 2,
                characters: 3,
            },
            positive: -100,
            negative: -50,
        }
    }
}

/// The table `[intensity]`: what is added to the hundred per cent of a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Intensity {
    pub reach: Reach,
    pub stronger: i32,
    pub weaker: i32,
    pub capitals: i32,
    pub drawn_out: i32,
    /// For each exclamation mark.
    pub exclamation: i32,
}

impl Default for Reach {
    fn default() -> Self {
        Reach {
            words: 1,
            characters: 1,
        }
    }
}

/// What the file says of negation and intensity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tone {
    pub negation: Option<Negation>,
    pub intensity: Option<Intensity>,
}

impl Tone {
    /// Drawn-out words are read as they are meant.
    pub fn shortens(&self) -> bool {
        self.intensity
            .as_ref()
            .is_some_and(|intensity| intensity.drawn_out != 0)
    }
}

/// All that is added to a word together: no less, and no more.
const LEAST: i32 = -80;
const MOST: i32 = 200;

/// Points, and what changes them, in hundredths of a point.
pub(crate) fn hundredths(points: i32, modifiers: &[Modifier]) -> i32 {
    let added = modifiers.iter().filter(|one| one.effect != Effect::Negated);
    let share = 100 + added.map(|one| one.percent).sum::<i32>().clamp(LEAST, MOST);
    let negated = modifiers.iter().find(|one| one.effect == Effect::Negated);
    let times = negated.map_or(100, |one| one.percent);
    points.saturating_mul(share).saturating_mul(times) / 100
}

/// Hundredths as whole points, halves away from zero.
pub(crate) fn points(hundredths: i32) -> i32 {
    hundredths.saturating_add(50 * hundredths.signum()) / 100
}

#[cfg(test)]
mod tests;
