//! On Linux the program is linked at a fixed address. Otherwise the dynamic loader writes 44,000 pointers
//! (mostly of the time zones' tables) before each command: 0.9 ms, more than all the rest of `--version`.

#![allow(clippy::disallowed_methods, clippy::print_stdout)] // so a build script is spoken to

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| std::env::var(key).is_ok_and(|v| v == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
