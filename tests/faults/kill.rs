//! kill -9 before every call with which a command writes, and after the last: what is seen afterwards is
//! the old state or the new, and the next command works unaided.
//!
//! A kill after one call leaves on disk what a kill before the next one leaves, so that "before each, and
//! before the end" is "before and after each". Halves of a write are in `damage`, as cuts at every byte.

use super::calls::{self, Call};
use super::score::{Score, Verdict};
use super::shop::{Base, Seen, Shop, has};
use std::path::Path;

/// A command that writes: what stands there before, and the command. Of an ingest of several files, each
/// file is a state of its own.
pub struct Writing {
    pub name: &'static str,
    pub base: Base,
    pub arguments: &'static [&'static str],
}

const fn at_work(name: &'static str, arguments: &'static [&'static str]) -> Writing {
    Writing {
        name,
        base: Base::Open,
        arguments,
    }
}

const fn from_nothing(name: &'static str, arguments: &'static [&'static str]) -> Writing {
    Writing {
        name,
        base: Base::Nothing,
        arguments,
    }
}

/// Every command that writes. A new one is a new line.
pub const WRITING: [Writing; 25] = [
    from_nothing("init", &["init"]),
    from_nothing("ingest, new workspace", &["ingest", "in/x-mentions.csv"]),
    at_work("ingest", &["ingest", "in/google-reviews.json"]),
    at_work(
        "ingest of two",
        &["ingest", "in/google-reviews.json", "in/xiaohongshu-comments.csv"],
    ),
    at_work("reply", &["reply", "c1", "--text", "Sorry! On our way."]),
    at_work(
        "acknowledge",
        &["acknowledge", "c12", "--follow-up", "2026-11-20"],
    ),
    at_work("refer", &["refer", "c1", "--to", "kitchen"]),
    at_work("escalate", &["escalate", "c1", "--note", "twice now"]),
    at_work("resolve", &["resolve", "c1", "c5", "c6"]),
    at_work("confirm", &["confirm", "c2"]),
    at_work("close", &["close", "c3"]),
    at_work("reopen", &["reopen", "c4"]),
    at_work("assign", &["assign", "c1", "--to", "May"]),
    at_work("note", &["note", "c1", "--text", "regular guest"]),
    at_work("tag", &["tag", "c1", "--tag", "vip"]),
    at_work("judge", &["judge", "c1", "--kind", "praise", "--priority", "P2"]),
    at_work("evidence", &["evidence", "c1", "--file", "in/x-mentions.csv"]),
    at_work("escalate --as attack", &["escalate", "c1", "--as", "attack"]),
    at_work("link", &["link", "c1", "c5", "--cause", "defect"]),
    Writing {
        name: "rules replay --apply",
        base: Base::OtherRules,
        arguments: &["rules", "replay", "--apply"],
    },
    at_work("sheet export", &["sheet", "export", "-o", "ws/sheet.csv"]),
    at_work("init again", &["init"]),
    at_work(
        "ledger erase",
        &[
            "ledger",
            "erase",
            "--case",
            "c1",
            "--why",
            "asked for it",
            "--yes",
        ],
    ),
    Writing {
        name: "ledger repair",
        base: Base::Damaged,
        arguments: &["ledger", "repair"],
    },
    at_work("try", &["try", "in/google-reviews.json"]),
];

/// A command, the workspace before it, and the states in which it may leave that.
pub struct Prepared {
    pub writing: &'static Writing,
    pub shop: Shop,
    /// Old first, new last.
    pub states: Vec<Seen>,
    pub calls: Vec<Call>,
}

impl Prepared {
    /// Runs the command soundly, on copies.
    pub fn new(writing: &'static Writing) -> Prepared {
        let shop = Shop::new(writing.base, None);
        let mut states = vec![shop.seen()];
        let first_file = ["ingest", writing.arguments.get(1).copied().unwrap_or_default()];
        if writing.arguments[0] == "ingest" && writing.arguments.len() > 2 {
            let half = shop.copy(None);
            half.done(&first_file);
            states.push(half.seen());
        }
        if writing.base == Base::Nothing {
            // A ledger that holds nothing yet is as good as none.
            let begun = shop.copy(None);
            begun.done(&["init"]);
            for settings in ["feedback.toml", "rules.toml"] {
                std::fs::remove_file(begun.ws().join(settings)).unwrap();
            }
            states.push(begun.seen());
        }
        let whole = shop.copy(None);
        whole.done(writing.arguments);
        states.push(whole.seen());
        assert_eq!(whole.seen().exit, Some(0), "{}", writing.name);
        let calls = calls::of(&shop.copy(None), writing.arguments);
        Prepared {
            writing,
            shop,
            states,
            calls,
        }
    }

    /// The state after the command.
    pub fn new_state(&self) -> &Seen {
        self.states.last().unwrap()
    }

    /// One of the states. A repair that was interrupted may leave other damage, as long as it is told.
    pub fn allows(&self, seen: &Seen) -> bool {
        self.states.contains(seen) || self.writing.base == Base::Damaged && seen.exit == Some(5)
    }

    /// After a fault: the next command works unaided, and nothing is damaged.
    pub fn goes_on(&self, shop: &Shop) -> Verdict {
        let own = self.writing.arguments;
        let safe_to_repeat = ["init", "ingest", "sheet", "try", "ledger"].contains(&own[0]);
        let next = match safe_to_repeat {
            true => own,
            false => &["note", "c1", "--text", "and on"],
        };
        let said = shop.run(next);
        let done = ["workspace-exists", "erase-nothing"];
        let is_done = said.exit == Some(4) && done.iter().any(|code| said.err.contains(code));
        if !is_done {
            said.must_be(&[0, 3], "the next command")?;
        }
        if own[0] == "ingest" && shop.seen().report != self.new_state().report {
            return Err("repeating the ingest gives other figures".to_owned());
        }
        if self.writing.name == "ledger erase"
            && let Some(file) = holds(&shop.ws(), ERASED)
        {
            return Err(format!("after repeating it the text is still in {file}"));
        }
        shop.verifies()
    }
}

/// Words of c1, which `ledger erase` takes away.
const ERASED: &str = "25 mins for two flat whit";

/// A file of the workspace that holds these words.
fn holds(ws: &Path, words: &str) -> Option<String> {
    let files = std::fs::read_dir(ws).unwrap().map(|entry| entry.unwrap().path());
    let mut holding = files.filter(|path| {
        let is_sheet = path.extension().is_some_and(|e| e == "csv");
        let bytes = std::fs::read(path).unwrap_or_default();
        !is_sheet && memchr::memmem::find(&bytes, words.as_bytes()).is_some()
    });
    holding.next().map(|path| path.display().to_string())
}

/// All commands, or one of each way of writing.
pub fn prepared(full: bool) -> Vec<Prepared> {
    let few = [
        "init",
        "ingest, new workspace",
        "ingest of two",
        "resolve",
        "sheet export",
        "ledger erase",
        "ledger repair",
    ];
    let chosen = WRITING.iter().filter(|w| full || few.contains(&w.name));
    chosen.map(Prepared::new).collect()
}

/// A line a command.
pub fn all(full: bool) -> Vec<Score> {
    if !has("strace") {
        return vec![Score::skipped("kill -9", "strace is missing")];
    }
    prepared(full)
        .iter()
        .map(|p| {
            let calls: Vec<&Call> = p.calls.iter().filter(|c| c.writes()).collect();
            let fault = format!(
                "kill -9 before and after each writing call of `{}`",
                p.writing.name
            );
            Score::of(fault, &calls, |call| {
                killed(p, call).map_err(|why| format!("before {}: {why}", call.short()))
            })
        })
        .collect()
}

fn killed(p: &Prepared, call: &Call) -> Verdict {
    let shop = p.shop.copy(None);
    let said = calls::inject(&shop, p.writing.arguments, call, "signal=KILL")?;
    if said.exit.is_some() {
        return Err(format!("it was not killed: {said:?}"));
    }
    let seen = shop.seen();
    if !p.allows(&seen) {
        return Err(format!("neither the old state nor the new: {seen:?}"));
    }
    // What was told on standard output was done.
    if !said.out.is_empty() && seen != *p.new_state() {
        return Err("something that was told as done is missing".to_owned());
    }
    p.goes_on(&shop)
}
