//! The groups of repeats as a figure, tables and a list. Nothing is grouped here.

use super::Group;
use crate::calendar::Moment;
use crate::case::Case;
use crate::case::book::{Book, case_id};
use crate::report::Material;
use crate::report::table::{Behind, Cell, Figure, Group as Figures, Report, Table, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Puts the groups into the report; `texts` has the sample of each.
pub fn complete(report: &mut Report, material: &Material<'_>, groups: &[Group], texts: &[String]) {
    let cases = behind(groups).len() as u64;
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
            "group", "cases>", "authors>", "first", "last", "kind", "cause", "notice", "text",
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

/// Each case of the groups once, with the size of its largest group.
pub fn behind(groups: &[Group]) -> Vec<Behind> {
    let mut seen = BTreeSet::new();
    let mut behind = Vec::new();
    for group in groups {
        let value = Value::Count(group.cases.len() as u64);
        let new = group.cases.iter().filter(|case| seen.insert(**case));
        behind.extend(new.map(|case| Behind { case: *case, value }));
    }
    behind
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
