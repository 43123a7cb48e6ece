//! What newer CLIs can do: write-only passwords, identity, queries, the restore action, moves from other types.
//!
//! Each test says from which version on it applies and is run for real by the CLI matrix (`cargo xtask test
//! --all-clis`, and `.ci/run` with the newest); what an older CLI says instead is a test of its own.

use std::path::Path;

use crate::hcl::{Block, Value, expression, moved};
use crate::said::{assert_said, without_places};
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World, partner, provider, registry};

const PARTNER: &str = "impossiblecloud_partner.acme";

/// Whether the CLI at hand has what came with these minor versions of Terraform 1 and of OpenTofu 1.
fn since(world: &World, terraform: u32, opentofu: Option<u32>) -> bool {
    let cli = world.workspace.cli();
    let known = cli.has(terraform, opentofu);
    if !known {
        let tofu = opentofu.map(|minor| format!(" or OpenTofu 1.{minor}")).unwrap_or_default();
        println!("needs Terraform 1.{terraform}{tofu}, and this is {} {}", cli.product, cli.release);
    }
    known
}

/// Everything that a command may have left behind, as one text.
fn traces(world: &World) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(world.workspace.folder()).expect("a folder").flatten() {
        if entry.file_name() != "main.tf" && entry.path().is_file() {
            text.push_str(&String::from_utf8_lossy(&std::fs::read(entry.path()).expect("bytes")));
        }
    }
    text
}

/// A variable that holds a password.
fn password(password: &str) -> Block {
    Block::new(r#"variable "password""#).set("type", expression("string")).set("default", password)
}

/// A member that is in the configuration with a write-only password.
fn member(partner: &str, version: u64) -> Block {
    let member = Block::resource("partner_member", "eve").set("partner_id", partner).set("email", "eve@example.com");
    let member = member.set("role", "staff").set("password_wo", expression("var.password"));
    member.set("password_wo_version", version)
}

#[test]
fn a_write_only_password_is_nowhere_but_in_the_request() {
    let world = World::new();
    if !since(&world, 11, Some(11)) {
        return;
    }
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let configure = |word: &str, block: Block| {
        world.configure(&format!("{}{block}", password(word).set("ephemeral", true)));
    };
    configure("Hidden-Word-1", member(&owner, 1));
    let output = world.run(&["plan", "-out=tfplan"]).succeeds().to_string()
        + &world.run(&["apply", "tfplan"]).succeeds().to_string();
    let sent: Vec<_> =
        world.simulator.requests().into_iter().filter(|request| request.body.contains("Hidden-Word-1")).collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].operation, "create_member");
    assert!(!(output + &traces(&world)).contains("Hidden-Word-1"));
    world.plans_nothing();
    // Another password alone is not seen, which is why there is a version.
    configure("Hidden-Word-2", member(&owner, 1));
    world.plans_nothing();
    configure("Hidden-Word-2", member(&owner, 2));
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (1, 0, 1));
    assert_said!("another_password_wo_version", plan.diagnostics());

    let shop = Block::resource("storage_account", "shop")
        .set("partner_id", &owner)
        .set("name", "Shop")
        .set("allocated_storage", TB)
        .set("contact_email", "shop@example.com")
        .set("password_wo", expression("var.password"))
        .set("password_wo_version", 1);
    configure("Hidden-Word-3", shop.clone());
    world.apply(&[]).succeeds();
    world.plans_nothing();
    assert!(!traces(&world).contains("Hidden-Word"));
    let id = world.id("impossiblecloud_storage_account.shop");
    configure("Hidden-Word-3", shop.set("password_wo_version", 2));
    assert_said!("another_password_wo_version_of_an_account", world.plan(&[]).fails().errors(), "account" = &id);
}

#[test]
fn an_older_cli_is_told_which_version_knows_write_only_arguments() {
    let world = World::new();
    if since(&world, 11, Some(11)) {
        return;
    }
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let (word, member) = (password("Hidden-Word-1"), member(&owner, 1));
    world.configure(&format!("{word}{member}"));
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "This Terraform does not know write-only password_wo");
    assert!(errors[0].detail.contains("1.11"), "{}", errors[0].detail);
    let member = member.without("password_wo").without("password_wo_version");
    world.configure(&format!("{word}{}", member.set("password", expression("var.password"))));
    world.apply(&[]).succeeds();
    world.plans_nothing();
}

#[test]
fn objects_are_imported_by_identity() {
    let world = World::new();
    if !since(&world, 12, Some(12)) {
        return;
    }
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let eve = world.simulator.add_member(&owner, "eve@example.com", "Eve", "staff");
    let shop = world.simulator.add_account(Some(&owner), "Shop", "shop@example.com", TB);
    let acme = partner("acme", "Acme", 5 * TB);
    world.configure(&format!(
        r#"
import {{
  to       = impossiblecloud_partner.acme
  identity = {{ id = "{owner}" }}
}}

import {{
  to       = impossiblecloud_partner_member.eve
  identity = {{ partner_id = "{owner}", id = "{eve}" }}
}}

import {{
  to       = impossiblecloud_storage_account.shop
  identity = {{ partner_id = "{owner}", id = "{shop}" }}
}}

{acme}
resource "impossiblecloud_partner_member" "eve" {{
  partner_id = "{owner}"
  email      = "eve@example.com"
  role       = "staff"
  name       = "Eve"
}}

resource "impossiblecloud_storage_account" "shop" {{
  partner_id        = "{owner}"
  name              = "Shop"
  allocated_storage = 1e12
  contact_email     = "shop@example.com"
}}
"#
    ));
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (0, 0, 0));
    assert_eq!(world.simulator.writes(), 0);
    world.plans_nothing();
    let show = world.run(&["show", "-json"]).succeeds();
    assert!(show.stdout.contains(&format!(r#""identity":{{"id":"{owner}"}}"#)), "{show}");
}

#[test]
fn a_query_finds_everything_and_its_configuration_plans_empty() {
    let world = World::new();
    if !since(&world, 14, None) {
        return;
    }
    let owner = world.simulator.add_partner(OTHER_CONTRACT, "Acme GmbH", 5 * TB, false);
    world.simulator.add_partner(OTHER_CONTRACT, "Beta", 0, true);
    world.simulator.add_member(&owner, "eve@example.com", "Eve", "staff");
    world.simulator.add_account(Some(&owner), "Shop", "shop@example.com", TB);
    world.configure("");
    let list = |kind: &str, name: &str, id: &str| {
        let head = format!(r#"list "impossiblecloud_{kind}" "all""#);
        Block::new(&head).set("provider", expression("impossiblecloud")).block(Block::new("config").set(name, id))
    };
    let query = [
        list("partner", "contract_id", OTHER_CONTRACT),
        list("partner_member", "partner_id", &owner),
        list("storage_account", "partner_id", &owner),
    ];
    let query = query.map(|block| block.to_string()).concat();
    world.workspace.write("all.tfquery.hcl", &query).expect("written");
    let found = world.run(&["query", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
    for name in ["Acme GmbH, 5 TB", "Beta, pay-per-use", "eve@example.com, staff", "Shop, 1 TB"] {
        assert!(found.stdout.contains(name), "{name}: {found}");
    }
    assert!(Path::new(&world.workspace.folder().join("generated.tf")).exists());
    let apply = world.apply(&[]).succeeds();
    assert_eq!((apply.changes(), world.simulator.writes()), ((0, 0, 0), 0), "{apply}");
    world.plans_nothing();
}

#[test]
fn the_action_restores_what_is_pending_and_leaves_the_rest() {
    let world = World::new();
    if !since(&world, 14, None) {
        return;
    }
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let shop = world.simulator.add_account(Some(&owner), "Shop", "shop@example.com", TB);
    let config = Block::new("config").set("storage_account_id", &shop).set("partner_id", &owner);
    let action = Block::new(r#"action "impossiblecloud_storage_account_restore" "shop""#).block(config);
    world.configure(&action);
    let invoke = ["apply", "-no-color", "-auto-approve", "-invoke=action.impossiblecloud_storage_account_restore.shop"];
    let in_use = world.run(&invoke).succeeds();
    assert!(in_use.stdout.contains("nothing needed to be"), "{in_use}");
    assert_eq!(world.simulator.writes(), 0);
    world.simulator.schedule_account(&shop);
    let done = world.run(&invoke).succeeds();
    assert!(done.stdout.contains("is in use again"), "{done}");
    assert_eq!(world.simulator.accounts(Some(&owner))[0].pending_deleted_at, None);

    world.simulator.schedule_account(&shop);
    world.configure(&format!(
        r#"
{action}
resource "terraform_data" "again" {{
  lifecycle {{
    action_trigger {{
      events  = [after_create]
      actions = [action.impossiblecloud_storage_account_restore.shop]
    }}
  }}
}}
"#
    ));
    world.apply(&[]).succeeds();
    assert_eq!(world.simulator.accounts(Some(&owner))[0].pending_deleted_at, None);
}

#[test]
fn a_partner_is_moved_from_terraform_data() {
    let world = World::new();
    if !since(&world, 8, Some(10)) {
        return;
    }
    let data = |input: Value| Block::new(r#"resource "terraform_data" "acme""#).set("input", input);
    let moved = moved("terraform_data.acme", PARTNER);
    for input in ["its id", "an object"] {
        let id = world.simulator.add_partner(CONTRACT, input, 2 * TB, false);
        let object = format!(r#"{{ id = "{id}", note = "x" }}"#);
        world.configure(&data(if input == "its id" { (&id).into() } else { expression(&object) }));
        world.apply(&[]).succeeds();
        world.configure(&format!("{moved}{}", partner("acme", input, 2 * TB)));
        assert_said!("moved_and_not_read", world.plan(&["-refresh=false"]).fails().errors(), "partner" = &id);
        let apply = world.apply(&[]).succeeds();
        assert_eq!((apply.changes(), world.simulator.writes()), ((0, 0, 0), 0), "{apply}");
        assert_eq!(world.state("impossiblecloud_partner.acme")["id"], id);
        world.run(&["state", "rm", "impossiblecloud_partner.acme"]).succeeds();
    }
    world.configure(&data("no id".into()));
    world.apply(&[]).succeeds();
    world.configure(&format!("{moved}{}", partner("acme", "Acme", 2 * TB)));
    // OpenTofu says at which block, Terraform does not.
    assert_said!("moved_from_no_id", without_places(world.plan(&[]).fails().errors()));
}

/// A state in which another provider has this object, and a configuration that moves it to a partner. Terraform wants
/// the other provider's schemas too, though a move uses none of them, so this one stands in under the other's name.
fn moved_from(world: &World, source: &str, resource_type: &str, attributes: &serde_json::Value) {
    let (name, folder) = (source.rsplit('/').next().expect("a name"), world.workspace.folder());
    let binary = provider();
    std::fs::copy(binary, folder.join(format!("terraform-provider-{name}"))).expect("copied");
    let own = binary.parent().expect("a folder");
    let overrides = terraform_cli::overrides(&[(xtask::project::SOURCE, own), (source, folder)]);
    world.workspace.write("cli.tfrc", &overrides).expect("written");
    let state = serde_json::json!({
        "version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "test", "outputs": {},
        "resources": [{
            "mode": "managed", "type": resource_type, "name": "acme",
            "provider": format!("provider[\"{}/{source}\"]", registry()),
            "instances": [{"schema_version": 0, "attributes": attributes}],
        }],
    });
    world.workspace.write("terraform.tfstate", &state.to_string()).expect("written");
    let moved = moved(&format!("{resource_type}.acme"), PARTNER);
    world.configure(&format!("{moved}{}", partner("acme", resource_type, 2 * TB)));
}

const REST_PROVIDERS: [(&str, &str); 2] =
    [("mastercard/restapi", "restapi_object"), ("magodo/restful", "restful_resource")];

#[test]
fn partners_are_moved_from_the_generic_rest_providers() {
    let world = World::new();
    if !since(&world, 8, Some(10)) {
        return;
    }
    for (source, resource_type) in REST_PROVIDERS {
        let id = world.simulator.add_partner(CONTRACT, resource_type, 2 * TB, false);
        let own = if resource_type == "restapi_object" { id.clone() } else { format!("/partner/{id}") };
        moved_from(&world, source, resource_type, &serde_json::json!({ "id": own, "path": "/partner" }));
        let apply = world.apply(&[]).succeeds();
        assert_eq!((apply.changes(), world.simulator.writes()), ((0, 0, 0), 0), "{apply}");
        assert_eq!(world.state("impossiblecloud_partner.acme")["id"], id);
    }
}

/// A member's id looks like a partner's. Only the path tells.
#[test]
fn members_and_accounts_are_not_moved_to_partners() {
    let world = World::new();
    if !since(&world, 8, Some(10)) {
        return;
    }
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 2 * TB, false);
    let member = world.simulator.add_member(&owner, "eve@example.com", "", "staff");
    for (source, resource_type) in REST_PROVIDERS {
        for path in [format!("/partner/{owner}/member"), format!("/v1/partner/{owner}/storage-accounts")] {
            let own = if resource_type == "restapi_object" { member.clone() } else { format!("{path}/{member}") };
            moved_from(&world, source, resource_type, &serde_json::json!({ "id": own, "path": path }));
            let errors = world.plan(&[]).fails().errors();
            let summary = format!("This {resource_type} does not hold the id of a partner");
            assert_eq!(errors[0].summary, summary, "{path}: {errors:?}");
        }
    }
}
