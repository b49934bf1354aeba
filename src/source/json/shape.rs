//! A JSON text → how it is laid out and which export it is: tried are the lists that it holds and, for each
//! known profile, the ways that the profile names.

use super::super::at::At;
use super::super::block::{Block, LONGEST};
use super::super::body::Body;
use super::super::columns::{Table, plain};
use super::super::lookalikes;
use super::super::profiles::{self, Profile};
use super::super::recognise::Shape;
use super::super::unreadable;
use super::elements::Elements;
use super::paths::Paths;
use super::scan::{Scan, scan};
use super::sieve::{Hit, Keys, Sieve};
use super::values::scalar;
use super::ways::{OUTER, Ways, steps};
use super::{Behind, Beside, Form, Json, script};
use crate::diagnostic::Diagnostic;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufReader;

/// So many pieces are looked at, and so many bytes of them.
const SAMPLE: usize = 300;
const SAMPLE_BYTES: usize = 8 << 20;

/// So many lists of an object are tried.
const MOST_LISTS: usize = 16;

/// So many bytes of what is looked up are kept in memory.
const MOST_LOOKED_UP: usize = 32 << 20;

/// An opened JSON file.
pub(in crate::source) struct Opened<'p> {
    pub(in crate::source) json: Json,
    /// The profile, where it is known.
    pub(in crate::source) profile: Option<&'p Profile>,
    /// The names that stand in its messages.
    pub(in crate::source) names: Vec<String>,
    /// What is guessed.
    pub(in crate::source) findings: Vec<Diagnostic>,
}

/// One way to read the file.
struct Candidate {
    form: Form,
    /// The way to the list in the object around it.
    prefix: Vec<String>,
    paths: Paths,
}

/// Opens a JSON text that begins behind `base` bytes.
pub(in crate::source) fn open<'p>(
    body: Body,
    shown: &str,
    base: u64,
    shape: Shape,
    (own, table): (&'p [Profile], &Table),
) -> Result<Opened<'p>, Vec<Diagnostic>> {
    let mut json = Json {
        body,
        shown: shown.to_owned(),
        base,
        form: Form::Lines,
        ways: Ways::default(),
        around: Scan::default(),
        beside: Beside::default(),
    };
    let candidates = json.candidates(shape, table)?;
    let best = best(own, &candidates, &json.around)
        .or_else(|| best(profiles::profiles(), &candidates, &json.around));
    if let Some((profile, candidate, way)) = best {
        json.form = candidate.form;
        let names = candidate.paths.names(&way);
        json.ways = Ways::of(profile, way);
        let findings = left(&candidates, &candidate.prefix, table, shown);
        return Ok(Opened {
            json,
            profile: Some(profile),
            names,
            findings: findings.into_iter().collect(),
        });
    }
    for candidate in &candidates {
        let has = |name: &str| has(name, &[], candidate, &json.around);
        if let Some(refusal) = lookalikes::refusal(shown, &has) {
            return Err(vec![refusal]);
        }
    }
    json.general(candidates, table)
}

/// That objects like messages stand in other lists than the one under `read`.
fn left(candidates: &[Candidate], read: &[String], table: &Table, shown: &str) -> Option<Diagnostic> {
    let others = candidates.iter().filter(|c| {
        let is_list = matches!(c.form, Form::List { .. });
        // What a page includes is what its messages speak of.
        let is_beside = c.prefix.first().is_some_and(|key| key == "includes");
        is_list && c.prefix != read && !is_beside && c.paths.guess(table).is_some()
    });
    let mut ways: Vec<String> = others.map(|c| format!("`{}`", c.prefix.join("."))).collect();
    ways.dedup();
    let reason = format!(
        "objects like messages also stand under {}: they were not read",
        ways.join(", ")
    );
    let warning = Diagnostic::warning("json-lists-left", reason).at(shown, 0, 0);
    (!ways.is_empty()).then(|| warning.help("put each list into a file of its own, and ingest them all"))
}

/// The profile of which most names are there, where, and the way from the pieces to its messages. Of equals
/// the first counts.
fn best<'p, 'c>(
    profiles: &'p [Profile],
    candidates: &'c [Candidate],
    around: &Scan,
) -> Option<(&'p Profile, &'c Candidate, Vec<String>)> {
    let mut best: Option<(usize, _)> = None;
    for candidate in candidates {
        for profile in profiles {
            if let Some((names, way)) = way_of(profile, candidate, around)
                && best.as_ref().is_none_or(|(most, _)| names > *most)
            {
                best = Some((names, (profile, candidate, way)));
            }
        }
    }
    best.map(|(_, found)| found)
}

/// Whether a name stands at the end of that way, or around the list.
fn has(name: &str, way: &[String], candidate: &Candidate, around: &Scan) -> bool {
    let Some(name) = name.strip_prefix(OUTER).map(plain) else {
        return candidate.paths.has(way, name);
    };
    let is_value = || around.values.iter().any(|(known, _)| plain(known) == name);
    let is_list = || {
        around
            .lists
            .iter()
            .any(|(known, _)| plain(&known.concat()) == name)
    };
    candidate.paths.has(&[], &name) || is_value() || is_list()
}

/// By how many names the candidate is of that export, and the way from its pieces to the messages.
fn way_of(profile: &Profile, candidate: &Candidate, around: &Scan) -> Option<(usize, Vec<String>)> {
    let messages: Vec<Vec<String>> = profile.messages.iter().map(|way| steps(way)).collect();
    let fits = |way: &[String]| profile.fits(&|name| has(name, way, candidate, around));
    let wrapped = messages
        .iter()
        .filter_map(|way| way.strip_prefix(&candidate.prefix[..]));
    // The same messages also occur without anything around them.
    let bare: Option<&[String]> = (candidate.prefix.len() <= 1).then_some(&[]);
    wrapped
        .chain(bare)
        .find_map(|way| Some((fits(way)?, way.to_vec())))
}

impl Json {
    fn candidates(&mut self, shape: Shape, table: &Table) -> Result<Vec<Candidate>, Vec<Diagnostic>> {
        let failed = |e: std::io::Error| vec![unreadable(&self.shown, &e)];
        let mut begins = At::START;
        if matches!(shape, Shape::JsonLines) {
            return Ok(vec![self.candidate(Form::Lines, Vec::new())?]);
        }
        if let Shape::Script(at) = shape {
            begins.pass(&self.bytes(At::START, at)?);
        }
        let mut outer = Elements::new(self.file_at(begins.offset)?, begins);
        if let Some(begins) = outer.first_bracket().map_err(failed)? {
            let behind = match shape {
                Shape::Script(_) => Behind::Script,
                _ => Behind::Nothing,
            };
            return Ok(vec![self.candidate(Form::List { begins, behind }, Vec::new())?]);
        }
        let length = self.check(begins, matches!(shape, Shape::Script(_)))?;
        self.around = scan(self.file_at(begins.offset)?, begins).map_err(failed)?;
        let mut lists = self.around.lists.clone();
        lists.sort_by_key(|(way, _)| {
            let known = table.lists.iter().position(|k| Some(k) == way.last());
            (way.len(), known.unwrap_or(usize::MAX))
        });
        lists.truncate(MOST_LISTS);
        let behind = Behind::Object;
        let mut candidates = Vec::new();
        for (prefix, begins) in lists {
            candidates.push(self.candidate(Form::List { begins, behind }, prefix)?);
        }
        if length < LONGEST as u64 {
            candidates.push(self.candidate(Form::Single { begins, length }, Vec::new())?);
        }
        Ok(candidates)
    }

    /// Whether all of the object that begins there is JSON, and its length.
    fn check(&self, begins: At, is_script: bool) -> Result<u64, Vec<Diagnostic>> {
        let text = BufReader::with_capacity(1 << 16, self.file_at(begins.offset)?);
        let mut values = serde_json::Deserializer::from_reader(text).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => {}
            Some(Err(e)) => return Err(vec![self.syntax_of_file(&e, begins)?]),
            None => return Ok(0),
        }
        let length = values.byte_offset() as u64;
        let mut block = Block::new(self.file_at(begins.offset + length)?);
        loop {
            let is_end = match is_script {
                true => |text: &[u8]| std::str::from_utf8(text).is_ok_and(script::is_end),
                false => |text: &[u8]| text.trim_ascii().is_empty(),
            };
            let rest = block.rest().len();
            if !is_end(block.pass(rest)) {
                let mut at = begins;
                at.pass(&self.bytes(begins, length)?);
                return Err(vec![self.broken("trailing characters", at.line, at.column)]);
            }
            if block.is_all {
                return Ok(length);
            }
            block.fill().map_err(|e| vec![unreadable(&self.shown, &e)])?;
        }
    }

    /// Looks at the first pieces of that form.
    fn candidate(&self, form: Form, prefix: Vec<String>) -> Result<Candidate, Vec<Diagnostic>> {
        let failed = |e: std::io::Error| vec![unreadable(&self.shown, &e)];
        let (mut paths, mut left) = (Paths::default(), SAMPLE_BYTES);
        let mut look = |bytes: &[u8]| {
            left = left.saturating_sub(bytes.len());
            if let Ok(piece) = std::str::from_utf8(bytes) {
                paths.look(piece.trim());
            }
            left > 0
        };
        match form {
            Form::Lines => {
                let mut block = Block::new(self.file_at(0)?);
                for _ in 0..SAMPLE {
                    match block.line().map_err(failed)? {
                        None | Some(0) => break,
                        Some(n) if look(block.pass(n)) => {}
                        Some(_) => break,
                    }
                }
            }
            Form::List { begins, .. } => {
                let mut elements = Elements::new(self.file_at(begins.offset)?, begins);
                for _ in 0..SAMPLE {
                    match elements.next() {
                        Ok(piece) if look(piece.bytes) && piece.ended == Some(b',') => {}
                        _ => break,
                    }
                }
            }
            Form::Single { begins, length } => {
                look(&self.bytes(begins, length)?);
            }
        }
        Ok(Candidate { form, prefix, paths })
    }

    /// A file of no known profile.
    fn general<'p>(
        mut self,
        candidates: Vec<Candidate>,
        table: &Table,
    ) -> Result<Opened<'p>, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let with_text = candidates.iter().find_map(|c| Some((c, c.paths.guess(table)?)));
        let is_list = |c: &&Candidate| !matches!(c.form, Form::Single { .. });
        let (best, way) = match with_text {
            Some(found) => found,
            // What it holds instead is told by its names.
            None => match candidates.iter().find(is_list) {
                Some(first) => (first, Vec::new()),
                None => {
                    return Err(vec![
                        Diagnostic::error("json-not-list", "the JSON holds no list of objects")
                            .at(&self.shown, 1, 1)
                            .help("export the messages as a list [{…}, {…}], or as one object a line"),
                    ]);
                }
            },
        };
        findings.extend(left(&candidates, &best.prefix, table, &self.shown));
        let whole: Vec<&str> = best.prefix.iter().chain(&way).map(String::as_str).collect();
        let is_known = matches!(&whole[..], [])
            || matches!(&whole[..], [key] if !best.prefix.is_empty() && table.lists.iter().any(|k| k == key));
        if !is_known {
            let reason = format!("the messages are taken from `{}`", whole.join("."));
            let note = Diagnostic::note("json-list-guessed", reason).at(&self.shown, 0, 0);
            findings.push(
                note.help("nothing to do, unless they stand elsewhere: then tell with a profile of your own"),
            );
        }
        self.form = best.form;
        let names = best.paths.names(&way);
        self.ways = Ways {
            messages: way,
            ..Ways::default()
        };
        Ok(Opened {
            json: self,
            profile: None,
            names,
            findings,
        })
    }

    /// Gathers what stands beside a list in an object, now that the parts are given out, and adds its names
    /// to `keys`.
    pub(in crate::source) fn prepare(
        &mut self,
        table: &Table,
        keys: &mut Keys,
    ) -> Result<(), Vec<Diagnostic>> {
        if self.ways.wants_outer {
            for (name, value) in &self.around.values {
                let name = format!("{OUTER}{name}");
                let Ok(value) = scalar(value) else { continue };
                for (role, rank) in table.parts(&plain(&name)) {
                    let hit = Hit {
                        rank,
                        key: name.as_str().into(),
                        value: Cow::Owned(value.clone().into_owned()),
                    };
                    self.beside.outer.push((role, hit));
                }
                keys.values.push(name);
            }
        }
        if !matches!(
            self.form,
            Form::List {
                behind: Behind::Object,
                ..
            }
        ) {
            return Ok(());
        }
        let mut sieve = Sieve::new(table, &self.ways, false);
        let (mut left, mut tables) = (MOST_LOOKED_UP, Vec::new());
        for lookup in &self.ways.lookups {
            let mut found: HashMap<Cow<'static, str>, _> = HashMap::new();
            if let Some((_, begins)) = self.around.lists.iter().find(|(way, _)| *way == lookup.list) {
                let mut elements = Elements::new(self.file_at(begins.offset)?, *begins);
                while left > 0 {
                    let piece = elements.next().map_err(|fault| self.cut(fault))?;
                    let (text, ended) = (self.text(piece.bytes, piece.at)?, piece.ended);
                    if text.starts_with('{')
                        && let Ok((key, hits)) = super::walk::looked_up(text, lookup, &mut sieve)
                    {
                        let kept: Vec<_> = hits
                            .into_iter()
                            .map(|(role, hit)| (role, hit.into_owned()))
                            .collect();
                        let size: usize = kept.iter().map(|(_, hit)| 100 + hit.value.len()).sum();
                        left = left.saturating_sub(100 + key.len() + size);
                        found.insert(Cow::Owned(key.into_owned()), kept);
                    }
                    if ended != Some(b',') {
                        break;
                    }
                }
            }
            tables.push(found);
        }
        keys.values.extend(sieve.into_keys().values);
        self.beside.tables = tables;
        Ok(())
    }
}
