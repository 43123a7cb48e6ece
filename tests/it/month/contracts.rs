use serde_json::json;

use super::{outputs, summary_of_march};
use crate::hcl::Block;
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World};

const ACME: &str = "impossiblecloud_partner.acme";

/// One partner of the default contract, and the exception.
fn two_contracts() -> World {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_CONTRACT_ID", CONTRACT);
    let (acme, exception) = (Block::partner("acme", "Acme", TB), Block::partner("other", "Other", TB));
    world.configure(&format!("{acme}{}", exception.set("contract_id", OTHER_CONTRACT)));
    world
}

#[test]
fn a_default_and_an_exception_plan_nothing_after_apply_import_and_move() {
    let world = two_contracts();
    assert_eq!(world.apply(&[]).succeeds().changes(), (2, 0, 0));
    world.plans_nothing();
    let contract = |address: &str| world.state(address)["contract_id"].clone();
    assert_eq!((contract(ACME), contract("impossiblecloud_partner.other")), (json!(CONTRACT), json!(OTHER_CONTRACT)));

    for address in [ACME, "impossiblecloud_partner.other"] {
        let id = world.id(address);
        world.run(&["state", "rm", address]).succeeds();
        world.run(&["import", address, &id]).succeeds();
    }
    world.plans_nothing();

    let acme = world.id(ACME);
    world.simulator.move_partner(&acme, OTHER_CONTRACT);
    world.plans_nothing();
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 0, 0));
    assert_eq!(contract(ACME), json!(OTHER_CONTRACT), "it is where it was moved to");
    assert_eq!(world.simulator.partner(&acme).map(|partner| partner.contract_id), Some(OTHER_CONTRACT.into()));
}

#[test]
fn another_default_moves_nobody_and_is_taken_by_the_next_creation() {
    let mut world = two_contracts();
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.workspace.set("IMPOSSIBLECLOUD_CONTRACT_ID", OTHER_CONTRACT);
    world.plans_nothing();
    // The block counts more than the environment, and a change in place stays where the partner is.
    let provider = Block::new(r#"provider "impossiblecloud""#).set("contract_id", OTHER_CONTRACT);
    let (raised, next) = (Block::partner("acme", "Acme", 2 * TB), Block::partner("next", "Next", TB));
    world.configure(&format!("{provider}{raised}{next}"));
    world.workspace.set("IMPOSSIBLECLOUD_CONTRACT_ID", CONTRACT);
    assert_eq!(world.apply(&[]).succeeds().changes(), (1, 1, 1));
    assert_eq!(world.state(ACME)["contract_id"], json!(CONTRACT));
    assert_eq!(world.state("impossiblecloud_partner.next")["contract_id"], json!(OTHER_CONTRACT));
    world.plans_nothing();
}

#[test]
fn data_sources_that_name_no_contract_look_into_the_default_one() {
    let mut world = World::new();
    let here = world.simulator.add_partner(OTHER_CONTRACT, "Acme", TB, false);
    world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.simulator.add_member(&here, "ada@example.com", "Ada", "admin");
    world.simulator.add_account(Some(&here), "Shop", "shop@example.com", 0);
    world.workspace.set("IMPOSSIBLECLOUD_CONTRACT_ID", OTHER_CONTRACT);
    world.configure(&format!(
        r#"
data "impossiblecloud_contract" "x" {{}}

data "impossiblecloud_partner" "x" {{
  name = "Acme"
}}

data "impossiblecloud_partners" "x" {{}}

data "impossiblecloud_partner_members" "x" {{}}

data "impossiblecloud_storage_accounts" "x" {{}}

data "impossiblecloud_contract" "named" {{
  name = "Impossible Cloud Test Contract"
}}

output "found" {{
  value = [
    data.impossiblecloud_contract.x.id,
    data.impossiblecloud_partner.x.id,
    data.impossiblecloud_partners.x.partners[*].id,
    data.impossiblecloud_partner_members.x.members[*].partner_id,
    data.impossiblecloud_storage_accounts.x.storage_accounts[*].partner_id,
    data.impossiblecloud_contract.named.id,
    data.impossiblecloud_usage_summary.march.partners[*].id,
  ]
}}
{}"#,
        summary_of_march()
    ));
    let outputs = outputs(&world);
    assert_eq!(outputs["found"]["value"], json!([OTHER_CONTRACT, here, [here], [here], [here], CONTRACT, [here]]));
    assert_eq!(world.count("list_contracts"), 1, "for the contract by its name alone");
}
