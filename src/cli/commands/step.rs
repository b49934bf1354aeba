//! `feedback step`: one step of a case's checklist, for abuse or an attack on the brand, is done.

use super::deeds::{Deed, On, record};
use super::view;
use crate::case::procedure::{self, Procedure};
use crate::cli::Ran;
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The step, as `show` lists it: evidence, hidden, deleted, reason, management; prepare, act, false,
    /// retraction, true, offline, apology, compensation
    #[arg(value_name = "STEP")]
    step: String,
    #[command(flatten)]
    on: On,
    /// Something to remember about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Records the step.
pub fn run(a: Arguments, desk: &mut Desk) -> Ran {
    let step = a.step.trim().to_lowercase();
    let procedure = of(&step, &a.on, desk)?;
    record(&[Deed::step(procedure, &step, a.note)], &a.on, desk)
}

/// The procedure that the step belongs to in the first of these cases.
pub fn of(step: &str, on: &On, desk: &Desk) -> Result<Procedure, Failure> {
    let first = on.cases.first().filter(|id| *id != "-");
    let done: Vec<String> = match first {
        Some(id) if !view::is_empty(desk) => {
            let (book, _) = view::fold(desk, None)?;
            let case = view::find(&book, id).map_err(|fault| Failure::refused([fault]))?;
            case.status.steps.iter().map(|s| (*s).to_owned()).collect()
        }
        _ => Vec::new(),
    };
    let done: Vec<&str> = done.iter().map(String::as_str).collect();
    procedure::of_step(step, &done).ok_or_else(|| {
        let known: Vec<String> = procedure::ALL
            .iter()
            .map(|p| {
                let tasks: Vec<&str> = p.tasks.iter().map(|t| t.name).collect();
                format!("{}: {}", p.name, tasks.join(", "))
            })
            .collect();
        Failure::usage(
            format!("`{}` is no step", crate::render::safe::line(step)),
            format!(
                "the step comes first, then the cases; known are, for {}",
                known.join("; for ")
            ),
        )
    })
}
