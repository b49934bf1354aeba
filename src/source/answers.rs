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

/// Words of questions for a number to call.
const PHONES: [&str; 12] = [
    "phone",
    "mobile",
    "whatsapp",
    "telefon",
    "teléfono",
    "téléphone",
    "电话",
    "電話",
    "手机",
    "手機",
    "联系",
    "聯絡",
];

/// The answers of a row, each behind its question; a single one alone. Addresses and numbers to call are no words
/// about the business.
pub(super) fn join(row: &Row<'_>, layout: &Layout, answers: &mut String) {
    answers.clear();
    for &column in &layout.joined {
        let answer = row.get(column).trim();
        let question = layout.header.get(column).map_or("", String::as_str);
        if answer.is_empty() || is_address(answer) || is_number_to_call(question, answer) {
            continue;
        }
        if !answers.is_empty() {
            answers.push('\n');
        }
        if layout.joined.len() > 1 {
            answers.push_str(question);
            answers.push_str(": ");
        }
        answers.push_str(answer);
    }
}

/// The answers of such a text without their questions.
pub(super) fn alone(text: &str, layout: &Layout) -> Option<String> {
    if layout.joined.len() < 2 {
        return None;
    }
    let (mut words, mut rest) = (String::with_capacity(text.len()), text);
    for question in layout.joined.iter().filter_map(|&i| layout.header.get(i)) {
        let begins = |at: &usize| *at == 0 || rest.get(..*at).is_some_and(|before| before.ends_with('\n'));
        let heading = format!("{question}: ");
        let found = rest.match_indices(&heading).map(|(at, _)| at).find(begins);
        if let Some((before, behind)) =
            found.and_then(|at| Some((rest.get(..at)?, rest.get(at + heading.len()..)?)))
        {
            words.push_str(before);
            rest = behind;
        }
    }
    words.push_str(rest);
    Some(words)
}

/// An address for electronic mail and nothing else.
fn is_address(answer: &str) -> bool {
    let Some((name, host)) = answer.split_once('@') else {
        return false;
    };
    let is_blank = answer.contains(|c: char| c.is_whitespace() || c == '/');
    !name.is_empty() && !is_blank && !host.contains('@') && host.trim_matches('.').contains('.')
}

fn is_number_to_call(question: &str, answer: &str) -> bool {
    let (mut digits, mut others) = (0, 0);
    for c in answer.chars() {
        match c {
            _ if c.is_ascii_digit() => digits += 1,
            '+' | '-' | '(' | ')' | '.' | '/' | ' ' => {}
            _ => others += 1,
        }
    }
    let question = question.to_lowercase();
    digits >= 6 && others == 0 && PHONES.iter().any(|word| question.contains(word))
}
