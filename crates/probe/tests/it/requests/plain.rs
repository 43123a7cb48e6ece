use serde_json::{Value, json};

use crate::world::GB;

/// A value whose ids and times are the same each time, and whose lists are sorted.
pub fn plain(value: Value) -> Value {
    match value {
        Value::String(text) => json!(text_of(&text)),
        Value::Number(number)
            if number.as_i64().is_some_and(|number| (1_700_000_000..10_000_000_000).contains(&number)) =>
        {
            // Either 2 GB and some, or a time in seconds; only the latter moves.
            if number.as_i64() < Some(4_200_000_000) && number.as_i64() > Some(1_764_000_000) && !is_amount(&number) {
                json!("SECONDS")
            } else {
                Value::Number(number)
            }
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(plain).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, plain(value))).collect()),
        other => other,
    }
}

/// Amounts of these requests are whole GB with a few bytes.
fn is_amount(number: &serde_json::Number) -> bool {
    number.as_u64().is_some_and(|number| number % GB < 10)
}

/// A text without ids, and with a word for a time.
pub fn text_of(text: &str) -> String {
    let time = text.get(..10).is_some_and(|date| date.as_bytes().get(4) == Some(&b'-') && date.starts_with("20"));
    if time && text.len() > 10 {
        let shape: String = text.chars().map(|letter| if letter.is_ascii_digit() { '9' } else { letter }).collect();
        let year = text.get(..4).unwrap_or_default();
        let month = if year == "2099" { "far" } else { "near" };
        return format!("TIME {shape} {month}");
    }
    let mut plain = String::new();
    for part in text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-') {
        let word = part.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        let is_uuid = word.len() == 36 && word.matches('-').count() == 4;
        let is_number = word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
        plain.push_str(&match (is_uuid, is_number) {
            (true, _) => part.replace(word, "UUID"),
            (_, true) => part.replace(word, if word.starts_with('0') { "0DIGITS" } else { "DIGITS" }),
            _ => part.to_string(),
        });
    }
    plain
}
