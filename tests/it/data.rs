//! Data sources and functions.

use crate::hcl::{Block, output};
use crate::said::assert_said;
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World};

/// The outputs of an apply.
#[track_caller]
fn outputs(world: &World) -> serde_json::Value {
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json"]).succeeds();
    serde_json::from_str(&output.stdout).expect("JSON")
}

#[test]
fn a_contract_is_found_by_name_or_id_with_its_figures() {
    let world = World::new();
    world.configure(&format!(
        r#"
data "impossiblecloud_contract" "by_name" {{
  name = "Impossible Cloud Test Contract"
}}

data "impossiblecloud_contract" "by_id" {{
  id = "{OTHER_CONTRACT}"
}}

data "impossiblecloud_contracts" "all" {{}}

output "by_name" {{
  value = data.impossiblecloud_contract.by_name
}}

output "by_id" {{
  value = data.impossiblecloud_contract.by_id
}}

output "all" {{
  value = data.impossiblecloud_contracts.all.contracts[*].name
}}
"#
    ));
    let outputs = outputs(&world);
    let contract = &outputs["by_name"]["value"];
    assert_eq!(contract["id"], CONTRACT);
    assert_eq!(contract["reserved_storage"], 100 * TB);
    assert_eq!(contract["allocated_storage"], 53 * TB);
    assert_eq!(contract["remaining_storage"], 47 * TB);
    assert_eq!(contract["currency"], "EUR");
    assert_eq!(contract["cost_storage_gb_cents"], 100);
    assert_eq!(outputs["by_id"]["value"]["name"], "Another test contract");
    assert_eq!(outputs["all"]["value"], serde_json::json!(["Another test contract", "Impossible Cloud Test Contract"]));
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_contract_that_cannot_be_told_is_an_error_with_the_choices() {
    let world = World::new();
    let one = || Block::data("contract", "one");
    let mut said = Vec::new();
    for block in [
        one(),
        one().set("name", "Nobody's"),
        one().set("id", "00000000-0000-4000-8000-000000000000"),
        one().set("name", "a").set("id", "b"),
    ] {
        world.configure(&block);
        said.extend(world.plan(&[]).fails().errors());
    }
    assert_said!("contract_that_cannot_be_told", said);
}

#[test]
fn partners_are_listed_and_found() {
    let world = World::new();
    let id = world.simulator.add_partner(OTHER_CONTRACT, "Acme", TB, false);
    world.configure(
        r#"
data "impossiblecloud_partner" "acme" {
  name = "Acme"
}

data "impossiblecloud_partner" "again" {
  id = data.impossiblecloud_partner.acme.id
}

data "impossiblecloud_partners" "all" {}

output "acme" {
  value = data.impossiblecloud_partner.again
}

output "names" {
  value = data.impossiblecloud_partners.all.partners[*].name
}
"#,
    );
    let outputs = outputs(&world);
    assert_eq!(outputs["acme"]["value"]["id"], id);
    assert_eq!(outputs["acme"]["value"]["allocation"], "1 TB");
    assert_eq!(outputs["acme"]["value"]["contract_id"], OTHER_CONTRACT);
    assert_eq!(outputs["names"]["value"], serde_json::json!(["Acme", "Sample Reseller One", "Sample Reseller Two"]));
    let other = world.simulator.add_partner(CONTRACT, "Acme", 2 * TB, false);
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "Several partners are named \"Acme\"");
    // They are in the order of their ids, which are drawn.
    let mut lines =
        [format!("  {id}  1 TB, contract {OTHER_CONTRACT}"), format!("  {other}  2 TB, contract {CONTRACT}")];
    lines.sort();
    assert_eq!(errors[0].detail, format!("Use the id of one of them:\n\n{}", lines.join("\n")));
    world.configure(&Block::data("partner", "acme"));
    assert_said!("partner_by_nothing", world.plan(&[]).fails().errors());
}

#[test]
fn usage_gives_days_in_order_and_checks_dates() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 2 * TB, false);
    let account = world.simulator.add_account(Some(&partner), "Shop", "shop@example.com", TB);
    world.simulator.advance_days(3);
    world.configure(&format!(
        r#"
locals {{
  to   = formatdate("YYYY-MM-DD", timeadd(plantimestamp(), "48h"))
  from = formatdate("YYYY-MM-DD", plantimestamp())
}}

data "impossiblecloud_usage" "all" {{
  partner_id = "{partner}"
  from       = local.from
  to         = local.to
}}

data "impossiblecloud_usage" "one" {{
  partner_id         = "{partner}"
  storage_account_id = "{account}"
  from               = local.from
  to                 = local.to
}}

output "all" {{
  value = data.impossiblecloud_usage.all.accounts
}}

output "one" {{
  value = data.impossiblecloud_usage.one.accounts
}}

output "totals" {{
  value = data.impossiblecloud_usage.all.totals
}}
"#
    ));
    let outputs = outputs(&world);
    let accounts = outputs["all"]["value"].as_array().expect("accounts");
    assert_eq!(accounts.len(), 1);
    assert_eq!((&accounts[0]["id"], &accounts[0]["allocated_storage"]), (&account.into(), &TB.into()));
    let days: Vec<_> = accounts[0]["days"].as_array().expect("days").iter().map(|day| day["date"].as_str()).collect();
    assert!(days.len() >= 2 && days.is_sorted(), "{days:?}");
    assert_eq!(outputs["all"]["value"], outputs["one"]["value"]);
    assert_eq!(outputs["totals"]["value"], accounts[0]["days"], "the sum of one account is its own");
    for (from, to, summary) in [
        ("2026-02-30", "2026-03-01", "Not a date"),
        ("1.3.2026", "2026-03-01", "Not a date"),
        ("2026-03-02", "2026-03-01", "An empty range"),
    ] {
        world.configure(&Block::data("usage", "x").set("from", from).set("to", to));
        assert_eq!(world.run(&["validate", "-json"]).fails().stdout.matches(summary).count(), 1, "{from} {to}");
    }
}

#[test]
fn regions_are_listed() {
    let world = World::new();
    let regions = Block::data("regions", "all");
    world.configure(&format!("{regions}{}", output("all", "data.impossiblecloud_regions.all.regions")));
    let outputs = outputs(&world);
    let regions = outputs["all"]["value"].as_array().expect("regions");
    assert!(!regions.is_empty());
    assert!(regions.iter().all(|region| region["name"].is_string() && region["s3_url"].is_string()), "{regions:?}");
}

#[test]
fn functions_read_and_print_amounts() {
    let world = World::new();
    if world.workspace.cli().version < (1, 8) {
        // Provider-defined functions came with 1.8; the features table of the docs says so.
        return;
    }
    let call = |expression: &str| {
        world.configure(&output("x", &format!("provider::impossiblecloud::{expression}")));
        world.plan(&[])
    };
    let value = |expression: &str| {
        call(expression).succeeds();
        outputs(&world)["x"]["value"].clone()
    };
    assert_eq!(value(r#"bytes("5 TB")"#), 5 * TB);
    assert_eq!(value(r#"bytes("0")"#), 0);
    assert_eq!(value("format_bytes(5e12)"), "5 TB");
    assert_eq!(value("format_bytes(1234567890123)"), "~1.235 TB");
    for (expression, why) in [
        (r#"bytes("5")"#, "\"5\" has no unit"),
        ("format_bytes(1.5)", "1.5 is not a whole number of bytes"),
        ("format_bytes(1 / 3)", "0.3333333333333333333333... ("),
        ("format_bytes(1e19)", "10000000000000000000 is not a whole number of bytes from"),
    ] {
        let plan = call(expression).fails();
        assert!(plan.errors()[0].detail.contains(why), "{expression}: {}", plan.errors()[0].detail);
    }
}
