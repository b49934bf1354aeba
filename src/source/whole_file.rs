//! What is to be said about a file as a whole: before its rows are read, and after.

use super::between;
use super::columns::{Layout, Role, Table, Way, plain};
use super::dates::FORMS;
use super::frame::Frame;
use super::mapping::Named;
use crate::diagnostic::Diagnostic;

/// Why a file with a zero byte is refused.
pub(super) const HOLDS_NUL: &str = "the file holds a zero byte: it is no UTF-8 text, or it is damaged";

/// What to do about a file in another encoding.
pub(super) const SAVE_AS_UTF_8: &str =
    "save the file as UTF-8 (in a spreadsheet: `CSV UTF-8`), or export it again with that encoding";

/// A row, or a line of JSON, that goes on for too long to be one message.
pub(super) fn too_long(shown: &str, line: u64, column: u64) -> Diagnostic {
    Diagnostic::error(
        "row-too-long",
        "the row is longer than 16 MiB, so it is no message",
    )
    .at(shown, line, column)
    .help("look whether the file has line ends and is the export that you meant; then export it again")
}

/// No column holds what a message needs.
pub(super) fn no_messages(shown: &str, layout: &Layout, is_json: bool) -> Diagnostic {
    let mut names: Vec<&str> = layout
        .header
        .iter()
        .map(String::as_str)
        .filter(|n| !n.is_empty())
        .take(12)
        .collect();
    if layout.header.len() > names.len() && names.len() == 12 {
        names.push("…");
    }
    let names: Vec<String> = names.iter().map(|n| n.chars().take(30).collect()).collect();
    let (what, help) = match is_json {
        true => (
            "key",
            "name the key with the text `text`, and see `feedback sources`",
        ),
        false => (
            "column",
            "if one does, say so under [[source]] in feedback.toml: columns = { text = \"…\" }; and see `feedback sources`",
        ),
    };
    let reason = format!(
        "no {what} holds a message's text; there are: {}",
        names.join(", ")
    );
    Diagnostic::error("file-no-messages", reason)
        .at(shown, 1, 1)
        .help(help)
}

/// Ratings alone are messages only beside who gave them and when; else they may be what shops or goods got.
pub(super) fn only_figures(shown: &str, layout: &Layout) -> Option<Diagnostic> {
    let is_rating = layout.has(Role::Rating) && *layout.way.of(Role::Rating) != Way::Settings;
    if !is_rating || layout.has(Role::Text) || layout.has(Role::Title) {
        return None;
    }
    let author = layout.has(Role::Author) || layout.has(Role::AuthorId);
    let lacks = match (author, layout.has(Role::Time)) {
        (true, true) => return None,
        (false, _) => "who gave them",
        (true, false) => "when they were given",
    };
    let rating = layout.field(Role::Rating).unwrap_or_default();
    let reason =
        format!("no column holds a message's text, and beside the ratings in `{rating}` none says {lacks}");
    let help = "if they are customers' ratings, say so under [[source]] in feedback.toml: columns = { rating = \"…\", author = \"…\", time = \"…\" }";
    Some(
        Diagnostic::error("file-no-messages", reason)
            .at(shown, 1, 1)
            .in_field(rating)
            .help(help),
    )
}

/// Names, the first of them, as they are printed.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const MOST: usize = 12;
    let (mut list, mut more) = (String::new(), 0);
    for (i, name) in names.enumerate() {
        if i >= MOST {
            more += 1;
            continue;
        }
        list.push_str(if i == 0 { "`" } else { ", `" });
        list.extend(name.chars().take(30));
        list.push('`');
    }
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    list
}

/// What stands above the header, and that there is none.
pub(super) fn about_frame(shown: &str, frame: &Frame) -> Vec<Diagnostic> {
    let above = frame.above.iter();
    let mut notes: Vec<Diagnostic> = above
        .map(|(line, text)| between::passed(shown, *line, text))
        .collect();
    if !frame.is_named {
        let reason = "the first row names no columns: it is read as a message, and what the cells hold tells the columns";
        let note = Diagnostic::note("header-missing", reason).at(shown, frame.begin.line, 0);
        notes.push(note.help("if that is wrong, put a line with the columns' names above it"));
    }
    notes
}

/// Columns that play no part, and in JSON (where `keys` is given) the keys and the lists inside elements.
pub(super) fn unused(
    shown: &str,
    layout: &Layout,
    keys: Option<&Table>,
    lists: &[String],
) -> Option<Diagnostic> {
    let is_used = |i: usize, name: &str| match keys {
        // Another element may use another one of the names for a part.
        Some(table) => !table.parts(&plain(name)).is_empty(),
        None => {
            Role::ALL.iter().any(|(role, _)| {
                let counts = *role != Role::Clock || layout.split_time;
                counts && (*layout.column.of(*role) == Some(i) || layout.field(*role) == Some(name))
            }) || layout.joined.contains(&i)
        }
    };
    let columns = layout
        .header
        .iter()
        .enumerate()
        .filter(|(i, name)| !name.is_empty() && !is_used(*i, name))
        .map(|(_, name)| name);
    let list = listed(lists.iter().chain(columns).map(String::as_str));
    let what = if keys.is_some() { "keys" } else { "columns" };
    let reason = format!("these {what} play no part: {list}");
    let note = Diagnostic::note("columns-unused", reason).at(shown, 0, 0);
    (!list.is_empty()).then(|| {
        note.help(
            "nothing to do, unless one holds what you need: then rename it, such as `author` or `reply_to`, or say so under [[source]] in feedback.toml: columns = { author = \"…\" }",
        )
    })
}

/// The texts are read as HTML.
pub(super) fn html(shown: &str, layout: &Layout) -> Diagnostic {
    let reason = "most texts end an HTML tag, so they are read as a reader of the page sees them";
    let note = Diagnostic::note("text-html", reason)
        .at(shown, 0, 0)
        .in_field(layout.field(Role::Text).unwrap_or_default());
    note.help("nothing to do; the tags themselves are not kept")
}

/// The file is known, and holds no messages.
pub(super) fn refused(shown: &str, why: &str) -> Diagnostic {
    let help = "take another export; `feedback sources` says how to download each";
    Diagnostic::error("file-no-messages", why)
        .at(shown, 1, 1)
        .help(help)
}

/// The text is put together out of several columns.
pub(super) fn joined(shown: &str, layout: &Layout) -> Option<Diagnostic> {
    if layout.joined.len() < 2 {
        return None;
    }
    let names = layout.joined.iter().filter_map(|&i| layout.header.get(i));
    let reason = format!(
        "these columns make the text together: {}",
        listed(names.map(String::as_str))
    );
    let note = Diagnostic::note("columns-joined", reason).at(shown, 0, 0);
    Some(note.help("nothing to do; each is written as `question: answer`, on a line of its own, and only the answers are judged"))
}

/// Parts without which much cannot be told. `unread`: a column that looks like times, and a cell of it.
pub(super) fn missing(
    shown: &str,
    layout: &Layout,
    (is_direction_told, unread): (bool, Option<(&str, &str)>),
    findings: &mut Vec<Diagnostic>,
) {
    let mut warn = |code, reason, help: &str| {
        findings.push(Diagnostic::warning(code, reason).at(shown, 0, 0).help(help));
    };
    let told = is_direction_told
        || [Role::Author, Role::AuthorId, Role::Direction]
            .iter()
            .any(|role| layout.has(*role));
    if !told {
        warn(
            "author-missing",
            "nothing names the authors: your own replies count as customers' messages",
            "if a column names them, say so under [[source]] in feedback.toml: columns = { author = \"…\" }, or name it `author`; else add a column `inbound` with yes or no",
        );
    }
    match unread.filter(|_| !layout.has(Role::Time)) {
        Some((column, cell)) => {
            let reason = format!(
                "`{column}` looks like the times, but nothing in it can be read as one, such as `{cell}`: the messages count from when they are read in, have no target and no response time"
            );
            let d = Diagnostic::warning("times-missing", reason).at(shown, 0, 0);
            findings.push(d.in_field(column).help(FORMS));
        }
        None if !layout.has(Role::Time) => warn(
            "times-missing",
            "the messages have no time: they count from when they are read in, have no target and no response time",
            "if a column holds the times, say so under [[source]] in feedback.toml: columns = { time = \"…\" }, or name it `created_at`; use --history for old messages",
        ),
        None => {}
    }
}

/// Columns that cannot be told apart: the first one counts, unless it holds nothing where the other does.
pub(super) fn repeated_names(
    shown: &str,
    layout: &mut Layout,
    sample: &[Vec<String>],
    line: u64,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let is_empty = |i: usize| {
        sample
            .iter()
            .all(|row| row.get(i).is_none_or(|cell| cell.is_empty()))
    };
    let plains: Vec<String> = layout.header.iter().map(|name| plain(name)).collect();
    for (second, name) in plains.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let before = plains.iter().take(second).filter(|other| *other == name).count();
        let Some(first) = plains
            .iter()
            .position(|other| other == name)
            .filter(|_| before == 1)
        else {
            continue;
        };
        let is_second = is_empty(first) && !is_empty(second);
        if is_second {
            for column in layout
                .column
                .0
                .iter_mut()
                .filter(|column| **column == Some(first))
            {
                *column = Some(second);
            }
        }
        let name = layout.header.get(second).map_or("", String::as_str);
        let reason = match is_second {
            true => format!(
                "two columns are called `{name}`; the second one counts, since the first one is empty"
            ),
            false => format!("two columns are called `{name}`; the first one counts"),
        };
        let d = Diagnostic::warning("csv-header-repeated", reason)
            .at(shown, line, 0)
            .in_field(name);
        found.push(d.help("rename the other one if it holds what you need"));
    }
    found
}

/// The channel that the file's name tells, else the links, else `other`.
pub(super) fn guess_channel(
    named: Named<'_>,
    table: &Table,
    by_links: Option<(String, String)>,
    findings: &mut Vec<Diagnostic>,
) -> String {
    let shown = named.shown;
    let told = table.channel_in_file_name(shown);
    let Some((channel, word)) = told.or_else(|| table.channel_in_file_name(named.file())) else {
        if let Some((channel, host)) = by_links {
            let reason =
                format!("the messages are taken to be from `{channel}`, since the links lead to `{host}`");
            let note = Diagnostic::note("channel-guessed", reason).at(shown, 0, 0);
            findings.push(note.help("add a column `channel` if that is wrong"));
            return channel;
        }
        let reason = "nothing tells the channel of these messages: it is `other`";
        let note = Diagnostic::note("channel-unknown", reason).at(shown, 0, 0);
        findings.push(note.help("add a column `channel`, or put the platform's name into the file's name"));
        return "other".to_owned();
    };
    let reason =
        format!("the messages are taken to be from `{channel}`, since the file's name holds `{word}`");
    findings.push(Diagnostic::note("channel-guessed", reason).at(shown, 0, 0).help(
        "keep the file's name, or add a column `channel`: the same messages under another name count as new",
    ));
    channel.to_owned()
}
