//! How few requests it takes, whatever the number of objects.

use std::time::Instant;

use crate::hcl::{Block, import};
use crate::world::{CONTRACT, OTHER_CONTRACT, World, partner_in};

/// Partners in both contracts, made in the console, with the blocks that import them: ids and configuration.
fn adopted(world: &World, count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        let contract = if n % 2 == 0 { CONTRACT } else { OTHER_CONTRACT };
        let id = world.simulator.add_partner(contract, &format!("Partner {n}"), 0, false);
        text += &import(&format!("impossiblecloud_partner.p{n}"), &id).to_string();
        text += &partner_in(contract, &format!("p{n}"), &format!("Partner {n}"), "0");
    }
    text
}

#[test]
fn hundreds_of_partners_are_imported_and_refreshed_out_of_lists() {
    let world = World::new();
    world.configure(&adopted(&world, 500));
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (0, 0, 0));
    assert!(world.simulator.reads() <= 6, "a plan that imports 500 partners sent {}", world.simulator.reads());
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.plans_nothing();
    assert!(world.simulator.reads() <= 4, "an empty plan sent {}", world.simulator.reads());
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_first_apply_sends_one_request_for_each_object() {
    let world = World::new();
    let text: String =
        (0..200).map(|n| partner_in(CONTRACT, &format!("p{n}"), &format!("Partner {n}"), "1e9")).collect();
    world.configure(&text);
    let began = Instant::now();
    assert_eq!(world.apply(&[]).succeeds().changes(), (200, 0, 0));
    assert_eq!((world.count("create_partner"), world.simulator.writes()), (200, 200));
    // What tells new from old is read again every ten seconds, which a slow machine may need.
    let allowed = 4 + usize::try_from(began.elapsed().as_secs() / 10).expect("a small number");
    assert!(world.simulator.reads() <= allowed, "{} reads", world.simulator.reads());
}

#[test]
fn members_are_refreshed_with_one_list_for_each_partner() {
    let world = World::new();
    let mut text = String::new();
    for p in 0..10 {
        let owner = world.simulator.add_partner(CONTRACT, &format!("Partner {p}"), 0, false);
        for m in 0..10 {
            let email = format!("m{m}@p{p}.example.com");
            let id = world.simulator.add_member(&owner, &email, "", "viewer");
            text += &import(&format!("impossiblecloud_partner_member.m{p}_{m}"), &format!("{owner}/{id}")).to_string();
            let member = Block::resource("partner_member", &format!("m{p}_{m}")).set("partner_id", &owner);
            text += &member.set("email", &email).set("role", "viewer").to_string();
        }
    }
    world.configure(&text);
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.plans_nothing();
    assert_eq!((world.count("list_members"), world.simulator.reads()), (10, 10));
}

#[test]
fn two_aliases_share_nothing_and_a_failed_list_is_asked_for_once() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Acme", 0, false);
    world.configure(&format!(
        r#"
provider "impossiblecloud" {{
  alias = "other"
}}

data "impossiblecloud_partner" "a" {{
  id = "{id}"
}}

data "impossiblecloud_partners" "b" {{
  provider    = impossiblecloud.other
  contract_id = "{CONTRACT}"
}}
"#
    ));
    world.plan(&[]).succeeds();
    assert_eq!((world.count("get_partner"), world.count("list_partners")), (1, 1));

    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_MAX_RETRIES", "0");
    world.configure(&adopted(&world, 20));
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    let broken = impossiblecloud_simulator::FaultKind::StatusBefore { status: 503, retry_after: None, body: None };
    world.simulator.fault(impossiblecloud_simulator::Fault::new("list_partners", broken).times(100));
    let plan = world.plan(&[]).fails();
    assert!(
        world.count("list_partners") <= 2,
        "each list was asked for once, not {} times",
        world.count("list_partners")
    );
    assert_eq!(plan.errors().len(), 20);
    world.simulator.clear_faults();
    world.plans_nothing();
}
