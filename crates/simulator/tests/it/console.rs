use std::time::Duration;

use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, FIRST_CONTRACT, KeyKind, Options, SECOND_CONTRACT, Simulator};
use serde_json::{Value, json};

use crate::client::{Api, TB, account, member};

/// Sends a console action and gives what it answered.
#[track_caller]
fn act(api: &Api, action: &str, body: Value) -> Value {
    let reply = api.post(&format!("/console/{action}"), body);
    assert_eq!(reply.status, 200, "{action}: {reply:?}");
    reply.json()
}

#[track_caller]
fn made(api: &Api, action: &str, body: Value) -> String {
    act(api, action, body)["id"].as_str().unwrap().to_string()
}

#[test]
fn partners_change_behind_the_api() {
    let api = Api::plain();
    let contract = api.sim.add_contract("Third", 7 * TB);
    let id = api.sim.add_partner(FIRST_CONTRACT, "Acme", 200 * TB, true);
    assert_eq!(api.allocated(), 200 * TB, "the console over-commits when a test wants it");
    api.sim.rename_partner(&id, "Acme AG");
    api.sim.resize_partner(&id, TB);
    api.sim.move_partner(&id, &contract);
    api.sim.set_partner_overdraft(&id, false);
    api.sim.set_partner_details(&id, "North");
    api.sim.set_reserved(&contract, 5);
    let expected = json!({"id": id, "name": "Acme AG", "distributorContractId": contract, "allocatedCapacity": TB,
        "allowOverdraft": false, "details": "North", "futureField": "clients ignore what they do not know"});
    assert_eq!(api.get(&format!("/partner/{id}")).json(), expected);
    let view = api.sim.contracts().pop().unwrap();
    assert_eq!((view.id, view.name.as_str(), view.reserved, view.allocated), (contract.clone(), "Third", 5, TB));
    assert_eq!(api.sim.partners(&contract), vec![api.sim.partner(&id).unwrap()]);
    api.sim.delete_partner(&id);
    assert_eq!(api.sim.partner(&id), None);
    assert_eq!(api.sim.writes(), 0);
}

#[test]
fn everything_changes_over_http_too() {
    let api = Api::plain();
    let contract = made(&api, "add_contract", json!({"name": "Third", "reserved": 7 * TB}));
    act(&api, "set_reserved", json!({"contract": contract, "bytes": 8 * TB}));
    let id = made(&api, "add_partner", json!({"contract": FIRST_CONTRACT, "name": "Acme", "allocated": TB}));
    act(&api, "rename_partner", json!({"id": id, "name": "Acme AG"}));
    act(&api, "resize_partner", json!({"id": id, "allocated": 2 * TB}));
    act(&api, "move_partner", json!({"id": id, "contract": contract}));
    act(&api, "set_partner_overdraft", json!({"id": id, "allow_overdraft": true}));
    act(&api, "set_partner_details", json!({"id": id, "details": "North"}));
    let partner = json!({"id": id, "contract_id": contract, "name": "Acme AG", "allocated": 2 * TB,
        "allow_overdraft": true, "details": "North"});
    assert_eq!(api.get(&format!("/console/partners/{id}")).json(), partner);
    assert_eq!(api.get("/console/partners").json(), json!([partner]));
    assert_eq!(api.get(&format!("/console/partners?contract={contract}")).json(), json!([partner]));
    assert_eq!(api.get(&format!("/console/partners?contract={SECOND_CONTRACT}")).json(), json!([]));
    let contracts = api.get("/console/contracts").json();
    assert_eq!(contracts[2], json!({"id": contract, "name": "Third", "reserved": 8 * TB, "allocated": 2 * TB}));

    let member = made(&api, "add_member", json!({"partner": id, "email": "kim@example.com", "role": "admin"}));
    act(&api, "edit_member", json!({"id": member, "name": "Kim", "role": "viewer"}));
    let view = json!([{"id": member, "partner_id": id, "email": "kim@example.com", "name": "Kim", "role": "viewer"}]);
    assert_eq!(api.get(&format!("/console/members?partner={id}")).json(), view);
    act(&api, "delete_member", json!({"id": member}));

    let account = json!({"partner": id, "name": "Data", "email": "data@example.com", "allocated": TB});
    let account = made(&api, "add_account", account);
    act(&api, "rename_account", json!({"id": account, "name": "Data 2"}));
    act(&api, "resize_account", json!({"id": account, "allocated": 5}));
    act(&api, "set_usage", json!({"account": account, "date": "2026-03-20", "bytes": 3}));
    act(&api, "set_clock", json!({"time": "2026-03-20T12:00:00Z"}));
    act(&api, "schedule_account", json!({"id": account}));
    let view = json!([{"id": account, "partner_id": id, "name": "Data 2", "allocated": 5, "allow_overdraft": false,
        "contact_email": "data@example.com", "pending_deleted_at": "2026-04-19T12:00:00Z"}]);
    assert_eq!(api.get(&format!("/console/accounts?partner={id}")).json(), view);
    act(&api, "reactivate_account", json!({"id": account}));
    act(&api, "purge_account", json!({"id": account}));
    let own = made(&api, "add_account", json!({"name": "Own", "email": "own@example.com", "allocated": TB}));
    act(&api, "set_own_reservation", json!({"bytes": 0}));
    act(&api, "schedule_account", json!({"id": own}));
    act(&api, "advance_clock", json!({"duration": "30d"}));
    act(&api, "delete_partner", json!({"id": id}));
    act(&api, "set_switch", json!({"name": "costs", "value": "numbers"}));
    assert_eq!(api.get("/console/switches").json()["costs"], "numbers");
    act(&api, "add_key", json!({"key": "another", "kind": "channel_partner"}));
    act(&api, "expire_key", json!({"key": "simulator-distributor-key"}));
    assert_eq!(api.get("/contract/list").status, 401);
    let summary = json!({"reads": 1, "writes": 0, "partners": 0, "members": 0, "accounts": 0});
    assert_eq!(api.get("/console/summary").json(), summary);
}

#[test]
fn an_action_that_cannot_be_done_says_why() {
    let api = Api::plain();
    let cases = [
        ("rename_partner", json!({"id": "x", "name": "y"}), "there is no partner \"x\""),
        ("set_reserved", json!({"contract": "x", "bytes": 1}), "there is no contract \"x\""),
        ("delete_member", json!({"id": "x"}), "there is no member \"x\""),
        ("purge_account", json!({"id": "1"}), "there is no storage account \"1\""),
        ("expire_key", json!({"key": "x"}), "there is no such key"),
        (
            "advance_clock",
            json!({"duration": "soon"}),
            "\"soon\" is no span of time; write it like 50ms, 2s, 5m, 36h or 30d",
        ),
        ("set_clock", json!({"time": "noon"}), "\"noon\" is no RFC 3339 time"),
        ("rename_partner", json!({"id": "x"}), "missing field `name`"),
        ("delete_partner", json!({"id": "x", "force": true}), "unknown field `force`, expected `id`"),
        ("delete_partner", json!([]), "the body of an action is a JSON object"),
    ];
    for (action, body, message) in cases {
        let refused = api.post(&format!("/console/{action}"), body.clone());
        assert_eq!((refused.status, refused.json()), (400, json!({"error": message})), "{action} {body}");
    }
    let unknown = api.post("/console/explode", json!({}));
    assert_eq!((unknown.status, unknown.text.contains("unknown variant `explode`")), (400, true));
    assert_eq!(api.get("/console/partners/x").status, 404);
}

#[test]
fn the_clock_stops_at_the_end_of_the_calendar() {
    let api = Api::plain().channel_partner();
    let path =
        format!("/storage-account/{}", api.post("/storage-account", account("Data", "data@example.com", 0)).id());
    api.sim.advance_clock(Duration::MAX);
    api.sim.set_clock("9999-12-31T23:00:00Z");
    assert_eq!(api.delete(&path).status, 204);
    assert_eq!(api.get(&path).status, 200);
    assert_eq!(api.get("/storage-accounts/usage?from=9999-12-01&to=9999-12-31").status, 200);
}

#[test]
fn the_log_tells_what_arrived() {
    let mut api = Api::plain();
    let id = api.create_partner("Acme", TB).id();
    api.get(&format!("/partner/{id}/usage?from=2026-03-20&to=2026-03-21"));
    api.post(&format!("/partner/{id}/member"), member("kim@example.com"));
    api.key = Some(CHANNEL_PARTNER_KEY.to_string());
    api.delete(&format!("/partner/{id}"));
    api.key = None;
    api.get("/nowhere");
    let log = api.sim.requests();
    let lines: Vec<String> = log
        .iter()
        .map(|request| {
            let path = request.path.replace(&id, "ID");
            let status = request.status.map_or("none".to_string(), |status| status.to_string());
            format!(
                "{} {} {path}?{} {} {status} {}",
                request.seq, request.method, request.query, request.operation, request.key_kind
            )
        })
        .collect();
    let expected = [
        "1 POST /v1/partner? create_partner 201 distributor",
        "2 GET /v1/partner/ID/usage?from=2026-03-20&to=2026-03-21 get_partner_usage 200 distributor",
        "3 POST /v1/partner/ID/member? create_member 201 distributor",
        "4 DELETE /v1/partner/ID? delete_partner 403 channel_partner",
        "5 GET /v1/nowhere? unknown 404 none",
    ];
    assert_eq!(lines, expected);
    assert!(log[0].body.contains("\"name\":\"Acme\""));
    assert_eq!(log[0].user_agent, "simulator-tests/1");
    assert!(!format!("{log:?}").contains("distributor-key"), "keys are not kept");
    assert_eq!((api.sim.reads(), api.sim.writes()), (2, 3));
    assert_eq!((api.sim.count("create_partner"), api.sim.count("get_partner")), (1, 0));
    let over_http = api.get("/console/requests").json();
    assert_eq!(over_http[3]["operation"], "delete_partner");
    assert_eq!(api.get("/console/counts").json()["create_member"], 1);
    api.delete("/console/requests");
    assert_eq!((api.sim.reads(), api.sim.writes(), api.sim.requests().len()), (0, 0, 0));
    api.get("/nowhere");
    assert_eq!(api.sim.requests()[0].seq, 6);
}

#[test]
fn keys_can_be_made_and_expire() {
    let mut api = Api::plain();
    api.sim.add_key("marked-secret", KeyKind::ChannelPartner);
    api.key = Some("marked-secret".to_string());
    assert_eq!(api.get("/storage-account/list").status, 200);
    api.sim.expire_key("marked-secret");
    assert_eq!(api.get("/storage-account/list").status, 401);
    let kinds: Vec<String> = api.sim.requests().into_iter().map(|request| request.key_kind).collect();
    assert_eq!(kinds, ["channel_partner", "expired"]);
}

#[test]
fn a_seed_repeats_everything() {
    let ids = |random_seed| {
        let sim = Simulator::start(Options { random_seed, ..Options::default() });
        sim.all_partners().into_iter().map(|partner| partner.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(Some(1)), ids(Some(1)));
    assert_ne!(ids(Some(1)), ids(Some(2)));
    assert_ne!(ids(None), ids(None));
}

#[test]
fn it_listens_for_this_machine_only_and_stops_when_dropped() {
    let everywhere = Options { listen: ([0, 0, 0, 0], 0).into(), ..Options::default() };
    let problem = Simulator::try_start(everywhere).err().map(|error| error.to_string());
    let sentence = "0.0.0.0:0 is no loopback address; the simulator serves this machine only, unless --allow-remote \
                    says otherwise";
    assert_eq!(problem.as_deref(), Some(sentence));
    let sim = Simulator::start(Options::default());
    let address: std::net::SocketAddr = sim.url("").trim_start_matches("http://").parse().unwrap();
    assert!(std::net::TcpStream::connect(address).is_ok());
    drop(sim);
    assert!(std::net::TcpStream::connect(address).is_err());
    let again = Simulator::start(Options { listen: address, ..Options::default() });
    assert_eq!(again.endpoint(), format!("http://{address}/v1"));
    assert!(Simulator::try_start(Options { listen: address, ..Options::default() }).is_err(), "the address is taken");
}
