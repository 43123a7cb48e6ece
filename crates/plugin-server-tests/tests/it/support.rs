//! What all tests use.

use std::path::Path;

use serde_json::json;
use terraform_plugin_server::client::{Client, Diagnostic, Launch};

/// The provider under test.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_terraform-provider-test"))
}

pub async fn start() -> Client {
    Launch::new(program()).start().await.expect("the provider starts")
}

/// A provider that is ready for resources.
pub async fn configured() -> Client {
    let client = start().await;
    let said = client.configure(json!({})).await.expect("configuring works");
    assert_eq!(said, [], "configuring says nothing");
    client
}

/// Ends a provider, which must end well.
pub async fn end(client: Client) {
    let status = client.shutdown().await.expect("the provider can be asked to end");
    assert!(status.success(), "{status}");
}

/// Diagnostics in one line each: `error at path: summary`.
pub fn lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |one: &Diagnostic| {
        let kind = if one.is_error { "error" } else { "warning" };
        let path = if one.path.is_empty() { String::new() } else { format!(" at {}", one.path) };
        format!("{kind}{path}: {}", one.summary)
    };
    diagnostics.iter().map(line).collect()
}
