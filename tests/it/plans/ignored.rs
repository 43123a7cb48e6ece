//! What `ignore_changes` hides: the configuration that a provider sees is not the one that was written.

use super::{always_plans, always_refuses};
use crate::world::{CONTRACT, TB, World, account, member, partner, with};

fn ignoring(block: &str, what: &str, first: bool) -> String {
    with(block, &format!("lifecycle {{\n    ignore_changes = [{what}]\n    create_before_destroy = {first}\n  }}"))
}

#[test]
fn the_role_of_a_member_changes_while_its_password_is_ignored() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let body = |role: &str, password: &str| {
        let more = format!("role = \"{role}\"\n  password = \"{password}\"");
        ignoring(&member("ann", &format!("\"{owner}\""), "ann@example.com", &more), "password", false)
    };
    world.configure(&body("staff", "Secret-Word-1"));
    world.apply(&[]).succeeds();
    world.configure(&body("admin", "Secret-Word-2"));
    let said = always_plans(&world, &[], (1, 0, 1));
    let [warning] = &said[..] else { panic!("{said:?}") };
    assert_eq!(warning.summary, "Member \"ann@example.com\" is replaced");
    assert!(warning.detail.contains("its role changes from \"staff\" to \"admin\"."), "{}", warning.detail);
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
    assert_eq!(said[0].summary, "Storage account \"Shop\" is not replaced", "{said:?}");
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
        assert_eq!(said[0].summary, "The deletion of partner \"Acme\" is forbidden", "{said:?}");
        let named: Vec<_> = world.simulator.partners(CONTRACT).into_iter().filter(|it| it.name == "Acme").collect();
        assert_eq!((named.len(), named[0].id.as_str()), (1, id.as_str()));
    }
}
