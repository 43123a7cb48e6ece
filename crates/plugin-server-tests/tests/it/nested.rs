use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Planned, Returned};

use crate::support::{configured, end, lines};

const NEST: &str = "test_nest";

/// One of each kind of nested attribute and block.
fn config() -> Value {
    let one = |must: &str| json!({ "must": must });
    json!({
        "list": [one("l0"), one("l1")], "map": { "a": one("ma") }, "set": [one("s0"), one("s1")], "single": one("s"),
        "list_block": [one("bl0"), one("bl1")], "map_block": { "a": one("bma") }, "optional_block": [one("bo")],
        "set_block": [one("bs0"), one("bs1")], "single_block": one("bsi"), "group_block": one("bg"),
    })
}

async fn plan(client: &Client, prior: Option<&Returned>, config: &Value) -> Planned {
    let planned = client.plan(NEST, prior, config.clone().into()).await.unwrap();
    assert_eq!(planned.diagnostics, []);
    planned
}

async fn apply(client: &Client, prior: Option<&Returned>, config: &Value) -> Returned {
    let planned = plan(client, prior, config).await;
    let applied = client.apply(NEST, prior, &planned, config.clone()).await.unwrap();
    assert_eq!(applied.diagnostics, []);
    applied
}

/// What stands for `made` in an element of the state.
fn made<'a>(state: &'a Dynamic, name: &str, index: usize) -> &'a Dynamic {
    match state.get(name) {
        Some(Dynamic::List(list)) => list[index].get("made").unwrap(),
        Some(Dynamic::Map(map)) => map.get("a").and_then(|one| one.get("made")).or_else(|| map.get("made")).unwrap(),
        other => panic!("{name} is {other:?}"),
    }
}

const LISTS: [&str; 4] = ["list", "set", "list_block", "set_block"];
const ALL: [&str; 10] = [
    "list",
    "map",
    "set",
    "single",
    "list_block",
    "map_block",
    "optional_block",
    "set_block",
    "single_block",
    "group_block",
];

#[tokio::test]
async fn every_kind_of_nesting_lives() {
    let client = configured().await;
    let planned = plan(&client, None, &config()).await;
    for name in ALL {
        assert_eq!(made(&planned.state, name, 0), &Dynamic::Unknown, "{name}");
    }
    let created = apply(&client, None, &config()).await;
    for name in ALL {
        assert_eq!(made(&created.state, name, 0), &"first".into(), "{name}");
    }
    assert_eq!(created.state.get("report").unwrap().get("must"), Some(&"done".into()));
    let unchanged = plan(&client, Some(&created), &config()).await;
    assert_eq!(unchanged.state, created.state, "what was computed is proposed again, at every depth");
    end(client).await;
}

/// An element that stays keeps what was computed for it: by its index in lists, by its key in maps, by its content in
/// sets.
#[tokio::test]
async fn what_was_computed_follows_its_element() {
    let client = configured().await;
    let created = apply(&client, None, &config()).await;
    let mut changed = config();
    for name in LISTS {
        let list = changed[name].as_array_mut().unwrap();
        list.remove(0);
        list.push(json!({ "must": "new", "may": "x" }));
    }
    changed["map"] = json!({ "a": { "must": "ma" }, "b": { "must": "mb" } });
    let updated = apply(&client, Some(&created), &changed).await;
    for name in LISTS {
        let second = if name.starts_with("set") { "second" } else { "first" };
        assert_eq!(made(&updated.state, name, 0), &"first".into(), "{name}");
        assert_eq!(made(&updated.state, name, 1), &second.into(), "{name}");
    }
    let map = updated.state.get("map").unwrap();
    assert_eq!(map.get("a").unwrap().get("made"), Some(&"first".into()));
    assert_eq!(map.get("b").unwrap().get("made"), Some(&"second".into()));
    end(client).await;
}

#[tokio::test]
async fn what_is_left_out_is_nothing() {
    let client = configured().await;
    let created = apply(&client, None, &json!({ "single_block": { "must": "x" } })).await;
    let nothing = [
        ("list", json!(null)),
        ("map", json!(null)),
        ("set", json!(null)),
        ("single", json!(null)),
        ("list_block", json!([])),
        ("map_block", json!({})),
        ("optional_block", json!([])),
        ("set_block", json!([])),
        ("group_block", json!({ "may": null, "must": null, "made": null })),
    ];
    for (name, expected) in nothing {
        assert_eq!(created.state.get(name), Some(&expected.into()), "{name}");
    }
    end(client).await;
}

#[tokio::test]
async fn blocks_that_the_provider_fills_in_need_a_terraform_that_knows_them() {
    const FILLED: &str = "test_filled";
    let mut client = configured().await;
    let schema = client.get_provider_schema().await.unwrap().resource_schemas[FILLED].block.clone().unwrap();
    let computed = schema.block_types.iter().filter(|nested| nested.block.as_ref().unwrap().computed);
    assert_eq!(computed.map(|nested| &*nested.type_name).collect::<Vec<_>>(), ["list_block"]);

    let config = json!({ "single_block": { "must": "x" } });
    assert_eq!(client.validate_resource(FILLED, config.clone()).await.unwrap(), []);
    let planned = client.plan(FILLED, None, config.clone().into()).await.unwrap();
    assert_eq!(planned.state.get("list_block"), Some(&Dynamic::Unknown));
    let created = client.apply(FILLED, None, &planned, config.clone()).await.unwrap();
    assert_eq!(made(&created.state, "list_block", 0), &"first".into());
    let unchanged = client.plan(FILLED, Some(&created), config.clone().into()).await.unwrap();
    assert_eq!(unchanged.state, created.state);

    client.capabilities().computed_blocks_allowed = false;
    let said = client.validate_resource(FILLED, config).await.unwrap();
    assert_eq!(lines(&said), ["error: This version cannot handle test_filled"]);
    assert!(said[0].detail.contains("leaves out: list_block. Terraform 1.16"), "{}", said[0].detail);
    end(client).await;
}
