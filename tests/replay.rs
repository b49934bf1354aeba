//! The history judged again: by the rules that judged it nothing changes, whatever export it came from; by others
//! what `--apply` records is what was announced, and nothing is left to change then.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod support;

use serde_json::Value;
use support::{Workspace, corpus};

const SETTINGS: &str =
    "[business]\nname = \"Shop\"\nhandles = [\"@shop\", \"SpotifyCares\"]\ntime_zone = \"Asia/Shanghai\"\n";

/// Exports of many kinds: threads, reviews with replies, forms, chats, stars without words.
const EXPORTS: [&str; 12] = [
    "x-twcs/mini.csv",
    "google-play/reviews.csv",
    "trustpilot/reviews.csv",
    "google-forms/responses.csv",
    "whatsapp/chat.txt",
    "instagram/comments.csv",
    "weibo/comments-gbk.csv",
    "xiaohongshu/comments.csv",
    "mastodon/outbox.json",
    "meltwater/feed.csv",
    "youtube/comments.csv",
    "x-archive/tweets.js",
];

fn n(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap()
}

#[test]
fn the_rules_that_judged_real_exports_change_nothing() {
    let shop = Workspace::new(SETTINGS);
    for name in EXPORTS {
        if let Some(path) = corpus(name) {
            let out = shop.feedback(["ingest".as_ref(), path.as_os_str()]);
            assert!(matches!(out.status.code(), Some(0 | 3)), "{name}: {out:?}");
        }
    }
    if shop.dir().join("ledger.jsonl").exists() {
        let told = shop.json("rules replay");
        assert_eq!(n(&told, "changed"), 0, "{told:#}");
        assert!(n(&told, "mentions") > 5_000, "{told:#}");
    }
}

#[test]
fn what_is_applied_is_what_was_announced_and_a_persons_word_stands() {
    let shop = Workspace::new(SETTINGS);
    shop.write(
        "rules.toml",
        "[[rule]]\nid = \"late\"\nany = [\"late\"]\nkind = \"complaint\"\n[[rule]]\nid = \"thanks\"\nany = [\"thanks\"]\nkind = \"praise\"\n",
    );
    let mut export = "id,author,created_at,text\n".to_owned();
    for i in 0..30 {
        let text = ["late again", "thanks", "hello"][i % 3];
        export.push_str(&format!("m{i},ann{i},2026-11-2{}T08:00:00Z,{text}\n", i % 9));
    }
    shop.write("x.csv", export);
    shop.says("--now 2026-11-29T00:00:00Z ingest x.csv");
    shop.says("judge c1 --kind inquiry");
    shop.write(
        "rules.toml",
        "[targets]\nP2 = \"3d\"\n[[rule]]\nid = \"late\"\nany = [\"late\"]\nkind = \"suggestion\"\ntopics = [\"delivery\"]\n\
         [[rule]]\nid = \"thanks\"\nany = [\"thanks\"]\nkind = \"praise\"\n",
    );
    let before = shop.read("ledger.jsonl");
    let told = shop.json("rules replay --cases");
    assert_eq!(shop.read("ledger.jsonl"), before, "nothing is written");
    assert_eq!(n(&told, "changed"), 30, "{told:#}");
    assert_eq!(n(&told["dimensions"]["kind"], "n"), 9, "{told:#}");
    assert_eq!(n(&told["dimensions"]["topics"], "n"), 10, "{told:#}");
    assert_eq!(told["examples"].as_array().unwrap().len(), 30);

    let figures = shop.json("--now 2026-11-29T00:00:00Z report overview");
    let applied = shop.json("rules replay --apply");
    assert_eq!(applied["dimensions"], told["dimensions"]);
    assert_eq!(
        shop.json("--now 2026-11-29T00:00:00Z report overview")["figures"]["target_attainment"],
        figures["figures"]["target_attainment"],
        "targets stay as they were judged"
    );
    let again = shop.json("rules replay");
    assert_eq!(n(&again, "changed"), 0, "{again:#}");
    let first = shop.json("show c1");
    assert_eq!(first["cases"][0]["kind"], "inquiry", "{first:#}");
    assert_eq!(shop.json("show c4")["cases"][0]["kind"], "suggestion");
    let written = shop.read("ledger.jsonl");
    let text = shop.says("rules replay --apply");
    assert!(text.starts_with("Nothing would change."), "{text}");
    assert_eq!(
        shop.read("ledger.jsonl"),
        written,
        "nothing to record, nothing recorded"
    );
    shop.says("ledger verify");
}
