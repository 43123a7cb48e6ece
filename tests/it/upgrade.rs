//! States of earlier versions, and of the same objects under another address of the provider, are read as they are.

use crate::world::{CONTRACT, TB, World, a_partner, partner};

/// A state of schema version 0, as it was before members and accounts had `timeouts` and accounts
/// `deletion_protection`.
const SCHEMA_0: &str = include_str!("states/schema_0.tfstate");

/// The configuration of that state.
const CONFIGURATION: &str = r#"
resource "impossiblecloud_partner" "acme" {
  name              = "Acme"
  allocated_storage = 5e12
  contract_id       = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3"
}

resource "impossiblecloud_partner_member" "ann" {
  partner_id = impossiblecloud_partner.acme.id
  email      = "ann@example.com"
  role       = "admin"
  name       = "Ann"
  password   = "Abcdefg1!"
}

resource "impossiblecloud_storage_account" "shop" {
  partner_id        = impossiblecloud_partner.acme.id
  name              = "Shop"
  allocated_storage = 1e12
  contact_email     = "shop@example.com"
  password          = "Abcdefg1!"
}
"#;

#[test]
fn a_state_of_each_schema_version_is_read() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let member = world.simulator.add_member(&partner, "ann@example.com", "Ann", "admin");
    let account = world.simulator.add_account(Some(&partner), "Shop", "shop@example.com", TB);
    let state = SCHEMA_0.replace("PARTNER", &partner).replace("MEMBER", &member).replace("ACCOUNT", &account);
    world.workspace.write("terraform.tfstate", &state).expect("written");
    world.configure(CONFIGURATION);
    world.plans_nothing();
    world.apply(&[]).succeeds();
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_state_under_another_address_of_the_provider_is_taken_over() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    let path = world.workspace.folder().join("terraform.tfstate");
    let state = std::fs::read_to_string(path).expect("a state");
    let elsewhere = state.replace("/impossiblecloud/impossiblecloud", "/mirrored/impossiblecloud");
    assert_ne!(state, elsewhere);
    world.workspace.write("terraform.tfstate", &elsewhere).expect("written");
    world.simulator.clear_requests();
    world
        .run(&[
            "state",
            "replace-provider",
            "-auto-approve",
            "mirrored/impossiblecloud",
            "impossiblecloud/impossiblecloud",
        ])
        .succeeds();
    world.configure(&a_partner("acme", "Acme", 2 * TB).set("count", 1));
    assert_eq!(world.plan(&[]).succeeds().changes(), (0, 0, 0), "it moves");
    world.apply(&[]).succeeds();
    assert_eq!((world.id("impossiblecloud_partner.acme[0]"), world.simulator.writes()), (id, 0));
}
