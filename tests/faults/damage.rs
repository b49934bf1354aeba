//! Damage to a real ledger: the last batch cut at every byte, bits flipped, lines swapped, deleted,
//! doubled, and cuts at line boundaries. `ledger verify` finds every one with line and byte; commands
//! that print figures refuse, or print the right ones.

use super::score::{Score, Verdict};
use super::shop::{Base, Shop, set_modified};
use feedback::ledger::place::Place;
use feedback::ledger::verify::verify;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

/// Pseudo-random numbers, the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `n` (splitmix64).
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// What is done to a ledger. Lines count from 0.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip(usize, u8),
    Swap(usize, usize),
    Delete(usize),
    Double(usize, usize),
    Cut(usize),
}

/// A sound ledger, and where its lines begin; the last entry is its length.
struct Sound {
    bytes: Vec<u8>,
    begins: Vec<usize>,
}

impl Sound {
    fn of(shop: &Shop) -> Sound {
        let bytes = std::fs::read(shop.ws().join("ledger.jsonl")).unwrap();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == b'\n')
            .map(|(i, _)| i + 1);
        let begins = std::iter::once(0).chain(ends).collect();
        Sound { bytes, begins }
    }

    fn lines(&self) -> usize {
        self.begins.len() - 1
    }

    fn line(&self, i: usize) -> &[u8] {
        &self.bytes[self.begins[i]..self.begins[i + 1]]
    }

    fn draw(&self, kind: &str, dice: &mut Dice) -> Harm {
        let n = self.lines();
        match kind {
            "flip" => Harm::Flip(dice.below(self.bytes.len()), dice.below(8) as u8),
            "swap" => {
                let a = dice.below(n - 1);
                Harm::Swap(a, a + 1 + dice.below(n - a - 1))
            }
            "delete" => Harm::Delete(dice.below(n)),
            // What stands behind the end is no damage but an unfinished batch, as in `cut`.
            "double" => Harm::Double(dice.below(n), dice.below(n)),
            _ => Harm::Cut(dice.below(n)),
        }
    }

    /// The first byte that is not as it was, and all from there on.
    fn harmed(&self, harm: Harm) -> (usize, Vec<u8>) {
        match harm {
            Harm::Flip(at, bit) => (at, vec![self.bytes[at] ^ (1 << bit)]),
            Harm::Swap(a, b) => {
                let mut rest = self.line(b).to_vec();
                rest.extend_from_slice(&self.bytes[self.begins[a + 1]..self.begins[b]]);
                rest.extend_from_slice(self.line(a));
                rest.extend_from_slice(&self.bytes[self.begins[b + 1]..]);
                (self.begins[a], rest)
            }
            Harm::Delete(a) => (self.begins[a], self.bytes[self.begins[a + 1]..].to_vec()),
            Harm::Double(a, to) => {
                let rest = [self.line(a), &self.bytes[self.begins[to]..]].concat();
                (self.begins[to], rest)
            }
            Harm::Cut(at) => (self.begins[at], Vec::new()),
        }
    }

    /// Where verification must point: the line (from 1) and its first byte.
    fn place(&self, harm: Harm) -> (u64, u64) {
        let line = match harm {
            Harm::Flip(at, _) => self.begins.partition_point(|b| *b <= at) - 1,
            Harm::Delete(a) if a + 1 < self.lines() => a,
            Harm::Swap(a, _) => a,
            // Behind itself or before itself is the same.
            Harm::Double(a, to) => to + usize::from(a == to),
            // What is gone from the end is told by the head, behind the last finished batch.
            Harm::Delete(at) | Harm::Cut(at) => {
                let is_commit =
                    |i: &usize| memchr::memmem::find(self.line(*i), b",\"ev\":\"commit\",").is_some();
                (0..at).rev().find(is_commit).map_or(0, |i| i + 1)
            }
        };
        (line as u64 + 1, self.begins[line] as u64)
    }
}

/// A ledger on disk that is harmed and mended again and again.
struct Patient<'s> {
    sound: &'s Sound,
    place: Place,
    file: std::fs::File,
}

impl Patient<'_> {
    fn of<'s>(sound: &'s Sound, ws: &Path) -> Patient<'s> {
        let place = Place::new(ws);
        let file = std::fs::File::options().write(true).open(place.ledger()).unwrap();
        Patient { sound, place, file }
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.file.seek(SeekFrom::Start(at as u64)).unwrap();
        self.file.write_all(bytes).unwrap();
    }

    fn harm(&mut self, harm: Harm) {
        let (at, rest) = self.sound.harmed(harm);
        self.put(at, &rest);
        if !matches!(harm, Harm::Flip(..)) {
            self.file.set_len((at + rest.len()) as u64).unwrap();
        }
    }

    fn mend(&mut self, harm: Harm) {
        let (at, _) = self.sound.harmed(harm);
        let end = if matches!(harm, Harm::Flip(..)) {
            at + 1
        } else {
            self.sound.bytes.len()
        };
        let bytes = self.sound.bytes[at..end].to_vec();
        self.put(at, &bytes);
        self.file.set_len(self.sound.bytes.len() as u64).unwrap();
    }

    fn is_found(&mut self, harm: Harm) -> Verdict {
        self.harm(harm);
        let found = verify(&self.place).map_err(|e| e.to_string());
        self.mend(harm);
        let found = found?;
        let Some(first) = found.damage.first() else {
            return Err(format!("{harm:?} was not found"));
        };
        let told = (first.line, first.byte);
        let due = self.sound.place(harm);
        if told != due {
            return Err(format!("{harm:?} is at {due:?}, but told at {told:?}: {first}"));
        }
        Ok(())
    }
}

/// Lines of the table.
pub fn all(full: bool) -> Vec<Score> {
    let shop = worked();
    let one = Shop::new(Base::Open, None);
    let mut scores = in_process(&one, "our example", if full { 100_000 } else { 1_000 });
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/x-twcs/mini.csv");
    let larger = "a larger ledger";
    if corpus.is_file() {
        let shop = Shop::new(Base::Nothing, None);
        shop.done(&["ingest", corpus.to_str().unwrap()]);
        scores.extend(in_process(&shop, larger, if full { 1_000 } else { 50 }));
    } else {
        scores.push(Score::skipped(
            format!("damage to {larger}"),
            "no larger export is at hand",
        ));
    }
    scores.push(by_commands(&shop, if full { 600 } else { 60 }));
    scores.push(cut(&shop, full));
    scores
}

/// All three exports read, and some work done, in batches of different sizes.
pub fn worked() -> Shop {
    let shop = Shop::new(Base::Open, None);
    shop.done(&["ingest", "in/google-reviews.json", "in/xiaohongshu-comments.csv"]);
    shop.done(&["note", "c1", "c5", "c6", "--text", "the last batch"]);
    shop
}

fn in_process(shop: &Shop, name: &str, flips: usize) -> Vec<Score> {
    let sound = Sound::of(shop);
    let place = Place::new(shop.ws());
    assert!(verify(&place).unwrap().damage.is_empty());
    let kinds = [
        ("flip", "a bit flipped", flips),
        ("swap", "two lines swapped", flips / 10),
        ("delete", "a line deleted", flips / 20),
        ("double", "a line doubled", flips / 10),
        ("cut", "cut at a line boundary", flips / 20),
    ];
    kinds
        .map(|(kind, words, n)| {
            // Two copies, one for each core.
            let halves: [u64; 2] = [1, 2];
            let scores =
                std::sync::Mutex::new(Score::new(format!("{words}, {name}: found, with line and byte")));
            std::thread::scope(|scope| {
                for seed in halves {
                    let (sound, scores) = (&sound, &scores);
                    scope.spawn(move || {
                        let copy = shop.copy(None);
                        let mut patient = Patient::of(sound, &copy.ws());
                        let mut dice = Dice::new(seed);
                        let mut survived = 0;
                        for _ in 0..n / 2 {
                            match patient.is_found(sound.draw(kind, &mut dice)) {
                                Ok(()) => survived += 1,
                                bad => scores.lock().unwrap().add(bad),
                            }
                        }
                        scores.lock().unwrap().add_sound(survived);
                    });
                }
            });
            scores.into_inner().unwrap()
        })
        .into()
}

/// The same through the program: figures are the right ones or refused; verify tells; nothing is recorded.
fn by_commands(shop: &Shop, trials: usize) -> Score {
    let sound = Sound::of(shop);
    let right = shop.seen();
    let mut dice = Dice::new(3);
    let kinds = ["flip", "flip", "swap", "delete", "double", "cut"];
    let harms: Vec<(Harm, bool)> = (0..trials)
        .map(|i| (sound.draw(kinds[i % kinds.len()], &mut dice), i % 4 < 2))
        .collect();
    Score::of(
        "damage of all kinds, through the commands",
        &harms,
        |(harm, is_rot)| {
            let copy = shop.copy(None);
            let ledger = copy.ws().join("ledger.jsonl");
            let changed = std::fs::metadata(&ledger).unwrap().modified().unwrap();
            Patient::of(&sound, &copy.ws()).harm(*harm);
            if *is_rot {
                // Not a program did it: the file's time stays, and what was derived may still be believed.
                set_modified(&ledger, changed);
            }
            let fault = |what: String| Err(format!("{harm:?}: {what}"));
            let verified = copy.run(&["ledger", "verify"]);
            if verified.exit != Some(5) || !verified.out.contains("byte ") {
                return fault(format!("verify: {verified:?}"));
            }
            let report = copy.run(&["report", "--format", "json"]);
            match report.exit {
                Some(5) if report.out.is_empty() && report.err.contains("byte ") => {}
                Some(0) if report.out == right.report => {}
                _ => return fault(format!("report: {report:?}")),
            }
            for command in [
                &["ingest", "in/x-mentions.csv"][..],
                &["note", "c1", "--text", "on damaged ground"],
            ] {
                let before = std::fs::read(&ledger).unwrap();
                let said = copy.run(command);
                let after = std::fs::read(&ledger).unwrap();
                match said.exit {
                    Some(5) if before == after => {}
                    // Only the end was looked at; what stood there stays as it was, damage and all.
                    Some(0 | 3) if command[0] == "ingest" && before == after => {}
                    Some(0) if command[0] == "note" && after.starts_with(&before) => {}
                    _ => return fault(format!("{}: {said:?}", command[0])),
                }
            }
            Ok(())
        },
    )
}

/// The last batch cut at every byte. With the head of before it, that is a crash and is healed; with its
/// own head, lines that were told as done are gone, and that is damage.
fn cut(shop: &Shop, full: bool) -> Score {
    let old = shop.copy(None);
    let (old_seen, old_size) = (
        old.seen(),
        std::fs::metadata(old.ws().join("ledger.jsonl")).unwrap().len(),
    );
    let new = shop.copy(None);
    new.done(&["resolve", "c5", "c6"]);
    let new_seen = new.seen();
    let bytes = std::fs::read(new.ws().join("ledger.jsonl")).unwrap();
    let ends: Vec<usize> = (old_size as usize..=bytes.len()).collect();
    let ends: Vec<usize> = ends
        .into_iter()
        .step_by(if full { 1 } else { 29 })
        .chain([bytes.len()])
        .collect();
    Score::of("the last batch cut at every byte", &ends, |end| {
        let torn = old.copy(None);
        std::fs::write(torn.ws().join("ledger.jsonl"), &bytes[..*end]).unwrap();
        let due = if *end == bytes.len() { &new_seen } else { &old_seen };
        let seen = torn.seen();
        if seen != *due {
            return Err(format!("cut at {end}: {seen:?}"));
        }
        torn.run(&["note", "c1", "--text", "and on"])
            .must_be(&[0], "the next command")?;
        torn.verifies()?;
        let aside = std::fs::read(torn.ws().join("ledger.torn")).unwrap_or_default();
        if *end < bytes.len() && aside != bytes[old_size as usize..*end] {
            return Err(format!("cut at {end}: ledger.torn holds {} bytes", aside.len()));
        }
        let head = std::fs::copy(new.ws().join("ledger.head"), torn.ws().join("ledger.head"));
        head.unwrap();
        std::fs::write(torn.ws().join("ledger.jsonl"), &bytes[..*end]).unwrap();
        let verified = torn.run(&["ledger", "verify"]);
        let report = torn.run(&["report"]);
        match (*end == bytes.len(), verified.exit, report.exit) {
            (true, Some(0), Some(0)) | (false, Some(5), Some(5)) => Ok(()),
            _ => Err(format!("cut at {end} behind its head: {verified:?} {report:?}")),
        }
    })
}
