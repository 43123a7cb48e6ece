//! Pay-per-use partners: creation, repetition, names, updates.

use serde_json::{Value, json};

use super::own::{Made, Own};
use crate::ask::{Order, order, partner_fields, text};

/// What a pay-per-use partner counts where it counts something.
const TERABYTE: u64 = 1_000_000_000_000;

/// A way in which names may be changed: the answer, and what it does.
type Way = (&'static str, fn(&str) -> String);

/// Partners for the questions that follow.
pub struct Partners {
    /// One to keep.
    pub first: String,
    /// One to delete.
    pub last: String,
}

/// Makes partners and looks at what comes of it; nothing when not one could be made.
pub fn ask(own: &mut Own<'_>) -> Result<Option<Partners>, String> {
    own.settle();
    let before = own.total();
    let name = own.name("m");
    let made = own.partner(&name, 0, None)?;
    let Some(first) = made.id.clone() else {
        own.report.observe("writing", format!("no partner could be made: {}", made.exchange.line()));
        return Ok(None);
    };
    counts(own, before, &made);
    if let Some(object) = made.exchange.judged().ok().and_then(|answer| answer.json()) {
        partner_fields(own.report, &[object], &made.exchange.line_with_field("details"));
    }
    again(own, &made, &name)?;
    let overdraft = made.field("allowOverdraft") != Some(json!(true));
    // Spaces at the ends and inside, a capital letter, and the same letter composed and decomposed.
    let odd = format!(" {} ", own.name("B  \u{e9}e\u{301}"));
    let other = own.partner(&odd, 0, Some(overdraft))?;
    names(own, &other, &odd);
    shown_overdraft(own, &made, &other, overdraft);
    let last = own.partner(&own.name("t"), 0, None)?;
    if let Some(id) = &last.id {
        updates(own, &format!("/partner/{id}"), last.number)?;
    }
    listed(own);
    Ok(Some(Partners { last: last.id.unwrap_or(first.clone()), first }))
}

/// What a pay-per-use partner counts in the contract's total.
fn counts(own: &mut Own<'_>, before: Option<u64>, made: &Made) {
    own.settle();
    let (Some(before), Some(after)) = (before, own.total()) else {
        return own.report.open("pay_per_use_counts", "the contract's total cannot be read");
    };
    let evidence = [format!("{}, and allocatedCapacity went from {before} to {after}", made.exchange.line())];
    match after.checked_sub(before) {
        Some(0) => own.report.found("pay_per_use_counts", "nothing", evidence),
        Some(TERABYTE) => own.report.found("pay_per_use_counts", "one_terabyte", evidence),
        _ => own.report.odd(
            "pay_per_use_counts",
            "something else; perhaps somebody is at work in the contract",
            evidence,
        ),
    }
}

/// The same creation once more, and one of the same name with another content.
fn again(own: &mut Own<'_>, made: &Made, name: &str) -> Result<(), String> {
    let twin = own.partner(name, 0, None)?;
    let evidence = [made.exchange.line(), twin.exchange.line()];
    match (twin.exchange.accepted(), &twin.id) {
        (Ok(true), Some(id)) if Some(id) == made.id.as_ref() => {
            own.report.found("repeated_create", "same_object", evidence)
        }
        (Ok(true), Some(_)) => own.report.found("repeated_create", "second_object", evidence),
        (Ok(false), _) => own.report.open("repeated_create", "a second partner of the same name is refused"),
        _ => own.report.open("repeated_create", twin.exchange.line()),
    }
    let overdraft = made.field("allowOverdraft") != Some(json!(true));
    let namesake = own.partner(name, 0, Some(overdraft))?;
    own.report.accepted("duplicate_partner_name", &namesake.exchange, "accept", "reject");
    // Where equal content gives the first partner again, this shows what the first one is without saying so.
    if own.report.value("repeated_create") == Some("same_object") && made.field("allowOverdraft").is_none() {
        let equal = namesake.id == made.id;
        let value = if equal { overdraft } else { !overdraft };
        own.report.found("default_overdraft", &value.to_string(), [namesake.exchange.line()]);
    }
    Ok(())
}

/// When allowOverdraft is answered, and what it is when it was left out.
fn shown_overdraft(own: &mut Own<'_>, left_out: &Made, given: &Made, overdraft: bool) {
    if let Err(why) = given.exchange.good().and(left_out.exchange.good()) {
        return own.report.open("overdraft_field", why);
    }
    let (default, given_field) = (left_out.field("allowOverdraft"), given.field("allowOverdraft"));
    let evidence = || [left_out.exchange.line(), given.exchange.line()];
    let value = match (&default, &given_field) {
        (Some(_), Some(_)) => "always",
        (Some(Value::Bool(true)), None) if !overdraft => "when_true",
        (None, Some(Value::Bool(true))) if overdraft => "when_true",
        (None, None) => "never",
        _ => return own.report.odd("overdraft_field", "now and then", evidence()),
    };
    own.report.found("overdraft_field", value, evidence());
    match (default, value) {
        (Some(Value::Bool(default)), _) => own.report.found("default_overdraft", &default.to_string(), evidence()),
        (None, "when_true") => own.report.found("default_overdraft", "false", evidence()),
        _ => own.report.open("default_overdraft", "allowOverdraft is never answered"),
    }
}

/// What becomes of a name: each of three ways has three forms, and one combination of them gives what was answered.
fn names(own: &mut Own<'_>, made: &Made, sent: &str) {
    const SPACES: [Way; 3] = [
        ("kept", str::to_string),
        ("trimmed", |name| name.trim().to_string()),
        ("collapsed", |name| name.split_whitespace().collect::<Vec<_>>().join(" ")),
    ];
    const CASES: [Way; 3] = [("kept", str::to_string), ("lowered", str::to_lowercase), ("upper", str::to_uppercase)];
    const FORMS: [Way; 3] = [
        ("kept", str::to_string),
        ("nfc", |name| name.replace("e\u{301}", "\u{e9}")),
        ("nfd", |name| name.replace('\u{e9}', "e\u{301}")),
    ];
    let evidence = [made.exchange.line()];
    let switches = ["blanks", "name_case", "name_form"];
    let Some(name) = made.field("name").and_then(|name| name.as_str().map(str::to_string)) else {
        return switches.iter().for_each(|switch| own.report.open(switch, made.exchange.line()));
    };
    for (blanks, space) in SPACES {
        for (case, fold) in CASES {
            for (form, compose) in FORMS {
                if name == fold(&compose(&space(sent))) {
                    for (switch, value) in switches.iter().zip([blanks, case, form]) {
                        own.report.found(switch, value, evidence.clone());
                    }
                    return;
                }
            }
        }
    }
    switches.iter().for_each(|switch| own.report.odd(switch, &format!("the name became {name:?}"), evidence.clone()));
}

/// Updates: of nothing, of a name, of a field that does not exist, to no name.
fn updates(own: &mut Own<'_>, path: &str, number: usize) -> Result<(), String> {
    let nothing = own.client.put(path, json!({}));
    own.report.accepted("empty_update", &nothing, "accept", "reject");
    let name = own.name("t2");
    let renamed = own.client.put(path, json!({"name": name}));
    match renamed.good() {
        Ok(answer) => {
            let value = match answer.json() {
                _ if answer.status == 204 => "no_content",
                _ if answer.body.trim_ascii().is_empty() => "empty",
                Some(Value::Null) => "null",
                Some(Value::Object(fields)) if fields.contains_key("id") => "whole",
                Some(Value::Object(fields)) if fields.is_empty() => "object",
                Some(Value::Object(_)) => "changed",
                _ => "something else",
            };
            own.report.found("update_answer", value, [renamed.line()]);
        }
        Err(why) => own.report.open("update_answer", why),
    }
    let extra = own.client.put(path, json!({"name": name, "terraformProbe": true}));
    own.report.accepted("extra_fields", &extra, "ignore", "reject");
    own.journal.nameless(number)?;
    let nameless = own.client.put(path, json!({"name": ""}));
    own.report.accepted("empty_name", &nameless, "accept", "reject");
    own.client.put(path, json!({"name": name}));
    Ok(())
}

/// Order and pages of the list, by the partners of this run.
fn listed(own: &mut Own<'_>) {
    let path = own.contract_path();
    let made: Vec<String> = own.journal.things.iter().filter_map(|thing| thing.id.clone()).collect();
    let Ok(list) = own.client.list_of_visible(&path) else { return };
    let listed = list.items.iter().filter_map(|item| text(item, "id"));
    let own_listed = listed.filter(|id| made.contains(id)).count();
    crate::ask::look_at_ways(own.report, &list);
    // The first and the last that were made, three at least, are there now; a list that lacks one is a page.
    let missing = own_listed < own.living();
    if missing && list.pages.is_none() {
        let evidence =
            [list.first.line_with(&format!("{} items, and some of this run's are not among them", list.items.len()))];
        own.report.found("page_size", &list.items.len().to_string(), evidence.clone());
        own.report.found("page_form", "silent", evidence);
    }
    let names: Vec<String> =
        list.items.iter().filter(|item| own.journal.carries(item)).filter_map(|item| text(item, "name")).collect();
    if let Some((how, _)) = order(own.client, &path, "name")
        && names.len() > 2
    {
        let evidence = [list.first.line_with(&format!("this run's in the order {names:?}"))];
        let value = match how {
            Order::Changing => "shuffled",
            _ if names.is_sorted() => "name",
            _ => "created",
        };
        own.report.found("list_order", value, evidence);
    }
}
