//! Terraform's type constraints, which schemas carry in JSON, in words.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::model::{Attribute, Presence};

/// In the words of schema documentation, such as `List of String`.
pub fn in_schema(constraint: &Value) -> Result<String> {
    Ok(match split(constraint)? {
        ("bool", _) => "Boolean".into(),
        ("dynamic", _) => "Dynamic".into(),
        ("object", _) => "Object".into(),
        ("tuple", _) => "Tuple".into(),
        (collection, Some(inner)) => format!("{} of {}", title(collection), in_schema(inner)?),
        (primitive, None) => title(primitive),
    })
}

/// In HCL's words, such as `list of string`.
pub fn in_signature(constraint: &Value) -> Result<String> {
    Ok(match split(constraint)? {
        (collection @ ("list" | "set" | "map"), Some(inner)) => format!("{collection} of {}", in_signature(inner)?),
        (name, _) => name.to_owned(),
    })
}

/// The attributes of the object that a constraint is, or has as elements. They come with types only, and the provider
/// decides of them.
pub fn inner_attributes(constraint: &Value, presence: Presence) -> Result<Vec<Attribute>> {
    let attribute = |(name, constraint): (&String, &Value)| {
        Ok(Attribute {
            name: name.clone(),
            type_name: in_schema(constraint)?,
            description: String::new(),
            presence,
            sensitive: false,
            write_only: false,
            deprecated: false,
            nested: inner_attributes(constraint, presence)?,
        })
    };
    match split(constraint)? {
        ("object", Some(attributes)) => {
            let attributes = attributes.as_object().context("an object type has no attributes")?;
            let mut attributes = attributes.iter().map(attribute).collect::<Result<Vec<_>>>()?;
            attributes.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(attributes)
        }
        ("list" | "set" | "map", Some(inner)) => inner_attributes(inner, presence),
        _ => Ok(Vec::new()),
    }
}

/// A constraint is a name, or an array of a name and what is inside.
fn split(constraint: &Value) -> Result<(&str, Option<&Value>)> {
    match constraint {
        Value::String(name) => Ok((name, None)),
        Value::Array(parts) => {
            let name = parts.first().and_then(Value::as_str).with_context(|| format!("not a type: {constraint}"))?;
            Ok((name, parts.get(1)))
        }
        _ => bail!("not a type: {constraint}"),
    }
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_words() {
        for (constraint, schema, signature) in [
            (r#""string""#, "String", "string"),
            (r#""bool""#, "Boolean", "bool"),
            (r#"["list",["map","number"]]"#, "List of Map of Number", "list of map of number"),
            (r#"["set",["object",{"a":"bool"}]]"#, "Set of Object", "set of object"),
            (r#"["tuple",["string","bool"]]"#, "Tuple", "tuple"),
        ] {
            let constraint = serde_json::from_str(constraint).unwrap();
            assert_eq!(in_schema(&constraint).unwrap(), schema);
            assert_eq!(in_signature(&constraint).unwrap(), signature);
        }
        assert_eq!(in_schema(&Value::Null).unwrap_err().to_string(), "not a type: null");
    }

    #[test]
    fn objects_have_attributes_at_any_depth() {
        let constraint =
            serde_json::from_str(r#"["list",["object",{"b":["set",["object",{"c":"bool"}]],"a":"string"}]]"#).unwrap();
        let attributes = inner_attributes(&constraint, Presence::ReadOnly).unwrap();
        let names: Vec<_> = attributes.iter().map(|attribute| attribute.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(attributes[1].nested[0].type_name, "Boolean");
    }
}
