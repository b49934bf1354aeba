//! Negative mentions that do not speak to the business: what it does not hear unless it searches.
//!
//! Only mentions count of which it is known whether they speak to it. What they are behind of (`--cases`)
//! and how many were answered is told here; the figure stands in [`figures`](super::figures).

use crate::case::Case;
use crate::case::book::What;
use crate::event::Verb;
use crate::rules::conclusion::{Kind, Sentiment};

/// A negative mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Negative {
    /// It does not speak to the business.
    pub silent: bool,
    /// A person of the business wrote after it.
    pub answered: bool,
}

/// The negative mentions of a case, the last one first; spam and reposts are left out.
pub fn negatives(case: &Case<'_>) -> impl Iterator<Item = Negative> {
    let mut answered = false;
    case.whats().rev().filter_map(move |what| match what {
        What::Reply { automatic: false, .. } | What::Done(Verb::Reply, _) => {
            answered = true;
            None
        }
        What::Mention(mark) => {
            let silent = !mark.addressed?;
            let counts = mark.sentiment == Sentiment::Negative && mark.kind != Kind::Spam && !mark.repost;
            counts.then_some(Negative { silent, answered })
        }
        _ => None,
    })
}
