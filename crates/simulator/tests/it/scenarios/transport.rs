//! Connections, pages, and what stands before the service.

use std::io::{Read, Write};
use std::net::TcpStream;

use impossiblecloud_simulator::FIRST_CONTRACT;
use serde_json::{Value, json};

use super::Scenario;
use crate::client::{Api, Reply, TB};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        switch: "keep_alive",
        observe: |api| {
            let answers = pipelined(api);
            let announced = answers.contains("connection: close");
            let reached = api.sim.requests().len();
            format!("{} answers, announced: {announced}, arrived: {reached}", answers.matches("HTTP/1.1 200").count())
        },
        outcomes: &[
            ("on", "2 answers, announced: false, arrived: 2"),
            ("off", "1 answers, announced: true, arrived: 1"),
            ("silent", "1 answers, announced: false, arrived: 1"),
            ("spent", "1 answers, announced: false, arrived: 1"),
        ],
    },
    Scenario {
        switch: "unknown_path",
        observe: |api| {
            let reply = api.get("/nowhere");
            let kind = reply.header("content-type").unwrap_or("none").to_string();
            format!("{} {kind} {}", reply.status, reply.text.lines().next().unwrap_or_default())
        },
        outcomes: &[
            ("own", r#"404 application/json {"error":"there is no such operation"}"#),
            ("text", "404 text/plain; charset=utf-8 404 page not found"),
            ("no_route", r#"404 application/json {"message":"no Route matched with those values"}"#),
            ("empty", "404 none "),
            ("page", "404 text/html; charset=utf-8 <!DOCTYPE html>"),
        ],
    },
    Scenario {
        switch: "zero_allocated",
        observe: |api| {
            let before = api.allocated().to_string();
            api.create_partner("Acme", TB).id();
            format!("{before}, then {}", api.allocated())
        },
        outcomes: &[("shown", "0, then 1000000000000"), ("absent", "null, then 1000000000000")],
    },
    Scenario {
        switch: "update_answer",
        observe: |api| {
            let path = format!("/partner/{}", api.create_partner("Acme", TB).id());
            let reply = api.put(&path, json!({"name": "Acme AG"}));
            let fields = match serde_json::from_str::<Value>(&reply.text) {
                Ok(Value::Object(fields)) => format!("{} fields", fields.len()),
                _ => format!("{:?}", reply.text),
            };
            let name = api.get(&path).json()["name"].clone();
            format!("{} {fields}, then {name}", reply.status)
        },
        outcomes: &[
            ("whole", r#"200 7 fields, then "Acme AG""#),
            ("changed", r#"200 1 fields, then "Acme AG""#),
            ("object", r#"200 0 fields, then "Acme AG""#),
            ("null", r#"200 "null", then "Acme AG""#),
            ("empty", r#"200 "", then "Acme AG""#),
            ("no_content", r#"204 "", then "Acme AG""#),
        ],
    },
    Scenario {
        switch: "page_size",
        observe: |api| {
            let first = pages(api, "");
            let last = list(api, "?page=3").json();
            format!("{} items, last page of {}", first.json().as_array().unwrap().len(), last.as_array().unwrap().len())
        },
        outcomes: &[("0", "5 items, last page of 5"), ("2", "2 items, last page of 1")],
    },
    Scenario {
        switch: "page_form",
        observe: |api| {
            api.sim.set_switch("page_size", "2");
            let reply = pages(api, "");
            let body = match reply.json() {
                Value::Array(items) => format!("list of {}", items.len()),
                value => format!("{} of {}", value["items"].as_array().unwrap().len(), value["total"]),
            };
            format!("{body}, link: {}, total: {:?}", reply.header("link").is_some(), reply.header("x-total-count"))
        },
        outcomes: &[
            ("link", "list of 2, link: true, total: None"),
            ("total", r#"list of 2, link: false, total: Some("5")"#),
            ("wrapped", "2 of 5, link: false, total: None"),
            ("silent", "list of 2, link: false, total: None"),
        ],
    },
    Scenario {
        switch: "page_next",
        observe: |api| {
            api.sim.set_switch("page_size", "2");
            let first = pages(api, "");
            let link = first.header("link").unwrap().to_string();
            let next = list(api, "?page=2");
            let again = if next.text == first.text { " the first page" } else { "" };
            let link = link.replace(&api.sim.url(""), "HERE").replace(FIRST_CONTRACT, "ID");
            format!("{link} {}{again}", next.status)
        },
        outcomes: &[
            ("absolute", r#"<HERE/v1/contract/ID/partners?page=2>; rel="next" 200"#),
            ("relative", r#"</v1/contract/ID/partners?page=2>; rel="next" 200"#),
            ("first_again", r#"<HERE/v1/contract/ID/partners?page=2>; rel="next" 200 the first page"#),
            ("error", r#"<HERE/v1/contract/ID/partners?page=2>; rel="next" 500"#),
            ("elsewhere", r#"<https://elsewhere.example.com/v1/contract/ID/partners?page=2>; rel="next" 200"#),
        ],
    },
];

fn list(api: &Api, query: &str) -> Reply {
    api.get(&format!("/contract/{FIRST_CONTRACT}/partners{query}"))
}

/// The list of a contract with five partners.
fn pages(api: &Api, query: &str) -> Reply {
    for name in ["Alpha", "Bravo", "Charlie", "Delta", "Echo"] {
        api.create_partner(name, 0).id();
    }
    list(api, query)
}

/// All that comes back over one connection for two requests at once.
fn pipelined(api: &Api) -> String {
    let mut stream = TcpStream::connect(api.sim.url("").trim_start_matches("http://")).unwrap();
    let request = "GET /v1/integration/regions/list HTTP/1.1\r\nHost: simulator\r\n\r\n";
    stream.write_all(format!("{request}{request}").as_bytes()).unwrap();
    // Our side stays open: a server that sees it closed may leave the second request unread. A connection that is
    // closed with requests unread may end in a reset, after the answers.
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let mut answers = String::new();
    let mut buffer = [0; 4096];
    while answers.matches("HTTP/1.1 ").count() < 2 {
        let Ok(count @ 1..) = stream.read(&mut buffer) else { break };
        answers += &String::from_utf8_lossy(&buffer[..count]);
    }
    answers
}
