//! What is told of messages that are known already: an edit, a deletion, more than was known, or nothing new.
//!
//! Hashes tell most repeats; what is left is decided here, by what the ledger's lines say. That takes one
//! more reading of the ledger and of the parts of the export concerned, and only where there is something to decide.

use super::keys::{Hasher, Key};
use super::same_text::{Likeness, likeness};
use super::{normal, threads::Retold};
use crate::calendar::Moment;
use crate::event::write::{Again, changed_since};
use crate::event::{DELETE, EDIT, MESSAGE, MORE, MessageData, MessageFacts};
use crate::ledger::line::Line;
use crate::message::Message;
use std::borrow::Cow;
use std::collections::HashMap;

/// What the ledger holds of the messages in question.
pub(super) struct Recall {
    hasher: Hasher,
    lines: HashMap<Key, Vec<Told>>,
}

/// A message as a line of the ledger tells it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    posted: Option<Moment>,
    /// Since when it said that.
    since: Option<Moment>,
    deleted: bool,
    author: String,
    author_id: Option<String>,
    reply_to: Option<String>,
    conversation: Option<String>,
    repost_of: Option<String>,
    rating: Option<f32>,
    reach: Option<u64>,
    language: Option<String>,
    link: bool,
    judged: Option<String>,
    text: String,
}

/// One line more about a known message.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// Its place among the messages of the file.
    pub(crate) position: usize,
    /// The case.
    pub(crate) case: u32,
    /// `edit`, `more` or `delete`.
    pub(crate) ev: &'static str,
    /// What its line says beside the message.
    pub(crate) again: Again,
    /// What was known before and this export does not tell: it is judged along.
    before: Box<Told>,
}

/// What a message told again comes to.
pub(super) enum Verdict {
    Nothing,
    /// Somebody else's under the same id.
    Another,
    Change(Change),
}

impl Recall {
    pub(super) fn of(hasher: Hasher, retold: &[Retold]) -> Recall {
        let lines = retold.iter().map(|r| (r.spoken.key, Vec::new())).collect();
        Recall { hasher, lines }
    }

    /// Takes in a line of the ledger.
    pub(super) fn take(&mut self, line: &Line<'_>) {
        let (MESSAGE | EDIT | MORE | DELETE, Some(facts), Some(data)) =
            (line.ev, line.facts, line.payload.data())
        else {
            return;
        };
        let Ok(data) = serde_json::from_str::<MessageData<'_>>(data) else {
            return;
        };
        let Ok(facts) = serde_json::from_str::<MessageFacts<'_>>(facts) else {
            return;
        };
        let Some(lines) = self.lines.get_mut(&self.hasher.id(&facts.channel, &data.id)) else {
            return;
        };
        lines.push(Told::of(line.ev, line.t, facts, data));
    }

    /// What `message` comes to beside all that was told of it. `excerpts`: its export shortens texts.
    pub(super) fn decide(&self, retold: &Retold, message: &Message<'_>, excerpts: bool) -> Verdict {
        let told = self.lines.get(&retold.spoken.key).map_or(&[][..], Vec::as_slice);
        let Some(first) = told.first() else {
            return Verdict::Nothing;
        };
        let change = |ev, fuller| {
            let t = match ev {
                EDIT => changed_at(message, told),
                _ => None,
            };
            let posted = first.posted;
            Verdict::Change(Change {
                position: retold.position,
                case: retold.case,
                ev,
                again: Again { posted, t, fuller },
                before: Box::new(all_of(told)),
            })
        };
        if message.deleted {
            return match told.iter().any(|t| t.deleted) {
                true => Verdict::Nothing,
                false => change(DELETE, false),
            };
        }
        let alike = told.iter().map(|t| likeness(&t.text, &message.text)).max();
        let fuller = alike == Some(Likeness::Fuller) && !excerpts;
        if alike == Some(Likeness::Other) && !excerpts {
            return match told.iter().any(|t| t.is_by_author_of(message)) {
                true => change(EDIT, false),
                false => Verdict::Another,
            };
        }
        let mut stars = told.iter().filter_map(|t| t.rating).peekable();
        if let (Some(now), true) = (message.rating, stars.peek().is_some())
            && stars.all(|before| before.to_bits() != now.to_bits())
        {
            return change(EDIT, false);
        }
        let tells_more = fuller
            || (message.reply_to.is_some() && told.iter().all(|t| t.reply_to.is_none()))
            || (message.conversation.is_some() && told.iter().all(|t| t.conversation.is_none()))
            || (message.repost_of.is_some() && told.iter().all(|t| t.repost_of.is_none()))
            || (message.rating.is_some() && told.iter().all(|t| t.rating.is_none()))
            || (message.reach.is_some() && told.iter().all(|t| t.reach.is_none()))
            || (message.link.is_some() && told.iter().all(|t| !t.link));
        match tells_more {
            true => change(MORE, fuller),
            false => Verdict::Nothing,
        }
    }
}

impl Told {
    /// What a line of that kind says, whose `t` is `t`.
    pub(crate) fn of(ev: &str, t: Option<&str>, facts: MessageFacts<'_>, data: MessageData<'_>) -> Told {
        let own = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        let posted = if ev == MESSAGE { t } else { facts.posted.as_deref() };
        let since = match ev {
            MESSAGE => facts.edited.as_deref().or(t),
            EDIT => t,
            _ => None,
        };
        Told {
            posted: posted.and_then(Moment::parse),
            since: since.and_then(Moment::parse),
            deleted: facts.deleted,
            author: data.author.into_owned(),
            author_id: own(data.author_id),
            reply_to: own(data.reply_to),
            conversation: own(data.conversation),
            repost_of: own(data.repost_of),
            rating: facts.rating,
            reach: facts.reach,
            language: own(facts.language),
            link: data.link.is_some(),
            judged: own(data.judged),
            text: data.text.into_owned(),
        }
    }

    /// What is judged of a message that is told again: with what was known before, and with the text of that
    /// where the new one says less.
    pub(crate) fn whole<'m>(&'m self, message: &Message<'m>, has_more_text: bool) -> Message<'m> {
        let mut whole = message.clone();
        let known = |text: &'m Option<String>| text.as_deref().map(Cow::Borrowed);
        whole.reply_to = whole.reply_to.or_else(|| known(&self.reply_to));
        whole.repost_of = whole.repost_of.or_else(|| known(&self.repost_of));
        whole.rating = whole.rating.or(self.rating);
        whole.reach = whole.reach.or(self.reach);
        whole.language = whole.language.or_else(|| known(&self.language));
        if has_more_text {
            whole.text = Cow::Borrowed(&self.text);
            whole.judged = known(&self.judged);
        }
        whole
    }

    /// Names change, ids do not. Where nobody is named, the time must be the same: forms count their rows alike.
    fn is_by_author_of(&self, message: &Message<'_>) -> bool {
        let ids = self.author_id.as_deref().zip(message.author_id.as_deref());
        if self.author.is_empty() || message.author.is_empty() {
            return self.posted.map(|m| m.millis) == message.posted.map(|m| m.millis);
        }
        ids.is_some_and(|(a, b)| a == b) || normal(&self.author) == normal(&message.author)
    }
}

/// Since when a message says what it says now, where its export or what is known tells that it was changed.
fn changed_at(message: &Message<'_>, told: &[Told]) -> Option<Moment> {
    // A message that names no change is as it was posted; some platforms put the time of the change there.
    let now = changed_since(message).or(message.posted)?;
    let differs = |at: Moment| at.is_timed() && at.millis != now.millis;
    let differs = told.iter().filter_map(|t| t.since).any(differs);
    (differs && now.is_timed()).then_some(now)
}

/// All that was told of one message, together.
pub(crate) fn all_of(told: &[Told]) -> Told {
    let mut all = Told::default();
    for one in told {
        all.reply_to = all.reply_to.or_else(|| one.reply_to.clone());
        all.conversation = all.conversation.or_else(|| one.conversation.clone());
        all.repost_of = all.repost_of.or_else(|| one.repost_of.clone());
        all.rating = one.rating.or(all.rating);
        all.reach = all.reach.or(one.reach);
        all.language = all.language.or_else(|| one.language.clone());
        if likeness(&all.text, &one.text) == Likeness::Fuller || all.text.is_empty() {
            all.text.clone_from(&one.text);
            all.judged.clone_from(&one.judged);
        }
    }
    all
}

impl Change {
    /// The message with all that is known of it: what is judged.
    pub(crate) fn whole<'m>(&'m self, message: &Message<'m>) -> Message<'m> {
        self.before.whole(message, self.ev == MORE && !self.again.fuller)
    }
}
