use std::cell::Cell;
use std::collections::HashMap;

use serde::Deserialize;
use tf_provider::schema::{Attribute, AttributeType, Block};
use tf_provider::value::{Value, ValueList, ValueString};

use super::*;
use crate::msgpack;

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoded, and not looked at")]
struct Disk<'a> {
    #[serde(borrow)]
    name: ValueString<'a>,
    size: Value<i64>,
    label: String,
    ports: ValueList<Value<u16>>,
    tags: Value<BTreeMap<String, Value<bool>>>,
    limits: Value<Limits>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoded, and not looked at")]
struct Limits {
    daily: Value<i64>,
}

fn shape() -> Shape {
    let attribute = |attr_type| Attribute { attr_type, ..Attribute::default() };
    let limits =
        HashMap::from([("daily".to_owned(), Attribute { sensitive: true, ..attribute(AttributeType::Number) })]);
    let attributes = [
        ("name", AttributeType::String),
        ("size", AttributeType::Number),
        ("label", AttributeType::String),
        ("ports", AttributeType::List(Box::new(AttributeType::Number))),
        ("tags", AttributeType::Map(Box::new(AttributeType::Bool))),
        ("limits", AttributeType::AttributeSingle(limits)),
    ];
    let attributes = attributes.into_iter().map(|(name, attr_type)| (name.to_owned(), attribute(attr_type)));
    Shape::from(&Block { attributes: attributes.collect(), ..Block::default() })
}

fn disk(changes: &[(&str, Dynamic)]) -> Dynamic {
    let mut disk = BTreeMap::from([("label".to_owned(), Dynamic::from("a"))]);
    for name in ["name", "size", "ports", "tags", "limits"] {
        disk.insert(name.to_owned(), Dynamic::Null);
    }
    disk.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Dynamic::Map(disk)
}

fn check(changes: &[(&str, Dynamic)], expected: &[&str]) {
    let fits = |bytes: &[u8]| msgpack::decode::<Value<Disk<'_>>>(bytes).is_ok();
    let found = find(&disk(changes), &shape(), &fits);
    let found: Vec<String> = found.iter().map(|misfit| format!("{}: {}", misfit.path, misfit.reason)).collect();
    assert_eq!(found, expected);
}

#[test]
fn names_numbers_that_do_not_fit() {
    let number = |text: &str| Dynamic::Number(text.parse().unwrap());
    check(&[("size", number("1.5"))], &["size: The number 1.5 is not whole, and only whole numbers can be used here."]);
    check(&[("size", number("1e19"))], &["size: The number 10000000000000000000 is out of range here."]);
    check(&[("size", "0.1".into())], &["size: The number 0.1 is not whole or out of range, and cannot be used here."]);
}

#[test]
fn names_parts_of_parts_and_hides_secrets() {
    let port = "ports[1]: The number 70000 is out of range here.";
    check(&[("ports", vec![80, 70_000].into())], &[port]);
    check(&[("tags", [("a", "x")].into())], &["tags[\"a\"]: The value \"x\" cannot be used here."]);
    let secret = "limits.daily: The value, which is not shown because it is sensitive, cannot be used here.";
    check(&[("limits", [("daily", "secret")].into())], &[secret]);
    check(&[("label", Dynamic::Null)], &["label: A value is required here, and there is none (null)."]);
    let unknown = "label: The value must be known during the plan, and it is not known before the apply.";
    check(&[("label", Dynamic::Unknown)], &[unknown]);
}

#[test]
fn names_all_of_several() {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "decoded, and not looked at")]
    struct Pair {
        name: Value<bool>,
        size: Value<i64>,
    }
    let fits = |bytes: &[u8]| msgpack::decode::<Pair>(bytes).is_ok();
    let found = find(&Dynamic::from([("name", "a"), ("size", "b")]), &shape(), &fits);
    let paths: Vec<String> = found.iter().map(|misfit| misfit.path.to_string()).collect();
    assert_eq!(paths, ["name", "size"]);
}

/// What is found in a value, and how many bytes were tried for that.
fn search<T: for<'a> Deserialize<'a>>(value: &Dynamic, shape: &Shape) -> (Vec<String>, usize) {
    let tried = Cell::new(0);
    let fits = |bytes: &[u8]| {
        tried.set(tried.get() + bytes.len());
        msgpack::decode::<T>(bytes).is_ok()
    };
    let found = find(value, shape, &fits);
    (found.iter().map(|misfit| misfit.path.to_string()).collect(), tried.get())
}

fn size(value: &Dynamic) -> usize {
    msgpack::encode(value).unwrap().len()
}

#[test]
fn large_values_are_tried_a_few_times() {
    const LARGE: usize = 1_000_000;
    type Arguments = (i64, String, [i64; 8]);
    let large = || Dynamic::from("x".repeat(LARGE));
    let mut arguments = vec![1.into(), large(), vec![large(); 8].into()];
    let shape = Shape::Tuple(vec![Shape::Number, Shape::Text, Shape::Tuple(vec![Shape::Number; 8])]);
    let (found, tried) = search::<Arguments>(&Dynamic::List(arguments.clone()), &shape);
    let places: Vec<String> = (0..8).map(|index| format!("[2][{index}]")).collect();
    assert_eq!(found, places);
    assert!(tried < 4 * size(&Dynamic::List(arguments.clone())), "{tried} bytes");
    // Where nothing else would fit either, it is given up.
    arguments.push(large());
    let (found, tried) = search::<Arguments>(&Dynamic::List(arguments.clone()), &shape);
    assert_eq!(found, [""; 0]);
    assert!(tried <= TRIES * size(&Dynamic::List(arguments)) + FREE_BYTES, "{tried} bytes");
}

#[test]
fn many_attributes_are_tried_in_groups() {
    type Object = BTreeMap<String, Option<i64>>;
    let object = |wrong: &dyn Fn(i64) -> bool| {
        let value = |index| if wrong(index) { Dynamic::Unknown } else { index.into() };
        Dynamic::Map((0..2_000_i64).map(|index| (format!("a{index:04}"), value(index))).collect())
    };
    let shape = Shape::Object(BTreeMap::new());
    let all = object(&|_| true);
    let (found, tried) = search::<Object>(&all, &shape);
    assert_eq!((found.len(), &*found[0], &*found[19]), (MOST, "a0000", "a0019"));
    assert!(tried < FREE_BYTES, "{tried} bytes");
    let (found, tried) = search::<Object>(&object(&|index| index % 700 == 50), &shape);
    assert_eq!(found, ["a0050", "a0750", "a1450"]);
    assert!(tried < FREE_BYTES, "{tried} bytes");
}
