//! `[leads]`: what becomes of a mention that is about a competitor and not about the business.
//!
//! That it is one is told by the watch-list, in [`judge`](crate::judge); here is what follows.

use super::conclusion::Kind;
use super::levels::{Level, Scale};
use super::raw::{Source, Value};

/// What follows where somebody complains of a competitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leads {
    /// The kinds that become leads.
    pub kinds: Vec<Kind>,
    /// What they become.
    pub kind: Kind,
    /// What they are about.
    pub topics: Vec<String>,
    /// How urgent they are.
    pub urgency: Level,
    /// Who deals with them.
    pub route: Option<String>,
}

impl Default for Leads {
    fn default() -> Self {
        Leads {
            kinds: vec![Kind::Complaint],
            kind: Kind::Inquiry,
            topics: vec!["lead".to_owned()],
            urgency: Level::default(),
            route: None,
        }
    }
}

/// Reads `[leads]`; what it leaves out is as without it.
pub(super) fn read_leads<'t>(source: &mut Source<'t>, value: &Value<'t>, urgency: &Scale) -> Leads {
    let mut leads = Leads::default();
    let Some(table) = source.table(value, "leads") else {
        return leads;
    };
    source.only(table, "[leads]", &["kinds", "kind", "topics", "urgency", "route"]);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "kinds" => leads.kinds = source.words(value, "kind", Kind::parse, Kind::NAMES),
            "kind" => {
                let kind = source.word(value, "kind", Kind::parse, Kind::NAMES);
                leads.kind = kind.unwrap_or(leads.kind);
            }
            "topics" => {
                let topics = source.strings(value, "topics").into_iter();
                leads.topics = topics.map(|topic| topic.value).collect();
            }
            "urgency" => {
                leads.urgency = urgency.read(source, value, "urgency").unwrap_or(leads.urgency);
            }
            "route" => leads.route = source.string(value, "route").map(|route| route.value),
            _ => {}
        }
    }
    leads
}
