//! Diagnostics at attributes, for the code of providers.

use std::borrow::Cow;

use tf_provider::{AttributePath, Diagnostic, Diagnostics};

/// Adds diagnostics where they belong, as many as there are mistakes.
///
/// The place is written as Terraform writes it: `name`, `timeouts.create`, `rules[0].port`, `tags["a"]`; nothing is the
/// whole object. An element of a set has no place: name the set.
///
/// ```
/// use terraform_plugin_server::Report;
/// use tf_provider::Diagnostics;
///
/// let mut diags = Diagnostics::default();
/// diags.error_at("timeouts.create", "Invalid duration", "\"5 parsecs\" is not a duration: write \"30s\" or \"5m\".");
/// diags.error_at("rules[1].port", "Invalid port", "The port must be between 1 and 65535, and is 70000.");
/// assert_eq!(diags.errors.len(), 2);
/// assert_eq!(diags.errors[0].attribute.to_string(), "timeouts.create");
/// ```
pub trait Report {
    /// Adds an error.
    fn error_at(&mut self, place: &str, summary: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>);

    /// Adds a warning.
    fn warning_at(&mut self, place: &str, summary: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>);
}

impl Report for Diagnostics {
    fn error_at(&mut self, place: &str, summary: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) {
        self.errors.push(Diagnostic { summary: summary.into(), detail: detail.into(), attribute: attribute(place) });
    }

    fn warning_at(&mut self, place: &str, summary: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) {
        self.warnings.push(Diagnostic { summary: summary.into(), detail: detail.into(), attribute: attribute(place) });
    }
}

/// The path that is written like this. What cannot be read as a path is taken for a name.
fn attribute(place: &str) -> AttributePath {
    let mut path = AttributePath::root();
    let mut rest = place;
    while !rest.is_empty() {
        rest = match bracket(rest) {
            Some((Bracket::Index(index), after)) => {
                path.add_index(index);
                after
            }
            Some((Bracket::Key(key), after)) => {
                path.add_key(key.to_owned());
                after
            }
            None => {
                let name = rest.strip_prefix('.').unwrap_or(rest);
                let end = name.char_indices().skip(1).find(|(_, one)| matches!(one, '.' | '['));
                let (name, after) = name.split_at(end.map_or(name.len(), |(at, _)| at));
                path.add_attribute(name.to_owned());
                after
            }
        };
    }
    path
}

enum Bracket<'a> {
    Index(i64),
    Key(&'a str),
}

/// What stands in brackets at the beginning, and what comes after them.
fn bracket(text: &str) -> Option<(Bracket<'_>, &str)> {
    let inside = text.strip_prefix('[')?;
    if let Some(key) = inside.strip_prefix('"') {
        let (key, after) = key.split_once("\"]")?;
        return Some((Bracket::Key(key), after));
    }
    let (index, after) = inside.split_once(']')?;
    Some((Bracket::Index(index.parse().ok()?), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_terraform_writes_them() {
        for place in ["name", "timeouts.create", "rules[0].port", "tags[\"a.b[0]\"]", "a[1][2].b[\"c\"].d", ""] {
            assert_eq!(attribute(place).to_string(), place);
        }
        let steps = |place| attribute(place).steps.len();
        assert_eq!((steps("a[1].b"), steps("tags[\"a.b\"]"), steps("")), (3, 2, 0));
        // Nonsense ends, too.
        for place in [".", "..", "[", "[x]", "a[", "a[\"b]", "[\"", "]é.[é"] {
            assert!(steps(place) > 0, "{place}");
        }
    }
}
