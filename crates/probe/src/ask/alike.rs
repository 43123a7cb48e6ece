//! What all answers have in common: headers, newlines, latency.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::http::{Client, Exchange, cut};
use crate::report::Report;

/// Headers that every answer has and that say nothing.
const USUAL: [&str; 8] =
    ["content-type", "content-length", "date", "connection", "transfer-encoding", "vary", "link", "x-total-count"];

pub fn look(client: &Client, report: &mut Report) {
    let exchanges = client.exchanges();
    headers(report, &exchanges);
    newlines(report, &exchanges);
    latency(report, &exchanges);
}

fn headers(report: &mut Report, exchanges: &[Exchange]) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for answer in exchanges.iter().filter_map(|exchange| exchange.outcome.as_ref().ok()) {
        for (name, value) in &answer.headers {
            let value = if name == "set-cookie" { "(a cookie)" } else { value.to_str().unwrap_or("(no text)") };
            seen.entry(name.as_str()).or_insert(value);
        }
    }
    for (name, value) in seen.into_iter().filter(|(name, _)| !USUAL.contains(name) && *name != "retry-after") {
        report.observe_once("headers", name, format!("{name}: {}", cut(value)));
    }
}

fn newlines(report: &mut Report, exchanges: &[Exchange]) {
    let bodies = exchanges.iter().filter_map(|exchange| {
        let answer = exchange.outcome.as_ref().ok()?;
        (answer.is_good() && answer.json().is_some()).then_some((exchange, answer))
    });
    let mut any = false;
    for (exchange, answer) in bodies {
        any = true;
        if answer.body.ends_with(b"\n") {
            let evidence = exchange.line_with("(a newline at the end)");
            return report.found("answer_extras", "present", [evidence]);
        }
    }
    if any && !report.is_answered("answer_extras") {
        report.found("answer_extras", "absent", ["no answer has a field more, or a newline at its end".to_string()]);
    }
}

fn latency(report: &mut Report, exchanges: &[Exchange]) {
    let mut times: Vec<Duration> = exchanges.iter().filter(|one| one.judged().is_ok()).map(|one| one.took).collect();
    times.sort();
    if let (Some(median), Some(longest)) = (times.get(times.len() / 2), times.last()) {
        let text = format!(
            "a new connection and one request took {} ms, at most {} ms",
            median.as_millis(),
            longest.as_millis()
        );
        report.observe_once("latency", "a new connection", text);
    }
}
