//! Names of columns that mean several things (`Bewertung`: the stars or the words; `Name`: the customer or the
//! shop): such a name counts only where no other plays the part, and only if the cells agree.
//!
//! The names stand in `doubtful.toml`. Names that are clear stand in `columns.toml`, whatever the cells hold;
//! columns whose names say nothing are for `guess`.

use super::cells;
use super::columns::{Layout, Role, Way, plain};
use super::dates::grammar;
use super::guess::is_words;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The parts in the order in which columns are given out.
const PARTS: [Role; 5] = [Role::Rating, Role::Time, Role::Text, Role::Title, Role::Author];

/// The names by part. (That they can be read is tested.)
fn names(role: Role) -> &'static [String] {
    static NAMES: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    let all = NAMES.get_or_init(|| {
        let mut all: BTreeMap<String, Vec<String>> =
            toml::from_str(include_str!("doubtful.toml")).unwrap_or_default();
        for name in all.values_mut().flatten() {
            *name = plain(name);
        }
        all
    });
    all.get(role.name()).map_or(&[], Vec::as_slice)
}

/// Gives such columns their parts; the reply's only once it is known where the text is (see [`replies`]).
pub(super) fn fill(layout: &mut Layout, rows: &[Vec<String>]) {
    for role in PARTS {
        give(layout, rows, role);
    }
}

/// The same for the column with the replies: beside no text it may be what the customers answer.
pub(super) fn replies(layout: &mut Layout, rows: &[Vec<String>]) {
    if layout.has(Role::Text) {
        give(layout, rows, Role::ReplyText);
    }
}

fn give(layout: &mut Layout, rows: &[Vec<String>], role: Role) {
    if layout.has(role) {
        return;
    }
    let header: Vec<String> = layout.header.iter().map(|name| plain(name)).collect();
    let is_free = |i: &usize| !layout.column.0.contains(&Some(*i));
    let found = names(role).iter().find_map(|name| {
        let columns = header.iter().enumerate().filter(|(_, other)| *other == name);
        columns
            .map(|(i, _)| i)
            .filter(is_free)
            .find(|&i| agree(role, rows, i))
    });
    if let Some(column) = found {
        *layout.column.of_mut(role) = Some(column);
        *layout.way.of_mut(role) = Way::Name;
    }
}

/// Whether the cells may play that part.
fn agree(role: Role, rows: &[Vec<String>], column: usize) -> bool {
    let cells = rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(|cell| cell.trim());
    let cells: Vec<&str> = cells.filter(|cell| !cells::is_nothing(cell)).collect();
    let is_number = |cell: &str| cell.replace(',', ".").parse::<f64>().is_ok();
    let most = |is: &dyn Fn(&str) -> bool| {
        let n = cells.iter().filter(|cell| is(cell)).count();
        n > 0 && n * 10 >= cells.len() * 9
    };
    match role {
        Role::Rating => most(&|cell| matches!(cells::rating(cell), Ok(Some(_)))),
        Role::Time => most(&|cell| !is_number(cell) && grammar::parse(cell).is_some()),
        Role::Author | Role::Title => most(&|cell| !is_number(cell) && cell.chars().count() <= 100),
        Role::ReplyText => {
            let flags = cells.iter().filter(|cell| cells::flag(cell).is_some()).count();
            flags == 0 && cells.iter().any(|cell| is_words(cell))
        }
        _ => most(&|cell| !is_number(cell)) && cells.iter().any(|cell| is_words(cell)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::columns::Table;

    fn layout(header: &str, rows: &[&str]) -> Layout {
        let split = |row: &str| row.split(';').map(str::to_owned).collect::<Vec<_>>();
        let mut layout = Table::built_in().layout(split(header));
        let rows: Vec<_> = rows.iter().map(|row| split(row)).collect();
        fill(&mut layout, &rows);
        replies(&mut layout, &rows);
        layout
    }

    #[test]
    fn every_part_has_names() {
        for role in PARTS.into_iter().chain([Role::ReplyText]) {
            assert!(!names(role).is_empty(), "{role:?}");
        }
    }

    #[test]
    fn one_name_is_the_stars_here_and_the_words_there() {
        let stars = layout("Datum;Name;Bewertung;Kommentar", &["1.11.2026;Uwe;2;Kalt"]);
        assert_eq!(stars.field(Role::Rating), Some("Bewertung"));
        assert_eq!(stars.field(Role::Author), Some("Name"));
        let words = layout("Datum;Sterne;Bewertung", &["1.11.2026;2;Der Kaffee war kalt"]);
        assert_eq!(words.field(Role::Text), Some("Bewertung"));
        let both = layout(
            "Date;Auteur;Note;Avis",
            &["3 déc. 2025;Zoé;3;Correct sans plus, merci"],
        );
        assert_eq!(
            (both.field(Role::Rating), both.field(Role::Text)),
            (Some("Note"), Some("Avis"))
        );
    }

    #[test]
    fn an_answer_is_ours_only_beside_a_text() {
        let ours = layout(
            "Kommentar;Antwort",
            &["Kalt;Das tut uns leid, bitte melden Sie sich"],
        );
        assert_eq!(ours.field(Role::ReplyText), Some("Antwort"));
        let theirs = layout("Frage;Antwort", &["Wie war es?;Der Kaffee war wirklich kalt"]);
        assert_eq!(theirs.field(Role::ReplyText), None);
        let flag = layout("Kommentar;Antwort", &["Kalt;yes"]);
        assert_eq!(flag.field(Role::ReplyText), None);
    }
}
