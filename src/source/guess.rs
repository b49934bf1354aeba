//! What columns hold, where their names do not tell which part they play: guesses, each with its grounds.
//!
//! Precision over recall: a list of shops or of accounts has long cells too, so a text alone makes no
//! messages; there must be a time, an author or a rating beside it. Reads the first rows, and changes
//! nothing but the layout.

use super::cells;
use super::columns::{Layout, Role, Table, Way, plain};
use super::dates::grammar;
use crate::diagnostic::Diagnostic;
use std::collections::HashSet;

/// Of fewer rows nothing is concluded.
const FEWEST: usize = 3;
/// An id is concluded from so many cells.
const SOME: usize = 5;

/// What the cells of one column have in common.
#[derive(Debug, Default)]
struct Column {
    index: usize,
    rows: usize,
    filled: usize,
    distinct: usize,
    times: usize,
    numbers: usize,
    ratings: usize,
    /// Of the ratings, those that are neither whole nor half.
    uneven: usize,
    /// Cells that are one more than the one before.
    counted: usize,
    links: usize,
    /// No blank, at least one digit.
    tokens: usize,
    /// Up to 30 characters, up to four words.
    short: usize,
    /// With the signs that end or part a sentence, or several words.
    prose: usize,
    /// Characters in all; a Chinese one says as much as two or three others.
    length: usize,
}

impl Column {
    fn of(index: usize, rows: &[Vec<String>]) -> Self {
        let mut column = Column {
            index,
            rows: rows.len(),
            ..Column::default()
        };
        let mut seen = HashSet::new();
        let mut before = None;
        for cell in rows.iter().filter_map(|row| row.get(index)) {
            let cell = cell.trim();
            if cells::is_nothing(cell) {
                continue;
            }
            column.filled += 1;
            column.distinct += usize::from(seen.insert(cell));
            column.look(cell);
            let number = cell.parse::<f64>().ok();
            column.counted += usize::from(number.is_some() && number == before.map(|n: f64| n + 1.0));
            before = number;
        }
        column
    }

    fn look(&mut self, cell: &str) {
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let is_number = cell.parse::<f64>().is_ok() && digits > 0;
        let words = cell.split_whitespace().count();
        let chinese = chinese(cell);
        let chars = cell.chars().count();
        let is_link = cell.starts_with("http://") || cell.starts_with("https://");
        // Seconds since 1970 look like any other number.
        let is_time = !is_number && digits > 3 && grammar::parse(cell).is_some();
        self.numbers += usize::from(is_number);
        self.times += usize::from(is_time);
        self.links += usize::from(is_link);
        if let Ok(Some(stars)) = cells::rating(cell) {
            self.ratings += 1;
            self.uneven += usize::from((stars * 2.0).fract() != 0.0);
        }
        self.tokens += usize::from(words == 1 && digits > 0 && chars <= 64 && !is_link && !is_time);
        self.short += usize::from(chars <= 30 && words <= 4 && digits * 3 <= chars && !is_link && !is_time);
        self.prose += usize::from(!is_number && !is_link && !is_time && is_words(cell));
        self.length += chars + chinese + chinese / 2;
    }

    /// At least that many in a hundred of the filled cells.
    fn share(&self, of: usize, percent: usize) -> bool {
        self.filled > 0 && of * 100 >= self.filled * percent
    }

    /// Hardly a row without.
    fn is_full(&self) -> bool {
        self.filled * 10 >= self.rows * 9
    }

    fn length(&self) -> usize {
        self.length / self.filled.max(1)
    }

    fn is_text(&self) -> bool {
        let is_varied = self.share(self.distinct, 50);
        self.filled * 2 >= self.rows && is_varied && self.share(self.prose, 50) && self.length() >= 15
    }

    fn is_time(&self) -> bool {
        self.is_full() && self.share(self.times, 95)
    }

    fn is_rating(&self) -> bool {
        let is_each = self.ratings == self.filled && self.uneven == 0;
        // `1`, `2`, `3` in a short table only count the rows.
        let is_counter = self.counted + 1 == self.filled;
        self.filled >= FEWEST && is_each && !is_counter && self.distinct > 1
    }

    fn is_link(&self) -> bool {
        self.filled * 2 >= self.rows && self.share(self.links, 95)
    }

    fn is_author(&self) -> bool {
        self.is_full() && self.short == self.filled && self.share(self.distinct, 20)
    }

    fn is_id(&self, rows: &[Vec<String>]) -> bool {
        let is_unique = self.filled == self.rows && self.distinct == self.filled && self.filled >= SOME;
        let long = |row: &Vec<String>| row.get(self.index).is_some_and(|cell| cell.trim().len() >= 6);
        is_unique && self.tokens == self.filled && self.ratings < self.filled && rows.iter().all(long)
    }
}

/// Several words, or as many as say something in Chinese.
pub(super) fn is_words(cell: &str) -> bool {
    cell.split_whitespace().count() >= 4 || chinese(cell) >= 6
}

fn chinese(cell: &str) -> usize {
    cell.chars().filter(|c| is_cjk(*c)).count()
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

/// Names of columns with long cells that are nobody's message.
const NO_TEXT: &[&str] = &[
    "address",
    "street",
    "location",
    "bio",
    "biography",
    "profile",
    "about",
    "signature",
    "hours",
    "opening",
    "地址",
    "位置",
    "简介",
    "簡介",
    "签名",
    "簽名",
    "介绍",
    "介紹",
    "营业时间",
    "營業時間",
    "adresse",
    "anschrift",
    "straße",
    "strasse",
    "direccion",
    "dirección",
    "endereço",
    "indirizzo",
    "öffnungszeiten",
    "horaires",
    "horario",
    "住所",
    "営業時間",
];

/// Gives columns without a part one by what they hold. `Err`: two columns may hold the text.
pub(super) fn fill(
    layout: &mut Layout,
    rows: &[Vec<String>],
    shown: &str,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let mut notes = Vec::new();
    let needs_text = !layout.has(Role::Text);
    // The user names the text, and leaves the rest to be found out.
    let needs_rest = needs_text || *layout.way.of(Role::Text) == Way::Settings;
    if rows.len() < FEWEST || (!needs_rest && layout.has(Role::Time)) {
        return Ok(notes);
    }
    let mut left: Vec<Column> = (0..layout.header.len())
        .map(|index| Column::of(index, rows))
        .collect();
    left.retain(|column| !layout.column.0.contains(&Some(column.index)));
    let mut give = |layout: &mut Layout, left: &mut Vec<Column>, role, index, grounds: String| {
        *layout.column.of_mut(role) = Some(index);
        *layout.way.of_mut(role) = Way::Guessed;
        left.retain(|column| column.index != index);
        notes.push(guessed(layout, role, &grounds, shown));
    };
    let mut found = layout.clone();
    if !found.has(Role::Time) {
        let times: Vec<usize> = left.iter().filter(|c| c.is_time()).map(|c| c.index).collect();
        if let Some(&first) = times.first() {
            let grounds = match times.len() {
                1 => format!("the cells are times in the first {} rows", rows.len()),
                n => format!("the first of {n} columns whose cells are times"),
            };
            give(&mut found, &mut left, Role::Time, first, grounds);
        }
    }
    if needs_text {
        match text(&left, layout, shown)? {
            Some((index, grounds)) => give(&mut found, &mut left, Role::Text, index, grounds),
            None if !layout.has(Role::Rating) => return Ok(Vec::new()),
            None => {}
        }
    }
    if needs_rest {
        for (role, is) in [
            (Role::Rating, Column::is_rating as fn(&Column) -> bool),
            (Role::Link, Column::is_link),
        ] {
            let fitting: Vec<usize> = left.iter().filter(|c| is(c)).map(|c| c.index).collect();
            if let ([only], false) = (fitting.as_slice(), found.has(role)) {
                let grounds = match role {
                    Role::Rating => "every cell is a number from 1 to 5, and no other column's are",
                    _ => "the cells are addresses",
                };
                give(&mut found, &mut left, role, *only, grounds.to_owned());
            }
        }
        if !found.has(Role::Id)
            && let [only] = left
                .iter()
                .filter(|c| c.is_id(rows))
                .map(|c| c.index)
                .collect::<Vec<_>>()[..]
        {
            let grounds = format!(
                "each of the first {} cells is another one, and looks like an id",
                rows.len()
            );
            give(&mut found, &mut left, Role::Id, only, grounds);
        }
        let named = [Role::Author, Role::AuthorId].iter().any(|role| found.has(*role));
        if !named
            && let [only] = left
                .iter()
                .filter(|c| c.is_author())
                .map(|c| c.index)
                .collect::<Vec<_>>()[..]
        {
            let grounds = "the only column of short words in every row";
            give(&mut found, &mut left, Role::Author, only, grounds.to_owned());
        }
        let beside = [Role::Time, Role::Author, Role::AuthorId, Role::Rating];
        if !beside.iter().any(|role| found.has(*role)) {
            return Ok(Vec::new());
        }
    }
    *layout = found;
    Ok(notes)
}

/// The column with the texts, and why.
fn text(left: &[Column], layout: &Layout, shown: &str) -> Result<Option<(usize, String)>, Diagnostic> {
    let name = |index: usize| layout.header.get(index).map_or("", String::as_str);
    let is_other = |index| NO_TEXT.iter().any(|word| plain(name(index)).contains(word));
    let mut fitting: Vec<&Column> = left
        .iter()
        .filter(|c| c.is_text() && !is_other(c.index))
        .collect();
    fitting.sort_by_key(|column| std::cmp::Reverse(column.length()));
    let Some(first) = fitting.first() else {
        return Ok(None);
    };
    if let Some(second) = fitting
        .get(1)
        .filter(|second| second.length() * 2 > first.length())
    {
        let reason = format!(
            "`{}` and `{}` may both hold the messages' text",
            name(first.index),
            name(second.index)
        );
        let help = "say which under [[source]] in feedback.toml: columns = { text = \"…\" }";
        return Err(Diagnostic::error("columns-ambiguous", reason)
            .at(shown, 0, 0)
            .help(help));
    }
    let grounds = format!("the longest; {} of {} cells differ", first.distinct, first.filled);
    Ok(Some((first.index, grounds)))
}

/// A column without a part whose cells look like times though none can be read: its name, and a cell.
pub(super) fn times_unread<'s>(layout: &'s Layout, rows: &'s [Vec<String>]) -> Option<(&'s str, &'s str)> {
    let filled = |index: usize| rows.iter().filter_map(move |row| Some(row.get(index)?.trim()));
    let is_unread = |index: &usize| {
        let cells = || filled(*index).filter(|cell| !cells::is_nothing(cell));
        let n = cells().count();
        n * 2 > rows.len() && cells().all(|cell| grammar::resembles(cell) && grammar::parse(cell).is_none())
    };
    let free = |index: &usize| !layout.column.0.contains(&Some(*index));
    let index = (0..layout.header.len()).filter(free).find(is_unread)?;
    let cell = filled(index).find(|cell| !cells::is_nothing(cell))?;
    Some((layout.header.get(index)?, cell))
}

fn guessed(layout: &Layout, role: Role, grounds: &str, shown: &str) -> Diagnostic {
    let name = layout.field(role).unwrap_or_default();
    let reason = format!(
        "`{name}` is taken for the {}: {grounds}",
        role.name().replace('_', " ")
    );
    Diagnostic::note("column-guessed", reason)
        .at(shown, 0, 0)
        .in_field(name)
        .help("look at `feedback ingest --dry-run`; if it is wrong, say what is right under [[source]] in feedback.toml")
}

/// The channel of which nearly all links are.
pub(super) fn channel_of_links(
    layout: &Layout,
    rows: &[Vec<String>],
    table: &Table,
) -> Option<(String, String)> {
    let column = (*layout.column.of(Role::Link))?;
    let hosts = rows.iter().filter_map(|row| host(row.get(column)?));
    let mut channels: Vec<(Option<&str>, &str)> =
        hosts.map(|host| (table.channel_of_host(host), host)).collect();
    let (n, first) = (channels.len(), *channels.first()?);
    channels.retain(|(channel, _)| *channel == first.0);
    let is_clear = channels.len() * 10 >= n * 9;
    first
        .0
        .filter(|_| is_clear)
        .map(|channel| (channel.to_owned(), first.1.to_owned()))
}

fn host(link: &str) -> Option<&str> {
    let rest = link
        .trim()
        .strip_prefix("https://")
        .or_else(|| link.trim().strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    (!host.is_empty()).then_some(host)
}
