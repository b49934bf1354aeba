//! Lists the files of known exports, so that a new one needs no line of code.
//!
//! Beside that: on Linux the program is linked at a fixed address. Otherwise the dynamic loader writes 44,000
//! pointers (mostly of the time zones' tables) before each command: 0.9 ms, more than all the rest of
//! `--version`.

#![allow(clippy::disallowed_methods, clippy::print_stdout)] // so a build script is spoken to

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| std::env::var(key).is_ok_and(|v| v == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
    list_profiles()
}

/// Writes `profiles.rs`: each file's name and text, in the order of their names.
fn list_profiles() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("src/source/profiles");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        names.extend(Some(name).filter(|name| name.ends_with(".toml")));
    }
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let path = folder.join(&name);
        writeln!(
            list,
            "    ({name:?}, include_str!({:?})),",
            path.display().to_string()
        )?;
    }
    list.push_str("]\n");
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("profiles.rs"), list)?;
    Ok(())
}
