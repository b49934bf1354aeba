//! What the integration tests share: a workspace in a temporary folder, the program run in it from an
//! empty environment, the corpus that may lie beside the project, and Python where it is installed.
//! No test stands here.

#![allow(dead_code)] // every test file takes what it needs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A workspace that vanishes with this value.
pub struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    /// With this `feedback.toml`.
    pub fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("feedback.toml"), settings).unwrap();
        Workspace { folder }
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The bytes of a file in it.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.dir().join(name)).unwrap()
    }

    /// Runs `feedback` with these arguments.
    pub fn feedback<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        Command::new(env!("CARGO_BIN_EXE_feedback"))
            .env_clear()
            .env("HOME", self.dir())
            .current_dir(self.dir())
            .args(["--quiet", "--dir", "."])
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Runs it with a line of arguments that hold no blanks; what it prints, if it ends well.
    pub fn says(&self, line: &str) -> String {
        let out = self.feedback(line.split_whitespace());
        let errors = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "feedback {line}: {}\n{errors}", out.status);
        String::from_utf8(out.stdout).unwrap()
    }

    /// The same, read as JSON.
    pub fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.says(&format!("--format json {line}"))).unwrap()
    }
}

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the corpus beside the project; says so where it is not there.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/corpus").join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// Runs Python with these arguments; says so where it is not installed.
pub fn python<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Option<Output> {
    match Command::new("python3").arg("-B").args(arguments).output() {
        Ok(out) => Some(out),
        Err(e) => {
            eprintln!("skipped: python3 does not run here: {e}");
            None
        }
    }
}
