//! The program that `cargo xtask docs` starts: builds the provider, and writes its pages or compares them.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask::{program, project};

fn main() -> ExitCode {
    program::run(|words| {
        let action: fn(&Path, &Path) -> Result<()> = match words {
            [] => docs::write,
            ["--check"] => docs::check,
            _ => bail!("docs takes nothing but --check"),
        };
        let [provider] = project::build([project::PROVIDER])?;
        action(&provider, &project::root())?;
        Ok(ExitCode::SUCCESS)
    })
}
