use impossiblecloud_simulator::operations::OPERATIONS;
use impossiblecloud_simulator::{EXPIRED_KEY, KeyKind};
use serde_json::json;
use ureq::http::Request;

use crate::client::{Api, TB, partner};

fn path(template: &str, id: &str) -> String {
    ["{contractID}", "{partnerID}", "{memberID}", "{accountID}"]
        .iter()
        .fold(template.to_string(), |path, name| path.replace(name, id))
}

#[test]
fn every_operation_wants_its_kind_of_key() {
    let mut api = Api::plain();
    let unknown = "00000000-0000-4000-8000-000000000000";
    for operation in OPERATIONS {
        let path = path(operation.path, unknown);
        let Some(kind) = operation.key else { continue };
        let other = match kind {
            KeyKind::Distributor => "simulator-channel-partner-key",
            KeyKind::ChannelPartner => "simulator-distributor-key",
        };
        let cases = [
            (None, 401, "Authorization header is missing"),
            (Some("nonsense"), 401, "invalid or expired API key"),
            (Some(EXPIRED_KEY), 401, "invalid or expired API key"),
            (Some(other), 403, "this API key may not use this operation"),
        ];
        for (key, status, message) in cases {
            api.key = key.map(str::to_string);
            let body = (operation.method != "GET" && operation.method != "DELETE").then_some("{}");
            let refused = api.send(operation.method, &path, body);
            assert_eq!(
                (refused.status, refused.json()),
                (status, json!({"error": message})),
                "{} {key:?}",
                operation.name
            );
        }
    }
}

#[test]
fn a_key_follows_bearer_and_one_space() {
    let api = Api::plain();
    for header in
        ["simulator-distributor-key", "bearer simulator-distributor-key", "Bearer  simulator-distributor-key", "Bearer"]
    {
        let uri = format!("{}/contract/list", api.sim.endpoint());
        let request = Request::builder().uri(uri).header("Authorization", header).body(()).unwrap();
        let mut response = api.agent.run(request).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        assert_eq!(
            (response.status().as_u16(), text.as_str()),
            (401, r#"{"error":"Authorization header is missing"}"#),
            "{header}"
        );
    }
}

#[test]
fn bodies_are_read_strictly() {
    let api = Api::plain();
    let changed = |name: &str, value: serde_json::Value| {
        let mut body = partner("Acme", TB);
        body[name] = value;
        body.to_string()
    };
    let with_amount = |amount: &str| changed("allocatedCapacity", json!(7)).replace(":7", &format!(":{amount}"));
    let whole = "allocatedCapacity must be a 64-bit integer";
    let cases = [
        (String::new(), "a request body is required"),
        ("[]".to_string(), "the request body must be a JSON object"),
        ("{}".to_string(), "distributorContractId is required"),
        (changed("name", json!(null)), "name is required"),
        (changed("name", json!("")), "name must not be empty"),
        (changed("name", json!(5)), "name must be a string"),
        (changed("allocatedCapacity", json!(null)), "allocatedCapacity is required"),
        (changed("allocatedCapacity", json!("0")), whole),
        (with_amount("-1"), "allocatedCapacity must be greater than or equal to 0"),
        (with_amount("5e12"), whole),
        (with_amount("5.0"), whole),
        (with_amount("9223372036854775808"), whole),
        (with_amount("99999999999999999999999"), whole),
        (changed("allowOverdraft", json!(0)), "allowOverdraft must be a boolean"),
        (changed("distributorContractId", json!("x")), "distributorContractId must be a valid UUID"),
    ];
    for (body, message) in cases {
        let refused = api.send("POST", "/partner", Some(&body));
        assert_eq!((refused.status, refused.json()), (400, json!({"error": message})), "{body}");
    }
    let broken = api.send("POST", "/partner", Some("{\"name\":"));
    assert_eq!((broken.status, broken.text.contains("no valid JSON")), (400, true));
    let elsewhere = changed("distributorContractId", json!("00000000-0000-4000-8000-000000000000"));
    assert_eq!(api.send("POST", "/partner", Some(&elsewhere)).json(), json!({"error": "contract not found"}));
    assert_eq!(api.sim.all_partners(), []);
}

#[test]
fn paths_are_read_strictly() {
    let api = Api::plain();
    for id in ["x", "606f031c0f8544448c7d4a8f1ede7cd3", "%7B606f031c-0f85-4444-8c7d-4a8f1ede7cd3%7D"] {
        assert_eq!(api.get(&format!("/partner/{id}")).status, 400, "{id}");
    }
    assert_eq!(api.get("/partner/00000000-0000-4000-8000-000000000000").json(), json!({"error": "partner not found"}));
    assert_eq!(api.get("/partners").status, 404);
    assert_eq!(api.get("/partner").status, 405);
    assert_eq!(api.put("/contract/list", json!({})).status, 405);
}

#[test]
fn regions_are_open() {
    let mut api = Api::plain();
    api.key = None;
    let mut names: Vec<String> = Vec::new();
    for region in api.get("/integration/regions/list").json()["regions"].as_array().unwrap() {
        let name = region["name"].as_str().unwrap();
        assert_eq!(region["s3_url"], format!("https://{name}.storage.impossibleapi.net"));
        names.push(name.to_string());
    }
    names.sort();
    assert_eq!(names.len(), 7);
    assert_eq!(names[0], "eu-central-2");
}
