//! Which requests a fault strikes: one operation, a class of them, a method with a path, or all.

use crate::operations::{OPERATIONS, Operation};

/// Classes of requests by their methods. A request of an unknown operation belongs to one as well.
const CLASSES: [(&str, &[&str]); 5] = [
    ("reads", &["GET", "HEAD"]),
    ("writes", &["POST", "PUT", "PATCH", "DELETE"]),
    ("creations", &["POST"]),
    ("updates", &["PUT", "PATCH"]),
    ("deletions", &["DELETE"]),
];

/// What is known of a request before it is carried out.
pub(crate) struct Incoming<'a> {
    pub operation: &'a Operation,
    pub method: &'a str,
    /// The path with `/v1`, as it was sent.
    pub path: &'a str,
}

/// A fault for an operation that does not exist would wait forever, and a test would pass for the wrong reason.
pub(crate) fn check(target: &str) -> Result<(), String> {
    let named = target == "*"
        || target == "unknown"
        || CLASSES.iter().any(|(class, _)| *class == target)
        || OPERATIONS.iter().any(|operation| operation.name == target);
    let shaped = target.split_once(' ').is_some_and(|(method, path)| {
        let word = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
        (method == "*" || word) && path.starts_with('/') && !path.contains(' ')
    });
    if named || shaped { Ok(()) } else { Err(format!("there is no operation {target:?}")) }
}

/// Whether a fault with this target is meant for the request.
pub(crate) fn fits(target: &str, incoming: &Incoming) -> bool {
    if target == "*" || target == incoming.operation.name {
        return true;
    }
    if let Some((_, methods)) = CLASSES.iter().find(|(class, _)| *class == target) {
        return methods.contains(&incoming.method);
    }
    let Some((method, path)) = target.split_once(' ') else { return false };
    (method == "*" || method == incoming.method) && matches(path, incoming.path)
}

/// Whether a text is like a pattern, in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.into_iter().any(|at| matches(rest, &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_names_classes_or_patterns() {
        for target in ["*", "unknown", "reads", "deletions", "get_partner", "GET /v1/partner/*", "* /v1/*"] {
            assert_eq!(check(target), Ok(()), "{target}");
        }
        for target in ["", "get_partnr", "GET", "get /v1", "GET v1", " /v1", "GET /v1 /v2"] {
            assert!(check(target).is_err(), "{target:?}");
        }
    }

    #[test]
    fn a_pattern_has_stars() {
        for (pattern, text, fits) in [
            ("/v1/partner/*", "/v1/partner/1", true),
            ("/v1/partner/*", "/v1/partner/1/members", true),
            ("/v1/*/members", "/v1/partner/1/members", true),
            ("/v1/*/members", "/v1/partner/1/member", false),
            ("/v1/partner", "/v1/partner/1", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
