//! Eight writers at once while readers report: in the end exactly the events that were told as done, in
//! one chain; no reader waits, and each sees a whole beginning of what is there.

use super::score::{Score, Verdict};
use super::shop::{Base, Said, Shop};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const WRITERS: usize = 8;

/// How many new cases were begun with, and told as done.
#[derive(Default)]
struct Count {
    begun: AtomicU64,
    done: AtomicU64,
}

/// Two lines: writers and readers.
pub fn all(full: bool) -> Vec<Score> {
    let events = if full { 1_000 } else { 12 };
    let shop = Shop::new(Base::Open, None);
    let writers = Mutex::new(Score::new(format!("{WRITERS} writers × {events} events at once")));
    let readers = Mutex::new(Score::new(
        "readers beside them: never blocked, always a whole beginning",
    ));
    let (count, finished) = (Count::default(), AtomicBool::new(false));
    let first = cases(&shop).unwrap();
    let (report, export) = (reporting(&shop, first, &count), exporting(&shop));
    std::thread::scope(|scope| {
        let at_work: Vec<_> = (0..WRITERS)
            .map(|w| {
                let (shop, count, writers) = (&shop, &count, &writers);
                scope.spawn(move || {
                    for i in 0..events {
                        let verdict = write(shop, w, i, count);
                        writers.lock().unwrap().add(verdict);
                    }
                })
            })
            .collect();
        let reads: [&(dyn Fn() -> Verdict + Sync); 2] = [&report, &export];
        for read in reads {
            let (readers, finished) = (&readers, &finished);
            scope.spawn(move || {
                while !finished.load(Ordering::SeqCst) {
                    let begun = Instant::now();
                    let verdict = read().and_then(|()| match begun.elapsed() {
                        long if long > Duration::from_secs(20) => Err(format!("a reader took {long:?}")),
                        _ => Ok(()),
                    });
                    readers.lock().unwrap().add(verdict);
                    std::thread::sleep(Duration::from_millis(50));
                }
            });
        }
        for writer in at_work {
            writer.join().unwrap();
        }
        finished.store(true, Ordering::SeqCst);
    });
    let mut writers = writers.into_inner().unwrap();
    if let Err(why) = exactly(&shop, events) {
        writers.add(Err(why));
    }
    vec![writers, readers.into_inner().unwrap()]
}

/// The first half of the writers take notes, the others read exports of one message each.
fn write(shop: &Shop, w: usize, i: usize, count: &Count) -> Verdict {
    let name = format!("w{w}-{i}");
    if w < WRITERS / 2 {
        let note = ["note", "c1", "--lock-wait", "3000", "--text", &name];
        return shop.run(&note).must_be(&[0], "note");
    }
    let file = format!("in/{name}.csv");
    let export =
        format!("id,author,text,created_at,channel\n{name},ann,Is it open?,2026-11-10T12:00:00Z,x\n");
    std::fs::write(shop.root().join(&file), export).unwrap();
    count.begun.fetch_add(1, Ordering::SeqCst);
    let said = shop.run(&["ingest", &file, "--lock-wait", "3000"]);
    count.done.fetch_add(1, Ordering::SeqCst);
    std::fs::remove_file(shop.root().join(&file)).unwrap();
    said.must_be(&[0], "ingest")
}

fn cases(shop: &Shop) -> Result<u64, String> {
    let Said { exit, out, err } = shop.run(&["report", "--format", "json"]);
    let report: Option<Value> = serde_json::from_str(&out).ok();
    match report.and_then(|r| r.get("cases")?.as_u64()) {
        Some(cases) if exit == Some(0) => Ok(cases),
        _ => Err(format!("report: exit {exit:?}, {err}")),
    }
}

/// At least what was done before it began to read, at most what was begun before it ended.
fn reporting<'s>(shop: &'s Shop, first: u64, count: &'s Count) -> impl Fn() -> Verdict + Sync + 's {
    move || {
        let least = count.done.load(Ordering::SeqCst);
        let seen = cases(shop)?;
        let most = count.begun.load(Ordering::SeqCst);
        if (least..=most).contains(&(seen - first)) {
            return Ok(());
        }
        Err(format!(
            "a report counts {} new cases, not {least} to {most}",
            seen - first
        ))
    }
}

/// Whole batches, beginning with all that was there the time before.
fn exporting(shop: &Shop) -> impl Fn() -> Verdict + Sync + '_ {
    let before = Mutex::new(String::new());
    move || {
        let said = shop.run(&["ledger", "export"]);
        said.must_be(&[0], "ledger export")?;
        let mut before = before.lock().unwrap();
        let last = said.out.lines().last().unwrap_or_default();
        if !said.out.starts_with(&*before) || !last.contains(",\"ev\":\"commit\",") {
            return Err("an export is not a whole beginning of the ledger".to_owned());
        }
        *before = said.out;
        Ok(())
    }
}

/// Each event once, in one chain.
fn exactly(shop: &Shop, events: usize) -> Verdict {
    shop.verifies()?;
    let text = std::fs::read_to_string(shop.ws().join("ledger.jsonl")).unwrap();
    let mut found = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line: Value = serde_json::from_str(line).map_err(|e| format!("line {}: {e}", i + 1))?;
        if line.get("seq").and_then(Value::as_u64) != Some(i as u64 + 1) {
            return Err(format!("line {} has another seq", i + 1));
        }
        let data = line.get("data");
        let name = ["note", "text", "id"]
            .iter()
            .filter_map(|key| data?.get(key)?.as_str());
        found.extend(
            name.filter(|n| n.starts_with('w') && n.contains('-'))
                .map(str::to_owned),
        );
    }
    let due: BTreeSet<String> = (0..WRITERS)
        .flat_map(|w| (0..events).map(move |i| format!("w{w}-{i}")))
        .collect();
    let once: BTreeSet<String> = found.iter().cloned().collect();
    if once != due || found.len() != due.len() {
        return Err(format!(
            "{} events, {} of them different, where {} are due",
            found.len(),
            once.len(),
            due.len()
        ));
    }
    Ok(())
}
