//! What the commands print, where they exit and what they leave in the ledger: the stories in
//! `tests/golden/` (see `story` for how they are written), and what a story cannot tell.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a test may

mod story;

use std::process::Stdio;

#[test]
fn stories_go_as_told() {
    story::check(&story::all("golden"));
}

/// A shop whose export was read: its case c1 waits for an answer.
fn noodle_corner() -> story::Stage {
    let mut stage = story::Stage::new();
    let export = "id,author,text,created_at\nn-1,ann,Is it spicy?,2026-03-01T12:00:00Z\n";
    std::fs::write(stage.dir().join("noodles.csv"), export).unwrap();
    std::fs::write(
        stage.dir().join("feedback.toml"),
        "[business]\ntime_zone = \"UTC\"\n",
    )
    .unwrap();
    let said = stage.run("feedback ingest noodles.csv");
    assert!(said.contains("1 new"), "{said}");
    stage
}

#[test]
fn busy_says_who_is_writing_and_records_nothing() {
    let mut stage = noodle_corner();
    let lock = std::fs::File::open(stage.dir().join("ledger.lock")).unwrap();
    lock.lock().unwrap();
    let said = stage.run("feedback resolve c1 --lock-wait 0");
    assert_eq!(
        said,
        "2> error[busy]: …/ledger.lock is held by another feedback command\n\
         2>   = help: nothing was recorded; try again, or wait longer with --lock-wait\n? 7\n"
    );
    // Reading needs no lock.
    assert_eq!(
        stage.run("feedback inbox --ids --now 2026-03-01T13:00:00Z"),
        "c1\n"
    );
    lock.unlock().unwrap();
    assert!(
        stage
            .run("feedback resolve c1 --lock-wait 0")
            .ends_with("? 0: ledger.jsonl +2 lines\n")
    );
}

#[test]
fn a_waiting_command_goes_on_when_the_lock_is_let_go() {
    let stage = noodle_corner();
    let lock = std::fs::File::open(stage.dir().join("ledger.lock")).unwrap();
    lock.lock().unwrap();
    let mut child = stage
        .feedback(&["resolve", "c1", "--lock-wait", "30"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(150));
    assert!(child.try_wait().unwrap().is_none(), "it should wait");
    lock.unlock().unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let stage = noodle_corner();
    for arguments in [
        &["report"][..],
        &["inbox"],
        &["ledger", "export"],
        &["man"],
        &["completions", "zsh"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = stage
            .feedback(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stderr).as_ref()
            ),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_closed_standard_error_is_no_error() {
    let stage = noodle_corner();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = stage
        .feedback(&["show", "c9"])
        .stdout(Stdio::piped())
        .stderr(writer)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_output_tells_whether_it_was_recorded() {
    let mut stage = noodle_corner();
    for (arguments, exit, said) in [
        (&["report"][..], 6, "nothing was recorded"),
        (
            &["resolve", "c1"],
            8,
            "what you asked for is recorded; only the printed text is lost",
        ),
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = stage
            .feedback(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{stderr}");
        assert!(
            stderr.starts_with("error[output-lost]: ") && stderr.contains(said),
            "{stderr}"
        );
    }
    assert!(stage.run("feedback show c1").starts_with("c1 · resolved"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_refuses_and_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let stage = noodle_corner();
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let ledger = stage.dir().join("ledger.jsonl");
    let before = std::fs::read(&ledger).unwrap();
    mode(&ledger, 0o400);
    mode(&stage.dir(), 0o500);
    let binds = std::fs::File::create(stage.dir().join("probe")).is_err();
    let output = binds.then(|| stage.feedback(&["resolve", "c1"]).output().unwrap());
    mode(&stage.dir(), 0o700);
    match output {
        None => eprintln!("skipped: permissions do not bind this user"),
        Some(output) => {
            assert_eq!(output.status.code(), Some(6));
            assert!(String::from_utf8_lossy(&output.stderr).starts_with("error[disk]: "));
        }
    }
    assert_eq!(std::fs::read(&ledger).unwrap(), before);
}

#[test]
fn an_empty_environment_is_enough_as_for_cron() {
    let stage = noodle_corner();
    for arguments in [&["digest"][..], &["check"], &["sheet", "export"]] {
        let mut command = stage.feedback(arguments);
        let output = command
            .env_clear()
            .args(["--now", "2026-03-01T13:00:00Z"])
            .output()
            .unwrap();
        assert_eq!(
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stderr).as_ref()
            ),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn the_zone_of_the_environment_is_heeded() {
    let mut stage = noodle_corner();
    std::fs::write(stage.dir().join("feedback.toml"), "").unwrap();
    let output = stage
        .feedback(&["report"])
        .env("TZ", "Asia/Shanghai")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("Asia/Shanghai, this machine's zone"));
    assert!(stage.run("feedback report").contains("zone: UTC"));
}
