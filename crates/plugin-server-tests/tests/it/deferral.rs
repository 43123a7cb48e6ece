use serde_json::json;
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Returned};

use crate::support::{end, lines, start};

async fn patient(behaviour: Option<&str>) -> Client {
    let mut client = start().await;
    client.set_capabilities(true, true);
    assert_eq!(client.configure(json!({ "behaviour": behaviour })).await.unwrap(), []);
    client
}

#[tokio::test]
async fn one_object_is_put_off() {
    let client = patient(None).await;
    let config = json!({ "name": "defer", "secret": "hush" });
    let planned = client.plan("test_thing", None, config.into()).await.unwrap();
    assert!(planned.deferred && planned.diagnostics.is_empty());
    assert_eq!(planned.state.get("id"), Some(&Dynamic::Unknown));
    assert!(planned.state.get("secret").unwrap().is_null());

    let other = client.plan("test_thing", None, json!({ "name": "a" }).into()).await.unwrap();
    assert!(!other.deferred);
    let read = client.read_data_source("test_echo", json!({ "input": "defer" })).await.unwrap();
    assert!(read.deferred && read.diagnostics.is_empty() && read.state.is_null());
    end(client).await;
}

#[tokio::test]
async fn a_provider_that_is_not_ready_puts_everything_off() {
    let client = patient(Some("defer")).await;
    // These would panic if the resource were asked.
    let state = json!({
        "id": "1", "name": "panic-read", "size": null, "replicas": null, "secret": null, "secret_version": null,
        "tags": null, "rules": null,
    });
    let current = Returned::new(state).with_private([5]);
    let read = client.read("test_thing", &current).await.unwrap();
    assert!(read.deferred);
    assert_eq!((read.state, read.private), (current.state.clone(), vec![5]));
    let planned = client.plan("test_thing", Some(&current), json!({ "name": "a" }).into()).await.unwrap();
    assert!(planned.deferred);
    assert_eq!((planned.state.get("id"), planned.private), (Some(&"1".into()), vec![5]));
    let imported = client.import("test_thing", "thing-x").await.unwrap();
    assert!(imported.deferred && imported.diagnostics.is_empty());
    let read = client.read_data_source("test_echo", json!({ "input": "panic" })).await.unwrap();
    assert!(read.deferred);

    // The next Terraform, and the next configuration, start afresh.
    assert_eq!(client.configure(json!({})).await.unwrap(), []);
    assert!(!client.import("test_thing", "thing-x").await.unwrap().deferred);
    end(client).await;
}

#[tokio::test]
async fn nothing_is_put_off_that_terraform_would_not_take_up_again() {
    let client = start().await;
    assert_eq!(client.configure(json!({})).await.unwrap(), []);
    let planned = client.plan("test_thing", None, json!({ "name": "defer" }).into()).await.unwrap();
    assert!(!planned.deferred && planned.diagnostics.is_empty());
    let said = client.configure(json!({ "behaviour": "defer" })).await.unwrap();
    assert_eq!(lines(&said), ["error: The provider failed while configuring the provider"]);
    end(client).await;
}
