//! What `ignore_changes` hides: the configuration that a provider sees is not the one that was written.

use super::{always_plans, always_refuses};
use crate::hcl::{Block, expression};
use crate::said::assert_said;
use crate::world::{CONTRACT, TB, World, account, partner, with};

fn ignoring(block: &str, what: &str, first: bool) -> String {
    let lifecycle = Block::new("lifecycle").set("ignore_changes", expression(&format!("[{what}]")));
    with(block, &lifecycle.set("create_before_destroy", first).to_string())
}

#[test]
fn the_role_of_a_member_changes_while_its_password_is_ignored() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let body = |role: &str, password: &str| {
        let ann = Block::resource("partner_member", "ann").set("partner_id", &owner).set("email", "ann@example.com");
        ignoring(&ann.set("role", role).set("password", password).to_string(), "password", false)
    };
    world.configure(&body("staff", "Secret-Word-1"));
    world.apply(&[]).succeeds();
    world.configure(&body("admin", "Secret-Word-2"));
    let said = always_plans(&world, &[], (1, 0, 1));
    assert_said!("member_is_replaced_with_an_ignored_password", said);
    world.apply(&[]).succeeds();
    world.plans_nothing();
    assert_eq!(world.simulator.members(&owner)[0].role, "admin");
}

#[test]
fn an_account_is_not_replaced_while_its_address_is_ignored() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let body = |email: &str| ignoring(&account("shop", &format!("\"{owner}\""), email, ""), "contact_email", false);
    world.configure(&body("shop@example.com"));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_storage_account.shop");
    world.configure(&body("store@example.com"));
    world.plans_nothing();
    let said = always_refuses(&world, &["-replace=impossiblecloud_storage_account.shop"]);
    assert_said!("account_is_not_replaced_with_an_ignored_address", said, "account" = &id);
    let accounts = world.simulator.accounts(Some(&owner));
    assert_eq!((accounts.len(), accounts[0].id.as_str()), (1, id.as_str()));
    assert_eq!(accounts[0].pending_deleted_at, None);

    // A tainted one comes without a word of what it replaces; a live account is not scheduled for deletion all the
    // same.
    world.configure(&body("shop@example.com"));
    world.run(&["taint", "impossiblecloud_storage_account.shop"]).succeeds();
    let said = always_refuses(&world, &[]);
    assert!(said.iter().any(|said| said.summary == "The address of storage account \"Shop\" is taken"), "{said:?}");
}

#[test]
fn a_protected_partner_is_not_replaced_while_its_amount_is_ignored() {
    for first in [false, true] {
        let world = World::new();
        let body = |bytes: u64| {
            ignoring(&with(&partner("acme", "Acme", bytes), "deletion_protection = true"), "allocated_storage", first)
        };
        world.configure(&body(2 * TB));
        world.apply(&[]).succeeds();
        let id = world.id("impossiblecloud_partner.acme");
        world.configure(&body(3 * TB));
        let said = always_refuses(&world, &["-replace=impossiblecloud_partner.acme"]);
        assert_said!("protected_with_an_ignored_amount", said);
        let named: Vec<_> = world.simulator.partners(CONTRACT).into_iter().filter(|it| it.name == "Acme").collect();
        assert_eq!((named.len(), named[0].id.as_str()), (1, id.as_str()));
    }
}
