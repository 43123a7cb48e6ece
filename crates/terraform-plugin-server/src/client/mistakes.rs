//! The mistakes that a schema makes possible, one by one: for tests that go through every attribute of a provider.

use std::collections::BTreeMap;

use crate::Dynamic;
use crate::wire::tfplugin6 as tf;
use tf::schema::nested_block::NestingMode as Blocks;
use tf::schema::object::NestingMode as Objects;

use super::values::{Nesting, as_block};

/// A configuration with a mistake in it, in which all else is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The attribute, as [`Diagnostic::path`](super::Diagnostic::path) names it.
    pub place: String,
    /// What the summary of the error has to be.
    pub summary: &'static str,
    /// The configuration.
    pub config: Dynamic,
}

/// Every required attribute left null, and every read-only one set, at every depth.
pub(super) fn of_block(block: &tf::schema::Block) -> Vec<Mistake> {
    let mut found = Vec::new();
    let here = |name: &str, value: Dynamic| Dynamic::from([(name, value)]);
    for attribute in &block.attributes {
        let name = &*attribute.name;
        let read_only = attribute.computed && !attribute.optional;
        if attribute.required || read_only {
            let (summary, value) = match read_only {
                true => ("Read-only attribute is set", anything(attribute)),
                false => ("Missing required argument", Dynamic::Null),
            };
            found.push(Mistake { place: name.to_owned(), summary, config: here(name, value) });
        }
        if let Some(nested) = attribute.nested_type.as_ref().filter(|_| !read_only) {
            let inside = of_block(&as_block(nested)).into_iter();
            found.extend(inside.map(|mistake| wrap(mistake, name, nested.nesting().into())));
        }
    }
    for nested in &block.block_types {
        let inner = nested.block.clone().unwrap_or_default();
        let kind = Nesting::from(nested.nesting());
        // A group in which everything is null is one that was left out.
        let counts = |mistake: &Mistake| nested.nesting() != Blocks::Group || !is_blank(&mistake.config);
        found.extend(of_block(&inner).into_iter().filter(counts).map(|mistake| wrap(mistake, &nested.type_name, kind)));
    }
    found
}

fn wrap(mistake: Mistake, name: &str, kind: Nesting) -> Mistake {
    let Mistake { place, summary, config } = mistake;
    let (place, value) = match kind {
        Nesting::Single => (format!("{name}.{place}"), config),
        Nesting::List => (format!("{name}[0].{place}"), Dynamic::List(vec![config])),
        // An element of a set has no place.
        Nesting::Set => (name.to_owned(), Dynamic::List(vec![config])),
        Nesting::Map => (format!("{name}[\"key\"].{place}"), Dynamic::from([("key", config)])),
    };
    Mistake { place, summary, config: Dynamic::from([(name, value)]) }
}

fn is_blank(value: &Dynamic) -> bool {
    match value {
        Dynamic::Map(map) => map.values().all(is_blank),
        other => other.is_null(),
    }
}

/// A value of the attribute's type that is not null.
fn anything(attribute: &tf::schema::Attribute) -> Dynamic {
    let nested = attribute.nested_type.as_ref().map(|nested| nested.nesting());
    match (nested, &attribute.r#type[..]) {
        (Some(Objects::List | Objects::Set), _) => Dynamic::List(Vec::new()),
        (Some(_), _) => Dynamic::Map(BTreeMap::new()),
        (None, b"\"string\"") => "x".into(),
        (None, b"\"number\"") => 1.into(),
        (None, b"\"bool\"") => true.into(),
        (None, b"\"dynamic\"") => Dynamic::List(vec![Dynamic::Bytes(b"\"string\"".to_vec()), "x".into()]),
        (None, text) if text.starts_with(b"[\"map\"") || text.starts_with(b"[\"object\"") => {
            Dynamic::Map(BTreeMap::new())
        }
        (None, _) => Dynamic::List(Vec::new()),
    }
}
