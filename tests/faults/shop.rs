//! A shop's workspace to do harm to: made once, copied for each trial, and seen through the program's own
//! eyes. The exports are those of `examples/coffee-shop`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;
use tempfile::TempDir;

/// The present, for every command.
pub const NOW: &str = "2026-11-16T10:20:00Z";

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_feedback");

/// A folder with a workspace `ws` in it, and the exports in `in`.
pub struct Shop {
    root: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// `None`: killed.
    pub exit: Option<i32>,
    pub out: String,
    pub err: String,
}

/// What can be seen of a workspace from outside: figures, inbox, finished batches, sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub exit: Option<i32>,
    pub report: String,
    inbox: String,
    sound: bool,
    pub batches: Option<u64>,
    erased: Option<u64>,
    /// Checksum of the exported sheet.
    sheet: Option<u32>,
}

/// What stands where before a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Exports only.
    Nothing,
    /// A workspace with one export read and some cases worked on.
    Open,
    /// The same, with rules that judge otherwise than those that did.
    OtherRules,
    /// The same as `Open`, with a byte of a line in the midst of it changed.
    Damaged,
}

impl Shop {
    /// The shop as it stands before a trial, in this folder, else in memory where there is such a place.
    pub fn new(base: Base, within: Option<&Path>) -> Shop {
        let root = match within {
            Some(folder) => tempfile::tempdir_in(folder),
            None => tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()),
        };
        let shop = Shop { root: root.unwrap() };
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/coffee-shop");
        copy_folder(&examples, &shop.root.path().join("in"));
        if base != Base::Nothing {
            std::fs::create_dir(shop.ws()).unwrap();
            std::fs::copy(examples.join("feedback.toml"), shop.ws().join("feedback.toml")).unwrap();
            for done in [
                &["ingest", "in/x-mentions.csv"][..],
                &["resolve", "c2", "c3"],
                &["close", "c4"],
                &["sheet", "export", "--all", "-o", "ws/sheet.csv"],
            ] {
                shop.done(done);
            }
            if base == Base::OtherRules {
                let rules = "version = 1\n[[rule]]\nid = \"all\"\nany = [\"coffee\", \"waited\"]\nkind = \"praise\"\n";
                std::fs::write(shop.ws().join("rules.toml"), rules).unwrap();
            }
            if base == Base::Damaged {
                let mut bytes = std::fs::read(shop.ws().join("ledger.jsonl")).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                std::fs::write(shop.ws().join("ledger.jsonl"), bytes).unwrap();
            }
        }
        shop
    }

    /// Another like it, in the same or another folder.
    pub fn copy(&self, within: Option<&Path>) -> Shop {
        let folder = within.or(self.root.path().parent()).unwrap();
        let root = tempfile::tempdir_in(folder).unwrap();
        copy_folder(self.root.path(), root.path());
        Shop { root }
    }

    /// A copy of what stands in a folder.
    pub fn of(folder: &Path) -> Shop {
        let root = tempfile::tempdir().unwrap();
        copy_folder(folder, root.path());
        Shop { root }
    }

    /// The folder around it.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// The workspace.
    pub fn ws(&self) -> PathBuf {
        self.root.path().join("ws")
    }

    /// `wrapper… feedback arguments…`, with a clean environment.
    pub fn wrapped<W: AsRef<OsStr>>(&self, wrapper: &[W], arguments: &[&str]) -> Command {
        let arguments: Vec<&str> = ["--now", NOW].iter().chain(arguments).copied().collect();
        self.untimed(wrapper, &arguments)
    }

    /// The same by the machine's clock.
    pub fn untimed<W: AsRef<OsStr>>(&self, wrapper: &[W], arguments: &[&str]) -> Command {
        let mut words = wrapper.iter().map(AsRef::as_ref).chain([OsStr::new(PROGRAM)]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words);
        command.args(["--dir", "ws"]).args(arguments);
        clean(&mut command).current_dir(self.root.path());
        command
    }

    /// Runs `feedback`.
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::of(&mut self.wrapped::<&str>(&[], arguments))
    }

    /// Runs `feedback`, which must succeed.
    pub fn done(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert!(matches!(said.exit, Some(0 | 3)), "{arguments:?}: {said:?}");
        said
    }

    /// What can be seen from outside.
    pub fn seen(&self) -> Seen {
        let report = self.run(&["report", "--format", "json"]);
        let verified = self.run(&["ledger", "verify", "--format", "json"]);
        let found = serde_json::from_str::<serde_json::Value>(&verified.out).ok();
        let number = |key: &str| found.as_ref()?.get(key)?.as_u64();
        Seen {
            exit: report.exit,
            report: report.out,
            inbox: self.run(&["inbox", "--format", "json"]).out,
            sound: verified.exit != Some(5),
            batches: number("batches"),
            erased: number("erased"),
            sheet: std::fs::read(self.ws().join("sheet.csv"))
                .ok()
                .map(|b| crc32c::crc32c(&b)),
        }
    }

    /// `ledger verify` passes.
    pub fn verifies(&self) -> Result<(), String> {
        self.run(&["ledger", "verify"]).must_be(&[0], "ledger verify")
    }
}

impl Said {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Said {
        let Output {
            status,
            stdout,
            stderr,
        } = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Said {
            exit: status.code(),
            out: text(stdout),
            err: text(stderr),
        }
    }

    /// It ended with one of these.
    pub fn must_be(&self, exits: &[i32], what: &str) -> Result<(), String> {
        if self.exit.is_some_and(|e| exits.contains(&e)) {
            return Ok(());
        }
        Err(format!("{what}: exit {:?}, {}", self.exit, self.err.trim_end()))
    }
}

/// No setting of the tester's own reaches the program.
pub fn clean(command: &mut Command) -> &mut Command {
    for name in ["FEEDBACK_DIR", "TZ", "LANG", "LC_ALL", "LC_MESSAGES"] {
        command.env_remove(name);
    }
    command.env("COLUMNS", "100")
}

/// Copies a folder of files and folders, with the times of their last change: derived files go by them.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            set_modified(&target, modified);
        }
    }
}

/// Sets when a file was last changed.
pub fn set_modified(path: &Path, time: SystemTime) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

/// A program of the system is there.
pub fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
