//! House rules.

mod layers;
mod release;
mod workflows;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::world::{World, provider};

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files under a folder with this ending.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no .{ending} file under {folder}");
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn no_source_file_is_longer_than_350_lines() {
    for folder in ["src", "crates", "tests"] {
        for path in files(folder, "rs") {
            let lines = read(&path).lines().count();
            assert!(lines <= 350, "{} has {lines} lines: split it", path.display());
        }
    }
}

#[test]
fn the_changelog_speaks_of_this_version() {
    let heading = format!("\n## {}", env!("CARGO_PKG_VERSION"));
    assert!(read(&root().join("CHANGELOG.md")).contains(&heading));
    assert!(read(&root().join("ARCHITECTURE.md")).lines().count() < 120);
}

#[test]
fn the_docs_are_what_the_schemas_and_examples_say() {
    if let Err(stale) = docs::check(provider(), root()) {
        panic!("{stale:#}");
    }
}

#[test]
fn every_dependency_has_its_reason() {
    for path in files("crates", "toml").into_iter().chain([root().join("Cargo.toml")]) {
        let text = read(&path);
        let (mut section, mut above) = ("", "");
        for line in text.lines() {
            match line {
                _ if line.starts_with('[') => section = line,
                "" => {}
                // Versions alone: the reason stands where a crate uses it.
                _ if section == "[workspace.dependencies]" => assert!(!line.contains("features = ["), "{line}"),
                _ if line.starts_with('#') || !section.contains("dependencies]") => {}
                _ => assert!(above.starts_with('#'), "{}: no reason above: {line}", path.display()),
            }
            above = line;
        }
    }
}

/// Two manifests that ask for two versions of one crate would build it twice.
#[test]
fn every_version_of_a_dependency_stands_in_one_place() {
    for path in files("crates", "toml") {
        // A provider that is no part of this workspace, and a budget.
        if path.ends_with("outside/Cargo.toml") || !path.ends_with("Cargo.toml") {
            continue;
        }
        let mut section = "";
        let text = read(&path);
        for line in text.lines() {
            match line {
                _ if line.starts_with('[') => section = line,
                "" => {}
                _ if line.starts_with('#') || !section.contains("dependencies]") => {}
                _ => assert!(line.contains("workspace = true"), "{}: {line}", path.display()),
            }
        }
    }
}

#[test]
fn no_test_is_ignored_and_nothing_is_left_undone() {
    let words =
        [["#[ig", "nore"].concat(), ["to", "do!("].concat(), ["unimpl", "emented!("].concat(), ["db", "g!("].concat()];
    for folder in ["src", "crates", "tests"] {
        for path in files(folder, "rs") {
            let text = read(&path);
            for word in &words {
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
        }
    }
}

/// Every attribute of a block: path and definition.
fn attributes(path: &str, block: &Value, found: &mut Vec<(String, Value)>) {
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        if attribute["nested_type"].is_object() {
            attributes(&path, &attribute["nested_type"], found);
        }
        found.push((path, attribute.clone()));
    }
}

#[test]
fn every_attribute_is_described_and_every_secret_is_sensitive() {
    let world = World::new();
    world.configure("");
    let output = world.run(&["providers", "schema", "-json"]).succeeds();
    let schemas: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let provider = schemas["provider_schemas"].as_object().and_then(|all| all.values().next()).expect("a provider");
    let mut found = Vec::new();
    attributes("provider", &provider["provider"]["block"], &mut found);
    for kind in ["resource_schemas", "data_source_schemas"] {
        for (name, schema) in provider[kind].as_object().expect("schemas") {
            assert!(schema["block"]["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
            attributes(name, &schema["block"], &mut found);
        }
    }
    assert!(found.len() > 80, "{}", found.len());
    for (path, attribute) in found {
        let description = attribute["description"].as_str().unwrap_or_default();
        assert!(description.len() > 10 && description.ends_with('.'), "{path}: {description:?}");
        let name = path.rsplit('.').next().unwrap_or_default();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{path}");
        let secret = (name.contains("password") || name.contains("key"))
            && !name.ends_with("_version")
            && !name.ends_with("_file");
        assert_eq!(attribute["sensitive"] == true, secret, "{path}");
        if attribute["type"] == "number" && name.ends_with("_storage") {
            assert!(description.contains("bytes"), "{path} has no unit: {description}");
        }
    }
}

/// A text that no test compares is a text that nobody keeps true.
#[test]
fn every_reviewed_text_has_its_test() {
    let sources: String = files("tests/it", "rs").iter().map(|path| read(path)).collect();
    for path in files("tests/it/snapshots", "snap") {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let name = name.rsplit("__").next().expect("a name");
        // What is compared in several ways has the way at its end.
        let ways = name.match_indices('_').map(|(at, _)| format!("\"{}{{", &name[..=at]));
        let is_used = ways.chain([format!("\"{name}\"")]).any(|name| sources.contains(&name));
        assert!(is_used, "{} is compared by no test", path.display());
    }
}

#[test]
fn no_line_of_the_sources_is_longer_than_120_columns() {
    for path in files("src", "rs").into_iter().chain(files("crates", "rs")) {
        for (at, line) in read(&path).lines().enumerate() {
            assert!(line.chars().count() <= 120, "{}:{}: {line}", path.display(), at + 1);
        }
    }
}
