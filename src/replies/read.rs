//! The text of `replies.toml` → templates that cannot be wrong, and all that is wrong or doubtful in it.
//!
//! Every text is tried: it must be a template that can be filled, and what it says of itself is looked over as if
//! it went out, its slots left as blanks of the same length.

use super::checks::{self, Reply};
use super::fill::{self, Gap};
use super::{Replies, Template, Tone};
use crate::diagnostic::Diagnostic;
use crate::rules::raw::{Source, Text, Value};
use crate::rules::{Kind, Sentiment};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::DeTable;

const KEYS: &[&str] = &[
    "version", "tone", "language", "slots", "checks", "lengths", "template",
];
const TEMPLATE: &[&str] = &[
    "name",
    "kind",
    "topic",
    "sentiment",
    "channel",
    "tone",
    "place",
    "auto",
    "text",
];
/// Bytes of a template.
const LONGEST: usize = 16 * 1024;

pub(super) fn read(text: &str, file: &str) -> Result<(Replies, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut source = Source::new(text, file);
    let root = source.parse();
    let root = root.get_ref();
    source.only(root, file, KEYS);
    let mut replies = Replies::default();
    if let Some(value) = root.get("version") {
        source.integer(value, "version", 1..=1);
    }
    let tone = root.get("tone");
    replies.tone = tone.and_then(|v| source.word(v, "tone", Tone::parse, &Tone::NAMES));
    let language = root.get("language").and_then(|v| source.string(v, "language"));
    replies.language = language.and_then(|l| tag(&mut source, &l.value, l.span));
    if let Some(slots) = root.get("slots").and_then(|v| source.table(v, "slots")) {
        for (name, value) in slots.iter() {
            let texts = texts(&mut source, value, name.get_ref());
            let texts = texts.into_iter().map(|(l, t)| (l, t.value)).collect();
            replies.slots.insert(name.get_ref().to_string(), texts);
        }
    }
    if let Some(table) = root.get("checks").and_then(|v| source.table(v, "checks")) {
        source.only(table, "[checks]", &["allow", "order_numbers"]);
        if let Some(value) = table.get("allow") {
            let allow = source.strings(value, "allow");
            replies.own.allow = allow.into_iter().map(|t| t.value).collect();
        }
        if let Some(value) = table.get("order_numbers") {
            replies.own.order_numbers = source.boolean(value, "order_numbers").unwrap_or(false);
        }
    }
    if let Some(table) = root.get("lengths").and_then(|v| source.table(v, "lengths")) {
        for (channel, value) in table.iter() {
            let most = source.integer(value, channel.get_ref(), 1..=1_000_000);
            let most = most.and_then(|n| u64::try_from(n).ok());
            let channel = channel.get_ref().to_lowercase();
            replies.own.lengths.extend(most.map(|most| (channel, most)));
        }
    }
    let mut raws = Vec::new();
    if let Some(value) = root.get("template") {
        for (table, span) in source.tables(value, "template") {
            raws.extend(template(&mut source, table, span));
        }
    }
    unique(&mut source, &raws);
    for raw in &raws {
        for (_, text) in &raw.texts {
            tried(&mut source, raw, text, &replies.own);
        }
    }
    replies.templates = raws.into_iter().map(Raw::validated).collect();
    match source.faults.is_empty() {
        true => Ok((replies, source.warnings)),
        false => Err(source.faults),
    }
}

/// A template with the places of what is looked at again.
struct Raw {
    name: Text,
    rest: Template,
    texts: Vec<(String, Text)>,
}

impl Raw {
    fn validated(self) -> Template {
        Template {
            name: self.name.value,
            texts: self.texts.into_iter().map(|(l, t)| (l, t.value)).collect(),
            ..self.rest
        }
    }
}

fn template<'t>(source: &mut Source<'t>, table: &DeTable<'t>, span: Range<usize>) -> Option<Raw> {
    source.only(table, "[[template]]", TEMPLATE);
    let missing = |key: &str| table.get(key).is_none();
    if missing("name") || missing("text") {
        source.fault(
            span,
            "setting-invalid",
            "this [[template]] needs a `name` and a `text`".to_owned(),
            "",
            "for example: name = \"thanks\" and text.en = \"Thank you, {{ name }}!\"",
        );
        return None;
    }
    let name = table.get("name").and_then(|v| source.string(v, "name"));
    let kinds = table
        .get("kind")
        .map(|v| source.words(v, "kind", Kind::parse, Kind::NAMES));
    let moods = table
        .get("sentiment")
        .map(|v| source.words(v, "sentiment", Sentiment::parse, Sentiment::NAMES));
    let tone = table
        .get("tone")
        .and_then(|v| source.word(v, "tone", Tone::parse, &Tone::NAMES));
    let place = |word: &str| ["public", "private"].iter().position(|known| *known == word);
    let place = table
        .get("place")
        .and_then(|v| source.word(v, "place", place, &["public", "private"]));
    let automatic = table.get("auto").and_then(|v| source.boolean(v, "auto"));
    let mut words = |key: &str| -> Vec<String> {
        let value = table.get(key);
        let texts = value.map(|v| source.strings(v, key)).unwrap_or_default();
        texts.into_iter().map(|t| t.value).collect()
    };
    let (topics, channels) = (words("topic"), words("channel"));
    let texts = table
        .get("text")
        .map(|v| texts(source, v, "text"))
        .unwrap_or_default();
    Some(Raw {
        name: name?,
        rest: Template {
            name: String::new(),
            kinds: kinds.unwrap_or_default(),
            topics,
            sentiments: moods.unwrap_or_default(),
            channels: channels.iter().map(|c| c.to_lowercase()).collect(),
            tone,
            private: place.map(|place| place == 1),
            automatic: automatic.unwrap_or(true),
            texts: Vec::new(),
        },
        texts,
    })
}

/// A text for any language, or a table of texts by language.
fn texts<'t>(source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Vec<(String, Text)> {
    let Some(table) = value.get_ref().as_table() else {
        let text = source.string(value, key);
        return text.map(|text| (String::new(), text)).into_iter().collect();
    };
    let mut texts = Vec::new();
    for (language, value) in table.iter() {
        let language = tag(source, language.get_ref(), language.span());
        let text = source.string(value, key);
        texts.extend(language.zip(text));
    }
    texts
}

/// A language as it is written everywhere here.
pub(super) fn language(written: &str) -> Option<String> {
    match written.to_ascii_lowercase().as_str() {
        "zh" | "zh-hans" | "zh-cn" | "zh-sg" => Some("zh-Hans".to_owned()),
        "zh-hant" | "zh-tw" | "zh-hk" | "zh-mo" => Some("zh-Hant".to_owned()),
        low if low.len() == 2 && low.bytes().all(|b| b.is_ascii_lowercase()) => Some(low.to_owned()),
        _ => None,
    }
}

fn tag(source: &mut Source<'_>, written: &str, span: Range<usize>) -> Option<String> {
    let tag = language(written);
    if tag.is_none() {
        let message = format!("`{written}` is no language");
        let help = "write en, zh-Hans, zh-Hant, ja, es or another code of two letters";
        source.fault(span, "setting-invalid", message, "", help);
    }
    tag
}

fn unique(source: &mut Source<'_>, raws: &[Raw]) {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for raw in raws {
        let line = source.line(raw.name.span.start);
        if let Some(first) = seen.get(raw.name.value.as_str()) {
            let message = format!("the name `{}` stands in line {first} already", raw.name.value);
            let help =
                "give each template a name of its own; its languages go below one another in one template";
            source.fault(raw.name.span.clone(), "template-duplicate", message, "", help);
        } else {
            seen.insert(&raw.name.value, line);
        }
    }
}

/// Fills a text for trial, and looks over what it says of itself.
fn tried(source: &mut Source<'_>, raw: &Raw, text: &Text, own: &checks::Own) {
    let place = |source: &Source<'_>, at: &Range<usize>| {
        let begin = source.inside(text, at.start);
        begin..source.inside(text, at.end).max(begin)
    };
    if text.value.len() > LONGEST {
        let message = format!("the text is longer than {} KiB", LONGEST / 1024);
        source.fault(
            text.span.clone(),
            "template-bad",
            message,
            "",
            "no platform takes so long a reply",
        );
        return;
    }
    let slots = fill::slots_of(&text.value);
    let trial = slots.into_iter().map(|slot| (slot, "–".to_owned())).collect();
    if let Err(gaps) = fill::fill(&text.value, &trial) {
        for gap in gaps {
            let (Gap::Broken { at, .. } | Gap::Unfilled { at, .. }) = &gap;
            let span = place(source, at);
            let reason = match &gap {
                Gap::Broken { reason, .. } => reason.clone(),
                Gap::Unfilled { slot, .. } => format!("`{slot}` has no value"),
            };
            let message = format!("the template `{}` cannot be filled: {reason}", raw.name.value);
            let help = "write a slot as {{ name }}, and what is said only where it is known as {% if name %}…{% endif %}";
            source.fault(span, "template-bad", message, "", help);
        }
        return;
    }
    let shown = masked(&text.value);
    let channels = match raw.rest.channels.as_slice() {
        [] => vec![""],
        channels => channels.iter().map(String::as_str).collect(),
    };
    let public = raw.rest.private != Some(true);
    let mut told = Vec::new();
    for channel in channels {
        let reply = Reply {
            text: &shown,
            public,
            channel,
        };
        for finding in checks::check(&reply, own) {
            if !told.contains(&finding) {
                let span = place(source, &finding.at);
                source.warn(span, finding.code, finding.message.clone(), "", finding.help);
                told.push(finding);
            }
        }
    }
}

/// The text with blanks of the same length in the place of slots; one that names a time stands for one.
fn masked(text: &str) -> String {
    let mut out = text.to_owned();
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}")] {
        let mut from = 0;
        while let Some(begin) = out.get(from..).and_then(|rest| rest.find(open)).map(|i| from + i) {
            let Some(len) = out.get(begin..).and_then(|rest| rest.find(close)) else {
                break;
            };
            let end = begin + len + close.len();
            let slot = out.get(begin..end).unwrap_or("").to_lowercase();
            let times = [
                "date", "time", "day", "when", "hour", "deadline", "until", "日", "时",
            ];
            let is_time = open == "{{" && times.iter().any(|word| slot.contains(word));
            let blank = match is_time && slot.len() >= 5 {
                true => format!("1 day{}", " ".repeat(slot.len() - 5)),
                false => " ".repeat(end - begin),
            };
            out.replace_range(begin..end, &blank);
            from = end;
        }
    }
    out
}
