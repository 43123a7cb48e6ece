//! Small helpers over tf-provider's values.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
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

/// A name or an address by which it is compared: services trim, collapse spaces, fold case and compose letters as they
/// like, and none of that makes it another one.
pub fn folded(text: &str) -> String {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let composed = ComposingNormalizer::new_nfc().normalize(&spaced).into_owned();
    CaseMapper::new().fold_string(&composed).into_owned()
}

/// Whether two names or addresses are the same but for what [`folded`] makes equal.
pub fn same_text(a: &str, b: &str) -> bool {
    a == b || folded(a) == folded(b)
}

/// A list of lines, each indented as Terraform leaves them.
pub fn lines(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().map(|item| format!("  {item}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_makes_of_a_name_is_no_other_name() {
        for (a, b) in [
            ("Acme", " Acme "),
            ("Acme  GmbH", "Acme GmbH"),
            ("Caf\u{e9}", "Cafe\u{301}"),
            ("ÜNAL@example.com", "ünal@example.com"),
            ("STRASSE", "Straße"),
        ] {
            assert!(same_text(a, b), "{a} {b}");
        }
        assert!(!same_text("Acme", "Acme2") && !same_text("Cafe", "Café"));
    }
}
