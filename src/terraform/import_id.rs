//! Ids: what operators give when they import.

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
                id.trim()
            ),
        )),
    }
}
