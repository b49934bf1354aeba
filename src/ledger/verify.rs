//! Checks every byte of a ledger: checksums, sequence, batches, chain, head. Collects what is wrong;
//! mends nothing.

use super::chain::{Chain, ZERO};
use super::head::{AtCount, Found, Head};
use super::line::Line;
use super::place::Place;
use super::read::{finished, unfinished_line, wrong_seq};
use super::{Damage, LedgerError, Result};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};

/// What a verification found.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// Lines that verify, commit lines and unfinished ones included.
    pub lines: u64,
    /// Finished batches.
    pub batches: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of an unfinished batch at the end.
    pub unfinished: u64,
    /// Payloads that were erased.
    pub erased: u64,
    /// `seq` of the last commit line.
    pub last: u64,
    /// Its h, in hex.
    pub h: String,
    /// Everything that is wrong, in file order.
    pub damage: Vec<Damage>,
    /// The head is behind the ledger or torn: a crash that the next writer heals.
    pub head_stale: bool,
}

/// Reads every byte of the ledger at `place`.
pub fn verify(place: &Place) -> Result<Verified> {
    let head = Head::read(place)?;
    let path = place.ledger();
    let disk = |e| LedgerError::Disk(path.clone(), e);
    let mut out = Verified::default();
    let mut chain = Chain::from(ZERO);
    let mut at_count = AtCount::default();
    let mut met = false;
    let end;
    let mut tail_fault = None;
    match File::open(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            out.damage.extend(head.check_missing().err());
            out.head_stale = !matches!(head, Found::Whole(_));
            return Ok(out);
        }
        Err(e) => return Err(disk(e)),
        Ok(mut file) => {
            end = finished(&file).map_err(disk)?;
            file.seek(SeekFrom::Start(0)).map_err(disk)?;
            let mut reader = BufReader::with_capacity(256 * 1024, file);
            let (mut bytes, mut number, mut in_batch) = (Vec::new(), 0u64, 0u64);
            let mut due = 1u64;
            while reader.read_until(b'\n', &mut bytes).map_err(disk)? > 0 {
                number += 1;
                let byte = out.bytes;
                out.bytes += bytes.len() as u64;
                let fault = |what| Damage {
                    line: number,
                    byte,
                    what,
                };
                if byte >= end {
                    match unfinished_line(&bytes, number) {
                        Ok(()) => out.lines += 1,
                        Err(what) if tail_fault.is_none() => tail_fault = Some(fault(what)),
                        Err(_) => {}
                    }
                    bytes.clear();
                    continue;
                }
                // All of the finished part ends in a line feed.
                match Line::parse(bytes.strip_suffix(b"\n").unwrap_or_default()) {
                    Err(what) => {
                        out.damage.push(fault(what));
                        due += 1;
                        in_batch += 1;
                    }
                    Ok(line) => {
                        out.lines += 1;
                        if line.seq != due {
                            out.damage.push(fault(wrong_seq(line.seq, due)));
                        }
                        // By its own number, so that a line that is gone before it is not told twice.
                        if line.seq == head.count() && !met {
                            (at_count, met) = (AtCount { byte, h: line.h }, true);
                        }
                        due = line.seq + 1;
                        out.erased += u64::from(matches!(line.payload, super::line::Payload::Erased(_)));
                        if let (Some(n), Some(written)) = (line.n, line.h) {
                            if n != in_batch {
                                out.damage.push(fault(format!(
                                    "events that the commit line counts: {n}; events before it: {in_batch}"
                                )));
                            }
                            let computed = chain.commit(line.before_h());
                            if computed != written {
                                out.damage.push(fault(
                                    "the chain does not fit: this batch, or one before it, is not as it was written"
                                        .to_owned(),
                                ));
                                // Go on from what is written, so that one fault is told once.
                                chain = Chain::from(written);
                            }
                            in_batch = 0;
                            out.batches += 1;
                            (out.last, out.h) = (line.seq, super::chain::hex(&written));
                        } else {
                            chain.event(line.header, &line.payload.inner());
                            in_batch += 1;
                        }
                    }
                }
                bytes.clear();
            }
            out.unfinished = out.bytes - end;
        }
    }
    if let Err(behind) = head.check(out.last, end, out.unfinished, at_count) {
        match head {
            // That line was not met: what is wrong before explains it.
            Found::Whole(head)
                if head.count <= out.last && at_count.h.is_none() && !out.damage.is_empty() => {}
            Found::Whole(_) if behind.byte < end => {
                let at = out.damage.partition_point(|d| d.line <= behind.line);
                out.damage.insert(at, behind);
            }
            _ => out.damage.extend(tail_fault.into_iter().chain([behind])),
        }
    }
    out.head_stale = !matches!(head, Found::Whole(head) if head.count == out.last);
    Ok(out)
}
