//! A text → an [`Export`] that is understood: its shape, its columns, its channel, its times.
//!
//! Looks at the first rows only (at all, where `9/6/2018` occurs); hands on no message.

use super::columns::{Role, Table, Way};
use super::dates::{Known, Times};
use super::delimited::Delimited;
use super::encoding::Text;
use super::html;
use super::json::{self, Json, Keys};
use super::manner::Manner;
use super::mapping::Named;
use super::recognise::{self, Shape};
use super::row::Plan;
use super::{
    Context, Export, File, Profile, answers, chat, doubtful, guess, lookalikes, mapping, numbered, profiles,
    unreadable, whole_file,
};
use crate::diagnostic::Diagnostic;
use std::ops::ControlFlow;
use std::time::SystemTime;

/// How many rows are looked at before a file is called understood.
const SAMPLE: usize = 500;

/// A file whose shape is known, and what stands in it.
struct Laid<'p> {
    file: File,
    /// What it is called where no profile knows it.
    general: &'static str,
    profile: Option<&'p Profile>,
    /// The names of columns or keys.
    names: Vec<String>,
    /// The keys of lists inside messages.
    lists: Vec<String>,
    /// The first rows of a table.
    sample: Vec<Vec<String>>,
    /// The lines above a table.
    above: Vec<String>,
    findings: Vec<Diagnostic>,
}

/// Finds out the shape of a text. `table` gets the names of the profile.
fn lay<'p>(
    text: Text,
    shown: &str,
    (own, handles): (&'p [Profile], &[String]),
    table: &mut Table,
) -> Result<Laid<'p>, Vec<Diagnostic>> {
    let head = recognise::head(&text, shown, (table, own))?;
    let Text {
        body, base, is_sheet, ..
    } = text;
    if let Some((chat, profile, note)) = chat::recognise(&body, base, shown, (own, handles))? {
        return Ok(Laid {
            file: File::Chat(Box::new(chat)),
            general: "text",
            profile: Some(profile),
            names: chat::NAMES.map(str::to_owned).to_vec(),
            lists: Vec::new(),
            sample: Vec::new(),
            above: Vec::new(),
            findings: note.into_iter().collect(),
        });
    }
    match head {
        Shape::Delimited(frame) => {
            table.heed(&frame.header);
            Ok(Laid {
                findings: whole_file::about_frame(shown, &frame),
                above: frame.above.into_iter().map(|(_, line)| line).collect(),
                general: match frame.delimiter {
                    _ if is_sheet => "xlsx",
                    b'\t' => "tsv",
                    _ => "csv",
                },
                profile: profiles::recognise(&frame.header, own, table),
                file: File::Delimited(Delimited {
                    body,
                    shown: shown.to_owned(),
                    delimiter: frame.delimiter,
                    base,
                    begin: frame.begin,
                    is_named: frame.is_named,
                    is_sheet,
                }),
                names: frame.header,
                lists: Vec::new(),
                sample: frame.sample,
            })
        }
        shape => {
            let general = match shape {
                Shape::JsonLines => "json-lines",
                _ => "json",
            };
            let opened = json::open(body, shown, base, shape, (own, table))?;
            table.heed(&opened.names);
            let mut json = opened.json;
            // The keys are met under the names that the profile gives them.
            if let Some(profile) = opened.profile {
                table.override_with(&profile.roles, Way::Profile);
            }
            let keys = sample_keys(&mut json, table)?;
            Ok(Laid {
                file: File::Json(Box::new(json)),
                general,
                profile: opened.profile,
                names: keys.values,
                lists: keys.lists,
                sample: Vec::new(),
                above: Vec::new(),
                findings: opened.findings,
            })
        }
    }
}

/// Recognises an export. `changed`: when its file was.
pub(super) fn open(
    text: Text,
    changed: Option<SystemTime>,
    named: Named<'_>,
    context: &Context<'_>,
) -> Result<Export, Vec<Diagnostic>> {
    let mut table = Table::built_in();
    let shown = named.shown;
    let (encoding, size) = (text.encoding, text.body.size());
    let size = size.map_err(|e| vec![unreadable(shown, &e)])?;
    let decoded = text.findings.clone();
    let laid = lay(text, shown, (context.own, context.handles), &mut table)?;
    let Laid {
        file,
        general,
        profile,
        names: header,
        lists,
        sample,
        above,
        findings,
    } = laid;
    let mut findings: Vec<Diagnostic> = decoded.into_iter().chain(findings).collect();
    if let Some(why) = profile.and_then(|profile| profile.refused.as_deref()) {
        return Err(vec![whole_file::refused(file.shown(), why)]);
    }
    if let (Some(profile), File::Delimited(_) | File::Chat(_)) = (profile, &file) {
        table.override_with(&profile.roles, Way::Profile);
    }
    let source = profile.map(|profile| profile.name.as_str());
    let mapping = mapping::about(context.mappings, named, &header, source);
    if let (None, None, File::Delimited(table)) = (profile, mapping, &file)
        && let Some(refusal) = lookalikes::refusal_of_table(&table.shown, &header)
    {
        return Err(vec![refusal]);
    }
    if let Some(mapping) = mapping {
        let missing = mapping.missing(file.shown(), &header);
        if !missing.is_empty() {
            return Err(missing);
        }
        mapping.apply(&mut table);
        findings.push(mapping.told(file.shown()));
    }
    let mut layout = table.layout(header);
    if let File::Delimited(table) = &file {
        let line = table.begin.line;
        findings.extend(whole_file::repeated_names(
            &table.shown,
            &mut layout,
            &sample,
            line,
        ));
    }
    if let Some(profile) = profile.filter(|profile| profile.questions) {
        answers::take_the_rest(&mut layout, &profile.ignored);
        findings.extend(whole_file::joined(file.shown(), &layout));
    }
    if profile.is_none() {
        doubtful::fill(&mut layout, &sample);
        findings.extend(guess::fill(&mut layout, &sample, file.shown()).map_err(|d| vec![d])?);
        doubtful::replies(&mut layout, &sample);
    }
    if let (None, File::Delimited(table)) = (profile, &file) {
        let refusal = match mapping {
            None if !layout.has(Role::Text) => lookalikes::refusal_of_textless(&table.shown, &layout.header),
            _ => None,
        };
        if let Some(refusal) = refusal.or_else(|| whole_file::only_figures(&table.shown, &layout)) {
            return Err(vec![refusal]);
        }
    }
    let is_html = profile.is_none() && html::is_in_most(&layout, &sample);
    if is_html {
        findings.push(whole_file::html(file.shown(), &layout));
    }
    let is_titled = profile.is_some() && layout.has(Role::Title);
    let is_empty_list = matches!(file, File::Json(_)) && layout.header.is_empty();
    if !layout.has(Role::Text) && !layout.has(Role::Rating) && !is_empty_list && !is_titled {
        return Err(vec![whole_file::no_messages(
            file.shown(),
            &layout,
            matches!(file, File::Json(_)),
        )]);
    }
    let said = mapping.and_then(|mapping| mapping.channel.as_deref());
    let channel = match (said, profile) {
        (Some(word), _) => table.channel(word).unwrap_or(word).to_owned(),
        (_, Some(profile)) => profile.channel.clone(),
        _ if layout.has(Role::Channel) || is_empty_list => "other".to_owned(),
        _ => {
            let by_links = guess::channel_of_links(&layout, &sample, &table);
            whole_file::guess_channel(named, &table, by_links, &mut findings)
        }
    };
    let mut manner = profile.map(Manner::of).unwrap_or_default();
    manner.html |= is_html;
    manner.is_chat = matches!(file, File::Chat(_));
    manner.direction = mapping.and_then(|mapping| mapping.direction).or(manner.direction);
    if !is_empty_list {
        let is_told = manner.direction.is_some();
        let unread = guess::times_unread(&layout, &sample);
        whole_file::missing(file.shown(), &layout, (is_told, unread), &mut findings);
    }
    if profile.is_none() {
        let names = matches!(file, File::Json(_)).then_some(&table);
        findings.extend(whole_file::unused(file.shown(), &layout, names, &lists));
    }
    let times = Times {
        now: context.now.millis,
        ..Times::new(context.zone)
    };
    let plan = Plan {
        layout,
        table,
        times,
        channel,
        manner,
        repairs: context.repair,
    };
    let source = profile.map_or(general, |p| p.name.as_str()).to_owned();
    let mut export = Export {
        file,
        plan,
        source,
        encoding,
        size,
        findings,
    };
    let known = Known::of(mapping, profile);
    export.survey_times(changed, known, &above, context)?;
    let whose = numbered::told(&export, context.handles)?;
    export.findings.extend(whose);
    Ok(export)
}

/// The keys of the first elements.
fn sample_keys(json: &mut Json, table: &Table) -> Result<Keys, Vec<Diagnostic>> {
    let mut beside = Keys::default();
    json.prepare(table, &mut beside)?;
    let (mut keys, mut left) = (Keys::default(), SAMPLE);
    json.rows(table, None, None, Some(&mut keys), &mut |_| {
        left -= 1;
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    beside.values.retain(|name| !keys.values.contains(name));
    keys.values.append(&mut beside.values);
    Ok(keys)
}
