//! The second bookkeeper: `tests/oracle/figures.py` recomputes the figures from the raw exports, and the
//! program must come to the same, to the second. Without `python3` and without the corpus beside the
//! project the tests say that they skip.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::path::PathBuf;
use support::{Workspace, corpus, python, root};

const LATER: &str = "2026-11-21T00:00:00Z";

/// Exports of one business, in a workspace of their own.
struct Books {
    workspace: Workspace,
    format: &'static str,
    files: Vec<PathBuf>,
}

impl Books {
    fn of(format: &'static str, settings: &str, files: Vec<PathBuf>) -> Books {
        let workspace = Workspace::new(settings);
        Books {
            workspace,
            format,
            files,
        }
    }

    fn of_corpus(format: &'static str, name: &str) -> Option<Books> {
        let settings = "[business]\nhandles = []\ntime_zone = \"UTC\"\n";
        Some(Books::of(format, settings, vec![corpus(name)?]))
    }

    /// What `ingest` printed: the counts of all files together.
    fn ingest(&self) -> Value {
        let fixed = ["--format", "json", "--now", LATER, "ingest"].map(PathBuf::from);
        let out = self.workspace.feedback(fixed.iter().chain(&self.files));
        assert!(
            matches!(out.status.code(), Some(0 | 3)),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        let said: Value = serde_json::from_slice(&out.stdout).unwrap();
        let names = [
            "rows",
            "mentions",
            "replies",
            "inline",
            "new",
            "duplicate",
            "skipped",
            "rejected",
        ];
        let sum = |name: &str| -> u64 {
            let files = said["files"].as_array().unwrap();
            files.iter().map(|f| f[name].as_u64().unwrap()).sum()
        };
        Value::Object(names.into_iter().map(|n| (n.to_owned(), sum(n).into())).collect())
    }

    /// What the oracle says as of `now`, or of the latest message.
    fn oracle(&self, now: Option<&str>) -> Option<Value> {
        let script = root().join("tests/oracle/figures.py");
        let export = self
            .workspace
            .write("export.jsonl", self.workspace.says("ledger export"));
        let mut arguments: Vec<PathBuf> = vec![script, "--format".into(), self.format.into()];
        if let Some(now) = now {
            arguments.extend(["--as-of".into(), now.into()]);
        }
        arguments.extend(["--ledger-export".into(), export]);
        arguments.extend(self.files.iter().cloned());
        if self.format == "coffee-shop" {
            arguments.push(self.workspace.dir().join("feedback.toml"));
        }
        let out = python(arguments)?;
        let errors = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "the oracle: {errors}");
        Some(serde_json::from_slice(&out.stdout).unwrap())
    }

    /// The program's own report in the oracle's words.
    fn report(&self, now: &str) -> Value {
        let report = self.workspace.json(&format!("--now {now} report overview"));
        let figures = &report["figures"];
        let first = &figures["first_response_time"];
        let backlog = &figures["backlog"];
        let pick = |of: &Value, names: &[&str]| -> Value {
            let named = names.iter().map(|n| ((*n).to_owned(), of[*n].clone()));
            Value::Object(named.collect())
        };
        let renamed = |of: &Value, names: &[(&str, &str)]| -> Value {
            let named = names
                .iter()
                .map(|(to, from)| ((*to).to_owned(), of[*from].clone()));
            Value::Object(named.collect())
        };
        let excluded = |name: &str| report["excluded"][name].as_u64().unwrap_or(0);
        let spread = ["n", "mean_s", "median_s", "p90_s", "p95_s"];
        let mut first_response = pick(first, &spread);
        for name in ["edited_after_reply", "unanswered", "oldest_unanswered_s"] {
            first_response[name] = first[name].clone();
        }
        first_response["buckets"] = renamed(
            first,
            &[
                ("le_15min", "within_15_min"),
                ("le_1h", "within_1_h"),
                ("le_4h", "within_4_h"),
                ("le_8h", "within_8_h"),
                ("le_24h", "within_24_h"),
                ("more", "more_than_24_h"),
            ],
        );
        let mut open = pick(
            backlog,
            &["n", "waiting_for_us", "waiting_for_customer", "oldest_s"],
        );
        open["by_age"] = renamed(
            backlog,
            &[
                ("le_1h", "age_within_1_h"),
                ("le_4h", "age_within_4_h"),
                ("le_24h", "age_within_24_h"),
                ("le_48h", "age_within_48_h"),
                ("le_7d", "age_within_7_d"),
                ("more", "age_more_than_7_d"),
            ],
        );
        json!({
            "as_of": report["as_of"],
            "cases": report["cases"],
            "excluded": {
                "beginning_missing": excluded("beginning_missing"),
                "begun_by_business": excluded("begun_by_business"),
                "without_mention": excluded("without_mention"),
            },
            "first_response_time": first_response,
            "median_including_waiting_s": first["median_including_waiting_s"],
            "response_time": pick(&figures["response_time"], &spread),
            "response_rate": pick(&figures["response_rate"], &["n", "answered", "value_rate", "not_yet_due"]),
            "backlog": open,
        })
    }

    /// Everything that has to hold of any export; returns the program's report as of [`LATER`].
    fn balance(&self) -> Value {
        let counts = self.ingest();
        let n = |name: &str| counts[name].as_u64().unwrap();
        assert_eq!(
            n("rows"),
            n("mentions") + n("replies") + n("rejected") + n("skipped")
        );
        assert_eq!(
            n("mentions") + n("replies") + n("inline"),
            n("new") + n("duplicate")
        );
        if let Some(latest) = self.oracle(None) {
            assert_eq!(latest["messages"], counts, "counts");
            self.agrees(&latest);
        }
        if n("rows") < 10_000
            && let Some(later) = self.oracle(Some(LATER))
        {
            self.agrees(&later);
        }
        self.every_figure_can_be_traced();
        self.a_repeat_changes_nothing(n("new"));
        assert!(self.workspace.says("ledger verify").starts_with("ok: "));
        self.report(LATER)
    }

    fn agrees(&self, oracle: &Value) {
        let ours = self.report(oracle["as_of"].as_str().unwrap());
        for (name, value) in ours.as_object().unwrap() {
            let mut theirs = oracle[name].clone();
            if name == "response_rate" {
                // What the oracle tells besides; the report has it under `excluded`, by reason.
                theirs.as_object_mut().unwrap().shift_remove("needs_no_reply");
            }
            assert_eq!(value, &theirs, "{name}: ours is the left one");
        }
        assert_eq!(oracle["ledger"]["missing"], 0, "{}", oracle["ledger"]);
        assert_eq!(oracle["ledger"]["same_cases"], true, "{}", oracle["ledger"]);
    }

    fn every_figure_can_be_traced(&self) {
        let report = self.workspace.json(&format!("--now {LATER} report overview"));
        let large = report["cases"].as_u64() > Some(10_000); // then one that takes longest will do
        for (name, figure) in report["figures"].as_object().unwrap() {
            if large && name != "response_time" {
                continue;
            }
            let listed = self
                .workspace
                .says(&format!("--now {LATER} report --cases {name}"));
            assert_eq!(listed.lines().count() as u64, figure["n"], "{name}");
        }
    }

    fn a_repeat_changes_nothing(&self, new: u64) {
        let files = || ["ledger.jsonl", "ledger.head"].map(|name| self.workspace.read(name));
        let before = files();
        let again = self.ingest();
        assert_eq!(again["new"], 0);
        assert!(again["duplicate"].as_u64().unwrap() >= new);
        assert!(files() == before, "a repeated ingest touched the ledger");
    }
}

fn figure<'v>(report: &'v Value, name: &str, value: &str) -> &'v Value {
    &report[name][value]
}

#[test]
fn the_bundled_example() {
    let example = root().join("examples/coffee-shop");
    let settings = std::fs::read_to_string(example.join("feedback.toml")).unwrap();
    let files = [
        "google-reviews.json",
        "x-mentions.csv",
        "xiaohongshu-comments.csv",
    ];
    let files = files.map(|name| example.join(name)).to_vec();
    Books::of("coffee-shop", &settings, files).balance();
}

#[test]
fn many_businesses_in_one_export() {
    let Some(books) = Books::of_corpus("twcs", "x-twcs/mini.csv") else {
        return;
    };
    let report = books.balance();
    assert_eq!(report["cases"], 1311);
    assert_eq!(figure(&report, "first_response_time", "n"), 1285);
    assert_eq!(figure(&report, "first_response_time", "unanswered"), 0);
    assert_eq!(figure(&report, "first_response_time", "median_s"), 813);
    assert_eq!(figure(&report, "excluded", "beginning_missing"), 5);
    assert_eq!(figure(&report, "excluded", "begun_by_business"), 21);
    assert_eq!(figure(&report, "response_time", "n"), 2078);
}

#[test]
fn not_one_beginning() {
    let Some(books) = Books::of_corpus("twcs", "x-twcs/spotifycares.csv") else {
        return;
    };
    let report = books.balance();
    assert_eq!(report["cases"], 12_959);
    assert_eq!(figure(&report, "first_response_time", "n"), 0);
    assert_eq!(figure(&report, "excluded", "beginning_missing"), 12_948);
    assert_eq!(figure(&report, "excluded", "begun_by_business"), 11);
    assert_eq!(figure(&report, "response_time", "n"), 3569);
}

#[test]
fn carriage_returns_inside_cells() {
    let Some(books) = Books::of_corpus("twcs", "x-twcs/bare-cr.csv") else {
        return;
    };
    books.balance();
}

#[test]
fn reviews_with_their_answers_in_the_same_row() {
    let Some(books) = Books::of_corpus("google-play", "google-play/reviews.csv") else {
        return;
    };
    let report = books.balance();
    assert_eq!(report["cases"], 600);
    assert_eq!(figure(&report, "first_response_time", "n"), 506);
    assert_eq!(figure(&report, "first_response_time", "unanswered"), 94);
}

#[test]
fn the_oracle_holds_by_itself() {
    let folder = root().join("tests/oracle");
    let arguments = ["-m", "unittest", "discover", "-q", "-s"].map(PathBuf::from);
    let Some(out) = python(arguments.into_iter().chain([folder])) else {
        return;
    };
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}
