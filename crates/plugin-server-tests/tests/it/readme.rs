use serde_json::json;
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::Launch;

use crate::support::{end, program};

const EXAMPLE: &str = include_str!("../provider/readme.rs");
const TRACE: &str = include_str!("../provider/trace.rs");
const README: &str = include_str!("../../../terraform-plugin-server/README.md");

#[test]
fn the_readme_shows_the_example_that_is_tested() {
    assert!(README.contains(EXAMPLE.trim_end()), "README.md must contain tests/provider/readme.rs as it is");
    assert!(README.contains(TRACE.trim_end()), "README.md must contain tests/provider/trace.rs as it is");
}

#[tokio::test]
async fn the_example_serves() {
    let client = Launch::new(program()).env("TEST_PROVIDER_README", "1").start().await.unwrap();
    assert_eq!(client.configure(json!({})).await.unwrap(), []);
    let config = json!({ "text": "hello" });
    let planned = client.plan("example_note", None, config.clone().into()).await.unwrap();
    let created = client.apply("example_note", None, &planned, config).await.unwrap();
    assert_eq!(created.state, Dynamic::from(json!({ "id": "note-1", "text": "hello" })));
    end(client).await;
}
