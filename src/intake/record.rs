//! The second reading of an export: the same rows, judged and streamed into one batch.

use super::known::Known;
use super::{Handles, Plan};
use crate::case::book::case_id;
use crate::diagnostic::Diagnostic;
use crate::event::{Books, INGEST, MERGE, MESSAGE, MergeFacts, message_data, message_facts};
use crate::judge::{Judge, Judgement};
use crate::ledger::LedgerError;
use crate::ledger::append::Batch;
use crate::ledger::line::Draft;
use crate::message::{Direction, Message};
use crate::rules::RuleSet;
use crate::source::{Entry, Export};
use serde::Serialize;
use std::borrow::Cow;
use std::num::NonZeroU32;

/// Why the second reading failed; either way the batch is to be dropped.
#[derive(Debug)]
pub enum RecordError {
    /// The export is not what it was a moment ago.
    Source(Vec<Diagnostic>),
    /// The ledger could not be written.
    Ledger(LedgerError),
}

/// One file's work.
pub struct Job<'a> {
    /// The export.
    pub export: &'a Export,
    /// Its name as the user gave it.
    pub shown: &'a str,
    /// What its first reading found.
    pub plan: &'a Plan,
    /// The business's own accounts.
    pub handles: &'a Handles,
    /// The rules that judge.
    pub rules: &'a RuleSet,
    /// The business's own name and accounts: words in them say nothing.
    pub own_names: &'a [String],
    /// Old messages: no targets, no alarms.
    pub history: bool,
}

/// Streams what the plan holds into `batch`: messages in file order, then merges, then the books.
///
/// # Errors
/// The export changed between the two readings, or the ledger could not be written.
pub fn record(
    job: &Job<'_>,
    _known: &mut Known,
    batch: &mut Batch<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), RecordError> {
    let Job {
        export,
        shown,
        plan,
        handles,
        rules,
        history,
        own_names,
    } = *job;
    let mut writer = MessageWriter {
        judge: Judge::new(rules).ignoring(own_names),
        handles,
        history,
        facts: Vec::new(),
        data: Vec::new(),
    };
    let mut next = 0usize;
    let mut follows = plan.follows.iter().peekable();
    let mut failed = None;
    export
        .read(&mut |entry| match entry {
            Entry::Message(message) if failed.is_none() => {
                let position = next;
                next += 1;
                let Some(case) = plan.cases.get(position).copied().flatten().map(NonZeroU32::get) else {
                    return;
                };
                let before = follows
                    .next_if(|(at, _)| *at == position)
                    .map(|(_, before)| *before);
                let echo = plan.echoes.binary_search(&position).is_ok();
                failed = writer.write(message, case, before, echo, batch).err();
            }
            Entry::Progress(bytes) => progress(bytes),
            _ => {}
        })
        .map_err(RecordError::Source)?;
    if let Some(e) = failed {
        return Err(RecordError::Ledger(e));
    }
    if next != plan.cases.len() {
        return Err(RecordError::Source(vec![
            Diagnostic::error("file-changed", "the file changed while it was read")
                .at(shown, 0, 0)
                .help("wait until the download is complete, then run the command again"),
        ]));
    }
    let mut plain = |ev: &str, case: Option<&str>, facts: Vec<u8>, data: Option<&[u8]>| {
        batch
            .event(Draft {
                ev,
                case,
                t: None,
                facts: &facts,
                data,
            })
            .map_err(RecordError::Ledger)
    };
    for (into, from) in &plan.merges {
        let (into, from) = (case_id(*into), case_id(*from));
        let facts = json(&MergeFacts {
            into: Cow::Borrowed(&into),
            from: Cow::Borrowed(&from),
        });
        plain(MERGE, Some(&into), facts, None)?;
    }
    plain(
        INGEST,
        None,
        json(&Books {
            rules: rules.fingerprint().to_owned(),
            ..plan.books.clone()
        }),
        Some(&json(&IngestData { path: shown })),
    )
}

#[derive(Serialize)]
struct IngestData<'a> {
    path: &'a str,
}

/// Compact JSON; the types here cannot fail to serialise.
pub fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|_| b"{}".to_vec())
}

struct MessageWriter<'r> {
    judge: Judge<'r>,
    handles: &'r Handles,
    history: bool,
    facts: Vec<u8>,
    data: Vec<u8>,
}

impl MessageWriter<'_> {
    fn write(
        &mut self,
        message: &Message<'_>,
        case: u32,
        before: Option<u32>,
        echo: bool,
        batch: &mut Batch<'_>,
    ) -> Result<(), LedgerError> {
        let direction = self.handles.direction(message);
        let judgement: Option<Judgement> =
            (direction == Direction::Inbound).then(|| self.judge.judge(message));
        let mut facts = message_facts(message, direction, judgement.as_ref(), self.history);
        facts.follows = before.map(|b| Cow::Owned(case_id(b)));
        facts.echo = echo;
        self.facts.clear();
        self.data.clear();
        // Writing JSON into memory cannot fail.
        let _ = serde_json::to_writer(&mut self.facts, &facts);
        let _ = serde_json::to_writer(&mut self.data, &message_data(message, judgement.as_ref()));
        let t = message.posted.map(|m| m.to_string());
        batch.event(Draft {
            ev: MESSAGE,
            case: Some(&case_id(case)),
            t: t.as_deref(),
            facts: &self.facts,
            data: Some(&self.data),
        })
    }
}
