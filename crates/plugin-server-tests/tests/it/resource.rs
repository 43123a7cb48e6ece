use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Planned, Returned};

use crate::support::{configured, end, lines};

const THING: &str = "test_thing";

async fn plan(client: &Client, prior: Option<&Returned>, config: &Value) -> Planned {
    client.plan(THING, prior, config.clone().into()).await.unwrap()
}

async fn create(client: &Client, config: Value) -> Returned {
    let planned = plan(client, None, &config).await;
    assert_eq!(planned.diagnostics, []);
    client.apply(THING, None, &planned, config).await.unwrap()
}

fn thing(changes: Value) -> Dynamic {
    let mut thing = json!({
        "id": null, "name": null, "size": null, "replicas": null, "secret": null, "secret_version": null, "tags": null,
        "rules": null,
    });
    for (name, value) in changes.as_object().unwrap() {
        thing[name] = value.clone();
    }
    thing.into()
}

#[tokio::test]
async fn a_thing_lives() {
    let client = configured().await;
    let config = json!({ "name": "a", "size": 5_000_000_000_000_i64, "tags": { "x": "y" } });
    let planned = plan(&client, None, &config).await;
    assert_eq!(planned.state.get("id"), Some(&Dynamic::Unknown));
    assert_eq!((planned.identity.as_ref(), &planned.requires_replace[..]), (None, &[][..]));

    let created = client.apply(THING, None, &planned, config.clone()).await.unwrap();
    let expected = json!({ "id": "thing-a", "name": "a", "size": 5_000_000_000_000_i64, "tags": { "x": "y" } });
    assert_eq!(created.state, thing(expected));
    assert_eq!(created.identity, Some(json!({ "id": "thing-a", "region": null }).into()));
    assert_eq!(created.private, [1], "created once");

    let read = client.read(THING, &created).await.unwrap();
    assert_eq!(read, created);
    let unchanged = plan(&client, Some(&created), &config).await;
    assert_eq!((unchanged.state, unchanged.private), (created.state.clone(), vec![1]));

    let config = json!({ "name": "a", "size": 6 });
    let planned = plan(&client, Some(&created), &config).await;
    assert_eq!(planned.identity, created.identity);
    let updated = client.apply(THING, Some(&created), &planned, config).await.unwrap();
    assert_eq!(updated.state, thing(json!({ "id": "thing-a", "name": "a", "size": 6 })));
    assert_eq!(updated.private, [2], "changed twice");

    let renamed = plan(&client, Some(&updated), &json!({ "name": "b" })).await;
    assert_eq!(renamed.requires_replace, ["name"]);

    let planned = client.plan(THING, Some(&updated), Dynamic::Null).await.unwrap();
    assert!(planned.state.is_null());
    let destroyed = client.apply(THING, Some(&updated), &planned, Dynamic::Null).await.unwrap();
    assert!(destroyed.state.is_null() && destroyed.diagnostics.is_empty());
    end(client).await;
}

#[tokio::test]
async fn numbers_stay_exact() {
    let client = configured().await;
    for text in
        ["9223372036854775807", "18446744073709551615", "123456789012345678901234567890.125", "0.1", "1.5", "-7"]
    {
        let size = Dynamic::Number(text.parse().unwrap());
        let config = Dynamic::from([("name", Dynamic::from("n")), ("size", size.clone())]);
        let planned = client.plan(THING, None, config).await.unwrap();
        let returned = planned.state.get("size").unwrap();
        // A number that no double holds travels as text.
        assert!(*returned == size || *returned == Dynamic::from(text), "{text} came back as {returned:?}");
    }
    end(client).await;
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_reported_where_it_stands() {
    let client = configured().await;
    let rules = json!([{ "port": 80 }, { "port": 70_000 }]);
    for (config, expected) in [
        (json!({ "name": "a", "replicas": 1.5 }), "error at replicas: A value cannot be used"),
        (json!({ "name": "a", "replicas": 1e30 }), "error at replicas: A value cannot be used"),
        (json!({ "name": "a", "rules": rules }), "error at rules[1].port: A value cannot be used"),
        (json!({ "name": "a", "secret_version": 0.5 }), "error at secret_version: A value cannot be used"),
    ] {
        let said = client.validate_resource(THING, config.clone()).await.unwrap();
        assert_eq!(lines(&said), [expected], "{config}");
        let planned = plan(&client, None, &config).await;
        assert_eq!(lines(&planned.diagnostics), [expected], "{config}");
        assert!(planned.state.is_null());
    }
    for (number, shown) in [
        ("1e-9223372036854775808".to_owned(), "1e-9223372036854775808"),
        ("7".repeat(100_000), &*format!("{}... (100000 characters)", "7".repeat(60))),
        ("inf".to_owned(), "inf"),
    ] {
        // As Terraform sends a number that no double holds, and an infinite one.
        let config = Dynamic::from([("name", "a".into()), ("replicas", Dynamic::from(number.as_str()))]);
        let said = client.validate_resource(THING, config).await.unwrap();
        assert_eq!(lines(&said), ["error at replicas: A value cannot be used"]);
        let shown = format!("The number {shown} is not whole or out of range, and cannot be used here.");
        assert_eq!(said[0].detail, shown);
    }
    let said = client.validate_resource(THING, json!({ "name": "a", "replicas": 1.5 })).await.unwrap();
    assert_eq!(said[0].detail, "The number 1.5 is not whole, and only whole numbers can be used here.");
    let said = client.validate_resource(THING, json!({ "name": "a", "secret_version": 0.5 })).await.unwrap();
    assert!(!said[0].detail.contains("0.5"), "{}", said[0].detail);
    end(client).await;
}

#[tokio::test]
async fn what_is_write_only_reaches_the_provider_and_nothing_else() {
    let client = configured().await;
    let schema = &client.get_provider_schema().await.unwrap().resource_schemas[THING];
    let attributes = &schema.block.as_ref().unwrap().attributes;
    let write_only: Vec<&str> = attributes.iter().filter(|one| one.write_only).map(|one| &*one.name).collect();
    assert_eq!(write_only, ["secret"]);

    let rules = json!([{ "port": 1, "token": "hush too" }]);
    let config = json!({ "name": "needs-secret", "secret": "hush", "rules": rules });
    let planned = plan(&client, None, &config).await;
    let created = client.apply(THING, None, &planned, config).await.unwrap();
    assert_eq!(lines(&created.diagnostics), [""; 0]);
    for state in [&planned.state, &created.state] {
        assert!(state.get("secret").unwrap().is_null());
        assert!(!format!("{state:?}").contains("hush"), "{state:?}");
    }
    let visible = plan(&client, None, &json!({ "name": "leak", "secret": "hush" })).await;
    assert_eq!(lines(&visible.diagnostics), ["warning: the plan sees hush"]);
    end(client).await;
}

#[tokio::test]
async fn an_old_terraform_cannot_use_what_is_write_only() {
    let mut client = configured().await;
    client.set_capabilities(false, false);
    let said = client.validate_resource(THING, json!({ "name": "a", "secret": "hush" })).await.unwrap();
    assert_eq!(lines(&said), ["error at secret: This Terraform does not know write-only secret"]);
    let said = client.validate_resource(THING, json!({ "name": "a" })).await.unwrap();
    assert_eq!(said, []);
    end(client).await;
}

#[tokio::test]
async fn diagnostics_keep_their_order_and_their_place() {
    let client = configured().await;
    let said = client.validate_resource(THING, json!({ "name": "invalid" })).await.unwrap();
    assert_eq!(lines(&said), ["error at name: This name is invalid", "warning at name: And it is ugly"]);
    let said = client.validate_resource(THING, json!({ "name": "silent" })).await.unwrap();
    assert_eq!(lines(&said), ["error: No result of checking test_thing"]);
    end(client).await;
}

#[tokio::test]
async fn no_answer_means_what_is_safe() {
    let client = configured().await;
    let gone = Returned::new(thing(json!({ "id": "1", "name": "gone" })));
    let read = client.read(THING, &gone).await.unwrap();
    assert!(read.state.is_null() && read.diagnostics.is_empty() && read.identity.is_none());

    let unreadable = Returned::new(thing(json!({ "id": "1", "name": "fail-read" }))).with_private([7]);
    let read = client.read(THING, &unreadable).await.unwrap();
    assert_eq!((&read.state, &read.private), (&unreadable.state, &unreadable.private));
    assert_eq!(lines(&read.diagnostics), ["error: the thing cannot be read"]);

    let silent = create(&client, json!({ "name": "silent-create" })).await;
    assert!(silent.state.is_null());
    assert_eq!(lines(&silent.diagnostics), ["error: No result of applying test_thing"]);

    let kept = create(&client, json!({ "name": "silent-destroy" })).await;
    let planned = client.plan(THING, Some(&kept), Dynamic::Null).await.unwrap();
    let destroyed = client.apply(THING, Some(&kept), &planned, Dynamic::Null).await.unwrap();
    assert_eq!(lines(&destroyed.diagnostics), ["error: No result of applying test_thing"]);
    end(client).await;
}

#[tokio::test]
async fn a_plan_to_destroy_needs_no_answer() {
    let client = configured().await;
    let planned = client.plan("test_plain", None, json!({ "name": "p" }).into()).await.unwrap();
    let created = client.apply("test_plain", None, &planned, json!({ "name": "p" })).await.unwrap();
    let planned = client.plan("test_plain", Some(&created), Dynamic::Null).await.unwrap();
    assert_eq!(planned.diagnostics, []);
    end(client).await;
}

#[tokio::test]
async fn a_value_of_dynamic_type_passes_through() {
    let client = configured().await;
    let any = Dynamic::List(vec![Dynamic::Bytes(b"[\"list\",\"string\"]".to_vec()), vec!["a", "b"].into()]);
    let config = Dynamic::from([("name", Dynamic::from("p")), ("any", any.clone())]);
    let planned = client.plan("test_plain", None, config.clone()).await.unwrap();
    let created = client.apply("test_plain", None, &planned, config).await.unwrap();
    assert_eq!(created.state.get("any"), Some(&any));
    end(client).await;
}

#[tokio::test]
async fn a_panic_is_a_diagnostic_and_the_process_lives_on() {
    let client = configured().await;
    let planned = plan(&client, None, &json!({ "name": "panic-create" })).await;
    for _ in 0..2 {
        let applied = client.apply(THING, None, &planned, json!({ "name": "panic-create" })).await.unwrap();
        assert_eq!(lines(&applied.diagnostics), ["error: The provider failed while applying test_thing"]);
        assert!(applied.diagnostics[0].detail.ends_with("creating a thing that panics"));
    }
    let read = Returned::new(thing(json!({ "id": "1", "name": "panic-read" })));
    let read = client.read(THING, &read).await.unwrap();
    assert_eq!(lines(&read.diagnostics), ["error: The provider failed while reading test_thing"]);
    let said = client.configure(json!({ "behaviour": "panic" })).await.unwrap();
    assert_eq!(lines(&said), ["error: The provider failed while configuring the provider"]);
    assert_eq!(client.configure(json!({})).await.unwrap(), []);
    end(client).await;
}

/// A backtrace in a diagnostic would be all that an operator sees.
#[tokio::test]
async fn backtraces_stay_out_of_our_diagnostics() {
    let launch = terraform_plugin_server::client::Launch::new(crate::support::program()).env("RUST_BACKTRACE", "1");
    let client = launch.start().await.unwrap();
    let said = client.configure(json!({ "behaviour": "silent" })).await.unwrap();
    let mut said = [said, client.configure(json!({ "behaviour": "panic" })).await.unwrap()].concat();
    said.extend(client.validate_resource(THING, json!({ "name": "a", "replicas": 1.5 })).await.unwrap());
    assert_eq!(said.len(), 3);
    for one in said {
        assert!(!one.detail.contains("   0: "), "{}", one.detail);
    }
    end(client).await;
}

#[tokio::test]
async fn the_provider_block_is_checked() {
    let client = configured().await;
    let said = client.configure(json!({ "behaviour": "silent" })).await.unwrap();
    assert_eq!(lines(&said), ["error: No result of configuring the provider"]);
    let said = client.configure(json!({ "behaviour": "invalid" })).await.unwrap();
    assert_eq!(lines(&said), ["error at behaviour: This behaviour is invalid"]);
    end(client).await;
}

#[tokio::test]
async fn an_unknown_type_is_an_error() {
    use terraform_plugin_server::wire::tfplugin6 as tf;
    let client = configured().await;
    let request = tf::read_resource::Request { type_name: "test_other".to_owned(), ..Default::default() };
    let answer = client.raw().read_resource(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics[0].summary, "The provider has no resource test_other");
    end(client).await;
}
