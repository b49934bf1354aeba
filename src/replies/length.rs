//! How long a message may be on a platform, counted as that platform counts.
//!
//! What a platform takes changes now and then; `[lengths]` of replies.toml says otherwise.

use std::collections::BTreeMap;

/// Channel and how much a reply there may hold.
const LENGTHS: [(&str, u64); 14] = [
    ("app-store", 5970),
    ("bluesky", 300),
    ("discord", 2000),
    ("facebook", 8000),
    ("google-business", 4096),
    ("google-play", 350),
    ("instagram", 2200),
    ("mastodon", 500),
    ("reddit", 10_000),
    ("telegram", 4096),
    ("weibo", 2000),
    ("x", 280),
    ("xiaohongshu", 1000),
    ("youtube", 10_000),
];

/// An address counts so much on X, however long it is.
const LINK_ON_X: u64 = 23;

/// How much a reply on that channel may hold; nothing where it is not known.
pub(super) fn most(channel: &str, own: &BTreeMap<String, u64>) -> Option<u64> {
    let known = LENGTHS.iter().find(|(name, _)| *name == channel);
    own.get(channel).copied().or(known.map(|(_, most)| *most))
}

/// How much `text` counts on that channel, and the byte at which `most` is passed.
pub(super) fn counted(text: &str, channel: &str, most: u64) -> (u64, Option<usize>) {
    let (mut sum, mut over) = (0, None);
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let link = (channel == "x").then(|| link_at(text, at)).flatten();
        let (weight, len) = match link {
            Some(len) => (LINK_ON_X, len),
            None if channel == "x" => (weight_on_x(c), c.len_utf8()),
            None => (1, c.len_utf8()),
        };
        sum += weight;
        if sum > most && over.is_none() {
            over = Some(at);
        }
        at += len;
    }
    (sum, over)
}

/// Letters of the West count 1, all others 2; what only joins or tints an emoji counts nothing.
fn weight_on_x(c: char) -> u64 {
    match u32::from(c) {
        0x200D | 0xFE00..=0xFE0F | 0x1_F3FB..=0x1_F3FF => 0,
        0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247 => 1,
        _ => 2,
    }
}

/// The length of the address that begins there.
fn link_at(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let is_link = rest.starts_with("https://") || rest.starts_with("http://");
    let end = rest.find(|c: char| c.is_whitespace() || !c.is_ascii());
    is_link.then(|| end.unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_counted_as_the_platform_counts() {
        assert_eq!(counted("abc", "x", 2), (3, Some(2)));
        assert_eq!(counted("你好", "x", 280).0, 4);
        assert_eq!(counted("你好", "weibo", 280).0, 2);
        assert_eq!(
            counted(
                "see https://example.com/a/very/long/address?of=fifty now",
                "x",
                280
            )
            .0,
            31
        );
        assert_eq!(counted("👩🏽‍🍳", "x", 280).0, 4);
    }

    #[test]
    fn the_owner_knows_better() {
        let own = BTreeMap::from([("x".to_owned(), 4000)]);
        assert_eq!(most("x", &own), Some(4000));
        assert_eq!(most("x", &BTreeMap::new()), Some(280));
        assert_eq!(most("letter", &own), None);
    }
}
