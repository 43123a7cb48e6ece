//! Faults that a test orders: which operation they strike, how often, and what then happens.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::operations::OPERATIONS;
use crate::span;

/// A fault that waits for its requests.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// The name of the operation that it strikes, or `*` for all.
    pub operation: String,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many requests it strikes.
    pub times: u32,
    /// How many matching requests it lets pass before.
    pub skip: u32,
}

/// What a fault does. "Before" means that the request has no effect, "after" that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The listener is closed: who connects is refused, as by a service that is down. For a named operation, the operation is
    /// answered well and the *next* connection is refused; for `*`, at once. Every connection closes with its present answer.
    RefuseConnection {
        /// How long until it listens again, on the same port.
        #[serde(with = "span")]
        duration: Duration,
    },
    /// The connection is reset (RST) before the request has an effect.
    ResetBefore,
    /// The connection is closed before the request has an effect.
    CutBefore,
    /// The request takes effect, then the connection is closed without an answer.
    CutAfterCommit,
    /// An error status without an effect.
    StatusBefore {
        /// The status.
        status: u16,
        /// `Retry-After`: seconds, or an HTTP date, as it is; `+2s` becomes the HTTP date in two seconds.
        #[serde(default)]
        retry_after: Option<String>,
        /// The body in place of the usual error.
        #[serde(default)]
        body: Option<String>,
    },
    /// The request takes effect, then an error status is answered.
    StatusAfter {
        /// The status.
        status: u16,
    },
    /// The answer breaks off in the middle of its body.
    TruncatedBody,
    /// 200 with the page of a proxy, without an effect.
    HtmlBody,
    /// The request takes effect, then 200 with the page of a proxy.
    HtmlBodyAfterCommit,
    /// The request takes effect and is answered with its status, without a body.
    EmptyBody,
    /// Neither effect nor answer; the connection stays open until the client leaves.
    HangBefore,
    /// The request takes effect and is never answered.
    HangAfterCommit,
    /// The answer's body comes byte by byte.
    SlowDrip {
        /// How long the body takes altogether.
        #[serde(with = "span")]
        duration: Duration,
    },
    /// Strings become numbers and objects, numbers become strings, booleans become words.
    WrongTypes,
    /// `null` in the place of every list.
    NullList,
    /// An error or a cut connection at once; the request takes effect later.
    LateCommit {
        /// How much later.
        #[serde(with = "span")]
        delay: Duration,
        /// The status of the error; without one the connection is closed.
        #[serde(default)]
        status: Option<u16>,
    },
    /// The request is carried out and answered well, later.
    Delay {
        /// How much later.
        #[serde(with = "span")]
        duration: Duration,
    },
}

impl Fault {
    /// A fault that strikes the next request of an operation.
    pub fn new(operation: impl Into<String>, kind: FaultKind) -> Self {
        Self { operation: operation.into(), kind, times: 1, skip: 0 }
    }

    /// The same fault for that many requests.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
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

impl FaultKind {
    /// Its name in JSON.
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_string()
    }

    /// One fault of every kind, with short times.
    pub fn all() -> Vec<Self> {
        let short = Duration::from_millis(100);
        vec![
            Self::RefuseConnection { duration: short },
            Self::ResetBefore,
            Self::CutBefore,
            Self::CutAfterCommit,
            Self::StatusBefore { status: 503, retry_after: None, body: None },
            Self::StatusAfter { status: 500 },
            Self::TruncatedBody,
            Self::HtmlBody,
            Self::HtmlBodyAfterCommit,
            Self::EmptyBody,
            Self::HangBefore,
            Self::HangAfterCommit,
            Self::SlowDrip { duration: short },
            Self::WrongTypes,
            Self::NullList,
            Self::LateCommit { delay: short, status: Some(500) },
            Self::Delay { duration: short },
        ]
    }
}

/// A fault for an operation that does not exist would wait forever, and a test would pass for the wrong reason.
pub(crate) fn check_operation(name: &str) -> Result<(), String> {
    let known = name == "*" || OPERATIONS.iter().any(|operation| operation.name == name);
    if known { Ok(()) } else { Err(format!("there is no operation {name:?}")) }
}

#[derive(Default)]
pub(crate) struct Faults {
    pub waiting: Vec<Fault>,
}

impl Faults {
    /// The fault that strikes a request of this operation now, if any.
    pub fn take(&mut self, operation: &str) -> Option<FaultKind> {
        let mut struck = None;
        for fault in &mut self.waiting {
            if fault.operation != "*" && fault.operation != operation {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if struck.is_none() && fault.times > 0 {
                fault.times -= 1;
                struck = Some(fault.kind.clone());
            }
        }
        self.waiting.retain(|fault| fault.times > 0);
        struck
    }
}
