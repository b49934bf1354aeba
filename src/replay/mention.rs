//! The mentions of a case as the ledger knows them: what is judged of each, in its present wording, and what
//! was judged of it last. Nothing is judged here.

use crate::calendar::{Moment, Precision};
use crate::case::book::{Book, Item, What};
use crate::event::judged::JudgeFacts;
use crate::event::{EDIT, JUDGE, MESSAGE, MORE, MessageData, MessageFacts};
use crate::intake::retold::{Told, all_of};
use crate::judge::Circumstances;
use crate::ledger::Result;
use crate::ledger::read::Lines;
use crate::message::{Direction, Message};
use std::borrow::Cow;

/// A mention, and its judgement as it counts today.
#[derive(Debug)]
pub struct Mention<'l> {
    /// Number of its case.
    pub case: u32,
    /// Where the line stands by which its case knows it.
    pub byte: u64,
    /// When it was posted, milliseconds since 1970, as its case has it.
    pub at: i64,
    /// The message with all that is known of it: what is judged.
    pub message: Message<'l>,
    /// What else a judge knows of it.
    pub circumstances: Circumstances,
    /// What was judged of it last, by rules or by a person, and which of the case's mentions it is.
    pub said: JudgeFacts<'l>,
    /// It can have a target: it is not history, and its day is known.
    pub has_target: bool,
}

/// Reads mentions out of a ledger.
pub struct Mentions<'b> {
    book: &'b Book,
    lines: Lines,
    /// Those that were passed over.
    pub passed: Passed,
}

/// How many mentions were passed over.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// What they said was erased.
    pub erased: u64,
    /// They only repeat another's words: nobody judges them.
    pub reposts: u64,
}

/// A line of a case whose mentions were told or judged again.
struct Entry {
    byte: u64,
    /// Its place in the case's history.
    order: usize,
    ev: String,
    t: Option<String>,
    facts: String,
    data: Option<String>,
    what: What,
}

impl<'b> Mentions<'b> {
    /// Of a book, and of the ledger that it was folded from.
    pub fn new(book: &'b Book, lines: Lines) -> Self {
        let passed = Passed::default();
        Mentions { book, lines, passed }
    }

    /// Shows every mention among the items of one case that `wanted` asks for; reposts are none.
    pub fn each(
        &mut self,
        items: &[Item],
        wanted: impl Fn(&Item) -> bool,
        mut show: impl FnMut(Mention<'_>),
    ) -> Result<()> {
        let book = self.book;
        let again = |item: &Item| {
            !matches!(
                book.what(item),
                What::Mention(_) | What::Reply { .. } | What::Done(..)
            )
        };
        let entries = match items.iter().any(again) {
            true => self.entries(items)?,
            false => Vec::new(),
        };
        for item in items {
            let What::Mention(mark) = book.what(item) else {
                continue;
            };
            if !wanted(item) {
                continue;
            }
            if mark.repost {
                self.passed.reposts += 1;
                continue;
            }
            match entries.is_empty() {
                true => self.plain(items, item, &mut show)?,
                false => {
                    let shown = told(&entries, item, &mut show);
                    self.passed.erased += u64::from(shown.is_none());
                }
            }
        }
        Ok(())
    }

    /// A mention of which its own line says everything.
    fn plain(&mut self, items: &[Item], item: &Item, show: &mut impl FnMut(Mention<'_>)) -> Result<()> {
        let mut before = Vec::new();
        for other in items
            .iter()
            .filter(|other| other.byte() < item.byte() && is_near(item, other))
        {
            if matches!(self.book.what(other), What::Mention(mark) if !mark.repost) {
                before.push(moment(self.lines.at(other.byte())?.t));
            }
        }
        let line = self.lines.at(item.byte())?;
        let data = line
            .payload
            .data()
            .and_then(|data| serde_json::from_str(data).ok());
        let facts = line.facts.and_then(|facts| serde_json::from_str(facts).ok());
        let (Some(facts), Some(data)) = (facts, data) else {
            self.passed.erased += 1;
            return Ok(());
        };
        let Taken {
            message,
            said,
            has_target,
            circumstances,
        } = taken(MESSAGE, line.t, facts, data);
        show(Mention {
            case: item.case,
            byte: item.byte(),
            at: item.t,
            said: JudgeFacts {
                nth: nth(moment(line.t), before.into_iter()),
                posted: line.t.map(Cow::Borrowed),
                ..said
            },
            message,
            has_target,
            circumstances,
        });
        Ok(())
    }

    /// The lines that speak of the case's mentions, in the order of the ledger.
    fn entries(&mut self, items: &[Item]) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for (order, item) in items.iter().enumerate() {
            let what = *self.book.what(item);
            if matches!(what, What::Reply { .. } | What::Done(..)) {
                continue;
            }
            let line = self.lines.at(item.byte())?;
            entries.push(Entry {
                byte: item.byte(),
                order,
                ev: line.ev.to_owned(),
                t: line.t.map(str::to_owned),
                facts: line.facts.unwrap_or("{}").to_owned(),
                data: line.payload.data().map(str::to_owned),
                what,
            });
        }
        entries.sort_by_key(|entry| entry.byte);
        Ok(entries)
    }
}

/// They may have been posted at the same time, as far as that was written.
fn is_near(item: &Item, other: &Item) -> bool {
    item.t == other.t || !(item.timed() || other.timed())
}

fn moment(t: Option<&str>) -> Option<Moment> {
    t.and_then(Moment::parse)
}

/// How many of the mentions before it a judgement would take for it, by their `t`.
fn nth(own: Option<Moment>, before: impl Iterator<Item = Option<Moment>>) -> u32 {
    let same = before.filter(|other| match own {
        None => !other.is_some_and(Moment::is_timed),
        Some(own) => other.is_some_and(|other| other.millis == own.millis),
    });
    u32::try_from(same.count()).unwrap_or(u32::MAX)
}

/// What a line tells of a message.
struct Taken<'l> {
    message: Message<'l>,
    said: JudgeFacts<'l>,
    has_target: bool,
    circumstances: Circumstances,
}

fn taken<'l>(ev: &str, t: Option<&'l str>, facts: MessageFacts<'l>, data: MessageData<'l>) -> Taken<'l> {
    let posted = match ev {
        MESSAGE => t,
        _ => facts.posted.as_deref(),
    };
    let posted = posted.and_then(Moment::parse);
    let is_dated = posted.is_some_and(|moment| moment.precision >= Precision::Day);
    let said = JudgeFacts {
        kind: facts.kind.unwrap_or_default(),
        sentiment: facts.sentiment.unwrap_or_default(),
        score: facts.score,
        topics: facts.topics,
        urgency: facts.urgency,
        impact: facts.impact,
        value: facts.value,
        priority: facts.priority,
        target_s: facts.target_s,
        route: facts.route,
        private: facts.private,
        needs_reply: facts.needs_reply.unwrap_or_default(),
        rules: facts.rules,
        because: facts.because,
        ..JudgeFacts::default()
    };
    let has_target = said.target_s.is_some() || (said.priority.is_none() && !facts.history && is_dated);
    // Who was counted and wrote for the first time is not written down.
    let author_mentions = Some(facts.author_mentions.unwrap_or(1));
    let circumstances = Circumstances { author_mentions };
    let message = Message {
        id: data.id,
        channel: facts.channel,
        direction: Some(Direction::Inbound),
        author: data.author,
        author_id: data.author_id,
        posted,
        text: data.text,
        judged: data.judged,
        reply_to: data.reply_to,
        conversation: data.conversation,
        link: data.link,
        rating: facts.rating,
        reach: facts.reach,
        // A language that was found once is found again: what the export stated is in it where that counted.
        language: facts.language,
        repost: facts.repost,
        repost_of: data.repost_of,
        deleted: facts.deleted,
        automatic: facts.automatic,
        inline: facts.inline,
        ..Message::default()
    };
    Taken {
        message,
        said,
        has_target,
        circumstances,
    }
}

impl Entry {
    fn facts(&self) -> Option<MessageFacts<'_>> {
        serde_json::from_str(&self.facts).ok()
    }

    fn data(&self) -> Option<MessageData<'_>> {
        serde_json::from_str(self.data.as_deref()?).ok()
    }

    /// Channel and id of the message that it tells.
    fn name(&self) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
        Some((self.facts()?.channel, self.data()?.id))
    }

    fn told(&self) -> Option<Told> {
        Some(Told::of(&self.ev, self.t.as_deref(), self.facts()?, self.data()?))
    }

    /// A mention's own line.
    fn is_mention(&self) -> bool {
        self.ev == MESSAGE
            && self
                .facts()
                .is_some_and(|facts| facts.dir == "in" && !facts.repost)
    }
}

/// Shows the mention that stands at `item`, out of all that its case says; `None` where it was erased.
fn told(entries: &[Entry], item: &Item, show: &mut impl FnMut(Mention<'_>)) -> Option<()> {
    let first = entries.iter().find(|entry| entry.byte == item.byte())?;
    let name = first.name()?;
    let own: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.ev != JUDGE && entry.name().as_ref() == Some(&name))
        .collect();
    let base = *own.iter().find(|entry| entry.ev == MESSAGE)?;
    // The wording that counts today: the last in time, as its case has put them in order.
    let of_first = |entry: &&&Entry| matches!(entry.what, What::Changed { of, .. } if of == first.byte);
    let newest = own
        .iter()
        .copied()
        .filter(|entry| of_first(&entry))
        .max_by_key(|entry| entry.order);
    let newest = newest.unwrap_or(first);
    let more = own.iter().copied().rfind(|entry| entry.ev == MORE);
    let telling = more.filter(|_| newest.ev == MESSAGE).unwrap_or(newest);

    let facts = telling.facts()?;
    let has_more_text = telling.ev == MORE && !facts.fuller;
    let Taken {
        message,
        said,
        has_target,
        circumstances,
    } = taken(&telling.ev, telling.t.as_deref(), facts, telling.data()?);
    let before: Vec<Told> = own
        .iter()
        .filter(|entry| entry.byte < telling.byte)
        .filter_map(|entry| entry.told())
        .collect();
    let before = all_of(&before);
    let message = match telling.ev.as_str() {
        MESSAGE => message,
        _ => before.whole(&message, has_more_text),
    };
    let mentions = entries
        .iter()
        .filter(|entry| entry.byte < base.byte && entry.is_mention());
    show(Mention {
        case: item.case,
        byte: item.byte(),
        at: item.t,
        said: JudgeFacts {
            nth: nth(
                moment(base.t.as_deref()),
                mentions.map(|entry| moment(entry.t.as_deref())),
            ),
            posted: base.t.as_deref().map(Cow::Borrowed),
            ..judged_anew(entries, &own, first, newest).unwrap_or(said)
        },
        message,
        has_target,
        circumstances,
    });
    Some(())
}

/// The judgement that was made anew of the wording `newest`, if what came later has not overtaken it.
fn judged_anew<'e>(
    entries: &'e [Entry],
    own: &[&Entry],
    first: &Entry,
    newest: &Entry,
) -> Option<JudgeFacts<'e>> {
    // A judgement is about the wording that was recorded last when it was made.
    let edits = || own.iter().filter(|entry| entry.ev == EDIT);
    let about = |judge: &Entry| edits().rfind(|edit| edit.byte < judge.byte).map(|edit| edit.byte);
    let wording = Some(newest.byte).filter(|_| newest.ev == EDIT);
    let (mut counts, mut by_hand) = (None, false);
    for entry in entries {
        match entry.ev.as_str() {
            JUDGE
                if matches!(entry.what, What::Judged { of } if of == first.byte)
                    && about(entry) == wording =>
            {
                let facts: JudgeFacts<'_> = serde_json::from_str(&entry.facts).ok()?;
                by_hand |= facts.is_by_hand();
                counts = Some(facts);
            }
            // What is known better is judged by the rules again, unless a person has said what it is.
            MORE if wording.is_none() && !by_hand && own.iter().any(|one| one.byte == entry.byte) => {
                counts = None;
            }
            _ => {}
        }
    }
    counts
}
