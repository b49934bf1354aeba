//! Answers to questions: columns that make the text of a row together.

use super::columns::{Layout, Role, plain};
use super::split::Row;

/// Every column that has a name and plays no part becomes a piece of the text, save those called so. Where none
/// is left, the author's column is the text.
pub(super) fn take_the_rest(layout: &mut Layout, ignored: &[String]) {
    let ignored: Vec<String> = ignored.iter().map(|name| plain(name)).collect();
    let used: Vec<usize> = layout.column.0.iter().flatten().copied().collect();
    let names = layout.header.iter().enumerate();
    layout.joined = names
        .filter(|(i, name)| !name.is_empty() && !used.contains(i) && !ignored.contains(&plain(name)))
        .map(|(i, _)| i)
        .collect();
    if let Some(text) = layout.column.of_mut(Role::Text).take() {
        layout.joined.push(text);
        layout.joined.sort_unstable();
    }
    if layout.joined.is_empty() {
        layout.joined.extend(layout.column.of_mut(Role::Author).take());
    }
    *layout.column.of_mut(Role::Text) = layout.joined.first().copied();
}

/// The answers of a row, each behind its question; a single one alone.
pub(super) fn join(row: &Row<'_>, layout: &Layout, answers: &mut String) {
    answers.clear();
    for &column in &layout.joined {
        let answer = row.get(column).trim();
        if answer.is_empty() {
            continue;
        }
        if !answers.is_empty() {
            answers.push('\n');
        }
        if layout.joined.len() > 1 {
            answers.push_str(layout.header.get(column).map_or("", String::as_str));
            answers.push_str(": ");
        }
        answers.push_str(answer);
    }
}
