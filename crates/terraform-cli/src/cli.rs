//! Which Terraform or OpenTofu to run, and what it is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Deserializer, Value};

/// The variable that chooses the CLI: a path, or a name that is looked up in PATH.
pub const CLI_VARIABLE: &str = "TERRAFORM_CLI_PATH";

/// A Terraform or OpenTofu that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cli {
    path: PathBuf,
    /// `Terraform` or `OpenTofu`.
    pub product: String,
    /// Major and minor version.
    pub version: (u32, u32),
    /// The whole version, such as `1.16.0-rc2`.
    pub release: String,
}

impl Cli {
    /// The CLI to use: the one that the variable names, or `terraform` or `tofu` from PATH. An error when there is
    /// none, and when the variable names something else. It is looked for once in a process: tests ask for it
    /// hundreds of times.
    pub fn find() -> Result<Cli, String> {
        static FOUND: OnceLock<Result<Cli, String>> = OnceLock::new();
        let find = || {
            Cli::at_hand()?.ok_or_else(|| {
                format!(
                    "There is no terraform and no tofu on PATH that runs. Install one (version 1.6 or later), set \
                     {CLI_VARIABLE} to one, or call `cargo xtask test`, which fetches one."
                )
            })
        };
        FOUND.get_or_init(find).clone()
    }

    /// The same; None when the variable is not set and PATH has none that runs.
    pub fn at_hand() -> Result<Option<Cli>, String> {
        match named() {
            Some(path) => Cli::at(Path::new(&path))
                .map(Some)
                .map_err(|why| format!("{CLI_VARIABLE} does not name a Terraform or OpenTofu that runs: {why}")),
            None => Ok(["terraform", "tofu"].iter().find_map(|name| Cli::at(Path::new(name)).ok())),
        }
    }

    /// The CLI at a path, if it runs there and says its version.
    pub fn at(path: &Path) -> Result<Cli, String> {
        let output = Command::new(path)
            .args(["version", "-json"])
            .env("CHECKPOINT_DISABLE", "1")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{} does not run: {error}", path.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let (product, version, release) = read(&text).ok_or_else(|| {
            let complaint = String::from_utf8_lossy(&output.stderr);
            format!("`{} version -json` does not say a version: {text}{complaint}", path.display())
        })?;
        Ok(Cli { path: path.into(), product: product.into(), version, release })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The host of source addresses that name none.
    pub fn registry(&self) -> &'static str {
        if self.product == "OpenTofu" { "registry.opentofu.org" } else { "registry.terraform.io" }
    }

    /// Whether this CLI looks for the provider of an import block under hashicorp/ while there is no resource block
    /// yet, unless the import block names it: hashicorp/terraform#39144, mended after 1.16.2 and the early builds of
    /// 1.17.
    pub fn import_needs_provider(&self) -> bool {
        let patch = self.release.strip_prefix("1.16.").and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        self.product == "Terraform" && (patch.is_some_and(|patch| patch <= 2) || self.release.starts_with("1.17.0-"))
    }

    /// Whether it is Terraform of at least this minor version.
    pub fn is_terraform_since(&self, major: u32, minor: u32) -> bool {
        self.product == "Terraform" && self.version >= (major, minor)
    }

    /// Whether it has what came with these minor versions of Terraform 1 and of OpenTofu 1; `None` is never.
    pub fn has(&self, terraform: u32, opentofu: Option<u32>) -> bool {
        let minor = if self.product == "Terraform" { Some(terraform) } else { opentofu };
        minor.is_some_and(|minor| self.version >= (1, minor))
    }
}

/// What the variable says, if it is set.
fn named() -> Option<OsString> {
    std::env::var_os(CLI_VARIABLE).filter(|path| !path.is_empty())
}

/// Product, version and whole version in what `version -json` prints. Warnings may stand before and behind it.
fn read(text: &str) -> Option<(&'static str, (u32, u32), String)> {
    let start = if text.starts_with('{') { 0 } else { text.find("\n{")? };
    let value = Deserializer::from_str(&text[start..]).into_iter::<Value>().next()?.ok()?;
    let release = value["terraform_version"].as_str()?;
    let mut numbers = release.split('.').map(|number| number.parse().ok());
    let version = (numbers.next()??, numbers.next()??);
    // Both call their version Terraform's. OpenTofu does not look for newer versions of itself, so that it does not say
    // this.
    let product = if value["terraform_outdated"].is_boolean() { "Terraform" } else { "OpenTofu" };
    Some((product, version, release.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERRAFORM: &str = "{\n  \"terraform_version\": \"1.16.0-rc2\",\n  \"platform\": \"linux_amd64\",\n  \
        \"provider_selections\": {},\n  \"terraform_outdated\": false\n}\n";
    const OPENTOFU: &str = "{\n  \"terraform_version\": \"1.12.6\",\n  \"platform\": \"linux_amd64\",\n  \
        \"provider_selections\": {}\n}\n";
    const WARNING: &str = "There are some problems with the CLI configuration:\n\nWarning: Unable to open CLI \
        configuration file\n\nThe CLI configuration file at \"/{none}\" does not exist.\n\n";

    #[test]
    fn product_and_version_are_read_from_json() {
        assert_eq!(read(TERRAFORM), Some(("Terraform", (1, 16), "1.16.0-rc2".into())));
        assert_eq!(read(OPENTOFU), Some(("OpenTofu", (1, 12), "1.12.6".into())));
        assert_eq!(read(""), None);
        assert_eq!(read("Terraform v1.6.6\non linux_amd64\n"), None);
        assert_eq!(read("{\"terraform_version\": \"new\"}"), None);
    }

    #[test]
    fn warnings_around_the_version_do_no_harm() {
        assert_eq!(read(&format!("{WARNING}{OPENTOFU}\n{WARNING}")), Some(("OpenTofu", (1, 12), "1.12.6".into())));
    }

    #[test]
    fn what_a_cli_has_depends_on_whose_it_is() {
        let cli = |product: &str, minor| Cli {
            path: "x".into(),
            product: product.into(),
            version: (1, minor),
            release: format!("1.{minor}.0"),
        };
        assert!(cli("Terraform", 12).has(12, None) && !cli("Terraform", 11).has(12, Some(11)));
        assert!(cli("OpenTofu", 12).has(14, Some(12)) && !cli("OpenTofu", 11).has(11, Some(12)));
        assert!(!cli("OpenTofu", 99).has(14, None));
    }
}
