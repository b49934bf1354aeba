//! A line of the ledger: no bytes stop the readers, the quick one says what the thorough one says, and what
//! was read is written and read back the same.
#![no_main]

use feedback::ledger::front::{Front, Fronts};
use feedback::ledger::line::{Draft, Line, Payload};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Lines are what stands between line feeds.
    let bytes = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let fronts = Fronts::default();
    let _ = (Line::parse(bytes), fronts.parse(bytes));
    let sealed = feedback_fuzz::with_crc(bytes);
    let quick = fronts.parse(&sealed);
    let Ok(line) = Line::parse(&sealed) else { return };
    assert_eq!(quick, Ok(Front::from(&line)));
    let _ = (line.before_h(), line.payload.inner());
    if line.v != 1 || line.n.is_some() || line.ev == "commit" || matches!(line.payload, Payload::Erased(_)) {
        return;
    }
    let facts = line.facts.unwrap_or_default().as_bytes();
    let data = line.payload.data().map(str::as_bytes);
    let draft = Draft { ev: line.ev, case: line.case, t: line.t, facts, data };
    let written = feedback_fuzz::written(|batch| batch.event(draft).expect("a scratch file"));
    let first = written.split(|b| *b == b'\n').next().unwrap_or_default();
    let again = Line::parse(first).expect("our own line");
    let all = |l: &Line<'_>| format!("{:?}", (l.ev, l.case, l.t, l.facts.filter(|f| *f != "{}"), l.payload.data()));
    assert_eq!(all(&again), all(&line));
});
