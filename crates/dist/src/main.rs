//! The program that `cargo xtask dist` starts.

use std::process::ExitCode;

use xtask::program;

fn main() -> ExitCode {
    program::run(|words| dist::run(words).map(|()| ExitCode::SUCCESS))
}
