//! `cargo xtask cli VERSION`: a Terraform of that minor version, put in place for tests and for people; and which one
//! to take when nobody asked for any.

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, ensure};
use terraform_cli::versions::{self, RELEASES, Release};
use terraform_cli::{CLI_VARIABLE, Cli};

use crate::project;

/// Runs the command: the path alone on standard output, so that a shell can take it.
pub fn run(minor: &str) -> Result<()> {
    println!("{}", place(minor)?.display());
    Ok(())
}

/// The path of a Terraform of the minor version; fetched on first use.
pub fn place(minor: &str) -> Result<PathBuf> {
    let release = versions::release(minor).with_context(|| {
        let known: Vec<_> = RELEASES.iter().map(|release| release.minor).collect();
        format!("Terraform {minor} is not to be had; there is {}", known.join(", "))
    })?;
    versions::place(release, &cache()?).map_err(Error::msg)
}

/// The Terraform or OpenTofu that the environment names or has on PATH. Without one, the newest Terraform in the cache;
/// without that, the newest that can be had, fetched into the cache. What is done beyond looking on PATH is said in one
/// line.
pub fn at_hand() -> Result<Cli> {
    if let Some(cli) = Cli::at_hand().map_err(Error::msg)? {
        return Ok(cli);
    }
    let cache = cache()?;
    let (release, there) = choice(&cache)?;
    let (version, folder) = (release.terraform, cache.display());
    if there {
        eprintln!("# There is no Terraform on PATH: Terraform {version} of {folder} is taken.");
    } else {
        can_fetch()?;
        eprintln!("# There is no Terraform on PATH: Terraform {version} is fetched into {folder}, once.");
    }
    let path = versions::place(release, &cache).map_err(|why| Error::msg(format!("{why}\n{}", advice())))?;
    Cli::at(&path).map_err(|why| Error::msg(format!("{why}; remove {} to have it fetched again", path.display())))
}

/// An error, in one sentence, where fetching cannot work.
fn can_fetch() -> Result<()> {
    ensure!(!cfg!(windows), "there is no Terraform on PATH, and none is fetched on Windows: {}", advice());
    ensure!(
        versions::python_runs(),
        "there is neither a Terraform on PATH nor a Python 3 to fetch one with: {}, or install Python 3.9 or later \
         with its venv module (Debian: python3-venv)",
        advice()
    );
    Ok(())
}

fn advice() -> String {
    format!("install Terraform or OpenTofu (1.6 or later), or name one in {CLI_VARIABLE}")
}

/// The release to take from a cache, and whether it is there already.
fn choice(cache: &Path) -> Result<(&'static Release, bool)> {
    let there = RELEASES.iter().rfind(|release| versions::is_placed(release, cache));
    let newest = RELEASES.last().context("there is no release of Terraform in the table")?;
    Ok((there.unwrap_or(newest), there.is_some()))
}

fn cache() -> Result<PathBuf> {
    versions::cache_folder(project::PROVIDER).map_err(Error::msg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_in_the_cache_goes_before_one_to_fetch() {
        let cache = tempfile::tempdir().unwrap();
        let minor = || choice(cache.path()).map(|(release, there)| (release.minor, there)).unwrap();
        assert_eq!(minor(), (RELEASES.last().unwrap().minor, false));
        for (version, newest) in [("1.9.8", "1.9"), ("1.6.6", "1.9"), ("1.11.4", "1.11")] {
            let folder = cache.path().join(format!("terraform-{version}"));
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("terraform"), "").unwrap();
            assert_eq!(minor(), (newest, true));
        }
    }

    #[test]
    fn a_version_that_is_not_to_be_had_is_told_from_those_that_are() {
        let error = place("1.7").unwrap_err().to_string();
        assert!(error.starts_with("Terraform 1.7 is not to be had; there is 1.6, 1.8, "), "{error}");
    }
}
