//! Moving capacity both ways, and what an apply that was refused leaves behind.

use super::book::{MOVING, ONE_APPLY, TWO_APPLIES, guide, lay_out, read, root};
use crate::world::{OTHER_CONTRACT, TB, World, partner, partner_in};

const ACME: &str = "impossiblecloud_partner.acme";

/// What the two partners of the guide have at the service, in TB.
fn shares(world: &World) -> (u64, u64) {
    let partners = world.simulator.partners(OTHER_CONTRACT);
    let of =
        |name: &str| partners.iter().find(|partner| partner.name == name).map_or(0, |partner| partner.allocated / TB);
    (of("Acme GmbH"), of("Initech AG"))
}

/// The guide's full contract.
fn full() -> World {
    let world = World::new();
    world.configure("");
    lay_out(&world.workspace, "capacity", MOVING, &[]);
    world.apply(&[]).succeeds();
    assert_eq!(shares(&world), (7, 3));
    world
}

#[test]
fn the_refusal_that_pages_show_is_the_one_that_is_said() {
    let world = World::new();
    world.configure(&partner("acme", "Acme GmbH", 48 * TB));
    let errors = world.plan(&[]).fails().errors();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = words(&format!("Error: {} {}", errors[0].summary, errors[0].detail));
    for page in ["README.md", "docs/guides/capacity.md"] {
        let text = read(&root().join(page));
        let shown = text.split("```text\nError: Not enough").nth(1).and_then(|rest| rest.split("\n```").next());
        let shown = words(&format!("Error: Not enough{}", shown.expect("a refusal")));
        let (beginning, _) = shown.split_once(" ...").expect("it ends with dots");
        assert!(said.starts_with(beginning), "{page} shows\n{beginning}\nand the provider says\n{said}");
    }
}

#[test]
fn capacity_moves_in_two_applies() {
    let world = full();
    lay_out(&world.workspace, "capacity", TWO_APPLIES, &["initech.tf"]);
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].summary.starts_with("Not enough capacity left"), "{errors:?}");
    lay_out(&world.workspace, "capacity", MOVING, &["initech.tf"]);
    lay_out(&world.workspace, "capacity", TWO_APPLIES, &["acme.tf"]);
    world.apply(&[]).succeeds();
    assert_eq!(shares(&world), (2, 3));
    lay_out(&world.workspace, "capacity", TWO_APPLIES, &["initech.tf"]);
    world.apply(&[]).succeeds();
    assert_eq!(shares(&world), (2, 8));
    world.plans_nothing();
}

#[test]
fn both_changes_can_be_in_one_commit() {
    let world = full();
    lay_out(&world.workspace, "capacity", TWO_APPLIES, &[]);
    world.plan(&[]).fails();
    world.apply(&["-target=impossiblecloud_partner.acme"]).succeeds();
    world.apply(&[]).succeeds();
    assert_eq!(shares(&world), (2, 8));
}

#[test]
fn capacity_moves_in_one_apply_whichever_is_first() {
    let world = full();
    lay_out(&world.workspace, "capacity", TWO_APPLIES, &[]);
    lay_out(&world.workspace, "capacity", ONE_APPLY, &[]);
    let plan = world.plan(&[]).succeeds();
    assert!(plan.warnings()[0].summary.ends_with(" yet"), "{plan}");
    world.apply(&[]).succeeds();
    assert_eq!(shares(&world), (2, 8));
    world.plans_nothing();
}

#[test]
fn a_partner_that_is_replaced_and_created_first_is_kept_by_two_steps() {
    let section = guide("capacity").split("## Replaced, and created first\n").nth(1).expect("the section").to_owned();
    let commands = [format!("terraform state rm {ACME}\n"), format!("terraform import {ACME} ")];
    assert!(commands.iter().all(|command| section.contains(command)), "{section}");

    let world = World::new();
    let partner = partner_in(OTHER_CONTRACT, "acme", "Acme GmbH", "8000000000000");
    world.configure(&partner.replace(
        "\n}\n",
        r#"
  lifecycle {
    create_before_destroy = true
  }
}
"#,
    ));
    world.apply(&[]).succeeds();
    let id = world.id(ACME);
    let replace = format!("-replace={ACME}");
    for (how, words) in [("replaced", &[&*replace][..]), ("tainted", &[])] {
        if how == "tainted" {
            world.run(&["taint", ACME]).succeeds();
        }
        let errors = world.apply(words).fails().errors();
        let refused = &errors[0].detail;
        assert!(errors[0].summary.starts_with("Not enough capacity left"), "{how}: {errors:?}");
        let is_set_aside = world.run(&["show", "-no-color"]).succeeds().stdout.contains("(deposed object ");
        if how == "replaced" && world.workspace.cli().is_terraform_since(1, 16) {
            // The refusal is the creation's, and Terraform puts the old one back itself.
            assert!(!is_set_aside && !refused.contains(&id), "{refused}");
        } else {
            assert!(refused.contains(&id) && refused.contains("\"Replaced, and created first\""), "{how}: {refused}");
            assert!(is_set_aside, "{how}");
            world.run(&["state", "rm", ACME]).succeeds();
            world.run(&["import", ACME, &id]).succeeds();
        }
        assert_eq!(world.count("delete_partner"), 0);
        world.plans_nothing();
        assert_eq!(world.id(ACME), id);
    }
    world.destroy().succeeds();
}

#[test]
fn a_configuration_that_asks_too_much_is_destroyed_without_a_refresh() {
    let world = full();
    world
        .workspace
        .write("initech.tf", &partner_in(OTHER_CONTRACT, "initech", "Initech AG", "80000000000000"))
        .expect("written");
    let errors = world.destroy().fails().errors();
    assert!(errors[0].detail.contains("-refresh=false"), "{errors:?}");
    world.run(&["destroy", "-json", "-auto-approve", "-refresh=false"]).succeeds();
    assert_eq!(world.simulator.partners(OTHER_CONTRACT).len(), 0);
}

#[test]
fn letting_go_frees_no_capacity() {
    let world = full();
    if world.workspace.cli().version < (1, 7) {
        return;
    }
    let removed = r#"removed {
  from = impossiblecloud_partner.acme
  lifecycle {
    destroy = false
  }
}
"#;
    world.workspace.write("acme.tf", removed).expect("written");
    world
        .workspace
        .write("more.tf", &partner_in(OTHER_CONTRACT, "more", "More GmbH", "5000000000000"))
        .expect("written");
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].summary.starts_with("Not enough capacity left"), "{errors:?}");
}
