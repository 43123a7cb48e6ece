//! `cargo xtask docs`: the Registry's pages, made from the schemas that the built provider answers with and from
//! `examples/`. Writing and checking are the same code; only what happens with the pages differs.

mod answer;
mod examples;
mod guides;
mod model;
mod render;
mod types;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The folders under docs/ that hold nothing but generated pages.
const FOLDERS: [&str; 5] = ["actions", "data-sources", "functions", "list-resources", "resources"];

/// Pages by their path under docs/.
type Pages = BTreeMap<String, String>;

/// Writes the pages into docs/ of the work tree at `root`, and removes those that nothing stands behind any more.
pub fn write(provider_binary: &Path, root: &Path) -> Result<()> {
    let (wanted, found) = (pages(provider_binary, root)?, found(root)?);
    for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
        std::fs::remove_file(root.join("docs").join(name)).with_context(|| format!("cannot remove docs/{name}"))?;
    }
    for (name, text) in &wanted {
        let path = root.join("docs").join(name);
        std::fs::create_dir_all(path.parent().context("a page is in a folder")?)?;
        std::fs::write(&path, text).with_context(|| format!("cannot write docs/{name}"))?;
    }
    Ok(())
}

/// An error that names every page in docs/ that is not what [`write`] would leave there.
pub fn check(provider_binary: &Path, root: &Path) -> Result<()> {
    let differences = differences(&pages(provider_binary, root)?, &found(root)?);
    if differences.is_empty() {
        return Ok(());
    }
    bail!("docs/ is not fresh; run `cargo xtask docs`:\n{}", differences.join("\n"))
}

/// The pages as they have to be.
fn pages(provider_binary: &Path, root: &Path) -> Result<Pages> {
    let provider = answer::ask(provider_binary)?;
    render::pages(&provider, &examples::Examples::new(root), &guides::find(root)?)
}

/// The generated pages that are there.
fn found(root: &Path) -> Result<Pages> {
    let mut names = vec!["index.md".to_owned()];
    for folder in FOLDERS {
        // A folder that is not there holds no page.
        for entry in std::fs::read_dir(root.join("docs").join(folder)).into_iter().flatten() {
            names.push(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
        }
    }
    let read = |name: String| match std::fs::read_to_string(root.join("docs").join(&name)) {
        Ok(text) => Ok(Some((name, text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read docs/{name}")),
    };
    names.into_iter().filter_map(|name| read(name).transpose()).collect()
}

/// One line for each page that is missing, left over or different; for the last kind the first line that differs.
fn differences(wanted: &Pages, found: &Pages) -> Vec<String> {
    let missing_or_different = wanted.iter().filter_map(|(name, text)| match found.get(name) {
        None => Some(format!("  docs/{name} is missing")),
        Some(old) if old == text => None,
        Some(old) => {
            let same = text.lines().zip(old.lines()).take_while(|(new, old)| new == old).count();
            let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
            Some(format!(
                "  docs/{name}, line {}:\n    is        {}\n    should be {}",
                same + 1,
                line(old),
                line(text)
            ))
        }
    });
    let left_over = found.keys().filter(|name| !wanted.contains_key(*name));
    missing_or_different.chain(left_over.map(|name| format!("  docs/{name} has nothing behind it"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_the_page_and_the_line() {
        let pages = |pages: &[(&str, &str)]| {
            pages.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let wanted = pages(&[("a.md", "1\n2\n"), ("b.md", "same"), ("c.md", "")]);
        let found = pages(&[("a.md", "1\n"), ("b.md", "same"), ("d.md", "")]);
        assert_eq!(
            differences(&wanted, &found),
            [
                "  docs/a.md, line 2:\n    is        (the end)\n    should be 2",
                "  docs/c.md is missing",
                "  docs/d.md has nothing behind it",
            ]
        );
    }
}
