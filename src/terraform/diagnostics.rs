//! The one place where an error becomes what Terraform shows.
//!
//! Resource files return [`Diagnostic`]s and leave warnings in [`Warnings`]; nothing else builds a
//! `tf_provider::Diagnostic`. They are built by their fields because `Diagnostic::new` appends a backtrace to what the
//! user reads when RUST_BACKTRACE is set.

use std::borrow::Cow;
use std::fmt::Display;

use tf_provider::{AttributePath, Diagnostics};

use crate::api::{self, KeyEnd, Stage, duration::in_words};

/// What resource files return.
pub type Result<T> = std::result::Result<T, Diagnostic>;

/// An error or a warning for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one line, beginning with a capital, without a full stop.
    pub summary: String,
    /// What was asked, what stood against it and what to do next.
    pub detail: String,
    /// The attribute at fault; the root when it is not one attribute.
    pub attribute: AttributePath,
}

/// What is said of a key that is not accepted from the second time on.
const KEY_WAS_EXPLAINED: &str = "The API key was not accepted (401): the first such error says what to do.";

impl Diagnostic {
    /// A problem of the whole object.
    pub fn new(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
        Diagnostic { summary: summary.into(), detail: detail.into(), attribute: AttributePath::root() }
    }

    /// The same problem, at an attribute.
    pub fn at(mut self, attribute: &'static str) -> Diagnostic {
        self.attribute = AttributePath::new(attribute);
        self
    }

    /// A call of the API that failed, with what it was for ("create partner \"Acme\""). A key that is not accepted
    /// fails every call: it is explained once, and then named.
    pub fn api(doing: impl Display, error: &api::Error) -> Diagnostic {
        let advice = error.advice();
        let detail = match error.is_unauthorized() {
            true if error.was_told() => KEY_WAS_EXPLAINED.into(),
            true => {
                let dated = error.key_end().map(dated).unwrap_or_default();
                format!("{advice}{dated}\n\n{}.", sentence(error.to_string()))
            }
            false if advice.is_empty() => format!("{error}."),
            false => format!("{error}.\n\n{advice}"),
        };
        Diagnostic::new(format!("Cannot {doing}"), detail)
    }

    /// Whether this is one line about what an earlier error has explained: nothing is to be added to that.
    pub fn is_explained_elsewhere(&self) -> bool {
        self.detail == KEY_WAS_EXPLAINED
    }

    /// The warning of a key that ends soon, or has ended by this machine's clock; none of a key that says nothing of
    /// it.
    pub fn key_end(client: &api::Client) -> Option<Diagnostic> {
        let end = client.key_end()?;
        match end.stage() {
            Stage::Later => None,
            Stage::Soon => Some(Diagnostic::new(
                "The API key expires soon",
                format!(
                    "The key says that it is valid until {end}. After that the service refuses every request. Make a \
                     new key in the console under API Keys before then, and put it in the place of this one."
                ),
            )),
            Stage::Past => Some(Diagnostic::new(
                "The API key has expired",
                format!(
                    "The key says that it was valid until {end}. Unless this machine's clock is wrong, the service \
                     refuses it: make a new key in the console under API Keys."
                ),
            )),
        }
    }

    /// The one warning of a walk that the service's rate limit slowed down a lot, if there is something to say.
    pub fn slowed(client: &api::Client) -> Option<Diagnostic> {
        let waited = in_words(client.slowed()?);
        Some(Diagnostic::new(
            "The service limits how fast it is asked",
            format!(
                "Requests have waited {waited} for it so far, and go on at the speed that the service takes. Nothing \
                 is lost by that. Set max_requests_per_second in the provider block to what the service allows, and it \
                 is not asked in vain."
            ),
        ))
    }

    /// More to say: a paragraph of its own at the end.
    pub fn and(mut self, paragraph: impl AsRef<str>) -> Diagnostic {
        self.detail = format!("{}\n\n{}", self.detail, paragraph.as_ref());
        self
    }

    fn into_tf(self) -> tf_provider::Diagnostic {
        // What comes from outside is escaped where it becomes part of a message; this is for what was forgotten.
        let (summary, detail) = (harmless(&sentence(self.summary), ""), harmless(&sentence(self.detail), "\n"));
        tf_provider::Diagnostic { summary: Cow::Owned(summary), detail: Cow::Owned(detail), attribute: self.attribute }
    }
}

/// What a key that was refused says of its own end.
fn dated(end: KeyEnd) -> String {
    match end.stage() {
        Stage::Past => format!(" The key says that it was valid until {end}: it has expired."),
        Stage::Later | Stage::Soon => {
            format!(" The key says that it is valid until {end}, so it was deleted, or is not one of this endpoint.")
        }
    }
}

/// A text in which nothing steers a terminal or a log, except what is allowed to.
fn harmless(text: &str, allowed: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if allowed.contains(c) { shown.push(c) } else { api::escape(c, &mut shown) }
    }
    shown
}

/// Begins a text with a capital, unless its first word is a name (`contract_id`, `timeouts.create`).
fn sentence(text: String) -> String {
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    match text.chars().next() {
        Some(first) if first.is_ascii_lowercase() && word.chars().all(|c| c.is_ascii_alphabetic()) => {
            format!("{}{}", first.to_ascii_uppercase(), &text[1..])
        }
        _ => text,
    }
}

/// The warnings of one operation.
#[derive(Debug, Default)]
pub struct Warnings(Vec<Diagnostic>);

impl Warnings {
    /// Adds a warning.
    pub fn warn(&mut self, problem: Diagnostic) {
        self.0.push(problem);
    }
}

/// Who has more to say after an operation of any object: what belongs to none of them, and would be said nowhere else.
pub trait Remarks: Send + Sync + 'static {
    /// Adds what came up since it was asked last.
    fn remark(&self, warnings: &mut Warnings);
}

/// Hands a result and its warnings to tf-provider: the value, or nothing and an error.
pub fn report<T>(diags: &mut Diagnostics, warnings: Warnings, result: Result<T>) -> Option<T> {
    diags.warnings.extend(warnings.0.into_iter().map(Diagnostic::into_tf));
    match result {
        Ok(value) => Some(value),
        Err(problem) => {
            diags.errors.push(problem.into_tf());
            None
        }
    }
}

/// Hands everything that is wrong with a configuration to tf-provider.
pub fn report_all(diags: &mut Diagnostics, wrong: Vec<Diagnostic>) -> Option<()> {
    let fine = wrong.is_empty();
    diags.errors.extend(wrong.into_iter().map(Diagnostic::into_tf));
    fine.then_some(())
}

/// The error of a provider function; `argument` counts from 0.
pub fn report_function<T>(diags: &mut Diagnostics, argument: i64, result: std::result::Result<T, String>) -> Option<T> {
    let at_argument =
        |problem: Diagnostic| Diagnostic { attribute: AttributePath::function_argument(argument), ..problem };
    report(diags, Warnings::default(), result.map_err(|text| at_argument(Diagnostic::new(text, ""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_reaches_terraform() {
        let shown = Diagnostic::new("a\u{1b}[2J\nb", "C\n\nd\re\u{202e}f\u{9b}31m\tg").into_tf();
        assert_eq!(shown.summary, "a\\u{1b}[2J\\nb");
        assert_eq!(shown.detail, "C\n\nd\\re\\u{202e}f\\u{9b}31m\\tg");
    }
}
