//! The `timeouts` attribute that resources share.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{attributes, optional};
use tf_provider::schema::AttributeType;
use tf_provider::value::Value;

use crate::api::duration;
use crate::terraform::diagnostics::{Diagnostic, Result};

/// What an operation may take when the configuration does not say; the usual default of Terraform providers.
pub const DEFAULT: Duration = Duration::from_secs(20 * 60);

/// The operations that an object has timeouts for.
pub trait Timeouts {
    /// What the configuration says for an operation; `None` for one that the object does not have.
    fn of(&self, operation: &str) -> Option<&Value<String>>;
}

/// How long each operation may take, with all its retries and waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AllTimeouts {
    create: Value<String>,
    update: Value<String>,
    delete: Value<String>,
}

/// The same for objects that the API cannot change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FixedTimeouts {
    create: Value<String>,
    delete: Value<String>,
}

impl Timeouts for AllTimeouts {
    fn of(&self, operation: &str) -> Option<&Value<String>> {
        match operation {
            "create" => Some(&self.create),
            "update" => Some(&self.update),
            "delete" => Some(&self.delete),
            _ => None,
        }
    }
}

impl Timeouts for FixedTimeouts {
    fn of(&self, operation: &str) -> Option<&Value<String>> {
        match operation {
            "create" => Some(&self.create),
            "delete" => Some(&self.delete),
            _ => None,
        }
    }
}

/// The description of the attribute.
pub const DESCRIPTION: &str = "How long an operation may take, retries and waits for capacity included, as `30s`, \
                               `10m` or `1h30m`. A write that was waited for has `request_timeout` of its own beyond \
                               it.";

/// The type of the attribute, for some of the operations.
pub fn attribute_type(operations: &[&str]) -> AttributeType {
    let descriptions = [
        ("create", "For a creation. Default `20m`."),
        ("update", "For a change in place. Default `20m`."),
        ("delete", "For a deletion. Default `20m`."),
    ];
    let wanted = descriptions.into_iter().filter(|(name, _)| operations.contains(name));
    AttributeType::AttributeSingle(attributes(
        wanted.map(|(name, description)| (name, optional(AttributeType::String, description))),
    ))
}

/// Everything that is wrong with them, each at its attribute.
pub fn check(timeouts: &Value<impl Timeouts>) -> Vec<Diagnostic> {
    ["create", "update", "delete"].into_iter().filter_map(|operation| one(timeouts, operation).err()).collect()
}

/// What a creation may take.
pub fn create(timeouts: &Value<impl Timeouts>) -> Result<Duration> {
    one(timeouts, "create")
}

/// What a change in place may take.
pub fn update(timeouts: &Value<impl Timeouts>) -> Result<Duration> {
    one(timeouts, "update")
}

/// What a deletion may take.
pub fn delete(timeouts: &Value<impl Timeouts>) -> Result<Duration> {
    one(timeouts, "delete")
}

fn one(timeouts: &Value<impl Timeouts>, name: &'static str) -> Result<Duration> {
    match timeouts.as_ref_option().and_then(|timeouts| timeouts.of(name)) {
        // At the attribute, which is as far as Terraform finds the way: one that goes on is shown at the whole block.
        Some(Value::Value(text)) => duration::parse(text)
            .map_err(|why| Diagnostic::new("Not a timeout", format!("timeouts.{name}: {why}.")).at("timeouts")),
        _ => Ok(DEFAULT),
    }
}
