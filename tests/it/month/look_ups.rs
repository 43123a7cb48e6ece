use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, Fault, FaultKind};
use serde_json::{Value, json};
use terraform_cli::Diagnostic;

use super::outputs;
use crate::hcl::{Block, output};
use crate::said::assert_said;
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World};

/// An account of a partner.
fn account_of(partner: &str) -> Block {
    Block::data("storage_account", "x").set("partner_id", partner)
}

/// A data source, whose label is `x`, and an output of it.
fn data(kind: &str, block: &Block) -> String {
    format!("{block}{}", output("x", &format!("data.impossiblecloud_{kind}.x")))
}

#[track_caller]
fn found(world: &World, kind: &str, block: &Block) -> Value {
    world.configure(&data(kind, block));
    outputs(world)["x"]["value"].take()
}

/// The only error of a plan.
#[track_caller]
fn refused(world: &World, block: &Block) -> Diagnostic {
    world.configure(&block);
    let plan = world.plan(&[]).fails();
    assert_eq!(plan.errors().len(), 1, "{plan}");
    plan.errors().remove(0)
}

#[test]
fn one_account_is_found_by_id_or_name() {
    let world = World::new();
    let acme = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let shop = world.simulator.add_account(Some(&acme), "Shop", "shop@example.com", TB);
    let lab = world.simulator.add_account(Some(&acme), "Lab", "lab@example.com", 0);
    world.simulator.schedule_account(&lab);
    let by = |name: &str, value: &str| found(&world, "storage_account", &account_of(&acme).set(name, value));
    let account = by("name", "Shop");
    assert_eq!((&account["id"], &account["partner_id"]), (&json!(shop), &json!(acme)));
    assert_eq!((&account["allocation"], &account["contact_email"]), (&json!("1 TB"), &json!("shop@example.com")));
    assert_eq!(by("id", &shop), account);
    assert_eq!(by("name", "shop")["name"], "Shop", "as people write it");
    assert!(by("id", &lab)["pending_deleted_at"].is_string());

    let mut said = Vec::new();
    for block in [account_of(&acme).set("name", "Nobody"), account_of(&acme).set("id", "1")] {
        said.push(refused(&world, &block));
    }
    let shops = account_of(&acme).set("name", "Shop");
    for block in [account_of(&acme), shops.clone().set("id", "1")] {
        said.push(refused(&world, &block));
    }
    assert_said!("account_that_cannot_be_told", said, "partner" = &acme, "shop" = &shop, "lab" = &lab);
    let other = world.simulator.add_account(Some(&acme), "Shop", "other@example.com", 0);
    let several = refused(&world, &shops);
    assert_eq!(several.summary, "Several storage accounts are named \"Shop\"");
    // They are in the order of their ids, which are drawn.
    let mut lines = [format!("  {shop}  \"Shop\", 1 TB"), format!("  {other}  \"Shop\", pay-per-use")];
    lines.sort();
    assert_eq!(several.detail, format!("Use the id of one of them:\n\n{}", lines.join("\n")));
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_channel_partner_finds_its_own_account() {
    let mut world = World::new();
    let shop = world.simulator.add_account(None, "Shop", "shop@example.com", TB);
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", CHANNEL_PARTNER_KEY);
    assert_eq!(
        found(&world, "storage_account", &Block::data("storage_account", "x").set("name", "Shop"))["id"],
        json!(shop)
    );
    let all = found(&world, "storage_accounts", &Block::data("storage_accounts", "x"));
    assert_eq!(
        (&all["storage_accounts"][0]["id"], &all["storage_accounts"][0]["partner_id"]),
        (&json!(shop), &Value::Null)
    );
    let lab = refused(&world, &Block::data("storage_account", "x").set("name", "Lab"));
    let members = refused(&world, &Block::data("partner_members", "x"));
    assert_said!("not_for_a_channel_partner", [lab, members], "shop" = &shop);
}

#[test]
fn one_member_is_found_by_id_or_address() {
    let world = World::new();
    let acme = world.simulator.add_partner(CONTRACT, "Acme", 0, false);
    let ada = world.simulator.add_member(&acme, "ada@example.com", "Ada", "admin");
    let member_of_acme = || Block::data("partner_member", "x").set("partner_id", &acme);
    let by = |name: &str, value: &str| found(&world, "partner_member", &member_of_acme().set(name, value));
    let member = by("email", "Ada@example.com");
    assert_eq!(
        member,
        json!({"id": ada, "partner_id": acme, "email": "ada@example.com", "name": "Ada", "role": "admin"})
    );
    assert_eq!(by("id", &ada), member);
    let mut said = Vec::new();
    for block in [member_of_acme().set("email", "bea@example.com"), member_of_acme().set("id", &acme), member_of_acme()]
    {
        said.push(refused(&world, &block));
    }
    assert_said!("member_that_cannot_be_told", said, "partner" = &acme, "ada" = &ada);
    world.simulator.set_switch("duplicate_member_email", "accept");
    let other = world.simulator.add_member(&acme, "ada@example.com", "Ada", "viewer");
    let several = refused(&world, &member_of_acme().set("email", "ada@example.com"));
    assert_eq!(several.summary, "Several members have the address \"ada@example.com\"");
    for line in [format!("  {ada}  ada@example.com, admin"), format!("  {other}  ada@example.com, viewer")] {
        assert!(several.detail.contains(&line), "{}", several.detail);
    }
}

#[test]
fn all_of_a_contract_are_listed_with_one_request_for_each_partner() {
    let world = World::new();
    let mut expected = Vec::new();
    for n in 0..12 {
        let contract = if n == 11 { OTHER_CONTRACT } else { CONTRACT };
        let partner = world.simulator.add_partner(contract, &format!("P{n}"), 0, false);
        world.simulator.add_member(&partner, &format!("m{n}@example.com"), &format!("M{n:02}"), "staff");
        world.simulator.add_account(Some(&partner), &format!("A{n:02}"), &format!("a{n}@example.com"), 0);
        expected.push(json!(partner));
    }
    let owners =
        |all: &Value| all.as_array().expect("a list").iter().map(|one| one["partner_id"].clone()).collect::<Vec<_>>();
    for (kind, list, operation) in [
        ("partner_members", "members", "list_members"),
        ("storage_accounts", "storage_accounts", "list_partner_accounts"),
    ] {
        let everywhere = Block::data(kind, "x");
        let one = everywhere.clone().set("contract_id", CONTRACT);
        for (block, count) in [(&one, 11), (&everywhere, 12)] {
            world.configure(&data(kind, block));
            world.simulator.clear_requests();
            let all = outputs(&world)["x"]["value"].take();
            assert_eq!(owners(&all[list]), expected[..count], "{block}");
            // The sample's two partners are asked, too.
            assert_eq!(world.count(operation), count + 2, "{block}");
        }
        let both = refused(&world, &one.clone().set("partner_id", CONTRACT));
        assert_said!(format!("partner_and_contract_for_{kind}"), [both]);
        // A list that lacks one partner's would pass for a whole one.
        let broken = FaultKind::StatusBefore { status: 403, retry_after: None, body: None };
        world.simulator.fault(Fault::new(operation, broken).skip(5));
        let lacks = refused(&world, &one);
        assert!(lacks.summary.starts_with("Cannot list the "), "{}", lacks.summary);
        world.simulator.clear_faults();
    }
}
