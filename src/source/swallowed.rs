//! Rows inside a cell: what a quote that was left open has swallowed before a later quote closed it.
//!
//! Nothing is wrong with such a file as CSV; only what stands inside the cell gives it away. Texts of
//! several lines are common and must pass, so a line counts as a row only if it has a row's width and,
//! in its place, a time or an id. Pure: knows neither file nor place.

use super::columns::{Layout, Role};
use super::dates::grammar;
use super::split::Row;

/// The index of the first cell that has swallowed another row.
pub(super) fn swallowing_cell(row: &Row<'_>, layout: &Layout, delimiter: u8) -> Option<usize> {
    let look = Look {
        row,
        layout,
        delimiter: char::from(delimiter),
    };
    (0..row.width().min(layout.header.len() + 1)).find(|&index| look.swallows(index))
}

struct Look<'a> {
    row: &'a Row<'a>,
    layout: &'a Layout,
    delimiter: char,
}

impl Look<'_> {
    fn swallows(&self, index: usize) -> bool {
        let Some((first, rest)) = self.row.get(index).split_once('\n') else {
            return false;
        };
        let (between, last) = match rest.rsplit_once('\n') {
            Some((between, last)) => (Some(between), last),
            None => (None, rest),
        };
        between.is_some_and(|lines| lines.split('\n').any(|line| self.is_row(line)))
            || self.is_row_up_to(index, first, last)
    }

    /// The field of a line where a part's column is.
    fn field<'l>(&self, line: &'l str, role: Role) -> Option<&'l str> {
        let column = *self.layout.column.of(role);
        line.split(self.delimiter).nth(column?)
    }

    fn width(&self, line: &str) -> usize {
        line.split(self.delimiter).count()
    }

    /// A whole row.
    fn is_row(&self, line: &str) -> bool {
        self.width(line) == self.layout.header.len()
            && match self.field(line, Role::Time) {
                Some(time) => is_time(time) && self.may_have_id(line),
                None => self.has_id(line),
            }
    }

    /// The beginning of a row, up to the cell whose quote closed this one. `first` is the cell's first
    /// line: if a quote was left open there, it ends with the other cells of its own row.
    fn is_row_up_to(&self, index: usize, first: &str, last: &str) -> bool {
        if index >= self.layout.header.len() || self.width(last) != index + 1 {
            return false;
        }
        if let Some(time) = self.field(last, Role::Time) {
            return is_time(time) && self.may_have_id(last);
        }
        let has_own_time = self.layout.column.of(Role::Time).is_none_or(|column| {
            let behind = self.layout.header.len().saturating_sub(column + 1);
            first.rsplit(self.delimiter).nth(behind).is_some_and(is_time)
        });
        has_own_time && self.has_id(last)
    }

    /// Where an id belongs stands one word.
    fn may_have_id(&self, line: &str) -> bool {
        self.field(line, Role::Id).is_none_or(|id| {
            let id = id.trim();
            !id.is_empty() && !id.contains(char::is_whitespace)
        })
    }

    /// An id as the record's own; and no blank behind the separator, which tells prose (`2, maybe 3`).
    fn has_id(&self, line: &str) -> bool {
        let own = self.layout.column.of(Role::Id).map(|i| self.row.get(i));
        let (Some(own), Some(id)) = (own, self.field(line, Role::Id)) else {
            return false;
        };
        let mut behind = line.split(self.delimiter).skip(1);
        Shape::of(id).is_some_and(|shape| Shape::of(own) == Some(shape))
            && behind.all(|field| !field.starts_with(char::is_whitespace) || field.trim().is_empty())
    }
}

fn is_time(field: &str) -> bool {
    grammar::is_dated(field)
}

/// What an id looks like.
#[derive(PartialEq, Eq)]
enum Shape {
    Digits,
    Hex(usize),
    /// A UUID, and whatever else is written with hyphens alike.
    Groups(usize, usize),
}

impl Shape {
    fn of(id: &str) -> Option<Shape> {
        let id = id.trim();
        let all = |is: fn(&u8) -> bool| !id.is_empty() && id.as_bytes().iter().all(is);
        if all(u8::is_ascii_digit) {
            Some(Shape::Digits)
        } else if all(u8::is_ascii_hexdigit) && id.len() >= 8 {
            Some(Shape::Hex(id.len()))
        } else if all(|b| b.is_ascii_hexdigit() || *b == b'-') && id.len() == 36 {
            Some(Shape::Groups(id.len(), id.matches('-').count()))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Mark;
    use super::super::columns::Table;
    use super::super::split::Splitter;
    use super::*;

    /// The cell of the only record of a file that has swallowed another row.
    fn found(header: &str, cells: &[&str]) -> Option<usize> {
        let header = header.split(',').map(str::to_owned).collect();
        let layout = Table::built_in().layout(header);
        let text = format!("\"{}\"\n", cells.join("\",\""));
        let mut rows = Splitter::new(text.as_bytes(), b',', 99, Mark::START);
        swallowing_cell(&rows.next().unwrap().unwrap(), &layout, b',')
    }

    #[test]
    fn a_row_in_between_is_known_by_its_width_and_time() {
        let found = |text: &str| found("id,created_at,author,text", &["2", "2024-01-01", "b", text]);
        assert_eq!(found("open\n3,2024-01-02,c,cold\n4,2024-01-03,d,my 5"), Some(3));
        assert_eq!(found("open, so\r\n3,2024-01-02,c,cold\r\nmore"), Some(3));
        // The last line: up to the cell that closes.
        assert_eq!(found("open\n4,2024-01-03,d,screen is 5"), Some(3));
        for text in [
            "one\ntwo, three, four, five\nsix",
            "on\n3,yesterday,c,cold\nso",
            "on\ncame to you, 2024-01-02, late, and alone\nso",
            "on 3,2024-01-02,c,cold",
            "on\n3,2024-01-02",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_time_behind_the_text_is_looked_for_in_the_first_line_too() {
        let found = |text: &str| found("id,text,created_at", &["2", text, "2024-01-09"]);
        assert_eq!(
            found("open,2024-01-01\n3,cold,2024-01-02\n4,screen is 5"),
            Some(1)
        );
        assert_eq!(found("open, too,2024-01-01\n3,screen is 5"), Some(1));
        assert_eq!(found("I want\n3,5 or so"), None);
        let first = super::tests::found("text,created_at", &["hello\nworld", "2024-01-09"]);
        assert_eq!(first, None);
    }

    #[test]
    fn without_times_the_id_must_look_like_the_records_own() {
        let with_id = |id: &str, text: &str| found("id,text", &[id, text]);
        assert_eq!(with_id("1", "open\n2,cold\n3,screen is 5"), Some(1));
        assert_eq!(with_id("1", "I want\n2, maybe 3"), None);
        assert_eq!(with_id("at://1", "open\n2,cold\nso"), None);
        assert_eq!(
            with_id(
                "7ac4b8d0-16db-4018-a5f3-9e107d9d372b",
                "open\n7ac4b8d0-16db-4018-a5f3-9e107d9d372c,x"
            ),
            Some(1)
        );
        assert_eq!(found("text,rating", &["slow\nbut good", "4"]), None);
    }
}
