//! The beats of a partner's life: create, empty plan, import, change in place, drift, destroy.

use crate::hcl::{Block, expression};
use crate::said::assert_said;
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World, a_partner, partner, partner_in};

#[test]
fn a_partner_lives_from_create_to_destroy() {
    let world = World::new();
    world.configure(
        r#"
data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract"
}

resource "impossiblecloud_partner" "acme" {
  name              = "Acme GmbH"
  allocated_storage = 5e12
  contract_id       = data.impossiblecloud_contract.main.id
}
"#,
    );
    let plan = world.plan(&["-out=tfplan"]).succeeds();
    assert_eq!(plan.changes(), (1, 0, 0));
    assert_eq!(plan.diagnostics(), []);
    assert_eq!(world.simulator.writes(), 0, "a plan writes nothing");
    let shown = world.run(&["show", "-no-color", "tfplan"]).succeeds();
    assert!(shown.stdout.contains("+ allocation          = \"5 TB\""), "{shown}");

    world.run(&["apply", "tfplan"]).succeeds();
    let state = world.state("impossiblecloud_partner.acme");
    assert_eq!(state["allocated_storage"], 5 * TB);
    assert_eq!(state["allocation"], "5 TB");
    assert_eq!(state["contract_id"], CONTRACT);
    assert_eq!((&state["allow_overdraft"], &state["deletion_protection"]), (&false.into(), &false.into()));
    assert_eq!(world.count("create_partner"), 1);
    world.plans_nothing();

    let id = state["id"].as_str().expect("an id").to_owned();
    world.run(&["state", "rm", "impossiblecloud_partner.acme"]).succeeds();
    world.run(&["import", "impossiblecloud_partner.acme", &id]).succeeds();
    assert_eq!(world.state("impossiblecloud_partner.acme"), state, "an import gives the same state");
    world.plans_nothing();

    world.simulator.clear_requests();
    world.configure(&partner("acme", "Acme AG", 7 * TB));
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (0, 1, 0));
    assert_eq!((world.simulator.writes(), world.count("update_partner")), (1, 1), "rename and resize are one PUT");
    assert_eq!(world.state("impossiblecloud_partner.acme")["id"], id, "in place");
    world.plans_nothing();

    world.configure(&partner("acme", "Acme AG", 0));
    world.apply(&[]).succeeds();
    assert_eq!(world.state("impossiblecloud_partner.acme")["allocation"], "pay-per-use");
    world.plans_nothing();

    assert_eq!(world.destroy().succeeds().changes(), (0, 0, 1));
    assert!(world.simulator.partner(&id).is_none(), "the API agrees that it is gone");
}

#[test]
fn an_update_sends_only_what_changed() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let bodies = |world: &World| -> Vec<String> {
        world.simulator.requests().into_iter().filter(|r| r.operation == "update_partner").map(|r| r.body).collect()
    };
    world.configure(&partner("acme", "Acme", 0));
    world.apply(&[]).succeeds();
    assert_eq!(bodies(&world), [r#"{"allocatedCapacity":0}"#], "zero is sent, not left out");
    world.simulator.clear_requests();
    world.configure(&partner("acme", "Acme Two", 0));
    world.apply(&[]).succeeds();
    assert_eq!(bodies(&world), [r#"{"name":"Acme Two"}"#]);
    let reads = [world.count("list_contracts"), world.count("get_partner")];
    assert_eq!(reads, [0, 0], "a change of the name alone is one call");
    world.simulator.clear_requests();
    world.configure(&a_partner("acme", "Acme Two", 0).set("deletion_protection", true));
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 1, 0));
    assert_eq!(world.simulator.writes(), 0, "what the API does not have is not sent to it");
}

#[test]
fn drift_in_each_attribute_shows_and_is_put_right() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.simulator.rename_partner(&id, "Renamed by hand");
    world.simulator.resize_partner(&id, 3 * TB);
    world.simulator.set_partner_details(&id, "noted by hand");
    assert_eq!(world.plan(&[]).succeeds().changes(), (0, 1, 0));
    world.apply(&[]).succeeds();
    let partner = world.simulator.partner(&id).expect("it exists");
    assert_eq!((partner.name.as_str(), partner.allocated), ("Acme", 2 * TB));
    assert_eq!(world.state("impossiblecloud_partner.acme")["details"], "noted by hand");
    world.plans_nothing();

    world.simulator.delete_partner(&id);
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0), "what is gone is created again");
}

#[test]
fn a_move_in_the_console_shows_as_drift_and_is_never_a_replacement() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.simulator.move_partner(&id, OTHER_CONTRACT);
    assert_said!("moved_in_the_console", world.plan(&[]).fails().errors());
    world.configure(&partner_in(OTHER_CONTRACT, "acme", "Acme", "2e12"));
    world.plans_nothing();
}

#[test]
fn what_the_api_cannot_change_is_an_error_and_never_a_replacement() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.configure(&a_partner("acme", "Acme", 2 * TB).set("allow_overdraft", true));
    assert_said!("overdraft_changes", world.plan(&[]).fails().errors());
    world.configure(&partner_in(OTHER_CONTRACT, "acme", "Acme", "2e12"));
    assert_said!("contract_changes", world.plan(&[]).fails().errors());
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_protected_partner_is_neither_destroyed_nor_replaced() {
    let world = World::new();
    world.configure(&a_partner("acme", "Acme", 2 * TB).set("deletion_protection", true));
    world.apply(&[]).succeeds();
    assert_said!("protected_and_destroyed", world.plan(&["-destroy"]).fails().errors());
    let replace = world.plan(&["-replace=impossiblecloud_partner.acme"]);
    assert_said!("protected_and_replaced", replace.fails().errors());
    world.configure("");
    assert_said!("protected_and_removed", world.plan(&[]).fails().errors());
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    world.destroy().succeeds();
}

#[test]
fn a_name_that_exists_is_warned_of_without_a_command() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Acme", 2 * TB, false);
    world.configure(&partner("acme", "Acme", TB));
    assert_said!("name_exists", world.plan(&[]).succeeds().warnings(), "there" = &id);
}

#[test]
fn the_contract_may_be_left_out_when_there_is_only_one() {
    let world = World::new();
    world.configure(&Block::partner("acme", "Acme", TB));
    assert_said!("several_contracts", world.plan(&[]).fails().errors());
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn unit_slips_and_impossible_amounts_are_refused_at_plan_time() {
    let world = World::new();
    let mut said = Vec::new();
    for amount in ["5", "5000", "1 / 3", "-1", "1.5", "1e19"] {
        world.configure(&a_partner("acme", "Acme", 0).set("allocated_storage", expression(amount)));
        said.extend(world.plan(&[]).fails().errors());
    }
    assert_said!("amounts_that_cannot_be", said);
    world.configure(&a_partner("acme", "Acme", 250_000_000));
    assert_said!("very_small_amount", world.plan(&[]).succeeds().diagnostics());
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn an_existing_slip_is_left_alone() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Tiny", 5, false);
    world.configure(&partner("tiny", "Tiny", 5));
    world.run(&["import", "impossiblecloud_partner.tiny", &id]).succeeds();
    world.plans_nothing();
}

#[test]
fn an_import_says_what_it_wants() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.configure(&partner("acme", "Acme", TB));
    let by_name = world.run(&["import", "-no-color", "impossiblecloud_partner.acme", "Acme"]).fails();
    assert!(by_name.stderr.contains("Not the id of a partner"), "{by_name}");
    assert!(by_name.stderr.contains(&format!("terraform import impossiblecloud_partner.NAME {id}")), "{by_name}");
    let unknown = "00000000-0000-4000-8000-000000000000";
    let missing = world.run(&["import", "-no-color", "impossiblecloud_partner.acme", unknown]).fails();
    assert!(missing.stderr.contains(&format!("There is no partner {unknown}")), "{missing}");
}

#[test]
fn a_refresh_lists_the_partners_of_a_contract_once() {
    let world = World::new();
    let many: String = (0..30).map(|n| partner(&format!("p{n}"), &format!("Partner {n}"), 0)).collect();
    world.configure(&many);
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.plans_nothing();
    assert_eq!((world.count("list_partners"), world.count("get_partner"), world.simulator.writes()), (1, 0, 0));
    assert!(world.count("list_contracts") <= 1);
}
