//! Which comes first in `9/6/2018` and `22/09/17`: decided once for a file, from all its dates. Knows cells,
//! not rows.

use super::cursor::whole_year;
use super::day_of;
use super::grammar::{Day, Parsed};
use crate::calendar::Civil;
use crate::diagnostic::{Diagnostic, Place};

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Order {
    Day,
    Month,
    /// Only where the year has two digits: `22/09/17`.
    Year,
}

impl Order {
    pub(super) const ALL: [Order; 3] = [Order::Day, Order::Month, Order::Year];

    /// As it is called in profiles and settings.
    pub(in crate::source) fn named(name: &str) -> Option<Self> {
        Order::ALL.into_iter().find(|order| order.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Order::Day => "day-first",
            Order::Month => "month-first",
            Order::Year => "year-first",
        }
    }

    /// What comes first, for eyes.
    pub(super) fn first(self) -> &'static str {
        match self {
            Order::Day => "day",
            Order::Month => "month",
            Order::Year => "year",
        }
    }

    /// Year, month and day.
    pub(super) fn of_short(self, a: u32, b: u32, year: i32) -> Option<(i32, u32, u32)> {
        match self {
            Order::Day => Some((year, b, a)),
            Order::Month => Some((year, a, b)),
            Order::Year => None,
        }
    }

    /// Year, month and day.
    pub(super) fn of_tiny(self, a: u32, b: u32, c: u32) -> (i32, u32, u32) {
        match self {
            Order::Day => (whole_year(c), b, a),
            Order::Month => (whole_year(c), a, b),
            Order::Year => (whole_year(a), b, c),
        }
    }
}

/// A cell and where it stands.
pub(in crate::source) type Seen = (String, Place);

/// What speaks for and against an order.
#[derive(Debug)]
struct Evidence {
    order: Order,
    /// A date that there would not be.
    against: Option<Seen>,
    /// A date that would be later than today.
    future: Option<Seen>,
    /// How often a date follows an earlier one, and a later one, by column.
    steps: [(u64, u64); 2],
    last: [Option<i64>; 2],
}

/// What decides an order.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) enum Grounds {
    /// Nothing is open.
    Certain,
    /// The profile or the user says so.
    Set,
    /// With any other, this cell would be of the future.
    Future(Seen),
    /// Only so the rows are in the order of time.
    Sequence,
    /// Nothing.
    Nothing,
}

/// The evidence for all orders.
#[derive(Debug)]
pub(in crate::source) struct Orders {
    evidence: [Evidence; 3],
    /// A date whose order is open.
    pub(super) open: Option<Seen>,
    /// Some of them have years of four digits.
    has_short: bool,
}

impl Default for Orders {
    fn default() -> Self {
        let none = |order| Evidence {
            order,
            against: None,
            future: None,
            steps: [(0, 0); 2],
            last: [None; 2],
        };
        Orders {
            evidence: Order::ALL.map(none),
            open: None,
            has_short: false,
        }
    }
}

impl Orders {
    /// Looks at a cell of a column (0 or 1); `later` is an instant that no date reaches.
    pub(in crate::source) fn look(
        &mut self,
        parsed: Parsed,
        column: usize,
        later: i64,
        seen: impl Fn() -> Seen,
    ) {
        let read = |order: Order| {
            let (year, month, day) = match parsed.day {
                Day::Short(a, b, year) => order.of_short(a, b, year)?,
                Day::Tiny(a, b, c) => order.of_tiny(a, b, c),
                _ => return None,
            };
            day_of(year, month, day)?;
            let (h, m, s) = parsed
                .time
                .map_or((0, 0, 0), |t| (t.hour, t.minute, t.second.unwrap_or(0)));
            Civil::new(year, month, day, h, m, s).map(Civil::in_utc)
        };
        let read = Order::ALL.map(read);
        // No day at all: the row's own fault, and nobody else's.
        if read.iter().all(Option::is_none) {
            return;
        }
        self.has_short |= matches!(parsed.day, Day::Short(..));
        self.open.get_or_insert_with(&seen);
        for (evidence, t) in self.evidence.iter_mut().zip(read) {
            let Some(t) = t else {
                evidence.against.get_or_insert_with(&seen);
                continue;
            };
            if t > later {
                evidence.future.get_or_insert_with(&seen);
            }
            if let (Some(last), Some(steps)) = (evidence.last.get_mut(column), evidence.steps.get_mut(column))
            {
                steps.0 += u64::from(last.is_some_and(|last| last < t));
                steps.1 += u64::from(last.is_some_and(|last| last > t));
                *last = Some(t);
            }
        }
    }

    /// The order, and what tells it; an error where the dates contradict each other, or what is `set`.
    pub(in crate::source) fn decide(mut self, set: Option<Order>) -> Result<(Order, Grounds), Diagnostic> {
        let of = |order| Order::ALL.into_iter().position(|o| o == order).unwrap_or(0);
        if self.open.is_none() {
            return Ok((set.unwrap_or(Order::Month), Grounds::Certain));
        }
        if let Some(set) = set {
            let against = self.evidence.get_mut(of(set)).and_then(|e| e.against.take());
            return match against {
                None => Ok((set, Grounds::Set)),
                Some((cell, at)) => {
                    let reason = format!("`{cell}` cannot be read {}, as `date_order` says", set.name());
                    Err(refusal(reason, at, "correct `date_order`, or that date"))
                }
            };
        }
        let possible: Vec<&Evidence> = self.evidence.iter().filter(|e| e.against.is_none()).collect();
        match possible.as_slice() {
            [] => return Err(self.contradiction()),
            [one] => return Ok((one.order, Grounds::Certain)),
            _ => {}
        }
        let past: Vec<&Evidence> = possible.iter().filter(|e| e.future.is_none()).copied().collect();
        if let [one] = past.as_slice() {
            let other = possible.iter().find_map(|e| e.future.clone());
            return Ok((one.order, other.map_or(Grounds::Nothing, Grounds::Future)));
        }
        let left = if past.is_empty() { possible } else { past };
        let sorted: Vec<&Evidence> = left.iter().filter(|e| e.is_sorted()).copied().collect();
        if let [one] = sorted.as_slice() {
            return Ok((one.order, Grounds::Sequence));
        }
        let assumed = left.iter().find(|e| e.order == Order::Month).or(left.first());
        Ok((assumed.map_or(Order::Month, |e| e.order), Grounds::Nothing))
    }

    fn contradiction(self) -> Diagnostic {
        let help = "write all dates of the column in one way, best as 2026-11-21";
        let two_digits = !self.has_short;
        let [day, month, year] = self.evidence.map(|e| e.against.unwrap_or_default());
        let (last, reason) = if two_digits {
            let each = [(&day, "day"), (&month, "month"), (&year, "year")].map(|((cell, at), first)| {
                format!(
                    "`{cell}` at {}:{} cannot have the {first} first",
                    at.line, at.column
                )
            });
            let last = [&day.1, &month.1, &year.1]
                .into_iter()
                .max_by_key(|at| at.line)
                .cloned();
            (last, each.join(", "))
        } else {
            // What cannot have the month first must have the day first.
            let ((month_cell, there), (day_cell, at)) = (day, month);
            let reason = format!(
                "`{day_cell}` at {}:{} must have the day first, `{month_cell}` at {}:{} the month",
                at.line, at.column, there.line, there.column
            );
            (Some(if at.line > there.line { at } else { there }), reason)
        };
        refusal(reason, last.unwrap_or_default(), help)
    }
}

fn refusal(reason: String, at: Place, help: &str) -> Diagnostic {
    let mut d = Diagnostic::error("time-ambiguous", reason).help(help);
    d.place = Some(at);
    d
}

impl Evidence {
    /// All rows stand in the order of time, or in its reverse, and they are no few.
    fn is_sorted(&self) -> bool {
        const FEW: u64 = 5;
        let [(up, down), _] = self.steps;
        up + down >= FEW && (up == 0 || down == 0)
    }
}
