use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, Fault, FaultKind};
use serde_json::{Value, json};

use super::outputs;
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World};

/// A data source and an output of it.
fn data(kind: &str, arguments: &str) -> String {
    format!(
        "data \"impossiblecloud_{kind}\" \"x\" {{\n{arguments}\n}}\noutput \"x\" \
         {{ value = data.impossiblecloud_{kind}.x }}\n"
    )
}

#[track_caller]
fn found(world: &World, kind: &str, arguments: &str) -> Value {
    world.configure(&data(kind, arguments));
    outputs(world)["x"]["value"].take()
}

/// The summary and the detail of the only error of a plan.
#[track_caller]
fn refused(world: &World, kind: &str, arguments: &str) -> (String, String) {
    world.configure(&data(kind, arguments));
    let plan = world.plan(&[]).fails();
    assert_eq!(plan.errors().len(), 1, "{plan}");
    let error = plan.errors().remove(0);
    (error.summary, error.detail)
}

#[test]
fn one_account_is_found_by_id_or_name() {
    let world = World::new();
    let acme = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let shop = world.simulator.add_account(Some(&acme), "Shop", "shop@example.com", TB);
    let lab = world.simulator.add_account(Some(&acme), "Lab", "lab@example.com", 0);
    world.simulator.schedule_account(&lab);
    let by = |arguments: &str| found(&world, "storage_account", &format!("partner_id = \"{acme}\"\n{arguments}"));
    let account = by("name = \"Shop\"");
    assert_eq!((&account["id"], &account["partner_id"]), (&json!(shop), &json!(acme)));
    assert_eq!((&account["allocation"], &account["contact_email"]), (&json!("1 TB"), &json!("shop@example.com")));
    assert_eq!(by(&format!("id = \"{shop}\"")), account);
    assert_eq!(by("name = \"shop\"")["name"], "Shop", "as people write it");
    assert!(by(&format!("id = \"{lab}\""))["pending_deleted_at"].is_string());

    let refused =
        |arguments: &str| refused(&world, "storage_account", &format!("partner_id = \"{acme}\"\n{arguments}"));
    let there = format!(
        "Partner {acme} has no such storage account. It has:\n\n  {lab}  \"Lab\", pay-per-use, deletion \
         scheduled\n  {shop}  \"Shop\", 1 TB"
    );
    assert_eq!(refused("name = \"Nobody\""), ("There is no storage account \"Nobody\"".into(), there.clone()));
    assert_eq!(refused("id = \"1\""), ("There is no storage account 1".into(), there));
    let other = world.simulator.add_account(Some(&acme), "Shop", "other@example.com", 0);
    let mut lines = [format!("  {shop}  \"Shop\", 1 TB"), format!("  {other}  \"Shop\", pay-per-use")];
    lines.sort();
    let several = format!("Use the id of one of them:\n\n{}", lines.join("\n"));
    assert_eq!(refused("name = \"Shop\""), ("Several storage accounts are named \"Shop\"".into(), several));
    for arguments in ["", "name = \"Shop\"\nid = \"1\""] {
        assert_eq!(refused(arguments).0, "A storage account is looked up by id or by name");
    }
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_channel_partner_finds_its_own_account() {
    let mut world = World::new();
    let shop = world.simulator.add_account(None, "Shop", "shop@example.com", TB);
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", CHANNEL_PARTNER_KEY);
    assert_eq!(found(&world, "storage_account", "name = \"Shop\"")["id"], json!(shop));
    let all = found(&world, "storage_accounts", "");
    assert_eq!(
        (&all["storage_accounts"][0]["id"], &all["storage_accounts"][0]["partner_id"]),
        (&json!(shop), &Value::Null)
    );
    let (_, detail) = refused(&world, "storage_account", "name = \"Lab\"");
    assert!(detail.starts_with("The channel partner of this API key has no such storage account."), "{detail}");
    assert_eq!(refused(&world, "partner_members", "").0, "Cannot list the contracts");
}

#[test]
fn one_member_is_found_by_id_or_address() {
    let world = World::new();
    let acme = world.simulator.add_partner(CONTRACT, "Acme", 0, false);
    let ada = world.simulator.add_member(&acme, "ada@example.com", "Ada", "admin");
    let by = |arguments: &str| found(&world, "partner_member", &format!("partner_id = \"{acme}\"\n{arguments}"));
    let member = by("email = \"Ada@example.com\"");
    assert_eq!(
        member,
        json!({"id": ada, "partner_id": acme, "email": "ada@example.com", "name": "Ada", "role": "admin"})
    );
    assert_eq!(by(&format!("id = \"{ada}\"")), member);
    let refused = |arguments: &str| refused(&world, "partner_member", &format!("partner_id = \"{acme}\"\n{arguments}"));
    let there = format!("Partner {acme} has no such member. It has:\n\n  {ada}  ada@example.com, admin");
    assert_eq!(
        refused("email = \"bea@example.com\""),
        ("There is no member \"bea@example.com\"".into(), there.clone())
    );
    assert_eq!(refused(&format!("id = \"{acme}\"")), (format!("There is no member {acme}"), there));
    assert_eq!(refused("").0, "A member is looked up by id or by email");
    world.simulator.set_switch("duplicate_member_email", "accept");
    world.simulator.add_member(&acme, "ada@example.com", "Ada", "viewer");
    let (summary, detail) = refused("email = \"ada@example.com\"");
    assert_eq!(summary, "Several members have the address \"ada@example.com\"");
    assert!(detail.contains(&format!("  {ada}  ada@example.com, admin")), "{detail}");
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
    let (one, everywhere) = (format!("contract_id = \"{CONTRACT}\""), String::new());
    for (kind, list, operation) in [
        ("partner_members", "members", "list_members"),
        ("storage_accounts", "storage_accounts", "list_partner_accounts"),
    ] {
        for (arguments, count) in [(&one, 11), (&everywhere, 12)] {
            world.configure(&data(kind, arguments));
            world.simulator.clear_requests();
            let all = outputs(&world)["x"]["value"].take();
            assert_eq!(owners(&all[list]), expected[..count], "{kind} {arguments}");
            // The sample's two partners are asked, too.
            assert_eq!(world.count(operation), count + 2, "{kind} {arguments}");
        }
        assert_eq!(
            refused(&world, kind, &format!("{one}\npartner_id = \"{CONTRACT}\"")).0,
            "A partner or a contract, not both"
        );
        // A list that lacks one partner's would pass for a whole one.
        let broken = FaultKind::StatusBefore { status: 403, retry_after: None, body: None };
        world.simulator.fault(Fault::new(operation, broken).skip(5));
        let (summary, _) = refused(&world, kind, &one);
        assert!(summary.starts_with("Cannot list the "), "{summary}");
        world.simulator.clear_faults();
    }
}
