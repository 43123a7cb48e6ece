//! Values to bytes and back.

use std::io::Cursor;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, IgnoredAny};
use serde::{Deserialize, Serialize};

pub(crate) type DecodeError = rmp_serde::decode::Error;

/// How a null value is written. An absent one is taken for null, too.
pub(crate) const NULL: &[u8] = &[0xc0];

/// Values nest no deeper than this, so that hostile bytes cannot use up the stack.
const DEPTH: usize = 128;

/// Reads a value; it may borrow from the bytes.
pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    decode_as(PhantomData, bytes)
}

/// Reads a value in a way of its own.
pub(crate) fn decode_as<'a, S: DeserializeSeed<'a>>(seed: S, bytes: &'a [u8]) -> Result<S::Value, DecodeError> {
    let bytes = if bytes.is_empty() { NULL } else { bytes };
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(bytes);
    deserializer.set_max_depth(DEPTH);
    seed.deserialize(&mut deserializer)
}

/// Reads a value that takes up all the bytes; nothing if they are anything else. For bytes that others may have
/// written.
pub(crate) fn decode_whole<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let mut measure = rmp_serde::Deserializer::new(Cursor::new(bytes));
    measure.set_max_depth(DEPTH);
    IgnoredAny::deserialize(&mut measure).ok()?;
    let whole = measure.position() == bytes.len() as u64;
    decode(bytes).ok().filter(|_| whole)
}

/// Writes a value, structs with the names of their fields.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    rmp_serde::to_vec_named(value)
}

pub(crate) fn is_null(bytes: &[u8]) -> bool {
    bytes.is_empty() || bytes == NULL
}
