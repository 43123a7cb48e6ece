//! Usage as CSV files, the tests of the guide to testing, a unit of Terragrunt, and the drift check.

use super::book::{CSV, MOCK, SIMULATOR, UNIT, edit, guide, lay_out, remove};
use crate::world::{CONTRACT, TB, World};

#[test]
fn usage_becomes_a_csv_file() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme \"Storage\", Ltd.", 5 * TB, false);
    let account = world.simulator.add_account(Some(&partner), "Data", "data@example.com", TB);
    for (date, bytes) in [("2026-02-28", TB), ("2026-02-27", 4 * TB), ("2026-03-01", 9 * TB)] {
        world.simulator.set_usage(&account, date, bytes);
    }
    lay_out(&world.workspace, "usage", "A line for each customer", &[]);
    lay_out(&world.workspace, "usage", "A line for each storage account and day", &[]);
    // February: neither the length of months nor the next one's days may spoil it.
    world.apply(&["-var=month=2026-02"]).succeeds();
    let csv = world.run(&["output", "-raw", "csv"]).succeeds().stdout;
    let header = guide("usage").lines().find(|line| line.starts_with("partner_id,")).expect("an example").to_owned();
    assert_eq!(csv.lines().next(), Some(header.as_str()));
    let line = csv.lines().find(|line| line.starts_with(&partner)).expect("a line");
    assert_eq!(line, format!("{partner},\"Acme \"\"Storage\"\", Ltd.\",5.000,4.000,2.500,0.000"));
    let days = world.run(&["output", "-raw", "days"]).succeeds().stdout;
    let days: Vec<_> = days.lines().filter(|line| line.contains(&account)).collect();
    assert_eq!(days.len(), 2, "{days:?}");
    assert_eq!(days[1], format!("2026-02-28,{partner},{account},\"Data\",1000000000000,1000000000000"));
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn tests_with_a_mock_need_no_key_and_tests_with_the_simulator_leave_nothing() {
    let mut world = World::new();
    lay_out(&world.workspace, "testing", "The configuration", &[]);
    lay_out(&world.workspace, "testing", SIMULATOR, &[]);
    world.run(&["test", "-no-color"]).succeeds();
    assert_eq!((world.count("create_partner"), world.simulator.all_partners().len()), (1, 2));
    remove(&world.workspace, "tests/simulator.tftest.hcl");
    let mocks_since = if world.workspace.cli().product == "OpenTofu" { 8 } else { 7 };
    if world.workspace.cli().version < (1, mocks_since) {
        return;
    }
    lay_out(&world.workspace, "testing", MOCK, &[]);
    world.simulator.clear_requests();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "");
    world.run(&["test", "-no-color"]).succeeds();
    assert!(world.simulator.requests().is_empty());
    edit(&world.workspace, "main.tf", "* 1000000000000", "* 1000000");
    let failed = world.run(&["test", "-no-color"]).fails();
    assert!(format!("{failed}").contains("2.5 TB are not 2500000000000 bytes."), "{failed}");
}

#[test]
fn a_unit_of_a_new_stack_is_planned_with_a_made_up_id() {
    let world = World::new();
    lay_out(&world.workspace, "terragrunt", UNIT, &["acme/main.tf"]);
    let made_up =
        guide("terragrunt").split("acme = \"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let id = format!("-var=partner_id={}", made_up.expect("an id in mock_outputs"));
    let words = ["-chdir=acme", "plan", "-json", &id, "-var=first_password=Secret-Word-1"];
    let plan = world.run(&words).succeeds();
    assert_eq!((plan.changes(), plan.warnings().len()), ((1, 0, 0), 1), "{plan}");

    // The unit of the partners is the customers' page and one file more.
    lay_out(&world.workspace, "customers", CSV, &[]);
    lay_out(&world.workspace, "terragrunt", UNIT, &["partners/outputs.tf"]);
    std::fs::rename(world.workspace.folder().join("partners/outputs.tf"), world.workspace.folder().join("outputs.tf"))
        .expect("moved");
    world.apply(&[]).succeeds();
    let ids = world.run(&["output", "-json", "partner_ids"]).succeeds().stdout;
    let ids: serde_json::Value = serde_json::from_str(&ids).expect("JSON");
    let id = format!("-var=partner_id={}", ids["acme"].as_str().expect("an id"));
    let words = ["-chdir=acme", "apply", "-json", "-auto-approve", &id, "-var=first_password=Secret-Word-1"];
    let apply = world.run(&words).succeeds();
    assert_eq!((apply.changes(), apply.warnings().len()), ((1, 0, 0), 0), "{apply}");
}

#[cfg(unix)]
#[test]
fn the_drift_check_says_by_its_exit_code_whether_anything_differs() {
    use std::process::Command;

    use super::book::DRIFT;
    use crate::world::partner;

    let world = World::new();
    world.configure(&partner("acme", "Acme GmbH", 5 * TB));
    world.apply(&[]).succeeds();
    lay_out(&world.workspace, "pipelines", DRIFT, &[]);
    // The script calls `terraform`: a folder with a link of that name comes first in PATH.
    let folder = world.workspace.folder().join("bin");
    std::fs::create_dir(&folder).expect("a folder");
    let which = world.workspace.command(&["version"]).get_program().to_owned();
    let program = Command::new("sh").arg("-c").arg("command -v \"$0\"").arg(&which).output().expect("sh").stdout;
    let program = String::from_utf8(program).expect("a path");
    std::os::unix::fs::symlink(program.trim(), folder.join("terraform")).expect("a link");
    let check = || {
        let like = world.workspace.command(&["version"]);
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        command.arg("drift.sh").current_dir(world.workspace.folder()).env("PATH", path);
        for (name, value) in like.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.output().expect("sh runs")
    };
    assert_eq!(check().status.code(), Some(0));
    let id = world.id("impossiblecloud_partner.acme");
    world.simulator.resize_partner(&id, 6 * TB);
    let drifted = check();
    assert_eq!(drifted.status.code(), Some(2));
    let text = String::from_utf8_lossy(&drifted.stdout).into_owned();
    assert!(text.contains("\"6 TB\" -> \"5 TB\""), "{text}");
    world.workspace.write("main.tf", "nonsense").expect("written");
    assert_eq!(check().status.code(), Some(1));
}
