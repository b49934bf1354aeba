//! A mention that is about a competitor and not about the business: its mood is not the business's, and a
//! complaint of it is a lead.
//!
//! What leads are is said in `[leads]` of the rules; that a mention is about another follows from the words
//! of the watch-list.

use super::sum::Sum;
use crate::rules::Leads;
use crate::rules::conclusion::{Kind, Priority};
use crate::rules::watched::{Group, Groups};

/// Why no reply is needed to what is no lead.
pub(super) const NOT_OURS: &str = "about a competitor, not about us";

/// A competitor's words found it, none of the business's, and it does not speak to the business.
pub(super) fn is_about_another(found_by: Groups, addressed: Option<bool>) -> bool {
    let ours = [Group::Brand, Group::Product].into_iter().collect();
    found_by.has(Group::Competitor) && !found_by.meets(ours) && addressed != Some(true)
}

/// What a mention of that kind is to the business, where it is no lead.
pub(super) fn not_ours(kind: Kind) -> Kind {
    match kind {
        Kind::Complaint | Kind::Praise => Kind::Other,
        kind => kind,
    }
}

/// Takes from `sum` and `topics` what is said of the competitor. Gives the kind of the lead, where the
/// mention's `kind` makes it one.
pub(super) fn turn<'r>(
    leads: &'r Leads,
    kind: Kind,
    sum: &mut Sum<'r>,
    topics: &mut Vec<&'r str>,
) -> Option<Kind> {
    topics.clear();
    let value = std::mem::take(sum).value;
    sum.value = value;
    if !leads.kinds.contains(&kind) {
        return None;
    }
    topics.extend(leads.topics.iter().map(String::as_str));
    sum.urgency = leads.urgency;
    sum.route = leads.route.as_deref().map(|route| (0, route));
    Some(leads.kind)
}

/// What a lead waits for: never the first hour, which belongs to one's own customers.
pub(super) fn of_a_lead(decided: (Priority, &str), because: &mut String) -> Priority {
    let (priority, row) = decided;
    because.clear();
    because.push_str("a lead: ");
    because.push_str(NOT_OURS);
    because.push_str("; ");
    because.push_str(row);
    if priority > Priority::P0 {
        return priority;
    }
    because.push_str("; a lead is never P0");
    Priority::P1
}

#[cfg(test)]
mod tests {
    use crate::judge::{Judge, Judgement, Surroundings};
    use crate::message::Message;
    use crate::rules::conclusion::{Kind, Priority, Sentiment};
    use crate::rules::{Group, RuleSet};

    const RULES: &str = r#"
[authors]
staff = ["@ben"]
[reply]
not_to = ["staff"]
[[rule]]
id = "ill"
any = ["ill", "sick"]
kind = "complaint"
sentiment = -3
urgency = "high"
topics = ["health"]
private = true
[[rule]]
id = "love"
any = ["love"]
kind = "praise"
sentiment = 2
"#;

    fn judged<T>(rules: &str, text: &str, look: impl Fn(Judgement<'_>) -> T) -> T {
        let words = [(Group::Competitor, "bean there"), (Group::Brand, "maple")];
        let around = Surroundings::default()
            .named(["Slow Kettle"])
            .with_handles(["@slowkettle"])
            .watching(words);
        let rules = RuleSet::compile(rules, "rules.toml").unwrap().0;
        let message = Message {
            text: text.into(),
            channel: "x".into(),
            author: "Ben".into(),
            ..Message::default()
        };
        look(Judge::new(&rules).within(around.into()).judge(&message))
    }

    #[test]
    fn a_complaint_of_a_competitor_is_a_lead() {
        let rules = RULES.replace("[\"@ben\"]", "[\"@ana\"]");
        judged(&rules, "I got ill at Bean There", |j| {
            assert_eq!(
                (j.kind, j.sentiment, j.score),
                (Kind::Inquiry, Sentiment::Neutral, 0)
            );
            assert_eq!(
                (j.topics, j.priority, j.private),
                (&["lead"][..], Some(Priority::P1), false)
            );
            let because = "a lead: about a competitor, not about us; kind=inquiry";
            assert_eq!((j.because, j.about_another), (because, true));
            assert_eq!(
                j.found_words(Group::Competitor).collect::<Vec<_>>(),
                ["Bean There"]
            );
        });
        let own = "[leads]\nkind = \"suggestion\"\ntopics = [\"won\"]\nurgency = \"high\"\nroute = \"sales\"\n\
                   [[priority]]\nurgency = [\"high\"]\npriority = \"P0\"\n[[priority]]\npriority = \"P2\"\n";
        judged(&format!("{own}{rules}"), "ill at bean there", |j| {
            assert_eq!(
                (j.kind, j.topics, j.route),
                (Kind::Suggestion, &["won"][..], Some("sales"))
            );
            assert_eq!(j.priority, Some(Priority::P1));
            assert!(
                j.because.ends_with("urgency=high; a lead is never P0"),
                "{}",
                j.because
            );
        });
    }

    #[test]
    fn other_words_about_a_competitor_are_nobodys_mood_and_need_no_reply() {
        judged(RULES, "I love Bean There", |j| {
            assert_eq!((j.kind, j.sentiment), (Kind::Other, Sentiment::Neutral));
            assert_eq!(
                (j.needs_reply, j.because),
                (false, "about a competitor, not about us")
            );
        });
        let none = format!("[leads]\nkinds = []\n{RULES}");
        judged(&none, "ill at bean there", |j| assert_eq!(j.kind, Kind::Other));
    }

    #[test]
    fn who_speaks_of_the_business_too_or_to_it_complains_of_it() {
        for text in [
            "ill at Maple, never at Bean There",
            "@slowkettle is Bean There yours? I got ill",
            "ill at Slow Kettle, unlike bean there",
        ] {
            judged(RULES, text, |j| {
                assert_eq!((j.kind, j.about_another), (Kind::Complaint, false), "{text}");
            });
        }
    }

    #[test]
    fn who_is_on_a_list_of_those_gets_no_reply() {
        judged(RULES, "ill", |j| {
            assert_eq!((j.needs_reply, j.kind), (false, Kind::Complaint));
            assert_eq!(j.because, "its author is on a list that gets no reply");
        });
    }
}
