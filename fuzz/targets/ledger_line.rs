//! A line of the ledger: no bytes stop the reader, and what it read is written and read back the same.
#![no_main]

use feedback::ledger::line::{Chain, Draft, Line, Payload, Stamp, write_commit, write_event};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Line::parse(bytes);
    let sealed = feedback_fuzz::with_crc(bytes);
    let Ok(line) = Line::parse(&sealed) else { return };
    let _ = (line.before_h(), line.payload.inner());
    if line.v != 1 || matches!(line.payload, Payload::Erased(_)) {
        return;
    }
    let stamp = Stamp { seq: line.seq, at: line.at, by: line.by };
    let (mut chain, mut out) = (Chain::from([7; 32]), Vec::new());
    if let Some(n) = line.n {
        let h = write_commit(&mut out, &mut chain, stamp, n);
        let again = Line::parse(out.strip_suffix(b"\n").expect("a line feed")).expect("our own line");
        assert_eq!((again.seq, again.n, again.h), (line.seq, Some(n), Some(h)));
        return;
    }
    let (data, salt) = match line.payload {
        Payload::Data(salt, data) => (Some(data.as_bytes()), salt),
        _ => (None, [0; 16]),
    };
    let facts = line.facts.unwrap_or_default().as_bytes();
    let draft = Draft { ev: line.ev, case: line.case, t: line.t, facts, data };
    write_event(&mut out, &mut chain, stamp, draft, salt);
    let again = Line::parse(out.strip_suffix(b"\n").expect("a line feed")).expect("our own line");
    let all = |l: &Line<'_>| format!("{:?}", (l.seq, l.at, l.by, l.ev, l.case, l.t, l.facts.filter(|f| *f != "{}"), l.payload));
    assert_eq!(all(&again), all(&line));
});
