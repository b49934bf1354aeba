//! What each platform's search understands: how terms are written and put together, what can be asked
//! beside them, how long a query may be, and its address. Each is told by the platform's own help or by its
//! search page; where neither tells that it understands something, that is not used.

use super::{Term, Wanted, escape};

/// A platform.
pub(super) struct Platform {
    pub name: &'static str,
    /// The address of the search, with the query for `{}`.
    pub link: &'static str,
    /// How terms are put together; `None` where it takes one at a time.
    pub joined: Option<Joined>,
    /// How a term is written, where it is taken at all.
    pub term: fn(Term<'_>) -> Option<String>,
    /// What stands behind the terms.
    pub tail: fn(&Wanted<'_>) -> String,
    /// What stands behind the address.
    pub more: fn(&Wanted<'_>) -> String,
    /// It finds places and businesses, not posts.
    pub places: bool,
}

/// Several terms in one query, and how much it may hold.
pub(super) struct Joined {
    pub by: &'static str,
    pub brackets: bool,
    pub terms: usize,
    pub characters: usize,
    pub words: usize,
}

/// Takes one word at a time and nothing beside it.
const PLAIN: Platform = Platform {
    name: "",
    link: "",
    joined: None,
    term: bare,
    tail: |_| String::new(),
    more: |_| String::new(),
    places: false,
};

pub(super) const PLATFORMS: &[Platform] = &[
    // OR, quotes, from:, since:, lang:, min_faves:; some 22 operators, about 500 characters.
    Platform {
        name: "x",
        link: "https://x.com/search?f=live&q={}",
        joined: Some(Joined {
            by: " OR ",
            brackets: true,
            terms: 16,
            characters: 480,
            words: usize::MAX,
        }),
        term: |term| match term {
            Term::Word(word) => quoted(word),
            Term::Handle(name) => is_plain_handle(name).then(|| format!("@{name}")),
            Term::Tag(tag) => squeezed(tag).map(|tag| format!("#{tag}")),
        },
        tail: |wanted| {
            let mut tail: String = own_names(wanted).map(|name| format!(" -from:{name}")).collect();
            tail += &asked("since:", wanted.since);
            tail += &asked("lang:", wanted.language);
            let likes = wanted.likes.map(|n| n.to_string());
            tail + &asked("min_faves:", likes.as_deref())
        },
        ..PLAIN
    },
    // Topics stand between two #; the time is part of the address.
    Platform {
        name: "weibo",
        link: "https://s.weibo.com/weibo?q={}&typeall=1&suball=1",
        term: |term| match term {
            Term::Word(word) => some(word),
            Term::Handle(name) => some(name).map(|name| format!("@{name}")),
            Term::Tag(tag) => some(tag).map(|tag| format!("#{tag}#")),
        },
        more: |wanted| {
            let span = |since| format!("&timescope=custom:{since}-0:{}-23", wanted.today);
            wanted.since.map(span).unwrap_or_default()
        },
        ..PLAIN
    },
    Platform {
        name: "xiaohongshu",
        link: "https://www.xiaohongshu.com/search_result?keyword={}",
        ..PLAIN
    },
    Platform {
        name: "douyin",
        link: "https://www.douyin.com/search/{}",
        ..PLAIN
    },
    Platform {
        name: "zhihu",
        link: "https://www.zhihu.com/search?type=content&q={}",
        ..PLAIN
    },
    Platform {
        name: "bilibili",
        link: "https://search.bilibili.com/all?keyword={}",
        ..PLAIN
    },
    // OR, quotes, after:; at most 32 words.
    Platform {
        name: "google",
        link: "https://www.google.com/search?q={}",
        joined: Some(GOOGLE),
        term: quoted_name,
        tail: |wanted| asked("after:", wanted.since),
        more: |wanted| {
            let language = wanted.language.map(|l| format!("&lr=lang_{}", escape(l)));
            language.unwrap_or_default()
        },
        ..PLAIN
    },
    // The same, told by mail from now on: to paste.
    Platform {
        name: "google-alerts",
        link: "https://www.google.com/alerts",
        joined: Some(GOOGLE),
        term: quoted_name,
        ..PLAIN
    },
    // AND, OR, NOT in capitals, quotes, author:; at most 512 characters.
    Platform {
        name: "reddit",
        link: "https://www.reddit.com/search/?q={}&sort=new",
        joined: Some(Joined {
            by: " OR ",
            brackets: true,
            terms: usize::MAX,
            characters: 512,
            words: usize::MAX,
        }),
        term: quoted_name,
        tail: |wanted| {
            own_names(wanted)
                .map(|name| format!(" NOT author:{name}"))
                .collect()
        },
        ..PLAIN
    },
    // Quotes, mentions:, tags, since:, lang:; no OR.
    Platform {
        name: "bluesky",
        link: "https://bsky.app/search?q={}",
        term: |term| match term {
            Term::Word(word) => quoted(word),
            Term::Handle(name) if name.contains('.') => some(name).map(|name| format!("mentions:{name}")),
            Term::Handle(name) => quoted(name),
            Term::Tag(tag) => squeezed(tag).map(|tag| format!("#{tag}")),
        },
        tail: |wanted| asked("since:", wanted.since) + &asked("lang:", wanted.language),
        ..PLAIN
    },
    // Its texts are found only where their authors allow it; tags always.
    Platform {
        name: "mastodon",
        link: "https://mastodon.social/tags/{}",
        term: tag,
        ..PLAIN
    },
    // | for OR, quotes, after:.
    Platform {
        name: "youtube",
        link: "https://www.youtube.com/results?search_query={}",
        joined: Some(Joined {
            by: " | ",
            brackets: false,
            terms: 8,
            characters: 250,
            words: usize::MAX,
        }),
        term: quoted_name,
        tail: |wanted| asked("after:", wanted.since),
        ..PLAIN
    },
    Platform {
        name: "instagram",
        link: "https://www.instagram.com/explore/tags/{}/",
        term: tag,
        ..PLAIN
    },
    Platform {
        name: "tiktok",
        link: "https://www.tiktok.com/search?q={}",
        ..PLAIN
    },
    Platform {
        name: "facebook",
        link: "https://www.facebook.com/search/posts/?q={}",
        ..PLAIN
    },
    Platform {
        name: "threads",
        link: "https://www.threads.com/search?q={}",
        ..PLAIN
    },
    Platform {
        name: "trustpilot",
        link: "https://www.trustpilot.com/search?query={}",
        term: word_only,
        places: true,
        ..PLAIN
    },
    Platform {
        name: "google-maps",
        link: "https://www.google.com/maps/search/?api=1&query={}",
        term: word_only,
        places: true,
        ..PLAIN
    },
];

const GOOGLE: Joined = Joined {
    by: " OR ",
    brackets: false,
    terms: usize::MAX,
    characters: 2000,
    words: 32,
};

fn some(text: &str) -> Option<String> {
    // A quotation mark would end a phrase.
    let text: String = text.replace(['"', '“', '”', '\n', '\t'], " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn quoted(text: &str) -> Option<String> {
    some(text).map(|text| format!("\"{text}\""))
}

/// Letters and digits only, as tags are.
fn squeezed(text: &str) -> Option<String> {
    let letters: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!letters.is_empty()).then_some(letters)
}

/// Names and tags without their signs.
fn bare(term: Term<'_>) -> Option<String> {
    match term {
        Term::Word(text) | Term::Handle(text) | Term::Tag(text) => some(text),
    }
}

fn word_only(term: Term<'_>) -> Option<String> {
    match term {
        Term::Word(word) => some(word),
        Term::Handle(_) | Term::Tag(_) => None,
    }
}

fn quoted_name(term: Term<'_>) -> Option<String> {
    match term {
        Term::Word(text) | Term::Handle(text) | Term::Tag(text) => quoted(text),
    }
}

/// Tags, and words as somebody would make tags of them.
fn tag(term: Term<'_>) -> Option<String> {
    match term {
        Term::Word(text) | Term::Tag(text) => squeezed(text),
        Term::Handle(_) => None,
    }
}

fn asked(operator: &str, value: Option<&str>) -> String {
    value.map_or(String::new(), |value| format!(" {operator}{value}"))
}

/// What X and Reddit take as the name of an account.
fn is_plain_handle(name: &str) -> bool {
    !name.is_empty() && name.len() <= 20 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The business's accounts that may be some there.
fn own_names<'w>(wanted: &Wanted<'w>) -> impl Iterator<Item = &'w str> {
    let bare = |name: &'w String| name.trim().trim_start_matches(['@', '＠']);
    wanted
        .own
        .iter()
        .map(bare)
        .filter(|name| is_plain_handle(name))
        .take(4)
}
