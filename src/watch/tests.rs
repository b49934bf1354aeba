//! The searches of a small business.

use super::*;

fn wanted<'a>(own: &'a [String], words: &[&'a str]) -> Wanted<'a> {
    Wanted {
        parts: vec![("brand", words.to_vec())],
        own,
        today: "2026-11-22",
        ..Wanted::default()
    }
}

fn on(platform: &str, wanted: &Wanted<'_>) -> Vec<(String, String)> {
    let all = searches(wanted).into_iter();
    let here = all.filter(|search| search.platform == platform);
    here.map(|search| (search.query, search.link)).collect()
}

#[test]
fn x_leaves_out_what_the_business_writes_itself() {
    let own = ["@MapleRye".to_owned(), "楓葉麵包".to_owned()];
    let mut wanted = wanted(&own, &["Maple & Rye", "@maplerye", "#maple rye", "loa*"]);
    (wanted.since, wanted.language, wanted.likes) = (Some("2026-11-15"), Some("en"), Some(5));
    assert_eq!(
        on("x", &wanted),
        [(
            "(\"Maple & Rye\" OR @maplerye OR #maplerye OR \"loa\") -from:MapleRye since:2026-11-15 lang:en min_faves:5"
                .to_owned(),
            "https://x.com/search?f=live&q=%28%22Maple%20%26%20Rye%22%20OR%20%40maplerye%20OR%20%23maplerye%20OR%20\
             %22loa%22%29%20-from%3AMapleRye%20since%3A2026-11-15%20lang%3Aen%20min_faves%3A5"
                .to_owned()
        )]
    );
}

#[test]
fn each_platform_gets_what_it_understands() {
    let mut wanted = wanted(&[], &["楓葉麵包", "@maplerye", "#贝果#"]);
    wanted.since = Some("2026-11-15");
    let links = |platform| {
        on(platform, &wanted)
            .into_iter()
            .map(|(_, link)| link)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        links("weibo"),
        [
            "https://s.weibo.com/weibo?q=%E6%A5%93%E8%91%89%E9%BA%B5%E5%8C%85&typeall=1&suball=1&timescope=custom:2026-11-15-0:2026-11-22-23",
            "https://s.weibo.com/weibo?q=%E6%9E%AB%E5%8F%B6%E9%9D%A2%E5%8C%85&typeall=1&suball=1&timescope=custom:2026-11-15-0:2026-11-22-23",
            "https://s.weibo.com/weibo?q=%40maplerye&typeall=1&suball=1&timescope=custom:2026-11-15-0:2026-11-22-23",
            "https://s.weibo.com/weibo?q=%23%E8%B4%9D%E6%9E%9C%23&typeall=1&suball=1&timescope=custom:2026-11-15-0:2026-11-22-23",
            "https://s.weibo.com/weibo?q=%23%E8%B2%9D%E6%9E%9C%23&typeall=1&suball=1&timescope=custom:2026-11-15-0:2026-11-22-23",
        ]
    );
    assert_eq!(
        links("xiaohongshu")[2],
        "https://www.xiaohongshu.com/search_result?keyword=maplerye"
    );
    assert_eq!(links("instagram").len(), 4);
    assert_eq!(links("google-alerts"), ["https://www.google.com/alerts"]);
    let queries = |platform| {
        on(platform, &wanted)
            .into_iter()
            .map(|(query, _)| query)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        queries("google"),
        ["\"楓葉麵包\" OR \"枫叶面包\" OR \"maplerye\" OR \"贝果\" OR \"貝果\" after:2026-11-15"]
    );
    assert_eq!(
        queries("google-alerts"),
        ["\"楓葉麵包\" OR \"枫叶面包\" OR \"maplerye\" OR \"贝果\" OR \"貝果\""]
    );
    assert_eq!(queries("bluesky")[0], "\"楓葉麵包\" since:2026-11-15");
    assert_eq!(queries("trustpilot"), ["楓葉麵包", "枫叶面包"]);
}

#[test]
fn what_is_too_long_for_one_search_becomes_several() {
    let words: Vec<String> = (0..60).map(|n| format!("product number {n}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let own = ["@shop".to_owned()];
    let wanted = wanted(&own, &words);
    for (platform, characters, terms) in [("x", 480, 16), ("reddit", 512, 60), ("google", 2000, 10)] {
        let found = on(platform, &wanted);
        assert!(found.len() > 1, "{platform}");
        let mut all = 0;
        for (query, _) in &found {
            assert!(query.chars().count() <= characters, "{platform}: {query}");
            let n = query.matches("product").count();
            assert!(n <= terms, "{platform}: {query}");
            all += n;
        }
        assert_eq!(all, 60, "{platform}");
    }
    // However long a word is, it is searched for.
    let long = "x".repeat(600);
    let one = Wanted {
        parts: vec![("product", vec![&long])],
        ..Wanted::default()
    };
    assert_eq!(on("x", &one).len(), 1);
    assert!(on("google-maps", &one).is_empty(), "finds places only");
}

#[test]
fn links_hold_nothing_that_could_end_them() {
    let wanted = wanted(&[], &["a\"b&c=d#e f?<g>\n", "\"", "@", "#!"]);
    for search in searches(&wanted) {
        assert!(search.link.starts_with("https://"), "{search:?}");
        assert!(
            !search.link.contains(['"', '<', '>', ' ', '#', '\n']),
            "{search:?}"
        );
        assert!(
            !search.query.is_empty() && !search.query.contains("\"\""),
            "{search:?}"
        );
    }
}

#[test]
fn chinese_words_are_searched_for_in_both_scripts() {
    let wanted = Wanted {
        parts: vec![("brand", vec!["枫叶"])],
        ..Wanted::default()
    };
    let weibo: Vec<String> = searches(&wanted)
        .into_iter()
        .filter(|s| s.platform == "x")
        .map(|s| s.query)
        .collect();
    let query = weibo.join(" ");
    for spelling in ["枫叶", "楓葉"] {
        assert!(query.contains(spelling), "{spelling}: {query}");
    }
}
