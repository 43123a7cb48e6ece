//! What a plan cannot know is a warning: parents that do not exist yet, private data of somebody else, and what
//! `terraform destroy` plans first.

use super::{always_plans, prints_no_import};
use crate::hcl::{Block, expression};
use crate::said::assert_said;
use crate::world::{CONTRACT, TB, World, a_partner, account, member, partner, partner_in, with};

/// What `mock_outputs` give to a stack that is not applied yet.
const MADE_UP: &str = "00000000-0000-4000-8000-000000000000";

const MEMBER_MORE: &str = r#"
  role     = "staff"
  password = "Secret-Word-1"
"#;

#[test]
fn a_parent_that_does_not_exist_yet_is_a_warning() {
    for mode in ["strict", "relaxed", "off"] {
        let mut world = World::new();
        world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", mode);
        let made_up = format!("\"{MADE_UP}\"");
        world.configure(
            &[
                member("ann", &made_up, "ann@example.com", MEMBER_MORE),
                account("shop", &made_up, "shop@example.com", ""),
            ]
            .concat(),
        );
        let said = always_plans(&world, &[], (2, 0, 0));
        assert_said!(format!("parent_that_does_not_exist_{mode}"), said);
        prints_no_import(&said);
        // The apply is certain.
        let apply = world.apply(&[]).fails();
        assert_eq!(apply.errors().len(), 2, "{apply}");
        assert_eq!(world.simulator.all_partners().len(), 2);
    }
}

/// A contract is somebody else's to make; the check needs its figures, and without the check it is a warning as well.
#[test]
fn a_contract_that_is_not_seen_is_an_error_of_the_check_alone() {
    let mut world = World::new();
    world.configure(&partner_in(MADE_UP, "acme", "Acme", "1e12"));
    assert_said!("contract_is_not_known", world.plan(&[]).fails().errors());
    world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "off");
    let said = always_plans(&world, &[], (1, 0, 0));
    assert_said!("contract_cannot_be_looked_into", said);
    let apply = world.apply(&[]).fails();
    assert!(!apply.errors().is_empty(), "{apply}");
}

/// A state whose objects were taken over from another provider keeps what that one wrote.
#[test]
fn private_data_of_another_provider_is_harmless() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Owner", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    let body = |bytes: u64| {
        [
            partner("acme", "Acme", bytes),
            member("ann", &owner_id, "ann@example.com", MEMBER_MORE),
            account("shop", &owner_id, "shop@example.com", ""),
        ]
        .concat()
    };
    world.configure(&body(TB));
    world.apply(&[]).succeeds();
    // "schema_version" and timeouts of another framework; bytes that are nothing; a number.
    for private in ["eyJzY2hlbWFfdmVyc2lvbiI6IjEiLCJlMmJmYjczMCI6eyJjcmVhdGUiOjYwfX0=", "/////w==", "Kg=="] {
        set_private(&world, private);
        world.plans_nothing();
        for replace in ["impossiblecloud_partner.acme", "impossiblecloud_partner_member.ann"] {
            let plan = world.plan(&[&format!("-replace={replace}")]).succeeds();
            assert_eq!(plan.changes(), (1, 0, 1), "{plan}");
        }
        let plan = world.plan(&["-replace=impossiblecloud_storage_account.shop"]).fails();
        assert_eq!(plan.errors()[0].summary, "Storage account \"Shop\" is not replaced", "{plan}");
    }
    set_private(&world, "Kg==");
    world.configure(&body(2 * TB));
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 1, 0));
    world.plans_nothing();
    world.destroy().succeeds();
}

/// Writes private data into every object of the state.
fn set_private(world: &World, private: &str) {
    let path = world.workspace.folder().join("terraform.tfstate");
    let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).expect("a state")).expect("JSON");
    for resource in state["resources"].as_array_mut().expect("resources") {
        resource["instances"][0]["private"] = private.into();
    }
    std::fs::write(&path, state.to_string()).expect("written");
}

/// Nothing that this provider says is kept in the state: Terraform copies it at each reference.
#[test]
fn nothing_of_a_plan_is_left_in_the_state() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", TB));
    world.apply(&[]).succeeds();
    world.apply(&["-replace=impossiblecloud_partner.acme"]).succeeds();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let state = std::fs::read_to_string(world.workspace.folder().join("terraform.tfstate")).expect("a state");
    assert!(!state.contains("\"private\""), "{state}");
}

#[test]
fn destroying_what_asks_too_much_is_told_of_refresh_false() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    world.configure(&[partner("acme", "Acme", 2 * TB), partner("more", "More", 60 * TB)].concat());
    let errors = world.destroy().fails().errors();
    assert_said!("destroy_of_what_asks_too_much", errors);
    world.run(&["destroy", "-json", "-auto-approve", "-refresh=false"]).succeeds();
    assert_eq!(world.simulator.partners(CONTRACT).len(), 2);
}

#[test]
fn destroying_beside_a_taken_address_is_told_of_refresh_false() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Owner", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    world.simulator.add_member(&owner, "ann@example.com", "Ann", "staff");
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    // A member's address is the service's to refuse, so nothing stands against the destroy.
    let ann = member("ann", &owner_id, "ann@example.com", MEMBER_MORE);
    world.configure(&[partner("acme", "Acme", 2 * TB), ann].concat());
    world.destroy().succeeds();

    world.simulator.add_account(Some(&owner), "Shop", "shop@example.com", TB);
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let shop = account("shop", &owner_id, "shop@example.com", "");
    world.configure(&[partner("acme", "Acme", 2 * TB), shop].concat());
    let errors = world.destroy().fails().errors();
    let account = world.simulator.accounts(Some(&owner)).remove(0).id;
    assert_said!("destroy_beside_a_taken_address", errors, "account" = &account, "partner" = &owner);
    world.run(&["destroy", "-json", "-auto-approve", "-refresh=false"]).succeeds();
    assert_eq!(world.simulator.accounts(Some(&owner))[0].pending_deleted_at, None);
}

/// Terraform hands a protected partner's deletion to the provider in every form: none of them passes.
#[test]
fn a_protected_partner_and_an_unknown_amount() {
    let world = World::new();
    world.configure(&with(&partner("acme", "Acme", TB), "deletion_protection = true"));
    world.apply(&[]).succeeds();
    let size = Block::new(r#"resource "terraform_data" "size""#).set("input", 2 * TB);
    let acme = a_partner("acme", "Acme", 0).set("allocated_storage", expression("terraform_data.size.output"));
    world.configure(&format!("{size}{}", acme.set("deletion_protection", true)));
    let errors = world.plan(&["-replace=impossiblecloud_partner.acme"]).fails().errors();
    assert_said!("protected_with_an_unknown_amount", errors);
    assert_eq!(world.apply(&[]).succeeds().changes(), (1, 1, 0));
    world.plans_nothing();
}
