//! Runs stories: Markdown files that show commands with what they print, and are tests.
//!
//! A fenced block such as ` ```csv mentions.csv ` puts that file into the story's own folder (with the
//! word `escaped` behind it, `\r`, `\t`, `\\` and `\xFF` stand for those bytes). In ` ```console ` blocks
//! a line that begins with `$ ` is a command; what stands below is what it did:
//!
//! * its standard output, then its standard error, each line of that behind `2> `;
//! * last, `? ` with the exit code if it is not 0, and every file of the folder that it made, changed
//!   or removed (derived ones aside); of the ledger also how many lines it gained. No such line: exit 0, nothing touched.
//!
//! `use NAME` brings in the files of `tests/golden/NAME/`. `now TIME` sets the clock of the commands that follow; each runs with `--now`, with `--by Amy`, in
//! UTC, 100 columns wide and without colour. Known besides `feedback`: `cat`, `head -N`, `from TEXT` (the
//! lines from that which begins so), `wc -l`, `tail` (what the ledger gained since it was last looked at),
//! `swap FILE OLD NEW`, `append FILE TEXT`, `chop FILE BYTES`, `same FILE FILE`, `mkdir`, `rm`, `|`, `> FILE`, `< FILE`.
//! What differs from run to run is shown as `…`.
//!
//! `SNAPSHOTS=overwrite cargo test` writes the stories anew. Not a shell: whatever else a test needs is
//! better written in Rust.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]
#![allow(clippy::indexing_slicing)] // a test may

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Files of a folder with their bytes; folders with none.
type Files = BTreeMap<String, Option<Vec<u8>>>;

/// Files with names that begin so are derived: they may come and go, and are not spoken of.
const DERIVED: [&str; 1] = ["ledger.index"];

/// Every story in this folder under `tests/`, in order of name; not empty.
pub fn all(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut stories: Vec<_> = entries
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    stories.sort();
    assert!(!stories.is_empty(), "no story in {}", folder.display());
    stories
}

/// Runs the stories and compares each with what it says; tells all that differ before it fails.
pub fn check(stories: &[PathBuf]) {
    let differing: Vec<_> = stories
        .iter()
        .filter(|path| {
            let told = std::panic::catch_unwind(|| tell(&std::fs::read_to_string(path).unwrap()));
            let Ok(told) = told else { return true };
            let expected = snapbox::Data::read_from(path, Some(snapbox::data::DataFormat::Text)).raw();
            let compare = || snapbox::Assert::new().action_env("SNAPSHOTS").eq(told, expected);
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare)).is_err()
        })
        .collect();
    assert!(
        differing.is_empty(),
        "these stories went otherwise: {differing:#?}; look at them, then SNAPSHOTS=overwrite cargo test"
    );
}

/// Runs one story and writes it anew, with what really happened.
pub fn tell(story: &str) -> String {
    let mut stage = Stage::new();
    let mut told = String::new();
    let mut lines = story.lines();
    while let Some(line) = lines.next() {
        told.push_str(line);
        told.push('\n');
        let Some(head) = line.strip_prefix("```") else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
        if head == "console" {
            for line in body {
                if let Some(command) = line.strip_prefix("$ ") {
                    let _ = writeln!(told, "{line}");
                    told.push_str(&stage.run(command));
                }
            }
        } else {
            stage.put(head, &body);
            for line in body {
                let _ = writeln!(told, "{line}");
            }
        }
        told.push_str("```\n");
    }
    told
}

/// The folder in which a story plays.
pub struct Stage {
    root: tempfile::TempDir,
    now: Option<String>,
    seen: usize,
}

/// What a command gave.
struct Gave {
    out: Vec<u8>,
    err: Vec<u8>,
    exit: i32,
}

impl Stage {
    /// An empty one.
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for name in ["shop", "tmp"] {
            std::fs::create_dir(root.path().join(name)).unwrap();
        }
        Stage {
            root,
            now: None,
            seen: 0,
        }
    }

    /// Where its commands run.
    pub fn dir(&self) -> PathBuf {
        self.root.path().join("shop")
    }

    fn set_up(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(name);
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{name}: {e}")) {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), self.dir().join(entry.file_name())).unwrap();
        }
    }

    fn put(&self, head: &str, body: &[&str]) {
        let mut words = head.split(' ').skip(1);
        let Some(name) = words.next() else { return };
        let text: String = body.iter().flat_map(|l| [*l, "\n"]).collect();
        let bytes = match words.next() {
            Some("escaped") => unescaped(&text),
            _ => text.into_bytes(),
        };
        let path = self.dir().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// The program, in this folder, in the frozen environment.
    pub fn feedback<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedback"));
        let tmp = self.root.path().join("tmp");
        command.args(arguments).current_dir(self.dir()).env_clear();
        for (name, value) in [
            ("TZ", "UTC"),
            ("LC_ALL", "C"),
            ("COLUMNS", "100"),
            ("NO_COLOR", "1"),
        ] {
            command.env(name, value);
        }
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, &tmp);
        }
        command.env("HOME", self.root.path());
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        command
    }

    /// Runs a line of commands and says what it did.
    pub fn run(&mut self, line: &str) -> String {
        let before = self.files();
        let (mut gave, mut err) = (None, Vec::new());
        for part in words(line).split(|w| *w == Word::Pipe) {
            let stdin = gave.take().map(|g: Gave| g.out).unwrap_or_default();
            let mut one = self.one(part, stdin);
            err.append(&mut one.err);
            gave = Some(one);
        }
        let gave = gave.unwrap();
        let after = self.files();
        let tmp = std::fs::read_dir(self.root.path().join("tmp")).unwrap().count();
        assert_eq!(tmp, 0, "`{line}` left something in $TMPDIR");
        let mut said = String::new();
        for (prefix, bytes) in [("", &gave.out), ("2> ", &err)] {
            for l in self.redacted(bytes).lines() {
                let _ = writeln!(said, "{}", format!("{prefix}{l}").trim_end());
            }
        }
        let did = match line.starts_with("use ") {
            true => Vec::new(),
            false => differences(&before, &after),
        };
        match (gave.exit, did.is_empty()) {
            (0, true) => {}
            (exit, true) => {
                let _ = writeln!(said, "? {exit}");
            }
            (exit, false) => {
                let _ = writeln!(said, "? {exit}: {}", did.join(", "));
            }
        }
        said
    }

    fn one(&mut self, part: &[Word], mut stdin: Vec<u8>) -> Gave {
        let (mut plain, mut to) = (Vec::new(), None);
        let mut part = part.iter();
        while let Some(word) = part.next() {
            match word {
                Word::Into => to = part.next().map(|w| self.dir().join(w.text())),
                Word::From => stdin = self.read(part.next().unwrap().text()),
                word => plain.push(word.text()),
            }
        }
        let (name, rest) = plain.split_first().expect("a command");
        let mut gave = Gave {
            out: Vec::new(),
            err: Vec::new(),
            exit: 0,
        };
        let at = |i: usize| self.dir().join(rest[i]);
        match *name {
            "feedback" => gave = self.program(rest, &stdin),
            "use" => self.set_up(rest[0]),
            "now" => self.now = Some(rest[0].to_owned()),
            "cat" => gave.out = self.read(rest[0]),
            "same" => assert_eq!(self.read(rest[0]), self.read(rest[1])),
            "head" => {
                let n = rest[0].trim_start_matches('-').parse().unwrap();
                gave.out = stdin
                    .split_inclusive(|b| *b == b'\n')
                    .take(n)
                    .flatten()
                    .copied()
                    .collect();
            }
            "from" => {
                let text = String::from_utf8(stdin).unwrap();
                let from = text.lines().skip_while(|l| !l.starts_with(rest[0]));
                gave.out = from.flat_map(|l| [l, "\n"]).collect::<String>().into_bytes();
            }
            "wc" => gave.out = format!("{}\n", stdin.split_inclusive(|b| *b == b'\n').count()).into_bytes(),
            "tail" => {
                let ledger = std::fs::read(self.dir().join("ledger.jsonl")).unwrap_or_default();
                gave.out = ledger[self.seen.min(ledger.len())..].to_vec();
                self.seen = ledger.len();
            }
            "swap" => {
                let text = String::from_utf8(self.read(rest[0])).unwrap();
                assert!(text.contains(rest[1]), "{} has no {}", rest[0], rest[1]);
                std::fs::write(at(0), text.replacen(rest[1], rest[2], 1)).unwrap();
            }
            "append" => {
                let bytes = [self.read(rest[0]), rest[1].replace("\\n", "\n").into_bytes()].concat();
                std::fs::write(at(0), bytes).unwrap();
            }
            "chop" => {
                let bytes = self.read(rest[0]);
                std::fs::write(at(0), &bytes[..bytes.len() - rest[1].parse::<usize>().unwrap()]).unwrap();
            }
            "mkdir" => std::fs::create_dir(at(0)).unwrap(),
            "rm" => std::fs::remove_file(at(0)).unwrap(),
            other => panic!("a story knows no command `{other}`"),
        }
        if let Some(path) = to {
            std::fs::write(path, std::mem::take(&mut gave.out)).unwrap();
        }
        gave
    }

    fn program(&self, rest: &[&str], stdin: &[u8]) -> Gave {
        let mut arguments: Vec<&str> = rest.to_vec();
        if let Some(now) = self.now.as_deref().filter(|_| !rest.contains(&"--now")) {
            arguments.extend(["--now", now]);
        }
        // There `--by` divides the figures.
        if self.now.is_some() && !rest.contains(&"report") {
            arguments.extend(["--by", "Amy"]);
        }
        let mut child = self
            .feedback(&arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that asks nothing of its standard input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        Gave {
            out: output.stdout,
            err: output.stderr,
            exit: output.status.code().unwrap_or(-1),
        }
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.dir().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn files(&self) -> Files {
        let mut files = Files::new();
        let mut folders = vec![self.dir()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path
                    .strip_prefix(self.dir())
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                if path.is_dir() {
                    files.insert(format!("{name}/"), None);
                    folders.push(path);
                } else if !DERIVED.iter().any(|begin| name.starts_with(begin)) {
                    files.insert(name, Some(std::fs::read(path).unwrap()));
                }
            }
        }
        files
    }

    /// With `…` for the folder's path, for salts, hashes, checksums and for what is random.
    fn redacted(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\\r\n");
        let text = text.replace(self.dir().to_str().unwrap(), "…");
        RANDOM.iter().fold(text, |text, (pattern, shown)| {
            let pattern = regex::Regex::new(pattern).unwrap();
            pattern.replace_all(&text, *shown).into_owned()
        })
    }
}

/// Checksums, hashes and salts, anchors, and the hashes of what was erased.
const RANDOM: [(&str, &str); 4] = [
    (
        r#"("crc":"|written |computed |"rules_file":"|ledger has )[0-9a-f]{8}\b"#,
        "$1…",
    ),
    (
        r#"("salt":"|"sum":"|"key":"|"h": ?"|h=|"(?:was|head)":"\d+:)[0-9a-f]{32,64}\b"#,
        "$1…",
    ),
    (
        r"(\d+:)[0-9a-f]{8}(?:-[0-9a-f]{8}){3} (\S+) [0-9a-f]{4}\b",
        "$1… $2 …",
    ),
    (r#"([\[,])"[0-9a-f]{32}""#, "$1\"…\""),
];

fn differences(before: &Files, after: &Files) -> Vec<String> {
    let mut said = Vec::new();
    for (name, bytes) in after {
        let lines = |b: &Option<Vec<u8>>| b.iter().flatten().filter(|b| **b == b'\n').count();
        match before.get(name) {
            Some(old) if old == bytes => {}
            old if name == "ledger.jsonl" => {
                let was = old.map_or(0, lines);
                let kept = old.is_none_or(|o| bytes.as_ref().unwrap().starts_with(o.as_ref().unwrap()));
                said.push(match kept {
                    true => format!("{name} +{} lines", lines(bytes) - was),
                    false => format!("{name} rewritten"),
                });
            }
            // They go with the ledger.
            Some(_) if name == "ledger.head" => {}
            Some(_) => said.push(format!("{name} changed")),
            None => said.push(format!("{name} made")),
        }
    }
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    said.extend(gone.map(|name| format!("{name} removed")));
    said
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Text(String),
    Pipe,
    Into,
    From,
}

impl Word {
    fn text(&self) -> &str {
        match self {
            Word::Text(text) => text,
            other => panic!("{other:?} where a word should stand"),
        }
    }
}

/// Splits a command line; 'single' and "double" quotes hold words together.
fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut word, mut quote): (Option<String>, Option<char>) = (None, None);
    for c in line.chars().chain([' ']) {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take().map(|w| match w.as_str() {
                "|" => Word::Pipe,
                ">" => Word::Into,
                "<" => Word::From,
                _ => Word::Text(w),
            })),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend_from_slice(before.as_bytes());
        let (byte, used) = match after.as_bytes()[0] {
            b'r' => (b'\r', 1),
            b't' => (b'\t', 1),
            b'x' => (u8::from_str_radix(&after[1..3], 16).unwrap(), 3),
            other => (other, 1),
        };
        out.push(byte);
        rest = &after[used..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}
