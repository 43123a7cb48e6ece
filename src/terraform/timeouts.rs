//! The `timeouts` attribute that resources share.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tf_provider::schema::AttributeType;
use tf_provider::value::Value;

use crate::api::duration;
use crate::terraform::diagnostics::{Diagnostic, Result};
use crate::terraform::schema::{Attributes, optional};

/// What an operation may take when the configuration does not say; the usual default of Terraform providers.
pub const DEFAULT: Duration = Duration::from_secs(20 * 60);

/// How long each operation may take, with all its retries and waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timeouts {
    create: Value<String>,
    update: Value<String>,
    delete: Value<String>,
}

/// The description of the attribute.
pub const DESCRIPTION: &str =
    "How long an operation may take, retries and waits for capacity included, as `30s`, `10m` or `1h30m`.";

/// The type of the attribute.
pub fn attribute_type() -> AttributeType {
    let one = |name: &str, description: &str| (name.to_owned(), optional(AttributeType::String, description));
    AttributeType::AttributeSingle(Attributes::from([
        one("create", "For a creation. Default `20m`."),
        one("update", "For a change in place. Default `20m`."),
        one("delete", "For a deletion. Default `20m`."),
    ]))
}

/// Checks all of them.
pub fn validate(timeouts: &Value<Timeouts>) -> Result<()> {
    create(timeouts).and(update(timeouts)).and(delete(timeouts)).map(|_| ())
}

/// What a creation may take.
pub fn create(timeouts: &Value<Timeouts>) -> Result<Duration> {
    one(timeouts, "create", |timeouts| &timeouts.create)
}

/// What a change in place may take.
pub fn update(timeouts: &Value<Timeouts>) -> Result<Duration> {
    one(timeouts, "update", |timeouts| &timeouts.update)
}

/// What a deletion may take.
pub fn delete(timeouts: &Value<Timeouts>) -> Result<Duration> {
    one(timeouts, "delete", |timeouts| &timeouts.delete)
}

fn one(
    timeouts: &Value<Timeouts>,
    name: &'static str,
    field: impl Fn(&Timeouts) -> &Value<String>,
) -> Result<Duration> {
    match timeouts.as_ref_option().map(field) {
        Some(Value::Value(text)) => duration::parse(text).map_err(|why| {
            Diagnostic::new("Not a timeout", format!("timeouts.{name}: {why}.")).at_nested("timeouts", name)
        }),
        _ => Ok(DEFAULT),
    }
}
