//! `rules.toml` → a compiled rule set.
//!
//! The file is parsed with the place of everything in it (`raw`), validated with all its faults told at
//! once (`compile`), and its words become one automaton over the folded text (`fold`, `matcher`,
//! `pattern`). What follows from the rules that fire is [`judge`](crate::judge)'s business.

mod beginnings;
mod builder;
mod characters;
mod check;
mod compile;
pub mod conclusion;
pub mod fold;
pub(crate) mod form;
mod gates;
pub mod language;
mod leads;
pub mod levels;
pub(crate) mod matcher;
pub(crate) mod matrix;
pub(crate) mod missed;
pub(crate) mod near;
pub(crate) mod own_names;
mod pattern;
pub(crate) mod raw;
mod read_matrix;
mod read_rule;
mod read_when;
mod rule;
mod rule_groups;
pub(crate) mod tone;
mod trie;
pub mod watched;
pub(crate) mod weigh;
pub(crate) mod when;
mod words;

pub use characters::in_both_scripts;
pub use conclusion::{Kind, Priority, Sentiment};
pub use form::Form;
pub use leads::Leads;
pub use levels::{Level, Levels};
pub use matrix::{Row, Standing};
pub use missed::Miss;
pub use rule::{Conclusion, Rule};
pub use rule_groups::RuleGroup;
pub use tone::{Effect, Modifier};
pub use watched::{Group, Groups};
pub use when::When;

use crate::diagnostic::Diagnostic;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The starter rules, as `init` writes them out: one commented file.
pub const STARTER: &str = concat!(
    include_str!("starter/settings.toml"),
    include_str!("starter/urgent.toml"),
    include_str!("starter/kinds.toml"),
    include_str!("starter/abuse.toml"),
    include_str!("starter/mood_english.toml"),
    include_str!("starter/mood_english_upset.toml"),
    include_str!("starter/mood_chinese.toml"),
    include_str!("starter/emoji.toml"),
    include_str!("starter/spanish.toml"),
    include_str!("starter/japanese.toml"),
    include_str!("starter/market.toml"),
    include_str!("starter/topics.toml"),
);

/// How the sum of the rules' scores becomes a mood, and what the mood says of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoodSettings {
    /// Scores up to this one are negative.
    pub negative: i32,
    /// Scores from this one on are positive.
    pub positive: i32,
    /// The kind that a negative text speaks for, with weight 1.
    pub negative_kind: Kind,
    /// The kind that a positive text speaks for, with weight 1.
    pub positive_kind: Kind,
}

impl Default for MoodSettings {
    fn default() -> Self {
        MoodSettings {
            negative: -1,
            positive: 1,
            negative_kind: Kind::Complaint,
            positive_kind: Kind::Praise,
        }
    }
}

/// Which kinds need a reply.
#[derive(Debug, Clone)]
pub(crate) struct Needed {
    pub everywhere: Vec<Kind>,
    /// Of these, where the mention answers another message: thanks end a talk.
    pub in_thread: Vec<Kind>,
    /// Of these, where the mention is only stars.
    pub stars_only: Vec<Kind>,
    /// Who replies where no rule says it.
    pub route: Option<String>,
    /// Lists of authors who get no reply.
    pub not_to: Vec<when::Authors>,
}

impl Default for Needed {
    fn default() -> Self {
        let all = [
            Kind::Complaint,
            Kind::Inquiry,
            Kind::Suggestion,
            Kind::Praise,
            Kind::Other,
        ];
        Needed {
            everywhere: all.to_vec(),
            in_thread: all.to_vec(),
            stars_only: all.to_vec(),
            route: None,
            not_to: Vec::new(),
        }
    }
}

/// A validated and compiled `rules.toml`.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    /// Of each rule what is asked most.
    pub(crate) asked: Vec<rule::Asked>,
    pub(crate) matcher: matcher::Matcher,
    /// The rules without words: conditions only.
    pub(crate) wordless: Vec<u32>,
    pub(crate) mood: MoodSettings,
    pub(crate) tone: tone::Tone,
    pub(crate) nears: Vec<near::Near>,
    pub(crate) groups: Vec<RuleGroup>,
    pub(crate) question: form::Question,
    pub(crate) levels: Levels,
    pub(crate) matrix: Vec<Row>,
    targets: [u64; 3],
    needs_reply: Needed,
    /// What becomes of complaints about competitors.
    pub(crate) leads: Leads,
    fingerprint: String,
}

impl RuleSet {
    /// Compiles the text of a rules file; `file` is its name in diagnostics. Gives the warnings along with
    /// the rules.
    ///
    /// # Errors
    /// All that is wrong with the file, in the order of its lines.
    pub fn compile(text: &str, file: &str) -> Result<(RuleSet, Vec<Diagnostic>), Vec<Diagnostic>> {
        compile::compile(text, file)
    }

    /// The rules that are compiled in.
    ///
    /// # Errors
    /// Never in a released build: a test compiles them.
    pub fn starter() -> Result<RuleSet, Vec<Diagnostic>> {
        Self::compile(STARTER, "starter.toml").map(|(rules, _)| rules)
    }

    /// The first 8 hex digits of the text's SHA-256: which rules judged.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The time to the first human reply, in seconds.
    pub fn target_s(&self, priority: Priority) -> u64 {
        let [p0, p1, p2] = self.targets;
        match priority {
            Priority::P0 => p0,
            Priority::P1 => p1,
            Priority::P2 => p2,
        }
    }

    /// Mentions of this kind need a reply: `in_thread` where the mention answers another message,
    /// `stars_only` where it has no text.
    pub fn needs_reply(&self, kind: Kind, in_thread: bool, stars_only: bool) -> bool {
        let Needed {
            everywhere,
            in_thread: answers,
            stars_only: bare,
            ..
        } = &self.needs_reply;
        everywhere.contains(&kind)
            && (!in_thread || answers.contains(&kind))
            && (!stars_only || bare.contains(&kind))
    }

    /// The priority that follows for a mention, where it needs a reply, and the reason: what the judge says,
    /// for a standing that a person has named.
    pub fn follows(
        &self,
        standing: Standing,
        in_thread: bool,
        stars_only: bool,
    ) -> (Option<Priority>, String) {
        let mut reasons = matrix::Reasons::default();
        if !self.needs_reply(standing.kind, in_thread, stars_only) {
            let why = reasons.unneeded(standing.kind, in_thread, stars_only);
            return (None, why.to_owned());
        }
        let (priority, because) = reasons.decide(&self.matrix, &self.levels, standing);
        (Some(priority), because.to_owned())
    }

    /// The row of the matrix that decides.
    pub fn row(&self, standing: Standing) -> Option<&Row> {
        self.matrix.iter().find(|row| row.fits(standing))
    }

    /// How the sum of scores becomes a mood.
    pub fn mood(&self) -> MoodSettings {
        self.mood
    }

    /// The priority by the matrix alone.
    pub fn priority(&self, standing: Standing) -> Priority {
        let mut reasons = matrix::Reasons::default();
        reasons.decide(&self.matrix, &self.levels, standing).0
    }

    /// The lists of authors who get no reply.
    pub(crate) fn not_to(&self) -> &[when::Authors] {
        &self.needs_reply.not_to
    }

    /// A rule asks how many mentions an author has written: they have to be counted then.
    pub fn counts_authors(&self) -> bool {
        self.rules
            .iter()
            .any(|rule| rule.when.author_mentions_min.is_some())
    }

    /// The owner's levels.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Who replies where no rule says it.
    pub(crate) fn route(&self) -> Option<&str> {
        self.needs_reply.route.as_deref()
    }

    /// What one rule says leaves another nothing to add.
    pub(crate) fn covers(&self, one: u32, other: u32) -> bool {
        let (one, other) = (one as usize, other as usize);
        let leaves = match (self.asked.get(one), self.asked.get(other)) {
            (Some(mine), Some(theirs)) => mine.leaves(*theirs),
            _ => true,
        };
        let rules = || Some((self.rules.get(one)?, self.rules.get(other)?));
        !leaves && rules().is_some_and(|(one, other)| one.covers(other))
    }

    /// What a rule asks beside its words holds of what is `known`; `author` is scratch, `measured` is filled
    /// when it is needed first.
    pub(crate) fn applies(
        &self,
        rule: &Rule,
        known: &when::Known<'_>,
        author: &mut String,
        measured: impl FnOnce() -> form::Measured,
    ) -> bool {
        let group = rule.group.and_then(|number| self.groups.get(number as usize));
        !rule.settled.off
            && rule.when.holds(known, author)
            && group.is_none_or(|group| group.when.holds(known, author))
            && (rule.form.is_empty() || rule.form.holds(&measured()))
    }

    /// The rules, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .take(4)
        .fold(String::with_capacity(8), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod language_tests;
#[cfg(test)]
mod levels_tests;
#[cfg(test)]
mod measure;
#[cfg(test)]
mod starter_tests;
#[cfg(test)]
mod tests;
