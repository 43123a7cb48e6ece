//! [`Shape`]: what a schema says about a value, without descriptions, for walks over values.

use std::collections::{BTreeMap, HashMap};

use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, NestedBlock, Type};

use crate::Dynamic;

/// The type of a value, as far as walks over it care.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Of no interest: taken as it comes.
    Plain,
    Text,
    Bool,
    Number,
    /// A value that brings its type along.
    Any,
    List(Box<Shape>),
    /// Elements have no place that a path could name.
    Set(Box<Shape>),
    Map(Box<Shape>),
    Tuple(Vec<Shape>),
    Object(BTreeMap<String, Field>),
}

/// An attribute or a nested block.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub shape: Shape,
    /// Its value is not for the eyes of everyone.
    pub sensitive: bool,
    /// Who sets it.
    pub constraint: AttributeConstraint,
    pub kind: Kind,
}

/// How a field stands in a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `name = value`; null when it is left out.
    Attribute,
    /// `name { ... }`; nothing when it is left out.
    Block,
    /// A block that is there, with nulls in it, when it is left out.
    Group,
}

impl Field {
    fn plain(shape: Shape) -> Self {
        Self { shape, sensitive: false, constraint: AttributeConstraint::Optional, kind: Kind::Attribute }
    }

    /// A configuration may set it.
    pub(crate) fn settable(&self) -> bool {
        self.constraint != AttributeConstraint::Computed
    }

    /// The provider may set it.
    pub(crate) fn computed(&self) -> bool {
        matches!(self.constraint, AttributeConstraint::Computed | AttributeConstraint::OptionalComputed)
    }
}

impl From<Shape> for Field {
    fn from(shape: Shape) -> Self {
        Self::plain(shape)
    }
}

impl From<&Block> for Shape {
    fn from(block: &Block) -> Self {
        let attributes = block.attributes.iter().map(|(name, attribute)| (name.clone(), attribute.into()));
        let blocks = block.blocks.iter().map(|(name, nested)| (name.clone(), nested.into()));
        Self::Object(attributes.chain(blocks).collect())
    }
}

impl From<&NestedBlock> for Field {
    fn from(nested: &NestedBlock) -> Self {
        let kind = if matches!(nested, NestedBlock::Group(_)) { Kind::Group } else { Kind::Block };
        Self { kind, ..Self::plain(nested.into()) }
    }
}

impl From<&NestedBlock> for Shape {
    fn from(nested: &NestedBlock) -> Self {
        match nested {
            NestedBlock::Single(block) | NestedBlock::Group(block) => block.into(),
            NestedBlock::List(block) | NestedBlock::Optional(block) => Self::List(Box::new(block.into())),
            NestedBlock::Set(block) => Self::Set(Box::new(block.into())),
            NestedBlock::Map(block) => Self::Map(Box::new(block.into())),
        }
    }
}

impl From<&Attribute> for Field {
    fn from(attribute: &Attribute) -> Self {
        Self {
            shape: (&attribute.attr_type).into(),
            sensitive: attribute.sensitive,
            constraint: attribute.constraint.clone(),
            kind: Kind::Attribute,
        }
    }
}

impl From<&AttributeType> for Shape {
    fn from(attribute_type: &AttributeType) -> Self {
        let nested = |attributes: &HashMap<String, Attribute>| {
            Self::Object(attributes.iter().map(|(name, attribute)| (name.clone(), attribute.into())).collect())
        };
        let boxed = |inner: &AttributeType| Box::new(Self::from(inner));
        match attribute_type {
            AttributeType::String => Self::Text,
            AttributeType::Bool => Self::Bool,
            AttributeType::Number => Self::Number,
            AttributeType::Any => Self::Any,
            AttributeType::List(inner) => Self::List(boxed(inner)),
            AttributeType::Set(inner) => Self::Set(boxed(inner)),
            AttributeType::Map(inner) => Self::Map(boxed(inner)),
            AttributeType::Tuple(inner) => Self::Tuple(inner.iter().map(Self::from).collect()),
            AttributeType::Object(fields) => object(fields),
            AttributeType::AttributeSingle(attributes) => nested(attributes),
            AttributeType::AttributeList(attributes) => Self::List(Box::new(nested(attributes))),
            AttributeType::AttributeSet(attributes) => Self::Set(Box::new(nested(attributes))),
            AttributeType::AttributeMap(attributes) => Self::Map(Box::new(nested(attributes))),
        }
    }
}

impl From<&Type> for Shape {
    fn from(value_type: &Type) -> Self {
        let boxed = |inner: &Type| Box::new(Self::from(inner));
        match value_type {
            Type::String => Self::Text,
            Type::Bool => Self::Bool,
            Type::Number => Self::Number,
            Type::Any => Self::Any,
            Type::List(inner) => Self::List(boxed(inner)),
            Type::Set(inner) => Self::Set(boxed(inner)),
            Type::Map(inner) => Self::Map(boxed(inner)),
            Type::Tuple(inner) => Self::Tuple(inner.iter().map(Self::from).collect()),
            Type::Object(fields) => object(fields),
        }
    }
}

fn object<'a, T>(fields: &'a HashMap<String, T>) -> Shape
where
    Shape: From<&'a T>,
{
    Shape::Object(fields.iter().map(|(name, inner)| (name.clone(), Field::plain(inner.into()))).collect())
}

impl Shape {
    /// Replaces what stands at `path`, the names of attributes from the outside in, by null, in every element on the
    /// way.
    pub(crate) fn clear(&self, value: &mut Dynamic, path: &[&str]) {
        let Some((name, rest)) = path.split_first() else {
            *value = Dynamic::Null;
            return;
        };
        match (self, value) {
            (Self::List(inner) | Self::Set(inner), Dynamic::List(list)) => {
                list.iter_mut().for_each(|element| inner.clear(element, path));
            }
            (Self::Map(inner), Dynamic::Map(map)) => map.values_mut().for_each(|element| inner.clear(element, path)),
            (Self::Object(fields), Dynamic::Map(map)) => {
                if let (Some(field), Some(value)) = (fields.get(*name), map.get_mut(*name)) {
                    field.shape.clear(value, rest);
                }
            }
            _ => {}
        }
    }

    /// The value at `path`, if it is set to something anywhere.
    pub(crate) fn is_set(&self, value: &Dynamic, path: &[&str]) -> bool {
        let Some((name, rest)) = path.split_first() else { return !value.is_null() };
        match (self, value) {
            (Self::List(inner) | Self::Set(inner), Dynamic::List(list)) => {
                list.iter().any(|element| inner.is_set(element, path))
            }
            (Self::Map(inner), Dynamic::Map(map)) => map.values().any(|element| inner.is_set(element, path)),
            (Self::Object(fields), Dynamic::Map(map)) => match (fields.get(*name), map.get(*name)) {
                (Some(field), Some(value)) => field.shape.is_set(value, rest),
                _ => false,
            },
            _ => false,
        }
    }

    /// Replaces everything by null that no configuration may set, so that what is left can be written down as a
    /// configuration.
    pub(crate) fn clear_computed(&self, value: &mut Dynamic) {
        match (self, value) {
            (Self::List(inner) | Self::Set(inner), Dynamic::List(list)) => {
                list.iter_mut().for_each(|element| inner.clear_computed(element));
            }
            (Self::Map(inner), Dynamic::Map(map)) => {
                map.values_mut().for_each(|element| inner.clear_computed(element));
            }
            (Self::Object(fields), Dynamic::Map(map)) => {
                for (name, value) in map {
                    match fields.get(name) {
                        Some(field) if field.settable() => field.shape.clear_computed(value),
                        _ => *value = Dynamic::Null,
                    }
                }
            }
            _ => {}
        }
    }

    /// Notes that the provider fills in the block at this path when no configuration does.
    pub(crate) fn compute_block(&mut self, path: &[&str]) {
        let Some((name, rest)) = path.split_first() else { return };
        match self {
            Self::List(inner) | Self::Set(inner) | Self::Map(inner) => inner.compute_block(path),
            Self::Object(fields) => match fields.get_mut(*name) {
                Some(field) if rest.is_empty() => field.constraint = AttributeConstraint::OptionalComputed,
                Some(field) => field.shape.compute_block(rest),
                None => {}
            },
            _ => {}
        }
    }

    /// Takes out what the shape does not have.
    pub(crate) fn retain_known(&self, value: &mut Dynamic) {
        match (self, value) {
            (Self::List(inner) | Self::Set(inner), Dynamic::List(list)) => {
                list.iter_mut().for_each(|element| inner.retain_known(element));
            }
            (Self::Map(inner), Dynamic::Map(map)) => map.values_mut().for_each(|element| inner.retain_known(element)),
            (Self::Object(fields), Dynamic::Map(map)) => {
                map.retain(|name, _| fields.contains_key(name));
                for (name, value) in map {
                    if let Some(field) = fields.get(name) {
                        field.shape.retain_known(value);
                    }
                }
            }
            _ => {}
        }
    }

    /// Replaces what the provider would compute, and the configuration leaves open, by unknown.
    pub(crate) fn open_computed(&self, value: &mut Dynamic) {
        let (Self::Object(fields), Dynamic::Map(map)) = (self, value) else { return };
        for (name, value) in map {
            match fields.get(name) {
                Some(field) if field.computed() && value.is_null() => *value = Dynamic::Unknown,
                Some(field) => field.shape.open_computed(value),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        let attribute = |attr_type, constraint| Attribute { attr_type, constraint, ..Attribute::default() };
        let rule = HashMap::from([
            ("secret".to_owned(), attribute(AttributeType::String, AttributeConstraint::Optional)),
            ("hits".to_owned(), attribute(AttributeType::Number, AttributeConstraint::Computed)),
        ]);
        let block = Block {
            attributes: HashMap::from([
                ("id".to_owned(), attribute(AttributeType::String, AttributeConstraint::Computed)),
                ("name".to_owned(), attribute(AttributeType::String, AttributeConstraint::Required)),
                ("rules".to_owned(), attribute(AttributeType::AttributeSet(rule), AttributeConstraint::Optional)),
            ]),
            ..Block::default()
        };
        Shape::from(&block)
    }

    fn value(secret: Dynamic, id: Dynamic, hits: Dynamic) -> Dynamic {
        let rule = Dynamic::from([("secret", secret), ("hits", hits)]);
        Dynamic::from([("id", id), ("name", "disk".into()), ("rules", Dynamic::List(vec![rule]))])
    }

    #[test]
    fn clears_a_path_in_every_element() {
        let mut cleared = value("s".into(), "1".into(), 5.into());
        assert!(shape().is_set(&cleared, &["rules", "secret"]));
        shape().clear(&mut cleared, &["rules", "secret"]);
        shape().clear(&mut cleared, &["secret"]);
        assert_eq!(cleared, value(Dynamic::Null, "1".into(), 5.into()));
        assert!(!shape().is_set(&cleared, &["rules", "secret"]));
    }

    #[test]
    fn keeps_what_a_configuration_may_set() {
        let mut cleared = value("s".into(), "1".into(), 5.into());
        shape().clear_computed(&mut cleared);
        assert_eq!(cleared, value("s".into(), Dynamic::Null, Dynamic::Null));
    }

    #[test]
    fn opens_what_the_provider_would_compute() {
        let mut open = value("s".into(), Dynamic::Null, 5.into());
        shape().open_computed(&mut open);
        assert_eq!(open, value("s".into(), Dynamic::Unknown, 5.into()));
    }
}
