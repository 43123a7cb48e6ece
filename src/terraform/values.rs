//! Small helpers over tf-provider's values.

use tf_provider::value::Value;

/// The text, or nothing for null and unknown.
pub fn text(value: &Value<String>) -> &str {
    value.as_deref_option().unwrap_or_default()
}

/// What the service says, unless it says the same in other words; what it leaves out stays as it was.
pub fn refreshed_text(old: Value<String>, new: &Option<String>, same: impl Fn(&str, &str) -> bool) -> Value<String> {
    match (&old, new) {
        (_, None) => old,
        (Value::Value(text), Some(new)) if same(text, new) => old,
        (_, Some(new)) => Value::Value(new.clone()),
    }
}

/// The configured value, or false.
pub fn or_false(configured: &Value<bool>) -> Value<bool> {
    if configured.is_null() { Value::Value(false) } else { *configured }
}
