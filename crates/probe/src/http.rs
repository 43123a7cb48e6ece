//! HTTP as a probe wants it: one request at a time, nothing hidden, everything kept for the evidence.

mod client;
mod endpoint;
mod exchange;
mod list;
mod show;
mod tls;
mod wire;

use std::time::Duration;

pub use client::Client;
pub use endpoint::Endpoint;
pub use exchange::{Answer, Exchange, Failure, Key};
pub use list::{List, Pages};
pub(crate) use show::cut;
pub use wire::{Persistence, Wire};

/// How to reach the service.
pub struct Settings {
    /// Where it is.
    pub endpoint: Endpoint,
    /// What opens it.
    pub key: String,
    /// Certificates in PEM form that are trusted beside the system's; may be empty.
    pub ca_certificates: Vec<u8>,
    /// How long one request may take.
    pub timeout: Duration,
}
