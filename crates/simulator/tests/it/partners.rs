use impossiblecloud_simulator::{FIRST_CONTRACT, Options, SECOND_CONTRACT, Simulator};
use serde_json::json;

use crate::client::{Api, STRONG, TB, account, agent, member, partner};

#[test]
fn the_sample_contracts_are_the_vendors() {
    let sim = Simulator::start(Options::default());
    let api =
        Api { sim, agent: agent(std::time::Duration::from_secs(20)), key: Some("simulator-distributor-key".into()) };
    let mut contracts = api.get("/contract/list").json();
    let contracts = contracts.as_array_mut().unwrap();
    contracts.sort_by_key(|contract| contract["id"].to_string());
    contracts.iter_mut().for_each(|contract| drop(contract.as_object_mut().unwrap().remove("futureField")));
    let distributor = "7e1fe78d-3f61-4215-8c48-eda9e1b08f13";
    let sample = [
        json!({"id": FIRST_CONTRACT, "distributorId": distributor, "reservedCapacity": 100 * TB,
            "allocatedCapacity": 53 * TB, "costStorageGBCents": "100", "costEgressGBCents": "0", "currency": "EUR",
            "details": "Impossible Cloud Test Contract"}),
        json!({"id": SECOND_CONTRACT, "distributorId": distributor, "reservedCapacity": 10 * TB,
            "allocatedCapacity": 0, "costStorageGBCents": "100", "costEgressGBCents": "0", "currency": "EUR",
            "details": "Another test contract"}),
    ];
    assert_eq!(contracts[..], sample[..]);
    let partners = api.get(&format!("/contract/{FIRST_CONTRACT}/partners")).json();
    assert_eq!(partners.as_array().map(Vec::len), Some(2));
    assert_eq!(api.get(&format!("/contract/{SECOND_CONTRACT}/partners")).text.trim(), "[]");
}

#[test]
fn a_partner_lives() {
    let api = Api::plain();
    let created = api.create_partner("Acme GmbH", 5 * TB);
    let path = format!("/partner/{}", created.id());
    let mut expected = json!({"id": created.id(), "name": "Acme GmbH", "distributorContractId": FIRST_CONTRACT,
        "allocatedCapacity": 5 * TB, "allowOverdraft": false, "details": "",
        "futureField": "clients ignore what they do not know"});
    assert_eq!(created.json(), expected);
    assert_eq!(api.get(&path).json(), expected);
    assert_eq!(api.get(&format!("/contract/{FIRST_CONTRACT}/partners")).json(), json!([expected]));

    expected["name"] = json!("Acme AG");
    assert_eq!(api.put(&path, json!({"name": "Acme AG"})).json(), expected);
    expected["allocatedCapacity"] = json!(250_000_000);
    assert_eq!(api.put(&path, json!({"allocatedCapacity": 250_000_000})).json(), expected);
    assert_eq!(api.allocated(), 250_000_000);
    expected["name"] = json!("Acme");
    expected["allocatedCapacity"] = json!(0);
    assert_eq!(api.put(&path, json!({"name": "Acme", "allocatedCapacity": 0})).json(), expected);

    let deleted = api.delete(&path);
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(api.get(&path).status, 404);
    assert_eq!(api.delete(&path).status, 404);
}

#[test]
fn overdraft_is_set_at_creation_only() {
    let api = Api::plain();
    let mut body = partner("Acme", 0);
    body["allowOverdraft"] = json!(true);
    let id = api.post("/partner", body).id();
    let changed =
        api.put(&format!("/partner/{id}"), json!({"allowOverdraft": false, "distributorContractId": SECOND_CONTRACT}));
    assert_eq!((changed.status, &changed.json()["allowOverdraft"]), (200, &json!(true)));
    assert_eq!(changed.json()["distributorContractId"], FIRST_CONTRACT);
}

#[test]
fn capacity_is_exact_to_the_byte() {
    let api = Api::plain();
    let first = api.create_partner("First", 60 * TB).id();
    let refused = api.create_partner("Second", 40 * TB + 1);
    let sentence = "not enough capacity in the contract: 40000000000001 bytes asked, 40000000000000 bytes available";
    assert_eq!((refused.status, refused.json()), (400, json!({"error": sentence})));
    api.create_partner("Second", 40 * TB).id();
    api.create_partner("Pay per use", 0).id();
    let path = format!("/partner/{first}");
    assert_eq!(api.put(&path, json!({"allocatedCapacity": 60 * TB + 1})).status, 400);
    assert_eq!(api.put(&path, json!({"name": "Same", "allocatedCapacity": 60 * TB})).status, 200);
    api.sim.set_reserved(FIRST_CONTRACT, TB);
    assert_eq!(
        api.put(&path, json!({"allocatedCapacity": 59 * TB})).status,
        200,
        "a cut fits an over-committed contract"
    );
    assert_eq!(api.delete(&path).status, 204);
    assert_eq!(api.allocated(), 40 * TB);
}

#[test]
fn a_refused_update_changes_nothing() {
    let api = Api::plain();
    let id = api.create_partner("Acme", TB).id();
    let refused = api.put(&format!("/partner/{id}"), json!({"name": "New", "allocatedCapacity": 101 * TB}));
    assert_eq!(refused.status, 400);
    let partner = api.sim.partner(&id).unwrap();
    assert_eq!((partner.name.as_str(), partner.allocated), ("Acme", TB));
}

#[test]
fn deleting_takes_members_along_and_stops_at_accounts() {
    let api = Api::plain();
    let id = api.create_partner("Acme", TB).id();
    api.post(&format!("/partner/{id}/member"), member("kim@example.com")).id();
    let accounts = format!("/partner/{id}/storage-accounts");
    let account = api.post(&accounts, account("Data", "data@example.com", TB)).id();
    let refused = api.delete(&format!("/partner/{id}"));
    assert_eq!((refused.status, refused.json()), (409, json!({"error": "the partner has storage accounts"})));
    assert_eq!(api.delete(&format!("{accounts}/{account}")).status, 204);
    assert_eq!(api.delete(&format!("/partner/{id}")).status, 409, "it waits for its deletion");
    api.sim.advance_days(31);
    assert_eq!(api.delete(&format!("/partner/{id}")).status, 204);
    let other = api.create_partner("Other", 0).id();
    let again = json!({"email": "kim@example.com", "password": STRONG, "role": "admin"});
    api.post(&format!("/partner/{other}/member"), again).id();
}

#[test]
fn parallel_creates_never_exceed_the_contract() {
    let api = Api::plain();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20)
            .map(|n| {
                let api = &api;
                scope.spawn(move || api.create_partner(&format!("Partner {n}"), 9 * TB).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 11);
    assert_eq!(api.allocated(), 99 * TB);
}
