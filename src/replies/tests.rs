//! What the starter templates come to: all of them fit, read well in every language and pass their own checks.

use super::*;

fn starter() -> Replies {
    let (replies, warnings) = Replies::compile(STARTER, "replies.toml").unwrap();
    let told: Vec<_> = warnings.iter().map(|w| (w.code, &w.message, &w.place)).collect();
    assert!(told.is_empty(), "{told:#?}");
    replies
}

#[test]
fn the_starter_templates_are_sound_and_speak_three_languages() {
    for template in &starter().templates {
        let has = |language: &str| template.texts.iter().any(|(l, _)| l == language);
        assert!(has("en") && has("zh-Hans") && has("zh-Hant"), "{}", template.name);
        assert!(template.tone.is_some(), "{}", template.name);
        let slots = |(_, text): &(String, String)| Replies::slots_of(text);
        let first = slots(&template.texts[0]);
        for text in &template.texts {
            let missing: Vec<_> = slots(text).into_iter().filter(|s| !first.contains(s)).collect();
            assert!(missing.is_empty(), "{} {}: {missing:?}", template.name, text.0);
        }
    }
}

#[test]
fn every_public_text_fits_on_x_once_it_is_filled() {
    let replies = starter();
    for template in replies.templates.iter().filter(|t| t.private != Some(true)) {
        for (language, text) in &template.texts {
            let mut slots = replies.slots(language);
            for slot in Replies::slots_of(text) {
                slots
                    .entry(slot)
                    .or_insert_with(|| "five words at the most".to_owned());
            }
            slots.insert("date".to_owned(), "24:00".to_owned());
            let text = Replies::fill(text, &slots).unwrap();
            let reply = Reply {
                text: &text,
                public: true,
                channel: "x",
            };
            assert_eq!(replies.check(&reply), [], "{} {language}: {text}", template.name);
        }
    }
}

#[test]
fn every_kind_that_needs_an_answer_has_one_in_public_and_in_private() {
    let replies = starter();
    for kind in [
        Kind::Complaint,
        Kind::Inquiry,
        Kind::Suggestion,
        Kind::Praise,
        Kind::Other,
    ] {
        for (language, private) in [("en", false), ("en", true), ("zh-Hant", false), ("zh-Hans", true)] {
            for tone in [None, Tone::parse("plain"), Tone::parse("formal")] {
                let wanted = Wanted {
                    kind,
                    topics: &[],
                    sentiment: Sentiment::Neutral,
                    channel: "weibo",
                    language,
                    tone,
                    private,
                    rumour: false,
                };
                let fitting = replies.fitting(&wanted);
                let best = fitting
                    .first()
                    .map(|choice| (choice.language, choice.template.tone));
                if tone.is_none() {
                    assert_eq!(best, Some((language, Some(Tone::Warm))), "{kind} {private}");
                }
                if let Some((_, found)) = best.filter(|_| tone.is_some()) {
                    assert_eq!(found, tone);
                }
            }
        }
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_its_place() {
    let text = "version = 1\ntone = 'loud'\n\n[[template]]\nname = 'a'\nkind = ['complant']\ntext.en = 'Hi {{ name'\n\n\
                [[template]]\nname = 'a'\ntext.klingon = 'nuqneH'\n\n[[template]]\nnaem = 'b'\ntext = 'x'\n";
    let faults = Replies::compile(text, "replies.toml").unwrap_err();
    let places: Vec<_> = faults
        .iter()
        .map(|f| (f.code, f.place.as_ref().unwrap().line))
        .collect();
    assert_eq!(
        places,
        [
            ("setting-invalid", 2),
            ("setting-invalid", 6),
            ("setting-invalid", 11),
            ("setting-unknown", 14),
            ("setting-invalid", 13),
            ("template-duplicate", 10),
            ("template-bad", 7),
        ]
    );
}

#[test]
fn what_is_doubtful_in_a_template_is_pointed_at() {
    let text = "[[template]]\nname = 'late'\nplace = 'public'\ntext.en = \"\"\"\nHello \\u007b\\u007b name }},\nwe will call you. Or ring 020 7946 0958.\n\"\"\"\n";
    let warnings = check(text, "replies.toml");
    let places: Vec<_> = warnings
        .iter()
        .map(|w| {
            let place = w.place.as_ref().unwrap();
            (w.code, place.line, place.column)
        })
        .collect();
    assert_eq!(
        places,
        [("reply-promise-undated", 6, 1), ("reply-personal-data", 6, 27)]
    );
}
