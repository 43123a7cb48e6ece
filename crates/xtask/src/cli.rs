//! `cargo xtask cli VERSION`: a Terraform of that minor version, put in place for tests and for people.

use std::path::PathBuf;

use anyhow::{Context, Result};
use terraform_cli::versions;

/// Runs the command: the path alone on standard output, so that a shell can take it.
pub fn run(minor: &str) -> Result<()> {
    println!("{}", place(minor)?.display());
    Ok(())
}

/// The path of a Terraform of the minor version; fetched on first use.
pub fn place(minor: &str) -> Result<PathBuf> {
    let release = versions::release(minor).with_context(|| {
        let known: Vec<_> = versions::RELEASES.iter().map(|release| release.minor).collect();
        format!("Terraform {minor} is not to be had; there is {}", known.join(", "))
    })?;
    versions::place(release, &versions::cache_folder().map_err(anyhow::Error::msg)?).map_err(anyhow::Error::msg)
}
