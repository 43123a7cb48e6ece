//! Values as Terraform would send them: complete.

use std::collections::BTreeMap;

use super::ClientError;
use crate::shape::Shape;
use crate::wire::tfplugin6 as tf;
use crate::{Dynamic, json, msgpack};

pub(super) fn encode(value: &Dynamic) -> Result<tf::DynamicValue, ClientError> {
    let bytes = msgpack::encode(value).map_err(|error| ClientError::Value(error.to_string()))?;
    Ok(tf::DynamicValue { msgpack: bytes.into(), ..tf::DynamicValue::default() })
}

pub(super) fn decode(value: Option<&tf::DynamicValue>) -> Result<Dynamic, ClientError> {
    let Some(value) = value else { return Ok(Dynamic::Null) };
    let read = match value.json.is_empty() {
        true => msgpack::decode(&value.msgpack).map_err(|error| error.to_string()),
        false => json::read(&value.json, &Shape::Plain).map_err(|error| error.to_string()),
    };
    read.map_err(ClientError::Value)
}

/// The names of a block and what fills them: the attribute, or the nested block.
enum Part<'a> {
    Attribute(&'a tf::schema::Attribute),
    Block(&'a tf::schema::NestedBlock),
}

fn parts(block: &tf::schema::Block) -> impl Iterator<Item = (&String, Part<'_>)> {
    let attributes = block.attributes.iter().map(|attribute| (&attribute.name, Part::Attribute(attribute)));
    let blocks = block.block_types.iter().map(|nested| (&nested.type_name, Part::Block(nested)));
    attributes.chain(blocks)
}

/// Adds what the configuration leaves out: null for attributes, nothing for blocks.
pub(super) fn complete(block: &tf::schema::Block, value: Dynamic) -> Dynamic {
    let Dynamic::Map(mut given) = value else { return value };
    let mut whole: BTreeMap<String, Dynamic> = parts(block)
        .map(|(name, part)| {
            let value = given.remove(name).unwrap_or_default();
            (name.clone(), complete_part(&part, value))
        })
        .collect();
    // What the schema does not have is sent all the same: a test may want that.
    whole.extend(given);
    Dynamic::Map(whole)
}

fn complete_part(part: &Part<'_>, value: Dynamic) -> Dynamic {
    use tf::schema::nested_block::NestingMode;
    match part {
        Part::Attribute(attribute) => match &attribute.nested_type {
            Some(nested) => each(value, nested.nesting() == tf::schema::object::NestingMode::Map, &|inner| {
                complete(&as_block(nested), inner)
            }),
            None => value,
        },
        Part::Block(nested) => {
            let inner = nested.block.clone().unwrap_or_default();
            match (nested.nesting(), value) {
                (_, Dynamic::Null) if inner.computed => Dynamic::Null,
                (NestingMode::List | NestingMode::Set, Dynamic::Null) => Dynamic::List(Vec::new()),
                (NestingMode::Map, Dynamic::Null) => Dynamic::Map(BTreeMap::new()),
                (NestingMode::Group, Dynamic::Null) => complete(&inner, Dynamic::Map(BTreeMap::new())),
                (mode, value) => each(value, mode == NestingMode::Map, &|one| complete(&inner, one)),
            }
        }
    }
}

/// A nested attribute, seen as a block of its attributes.
pub(super) fn as_block(object: &tf::schema::Object) -> tf::schema::Block {
    tf::schema::Block { attributes: object.attributes.clone(), ..tf::schema::Block::default() }
}

/// Whether a name holds a map of nested attributes or blocks.
pub(super) fn is_map(attribute: Option<&tf::schema::Attribute>, block: Option<&tf::schema::NestedBlock>) -> bool {
    let nested = attribute.and_then(|attribute| attribute.nested_type.as_ref());
    nested.is_some_and(|nested| nested.nesting() == tf::schema::object::NestingMode::Map)
        || block.is_some_and(|block| block.nesting() == tf::schema::nested_block::NestingMode::Map)
}

/// Applies a change to a value, or to each element of a list or a map.
fn each(value: Dynamic, is_map: bool, change: &dyn Fn(Dynamic) -> Dynamic) -> Dynamic {
    match value {
        Dynamic::List(list) => Dynamic::List(list.into_iter().map(change).collect()),
        Dynamic::Map(map) if is_map => Dynamic::Map(map.into_iter().map(|(key, one)| (key, change(one))).collect()),
        other => change(other),
    }
}

/// How what is inside stands in a nested attribute or block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nesting {
    Single,
    List,
    Set,
    Map,
}

impl From<tf::schema::object::NestingMode> for Nesting {
    fn from(mode: tf::schema::object::NestingMode) -> Self {
        use tf::schema::object::NestingMode;
        match mode {
            NestingMode::List => Self::List,
            NestingMode::Set => Self::Set,
            NestingMode::Map => Self::Map,
            NestingMode::Single | NestingMode::Invalid => Self::Single,
        }
    }
}

impl From<tf::schema::nested_block::NestingMode> for Nesting {
    fn from(mode: tf::schema::nested_block::NestingMode) -> Self {
        use tf::schema::nested_block::NestingMode;
        match mode {
            NestingMode::List => Self::List,
            NestingMode::Set => Self::Set,
            NestingMode::Map => Self::Map,
            NestingMode::Single | NestingMode::Group | NestingMode::Invalid => Self::Single,
        }
    }
}
