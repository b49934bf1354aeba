//! `report repeats`: what is said again and again, in groups of cases.
//!
//! Two cases are in one group where a mention of each says nearly the same (whatever blanks, width, script, emoji,
//! punctuation, numbers, names and links stand in it), or where somebody linked them by hand. The texts are handed in
//! one by one and not kept; what is kept of each is bounded.

mod shown;

pub use shown::{behind, complete};

use super::Kind;
use crate::likeness::Likeness;
use crate::rules::fold::Folded;
use std::collections::{BTreeMap, BTreeSet};

/// The report. Its groups need the texts, which are not in the folded ledger: [`complete`] adds them.
pub const REPORT: Kind = Kind {
    name: "repeats",
    about: "what is said again and again, with its cause and what answers it",
    figures: &[],
    days: false,
    lay_out: |_, _, report| super::single::left_out(report).into_iter().collect(),
};

/// Texts of fewer bytes, folded and without blanks, are said again by chance: `好吃`, `thanks`.
const SHORTEST: usize = 12;

/// What somebody recorded of a group with `feedback link`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linked {
    /// `defect`, `communication` or `misunderstanding`.
    pub cause: Option<String>,
    /// Address of the pinned notice.
    pub notice: Option<String>,
    /// The common reply.
    pub answer: Option<String>,
}

impl Linked {
    /// What was said later counts; what it does not say stays.
    fn learn(&mut self, later: &Linked) {
        for (known, later) in [
            (&mut self.cause, &later.cause),
            (&mut self.notice, &later.notice),
            (&mut self.answer, &later.answer),
        ] {
            *known = later.clone().or(known.take());
        }
    }
}

/// A group of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its cases, the oldest first: the group goes by its id.
    pub cases: Vec<u32>,
    /// Mentions that say it.
    pub mentions: u64,
    /// Different authors of these.
    pub authors: u64,
    /// When it was said first and last, milliseconds since 1970.
    pub first: i64,
    /// Likewise.
    pub last: i64,
    /// Where the line of a mention stands that says it: of the oldest case, where that one says it in words.
    pub sample: Option<u64>,
    /// What was recorded of it.
    pub linked: Linked,
}

impl Group {
    /// The group's id: its oldest case.
    pub fn id(&self) -> u32 {
        self.cases.first().copied().unwrap_or(0)
    }
}

/// A mention that somebody else may have said as well.
#[derive(Debug, Clone, Copy)]
struct Said {
    case: u32,
    t: i64,
    byte: u64,
    author: u64,
}

/// Takes in mentions and links, and finds the groups.
#[derive(Debug, Default)]
pub struct Repeats {
    texts: Likeness,
    said: Vec<Said>,
    /// The place in `said` of each text that was compared.
    compared: Vec<u32>,
    /// Pairs of texts that are alike, by their place in `compared`.
    like: Vec<(u32, u32)>,
    /// Case → the place in `said` of its first mention.
    first: BTreeMap<u32, u32>,
    /// Case → the case that it was linked with.
    links: Vec<(u32, u32)>,
    linked: BTreeMap<u32, Linked>,
    /// Cases that were taken out of their groups.
    alone: BTreeSet<u32>,
    folded: Folded,
}

impl Repeats {
    /// A mention of a case, posted at `t`, whose line stands at `byte`. Short ones say nothing.
    pub fn say(&mut self, case: u32, t: i64, byte: u64, author: &str, text: &str) {
        let number = u32::try_from(self.said.len()).unwrap_or(u32::MAX);
        self.folded.read(&own_words(text));
        let form = form(self.folded.text());
        if form.len() >= SHORTEST {
            let place = u32::try_from(self.compared.len()).unwrap_or(u32::MAX);
            self.compared.push(number);
            let like = self.texts.add(form.as_bytes());
            self.like.extend(like.into_iter().map(|other| (other, place)));
        }
        self.first.entry(case).or_insert(number);
        self.said.push(Said {
            case,
            t,
            byte,
            author: xxhash_rust::xxh3::xxh3_64(author.to_lowercase().as_bytes()),
        });
    }

    /// A case was linked with another by hand; what is said of the group counts from the last time it was said.
    pub fn link(&mut self, case: u32, with: u32, linked: Linked) {
        self.alone.remove(&case);
        self.links.push((case, with));
        self.linked.entry(with).or_default().learn(&linked);
    }

    /// A case was taken out of its group: it repeats nobody, until it is linked again.
    pub fn alone(&mut self, case: u32) {
        self.links.retain(|(one, _)| *one != case);
        self.alone.insert(case);
    }

    /// The groups of at least so many cases, the largest first. A case that says two things may be in two.
    pub fn groups(&self, least: usize) -> Vec<Group> {
        let mut roots = Roots::default();
        let place = |text: u32| {
            usize::try_from(text)
                .ok()
                .and_then(|i| self.compared.get(i))
                .copied()
        };
        let repeats = |place: &u32| {
            let said = usize::try_from(*place).ok().and_then(|i| self.said.get(i));
            said.is_some_and(|said| !self.alone.contains(&said.case))
        };
        let first = |case: &u32| self.first.get(case).filter(|_| !self.alone.contains(case));
        for (a, b) in &self.like {
            if let Some((a, b)) = place(*a).zip(place(*b)).filter(|(a, b)| repeats(a) && repeats(b)) {
                roots.join(a, b);
            }
        }
        // A case that is linked with one out of scope still knows others that are.
        let mut beyond: BTreeMap<u32, u32> = BTreeMap::new();
        for (case, with) in &self.links {
            let Some(case) = self.first.get(case) else {
                continue;
            };
            let with = first(with).unwrap_or_else(|| beyond.entry(*with).or_insert(*case));
            roots.join(*case, *with);
        }
        let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
        let mut who: BTreeMap<u32, (BTreeSet<u32>, BTreeSet<u64>)> = BTreeMap::new();
        for (number, said) in (0_u32..)
            .zip(&self.said)
            .filter(|(n, _)| roots.0.contains_key(n))
            .collect::<Vec<_>>()
        {
            let root = roots.of(number);
            let group = groups.entry(root).or_insert_with(|| Group {
                first: said.t,
                last: said.t,
                ..Group::default()
            });
            group.mentions += 1;
            (group.first, group.last) = (group.first.min(said.t), group.last.max(said.t));
            group.sample = group.sample.or(Some(said.byte));
            let (cases, authors) = who.entry(root).or_default();
            cases.insert(said.case);
            authors.insert(said.author);
        }
        for (root, (cases, authors)) in who {
            if let Some(group) = groups.get_mut(&root) {
                group.cases = cases.into_iter().collect();
                group.authors = authors.len() as u64;
            }
        }
        let known = |with: &u32| first(with).or_else(|| beyond.get(with));
        for (with, linked) in &self.linked {
            let root = known(with).map(|number| roots.of(*number));
            if let Some(group) = root.and_then(|root| groups.get_mut(&root)) {
                group.linked.learn(linked);
            }
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        groups.retain(|group| group.cases.len() >= least.max(2));
        groups.sort_by_key(|g| (std::cmp::Reverse(g.cases.len()), g.id()));
        groups
    }
}

/// Which mentions belong together: each knows one that is no younger, up to the oldest.
#[derive(Debug, Default)]
struct Roots(BTreeMap<u32, u32>);

impl Roots {
    fn of(&mut self, one: u32) -> u32 {
        let mut root = one;
        while let Some(&next) = self.0.get(&root).filter(|next| **next != root) {
            root = next;
        }
        // The way is short the next time.
        let mut at = one;
        while at != root {
            at = self.0.insert(at, root).unwrap_or(root);
        }
        root
    }

    fn join(&mut self, a: u32, b: u32) {
        self.0.entry(a).or_insert(a);
        self.0.entry(b).or_insert(b);
        let (a, b) = (self.of(a), self.of(b));
        self.0.insert(a.max(b), a.min(b));
    }
}

/// Without the names it begins with and without addresses.
fn own_words(text: &str) -> String {
    let is_own =
        |word: &&str| !(word.starts_with('@') || word.starts_with("http://") || word.starts_with("https://"));
    text.split_whitespace()
        .filter(is_own)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Letters only; a number is a number, whichever.
fn form(folded: &str) -> String {
    let mut form = String::with_capacity(folded.len());
    for c in folded.chars().filter(|c| c.is_alphanumeric()) {
        match c.is_numeric() {
            true if form.ends_with('0') => {}
            true => form.push('0'),
            false => form.push(c),
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(texts: &[(u32, &str)], links: &[(u32, u32)]) -> Vec<Vec<u32>> {
        let mut repeats = Repeats::default();
        for (at, (case, text)) in (1_u32..).zip(texts) {
            repeats.say(*case, i64::from(at), u64::from(at), &format!("author {at}"), text);
        }
        for (case, with) in links {
            repeats.link(*case, *with, Linked::default());
        }
        repeats.groups(2).into_iter().map(|g| g.cases).collect()
    }

    #[test]
    fn what_differs_in_dress_only_is_the_same() {
        let said = [
            (1, "@shop Where is my order 5512? It should have come on Monday!!"),
            (
                2,
                "where is my order 99? it should have come on monday 😡 https://t.co/x",
            ),
            (3, "新版本一打开账户页面就闪退，根本没法用"),
            (4, "新版本一打開帳戶頁面就閃退！！根本沒法用😭"),
            (5, "ＷＨＥＲＥ is my order？ It should have come on Monday"),
            (6, "The soup was cold and the waiter rude"),
            (7, "thanks"),
            (8, "Thanks!"),
        ];
        assert_eq!(groups(&said, &[]), [vec![1, 2, 5], vec![3, 4]]);
    }

    #[test]
    fn a_case_that_was_taken_out_leaves_the_others_together() {
        let said = [
            (1, "the app is broken"),
            (2, "the app is broken"),
            (3, "the app is broken"),
            (4, "no soup"),
        ];
        let mut repeats = Repeats::default();
        for (case, text) in said {
            repeats.say(case, 1, 1, "somebody", text);
        }
        repeats.link(4, 1, Linked::default());
        let groups = |repeats: &Repeats| repeats.groups(2).into_iter().map(|g| g.cases).collect::<Vec<_>>();
        assert_eq!(groups(&repeats), [vec![1, 2, 3, 4]]);
        repeats.alone(2);
        assert_eq!(groups(&repeats), [vec![1, 3, 4]]);
        repeats.alone(4);
        assert_eq!(groups(&repeats), [vec![1, 3]]);
        repeats.link(2, 1, Linked::default());
        assert_eq!(groups(&repeats), [vec![1, 2, 3]]);
    }

    #[test]
    fn one_case_that_says_it_twice_is_no_group_and_links_make_one() {
        let said = [
            (1, "when do you open on Sundays then"),
            (1, "when do you open on Sundays then?"),
            (2, "is there parking"),
            (3, "something else altogether, you know"),
        ];
        assert_eq!(groups(&said, &[]), [] as [Vec<u32>; 0]);
        assert_eq!(groups(&said, &[(3, 1), (2, 2)]), [vec![1, 3]]);
    }

    #[test]
    fn a_case_that_says_two_things_does_not_join_two_groups() {
        let said = [
            (1, "when do you open on Sundays then"),
            (2, "when do you open on Sundays then?"),
            (2, "the app logs me out whenever I pay"),
            (3, "The app logs me out whenever I pay!"),
        ];
        assert_eq!(groups(&said, &[]), [vec![1, 2], vec![2, 3]]);
    }

    #[test]
    fn what_was_recorded_last_of_a_group_counts() {
        let mut repeats = Repeats::default();
        let said = |cause: &str, notice: Option<&str>| Linked {
            cause: Some(cause.to_owned()),
            notice: notice.map(str::to_owned),
            answer: None,
        };
        repeats.say(1, 1, 1, "a", "x");
        repeats.say(2, 2, 2, "b", "y");
        repeats.link(2, 1, said("defect", Some("https://x.example/1")));
        repeats.link(1, 1, said("communication", None));
        let groups = repeats.groups(2);
        assert_eq!(
            groups[0].linked,
            said("communication", Some("https://x.example/1"))
        );
        assert_eq!(behind(&groups).len(), 2);
    }
}
