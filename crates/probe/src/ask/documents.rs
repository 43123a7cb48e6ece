//! The fields that the vendor's document names, and what answers make of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::report::Report;

/// An object of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Contract,
    Partner,
    Member,
    Account,
    Usage,
    Day,
    Region,
}

const TEXT: &str = "a string";
const INTEGER: &str = "an integer";
const NUMBER: &str = "a number";
const FLAG: &str = "a boolean";
const LIST: &str = "a list";

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Contract => "contract",
            Kind::Partner => "partner",
            Kind::Member => "member",
            Kind::Account => "storage account",
            Kind::Usage => "usage",
            Kind::Day => "day of usage",
            Kind::Region => "region",
        }
    }

    /// Fields with their types, as the vendor's Swagger document has them.
    fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Kind::Contract => &[
                ("id", TEXT),
                ("distributorId", TEXT),
                ("reservedCapacity", INTEGER),
                ("allocatedCapacity", INTEGER),
                ("costStorageGBCents", NUMBER),
                ("costEgressGBCents", NUMBER),
                ("currency", TEXT),
                ("details", TEXT),
            ],
            Kind::Partner => &[
                ("id", TEXT),
                ("name", TEXT),
                ("distributorContractId", TEXT),
                ("allocatedCapacity", INTEGER),
                ("allowOverdraft", FLAG),
                ("details", TEXT),
            ],
            Kind::Member => &[("id", TEXT), ("email", TEXT), ("name", TEXT), ("role", TEXT)],
            Kind::Account => &[
                ("clientAccountId", TEXT),
                ("name", TEXT),
                ("contactEmail", TEXT),
                ("allocatedCapacity", INTEGER),
                ("allowOverdraft", FLAG),
                ("pendingDeletedAt", TEXT),
            ],
            Kind::Usage => {
                &[("client_id", TEXT), ("name", TEXT), ("allocated_capacity", INTEGER), ("daily_usage", LIST)]
            }
            Kind::Day => &[("date", TEXT), ("usage", INTEGER), ("allocated_capacity", INTEGER)],
            Kind::Region => &[("name", TEXT), ("s3_url", TEXT), ("iam_url", TEXT), ("sts_url", TEXT)],
        }
    }
}

/// Compares objects with the document, and notes what differs.
pub fn check(report: &mut Report, kind: Kind, items: &[Value]) {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for item in items {
        for (name, value) in item.as_object().into_iter().flatten() {
            seen.entry(name).or_default().insert(type_of(value));
        }
    }
    for (name, documented) in kind.fields() {
        let absent = items.iter().filter(|item| item.get(name).is_none()).count();
        if absent > 0 {
            let how_many = if absent == items.len() { "always" } else { "sometimes" };
            report.observe("fields", format!("{}: {name} is {how_many} left out", kind.name()));
        }
        for other in seen.get(name).into_iter().flatten().filter(|found| !fits(found, documented)) {
            report.observe("fields", format!("{}: {name} is {other}, and documented as {documented}", kind.name()));
        }
    }
    for name in seen.keys().filter(|name| !kind.fields().iter().any(|(known, _)| known == *name)) {
        report.observe("fields", format!("{}: {name} is in no document", kind.name()));
        report.found("answer_extras", "present", [format!("{}: {name}", kind.name())]);
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => FLAG,
        Value::Number(number) if number.is_f64() => NUMBER,
        Value::Number(_) => INTEGER,
        Value::String(_) => TEXT,
        Value::Array(_) => LIST,
        Value::Object(_) => "an object",
    }
}

fn fits(found: &str, documented: &str) -> bool {
    found == documented || (documented == NUMBER && found == INTEGER)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_from_the_document_is_noted() {
        let mut report = Report::new();
        let contract = json!({"id": "x", "costStorageGBCents": "100", "reservedCapacity": 1.5, "newField": null});
        check(&mut report, Kind::Contract, &[contract]);
        let text = report.text();
        for line in [
            "fields: contract: costStorageGBCents is a string, and documented as a number",
            "fields: contract: reservedCapacity is a number, and documented as an integer",
            "fields: contract: currency is always left out",
            "fields: contract: newField is in no document",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert_eq!(report.value("answer_extras"), Some("present"));
    }
}
