//! The mentions of the ledger whose judgement a person corrected or found right: labelled texts, too. What
//! is done with them is for the caller.

use super::labelled::{Columns, LeftOut, Texts, mapping};
use crate::case::cases;
use crate::cli::commands::{judged, view};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::event::MessageData;
use crate::quality::{Labelled, Target};

/// Reads them. Each is the text as it stands today, with what the person said of the dimension.
pub fn read(columns: &Columns, desk: &Desk) -> Result<Texts, Failure> {
    let mapping = mapping(columns)?;
    let dimension = mapping.dimension();
    let (book, mut lines) = view::fold(desk, None)?;
    let mut texts = Texts {
        shown: desk.style.lang.say("corrections"),
        is_ledger: true,
        rows: Vec::new(),
        left_out: LeftOut::default(),
        mapping,
    };
    for case in cases(&book).0 {
        for item in case.mentions_to_judge() {
            if case.judged_anew(item.byte()).is_none() {
                continue;
            }
            let said = judged::today(&case, item.byte(), &mut lines)?;
            if !said.anew || !said.facts.corrected.iter().any(|one| one == dimension.name()) {
                continue;
            }
            let line = lines.at(case.today(item.byte()))?;
            let data = line.payload.data().unwrap_or("{}");
            let data: MessageData<'_> = serde_json::from_str(data).unwrap_or_default();
            let label = match dimension.name() {
                "kind" => said.facts.kind.as_ref(),
                "sentiment" => said.facts.sentiment.as_ref(),
                _ => said.facts.priority.as_deref().unwrap_or("none"),
            };
            match texts.mapping.label(label) {
                _ if data.text.trim().is_empty() => texts.left_out.empty_text += 1,
                Some(Target::Class(class)) => texts.rows.push(Labelled {
                    line: u64::from(case.number),
                    text: data.text.into_owned(),
                    class,
                }),
                Some(Target::Skip) | None => texts.left_out.skipped += 1,
            }
        }
    }
    if texts.rows.is_empty() {
        let name = dimension.name();
        desk.talk.note(&format!(
            "nobody has corrected a {name} yet: `feedback judge CASE --{name} …` does"
        ));
    }
    Ok(texts)
}
