//! What a rule may conclude: the dimensions of a judgement as plain words.
//!
//! Each is a closed list with a name that stands in `rules.toml`, in the ledger and in reports. Nothing
//! here knows how a conclusion is reached.

use std::fmt;

/// A closed list of words: the enum, its names, and the way back.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// Their names, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($word),+];

            /// The word that stands in files and reports.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The way back from [`name`](Self::name); `None` for any other word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(super) use words;

words! {
    /// What a mention is. The order decides ties: what needs an answer most comes first, and what needs
    /// none comes last, so that it takes clear evidence.
    Kind {
        /// Something went wrong for the customer.
        Complaint = "complaint",
        /// A question.
        Inquiry = "inquiry",
        /// A wish or an idea.
        Suggestion = "suggestion",
        /// Thanks or approval.
        Praise = "praise",
        /// Insults or threats against people, without a matter of the customer's.
        Abuse = "abuse",
        /// Advertising and fraud by strangers.
        Spam = "spam",
        /// None of these.
        Other = "other",
    }
}

words! {
    /// The mood of a text.
    Sentiment {
        /// Displeased.
        Negative = "negative",
        /// Neither, or both alike.
        Neutral = "neutral",
        /// Pleased.
        Positive = "positive",
    }
}

words! {
    /// How soon a mention is to be answered; the most urgent is the least.
    Priority {
        /// Drop everything.
        P0 = "P0",
        /// Today.
        P1 = "P1",
        /// This week.
        P2 = "P2",
    }
}
