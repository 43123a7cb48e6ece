use serde_json::json;
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::Client;
use terraform_plugin_server::wire::tfplugin6 as tf;

use crate::support::{configured, end, lines, start};

const THING: &str = "test_thing";

#[tokio::test]
async fn a_current_state_passes_as_it_is_and_is_observed() {
    let client = start().await;
    let text = r#"{"id":"thing-a","name":"a","size":12345678901234567890123,"replicas":0.5}"#;
    let upgraded = client.upgrade(THING, 1, text).await.unwrap();
    let size = Dynamic::Number("12345678901234567890123".parse().unwrap());
    assert_eq!(upgraded.state.get("size"), Some(&size));
    let upgraded = client.upgrade(THING, 1, r#"{"id":"thing-b","name":"b"}"#).await.unwrap();
    assert_eq!(upgraded.diagnostics, []);
    assert_eq!(client.configure(json!({})).await.unwrap(), []);
    let seen = client.read_data_source("test_echo", json!({})).await.unwrap();
    // The first one has a number that does not fit, which is reported when it is read.
    assert_eq!(seen.state.get("observed"), Some(&vec!["thing-b"].into()));
    end(client).await;
}

#[tokio::test]
async fn an_older_state_is_changed_without_loss() {
    let client = start().await;
    let text = r#"{"id":"thing-a","name":"a","bytes":12345678901234567890123}"#;
    let upgraded = client.upgrade(THING, 0, text).await.unwrap();
    assert_eq!(upgraded.diagnostics, []);
    assert_eq!(upgraded.state.get("size"), Some(&"12345678901234567890123".into()));
    let refused = client.upgrade(THING, 9, "{}").await.unwrap();
    assert_eq!(lines(&refused.diagnostics), ["error: version 9 is unknown"]);
    let refused = client.upgrade("test_plain", 0, "{}").await.unwrap();
    assert_eq!(lines(&refused.diagnostics), ["error: Version 0 of the state is not supported"]);
    let refused = client.upgrade(THING, 0, "").await.unwrap();
    assert_eq!(lines(&refused.diagnostics), ["error: The stored state is not in JSON"]);
    let refused = client.upgrade(THING, 0, "{").await.unwrap();
    assert_eq!(lines(&refused.diagnostics), ["error: The stored state cannot be read"]);
    end(client).await;
}

#[tokio::test]
async fn imports_by_id_and_by_identity() {
    let client = configured().await;
    let by_id = client.import(THING, "thing-x").await.unwrap();
    let [object] = &by_id.objects[..] else { panic!("{by_id:?}") };
    assert_eq!(object.state.get("name"), Some(&"x".into()));
    assert_eq!(object.private, [7]);
    assert_eq!(object.identity, Some(json!({ "id": "thing-x", "region": null }).into()));
    let by_identity = client.import_by_identity(THING, json!({ "id": "thing-x", "region": null })).await.unwrap();
    assert_eq!(by_identity, by_id);

    let refused = client.import(THING, "nonsense").await.unwrap();
    assert_eq!(lines(&refused.diagnostics), ["error: nonsense is not the id of a thing"]);
    let refused = client.import("test_plain", "1").await.unwrap();
    assert_eq!(lines(&refused.diagnostics), ["error: Import is not supported"]);
    let refused = client.import_by_identity("test_plain", json!({ "id": "1" })).await.unwrap();
    assert_eq!(lines(&refused.diagnostics), ["error: Import by identity is not supported"]);
    end(client).await;
}

#[tokio::test]
async fn identities_have_schemas_and_versions() {
    let client = start().await;
    let request = tf::get_resource_identity_schemas::Request {};
    let schemas = client.raw().get_resource_identity_schemas(request).await.unwrap().into_inner().identity_schemas;
    assert_eq!(schemas.keys().collect::<Vec<_>>(), [THING]);
    let attributes: Vec<_> = schemas[THING]
        .identity_attributes
        .iter()
        .map(|one| (&*one.name, one.required_for_import, one.optional_for_import))
        .collect();
    assert_eq!(attributes, [("id", true, false), ("region", false, true)]);

    assert_eq!(upgrade_identity(&client, THING, 1, r#"{"id":"5","surplus":1}"#).await, Ok(identity("5")));
    assert_eq!(upgrade_identity(&client, THING, 0, r#"{"number":5}"#).await, Ok(identity("5")));
    let silent = Err(vec!["error: No result of upgrading the identity of test_thing".to_owned()]);
    assert_eq!(upgrade_identity(&client, THING, 3, "{}").await, silent);
    let none = Err(vec!["error: test_plain has no identity".to_owned()]);
    assert_eq!(upgrade_identity(&client, "test_plain", 0, "{}").await, none);
    end(client).await;
}

fn identity(id: &str) -> Vec<u8> {
    let fields = [("id", Dynamic::from(id)), ("region", Dynamic::Null)];
    rmp_serde::to_vec_named(&Dynamic::from(fields)).unwrap()
}

async fn upgrade_identity(client: &Client, type_name: &str, version: i64, text: &str) -> Result<Vec<u8>, Vec<String>> {
    let raw_identity = Some(tf::RawState { json: text.to_owned().into(), ..Default::default() });
    let request = tf::upgrade_resource_identity::Request { type_name: type_name.to_owned(), version, raw_identity };
    let answer = client.raw().upgrade_resource_identity(request).await.unwrap().into_inner();
    match answer.upgraded_identity.and_then(|identity| identity.identity_data) {
        Some(data) => Ok(data.msgpack.into()),
        None => Err(answer.diagnostics.into_iter().map(|one| format!("error: {}", one.summary)).collect()),
    }
}

#[tokio::test]
async fn a_configuration_holds_only_what_can_be_configured() {
    let client = start().await;
    let rules = json!([{ "port": 1, "token": null, "hits": 5 }]);
    let state = json!({
        "id": "thing-a", "name": "a", "size": 5, "replicas": null, "secret": null, "secret_version": null,
        "tags": { "x": "y" }, "rules": rules,
    });
    let bytes = rmp_serde::to_vec_named(&Dynamic::from(state)).unwrap();
    let request = tf::generate_resource_config::Request {
        type_name: THING.to_owned(),
        state: Some(tf::DynamicValue { msgpack: bytes.into(), ..Default::default() }),
    };
    let answer = client.raw().generate_resource_config(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    let config: Dynamic = rmp_serde::from_slice(&answer.config.unwrap().msgpack).unwrap();
    let rules = json!([{ "port": 1, "token": null, "hits": null }]);
    let expected = json!({
        "id": null, "name": "a", "size": 5, "replicas": null, "secret": null, "secret_version": null,
        "tags": null, "rules": rules,
    });
    assert_eq!(config, expected.into());
    end(client).await;
}
