//! tf-provider's diagnostics to the wire's, and those of this crate's own.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use tf_provider::{AttributePath, AttributePathStep, Diagnostic, Diagnostics};

use crate::wire::tfplugin6 as tf;

/// Adds an error. `Diagnostic::new` is not used anywhere: it would append a backtrace to the operator's text.
pub(crate) fn error(
    diags: &mut Diagnostics,
    summary: impl Into<Cow<'static, str>>,
    detail: impl Into<Cow<'static, str>>,
    attribute: AttributePath,
) {
    diags.add_error(Diagnostic { summary: summary.into(), detail: detail.into(), attribute });
}

pub(crate) fn root_error(
    diags: &mut Diagnostics,
    summary: impl Into<Cow<'static, str>>,
    detail: impl Into<Cow<'static, str>>,
) {
    error(diags, summary, detail, AttributePath::root());
}

/// A provider that answers nothing and says nothing has a defect; an error must be seen all the same.
pub(crate) fn expect_answer<T>(diags: &mut Diagnostics, answer: Option<T>, operation: &str) -> Option<T> {
    if answer.is_none() && diags.errors.is_empty() {
        let detail = "The provider gave no answer and no reason. This is a defect of the provider; please report it.";
        root_error(diags, format!("No result of {operation}"), detail);
    }
    answer
}

/// Errors first. What was said twice, such as of a value in plan and configuration, is passed on once.
pub(crate) fn to_wire(diags: Diagnostics) -> Vec<tf::Diagnostic> {
    use tf::diagnostic::Severity;
    let mut seen = HashSet::new();
    let errors = diags.errors.into_iter().map(|diagnostic| (Severity::Error, diagnostic));
    let warnings = diags.warnings.into_iter().map(|diagnostic| (Severity::Warning, diagnostic));
    let mut wire = Vec::new();
    for (severity, diagnostic) in errors.chain(warnings) {
        if seen.insert((severity, diagnostic.clone())) {
            wire.push(one_to_wire(severity, diagnostic));
        }
    }
    wire
}

/// Whether tf-provider's helpers append a backtrace to what they are given, as they do when `RUST_BACKTRACE` is set.
static BACKTRACES: LazyLock<bool> = LazyLock::new(|| Backtrace::capture().status() == BacktraceStatus::Captured);

/// How the first line of a backtrace begins.
const FIRST_FRAME: &str = "   0: ";

/// The text without the backtrace at its end, which tells an operator nothing.
fn without_backtrace(detail: Cow<'static, str>, appended: bool) -> String {
    let mut detail = detail.into_owned();
    if appended {
        let start = if detail.starts_with(FIRST_FRAME) { Some(0) } else { detail.find(&format!("\n{FIRST_FRAME}")) };
        detail.truncate(start.unwrap_or(detail.len()));
    }
    detail
}

fn one_to_wire(severity: tf::diagnostic::Severity, diagnostic: Diagnostic) -> tf::Diagnostic {
    let at_root = diagnostic.attribute.steps.is_empty();
    tf::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary.into_owned(),
        detail: without_backtrace(diagnostic.detail, *BACKTRACES),
        attribute: (!at_root).then(|| path_to_wire(diagnostic.attribute)),
    }
}

pub(crate) fn path_to_wire(path: AttributePath) -> tf::AttributePath {
    use tf::attribute_path::{Step, step::Selector};
    let step = |step| match step {
        AttributePathStep::Attribute(name) => Selector::AttributeName(name.into_owned()),
        AttributePathStep::Key(key) => Selector::ElementKeyString(key.into_owned()),
        AttributePathStep::Index(index) => Selector::ElementKeyInt(index),
    };
    let steps = path.steps.into_iter().map(|path_step| Step { selector: Some(step(path_step)) });
    tf::AttributePath { steps: steps.collect() }
}

/// A function call has no diagnostics, only one error with at most one argument to blame.
pub(crate) fn to_function_error(diags: Diagnostics) -> Option<tf::FunctionError> {
    let arguments: HashSet<Option<i64>> =
        diags.errors.iter().map(|diagnostic| argument(&diagnostic.attribute)).collect();
    let blamed = match Vec::from_iter(&arguments)[..] {
        [Some(index)] => Some(*index),
        _ => None,
    };
    let lines: Vec<String> = diags
        .errors
        .into_iter()
        .map(|diagnostic| {
            let which = match argument(&diagnostic.attribute) {
                Some(index) if blamed.is_none() => format!("Argument {}: ", index + 1),
                _ => String::new(),
            };
            let detail = without_backtrace(diagnostic.detail, *BACKTRACES);
            let separator = if detail.is_empty() { "" } else { "\n" };
            format!("{which}{}{separator}{detail}", diagnostic.summary)
        })
        .collect();
    (!lines.is_empty()).then(|| tf::FunctionError { text: lines.join("\n"), function_argument: blamed })
}

fn argument(path: &AttributePath) -> Option<i64> {
    match path.steps.first() {
        Some(AttributePathStep::Index(index)) => Some(*index),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_first_and_once() {
        let mut diags = Diagnostics::default();
        diags.add_warning(Diagnostic { summary: "w".into(), detail: "".into(), attribute: AttributePath::root() });
        for _ in 0..2 {
            error(&mut diags, "e", "d", AttributePath::new("a").key("k").index(3));
        }
        let wire = to_wire(diags);
        assert_eq!(wire.iter().map(|one| &*one.summary).collect::<Vec<_>>(), ["e", "w"]);
        assert_eq!(wire[0].attribute.as_ref().unwrap().steps.len(), 3);
        assert_eq!(wire[1].attribute, None);
    }

    #[test]
    fn function_errors_blame_one_argument_or_name_each() {
        let failed = |arguments: &[i64]| {
            let mut diags = Diagnostics::default();
            for index in arguments {
                error(&mut diags, format!("bad {index}"), "", AttributePath::function_argument(*index));
            }
            to_function_error(diags).map(|error| (error.text, error.function_argument))
        };
        assert_eq!(failed(&[]), None);
        assert_eq!(failed(&[1]), Some(("bad 1".into(), Some(1))));
        assert_eq!(failed(&[0, 1]), Some(("Argument 1: bad 0\nArgument 2: bad 1".into(), None)));
    }

    #[test]
    fn silence_becomes_an_error() {
        let mut diags = Diagnostics::default();
        assert_eq!(expect_answer::<()>(&mut diags, None, "creating disk"), None);
        assert_eq!(diags.errors[0].summary, "No result of creating disk");
        assert_eq!(expect_answer::<()>(&mut diags, None, "creating disk"), None);
        assert_eq!(diags.errors.len(), 1);
    }

    #[test]
    fn backtraces_are_cut_off() {
        let cut = |detail: &'static str| without_backtrace(detail.into(), true);
        assert_eq!(cut("what went wrong\n   0: frame\n   1: frame\n"), "what went wrong");
        assert_eq!(cut("   0: frame\n"), "");
        assert_eq!(cut("what went wrong\nand why"), "what went wrong\nand why");
        assert_eq!(without_backtrace("a list\n   0: one".into(), false), "a list\n   0: one");
    }
}
