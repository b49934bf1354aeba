//! A whole ledger: verify, scan and the fold into cases end on any bytes, and a reader never refuses what
//! verify calls sound, nor takes what it does not. The first byte says whether checksums, or all but the
//! events, are put right.
#![no_main]

use feedback::calendar::Zone;
use feedback::case::book::Book;
use feedback::ledger::append::Writer;
use feedback::ledger::head::Head;
use feedback::ledger::line::{Draft, Line};
use feedback::ledger::place::Place;
use feedback::ledger::read::scan;
use feedback::ledger::verify::verify;
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::time::Duration;

fuzz_target!(|bytes: &[u8]| {
    let Some((how, rest)) = bytes.split_first() else { return };
    feedback_fuzz::in_scratch(|folder| {
        let ledger = folder.join("ledger.jsonl");
        std::fs::write(&ledger, b"").expect("a scratch file");
        std::fs::write(folder.join("ledger.head"), Head::START.to_line()).expect("a scratch file");
        match how % 3 {
            0 => std::fs::write(&ledger, rest).expect("a scratch file"),
            1 => {
                let lines = rest.split(|b| *b == b'\n').map(feedback_fuzz::with_crc);
                std::fs::write(&ledger, lines.collect::<Vec<_>>().join(&b'\n')).expect("a scratch file");
            }
            _ => record(rest, folder),
        }
        let place = Place::new(folder);
        let found = verify(&place).expect("it can be read");
        let mut book = Book::new(Zone::UTC);
        let scanned = scan(&place, None, |l| book.take(&l.line, l.byte));
        book.close();
        assert!(how % 3 < 2 || (scanned.is_ok() && found.damage.is_empty()), "{scanned:?} {:?}", found.damage);
        match scanned {
            Ok(_) => {
                let (cases, _) = feedback::case::cases(&book);
                for case in &cases {
                    let _ = (case.due(), case.priority(), case.is_open(), case.exchanges().count());
                }
            }
            Err(e) => assert!(!found.damage.is_empty(), "a reader refuses what verify calls sound: {e}"),
        }
    });
});

/// Records the lines that can be read as events, in batches of up to three.
fn record(bodies: &[u8], folder: &Path) {
    let mut writer = Writer::open(&Place::new(folder), Duration::ZERO, |_| {}).expect("an empty ledger");
    let sealed: Vec<_> = bodies.split(|b| *b == b'\n').map(feedback_fuzz::with_crc).collect();
    let lines: Vec<_> = sealed.iter().filter_map(|l| Line::parse(l).ok()).collect();
    for some in lines.chunks(3) {
        let mut batch = writer.begin("2026-01-01T00:00:00Z", "lina");
        for line in some.iter().filter(|l| l.n.is_none() && l.ev != "commit" && l.v == 1) {
            let facts = line.facts.unwrap_or_default().as_bytes();
            let data = line.payload.data().map(str::as_bytes);
            let draft = Draft { ev: line.ev, case: line.case, t: line.t, facts, data };
            batch.event(draft).expect("a scratch file");
        }
        batch.commit().expect("a scratch file");
    }
}
