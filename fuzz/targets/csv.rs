//! An export as CSV: read or refused, the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| feedback_fuzz::read_export("export.csv", bytes));
