//! The beats of a member's life.

use crate::world::{CONTRACT, TB, World};

fn member(partner: &str, rest: &str) -> String {
    format!(
        "resource \"impossiblecloud_partner_member\" \"eve\" {{\n  partner_id = \"{partner}\"\n  email = \"eve@example.com\"\n{rest}\n}}\n"
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
        "The API cannot change a member, and its role changes from \"staff\" to \"admin\". The old member is deleted and a new one is created, \
         with a new id and the configured password."
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
        ("  role = \"admin\"\n  password_wo_version = 1", "password_wo and password_wo_version belong together"),
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
fn an_address_that_is_taken_is_named_with_the_import_line() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    let id = world.simulator.add_member(&partner, "eve@example.com", "Eve", "viewer");
    world.configure(&member(&partner, "  role = \"admin\"\n  password = \"Secret-Word-1\""));
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "The address of member \"eve@example.com\" is taken");
    let line = format!("  terraform import impossiblecloud_partner_member.NAME {partner}/{id}\n");
    assert!(errors[0].detail.contains(&line), "{}", errors[0].detail);
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn what_the_console_deleted_is_created_again_and_a_lost_partner_takes_its_members_along() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.configure(&member(&partner, "  role = \"staff\"\n  password = \"Secret-Word-1\""));
    world.apply(&[]).succeeds();
    let id = world.id(ADDRESS);
    world.simulator.delete_member(&id);
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0));
    // Without the partner nothing can be created for it, and the plan says so before the apply does.
    world.simulator.delete_partner(&partner);
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, format!("Cannot look up the members of partner {partner}"));
    assert!(errors[0].detail.contains("404"), "{}", errors[0].detail);
    world.configure("");
    assert_eq!(world.plan(&[]).succeeds().changes(), (0, 0, 0), "the member is gone from the state's view too");
}

#[test]
fn members_are_listed() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.simulator.add_member(&partner, "b@example.com", "Beta", "viewer");
    world.simulator.add_member(&partner, "a@example.com", "Alpha", "admin");
    world.configure(&format!(
        "data \"impossiblecloud_partner_members\" \"all\" {{ partner_id = \"{partner}\" }}\noutput \"emails\" {{ value = \
         data.impossiblecloud_partner_members.all.members[*].email }}\n"
    ));
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json", "emails"]).succeeds();
    assert_eq!(output.stdout.trim(), "[\"a@example.com\",\"b@example.com\"]");
}
