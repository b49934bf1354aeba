//! Which system calls a command writes with, and the same command again with a fault put into one of
//! them, both by strace. Judges nothing.

use super::shop::{Said, Shop};
use std::collections::BTreeMap;

/// Every call that can change what stands on a disk; `?` passes over those that a machine has not.
/// `flock` changes nothing but can fail, `exit_group` stands for "after all of them".
const WATCHED: &str = "?open,?creat,openat,write,?pwrite64,?writev,?pwritev,?pwritev2,ftruncate,?truncate,\
?fallocate,fsync,fdatasync,?sync_file_range,?rename,?renameat,?renameat2,?unlink,unlinkat,?mkdir,mkdirat,\
?rmdir,?chmod,fchmod,?fchmodat,?link,?linkat,?symlink,?symlinkat,?copy_file_range,?sendfile,?splice,flock,\
exit_group";

/// One call of a sound run.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// The how-manieth of that name in its thread, from 1.
    pub nth: usize,
    /// What it did, as strace tells it.
    pub told: String,
}

impl Call {
    /// It can change what is on disk, or is the last of all.
    pub fn writes(&self) -> bool {
        match self.name.as_str() {
            "openat" | "open" => self.told.contains("O_CREAT") || self.told.contains("O_TRUNC"),
            "flock" => false,
            _ => true,
        }
    }

    /// It writes to standard output or error.
    pub fn talks(&self) -> bool {
        ["write(1<", "write(2<"].iter().any(|w| self.told.starts_with(w))
    }

    /// The name of the file that it concerns, for a message.
    pub fn short(&self) -> String {
        let told: String = self.told.chars().take(110).collect();
        format!("{} no. {} [{told}]", self.name, self.nth)
    }
}

/// The calls of a command, in order.
pub fn of(shop: &Shop, arguments: &[&str]) -> Vec<Call> {
    let log = shop.root().join("calls.log");
    let trace = format!("trace={WATCHED}");
    let wrapper = ["strace", "-f", "-y", "-s", "0", "-o", "calls.log", "-e", &trace];
    Said::of(&mut shop.wrapped(&wrapper, arguments));
    let text = std::fs::read_to_string(log).unwrap();
    let mut counts = BTreeMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let (thread, told) = line.split_once(' ').unwrap_or_default();
        let told = told.trim_start();
        let Some((name, _)) = told.split_once('(') else {
            continue;
        };
        // Signals, ends, and the second half of an interrupted call.
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        let nth = counts.entry((thread.to_owned(), name.to_owned())).or_insert(0);
        *nth += 1;
        calls.push(Call {
            name: name.to_owned(),
            nth: *nth,
            told: told.to_owned(),
        });
    }
    calls
}

/// Runs the command with `fault` (such as `signal=KILL`) at that call, `Err` where the call did not come.
pub fn inject(shop: &Shop, arguments: &[&str], call: &Call, fault: &str) -> Result<Said, String> {
    let said = inject_all(
        shop,
        arguments,
        &[format!("{}:{fault}:when={}", call.name, call.nth)],
    );
    let log = std::fs::read_to_string(shop.root().join("calls.log")).unwrap_or_default();
    if said.exit.is_some() && !log.contains("(INJECTED)") {
        return Err("the fault was not put in: the command makes other calls than a moment ago".to_owned());
    }
    Ok(said)
}

/// Runs the command with these faults.
pub fn inject_all(shop: &Shop, arguments: &[&str], faults: &[String]) -> Said {
    let trace = format!("trace={WATCHED}");
    let mut wrapper = vec!["strace", "-f", "-o", "calls.log", "-e", &trace];
    let faults: Vec<String> = faults.iter().map(|f| format!("inject={f}")).collect();
    wrapper.extend(faults.iter().flat_map(|f| ["-e", f.as_str()]));
    Said::of(&mut shop.wrapped(&wrapper, arguments))
}
