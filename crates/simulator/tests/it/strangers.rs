use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, DISTRIBUTOR_KEY, FIRST_CONTRACT};
use serde_json::json;

use crate::client::{Api, TB, account, member, partner};

#[test]
fn another_distributor_sees_its_own_contracts_only() {
    let mut api = Api::plain();
    let ours = api.create_partner("Ours", TB).id();
    let stranger = api.sim.add_distributor("another-key");
    assert_eq!(api.get("/contract/list").json().as_array().map(Vec::len), Some(2));
    api.key = Some("another-key".to_string());
    assert_eq!(api.get("/contract/list").json(), json!([]));
    let contract = api.sim.add_contract_of(&stranger, "Theirs", 5 * TB);
    let list = api.get("/contract/list").json();
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert_eq!((&list[0]["id"], &list[0]["distributorId"]), (&json!(contract), &json!(stranger)));
    for path in ["", "/members", "/storage-accounts", "/usage?from=2026-03-20&to=2026-03-21"] {
        assert_eq!(api.get(&format!("/partner/{ours}{path}")).status, 404, "{path}");
    }
    assert_eq!(api.get(&format!("/contract/{FIRST_CONTRACT}/partners")).status, 404);
    assert_eq!(api.post("/partner", partner("Intruder", 0)).status, 404);
    assert_eq!(api.put(&format!("/partner/{ours}"), json!({"name": "Taken"})).status, 404);
    assert_eq!(api.delete(&format!("/partner/{ours}")).status, 404);
    assert_eq!(api.post(&format!("/partner/{ours}/member"), member("kim@example.com")).status, 404);
    let body = json!({"name": "Theirs", "distributorContractId": contract, "allocatedCapacity": TB});
    let theirs = api.post("/partner", body).id();
    api.key = Some(DISTRIBUTOR_KEY.to_string());
    assert_eq!(api.get(&format!("/partner/{theirs}")).status, 404);
    assert_eq!(api.get(&format!("/partner/{ours}")).json()["name"], "Ours");
}

#[test]
fn another_channel_partner_has_its_own_accounts() {
    let mut api = Api::plain().channel_partner();
    let ours = api.post("/storage-account", account("Ours", "ours@example.com", TB)).id();
    api.sim.add_channel_partner("another-key", 2 * TB);
    api.key = Some("another-key".to_string());
    assert_eq!(api.get("/storage-account/list").json(), json!([]));
    assert_eq!(api.get(&format!("/storage-account/{ours}")).status, 404);
    assert_eq!(api.post("/storage-account", account("Big", "big@example.com", 3 * TB)).status, 400);
    api.post("/storage-account", account("Theirs", "theirs@example.com", 2 * TB)).id();
    api.key = Some(CHANNEL_PARTNER_KEY.to_string());
    assert_eq!(api.get("/storage-account/list").json().as_array().map(Vec::len), Some(1));
}

#[test]
fn strangers_are_made_over_http_too() {
    let api = Api::plain();
    let made =
        |action: &str, body| api.post(&format!("/console/{action}"), body).json()["id"].as_str().unwrap().to_string();
    let stranger = made("add_distributor", json!({"key": "another-key"}));
    let contract = made("add_contract", json!({"name": "Theirs", "reserved": 1, "distributor": stranger}));
    assert_eq!(api.sim.contracts().pop().unwrap().id, contract);
    made("add_channel_partner", json!({"key": "third-key", "reserved": 1}));
    let refused = api.post("/console/add_contract", json!({"name": "x", "reserved": 1, "distributor": "x"}));
    assert_eq!(refused.json(), json!({"error": "there is no distributor \"x\""}));
}
