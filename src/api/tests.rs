//! The client against a tiny server that answers what a test wants, byte by byte.

mod server;

mod backoff;
mod endpoints;
mod faults;
mod http2;
mod limits;
mod lists;
mod memory;
mod mutations;
mod network;
mod secrets;
mod texts;
mod tls;
mod writes;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::retry::Policy;
use super::{CallLimits, Client, NewPartner, Secret, Settings};

const KEY: &str = "the-key-0123456789";

/// Settings for a server on this machine.
fn settings(endpoint: &str) -> Settings {
    Settings {
        endpoint: endpoint.parse().expect("a URL"),
        key: Secret::new(KEY),
        ca_certificates: Vec::new(),
        request_timeout: Duration::from_secs(20),
        max_retries: 3,
        max_requests_per_second: None,
        user_agent: "test/1.0".into(),
    }
}

/// A client that waits no time worth mentioning between tries.
fn client(settings: Settings) -> Client {
    let policy = Policy { max_retries: settings.max_retries, base: Duration::from_millis(1), random: Arc::new(|| 0.5) };
    Client::with_policy(settings, policy).expect("good settings")
}

/// An operation with enough time.
fn call() -> CallLimits {
    CallLimits::new(Duration::from_secs(60), CancellationToken::new())
}

fn acme() -> NewPartner {
    NewPartner { name: "Acme".into(), contract_id: "c".into(), allocated_capacity: 0, allow_overdraft: false }
}
