//! Texts for the groups of repeats: read line by line in the order of the ledger, and let go. Which texts are like
//! which is found in [`report::repeats`](crate::report::repeats); here is only where they come from, and how a case
//! tells of its group.

use super::view;
use crate::case::book::{Book, What, case_id, case_number};
use crate::case::{self, Case};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::event::{MessageData, Verb, VerbData, VerbFacts};
use crate::ledger::read::Lines;
use crate::render::safe;
use crate::report::Material;
use crate::report::repeats::{Group, Linked, Repeats};
use serde_json::{Value as Json, json};

/// Mentions that a report compares: the latest ones. They take some 50 MB.
const MOST: usize = 200_000;
/// Mentions that `show` compares a case with: the latest ones, so that it is quick.
const NEAR: usize = 20_000;

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// A line to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pick {
    byte: u64,
    case: u32,
    t: i64,
    link: bool,
}

fn read(mut picks: Vec<Pick>, book: &Book, lines: &mut Lines) -> Result<Repeats, Failure> {
    picks.sort_unstable();
    let mut repeats = Repeats::default();
    for pick in picks {
        let line = lines.at(pick.byte)?;
        if pick.link {
            let facts: VerbFacts = parsed(line.facts);
            if facts.alone {
                repeats.alone(pick.case);
                continue;
            }
            let data: VerbData<'_> = parsed(line.payload.data());
            let with = facts.group.as_deref().and_then(case_number);
            let linked = Linked {
                cause: facts.cause,
                notice: data.link.map(|link| link.into_owned()),
                answer: Some(data.text.into_owned()).filter(|text| !text.is_empty()),
            };
            repeats.link(pick.case, book.resolve(with.unwrap_or(pick.case)), linked);
        } else {
            let data: MessageData<'_> = parsed(line.payload.data());
            repeats.say(pick.case, pick.t, pick.byte, &data.author, &data.text);
        }
    }
    Ok(repeats)
}

fn parsed<'a, T: Default + serde::Deserialize<'a>>(json: Option<&'a str>) -> T {
    json.and_then(|j| serde_json::from_str(j).ok())
        .unwrap_or_default()
}

/// What of a case is to be read: its mentions, as they say today, and its links.
fn picks<'c>(case: &'c Case<'_>, book: &'c Book) -> impl Iterator<Item = Pick> + 'c {
    case.items.iter().filter_map(move |item| {
        let link = match book.what(item) {
            What::Mention(mark) if !mark.repost => false,
            What::Done(Verb::Link, _) => true,
            _ => return None,
        };
        Some(Pick {
            byte: if link {
                item.byte()
            } else {
                case.today(item.byte())
            },
            case: case.number,
            t: item.t,
            link,
        })
    })
}

/// The groups among the cases in scope.
pub fn in_scope(
    material: &Material<'_>,
    least: usize,
    lines: &mut Lines,
    desk: &Desk,
) -> Result<Vec<Group>, Failure> {
    let book = material.book;
    let mut all: Vec<Pick> = Vec::new();
    for case in case::each(book, &book.items).filter(|c| material.scope.holds(book, c)) {
        all.extend(picks(&case, book));
    }
    let mentions = all.iter().filter(|pick| !pick.link).count();
    if mentions > MOST {
        all.sort_unstable_by_key(|pick| (pick.link, pick.t));
        all.drain(..mentions - MOST);
        desk.talk.note(&format!(
            "note: the latest {MOST} of {mentions} mentions were compared; name a period with --since"
        ));
    }
    Ok(read(all, book, lines)?.groups(least))
}

/// The text of each group's sample.
pub fn samples(groups: &[Group], lines: &mut Lines, desk: &Desk) -> Result<Vec<String>, Failure> {
    let mut texts = Vec::new();
    for group in groups {
        texts.push(match group.sample {
            Some(byte) => view::quote(lines, byte, desk.style.lang)?.text,
            None => String::new(),
        });
    }
    Ok(texts)
}

/// So many cases by so many authors within a day look like a campaign.
const CAMPAIGN: usize = 5;

/// Groups of the last 24 hours that many said who had not said it before: the largest first.
pub fn campaigns(book: &Book, lines: &mut Lines, now: i64) -> Result<Vec<Group>, Failure> {
    let mut all: Vec<Pick> = Vec::new();
    for item in book.items.iter().filter(|i| (now - DAY..=now).contains(&i.t)) {
        if matches!(book.what(item), What::Mention(mark) if !mark.repost) {
            let (byte, case, t) = (item.byte(), item.case, item.t);
            all.push(Pick {
                byte,
                case,
                t,
                link: false,
            });
        }
    }
    if all.len() < CAMPAIGN {
        return Ok(Vec::new());
    }
    all.sort_unstable_by_key(|pick| pick.byte);
    all.drain(..all.len().saturating_sub(NEAR));
    let mut groups = read(all, book, lines)?.groups(CAMPAIGN);
    groups.retain(|group| group.authors >= CAMPAIGN as u64);
    Ok(groups)
}

/// `12 cases by 12 authors say nearly the same: c90 …`
pub fn as_campaign(group: &Group, desk: &Desk) -> String {
    let lang = desk.style.lang;
    let ids: Vec<String> = group.cases.iter().take(8).map(|case| case_id(*case)).collect();
    let more = if group.cases.len() > ids.len() { " …" } else { "" };
    format!(
        "{}, {}, {}: {}{more} · {} `feedback escalate {} --as attack`",
        lang.count(group.cases.len() as u64, "cases"),
        lang.count(group.authors, "different authors"),
        lang.say("nearly the same words within a day"),
        ids.join(" "),
        lang.say("an attack?"),
        case_id(group.id()),
    )
}

/// The groups to which one of these cases belongs, among the latest mentions.
pub fn around(cases: &[Case<'_>], book: &Book, lines: &mut Lines) -> Result<Vec<Group>, Failure> {
    let mut all: Vec<Pick> = Vec::new();
    for item in &book.items {
        let link = match book.what(item) {
            What::Mention(mark) if !mark.repost => false,
            What::Done(Verb::Link, _) => true,
            _ => continue,
        };
        let (byte, case, t) = (item.byte(), item.case, item.t);
        all.push(Pick { byte, case, t, link });
    }
    let mentions = all.iter().filter(|pick| !pick.link).count();
    if mentions > NEAR {
        all.sort_unstable_by_key(|pick| (pick.link, pick.byte));
        all.drain(..mentions - NEAR);
    }
    for case in cases {
        all.retain(|pick| pick.case != case.number);
        all.extend(picks(case, book));
    }
    let mut groups = read(all, book, lines)?.groups(2);
    groups.retain(|group| cases.iter().any(|case| group.cases.contains(&case.number)));
    Ok(groups)
}

/// `repeated in: c3, c9 · cause: defect · https://…`, for the head of a case.
pub fn told(case: u32, groups: &[Group], desk: &Desk) -> String {
    let say = |k: &str| desk.style.lang.say(k);
    let Some(group) = groups.iter().find(|group| group.cases.contains(&case)) else {
        return String::new();
    };
    let others = group.cases.iter().filter(|other| **other != case);
    let mut ids: Vec<String> = others.clone().take(8).map(|other| case_id(*other)).collect();
    if others.count() > ids.len() {
        ids.push("…".to_owned());
    }
    let mut text = format!("  {}: {}", say("repeated in"), ids.join(", "));
    if let Some(cause) = &group.linked.cause {
        text.push_str(&format!(" · {}: {}", say("cause"), say(cause)));
    }
    for more in [&group.linked.notice, &group.linked.answer].into_iter().flatten() {
        text.push_str(&format!(" · {}", safe::line(more)));
    }
    text.push('\n');
    text
}

/// The same for programs.
pub fn as_json(case: u32, groups: &[Group]) -> Json {
    let group = groups.iter().find(|group| group.cases.contains(&case));
    group.map_or(Json::Null, |group| {
        json!({
            "group": case_id(group.id()),
            "cases": group.cases.iter().map(|case| case_id(*case)).collect::<Vec<_>>(),
            "mentions": group.mentions,
            "cause": group.linked.cause,
            "notice": group.linked.notice,
            "answer": group.linked.answer,
        })
    })
}
