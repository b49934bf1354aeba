//! How often a fault was tried and survived, and the table of all of them. Tries nothing itself.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a trial came to: survived, or what went wrong.
pub type Verdict = Result<(), String>;

/// Failures that are listed; the others are counted.
const LISTED: usize = 12;

/// One line of the table.
pub struct Score {
    fault: String,
    tried: usize,
    survived: usize,
    failures: Vec<String>,
    skipped: Option<String>,
}

impl Score {
    /// A fault that was not tried yet.
    pub fn new(fault: impl Into<String>) -> Score {
        Score {
            fault: fault.into(),
            tried: 0,
            survived: 0,
            failures: Vec::new(),
            skipped: None,
        }
    }

    /// A fault that this machine cannot be given, and why.
    pub fn skipped(fault: impl Into<String>, why: impl Into<String>) -> Score {
        Score {
            skipped: Some(why.into()),
            ..Score::new(fault)
        }
    }

    /// Tries the fault on each of these, on both cores.
    pub fn of<T: Sync>(fault: impl Into<String>, trials: &[T], each: impl Fn(&T) -> Verdict + Sync) -> Score {
        let score = Mutex::new(Score::new(fault));
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                let verdict = each(trial);
                score.lock().unwrap().add(verdict);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(work);
            }
        });
        score.into_inner().unwrap()
    }

    /// Counts a trial.
    pub fn add(&mut self, verdict: Verdict) {
        self.tried += 1;
        match verdict {
            Ok(()) => self.survived += 1,
            Err(why) => self.failures.push(why),
        }
    }

    /// Counts many trials at once, each of which held.
    pub fn add_sound(&mut self, trials: usize) {
        self.tried += trials;
        self.survived += trials;
    }

    /// Nothing failed; what was skipped did not.
    pub fn is_sound(&self) -> bool {
        self.failures.is_empty()
    }

    /// What went wrong, in words.
    pub fn failures(&self) -> Vec<String> {
        let listed = self.failures.iter().take(LISTED);
        let mut said: Vec<String> = listed.map(|f| format!("{}: {f}", self.fault)).collect();
        if let Some(more) = self.failures.len().checked_sub(LISTED).filter(|n| *n > 0) {
            said.push(format!("{}: and {more} more", self.fault));
        }
        said
    }
}

/// The table, as it stands in the docs.
pub fn table(scores: &[Score]) -> String {
    let mut text = "| fault | tried | survived |\n|---|---|---|\n".to_owned();
    for s in scores {
        let fault = &s.fault;
        let _ = match &s.skipped {
            Some(why) => writeln!(text, "| {fault} | skipped: {why} | |"),
            None => writeln!(
                text,
                "| {fault} | {} | {} |",
                thousands(s.tried),
                thousands(s.survived)
            ),
        };
    }
    text
}

/// 100000 as 100,000.
fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
