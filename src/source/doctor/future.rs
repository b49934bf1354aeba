//! Messages that were posted later than now.

use super::{Met, counted, told};
use crate::calendar::{Moment, Precision};
use crate::diagnostic::Diagnostic;
use crate::source::Locate;
use crate::source::columns::Role;

/// Clocks differ by some minutes.
const SLACK_MS: i64 = 10 * 60_000;
const DAY_MS: i64 = 86_400_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Future {
    now: i64,
    met: Met,
    latest: Option<Moment>,
}

impl Future {
    pub(super) fn new(now: i64) -> Future {
        Future {
            now,
            met: Met::default(),
            latest: None,
        }
    }

    pub(super) fn look(&mut self, posted: Option<Moment>, at: &dyn Locate) {
        let Some(moment) = posted else { return };
        // A day begins earlier in other zones.
        let slack = if moment.precision <= Precision::Day {
            DAY_MS
        } else {
            SLACK_MS
        };
        if moment.millis > self.now.saturating_add(slack) {
            self.met.count(Role::Time, at);
            self.latest = self.latest.max(Some(moment));
        }
    }

    pub(super) fn told(self) -> Option<Diagnostic> {
        let latest = self.latest?;
        let reason = format!(
            "{} posted later than now, the last at {latest}",
            counted(self.met.n, "message was", "messages were")
        );
        let help = match latest.millis - self.now > DAY_MS {
            true => {
                "they go in as they are; look at the zone and the order of day and month, and at this computer's clock"
            }
            false => {
                "they go in as they are; look at the zone of these times (`time_zone`), and at this computer's clock"
            }
        };
        Some(told(
            Diagnostic::warning("time-future", reason),
            self.met.first,
            help,
        ))
    }
}
