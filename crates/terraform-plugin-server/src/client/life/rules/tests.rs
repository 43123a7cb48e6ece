use serde_json::json;

use super::*;
use tf::schema::nested_block::NestingMode as Blocks;
use tf::schema::object::NestingMode as Objects;

/// A block with an argument of each kind.
fn form() -> Form {
    let attribute = |name: &str, r#type: &str, computed, write_only| tf::schema::Attribute {
        name: name.into(),
        r#type: r#type.as_bytes().to_vec().into(),
        computed,
        write_only,
        ..Default::default()
    };
    let nested = |name: &str, nesting: Objects| tf::schema::Attribute {
        name: name.into(),
        nested_type: Some(tf::schema::Object {
            attributes: vec![
                attribute("port", "\"number\"", false, false),
                attribute("hits", "\"number\"", true, false),
            ],
            nesting: nesting.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let block = tf::schema::Block {
        attributes: vec![
            attribute("id", "\"string\"", true, false),
            attribute("name", "\"string\"", false, false),
            attribute("secret", "\"string\"", false, true),
            attribute("tags", r#"["map","string"]"#, false, false),
            attribute("zones", r#"["set",["object",{"a":"number"}]]"#, false, false),
            nested("list", Objects::List),
            nested("set", Objects::Set),
            nested("map", Objects::Map),
            nested("single", Objects::Single),
        ],
        block_types: vec![tf::schema::NestedBlock {
            type_name: "block".into(),
            block: Some(tf::schema::Block {
                attributes: vec![attribute("port", "\"number\"", false, false)],
                ..Default::default()
            }),
            nesting: Blocks::List.into(),
            ..Default::default()
        }],
        ..Default::default()
    };
    Form::from(&block)
}

fn value(json: serde_json::Value) -> Dynamic {
    json.into()
}

fn planned(prior: serde_json::Value, config: serde_json::Value, planned: serde_json::Value) -> Vec<Wrong> {
    form().planned(&prior.into(), &config.into(), &planned.into())
}

fn said(place: &str, what: &'static str) -> Vec<Wrong> {
    vec![(place.to_owned(), what)]
}

#[test]
fn a_plan_says_what_the_configuration_says() {
    let config = json!({ "name": "a", "secret": "s", "tags": { "x": "y" }, "list": [{ "port": 1 }] });
    let plan = json!({ "id": "1", "name": "a", "tags": { "x": "y" }, "list": [{ "port": 1, "hits": 0 }] });
    assert_eq!(planned(json!(null), config.clone(), plan.clone()), []);
    let with = |name: &str, value: serde_json::Value| {
        let mut changed = plan.clone();
        changed[name] = value;
        planned(json!(null), config.clone(), changed)
    };
    assert_eq!(with("name", json!("A")), said("name", PLANNED_OTHERWISE));
    assert_eq!(with("name", json!(null)), said("name", PLANNED_NULL));
    assert_eq!(with("secret", json!("s")), said("secret", WRITE_ONLY));
    assert_eq!(with("tags", json!({ "x": "z" })), said("tags", PLANNED_OTHERWISE));
    assert_eq!(with("zones", json!([{ "a": 1 }])), said("zones", PLANNED_FROM_NOTHING));
    assert_eq!(with("list", json!([{ "port": 2 }])), said("list[0].port", PLANNED_OTHERWISE));
    assert_eq!(with("list", json!([])), said("list", ELEMENTS));
    assert_eq!(with("block", json!([{ "port": 2 }])), said("block", PLANNED_FROM_NOTHING));
}

#[test]
fn what_was_there_before_may_stand_for_an_equal_value() {
    let (prior, config) =
        (json!({ "name": "A", "list": [{ "port": 9 }] }), json!({ "name": "a", "list": [{ "port": 1 }] }));
    assert_eq!(planned(prior.clone(), config.clone(), prior.clone()), []);
    assert_eq!(planned(json!(null), config, prior).len(), 2);
}

#[test]
fn elements_of_sets_have_no_order() {
    let config = json!({ "set": [{ "port": 1 }, { "port": 2 }], "zones": [{ "a": 1 }, { "a": 2 }] });
    let plan =
        json!({ "set": [{ "port": 2, "hits": 1 }, { "port": 1, "hits": 1 }], "zones": [{ "a": 2 }, { "a": 1 }] });
    assert_eq!(planned(json!(null), config.clone(), plan.clone()), []);
    let other = json!({ "set": [{ "port": 2 }, { "port": 2 }], "zones": [{ "a": 2 }, { "a": 1 }] });
    assert_eq!(planned(json!(null), config, other), said("set", ELEMENTS));
    let turned =
        json!({ "set": [{ "port": 1, "hits": 1 }, { "port": 2, "hits": 1 }], "zones": [{ "a": 1 }, { "a": 2 }] });
    assert_eq!(form().kept(&value(plan.clone()), &value(turned), "otherwise"), []);
    let fewer = json!({ "set": plan["set"], "zones": [{ "a": 1 }] });
    assert_eq!(form().kept(&value(plan), &value(fewer), "otherwise"), said("zones", "otherwise"));
}

#[test]
fn an_apply_keeps_what_was_known_and_tells_the_rest() {
    let mut plan = value(json!({ "name": "a", "map": { "x": { "port": 1 } }, "single": { "port": 1 } }));
    let Dynamic::Map(map) = &mut plan else { unreachable!() };
    map.insert("id".into(), Dynamic::Unknown);
    let state = json!({ "id": "1", "name": "a", "map": { "x": { "port": 1 } }, "single": { "port": 1 } });
    let with = |name: &str, value: serde_json::Value| {
        let mut changed = state.clone();
        changed[name] = value;
        form().kept(&plan, &changed.into(), "otherwise")
    };
    assert_eq!(with("id", json!("2")), []);
    assert_eq!(with("id", json!(null)), []);
    assert_eq!(with("name", json!("b")), said("name", "otherwise"));
    assert_eq!(with("secret", json!("s")), said("secret", WRITE_ONLY));
    assert_eq!(with("map", json!({ "x": { "port": 2 } })), said("map[\"x\"].port", "otherwise"));
    assert_eq!(with("map", json!({ "y": { "port": 1 } })), said("map", "otherwise"));
    assert_eq!(with("single", json!({ "port": 2 })), said("single.port", "otherwise"));
    assert_eq!(form().kept(&plan, &plan, "otherwise"), said("id", UNKNOWN));
}

#[test]
fn numbers_that_travel_as_text_are_numbers() {
    let tenth = Dynamic::from([("single", Dynamic::from([("port", Dynamic::Number("0.1".parse().unwrap()))]))]);
    let text = value(json!({ "single": { "port": "0.1" } }));
    assert_eq!(form().planned(&Dynamic::Null, &tenth, &text), []);
    assert_eq!(form().kept(&tenth, &text, "otherwise"), []);
}
