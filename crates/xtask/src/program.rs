//! How xtask and the programs that it starts begin and end.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::project;

/// The body of a `main`: hands over the words of the command line. An error is printed, and the program fails.
pub fn run(body: impl FnOnce(&[&str]) -> Result<ExitCode>) -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    body(&words).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Builds and runs the program of a package of the workspace. What it says and how it ends is its own: nothing is
/// added.
pub fn start(package: &str, words: &[&str]) -> Result<ExitCode> {
    let [program] = project::build([package])?;
    let mut command = Command::new(program);
    take_over(command.args(words)).with_context(|| format!("cannot run `{}`", project::line(&command)))
}

/// The command takes the place of this process, so that signals reach it.
#[cfg(unix)]
fn take_over(command: &mut Command) -> Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(command).into())
}

/// The command gets Ctrl-C too, and cleans up before it ends.
#[cfg(not(unix))]
fn take_over(command: &mut Command) -> Result<ExitCode> {
    crate::interrupt::catch()?;
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
