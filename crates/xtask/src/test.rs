//! `cargo xtask test`: every test of the workspace, and on request the acceptance tests with other CLIs.

use std::ffi::OsString;

use anyhow::{Result, bail};
use terraform_cli::{CLI_VARIABLE, versions};

use crate::project;

/// What the words after `test` ask for.
#[derive(Debug, PartialEq, Eq)]
struct Request<'a> {
    /// Minor versions to repeat the acceptance tests with.
    versions: Vec<&'a str>,
    /// For cargo test.
    arguments: Vec<&'a str>,
}

impl<'a> Request<'a> {
    fn read(words: &[&'a str]) -> Result<Request<'a>> {
        match words {
            ["--all-clis", rest @ ..] => {
                let versions = versions::RELEASES.iter().map(|release| release.minor).collect();
                Ok(Request { versions, arguments: rest.to_vec() })
            }
            ["--clis", list, rest @ ..] => {
                Ok(Request { versions: list.split(',').collect(), arguments: rest.to_vec() })
            }
            ["--clis"] => bail!("--clis needs a list of versions, such as 1.6,1.15"),
            rest => Ok(Request { versions: Vec::new(), arguments: rest.to_vec() }),
        }
    }
}

/// Runs the command.
pub fn run(words: &[&str]) -> Result<()> {
    if let ["--live", rest @ ..] = words {
        return crate::live::run(rest);
    }
    let request = Request::read(words)?;
    // What is missing is said before anything takes long.
    crate::compiler::check()?;
    let clis = request.versions.iter().map(|minor| crate::cli::place(minor)).collect::<Result<Vec<_>>>()?;
    let cli = crate::cli::at_hand()?;
    let mut command = project::cargo();
    command.args(["test", "--workspace"]).args(&request.arguments).env(CLI_VARIABLE, cli.path());
    project::run(&mut command)?;
    for (minor, path) in request.versions.iter().zip(clis) {
        println!("\n# The acceptance tests with Terraform {minor}");
        acceptance(path.into_os_string(), &request.arguments)?;
    }
    Ok(())
}

/// The acceptance tests with the CLI at a path. Of the whole workspace: with fewer packages cargo would choose other
/// features for what they depend on, and compile most of it again.
fn acceptance(cli: OsString, arguments: &[&str]) -> Result<()> {
    let target = ["test", "--workspace", "--test", "it"];
    project::run(project::cargo().args(target).args(arguments).env(CLI_VARIABLE, cli))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_after_test() {
        let read = |words: &[&'static str]| Request::read(words).map_err(|error| error.to_string());
        let request = |versions: &[&'static str], arguments: &[&'static str]| {
            Ok(Request { versions: versions.to_vec(), arguments: arguments.to_vec() })
        };
        assert_eq!(read(&[]), request(&[], &[]));
        assert_eq!(read(&["--", "partner"]), request(&[], &["--", "partner"]));
        assert_eq!(read(&["--clis", "1.6,1.15", "--", "x"]), request(&["1.6", "1.15"], &["--", "x"]));
        assert_eq!(read(&["--clis"]), Err("--clis needs a list of versions, such as 1.6,1.15".to_owned()));
        assert_eq!(read(&["--all-clis"]).unwrap().versions.len(), versions::RELEASES.len());
    }
}
