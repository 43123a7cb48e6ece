//! The work tree and what cargo builds from it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// The provider's binary and package.
pub const PROVIDER: &str = "terraform-provider-impossiblecloud";

/// The provider's source address in configurations.
pub const SOURCE: &str = "impossiblecloud/impossiblecloud";

/// The simulator's binary and package.
pub const SIMULATOR: &str = "impossiblecloud-simulator";

/// The probe's binary and package.
pub const PROBE: &str = "impossiblecloud-probe";

/// The root of the work tree that this xtask was built from.
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).expect("xtask is in ROOT/crates/xtask").to_owned()
}

/// The version that is built.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The folder that cargo builds into.
pub fn target_folder() -> Result<PathBuf> {
    let output =
        cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output().context("cannot run cargo")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata does not answer in JSON")?;
    metadata["target_directory"].as_str().map(PathBuf::from).context("cargo metadata names no target directory")
}

/// Cargo, run in the work tree, as if it was called by hand. The cargo that runs this program describes its package in
/// the environment; build scripts would take that for a change, and build their packages anew.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    let of_a_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if of_a_package.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&*name);
        }
    }
    command
}

/// Runs a command to its end, with its output shown; an error when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let name = line(command);
    let status = command.status().with_context(|| format!("cannot run `{name}`"))?;
    ensure!(status.success(), "`{name}` failed: {status}");
    Ok(())
}

/// A command as one would type it.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// A test that is built in a moment.
const SMALL_TEST: &str = "cli";

/// Builds binaries of the workspace as its tests have them, and says where they are: what is built here is not built
/// again there, and the other way round. Cargo chooses the features of dependencies by the packages that are selected,
/// and by whether a test is.
pub fn build<const N: usize>(names: [&str; N]) -> Result<[PathBuf; N]> {
    let mut command = cargo();
    command.args(["build", "--workspace", "--test", SMALL_TEST, "--message-format", "json-render-diagnostics"]);
    for name in names {
        command.args(["--bin", name]);
    }
    let messages = messages(&mut command)?;
    let mut paths = [const { PathBuf::new() }; N];
    for (path, name) in paths.iter_mut().zip(names) {
        *path = executable(&messages, name)?;
    }
    Ok(paths)
}

/// Builds the binary of the package `name` as it is released, and says where it is.
pub fn build_release(name: &str) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--release", "--package", name, "--bin", name]);
    build_with(command.args(["--message-format", "json-render-diagnostics"]), name)
}

/// Runs a `cargo build` that reports in JSON, and says where the executable `name` is.
pub fn build_with(command: &mut Command, name: &str) -> Result<PathBuf> {
    executable(&messages(command)?, name)
}

/// What a cargo command says in JSON, one object a line. What it says to people is shown.
fn messages(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("`{}` failed: {}", line(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The path of the executable `name` in cargo's messages.
fn executable(messages: &str, name: &str) -> Result<PathBuf> {
    let mut messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ours = |message: &Value| message["target"]["name"] == name && message["executable"].is_string();
    let path = messages.rfind(ours).and_then(|message| message["executable"].as_str().map(PathBuf::from));
    path.with_context(|| format!("cargo built {name} but did not say where"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_found_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"serde"},"executable":null}
not json
{"reason":"compiler-artifact","target":{"name":"tool"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"tool"},"executable":"/target/debug/tool"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages, "tool").unwrap(), PathBuf::from("/target/debug/tool"));
        let error = executable(messages, "other").unwrap_err().to_string();
        assert_eq!(error, "cargo built other but did not say where");
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
    }
}
