//! tf-provider's schemas to the wire's.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, FunctionSchema, NestedBlock, Parameter, Schema,
    StringKind,
};

use crate::wire::tfplugin6 as tf;

/// What tf-provider's schemas cannot say, as dotted paths.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks<'a> {
    pub write_only: &'a [&'a str],
    pub computed_blocks: &'a [&'a str],
}

/// The schema, with attributes and blocks marked.
pub(crate) fn to_wire(schema: &Schema, marks: Marks<'_>) -> tf::Schema {
    let steps = |path: &&'_ str| path.split('.').map(str::to_owned).collect();
    let paths: Vec<Path> = marks.write_only.iter().chain(marks.computed_blocks).map(steps).collect();
    let paths: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
    tf::Schema { version: schema.version, block: Some(block(&schema.block, &paths)) }
}

type Path = Vec<String>;

/// The block; a path that ends at an attribute marks it as write-only, one that ends at a block as computed.
fn block(block: &Block, marks: &[&[String]]) -> tf::schema::Block {
    let (description, description_kind) = description(&block.description);
    tf::schema::Block {
        version: block.version,
        attributes: attributes(&block.attributes, marks),
        block_types: sorted(&block.blocks).map(|(name, nested)| nested_block(name, nested, marks)).collect(),
        description,
        description_kind,
        deprecated: block.deprecated,
        deprecation_message: String::new(),
        computed: false,
    }
}

/// A type constraint in JSON.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TypeJson {
    Name(String),
    Parts(Vec<TypeJson>),
    Fields(BTreeMap<String, TypeJson>),
}

/// The type constraint in JSON, fields in the order of their names, so that the same type is always the same bytes.
pub(crate) fn type_to_wire(value_type: &impl ToString) -> Bytes {
    let text = value_type.to_string();
    if !text.contains('{') {
        return text.into();
    }
    // tf-provider writes fields in the order in which a hash map has them.
    let ordered = serde_json::from_str::<TypeJson>(&text).and_then(|read| serde_json::to_string(&read));
    ordered.unwrap_or(text).into()
}

/// Maps are walked in the order of their names, so that the same schema is always the same bytes.
fn sorted<T>(map: &HashMap<String, T>) -> impl Iterator<Item = (&String, &T)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(name, _)| *name);
    entries.into_iter()
}

/// What the paths say of the inside of `name`.
fn below<'a>(marks: &[&'a [String]], name: &str) -> Vec<&'a [String]> {
    let inside = marks.iter().filter(|path| path.len() > 1 && path[0] == name);
    inside.map(|path| &path[1..]).collect()
}

/// Whether a path ends at `name`.
fn is_marked(marks: &[&[String]], name: &str) -> bool {
    marks.iter().any(|path| matches!(path, [last] if last == name))
}

fn nested_block(name: &str, nested: &NestedBlock, marks: &[&[String]]) -> tf::schema::NestedBlock {
    use tf::schema::nested_block::NestingMode;
    let (nesting, inner, min_items, max_items) = match nested {
        NestedBlock::Single(inner) => (NestingMode::Single, inner, 1, 1),
        NestedBlock::List(inner) => (NestingMode::List, inner, 0, 0),
        NestedBlock::Set(inner) => (NestingMode::Set, inner, 0, 0),
        NestedBlock::Map(inner) => (NestingMode::Map, inner, 0, 0),
        NestedBlock::Group(inner) => (NestingMode::Group, inner, 0, 0),
        NestedBlock::Optional(inner) => (NestingMode::List, inner, 0, 1),
    };
    let inner = block(inner, &below(marks, name));
    let block = Some(tf::schema::Block { computed: is_marked(marks, name), ..inner });
    tf::schema::NestedBlock { type_name: name.to_owned(), block, nesting: nesting.into(), min_items, max_items }
}

fn attributes(map: &HashMap<String, Attribute>, marks: &[&[String]]) -> Vec<tf::schema::Attribute> {
    sorted(map).map(|(name, one)| attribute(name, one, marks)).collect()
}

fn attribute(name: &str, attribute: &Attribute, marks: &[&[String]]) -> tf::schema::Attribute {
    use AttributeConstraint::{Computed, Optional, OptionalComputed, Required};
    use tf::schema::object::NestingMode;
    let nested = match &attribute.attr_type {
        AttributeType::AttributeSingle(inner) => Some((NestingMode::Single, inner)),
        AttributeType::AttributeList(inner) => Some((NestingMode::List, inner)),
        AttributeType::AttributeSet(inner) => Some((NestingMode::Set, inner)),
        AttributeType::AttributeMap(inner) => Some((NestingMode::Map, inner)),
        _ => None,
    };
    let nested_type = nested.map(|(nesting, inner)| tf::schema::Object {
        attributes: attributes(inner, &below(marks, name)),
        nesting: nesting.into(),
        ..tf::schema::Object::default()
    });
    let value_type = if nested_type.is_some() { Bytes::new() } else { type_to_wire(&attribute.attr_type) };
    let (description, description_kind) = description(&attribute.description);
    tf::schema::Attribute {
        name: name.to_owned(),
        r#type: value_type,
        nested_type,
        description,
        required: attribute.constraint == Required,
        optional: matches!(attribute.constraint, Optional | OptionalComputed),
        computed: matches!(attribute.constraint, Computed | OptionalComputed),
        sensitive: attribute.sensitive,
        description_kind,
        deprecated: attribute.deprecated,
        write_only: is_marked(marks, name),
        deprecation_message: String::new(),
    }
}

fn description(description: &Description) -> (String, i32) {
    let kind = match description.kind {
        StringKind::Plain => tf::StringKind::Plain,
        StringKind::Markdown => tf::StringKind::Markdown,
    };
    (description.content.clone(), kind.into())
}

/// The signature of a function.
pub(crate) fn function_to_wire(schema: &FunctionSchema) -> tf::Function {
    let (description, description_kind) = description(&schema.description);
    let deprecation_message = match schema.deprecated.as_deref() {
        Some("") => "deprecated".to_owned(),
        Some(message) => message.to_owned(),
        None => String::new(),
    };
    tf::Function {
        parameters: schema.parameters.iter().map(parameter).collect(),
        variadic_parameter: schema.variadic.as_ref().map(parameter),
        r#return: Some(tf::function::Return { r#type: type_to_wire(&schema.return_type) }),
        summary: schema.summary.clone(),
        description,
        description_kind,
        deprecation_message,
    }
}

fn parameter(parameter: &Parameter) -> tf::function::Parameter {
    let (description, description_kind) = description(&parameter.description);
    tf::function::Parameter {
        name: parameter.name.clone(),
        r#type: type_to_wire(&parameter.param_type),
        allow_null_value: parameter.allow_null,
        allow_unknown_values: parameter.allow_unknown,
        description,
        description_kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_write_only_attributes_where_they_are() {
        let string = || Attribute { attr_type: AttributeType::String, ..Attribute::default() };
        let inner = HashMap::from([("password".to_owned(), string()), ("user".to_owned(), string())]);
        let login = Attribute { attr_type: AttributeType::AttributeList(inner), ..Attribute::default() };
        let nested = Block { attributes: HashMap::from([("token".to_owned(), string())]), ..Block::default() };
        let block = Block {
            attributes: HashMap::from([("password".to_owned(), string()), ("login".to_owned(), login)]),
            blocks: HashMap::from([("auth".to_owned(), NestedBlock::Optional(nested))]),
            ..Block::default()
        };
        let marks = Marks { write_only: &["login.password", "auth.token"], computed_blocks: &["auth"] };
        let wire = to_wire(&Schema { version: 3, block }, marks);
        let block = wire.block.unwrap();
        let [login, password] = &block.attributes[..] else { panic!("{:?}", block.attributes) };
        assert!(!password.write_only && !login.write_only);
        let inside = &login.nested_type.as_ref().unwrap().attributes;
        let marks: Vec<_> = inside.iter().map(|one| (&*one.name, one.write_only)).collect();
        assert_eq!(marks, [("password", true), ("user", false)]);
        assert!(login.r#type.is_empty() && password.r#type[..] == *b"\"string\"");
        let auth = &block.block_types[0];
        let inside = auth.block.as_ref().unwrap();
        assert!(inside.attributes[0].write_only && inside.computed && !block.computed);
        assert_eq!((auth.min_items, auth.max_items), (0, 1));
    }

    #[test]
    fn equal_schemas_are_equal_bytes() {
        use prost::Message;
        let field = |index: u32| (format!("field_{index}"), AttributeType::List(Box::new(AttributeType::Bool)));
        let encoded = || {
            let object = |range: std::ops::Range<u32>| AttributeType::Object(range.map(field).collect());
            let attribute = |index: u32| {
                let attr_type = AttributeType::Map(Box::new(object(0..20 + index)));
                (format!("attribute_{index}"), Attribute { attr_type, ..Attribute::default() })
            };
            let block = Block { attributes: (0..20).map(attribute).collect(), ..Block::default() };
            to_wire(&Schema { version: 1, block }, Marks::default()).encode_to_vec()
        };
        let first = encoded();
        assert!((0..20).all(|_| encoded() == first));
        let fields = HashMap::from([field(2), field(1)]);
        let text = r#"["object",{"field_1":["list","bool"],"field_2":["list","bool"]}]"#;
        assert_eq!(type_to_wire(&AttributeType::Object(fields)), text);
    }
}
