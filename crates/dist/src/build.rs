//! Release builds that hold no trace of the folder and the user that built them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use xtask::project;

/// The host's target; on Linux the one with a static libc, when it is installed.
pub fn default_target() -> Result<String> {
    let version = rustc(&["-vV"])?;
    let host = field(&version, "host").context("rustc does not name its host")?;
    let musl = host.replace("-gnu", "-musl");
    let installed = host != musl && Path::new(&rustc(&["--print", "target-libdir", "--target", &musl])?).is_dir();
    Ok(if installed { musl } else { host.to_owned() })
}

/// Builds the binary of the package `name` for a target with a subcommand of cargo, and says where it is.
pub fn release(name: &str, target: &str, builder: &str) -> Result<PathBuf> {
    let mut command = project::cargo();
    command.args([builder, "--release", "--locked", "--target", target, "--package", name, "--bin", name]);
    command.args(["--message-format", "json-render-diagnostics"]);
    // Flags of its own would make cargo build everything else again, too: they get a folder of their own.
    let folder = project::target_folder()?.join("dist-build");
    command.arg("--target-dir").arg(&folder);
    let paths = [
        (cargo_home()?, "/cargo".to_owned()),
        (project::root(), "/source".into()),
        // Of several that fit, rustc takes the last: the build folder is often below the root.
        (folder, "/target".into()),
        standard_library()?,
    ];
    let flags = flags(target, &paths);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env_remove("RUSTFLAGS");
    project::build_with(&mut command, name)
}

/// Paths of this machine become names that are the same everywhere, and a Linux binary brings its libc.
fn flags(target: &str, paths: &[(PathBuf, String)]) -> Vec<String> {
    let remap = |(from, to): &(PathBuf, String)| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags: Vec<_> = paths.iter().map(remap).collect();
    if target.contains("-linux-") {
        flags.push("-Ctarget-feature=+crt-static".into());
    }
    flags
}

/// Where the sources of the standard library are if they are installed, and what they are called where they are not:
/// rustc names the ones that it finds.
fn standard_library() -> Result<(PathBuf, String)> {
    let version = rustc(&["-vV"])?;
    let commit = field(&version, "commit-hash").context("rustc does not name its commit")?;
    let sources = Path::new(&rustc(&["--print", "sysroot"])?).join("lib/rustlib/src/rust");
    Ok((sources, format!("/rustc/{commit}")))
}

/// A field of what `rustc -vV` prints.
fn field<'a>(version: &'a str, name: &str) -> Option<&'a str> {
    version.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn cargo_home() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("CARGO_HOME").or_else(|| set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(".cargo")));
    home.context("neither CARGO_HOME nor HOME is set")
}

fn rustc(arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let output = command.args(arguments).output().context("cannot run rustc")?;
    ensure!(
        output.status.success(),
        "`{}` failed: {}",
        project::line(&command),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_renamed_and_linux_is_static() {
        let paths = [("/home/a/p", "/source"), ("/home/a/p/target", "/target")];
        let paths = paths.map(|(from, to)| (from.into(), to.into()));
        let remap = ["--remap-path-prefix=/home/a/p=/source", "--remap-path-prefix=/home/a/p/target=/target"];
        assert_eq!(flags("aarch64-apple-darwin", &paths), remap);
        let linux = flags("x86_64-unknown-linux-musl", &paths);
        assert_eq!(linux, [&remap[..], &["-Ctarget-feature=+crt-static"]].concat());
    }

    #[test]
    fn the_standard_library_has_the_name_that_its_builders_gave_it() {
        let (sources, name) = standard_library().unwrap();
        assert!(sources.ends_with("lib/rustlib/src/rust"));
        assert!(name.strip_prefix("/rustc/").is_some_and(|commit| !commit.is_empty()));
    }

    #[test]
    fn this_machine_has_a_target() {
        assert!(xtask::platform::of_target(&default_target().unwrap()).is_ok());
    }
}
