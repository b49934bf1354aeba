//! An explanation written out for eyes.

use super::marks::{Mark, marked};
use super::told::{Fired, Nearly, Raised, Scored, Told};
use crate::calendar::Zone;
use crate::cli::commands::view;
use crate::render::words::Lang;
use crate::render::{Style, safe, terminal};
use std::collections::BTreeMap;

/// The explanation of one mention.
pub fn written(told: &Told, style: Style, zone: Zone) -> String {
    let lang = style.lang;
    let mut page = Page {
        text: String::new(),
        style,
        zone,
    };
    page.head(told);
    page.text
        .push_str(&marked(&told.text, &marks(&told.fired), style));
    let wordless = told.fired.iter().filter(|fired| fired.words.is_empty());
    let wordless: Vec<&str> = wordless.map(|fired| fired.rule.as_str()).collect();
    if !wordless.is_empty() {
        page.line("by conditions alone", &wordless.join(", "));
    }
    page.differences(told);
    page.sentiment(told);
    page.kind(told);
    page.priority(told);
    page.line("for", &routed(told, lang));
    if let Some(advice) = &told.advice {
        let by = match advice.private_by.as_slice() {
            [] => String::new(),
            rules => format!(" · {}", rules.join(", ")),
        };
        page.line(
            &lang.say(advice.words),
            &format!("{}{by}", lang.say(advice.reason)),
        );
    }
    page.reply(told);
    page.nearly(told);
    page.text
}

/// A mark for each place, with the names of all rules that found it.
fn marks(fired: &[Fired]) -> Vec<Mark> {
    let mut places: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for one in fired {
        for word in &one.words {
            places
                .entry((word.place.start, word.place.end))
                .or_default()
                .push(&one.rule);
        }
    }
    let mark = |((start, end), rules): ((usize, usize), Vec<&str>)| Mark {
        place: start..end,
        label: rules.join(", "),
    };
    places.into_iter().map(mark).collect()
}

struct Page {
    text: String,
    style: Style,
    zone: Zone,
}

impl Page {
    fn line(&mut self, key: &str, value: &str) {
        let key = self.style.lang.say(key);
        self.text.push_str(&format!("  {key}: {}\n", safe::line(value)));
    }

    fn below(&mut self, value: &str) {
        self.text.push_str(&format!("      {}\n", safe::line(value)));
    }

    fn head(&mut self, told: &Told) {
        let mut parts: Vec<String> = told.case.iter().cloned().collect();
        parts.extend(
            told.mention
                .map(|n| format!("{} {n}", self.style.lang.say("mention"))),
        );
        parts.extend(
            [&told.channel, &told.author]
                .into_iter()
                .filter(|word| !word.is_empty())
                .cloned(),
        );
        parts.extend(told.rating.map(|stars| format!("{stars}★")));
        parts.extend(
            told.reach
                .map(|reach| format!("{reach} {}", self.style.lang.say("followers"))),
        );
        parts.push(told.language.clone());
        let head = terminal::heading(&safe::line(&parts.join(" · ")), self.style);
        self.text.push_str(&format!("{head}\n"));
    }

    fn differences(&mut self, told: &Told) {
        let lang = self.style.lang;
        if !told.corrected.is_empty() {
            let corrected: Vec<String> = told.corrected.iter().map(|one| lang.say(one)).collect();
            self.line("said by a person", &corrected.join(", "));
        }
        if !told.differs.is_empty() {
            let changes = told.differs.iter().map(|one| {
                let shown = |value: &str| view::dimension(one.dimension, value, lang);
                let (before, now) = (shown(&one.recorded), shown(&one.now));
                format!("{}: {before} → {now}", lang.say(one.dimension))
            });
            let changes: Vec<String> = changes.collect();
            self.line(
                "recorded otherwise than today's rules judge",
                &changes.join(" · "),
            );
        }
    }

    fn sentiment(&mut self, told: &Told) {
        let (lang, mood) = (self.style.lang, &told.sentiment);
        let (low, high) = (mood.negative_up_to, mood.positive_from);
        let bounds = format!(
            "{} ≤ {low} · {} ≥ {high}",
            lang.say("negative"),
            lang.say("positive")
        );
        let mut sum = match mood.set_aside {
            Some(sum) => set_aside(lang, &format!("{sum:+}")),
            None => format!("{:+}", mood.sum),
        };
        if mood.set_aside.is_none() && mood.sum.fract() != 0.0 {
            sum.push_str(&format!(", {} {:+}", lang.say("rounded to"), mood.score));
        }
        let sum = format!("{} ({sum} · {bounds})", lang.say(mood.is));
        self.line("sentiment", &sum);
        for one in &mood.words {
            let line = scored(one, lang);
            self.below(&line);
        }
    }

    fn kind(&mut self, told: &Told) {
        let (lang, kind) = (self.style.lang, &told.kind);
        let mut text = lang.say(kind.is);
        if let Some(theirs) = kind.set_aside {
            text.push_str(&format!(" ({})", set_aside(lang, &lang.say(theirs))));
        }
        if !kind.tie.is_empty() {
            let tied: Vec<String> = kind.tie.iter().map(|kind| lang.say(kind)).collect();
            text.push_str(&format!(
                " ({}: {})",
                lang.say("as strong; the first counts"),
                tied.join(", ")
            ));
        }
        self.line("kind", &text);
        for (name, weight) in &kind.weights {
            let by = kind.by.iter().filter(|by| by.kind == *name).map(|by| {
                let rule = by.rule.clone().unwrap_or_else(|| lang.say("the mood"));
                format!("{rule} {}", by.weight)
            });
            let by: Vec<String> = by.collect();
            self.below(&format!("{} {weight} = {}", lang.say(name), by.join(" + ")));
        }
    }

    fn priority(&mut self, told: &Told) {
        let (lang, priority) = (self.style.lang, &told.priority);
        let is = priority
            .is
            .map_or_else(|| lang.say("needs no reply"), str::to_owned);
        let because = view::in_words(&priority.because, lang);
        let row = match priority.row_line {
            Some(line) => format!("{because} (rules.toml:{line})"),
            None => because,
        };
        self.line("priority", &format!("{is} · {row}"));
        for (name, raised) in [
            ("urgency", &priority.urgency),
            ("impact", &priority.impact),
            ("value", &priority.value),
        ] {
            let Raised { is, rules } = raised;
            let by = match rules.as_slice() {
                [] => String::new(),
                rules => format!(" ({})", rules.join(", ")),
            };
            self.below(&format!("{}: {}{by}", lang.say(name), lang.say(is)));
        }
    }

    fn reply(&mut self, told: &Told) {
        let (lang, reply) = (self.style.lang, &told.reply);
        let text = match (reply.needed, told.priority.target_s) {
            (false, _) => format!("{} ({})", lang.say("no"), view::in_words(&reply.because, lang)),
            (true, None) => lang.say("yes"),
            (true, Some(target)) => {
                let target = lang.duration(i64::try_from(target).unwrap_or(i64::MAX));
                let due = reply.due_at.map(|due| view::local(self.zone, due));
                let due = due.map(|due| format!(" · {} {due}", lang.say("due")));
                format!(
                    "{} · {} {target}{}",
                    lang.say("yes"),
                    lang.say("answer within"),
                    due.unwrap_or_default()
                )
            }
        };
        self.line("needs_reply", &text);
    }

    fn nearly(&mut self, told: &Told) {
        let lang = self.style.lang;
        if told.nearly.is_empty() {
            return;
        }
        self.line("nearly", "");
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        for one in &told.nearly {
            let line = missed(one, lang);
            self.below(&line);
        }
        if told.nearly_more > 0 {
            self.below(&format!("… +{}", told.nearly_more));
        }
    }
}

/// What counts for nothing, since it is said of a competitor.
fn set_aside(lang: Lang, what: &str) -> String {
    format!("{} {what}", lang.say("about a competitor; [leads] sets aside"))
}

/// `"good" (glad) 2 × −50 % (negated "not") = −1`
fn scored(one: &Scored, lang: Lang) -> String {
    let word = one
        .word
        .as_ref()
        .map(|word| format!("\"{}\" ", word.text))
        .unwrap_or_default();
    let modifiers: Vec<String> = one
        .modifiers
        .iter()
        .map(|by| format!("{} \"{}\" {:+} %", lang.say(by.effect), by.word.text, by.percent))
        .collect();
    let modifiers = match modifiers.is_empty() {
        true => String::new(),
        false => format!(" · {} = {:+}", modifiers.join(" · "), one.counts),
    };
    format!("{word}({}) {:+}{modifiers}", one.rule, one.points)
}

/// `refund: "refund" – lacks "order"`
fn missed(one: &Nearly, lang: Lang) -> String {
    let words: Vec<String> = one
        .words
        .iter()
        .map(|word| format!("\"{}\"", word.text))
        .collect();
    let quoted = |words: &[String]| {
        words
            .iter()
            .map(|w| format!("\"{w}\""))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let why = match (one.why, one.by.as_slice()) {
        ("lacks", by) => format!("{} {}", lang.say("lacks"), quoted(by)),
        ("nothing_of_any", _) => lang.say("none of its `any` words is there"),
        ("forbidden", by) => format!("{} {}", lang.say("kept from it by its `none`:"), quoted(by)),
        ("excepted", by) => format!("{} {}", lang.say("kept from it by its `except`:"), quoted(by)),
        ("silenced", [word, rule]) => format!(
            "{} \"{word}\" ({rule})",
            lang.say("a longer word speaks instead:")
        ),
        ("silenced", by) => format!("{} {}", lang.say("a longer word speaks instead:"), quoted(by)),
        ("unmet", by) => format!("{} {}", lang.say("conditions that are not met:"), by.join(", ")),
        ("few", [least]) => format!("{} {least}", lang.say("its words are to weigh together at least")),
        ("apart", _) => lang.say("its words stand too far apart"),
        ("another_of_group", _) => lang.say("another rule of its group speaks"),
        _ => lang.say("something else that it asks for is not there"),
    };
    format!("{}: {} – {why}", one.rule, words.join(" "))
}

fn routed(told: &Told, lang: Lang) -> String {
    match (&told.route.to, &told.route.rule) {
        (None, _) => lang.say("nobody"),
        (Some(to), Some(rule)) => format!("{to} ({rule})"),
        (Some(to), None) => to.clone(),
    }
}
