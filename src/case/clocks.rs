//! Response clocks over the items of one case. Calendar time; no targets here.

use super::book::{Book, Item, What};
use crate::event::Verb;

/// A run of unanswered mentions and the human reply that ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// Posted time of the oldest mention of the run, milliseconds since 1970.
    pub from: i64,
    /// Time of the reply.
    pub to: i64,
    /// Whole seconds between; `None` where one of the two times is too coarse.
    pub seconds: Option<i64>,
}

/// Every finished exchange, in order. Mentions count whatever was judged of them; automatic replies,
/// acknowledgements, notes and referrals end no run. A mention that is changed so that it wants an answer
/// again begins a run like a new one; a run of one mention that is taken away is none.
pub fn exchanges<'b>(book: &'b Book, items: &'b [Item]) -> impl Iterator<Item = Exchange> + 'b {
    let mut run: Option<(i64, bool)> = None;
    // The mention that the run consists of, as long as it is one.
    let mut only = None;
    items.iter().filter_map(move |item| match *book.what(item) {
        What::Mention(_) | What::Changed { again: true, .. } => {
            only = run.is_none().then(|| item.byte());
            run.get_or_insert((item.t, item.timed()));
            None
        }
        What::Gone { of } => {
            run = run.filter(|_| only != Some(of));
            None
        }
        What::Reply { automatic: false, .. } | What::Done(Verb::Reply, _) => {
            let (from, timed) = run.take()?;
            let seconds = (timed && item.timed()).then_some((item.t - from).div_euclid(1000));
            Some(Exchange {
                from,
                to: item.t,
                seconds,
            })
        }
        _ => None,
    })
}
