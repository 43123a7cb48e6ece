//! What the client says of its work: one event per request at DEBUG, bodies at TRACE.
//!
//! Headers are never logged. Bodies are cut before anything else is done with them, so that a large one costs no more
//! than what is shown of it, and then masked twice: by the names of their fields and by the secrets themselves.

use std::time::Duration;

use tracing::Level;

use super::mask;
use super::requests::Request;
use super::response::Received;
use super::retry::Failure;

/// Longer bodies are cut: whoever reads the log may read lines, and only lines of some length.
const MAX_LOGGED: usize = 16 << 10;

/// How much more is masked than shown, so that a secret at the cut is seen whole.
const BEYOND: usize = 4 << 10;

/// A field whose name contains one of these is masked, whatever it holds.
const SECRET_NAMES: [&str; 5] = ["password", "authorization", "secret", "token", "apikey"];

/// One request that was answered.
pub(super) fn answered(request: &Request, tries: u32, took: Duration, answer: &Received, failure: Option<&Failure>) {
    tracing::debug!(
        operation = request.operation,
        method = %request.method,
        path = %request.path(),
        status = answer.status,
        tries,
        milliseconds = took.as_millis(),
        request_id = answer.request_id.as_ref().map(tracing::field::display),
        failure = failure.map(|failure| tracing::field::debug(&failure.kind)),
        "request answered"
    );
}

/// One request that has no answer.
pub(super) fn failed(request: &Request, tries: u32, took: Duration, failure: &Failure) {
    tracing::debug!(
        operation = request.operation,
        method = %request.method,
        path = %request.path(),
        tries,
        milliseconds = took.as_millis(),
        failure = ?failure.kind,
        "request failed"
    );
}

/// A body, when somebody asks for bodies.
pub(super) fn body(request: &Request, what: &str, body: &[u8]) {
    if tracing::enabled!(Level::TRACE) {
        let (operation, method, path, body) = (request.operation, &request.method, request.path(), masked(body));
        tracing::trace!(operation, %method, %path, body, "{what} body");
    }
}

fn masked(body: &[u8]) -> String {
    let cut = body.len() > MAX_LOGGED + BEYOND;
    let text = String::from_utf8_lossy(&body[..body.len().min(MAX_LOGGED + BEYOND)]);
    let mut text = mask::hide(&mask_fields(&text));
    if cut || text.len() > MAX_LOGGED {
        text.truncate(text.floor_char_boundary(MAX_LOGGED));
        text.push('…');
    }
    text
}

/// Masks the values of fields with such names, in JSON that may be cut or broken.
fn mask_fields(text: &str) -> String {
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(begin) = rest.find('"') {
        let end = begin + string(&rest[begin..]);
        shown.push_str(&rest[..end]);
        let name = &rest[begin..end];
        rest = &rest[end..];
        let gap = rest.len() - rest.trim_start().len();
        if rest[gap..].starts_with(':') && is_secret(name) {
            let gap = gap + 1;
            let value = rest[gap..].trim_start();
            shown.push_str(&rest[..gap]);
            shown.push_str("\"***\"");
            rest = &value[length(value)..];
        }
    }
    shown.push_str(rest);
    shown
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace(['_', '-'], "");
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// How long the string at the beginning of a text is, with its quotation marks.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long the value at the beginning of a text is.
fn length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'"' => at += string(&text[at..]) - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Secret;

    #[test]
    fn bodies_are_masked_by_name_and_by_value() {
        mask::add(&Secret::new("log-test-key"));
        for (body, expected) in [
            (
                r#"{"clientAccount":{"password":"unknown"},"api_key":7,"name":"echo log-test-key","n":1}"#,
                r#"{"clientAccount":{"password":"***"},"api_key":"***","name":"echo ***","n":1}"#,
            ),
            (r#"{"tokens": ["a", {"b": "]"}], "n": null}"#, r#"{"tokens":"***", "n": null}"#),
            (r#"[{"Pass-Word" : "a\"b", "n": 1}]"#, r#"[{"Pass-Word" :"***", "n": 1}]"#),
            (r#"{"password": "cut in the mid"#, r#"{"password":"***""#),
            (r#"{"password": "cut at an escape\"#, r#"{"password":"***""#),
            (r#"{"secret": {"a": [1, "#, r#"{"secret":"***""#),
            (r#"{"password"#, r#"{"password"#),
            ("no json: log-test-key", "no json: ***"),
        ] {
            assert_eq!(masked(body.as_bytes()), expected);
        }
    }

    #[test]
    fn a_long_body_is_cut_with_the_mask_complete() {
        let text = masked("ö".repeat(MAX_LOGGED).as_bytes());
        assert_eq!(text.len(), MAX_LOGGED + '…'.len_utf8());
        mask::add(&Secret::new("log-test-key"));
        for end in MAX_LOGGED - 20..MAX_LOGGED + 20 {
            let text = masked(format!("{}log-test-key{}", " ".repeat(end), " ".repeat(MAX_LOGGED)).as_bytes());
            assert!(!text.contains("log-"), "{end}");
        }
        for end in MAX_LOGGED + BEYOND - 20..MAX_LOGGED + BEYOND + 20 {
            let text = masked(format!("{}log-test-key", "log-test-key ".repeat(end / 13)).as_bytes());
            assert!(!text.contains("log-"), "{end}");
        }
    }
}
