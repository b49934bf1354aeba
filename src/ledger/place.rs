//! The workspace's files on disk: names, modes, whole-file replacement, syncing and the lock. The one
//! place with code for single operating systems.

use super::{LedgerError, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A workspace folder as the ledger sees it.
#[derive(Debug, Clone)]
pub struct Place {
    dir: PathBuf,
}

/// The lock; let go when dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// What an erasing rewrites by itself.
const OWN: [&str; 3] = ["ledger.jsonl", "ledger.head", "ledger.lock"];
const DAMAGED: &str = "ledger.damaged-";
const BESIDE: &str = ".ledger-";

/// All that is derived from the ledger and may hold what an erasing must not leave behind. A new derived
/// file needs its line here.
const DERIVED: [&str; 8] = [
    "ledger.torn",
    "ledger.snapshot",
    "ledger.index",
    "ledger.index.1",
    "ledger.index.2",
    "ledger.index.3",
    "ledger.index.4",
    "ledger.index.5",
];

/// How the names begin of what an interrupted command leaves half written; six letters or digits follow.
const HALF_WRITTEN: [&str; 3] = [BESIDE, ".feedback-cache-", ".feedback-"];

/// A name that only this program gives, and may take away again.
fn is_derived(name: &str) -> bool {
    let half_written = |begin: &&str| {
        let rest = name.strip_prefix(*begin);
        rest.is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    DERIVED.contains(&name) || HALF_WRITTEN.iter().any(half_written)
}

const TICK: Duration = Duration::from_millis(20);

impl Place {
    /// The workspace in `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Place { dir: dir.into() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// `ledger.jsonl`
    pub fn ledger(&self) -> PathBuf {
        self.dir.join("ledger.jsonl")
    }

    /// `ledger.head`
    pub fn head(&self) -> PathBuf {
        self.dir.join("ledger.head")
    }

    /// Whether that path in the workspace is the ledger itself, or derived from it.
    pub fn is_own(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        path.parent() == Some(&self.dir) && (OWN.contains(&name) || is_derived(name))
    }

    /// `ledger.torn`: where unfinished batches are moved.
    pub fn torn(&self) -> PathBuf {
        self.dir.join("ledger.torn")
    }

    /// What a repair keeps of the damaged ledger and of its head: `ledger.damaged-1.jsonl` and `.head`.
    pub fn damaged(&self, n: u32) -> (PathBuf, PathBuf) {
        let name = |end: &str| self.dir.join(format!("{DAMAGED}{n}.{end}"));
        (name("jsonl"), name("head"))
    }

    /// Every file that a repair kept, by name.
    pub fn damaged_copies(&self) -> Result<Vec<PathBuf>> {
        self.named(|name| name.starts_with(DAMAGED))
    }

    /// The files of the folder with such names; never folders.
    fn named(&self, is_meant: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
        let fault = |e| LedgerError::Disk(self.dir.clone(), e);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.dir).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !is_folder && entry.file_name().to_str().is_some_and(&is_meant) {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }

    /// Removes whatever is made from the ledger, and what interrupted commands left. The caller holds
    /// the lock.
    pub fn purge(&self) -> Result<Vec<PathBuf>> {
        let found = self.named(is_derived)?;
        self.remove(&found)?;
        Ok(found)
    }

    /// Removes these files, durably.
    pub fn remove(&self, paths: &[PathBuf]) -> Result<()> {
        for path in paths {
            match std::fs::remove_file(path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err(LedgerError::Disk(path.clone(), e));
                }
                _ => {}
            }
        }
        match paths {
            [] => Ok(()),
            _ => self.sync_folder(),
        }
    }

    /// A nameless beginning of a file that is to replace the ledger or its head.
    pub fn beside(&self) -> Result<tempfile::NamedTempFile> {
        let made = tempfile::Builder::new().prefix(BESIDE).tempfile_in(&self.dir);
        made.map_err(|e| LedgerError::Disk(self.dir.clone(), e))
    }

    /// `ledger.lock`: never renamed, never read.
    pub fn lock_file(&self) -> PathBuf {
        self.dir.join("ledger.lock")
    }

    /// Opens a file for reading and appending, made with mode 0600 where it is not there. A link in its
    /// place is refused.
    pub fn open_private(&self, path: &Path) -> Result<File> {
        no_link(path)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private(&mut options);
        options.open(path).map_err(|e| LedgerError::Disk(path.into(), e))
    }

    /// Takes the lock, waiting up to `wait`.
    pub fn lock(&self, wait: Duration) -> Result<Lock> {
        let path = self.lock_file();
        let file = self.open_private(&path)?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) if waited < wait => {
                    std::thread::sleep(TICK);
                    waited += TICK;
                }
                Err(TryLockError::WouldBlock) => return Err(LedgerError::Busy(path)),
                Err(TryLockError::Error(e)) => return Err(LedgerError::Disk(path, e)),
            }
        }
    }

    /// True where a writer holds the lock now. Never waits and never makes the file.
    pub fn is_locked(&self) -> bool {
        File::open(self.lock_file())
            .is_ok_and(|f| matches!(f.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Puts `bytes` in the place of `path`, whole or not at all, and syncs file and folder. A link in its
    /// place is refused.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        no_link(path)?;
        let fault = |e| LedgerError::Disk(path.into(), e);
        let mut file = tempfile::Builder::new()
            .prefix(".feedback-")
            .tempfile_in(&self.dir)
            .map_err(fault)?;
        file.write_all(bytes)
            .and_then(|()| file.as_file().sync_all())
            .map_err(fault)?;
        file.persist(path).map_err(|e| fault(e.error))?;
        self.sync_folder()
    }

    /// Puts a new file into a folder inside the workspace, made where it is not there; for nobody else's eyes.
    pub(super) fn keep_private(&self, folder: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
        no_link(folder)?;
        Place::new(folder).create_folder()?;
        let fault = |e| LedgerError::Disk(path.into(), e);
        create_private(path)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            })
            .map_err(fault)?;
        Place::new(folder).sync_folder()
    }

    /// Makes the folder's entries durable.
    pub fn sync_folder(&self) -> Result<()> {
        #[cfg(unix)]
        File::open(&self.dir)
            .and_then(|f| f.sync_all())
            .map_err(|e| LedgerError::Disk(self.dir.clone(), e))?;
        Ok(())
    }

    /// Makes the folder, mode 0700, where it is not there.
    pub fn create_folder(&self) -> Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.dir)
            .map_err(|e| LedgerError::Disk(self.dir.clone(), e))
    }
}

/// It is a device, which may go on for ever.
pub fn is_device(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = std::fs::metadata(path).map(|meta| meta.file_type());
        kind.is_ok_and(|kind| kind.is_char_device() || kind.is_block_device())
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Reads at `at` without moving the file's cursor, until `into` is full or the file ends; how much it was.
pub fn read_at(file: &File, into: &mut [u8], at: u64) -> std::io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = into.get_mut(done..).filter(|r| !r.is_empty()) {
        match read_some(file, rest, at + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

#[cfg(unix)]
fn read_some(file: &File, into: &mut [u8], at: u64) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

#[cfg(windows)]
fn read_some(file: &File, into: &mut [u8], at: u64) -> std::io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}

/// Nothing is written through a symbolic link inside a workspace: it may lead out of it. (The workspace
/// itself may be reached through one.)
fn no_link(path: &Path) -> Result<()> {
    if path.is_symlink() {
        let reason = "it is a symbolic link, and nothing is written through one";
        return Err(LedgerError::Disk(path.into(), std::io::Error::other(reason)));
    }
    Ok(())
}

/// For nobody else's eyes; and a link that appears after [`no_link`] looked is not followed either.
/// Makes a file with mode 0600 that must not be there yet.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    options.open(path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}
