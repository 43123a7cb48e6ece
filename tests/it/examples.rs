//! Every example is planned, applied and planned again.

use std::path::{Path, PathBuf};

use crate::world::World;

/// All folders under examples/ that hold a configuration.
fn folders() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")];
    while let Some(folder) = folders.pop() {
        let entries: Vec<_> =
            std::fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
        if entries.iter().any(|path| path.extension().is_some_and(|extension| extension == "tf")) {
            found.push(folder);
        }
        folders.extend(entries.into_iter().filter(|path| path.is_dir()));
    }
    found.sort();
    found
}

/// The first minor version of Terraform 1 that knows everything in a configuration.
fn needs(text: &str) -> u32 {
    let features = [("action \"", 14), ("_wo ", 11), ("ephemeral", 11), ("provider::", 8)];
    features.iter().filter(|(word, _)| text.contains(word)).map(|(_, minor)| *minor).max().unwrap_or(0)
}

#[test]
fn every_example_is_planned_and_applied() {
    let folders = folders();
    assert!(folders.len() >= 6, "{folders:?}");
    for folder in folders {
        let world = World::new();
        let mut text = String::new();
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".tf") && !name.starts_with("import") && !name.starts_with("moved") {
                let part = std::fs::read_to_string(entry.path()).expect("text");
                world.workspace.write(&name, &part).expect("written");
                text.push_str(&part);
            }
        }
        if world.workspace.cli().version < (1, needs(&text)) {
            // The features table says which version brought what; newer CLIs run this example.
            continue;
        }
        if !text.contains("required_providers") {
            world.configure("");
        }
        prepare(&world, &mut text);
        let variables = ["-var=partner_id=00000000-0000-4000-8000-000000000001", "-var=password=Secret-Word-1"];
        let declared: Vec<_> = variables
            .into_iter()
            .filter(|variable| {
                let name = variable.trim_start_matches("-var=").split('=').next().unwrap_or_default();
                text.contains(&format!("variable \"{name}\""))
            })
            .collect();
        let shown = folder.display();
        println!("{shown}");
        let plan = world.plan(&declared).succeeds();
        let failed: Vec<_> = plan.errors();
        assert!(failed.is_empty(), "{shown}: {plan}");
        world.apply(&declared).succeeds();
        let again = world.plan(&declared).succeeds();
        assert_eq!(again.changes(), (0, 0, 0), "{shown}: {again}");
    }
}

/// What an example takes for granted: a partner of the name that it looks up.
fn prepare(world: &World, text: &mut String) {
    if text.contains("data \"impossiblecloud_partner\"") {
        world.simulator.add_partner(crate::world::CONTRACT, "Acme GmbH", 5 * crate::world::TB, false);
    }
}
