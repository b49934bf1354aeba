//! Every console example in README.md and docs/ runs, and prints what the page says it prints.
//!
//! `TRYCMD=overwrite cargo test --test docs` writes the real output into the pages;
//! `cargo test --test docs -- trycmd=tutorial` runs one page.
//!
//! A page runs from top to bottom in a folder of its own, each line that begins with `$ ` in a shell, in
//! an empty environment with a fixed zone, language and width. The folder holds a copy of `examples/`
//! and of the files in `docs/examples/`. The comment `<!-- now: TIME -->` stops the clock there for the
//! commands below it; `try` keeps the time of its newest message.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test that cannot go on fails

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const BIN: &str = env!("CARGO_BIN_EXE_feedback");

/// README.md and everything below docs/.
fn pages() -> Vec<PathBuf> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md")];
    below(&root.join("docs"), &mut found);
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            copy(&path, &to.join(path.file_name().unwrap()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

/// A page as trycmd is to run it, and the lines that were written for each command.
struct Staged {
    text: String,
    written: Vec<String>,
}

/// Puts each command of the console blocks into a shell; leaves nothing else of them to trycmd.
fn stage(page: &str) -> Staged {
    let mut staged = Staged {
        text: String::new(),
        written: Vec::new(),
    };
    let (mut now, mut console, mut fence) = (String::new(), false, false);
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(time) = line.strip_prefix("<!-- now: ") {
            now = time.trim_end_matches("-->").trim().to_owned();
        }
        if line.starts_with("```") {
            console = !fence && line == "```console";
            fence = !fence;
            assert!(
                !fence || line.len() > 3,
                "a block without a language stands above {:?}",
                lines.peek()
            );
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| console) else {
            staged.text.push_str(line);
            staged.text.push('\n');
            continue;
        };
        let (mut command, mut written) = (command.to_owned(), line.to_owned());
        while let Some(more) = lines.next_if(|l| l.starts_with("> ")) {
            command = format!("{} {}", command.trim_end_matches('\\').trim_end(), &more[2..]);
            let _ = write!(written, "\n{more}");
        }
        staged.written.push(written);
        let clock = if now.is_empty() {
            String::new()
        } else {
            format!(
                "feedback() {{ case \" $* \" in *\" --now \"*|*\" try \"*) command feedback \"$@\";; \
                 *) command feedback --now {now} \"$@\";; esac; }}; "
            )
        };
        let script = format!("{clock}{command}").replace('\'', r"'\''");
        let _ = writeln!(staged.text, "$ sh -c '{script}'");
    }
    staged
}

/// The page again, out of what trycmd made of the staged one.
fn unstage(text: &str, written: &[String]) -> String {
    let mut written = written.iter();
    text.lines()
        .map(|line| match line.starts_with("$ sh -c '") {
            true => format!("{}\n", written.next().unwrap()),
            false => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn every_example_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stage_folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    let _ = fs::remove_dir_all(&stage_folder);
    fs::create_dir_all(&stage_folder).unwrap();
    let path = format!(
        "{}:/usr/local/bin:/usr/bin:/bin",
        Path::new(BIN).parent().unwrap().display()
    );
    let cases = trycmd::TestCases::new();
    cases
        .register_bin("sh", Path::new("/bin/sh"))
        .env("PATH", path)
        .env("TZ", "UTC")
        .env("LC_ALL", "C")
        .env("LANG", "C")
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .env("FEEDBACK_DIR", "");
    let mut staged = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        if !text.contains("```console\n") {
            continue;
        }
        let made = stage(&text);
        let name = page
            .strip_prefix(root)
            .unwrap()
            .display()
            .to_string()
            .replace('/', "-");
        let file = stage_folder.join(name);
        fs::write(&file, &made.text).unwrap();
        copy(&root.join("docs/examples"), &file.with_extension("in"));
        copy(
            &root.join("examples"),
            &file.with_extension("in").join("examples"),
        );
        fs::create_dir(file.with_extension("out")).unwrap();
        cases.case(&file);
        staged.push((page, file, made));
    }
    let ran = std::panic::catch_unwind(|| cases.run());
    for (page, file, made) in staged {
        let after = fs::read_to_string(&file).unwrap();
        if after != made.text {
            fs::write(page, unstage(&after, &made.written)).unwrap();
        }
    }
    if let Err(failure) = ran {
        std::panic::resume_unwind(failure);
    }
}

#[test]
fn the_picture_in_the_readme_fits_a_page() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let picture = text
        .split("```console\n")
        .nth(1)
        .and_then(|t| t.split("```").next())
        .unwrap();
    for line in picture.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 100, "{line}");
    }
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    let mut missing = String::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|t| t.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") && !page.parent().unwrap().join(file).exists() {
                let _ = writeln!(missing, "{}: {target}", page.display());
            }
        }
    }
    assert!(missing.is_empty(), "links that lead nowhere:\n{missing}");
}
