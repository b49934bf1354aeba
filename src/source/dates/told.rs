//! The times of a file, looked at before its rows are read: what is decided for all of them, and what is said
//! of that.

use super::Reading;
use super::exported::{self, Exported, Grounds};
use super::order::{self, Order, Orders};
use super::survey::Survey;
use crate::calendar::{Moment, Zone};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::columns::Role;
use crate::source::{Context, Export, Mapping, Profile, Raw};
use std::ops::ControlFlow;
use std::time::SystemTime;

/// How many rows are looked at before the times are called understood.
const SAMPLE: usize = 500;

/// So far ahead of now a time may lie before it is of the future: clocks and zones differ.
const AHEAD_MS: i64 = 26 * 3_600_000;

/// What is known of the times before any is read.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::source) struct Known {
    /// The zone of times that name none.
    zone: Option<Zone>,
    /// What comes first in `9/6/2018`.
    order: Option<Order>,
    /// When the file was exported.
    exported: Option<Moment>,
}

impl Known {
    /// What the user says of such files, else what is known of such exports.
    pub(in crate::source) fn of(mapping: Option<&Mapping>, profile: Option<&Profile>) -> Known {
        let said = |day_first| if day_first { Order::Day } else { Order::Month };
        let zone = profile.and_then(|p| Zone::named(p.time_zone.as_deref()?));
        let order = profile.and_then(|p| Order::named(p.date_order.as_deref()?));
        Known {
            zone: mapping.and_then(|m| m.zone).or(zone),
            order: mapping.and_then(|m| m.day_first).map(said).or(order),
            exported: mapping.and_then(|m| m.exported),
        }
    }
}

impl Export {
    /// Finds out how the times are to be understood: from the first rows, or from all where only all tell.
    /// `above`: the lines above the table.
    pub(in crate::source) fn survey_times(
        &mut self,
        changed: Option<SystemTime>,
        known: Known,
        above: &[String],
        context: &Context<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        let layout = &self.plan.layout;
        if !layout.has(Role::Time) && !layout.has(Role::ReplyTime) {
            return Ok(());
        }
        let times = &mut self.plan.times;
        let said = context.exported.or(known.exported);
        times.zone = known.zone.unwrap_or(context.zone);
        times.exported = exported::exported(changed, (self.file.shown(), above), said, times);
        let later = context.now.millis + AHEAD_MS;
        let (mut posted, mut replied, mut orders) = (Survey::default(), Survey::default(), Orders::default());
        let (mut rows, has_posted) = (0, self.plan.layout.has(Role::Time));
        self.rows(None, None, &mut |raw| {
            if let Raw::Row(cells, at) = raw {
                rows += 1;
                let cell = self.plan.time_cell(cells);
                posted.look(&cell, (&mut orders, 0, later), || at.place(Some(Role::Time)));
                let reply = cells.of(Role::ReplyTime);
                replied.look(reply, (&mut orders, 1, later), || at.place(Some(Role::ReplyTime)));
            }
            let is_open = orders.open.is_some() || posted.has_epochs() || replied.has_epochs();
            match rows < SAMPLE || is_open || (has_posted && !posted.is_filled) {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        })?;
        let refusals: Vec<_> = [&posted, &replied]
            .iter()
            .filter_map(|s| s.contradiction())
            .collect();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (order, grounds) = orders.decide(known.order).map_err(|d| vec![d])?;
        self.plan.times.order = order;
        self.plan.times.is_empty = rows > 0 && !posted.is_filled && has_posted;
        let mut told = Vec::new();
        told.extend(self.of_order(order, grounds));
        if self.plan.times.is_empty {
            told.push(self.times_empty());
        }
        let naive = posted.naive.as_ref().or(replied.naive.as_ref());
        if naive.is_some() && known.zone.is_none() && context.zone_is_assumed {
            let zone = context.zone.name();
            let reason = format!("the times name no zone and are read in {zone}, the zone of this computer");
            let note = self.at(Diagnostic::note("time-zone-assumed", reason));
            told.push(note.help("set `time_zone` under [business] in feedback.toml"));
        }
        for survey in [&posted, &replied] {
            told.extend(mixed(survey, self.plan.times.zone));
        }
        self.findings.extend(told);
        Ok(())
    }

    /// A diagnostic of the file's times.
    fn at(&self, d: Diagnostic) -> Diagnostic {
        let layout = &self.plan.layout;
        let field = layout.field(Role::Time).or_else(|| layout.field(Role::ReplyTime));
        d.at(self.file.shown(), 0, 0).in_field(field.unwrap_or_default())
    }

    fn times_empty(&self) -> Diagnostic {
        let reason = "the column of times is empty in every row: the messages count from when they are read in, have no target and no response time";
        let help = "export the file again with its times; use --history for old messages";
        self.at(Diagnostic::warning("times-missing", reason)).help(help)
    }

    fn of_order(&self, order: Order, grounds: order::Grounds) -> Option<Diagnostic> {
        let first = order.first();
        let by = match grounds {
            order::Grounds::Certain | order::Grounds::Set => return None,
            order::Grounds::Nothing => {
                let reason = match order {
                    Order::Month => "nothing tells whether the day or the month comes first in these dates; the month was taken".to_owned(),
                    _ => format!("nothing tells what comes first in these dates; the {first} was taken"),
                };
                let warning = self.at(Diagnostic::warning("time-ambiguous", reason));
                return Some(warning.help("if that is wrong, say so under [[source]] in feedback.toml: date_order = \"day-first\" or \"month-first\""));
            }
            order::Grounds::Future((cell, at)) => {
                format!(
                    "otherwise `{cell}` at {}:{} would be of the future",
                    at.line, at.column
                )
            }
            order::Grounds::Sequence => "only so the rows are in the order of time".to_owned(),
        };
        let reason = format!("the {first} is taken to come first in these dates: {by}");
        let note = self.at(Diagnostic::note("time-order-guessed", reason));
        Some(note.help("write the dates as 2026-11-21 if that is wrong"))
    }

    /// What there is to say of the times when all are read.
    pub(in crate::source) fn times_told(&self, odd: Oddities) -> impl Iterator<Item = Diagnostic> {
        let relative = odd.relative.and_then(|(n, cell, place)| {
            let column = self.plan.layout.field(Role::Fetched);
            let zone = self.plan.times.zone;
            let grounds = match (column, self.plan.times.exported?) {
                (
                    _,
                    Exported {
                        moment,
                        grounds: Grounds::Said,
                    },
                ) => format!("{}, as you say", zone.show(moment)),
                (Some(column), _) => format!("when each row was fetched (`{column}`)"),
                (
                    None,
                    Exported {
                        moment,
                        grounds: Grounds::Above,
                    },
                ) => {
                    format!("{}, the date above the table", zone.show(moment))
                }
                (
                    None,
                    Exported {
                        moment,
                        grounds: Grounds::Name,
                    },
                ) => {
                    format!("{}, the date in the file's name", zone.show(moment))
                }
                (None, Exported { moment, .. }) => {
                    format!("{}, when the file was changed last", zone.show(moment))
                }
            };
            let reason = format!(
                "{n} {} such as `{cell}` {} counted from {grounds}, and kept as coarse as written",
                plural(n, "time", "times"),
                plural(n, "is", "are")
            );
            let note = placed(Diagnostic::note("time-relative", reason), place);
            Some(note.help("say --exported DATE if the file was made at another time"))
        });
        let changed = odd.changed.map(|(n, cell, place)| {
            let zone = self.plan.times.zone.name();
            let reason = format!(
                "{n} {} such as `{cell}` {} when clocks were changed in {zone}: of two such times the earlier is taken, and where there was none the one after the change",
                plural(n, "time", "times"),
                plural(n, "falls", "fall")
            );
            let note = placed(Diagnostic::note("time-dst", reason), place);
            note.help("nothing to do, unless an hour matters: then export the times with their zone")
        });
        relative.into_iter().chain(changed)
    }
}

fn plural(n: u64, one: &'static str, more: &'static str) -> &'static str {
    if n == 1 { one } else { more }
}

fn placed(mut d: Diagnostic, place: Place) -> Diagnostic {
    d.place = Some(place);
    d
}

/// Times that need a word, counted while they are read: how many, and the first.
#[derive(Debug, Default)]
pub(in crate::source) struct Oddities {
    relative: Option<(u64, String, Place)>,
    changed: Option<(u64, String, Place)>,
}

impl Oddities {
    /// Looks at one more time, out of that cell.
    pub(in crate::source) fn look(
        &mut self,
        reading: &Reading,
        cell: impl Fn() -> String,
        place: impl Fn() -> Place,
    ) {
        let count = |slot: &mut Option<(u64, String, Place)>| {
            slot.get_or_insert_with(|| (0, cell(), place())).0 += 1;
        };
        if reading.is_relative {
            count(&mut self.relative);
        }
        if reading.change.is_some() {
            count(&mut self.changed);
        }
    }
}

/// Some times of a column have a zone, and some none.
fn mixed(survey: &Survey, zone: Zone) -> Option<Diagnostic> {
    let (naive, at) = survey.naive.as_ref()?;
    let (zoned, there) = survey.zoned.as_ref()?;
    let reason = format!(
        "`{zoned}` at {}:{} has a zone, `{naive}` at {}:{} has none and is read in {}",
        there.line,
        there.column,
        at.line,
        at.column,
        zone.name()
    );
    let mut warning = Diagnostic::warning("time-zone-mixed", reason);
    warning.place = Some(at.clone());
    Some(warning.help("look whether these times are right; write all of them with their zone"))
}
