//! Texts that are nearly the same under different ids: campaigns of copied texts, or one message out of two
//! tools.
//!
//! Of each text eight numbers are kept, as [`likeness`](crate::likeness) makes them.

use super::told;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Place;
use crate::likeness::{ByKey, EMPTY, Lanes, lanes, short};
use crate::message::{Direction, Message};
use crate::source::Locate;
use crate::source::columns::Role;
use xxhash_rust::xxh3::xxh3_64;

/// So many texts are looked at, from the first on.
const MOST: usize = 1 << 16;

/// In bytes; what is shorter is the same by chance.
const SHORTEST: usize = 45;

const LANES: usize = 8;

/// So many of the numbers must be the same.
const ALIKE: usize = 7;

/// Fewer pairs are no campaign.
const FEW: u64 = 3;

type Sketch = [u16; LANES];

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// Of each text its sketch, its line, and a hash of its id: a row that stands twice is no campaign.
    seen: Vec<(Sketch, u32, u32)>,
    /// Two neighbouring numbers → the first text with them.
    by_pair: ByKey<u32>,
    n: u64,
    /// Lines of the first few pairs.
    examples: Vec<(u32, u32)>,
    first: Option<Place>,
    is_full: bool,
}

impl Near {
    pub(super) fn look(&mut self, message: &Message<'_>, at: &dyn Locate) {
        // What the business says is much the same each time, and reposts are meant to be.
        if message.direction == Some(Direction::Outbound) || message.repost || message.text.len() < SHORTEST {
            return;
        }
        if self.seen.len() >= MOST {
            self.is_full = true;
            return;
        }
        let Some(sketch) = sketch(&message.text) else {
            return;
        };
        let line = u32::try_from(message.line).unwrap_or(u32::MAX);
        let number = u32::try_from(self.seen.len()).unwrap_or(u32::MAX);
        let id = (xxh3_64(message.id.as_bytes()) >> 32) as u32;
        let mut found = None;
        for (band, pair) in sketch.chunks_exact(2).enumerate() {
            let &[a, b] = pair else { continue };
            let key = u64::from(a) | u64::from(b) << 16 | (band as u64) << 32;
            let first = *self.by_pair.entry(key).or_insert(number);
            let earlier = usize::try_from(first).ok().and_then(|i| self.seen.get(i));
            if let Some((other, at_line, _)) = earlier.filter(|(_, _, other)| *other != id) {
                found = found.or(alike(other, &sketch).then_some(*at_line));
            }
        }
        self.seen.push((sketch, line, id));
        if let Some(other) = found {
            self.n += 1;
            self.first.get_or_insert_with(|| at.place(Some(Role::Text)));
            if self.examples.len() < 3 {
                self.examples.push((other, line));
            }
        }
    }

    pub(super) fn told(self) -> Option<Diagnostic> {
        if self.n < FEW {
            return None;
        }
        let lines: Vec<String> = self
            .examples
            .iter()
            .map(|(a, b)| format!("{a} and {b}"))
            .collect();
        let of = match self.is_full {
            true => format!(" (of the first {MOST})"),
            false => String::new(),
        };
        let reason = format!(
            "{} texts{of} are nearly the same as an earlier one with another id, such as in the lines {}",
            self.n,
            lines.join(", ")
        );
        let help =
            "all of them go in; look whether somebody copied them, or whether the file holds messages twice";
        Some(told(
            Diagnostic::warning("text-nearly-repeated", reason),
            self.first,
            help,
        ))
    }
}

fn sketch(text: &str) -> Option<Sketch> {
    let bytes = said(text).as_bytes();
    if bytes.len() < SHORTEST {
        return None;
    }
    let lanes: Lanes<LANES> = lanes(bytes);
    // What repeats itself (`hahaha`) is like everything that does.
    let is_varied = lanes.iter().all(|lane| *lane != EMPTY);
    is_varied.then(|| lanes.map(short))
}

/// The text without the names at its beginning and a link at its end.
fn said(text: &str) -> &str {
    let mut text = text.trim();
    while text.starts_with('@') {
        text = text.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    }
    match text.rsplit_once([' ', '\n']) {
        Some((rest, link)) if link.starts_with("http") => rest.trim_end(),
        _ => text,
    }
}

/// Whether two texts are nearly the same.
fn alike(a: &Sketch, b: &Sketch) -> bool {
    a.iter().zip(b).filter(|(a, b)| a == b).count() >= ALIKE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: &str, b: &str) -> bool {
        alike(&sketch(a).unwrap(), &sketch(b).unwrap())
    }

    #[test]
    fn nearly_the_same_texts_have_nearly_the_same_sketch() {
        let base =
            "My order has been late for three weeks and nobody answers the phone, I want my money back now";
        assert!(near(base, &base.replace("three", "3")));
        assert!(near(base, &format!("{base}!!")));
        let chinese =
            "这家店的服务态度真的太差了等了一个小时才上菜而且菜还是凉的再也不会来了希望老板好好管理";
        assert!(near(chinese, &format!("{chinese}。")));
        for other in [
            "The soup was cold and the waiter rude, we shall certainly not be coming back to this place again",
            "My parcel has been lost for two days and somebody answered the phone but could not help me at all",
        ] {
            assert!(!near(base, other), "{other}");
        }
        assert!(near(base, &format!("@shop @other {base} https://t.co/xyz")));
        assert_eq!(sketch(&"ha".repeat(50)), None);
        assert_eq!(sketch("short text"), None);
        assert_eq!(sketch("很短的中文句子没有二十个字"), None);
    }
}
