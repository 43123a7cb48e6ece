//! Every kind of fault.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::altered::Altered;
use super::flood::Flood;
use super::going_away::GoingAway;
use super::scripted::{Form, Scripted};
use crate::span;

/// What a fault does. "Before" means that the request has no effect, "after" that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The listener is closed: who connects is refused, as by a service that is down. For a named operation, the
    /// operation is answered well and the *next* connection is refused; for `*`, at once. Every connection closes with
    /// its present answer.
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
    /// HTTP/2: the stream is refused with REFUSED_STREAM, without an effect. Over HTTP/1 the connection is closed.
    RefusedStream,
    /// HTTP/2: the connection ends with GOAWAY in the place of an answer. Over HTTP/1 it is closed.
    GoAway(GoingAway),
    /// An answer in the place of the service's own: a gateway's, a balancer's, or any other.
    Answer(Scripted),
    /// A list that is far too long, in the place of the answer.
    Flood(Flood),
    /// The request is carried out as if these fields of its body had been sent, and answered with what came of it.
    Rewritten {
        /// Fields and their values; `null` is as good as left out.
        set: Map<String, Value>,
    },
    /// The request is carried out, and the JSON of a good answer is changed.
    Altered(Altered),
}

impl FaultKind {
    /// A gateway that knows nothing of the request: 404 in this form, without an effect.
    pub fn gateway(form: Form) -> Self {
        Self::Answer(Scripted::status(404).form(form))
    }

    /// The request is carried out with another value of this field of its body.
    pub fn rewritten(field: &str, value: impl Into<Value>) -> Self {
        Self::Rewritten { set: Map::from_iter([(field.to_string(), value.into())]) }
    }

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
            Self::RefusedStream,
            Self::GoAway(GoingAway::default()),
            Self::gateway(Form::Page),
            Self::Flood(Flood::of(1_000).item("{{n}}")),
            Self::rewritten("future", "field"),
            Self::Altered(Altered::id_alone()),
        ]
    }
}
