//! Refusals: keys, ids, paths.

use super::Holder;
use crate::http::{Answer, Client, Exchange, Key};
use crate::random;
use crate::report::Report;

const REGIONS: &str = "/integration/regions/list";

/// A path that is no operation.
const NOWHERE: &str = "/terraform-probe-nowhere";

/// No key, a wrong one, and one without its `Bearer`.
pub fn keys(client: &Client, report: &mut Report) {
    let without = client.send("GET", "/contract/list", Key::None, None);
    report.status("missing_key_status", &without);
    let bare = client.send("GET", "/contract/list", Key::Bare, None);
    match (without.refused(), bare.refused()) {
        (Ok(one), Ok(other)) if one.status == other.status => {}
        (Ok(_), Ok(_)) => {
            report.observe("keys", format!("a header without Bearer is answered otherwise than none: {}", bare.line()))
        }
        _ => report.observe("keys", bare.line()),
    }
    let wrong = client.send("GET", "/contract/list", Key::Wrong, None);
    report.status("rejected_key_status", &wrong);
    let open = client.send("GET", REGIONS, Key::None, None);
    report.accepted("regions_key", &open, "open", "required");
}

/// Ids of nothing, ids that are none, and a path that is no operation.
pub fn ids(client: &Client, report: &mut Report, holder: Holder) {
    let unknown = match (holder, random::uuid()) {
        (Holder::Distributor, Ok(id)) => {
            let contract = client.get(&format!("/contract/{id}/partners"));
            let partner = client.get(&format!("/partner/{id}"));
            if let (Ok(one), Ok(other)) = (contract.judged(), partner.judged())
                && one.status != other.status
            {
                report.observe(
                    "unknown objects",
                    format!("a contract is answered otherwise than a partner: {}", contract.line()),
                );
            }
            report.status("malformed_id_status", &client.get("/partner/terraform-probe"));
            partner
        }
        _ => {
            report.open("malformed_id_status", "no path of a channel partner has a UUID in it");
            client.get("/storage-account/000000000000")
        }
    };
    report.status("unknown_object_status", &unknown);
    form(report, &unknown);
    path(client, report);
}

/// The form of the service's own refusals.
fn form(report: &mut Report, exchange: &Exchange) {
    match exchange.refused() {
        Err(why) => report.open("error_body", why),
        Ok(answer) => match form_of(answer) {
            Ok(form) => report.found("error_body", form, [exchange.line()]),
            Err(odd) => report.odd("error_body", &odd, [exchange.line()]),
        },
    }
}

fn form_of(answer: &Answer) -> Result<&'static str, String> {
    if answer.body.trim_ascii().is_empty() {
        return Ok("empty");
    }
    match answer.json() {
        None if answer.is_page() => Err("a page for people".to_string()),
        None => Ok("text"),
        Some(value) if value.get("error").is_some_and(|text| text.is_string()) => Ok("error"),
        Some(value) if value.get("message").is_some_and(|text| text.is_string()) => Ok("message"),
        Some(value) => {
            let names = value.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>().join(", "));
            Err(format!("JSON with {}", names.unwrap_or("no fields".to_string())))
        }
    }
}

/// What a path is answered that is no operation.
fn path(client: &Client, report: &mut Report) {
    let exchange = client.get(NOWHERE);
    let answer = match exchange.refused() {
        Ok(answer) => answer,
        Err(why) => return report.open("unknown_path", why),
    };
    let own = report.value("error_body").map(str::to_string);
    let text = answer.text();
    let value = match form_of(answer) {
        Err(_) if answer.is_page() => "page",
        Ok("message") if text.contains("no Route matched") => "no_route",
        Ok("text") if text.trim() == "404 page not found" => "text",
        Ok(form) if Some(form) == own.as_deref() => "own",
        Ok(form @ ("empty" | "text")) => form,
        _ => return report.odd("unknown_path", "an error of another form", [exchange.line()]),
    };
    report.found("unknown_path", value, [exchange.line()]);
}
