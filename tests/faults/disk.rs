//! A disk that fails: ENOSPC, EDQUOT, EIO and EINTR at each call, one that stays dead, and writes cut
//! short by a file size limit. Rolled back, told with the path and exit 6, and the next command works.

use super::calls::{self, Call};
use super::kill::{Prepared, prepared};
use super::score::{Score, Verdict};
use super::shop::{Base, Said, Shop, has};

/// A line a fault, over all commands.
pub fn all(full: bool) -> Vec<Score> {
    if !has("strace") {
        return vec![Score::skipped("failing system calls", "strace is missing")];
    }
    let all: Vec<Prepared> = prepared(full);
    let trials: Vec<(&Prepared, &Call)> = all
        .iter()
        .flat_map(|p| p.calls.iter().map(move |c| (p, c)))
        .filter(|(_, c)| (c.writes() || c.name == "flock") && c.name != "exit_group")
        .collect();
    let mut scores: Vec<Score> = ["ENOSPC", "EDQUOT", "EIO", "EINTR"]
        .map(|error| {
            Score::of(format!("{error} at each writing call"), &trials, |(p, call)| {
                failed(p, call, error).map_err(|why| format!("`{}`, {}: {why}", p.writing.name, call.short()))
            })
        })
        .into();
    scores.push(Score::of(
        "EIO at each writing call, and from then on whatever syncs, cuts or renames",
        &trials,
        |(p, call)| dead(p, call).map_err(|why| format!("`{}`, {}: {why}", p.writing.name, call.short())),
    ));
    scores.extend(limits(full));
    scores
}

/// One call fails.
fn failed(p: &Prepared, call: &Call, error: &str) -> Verdict {
    let shop = p.shop.copy(None);
    let said = calls::inject(&shop, p.writing.arguments, call, &format!("error={error}"))?;
    let seen = shop.seen();
    if !p.allows(&seen) {
        return Err(format!("neither the old state nor the new: {said:?}"));
    }
    let is_new = seen == *p.new_state();
    // A folder that `init` made halfway is finished by the next one, and holds nothing before.
    let is_same = p.states.first() == p.states.last() || p.writing.arguments == ["init"];
    match said.exit {
        // Done all the same: a repeated call, lost talk on standard error, or a folder whose syncing failed
        // after all was in place; the last is to be said.
        Some(0 | 3) if is_new => {
            if call.name.contains("sync") && error != "EINTR" && !said.err.contains("ws") {
                return Err("a failed sync was not told".to_owned());
            }
        }
        Some(8) if is_new && call.talks() => {}
        // A new ledger stood in its place before the fault.
        Some(6) if is_new && said.err.contains("error[disk-unsure]") && said.err.contains("ws") => {}
        Some(6) if !is_new || is_same => {
            let names_it = call.talks() || ["ws", "/tmp"].iter().any(|path| said.err.contains(path));
            if !names_it || !said.err.contains("error[") {
                return Err(format!("the path is not named: {}", said.err));
            }
        }
        other => {
            let state = if is_new { "new" } else { "old" };
            return Err(format!("exit {other:?} with the {state} state: {}", said.err));
        }
    }
    p.goes_on(&shop)
}

/// From one call on nothing can be written or synced any more, so nothing can be rolled back either.
fn dead(p: &Prepared, call: &Call) -> Verdict {
    let at = p.calls.iter().position(|c| std::ptr::eq(c, call)).unwrap();
    let mut faults: Vec<String> = Vec::new();
    for later in p
        .calls
        .get(at..)
        .unwrap_or_default()
        .iter()
        .filter(|c| c.writes())
    {
        let begins = format!("{}:", later.name);
        let is_first = !faults.iter().any(|f| f.starts_with(&begins));
        match later.name.as_str() {
            // Not what is said on standard error, nor what is read.
            "write" | "openat" if !std::ptr::eq(later, call) => {}
            "write" | "openat" => faults.push(format!("{begins}error=EIO:when={}", later.nth)),
            "exit_group" => {}
            _ if is_first => faults.push(format!("{begins}error=EIO:when={}+", later.nth)),
            _ => {}
        }
    }
    for undoing in ["ftruncate", "fsync", "unlink", "unlinkat"] {
        let begins = format!("{undoing}:");
        if !faults.iter().any(|f| f.starts_with(&begins)) && !p.calls.iter().any(|c| c.name == undoing) {
            faults.push(format!("{begins}error=EIO:when=1+"));
        }
    }
    let shop = p.shop.copy(None);
    let said = calls::inject_all(&shop, p.writing.arguments, &faults);
    let seen = shop.seen();
    if !p.allows(&seen) {
        return Err(format!("neither the old state nor the new: {said:?}"));
    }
    if matches!(said.exit, Some(0 | 3)) && seen != *p.new_state() {
        return Err(format!("told as done, but the state is old: {said:?}"));
    }
    let is_same = p.states.first() == p.states.last() || p.writing.arguments == ["init"];
    if said.exit == Some(6) && seen == *p.new_state() && !is_same && !said.err.contains("disk-unsure") {
        return Err(format!("recorded, though told otherwise: {said:?}"));
    }
    if said.exit.is_none_or(|e| ![0, 3, 6, 8].contains(&e)) {
        return Err(format!("{said:?}"));
    }
    p.goes_on(&shop)
}

/// Files may not grow beyond a limit: the write that meets it is cut short, the next one fails, or the
/// signal kills.
fn limits(full: bool) -> Vec<Score> {
    if !has("prlimit") {
        return vec![Score::skipped("writes cut short", "prlimit is missing")];
    }
    let command = ["ingest", "in/google-reviews.json"];
    let base = Shop::new(Base::Open, None);
    let whole = base.copy(None);
    whole.done(&command);
    let (old, new) = (base.seen(), whole.seen());
    let size = |shop: &Shop| std::fs::metadata(shop.ws().join("ledger.jsonl")).unwrap().len();
    let (begin, end) = (size(&base), size(&whole));
    let steps = if full { 200 } else { 20 };
    let sizes: Vec<u64> = (0..=steps).map(|i| begin + (end - begin) * i / steps).collect();
    // The last sizes are those around the commit line; small limits hit the head.
    let sizes: Vec<u64> = sizes
        .into_iter()
        .chain(end - 3..end + 2)
        .chain([0, 1, 50, 107])
        .collect();
    [
        ("signal ignored", "--ignore-signal=XFSZ"),
        ("signal kills", "--default-signal=XFSZ"),
    ]
    .map(|(name, option)| {
        Score::of(
            format!("writes cut short by a file size limit, {name}"),
            &sizes,
            |limit| {
                let shop = base.copy(None);
                let fsize = format!("--fsize={limit}");
                let said = Said::of(&mut shop.wrapped(&["prlimit", &fsize, "env", option], &command));
                let seen = shop.seen();
                let right = match said.exit {
                    Some(0) => seen == new,
                    Some(6) => seen == old && said.err.contains("ledger."),
                    None => option.contains("default") && seen == old,
                    _ => false,
                };
                if !right {
                    return Err(format!("limit {limit}: {said:?}"));
                }
                shop.done(&command);
                if shop.seen().report != new.report {
                    return Err(format!("limit {limit}: repeating gives other figures"));
                }
                shop.verifies()
            },
        )
    })
    .into()
}
