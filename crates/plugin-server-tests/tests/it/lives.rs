//! What a life finds: nothing where nothing is wrong, and every rule that is broken, at its place.

use serde_json::json;
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Life};

use crate::support::{configured, end};

fn id(state: &Dynamic) -> String {
    state.get("id").and_then(Dynamic::as_str).unwrap_or_default().to_owned()
}

fn flawed(name: &str) -> Life {
    Life::new("test_flawed", json!({ "name": name, "text": "a", "region": "r" })).imported_by(id)
}

async fn breaches(client: &Client, life: &Life) -> Vec<String> {
    client.breaches(life).await.unwrap().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_resource_that_keeps_the_rules_lives_in_peace() {
    let client = configured().await;
    let renamed = flawed("nothing").then(json!({ "name": "nothing else", "text": "a", "region": "r" }));
    assert_eq!(client.breaches(&renamed).await.unwrap(), []);

    // These are their states and nothing else, so that one is read as long as somebody has it.
    let immortal =
        |number| vec![format!("configuration {number}, read after the destroy: a destroyed object is still there")];
    let thing = Life::new("test_thing", json!({ "name": "a", "size": 0.1, "secret": "s", "rules": [{ "port": 1 }] }))
        .then(json!({ "name": "a", "tags": { "x": "y" } }))
        .then(json!({ "name": "b" }))
        .imported_by(id)
        .not_imported("size")
        .not_imported("rules")
        .not_imported("tags");
    assert_eq!(breaches(&client, &thing).await, immortal(3));
    let one = |must: &str| json!({ "must": must });
    let nest = json!({
        "list": [one("l0"), one("l1")], "map": { "a": one("ma") }, "set": [one("s0"), one("s1")], "single": one("s"),
        "list_block": [one("bl0")], "set_block": [one("bs1"), one("bs0")], "single_block": one("bsi"),
        "group_block": one("bg"),
    });
    let other = json!({
        "set": [one("s1"), one("s2")], "list_block": [one("bl1"), one("bl0")], "group_block": one("bg"),
    });
    for type_name in ["test_nest", "test_filled"] {
        let life = Life::new(type_name, nest.clone()).then(other.clone());
        assert_eq!(breaches(&client, &life).await, immortal(2), "{type_name}");
    }
    end(client).await;
}

#[tokio::test]
async fn every_broken_rule_is_found_where_it_is_broken() {
    let client = configured().await;
    for (flaw, expected) in [
        ("unknown is refused", "configuration 1, validate with text unknown: text: an error: The text has to be known"),
        ("error", "configuration 1, plan: an error: It cannot be planned"),
        (
            "upper",
            "configuration 1, plan: text: the plan is neither what the configuration says nor what was there before",
        ),
        (
            "default",
            "configuration 1, plan with region unknown: region: the plan is neither what the configuration says nor \
             what was there before",
        ),
        ("open", "configuration 1, apply: id: it is still unknown"),
        ("other", "configuration 1, apply: text: the apply made something else than was planned"),
        ("lost", "configuration 1, read: the object is gone as soon as it is made"),
        ("drift", "configuration 1, read: text: a read finds something else than the apply made"),
        ("never done", "configuration 1, plan after the apply: id: it is still unknown"),
        ("restless", "configuration 1, plan after the apply: an object that was just made has to be replaced"),
        ("forgetful", "configuration 1, import: region: the import finds something else than is there"),
        ("stays", "configuration 1, read after the destroy: a destroyed object is still there"),
    ] {
        let found = breaches(&client, &flawed(flaw)).await;
        assert!(found.iter().any(|line| line == expected), "{flaw}: {found:#?}");
        assert!(!found.iter().any(|line| line.contains("drifted")), "values are not told: {found:?}");
    }
    end(client).await;
}
