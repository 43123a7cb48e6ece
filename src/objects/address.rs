//! Email addresses: what surely is none is refused. Apostrophes, plus signs, umlauts and international domains are
//! valid; the rest is the service's to say.

use tf_provider::value::Value;

use crate::terraform::diagnostics::Diagnostic;

/// What is wrong with a configured address; nothing with one that is not known yet.
pub fn check(value: &Value<String>, attribute: &'static str) -> Option<Diagnostic> {
    let text = value.as_deref_option()?;
    let why = wrong(text)?;
    let detail = format!("{attribute} {why}. Write an address to log in with, such as ann@example.com.");
    Some(Diagnostic::new("Not an email address", detail).at(attribute))
}

fn wrong(text: &str) -> Option<&'static str> {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Some(if text.trim().is_empty() { "is empty" } else { "has no @" });
    };
    let quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    if text.trim() != text {
        Some("begins or ends with spaces or line breaks")
    } else if text.chars().any(char::is_control) || (text.chars().any(char::is_whitespace) && !quoted) {
        Some("contains spaces or control characters")
    } else if local.is_empty() {
        Some("has nothing before the @")
    } else if domain.is_empty() {
        Some("has nothing behind the @")
    } else if local.contains('@') && !quoted {
        Some("has more than one @")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_surely_is_none_is_refused() {
        for fine in [
            "ann@example.com",
            "o'neil+shop@example.com",
            "ünal@exämple.de",
            "ann@xn--exmple-cua.de",
            "\"ann lee\"@example.com",
            "ann@localhost",
        ] {
            assert_eq!(wrong(fine), None, "{fine}");
        }
        for none in
            ["", " ", "ann", "ann@", "@example.com", "ann lee@example.com", "ann@example.com\n", "a@b@c", "a\tb@c"]
        {
            assert!(wrong(none).is_some(), "{none:?}");
        }
    }
}
