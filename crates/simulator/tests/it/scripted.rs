use std::io::Read;
use std::time::Duration;

use impossiblecloud_simulator::{
    Altered, Effect, FIRST_CONTRACT, Fault, FaultKind, Flood, Form, SECOND_CONTRACT, Scripted,
};
use serde_json::{Value, json};

use crate::client::{Api, STRONG, TB, member, partner, soon};

#[test]
fn a_gateway_knows_nothing_in_seven_forms() {
    let expected = [
        ("text/plain; charset=utf-8", "404 page not found"),
        ("application/json", r#"{"message":"no Route matched with those values"}"#),
        ("none", ""),
        ("text/html; charset=utf-8", "<!DOCTYPE html>"),
        ("application/json", r#"{"errors":[{"code":"E1000","detail":"the request cannot be routed"}]}"#),
        ("application/json", "[]"),
        ("application/json", "{}"),
    ];
    for (form, (content_type, text)) in Form::GATEWAY.into_iter().zip(expected) {
        let api = Api::plain();
        let id = api.sim.add_partner(FIRST_CONTRACT, "Acme", TB, false);
        api.sim.fault(Fault::new("*", FaultKind::gateway(form)).forever());
        for (method, path, body) in [
            ("GET", format!("/partner/{id}"), None),
            ("GET", "/contract/list".to_string(), None),
            ("POST", "/partner".to_string(), Some(partner("Next", 0).to_string())),
            ("PUT", format!("/partner/{id}"), Some(json!({"name": "Next"}).to_string())),
            ("DELETE", format!("/partner/{id}"), None),
            ("GET", "/nowhere".to_string(), None),
        ] {
            let reply = api.send(method, &path, body.as_deref());
            let seen = (reply.status, reply.header("content-type").unwrap_or("none"));
            assert_eq!(seen, (404, content_type), "{form:?} {method} {path}");
            assert_eq!(reply.text.lines().next().unwrap_or_default(), text, "{form:?}");
        }
        assert_eq!(api.sim.partner(&id).map(|partner| partner.name), Some("Acme".to_string()), "nothing was done");
        assert_eq!(api.sim.all_partners().len(), 1);
        assert_eq!(api.sim.waiting_faults().len(), 1, "it goes on for ever");
    }
}

#[test]
fn a_fault_strikes_what_it_names() {
    let cases = [
        ("reads", [true, false, false, false]),
        ("writes", [false, true, true, true]),
        ("creations", [false, true, false, false]),
        ("updates", [false, false, true, false]),
        ("deletions", [false, false, false, true]),
        ("get_partner", [true, false, false, false]),
        ("DELETE /v1/partner/*", [false, false, false, true]),
        ("* /v1/partner", [false, true, false, false]),
        ("* /v1/partner/*", [true, false, true, true]),
    ];
    for (target, struck) in cases {
        let api = Api::plain();
        let path = format!("/partner/{}", api.sim.add_partner(FIRST_CONTRACT, "Acme", TB, false));
        api.sim.fault(Fault::new(target, FaultKind::Answer(Scripted::status(418))).forever());
        let seen = [
            api.get(&path),
            api.create_partner("Next", 0),
            api.put(&path, json!({"name": "Acme AG"})),
            api.delete(&path),
        ];
        assert_eq!(seen.map(|reply| reply.status == 418), struck, "{target}");
    }
    let api = Api::plain();
    api.sim.fault(Fault::new("unknown", FaultKind::gateway(Form::Empty)).forever());
    assert_eq!((api.get("/nowhere").text.as_str(), api.get("/contract/list").status), ("", 200));
    let without_version = api.agent.get(api.sim.url("/contract/list")).call().unwrap();
    assert_eq!(without_version.status(), 404);
}

#[test]
fn a_creation_may_be_answered_by_anything_before_or_after_it_was_made() {
    for status in [408, 409, 421, 425, 499, 502] {
        for form in [Form::Own, Form::Text, Form::Page, Form::Problem, Form::Empty] {
            for (effect, partners) in [(Effect::None, 0), (Effect::Done, 1)] {
                let api = Api::plain();
                let scripted = Scripted { effect, ..Scripted::status(status).form(form) };
                api.sim.fault(Fault::new("creations", FaultKind::Answer(scripted)));
                let reply = api.create_partner("Acme", TB);
                assert_eq!((reply.status, api.sim.all_partners().len()), (status, partners), "{form:?}");
                assert_eq!(reply.text.is_empty(), form == Form::Empty);
            }
        }
    }
}

#[test]
fn a_deletion_may_be_promised_and_not_carried_out() {
    let api = Api::plain();
    let id = api.sim.add_partner(FIRST_CONTRACT, "Acme", TB, false);
    let path = format!("/partner/{id}");
    let queued = Scripted::status(202).json(&json!({"status": "queued"}));
    api.sim.fault(Fault::new("deletions", FaultKind::Answer(queued.clone())));
    let reply = api.delete(&path);
    assert_eq!((reply.status, reply.json()["status"].as_str()), (202, Some("queued")));
    assert!(api.sim.partner(&id).is_some());
    let refused = Scripted::status(200).json(&json!({"error": "the partner is in use"}));
    api.sim.fault(Fault::new("deletions", FaultKind::Answer(refused)));
    assert_eq!((api.delete(&path).status, api.sim.all_partners().len()), (200, 1));
    api.sim.fault(Fault::new("deletions", FaultKind::Answer(queued.late(Duration::from_millis(200)))));
    assert_eq!(api.delete(&path).status, 202);
    soon(|| api.sim.partner(&id).is_none());
}

#[test]
fn good_answers_are_changed_and_refusals_are_not() {
    let api = Api::plain();
    let old = api.create_partner("Old", TB).id();
    let alter = |operation: &str, altered: Altered| api.sim.fault(Fault::new(operation, FaultKind::Altered(altered)));
    alter("create_partner", Altered::default().set("id", old.clone()));
    assert_eq!(api.create_partner("New", TB).id(), old, "an id that was there before");
    let other = Altered::default().set("distributorContractId", "other").set("allocatedCapacity", -5);
    alter("create_partner", other.remove("name").status(200).header("x-note", "changed"));
    let created = api.create_partner("Newer", TB);
    assert_eq!((created.status, created.header("x-note")), (200, Some("changed")));
    let fields = created.json();
    assert_eq!((&fields["distributorContractId"], &fields["allocatedCapacity"]), (&json!("other"), &json!(-5)));
    assert_eq!(fields.get("name"), None);
    alter("creations", Altered::id_alone());
    let path = format!("/partner/{old}/member");
    let created = api.post(&path, member("kim@example.com")).json();
    assert_eq!(created.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>()), Some(vec!["id".into()]));
    alter("creations", Altered::id_alone());
    let refused = api.post(&path, member("kim@example.com"));
    assert_eq!((refused.status, refused.json().get("error").is_some()), (409, true));
}

#[test]
fn a_request_may_be_carried_out_otherwise_than_asked() {
    let api = Api::plain();
    api.sim.fault(Fault::new("create_partner", FaultKind::rewritten("distributorContractId", SECOND_CONTRACT)));
    let created = api.create_partner("Acme", TB).json();
    assert_eq!((&created["distributorContractId"], &created["name"]), (&json!(SECOND_CONTRACT), &json!("Acme")));
    assert_eq!(api.sim.partners(SECOND_CONTRACT).len(), 1);
    let set = json!({"name": "ACME", "allocatedCapacity": 5 * TB});
    let order = json!({"operation": "updates", "kind": "rewritten", "set": set});
    assert_eq!(api.post("/console/faults", order).status, 200);
    let path = format!("/partner/{}", created["id"].as_str().unwrap());
    let updated = api.put(&path, json!({"name": "Acme AG"})).json();
    assert_eq!((&updated["name"], &updated["allocatedCapacity"]), (&set["name"], &set["allocatedCapacity"]));
    assert_eq!(api.get(&path).json()["name"], "ACME");
}

#[test]
fn lists_lose_and_gain_items() {
    let api = Api::plain();
    api.sim.set_switch("list_order", "created");
    let ids = ["Alpha", "Bravo", "Charlie"].map(|name| api.sim.add_partner(FIRST_CONTRACT, name, TB, false));
    let list = |altered: Altered| {
        api.sim.fault(Fault::new("list_partners", FaultKind::Altered(altered)));
        let list = api.get(&format!("/contract/{FIRST_CONTRACT}/partners")).json();
        let text = |item: &Value| item.get("name").map_or(item.to_string(), |name| name.to_string());
        list.as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(list(Altered::default().append(Value::Null).append("x")), r#""Alpha" "Bravo" "Charlie" null "x""#);
    assert_eq!(list(Altered::default().first(1)), r#""Alpha""#);
    assert_eq!(list(Altered::default().hide(&ids[1])), r#""Alpha" "Charlie""#);
    assert_eq!(list(Altered::default().only(&ids[2]).set("name", 3)), r#""Alpha" "Bravo" 3"#);
}

#[test]
fn secrets_come_back_where_a_test_wants_them() {
    let api = Api::plain();
    let body = json!({"email": "kim@example.com", "password": "a<b\"c\\D1", "role": "staff"});
    let path = format!("/partner/{}/member", api.create_partner("Acme", 0).id());
    let echo = |form: Form| {
        let scripted = Scripted::status(500).form(form).header("x-request", "{{key}}");
        api.sim.fault(Fault::new("creations", FaultKind::Answer(scripted)));
        let reply = api.post(&path, body.clone());
        assert_eq!(reply.header("x-request"), Some("simulator-distributor-key"));
        reply
    };
    let inside = echo(Form::EchoJson).json()["error"].as_str().unwrap().to_string();
    assert_eq!(inside, format!("cannot process {body}"));
    assert!(echo(Form::EchoRawPage).text.contains(&format!("<title>Cannot process {body}</title>")));
    assert!(echo(Form::EchoPage).text.contains("a&lt;b"));
    assert!(!echo(Form::Text).text.contains(STRONG));
}

#[test]
fn a_flood_has_as_many_items_as_it_says() {
    let api = Api::plain();
    for (items, item, expected) in [
        (0, r#"{"id":"{{n}}"}"#, "[]\n".to_string()),
        (2, r#"{"id":"{{n}}"}"#, "[{\"id\":\"1\"},{\"id\":\"2\"}]\n".to_string()),
        (200_000, "1", format!("[{}]\n", ["1"; 200_000].join(","))),
    ] {
        for flood in [Flood::of(items).item(item), Flood::of(items).item(item).gzip()] {
            api.sim.fault(Fault::new("list_partners", FaultKind::Flood(flood.clone())));
            let request = api.agent.get(format!("{}/contract/{FIRST_CONTRACT}/partners", api.sim.endpoint()));
            let mut response = request.call().unwrap();
            let (status, mut bytes) = (response.status(), Vec::new());
            response.body_mut().as_reader().read_to_end(&mut bytes).unwrap();
            let mut text = String::new();
            if flood.gzip {
                assert!(bytes.len() < 1_000, "{} bytes on the wire", bytes.len());
                flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
            } else {
                text = String::from_utf8(bytes).unwrap();
            }
            assert!(status == 200 && text == expected, "{items} items, gzip: {}", flood.gzip);
        }
    }
}

#[test]
fn scripts_are_ordered_over_http_too() {
    let api = Api::plain();
    let order = json!({"operation": "GET /v1/contract/*", "kind": "answer", "status": 503, "form": "page",
        "effect": "2s", "headers": {"retry-after": "7"}, "times": 2});
    assert_eq!(api.post("/console/faults", order).status, 200);
    let reply = api.get("/contract/list");
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("7")));
    let expected = Scripted::status(503).form(Form::Page).late(Duration::from_secs(2)).header("retry-after", "7");
    assert_eq!(api.sim.waiting_faults()[0].kind, FaultKind::Answer(expected));
    api.sim.clear_faults();
    let order = json!({"operation": "list_contracts", "kind": "altered", "set": {"currency": 5}, "first": 1});
    assert_eq!(api.post("/console/faults", order).status, 200);
    let list = api.get("/contract/list").json();
    assert_eq!((list.as_array().map(Vec::len), &list[0]["currency"]), (Some(1), &json!(5)));
    for (field, message) in
        [("forms", "unknown field `forms`"), ("effect", "invalid type: integer `5`, expected a string")]
    {
        let order = json!({"operation": "*", "kind": "answer", field: 5});
        assert_eq!(api.post("/console/faults", order).json(), json!({"error": message}));
    }
}
