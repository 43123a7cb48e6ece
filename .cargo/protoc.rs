//! What build scripts run as protoc: the one that the package protoc-bin-vendored brings for this platform. Cargo says
//! where the package is, be it of a registry or vendored, and fetches it when it is missing.

use std::env::{args_os, consts, var_os};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("{why}. PROTOC may name a protoc that was installed otherwise.");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let protoc = match package() {
        Some(package) => protoc(&package)?,
        None => PathBuf::from("protoc"),
    };
    let status = Command::new(&protoc).args(args_os().skip(1)).status();
    let status = status
        .map_err(|error| format!("{} does not run on {} {}: {error}", protoc.display(), consts::OS, consts::ARCH))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The package for this platform. None where there is none: then there may be a protoc on PATH.
fn package() -> Option<String> {
    let platform = match (consts::OS, consts::ARCH) {
        ("linux", "aarch64") => "linux-aarch_64",
        ("linux", "powerpc64") => "linux-ppcle_64",
        ("linux", "s390x") => "linux-s390_64",
        ("linux", "x86") => "linux-x86_32",
        ("linux", "x86_64") => "linux-x86_64",
        ("macos", "aarch64") => "macos-aarch_64",
        ("macos", "x86_64") => "macos-x86_64",
        ("windows", _) => "win32",
        _ => return None,
    };
    Some(format!("protoc-bin-vendored-{platform}"))
}

/// The package's program. Without the network when that does.
fn protoc(package: &str) -> Result<PathBuf, String> {
    let metadata = metadata(&["--offline"]).or_else(|_| metadata(&[]))?;
    let manifest = manifest(&metadata, package).ok_or_else(|| {
        format!("cargo metadata does not name the package {package}, which tf-provider's build script needs")
    })?;
    let folder = manifest.parent().ok_or("a manifest is in a folder")?;
    Ok(folder.join("bin").join(format!("protoc{}", consts::EXE_SUFFIX)))
}

/// What cargo knows of the workspace's packages on this platform.
fn metadata(more: &[&str]) -> Result<String, String> {
    let variable = |name: &str| var_os(name).ok_or(format!("{name} is not set: cargo sets it for build scripts"));
    // PROTOC is ROOT/.cargo/protoc.cmd, or this would not run.
    let script = PathBuf::from(variable("PROTOC")?);
    let root = script.parent().and_then(Path::parent).ok_or("PROTOC is not in ROOT/.cargo")?;
    let mut cargo = Command::new(variable("CARGO")?);
    cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform"]).arg(variable("HOST")?);
    let output = cargo.args(more).current_dir(root).output().map_err(|error| format!("cargo does not run: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The path of a package's manifest in cargo's JSON, which has it behind the package's name and version. The names of
/// dependencies have no version behind them.
fn manifest(metadata: &str, package: &str) -> Option<PathBuf> {
    let (_, package) = metadata.split_once(&format!(r#"{{"name":"{package}","version":""#))?;
    let (_, path) = package.split_once(r#""manifest_path":""#)?;
    let (path, _) = path.split_once('"')?;
    Some(path.replace(r"\\", r"\").into())
}
