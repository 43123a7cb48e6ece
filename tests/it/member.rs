//! The beats of a member's life.

use crate::world::{CONTRACT, TB, World};

fn member(partner: &str, rest: &str) -> String {
    format!(
        "resource \"impossiblecloud_partner_member\" \"eve\" \
         {{\n  partner_id = \"{partner}\"\n  email = \"eve@example.com\"\n{rest}\n}}\n"
    )
}

const ADDRESS: &str = "impossiblecloud_partner_member.eve";

#[test]
fn a_member_lives_from_create_to_destroy() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    let staff = member(&partner, "  role = \"staff\"\n  password = \"Secret-Word-1\"");
    world.configure(&staff);
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
    world.configure(&member(&partner, "  role = \"admin\"\n  password = \"Secret-Word-1\""));
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (1, 0, 1));
    let warning = &plan.warnings()[0];
    assert_eq!(warning.summary, "Member \"eve@example.com\" is replaced");
    assert_eq!(
        warning.detail,
        "The API cannot change a member, and its role changes from \"staff\" to \"admin\". The old member is deleted \
         and a new one is created, with a new id and the configured password."
    );
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
    let table = [
        ("  role = \"boss\"\n  password = \"Secret-Word-1\"", "Not a role"),
        ("  role = \"admin\"\n  password = \"short\"", "Not a password that the service takes"),
        ("  role = \"admin\"", "Member \"eve@example.com\" needs a password"),
        ("  role = \"admin\"\n  password_wo_version = 1", "Member \"eve@example.com\" needs a password"),
    ];
    for (rest, summary) in table {
        world.configure(&member(&partner, rest));
        let plan = world.plan(&[]).fails();
        assert_eq!(plan.errors()[0].summary, summary);
        assert!(!plan.to_string().contains("Secret-Word-1"));
    }
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn an_address_that_is_taken_is_named_by_the_plan_and_the_service_decides() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    let id = world.simulator.add_member(&partner, "eve@example.com", "Eve", "viewer");
    world.configure(&member(&partner, "  role = \"admin\"\n  password = \"Secret-Word-1\""));
    let plan = world.plan(&[]).succeeds();
    let [warning] = &plan.diagnostics()[..] else { panic!("{plan}") };
    assert_eq!(warning.summary, "The address of member \"eve@example.com\" seems to be taken");
    let held = format!(
        "Member {id} of partner {partner} has that address, and an address is one person's, so the service may refuse \
         it. If a block of this configuration had the member under another name, add a moved block. terraform state \
         list -id={id} shows which block has it; keep one of two. If no state has it and it is the one meant, the \
         guide on adopting says how to take it over."
    );
    assert_eq!(warning.detail, held);
    assert_eq!(world.simulator.writes(), 0);
    let apply = world.apply(&[]).fails();
    let error = apply.errors().remove(0);
    assert_eq!(error.summary, "Cannot create member \"eve@example.com\"", "{apply}");
    assert!(error.detail.contains("409") && error.detail.contains(&held), "{}", error.detail);
    assert_eq!(world.simulator.members(&partner).len(), 1);
}

#[test]
fn what_the_console_deleted_is_created_again_and_a_lost_partner_leaves_a_doubt() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.configure(&member(&partner, "  role = \"staff\"\n  password = \"Secret-Word-1\""));
    world.apply(&[]).succeeds();
    let id = world.id(ADDRESS);
    world.simulator.delete_member(&id);
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0));
    // Nothing here knows which contract the partner was in, so nothing proves that it is gone: another key would see
    // the same.
    world.simulator.delete_partner(&partner);
    for configuration in [member(&partner, "  role = \"staff\"\n  password = \"Secret-Word-1\""), String::new()] {
        world.configure(&configuration);
        let errors = world.plan(&[]).fails().errors();
        assert_eq!(errors[0].summary, format!("Cannot tell whether member \"eve@example.com\" ({id}) is gone"));
        assert!(errors[0].detail.contains(&format!("neither is its partner {partner}")), "{}", errors[0].detail);
        assert!(errors[0].detail.contains("let go of it with a removed block"), "{}", errors[0].detail);
    }
    if world.workspace.cli().version >= (1, 7) {
        world.configure(&format!("removed {{\n  from = {ADDRESS}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"));
        world.apply(&[]).succeeds();
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
        "data \"impossiblecloud_partner_members\" \"all\" {{ partner_id = \"{partner}\" }}\noutput \"emails\" \
         {{ value = data.impossiblecloud_partner_members.all.members[*].email }}\n"
    ));
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json", "emails"]).succeeds();
    assert_eq!(output.stdout.trim(), "[\"a@example.com\",\"b@example.com\"]");
}
