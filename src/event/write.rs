//! A message and what was judged of it, straight into the bytes of its line: the same JSON, key for key,
//! as the types of [`event`](super) read back, without building those types first.
//!
//! Nothing is decided here, and nothing else of a line is known.

use crate::calendar::{Moment, Precision};
use crate::event::LOW;
use crate::judge::Judgement;
use crate::message::{Direction, Message};
use crate::rules::Group;

/// What a line says of a message beside the message itself and its judgement.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Number of its case.
    pub case: u32,
    /// Which way it went.
    pub direction: Direction,
    /// Number of the case before its own in the same conversation, where a long silence began a new one.
    pub follows: Option<u32>,
    /// A reply that `feedback reply` had recorded already.
    pub echo: bool,
    /// Old: no targets, no alarms.
    pub history: bool,
    /// It is told again: an edit, a deletion, or more about it.
    pub again: Option<Again>,
}

/// What the line of a message that is told again says beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// The `t` of the message's own line.
    pub posted: Option<Moment>,
    /// When it was changed, where that is known.
    pub t: Option<Moment>,
    /// Its text is the whole of what was known as an excerpt.
    pub fuller: bool,
}

/// Appends `,"case":…,"t":…,"facts":…`.
pub fn write_header(
    to: &mut Vec<u8>,
    message: &Message<'_>,
    judged: Option<&Judgement<'_>>,
    standing: Standing,
) {
    to.extend_from_slice(b",\"case\":\"c");
    push_number(to, standing.case);
    to.push(b'"');
    let t = standing.again.map_or(message.posted, |again| again.t);
    if let Some(t) = t {
        to.extend_from_slice(b",\"t\":\"");
        t.write(to);
        to.push(b'"');
    }
    to.extend_from_slice(b",\"facts\":");
    let mut facts = Object::open(to);
    let direction = match standing.direction {
        Direction::Inbound => "in",
        Direction::Outbound => "out",
    };
    facts.text("dir", direction);
    facts.text("channel", &message.channel);
    facts.flag("answers", message.reply_to.is_some());
    facts.flag("automatic", message.automatic);
    facts.flag("inline", message.inline);
    facts.flag("echo", standing.echo);
    facts.flag("repost", message.repost);
    facts.flag("deleted", message.deleted);
    facts.flag("history", standing.history);
    if let Some(case) = standing.follows {
        let to = facts.key("follows");
        to.extend_from_slice(b"\"c");
        push_number(to, case);
        to.push(b'"');
    }
    let edited = changed_since(message).filter(|_| standing.again.is_none());
    facts.moment("edited", edited);
    facts.moment("posted", standing.again.and_then(|again| again.posted));
    facts.flag("fuller", standing.again.is_some_and(|again| again.fuller));
    if let Some(rating) = message.rating {
        // Writing a number into memory cannot fail.
        let _ = serde_json::to_writer(facts.key("rating"), &rating);
    }
    facts.number("reach", message.reach);
    if let Some(j) = judged {
        // A mention of unknown time may be years old: it raises no alarm. Nor does one of some week or month.
        let is_dated = message.posted.is_some_and(|m| m.precision >= Precision::Day);
        let target_s = j.target_s.filter(|_| !standing.history && is_dated);
        judgement(&mut facts, j, target_s);
    }
    facts.close();
}

/// When a message was changed last, if that was after it was posted.
pub fn changed_since(message: &Message<'_>) -> Option<Moment> {
    let is_later = |edited: &Moment| message.posted.is_none_or(|posted| edited.millis > posted.millis);
    message.edited.filter(is_later)
}

fn judgement(facts: &mut Object<'_>, j: &Judgement<'_>, target_s: Option<u64>) {
    facts.text("language", &j.language);
    if let Some(addressed) = j.addressed {
        facts.truth("addressed", addressed);
    }
    facts.texts("found_by", j.found_by.each().map(Group::name));
    facts.number(
        "author_mentions",
        j.author_mentions.filter(|n| *n > 1).map(u64::from),
    );
    facts.text("kind", j.kind.name());
    facts.text("sentiment", j.sentiment.name());
    if j.score != 0 {
        push_number(facts.key("score"), j.score);
    }
    facts.texts("topics", j.topics);
    for (key, name) in j.levels() {
        if name != LOW {
            facts.text(key, name);
        }
    }
    if let Some(priority) = j.priority {
        facts.text("priority", priority.name());
    }
    facts.number("target_s", target_s);
    if let Some(route) = j.route {
        facts.text("route", route);
    }
    facts.flag("private", j.private);
    facts.truth("needs_reply", j.needs_reply);
    facts.texts("rules", j.matched.iter().map(|m| m.rule));
    facts.text("because", j.because);
}

/// Appends the object that `data` is: what is personal or long, the text last.
pub fn write_data(to: &mut Vec<u8>, message: &Message<'_>, judged: Option<&Judgement<'_>>) {
    let mut data = Object::open(to);
    data.text("id", &message.id);
    if !message.author.is_empty() {
        data.text("author", &message.author);
    }
    for (key, value) in [
        ("author_id", &message.author_id),
        ("reply_to", &message.reply_to),
        ("repost_of", &message.repost_of),
        ("conversation", &message.conversation),
        ("link", &message.link),
    ] {
        if let Some(value) = value {
            data.text(key, value);
        }
    }
    if let Some(j) = judged.filter(|j| !j.matched.is_empty()) {
        let to = data.key("words");
        to.push(b'[');
        for (i, matched) in j.matched.iter().enumerate() {
            if i > 0 {
                to.push(b',');
            }
            list(to, j.words(matched));
        }
        to.push(b']');
    }
    if let Some(j) = judged.filter(|j| !j.found_by.is_empty()) {
        let to = data.key("found");
        to.push(b'[');
        for (i, group) in j.found_by.each().enumerate() {
            if i > 0 {
                to.push(b',');
            }
            list(to, j.found_words(group));
        }
        to.push(b']');
    }
    if let Some(words) = message.judged.as_ref().filter(|_| judged.is_some()) {
        data.text("judged", words);
    }
    data.text("text", &message.text);
    data.close();
}

/// A JSON object under way.
struct Object<'v> {
    to: &'v mut Vec<u8>,
    next: u8,
}

impl<'v> Object<'v> {
    fn open(to: &'v mut Vec<u8>) -> Self {
        Object { to, next: b'{' }
    }

    /// Begins a value; the key is one of ours and holds nothing to escape.
    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        self.to.extend_from_slice(&[self.next, b'"']);
        self.to.extend_from_slice(key.as_bytes());
        self.to.extend_from_slice(b"\":");
        self.next = b',';
        self.to
    }

    fn text(&mut self, key: &str, value: &str) {
        push_text(self.key(key), value);
    }

    /// Written only where it holds.
    fn flag(&mut self, key: &str, holds: bool) {
        if holds {
            self.key(key).extend_from_slice(b"true");
        }
    }

    fn truth(&mut self, key: &str, value: bool) {
        let value: &[u8] = if value { b"true" } else { b"false" };
        self.key(key).extend_from_slice(value);
    }

    fn moment(&mut self, key: &str, value: Option<Moment>) {
        if let Some(moment) = value {
            let to = self.key(key);
            to.push(b'"');
            moment.write(to);
            to.push(b'"');
        }
    }

    fn number(&mut self, key: &str, value: Option<u64>) {
        if let Some(value) = value {
            push_number(self.key(key), value);
        }
    }

    /// Written only where there are some.
    fn texts<S: AsRef<str>>(&mut self, key: &str, values: impl IntoIterator<Item = S>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            list(self.key(key), values);
        }
    }

    fn close(self) {
        self.to.push(b'}');
    }
}

fn list<S: AsRef<str>>(to: &mut Vec<u8>, values: impl IntoIterator<Item = S>) {
    to.push(b'[');
    for (i, value) in values.into_iter().enumerate() {
        if i > 0 {
            to.push(b',');
        }
        push_text(to, value.as_ref());
    }
    to.push(b']');
}

/// Appends a JSON string.
fn push_text(to: &mut Vec<u8>, text: &str) {
    to.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain(rest));
        to.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else {
            break;
        };
        escape(to, *byte);
        rest = after;
    }
    to.push(b'"');
}

/// How many bytes at the beginning stand for themselves.
fn plain(bytes: &[u8]) -> usize {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Eight at a time: the high bit of each byte below 0x20, or equal to a quote or a backslash.
    let below = |x: u64, n: u64| x.wrapping_sub(LOW.wrapping_mul(n)) & !x & HIGH;
    let mut at = 0;
    let (eights, _) = bytes.as_chunks::<8>();
    for eight in eights {
        let x = u64::from_le_bytes(*eight);
        let quote = x ^ LOW.wrapping_mul(u64::from(b'"'));
        let backslash = x ^ LOW.wrapping_mul(u64::from(b'\\'));
        if below(x, 0x20) | below(quote, 1) | below(backslash, 1) != 0 {
            break;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let special = |b: &u8| *b < 0x20 || matches!(b, b'"' | b'\\');
    at + rest.iter().position(special).unwrap_or(rest.len())
}

fn escape(to: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0C => b'f',
        b'\r' => b'r',
        _ => {
            let low = byte & 15;
            let digit = low + if low < 10 { b'0' } else { b'a' - 10 };
            return to.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), digit]);
        }
    };
    to.extend_from_slice(&[b'\\', short]);
}

fn push_number(to: &mut Vec<u8>, n: impl itoa::Integer) {
    to.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
}

#[cfg(test)]
mod tests;
