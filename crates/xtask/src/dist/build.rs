//! Release builds that hold no trace of the folder and the user that built them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::project;

/// The host's target; on Linux the one with a static libc, when it is installed.
pub fn default_target() -> Result<String> {
    let version = rustc(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not name its host")?;
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
    let flags = flags(target, &project::root(), &folder, &cargo_home()?);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env_remove("RUSTFLAGS");
    project::build_with(&mut command, name)
}

/// Paths of this machine become names that are the same everywhere, and a Linux binary brings its libc.
fn flags(target: &str, root: &Path, folder: &Path, cargo_home: &Path) -> Vec<String> {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    // Of several that fit, rustc takes the last: the build folder is often below the root.
    let mut flags = vec![remap(cargo_home, "/cargo"), remap(root, "/source"), remap(folder, "/target")];
    if target.contains("-linux-") {
        flags.push("-Ctarget-feature=+crt-static".into());
    }
    flags
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
        let flags =
            |target| flags(target, Path::new("/home/a/p"), Path::new("/home/a/p/target"), Path::new("/home/a/.cargo"));
        let remap = [
            "--remap-path-prefix=/home/a/.cargo=/cargo",
            "--remap-path-prefix=/home/a/p=/source",
            "--remap-path-prefix=/home/a/p/target=/target",
        ];
        assert_eq!(flags("aarch64-apple-darwin"), remap);
        assert_eq!(flags("x86_64-unknown-linux-musl"), [&remap[..], &["-Ctarget-feature=+crt-static"]].concat());
    }

    #[test]
    fn this_machine_has_a_target() {
        assert!(crate::platform::of_target(&default_target().unwrap()).is_ok());
    }
}
