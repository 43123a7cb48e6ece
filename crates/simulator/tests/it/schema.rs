//! As much of JSON Schema as the snapshot's schema uses; a word that is not known here fails the test.

use serde_json::Value;

/// What is wrong with a document, by the schema of snapshots.
pub fn problems(document: &Value) -> Vec<String> {
    let root: Value = serde_json::from_str(include_str!("../../snapshot.schema.json")).unwrap();
    let mut problems = Vec::new();
    check(&root, &root, document, "", &mut problems);
    problems
}

fn check(root: &Value, schema: &Value, value: &Value, place: &str, problems: &mut Vec<String>) {
    for (word, rule) in schema.as_object().unwrap() {
        let wrong = match word.as_str() {
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap();
                check(root, target, value, place, problems);
                false
            }
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => false,
            "type" => !is_of_type(value, rule.as_str().unwrap()),
            "const" => value != rule,
            "minimum" => value.as_f64() < rule.as_f64(),
            "maximum" => value.as_f64() > rule.as_f64() || value.as_u64() > rule.as_u64(),
            "minLength" => value.as_str().is_some_and(|text| (text.len() as u64) < rule.as_u64().unwrap()),
            "pattern" => value.as_str().is_some_and(|text| !has_form(text, rule.as_str().unwrap())),
            "required" => {
                let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                value.is_object() && names.into_iter().any(|name| value.get(name).is_none())
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{place}[{at}]"), problems);
                }
                false
            }
            "properties" | "additionalProperties" | "propertyNames" => {
                check_fields(root, schema, (word, rule), value, place, problems);
                false
            }
            unknown => panic!("the schema says {unknown}, which this test does not know"),
        };
        if wrong {
            problems.push(format!("{place}: {word}"));
        }
    }
}

fn check_fields(
    root: &Value,
    schema: &Value,
    (word, rule): (&str, &Value),
    value: &Value,
    place: &str,
    problems: &mut Vec<String>,
) {
    for (name, field) in value.as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        let known = schema.get("properties").and_then(|known| known.get(name));
        match (word, known) {
            ("properties", Some(known)) => check(root, known, field, &place, problems),
            ("propertyNames", _) => check(root, rule, &Value::from(name.as_str()), &place, problems),
            ("additionalProperties", None) if rule == &Value::Bool(false) => {
                problems.push(format!("{place}: {word}"));
            }
            ("additionalProperties", None) => check(root, rule, field, &place, problems),
            _ => {}
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        unknown => panic!("the schema has the type {unknown}, which this test does not know"),
    }
}

/// The two patterns of the schema, by their lengths and characters.
fn has_form(text: &str, pattern: &str) -> bool {
    let (form, digit): (&str, fn(u8) -> bool) = if pattern.contains("a-f") {
        ("00000000-0000-0000-0000-000000000000", |byte| byte.is_ascii_hexdigit())
    } else {
        ("0000-00-00", |byte| byte.is_ascii_digit())
    };
    let pairs = || text.bytes().zip(form.bytes());
    text.len() == form.len() && pairs().all(|(byte, form)| if form == b'-' { byte == b'-' } else { digit(byte) })
}
