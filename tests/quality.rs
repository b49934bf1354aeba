//! The figures of `rules test` against an independent reckoning: scikit-learn's, kept as vectors, and for the
//! labelled sets beside the project one from the listed texts alone. Those sets are not part of the project;
//! without them the tests say that they skip.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![allow(clippy::indexing_slicing)] // a test may

mod support;

use feedback::quality::Confusion;
use serde_json::Value;
use std::collections::BTreeMap;
use support::{Workspace, corpus, root};

fn close(a: f64, b: &Value) -> bool {
    (a - b.as_f64().unwrap()).abs() < 1e-12
}

/// `tests/vectors/classification.json`: pairs of label and judgement, with what scikit-learn makes of them
/// (`zero_division=0`, the labels that occur).
#[test]
fn figures_are_those_of_scikit_learn() {
    let text = std::fs::read_to_string(root().join("tests/vectors/classification.json")).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    for case in vectors["cases"].as_array().unwrap() {
        let mut confusion = Confusion::new(case["classes"].as_u64().unwrap() as usize);
        for pair in case["pairs"].as_array().unwrap() {
            let class = |at: usize| pair[at].as_u64().unwrap() as usize;
            confusion.add(class(0), class(1));
        }
        assert!(close(confusion.accuracy().unwrap(), &case["accuracy"]), "{case}");
        assert!(close(confusion.macro_f1().unwrap(), &case["macro_f1"]), "{case}");
        let scores = case["scores"].as_array().unwrap();
        assert_eq!(confusion.occurring().count(), scores.len());
        for of_class in scores {
            let own = confusion.scores(of_class["class"].as_u64().unwrap() as usize);
            assert_eq!(own.n, of_class["n"].as_u64().unwrap());
            for (own, name) in [
                (own.precision, "precision"),
                (own.recall, "recall"),
                (own.f1, "f1"),
            ] {
                assert!(close(own.unwrap_or(0.0), &of_class[name]), "{name}: {of_class}");
            }
        }
    }
}

/// File, arguments, texts, what is left out and why.
const SETS: [(&str, &str, u64, (&str, u64)); 8] = [
    (
        "en-tweet-sentiment.csv",
        "--text-column text --label-column sentiment",
        27_480,
        ("empty_text", 1),
    ),
    (
        "en-tweets-valence.txt",
        "--no-header --text-column 3 --label-column 2 --map <-0.5=negative,>0.5=positive,*=neutral",
        4_200,
        ("rejected", 0),
    ),
    (
        "zh-Hans-food-delivery-sentiment.csv",
        "--text-column review --label-column 1 --map 1=positive,0=negative",
        11_987,
        ("empty_text", 0),
    ),
    (
        "zh-Hans-restaurant-sentiment.csv",
        "--text-column comment --label-column sentiment --map 1=positive,0=negative",
        2_000,
        ("empty_text", 0),
    ),
    (
        "es-tweet-sentiment.tsv",
        "--no-header --text-column 2 --label-column 3 --map N=negative,NEU=neutral,P=positive",
        1_126,
        ("rejected", 0),
    ),
    (
        "ja-hotel-sentiment.tsv",
        "--no-header --text-column 3 --label-column 2 --map 1=positive,0=neutral,-1=negative",
        5_553,
        ("rejected", 0),
    ),
    (
        "en-banking-intents.csv",
        "--text-column text --label-column category --dimension kind --map complaint=complaint,*=inquiry",
        3_080,
        ("rejected", 0),
    ),
    // Cut in its last record, which is told and left out.
    (
        "en-cfpb-complaints.csv",
        "--text-column 6 --label-column Product --dimension kind --map none=other,*=complaint",
        0,
        ("rejected", 1),
    ),
];

#[test]
fn labelled_sets_are_read_whole_and_their_figures_follow_from_the_listed_texts() {
    for (file, arguments, n, (reason, left)) in SETS {
        let Some(path) = corpus(&format!("labelled/{file}")) else {
            continue;
        };
        let workspace = Workspace::new("");
        let line = format!(
            "rules test {} {arguments} --cells *:* --limit 1000000 --format json",
            path.display()
        );
        let out = workspace.feedback(line.split_whitespace());
        let exit = if (reason, left) == ("rejected", 1) { 3 } else { 0 };
        assert_eq!(
            out.status.code(),
            Some(exit),
            "{file}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
        let told: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(told["left_out"][reason], left, "{file}");
        if n > 0 {
            assert_eq!(told["n"], n, "{file}");
        }
        recount(&told, file);
    }
}

/// Reckons everything anew from label and judgement of each text.
fn recount(told: &Value, file: &str) {
    let cases = told["cases"].as_array().unwrap();
    assert_eq!(told["n"], cases.len() as u64, "{file}");
    let (mut right, mut counts) = (0u32, BTreeMap::<&str, [f64; 3]>::new());
    for case in cases {
        let (label, judged) = (case["label"].as_str().unwrap(), case["judged"].as_str().unwrap());
        right += u32::from(label == judged);
        counts.entry(label).or_default()[0] += 1.0;
        counts.entry(judged).or_default()[1] += 1.0;
        counts.entry(label).or_default()[2] += f64::from(u8::from(label == judged));
    }
    assert!(
        close(f64::from(right) / cases.len() as f64, &told["accuracy"]),
        "{file}"
    );
    counts.retain(|_, [labelled, ..]| *labelled > 0.0);
    let f1s: Vec<f64> = (counts.iter())
        .map(|(class, [labelled, judged, right])| {
            let (precision, recall) = (right / judged.max(1.0), right / labelled);
            let f1 = match precision + recall {
                0.0 => 0.0,
                sum => 2.0 * precision * recall / sum,
            };
            let own = &told["classes"][class];
            assert_eq!(own["n"].as_f64(), Some(*labelled), "{file}");
            assert!(
                close(recall, &own["recall"]) && close(f1, &own["f1"]),
                "{file}: {class}"
            );
            f1
        })
        .collect();
    assert_eq!(told["classes"].as_object().unwrap().len(), f1s.len(), "{file}");
    assert!(
        close(f1s.iter().sum::<f64>() / f1s.len() as f64, &told["macro_f1"]),
        "{file}"
    );
}

/// The patch is one that `git apply` and `patch` take, and what they make of the file is what `--apply` writes.
#[test]
fn the_patch_is_what_other_programs_take() {
    let words = ["soggy", "heavenly"];
    let rows: String = (0..40)
        .map(|n| format!("{} number{n},{}\n", words[n % 2], ["negative", "positive"][n % 2]))
        .collect();
    for rules in [
        "version = 1\n",
        "version = 1\r\n\r\n[[priority]]\r\npriority = \"P2\"",
        "\n# mine\nversion = 1",
    ] {
        let workspace = Workspace::new("");
        workspace.write("labelled.csv", format!("text,label\n{rows}"));
        let line = "rules suggest labelled.csv --text-column text --label-column label";
        workspace.write("rules.toml", rules);
        let patch = workspace.write("learned.patch", workspace.says(line));
        for (program, arguments) in [("git", &["apply"][..]), ("patch", &["-p1", "--binary", "-i"])] {
            let ran = std::process::Command::new(program)
                .args(arguments)
                .arg(&patch)
                .current_dir(workspace.dir())
                .output();
            let Ok(out) = ran else {
                eprintln!("skipped: {program} does not run here");
                continue;
            };
            assert!(
                out.status.success(),
                "{program}: {}",
                String::from_utf8_lossy(&out.stderr)
            );
            let patched = workspace.read("rules.toml");
            workspace.write("rules.toml", rules);
            workspace.says(&format!("{line} --apply"));
            assert_eq!(patched, workspace.read("rules.toml"), "{program}");
            workspace.write("rules.toml", rules);
        }
    }
}
