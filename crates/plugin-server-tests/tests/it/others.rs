use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Launch};
use terraform_plugin_server::wire::tfplugin6 as tf;

use crate::support::{configured, end, lines, program, start};

fn encoded(value: Value) -> Option<tf::DynamicValue> {
    let bytes = rmp_serde::to_vec_named(&Dynamic::from(value)).unwrap();
    Some(tf::DynamicValue { msgpack: bytes.into(), ..Default::default() })
}

fn summaries(diagnostics: &[tf::Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|one| &*one.summary).collect()
}

#[tokio::test]
async fn names_everything_that_there_is() {
    let client = start().await;
    let metadata = client.raw().get_metadata(tf::get_metadata::Request {}).await.unwrap().into_inner();
    let resources: Vec<_> = metadata.resources.iter().map(|one| &*one.type_name).collect();
    assert_eq!(resources, ["test_filled", "test_flawed", "test_nest", "test_plain", "test_seat", "test_thing"]);
    assert_eq!(metadata.data_sources[0].type_name, "test_echo");
    assert_eq!(metadata.functions[0].name, "join");
    assert_eq!(metadata.list_resources[0].type_name, "test_thing");
    assert_eq!(metadata.actions[0].type_name, "test_act");
    assert_eq!(metadata.ephemeral_resources[0].type_name, "test_token");
    let capabilities = metadata.server_capabilities.unwrap();
    assert!(capabilities.get_provider_schema_optional && capabilities.move_resource_state);

    let schemas = client.get_provider_schema().await.unwrap();
    assert_eq!(schemas.diagnostics, []);
    assert_eq!(schemas.resource_schemas.len(), 6);
    for some in [
        schemas.data_source_schemas.contains_key("test_echo"),
        schemas.functions.contains_key("join"),
        schemas.ephemeral_resource_schemas.contains_key("test_token"),
        schemas.list_resource_schemas.contains_key("test_thing"),
        schemas.action_schemas.contains_key("test_act"),
        schemas.provider.is_some() && schemas.provider_meta.is_none(),
    ] {
        assert!(some);
    }
    let functions = client.raw().get_functions(tf::get_functions::Request {}).await.unwrap().into_inner().functions;
    assert_eq!(functions, schemas.functions);
    end(client).await;
}

/// Terraform would take them, and store what must not be stored.
#[tokio::test]
async fn defects_of_a_provider_fail_the_first_request() {
    let client = Launch::new(program()).env("TEST_PROVIDER_DEFECTS", "1").start().await.unwrap();
    let said = client.get_provider_schema().await.unwrap().diagnostics;
    let expected = [
        "The provider offers test_plain twice",
        "The write-only path list.made of test_defect is computed, and so has to be stored",
        "The write-only path set.may of test_defect lies in a set, whose elements need it to be told apart",
        "The write-only path set_block.may of test_defect lies in a set, whose elements need it to be told apart",
        "The write-only path nowhere of test_defect is not an attribute of its schema",
        "The write-only path map.nowhere of test_defect is not an attribute of its schema",
        "The write-only path list_block of test_defect is not an attribute of its schema",
        "The write-only path id.x of test_defect is not an attribute of its schema",
        "The path nowhere of test_defect, left out of generated configurations, is not an attribute of its schema",
        "The path map.nowhere of test_defect, left out of generated configurations, is not an attribute of its schema",
        "The path list_block of test_defect, left out of generated configurations, is not an attribute of its schema",
        "The path id.x of test_defect, left out of generated configurations, is not an attribute of its schema",
        "The path list of test_defect is not a block of its schema",
        "The path list_block.x of test_defect is not a block of its schema",
        "The computed block map_block of test_defect has parts that are not computed: may, must",
        "The computed block group_block of test_defect is a group, which cannot be computed",
        "The list resource test_plain finds objects of no resource that has an identity",
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|defect| format!("{defect}. This is a defect of the provider; please report it."))
        .collect();
    assert_eq!(said.iter().map(|one| &*one.detail).collect::<Vec<_>>(), expected);
    assert!(summaries(&said).iter().all(|summary| *summary == "The provider does not fit together"));
    end(client).await;
}

#[tokio::test]
async fn data_is_read() {
    let client = configured().await;
    let read = client.read_data_source("test_echo", json!({ "input": "x" })).await.unwrap();
    let expected = json!({ "input": "x", "observed": [], "terraform_version": "1.15.0", "stopped": false });
    assert_eq!(read.state, expected.into());
    for (input, expected) in [
        ("silent", "error: No result of reading test_echo"),
        ("panic", "error: The provider failed while reading data source test_echo"),
    ] {
        let read = client.read_data_source("test_echo", json!({ "input": input })).await.unwrap();
        assert_eq!(lines(&read.diagnostics), [expected]);
    }
    let config = json!({ "input": "invalid", "observed": null, "terraform_version": null, "stopped": null });
    let request =
        tf::validate_data_resource_config::Request { type_name: "test_echo".to_owned(), config: encoded(config) };
    let said = client.raw().validate_data_resource_config(request).await.unwrap().into_inner().diagnostics;
    assert_eq!(summaries(&said), ["This input is invalid"]);
    end(client).await;
}

async fn join(client: &Client, arguments: &[Dynamic]) -> Result<Dynamic, (String, Option<i64>)> {
    client.call_function("join", arguments).await.unwrap()
}

#[tokio::test]
async fn functions_are_called_without_configuration() {
    let client = start().await;
    assert_eq!(join(&client, &["a".into(), 2.into(), "c".into()]).await, Ok("a2c".into()));
    assert_eq!(join(&client, &["warn".into(), 2.into(), "c".into()]).await, Ok("warn2c".into()));
    let failed = join(&client, &["fail".into(), 2.into(), "c".into()]).await;
    assert_eq!(failed, Err(("c is a bad tail".into(), Some(2))));
    let misfit = join(&client, &["a".into(), Dynamic::Number("1.5".parse().unwrap()), "c".into()]).await;
    let (text, argument) = misfit.unwrap_err();
    assert!(text.contains("1.5 is not whole") && argument == Some(1), "{text}");
    let (text, argument) = join(&client, &["panic".into(), 2.into(), "c".into()]).await.unwrap_err();
    assert!(text.starts_with("The provider failed while calling join") && argument.is_none(), "{text}");
    let few = join(&client, &["a".into()]).await;
    assert_eq!(few.unwrap_err().1, None);
    end(client).await;
}

#[tokio::test]
async fn lists_come_in_a_stream_and_end_at_the_limit() {
    let client = configured().await;
    let found = client.list("test_thing", json!({ "prefix": "few" }), false, 0).await.unwrap();
    let names: Vec<&str> = found.iter().map(|one| &*one.display_name).collect();
    assert_eq!(names, ["few0", "few1", "few2"]);
    assert_eq!(found[1].identity, Some(json!({ "id": "thing-few1", "region": null }).into()));
    assert!(found.iter().all(|one| one.resource.is_none() && one.diagnostics.is_empty()));

    let found = client.list("test_thing", json!({ "prefix": "many" }), true, 5).await.unwrap();
    assert_eq!(found.len(), 5);
    let state = found[4].resource.as_ref().unwrap();
    assert_eq!(state.get("name"), Some(&"many4".into()));
    assert!(state.get("secret").unwrap().is_null(), "write-only values stay out of lists, too");
    let seen = client.read_data_source("test_echo", json!({})).await.unwrap();
    assert_eq!(seen.state.get("observed"), Some(&vec!["the list was cut off"].into()));
    end(client).await;
}

#[tokio::test]
async fn what_goes_wrong_in_a_list_is_its_last_event() {
    let client = configured().await;
    for (prefix, include, good, expected) in [
        ("fail", false, 2, "error: no more things can be found"),
        ("panic", false, 2, "error: The provider failed while listing test_thing"),
        ("anonymous", false, 0, "error: The identity has no attribute \"wrong\""),
        ("stateless", true, 0, "error: No result of listing test_thing (no state)"),
    ] {
        let found = client.list("test_thing", json!({ "prefix": prefix }), include, 3).await.unwrap();
        let (found, failed): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.identity.is_some());
        assert_eq!(found.len(), good, "{prefix}");
        assert_eq!(lines(&failed[0].diagnostics), [expected]);
    }
    let request = tf::validate_list_resource_config::Request {
        type_name: "test_thing".to_owned(),
        config: encoded(json!({ "prefix": "invalid" })),
        ..Default::default()
    };
    let said = client.raw().validate_list_resource_config(request).await.unwrap().into_inner().diagnostics;
    assert_eq!(summaries(&said), ["This prefix is invalid"]);
    end(client).await;
}

#[tokio::test]
async fn actions_report_and_always_say_how_they_ended() {
    let client = configured().await;
    let done = client.invoke_action("test_act", json!({ "steps": 100 })).await.unwrap();
    assert!(done.completed && done.diagnostics.is_empty());
    assert_eq!((done.progress.len(), &*done.progress[99]), (100, "step 99"));
    for (behaviour, expected) in [
        ("fail", "error: the action failed"),
        ("silent", "error: No result of running test_act"),
        ("panic", "error: The provider failed while running action test_act"),
    ] {
        let failed = client.invoke_action("test_act", json!({ "behaviour": behaviour, "steps": 1 })).await.unwrap();
        assert!(failed.completed);
        assert_eq!((failed.progress.len(), lines(&failed.diagnostics)), (1, vec![expected.to_owned()]));
    }
    let config = |behaviour: &str| encoded(json!({ "behaviour": behaviour, "steps": 1 }));
    let request = tf::validate_action_config::Request { type_name: "test_act".to_owned(), config: config("invalid") };
    let said = client.raw().validate_action_config(request).await.unwrap().into_inner().diagnostics;
    assert_eq!(summaries(&said), ["This behaviour is invalid"]);
    let request = tf::plan_action::Request {
        action_type: "test_act".to_owned(),
        config: config("unplannable"),
        ..Default::default()
    };
    let said = client.raw().plan_action(request).await.unwrap().into_inner().diagnostics;
    assert_eq!(summaries(&said), ["This cannot be planned"]);
    end(client).await;
}

async fn open(client: &Client, name: &str) -> tf::open_ephemeral_resource::Response {
    let request = tf::open_ephemeral_resource::Request {
        type_name: "test_token".to_owned(),
        config: encoded(json!({ "name": name, "value": null })),
        ..Default::default()
    };
    client.raw().open_ephemeral_resource(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn ephemeral_values_are_opened_renewed_and_closed() {
    let client = configured().await;
    let opened = open(&client, "short").await;
    let value: Dynamic = rmp_serde::from_slice(&opened.result.unwrap().msgpack).unwrap();
    assert_eq!(value, json!({ "name": "short", "value": "token-short" }).into());
    let renew_at = opened.renew_at.unwrap();
    assert_eq!((renew_at.seconds, renew_at.nanos), (1, 500_000_000));
    assert_eq!(open(&client, "long").await.renew_at, None);

    let type_name = || "test_token".to_owned();
    let request = tf::renew_ephemeral_resource::Request { type_name: type_name(), private: opened.private };
    let renewed = client.raw().renew_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!((renewed.diagnostics, renewed.renew_at), (vec![], None));
    let request = tf::close_ephemeral_resource::Request { type_name: type_name(), private: renewed.private };
    let closed = client.raw().close_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(summaries(&closed.diagnostics), ["closed token-short-again"]);

    assert_eq!(summaries(&open(&client, "silent").await.diagnostics), ["No result of opening test_token"]);
    let panicked = open(&client, "panic").await;
    assert_eq!(summaries(&panicked.diagnostics), ["The provider failed while opening test_token"]);
    let request = tf::validate_ephemeral_resource_config::Request {
        type_name: type_name(),
        config: encoded(json!({ "name": "invalid", "value": null })),
    };
    let said = client.raw().validate_ephemeral_resource_config(request).await.unwrap().into_inner().diagnostics;
    assert_eq!(summaries(&said), ["This name is invalid"]);
    end(client).await;
}
