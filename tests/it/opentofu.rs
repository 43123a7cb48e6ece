//! Where OpenTofu and Terraform differ, and what only OpenTofu has. What both have is tested everywhere else with
//! either.

use impossiblecloud_simulator::KeyKind;

use crate::world::{CONTRACT, TB, World, partner, with};

const ACME: &str = "impossiblecloud_partner.acme";

/// Whether the CLI at hand is OpenTofu 1.`minor` or later.
fn is_tofu(world: &World, minor: u32) -> bool {
    let cli = world.workspace.cli();
    cli.product == "OpenTofu" && cli.version >= (1, minor)
}

/// A partner with `lifecycle { destroy = false }`, in the state; its id.
fn kept(world: &World, more: &str) -> String {
    let block = with(
        &partner("acme", "Acme", 5 * TB),
        r#"lifecycle {
    destroy = false
  }"#,
    );
    world.configure(&with(&block, more));
    world.apply(&[]).succeeds();
    world.id(ACME)
}

fn is_in_state(world: &World) -> bool {
    world.run(&["state", "list"]).succeeds().stdout.contains(ACME)
}

#[test]
fn destroy_false_lets_go_of_what_is_destroyed() {
    let world = World::new();
    if !world.workspace.cli().has(16, Some(12)) {
        return;
    }
    let id = kept(&world, "");
    // Whether that counts as a success, each CLI sees in its own way.
    world.destroy();
    assert!(!is_in_state(&world));
    assert_eq!(world.simulator.partner(&id).expect("it is kept").allocated, 5 * TB);
}

#[test]
fn destroy_false_goes_with_its_block_on_terraform_and_stays_on_opentofu() {
    let world = World::new();
    if !world.workspace.cli().has(16, Some(12)) {
        return;
    }
    let id = kept(&world, "deletion_protection = true");
    world.configure("");
    let plan = world.plan(&[]);
    if is_tofu(&world, 12) {
        assert_eq!(plan.succeeds().changes(), (0, 0, 0));
        world.apply(&[]).succeeds();
        assert!(!is_in_state(&world));
    } else {
        let errors = plan.fails().errors();
        assert!(errors[0].summary.contains("forbidden"), "{errors:?}");
        kept(&world, "deletion_protection = false");
        world.configure("");
        assert_eq!(world.plan(&[]).succeeds().changes(), (0, 0, 1), "without protection it would be deleted");
    }
    assert!(world.simulator.partner(&id).is_some());
}

#[test]
fn a_replacement_with_destroy_false_makes_a_second_customer_on_opentofu() {
    let world = World::new();
    if !world.workspace.cli().has(16, Some(12)) {
        return;
    }
    let id = kept(&world, "");
    world.apply(&["-replace=impossiblecloud_partner.acme"]).succeeds();
    assert_ne!(world.id(ACME), id);
    let ids: Vec<_> = world.simulator.partners(CONTRACT).into_iter().filter(|it| it.name == "Acme").collect();
    assert_eq!(ids.len(), if is_tofu(&world, 12) { 2 } else { 1 }, "{ids:?}");
}

#[test]
fn providers_with_for_each_have_a_key_each() {
    let world = World::new();
    if !is_tofu(&world, 9) {
        return;
    }
    world.simulator.add_key("another-key", KeyKind::Distributor);
    world.configure(
        r#"
locals {
  keys = { first = "simulator-distributor-key", second = "another-key" }
}

provider "impossiblecloud" {
  alias    = "of"
  for_each = local.keys
  api_key  = each.value
}

data "impossiblecloud_contracts" "of" {
  for_each = toset(["first", "second"])
  provider = impossiblecloud.of[each.key]
}

output "contracts" {
  value = { for name, found in data.impossiblecloud_contracts.of : name => length(found.contracts) }
}
"#,
    );
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json", "contracts"]).succeeds();
    assert_eq!(output.stdout.trim(), r#"{"first":2,"second":2}"#);
}

#[test]
fn a_partner_that_is_not_enabled_is_not_there() {
    let world = World::new();
    if !is_tofu(&world, 11) {
        return;
    }
    let block = |enabled| {
        with(
            &partner("acme", "Acme", 5 * TB),
            &format!(
                r#"lifecycle {{
    enabled = {enabled}
  }}"#
            ),
        )
    };
    for (enabled, changes) in [(false, (0, 0, 0)), (true, (1, 0, 0)), (false, (0, 0, 1))] {
        world.configure(&block(enabled));
        assert_eq!(world.apply(&[]).succeeds().changes(), changes, "enabled = {enabled}");
        world.plans_nothing();
    }
}

#[test]
fn what_is_excluded_is_left_alone() {
    let world = World::new();
    if !is_tofu(&world, 9) {
        return;
    }
    world.configure(&[partner("acme", "Acme", 5 * TB), partner("beta", "Beta", 6 * TB)].concat());
    assert_eq!(world.apply(&["-exclude=impossiblecloud_partner.beta"]).succeeds().changes(), (1, 0, 0));
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0));
}
