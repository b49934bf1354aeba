//! The address of a message → its platform, and the platform's id of it.
//!
//! So the same message is known again, whichever tool exported it. The addresses themselves stand in
//! `links.toml`. Nothing is asked of the net.

use serde::Deserialize;
use std::borrow::Cow;
use std::sync::OnceLock;

/// What the id of a link still needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// Nothing.
    Plain,
    /// The short id of a post is turned into the long one.
    Weibo,
    /// Thirteen signs, else it is no such id.
    Tid,
    /// The id counts only on its own server.
    AtHost,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    channel: String,
    #[serde(default)]
    scheme: Option<String>,
    hosts: Vec<String>,
    paths: Vec<String>,
    #[serde(default = "plain")]
    id_is: Kind,
}

fn plain() -> Kind {
    Kind::Plain
}

#[derive(Debug, Default, Deserialize)]
struct Raw {
    link: Vec<Link>,
}

/// All known addresses. (That they can be read is tested.)
fn known() -> &'static [Link] {
    static LINKS: OnceLock<Vec<Link>> = OnceLock::new();
    LINKS.get_or_init(|| {
        toml::from_str::<Raw>(include_str!("links.toml"))
            .unwrap_or_default()
            .link
    })
}

/// Whether this could be the address of something.
pub(super) fn is_link(id: &str) -> bool {
    matches!(id.as_bytes().first(), Some(b'a' | b'h' | b'A' | b'H')) && id.contains("://")
}

/// The channel and the id that an address tells, where it is one of a known platform's message.
pub(super) fn resolve(link: &str) -> Option<(&'static str, Cow<'_, str>)> {
    let (scheme, rest) = link.trim().split_once("://")?;
    let (place, query) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
    let (host, path) = place.split_once('/')?;
    known().iter().find_map(|link| {
        let wanted = link.scheme.as_deref();
        let is_scheme = match wanted {
            Some(wanted) => scheme.eq_ignore_ascii_case(wanted),
            None => scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"),
        };
        if !is_scheme || !link.hosts.iter().any(|known| is_host(host, known)) {
            return None;
        }
        let found = link
            .paths
            .iter()
            .find_map(|pattern| capture(pattern, path, query))?;
        Some((link.channel.as_str(), finish(found, host, link.id_is)?))
    })
}

fn is_host(host: &str, known: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let bare = ["www.", "m.", "mobile.", "old."]
        .iter()
        .find_map(|p| host.strip_prefix(p));
    match known.strip_prefix("*.") {
        _ if known == "*" => true,
        Some(domain) => host
            .strip_suffix(domain)
            .is_some_and(|front| front.ends_with('.')),
        None => host == known || bare == Some(known),
    }
}

/// The part of the address that stands where the pattern has `{id}` or `{digits}`.
fn capture<'l>(pattern: &str, path: &'l str, query: &'l str) -> Option<&'l str> {
    let (wanted, key) = pattern.split_once('?').unwrap_or((pattern, ""));
    let mut found = None;
    let mut parts = path.split('/');
    for wanted in wanted.trim_start_matches('/').split('/') {
        let part = parts.next().filter(|part| !part.is_empty())?;
        match wanted {
            "*" => {}
            "@*" if part.starts_with('@') => {}
            "{id}" | "{digits}" => found = Some(id_of(wanted, part)?),
            _ if part.eq_ignore_ascii_case(wanted) => {}
            _ => return None,
        }
    }
    if let Some((key, wanted)) = key.split_once('=') {
        let mut pairs = query
            .split(['&', '#', '?'])
            .filter_map(|pair| pair.split_once('='));
        found = Some(id_of(
            wanted,
            pairs.find(|(name, _)| name.eq_ignore_ascii_case(key))?.1,
        )?);
    }
    found
}

fn id_of<'l>(wanted: &str, part: &'l str) -> Option<&'l str> {
    let is_digits = wanted != "{digits}" || part.bytes().all(|b| b.is_ascii_digit());
    (is_digits && !part.is_empty()).then_some(part)
}

fn finish<'l>(id: &'l str, host: &str, kind: Kind) -> Option<Cow<'l, str>> {
    match kind {
        Kind::Plain => Some(Cow::Borrowed(id)),
        Kind::Weibo => weibo(id),
        Kind::Tid => {
            (id.len() == 13 && id.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(Cow::Borrowed(id))
        }
        Kind::AtHost => Some(Cow::Owned(format!("{}/{id}", host.to_ascii_lowercase()))),
    }
}

/// Weibo's long id. A short one is cut into four signs each from its end, and each of these is a number to
/// the base of 62 for seven digits.
fn weibo(id: &str) -> Option<Cow<'_, str>> {
    if id.len() >= 15 && id.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Cow::Borrowed(id));
    }
    if !(8..=9).contains(&id.len()) || id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut long = String::new();
    for four in id.as_bytes().rchunks(4).rev() {
        let mut number = 0u32;
        for sign in four {
            number = number * 62
                + u32::from(match sign {
                    b'0'..=b'9' => sign - b'0',
                    b'a'..=b'z' => sign - b'a' + 10,
                    b'A'..=b'Z' => sign - b'A' + 36,
                    _ => return None,
                });
        }
        long.push_str(&match long.is_empty() {
            true => number.to_string(),
            false => format!("{number:07}"),
        });
    }
    Some(Cow::Owned(long))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_reads_and_names_known_channels() {
        let links = toml::from_str::<Raw>(include_str!("links.toml")).unwrap().link;
        assert!(links.len() > 10);
        let table = super::super::columns::Table::built_in();
        for link in &links {
            assert_eq!(table.channel(&link.channel), Some(link.channel.as_str()));
            for path in &link.paths {
                assert!(path.contains("{id}") || path.contains("{digits}"), "{path}");
            }
        }
    }

    #[test]
    fn the_id_in_an_address() {
        for (link, channel, id) in [
            (
                "https://x.com/shop/status/1267456521820143618?s=20",
                "x",
                "1267456521820143618",
            ),
            ("http://mobile.twitter.com/a/statuses/12#x", "x", "12"),
            (
                "https://weibo.com/1234567890/NfJwLwzQd",
                "weibo",
                "4937499317764273",
            ),
            (
                "https://m.weibo.cn/detail/4974436558045552",
                "weibo",
                "4974436558045552",
            ),
            (
                "https://www.xiaohongshu.com/explore/62288e92000000000102bb1d?xsec=1",
                "xiaohongshu",
                "62288e92000000000102bb1d",
            ),
            (
                "https://www.douyin.com/video/7301647078437733129",
                "douyin",
                "7301647078437733129",
            ),
            (
                "https://www.instagram.com/p/DRxH-4QgJ7G/",
                "instagram",
                "DRxH-4QgJ7G",
            ),
            (
                "https://www.instagram.com/p/DRxH-4QgJ7G/c/178433/",
                "instagram",
                "178433",
            ),
            ("https://www.youtube.com/watch?v=abc&lc=Ugz-1", "youtube", "Ugz-1"),
            ("https://www.youtube.com/watch?v=abc", "youtube", "abc"),
            (
                "https://old.reddit.com/r/a/comments/12a3edu/title/jeqgdf8/",
                "reddit",
                "jeqgdf8",
            ),
            (
                "https://www.reddit.com/r/a/comments/12a3edu/title",
                "reddit",
                "12a3edu",
            ),
            (
                "https://www.reddit.com/r/a/comments/12a3edu/title/",
                "reddit",
                "12a3edu",
            ),
            (
                "https://bsky.app/profile/a.bsky.social/post/3jzb3aokrk42r",
                "bluesky",
                "3jzb3aokrk42r",
            ),
            (
                "at://did:plc:abc/app.bsky.feed.post/3jzb3aokrk42r",
                "bluesky",
                "3jzb3aokrk42r",
            ),
            (
                "https://play.google.com/store/apps/details?id=a&reviewId=7ac4b8d0-16db",
                "google-play",
                "7ac4b8d0-16db",
            ),
            ("https://uk.trustpilot.com/reviews/64ab", "trustpilot", "64ab"),
            (
                "https://mastodon.example/@a/110000000000000001",
                "mastodon",
                "mastodon.example/110000000000000001",
            ),
        ] {
            assert_eq!(resolve(link), Some((channel, Cow::Borrowed(id))), "{link}");
        }
        for other in [
            "",
            "x",
            "https://x.com/shop",
            "https://x.com/shop/status/abc",
            "https://news.example/a/b/c",
            "https://weibo.com/1234567890",
            "https://weibo.com/u/1234567890",
            "https://notx.com/a/status/1",
            "at://did:plc:abc/app.bsky.feed.like/3jzb3aokrk42r",
            "https://www.youtube.com/watch?list=1",
        ] {
            assert_eq!(resolve(other), None, "{other}");
        }
    }

    #[test]
    fn weibos_short_and_long_ids_are_one() {
        // z0JH2lOMb ↔ 3501756485200075 stands in the documentation of its interface.
        assert_eq!(weibo("z0JH2lOMb").unwrap(), "3501756485200075");
        assert_eq!(weibo("z0Ijpwgk7").unwrap(), "3501703397689247");
        assert_eq!(weibo("3501756485200075").unwrap(), "3501756485200075");
        assert_eq!(weibo("u"), None);
    }
}
