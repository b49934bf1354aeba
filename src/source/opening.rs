//! A path → an [`Export`] that is understood: its shape, its columns, its channel, its times.
//!
//! Looks at the first rows only (at all, where `9/6/2018` occurs); hands on no message.

use super::body::Body;
use super::columns::{Role, Table};
use super::dates::{Known, Times};
use super::delimited::Delimited;
use super::encoding::{self, Text};
use super::json::{Form, Json};
use super::recognise::{self, Shape};
use super::row::Plan;
use super::sieve::Keys;
use super::{Context, Export, File, profiles, whole_file};
use crate::diagnostic::Diagnostic;
use std::ops::ControlFlow;
use std::path::Path;

/// How many rows are looked at before a file is called understood.
const SAMPLE: usize = 500;

/// Opens and recognises an export. `path` is a regular file, `shown` the name to print in places.
pub fn open(path: &Path, shown: &str, context: &Context<'_>) -> Result<Export, Vec<Diagnostic>> {
    let mut table = Table::built_in();
    let text = encoding::text(Body::File(path.to_owned()), shown, context)?;
    let head = recognise::head(&text, shown, &table)?;
    let Text {
        body,
        base,
        encoding,
        mut findings,
    } = text;
    let shown = shown.to_owned();
    let (file, general) = match head.shape {
        Shape::Delimited(delimiter) => {
            let name = if delimiter == b'\t' { "tsv" } else { "csv" };
            (
                File::Delimited(Delimited {
                    body,
                    shown,
                    delimiter,
                    base,
                }),
                name,
            )
        }
        Shape::JsonList | Shape::JsonLines => {
            let mut json = Json {
                body,
                shown,
                base,
                form: Form::Lines,
            };
            match head.shape {
                Shape::JsonLines => (File::Json(json), "json-lines"),
                _ => {
                    json.find_list(&table)?;
                    (File::Json(json), "json")
                }
            }
        }
    };
    let Keys {
        values: header,
        lists,
    } = match &file {
        File::Delimited(_) => Keys {
            values: head.header,
            lists: Vec::new(),
        },
        File::Json(json) => sample_keys(json, &table)?,
    };
    table.heed(&header);
    let profile = profiles::recognise(&header);
    if let Some(profile) = profile {
        table.override_with(&profile.roles);
    }
    let layout = table.layout(header);
    let is_empty_list = matches!(file, File::Json(_)) && layout.header.is_empty();
    if !layout.has(Role::Text) && !layout.has(Role::Rating) && !is_empty_list {
        return Err(vec![whole_file::no_messages(
            file.shown(),
            &layout,
            matches!(file, File::Json(_)),
        )]);
    }
    findings.extend(whole_file::repeated_names(file.shown(), &layout));
    let channel = match profile {
        Some(profile) => profile.channel.clone(),
        None if layout.has(Role::Channel) || is_empty_list => "other".to_owned(),
        None => whole_file::guess_channel(file.shown(), &table, &mut findings),
    };
    if !is_empty_list {
        whole_file::missing(file.shown(), &layout, &mut findings);
    }
    if profile.is_none() {
        let keys = matches!(file, File::Json(_)).then_some(&table);
        findings.extend(whole_file::unused(file.shown(), &layout, keys, &lists));
    }
    let times = Times::new(context.zone);
    let plan = Plan {
        layout,
        table,
        times,
        channel,
    };
    let source = profile.map_or(general, |p| p.name.as_str()).to_owned();
    let mut export = Export {
        file,
        plan,
        source,
        encoding,
        size: head.size,
        findings,
    };
    let known = Known {
        zone: profile.and_then(|p| p.time_zone.as_deref()),
        order: profile.and_then(|p| p.date_order.as_deref()),
    };
    export.survey_times(path, known, context)?;
    Ok(export)
}

/// The keys of the first elements.
fn sample_keys(json: &Json, table: &Table) -> Result<Keys, Vec<Diagnostic>> {
    let (mut keys, mut left) = (Keys::default(), SAMPLE);
    json.rows(table, None, None, Some(&mut keys), &mut |_| {
        left -= 1;
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(keys)
}
