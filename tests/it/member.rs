//! The beats of a member's life.

use crate::hcl::{Block, let_go};
use crate::said::assert_said;
use crate::world::{CONTRACT, TB, World};

fn member(partner: &str, role: &str) -> Block {
    let member = Block::resource("partner_member", "eve").set("partner_id", partner).set("email", "eve@example.com");
    member.set("role", role).set("password", "Secret-Word-1")
}

const ADDRESS: &str = "impossiblecloud_partner_member.eve";

#[test]
fn a_member_lives_from_create_to_destroy() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.configure(&member(&partner, "staff"));
    world.apply(&[]).succeeds();
    world.plans_nothing();
    let state = world.state(ADDRESS);
    let id = state["id"].as_str().expect("an id").to_owned();
    assert_eq!(world.simulator.members(&partner)[0].role, "staff");

    // After an import the password is recorded in place, and nothing is called.
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world.run(&["import", ADDRESS, &format!("{partner}/{id}")]).succeeds();
    world.simulator.clear_requests();
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 1, 0));
    assert_eq!(world.simulator.writes(), 0);
    assert_eq!(world.state(ADDRESS), state);
    world.plans_nothing();

    // Every change replaces, and the plan says why.
    world.configure(&member(&partner, "admin"));
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (1, 0, 1));
    assert_said!("member_is_replaced", plan.diagnostics());
    world.apply(&[]).succeeds();
    assert_ne!(world.state(ADDRESS)["id"], id);
    world.plans_nothing();

    // A name that the console gave is left alone while the configuration has none.
    let id = world.id(ADDRESS);
    world.simulator.edit_member(&id, "Eve by hand", "admin");
    world.plans_nothing();

    world.destroy().succeeds();
    assert!(world.simulator.members(&partner).is_empty());
}

#[test]
fn mistakes_are_found_at_plan_time() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    let admin = member(&partner, "admin");
    let mut said = Vec::new();
    for block in [
        member(&partner, "boss"),
        admin.clone().set("password", "short"),
        admin.clone().without("password"),
        admin.without("password").set("password_wo_version", 1),
    ] {
        world.configure(&block);
        let plan = world.plan(&[]).fails();
        assert!(!plan.to_string().contains("Secret-Word-1"));
        said.extend(plan.errors());
    }
    assert_said!("member_mistakes", said);
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn an_address_that_is_taken_is_named_by_the_plan_and_the_service_decides() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    let id = world.simulator.add_member(&partner, "eve@example.com", "Eve", "viewer");
    world.configure(&member(&partner, "admin"));
    let plan = world.plan(&[]).succeeds();
    assert_said!("member_address_taken", plan.diagnostics(), "member" = &id, "partner" = &partner);
    assert_eq!(world.simulator.writes(), 0);
    let apply = world.apply(&[]).fails();
    assert_said!("member_address_refused", apply.errors(), "member" = &id, "partner" = &partner);
    assert_eq!(world.simulator.members(&partner).len(), 1);
}

#[test]
fn what_the_console_deleted_is_created_again_and_a_lost_partner_leaves_a_doubt() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.configure(&member(&partner, "staff"));
    world.apply(&[]).succeeds();
    let id = world.id(ADDRESS);
    world.simulator.delete_member(&id);
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0));
    // Nothing here knows which contract the partner was in, so nothing proves that it is gone: another key would see
    // the same.
    world.simulator.delete_partner(&partner);
    for (how, configuration) in [("with_its_block", member(&partner, "staff").to_string()), ("alone", String::new())] {
        world.configure(&configuration);
        let errors = world.plan(&[]).fails().errors();
        assert_said!(format!("member_of_a_lost_partner_{how}"), errors, "member" = &id, "partner" = &partner);
    }
    if world.workspace.cli().version >= (1, 7) {
        world.configure(&let_go(ADDRESS));
        // As the message says: some read what they let go of.
        world.apply(if world.reads_what_it_lets_go() { &["-refresh=false"] } else { &[] }).succeeds();
        world.configure("");
        world.plans_nothing();
    }
}

#[test]
fn members_are_listed() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.simulator.add_member(&partner, "b@example.com", "Beta", "viewer");
    world.simulator.add_member(&partner, "a@example.com", "Alpha", "admin");
    world.configure(&format!(
        r#"
data "impossiblecloud_partner_members" "all" {{
  partner_id = "{partner}"
}}

output "emails" {{
  value = data.impossiblecloud_partner_members.all.members[*].email
}}
"#
    ));
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json", "emails"]).succeeds();
    assert_eq!(output.stdout.trim(), "[\"a@example.com\",\"b@example.com\"]");
}
