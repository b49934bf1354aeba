//! `[[source]]` of `feedback.toml`: which exports it is about, and how their columns, times and letters are to
//! be read. What comes of it is decided where exports are opened; here it is only checked.

use crate::calendar::{Civil, Moment, Zone};
use crate::rules::raw::{Source, Text};
use toml::de::DeTable;

/// The parts that a column can play. (That these are all is tested in the cli.)
pub const PARTS: &[&str] = &[
    "id",
    "channel",
    "direction",
    "author_id",
    "author",
    "time",
    "clock",
    "title",
    "text",
    "reply_to",
    "conversation",
    "link",
    "rating",
    "reach",
    "language",
    "repost",
    "repost_of",
    "edited",
    "deleted",
    "automatic",
    "reply_text",
    "reply_time",
    "reply_id",
    "reply_author",
    "known_by",
    "fetched",
];

/// One `[[source]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exports {
    /// The line where it begins.
    pub line: u64,
    /// Files of such a name: `survey-*.csv`.
    pub file: Option<String>,
    /// Files with all of these columns.
    pub columns_like: Vec<String>,
    /// Files recognised as that export.
    pub source: Option<String>,
    /// The channel of all messages.
    pub channel: Option<String>,
    /// The zone of times that name none.
    pub time_zone: Option<Zone>,
    /// The encoding.
    pub encoding: Option<String>,
    /// `9/6/2018` is the ninth of June.
    pub day_first: Option<bool>,
    /// When such a file was exported.
    pub exported: Option<Moment>,
    /// Messages that name no direction are the business's own.
    pub is_own: Option<bool>,
    /// Part and column.
    pub columns: Vec<(String, String)>,
}

const KEYS: &[&str] = &[
    "file",
    "columns_like",
    "source",
    "channel",
    "time_zone",
    "encoding",
    "date_order",
    "exported",
    "direction",
    "columns",
];

/// Reads all `[[source]]`.
pub(super) fn read<'t>(source: &mut Source<'t>, root: &DeTable<'t>) -> Vec<Exports> {
    let Some(value) = root.get("source") else {
        return Vec::new();
    };
    let tables = source.tables(value, "source");
    tables
        .into_iter()
        .map(|(table, span)| one(source, table, span))
        .collect()
}

fn one<'t>(source: &mut Source<'t>, table: &DeTable<'t>, span: std::ops::Range<usize>) -> Exports {
    source.only(table, "[[source]]", KEYS);
    let mut text = |key: &str| table.get(key).and_then(|value| source.string(value, key));
    let (file, name, channel) = (text("file"), text("source"), text("channel"));
    let (zone, encoding, exported) = (text("time_zone"), text("encoding"), text("exported"));
    let mut exports = Exports {
        line: source.line(span.start),
        file: file.map(|t| t.value),
        source: name.map(|t| t.value),
        channel: channel.map(|t| t.value.trim().to_lowercase()),
        encoding: encoding.map(|t| t.value),
        time_zone: zone.and_then(|zone| self::zone(source, &zone)),
        exported: exported.and_then(|text| moment(source, &text)),
        ..Exports::default()
    };
    if let Some(value) = table.get("columns_like") {
        exports.columns_like = source
            .strings(value, "columns_like")
            .into_iter()
            .map(|t| t.value)
            .collect();
    }
    let order = |word: &str| {
        ["month-first", "day-first"]
            .iter()
            .position(|known| *known == word)
    };
    let order = table
        .get("date_order")
        .and_then(|v| source.word(v, "date_order", order, &["day-first", "month-first"]));
    exports.day_first = order.map(|order| order == 1);
    let way = |word: &str| ["in", "out"].iter().position(|known| *known == word);
    let way = table
        .get("direction")
        .and_then(|v| source.word(v, "direction", way, &["in", "out"]));
    exports.is_own = way.map(|way| way == 1);
    if let Some(columns) = table.get("columns").and_then(|v| source.table(v, "columns")) {
        source.only(columns, "`columns`", PARTS);
        for (part, value) in columns.iter() {
            if let Some(column) = source.string(value, part.get_ref()) {
                exports.columns.push((part.get_ref().to_string(), column.value));
            }
        }
    }
    if exports.file.is_none() && exports.columns_like.is_empty() && exports.source.is_none() {
        source.fault(
            span,
            "setting-invalid",
            "this [[source]] does not say which files it is about".to_owned(),
            "",
            "add file = \"survey-*.csv\", or columns_like = [\"Was sie sagt\"], or source = \"weibo-search\"",
        );
    } else if exports.encoding.is_some() && exports.file.is_none() {
        source.fault(
            span,
            "setting-invalid",
            "`encoding` needs `file`, since the columns cannot be read without it".to_owned(),
            "",
            "add file = \"survey-*.csv\"",
        );
    }
    exports
}

/// A zone by its name.
pub(super) fn zone(source: &mut Source<'_>, name: &Text) -> Option<Zone> {
    let zone = Zone::named(&name.value);
    if zone.is_none() {
        source.fault(
            name.span.clone(),
            "setting-invalid",
            format!("there is no time zone `{}`", name.value),
            "not an IANA name",
            "write a name such as \"Asia/Shanghai\", \"Europe/London\" or \"America/New_York\"",
        );
    }
    zone
}

fn moment(source: &mut Source<'_>, text: &Text) -> Option<Moment> {
    let day = |text: &str| {
        Civil::parse(&format!("{text} 12:00"), "%Y-%m-%d %H:%M").map(|c| Moment::exact(c.in_utc()))
    };
    let moment = Moment::parse_rfc3339(&text.value).or_else(|| day(&text.value));
    if moment.is_none() {
        source.fault(
            text.span.clone(),
            "setting-invalid",
            format!("`exported` cannot be `{}`", text.value),
            "",
            "write \"2026-11-21\" or \"2026-11-21T09:30:00+08:00\"",
        );
    }
    moment
}

#[cfg(test)]
mod tests {
    use super::super::Settings;

    #[test]
    fn a_source_says_which_files_and_how() {
        let text = "[[source]]\nfile = 'survey-*.csv'\nchannel = 'Survey'\ntime_zone = 'Europe/Berlin'\ndate_order = 'day-first'\ndirection = 'in'\nexported = '2026-11-21'\ncolumns = { text = 'Was sie sagt', time = 'Wann' }\n\n[[source]]\nsource = 'reddit'\ntime_zone = 'UTC'\n";
        let settings = Settings::parse(text, "feedback.toml").unwrap();
        let [survey, reddit] = &settings.sources[..] else {
            panic!()
        };
        assert_eq!(
            (
                survey.line,
                survey.channel.as_deref(),
                survey.day_first,
                survey.is_own
            ),
            (1, Some("survey"), Some(true), Some(false))
        );
        assert_eq!(survey.columns.len(), 2);
        assert_eq!(reddit.source.as_deref(), Some("reddit"));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let text = "[[source]]\nencoding = 'big5'\ncolumns_like = ['A']\n[[source]]\ncolumns = { txt = 'a', time = 3 }\ndate_order = 'first'\ntime_zone = 'Mars'\nexported = 'soon'\n";
        let faults = Settings::parse(text, "feedback.toml").unwrap_err();
        let lines: Vec<u64> = faults.iter().map(|f| f.place.as_ref().unwrap().line).collect();
        assert_eq!(faults.len(), 7, "{faults:?}");
        assert!(lines.iter().all(|line| *line > 0));
        assert!(
            faults
                .iter()
                .any(|f| f.help.as_deref() == Some("did you mean `text`?"))
        );
    }
}
