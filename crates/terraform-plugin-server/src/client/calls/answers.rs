//! Answers in a form that tests can compare.

use tf_provider::AttributePath;

use super::super::{ClientError, values};
use crate::Dynamic;
use crate::wire::tfplugin6 as tf;

/// What a provider has to say to the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// An error, or else a warning.
    pub is_error: bool,
    /// The headline.
    pub summary: String,
    /// The explanation.
    pub detail: String,
    /// The attribute that it is about, such as `rules[0].port`; empty if it is about the whole.
    pub path: String,
}

/// An object, as a provider returned it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Returned {
    /// The state; null if there is none.
    pub state: Dynamic,
    /// What the provider keeps for itself.
    pub private: Vec<u8>,
    /// The identity, if there is one.
    pub identity: Option<Dynamic>,
    /// What the provider had to say.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the answer was "later".
    pub deferred: bool,
}

/// A planned change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// The state that is to be; null if the object is to be destroyed.
    pub state: Dynamic,
    /// What the provider keeps for itself.
    pub private: Vec<u8>,
    /// The identity, if it is known.
    pub identity: Option<Dynamic>,
    /// Attributes whose change makes a replacement necessary.
    pub requires_replace: Vec<String>,
    /// What the provider had to say.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the answer was "later".
    pub deferred: bool,
}

/// What an import found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// The objects; mostly one.
    pub objects: Vec<Returned>,
    /// What the provider had to say.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the answer was "later".
    pub deferred: bool,
}

/// One event of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// The identity of the object.
    pub identity: Option<Dynamic>,
    /// What people call it.
    pub display_name: String,
    /// Its state, if it was asked for.
    pub resource: Option<Dynamic>,
    /// What the provider had to say.
    pub diagnostics: Vec<Diagnostic>,
}

/// How an action ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invoked {
    /// What it told on the way.
    pub progress: Vec<String>,
    /// Whether it said that it ended; without that, Terraform takes any end for success.
    pub completed: bool,
    /// What the provider had to say at the end.
    pub diagnostics: Vec<Diagnostic>,
}

impl Diagnostic {
    /// An error about the whole.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { is_error: true, summary: summary.into(), detail: detail.into(), path: String::new() }
    }
}

pub(super) fn diagnostics(wire: Vec<tf::Diagnostic>) -> Vec<Diagnostic> {
    let one = |wire: tf::Diagnostic| Diagnostic {
        is_error: wire.severity() == tf::diagnostic::Severity::Error,
        path: wire.attribute.as_ref().map(path).unwrap_or_default(),
        summary: wire.summary,
        detail: wire.detail,
    };
    wire.into_iter().map(one).collect()
}

fn path(wire: &tf::AttributePath) -> String {
    use tf::attribute_path::step::Selector;
    let mut whole = AttributePath::root();
    for step in wire.steps.iter().filter_map(|step| step.selector.clone()) {
        match step {
            Selector::AttributeName(name) => whole.add_attribute(name),
            Selector::ElementKeyString(key) => whole.add_key(key),
            Selector::ElementKeyInt(index) => whole.add_index(index),
        };
    }
    whole.to_string()
}

pub(super) fn identity_to_wire(identity: Option<&Dynamic>) -> Result<Option<tf::ResourceIdentityData>, ClientError> {
    let wrap = |identity_data| tf::ResourceIdentityData { identity_data: Some(identity_data) };
    identity.map(|identity| values::encode(identity).map(wrap)).transpose()
}

fn identity(wire: Option<tf::ResourceIdentityData>) -> Result<Option<Dynamic>, ClientError> {
    wire.map(|wire| values::decode(wire.identity_data.as_ref())).transpose()
}

impl Planned {
    /// What the plan of a deletion comes to, with what it keeps for the apply.
    pub fn deletion(private: impl Into<Vec<u8>>) -> Self {
        Self { private: private.into(), ..Self::default() }
    }

    pub(super) fn read(wire: tf::plan_resource_change::Response) -> Result<Self, ClientError> {
        Ok(Self {
            state: values::decode(wire.planned_state.as_ref())?,
            private: wire.planned_private.into(),
            identity: identity(wire.planned_identity)?,
            requires_replace: wire.requires_replace.iter().map(path).collect(),
            diagnostics: diagnostics(wire.diagnostics),
            deferred: wire.deferred.is_some(),
        })
    }
}

impl Returned {
    /// An object of this state, which a call starts from.
    pub fn new(state: impl Into<Dynamic>) -> Self {
        Self { state: state.into(), ..Self::default() }
    }

    /// The same with this private data.
    #[must_use]
    pub fn with_private(mut self, private: impl Into<Vec<u8>>) -> Self {
        self.private = private.into();
        self
    }

    /// The same without what the provider had to say.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.diagnostics.clear();
        self
    }

    pub(super) fn applied(wire: tf::apply_resource_change::Response) -> Result<Self, ClientError> {
        Ok(Self {
            state: values::decode(wire.new_state.as_ref())?,
            private: wire.private.into(),
            identity: identity(wire.new_identity)?,
            diagnostics: diagnostics(wire.diagnostics),
            deferred: false,
        })
    }

    pub(super) fn read(wire: tf::read_resource::Response) -> Result<Self, ClientError> {
        Ok(Self {
            state: values::decode(wire.new_state.as_ref())?,
            private: wire.private.into(),
            identity: identity(wire.new_identity)?,
            diagnostics: diagnostics(wire.diagnostics),
            deferred: wire.deferred.is_some(),
        })
    }

    pub(super) fn upgraded(wire: tf::upgrade_resource_state::Response) -> Result<Self, ClientError> {
        let state = values::decode(wire.upgraded_state.as_ref())?;
        Ok(Self { state, diagnostics: diagnostics(wire.diagnostics), ..Self::default() })
    }

    pub(super) fn data(wire: tf::read_data_source::Response) -> Result<Self, ClientError> {
        let (state, deferred) = (values::decode(wire.state.as_ref())?, wire.deferred.is_some());
        Ok(Self { state, diagnostics: diagnostics(wire.diagnostics), deferred, ..Self::default() })
    }
}

impl Imported {
    pub(super) fn read(wire: tf::import_resource_state::Response) -> Result<Self, ClientError> {
        let object = |wire: tf::import_resource_state::ImportedResource| {
            let (state, identity) = (values::decode(wire.state.as_ref())?, identity(wire.identity)?);
            Ok(Returned { state, private: wire.private.into(), identity, ..Returned::default() })
        };
        let objects = wire.imported_resources.into_iter().map(object).collect::<Result<_, ClientError>>()?;
        let (diagnostics, deferred) = (diagnostics(wire.diagnostics), wire.deferred.is_some());
        Ok(Self { objects, diagnostics, deferred })
    }
}

impl Listed {
    pub(super) fn read(wire: tf::list_resource::Event) -> Result<Self, ClientError> {
        Ok(Self {
            identity: identity(wire.identity)?,
            display_name: wire.display_name,
            resource: wire.resource_object.as_ref().map(|value| values::decode(Some(value))).transpose()?,
            diagnostics: diagnostics(wire.diagnostic),
        })
    }
}

impl Invoked {
    pub(super) fn take(&mut self, wire: tf::invoke_action::Event) {
        use tf::invoke_action::event::Type;
        match wire.r#type {
            Some(Type::Progress(progress)) => self.progress.push(progress.message),
            Some(Type::Completed(completed)) => {
                self.completed = true;
                self.diagnostics = diagnostics(completed.diagnostics);
            }
            None => {}
        }
    }
}
