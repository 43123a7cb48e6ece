//! From the typed traits to traits over bytes, which the server can keep in one table.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tf_provider::schema::Schema;
use tf_provider::{AttributePath, Diagnostics};

use crate::dynamic::Infinite;
use crate::msgpack::DecodeError;
use crate::shape::Shape;
use crate::{diagnostics, misfit, msgpack};

pub(crate) mod action;
pub(crate) mod data_source;
pub(crate) mod ephemeral;
pub(crate) mod function;
pub(crate) mod list;
pub(crate) mod provider;
pub(crate) mod resource;

/// A schema as it was asked for once, and what was said about it.
pub(crate) struct Described {
    pub schema: Option<Schema>,
    pub shape: Shape,
    pub diags: Diagnostics,
}

/// Asks for the schema when it is first needed: most processes need few of them.
#[derive(Default)]
pub(crate) struct Lazily(OnceLock<Described>);

impl Lazily {
    pub(crate) fn get(&self, ask: impl FnOnce(&mut Diagnostics) -> Option<Schema>) -> &Described {
        self.get_with(ask, &[])
    }

    /// The same, where the provider fills in blocks by itself, too.
    pub(crate) fn get_with(
        &self,
        ask: impl FnOnce(&mut Diagnostics) -> Option<Schema>,
        computed_blocks: &[&str],
    ) -> &Described {
        self.0.get_or_init(|| {
            let mut diags = Diagnostics::default();
            let schema = ask(&mut diags);
            let schema = diagnostics::expect_answer(&mut diags, schema, "asking for a schema");
            let mut shape = schema.as_ref().map_or(Shape::Any, |schema| Shape::from(&schema.block));
            for path in computed_blocks {
                shape.compute_block(&path.split('.').collect::<Vec<_>>());
            }
            Described { schema, shape, diags }
        })
    }
}

/// Tells whether bytes fit a type. A function, because the type borrows from the bytes.
type FitsType = fn(&[u8]) -> bool;

/// Reads a value of a schema into the provider's type. What does not fit is reported where it stands.
fn decode<'a, T: Deserialize<'a>>(
    diags: &mut Diagnostics,
    bytes: &'a [u8],
    shape: &Shape,
    fits: FitsType,
) -> Option<T> {
    match msgpack::decode(bytes) {
        Ok(value) => Some(value),
        Err(error) => {
            explain(diags, bytes, shape, fits, &error, &AttributePath::root());
            None
        }
    }
}

#[cold]
fn explain(
    diags: &mut Diagnostics,
    bytes: &[u8],
    shape: &Shape,
    fits: FitsType,
    error: &DecodeError,
    root: &AttributePath,
) {
    let found = match msgpack::decode_as(Infinite, bytes) {
        Ok(value) => misfit::find(&value, shape, &fits),
        Err(_) => Vec::new(),
    };
    let blamed: Vec<AttributePath> = diags.errors.iter().map(|error| error.attribute.clone()).collect();
    if found.is_empty() && blamed.is_empty() {
        diagnostics::error(diags, "A value cannot be used", without_values(&error.to_string()), root.clone());
    }
    for found in found {
        let mut path = root.clone();
        path.add_steps(found.path);
        // What was found wrong by the schema needs no second name.
        if !blamed.contains(&path) {
            diagnostics::error(diags, "A value cannot be used", found.reason, path);
        }
    }
}

/// serde quotes the value that it could not use, which may be a secret: only messages about names are passed on.
fn without_values(message: &str) -> String {
    let harmless = ["missing field", "unknown field", "duplicate field", "data did not match", "depth limit"];
    match harmless.iter().any(|start| message.starts_with(start)) {
        true => format!("The provider cannot read the value: {message}."),
        false => "The provider cannot read the value.".to_owned(),
    }
}

/// Reads private data. What another provider or another version left there counts as none, and none reads as null.
fn decode_private<'a, T: Deserialize<'a>>(diags: &mut Diagnostics, bytes: &'a [u8]) -> Option<T> {
    if bytes.is_empty() {
        return decode_own(diags, msgpack::NULL, "private state");
    }
    msgpack::decode_whole(bytes).or_else(|| {
        tracing::debug!("private data of {} bytes is not this provider's and counts as none", bytes.len());
        decode_own(diags, msgpack::NULL, "private state")
    })
}

/// Reads what the provider itself wrote, or what it described.
fn decode_own<'a, T: Deserialize<'a>>(diags: &mut Diagnostics, bytes: &'a [u8], what: &str) -> Option<T> {
    match msgpack::decode(bytes) {
        Ok(value) => Some(value),
        Err(error) => {
            diagnostics::root_error(diags, format!("The {what} cannot be read"), without_values(&error.to_string()));
            None
        }
    }
}

fn encode<T: Serialize>(diags: &mut Diagnostics, value: &T) -> Option<Vec<u8>> {
    match msgpack::encode(value) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            diagnostics::root_error(diags, "The provider's answer cannot be written", error.to_string());
            None
        }
    }
}
