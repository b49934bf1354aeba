//! The ledger → a [`Book`]: on several threads, and only what stands behind a snapshot where one is
//! believed. What was read anew is kept in a snapshot, if it was much.

use super::book::Book;
use super::gather::Gather;
use super::snapshot;
use crate::calendar::Zone;
use crate::ledger::blocks::{BLOCK, Span, learn};
use crate::ledger::cache::{Anchor, Touched};
use crate::ledger::head::{Found, Head};
use crate::ledger::place::Place;
use crate::ledger::read::Reach;
use crate::ledger::{LedgerError, Result, VERSION};
use std::fs::File;
use std::io::ErrorKind::NotFound;

/// How a ledger is folded.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// The zone that anchors days without a time of day.
    pub zone: Zone,
    /// Threads to read on, at least one; the book is the same with any number.
    pub threads: usize,
    /// Bytes a block of reading.
    pub block: u64,
    /// A tail up to this is read again each time; a snapshot is written after a longer one.
    pub long_tail: u64,
}

impl Way {
    /// The way for that zone on so many threads.
    pub fn of(zone: Zone, threads: usize) -> Way {
        Way {
            zone,
            threads,
            block: BLOCK,
            long_tail: 4 << 20,
        }
    }
}

/// Folds the ledger at `place`; with `upto` only what has a `seq` up to that. Hands over the file that was
/// read, too, where there is one: the book's offsets are those of no other.
pub fn read(place: &Place, upto: Option<u64>, way: Way) -> Result<(Book, Reach, Option<File>)> {
    let head = Head::read(place)?;
    let path = place.ledger();
    match File::open(&path) {
        Ok(file) => {
            let (book, reach) = read_file(place, &file, head, upto, way)?;
            Ok((book, reach, Some(file)))
        }
        Err(e) if e.kind() == NotFound => {
            head.check_missing().map_err(LedgerError::Damaged)?;
            Ok((Book::new(way.zone), Reach::begin(head, Anchor::START), None))
        }
        Err(e) => Err(LedgerError::Disk(path, e)),
    }
}

/// [`read`] of an open ledger with that head.
pub fn read_file(
    place: &Place,
    file: &File,
    head: Found,
    upto: Option<u64>,
    way: Way,
) -> Result<(Book, Reach)> {
    let noted = Touched::of(file);
    let span = |from| Span {
        from,
        upto,
        threads: way.threads,
        block: way.block,
    };
    if upto.is_none()
        && let Some((mut book, from)) = snapshot::load(place, file, head, way)
    {
        let reach = fold(&mut book, place, file, head, span(from))?;
        if book.goes_on() {
            finish(&mut book, place, &reach, from, noted, way);
            return Ok((book, reach));
        }
    }
    let mut book = Book::new(way.zone);
    let from = Anchor::START;
    let reach = fold(&mut book, place, file, head, span(from))?;
    finish(
        &mut book,
        place,
        &reach,
        from,
        noted.filter(|_| upto.is_none()),
        way,
    );
    Ok((book, reach))
}

fn fold(book: &mut Book, place: &Place, file: &File, head: Found, span: Span) -> Result<Reach> {
    learn(
        file,
        &place.ledger(),
        head,
        span,
        Gather::default,
        |thread, part| {
            book.join(thread, part);
        },
    )
}

/// Puts the book in order, and keeps it where much of it was read anew.
fn finish(book: &mut Book, place: &Place, reach: &Reach, from: Anchor, noted: Option<Touched>, way: Way) {
    book.assemble();
    let tail = reach.bytes - from.bytes;
    let much = tail > way.long_tail.max(from.bytes / 64);
    if let Some(noted) = noted.filter(|_| much && reach.newest <= VERSION && book.goes_on()) {
        let _ = snapshot::keep(book, place, reach.anchor(), noted);
    }
    book.settle();
}
