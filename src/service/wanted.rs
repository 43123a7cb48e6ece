//! What is to be created, and why it was not.

use std::collections::HashSet;

use crate::terraform::diagnostics::Diagnostic;

/// What is to be created, for messages and for telling equal creations apart.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The resource type, for the import line.
    pub resource_type: &'static str,
    /// The object, as messages name it: `partner "Acme GmbH"`.
    pub who: String,
    /// Equal for creations of equal content, and only for them.
    pub content: String,
    /// What stands before the id in what `terraform import` takes: nothing, or `PARTNER/`.
    pub import_prefix: String,
    /// The ids that were there before anything was sent, as keys.
    pub before: HashSet<String>,
}

/// Why nothing was created, and whether that is sure.
#[derive(Debug)]
pub struct NotMade {
    /// What to tell the operator.
    pub diagnostic: Diagnostic,
    /// Whether an object may exist all the same.
    pub may_exist: bool,
}

impl From<Diagnostic> for NotMade {
    fn from(diagnostic: Diagnostic) -> NotMade {
        NotMade { diagnostic, may_exist: false }
    }
}
