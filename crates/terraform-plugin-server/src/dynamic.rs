//! [`Dynamic`]: a Terraform value of any type, for what is decided at run time.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Number;

/// A Terraform value whose type is not known when the provider is written.
///
/// Lists, sets and tuples look alike here, and so do maps and objects: which it is, the schema says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dynamic {
    /// No value.
    #[default]
    Null,
    /// A value that will be known when the change is applied.
    Unknown,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// Bytes: the type that stands before the value of an attribute of dynamic type.
    Bytes(Vec<u8>),
    /// A list, a set or a tuple.
    List(Vec<Dynamic>),
    /// A map or an object.
    Map(BTreeMap<String, Dynamic>),
}

impl Dynamic {
    /// Whether this is [`Dynamic::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The attribute or element of this name, if this is a map or an object that has it.
    pub fn get(&self, name: &str) -> Option<&Dynamic> {
        match self {
            Self::Map(map) => map.get(name),
            _ => None,
        }
    }

    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value or any part of it is unknown.
    pub fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::List(list) => list.iter().any(Self::has_unknown),
            Self::Map(map) => map.values().any(Self::has_unknown),
            _ => false,
        }
    }
}

impl From<bool> for Dynamic {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Dynamic {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for Dynamic {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Dynamic {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Dynamic {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<serde_json::Value> for Dynamic {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            // What serde_json prints is always a number that Terraform has.
            Value::Number(value) => value.to_string().parse().map_or(Self::Null, Self::Number),
            Value::String(value) => Self::String(value),
            Value::Array(list) => Self::List(list.into_iter().map(Self::from).collect()),
            Value::Object(map) => Self::Map(map.into_iter().map(|(key, value)| (key, Self::from(value))).collect()),
        }
    }
}

impl<T: Into<Dynamic>> From<Vec<T>> for Dynamic {
    fn from(value: Vec<T>) -> Self {
        Self::List(value.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Dynamic>> From<Option<T>> for Dynamic {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<K: Into<String>, V: Into<Dynamic>, const N: usize> From<[(K, V); N]> for Dynamic {
    fn from(value: [(K, V); N]) -> Self {
        Self::Map(value.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

/// How msgpack's extension values, which Terraform uses for unknown ones, look to serde.
#[derive(Serialize)]
#[serde(rename = "_ExtStruct")]
struct Extension((i8, serde_bytes::ByteBuf));

impl Serialize for Dynamic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Unknown => Extension((0, serde_bytes::ByteBuf::new())).serialize(serializer),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => value.serialize(serializer),
            Self::String(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            Self::List(value) => serializer.collect_seq(value),
            Self::Map(value) => serializer.collect_map(value),
        }
    }
}

impl<'de> Deserialize<'de> for Dynamic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DynamicVisitor { infinite: false })
    }
}

/// Takes infinite numbers for text, so that what is wrong with a value can be told although no value of ours holds it.
pub(crate) struct Infinite;

impl<'de> DeserializeSeed<'de> for Infinite {
    type Value = Dynamic;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        deserializer.deserialize_any(DynamicVisitor { infinite: true })
    }
}

#[derive(Clone, Copy)]
struct DynamicVisitor {
    /// Infinite numbers are taken for text, and not for an error.
    infinite: bool,
}

impl<'de> DeserializeSeed<'de> for DynamicVisitor {
    type Value = Dynamic;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DynamicVisitor {
    type Value = Dynamic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Terraform value")
    }

    fn visit_unit<E: Error>(self) -> Result<Dynamic, E> {
        Ok(Dynamic::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Dynamic, E> {
        Ok(Dynamic::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Dynamic, E> {
        Ok(Number::from(value).into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Dynamic, E> {
        match Number::try_from(value) {
            Err(_) if self.infinite => Ok(value.to_string().into()),
            number => number.map(Dynamic::Number).map_err(E::custom),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<Dynamic, E> {
        Ok(Dynamic::Bytes(value.to_vec()))
    }

    /// An unknown value, with or without hints about it, which are dropped: a hint is never needed to be right.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        <(i8, serde_bytes::ByteBuf)>::deserialize(deserializer).map(|_| Dynamic::Unknown)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Dynamic, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = access.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Dynamic::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Dynamic, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = access.next_key()? {
            map.insert(key, access.next_value_seed(self)?);
        }
        Ok(Dynamic::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::msgpack;

    fn sample() -> Dynamic {
        Dynamic::from([
            ("name", Dynamic::from("disk")),
            ("size", Dynamic::from(5)),
            ("tenth", Dynamic::Number("0.1".parse().unwrap())),
            ("id", Dynamic::Unknown),
            ("note", Dynamic::Null),
            ("rules", Dynamic::List(vec![Dynamic::from([("secret", "a"), ("port", "1")]), Dynamic::from(true)])),
            ("any", Dynamic::List(vec![Dynamic::Bytes(b"\"string\"".to_vec()), Dynamic::from("text")])),
        ])
    }

    #[test]
    fn survives_the_wire() {
        let bytes = msgpack::encode(&sample()).unwrap();
        let read: Dynamic = msgpack::decode(&bytes).unwrap();
        // A number that no double holds travels as text; only the schema tells it from text.
        let mut expected = sample();
        let Dynamic::Map(map) = &mut expected else { unreachable!() };
        map.insert("tenth".into(), "0.1".into());
        assert_eq!(read, expected);
    }

    #[test]
    fn refined_unknown_values_are_unknown() {
        // ext 8, 5 bytes, type 12: an unknown string that is not null and has a prefix.
        let bytes = [0xc7, 0x05, 0x0c, 0x81, 0x01, 0xc2, 0x02, 0xa0];
        assert_eq!(msgpack::decode::<Dynamic>(&bytes).unwrap(), Dynamic::Unknown);
    }

    #[test]
    fn finds_unknown_parts() {
        assert!(sample().has_unknown());
        assert!(!Dynamic::from([("a", vec!["b"])]).has_unknown());
    }
}
