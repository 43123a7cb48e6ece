use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Diagnostic, Subject};

use crate::support::{configured, end, lines, start};

const MISSING: &str = "Missing required argument";
const READ_ONLY: &str = "Read-only attribute is set";

async fn check(client: &Client, config: Value, expected: &[(&str, &str)]) {
    let said = client.validate_resource("test_nest", config.clone()).await.unwrap();
    let expected: Vec<String> = expected.iter().map(|(path, summary)| format!("error at {path}: {summary}")).collect();
    assert_eq!(lines(&said), expected, "{config}");
}

#[tokio::test]
async fn what_is_required_must_not_be_null_at_any_depth() {
    let client = configured().await;
    let nil = json!({ "must": null });
    let good = json!({ "must": "x" });
    for (name, value, path) in [
        ("list", json!([good, nil]), "list[1].must"),
        ("map", json!({ "a": good, "b": nil }), "map[\"b\"].must"),
        ("set", json!([good, nil]), "set"),
        ("single", nil.clone(), "single.must"),
        ("list_block", json!([nil, good]), "list_block[0].must"),
        ("map_block", json!({ "b": nil }), "map_block[\"b\"].must"),
        ("set_block", json!([nil, nil]), "set_block"),
        ("optional_block", json!([nil]), "optional_block[0].must"),
        ("single_block", nil.clone(), "single_block.must"),
        ("group_block", json!({ "must": null, "may": "x" }), "group_block.must"),
    ] {
        check(&client, json!({ name: value }), &[(path, MISSING)]).await;
    }
    // A group that is left out is there all the same, with nulls in it.
    check(&client, json!({ "group_block": null }), &[]).await;
    end(client).await;
}

#[tokio::test]
async fn what_the_provider_computes_cannot_be_set_at_any_depth() {
    let client = configured().await;
    let set = json!({ "must": "x", "made": "by hand" });
    for (name, value, path) in [
        ("list", json!([set]), "list[0].made"),
        ("map", json!({ "a": set }), "map[\"a\"].made"),
        ("set", json!([set]), "set"),
        ("single", set.clone(), "single.made"),
        ("list_block", json!([set]), "list_block[0].made"),
        ("map_block", json!({ "a": set }), "map_block[\"a\"].made"),
        ("set_block", json!([set]), "set_block"),
        ("optional_block", json!([set]), "optional_block[0].made"),
        ("single_block", set.clone(), "single_block.made"),
        ("group_block", set.clone(), "group_block.made"),
        // The whole of it is read-only: one mistake, however much is in it.
        ("report", json!({ "must": null, "made": "by hand" }), "report"),
    ] {
        check(&client, json!({ name: value }), &[(path, READ_ONLY)]).await;
    }
    end(client).await;
}

fn details(said: &[Diagnostic]) -> Vec<&str> {
    said.iter().map(|one| &*one.detail).collect()
}

#[tokio::test]
async fn all_mistakes_are_reported_at_once() {
    let client = configured().await;
    let config = json!({ "id": "1", "name": null, "replicas": 1.5, "rules": [{ "hits": 5 }] });
    let said = client.validate_resource("test_thing", config).await.unwrap();
    let expected = [
        format!("error at id: {READ_ONLY}"),
        format!("error at name: {MISSING}"),
        format!("error at rules[0].hits: {READ_ONLY}"),
        "error at replicas: A value cannot be used".to_owned(),
    ];
    assert_eq!(lines(&said), expected);
    let shown = "The provider decides on the value of \"id\", and a configuration cannot set it. Remove it from the \
                 configuration; other blocks can refer to it.";
    let missing = "The argument \"name\" is required, and its value is null here. Give it a value: a variable without \
                   one, and an optional attribute that is left out, are null, too.";
    assert_eq!(details(&said)[..2], [shown, missing]);
    let in_a_set = json!({ "set": [{ "must": null }] });
    let said = client.validate_resource("test_nest", in_a_set).await.unwrap();
    assert!(said[0].detail.starts_with("The argument \"set.must\" is required"), "{}", said[0].detail);

    // The provider's own check adds what it has to say.
    let said = client.validate_resource("test_thing", json!({ "id": "1", "name": "invalid" })).await.unwrap();
    let own = ["error at name: This name is invalid", "warning at name: And it is ugly"];
    assert_eq!(lines(&said), [&format!("error at id: {READ_ONLY}"), own[0], own[1]]);
    end(client).await;
}

/// A type that cannot hold null says nothing more than the schema.
#[tokio::test]
async fn one_mistake_is_named_once() {
    let client = start().await;
    let list = Subject::ListResource("test_thing".to_owned());
    let said = client.validate(&list, json!({ "prefix": null })).await.unwrap();
    assert_eq!(lines(&said), [format!("error at prefix: {MISSING}")]);
    assert_eq!(client.validate(&list, json!({ "prefix": "x" })).await.unwrap(), []);
    end(client).await;
}

#[tokio::test]
async fn what_is_not_known_yet_passes() {
    let client = configured().await;
    let unknown = || Dynamic::Unknown;
    let rule = Dynamic::from([("port", unknown()), ("hits", unknown())]);
    let config = [("id", unknown()), ("name", unknown()), ("rules", Dynamic::List(vec![rule]))];
    assert_eq!(client.validate_resource("test_thing", config).await.unwrap(), []);
    let config = [("name", unknown()), ("rules", unknown())];
    assert_eq!(client.validate_resource("test_thing", config).await.unwrap(), []);
    end(client).await;
}

/// Not resources alone, and at every depth: each mistake that a schema makes possible.
#[tokio::test]
async fn everything_that_is_configured_is_checked() {
    let client = start().await;
    let mut places = Vec::new();
    for subject in client.subjects().await.unwrap() {
        for mistake in client.mistakes(&subject).await.unwrap() {
            let said = lines(&client.validate(&subject, mistake.config.clone()).await.unwrap());
            let expected = format!("error at {}: {}", mistake.place, mistake.summary);
            assert!(said.contains(&expected), "{subject:?} {mistake:?}: {said:?}");
            places.push((subject.clone(), mistake.place));
        }
    }
    let named = |make: fn(String) -> Subject, name: &str| make(name.to_owned());
    for (subject, place) in [
        (Subject::Provider, "login.user"),
        (named(Subject::Resource, "test_thing"), "rules[0].hits"),
        (named(Subject::Resource, "test_nest"), "map_block[\"key\"].made"),
        (named(Subject::Resource, "test_nest"), "group_block.made"),
        (named(Subject::DataSource, "test_echo"), "observed"),
        (named(Subject::EphemeralResource, "test_token"), "value"),
        (named(Subject::ListResource, "test_thing"), "prefix"),
        (named(Subject::Action, "test_act"), "steps"),
    ] {
        assert!(places.contains(&(subject.clone(), place.to_owned())), "{subject:?} {place}");
    }
    end(client).await;
}
