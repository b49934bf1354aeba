//! The same lines for any number of threads. (In tests every row is a part of its own.)

use super::*;
use crate::calendar::{Moment, Zone};
use crate::event::{MessageData, MessageFacts};
use crate::intake::known::Known;
use crate::intake::regulars::Regulars;
use crate::ledger::append::Writer;
use crate::source::{self, Context};
use std::fmt::Write;

/// The ledger's lines without what is random or follows from it.
fn lines(csv: &std::path::Path, threads: usize) -> Vec<String> {
    let mut known = Known::new([7; 16], 14 * 86_400_000);
    let mut writer = Writer::throwaway(tempfile::tempfile().unwrap());
    ingest(
        csv,
        threads,
        &RuleSet::starter().unwrap(),
        &mut known,
        &mut writer,
    );
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

fn ingest(csv: &std::path::Path, threads: usize, rules: &RuleSet, known: &mut Known, writer: &mut Writer) {
    let context = Context::plain(Zone::UTC, Moment::exact(1_795_219_200_000));
    let export = source::open(csv, "x.csv", &context).unwrap();
    let handles = Handles::new(["shop"]);
    let plan = crate::intake::plan(&export, &handles, known, threads, &mut |_| {}, &mut |_| {}).unwrap();
    assert!(plan.parts.len() > 3, "{:?}", plan.parts);
    let mut batch = writer.begin("2026-11-21T12:00:00Z", "ann");
    let job = Job {
        export: &export,
        shown: "x.csv",
        plan: &plan,
        handles: &handles,
        rules,
        surroundings: &Default::default(),
        history: false,
        threads,
    };
    record(&job, &mut batch, &mut |_| {}).unwrap();
    batch.commit().unwrap();
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

/// Who came how often: name, time, number of mentions by then.
fn counted(writer: &mut Writer) -> Vec<(String, String, u32)> {
    let (mut came, mut regulars) = (Vec::new(), Regulars::new([9; 16]));
    let mut again = std::collections::BTreeMap::new();
    writer
        .scan(|l| {
            regulars.take(&l.line, l.byte, |byte, n| {
                again.insert(byte, n);
            });
            if l.line.ev == MESSAGE {
                let facts: MessageFacts<'_> = serde_json::from_str(l.line.facts.unwrap()).unwrap();
                let data: MessageData<'_> = serde_json::from_str(l.line.payload.data().unwrap()).unwrap();
                let fires = facts.rules.iter().any(|rule| rule == "third");
                assert_eq!(fires, facts.author_mentions.is_some_and(|n| n >= 3));
                let n = facts.author_mentions.unwrap_or(1);
                came.push((l.byte, data.author.to_string(), l.line.t.unwrap().to_owned(), n));
            }
        })
        .unwrap();
    // Reading the ledger again comes to the same.
    let unasked = |byte: &u64| again.get(byte).copied().unwrap_or(1);
    assert!(
        came.iter().all(|(byte, _, _, n)| unasked(byte) == *n),
        "{came:?} {again:?}"
    );
    came.into_iter().map(|(_, name, t, n)| (name, t, n)).collect()
}

#[test]
fn mentions_by_the_same_author_are_counted_by_time_within_a_file_and_once() {
    let rules = "[[rule]]\nid = \"third\"\nwhen = { author_mentions_min = 3 }\nvalue = \"high\"\n";
    let rules = RuleSet::compile(rules, "rules.toml").unwrap().0;
    assert!(rules.counts_authors());
    let head = "id,author,created_at,text\n";
    // The newest first, as exports often are.
    let first = "a3,Ana,2026-11-03T08:00:00Z,x\nb1,Ben,2026-11-02T09:00:00Z,x\ns1,shop,2026-11-02T08:00:00Z,x\n\
                 a2,@ana,2026-11-02T08:00:00Z,x\na1,Ana,2026-11-01T08:00:00Z,x\n";
    let second = "a4,ANA,2026-11-04T08:00:00Z,x\n,,2026-11-04T08:00:00Z,y\n";
    for threads in [1, 4] {
        let mut known = Known::new([7; 16], 14 * 86_400_000);
        known.regulars = Some(Regulars::new([8; 16]));
        let mut writer = Writer::throwaway(tempfile::tempfile().unwrap());
        for rows in [first.to_owned(), format!("{first}{second}")] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), format!("{head}{rows}")).unwrap();
            ingest(file.path(), threads, &rules, &mut known, &mut writer);
        }
        let mut came = counted(&mut writer);
        came.retain(|(name, ..)| !name.is_empty() && name != "shop");
        let came: Vec<_> = came
            .iter()
            .map(|(name, t, n)| (name.as_str(), &t[8..10], *n))
            .collect();
        let expected = [
            ("Ana", "03", 3),
            ("Ben", "02", 1),
            ("ana", "02", 2),
            ("Ana", "01", 1),
            ("ANA", "04", 4),
        ];
        assert_eq!(came, expected, "{threads} threads");
    }
}
