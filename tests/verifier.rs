//! The page of Python in the docs and the program agree on every ledger, sound or damaged: the same
//! verdict, and the same line and byte of the first fault. Without `python3` the tests say that they skip.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "support/ledger.rs"]
mod ledgers;
mod support;

use feedback::ledger::place::Place;
use feedback::ledger::verify::verify;
use ledgers::{Written, batches, folder, put};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::process::{Command, Stdio};

/// A ledger and its head, and what was done to them.
struct Trial {
    what: String,
    ledger: Vec<u8>,
    head: Option<Vec<u8>>,
}

/// What is done to a ledger; the numbers are taken modulo what is there.
#[derive(Debug, Clone)]
enum Harm {
    None,
    Flip(usize, u8),
    Cut(usize),
    Swap(usize, usize),
    Delete(usize),
    Double(usize, usize),
    /// A digit is changed, and the line's checksum made right again.
    Forge(usize, usize),
    /// The head is that of another time.
    OldHead(usize),
    /// The head says another count or h, with a right checksum.
    OtherHead(u64, u8),
    TornHead(usize),
    NoHead,
    /// Lines of an unfinished batch behind, and one of them may be bad.
    Tail(usize, usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let n = || any::<u16>().prop_map(usize::from);
    prop_oneof![
        1 => Just(Harm::None),
        4 => (n(), 0..8u8).prop_map(|(at, bit)| Harm::Flip(at, bit)),
        4 => n().prop_map(Harm::Cut),
        3 => (n(), n()).prop_map(|(a, b)| Harm::Swap(a, b)),
        3 => n().prop_map(Harm::Delete),
        3 => (n(), n()).prop_map(|(a, b)| Harm::Double(a, b)),
        4 => (n(), n()).prop_map(|(a, b)| Harm::Forge(a, b)),
        3 => n().prop_map(Harm::OldHead),
        3 => (0..12u64, any::<u8>()).prop_map(|(count, h)| Harm::OtherHead(count, h)),
        1 => n().prop_map(Harm::TornHead),
        1 => Just(Harm::NoHead),
        3 => (n(), n()).prop_map(|(a, b)| Harm::Tail(a, b)),
    ]
}

fn seal(body: &[u8]) -> Vec<u8> {
    let crc = format!(",\"crc\":\"{:08x}\"}}\n", crc32c::crc32c(body));
    [body, crc.as_bytes()].concat()
}

fn do_harm(trial: &mut Trial, written: &Written, harm: &Harm) {
    let bytes = &mut trial.ledger;
    let lines = || -> Vec<Vec<u8>> { written.lines().into_iter().map(<[u8]>::to_vec).collect() };
    let n = written.lines().len();
    match *harm {
        Harm::None => {}
        Harm::Flip(at, bit) => {
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
        }
        Harm::Cut(at) => bytes.truncate(at % (bytes.len() + 1)),
        Harm::Swap(a, b) => {
            let mut lines = lines();
            lines.swap(a % n, b % n);
            *bytes = lines.concat();
        }
        Harm::Delete(a) => {
            let mut lines = lines();
            lines.remove(a % n);
            *bytes = lines.concat();
        }
        Harm::Double(a, to) => {
            let mut lines = lines();
            lines.insert(to % (n + 1), lines[a % n].clone());
            *bytes = lines.concat();
        }
        Harm::Forge(a, at) => {
            let mut lines = lines();
            let line = &mut lines[a % n];
            let body_end = line.len() - 19;
            let digits: Vec<usize> = (0..body_end).filter(|i| line[*i].is_ascii_digit()).collect();
            let at = digits[at % digits.len()];
            line[at] = if line[at] == b'9' { b'1' } else { line[at] + 1 };
            *line = seal(&line[..body_end]);
            *bytes = lines.concat();
        }
        Harm::OldHead(at) => trial.head = Some(written.marks[at % written.marks.len()].1.clone()),
        Harm::OtherHead(count, h) => {
            let h = format!("{h:02x}").repeat(32);
            let body = format!("{{\"v\":1,\"count\":{count},\"h\":\"{h}\"");
            trial.head = Some(seal(body.as_bytes()));
        }
        Harm::TornHead(at) => trial.head.as_mut().unwrap().truncate(at % written.head().len()),
        Harm::NoHead => trial.head = None,
        Harm::Tail(begin, at) => {
            // The head of an earlier batch, the last commit line gone, and a bit flipped behind it.
            let mark = &written.marks[begin % (written.marks.len() - 1)];
            let end = bytes.len() - written.lines()[n - 1].len();
            bytes.truncate(end);
            if at % 2 == 0 && mark.0 < end {
                bytes[mark.0 + at % (end - mark.0)] ^= 1;
            }
            trial.head = Some(mark.1.clone());
        }
    }
}

fn trials() -> Vec<Trial> {
    let mut runner = TestRunner::deterministic();
    let strategy = (batches(), prop::collection::vec(harm(), 1..3));
    (0..400)
        .map(|_| {
            let (batches, harms) = strategy.new_tree(&mut runner).unwrap().current();
            let written = Written::of(&batches);
            let mut trial = Trial {
                what: format!("{harms:?}"),
                ledger: written.bytes.clone(),
                head: Some(written.head().to_vec()),
            };
            do_harm(&mut trial, &written, &harms[0]);
            // A second harm only where it does not begin from the sound ledger again.
            if let Some(second @ (Harm::OldHead(_) | Harm::OtherHead(..) | Harm::NoHead)) = harms.get(1) {
                do_harm(&mut trial, &written, second);
            }
            trial
        })
        .collect()
}

/// All ledgers in one run of Python: its verdicts, one a line.
const ALL: &str = "
import sys, pathlib
sys.path.insert(0, sys.argv[1])
import verify_ledger
for folder in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    head = folder / 'ledger.head'
    head = head.read_bytes() if head.exists() else None
    with open(folder / 'ledger.jsonl', 'rb') as lines:
        print(verify_ledger.verify(lines, head))
";

#[test]
fn the_page_of_python_agrees_on_the_verdict_and_the_place() {
    let folder = folder();
    let trials = trials();
    let places: Vec<Place> = (0..trials.len())
        .map(|i| Place::new(folder.path().join(format!("{i:04}"))))
        .collect();
    for (trial, place) in trials.iter().zip(&places) {
        std::fs::create_dir(place.dir()).unwrap();
        put(place, &trial.ledger, trial.head.as_deref());
    }
    let docs = support::root().join("docs/reference");
    let arguments = [
        "-c".as_ref(),
        ALL.as_ref(),
        docs.as_os_str(),
        folder.path().as_os_str(),
    ];
    let Some(out) = support::python(arguments) else {
        return;
    };
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8_lossy(&out.stdout);
    assert_eq!(said.lines().count(), trials.len());
    let mut damaged = 0;
    for ((trial, place), theirs) in trials.iter().zip(&places).zip(said.lines()) {
        let found = verify(place).unwrap();
        match found.damage.first() {
            None => {
                let lines = found.last;
                let ours = format!("ok: {lines} lines, {} batches, h=", found.batches);
                assert!(
                    theirs.starts_with(&ours),
                    "{}: {theirs}, but we: {ours}",
                    trial.what
                );
                let unfinished = format!("then {} bytes of an unfinished batch", found.unfinished);
                assert_eq!(
                    theirs.contains(&unfinished),
                    found.unfinished > 0,
                    "{}: {theirs}",
                    trial.what
                );
            }
            Some(d) => {
                damaged += 1;
                let ours = format!("line {}, byte {}: ", d.line, d.byte);
                assert!(theirs.starts_with(&ours), "{}: {theirs}, but we: {d}", trial.what);
            }
        }
    }
    assert!(
        damaged > 200 && damaged < trials.len(),
        "{damaged} of {} are damaged",
        trials.len()
    );
}

#[test]
fn both_programs_end_with_the_same_exit_code() {
    let Ok(mut probe) = Command::new("python3").arg("-V").stdout(Stdio::null()).spawn() else {
        support::python(["-V"]);
        return;
    };
    probe.wait().unwrap();
    let vectors = support::root().join("tests/vectors");
    let script = support::root().join("docs/reference/verify_ledger.py");
    for (ledger, head) in [
        ("ledger.jsonl", true),
        ("erased.jsonl", true),
        ("ledger.jsonl", false),
    ] {
        let workspace = support::Workspace::new("");
        let read = |name: &str| std::fs::read(vectors.join(name)).unwrap();
        let place = Place::new(workspace.dir());
        put(
            &place,
            &read(ledger),
            head.then(|| read("ledger.head")).as_deref(),
        );
        let theirs = support::python([script.clone(), place.ledger(), place.head()]).unwrap();
        let ours = workspace.feedback(["ledger", "verify"]);
        assert_eq!(ours.status.code(), theirs.status.code(), "{ledger}");
        assert_eq!(ours.status.code(), Some(if head { 0 } else { 5 }));
    }
}
