//! The first command on a new machine waits for xtask: it stays small.

use std::collections::{BTreeMap, BTreeSet};

/// The packages of Cargo.lock with what each depends on, by name.
fn packages(lock: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut packages = BTreeMap::<_, Vec<_>>::new();
    for package in lock.split("[[package]]").skip(1) {
        let name =
            package.lines().find_map(|line| line.strip_prefix("name = \"")).and_then(|name| name.split('"').next());
        let dependencies = package.lines().filter(|line| line.starts_with(" \""));
        // Of a package that is there in several versions, the version follows the name.
        let names = dependencies.filter_map(|line| line.split(['"', ' ']).find(|word| !word.is_empty()));
        packages.entry(name.expect("a package has a name")).or_default().extend(names);
    }
    packages
}

/// Everything that a package needs, whatever the system.
fn needed<'a>(packages: &BTreeMap<&str, Vec<&'a str>>, name: &'a str) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![name]);
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(packages.get(name).into_iter().flatten());
        }
    }
    found
}

#[test]
fn xtask_needs_nothing_of_what_the_provider_is_built_from() {
    let lock = std::fs::read_to_string(xtask::project::root().join("Cargo.lock")).expect("Cargo.lock");
    let packages = packages(&lock);
    let heavy =
        ["terraform-plugin-server", "tf-provider", "tonic", "prost", "hyper", "tokio", "rustls", "ring", "reqwest"];
    let needed = needed(&packages, "xtask");
    for name in heavy {
        assert!(packages.contains_key(name), "{name} is not a package any more: which one is it now?");
        assert!(!needed.contains(name), "xtask needs {name}: put what needs it into a program of its own");
    }
    assert!(needed.contains("terraform-cli") && needed.contains("serde_json"), "{needed:?}");
}
