//! Power cuts on ext4 and xfs: the writer is killed at one call after another, the image of the mounted,
//! unsynced file system is copied, the copy is mounted, and its journal replayed. What was told as done
//! is there. Needs root and loop devices.
//!
//! What the file system has handed to the loop device survives such a cut; what it holds back until it is
//! synced does not. The acknowledgements are kept outside, in this program.

use super::calls::{self, Call};
use super::places::Mount;
use super::score::{Score, Verdict};
use super::shop::{Base, Said, Shop, has};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

/// File system, size of its image, options to mount it and its copy.
const SYSTEMS: [(&str, &str, &str); 2] = [("ext4", "32M", "loop,commit=300"), ("xfs", "300M", "loop,nouuid")];

/// A line a file system.
pub fn all(full: bool) -> Vec<Score> {
    SYSTEMS
        .map(|(system, size, options)| {
            let fault = format!("power cuts on {system}");
            if !has("strace") {
                return Score::skipped(fault, "strace is missing");
            }
            let folder = tempfile::tempdir().unwrap();
            let image = folder.path().join("image");
            match make(system, size, options, &image) {
                Ok(mount) => cuts(fault, options, &image, mount, if full { 100 } else { 8 }),
                Err(why) => Score::skipped(fault, why),
            }
        })
        .into()
}

/// A new file system in a file, mounted.
fn make(system: &str, size: &str, options: &str, image: &Path) -> Result<Mount, String> {
    let mkfs = format!("mkfs.{system}");
    let sbin = ["/sbin", "/usr/sbin"].map(|dir| Path::new(dir).join(&mkfs));
    let Some(program) = sbin.iter().find(|p| p.is_file()) else {
        return Err(format!("{mkfs} is missing"));
    };
    Said::of(Command::new("truncate").args(["-s", size]).arg(image)).must_be(&[0], "truncate")?;
    let quietly = if system == "xfs" { "-q" } else { "-qF" };
    Said::of(Command::new(program).arg(quietly).arg(image)).must_be(&[0], &mkfs)?;
    Mount::new(&["-o", options, &image.display().to_string()])
}

fn cuts(fault: String, options: &str, image: &Path, mount: Mount, n: usize) -> Score {
    let shop = Shop::new(Base::Open, Some(&mount.at));
    // The test's own files: exports and settings. From here on nothing is synced but by the program.
    Said::of(&mut Command::new("sync"));
    let writer = Writer::new(&shop);
    let mut acknowledged = shop.seen().batches.unwrap();
    let mut score = Score::new(fault);
    for cut in 0..n {
        for i in 0..cut % 3 {
            if shop
                .run(&["note", "c1", "--text", &format!("done {cut}.{i}")])
                .exit
                == Some(0)
            {
                acknowledged += 1;
            }
        }
        if shop.run(&["reopen", "c5", "c6", "c7"]).exit == Some(0) {
            acknowledged += 1;
        }
        let what = writer.dies(&shop, cut);
        let live = shop.seen().batches.unwrap();
        let after = what.and_then(|_| after_cut(options, image, &shop));
        score.add(
            after
                .and_then(|copy| holds(&copy, &shop, acknowledged, live))
                .map_err(|why| format!("cut {cut}: {why}")),
        );
        // What the killed command had finished stands under all that follows.
        acknowledged = live;
    }
    if let Err(why) = control(options, image, &shop) {
        score.add(Err(why));
    }
    score
}

/// A command whose syncing is faked does get lost: else the cuts would prove nothing.
fn control(options: &str, image: &Path, shop: &Shop) -> Verdict {
    shop.done(&["note", "c1", "--text", "kept"]);
    let kept = shop.seen().batches;
    let faked = ["fsync,fdatasync:retval=0".to_owned()];
    let said = calls::inject_all(shop, &["note", "c1", "--text", "lost"], &faked);
    said.must_be(&[0], "a command that does not sync")?;
    let found = after_cut(options, image, shop)?.seen().batches;
    match found == kept {
        true => Ok(()),
        false => Err(format!(
            "a batch that was never synced is there: {found:?}, not {kept:?}"
        )),
    }
}

/// What is written when the power goes.
struct Writer {
    commands: [(&'static [&'static str], Vec<Call>); 2],
}

impl Writer {
    fn new(shop: &Shop) -> Writer {
        let commands: [&'static [&'static str]; 2] =
            [&["resolve", "c5", "c6", "c7"], &["ingest", "in/new.csv"]];
        new_export(shop, 0);
        let of = |arguments| {
            let all = calls::of(&shop.copy(None), arguments);
            (arguments, all.into_iter().filter(Call::writes).collect())
        };
        Writer {
            commands: commands.map(of),
        }
    }

    /// Runs a command that is killed at one of its calls: at another each time.
    fn dies(&self, shop: &Shop, cut: usize) -> Verdict {
        new_export(shop, cut + 1);
        let (arguments, calls) = &self.commands[cut % 2];
        let call = &calls[cut / 2 % calls.len()];
        calls::inject(shop, arguments, call, "signal=KILL").map(|_| ())
    }
}

/// An export of one message that is not known yet.
fn new_export(shop: &Shop, id: usize) {
    let text = format!("id,author,text,created_at,channel\np{id},ann,Open today?,2026-11-10T12:00:00Z,x\n");
    std::fs::write(shop.root().join("in/new.csv"), text).unwrap();
}

/// The workspace as a machine finds it after the power came back.
fn after_cut(options: &str, image: &Path, shop: &Shop) -> Result<Shop, String> {
    let copy = image.with_extension("copy");
    // A copy counts only if the file system wrote nothing meanwhile.
    let changed = || -> SystemTime { std::fs::metadata(image).unwrap().modified().unwrap() };
    let whole = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        let before = changed();
        let said = Said::of(Command::new("cp").arg("--sparse=always").args([image, &copy]));
        said.exit == Some(0) && changed() == before
    });
    if !whole {
        return Err("the image could not be copied at rest".to_owned());
    }
    let mount = Mount::new(&["-o", options, &copy.display().to_string()])?;
    Ok(Shop::of(&mount.at.join(shop.root().file_name().unwrap())))
}

/// All that was acknowledged, a beginning of what the living see, and the next command works.
fn holds(copy: &Shop, shop: &Shop, acknowledged: u64, live: u64) -> Verdict {
    copy.verifies()?;
    let found = copy.seen().batches.unwrap_or_default();
    if !(acknowledged..=live).contains(&found) {
        return Err(format!(
            "{found} batches after the cut, {acknowledged} were acknowledged, {live} written"
        ));
    }
    let export = |of: &Shop| of.run(&["ledger", "export"]).out;
    if !export(shop).starts_with(&export(copy)) {
        return Err("the ledger is not a beginning of what was written".to_owned());
    }
    copy.run(&["note", "c1", "--text", "and on"])
        .must_be(&[0], "the next command")?;
    copy.verifies()
}
