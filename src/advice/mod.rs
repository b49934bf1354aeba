//! In public or in private: how a mention is best answered, and why.
//!
//! One pure function over what was judged. It chooses no words (that is the business of templates)
//! and changes nothing; the owner answers where she likes.

pub mod personal;

use crate::rules::conclusion::Kind;

/// Where to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manner {
    /// For everybody to read.
    Public,
    /// To the customer alone.
    Private,
    /// A word of acknowledgement for everybody, the matter itself to the customer alone.
    PublicThenPrivate,
}

impl Manner {
    /// All of them.
    pub const ALL: [Manner; 3] = [Manner::Public, Manner::Private, Manner::PublicThenPrivate];

    /// The word that stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Manner::Public => "public",
            Manner::Private => "private",
            Manner::PublicThenPrivate => "public_then_private",
        }
    }

    /// The key of the words that say it.
    pub fn words(self) -> &'static str {
        match self {
            Manner::Public => "answer in public",
            Manner::Private => "answer in private",
            Manner::PublicThenPrivate => "acknowledge in public, settle in private",
        }
    }
}

/// Where to answer, and why; `reason` is a key of our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// Where.
    pub manner: Manner,
    /// Why.
    pub reason: &'static str,
}

impl Advice {
    /// Every reason that is given.
    pub const REASONS: [&'static str; 9] = [
        IN_PRIVATE, ABUSE, SPAM, PERSONAL, COMPLAINT, SENSITIVE, COMPLEX, SIMPLE, PLEASED,
    ];
}

const IN_PRIVATE: &str = "it came in private";
const ABUSE: &str = "abuse is not argued with in public";
const SPAM: &str = "spam gets no stage";
const PERSONAL: &str = "it holds personal data";
const COMPLAINT: &str = "everybody sees that you care, the details are the customer's";
const SENSITIVE: &str = "a rule asks for privacy";
const COMPLEX: &str = "several matters at once";
const SIMPLE: &str = "a simple matter, and others may want to know the answer";
const PLEASED: &str = "praise is for everybody to see";

/// So many topics make a matter complex.
const MANY_TOPICS: usize = 3;

/// Channels on which nobody else reads along.
const PRIVATE_CHANNELS: [&str; 8] = [
    "email",
    "form",
    "freshdesk",
    "intercom",
    "messenger",
    "sms",
    "whatsapp",
    "zendesk",
];

/// True where nobody else reads along on that channel.
pub fn is_private_channel(channel: &str) -> bool {
    PRIVATE_CHANNELS.contains(&channel)
}

/// What the advice hangs on.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// The mention's kind.
    pub kind: Kind,
    /// A rule wants it out of the public's sight.
    pub private: bool,
    /// How many topics it has.
    pub topics: usize,
    /// Where it came in.
    pub channel: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// Simple questions and praise in public; complex matters and personal data in private; complaints
/// acknowledged in public, then settled in private.
pub fn advise(matter: &Matter<'_>) -> Advice {
    let (manner, reason) = match matter.kind {
        _ if is_private_channel(matter.channel) => (Manner::Private, IN_PRIVATE),
        Kind::Abuse => (Manner::Private, ABUSE),
        Kind::Spam => (Manner::Private, SPAM),
        _ if names_somebody(matter.text) => (Manner::Private, PERSONAL),
        Kind::Complaint => (Manner::PublicThenPrivate, COMPLAINT),
        _ if matter.private => (Manner::Private, SENSITIVE),
        _ if matter.topics >= MANY_TOPICS => (Manner::Private, COMPLEX),
        Kind::Praise => (Manner::Public, PLEASED),
        _ => (Manner::Public, SIMPLE),
    };
    Advice { manner, reason }
}

/// An order's number tells nothing to those who have not the shop's books.
fn names_somebody(text: &str) -> bool {
    personal::find(text).any(|(kind, _)| kind != personal::Personal::Order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manner(kind: Kind, private: bool, topics: usize, channel: &str, text: &str) -> Manner {
        let matter = Matter {
            kind,
            private,
            topics,
            channel,
            text,
        };
        advise(&matter).manner
    }

    #[test]
    fn where_to_answer_follows_from_the_judgement() {
        use Kind::*;
        let at = |kind, private, topics, text| manner(kind, private, topics, "x", text);
        assert_eq!(at(Inquiry, false, 1, "When do you open?"), Manner::Public);
        assert_eq!(at(Praise, false, 2, "Lovely cake"), Manner::Public);
        assert_eq!(
            at(Complaint, false, 1, "The cake was dry"),
            Manner::PublicThenPrivate
        );
        assert_eq!(
            at(Complaint, true, 1, "I want my money back"),
            Manner::PublicThenPrivate
        );
        assert_eq!(at(Complaint, false, 1, "Call me: 138 0013 8000"), Manner::Private);
        assert_eq!(
            at(Inquiry, true, 1, "What did you do with my data?"),
            Manner::Private
        );
        assert_eq!(
            at(Inquiry, false, 3, "Parking, cots and the bill"),
            Manner::Private
        );
        assert_eq!(at(Abuse, false, 0, "…"), Manner::Private);
        assert_eq!(manner(Praise, false, 0, "whatsapp", "Lovely"), Manner::Private);
    }
}
