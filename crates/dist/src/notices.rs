//! THIRD-PARTY-NOTICES: what the released binaries consist of besides our own code, with the licences that ask to be
//! passed on. Made from Cargo.lock and the sources of the packages, so that no list is kept by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use xtask::{platform, project};

/// The file, in the root of the work tree and in every archive.
pub const FILE: &str = "THIRD-PARTY-NOTICES";

/// How to write it anew.
pub const COMMAND: &str = "cargo xtask dist --notices";

const HEAD: &str = "\
Third-party notices
===================

The released binaries contain the packages below, as one or more of the platforms need them. Each group has one licence
text, as it lies in the packages. Where a package offers a choice of licences that has MIT in it, MIT was taken. What
only builds or tests need is not in the binaries, and not here.

Besides, each binary contains the Rust standard library (MIT OR Apache-2.0, https://github.com/rust-lang/rust), and the
Linux ones contain musl libc (MIT, Copyright (c) 2005-2020 Rich Felker, et al., https://musl.libc.org).
";

/// The MIT licence, for packages that name it and leave its text out, and for what is named in the head.
const MIT: &str = "\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
";

/// A package of somebody else.
#[derive(Debug)]
struct Package {
    name: String,
    version: String,
    license: String,
    authors: Vec<String>,
    folder: PathBuf,
}

/// Writes the file, and says where it is.
pub fn write() -> Result<PathBuf> {
    let path = project::root().join(FILE);
    std::fs::write(&path, text()?).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// What the file has to say, for the sources at hand.
pub fn text() -> Result<String> {
    let linked = linked()?;
    let packages = packages(&linked)?;
    ensure!(packages.len() == linked.len(), "cargo metadata does not know all that cargo tree names");
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in &packages {
        let line = format!("{} {} ({})", package.name, package.version, package.license);
        for text in texts(package)? {
            groups.entry(text).or_default().insert(line.clone());
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    // By the packages: an update then moves few lines.
    groups.sort_by(|(_, one), (_, other)| one.first().cmp(&other.first()));
    let mut file = format!("{HEAD}\n{MIT}");
    for (text, packages) in groups {
        let names: String = packages.iter().map(|package| format!("{package}\n")).collect();
        write!(file, "\n{}\n{names}\n{text}", "-".repeat(80))?;
    }
    Ok(file)
}

/// Name and version of everything that is linked into a released binary on any platform.
fn linked() -> Result<BTreeSet<(String, String)>> {
    let mut command = project::cargo();
    command.args(["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
    for name in [project::PROVIDER, project::SIMULATOR, project::PROBE] {
        command.args(["--package", name]);
    }
    for target in platform::targets() {
        command.args(["--target", target]);
    }
    let printed = output(&mut command)?;
    let read = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        // A path stands behind our own packages.
        let ours = words.next().is_some_and(|word| word.starts_with("(/") || word.contains(":\\"));
        (!ours).then(|| (name.to_owned(), version.to_owned()))
    };
    Ok(printed.lines().filter_map(read).collect())
}

fn packages(linked: &BTreeSet<(String, String)>) -> Result<Vec<Package>> {
    let printed = output(project::cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&printed).context("cargo metadata does not answer in JSON")?;
    let text = |package: &Value, key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let all = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let read = |package: &Value| Package {
        name: text(package, "name"),
        version: text(package, "version"),
        license: text(package, "license"),
        authors: package["authors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(Into::into)
            .collect(),
        folder: Path::new(&text(package, "manifest_path")).parent().map(Into::into).unwrap_or_default(),
    };
    let wanted = |package: &Package| linked.contains(&(package.name.clone(), package.version.clone()));
    Ok(all.iter().map(read).filter(wanted).collect())
}

fn output(command: &mut std::process::Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run `{}`", project::line(command)))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{}` failed: {complaint}", project::line(command));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The texts that have to go along with a package.
fn texts(package: &Package) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(&package.folder)
        .with_context(|| format!("the sources of {} are not in {}", package.name, package.folder.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names = chosen(&package.license, names.collect::<Result<_>>()?);
    if names.is_empty() {
        return Ok(vec![standard(package)?]);
    }
    let read = |name: String| {
        let path = package.folder.join(name);
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(tidy(&text))
    };
    names.into_iter().map(read).collect()
}

/// The files to pass on, of all files of a package.
fn chosen(license: &str, mut names: Vec<String>) -> Vec<String> {
    let begins = |name: &str, words: &[&str]| words.iter().any(|word| name.to_uppercase().starts_with(word));
    names.retain(|name| begins(name, &["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]));
    names.sort();
    let is_mit = |name: &String| name.to_uppercase().contains("MIT");
    // "(MIT OR Apache-2.0) AND Unicode-3.0" is a choice and something else: all of it goes along.
    if license.contains("MIT") && !license.contains("AND") && names.iter().any(is_mit) {
        names.retain(|name| is_mit(name) || begins(name, &["NOTICE", "COPYRIGHT"]));
    }
    names
}

/// The text of a package that brings none.
fn standard(package: &Package) -> Result<String> {
    if !package.license.split([' ', '/']).any(|word| word == "MIT") {
        bail!("{} {} ({}) brings no licence text", package.name, package.version, package.license);
    }
    Ok(format!("Copyright (c) {}\n\n{MIT}", package.authors.join(", ")))
}

/// A text without what differs between packages and means nothing: line ends, and spaces at the ends of lines.
fn tidy(text: &str) -> String {
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(license: &str, names: &[&str]) -> Vec<String> {
        chosen(license, names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn of_a_choice_of_licences_mit_goes_along() {
        let both = ["Cargo.toml", "LICENSE-MIT", "LICENSE-APACHE", "src"];
        assert_eq!(names("MIT OR Apache-2.0", &both), ["LICENSE-MIT"]);
        assert_eq!(names("MIT/Apache-2.0", &["NOTICE", "LICENSE-MIT", "LICENSE-APACHE"]), ["LICENSE-MIT", "NOTICE"]);
        assert_eq!(names("(MIT OR Apache-2.0) AND Unicode-3.0", &both), ["LICENSE-APACHE", "LICENSE-MIT"]);
        assert_eq!(names("MIT", &["license.md", "README.md"]), ["license.md"]);
        assert_eq!(names("ISC", &["README.md"]), [""; 0]);
    }

    #[test]
    fn only_mit_is_known_by_heart() {
        let package = |license: &str| Package {
            name: "p".into(),
            version: "1.0.0".into(),
            license: license.into(),
            authors: vec!["A <a@example.com>".into()],
            folder: PathBuf::new(),
        };
        let text = standard(&package("Apache-2.0 OR MIT")).unwrap();
        assert!(text.starts_with("Copyright (c) A <a@example.com>\n\nPermission is hereby granted"), "{text}");
        assert_eq!(standard(&package("ISC")).unwrap_err().to_string(), "p 1.0.0 (ISC) brings no licence text");
    }

    #[test]
    fn texts_that_mean_the_same_are_the_same() {
        assert_eq!(tidy("\u{feff}\r\n a \r\nb\n\n"), " a\nb\n");
    }

    /// In every archive; stale, it would leave out what was added since.
    #[test]
    fn the_notices_are_those_of_the_lock_file() {
        let written = std::fs::read_to_string(project::root().join(FILE)).unwrap();
        assert!(written == text().unwrap(), "{FILE} is stale: write it anew with `{COMMAND}`");
        for name in ["tf-provider 0.2", "rustls 0.23", "schannel ", "ring 0.17", "hyper 1"] {
            assert!(written.contains(&format!("\n{name}")), "{name}");
        }
        assert!(!written.contains("\nterraform-plugin-server "), "our own code is not somebody else's");
    }
}
