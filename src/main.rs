//! Runs the cli and maps its result to an exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(feedback::cli::talk::our_bug));
    ExitCode::from(feedback::cli::main().code())
}
