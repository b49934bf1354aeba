//! Messages that are told again: which mention an edit, a deletion or a fuller telling belongs to, and what
//! it was at which time; and reposts beside what they repeat. Done once all lines are in, so that it does
//! not matter which export came first. Texts are not looked at, only facts and times.

use super::book::Book;
use super::item::{ANSWERS, COARSE, Item, Mark, TIMED, Telling, UNKNOWN, What};

/// A message as it was from some time on.
struct Version {
    from: i64,
    byte: u64,
    mark: Mark,
    /// Which item of the case tells it.
    at: usize,
}

impl Book {
    /// Puts each telling where it belongs. Times are still as they were written.
    pub(super) fn put_tellings_in_place(&mut self) {
        let again = |what: &What| matches!(what, What::Again { .. });
        let repost = |what: &What| matches!(what, What::Mention(mark) if mark.repost);
        let (tells, repeats) = (self.whats.iter().any(again), self.whats.iter().any(repost));
        if !tells && !repeats {
            return;
        }
        self.edited.sort_unstable();
        let mut items = std::mem::take(&mut self.items);
        for case in items.chunk_by_mut(|a, b| a.case == b.case) {
            if tells && case.iter().any(|i| again(self.what(i))) {
                self.has_changes = true;
                self.settle_versions(case);
            }
            if repeats && case.iter().any(|i| repost(self.what(i))) {
                self.settle_reposts(case);
            }
        }
        self.items = items;
    }

    fn is(&mut self, item: &mut Item, what: What) {
        item.what = self.enter(what);
    }

    /// Another export knows that a reply answers something.
    fn settle_replies(&mut self, case: &mut [Item]) {
        let told: Vec<i64> = case
            .iter()
            .filter_map(|item| match *self.what(item) {
                What::Again {
                    how: Telling::More(_),
                    mark: None,
                    answers: true,
                    posted,
                } => Some(posted),
                _ => None,
            })
            .collect();
        for item in case.iter_mut().filter(|item| told.contains(&item.t)) {
            if let What::Reply {
                channel,
                automatic,
                echo,
                inline,
                ..
            } = *self.what(item)
            {
                item.place |= ANSWERS;
                let answers = true;
                self.is(
                    item,
                    What::Reply {
                        channel,
                        answers,
                        automatic,
                        echo,
                        inline,
                    },
                );
            }
        }
    }

    fn settle_versions(&mut self, case: &mut [Item]) {
        self.settle_replies(case);
        let is_mention = |book: &Book, item: &Item| book.what(item).mention().is_some_and(|m| !m.repost);
        let mut mentions: Vec<usize> = (0..case.len())
            .filter(|at| case.get(*at).is_some_and(|item| is_mention(self, item)))
            .collect();
        mentions.sort_by_key(|at| case.get(*at).map_or(0, Item::byte));
        let mut tellings: Vec<(usize, usize, Telling, Mark)> = Vec::new();
        for (at, item) in case.iter().enumerate() {
            let What::Again {
                how,
                mark: Some(mark),
                posted,
                ..
            } = *self.what(item)
            else {
                continue;
            };
            let tells = |of: &&usize| {
                case.get(**of).is_some_and(|m| match posted {
                    UNKNOWN => !m.timed(),
                    t => m.t == t,
                })
            };
            let nth = match how {
                Telling::Judge { nth, .. } => usize::try_from(nth).unwrap_or(0),
                _ => 0,
            };
            let mut told = mentions.iter().filter(tells);
            let of = told.nth(nth).or_else(|| mentions.iter().find(tells));
            let of = of.or(mentions.first());
            tellings.extend(of.map(|of| (*of, at, how, mark)));
        }
        for item in case.iter_mut() {
            if matches!(self.what(item), What::Again { .. }) {
                self.is(item, What::Beside);
            }
        }
        tellings.sort_by_key(|(of, at, ..)| (*of, case.get(*at).map_or(0, Item::byte)));
        for of_one in tellings.chunk_by(|a, b| a.0 == b.0) {
            self.settle_message(case, of_one);
        }
    }

    /// All that was told of one mention, in the order of the ledger.
    fn settle_message(&mut self, case: &mut [Item], tellings: &[(usize, usize, Telling, Mark)]) {
        let Some(of) = tellings.first().map(|t| t.0) else {
            return;
        };
        let Some(base) = case.get(of).copied() else { return };
        let Some(mut mark) = self.what(&base).mention().copied() else {
            return;
        };
        let mut versions = Vec::new();
        for (_, at, how, told) in tellings {
            let Some(item) = case.get(*at) else { continue };
            match how {
                Telling::More(_) => {
                    // It was judged by all that is known, and told without what only others know.
                    let answers = mark.answers || told.answers;
                    let stars = if told.stars > 0 { told.stars } else { mark.stars };
                    let known = Mark {
                        answers,
                        stars,
                        ..*told
                    };
                    mark = match mark.corrected {
                        true => known.judged(&mark, true),
                        false => known,
                    };
                }
                Telling::Judge { by_hand, .. } => {
                    // It is about the words that were known when it was made.
                    let latest = versions
                        .last_mut()
                        .map_or(&mut mark, |v: &mut Version| &mut v.mark);
                    *latest = latest.judged(told, *by_hand);
                }
                Telling::Edit => versions.push(Version {
                    from: item.t,
                    byte: item.byte(),
                    mark: *told,
                    at: *at,
                }),
                Telling::Delete => {}
            }
        }
        let edited = self.edited.binary_search_by_key(&base.byte(), |(byte, _)| *byte);
        let edited = edited.ok().and_then(|i| self.edited.get(i)).map(|e| e.1);
        versions.push(Version {
            from: edited.unwrap_or(base.t),
            byte: base.byte(),
            mark,
            at: of,
        });
        versions.sort_by_key(|v| (v.from, v.byte));
        let Some(first) = versions.first() else { return };
        let (first_byte, mut before) = (first.byte, first.mark);
        for (number, version) in versions.iter().enumerate() {
            let mark = version.mark;
            let Some(item) = case.get_mut(version.at) else {
                continue;
            };
            if number == 0 {
                item.t = base.t.min(version.from);
                let answers = if mark.answers { ANSWERS } else { 0 };
                item.place =
                    (item.place & !(TIMED | COARSE | ANSWERS)) | (base.place & (TIMED | COARSE)) | answers;
                self.is(item, What::Mention(mark));
                continue;
            }
            item.t = version.from;
            item.place = (item.place & !COARSE) | ANSWERS;
            let again = mark.is_graver_than(&before);
            self.is(
                item,
                What::Changed {
                    mark,
                    of: first_byte,
                    again,
                },
            );
            before = mark;
        }
        for (_, at, how, _) in tellings {
            let Some(item) = case.get_mut(*at) else { continue };
            match how {
                Telling::Delete => self.is(item, What::Gone { of: first_byte }),
                Telling::More(true) => self.is(item, What::Whole { of: first_byte }),
                Telling::Judge { .. } => self.is(item, What::Judged { of: first_byte }),
                _ => {}
            }
        }
    }

    /// A repost beside what it repeats is no mention of its own.
    fn settle_reposts(&mut self, case: &mut [Item]) {
        let begins = |item: &Item| match self.what(item) {
            What::Mention(mark) => !mark.repost,
            What::Reply { answers, .. } => !answers,
            _ => false,
        };
        if !case.iter().any(begins) {
            return;
        }
        for item in case {
            if let What::Mention(Mark {
                repost: true, reach, ..
            }) = *self.what(item)
            {
                self.is(item, What::Boost { reach });
            }
        }
    }
}
