//! What a client sees of each fault, and whether its request took effect.

use std::io::ErrorKind;
use std::time::Duration;

use impossiblecloud_simulator::{FIRST_CONTRACT, Fault, FaultKind};
use serde_json::json;

use crate::client::{Api, Reply, TB, agent, soon};

/// In words, what came back.
fn seen(result: &Result<Reply, ureq::Error>) -> String {
    match result {
        Ok(reply) => {
            let kind = match reply.text.trim_start().chars().next() {
                None => "nothing",
                Some('<') => "html",
                Some(_) => "text",
            };
            format!("{} with {kind}", reply.status)
        }
        Err(ureq::Error::Timeout(_)) => "no answer".to_string(),
        Err(ureq::Error::Io(error)) => match error.kind() {
            ErrorKind::ConnectionRefused => "refused".to_string(),
            ErrorKind::ConnectionReset => "reset".to_string(),
            ErrorKind::UnexpectedEof => "cut".to_string(),
            kind => format!("{kind:?}"),
        },
        Err(error) => format!("{error:?}"),
    }
}

/// What a client sees that creates a partner, and how many partners there are then.
fn expected(kind: &FaultKind) -> (&'static str, usize) {
    match kind {
        FaultKind::RefuseConnection { .. } => ("201 with text", 1),
        FaultKind::ResetBefore => ("reset", 0),
        FaultKind::CutBefore => ("cut", 0),
        FaultKind::CutAfterCommit => ("cut", 1),
        FaultKind::StatusBefore { .. } => ("503 with text", 0),
        FaultKind::StatusAfter { .. } => ("500 with text", 1),
        FaultKind::TruncatedBody => ("cut", 1),
        FaultKind::HtmlBody => ("200 with html", 0),
        FaultKind::HtmlBodyAfterCommit => ("200 with html", 1),
        FaultKind::EmptyBody => ("201 with nothing", 1),
        FaultKind::HangBefore => ("no answer", 0),
        FaultKind::HangAfterCommit => ("no answer", 1),
        FaultKind::SlowDrip { .. } => ("201 with text", 1),
        FaultKind::WrongTypes => ("201 with text", 1),
        FaultKind::NullList => ("201 with text", 1),
        FaultKind::LateCommit { .. } => ("500 with text", 0),
        FaultKind::Delay { .. } => ("201 with text", 1),
        FaultKind::RefusedStream | FaultKind::GoAway(_) => ("cut", 0),
        FaultKind::Answer(_) => ("404 with html", 0),
        FaultKind::Flood(_) | FaultKind::Altered(_) | FaultKind::Rewritten { .. } => ("201 with text", 1),
    }
}

fn create(api: &Api, name: &str) -> Result<Reply, ureq::Error> {
    let body = crate::client::partner(name, TB).to_string();
    api.try_send("POST", "/partner", Some(&body))
}

#[test]
fn each_fault_is_seen_as_it_says() {
    for kind in FaultKind::all() {
        let mut api = Api::plain();
        if matches!(kind, FaultKind::HangBefore | FaultKind::HangAfterCommit) {
            api.agent = agent(Duration::from_millis(300));
        }
        let (answer, partners) = expected(&kind);
        api.sim.fault(Fault::new("create_partner", kind.clone()));
        assert_eq!(api.get("/contract/list").status, 200, "another operation is left alone: {kind:?}");
        let result = create(&api, "Acme");
        assert_eq!(seen(&result), answer, "{kind:?}");
        assert_eq!(api.sim.all_partners().len(), partners, "{kind:?}");
        let logged = api.sim.requests().pop().unwrap();
        assert_eq!(logged.fault, Some(kind.name()));
        let status = result.as_ref().ok().map(|reply| reply.status);
        let truncated = (kind == FaultKind::TruncatedBody).then_some(201);
        assert_eq!(logged.status, status.or(truncated), "{kind:?}");
        assert_eq!(api.sim.waiting_faults().len(), 0);
        soon(|| seen(&create(&api, "Next")) == "201 with text");
    }
}

#[test]
fn a_refused_connection_is_a_real_refusal() {
    let api = Api::plain();
    let forever = FaultKind::RefuseConnection { duration: Duration::from_secs(3600) };
    api.sim.fault(Fault::new("list_contracts", forever.clone()));
    let answered = api.get("/contract/list");
    assert_eq!((answered.status, answered.header("connection")), (200, Some("close")));
    assert_eq!(seen(&create(&api, "Acme")), "refused");
    assert_eq!(seen(&create(&api, "Acme")), "refused");
    api.sim.accept_connections();
    assert_eq!(seen(&create(&api, "Acme")), "201 with text");

    api.sim.fault(Fault::new("*", forever));
    assert_eq!(seen(&create(&api, "Next")), "refused");
    assert_eq!(api.sim.writes(), 1, "what is refused never arrives");
    api.sim.accept_connections();

    let short = FaultKind::RefuseConnection { duration: Duration::from_millis(200) };
    api.sim.fault(Fault::new("*", short));
    soon(|| seen(&create(&api, "Next")) == "201 with text");
}

#[test]
fn refusing_closes_connections_that_are_kept_alive() {
    let mut api = Api::plain();
    api.agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(20))).build().into();
    api.get("/contract/list");
    api.get("/contract/list");
    let connections: Vec<u64> = api.sim.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1, 1]);
    api.sim.fault(Fault::new("*", FaultKind::RefuseConnection { duration: Duration::from_secs(3600) }));
    assert_ne!(seen(&create(&api, "Acme")), "201 with text");
    assert_eq!(api.sim.writes(), 0);
}

#[test]
fn faults_count_and_wait_their_turn() {
    let api = Api::plain();
    let status = |status| FaultKind::StatusBefore { status, retry_after: None, body: None };
    api.sim.fault(Fault::new("list_contracts", status(500)).times(2).skip(1));
    api.sim.fault(Fault::new("*", status(502)));
    api.sim.fault(Fault::new("get_partner", status(504)));
    let statuses: Vec<u16> = (0..5).map(|_| api.get("/contract/list").status).collect();
    assert_eq!(statuses, [502, 500, 500, 200, 200]);
    assert_eq!(api.sim.waiting_faults().len(), 1);
    api.sim.clear_faults();
    assert_eq!(api.get("/partner/00000000-0000-4000-8000-000000000000").status, 404);
}

#[test]
fn an_error_may_carry_retry_after_and_a_body() {
    let api = Api::plain();
    let date = "Fri, 31 Dec 1999 23:59:59 GMT";
    for (retry_after, header) in
        [(None, None), (Some("2"), Some("2")), (Some(date), Some(date)), (Some("+2s"), Some("date"))]
    {
        let retry_after = retry_after.map(str::to_string);
        let body = Some("maintenance until noon".to_string());
        let kind = FaultKind::StatusBefore { status: 429, retry_after, body };
        api.sim.fault(Fault::new("list_contracts", kind));
        let reply = api.get("/contract/list");
        assert_eq!((reply.status, reply.text.as_str()), (429, "maintenance until noon"));
        let answered =
            reply.header("retry-after").map(|text| if is_date(text) && text != date { "date" } else { text });
        assert_eq!(answered, header);
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 29 && text.ends_with(" GMT")
}

#[test]
fn a_late_commit_appears_after_the_error() {
    for (status, answer) in [(Some(504), "504 with text"), (None, "cut")] {
        let api = Api::plain();
        let late = |delay| api.sim.fault(Fault::new("create_partner", FaultKind::LateCommit { delay, status }));
        late(Duration::from_secs(3600));
        assert_eq!(seen(&create(&api, "In an hour")), answer);
        late(Duration::from_millis(300));
        assert_eq!(seen(&create(&api, "Acme")), answer);
        soon(|| !api.sim.all_partners().is_empty());
        let there: Vec<_> = api.sim.all_partners().into_iter().map(|partner| partner.name).collect();
        assert_eq!(there, ["Acme"], "the other is not there before its time");
    }
}

#[test]
fn slow_answers_take_their_time() {
    type Slow = fn(Duration) -> FaultKind;
    let kinds: [Slow; 2] = [|duration| FaultKind::SlowDrip { duration }, |duration| FaultKind::Delay { duration }];
    for kind in kinds {
        let mut api = Api::plain();
        api.sim.fault(Fault::new("list_contracts", kind(Duration::from_millis(400))));
        assert_eq!(api.get("/contract/list").json().as_array().map(Vec::len), Some(2));
        // One that takes longer than anybody waits does not come.
        api.agent = agent(Duration::from_millis(300));
        api.sim.fault(Fault::new("list_contracts", kind(Duration::from_secs(3600))));
        assert_eq!(seen(&api.try_send("GET", "/contract/list", None)), "no answer");
    }
}

#[test]
fn types_and_lists_can_be_wrong() {
    let api = Api::plain();
    api.sim.fault(Fault::new("create_partner", FaultKind::WrongTypes));
    let created = create(&api, "Acme").unwrap().json();
    let wrong = json!({"id": 36, "name": 4, "distributorContractId": 36, "allocatedCapacity": "1000000000000 bytes",
        "allowOverdraft": "no", "details": 0, "futureField": 36});
    assert_eq!(created, wrong);
    let list = format!("/contract/{FIRST_CONTRACT}/partners");
    api.sim.fault(Fault::new("list_partners", FaultKind::NullList));
    assert_eq!(api.get(&list).text, "null");
    api.sim.fault(Fault::new("list_regions", FaultKind::NullList));
    assert_eq!(api.get("/integration/regions/list").text, r#"{"regions":null}"#);
    api.sim.fault(Fault::new("list_partners", FaultKind::TruncatedBody));
    assert_eq!(seen(&api.try_send("GET", &list, None)), "cut");
}

#[test]
fn a_client_that_leaves_is_no_longer_in_flight() {
    let mut api = Api::plain();
    api.agent = agent(Duration::from_millis(100));
    api.sim.fault(Fault::new("list_contracts", FaultKind::HangBefore));
    assert_eq!(seen(&api.try_send("GET", "/contract/list", None)), "no answer");
    api.agent = agent(Duration::from_secs(20));
    soon(|| {
        api.get("/contract/list");
        api.sim.requests().pop().is_some_and(|request| request.in_flight == 1)
    });
}

#[test]
fn faults_are_ordered_over_http_too() {
    let api = Api::plain();
    for kind in FaultKind::all() {
        let mut body = serde_json::to_value(&kind).unwrap();
        body["operation"] = json!("get_partner");
        assert_eq!(api.post("/console/faults", body.clone()).status, 200, "{body}");
    }
    let waiting: Vec<FaultKind> = api.sim.waiting_faults().into_iter().map(|fault| fault.kind).collect();
    assert_eq!(waiting, FaultKind::all());
    assert_eq!(api.get("/console/faults").json()[0]["kind"], "refuse_connection");
    assert_eq!(api.delete("/console/faults").status, 200);
    assert_eq!(api.sim.waiting_faults().len(), 0);
    let cases = [
        (json!([]), "a fault is a JSON object"),
        (json!({"kind": "cut_before"}), "a fault needs an operation, or \"*\" for all"),
        (json!({"operation": "get_partnr", "kind": "cut_before"}), "there is no operation \"get_partnr\""),
        (json!({"operation": "*", "kind": "cut_before", "times": "x"}), "times must be a whole number"),
        (json!({"operation": "*", "kind": "cut_before", "time": 2}), "unknown field `time`"),
        (json!({"operation": "*", "kind": "delay"}), "missing field `duration`"),
    ];
    for (body, message) in cases {
        let refused = api.post("/console/faults", body.clone());
        assert_eq!((refused.status, refused.json()), (400, json!({"error": message})), "{body}");
    }
    let unknown = api.post("/console/faults", json!({"operation": "*", "kind": "explode"}));
    assert_eq!((unknown.status, unknown.text.contains("unknown variant `explode`")), (400, true));
    let down = json!({"operation": "*", "kind": "refuse_connection", "duration": "1h"});
    assert_eq!(api.post("/console/faults", down).status, 200);
    assert_eq!(seen(&create(&api, "Acme")), "refused");
}
