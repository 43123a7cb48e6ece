//! Finds the attribute whose value the provider's own types cannot hold.
//!
//! Terraform's values fit the schema, but the provider's types may be narrower: a whole number where the schema says number, text that
//! must not be null. serde then says that something does not match, but not where. So the value is tried again with parts
//! taken out: what makes the rest fit is to blame. All this happens only after an error, so it need not be quick.

use std::collections::BTreeMap;

use tf_provider::AttributePath;

use crate::Dynamic;
use crate::shape::Shape;

/// A value that does not fit, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub path: AttributePath,
    /// What to tell the operator about the value.
    pub reason: String,
}

/// Whether the provider's type can hold the value, put where the question is about.
type Fits<'a> = &'a dyn Fn(&Dynamic) -> bool;

/// Lists what in `value` makes `fits` fail; nothing, when no part can be blamed alone.
pub(crate) fn find(value: &Dynamic, shape: &Shape, fits: Fits<'_>) -> Vec<Misfit> {
    let mut found = Vec::new();
    Search { found: &mut found, sensitive: false }.descend(value, Some(shape), &AttributePath::root(), fits);
    found
}

/// Values of every kind: one of them fits wherever anything does.
fn fillers() -> [Dynamic; 7] {
    [
        Dynamic::Null,
        Dynamic::Unknown,
        "".into(),
        1.into(),
        false.into(),
        Dynamic::List(vec![]),
        Dynamic::Map(BTreeMap::new()),
    ]
}

fn filled_with(map: &BTreeMap<String, Dynamic>, filler: &Dynamic) -> BTreeMap<String, Dynamic> {
    map.keys().map(|name| (name.clone(), filler.clone())).collect()
}

struct Search<'a> {
    found: &'a mut Vec<Misfit>,
    /// Whether the value being looked at is secret.
    sensitive: bool,
}

impl Search<'_> {
    /// Looks into a value that does not fit. Returns whether a part of it was found to be at fault.
    fn descend(&mut self, value: &Dynamic, shape: Option<&Shape>, path: &AttributePath, fits: Fits<'_>) -> bool {
        let before = self.found.len();
        match (value, shape) {
            (Dynamic::Map(map), Some(Shape::Map(inner))) => {
                for (key, part) in map {
                    let with = |part: &Dynamic| fits(&Dynamic::from([(key.clone(), part.clone())]));
                    self.blame(part, Some(inner), path.clone().key(key.clone()), &with);
                }
            }
            (Dynamic::Map(map), shape) => self.descend_object(map, shape, path, fits),
            (Dynamic::List(list), Some(Shape::List(inner))) => {
                for (index, part) in (0_i64..).zip(list) {
                    let with = |part: &Dynamic| fits(&Dynamic::List(vec![part.clone()]));
                    self.blame(part, Some(inner), path.clone().index(index), &with);
                }
            }
            (Dynamic::List(list), Some(Shape::Tuple(shapes))) => {
                let shapes = shapes.iter().map(Some).chain(std::iter::repeat(None));
                for ((index, part), inner) in (0_i64..).zip(list).zip(shapes) {
                    let with = |part: &Dynamic| {
                        let mut whole = list.clone();
                        whole[index as usize] = part.clone();
                        fits(&Dynamic::List(whole))
                    };
                    self.blame(part, inner, path.clone().index(index), &with);
                }
            }
            _ => {}
        }
        self.found.len() > before
    }

    fn descend_object(
        &mut self,
        map: &BTreeMap<String, Dynamic>,
        shape: Option<&Shape>,
        path: &AttributePath,
        fits: Fits<'_>,
    ) {
        // Each part is tried among nulls, if they fit; else in the value as it is, where only a part that is alone at fault shows.
        let mut candidates = [Dynamic::Null, Dynamic::Unknown].into_iter().map(|filler| filled_with(map, &filler));
        let rest = candidates.find(|rest| fits(&Dynamic::Map(rest.clone()))).unwrap_or_else(|| map.clone());
        for (name, part) in map {
            let with = |part: &Dynamic| {
                let mut whole = rest.clone();
                whole.insert(name.clone(), part.clone());
                fits(&Dynamic::Map(whole))
            };
            let field = match shape {
                Some(Shape::Object(fields)) => fields.get(name),
                _ => None,
            };
            let outer = self.sensitive;
            self.sensitive |= field.is_some_and(|field| field.sensitive);
            self.blame(part, field.map(|field| &field.shape), path.clone().attribute(name.clone()), &with);
            self.sensitive = outer;
        }
    }

    /// Blames a part, or a part of it, if another value in its place would fit and it does not.
    fn blame(&mut self, part: &Dynamic, shape: Option<&Shape>, path: AttributePath, fits: Fits<'_>) {
        if fits(part) || !fillers().iter().any(fits) || self.descend(part, shape, &path, fits) {
            return;
        }
        let reason = reason(part, self.sensitive, fits);
        self.found.push(Misfit { path, reason });
    }
}

/// Why a value does not fit, as far as trying others in its place tells.
fn reason(value: &Dynamic, sensitive: bool, fits: Fits<'_>) -> String {
    match value {
        Dynamic::Null => "A value is required here, and there is none (null).".into(),
        Dynamic::Unknown => "The value must be known during the plan, and it is not known before the apply.".into(),
        _ if sensitive => "The value, which is not shown because it is sensitive, cannot be used here.".into(),
        Dynamic::Number(number) if fits(&Dynamic::from(1)) || fits(&Dynamic::from(0)) => match number.is_integer() {
            true => format!("The number {number} is out of range here."),
            false => format!("The number {number} is not whole, and only whole numbers can be used here."),
        },
        Dynamic::Number(number) => format!("The number {number} cannot be used here."),
        // A number that no double holds travels as text.
        Dynamic::String(text) if fits(&Dynamic::from(1)) => {
            format!("The number {text} is not whole or out of range, and cannot be used here.")
        }
        Dynamic::String(text) if text.len() <= 100 => format!("The value {text:?} cannot be used here."),
        Dynamic::Bool(value) => format!("The value {value} cannot be used here."),
        _ => "The value cannot be used here.".into(),
    }
}

#[cfg(test)]
mod tests {
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
        let fits = |value: &Dynamic| {
            let bytes = msgpack::encode(value).unwrap();
            msgpack::decode::<Value<Disk<'_>>>(&bytes).is_ok()
        };
        let found = find(&disk(changes), &shape(), &fits);
        let found: Vec<String> = found.iter().map(|misfit| format!("{}: {}", misfit.path, misfit.reason)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_numbers_that_do_not_fit() {
        let number = |text: &str| Dynamic::Number(text.parse().unwrap());
        check(
            &[("size", number("1.5"))],
            &["size: The number 1.5 is not whole, and only whole numbers can be used here."],
        );
        check(&[("size", number("1e19"))], &["size: The number 10000000000000000000 is out of range here."]);
        check(
            &[("size", "0.1".into())],
            &["size: The number 0.1 is not whole or out of range, and cannot be used here."],
        );
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
        let fits = |value: &Dynamic| msgpack::decode::<Pair>(&msgpack::encode(value).unwrap()).is_ok();
        let found = find(&Dynamic::from([("name", "a"), ("size", "b")]), &shape(), &fits);
        let paths: Vec<String> = found.iter().map(|misfit| misfit.path.to_string()).collect();
        assert_eq!(paths, ["name", "size"]);
    }
}
