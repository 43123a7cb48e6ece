use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, FIRST_CONTRACT, Options, Simulator, Snapshot, Switches};
use serde_json::{Value, json};

use crate::client::{Api, TB, account, member};
use crate::schema;

/// A simulator with something of everything, and a clock that was moved.
fn full() -> Api {
    let mut api = Api::new(Switches::default().with("list_order", "created"));
    api.sim.set_clock("2026-03-20T12:00:00Z");
    let id = api.create_partner("Acme GmbH", 10 * TB).id();
    api.sim.set_partner_details(&id, "North");
    api.sim.add_partner(FIRST_CONTRACT, "Pay per use", 0, true);
    for email in ["kim@example.com", "lee@example.com"] {
        api.post(&format!("/partner/{id}/member"), member(email)).id();
    }
    let path = format!("/partner/{id}/storage-accounts");
    let data = api.post(&path, account("Data", "data@example.com", TB)).id();
    let old = api.post(&path, account("Old", "old@example.com", 2 * TB)).id();
    api.sim.advance_days(3);
    api.sim.resize_account(&data, 3 * TB);
    api.sim.set_usage(&data, "2026-03-21", 5);
    api.delete(&format!("{path}/{old}"));
    api.sim.move_partner(&api.sim.add_partner(FIRST_CONTRACT, "Moved", 1, false), &api.sim.add_contract("Third", TB));
    api.sim.add_channel_partner("another-key", TB);
    api.key = Some(CHANNEL_PARTNER_KEY.to_string());
    api.post("/storage-account", account("Own", "own@example.com", TB)).id();
    api.key = Some("simulator-distributor-key".to_string());
    api
}

fn loaded(snapshot: Snapshot) -> Api {
    let switches = Switches::default().with("list_order", "created");
    let sim = Simulator::start(Options { load: Some(snapshot), switches, ..Options::default() });
    Api { sim, ..Api::plain() }
}

/// Every list and every object that either key can read.
fn everything(api: &mut Api) -> Vec<(String, Value)> {
    let mut seen = Vec::new();
    let get = |api: &Api, path: String| {
        let reply = api.get(&path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        (path, reply.json())
    };
    let days = "from=2026-03-19&to=2026-03-30";
    seen.push(get(api, "/contract/list".into()));
    for contract in api.sim.contracts() {
        seen.push(get(api, format!("/contract/{}/partners", contract.id)));
    }
    for partner in api.sim.all_partners() {
        let path = format!("/partner/{}", partner.id);
        seen.extend(["", "/members", "/storage-accounts"].map(|rest| get(api, format!("{path}{rest}"))));
        seen.push(get(api, format!("{path}/usage?{days}")));
        for account in api.sim.accounts(Some(&partner.id)) {
            seen.push(get(api, format!("{path}/storage-accounts/{}", account.id)));
        }
    }
    api.key = Some(CHANNEL_PARTNER_KEY.to_string());
    seen.push(get(api, "/storage-account/list".into()));
    seen.push(get(api, format!("/storage-accounts/usage?{days}")));
    seen
}

#[test]
fn what_was_saved_answers_as_before() {
    let mut before = full();
    let snapshot = before.sim.snapshot();
    let text = snapshot.to_json();
    let mut after = loaded(Snapshot::parse(&text).unwrap());
    let (seen, again) = (everything(&mut before), everything(&mut after));
    assert!(seen.len() == 20 && seen.len() == again.len());
    for (one, other) in seen.iter().zip(&again) {
        assert_eq!(one, other);
    }
    assert_eq!(Snapshot::parse(&text).unwrap(), snapshot);
    assert_eq!(after.sim.snapshot().to_json().lines().count(), text.lines().count());
    assert!(!text.contains("-key") && !text.contains("Correct-Horse"), "no secrets");
    assert_eq!(schema::problems(&serde_json::from_str(&text).unwrap()), Vec::<String>::new());
}

#[test]
fn what_was_loaded_can_be_worked_with() {
    let api = loaded(full().sim.snapshot());
    let partner = api.sim.all_partners().remove(0);
    assert_eq!(api.delete(&format!("/partner/{}", partner.id)).status, 409);
    assert_eq!(api.post(&format!("/partner/{}/member", partner.id), member("kim@example.com")).status, 409);
    assert_eq!(api.create_partner("Too big", 91 * TB).status, 400, "10 of 100 TB are taken");
    assert_eq!(api.sim.accounts(Some(&partner.id)).len(), 2);
    api.sim.advance_days(30);
    assert_eq!(api.sim.accounts(Some(&partner.id)).len(), 1, "the other one's day has come");
    let minimal = Snapshot::parse(r#"{"format": 1}"#).unwrap();
    assert_eq!(loaded(minimal).get("/contract/list").json(), json!([]));
}

#[test]
fn a_file_of_a_real_distributor_needs_little() {
    let distributor = "11111111-2222-4333-8444-555555555555";
    let contract = "22222222-2222-4333-8444-555555555555";
    let partner = "33333333-2222-4333-8444-555555555555";
    let file = json!({"format": 1, "distributor": distributor, "contracts": [{
        "id": contract, "name": "Reserved", "reserved": 5 * TB, "partners": [{
            "id": partner, "name": "Acme", "allocated": TB,
            "accounts": [{"id": "012345678901", "name": "Data", "email": "data@example.com", "allocated": 7,
                "usage": {"2026-03-20": 3}, "deletion": {"due": "2999-01-01T00:00:00Z"}}],
        }],
    }]});
    assert_eq!(schema::problems(&file), Vec::<String>::new());
    let api = loaded(Snapshot::parse(&file.to_string()).unwrap());
    let list = api.get("/contract/list").json();
    assert_eq!((&list[0]["id"], &list[0]["distributorId"]), (&json!(contract), &json!(distributor)));
    let account = api.get(&format!("/partner/{partner}/storage-accounts/012345678901")).json();
    assert_eq!(account["pendingDeletedAt"], "2999-01-01T00:00:00Z");
    let usage = api.get(&format!("/partner/{partner}/usage?from=2026-03-19&to=2026-03-20")).json();
    let day = json!([{"date": "2026-03-20", "usage": 3, "allocated_capacity": 7}]);
    assert_eq!(usage[0]["daily_usage"], day);
    assert_eq!(api.sim.add_contract("Another", 1).len(), 36);
    assert_eq!(
        api.get("/contract/list").json().as_array().map(Vec::len),
        Some(2),
        "new ones are the same distributor's"
    );
}

/// What an amount has to be.
const AMOUNT: &str = "expected a whole number of bytes, from 0 to 9223372036854775807";

#[test]
fn a_wrong_file_names_the_place() {
    let id = |digit: u32| format!("{digit}0000000-0000-4000-8000-000000000000");
    let with = |contracts: Value| json!({"format": 1, "contracts": contracts}).to_string();
    let contract = |partners: Value| json!([{"id": id(1), "name": "C", "reserved": 5, "partners": partners}]);
    let partner = |more: Value| {
        let mut partner = json!({"id": id(2), "name": "P", "allocated": 1});
        partner.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        with(contract(json!([partner])))
    };
    let account = |more: Value| {
        let mut account = json!({"id": "1", "name": "A", "email": "a@example.com", "allocated": 1});
        account.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        partner(json!({"accounts": [account]}))
    };
    let first = "contracts[0].partners[0]";
    let cases = [
        ("{".to_string(), "EOF while parsing an object at line 1 column 1".to_string()),
        ("{}".to_string(), "missing field `format` at line 1 column 2".to_string()),
        (r#"{"format": 2}"#.to_string(), "format: 2 is unknown; this version reads 1".to_string()),
        (r#"{"format": 1} x"#.to_string(), "trailing characters at line 1 column 15".to_string()),
        (with(json!([{"name": "C"}])), "contracts[0]: missing field `id`".to_string()),
        (partner(json!({"id": "x"})), format!("{first}.id: \"x\" is not a UUID")),
        (partner(json!({"allocated": -1})), format!("{first}.allocated: invalid type: integer `-1`, {AMOUNT}")),
        (
            partner(json!({"allocated": 1.5})),
            format!("{first}.allocated: invalid type: floating point `1.5`, {AMOUNT}"),
        ),
        (
            partner(json!({"allocated": u64::MAX})),
            format!("{first}.allocated: invalid value: integer `18446744073709551615`, {AMOUNT}"),
        ),
        (
            partner(json!({"password": "x"})),
            format!("{first}.password: unknown field `password`, expected one of `id`, "),
        ),
        (
            account(json!({"usage": {"2026-02-30": 1}})),
            format!("{first}.accounts[0].usage: \"2026-02-30\" is not a date like 2026-03-20"),
        ),
        (
            account(json!({"usage": {"2026-02-20": "1"}})),
            format!("{first}.accounts[0].usage.2026-02-20: invalid type: string \"1\", {AMOUNT}"),
        ),
        (account(json!({"id": ""})), format!("{first}.accounts[0].id: it must not be empty")),
        (account(json!({"deletion": {"due": "soon"}})), format!("{first}.accounts[0].deletion.due: ")),
        (partner(json!({"id": id(1)})), format!("{first}.id: the id {} is at contracts[0].id already", id(1))),
    ];
    for (text, message) in cases {
        let problem = Snapshot::parse(&text).unwrap_err();
        assert!(problem.starts_with(&message), "{problem}\nis not\n{message}");
        let refused = serde_json::from_str(&text).map(|value: Value| schema::problems(&value));
        // What no schema can say: that an id is there twice, that a day is in no calendar, that text is a time.
        let beyond = ["already", "2026-02-30", "deletion"].iter().any(|word| message.contains(word));
        assert!(beyond || refused.is_err() || refused.is_ok_and(|problems| !problems.is_empty()), "{message}");
    }
}

#[test]
fn the_console_gives_a_snapshot_and_saves_one() {
    let file = std::env::temp_dir().join(format!("simulator-{}-console.json", std::process::id()));
    let sim = Simulator::start(Options { save: Some(file.clone()), ..Options::default() });
    let api = Api { sim, ..Api::plain() };
    let shown = api.get("/console/snapshot").text;
    assert_eq!(Snapshot::parse(&shown), Ok(api.sim.snapshot()));
    assert_eq!(api.post("/console/save", json!({})).json(), json!({"file": file}));
    assert_eq!(Snapshot::parse(&std::fs::read_to_string(&file).unwrap()), Ok(api.sim.snapshot()));
    std::fs::remove_file(&file).unwrap();
    let without = Api::plain().post("/console/save", json!({}));
    let message = "no file was named at the start; --save FILE does that";
    assert_eq!((without.status, without.json()), (400, json!({"error": message})));
}
