//! Stored states are JSON. Here they become values without loss: serde_json alone would squeeze every number through a
//! double.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::Dynamic;
use crate::number::Number;
use crate::shape::Shape;

/// The text is not JSON, or not the JSON of a value.
#[derive(Debug)]
pub(crate) struct JsonError(String);

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// States nest no deeper than this, so that a hostile one cannot use up the stack.
const DEPTH: usize = 128;

/// One level of JSON, numbers as they are written.
enum Level<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(String),
    List(Vec<&'a RawValue>),
    Map(BTreeMap<String, &'a RawValue>),
}

impl<'a> Level<'a> {
    fn read(raw: &'a RawValue, depth: usize) -> Result<Self, JsonError> {
        let text = raw.get();
        if depth > DEPTH {
            return Err(JsonError("the state nests too deep".into()));
        }
        Ok(match text.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Bool(text == "true"),
            Some(b'"') => Self::String(serde_json::from_str(text)?),
            Some(b'[') => Self::List(serde_json::from_str(text)?),
            Some(b'{') => Self::Map(serde_json::from_str(text)?),
            _ => Self::Number(text),
        })
    }
}

/// Reads a stored value of the given shape. Attributes that the shape has and the text lacks are null.
pub(crate) fn read(text: &[u8], shape: &Shape) -> Result<Dynamic, JsonError> {
    value(serde_json::from_slice(text)?, Some(shape), 0)
}

fn value(raw: &RawValue, shape: Option<&Shape>, depth: usize) -> Result<Dynamic, JsonError> {
    let deeper = |raw, shape| value(raw, shape, depth + 1);
    Ok(match (Level::read(raw, depth)?, shape) {
        (Level::Null, _) => Dynamic::Null,
        (Level::Map(mut fields), Some(Shape::Any)) => match (fields.remove("type"), fields.remove("value")) {
            (Some(value_type), Some(inner)) => {
                let shape = Shape::from_json(&serde_json::from_str(value_type.get())?);
                let inner = deeper(inner, shape.as_ref())?;
                Dynamic::List(vec![Dynamic::Bytes(value_type.get().into()), inner])
            }
            _ => return Err(JsonError("a value of dynamic type lacks its type".into())),
        },
        (Level::Bool(value), _) => Dynamic::Bool(value),
        (Level::Number(text), _) => Dynamic::Number(number(text)?),
        (Level::String(text), _) => Dynamic::String(text),
        (Level::List(list), Some(Shape::Tuple(shapes))) => {
            let shapes = shapes.iter().map(Some).chain(std::iter::repeat(None));
            let elements = list.into_iter().zip(shapes).map(|(raw, shape)| deeper(raw, shape));
            Dynamic::List(elements.collect::<Result<_, _>>()?)
        }
        (Level::List(list), shape) => {
            let inner = match shape {
                Some(Shape::List(inner) | Shape::Set(inner)) => Some(&**inner),
                _ => None,
            };
            Dynamic::List(list.into_iter().map(|raw| deeper(raw, inner)).collect::<Result<_, _>>()?)
        }
        (Level::Map(map), shape) => {
            let inner = |name: &str| match shape {
                Some(Shape::Map(inner)) => Some(&**inner),
                Some(Shape::Object(fields)) => fields.get(name).map(|field| &field.shape),
                _ => None,
            };
            let missing = match shape {
                Some(Shape::Object(fields)) => fields.keys().map(|name| (name.clone(), Dynamic::Null)).collect(),
                _ => BTreeMap::new(),
            };
            let mut values = missing;
            for (name, raw) in map {
                let element = deeper(raw, inner(&name))?;
                values.insert(name, element);
            }
            Dynamic::Map(values)
        }
    })
}

fn number(text: &str) -> Result<Number, JsonError> {
    text.parse().map_err(|error| JsonError(format!("{text}: {error}")))
}

/// Reads any stored value for code that looks at it by hand. A number that neither 64 bits nor a double that prints
/// alike hold becomes text, which [`Number`] reads.
pub(crate) fn read_plain(text: &[u8]) -> Result<Value, JsonError> {
    plain(serde_json::from_slice(text)?, 0)
}

fn plain(raw: &RawValue, depth: usize) -> Result<Value, JsonError> {
    Ok(match Level::read(raw, depth)? {
        Level::Null => Value::Null,
        Level::Bool(value) => Value::Bool(value),
        Level::Number(text) => plain_number(number(text)?),
        Level::String(text) => Value::String(text),
        Level::List(list) => list.into_iter().map(|raw| plain(raw, depth + 1)).collect::<Result<_, _>>()?,
        Level::Map(map) => {
            let fields = map.into_iter().map(|(name, raw)| Ok((name, plain(raw, depth + 1)?)));
            Value::Object(fields.collect::<Result<Map<_, _>, JsonError>>()?)
        }
    })
}

/// The JSON number, or text where JSON numbers in Rust would lose digits.
pub(crate) fn plain_number(number: Number) -> Value {
    if let Some(integer) = number.as_i64() {
        return integer.into();
    }
    if let Some(integer) = number.as_u64() {
        return integer.into();
    }
    let double = number.to_f64();
    let text = number.to_string();
    match serde_json::Number::from_f64(double) {
        Some(value) if double.to_string() == text => Value::Number(value),
        _ => Value::String(text),
    }
}

impl Shape {
    /// The shape of a type constraint in JSON, as it stands before a value of dynamic type.
    fn from_json(value_type: &Value) -> Option<Self> {
        let Value::Array(parts) = value_type else {
            return match value_type.as_str()? {
                "number" => Some(Self::Number),
                "string" => Some(Self::Text),
                "bool" => Some(Self::Bool),
                "dynamic" => Some(Self::Any),
                _ => Some(Self::Plain),
            };
        };
        let inner = parts.get(1)?;
        let boxed = || Self::from_json(inner).map(Box::new);
        match parts.first()?.as_str()? {
            "list" => boxed().map(Self::List),
            "set" => boxed().map(Self::Set),
            "map" => boxed().map(Self::Map),
            "tuple" => inner.as_array()?.iter().map(Self::from_json).collect::<Option<_>>().map(Self::Tuple),
            "object" => {
                let fields = inner.as_object()?.iter();
                let fields = fields.map(|(name, inner)| Some((name.clone(), Self::from_json(inner)?.into())));
                fields.collect::<Option<_>>().map(Self::Object)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use tf_provider::schema::Type;

    use super::*;

    fn object(fields: &[(&str, Type)]) -> Shape {
        let fields = fields.iter().map(|(name, inner)| ((*name).to_owned(), inner.clone())).collect();
        Shape::from(&Type::Object(fields))
    }

    #[test]
    fn numbers_keep_every_digit() {
        let shape = object(&[("size", Type::Number), ("rate", Type::Number), ("count", Type::Number)]);
        let text = br#"{"size": 12345678901234567890123, "rate": 0.1, "count": 7}"#;
        let value = read(text, &shape).unwrap();
        let number = |text: &str| Dynamic::Number(text.parse().unwrap());
        assert_eq!(value.get("size"), Some(&number("12345678901234567890123")));
        assert_eq!(value.get("rate"), Some(&number("0.1")));
        assert_eq!(value.get("count"), Some(&Dynamic::from(7)));
    }

    #[test]
    fn absent_attributes_are_null() {
        let shape = object(&[("old", Type::String), ("new", Type::List(Box::new(Type::String)))]);
        let value = read(br#"{"old": "x"}"#, &shape).unwrap();
        assert_eq!(value, Dynamic::from([("old", Dynamic::from("x")), ("new", Dynamic::Null)]));
    }

    #[test]
    fn dynamic_values_keep_their_type_in_front() {
        let shape = object(&[("any", Type::Any), ("none", Type::Any)]);
        let text =
            br#"{"any": {"type": ["object", {"a": "dynamic"}], "value": {"a": {"type": "number", "value": 1}}}}"#;
        let inner = Dynamic::List(vec![Dynamic::Bytes(b"\"number\"".to_vec()), 1.into()]);
        let object_type = Dynamic::Bytes(br#"["object", {"a": "dynamic"}]"#.to_vec());
        let any = Dynamic::List(vec![object_type, Dynamic::from([("a", inner)])]);
        assert_eq!(read(text, &shape).unwrap(), Dynamic::from([("any", any), ("none", Dynamic::Null)]));
        assert!(read(br#"{"any": {"value": 1}}"#, &shape).is_err());
    }

    #[test]
    fn plain_json_loses_no_number() {
        let text = b"[1, -5, 18446744073709551615, 1.5, 0.1, 12345678901234567890123, 1e400]";
        let plain = read_plain(text).unwrap();
        let expected = serde_json::json!([1, -5, u64::MAX, 1.5, 0.1, "12345678901234567890123", null]);
        let (plain, expected) = (plain.as_array().unwrap(), expected.as_array().unwrap());
        assert_eq!(plain[..6], expected[..6]);
        assert_eq!(plain[6], format!("1{:0<400}", ""));
    }

    #[test]
    fn refuses_what_is_no_json() {
        for text in ["", "{", "[1,]", "nul", "{\"a\":}", "01", "\"\\x\""] {
            assert!(read(text.as_bytes(), &Shape::Plain).is_err(), "{text}");
            assert!(read_plain(text.as_bytes()).is_err(), "{text}");
        }
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert!(read_plain(deep.as_bytes()).is_err());
        assert!(read(deep.as_bytes(), &Shape::Any).is_err());
    }
}
