//! A book to and from the bytes of a snapshot. Times are kept as they were written, so that one snapshot
//! serves every zone; the items stand in order, so that there is next to nothing to sort.

use super::book::Book;
use super::fold::Way;
use crate::ledger::cache::{Anchor, Touched};
use crate::ledger::head::Found;
use crate::ledger::place::Place;
use std::fs::File;

/// The book of the workspace's snapshot and what it spans, where there is one that is believed.
pub fn load(_place: &Place, _ledger: &File, _head: Found, _way: Way) -> Option<(Book, Anchor)> {
    None
}

/// Keeps a book that is assembled but not settled.
pub fn keep(_book: &Book, _place: &Place, _anchor: Anchor, _noted: Touched) {}
