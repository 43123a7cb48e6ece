//! tf-provider's schemas to the wire's.

use std::collections::HashMap;

use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, FunctionSchema, NestedBlock, Parameter, Schema,
    StringKind,
};

use crate::wire::tfplugin6 as tf;

/// The schema, with the attributes at these dotted paths marked as write-only.
pub(crate) fn to_wire(schema: &Schema, write_only: &[&str]) -> tf::Schema {
    let paths: Vec<Vec<&str>> = write_only.iter().map(|path| path.split('.').collect()).collect();
    tf::Schema { version: schema.version, block: Some(block(&schema.block, &paths)) }
}

fn block(block: &Block, write_only: &[Vec<&str>]) -> tf::schema::Block {
    let (description, description_kind) = description(&block.description);
    tf::schema::Block {
        version: block.version,
        attributes: attributes(&block.attributes, write_only),
        block_types: sorted(&block.blocks)
            .map(|(name, nested)| nested_block(name, nested, &below(write_only, name)))
            .collect(),
        description,
        description_kind,
        deprecated: block.deprecated,
        deprecation_message: String::new(),
        computed: false,
    }
}

/// Maps are walked in the order of their names, so that the same schema is always the same bytes.
fn sorted<T>(map: &HashMap<String, T>) -> impl Iterator<Item = (&String, &T)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(name, _)| *name);
    entries.into_iter()
}

/// What the paths say of the inside of `name`.
fn below<'a>(paths: &[Vec<&'a str>], name: &str) -> Vec<Vec<&'a str>> {
    let inside = paths.iter().filter(|path| path.len() > 1 && path[0] == name);
    inside.map(|path| path[1..].to_vec()).collect()
}

fn nested_block(name: &str, nested: &NestedBlock, write_only: &[Vec<&str>]) -> tf::schema::NestedBlock {
    use tf::schema::nested_block::NestingMode;
    let (nesting, inner, min_items, max_items) = match nested {
        NestedBlock::Single(inner) => (NestingMode::Single, inner, 1, 1),
        NestedBlock::List(inner) => (NestingMode::List, inner, 0, 0),
        NestedBlock::Set(inner) => (NestingMode::Set, inner, 0, 0),
        NestedBlock::Map(inner) => (NestingMode::Map, inner, 0, 0),
        NestedBlock::Group(inner) => (NestingMode::Group, inner, 0, 0),
        NestedBlock::Optional(inner) => (NestingMode::List, inner, 0, 1),
    };
    let block = Some(block(inner, write_only));
    tf::schema::NestedBlock { type_name: name.to_owned(), block, nesting: nesting.into(), min_items, max_items }
}

fn attributes(map: &HashMap<String, Attribute>, write_only: &[Vec<&str>]) -> Vec<tf::schema::Attribute> {
    sorted(map).map(|(name, one)| attribute(name, one, write_only)).collect()
}

fn attribute(name: &str, attribute: &Attribute, write_only: &[Vec<&str>]) -> tf::schema::Attribute {
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
        attributes: attributes(inner, &below(write_only, name)),
        nesting: nesting.into(),
        ..tf::schema::Object::default()
    });
    let value_type = if nested_type.is_some() { String::new() } else { attribute.attr_type.to_string() };
    let (description, description_kind) = description(&attribute.description);
    tf::schema::Attribute {
        name: name.to_owned(),
        r#type: value_type.into(),
        nested_type,
        description,
        required: attribute.constraint == Required,
        optional: matches!(attribute.constraint, Optional | OptionalComputed),
        computed: matches!(attribute.constraint, Computed | OptionalComputed),
        sensitive: attribute.sensitive,
        description_kind,
        deprecated: attribute.deprecated,
        write_only: write_only.iter().any(|path| path[..] == [name]),
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
        r#return: Some(tf::function::Return { r#type: schema.return_type.to_string().into() }),
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
        r#type: parameter.param_type.to_string().into(),
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
        let wire = to_wire(&Schema { version: 3, block }, &["login.password", "auth.token"]);
        let block = wire.block.unwrap();
        let [login, password] = &block.attributes[..] else { panic!("{:?}", block.attributes) };
        assert!(!password.write_only && !login.write_only);
        let inside = &login.nested_type.as_ref().unwrap().attributes;
        let marks: Vec<_> = inside.iter().map(|one| (&*one.name, one.write_only)).collect();
        assert_eq!(marks, [("password", true), ("user", false)]);
        assert!(login.r#type.is_empty() && password.r#type[..] == *b"\"string\"");
        let auth = &block.block_types[0];
        assert!(auth.block.as_ref().unwrap().attributes[0].write_only);
        assert_eq!((auth.min_items, auth.max_items), (0, 1));
    }
}
