//! Places that cannot be written: a full file system, one that is read only, files and folders of another
//! user. Exit 6 with the path, nothing recorded; reading works where the files can be read. Needs root.

use super::score::{Score, Verdict};
use super::shop::{Base, PROGRAM, Said, Seen, Shop, has};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const INGEST: [&str; 2] = ["ingest", "in/google-reviews.json"];
const NOTE: [&str; 4] = ["note", "c1", "--text", "no room for this"];

/// A mounted file system; unmounted when dropped.
pub struct Mount {
    pub at: PathBuf,
    _within: TempDir,
}

impl Mount {
    /// Mounts with these words of `mount`; the reason where that does not work here.
    pub fn new(words: &[&str]) -> Result<Mount, String> {
        let within = tempfile::tempdir().unwrap();
        let at = within.path().join("at");
        std::fs::create_dir(&at).unwrap();
        let said = Said::of(Command::new("mount").args(words).arg(&at));
        match said.exit {
            Some(0) => Ok(Mount { at, _within: within }),
            _ => Err(format!("mount does not work here ({})", said.err.trim())),
        }
    }

    /// Changes its options.
    pub fn again(&self, options: &str) {
        let options = format!("remount,{options}");
        let said = Said::of(Command::new("mount").args(["-o", &options]).arg(&self.at));
        said.must_be(&[0], "remount").unwrap();
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        Said::of(Command::new("umount").arg("-l").arg(&self.at));
    }
}

/// A line a fault.
pub fn all(full: bool) -> Vec<Score> {
    vec![
        full_disk(full, "size"),
        full_disk(full, "nr_inodes"),
        read_only(),
        strangers(),
    ]
}

fn told_and_unchanged(said: &Said, shop: &Shop, old: &Seen) -> Verdict {
    said.must_be(&[6], "exit 6 is due")?;
    if !said.err.contains("error[disk]: ws") {
        return Err(format!("the path is not named: {}", said.err));
    }
    if shop.seen() != *old {
        return Err(format!("something was recorded: {}", said.err));
    }
    Ok(())
}

/// A tmpfs with room for so many pages or files more.
fn full_disk(full: bool, what: &str) -> Score {
    let fault = format!("a full file system (tmpfs, `{what}`)");
    let mount = match Mount::new(&["-t", "tmpfs", "-o", "size=64m", "tmpfs"]) {
        Ok(mount) => mount,
        Err(why) => return Score::skipped(fault, why),
    };
    let base = Shop::new(Base::Open, None);
    let shop = base.copy(Some(&mount.at));
    let (old, done) = (base.seen(), base.copy(None));
    done.done(&INGEST);
    let new = done.seen();
    let used: u64 = {
        let argument = if what == "size" {
            "--output=used"
        } else {
            "--output=iused"
        };
        let out = Said::of(
            Command::new("df")
                .args(["--block-size=4096", argument])
                .arg(&mount.at),
        )
        .out;
        out.lines().nth(1).unwrap().trim().parse().unwrap()
    };
    let room = if what == "size" { 40 } else { 3 };
    let step = if full || what != "size" { 1 } else { 5 };
    let mut score = Score::new(fault);
    let mut shop = Some(shop);
    for free in (0..=room).step_by(step) {
        let now = shop.take().unwrap();
        let limit = if what == "size" {
            (used + free) * 4096
        } else {
            used + free
        };
        mount.again(&format!("{what}={limit}"));
        for command in [&NOTE[..], &INGEST] {
            let said = now.run(command);
            // What does fit is right, and undone by beginning again below.
            let verdict = match said.exit {
                Some(0) if command == NOTE => now.verifies(),
                Some(0) if now.seen().report == new.report => now.verifies(),
                Some(6) if now.seen().report == old.report => Ok(()),
                _ => Err(format!("{free} free: {said:?}")),
            };
            let is_named = said.exit == Some(0) || said.err.contains("error[disk]: ws");
            score.add(verdict.and_then(|()| is_named.then_some(()).ok_or("no path is named".to_owned())));
        }
        mount.again(if what == "size" {
            "size=64m"
        } else {
            "nr_inodes=100000"
        });
        score.add(
            now.run(&INGEST)
                .must_be(&[0], "with room again")
                .and_then(|()| now.verifies()),
        );
        drop(now);
        shop = Some(base.copy(Some(&mount.at)));
    }
    score
}

fn read_only() -> Score {
    let fault = "a file system that is read only";
    let mount = match Mount::new(&["-t", "tmpfs", "tmpfs"]) {
        Ok(mount) => mount,
        Err(why) => return Score::skipped(fault, why),
    };
    let base = Shop::new(Base::Open, None);
    let old = base.seen();
    let shop = base.copy(Some(&mount.at));
    mount.again("ro");
    let mut score = Score::new(fault);
    let sheet = ["sheet", "export", "-o", "ws/sheet.csv"];
    for command in [&INGEST[..], &NOTE, &["resolve", "c1"], &sheet] {
        score.add(told_and_unchanged(&shop.run(command), &shop, &old));
    }
    mount.again("rw");
    score.add(shop.run(&NOTE).must_be(&[0], "writable again"));
    score
}

/// As another user, with parts of the workspace closed to that user.
fn strangers() -> Score {
    let fault = "no permission (another user's files)";
    let is_root = Said::of(Command::new("id").arg("-u")).out.trim() == "0";
    if !is_root || !has("setpriv") {
        return Score::skipped(fault, "needs root and setpriv");
    }
    let base = Shop::new(Base::Open, None);
    let old = base.seen();
    let mut score = Score::new(fault);
    // Modes of the folder, ledger, head and lock; all belong to root. Whether reading works.
    let closed = [
        ([0o700, 0o600, 0o600, 0o600], false),
        ([0o755, 0o600, 0o600, 0o600], false),
        ([0o755, 0o644, 0o644, 0o644], true),
        ([0o755, 0o644, 0o644, 0o666], true),
        ([0o777, 0o644, 0o644, 0o666], true),
        // All but the head's replacement can be done: it needs the folder.
        ([0o755, 0o666, 0o666, 0o666], true),
    ];
    for (modes, readable) in closed {
        let shop = base.copy(None);
        let program = shop.root().join("feedback");
        std::fs::copy(PROGRAM, &program).unwrap();
        let mode = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(shop.root(), 0o755);
        for (name, m) in ["", "ledger.jsonl", "ledger.head", "ledger.lock"]
            .iter()
            .zip(modes)
        {
            mode(&shop.ws().join(name), m);
        }
        let stranger = |arguments: &[&str]| {
            let run = [
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "./feedback",
            ];
            let mut command = Command::new(run[0]);
            command
                .args(&run[1..])
                .args(["--dir", "ws", "--now", super::shop::NOW])
                .args(arguments);
            Said::of(super::shop::clean(&mut command).current_dir(shop.root()))
        };
        for command in [&INGEST[..], &NOTE] {
            let verdict = told_and_unchanged(&stranger(command), &shop, &old);
            score.add(verdict.map_err(|why| format!("modes {modes:?}: {why}")));
        }
        let report = stranger(&["report", "--format", "json"]);
        let right = match readable {
            true => report.exit == Some(0) && report.out == old.report,
            false => report.exit == Some(6) && report.out.is_empty(),
        };
        score.add(
            right
                .then_some(())
                .ok_or_else(|| format!("modes {modes:?}, report: {report:?}")),
        );
    }
    score
}
