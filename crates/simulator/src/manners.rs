//! Ways of a service that show in many operations alike: lists in pages, lists that are empty, updates that say little.

use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::call::{Call, Refusal};
use crate::faults::Form;
use crate::operations::Operation;
use crate::switches::Switches;

/// Where a link leads that a careful client does not follow.
const ELSEWHERE: &str = "https://elsewhere.example.com";

/// An answer as a service of these ways gives it.
pub(crate) fn dress(switches: &Switches, operation: &Operation, call: &Call, answer: Answer) -> Answer {
    if operation.name == "unknown" && answer.status == 404 {
        return unknown_path(switches, answer);
    }
    if !answer.is_good() {
        return answer;
    }
    match operation.method {
        "GET" if answer.body.trim_ascii() == b"[]" => empty_list(switches, answer),
        "GET" if switches.count("page_size") > 0 => page(switches, call, answer),
        "PUT" | "PATCH" => update(switches, call, answer),
        _ => answer,
    }
}

/// What a path gets that is no operation: the service's error, or that of whatever stands before it.
fn unknown_path(switches: &Switches, answer: Answer) -> Answer {
    let form = match switches.value("unknown_path") {
        "text" => Form::Text,
        "no_route" => Form::NoRoute,
        "empty" => Form::Empty,
        "page" => Form::Page,
        _ => return answer,
    };
    let (content_type, body) = form.template().unwrap_or_default();
    Answer::new(answer.status, content_type, body.into())
}

fn empty_list(switches: &Switches, answer: Answer) -> Answer {
    match switches.value("empty_list") {
        "not_found" => Answer::refused(switches, &Refusal::new(404, "nothing found")),
        "no_content" => Answer::new(204, "", Vec::new()),
        _ => answer,
    }
}

fn update(switches: &Switches, call: &Call, answer: Answer) -> Answer {
    match switches.value("update_answer") {
        "no_content" => Answer::new(204, "", Vec::new()),
        "empty" => answer.without_body(),
        "object" => answer.with_json("{}"),
        "null" => answer.with_json("null"),
        "changed" => {
            let sent: Map<String, Value> = serde_json::from_slice(&call.body).unwrap_or_default();
            answer.changed(|value| match value {
                Value::Object(mut fields) => {
                    fields.retain(|name, _| sent.contains_key(name));
                    Value::Object(fields)
                }
                other => other,
            })
        }
        _ => answer,
    }
}

/// One page of a list, and what it says of the next one.
fn page(switches: &Switches, call: &Call, answer: Answer) -> Answer {
    let Ok(Value::Array(items)) = serde_json::from_slice::<Value>(&answer.body) else { return answer };
    let size = usize::try_from(switches.count("page_size")).unwrap_or(usize::MAX);
    let next_page = switches.value("page_next");
    let number = call.query.get("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).max(1);
    if number > 1 && next_page == "error" {
        return Answer::refused(switches, &Refusal::new(500, "an internal error occurred"));
    }
    let number = if next_page == "first_again" { 1 } else { number };
    let total = items.len();
    let shown: Vec<Value> = items.into_iter().skip((number - 1).saturating_mul(size)).take(size).collect();
    let next = (number.saturating_mul(size) < total).then(|| next_link(call, next_page, number + 1));
    let list = |body: Value| answer.with_json(body.to_string());
    match switches.value("page_form") {
        "wrapped" => list(json!({"items": shown, "total": total, "next": next})),
        "total" => list(shown.into()).with_header("x-total-count", total.to_string()),
        "silent" => list(shown.into()),
        _ => {
            let link = next.map(|next| format!("<{next}>; rel=\"next\""));
            link.into_iter().fold(list(shown.into()), |answer, link| answer.with_header("link", link))
        }
    }
}

/// The address of another page of the same list, with what else the client asked.
fn next_link(call: &Call, kind: &str, number: usize) -> String {
    let asked = call.query.iter().filter(|(name, _)| *name != "page");
    let mut parameters: Vec<String> = asked.map(|(name, value)| format!("{name}={value}")).collect();
    parameters.sort();
    parameters.push(format!("page={number}"));
    let origin = match kind {
        "relative" => "",
        "elsewhere" => ELSEWHERE,
        _ => &call.origin,
    };
    format!("{origin}{}?{}", call.path, parameters.join("&"))
}
