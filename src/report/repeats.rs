//! `report repeats`: what is said again and again, in groups of cases.
//!
//! Two cases are in one group where a mention of each says nearly the same (whatever blanks, width, script, emoji,
//! punctuation, numbers, names and links stand in it), or where somebody linked them by hand. The texts are handed in
//! one by one and not kept; what is kept of each is bounded.

use super::table::{Behind, Cell, Figure, Group as Figures, Report, Table, Value};
use super::{Kind, Material};
use crate::calendar::Moment;
use crate::case::Case;
use crate::case::book::{Book, case_id};
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
    /// Pairs of mentions by their place in `said`.
    like: Vec<(u32, u32)>,
    /// Case → the case that it was linked with.
    links: Vec<(u32, u32)>,
    linked: BTreeMap<u32, Linked>,
    /// Cases that were handed in: those that others were linked with may be out of scope.
    cases: BTreeSet<u32>,
    folded: Folded,
}

impl Repeats {
    /// A mention of a case, posted at `t`, whose line stands at `byte`. Short ones say nothing.
    pub fn say(&mut self, case: u32, t: i64, byte: u64, author: &str, text: &str) {
        self.cases.insert(case);
        self.folded.read(&own_words(text));
        let form = form(self.folded.text());
        if form.len() < SHORTEST {
            return;
        }
        let number = u32::try_from(self.said.len()).unwrap_or(u32::MAX);
        let like = self.texts.add(form.as_bytes());
        self.like.extend(like.into_iter().map(|other| (other, number)));
        self.said.push(Said {
            case,
            t,
            byte,
            author: xxhash_rust::xxh3::xxh3_64(author.to_lowercase().as_bytes()),
        });
    }

    /// A case was linked with another by hand; what is said of the group counts from the last time it was said.
    pub fn link(&mut self, case: u32, with: u32, linked: Linked) {
        self.cases.insert(case);
        self.links.push((case, with));
        self.linked.entry(with).or_default().learn(&linked);
    }

    /// The groups of at least so many cases, the largest first.
    pub fn groups(&self, least: usize) -> Vec<Group> {
        let mut roots = Roots::default();
        let case = |number: u32| usize::try_from(number).ok().and_then(|i| self.said.get(i));
        for (a, b) in &self.like {
            if let (Some(a), Some(b)) = (case(*a), case(*b)) {
                roots.join(a.case, b.case);
            }
        }
        for (a, b) in &self.links {
            roots.join(*a, *b);
        }
        let mut cases: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for number in roots.0.keys().copied().collect::<Vec<_>>() {
            cases.entry(roots.of(number)).or_default().insert(number);
        }
        let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
        for (root, members) in &cases {
            let mut group = Group {
                cases: members.intersection(&self.cases).copied().collect(),
                ..Group::default()
            };
            if group.cases.len() < least.max(2) {
                continue;
            }
            for linked in members.iter().filter_map(|case| self.linked.get(case)) {
                group.linked.learn(linked);
            }
            groups.insert(*root, group);
        }
        // Of a case with several mentions those count that somebody else said too; of one linked by hand, all.
        let mut repeated: BTreeSet<u32> = BTreeSet::new();
        for (a, b) in &self.like {
            let cases = [case(*a), case(*b)].map(|said| said.map_or(0, |said| said.case));
            if cases.first() != cases.last() {
                repeated.extend([*a, *b]);
            }
        }
        let by_hand: BTreeSet<u32> = self.links.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let mut authors: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
        for (number, said) in (0_u32..).zip(&self.said) {
            let counts = repeated.contains(&number) || by_hand.contains(&said.case);
            let root = roots.of(said.case);
            let Some(group) = groups.get_mut(&root).filter(|_| counts) else {
                continue;
            };
            if group.mentions == 0 {
                (group.first, group.last) = (said.t, said.t);
            }
            group.mentions += 1;
            (group.first, group.last) = (group.first.min(said.t), group.last.max(said.t));
            authors.entry(root).or_default().insert(said.author);
            group.sample = group.sample.or(Some(said.byte));
        }
        for (root, authors) in authors {
            if let Some(group) = groups.get_mut(&root) {
                group.authors = authors.len() as u64;
            }
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        groups.sort_by_key(|g| (std::cmp::Reverse(g.cases.len()), g.id()));
        groups
    }
}

/// Which cases belong together: each knows one that is no younger, up to the oldest.
#[derive(Debug, Default)]
struct Roots(BTreeMap<u32, u32>);

impl Roots {
    fn of(&mut self, case: u32) -> u32 {
        let mut root = case;
        while let Some(&next) = self.0.get(&root).filter(|next| **next != root) {
            root = next;
        }
        // The way is short the next time.
        let mut at = case;
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

/// Puts the groups into the report; `texts` has the sample of each.
pub fn complete(report: &mut Report, material: &Material<'_>, groups: &[Group], texts: &[String]) {
    let cases: u64 = groups.iter().map(|g| g.cases.len() as u64).sum();
    let share = (report.cases > 0).then(|| cases as f64 / report.cases as f64);
    report.figures.push(Figure {
        name: "repeats",
        n: cases,
        values: vec![
            ("groups", Value::Count(groups.len() as u64)),
            ("mentions", Value::Count(groups.iter().map(|g| g.mentions).sum())),
            ("value_rate", Value::Rate(share)),
        ],
    });
    let mut shown = Table::new(
        "What is said again and again",
        &[
            "case", "cases>", "authors>", "first", "last", "kind", "cause", "notice", "text",
        ],
    );
    let mut list = Table::new(
        "",
        &[
            "case", "cases", "mentions", "authors", "channels", "first", "last", "kind", "topics", "cause",
            "notice", "answer", "text", "with",
        ],
    );
    for (group, text) in groups.iter().zip(texts) {
        let about = About::of(group, material.book);
        let day = |t: i64| Cell::Text(material.zone.day(t));
        let rfc = |t: i64| Cell::Text(Moment::exact(t).to_string());
        let words = |text: &Option<String>| text.clone().map_or(Cell::Empty, Cell::Text);
        let cause = match group.linked.cause.as_deref() {
            Some("defect") => Cell::Label("defect"),
            Some("communication") => Cell::Label("communication"),
            Some("misunderstanding") => Cell::Label("misunderstanding"),
            _ => Cell::Empty,
        };
        let counts = [group.cases.len() as u64, group.mentions, group.authors].map(Cell::Count);
        let [n, mentions, authors] = counts;
        let notice = group.linked.notice.as_ref().or(group.linked.answer.as_ref());
        shown.row([
            Cell::Text(case_id(group.id())),
            n.clone(),
            authors.clone(),
            day(group.first),
            day(group.last),
            Cell::Label(about.kind),
            cause.clone(),
            words(&notice.cloned()),
            Cell::Text(text.chars().take(60).collect()),
        ]);
        let others = group.cases.iter().map(|case| case_id(*case));
        list.row([
            Cell::Text(case_id(group.id())),
            n,
            mentions,
            authors,
            Cell::Text(about.channels.join(", ")),
            rfc(group.first),
            rfc(group.last),
            Cell::Label(about.kind),
            Cell::Text(about.topics.join(", ")),
            cause,
            words(&group.linked.notice),
            words(&group.linked.answer),
            Cell::Text(text.clone()),
            Cell::Text(others.collect::<Vec<_>>().join(" ")),
        ]);
        report.groups.push(Figures {
            by: "repeats",
            key: case_id(group.id()),
            figures: vec![Figure {
                name: "repeats",
                n: group.cases.len() as u64,
                values: vec![
                    ("mentions", Value::Count(group.mentions)),
                    ("authors", Value::Count(group.authors)),
                ],
            }],
        });
    }
    report.tables.insert(0, shown);
    report.list = Some(list);
}

/// Each case of the groups once, with the size of its group.
pub fn behind(groups: &[Group]) -> Vec<Behind> {
    let each = |group: &Group| {
        let value = Value::Count(group.cases.len() as u64);
        group
            .cases
            .clone()
            .into_iter()
            .map(move |case| Behind { case, value })
    };
    groups.iter().flat_map(each).collect()
}

/// What its cases are about.
struct About<'b> {
    channels: Vec<&'b str>,
    kind: &'static str,
    topics: Vec<&'b str>,
}

impl<'b> About<'b> {
    fn of(group: &Group, book: &'b Book) -> About<'b> {
        let cases = group
            .cases
            .iter()
            .filter_map(|n| Case::of(book, book.items_of(*n)));
        let (mut channels, mut topics) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
        let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
        for case in cases {
            channels.insert(book.names.word(case.first.channel));
            *kinds.entry(case.first.kind.name()).or_default() += 1;
            for topic in case.topics() {
                *topics.entry(book.names.word(topic)).or_default() += 1;
            }
        }
        let mut topics: Vec<_> = topics.into_iter().collect();
        topics.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        About {
            channels: channels.into_iter().collect(),
            kind: kinds
                .into_iter()
                .max_by_key(|(_, n)| *n)
                .map_or("other", |(kind, _)| kind),
            topics: topics.into_iter().map(|(topic, _)| topic).take(3).collect(),
        }
    }
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
    fn what_was_recorded_last_of_a_group_counts() {
        let mut repeats = Repeats::default();
        let said = |cause: &str, notice: Option<&str>| Linked {
            cause: Some(cause.to_owned()),
            notice: notice.map(str::to_owned),
            answer: None,
        };
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
