//! Every example is planned and applied; what a CLI does not know yet is run by the CLI matrix with one that does.

use std::path::{Path, PathBuf};

use crate::world::{CONTRACT, TB, World};

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

/// The files of a folder by name, without the examples of imports, which need objects that exist.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), std::fs::read_to_string(entry.path()).expect("text"))
    };
    entries.map(read).filter(|(name, _)| !name.starts_with("import")).collect()
}

/// The first minor version of Terraform 1 that knows everything in a configuration.
fn needs(files: &[(String, String)]) -> u32 {
    let features = [("list \"", 14), ("action \"", 14), ("_wo ", 11), ("ephemeral", 11), ("provider::", 8)];
    let minor = |text: &str| features.iter().filter(|(word, _)| text.contains(word)).map(|(_, minor)| *minor).max();
    files.iter().filter_map(|(_, text)| minor(text)).max().unwrap_or(0)
}

/// A world with what the examples take for granted, and their variables.
fn world() -> World {
    let mut world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme GmbH", 5 * TB, false);
    let account = world.simulator.add_account(Some(&partner), "Acme backups", "backups@example.com", TB);
    world.simulator.schedule_account(&account);
    world.simulator.add_member(&partner, "ada@example.com", "Ada", "admin");
    world.workspace.set("TF_VAR_partner_id", partner);
    world.workspace.set("TF_VAR_storage_account_id", account);
    world.workspace.set("TF_VAR_password", "Secret-Word-1");
    world
}

#[test]
fn every_example_is_planned_and_applied() {
    let folders = folders();
    assert!(folders.len() >= 18, "{folders:?}");
    for folder in folders {
        let (world, files, shown) = (world(), files(&folder), folder.display().to_string());
        let cli = world.workspace.cli();
        if cli.version < (1, needs(&files)) {
            println!("{shown} needs {} 1.{}", cli.product, needs(&files));
            continue;
        }
        println!("{shown}");
        for (name, text) in &files {
            world.workspace.write(name, text).expect("written");
        }
        world.plan(&[]).succeeds();
        assert_eq!(world.simulator.writes(), 0, "{shown}");
        world.apply(&[]).succeeds();
        let again = world.plan(&[]).succeeds();
        assert_eq!(again.changes(), (0, 0, 0), "{shown}: {again}");
        if shown.contains("list-resources") {
            let found = world.run(&["query", "-no-color"]).succeeds();
            let expected = ["Acme GmbH, 5 TB", "Acme backups, 1 TB"].iter().any(|name| found.stdout.contains(name));
            assert!(expected || shown.ends_with("member"), "{shown}: {found}");
        }
        if shown.contains("actions") {
            let action = "-invoke=action.impossiblecloud_storage_account_restore.backups";
            world.run(&["apply", "-no-color", "-auto-approve", action]).succeeds();
            assert!(world.simulator.all_partners().iter().any(|partner| {
                world.simulator.accounts(Some(&partner.id)).iter().any(|account| account.pending_deleted_at.is_none())
            }));
        }
    }
}
