//! `feedback ingest --dry-run`: how each export would be read, and what would come of it. Writes nothing: no
//! ledger, no lock, no folder.

use super::ingest::{self, FileOutcome};
use super::{exports, view};
use crate::calendar::Moment;
use crate::cli::desk::Desk;
use crate::cli::{Outcome, Ran};
use crate::intake::known::Known;
use crate::intake::plan;
use crate::ledger::line::Line;
use crate::ledger::read::scan;
use crate::message::Direction;
use crate::render::{Format, json, safe};
use crate::source::{Export, Used, Way};
use serde_json::{Value, json};
use std::path::PathBuf;

/// So many messages of each file are shown.
const SHOWN: usize = 5;

/// How a file would be read.
pub struct Preview {
    delimiter: Option<char>,
    zone: &'static str,
    used: Vec<Used>,
    sample: Vec<Sample>,
}

/// One message as it would go in.
struct Sample {
    line: u64,
    /// What the export says of its time.
    cell: String,
    posted: Option<Moment>,
    direction: Direction,
    channel: String,
    author: String,
    text: String,
    rating: Option<f32>,
}

/// Looks at the files.
pub fn run(files: &[PathBuf], desk: &Desk) -> Ran {
    let mut known = ingest::empty(desk)?;
    if !view::is_empty(desk) {
        let key = ingest::random_key()?;
        known = view::read_steadily(|| {
            let mut known = Known::new(key, ingest::gap_ms(desk));
            scan(&desk.place, None, |l| known.take(&l.line)).map(|_| known)
        })?;
    }
    let outcomes = exports::each(files, desk, &mut |export, shown| {
        let mut outcome = FileOutcome::of(shown.to_owned());
        look(export, &mut known, desk, &mut outcome);
        Ok(outcome)
    })?;
    let text = match desk.format {
        Format::Json => json::pretty(&json!({
            "dry_run": true,
            "files": outcomes.iter().map(|o| with_preview(ingest::file_as_json(o), o)).collect::<Vec<_>>(),
        })),
        _ => for_eyes(&outcomes, desk),
    };
    Ok(Outcome {
        text,
        exit: outcomes.iter().map(|o| o.exit).max().unwrap_or_default(),
        recorded: false,
    })
}

fn look(export: &Export, known: &mut Known, desk: &Desk, outcome: &mut FileOutcome) {
    let handles = desk.handles();
    let mut reread = |each: &mut dyn FnMut(&Line<'_>)| {
        if !view::is_empty(desk) {
            // It could be read before; if not any more, ingesting will say so.
            let _ = scan(&desk.place, None, |l| each(&l.line));
        }
    };
    let planned = plan(export, &handles, known, desk.threads, &mut |_| {}, &mut reread);
    let plan = match planned {
        Ok(plan) => plan,
        Err(diagnostics) => return outcome.refuse(diagnostics),
    };
    let mut sample = Vec::new();
    // It was read to its end just now.
    let _ = export.first(SHOWN, &mut |message, cell| {
        sample.push(Sample {
            cell: cell.trim().to_owned(),
            line: message.line,
            posted: message.posted,
            direction: handles.direction(message),
            channel: message.channel.to_string(),
            author: message.author.to_string(),
            text: message.text.to_string(),
            rating: message.rating,
        });
    });
    outcome.take(export, plan);
    outcome.preview = Some(Preview {
        delimiter: export.delimiter(),
        zone: export.zone().name(),
        used: export.used(),
        sample,
    });
}

fn for_eyes(outcomes: &[FileOutcome], desk: &Desk) -> String {
    let say = |key: &str| desk.style.lang.say(key);
    let mut text = String::new();
    for outcome in outcomes {
        text.push_str(&ingest::summary(std::slice::from_ref(outcome), desk));
        let Some(preview) = &outcome.preview else { continue };
        if let Some(delimiter) = preview.delimiter {
            let shown = if delimiter == '\t' {
                say("tab")
            } else {
                format!("`{delimiter}`")
            };
            text.push_str(&format!("  {}: {shown}\n", say("separator")));
        }
        text.push_str(&format!(
            "  {}: {}\n",
            say("times that name no zone"),
            preview.zone
        ));
        if let Some((cell, at)) = preview.sample.iter().find_map(|s| Some((&s.cell, s.posted?))) {
            let cell = safe::cut(&safe::line(cell), 40);
            text.push_str(&format!(
                "  {}: `{cell}` → {at}\n",
                say("times are read like this")
            ));
        }
        text.push_str(&format!("  {}\n", say("columns in use")));
        let widest = preview.used.iter().map(|used| used.part.len()).max().unwrap_or(0);
        for used in &preview.used {
            let column = safe::cut(&safe::line(&used.column), 40);
            let how = say(how(used.way));
            text.push_str(&format!("    {:widest$}  {column} ({how})\n", used.part));
        }
        text.push_str(&format!("  {}\n", say("first messages")));
        for sample in &preview.sample {
            text.push_str(&line(sample, desk));
        }
    }
    text.push_str(&format!("{}\n", say("a dry run: nothing was changed")));
    text
}

fn how(way: Way) -> &'static str {
    match way {
        Way::Name => "by its name",
        Way::Profile => "as the known export says",
        Way::Guessed => "guessed from what it holds",
        Way::Settings => "as feedback.toml says",
    }
}

fn line(sample: &Sample, desk: &Desk) -> String {
    let lang = desk.style.lang;
    let time = sample
        .posted
        .map_or_else(|| lang.say("no time"), |at| desk.zone.show(at));
    let direction = match sample.direction {
        Direction::Inbound => lang.say("a mention"),
        Direction::Outbound => lang.say("a reply"),
    };
    let stars = sample
        .rating
        .map_or_else(String::new, |stars| format!("{stars}★ "));
    let begin = format!(
        "    {time} · {direction} · {} · {stars}",
        safe::cut(&safe::line(&sample.author), 20)
    );
    let room = usize::from(desk.style.width)
        .saturating_sub(begin.chars().count())
        .max(20);
    format!("{begin}{}\n", safe::cut(&safe::line(&sample.text), room))
}

fn with_preview(mut file: Value, outcome: &FileOutcome) -> Value {
    let (Some(preview), Some(keys)) = (&outcome.preview, file.as_object_mut()) else {
        return file;
    };
    let used = preview
        .used
        .iter()
        .map(|used| json!({ "part": used.part, "column": used.column, "by": used.way.name() }));
    let sample = preview.sample.iter().map(|s| {
        json!({
            "line": s.line, "time": s.cell, "posted": s.posted.map(|at| at.to_string()),
            "direction": if s.direction == Direction::Outbound { "out" } else { "in" },
            "channel": s.channel, "author": s.author, "rating": s.rating, "text": s.text,
        })
    });
    keys.insert("delimiter".to_owned(), json!(preview.delimiter));
    keys.insert("time_zone".to_owned(), json!(preview.zone));
    keys.insert("mapping".to_owned(), used.collect());
    keys.insert("sample".to_owned(), sample.collect());
    file
}
