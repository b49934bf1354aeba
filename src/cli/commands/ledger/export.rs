//! `feedback ledger export`: the finished batches, written as they are read.
//!
//! As they stand; or flat, one row an event, as JSON Lines or CSV for engines. That CSV keeps every text
//! exactly as it is: it is not for spreadsheets, `sheet export` is.

use super::flat::{COLUMNS, Flat, Value};
use crate::cli::desk::Desk;
use crate::cli::{Ran, Stream};
use crate::ledger::read::scan;
use crate::render::Format;
use clap::Args;

/// Arguments.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Leave out the personal columns: authors, ids, links, texts (with --format json or csv)
    #[arg(long)]
    no_data: bool,
}

/// Exports.
pub fn run(arguments: &Arguments, desk: &Desk) -> Ran {
    desk.prints_only("ledger export", &[Format::Json, Format::Csv])?;
    if arguments.no_data && desk.format == Format::Table {
        return Err(crate::cli::exit::Failure::usage(
            "--no-data needs --format json or csv",
            "the lines as they stand cannot be cut without breaking the chain",
        ));
    }
    // A first reading finds joined cases, and damage before anything is printed.
    let mut flat = Flat::new(desk.zone, arguments.no_data);
    let reach = scan(&desk.place, None, |l| flat.look(&l.line))?;
    let mut out = Stream::open();
    let mut buffer = Vec::new();
    if desk.format == Format::Csv {
        let heads: Vec<&str> = COLUMNS.iter().take(flat.width()).map(|(name, _)| *name).collect();
        csv_row(&mut buffer, heads.into_iter());
        out.write(&buffer);
    }
    scan(&desk.place, Some(reach.seq), |l| {
        buffer.clear();
        match desk.format {
            Format::Json => flat.row(&l.line, |row| json_row(&mut buffer, row)),
            Format::Csv => flat.row(&l.line, |row| {
                csv_row(&mut buffer, row.iter().map(|v| v.plain().into_owned()));
            }),
            _ => {
                buffer.extend_from_slice(l.raw);
                buffer.push(b'\n');
            }
        }
        out.write(&buffer);
    })?;
    out.close()
}

fn csv_row(to: &mut Vec<u8>, cells: impl Iterator<Item = impl AsRef<[u8]>>) {
    let mut writer = csv::WriterBuilder::new().from_writer(to);
    // Writing into memory cannot fail.
    let _ = writer.write_record(cells);
    let _ = writer.flush();
}

fn json_row(to: &mut Vec<u8>, row: &[Value<'_>]) {
    for (i, (value, (name, _))) in row.iter().zip(COLUMNS).enumerate() {
        to.extend_from_slice(if i == 0 { b"{\"" } else { b",\"" });
        to.extend_from_slice(name.as_bytes());
        to.extend_from_slice(b"\":");
        // Writing into memory cannot fail.
        let _ = match value {
            Value::Null => serde_json::to_writer(&mut *to, &()),
            Value::Text(text) => serde_json::to_writer(&mut *to, text),
            other => {
                to.extend_from_slice(other.plain().as_bytes());
                Ok(())
            }
        };
    }
    to.extend_from_slice(b"}\n");
}
