//! Real exports, where they are at hand: every row is counted once, and as many as are known to be there.

use super::super::*;
use std::path::PathBuf;

#[derive(Debug, Default, PartialEq)]
struct Count {
    messages: u64,
    inline: u64,
    rejected: u64,
    skipped: u64,
}

fn count(name: &str) -> Option<(String, Count)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(name);
    if !path.exists() {
        return None;
    }
    let context = Context {
        zone_is_assumed: true,
        ..Context::plain(Zone::UTC, Moment::exact(0))
    };
    let export = open(&path, name, &context).unwrap_or_else(|d| panic!("{name}: {d:?}"));
    let mut count = Count::default();
    let (mut marks, mut messages) = (Vec::new(), Vec::new());
    let done = export.read(&mut |entry| match entry {
        Entry::Message(m) => {
            count.inline += u64::from(m.inline);
            count.messages += u64::from(!m.inline);
            messages.push(super::owned(m));
        }
        Entry::Rejected(_) => count.rejected += 1,
        Entry::Skipped(_) => count.skipped += 1,
        Entry::Mark(mark) if count.messages % 97 == 0 || marks.is_empty() => {
            marks.push((mark, messages.len()));
        }
        Entry::Warned(_) | Entry::Progress(_) | Entry::Mark(_) => {}
    });
    super::check_parts(&export, &marks, &messages);
    done.unwrap_or_else(|d| panic!("{name}: {d:?}"));
    Some((export.source().to_owned(), count))
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that skips must say so")]
fn every_row_of_the_real_exports_is_counted_once() {
    for (name, source, rows, inline) in [
        ("x-twcs/mini.csv", "x-support", 5_000, 0),
        ("x-twcs/bare-cr.csv", "x-support", 15_096, 0),
        ("x-twcs/spotifycares.csv", "x-support", 26_082, 0),
        ("x-twcs/excel-saved.csv", "x-support", 121, 0),
        ("x-twcs/bom-mojibake-outbound.csv", "x-support", 4_075, 0),
        ("google-play/reviews.csv", "google-play", 600, 506),
        ("trustpilot/reviews.csv", "trustpilot", 2_538, 0),
        ("trustpilot/empty-cells.csv", "trustpilot", 129, 0),
        ("instagram/comments.csv", "instagram", 343, 109),
        ("youtube/comments.csv", "youtube", 2_158, 0),
        ("reddit/comments.csv", "reddit", 402, 0),
        ("bluesky/posts.csv", "bluesky", 8_140, 0),
        ("xiaohongshu/comments.csv", "xiaohongshu", 4_195, 0),
        ("xiaohongshu/posts-chinese-header.csv", "xiaohongshu", 10, 0),
        ("douyin/comments-chinese-header.csv", "douyin-comments", 10, 0),
        ("weibo/posts-chinese-header.csv", "weibo-posts", 10, 0),
        ("facebook/comments.csv", "facebook", 126, 0),
        ("freshdesk/tickets.csv", "freshdesk", 45, 0),
        ("mastodon/timeline.json", "mastodon", 20, 0),
        ("mastodon/outbox.json", "mastodon-outbox", 1_476, 0),
        ("x-archive/tweets.js", "x-archive", 1_758, 0),
        ("x-api-v2/flat.jsonl", "x-api", 100, 0),
        ("x-api-v2/streaming_output_with_error.jsonl", "x-api", 8, 0),
        ("youtube/commentThreads.js", "youtube-threads", 98, 0),
        ("discord/export.json", "discord", 7, 0),
        ("weibo/repostTimeline.json", "weibo-api", 6, 0),
        ("zendesk/tickets.json", "zendesk-tickets", 200, 0),
    ] {
        let Some((found, count)) = count(name) else {
            eprintln!("skipped: ../shared/corpus/{name} is not there");
            continue;
        };
        eprintln!("{name}: {found} {count:?}");
        assert_eq!(found, source, "{name}");
        assert_eq!(
            count.messages + count.rejected + count.skipped,
            rows,
            "{name}: {count:?}"
        );
        assert_eq!(count.inline, inline, "{name}");
    }
}
