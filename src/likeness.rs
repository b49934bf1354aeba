//! Texts that are nearly the same: a sketch of each, and which earlier text is like it.
//!
//! Of each text some numbers are kept: of all its pieces of six bytes (two Chinese characters, six letters) the
//! least hash in each of a few lanes (MinHash, with one permutation). Nearly the same texts share nearly all pieces,
//! and so most of these numbers. That takes one pass over the text; a SimHash of as many bits takes some forty times
//! as long. What counts as a word or a letter is decided before: here are bytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use xxhash_rust::xxh3::xxh3_64;

/// The least hash in each lane; a lane that no piece fell into holds [`EMPTY`]. `LANES` is a power of two.
pub type Lanes<const LANES: usize> = [u32; LANES];

/// No piece fell into the lane.
pub const EMPTY: u32 = u32::MAX;

/// Sketches a text; one of fewer than eight bytes has no pieces.
pub fn lanes<const LANES: usize>(bytes: &[u8]) -> Lanes<LANES> {
    let mut lanes = [EMPTY; LANES];
    let shift = u32::BITS - LANES.trailing_zeros();
    for piece in bytes.windows(8) {
        let piece = <[u8; 8]>::try_from(piece).map_or(0, u64::from_le_bytes);
        // Six bytes of the eight.
        let hash = ((piece << 16).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32;
        if let Some(lane) = lanes.get_mut((hash >> shift) as usize) {
            *lane = (*lane).min(hash);
        }
    }
    lanes
}

/// A lane's number, small.
pub fn short(lane: u32) -> u16 {
    (lane >> 8 ^ lane) as u16
}

/// The keys are hashes nearly; nobody gains by making them meet, since what meets is compared.
#[derive(Debug, Default)]
pub struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = (key ^ key >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 ^= self.0 >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map from such keys.
pub type ByKey<V> = HashMap<u64, V, BuildHasherDefault<Mixed>>;

const WIDE: usize = 32;
/// Of the [`WIDE`] numbers so many must be the same: some three fifths of all pieces.
const ALIKE: usize = 19;
/// So many neighbouring numbers, all the same, make a pair worth comparing.
const BAND: usize = 4;
/// In bytes; shorter texts must be the same to the letter.
const SHORTEST: usize = 24;

/// Texts in the order in which they came, each known by its number, and which are like which.
///
/// A text costs one look at each of eight bands, whatever the number of texts, and some 180 bytes if it is like no
/// text before it to the letter.
#[derive(Debug, Default)]
pub struct Likeness {
    /// The whole text's hash → its number.
    same: ByKey<u32>,
    /// A band's place and numbers → the first text with them.
    by_band: ByKey<u32>,
    /// Sketches of the texts that are long enough, by the number.
    sketches: Vec<Option<Box<[u16; WIDE]>>>,
}

impl Likeness {
    /// Takes a text in; gives the earlier texts that it is like, at most nine.
    pub fn add(&mut self, text: &[u8]) -> Vec<u32> {
        let number = u32::try_from(self.sketches.len()).unwrap_or(u32::MAX);
        let first = *self.same.entry(xxh3_64(text)).or_insert(number);
        if first != number || text.len() < SHORTEST {
            self.sketches.push(None);
            return if first == number { Vec::new() } else { vec![first] };
        }
        let sketch = filled(lanes(text));
        let mut like = Vec::new();
        for (band, numbers) in sketch.chunks_exact(BAND).enumerate() {
            let numbers = numbers
                .iter()
                .fold(band as u64, |key, n| key << 14 ^ u64::from(*n));
            let first = *self.by_band.entry(numbers).or_insert(number);
            if first != number && !like.contains(&first) && self.is_like(first, &sketch) {
                like.push(first);
            }
        }
        self.sketches.push(Some(Box::new(sketch)));
        like
    }

    fn is_like(&self, other: u32, sketch: &[u16; WIDE]) -> bool {
        let other = usize::try_from(other).ok().and_then(|i| self.sketches.get(i));
        other.and_then(Option::as_ref).is_some_and(|other| {
            let same = other.iter().zip(sketch).filter(|(a, b)| a == b).count();
            same >= ALIKE
        })
    }
}

/// Short texts leave lanes empty: these take what stands in the next that is not.
fn filled(lanes: Lanes<WIDE>) -> [u16; WIDE] {
    let mut sketch = [0; WIDE];
    let mut next = lanes.iter().find(|lane| **lane != EMPTY).copied().unwrap_or(0);
    let mut gap = 0;
    for (at, lane) in lanes.iter().enumerate().rev() {
        (next, gap) = match *lane {
            EMPTY => (next, gap + 1),
            lane => (lane, 0),
        };
        if let Some(slot) = sketch.get_mut(at) {
            // How far it was borrowed is part of it.
            *slot = short(next).wrapping_add(gap * 0x9E3);
        }
    }
    sketch
}

#[cfg(test)]
mod tests {
    const NONE: [u32; 0] = [];
    use super::*;

    #[test]
    fn texts_that_are_nearly_the_same_are_found_and_others_are_not() {
        let mut texts = Likeness::default();
        let mut add = |text: &str| texts.add(text.as_bytes());
        assert_eq!(add("where is my parcel it should have come last week"), NONE);
        assert_eq!(add("the app crashes whenever i open my account page"), NONE);
        assert_eq!(add("where is my parcel, it should have come last week"), [0]);
        assert_eq!(add("the app crashes whenever i open the account page"), [1]);
        assert_eq!(add("这个新版本一打开账户页面就闪退根本没法用"), NONE);
        assert_eq!(add("新版本一打开账户页面就闪退根本没法用了"), [4]);
        assert_eq!(add("the soup was cold and the waiter rude to us all"), NONE);
        // Short ones only to the letter.
        assert_eq!(add("too cold"), NONE);
        assert_eq!(add("too cold"), [7]);
        assert_eq!(add("too old"), NONE);
    }

    #[test]
    fn hundred_thousand_texts_are_no_trouble() {
        let mut texts = Likeness::default();
        let mut like = 0;
        for n in 0..100_000_u32 {
            let words: Vec<String> = (0..8).map(|i| (n / 2 * 31 + i * 7919).to_string()).collect();
            like += texts.add(words.join(" ").as_bytes()).len();
        }
        assert!((50_000..52_000).contains(&like), "{like}");
    }
}
