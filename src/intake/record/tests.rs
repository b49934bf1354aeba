//! The same lines for any number of threads. (In tests every row is a part of its own.)

use super::*;
use crate::calendar::{Moment, Zone};
use crate::intake::known::Known;
use crate::ledger::append::Writer;
use crate::source::{self, Context};
use std::fmt::Write;

/// The ledger's lines without what is random or follows from it.
fn lines(csv: &std::path::Path, threads: usize) -> Vec<String> {
    let context = Context::plain(Zone::UTC, Moment::exact(1_795_219_200_000));
    let export = source::open(csv, "x.csv", &context).unwrap();
    let handles = Handles::new(["shop"]);
    let mut known = Known::new([7; 16], 14 * 86_400_000);
    let plan = crate::intake::plan(&export, &handles, &mut known, threads, &mut |_| {}, &mut |_| {}).unwrap();
    assert!(plan.parts.len() > 9, "{:?}", plan.parts);
    let mut writer = Writer::throwaway(tempfile::tempfile().unwrap());
    let mut batch = writer.begin("2026-11-21T12:00:00Z", "ann");
    let job = Job {
        export: &export,
        shown: "x.csv",
        plan: &plan,
        handles: &handles,
        rules: &RuleSet::starter().unwrap(),
        surroundings: &Default::default(),
        history: false,
        threads,
    };
    record(&job, &mut batch, &mut |_| {}).unwrap();
    batch.commit().unwrap();
    let mut lines = Vec::new();
    writer
        .scan(|l| {
            let header = String::from_utf8_lossy(l.line.header);
            let header = header.split(",\"h\":").next().unwrap_or_default();
            lines.push(format!("{header} {:?}", l.line.payload.data()));
        })
        .unwrap();
    lines
}

#[test]
fn any_number_of_threads_writes_the_same_lines() {
    let mut csv = String::from("id,author,created_at,text,in_reply_to\n");
    for n in 0..60 {
        let (author, answers) = match n % 3 {
            2 => ("shop", format!("m{}", n - 2)),
            _ => ("guest", String::new()),
        };
        // Every seventh row comes twice.
        for _ in 0..1 + usize::from(n % 7 == 0) {
            let _ = writeln!(
                csv,
                "m{n},{author},2026-11-0{}T08:00:00Z,\"refund {n}, 退款\",{answers}",
                1 + n % 9
            );
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), csv).unwrap();
    let one = lines(file.path(), 1);
    assert_eq!(one.len(), 62, "sixty messages, the books and the commit");
    for threads in [2, 3, 8, 100] {
        assert_eq!(lines(file.path(), threads), one, "{threads} threads");
    }
}
