//! Which words, with which weight, would make most judgements right that are wrong now.
//!
//! What the rules already say of each text is the start: a word earns its place only by what it changes.
//! Words are taken one after another, each time the one with the greatest gain in macro F1, among those
//! that clearly belong to their class (`odds`). The effect of a word is reckoned here without compiling
//! anything; `cross` then measures with real rules.

use super::grams::Gram;
use super::odds::{Seen, z};
use super::{Confusion, Dimension, Mapping};
use crate::rules::tone::points;
use crate::rules::{Kind, MoodSettings};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A word has to belong to its class by so many standard deviations (95 %).
const LEAST_Z: f64 = 1.96;

/// Of the texts that hold it, so many have to be of its class: a word is no evidence of a class just because
/// it would outweigh another rule's mistake.
const LEAST_SHARE: f64 = 0.6;

/// What the rules say of one text, as far as added rules could change it.
#[derive(Debug, Clone, Copy, Default)]
pub struct State {
    /// The sum of scores, in hundredths of a point.
    pub score: i32,
    /// The sums of weights, by kind.
    pub kinds: [i32; Kind::ALL.len()],
    /// Which added rules fired, one bit each.
    pub(super) fired: u32,
}

/// A labelled text.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its label.
    pub class: usize,
    /// What the rules say.
    pub state: State,
}

/// What an added rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Says {
    /// For this class.
    pub class: usize,
    /// So strongly: a score for each word, or a weight for the kind.
    pub strength: i32,
}

/// A word that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Folded.
    pub text: String,
    /// What is said of it.
    pub says: Says,
    /// Texts that hold it.
    pub n: u64,
    /// Of these, of its class.
    pub own: u64,
    /// How clearly it belongs there.
    pub z: f64,
}

/// How sums become classes.
#[derive(Debug, Clone, Copy)]
pub struct Model<'m> {
    /// The classes.
    pub mapping: &'m Mapping,
    /// How scores become a mood.
    pub mood: MoodSettings,
    /// What the rules say of each gram alone; `None` where they say nothing.
    pub alone: &'m [Option<usize>],
}

impl Model<'_> {
    fn class(&self, state: &State) -> usize {
        self.mapping.judged(match self.mapping.dimension() {
            Dimension::Sentiment if points(state.score) <= self.mood.negative => 0,
            Dimension::Sentiment if points(state.score) >= self.mood.positive => 2,
            Dimension::Sentiment => 1,
            _ => {
                let mut best = (0, Kind::Other as usize);
                for (kind, &sum) in state.kinds.iter().enumerate() {
                    if sum > best.0 {
                        best = (sum, kind);
                    }
                }
                best.1
            }
        })
    }

    /// The same text with one more word of that rule found.
    fn with(&self, mut state: State, says: Says) -> State {
        if self.mapping.dimension() == Dimension::Sentiment {
            let sign = if says.class == 0 { -100 } else { 100 };
            state.score = state.score.saturating_add(sign * says.strength);
            return state;
        }
        // A rule speaks for a kind once, however many of its words are found.
        let bit = 1u32 << ((says.class * 4) as u32 + says.strength.clamp(0, 3) as u32).min(31);
        if state.fired & bit == 0
            && let Some(sum) = state.kinds.get_mut(says.class)
        {
            *sum = sum.saturating_add(says.strength);
        }
        state.fired |= bit;
        state
    }

    /// Whether a rule with that gram could say so: not where the rules say it of the gram already, nor of a
    /// single word that the rules take for another mood.
    fn may(&self, (number, gram): (usize, &Gram), says: Says) -> bool {
        match self.alone.get(number).copied().flatten() {
            None => true,
            Some(class) if class == says.class => false,
            Some(_) => self.mapping.dimension() == Dimension::Kind || gram.text.contains(' '),
        }
    }

    /// What rules can say for the classes of the dimension.
    fn sayings(&self) -> Vec<Says> {
        let (classes, strengths): (&[usize], [i32; 2]) = match self.mapping.dimension() {
            Dimension::Sentiment => (&[0, 2], [1, 2]),
            Dimension::Kind => (&[0, 1, 2, 3, 4, 5], [1, 3]),
            Dimension::Priority => (&[], [1, 1]),
        };
        let says = |class: usize| strengths.map(|strength| Says { class, strength });
        classes
            .iter()
            .filter(|class| self.mapping.judged(**class) == **class)
            .flat_map(|class| says(*class))
            .collect()
    }
}

/// What a candidate would gain, when `taken` words were taken.
#[derive(Debug, Clone, Copy)]
struct Offer {
    gain: f64,
    z: f64,
    gram: usize,
    says: Says,
    taken: usize,
}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain
            .total_cmp(&other.gain)
            .then(self.z.total_cmp(&other.z))
            .then(other.gram.cmp(&self.gram))
            .then(other.says.cmp(&self.says))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Offer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Offer {}

/// The texts that are learned from, as they stand now.
struct Learning<'l> {
    model: Model<'l>,
    rows: &'l [Row],
    states: Vec<State>,
    /// What each is judged now; `None` for those that are not learned from.
    judged: Vec<Option<usize>>,
    confusion: Confusion,
}

impl<'l> Learning<'l> {
    fn new(model: Model<'l>, rows: &'l [Row], is_in: &dyn Fn(usize) -> bool) -> Self {
        let mut confusion = Confusion::new(model.mapping.dimension().classes().len());
        let judge = |(i, row): (usize, &Row)| {
            let judged = is_in(i).then(|| model.class(&row.state));
            if let Some(judged) = judged {
                confusion.add(row.class, judged);
            }
            judged
        };
        let judged = rows.iter().enumerate().map(judge).collect();
        Learning {
            model,
            rows,
            states: rows.iter().map(|row| row.state).collect(),
            judged,
            confusion,
        }
    }

    /// The texts of a gram that are learned from: number, label, state, judged.
    fn held<'g>(&'g self, gram: &'g Gram) -> impl Iterator<Item = (usize, usize, State, usize)> + 'g {
        gram.rows.iter().filter_map(|&row| {
            let row = row as usize;
            let judged = (*self.judged.get(row)?)?;
            Some((row, self.rows.get(row)?.class, *self.states.get(row)?, judged))
        })
    }

    /// In how many texts of that class and of others the gram stands.
    fn seen(&self, gram: &Gram, class: usize) -> Seen {
        let (mut own, mut all) = (0, 0);
        for (_, label, ..) in self.held(gram) {
            own += u64::from(label == class);
            all += 1;
        }
        let of_class = self.confusion.labelled(class);
        Seen {
            own: (own, of_class),
            other: (all - own, self.confusion.n() - of_class),
        }
    }

    /// By how much macro F1 would rise.
    fn gain(&self, gram: &Gram, says: Says) -> f64 {
        let mut confusion = self.confusion.clone();
        for (_, label, state, judged) in self.held(gram) {
            let next = self.model.class(&self.model.with(state, says));
            if next != judged {
                confusion.change(label, (judged, next));
            }
        }
        confusion.macro_f1().unwrap_or(0.0) - self.confusion.macro_f1().unwrap_or(0.0)
    }

    fn take(&mut self, gram: &Gram, says: Says) {
        for row in &gram.rows {
            let row = *row as usize;
            let (Some(state), Some(Some(judged)), Some(one)) = (
                self.states.get_mut(row),
                self.judged.get_mut(row),
                self.rows.get(row),
            ) else {
                continue;
            };
            *state = self.model.with(*state, says);
            let next = self.model.class(state);
            self.confusion.change(one.class, (*judged, next));
            *judged = next;
        }
    }
}

/// Gains below this are nothing but the rounding of floats.
const NO_GAIN: f64 = 1e-9;

/// Chooses up to `most` words, the best first, from the texts for which `is_in` says so; each stands in at
/// least `least` of them.
pub fn choose(
    model: Model<'_>,
    (grams, rows): (&[Gram], &[Row]),
    is_in: &dyn Fn(usize) -> bool,
    (least, most): (u64, usize),
) -> Vec<Chosen> {
    let mut learning = Learning::new(model, rows, is_in);
    let mut offers = BinaryHeap::new();
    let sayings = model.sayings();
    for (number, gram) in grams.iter().enumerate() {
        let mut last = None;
        for &says in sayings.iter().filter(|says| model.may((number, gram), **says)) {
            let (class, z) = match last {
                Some((class, z)) if class == says.class => (class, z),
                _ => {
                    let seen = learning.seen(gram, says.class);
                    let all = seen.own.0 + seen.other.0;
                    let is_most = seen.own.0 as f64 >= LEAST_SHARE * all as f64;
                    (says.class, if all >= least && is_most { z(seen) } else { 0.0 })
                }
            };
            last = Some((class, z));
            if z >= LEAST_Z {
                let gain = learning.gain(gram, says);
                if gain > NO_GAIN {
                    offers.push(Offer {
                        gain,
                        z,
                        gram: number,
                        says,
                        taken: 0,
                    });
                }
            }
        }
    }
    let mut chosen: Vec<Chosen> = Vec::new();
    while chosen.len() < most
        && let Some(mut offer) = offers.pop()
    {
        let Some(gram) = grams.get(offer.gram) else {
            continue;
        };
        if offer.taken < chosen.len() {
            offer.gain = learning.gain(gram, offer.says);
            offer.taken = chosen.len();
            if offer.gain > NO_GAIN {
                offers.push(offer);
            }
            continue;
        }
        // Of words that hold one another the first one is enough: where both are found only the longer counts.
        let overlaps = |other: &Chosen| other.text.contains(&gram.text) || gram.text.contains(&other.text);
        if chosen.iter().any(overlaps) {
            continue;
        }
        let seen = learning.seen(gram, offer.says.class);
        learning.take(gram, offer.says);
        chosen.push(Chosen {
            text: gram.text.clone(),
            says: offer.says,
            n: seen.own.0 + seen.other.0,
            own: seen.own.0,
            z: offer.z,
        });
    }
    chosen
}
