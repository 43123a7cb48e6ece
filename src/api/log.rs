//! What the client says of its work: one event per request at DEBUG, bodies at TRACE.
//!
//! Headers are never logged. Bodies are masked twice: by the names of their fields and by the secrets themselves.

use std::time::Duration;

use serde_json::Value;
use tracing::Level;

use super::mask::Mask;
use super::response::Received;
use super::retry::Failure;
use super::send::Request;

/// Longer bodies are cut: whoever reads the log may read lines, and only lines of some length.
const MAX_LOGGED: usize = 16 << 10;

/// A field whose name contains one of these is masked, whatever it holds.
const SECRET_NAMES: [&str; 5] = ["password", "authorization", "secret", "token", "apikey"];

/// One request that was answered.
pub(super) fn answered(request: &Request, tries: u32, took: Duration, answer: &Received, failure: Option<&Failure>) {
    tracing::debug!(
        operation = request.operation,
        method = %request.method,
        path = request.path(),
        status = answer.status.as_u16(),
        tries,
        milliseconds = took.as_millis(),
        request_id = answer.request_id.as_deref().unwrap_or_default(),
        failure = failure.map(|failure| tracing::field::debug(&failure.kind)),
        "request answered"
    );
}

/// One request that has no answer.
pub(super) fn failed(request: &Request, tries: u32, took: Duration, failure: &Failure) {
    tracing::debug!(
        operation = request.operation,
        method = %request.method,
        path = request.path(),
        tries,
        milliseconds = took.as_millis(),
        failure = ?failure.kind,
        "request failed"
    );
}

/// A body, when somebody asks for bodies.
pub(super) fn body(request: &Request, what: &str, body: &[u8], mask: &Mask) {
    if tracing::enabled!(Level::TRACE) {
        let text = masked(body, mask);
        tracing::trace!(operation = request.operation, method = %request.method, path = request.path(), body = text, "{what} body");
    }
}

fn masked(body: &[u8], mask: &Mask) -> String {
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            mask_fields(&mut value);
            value.to_string()
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let mut text = mask.hide(&text);
    if text.len() > MAX_LOGGED {
        text.truncate(text.floor_char_boundary(MAX_LOGGED));
        text.push('…');
    }
    text
}

fn mask_fields(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.to_lowercase().replace(['_', '-'], "");
                if SECRET_NAMES.iter().any(|secret| name.contains(secret)) {
                    *value = Value::from("***");
                } else {
                    mask_fields(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_fields),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Secret;

    #[test]
    fn bodies_are_masked_by_name_and_by_value() {
        let mask = Mask::default();
        mask.add(&Secret::new("the-key"));
        let body = br#"{"clientAccount":{"password":"unknown"},"api_key":7,"name":"echo the-key","n":1}"#;
        let expected = r#"{"api_key":"***","clientAccount":{"password":"***"},"n":1,"name":"echo ***"}"#;
        assert_eq!(masked(body, &mask), expected);
        assert_eq!(masked(b"no json: the-key", &mask), "no json: ***");
    }

    #[test]
    fn a_long_body_is_cut() {
        let text = masked("ö".repeat(MAX_LOGGED).as_bytes(), &Mask::default());
        assert_eq!(text.len(), MAX_LOGGED + '…'.len_utf8());
    }
}
