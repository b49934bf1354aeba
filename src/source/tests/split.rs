//! Rows and cells as the `csv` crate cuts them, and what it passes over in silence.

use crate::source::Mark;
use crate::source::block::LONGEST;
use crate::source::split::{Fault, Splitter};
use proptest::prelude::*;
use std::io::Read;

/// Every row: the line of its beginning and its cells.
fn ours(text: &str) -> Vec<(u64, Vec<String>)> {
    let mut rows = Splitter::new(text.as_bytes(), b',', usize::MAX, Mark::START);
    let mut told = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let cells = (0..row.width()).map(|i| row.get(i).to_owned()).collect();
        assert_eq!(row.end, row.at.offset + row_length(text, row.at.offset, row.end));
        told.push((row.at.line, cells));
    }
    told
}

fn row_length(text: &str, from: u64, to: u64) -> u64 {
    let whole = text.get(usize::try_from(from).unwrap()..usize::try_from(to).unwrap());
    whole.unwrap().len() as u64
}

fn theirs(text: &str) -> Vec<(u64, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(text.as_bytes());
    let (mut record, mut told) = (csv::StringRecord::new(), Vec::new());
    while reader.read_record(&mut record).unwrap() {
        let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
        // It leaves the CR of a CR LF on the last cell.
        if let Some(last) = cells.last_mut().filter(|last| last.ends_with('\r')) {
            last.pop();
        }
        // It takes the empty lines before a row for a part of it.
        let position = record.position().unwrap();
        let from = usize::try_from(position.byte()).unwrap();
        let empty = text[from..].bytes().take_while(|b| *b == b'\n').count() as u64;
        told.push((position.line() + empty, cells));
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn cuts_like_the_csv_crate(text in "[\",,\"\n\r ab你]{0,60}") {
        prop_assert_eq!(ours(&text), theirs(&text));
    }
}

/// The cell that is open at the end, and the strays: cell, over lines, closed by an opening.
fn quotes(text: &str) -> (Option<usize>, Vec<(usize, bool, bool)>) {
    let mut rows = Splitter::new(text.as_bytes(), b',', 99, Mark::START);
    let (mut open, mut strays) = (None, Vec::new());
    while let Some(row) = rows.next().unwrap() {
        open = open.or(row.open());
        strays.extend(
            row.strays()
                .iter()
                .map(|s| (s.cell, s.over_lines, s.closed_by_an_opening)),
        );
    }
    (open, strays)
}

#[test]
fn well_formed_quotes_are_silent() {
    for text in [
        "a,\"b\nc\",d\r\n\"\"\"x\"\"\",\"\",\"\"\n",
        "5\" pizza,6\"\n",
        "\"a\"\r\n\"b\"",
        "\"a,\"\"\nb\"\n",
    ] {
        assert_eq!(quotes(text), (None, vec![]), "{text:?}");
    }
}

#[test]
fn open_and_stray_quotes_are_told() {
    assert_eq!(quotes("a,b\n1,\"x\n2,y\n").0, Some(1));
    assert_eq!(quotes("a,b\n1,\"x\"\"").0, Some(1));
    // Closed by the opening quote of a later cell.
    assert_eq!(quotes("1,\"x,3\n2,\"y\",3\n"), (None, vec![(1, true, true)]));
    assert_eq!(
        quotes("1,\"he said \"hi\" to me\",3\n"),
        (None, vec![(1, false, false)])
    );
}

#[test]
fn a_row_without_end_is_not_kept_in_memory() {
    let endless = |byte: u8| std::io::repeat(byte).take(1 << 30);
    let mut rows = Splitter::new(endless(b'x'), b',', 9, Mark::START);
    assert!(matches!(rows.next(), Err(Fault::TooLong(Mark::START))));
    let mut rows = Splitter::new(endless(b','), b',', 9, Mark::START);
    assert!(matches!(rows.next(), Err(Fault::TooLong(Mark::START))));
    let mut rows = Splitter::new(b"a,\"".chain(endless(b'x')), b',', 9, Mark::START);
    assert_eq!(rows.next().unwrap().unwrap().open(), Some(1));
    let short = vec![b'x'; LONGEST - 1];
    let mut rows = Splitter::new(&*short, b',', 9, Mark::START);
    assert_eq!(rows.next().unwrap().unwrap().get(0).len(), LONGEST - 1);
}
