//! The pages of docs/reference that can be held against the program: the commands (written by
//! `REFERENCE=overwrite cargo test --test reference`), the diagnostics, the settings, the parts of a
//! message and the known exports.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a test may ask the environment, and fail

use clap::{Arg, Command};
use feedback::diagnostic::CODES;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs/reference")
        .join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(page(name)).unwrap()
}

/// What stands in the headings of one level, without back quotes.
fn headings(text: &str, mark: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix(mark))
        .map(|heading| heading.trim().trim_matches('`').to_owned())
        .collect()
}

fn sentence(text: Option<impl ToString>) -> String {
    let text = text.map(|t| t.to_string()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One line about an option or argument.
fn argument(arg: &Arg) -> String {
    let value = arg
        .get_value_names()
        .and_then(|names| names.first())
        .map(|name| format!("<{name}>"))
        .filter(|_| arg.get_action().takes_values());
    let named = match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long}"),
        (None, Some(long)) => format!("--{long}"),
        _ => String::new(),
    };
    let shown = [Some(named).filter(|n| !n.is_empty()), value]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let mut line = format!("- `{shown}`: {}", sentence(arg.get_help()));
    let hidden = !arg.get_action().takes_values();
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|_| !hidden)
        .map(|v| match v.get_help() {
            Some(help) => format!("`{}` ({})", v.get_name(), sentence(Some(help))),
            None => format!("`{}`", v.get_name()),
        })
        .collect();
    if !values.is_empty() {
        let _ = write!(line, ": {}", values.join(", "));
    }
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|d| d.to_string_lossy())
        .collect();
    if !defaults.is_empty() && !hidden {
        let _ = write!(line, ". Default: `{}`", defaults.join(" "));
    }
    line
}

fn describe(command: &Command, path: &str, out: &mut String) {
    let name = format!("{path} {}", command.get_name());
    let usage = command.clone().bin_name(&name).render_usage().to_string();
    let _ = write!(
        out,
        "\n## {name}\n\n{}.\n\n```text\n{}\n```\n",
        sentence(command.get_about()),
        usage.trim_start_matches("Usage: ")
    );
    let own: Vec<String> = command
        .get_arguments()
        .filter(|a| !a.is_hide_set() && !matches!(a.get_id().as_str(), "help" | "version"))
        .map(argument)
        .collect();
    if !own.is_empty() {
        let _ = write!(out, "\n{}\n", own.join("\n"));
    }
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        describe(sub, &name, out);
    }
}

fn commands() -> String {
    let command = feedback::cli::command();
    let mut out = String::from(
        "# The commands\n\n<!-- Written by the program itself: REFERENCE=overwrite cargo test --test reference -->\n\n\
         `feedback help COMMAND` prints the same on a terminal, and `feedback man` prints a manual page. How a \
         command ends is told by its [exit code](exit-codes.md).\n\n\
         Data goes to standard output, and everything that is only said to you to standard error.\n\n\
         ## With every command\n\n",
    );
    for arg in command.get_arguments().filter(|a| a.is_global_set()) {
        let _ = writeln!(out, "{}", argument(arg));
    }
    out.push_str(
        "\nA TIME is RFC 3339 (`2026-11-21T09:30:00+08:00`), a time or a day in the workspace's zone (`\"2026-11-21 \
         09:30\"`, `2026-11-21`), or how long ago (`30m`, `2h`, `3d`, `4w`). `--now` takes RFC 3339 only.\n\n\
         A CASE is an id such as `c12`. `#12` and `12` are understood as well.\n",
    );
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        describe(sub, "feedback", &mut out);
    }
    out
}

#[test]
fn the_command_reference_is_what_the_program_says() {
    let wanted = commands();
    if std::env::var_os("REFERENCE").is_some_and(|v| v == "overwrite") {
        std::fs::write(page("commands.md"), &wanted).unwrap();
    }
    assert!(
        read("commands.md") == wanted,
        "docs/reference/commands.md is out of date: REFERENCE=overwrite cargo test --test reference"
    );
}

#[test]
fn every_code_has_an_entry_and_no_entry_lacks_a_code() {
    let codes: BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
    let text = read("diagnostics.md");
    let entries = headings(&text, "### ");
    let told: BTreeSet<String> = entries.iter().cloned().collect();
    assert_eq!(told.len(), entries.len(), "an entry stands twice");
    let missing: Vec<_> = codes.difference(&told).collect();
    let extra: Vec<_> = told.difference(&codes).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing {missing:?}, without a code {extra:?}"
    );
    for part in text.split("\n### ").skip(1) {
        for wanted in ["**What**", "**Why**", "**What to do**"] {
            assert!(part.contains(wanted), "no {wanted} in: {part}");
        }
    }
}

#[test]
fn every_exit_code_is_told() {
    let text = read("exit-codes.md");
    for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 70] {
        assert!(text.contains(&format!("\n| {code} |")), "{code}");
    }
}

#[test]
fn every_setting_and_every_key_of_the_rules_is_told() {
    let settings = include_str!("../src/settings.toml");
    let told = read("settings.md");
    for key in settings.lines().filter_map(|line| {
        let line = line.trim_start_matches("# ");
        let key = line.split(" = ").next().filter(|k| *k != line)?;
        (!key.contains(' ')).then_some(key)
    }) {
        assert!(
            told.contains(&format!("`{key}`")),
            "settings.md says nothing of `{key}`"
        );
    }
    let told = read("rules.md");
    // A rules file with an unknown key makes the program list the known ones.
    for broken in [
        "xxxxxxxxxx = 1\n",
        "[[rule]]\nid = 'a'\nany = 'b'\nkind = 'other'\nxxxxxxxxxx = 1\n",
        "[[rule]]\nid = 'a'\nkind = 'other'\nwhen = { channel = 'x', xxxxxxxxxx = 1 }\n",
        "[reply]\nxxxxxxxxxx = []\n",
        "[sentiment]\nxxxxxxxxxx = 1\n",
        "[question]\nxxxxxxxxxx = 1\n",
        "[group.g]\nxxxxxxxxxx = 1\n",
        "[[rule]]\nid = 'a'\nkind = 'other'\nform = { question = true, xxxxxxxxxx = 1 }\n",
        "[[rule]]\nid = 'a'\nkind = 'other'\nnear = [{ words = ['a', 'b'], xxxxxxxxxx = 1 }]\n",
        "[negation]\nxxxxxxxxxx = 1\n",
        "[intensity]\nxxxxxxxxxx = 1\n",
        "[targets]\nxxxxxxxxxx = '1h'\n",
        "[[priority]]\npriority = 'P1'\nxxxxxxxxxx = 1\n",
    ] {
        let faults = feedback::rules::RuleSet::compile(broken, "rules.toml").unwrap_err();
        let help = faults
            .iter()
            .find(|f| f.code == "setting-unknown")
            .and_then(|f| f.help.clone());
        let help = help.unwrap();
        for key in help.strip_prefix("known are ").unwrap().split(", ") {
            assert!(
                told.contains(&format!("`{key}`")),
                "rules.md says nothing of `{key}`"
            );
        }
    }
}

#[test]
fn every_part_of_a_message_and_every_known_export_is_told() {
    let told = read("sources.md");
    let columns: toml::Table = toml::from_str(include_str!("../src/source/columns.toml")).unwrap();
    for role in columns["roles"].as_table().unwrap().keys() {
        assert!(
            told.contains(&format!("| `{role}` |")),
            "sources.md says nothing of the part `{role}`"
        );
    }
    for channel in columns["channels"].as_table().unwrap().keys() {
        assert!(
            told.contains(&format!("`{channel}`")),
            "sources.md says nothing of the channel `{channel}`"
        );
    }
    for profile in feedback::source::profiles() {
        assert!(
            told.contains(&format!("\n{},{},", profile.name, profile.channel)),
            "sources.md says nothing of `{}`",
            profile.name
        );
    }
}
