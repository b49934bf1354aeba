//! A whole ledger: verify, scan and the fold into cases end on any bytes, and a reader never takes more
//! than verify has found sound. The first byte says whether checksums, sequence and chain are put right.
#![no_main]

use feedback::calendar::Zone;
use feedback::case::book::Book;
use feedback::ledger::chain::Chain;
use feedback::ledger::head::Head;
use feedback::ledger::line::{Draft, Line, Stamp, write_commit, write_event};
use feedback::ledger::place::Place;
use feedback::ledger::read::scan;
use feedback::ledger::verify::verify;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((how, rest)) = bytes.split_first() else { return };
    let (mut file, mut head) = (Vec::new(), None);
    match how % 3 {
        0 => file.extend(rest),
        1 => rest.split(|b| *b == b'\n').for_each(|body| {
            file.extend(feedback_fuzz::with_crc(body));
            file.push(b'\n');
        }),
        _ => head = Some(sound(rest, &mut file)),
    }
    feedback_fuzz::in_scratch(|folder| {
        std::fs::write(folder.join("ledger.jsonl"), &file).expect("a scratch file");
        let head = head.unwrap_or(Head::START);
        std::fs::write(folder.join("ledger.head"), head.to_line()).expect("a scratch file");
        let place = Place::new(folder);
        let found = verify(&place).expect("it can be read");
        let mut book = Book::new(Zone::UTC);
        let scanned = scan(&place, None, |l| book.take(&l.line, l.byte));
        book.close();
        if scanned.is_ok() {
            assert!(found.damage.is_empty() || how % 3 < 2, "{:?}", found.damage);
            let (cases, _) = feedback::case::cases(&book);
            for case in &cases {
                let _ = (case.due(), case.priority(), case.is_open(), case.exchanges().count());
            }
        } else {
            assert!(!found.damage.is_empty(), "a reader refuses what verify calls sound");
        }
    });
});

/// The lines that can be read, as events of sound batches of three; gives the head.
fn sound(bodies: &[u8], to: &mut Vec<u8>) -> Head {
    let (mut chain, mut seq, mut n, mut h) = (Chain::from([0; 32]), 0, 0, [0; 32]);
    let at = "2026-01-01T00:00:00Z";
    let mut end = (0, h);
    for body in bodies.split(|b| *b == b'\n') {
        let sealed = feedback_fuzz::with_crc(body);
        let Ok(line) = Line::parse(&sealed) else { continue };
        if line.n.is_some() || line.ev == "commit" {
            continue;
        }
        (seq, n) = (seq + 1, n + 1);
        let (data, facts) = (line.payload.data().map(str::as_bytes), line.facts.unwrap_or_default().as_bytes());
        let draft = Draft { ev: line.ev, case: line.case, t: line.t, facts, data };
        write_event(to, &mut chain, Stamp { seq, at, by: line.by }, draft, [1; 16]);
        if n == 3 {
            (seq, n) = (seq + 1, 0);
            h = write_commit(to, &mut chain, Stamp { seq, at, by: "x" }, 3);
            end = (seq, h);
        }
    }
    Head { v: 1, count: end.0, h: end.1 }
}
