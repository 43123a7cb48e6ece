//! `cargo xtask COMMAND`: the few commands that people and pipelines run.

use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask::program;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo                          the main story, with a real Terraform against the simulator; it and test fetch a
                                Terraform when there is none on PATH
  demo --picture                draws its plan and its refusal into pictures/demo.svg, for README
  test [--all-clis] [ARGUMENTS] all tests; --all-clis repeats the acceptance tests with every CLI version,
                                --clis 1.6,1.15 with these; the other arguments go to cargo test
  test --live                   the story of the acceptance tests against the service that the environment names;
                                it says what it needs, and what has to be agreed to
  cli VERSION                   puts a Terraform of that minor version in place and prints its path:
                                TERRAFORM_CLI_PATH=$(cargo xtask cli 1.15) cargo test
  docs [--check]                writes docs/ from the schemas and examples/; --check only compares
  bench [--latency 50ms] [--sizes 1,10,100,1000,5000] [--rounds 3] [--check] [--write]
                                what the provider costs; --check compares with the budget, --write publishes the tables
  bench --picture               draws the published table into pictures/growth.svg, for README, as --write does too
  bench serve                   the serving half alone, against tf_provider::serve
  bench worst                   the provider's memory with the largest answers alone
  dist [--target TRIPLE] [--builder SUBCOMMAND]
                                release archives and checksums in target/dist, for this machine or a target; the
                                builder is a cargo subcommand that takes build's arguments, such as zigbuild
  dist --checksums              checksums and manifest for the archives that are in target/dist
  dist --notices                writes THIRD-PARTY-NOTICES, which has the licences of all that is linked in
  dist --try [PLATFORM]         installs the provider of its archive from a mirror, and makes and destroys objects at
                                the simulator of the archive beside it
";

fn main() -> ExitCode {
    program::run(run)
}

fn run(words: &[&str]) -> Result<ExitCode> {
    match words {
        // Programs of their own, so that this one needs nothing of what they need.
        [package @ ("docs" | "bench" | "dist"), arguments @ ..] => return program::start(package, arguments),
        ["demo", arguments @ ..] => xtask::demo::run(arguments)?,
        ["test", arguments @ ..] => xtask::test::run(arguments)?,
        ["cli", minor] => xtask::cli::run(minor)?,
        ["help" | "--help" | "-h"] => print!("{USAGE}"),
        [] => bail!("no command\n\n{USAGE}"),
        _ => bail!("`{}` is not a command\n\n{USAGE}", words.join(" ")),
    }
    Ok(ExitCode::SUCCESS)
}
