//! The whole history judged by today's rules: what would be judged otherwise than it was.
//!
//! Reads the ledger case by case through its book, with no more of it in memory than one case. Records
//! nothing, and prints nothing: what changes is counted, and shown to who asks for it.

pub mod mention;
pub mod rejudged;
pub mod tally;

use crate::case::book::{Book, Item};
use crate::intake::regulars::Counts;
use crate::judge::Judge;
use crate::ledger::Result;
use crate::ledger::read::Lines;
use crate::rules::RuleSet;
use mention::{Mention, Mentions, Passed};
use rejudged::Rejudged;

/// Judges every mention again that was posted at `since` or later, and shows it with what was judged before;
/// gives how many were passed over, erased ones and reposts. `counts` are the ledger's, where the rules
/// ask.
///
/// # Errors
/// The ledger could not be read, or `show` failed.
pub fn replay<'r>(
    book: &Book,
    lines: Lines,
    since: Option<i64>,
    (rules, mut judge): (&'r RuleSet, Judge<'r>),
    counts: &Counts,
    mut show: impl FnMut(&Mention<'_>, &Rejudged<'_>) -> Result<()>,
) -> Result<Passed> {
    let mut mentions = Mentions::new(book, lines);
    let wanted = |item: &Item| since.is_none_or(|since| item.t >= since);
    for items in book.by_case() {
        let mut shown = Ok(());
        mentions.each(items, wanted, |mut mention| {
            let n = &mut mention.circumstances.author_mentions;
            *n = counts.at(mention.byte, *n);
            if shown.is_ok() {
                let judgement = judge.judge_in(&mention.message, mention.circumstances);
                shown = show(&mention, &Rejudged::of(&mention, &judgement, rules));
            }
        })?;
        shown?;
    }
    Ok(mentions.passed)
}
