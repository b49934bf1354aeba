//! Rules that belong together: `group = "refunds"` in each of them, and `[group.refunds]` for all.
//!
//! A group can be switched off, can have conditions of its own, and can let only its first rule speak.

use super::raw::{Source, Text, Value, did_you_mean, short};
use super::read_when::{AuthorLists, read_when};
use super::when::When;

/// What holds for all rules of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleGroup {
    /// The name that its rules give.
    pub name: String,
    /// Its rules fire.
    pub enabled: bool,
    /// Of those that fire, only the first in the file counts.
    pub first_only: bool,
    /// What must hold beside what each of them asks.
    pub when: When,
}

/// The groups of a file, numbered.
#[derive(Debug, Default)]
pub(super) struct RuleGroups(pub Vec<RuleGroup>);

impl RuleGroups {
    /// Reads all `[group.NAME]`.
    pub fn read<'t>(source: &mut Source<'t>, value: &Value<'t>, authors: &AuthorLists) -> Self {
        let mut groups = Vec::new();
        for (key, value) in source.table(value, "group").into_iter().flatten() {
            let Some(table) = source.table(value, key.get_ref()) else {
                continue;
            };
            source.only(table, "a group", &["enabled", "first_only", "when"]);
            let mut truth = |name: &str| table.get(name).and_then(|value| source.boolean(value, name));
            groups.push(RuleGroup {
                name: key.get_ref().to_string(),
                enabled: truth("enabled").unwrap_or(true),
                first_only: truth("first_only").unwrap_or(false),
                when: table
                    .get("when")
                    .map(|value| read_when(source, value, authors))
                    .unwrap_or_default(),
            });
        }
        RuleGroups(groups)
    }

    /// The number of the group that a rule names.
    pub fn find(&self, source: &mut Source<'_>, name: &Text) -> Option<u32> {
        let found = self.0.iter().position(|group| group.name == name.value);
        if found.is_none() {
            let names: Vec<&str> = self.0.iter().map(|group| group.name.as_str()).collect();
            let help = match names.is_empty() {
                true => format!("make it: [group.{}] on a line of its own", short(&name.value)),
                false => did_you_mean(&name.value, &names),
            };
            let message = format!("there is no group `{}`", short(&name.value));
            source.fault(name.span.clone(), "setting-invalid", message, "", &help);
        }
        found.and_then(|number| u32::try_from(number).ok())
    }
}
