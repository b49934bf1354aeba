//! `replies.toml` → templates: what is answered, in the business's own words.
//!
//! The file is read with the place of everything in it (`read`), a template is chosen by the judgement of what
//! waits (`choose`), its slots are filled (`fill`), and every text is looked over before it goes out (`checks`).
//! Nothing here sends or records anything.

mod checks;
mod choose;
mod fill;
mod length;
mod read;

pub use checks::{Finding, Reply, apologises};
pub use choose::{Choice, RUMOUR, Wanted, language_of};
pub use fill::Gap;

use crate::diagnostic::Diagnostic;
use crate::rules::{Kind, Sentiment};
use std::collections::BTreeMap;

/// The starter templates, as `init` writes them out: one commented file.
pub const STARTER: &str = concat!(
    include_str!("starter/settings.toml"),
    include_str!("starter/everyday.toml"),
    include_str!("starter/grave.toml"),
);

/// How a template sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// As one person to another.
    Warm,
    /// Short and to the point.
    Plain,
    /// As a firm writes.
    Formal,
}

impl Tone {
    /// Their names.
    pub const NAMES: [&'static str; 3] = ["warm", "plain", "formal"];

    /// The word that stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Warm => "warm",
            Tone::Plain => "plain",
            Tone::Formal => "formal",
        }
    }

    /// The way back from [`name`](Self::name).
    pub fn parse(word: &str) -> Option<Tone> {
        [Tone::Warm, Tone::Plain, Tone::Formal]
            .into_iter()
            .find(|tone| tone.name() == word)
    }
}

/// One template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Kinds that it is for; all where there are none. So with the other conditions.
    pub kinds: Vec<Kind>,
    /// Topics.
    pub topics: Vec<String>,
    /// Moods.
    pub sentiments: Vec<Sentiment>,
    /// Channels.
    pub channels: Vec<String>,
    /// How it sounds.
    pub tone: Option<Tone>,
    /// For a private answer (or for one in public); for both where it does not say.
    pub private: Option<bool>,
    /// Chosen by the judgement; else by its name only.
    pub automatic: bool,
    /// Language (empty: any) and text.
    pub texts: Vec<(String, String)>,
}

/// A validated `replies.toml`.
#[derive(Debug, Clone, Default)]
pub struct Replies {
    /// The templates, in the order of the file.
    pub templates: Vec<Template>,
    /// The tone that is preferred.
    tone: Option<Tone>,
    /// The language where a template has not the customer's.
    language: Option<String>,
    /// Name → language (empty: any) and what is filled in.
    slots: BTreeMap<String, Vec<(String, String)>>,
    own: checks::Own,
}

impl Replies {
    /// Reads the text of a `replies.toml`; `file` is its name in diagnostics. Gives what is doubtful in the
    /// templates along with them.
    ///
    /// # Errors
    /// All that is wrong with the file, in the order of its lines.
    pub fn compile(text: &str, file: &str) -> Result<(Replies, Vec<Diagnostic>), Vec<Diagnostic>> {
        read::read(text, file)
    }

    /// The templates that are compiled in.
    ///
    /// # Errors
    /// Never in a released build: a test reads them.
    pub fn starter() -> Result<Replies, Vec<Diagnostic>> {
        Self::compile(STARTER, "replies.toml").map(|(replies, _)| replies)
    }

    /// What the file fills in of its own in that language.
    pub fn slots(&self, language: &str) -> BTreeMap<String, String> {
        let mut slots = BTreeMap::new();
        for (name, texts) in &self.slots {
            let said = choose::nearest(texts, language, self.language.as_deref());
            slots.extend(said.map(|(_, said)| (name.clone(), said.to_owned())));
        }
        slots
    }

    /// A template's text with its slots filled.
    ///
    /// # Errors
    /// The slots that are empty, or why it cannot be filled.
    pub fn fill(text: &str, slots: &BTreeMap<String, String>) -> Result<String, Vec<Gap>> {
        fill::fill(text, slots)
    }

    /// A language's code as templates have it: `zh-CN` is `zh-Hans`; nothing where it is none.
    pub fn language(written: &str) -> Option<String> {
        read::language(written)
    }

    /// The slots that a template's text has.
    pub fn slots_of(text: &str) -> Vec<String> {
        fill::slots_of(text)
    }

    /// What is wrong with a text before it goes out, in the order of the text.
    pub fn check(&self, reply: &Reply<'_>) -> Vec<Finding> {
        checks::check(reply, &self.own)
    }
}

/// All that is wrong or doubtful in a `replies.toml`.
pub fn check(text: &str, file: &str) -> Vec<Diagnostic> {
    Replies::compile(text, file).map_or_else(|faults| faults, |(_, warnings)| warnings)
}

#[cfg(test)]
mod tests;
