//! Clocks that are wrong by ten years, nights in which the clock is put forward or back, and no
//! environment at all: commands work, the order is that of `seq`, no figure is negative.

use super::score::{Score, Verdict};
use super::shop::{Base, NOW, Said, Shop, clean, has};
use serde_json::Value;

/// Lines of the table.
pub fn all(full: bool) -> Vec<Score> {
    vec![wrong_clock(full), nights(full), no_environment()]
}

/// The clock jumps between commands.
fn wrong_clock(full: bool) -> Score {
    let fault = "the clock ten years back and forward";
    if !has("faketime") {
        return Score::skipped(fault, "faketime is missing");
    }
    let jumps: [&[&str]; 6] = [
        &["-10y"],
        &["+10y"],
        &["-10y", "+10y", "+0", "-10y"],
        &["+10y", "-10y", "+10y", "+0"],
        &["+0", "-10y"],
        &["-40y", "+70y", "+0"],
    ];
    let right = Shop::new(Base::Open, None);
    right.done(&["ingest", "in/google-reviews.json"]);
    let ingested = right.seen().report;
    let jumps = if full { &jumps[..] } else { &jumps[..3] };
    Score::of(fault, jumps, |jumps| {
        let shop = Shop::new(Base::Open, None);
        let run = |offset: &str, arguments: &[&str]| {
            Said::of(&mut shop.untimed(&["faketime", "-f", offset], arguments))
        };
        let begin = jumps.first().copied().unwrap_or("+0");
        run(begin, &["ingest", "in/google-reviews.json"]).must_be(&[0], "ingest")?;
        if shop.seen().report != ingested {
            return Err(format!("{jumps:?}: the figures hang on when the export was read"));
        }
        for (i, offset) in jumps.iter().enumerate() {
            let case = format!("c{}", 20 + i);
            for command in [
                &["note", &case, "--text", "when was that?"][..],
                &["reply", &case, "--text", "We are on it."],
                &["resolve", &case],
                &["ingest", "in/xiaohongshu-comments.csv"],
            ] {
                // What makes no sense at such a time is refused in words.
                let said = run(offset, command);
                said.must_be(&[0, 3, 4], &format!("{offset} {command:?}"))?;
                if said.exit == Some(4) && !said.err.contains("error[case-refused]") {
                    return Err(format!("{offset} {command:?}: {said:?}"));
                }
            }
            sensible(|arguments| run(offset, arguments))
                .map_err(|why| format!("{jumps:?}, {offset}: {why}"))?;
        }
        sensible(|arguments| shop.run(arguments)).map_err(|why| format!("{jumps:?}: {why}"))?;
        in_order(&shop)?;
        shop.verifies()
    })
}

/// All that prints does, and no duration is negative.
fn sensible(run: impl Fn(&[&str]) -> Said) -> Verdict {
    for name in ["overview", "response", "resolution", "backlog"] {
        let said = run(&["report", name, "--format", "json"]);
        said.must_be(&[0], name)?;
        let report: Value = serde_json::from_str(&said.out).map_err(|e| e.to_string())?;
        if let Some(wrong) = negative("", &report) {
            return Err(format!("report {name}: {wrong}"));
        }
    }
    for command in [&["inbox"][..], &["digest"], &["show", "c1"], &["sheet", "export"]] {
        run(command).must_be(&[0], command[0])?;
    }
    run(&["check"]).must_be(&[0, 1], "check")
}

/// The first number below zero, and where it stands.
fn negative(path: &str, value: &Value) -> Option<String> {
    match value {
        Value::Number(n) => n.as_f64().filter(|n| *n < 0.0).map(|n| format!("{path} is {n}")),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(i, v)| negative(&format!("{path}[{i}]"), v)),
        Value::Object(items) => items
            .iter()
            .find_map(|(k, v)| negative(&format!("{path}.{k}"), v)),
        _ => None,
    }
}

fn in_order(shop: &Shop) -> Verdict {
    let text = std::fs::read_to_string(shop.ws().join("ledger.jsonl")).unwrap();
    let seq = |line: &str| serde_json::from_str::<Value>(line).ok()?.get("seq")?.as_u64();
    match text.lines().zip(1..).find(|(line, n)| seq(line) != Some(*n)) {
        None => Ok(()),
        Some((_, n)) => Err(format!("line {n} is not in order")),
    }
}

/// Zones, and UTC moments around the hour that is missing or comes twice there.
const NIGHTS: [(&str, &str, [&str; 2]); 5] = [
    ("Europe/Berlin", "2026-10-25", ["00:30", "01:30"]),
    ("Europe/Berlin", "2026-03-29", ["00:30", "01:30"]),
    ("America/New_York", "2026-11-01", ["05:30", "06:30"]),
    ("Australia/Lord_Howe", "2026-10-04", ["15:20", "15:40"]),
    ("America/Sao_Paulo", "2018-11-04", ["03:30", "04:30"]),
];

/// Messages, replies and commands within such a night, in local times without a zone.
fn nights(full: bool) -> Score {
    let configured = [true, false];
    let trials: Vec<_> = NIGHTS
        .iter()
        .flat_map(|night| configured.map(|c| (night, c)))
        .collect();
    let trials = if full { &trials[..] } else { &trials[..4] };
    Score::of(
        "nights in which the clock is changed",
        trials,
        |((zone, day, moments), configured)| {
            let shop = Shop::new(Base::Nothing, None);
            std::fs::create_dir(shop.ws()).unwrap();
            let mut export = "id,author,text,created_at,reply_text,reply_time,channel\n".to_owned();
            for minute in (0..240).step_by(10) {
                let (h, m) = (minute / 60, minute % 60);
                let (later, l) = ((minute + 20) / 60, (minute + 20) % 60);
                export.push_str(&format!(
                    "m{minute},ann,Is it open?,{day} {h:02}:{m:02}:00,Yes!,{day} {later:02}:{l:02}:00,x\n"
                ));
            }
            std::fs::write(shop.root().join("in/night.csv"), export).unwrap();
            if *configured {
                let settings = format!("[business]\ntime_zone = \"{zone}\"\n");
                std::fs::write(shop.ws().join("feedback.toml"), settings).unwrap();
            }
            for moment in moments {
                let now = format!("{day}T{moment}:00Z");
                let run = |arguments: &[&str]| {
                    let timed = [arguments, &["--now", &now]].concat();
                    Said::of(shop.untimed::<&str>(&[], &timed).env("TZ", zone))
                };
                run(&["ingest", "in/night.csv"]).must_be(&[0], "ingest")?;
                let at = format!("{day} 02:15");
                let told = run(&["reply", "c1", "--text", "Open!", "--at", &at]);
                told.must_be(&[0, 4], "reply")?;
                run(&["note", "c2", "--text", "what a night"]).must_be(&[0], "note")?;
                sensible(run).map_err(|why| format!("{zone}, {now}: {why}"))?;
            }
            shop.verifies()
        },
    )
}

/// Neither TZ nor locale nor PATH nor HOME.
fn no_environment() -> Score {
    let shop = Shop::new(Base::Open, None);
    let bare = |arguments: &[&str]| Said::of(shop.untimed(&["env", "-i"], arguments).env_clear());
    let mut score = Score::new("no TZ, no locale, no environment at all");
    let commands: [&[&str]; 8] = [
        &["report", "--format", "json", "--now", NOW],
        &["inbox", "--now", NOW],
        &["show", "c1", "--now", NOW],
        &["digest", "--now", NOW],
        &["sheet", "export", "--now", NOW],
        &["rules", "check"],
        &["ledger", "verify"],
        &["sources"],
    ];
    for arguments in commands {
        let usual = Said::of(clean(&mut shop.untimed::<&str>(&[], arguments)));
        let said = bare(arguments);
        let same = said.exit == usual.exit && said.out == usual.out;
        score.add(
            same.then_some(())
                .ok_or_else(|| format!("{arguments:?}: {said:?}, usually {usual:?}")),
        );
    }
    for arguments in [
        &["ingest", "in/google-reviews.json"][..],
        &["resolve", "c1"],
        &["init"],
    ] {
        score.add(bare(arguments).must_be(&[0], arguments[0]));
    }
    score.add(shop.verifies());
    score
}
