//! Message × rules → Judgement.
use crate::rules::conclusion::{Kind, Level, Priority, Sentiment};
/// stub
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Judgement { pub kind: Kind, pub sentiment: Sentiment, pub score: i32, pub topics: Vec<String>, pub urgency: Level, pub impact: Level, pub value: Level, pub priority: Option<Priority>, pub target_s: Option<u64>, pub route: Option<String>, pub private: bool, pub needs_reply: bool, pub matched: Vec<Matched>, pub because: String, pub language: &'static str }
/// stub
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Matched { pub rule: String, pub words: Vec<String> }
