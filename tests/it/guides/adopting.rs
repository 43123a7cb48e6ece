//! The recipes of the guide to adopting, each from an empty folder to an empty plan.

use impossiblecloud_simulator::Options;
use terraform_cli::Output;

use super::book::{self, BEFORE, FOR_EACH, GENERATED, QUERY, lay_out};
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World};

/// As many as somebody may have made by hand before Terraform came.
const PARTNERS: usize = 300;

/// A distributor whose console holds partners in two contracts, two of them of one name; some have a member and an
/// account.
fn by_hand(partners: usize) -> World {
    let world = World::with(Options { seed: false, ..Options::default() });
    for number in 0..partners {
        let contract = if number % 3 == 0 { OTHER_CONTRACT } else { CONTRACT };
        let name = match number {
            0 | 1 => "Twin GmbH".to_owned(),
            2 => "3 Brüder \"& Söhne\" ${x} %{if}".to_owned(),
            _ => format!("Customer {number}"),
        };
        let bytes = if number % 2 == 0 { 0 } else { TB + number as u64 };
        let id = world.simulator.add_partner(contract, &name, bytes, number % 5 == 0);
        if number % 40 == 1 {
            world.simulator.add_member(&id, &format!("admin{number}@example.com"), "Admin", "admin");
            world.simulator.add_account(Some(&id), "Backups", &format!("root{number}@example.com"), 250_000);
        }
    }
    write(&world, BEFORE, &["versions.tf"]);
    world
}

fn write(world: &World, section: &str, names: &[&str]) {
    lay_out(&world.workspace, "adopting", section, names);
}

fn remove(world: &World, names: &[&str]) {
    for name in names {
        book::remove(&world.workspace, name);
    }
}

/// Writes an output into a file, as a shell does with `>`.
fn save(world: &World, words: &[&str], file: &str) {
    let output = world.run(&[&["output"], words].concat()).succeeds();
    world.workspace.write(file, &output.stdout).expect("written");
}

/// Writes the configuration of what import blocks name. Some Terraforms need a line more in each block for that, as the
/// guide says, and refuse it afterwards.
fn generate(world: &World, files: &[&str]) {
    let needs = world.workspace.cli().import_needs_provider();
    let edit = |from: &str, to: &str| {
        for name in files.iter().filter(|_| needs) {
            let text = book::read(&world.workspace.folder().join(name));
            world.workspace.write(name, &text.replace(from, to)).expect("written");
        }
    };
    edit(
        r#"import {
"#,
        r#"import {
  provider = impossiblecloud
"#,
    );
    world.plan(&["-generate-config-out=existing.tf"]).succeeds();
    edit("  provider = impossiblecloud\n", "");
}

/// How many objects an apply imported.
fn imported(apply: &Output) -> u64 {
    let summary = apply.events().into_iter().rev().find(|event| event["type"] == "change_summary");
    summary.and_then(|event| event["changes"]["import"].as_u64()).unwrap_or_default()
}

/// Applies the imports and holds them to what the guide says: nothing is written, everything is imported.
fn adopt(world: &World, objects: usize) {
    let apply = world.apply(&[]).succeeds();
    assert_eq!((imported(&apply), apply.changes()), (objects as u64, (0, 0, 0)), "{apply}");
    assert!(apply.warnings().is_empty(), "{apply}");
}

fn ends_with_an_empty_plan(world: &World) {
    world.plans_nothing();
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_query_adopts_hundreds_of_partners() {
    let world = by_hand(PARTNERS);
    if !world.workspace.cli().is_terraform_since(1, 14) {
        return;
    }
    write(&world, QUERY, &["partners.tfquery.hcl"]);
    let found = world.run(&["query", "-no-color"]).succeeds();
    assert!(found.stdout.contains("Customer 7, 1 TB") || found.stdout.contains("Customer 7, ~1 TB"), "{found}");
    world.run(&["query", "-no-color", "-generate-config-out=existing.tf"]).succeeds();
    world.simulator.clear_requests();
    adopt(&world, PARTNERS);
    // Two walks of an apply, each with the list of contracts and one list per contract.
    assert!(world.simulator.reads() <= 6, "{}", world.simulator.reads());
    ends_with_an_empty_plan(&world);
}

#[test]
fn a_query_finds_what_belongs_to_partners_too() {
    let world = by_hand(50);
    if !world.workspace.cli().is_terraform_since(1, 14) {
        return;
    }
    write(&world, QUERY, &["partners.tfquery.hcl", "belongings.tfquery.hcl"]);
    world.run(&["query", "-no-color", "-generate-config-out=existing.tf"]).succeeds();
    adopt(&world, 50 + 4);
    ends_with_an_empty_plan(&world);
}

#[test]
fn generated_import_blocks_adopt_hundreds_of_partners() {
    let world = by_hand(PARTNERS);
    write(&world, GENERATED, &["adopt.tf"]);
    world.apply(&[]).succeeds();
    save(&world, &["-raw", "imports"], "imports.tf");
    generate(&world, &["imports.tf"]);
    adopt(&world, PARTNERS);
    remove(&world, &["adopt.tf", "imports.tf"]);
    world.apply(&[]).succeeds();
    ends_with_an_empty_plan(&world);
}

#[test]
fn generated_import_blocks_adopt_what_belongs_to_partners_too() {
    let world = by_hand(50);
    write(&world, GENERATED, &["adopt.tf", "adopt_belongings.tf"]);
    world.apply(&[]).succeeds();
    save(&world, &["-raw", "imports"], "imports.tf");
    save(&world, &["-raw", "belongings"], "belongings.tf");
    generate(&world, &["imports.tf", "belongings.tf"]);
    adopt(&world, 50 + 4);
    remove(&world, &["adopt.tf", "adopt_belongings.tf", "imports.tf", "belongings.tf"]);
    world.apply(&[]).succeeds();
    ends_with_an_empty_plan(&world);
}

#[test]
fn one_resource_adopts_hundreds_of_partners() {
    let world = by_hand(PARTNERS);
    if world.workspace.cli().version < (1, 7) {
        return;
    }
    write(&world, FOR_EACH, &["adopt.tf"]);
    world.apply(&[]).succeeds();
    save(&world, &["-json", "partners"], "partners.json");
    write(&world, FOR_EACH, &["partners.tf", "imports.tf"]);
    world.simulator.clear_requests();
    adopt(&world, PARTNERS);
    assert!(world.simulator.reads() <= 6, "{}", world.simulator.reads());
    remove(&world, &["adopt.tf", "imports.tf"]);
    world.apply(&[]).succeeds();
    ends_with_an_empty_plan(&world);
}

#[test]
fn a_password_that_is_added_after_an_import_is_recorded_without_a_call() {
    let world = by_hand(2);
    remove(&world, &["versions.tf"]);
    let owner = world.simulator.all_partners()[1].id.to_string();
    let member = world.simulator.members(&owner)[0].id.to_string();
    let body = |more: &str| {
        format!(
            r#"resource "impossiblecloud_partner_member" "admin" {{
  partner_id = "{owner}"
  email = "admin1@example.com"
  role = "admin"
  name = "Admin"
{more}}}
"#
        )
    };
    world.configure(&body(""));
    world.run(&["import", "impossiblecloud_partner_member.admin", &format!("{owner}/{member}")]).succeeds();
    world.plans_nothing();
    world.configure(&body("  password = \"Abcdefg1\"\n"));
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (0, 1, 0), "{apply}");
    ends_with_an_empty_plan(&world);
    // Without one, nobody can make the member anew.
    world.run(&["state", "rm", "impossiblecloud_partner_member.admin"]).succeeds();
    world.configure(&body(""));
    world.run(&["import", "impossiblecloud_partner_member.admin", &format!("{owner}/{member}")]).succeeds();
    world.configure(&body("").replace("\"Admin\"", "\"Administrator\""));
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "Member \"admin1@example.com\" cannot be replaced without its password");
}
