//! Keys, errors, the forms of answers, and the transport.

use std::time::Duration;

use impossiblecloud_simulator::FIRST_CONTRACT;
use serde_json::json;

use super::Scenario;
use crate::client::{Api, TB, partner};

const UNKNOWN: &str = "/partner/00000000-0000-4000-8000-000000000000";

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        switch: "missing_key_status",
        observe: |api| {
            api.key = None;
            api.get("/contract/list").status.to_string()
        },
        outcomes: &[("401", "401"), ("400", "400"), ("403", "403")],
    },
    Scenario {
        switch: "rejected_key_status",
        observe: |api| {
            api.sim.expire_key("simulator-distributor-key");
            api.get("/contract/list").status.to_string()
        },
        outcomes: &[("401", "401"), ("403", "403")],
    },
    Scenario {
        switch: "error_body",
        observe: |api| {
            let reply = api.get(UNKNOWN);
            format!("{} {}", reply.header("content-type").unwrap_or("none"), reply.text)
        },
        outcomes: &[
            ("error", r#"application/json {"error":"partner not found"}"#),
            ("message", r#"application/json {"message":"partner not found"}"#),
            ("text", "text/plain; charset=utf-8 partner not found"),
            ("empty", "none "),
        ],
    },
    Scenario {
        switch: "wrong_key_status",
        observe: |api| api.get("/storage-account/list").status.to_string(),
        outcomes: &[("403", "403"), ("401", "401"), ("404", "404")],
    },
    Scenario {
        switch: "unknown_object_status",
        observe: |api| api.get(UNKNOWN).status.to_string(),
        outcomes: &[("404", "404"), ("403", "403"), ("410", "410")],
    },
    Scenario {
        switch: "malformed_id_status",
        observe: |api| api.get("/partner/acme").status.to_string(),
        outcomes: &[("400", "400"), ("404", "404")],
    },
    Scenario {
        switch: "delete_unknown_status",
        observe: |api| api.delete(UNKNOWN).status.to_string(),
        outcomes: &[("404", "404"), ("204", "204")],
    },
    Scenario {
        switch: "extra_fields",
        observe: |api| {
            let mut body = partner("Acme", 0);
            body["color"] = json!("blue");
            api.post("/partner", body).status.to_string()
        },
        outcomes: &[("ignore", "201"), ("reject", "400")],
    },
    Scenario {
        switch: "empty_list",
        observe: |api| {
            let reply = api.get(&format!("/contract/{FIRST_CONTRACT}/partners"));
            format!("{} {:?}", reply.status, reply.text)
        },
        outcomes: &[
            ("array", r#"200 "[]\n""#),
            ("null", r#"200 "null\n""#),
            ("not_found", r#"404 "{\"error\":\"nothing found\"}""#),
            ("no_content", r#"204 """#),
        ],
    },
    Scenario {
        switch: "costs",
        observe: |api| {
            let contract = api.get("/contract/list").json()[0].clone();
            format!("{} {}", contract["costStorageGBCents"], contract["costEgressGBCents"])
        },
        outcomes: &[("strings", r#""100" "0""#), ("numbers", "100 0"), ("fractions", "100.25 0.0")],
    },
    Scenario {
        switch: "list_order",
        observe: |api| {
            for name in ["Bravo", "Charlie", "Alpha"] {
                api.create_partner(name, 0).id();
            }
            let mut orders: Vec<String> = (0..20).map(|_| names(api)).collect();
            orders.sort();
            orders.dedup();
            if orders.len() > 1 { "differs".to_string() } else { orders.concat() }
        },
        outcomes: &[("shuffled", "differs"), ("created", "Bravo Charlie Alpha"), ("name", "Alpha Bravo Charlie")],
    },
    Scenario {
        switch: "regions_key",
        observe: |api| {
            api.key = None;
            api.get("/integration/regions/list").status.to_string()
        },
        outcomes: &[("open", "200"), ("required", "401")],
    },
    Scenario {
        switch: "rate_limit",
        observe: |api| limited(api).to_string(),
        outcomes: &[("0", "false"), ("5", "true")],
    },
    Scenario {
        switch: "rate_limit_retry_after",
        observe: |api| {
            api.sim.set_switch("rate_limit", "1");
            let refused = (0..100).map(|_| api.get("/contract/list")).find(|reply| reply.status == 429).unwrap();
            match refused.header("retry-after") {
                Some("1") => "seconds".to_string(),
                Some(date) => format!("{} characters, ends with {}", date.len(), &date[date.len() - 3..]),
                None => "none".to_string(),
            }
        },
        outcomes: &[("seconds", "seconds"), ("date", "29 characters, ends with GMT"), ("none", "none")],
    },
    Scenario {
        switch: "totals_lag",
        observe: |api| {
            api.create_partner("Acme", TB).id();
            let at_once = api.allocated();
            api.sim.advance_clock(Duration::from_secs(61));
            format!("{at_once}, then {}", api.allocated())
        },
        outcomes: &[("0s", "1000000000000, then 1000000000000"), ("1m", "0, then 1000000000000")],
    },
    Scenario {
        switch: "success_status",
        observe: |api| {
            let created = api.create_partner("Acme", 0);
            let id = created.json()["id"].as_str().unwrap().to_string();
            let deleted = api.delete(&format!("/partner/{id}"));
            format!("{} {} {:?}", created.status, deleted.status, deleted.text)
        },
        outcomes: &[("documented", "201 204 \"\""), ("always_200", "200 200 \"\"")],
    },
    Scenario {
        switch: "answer_extras",
        observe: |api| {
            let text = api.get("/contract/list").text;
            format!("{} {}", text.contains("futureField"), text.ends_with('\n'))
        },
        outcomes: &[("present", "true true"), ("absent", "false false")],
    },
];

fn names(api: &Api) -> String {
    let list = api.get(&format!("/contract/{FIRST_CONTRACT}/partners")).json();
    list.as_array().unwrap().iter().map(|partner| partner["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Whether somebody in a hurry meets the limit.
fn limited(api: &Api) -> bool {
    (0..30).any(|_| api.get("/contract/list").status == 429)
}
