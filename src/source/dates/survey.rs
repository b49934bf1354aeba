//! What the times of one column have in common, gathered cell by cell.

use super::grammar::{Day, Epoch, parse};
use super::order::{Orders, Seen};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::cells;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Some cell holds something.
    pub(super) is_filled: bool,
    /// A time of day without a zone.
    pub(super) naive: Option<Seen>,
    /// A time of day with one.
    pub(super) zoned: Option<Seen>,
    /// The first of each unit since 1970.
    epochs: Vec<(Epoch, Seen)>,
}

impl Survey {
    /// Looks at one more cell, which stands at that place.
    pub(super) fn look(
        &mut self,
        cell: &str,
        (orders, column, later): (&mut Orders, usize, i64),
        place: impl Fn() -> Place,
    ) {
        self.is_filled |= !cells::is_nothing(cell);
        let Some(parsed) = parse(cell) else { return };
        let seen = || (cell.trim().to_owned(), place());
        let first = |slot: &mut Option<Seen>| {
            slot.get_or_insert_with(seen);
        };
        match parsed.day {
            Day::Instant(_, unit) => {
                if self.epochs.iter().all(|(u, _)| *u != unit) {
                    self.epochs.push((unit, seen()));
                }
                return;
            }
            Day::Short(..) | Day::Tiny(..) => orders.look(parsed, column, later, seen),
            _ => {}
        }
        match (parsed.time, parsed.offset) {
            (Some(_), None) => first(&mut self.naive),
            (Some(_), Some(_)) => first(&mut self.zoned),
            _ => {}
        }
    }

    /// Some time is counted since 1970: in one unit, as only all cells tell.
    pub(super) fn has_epochs(&self) -> bool {
        !self.epochs.is_empty()
    }

    /// Why the column is refused: it counts in two units.
    pub(super) fn contradiction(&self) -> Option<Diagnostic> {
        let [(_, (one, at)), (_, (other, there)), ..] = self.epochs.as_slice() else {
            return None;
        };
        let reason = format!(
            "`{one}` at {}:{} and `{other}` at {}:{} do not count in the same unit since 1970",
            at.line, at.column, there.line, there.column
        );
        let mut d = Diagnostic::error("time-ambiguous", reason);
        d.place = Some(there.clone());
        Some(d.help("write all times of the column in one way, best as 2026-11-21T09:30:00Z"))
    }
}
