//! Lists and what is in them: order, emptiness, pages, fields.

use std::collections::BTreeSet;

use serde_json::Value;

use super::documents::{Kind, check};
use super::{Scene, text};
use crate::http::{Client, List};
use crate::report::Report;

/// How often the same list is asked for, to see whether its order changes.
const TIMES: usize = 8;

/// A page that is longer than any list that was seen.
const LONG_PAGE: &str = "1000";

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Changing,
    /// By name, or by chance so.
    Sorted,
    Unsorted,
}

/// The order of a list that is asked for several times; nothing when it cannot be read or has fewer than two items.
pub fn order(client: &Client, path: &str, name: &str) -> Option<(Order, usize)> {
    let mut first: Option<Vec<Value>> = None;
    for _ in 0..TIMES {
        let items = items_of(client.get(path).good().ok()?.json()?)?;
        if items.len() < 2 {
            return None;
        }
        match &first {
            Some(first) if keys(first, name) != keys(&items, name) => return Some((Order::Changing, items.len())),
            Some(_) => {}
            None => first = Some(items),
        }
    }
    let keys = keys(first.as_ref()?, name);
    Some((if keys.is_sorted() { Order::Sorted } else { Order::Unsorted }, keys.len()))
}

fn keys(items: &[Value], name: &str) -> Vec<String> {
    items.iter().map(|item| text(item, name).unwrap_or_default()).collect()
}

fn items_of(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        Value::Object(fields) => fields.into_iter().find_map(|(_, value)| value.as_array().cloned()),
        _ => None,
    }
}

/// The order of what is there.
pub fn orders(scene: &mut Scene<'_>) {
    let mut paths = Vec::new();
    let mut contracts: Vec<&str> = scene.partners.iter().map(|partner| partner.contract.as_str()).collect();
    contracts.dedup();
    let most = contracts.iter().max_by_key(|id| scene.partners.iter().filter(|one| one.contract == **id).count());
    if let Some(contract) = most {
        paths.push((format!("/contract/{contract}/partners"), "name", "partners"));
    }
    paths.push(("/contract/list".to_string(), "details", "contracts"));
    paths.push(("/storage-account/list".to_string(), "name", "storage accounts"));
    paths.push(("/integration/regions/list".to_string(), "name", "regions"));
    let seen: Vec<_> =
        paths.iter().filter_map(|(path, name, noun)| Some((*noun, order(scene.client, path, name)?))).collect();
    let evidence = seen.iter().map(|(noun, (order, count))| {
        let how = match order {
            Order::Changing => "in another order each time",
            Order::Sorted => "sorted by name",
            Order::Unsorted => "in one order that is not by name",
        };
        format!("{count} {noun}, {TIMES} times: {how}")
    });
    let evidence: Vec<String> = evidence.collect();
    let regions = scene.client.get("/integration/regions/list");
    if let Some(regions) = regions.good().ok().and_then(|answer| items_of(answer.json()?)) {
        check(scene.report, Kind::Region, &regions);
    }
    let any = |wanted: Order, least: usize| seen.iter().any(|(_, (order, count))| *order == wanted && *count >= least);
    if any(Order::Changing, 2) {
        scene.report.found("list_order", "shuffled", evidence);
    } else if any(Order::Unsorted, 2) {
        scene.report.found("list_order", "created", evidence);
    } else if any(Order::Sorted, 3) {
        scene.report.found("list_order", "name", evidence);
    }
}

/// How a list comes in pages, if it does.
pub fn ways(report: &mut Report, list: &List) {
    let Some(pages) = &list.pages else { return whole(report, list) };
    report.found("page_form", pages.form, [list.first.line()]);
    if let Some(next) = pages.next {
        report.found("page_next", next, [pages.evidence.clone()]);
    }
    if list.items.len() > pages.size || pages.next.is_some() {
        report.found("page_size", &pages.size.to_string(), [list.first.line_with(&format!("{} items", pages.size))]);
    } else if !report.is_answered("page_size") {
        report.found("page_size", LONG_PAGE, [list.first.line_with(&format!("{} items, and no more", pages.size))]);
    }
}

/// A list that says how many items there are says it when all are there, too: its pages are longer than it is.
fn whole(report: &mut Report, list: &List) {
    let counted = list.first.judged().is_ok_and(|answer| answer.header("x-total-count").is_some());
    if counted && !report.is_answered("page_size") {
        let evidence = [list.first.line_with(&format!("X-Total-Count beside all {} items", list.items.len()))];
        report.found("page_form", "total", evidence.clone());
        report.found("page_size", LONG_PAGE, evidence);
    }
}

/// What an empty list looks like.
pub fn empty(report: &mut Report, list: &List) {
    let Ok(answer) = list.first.judged() else { return };
    if !list.items.is_empty() {
        return;
    }
    let body = answer.text();
    let evidence = [list.first.line_with(body.trim())];
    match (answer.status, body.trim()) {
        (404, _) => report.found("empty_list", "not_found", evidence),
        (204, _) => report.found("empty_list", "no_content", evidence),
        (_, "[]") => report.found("empty_list", "array", evidence),
        (_, "null") => report.found("empty_list", "null", evidence),
        (_, _) if list.pages.is_none() => report.odd("empty_list", "something else", evidence),
        _ => {}
    }
}

/// The fields of contracts.
pub fn contract_fields(report: &mut Report, list: &List) {
    check(report, Kind::Contract, &list.items);
    for contract in &list.items {
        let cost = |name: &str| contract.get(name).cloned().unwrap_or_default();
        let costs = [cost("costStorageGBCents"), cost("costEgressGBCents")];
        let evidence = list.first.line_with(&format!("costs: {} and {}", costs[0], costs[1]));
        let value = match &costs {
            [Value::String(_), _] => "strings",
            [one, other] if one.is_f64() || other.is_f64() => "fractions",
            [Value::Number(_), _] => "numbers",
            _ => "neither texts nor numbers",
        };
        report.found("costs", value, [evidence]);
        match contract.get("allocatedCapacity") {
            None => report.found("zero_allocated", "absent", [list.first.line_with("(no allocatedCapacity)")]),
            Some(value) if value.as_u64() == Some(0) && !report.is_answered("zero_allocated") => {
                report.found("zero_allocated", "shown", [list.first.line_with("allocatedCapacity: 0")]);
            }
            Some(_) => {}
        }
    }
    if list.items.is_empty() {
        report.open("costs", "this key sees no contract");
    }
}

/// The fields of partners that are there.
pub fn partner_fields(report: &mut Report, partners: &[Value], evidence: &str) {
    check(report, Kind::Partner, partners);
    let details = partners.iter().map(|partner| match partner.get("details") {
        None => "absent",
        Some(Value::Null) => "null",
        Some(Value::String(text)) if text.is_empty() => "empty",
        Some(_) => "filled",
    });
    let details: BTreeSet<&str> = details.collect();
    if let Some(value) = details.iter().find(|value| **value != "filled") {
        report.found("empty_details", value, [format!("{evidence} details: {value}")]);
    }
    let shown = |wanted: Option<bool>| {
        partners.iter().any(|partner| partner.get("allowOverdraft").map(|value| *value == Value::Bool(true)) == wanted)
    };
    // Where none is true, one that is left out may be left out always.
    let value = if shown(Some(false)) {
        "always"
    } else if shown(None) && shown(Some(true)) {
        "when_true"
    } else {
        return report.open("overdraft_field", "what is there shows it in part only; it takes --write");
    };
    report.found("overdraft_field", value, [evidence.to_string()]);
}

/// A partner whose contract is another than that whose list it is in was moved.
pub fn moved(scene: &mut Scene<'_>) {
    let hidden = scene.partners.iter().filter(|partner| {
        text(&partner.value, "distributorContractId").is_some_and(|contract| contract != partner.contract)
    });
    let count = hidden.count();
    if count > 0 {
        let evidence = format!("{count} partners name another contract than the one in whose list they are");
        scene.report.found("console_move", "hidden", [evidence]);
    }
}
