//! `feedback rules replay`: the whole history judged by today's rules. It shows what would change, and with
//! `--apply` records it.

use crate::calendar::Moment;
use crate::case::book::case_id;
use crate::cli::commands::ingest::random_key;
use crate::cli::commands::{deeds, view};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::cli::{Outcome, Ran};
use crate::event::JUDGE;
use crate::event::judged::JudgeData;
use crate::intake::record::json;
use crate::intake::regulars::Counts;
use crate::judge::Judge;
use crate::ledger::Result;
use crate::ledger::append::Batch;
use crate::ledger::line::Draft;
use crate::ledger::read::Lines;
use crate::render::words::Lang;
use crate::render::{self, Format, safe};
use crate::replay::mention::{Mention, Passed};
use crate::replay::rejudged::{Rejudged, said};
use crate::replay::tally::Tally;
use crate::report::table::{Cell, Table};
use crate::rules::RuleSet;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::fs::File;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only mentions posted since then: a date, RFC 3339, or how long ago (7d, 4w)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Show at most so many examples
    #[arg(long, value_name = "N", default_value_t = 10, conflicts_with = "cases")]
    limit: usize,
    /// List every mention that would be judged otherwise
    #[arg(long)]
    cases: bool,
    /// Record the new judgements
    #[arg(long)]
    apply: bool,
}

/// Judges again, and prints what changes.
pub fn run(arguments: &Arguments, desk: &mut Desk) -> Ran {
    let rules = desk.rules()?;
    let since = desk.bound("--since", arguments.since.as_deref())?;
    if view::is_empty(desk) {
        return Err(view::no_ledger(desk));
    }
    let mut told = Told {
        limit: if arguments.cases {
            usize::MAX
        } else {
            arguments.limit
        },
        recorded: arguments.apply,
        ..Told::default()
    };
    match arguments.apply {
        true => apply(&mut told, since, &rules, desk)?,
        false => {
            let (book, lines) = view::fold(desk, None)?;
            let judge = Judge::new(&rules).within(desk.surroundings());
            let counts = Counts::of(&desk.place, &rules, random_key()?)?;
            told.passed =
                crate::replay::replay(&book, lines, since, (&rules, judge), &counts, |mention, one| {
                    told.tally.add(mention.case, one);
                    told.examples.add(told.limit, mention, one);
                    Ok(())
                })?;
        }
    }
    let text = match desk.format {
        Format::Json => render::json::pretty(&told.json(rules.fingerprint())),
        Format::Table if told.tally.changed == 0 => told.nothing(desk.style.lang),
        format => render::tables(&told.tables(desk.style.lang), format, desk.style),
    };
    Ok(Outcome {
        text,
        recorded: arguments.apply && told.tally.changed > 0,
        ..Outcome::default()
    })
}

/// Records every judgement that is otherwise, as one batch.
fn apply(
    told: &mut Told,
    since: Option<i64>,
    rules: &RuleSet,
    desk: &Desk,
) -> std::result::Result<(), Failure> {
    let (book, mut writer) = deeds::locked(desk)?;
    view::tell_torn(&writer, desk);
    // Nobody replaces the file while the lock is held.
    let path = desk.place.ledger();
    let file = File::open(&path).map_err(|e| Failure::disk(&path, &e))?;
    let (recorded_at, by) = (desk.recorded_at(), desk.by.clone());
    let t = Moment::exact(desk.now.div_euclid(1000) * 1000).to_string();
    let mut batch = writer.begin(&recorded_at, &by);
    let judge = Judge::new(rules).within(desk.surroundings());
    let counts = Counts::of(&desk.place, rules, random_key()?)?;
    told.passed = crate::replay::replay(
        &book,
        Lines::of(Some(file), path),
        since,
        (rules, judge),
        &counts,
        |mention, one| {
            told.tally.add(mention.case, one);
            told.examples.add(told.limit, mention, one);
            match one.changed.is_empty() {
                true => Ok(()),
                false => record(&mut batch, mention.case, one, rules, &t),
            }
        },
    )?;
    batch.commit()?;
    view::tell_unsynced(&writer, desk);
    Ok(())
}

fn record(batch: &mut Batch<'_>, case: u32, one: &Rejudged<'_>, rules: &RuleSet, t: &str) -> Result<()> {
    let words = one
        .words
        .iter()
        .map(|words| words.iter().map(|word| Cow::Borrowed(*word)).collect());
    let data = JudgeData {
        words: words.collect(),
        text: Cow::Borrowed(""),
    };
    batch.event(Draft {
        ev: JUDGE,
        case: Some(&case_id(case)),
        t: Some(t),
        facts: &json(&one.to_record(rules)),
        data: Some(&json(&data)),
    })
}

/// A mention that is judged otherwise.
struct Example {
    case: u32,
    author: String,
    text: String,
    /// Dimension, before, after.
    changes: Vec<(&'static str, String, String)>,
    /// The rules that make the new judgement, with their words, and the row of the matrix.
    why: String,
}

/// What is shown of the mentions that are judged otherwise: first those whose priority changes, then those that
/// are another kind of thing or need a reply now, then the rest.
#[derive(Default)]
struct Examples([Vec<Example>; 3]);

impl Examples {
    fn add(&mut self, limit: usize, mention: &Mention<'_>, one: &Rejudged<'_>) {
        let touches = |names: &[&str]| names.iter().any(|name| one.changed.contains(name));
        let place = match one.changed.is_empty() {
            true => return,
            false if touches(&["priority"]) => 0,
            false if touches(&["kind", "needs_reply"]) => 1,
            false => 2,
        };
        let Some(list) = self.0.get_mut(place).filter(|list| list.len() < limit) else {
            return;
        };
        let change = |name: &&'static str| (*name, said(one.before, name), said(&one.after, name));
        let words: Vec<Vec<String>> = one
            .words
            .iter()
            .map(|words| words.iter().map(|word| (*word).to_owned()).collect())
            .collect();
        list.push(Example {
            case: mention.case,
            author: mention.message.author.to_string(),
            text: mention.message.text.to_string(),
            changes: one.changed.iter().map(change).collect(),
            why: view::reasons(one.after.because.as_deref(), &one.after.rules, &words),
        });
    }

    fn first(&self, limit: usize) -> impl Iterator<Item = &Example> {
        self.0.iter().flatten().take(limit)
    }
}

/// What is printed.
#[derive(Default)]
struct Told {
    tally: Tally,
    examples: Examples,
    limit: usize,
    passed: Passed,
    recorded: bool,
}

impl Told {
    fn nothing(&self, lang: Lang) -> String {
        let mut mentions = lang.count(self.tally.mentions, "mentions");
        if self.passed.reposts > 0 {
            let reposts = lang.count(self.passed.reposts, "reposts left out");
            mentions.push_str(&format!(", {reposts}"));
        }
        format!("{} ({mentions})\n", lang.say("Nothing would change."))
    }

    fn tables(&self, lang: Lang) -> Vec<Table> {
        let tally = &self.tally;
        let title = if self.recorded {
            "Judged anew"
        } else {
            "What would change"
        };
        let heads = ["mentions>", "changed>", "cases>", "erased>", "reposts>"];
        let counts = [
            tally.mentions,
            tally.changed,
            tally.cases,
            self.passed.erased,
            self.passed.reposts,
        ];
        // Where there are none, nobody wonders what became of them.
        let shown = heads.len() - usize::from(self.passed.reposts == 0);
        let mut sum = Table::new(title, heads.get(..shown).unwrap_or_default());
        sum.row(counts.into_iter().take(shown).map(Cell::Count));

        let mut moves = Table::new("From what to what", &["dimension", "from", "to", "mentions>"]);
        for (name, _, all) in tally.dimensions() {
            for (from, to, n) in all {
                moves.row([
                    Cell::Label(name),
                    value(name, from, lang),
                    value(name, to, lang),
                    Cell::Count(n),
                ]);
            }
        }
        let mut values = Table::new("How many of each", &["dimension", "is", "before>", "after>"]);
        for (name, all) in tally.values() {
            for (is, before, after) in all.iter().filter(|(_, before, after)| before != after) {
                values.row([
                    Cell::Label(name),
                    value(name, is, lang),
                    Cell::Count(*before),
                    Cell::Count(*after),
                ]);
            }
        }
        let mut examples = Table::new("Examples", &["case", "text", "changed", "why"]);
        for one in self.examples.first(self.limit) {
            let changes = one.changes.iter().map(|(name, from, to)| {
                format!(
                    "{}: {} → {}",
                    lang.say(name),
                    view::dimension(name, from, lang),
                    view::dimension(name, to, lang)
                )
            });
            examples.row([
                Cell::Text(case_id(one.case)),
                Cell::Text(safe::cut(&safe::line(&one.text), 60)),
                Cell::Text(changes.collect::<Vec<_>>().join(" · ")),
                Cell::Text(one.why.clone()),
            ]);
        }
        let all = [sum, moves, values, examples];
        all.into_iter().filter(|table| !table.rows.is_empty()).collect()
    }

    fn json(&self, rules: &str) -> Value {
        let tally = &self.tally;
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let moves = |all: Vec<(&str, &str, u64)>| -> Vec<Value> {
            let one =
                |(from, to, n): (&str, &str, u64)| json!({ "from": text(from), "to": text(to), "n": n });
            all.into_iter().map(one).collect()
        };
        let dimensions: Map<String, Value> = tally
            .dimensions()
            .map(|(name, n, all)| (name.to_owned(), json!({ "n": n, "moves": moves(all) })))
            .collect();
        let values: Map<String, Value> = tally
            .values()
            .map(|(name, all)| {
                let one = |(is, before, after): &(String, u64, u64)| json!({ "is": text(is), "before": before, "after": after });
                (name.to_owned(), all.iter().map(one).collect())
            })
            .collect();
        let examples: Vec<Value> = self
            .examples
            .first(self.limit)
            .map(|one| {
                let changes: Map<String, Value> = one
                    .changes
                    .iter()
                    .map(|(name, from, to)| {
                        ((*name).to_owned(), json!({ "from": text(from), "to": text(to) }))
                    })
                    .collect();
                json!({
                    "case": case_id(one.case),
                    "author": one.author,
                    "text": one.text,
                    "changes": changes,
                    "why": one.why,
                })
            })
            .collect();
        json!({
            "rules": rules,
            "recorded": self.recorded && tally.changed > 0,
            "mentions": tally.mentions,
            "changed": tally.changed,
            "cases": tally.cases,
            "erased": self.passed.erased,
            "reposts": self.passed.reposts,
            "dimensions": dimensions,
            "values": values,
            "examples": examples,
        })
    }
}

fn value(dimension: &str, value: &str, lang: Lang) -> Cell {
    Cell::Text(view::dimension(dimension, value, lang))
}
