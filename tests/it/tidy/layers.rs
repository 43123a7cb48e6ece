//! Arrows between folders run down only, and no files import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{files, read, root};

/// The rooms of `src/`, from the top: each may use those below it, and itself.
const LAYERS: [&str; 8] = ["main", "provider", "settings", "objects", "session", "capacity", "service", "terraform"];

/// The floor below all of them.
const GROUND: &str = "api";

/// What a source file says outside of its tests.
fn own(path: &Path) -> String {
    let text = read(path);
    let own = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    own.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// A file's modules: `src/capacity/pool.rs` is `capacity`, `pool`.
fn modules(folder: &Path, path: &Path) -> Vec<String> {
    let path = path.strip_prefix(folder).expect("below the folder").with_extension("");
    path.iter().map(|part| part.to_string_lossy().into_owned()).filter(|part| part != "lib").collect()
}

/// The paths that a text's `use` declarations name, as modules from the crate's root.
fn imports(text: &str, own: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for declaration in text.split("use ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(path, _)| path) {
        expand(&declaration.split_whitespace().collect::<String>(), "", &mut found);
    }
    let absolute = |path: String| {
        let mut parts: Vec<_> = path.split("::").map(str::to_owned).collect();
        let mut base = match parts[0].as_str() {
            "crate" => Vec::new(),
            "self" | "super" => own.to_vec(),
            _ => return None,
        };
        while matches!(parts.first().map(String::as_str), Some("crate" | "self" | "super")) {
            if parts.remove(0) == "super" {
                base.pop();
            }
        }
        base.extend(parts);
        Some(base)
    };
    found.into_iter().filter_map(absolute).collect()
}

/// Takes the braces of a `use` apart.
fn expand(path: &str, before: &str, found: &mut Vec<String>) {
    let Some((head, rest)) = path.split_once('{') else {
        return found.push(format!("{before}{path}"));
    };
    let (mut depth, mut begin) = (0, 0);
    for (at, letter) in rest.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                if begin < at {
                    expand(&rest[begin..at], &format!("{before}{head}"), found);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// The files of a crate, by module, and the files that each imports. A module and what lies below it count as one
/// another's.
fn graph(folder: &str) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let base = root().join(folder);
    let is_test = |path: &Path| path.iter().any(|part| part == "tests") || path.ends_with("tests.rs");
    let all: Vec<_> = files(folder, "rs").into_iter().filter(|path| !is_test(path)).collect();
    let known: BTreeSet<_> = all.iter().map(|path| modules(&base, path)).collect();
    let file_of =
        |path: &[String]| (1..=path.len()).rev().map(|n| path[..n].to_vec()).find(|file| known.contains(file));
    let mut graph = BTreeMap::new();
    for path in &all {
        let module = modules(&base, path);
        let named = imports(&own(path), &module);
        let related = |other: &Vec<String>| module.starts_with(other) || other.starts_with(&module);
        let uses = named.iter().filter_map(|path| file_of(path)).filter(|other| !related(other)).collect();
        graph.insert(module, uses);
    }
    graph
}

#[test]
fn arrows_run_down_only() {
    for path in files("src", "rs") {
        let room = modules(&root().join("src"), &path).into_iter().next();
        let Some(room) = room.filter(|room| room != "lib") else { continue };
        let floor = LAYERS.iter().position(|layer| *layer == room);
        assert!(floor.is_some() || room == GROUND, "{} is in no layer", path.display());
        let text = own(&path);
        for (above, layer) in LAYERS.iter().enumerate() {
            let uses = text.contains(&format!("crate::{layer}::")) || text.contains(&format!("crate::{layer};"));
            let down = *layer == room || floor.is_some_and(|floor| above > floor);
            assert!(down || !uses, "{} uses {layer}, which is above it", path.display());
        }
        if room == GROUND {
            // Exact decimals have one home, and it is there.
            let text = text.replace("use terraform_plugin_server::Number;", "");
            for word in ["tf_provider", "terraform_plugin_server"] {
                assert!(!text.contains(word), "{} uses {word}", path.display());
            }
        }
    }
}

#[test]
fn arithmetic_is_pure() {
    for name in ["capacity/ledger", "capacity/asked", "capacity/bytes", "api/duration"] {
        let text = own(&root().join(format!("src/{name}.rs")));
        for word in ["crate::", "tf_provider", "tokio", "async "] {
            assert!(!text.contains(word), "src/{name}.rs is pure, but has {word}");
        }
    }
}

#[test]
fn the_crates_know_nothing_of_the_provider() {
    for folder in ["crates/terraform-plugin-server/src", "crates/simulator/src", "crates/probe/src"] {
        for path in files(folder, "rs") {
            assert!(!own(&path).contains("use impossiblecloud::"), "{}", path.display());
        }
    }
    assert!(!read(&root().join("crates/terraform-plugin-server/Cargo.toml")).contains("impossiblecloud"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    for folder in ["src", "crates/terraform-plugin-server/src", "crates/simulator/src", "crates/probe/src"] {
        let mut graph = graph(folder);
        // What imports nothing that is left, or is imported by nothing that is left, cannot be in a circle.
        loop {
            let imported: BTreeSet<_> = graph.values().flatten().cloned().collect();
            let free =
                |(file, uses): &(&Vec<String>, &BTreeSet<Vec<String>>)| uses.is_empty() || !imported.contains(*file);
            let done: Vec<_> = graph.iter().filter(free).map(|(file, _)| file.clone()).collect();
            if done.is_empty() {
                break;
            }
            graph.retain(|file, _| !done.contains(file));
            graph.values_mut().for_each(|uses| uses.retain(|file| !done.contains(file)));
        }
        assert!(graph.is_empty(), "{folder}: in circles: {graph:?}");
    }
}
