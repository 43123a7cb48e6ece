//! Ids: what operators give when they import.

use tf_provider::value::Value;

use crate::api::Outside;
use crate::terraform::diagnostics::{Diagnostic, Result};

/// Whether a text is a UUID as the service writes them.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Splits an import id of two parts, the first of which is a partner's UUID.
pub fn pair<'a>(id: &'a str, what: &str, form: &str) -> Result<(&'a str, &'a str)> {
    match id.trim().split_once('/') {
        Some((partner, object)) if is_uuid(partner) && !object.is_empty() && !object.contains('/') => {
            Ok((partner, object))
        }
        _ => Err(Diagnostic::new(
            format!("Not the id of a {what}"),
            format!(
                "A {what} is imported by {form}, where PARTNER is the partner's UUID; \"{}\" is not of that form.",
                Outside::new(id.trim())
            ),
        )),
    }
}

/// What is wrong with a configured UUID; nothing with one that is left out or not known yet.
pub fn check_uuid(value: &Value<String>, attribute: &'static str) -> Option<Diagnostic> {
    let text = value.as_deref_option()?;
    let why = match text.trim() {
        _ if is_uuid(text) => return None,
        "" => "is empty".to_owned(),
        _ => format!("is \"{}\"", Outside::new(text)),
    };
    let diagnostic = Diagnostic::new(
        "Not a UUID",
        format!("{attribute} {why}. It is a UUID, such as 606f031c-0f85-4444-8c7d-4a8f1ede7cd3: an id, not a name."),
    );
    Some(diagnostic.at(attribute))
}
