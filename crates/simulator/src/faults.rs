//! Faults that a test orders: which operation they strike, how often, and what then happens.

mod altered;
mod flood;
mod going_away;
mod kind;
mod scripted;
mod target;

use serde::Serialize;

pub use altered::Altered;
pub use flood::Flood;
pub use going_away::GoingAway;
pub use kind::FaultKind;
pub(crate) use scripted::Echo;
pub use scripted::{Effect, Form, Scripted};
pub(crate) use target::{Incoming, check as check_operation};

/// A fault that waits for its requests.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// What it strikes: the name of an operation; a class (`reads`, `writes`, `creations`, `updates`, `deletions`); a
    /// method and a path in which `*` stands for any text (`DELETE /v1/partner/*`); `unknown` for what is no operation;
    /// or `*` for all.
    pub operation: String,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many requests it strikes.
    pub times: u32,
    /// How many matching requests it lets pass before.
    pub skip: u32,
}

impl Fault {
    /// A fault that strikes the next request of an operation, or of whatever else `operation` may name.
    pub fn new(operation: impl Into<String>, kind: FaultKind) -> Self {
        Self { operation: operation.into(), kind, times: 1, skip: 0 }
    }

    /// The same fault for that many requests.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The same fault for all requests, until it is called off.
    pub fn forever(self) -> Self {
        self.times(u32::MAX)
    }

    /// The same fault after that many requests.
    pub fn skip(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// Reads a fault as `POST /console/faults` gets it.
    pub(crate) fn from_json(mut value: serde_json::Value) -> Result<Self, String> {
        let fields = value.as_object_mut().ok_or("a fault is a JSON object")?;
        let mut take = |name: &str| fields.remove(name);
        let operation = take("operation").ok_or("a fault needs an operation, or \"*\" for all")?;
        let operation = operation.as_str().ok_or("operation must be a string")?.to_string();
        let mut count = |name: &str, default: u32| match take(name) {
            None => Ok(default),
            Some(value) => {
                let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
                count.ok_or_else(|| format!("{name} must be a whole number"))
            }
        };
        let (times, skip) = (count("times", 1)?, count("skip", 0)?);
        check_operation(&operation)?;
        let names: Vec<String> = fields.keys().cloned().collect();
        let kind: FaultKind = serde_json::from_value(value).map_err(|error| error.to_string())?;
        // Kinds without fields would take any: what is not written back was not understood.
        let known = serde_json::to_value(&kind).unwrap_or_default();
        if let Some(name) = names.iter().find(|name| known.get(name).is_none()) {
            return Err(format!("unknown field `{name}`"));
        }
        Ok(Self { operation, kind, times, skip })
    }
}

#[derive(Default)]
pub(crate) struct Faults {
    pub waiting: Vec<Fault>,
}

impl Faults {
    /// The fault that strikes this request now, if any.
    pub fn take(&mut self, incoming: &Incoming) -> Option<FaultKind> {
        let mut struck = None;
        for fault in &mut self.waiting {
            if !target::fits(&fault.operation, incoming) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if struck.is_none() && fault.times > 0 {
                // The largest number stands for all requests.
                fault.times -= u32::from(fault.times != u32::MAX);
                struck = Some(fault.kind.clone());
            }
        }
        self.waiting.retain(|fault| fault.times > 0);
        struck
    }
}
