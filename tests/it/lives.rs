//! Every type through a whole life, held to all that Terraform asks of a provider: unknown arguments, plans that come
//! out the same, applies that keep what was planned, reads and imports that find what is there.

use impossiblecloud_simulator::{Options, Simulator};
use serde_json::json;
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Launch, Life};

use crate::world::{CONTRACT, KEY, TB, provider};

/// A provider that plans in one mode, and a partner to be under.
async fn start(simulator: &Simulator, mode: &str) -> (Client, String) {
    let client = Launch::new(provider()).start().await.expect("the provider starts");
    let settings = json!({ "endpoint": simulator.endpoint(), "api_key": KEY, "capacity_check": mode });
    assert_eq!(client.configure(settings).await.expect("an answer"), []);
    (client, simulator.add_partner(CONTRACT, "Owner", 5 * TB, false))
}

fn text(state: &Dynamic, name: &str) -> String {
    state.get(name).and_then(Dynamic::as_str).unwrap_or_default().to_owned()
}

fn under_partner(state: &Dynamic) -> String {
    format!("{}/{}", text(state, "partner_id"), text(state, "id"))
}

fn partner() -> Life {
    let partner = |name: &str, bytes: u64| {
        json!({
            "name": name, "allocated_storage": bytes, "contract_id": CONTRACT, "deletion_protection": false,
        })
    };
    let mut timed = partner("Acme GmbH", TB);
    timed["timeouts"] = json!({ "update": "5m" });
    Life::new("impossiblecloud_partner", partner("Acme", 2 * TB))
        .then(partner("Acme GmbH", 3 * TB))
        .then(partner("Acme GmbH", 0))
        .then(timed)
        .imported_by(|state| text(state, "id"))
        .not_imported("timeouts")
        .not_imported("deletion_protection")
}

fn member(owner: &str) -> Life {
    let member = |role: &str, version: u64| {
        json!({
            "partner_id": owner, "email": "jane@example.com", "role": role, "password_wo": "Secret-phrase-1",
            "password_wo_version": version,
        })
    };
    let mut named = member("admin", 2);
    named["name"] = json!("Jane");
    Life::new("impossiblecloud_partner_member", member("viewer", 1))
        .then(member("admin", 1))
        .then(member("admin", 2))
        .then(named)
        .imported_by(under_partner)
        .not_imported("password_wo_version")
}

/// The API changes nothing of an account, so it lives with what is Terraform's alone.
fn storage_account(owner: &str) -> Life {
    let account = |changes: serde_json::Value| {
        let mut account = json!({
            "partner_id": owner, "name": "Backups", "allocated_storage": TB, "contact_email": "storage@example.com",
            "password": "Secret-phrase-1",
        });
        account.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        account
    };
    Life::new("impossiblecloud_storage_account", account(json!({})))
        .then(account(json!({ "deletion_protection": true })))
        .then(account(json!({ "deletion_protection": false, "timeouts": { "delete": "5m" } })))
        .imported_by(under_partner)
        .not_imported("password")
        .not_imported("deletion_protection")
        .not_imported("timeouts")
        .deleted_later()
}

#[tokio::test]
async fn every_type_keeps_the_rules_of_terraform() {
    for mode in ["strict", "relaxed", "off"] {
        let simulator = Simulator::start(Options::default());
        let (client, owner) = start(&simulator, mode).await;
        for life in [partner(), member(&owner), storage_account(&owner)] {
            assert_eq!(client.breaches(&life).await.expect("answers"), [], "{mode}");
        }
        client.shutdown().await.expect("it ends");
    }
}
