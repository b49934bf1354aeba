//! Runs the cli and maps its result to an exit code; nothing else.

fn main() {}
