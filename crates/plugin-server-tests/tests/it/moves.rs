use serde_json::json;
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Returned};
use terraform_plugin_server::wire::tfplugin6 as tf;

use crate::support::{configured, end, start};

const THING: &str = "test_thing";

async fn move_from(client: &Client, type_name: &str, state: &str) -> tf::move_resource_state::Response {
    let request = tf::move_resource_state::Request {
        source_provider_address: "terraform.io/builtin/terraform".to_owned(),
        source_type_name: type_name.to_owned(),
        source_state: Some(tf::RawState { json: state.to_owned().into(), ..Default::default() }),
        target_type_name: THING.to_owned(),
        ..Default::default()
    };
    client.raw().move_resource_state(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn objects_move_here_from_other_types() {
    let client = start().await;
    let moved = move_from(&client, "terraform_data", r#"{"input":{"value":"thing-m","type":"string"}}"#).await;
    assert_eq!(moved.diagnostics, []);
    let state: Dynamic = rmp_serde::from_slice(&moved.target_state.unwrap().msgpack).unwrap();
    assert_eq!(state.get("id"), Some(&"thing-m".into()));
    assert!(moved.target_identity.is_some());
    // What moved here has no private state; reading it must not stumble over that.
    let current = Returned::new(state).with_private(moved.target_private);
    assert_eq!(client.read(THING, &current).await.unwrap().diagnostics, []);

    for (type_name, state, expected) in [
        ("other_type", "{}", "An object cannot be moved here from other_type of terraform.io/builtin/terraform"),
        ("test_plain", r#"{"id":""}"#, "the source has no id"),
        ("test_broken", "{}", "The provider failed while moving an object to test_thing"),
    ] {
        let refused = move_from(&client, type_name, state).await;
        assert_eq!(refused.diagnostics[0].summary, expected);
    }
    end(client).await;
}

fn raw(text: &str) -> Option<tf::RawState> {
    Some(tf::RawState { json: text.to_owned().into(), ..Default::default() })
}

/// An object of the very type, from a provider of this name at another address.
fn own(version: i64, state: &str) -> tf::move_resource_state::Request {
    tf::move_resource_state::Request {
        source_provider_address: "registry.example.com/somebody/test".to_owned(),
        source_type_name: THING.to_owned(),
        source_schema_version: version,
        source_state: raw(state),
        target_type_name: THING.to_owned(),
        source_private: b"\x05".to_vec().into(),
        source_identity: None,
        source_identity_schema_version: 0,
    }
}

async fn take_over(client: &Client, request: tf::move_resource_state::Request) -> (Dynamic, Option<Dynamic>) {
    let moved = client.raw().move_resource_state(request).await.unwrap().into_inner();
    assert_eq!(moved.diagnostics, []);
    assert_eq!(&moved.target_private[..], b"\x05");
    let read = |value: tf::DynamicValue| rmp_serde::from_slice(&value.msgpack).unwrap();
    (read(moved.target_state.unwrap()), moved.target_identity.and_then(|identity| identity.identity_data).map(read))
}

#[tokio::test]
async fn our_own_objects_are_taken_over_from_any_address() {
    let client = start().await;
    let text = r#"{"id":"thing-a","name":"a","size":12345678901234567890123,"gone":1,"rules":[{"port":1,"old":2}]}"#;
    let (state, identity) = take_over(&client, own(1, text)).await;
    let rules = json!([{ "port": 1, "token": null, "hits": null }]);
    let expected = json!({
        "id": "thing-a", "name": "a", "size": "12345678901234567890123", "replicas": null, "secret": null,
        "secret_version": null, "tags": null, "rules": rules,
    });
    assert_eq!(state, expected.into());
    assert_eq!(identity, Some(json!({ "id": "thing-a", "region": null }).into()), "made of the state");

    // The identity that is there is kept, and brought up to date like the state.
    let with = |version, text| tf::move_resource_state::Request {
        source_identity: raw(text),
        source_identity_schema_version: version,
        ..own(0, r#"{"id":"thing-b","name":"b","bytes":7}"#)
    };
    let (state, identity) = take_over(&client, with(1, r#"{"id":"thing-b","region":"eu"}"#)).await;
    assert_eq!((state.get("name"), state.get("size")), (Some(&"b".into()), Some(&7.into())));
    assert_eq!(identity, Some(json!({ "id": "thing-b", "region": "eu" }).into()));
    let (_, identity) = take_over(&client, with(0, r#"{"number":5}"#)).await;
    assert_eq!(identity, Some(json!({ "id": "5", "region": null }).into()));

    // Those that are current are seen like any stored object.
    assert_eq!(client.configure(json!({})).await.unwrap(), []);
    let seen = client.read_data_source("test_echo", json!({})).await.unwrap();
    assert_eq!(seen.state.get("observed"), Some(&vec!["thing-a", "thing-b"].into()));
    end(client).await;
}

#[tokio::test]
async fn what_cannot_be_taken_over_is_an_error() {
    let client = configured().await;
    let other = |request: tf::move_resource_state::Request| tf::move_resource_state::Request {
        source_provider_address: "registry.example.com/test/other".to_owned(),
        ..request
    };
    for (request, expected) in [
        (own(9, "{}"), "version 9 is unknown"),
        (own(1, "{"), "The stored state cannot be read"),
        (own(1, ""), "The stored state is not in JSON"),
        (other(own(1, "{}")), "An object cannot be moved here from test_thing of registry.example.com/test/other"),
    ] {
        let moved = client.raw().move_resource_state(request).await.unwrap().into_inner();
        assert_eq!(moved.diagnostics[0].summary, expected);
    }
    end(client).await;
}
