//! The live run: what needs no fault and no console, with a real Terraform, over the public interface alone.
//!
//! `cargo xtask test --live` runs it against the service; `cargo test` runs the same against a simulator, so that it
//! cannot rot.

mod consent;
mod stage;

use serde_json::json;

use self::stage::Stage;
use crate::hcl::{Block, expression};

/// What a partner of the story is allocated for a moment, where that is allowed.
const GB: u64 = 1_000_000_000;

const ACME: &str = "impossiblecloud_partner.acme";
const OTHER: &str = "impossiblecloud_partner.other";
const KIM: &str = "impossiblecloud_partner_member.kim";

/// Two partners, a member, and whatever else is asked for.
fn story(stage: &Stage, acme: &str, allocated: u64, more: &str) -> String {
    let (contract, prefix) = (&stage.contract, &stage.prefix);
    format!(
        r#"
variable "password" {{
  type      = string
  sensitive = true
}}

resource "impossiblecloud_partner" "acme" {{
  name              = "{prefix}{acme}"
  allocated_storage = {allocated}
  contract_id       = "{contract}"
}}

resource "impossiblecloud_partner" "other" {{
  name              = "{prefix}other"
  allocated_storage = 0
  contract_id       = "{contract}"
}}

resource "impossiblecloud_partner_member" "kim" {{
  partner_id = impossiblecloud_partner.acme.id
  email      = "{prefix}kim@example.com"
  name       = "Kim"
  role       = "viewer"
  password   = var.password
}}

{more}"#
    )
}

#[test]
fn the_story_runs_over_the_public_interface() {
    let mut stage = Stage::set();
    stage.configure(&story(&stage, "acme", 0, ""));
    stage.apply((3, 0, 0));
    stage.plans_nothing();
    let acme = stage.id(ACME);
    assert_eq!(stage.seen(&acme)["name"], format!("{}acme", stage.prefix));
    assert_eq!(stage.seen(&acme)["allocatedCapacity"], 0);

    renames_and_resizes(&mut stage, &acme);
    drifts(&mut stage, &acme);
    imports(&mut stage);
    reads(&mut stage, &acme);
    queries(&stage, &acme);

    stage.destroy((0, 0, 3));
    assert!(stage.own_partners().is_empty(), "{:?}", stage.own_partners());
}

/// A new name, and a new amount and back where that is allowed: in place.
fn renames_and_resizes(stage: &mut Stage, acme: &str) {
    let amount = if stage.allocates { GB } else { 0 };
    stage.configure(&story(stage, "acme-renamed", amount, ""));
    stage.apply((0, 1, 0));
    stage.plans_nothing();
    assert_eq!(stage.seen(acme)["name"], format!("{}acme-renamed", stage.prefix));
    assert_eq!(stage.seen(acme)["allocatedCapacity"], amount);
    stage.configure(&story(stage, "acme", 0, ""));
    stage.apply((0, 1, 0));
    stage.plans_nothing();
    assert_eq!(stage.id(ACME), acme, "in place");
}

/// What was changed beside Terraform shows in the plan, and is put right.
fn drifts(stage: &mut Stage, acme: &str) {
    stage.write("PUT", &format!("/partner/{acme}"), Some(json!({"name": format!("{}drifted", stage.prefix)})));
    stage.apply((0, 1, 0));
    assert_eq!(stage.seen(acme)["name"], format!("{}acme", stage.prefix));
    let kim = stage.id(KIM);
    stage.write("DELETE", &format!("/partner/{acme}/member/{kim}"), None);
    stage.apply((1, 0, 0));
    assert_ne!(stage.id(KIM), kim, "a member that is gone is made anew");
    let other = stage.id(OTHER);
    stage.write("DELETE", &format!("/partner/{other}"), None);
    stage.apply((1, 0, 0));
    assert_ne!(stage.id(OTHER), other, "so is a partner");
    stage.plans_nothing();
}

/// What is imported needs no change but what no API tells: a password.
fn imports(stage: &mut Stage) {
    let (acme, kim) = (stage.id(ACME), stage.id(KIM));
    let before = stage.state(ACME);
    stage.run(&["state", "rm", ACME, KIM]).succeeds();
    stage.run(&["import", ACME, &acme]).succeeds();
    assert_eq!(stage.state(ACME), before);
    stage.run(&["import", KIM, &format!("{acme}/{kim}")]).succeeds();
    assert_eq!(stage.id(KIM), kim);
    // The password is recorded, without a call.
    stage.apply((0, 1, 0));
    stage.plans_nothing();
}

/// Data sources agree with the API.
fn reads(stage: &mut Stage, acme: &str) {
    let contract = stage.contract.clone();
    let more = format!(
        r#"
data "impossiblecloud_contract" "it" {{
  id = "{contract}"
}}

data "impossiblecloud_partners" "all" {{
  contract_id = "{contract}"
}}

data "impossiblecloud_partner_members" "all" {{
  partner_id = "{acme}"
}}

data "impossiblecloud_storage_accounts" "all" {{
  partner_id = "{acme}"
}}

data "impossiblecloud_regions" "all" {{}}

output "reserved" {{
  value = data.impossiblecloud_contract.it.reserved_storage
}}

output "partners" {{
  value = data.impossiblecloud_partners.all.partners[*].name
}}

output "members" {{
  value = data.impossiblecloud_partner_members.all.members[*].email
}}

output "accounts" {{
  value = data.impossiblecloud_storage_accounts.all.storage_accounts
}}

output "regions" {{
  value = length(data.impossiblecloud_regions.all.regions)
}}
"#
    );
    stage.configure(&story(stage, "acme", 0, &more));
    stage.apply((0, 0, 0));
    let outputs = stage.run(&["output", "-json"]).succeeds();
    let outputs: serde_json::Value = serde_json::from_str(&outputs.stdout).expect("JSON");
    assert_eq!(outputs["reserved"]["value"], stage.contract_seen()["reservedCapacity"]);
    let names = outputs["partners"]["value"].as_array().expect("a list");
    for name in ["acme", "other"] {
        assert!(names.contains(&json!(format!("{}{name}", stage.prefix))), "{names:?}");
    }
    assert_eq!(outputs["members"]["value"], json!([format!("{}kim@example.com", stage.prefix)]));
    assert_eq!(outputs["accounts"]["value"], json!([]));
    assert!(outputs["regions"]["value"].as_u64() > Some(0), "{outputs}");
}

/// A query finds what was made.
fn queries(stage: &Stage, acme: &str) {
    if !stage.cli().is_terraform_since(1, 14) {
        println!("queries need Terraform 1.14");
        return;
    }
    let list = Block::new(r#"list "impossiblecloud_partner" "all""#).set("provider", expression("impossiblecloud"));
    let query = list.block(Block::new("config").set("contract_id", &stage.contract)).to_string();
    stage.file("all.tfquery.hcl", &query);
    let found = stage.run(&["query", "-no-color"]).succeeds();
    assert!(found.stdout.contains(acme), "{found}");
}
