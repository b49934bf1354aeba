//! Authors that are told by number only: which of them is the business no name can tell, but the business takes part
//! in every conversation.

use super::columns::Role;
use super::{Export, File, Raw};
use crate::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// So many conversations are looked at.
const MOST: usize = 1000;

/// What is to be told where none of the numbers is among the business's handles.
pub(super) fn told(export: &Export, handles: &[String]) -> Result<Option<Diagnostic>, Vec<Diagnostic>> {
    let layout = &export.plan.layout;
    let is_telling = layout.has(Role::Author) && layout.has(Role::Conversation);
    let is_directed = layout.has(Role::Direction) || export.plan.manner.direction.is_some();
    if !matches!(export.file, File::Json(_)) || !is_telling || is_directed {
        return Ok(None);
    }
    let own: Vec<&str> = handles.iter().map(|h| h.trim_start_matches('@')).collect();
    let (mut talks, mut is_known): (BTreeMap<String, BTreeSet<String>>, _) = (BTreeMap::new(), false);
    export.rows(None, None, &mut |raw| {
        if let Raw::Row(cells, _) | Raw::Inner(cells, _) = raw {
            let (author, talk) = (*cells.of(Role::Author), *cells.of(Role::Conversation));
            is_known |= !is_number(author) || own.contains(&author);
            if is_known || (talks.len() == MOST && !talks.contains_key(talk)) {
                return ControlFlow::Break(());
            }
            let those = talks.entry(talk.to_owned()).or_insert_with(|| named_in(talk));
            if those.len() < MOST {
                those.insert(author.to_owned());
            }
        }
        ControlFlow::Continue(())
    })?;
    if is_known {
        return Ok(None);
    }
    let mut talks = talks.into_values();
    let first = talks.next().unwrap_or_default();
    let everywhere = talks.fold(first, |all, one| all.intersection(&one).cloned().collect());
    let names: Vec<String> = everywhere.iter().map(|number| format!("`{number}`")).collect();
    let reason = match names.as_slice() {
        [] => return Ok(None),
        [one] => format!("{one} takes part in all conversations, and is not among `handles`"),
        more if more.len() > 8 => return Ok(None),
        more => format!(
            "{} take part in all conversations, and none is among `handles`",
            more.join(" and ")
        ),
    };
    let help = match names.as_slice() {
        [one] => format!(
            "if that is your own account, put {one} among `handles` in feedback.toml, else it counts as a customer"
        ),
        _ => "put the number of your own account among `handles` in feedback.toml, else it counts as a customer"
            .to_owned(),
    };
    let note = Diagnostic::note("chat-authors", reason).at(export.file.shown(), 0, 0);
    Ok(Some(note.help(help)))
}

fn is_number(author: &str) -> bool {
    !author.is_empty() && author.bytes().all(|b| b.is_ascii_digit())
}

/// X names a conversation after the two in it.
fn named_in(talk: &str) -> BTreeSet<String> {
    match talk.split_once('-') {
        Some((a, b)) if is_number(a) && is_number(b) => [a, b].map(str::to_owned).into(),
        _ => BTreeSet::new(),
    }
}
