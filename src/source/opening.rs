//! A path → an [`Export`] that is understood: its shape, its columns, its channel, its times.
//!
//! Looks at the first rows only (at all, where `9/6/2018` occurs); hands on no message.

use super::body::Body;
use super::columns::{Role, Table};
use super::dates::{Order, Survey, Times};
use super::delimited::Delimited;
use super::encoding::{self, Text};
use super::json::{self, Json, Keys};
use super::manner::Manner;
use super::recognise::{self, Shape};
use super::row::Plan;
use super::{Context, Export, File, Raw, chat, profiles, whole_file};
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
    let (mut profile, mut names, mut guessed) = (None, head.header, Vec::new());
    let chat = chat::recognise(&body, base, &shown, context.own)?;
    let (mut file, general) = match (chat, head.shape) {
        (Some((chat, known, note)), _) => {
            (profile, names) = (Some(known), chat::NAMES.map(str::to_owned).to_vec());
            guessed.push(note);
            (File::Chat(Box::new(chat)), "text")
        }
        (None, Shape::Delimited(delimiter)) => {
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
        (None, shape) => {
            let opened = json::open(body, &shown, base, shape, (context.own, &table))?;
            let name = if shape == Shape::JsonLines {
                "json-lines"
            } else {
                "json"
            };
            (profile, names, guessed) = (opened.profile, opened.names, opened.findings);
            (File::Json(Box::new(opened.json)), name)
        }
    };
    table.heed(&names);
    if let File::Delimited(_) = file {
        profile = profiles::recognise(&names, context.own, &table);
    }
    if let Some(profile) = profile {
        table.override_with(&profile.roles);
    }
    let mut keys = Keys {
        values: names,
        lists: Vec::new(),
    };
    if let File::Json(json) = &mut file {
        keys = sample_keys(json, &table)?;
    }
    let mut layout = table.layout(keys.values);
    if let Some(profile) = profile.filter(|profile| profile.questions) {
        layout.join_the_rest(&profile.ignored);
    }
    if let Some(why) = profile.and_then(|profile| profile.refused.as_deref()) {
        return Err(vec![whole_file::refused(file.shown(), why)]);
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
    findings.extend(whole_file::repeated_names(file.shown(), &layout));
    findings.append(&mut guessed);
    findings.extend(whole_file::joined(file.shown(), &layout));
    let channel = match profile {
        Some(profile) => profile.channel.clone(),
        None if layout.has(Role::Channel) || is_empty_list => "other".to_owned(),
        None => whole_file::guess_channel(file.shown(), &table, &mut findings),
    };
    if !is_empty_list {
        let is_told = profile.is_some_and(|profile| profile.direction.is_some());
        whole_file::missing(file.shown(), &layout, is_told, &mut findings);
    }
    if profile.is_none() {
        let names = matches!(file, File::Json(_)).then_some(&table);
        findings.extend(whole_file::unused(file.shown(), &layout, names, &keys.lists));
    }
    let times = Times {
        zone: context.zone,
        order: Order::MonthFirst,
    };
    let plan = Plan {
        layout,
        table,
        times,
        channel,
        manner: profile.map(Manner::of).unwrap_or_default(),
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
    export.survey_times(context)?;
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

impl Export {
    /// Finds out how the times are to be understood: the first rows, or all where `9/6/2018` occurs.
    fn survey_times(&mut self, context: &Context<'_>) -> Result<(), Vec<Diagnostic>> {
        if !self.plan.layout.has(Role::Time) && !self.plan.layout.has(Role::ReplyTime) {
            return Ok(());
        }
        let (mut survey, mut rows) = (Survey::default(), 0);
        self.rows(None, None, &mut |raw| {
            if let Raw::Row(cells, at) = raw {
                rows += 1;
                survey.look(&self.plan.time_cell(cells), || at.place(Some(Role::Time)));
                survey.look(cells.of(Role::ReplyTime), || at.place(Some(Role::ReplyTime)));
            }
            if rows >= SAMPLE && !survey.short {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        let field = self
            .plan
            .layout
            .field(Role::Time)
            .or_else(|| self.plan.layout.field(Role::ReplyTime));
        let at = |d: Diagnostic| d.at(self.file.shown(), 0, 0).in_field(field.unwrap_or_default());
        let naive = survey.naive;
        let (order, is_told) = survey.order().map_err(|d| vec![d])?;
        self.plan.times.order = order;
        if !is_told {
            let reason =
                "nothing tells whether the day or the month comes first in these dates; the month was taken";
            let warning = at(Diagnostic::warning("time-ambiguous", reason));
            self.findings
                .push(warning.help("write the dates as 2026-11-21 if that is wrong"));
        }
        if naive && context.zone_is_assumed {
            let reason = format!(
                "the times name no zone and are read in {}, the zone of this computer",
                context.zone.name()
            );
            let note = at(Diagnostic::note("time-zone-assumed", reason));
            self.findings
                .push(note.help("set `time_zone` under [business] in feedback.toml"));
        }
        Ok(())
    }
}
