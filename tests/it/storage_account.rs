//! The beats of a storage account's life, with both kinds of key.

use impossiblecloud_simulator::CHANNEL_PARTNER_KEY;

use crate::hcl::{Block, expression};
use crate::said::assert_said;
use crate::world::{CONTRACT, TB, World, a_partner};

const ADDRESS: &str = "impossiblecloud_storage_account.shop";
const PASSWORD: &str = "Secret-Word-1";

/// An account of a partner, or of the key's own channel partner.
fn account(partner: Option<&str>, name: &str, bytes: u64) -> Block {
    let account = Block::resource("storage_account", "shop")
        .set("name", name)
        .set("allocated_storage", bytes)
        .set("contact_email", "shop@example.com")
        .set("password", PASSWORD);
    match partner {
        Some(id) => account.set("partner_id", id),
        None => account,
    }
}

#[test]
fn an_account_lives_from_create_to_destroy_with_both_kinds_of_key() {
    for own in [false, true] {
        let mut world = World::new();
        let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        let partner = (!own).then_some(partner.as_str());
        if own {
            world.workspace.set("IMPOSSIBLECLOUD_API_KEY", CHANNEL_PARTNER_KEY);
        }
        world.configure(&account(partner, "Shop", TB));
        world.apply(&[]).succeeds();
        world.plans_nothing();
        let state = world.state(ADDRESS);
        assert_eq!((&state["allocation"], &state["pending_deleted_at"]), (&"1 TB".into(), &serde_json::Value::Null));
        let id = state["id"].as_str().expect("an id").to_owned();
        let import_id = partner.map_or(id.clone(), |partner| format!("{partner}/{id}"));

        world.run(&["state", "rm", ADDRESS]).succeeds();
        world.run(&["import", ADDRESS, &import_id]).succeeds();
        world.simulator.clear_requests();
        assert_eq!(world.apply(&[]).succeeds().changes(), (0, 1, 0), "the password is recorded");
        assert_eq!(world.simulator.writes(), 0);
        assert_eq!(world.state(ADDRESS), state);
        world.plans_nothing();

        let destroy = world.destroy().succeeds();
        let account = world.simulator.accounts(partner).remove(0);
        let until = account.pending_deleted_at.expect("it is scheduled");
        let key = if own { "own" } else { "distributor" };
        assert_said!(format!("deletion_scheduled_{key}"), destroy.warnings(), "account" = &id, "until" = &until);

        // The address stays taken: creating it again names the account and the way back, and the service decides.
        world.configure(&self::account(partner, "Shop", TB));
        let (owner, plan) = (partner.unwrap_or("none"), world.plan(&[]).succeeds().diagnostics());
        let said = [plan, world.apply(&[]).fails().errors()].concat();
        assert_said!(format!("address_taken_{key}"), said, "account" = &id, "until" = &until, "partner" = owner);
        assert_eq!(world.simulator.accounts(partner).len(), 1);
    }
}

#[test]
fn changes_and_replacements_are_refused_at_plan_time() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let configuration = account(Some(&partner), "Shop", TB);
    world.configure(&configuration);
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    let id = world.id(ADDRESS);
    let refused = |block: Block, arguments: &[&str]| {
        world.configure(&block);
        world.plan(arguments).fails().errors()
    };
    let error = refused(account(Some(&partner), "Other", 2 * TB), &[]);
    assert_said!("account_changes", error, "account" = &id);
    let error = refused(configuration.clone().set("contact_email", "store@example.com"), &[]);
    assert_said!("account_changes_its_address", error, "account" = &id);
    let error = refused(configuration.clone().set("allow_overdraft", true), &[]);
    assert_said!("account_changes_its_overdraft", error, "account" = &id);
    let error = refused(configuration.clone().set("password", "Another-Word-2"), &[]);
    assert_said!("account_changes_its_password", error, "account" = &id);
    let error = refused(configuration.clone(), &[&format!("-replace={ADDRESS}")]);
    assert_said!("account_is_not_replaced", error, "account" = &id);
    assert_eq!(world.simulator.writes(), 0);

    // What the console changed shows as drift, with the same message.
    world.simulator.resize_account(&id, 3 * TB);
    let error = refused(configuration, &[]);
    assert_said!("account_was_changed", error, "account" = &id);
    world.configure(&account(Some(&partner), "Shop", 3 * TB));
    world.plans_nothing();
}

#[test]
fn one_that_somebody_scheduled_stays_with_a_warning() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.configure(&account(Some(&partner), "Shop", TB));
    world.apply(&[]).succeeds();
    let id = world.id(ADDRESS);
    world.simulator.schedule_account(&id);
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (0, 0, 0));
    let until = world.simulator.accounts(Some(&partner)).remove(0).pending_deleted_at.expect("it is scheduled");
    assert_said!("account_is_scheduled", plan.diagnostics(), "account" = &id, "until" = &until);
    world.simulator.reactivate_account(&id);
    assert_eq!(world.plan(&[]).succeeds().warnings(), []);
    world.simulator.purge_account(&id);
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0));
}

#[test]
fn accounts_are_checked_against_their_partner() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.simulator.add_account(Some(&partner), "First", "first@example.com", 3 * TB);
    world.configure(&account(Some(&partner), "Shop", 2 * TB));
    assert_eq!(world.plan(&[]).succeeds().diagnostics(), []);
    world.configure(&account(Some(&partner), "Shop", 3 * TB));
    assert_said!("account_asks_too_much", world.plan(&[]).fails().errors(), "partner" = &partner);
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_partner_that_grows_in_the_same_plan_counts_as_it_will_be() {
    let world = World::new();
    let partner = |bytes: u64| a_partner("acme", "Acme", bytes);
    let account =
        |bytes: u64| account(None, "Shop", bytes).set("partner_id", expression("impossiblecloud_partner.acme.id"));
    world.configure(&partner(5 * TB));
    world.apply(&[]).succeeds();
    world.configure(&format!("{}{}", partner(9 * TB), account(8 * TB)));
    assert_eq!(world.plan(&[]).succeeds().diagnostics(), []);
    world.apply(&[]).succeeds();
    world.plans_nothing();
}

#[test]
fn a_partner_with_accounts_is_not_deleted_and_the_refusal_is_readable() {
    let world = World::new();
    world.configure(&a_partner("acme", "Acme", 5 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.simulator.add_account(Some(&id), "Shop", "shop@example.com", TB);
    let destroy = world.destroy().fails();
    let account = world.simulator.accounts(Some(&id)).remove(0).id;
    assert_said!("partner_with_accounts", destroy.errors(), "partner" = &id, "account" = &account);
    world.plans_nothing();
}

#[test]
fn accounts_are_listed() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.simulator.add_account(Some(&partner), "B", "b@example.com", TB);
    world.simulator.add_account(Some(&partner), "A", "a@example.com", 0);
    world.configure(&format!(
        r#"
data "impossiblecloud_storage_accounts" "all" {{
  partner_id = "{partner}"
}}

output "all" {{
  value = [
    for account in data.impossiblecloud_storage_accounts.all.storage_accounts :
    "${{account.name}} ${{account.allocation}}"
  ]
}}
"#
    ));
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json", "all"]).succeeds();
    assert_eq!(output.stdout.trim(), "[\"A pay-per-use\",\"B 1 TB\"]");
}
