//! What a resource can do beyond tf-provider's trait.

use async_trait::async_trait;
use serde_json::Value;
use tf_provider::Diagnostics;

use crate::diagnostics;
use crate::identity::{Identity, IdentitySchema};

/// An object in the state of another resource type, which a `moved` block hands over.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// The address of the provider that the object belonged to, such as `registry.terraform.io/hashicorp/null`.
    pub provider_address: String,
    /// The resource type that it was.
    pub type_name: String,
    /// The version of the schema that wrote the state.
    pub schema_version: i64,
    /// The state. Numbers that JSON in Rust cannot hold are text. An attribute of dynamic type is `{"value": ...,
    /// "type": ...}`.
    pub state: Value,
    /// The identity, if it had one.
    pub identity: Option<Value>,
    /// What the other provider kept for itself.
    pub private: Vec<u8>,
}

/// A resource as this server serves it: tf-provider's trait, and beside it what protocol 6.5 did not have.
///
/// Every method has a default that means "nothing special", so that a plain resource is served with
/// `impl terraform_plugin_server::Resource for MyResource {}`.
#[async_trait]
pub trait Resource: tf_provider::Resource {
    /// Attributes that Terraform hands over but never stores, as dotted paths (`password`, `login.password`).
    ///
    /// They must be optional or required, not computed, and must not lie in a set; anything else is an error of the
    /// first request (`defects` finds it earlier). They are seen in the configuration and in the proposed
    /// state of a plan, and in the configuration of an apply. In every state that goes back the server sets them to
    /// null.
    fn write_only(&self) -> &'static [&'static str] {
        &[]
    }

    /// Blocks that the provider fills in when a configuration has none of them, as dotted paths.
    ///
    /// Everything in such a block has to be computed as well, or optional and computed, and so have the blocks in it,
    /// each with a path of its own; a group cannot be. It is null in a configuration that leaves it out and, unlike an
    /// attribute, in the proposed state as well: a plan that changes nothing has to take it from the prior state. It
    /// may be unknown in a plan. Terraform knows this since 1.16; with an older one, and with OpenTofu, the check of
    /// every resource of this type fails with an error that says so.
    fn computed_blocks(&self) -> &'static [&'static str] {
        &[]
    }

    /// The identity schema, if objects of this type have an identity.
    fn identity_schema(&self) -> Option<IdentitySchema> {
        None
    }

    /// The identity of an object, from its state; nothing while a part of it is not known.
    fn identity(&self, state: &Self::State<'_>) -> Option<Identity> {
        _ = state;
        None
    }

    /// Takes over an object that exists, named by its identity.
    async fn import_by_identity<'a>(
        &self,
        diags: &mut Diagnostics,
        identity: Identity,
    ) -> Option<(Self::State<'a>, Self::PrivateState<'a>)> {
        _ = identity;
        diagnostics::root_error(diags, "Import by identity is not supported", "Import by id instead.");
        None
    }

    /// Changes a stored identity of an earlier version of the identity schema to the current one.
    async fn upgrade_identity(&self, diags: &mut Diagnostics, version: i64, identity: Value) -> Option<Identity> {
        _ = identity;
        let detail = "The state was probably written by a newer version of the provider: use that or a later one.";
        diagnostics::root_error(diags, format!("Version {version} of the identity is not supported"), detail);
        None
    }

    /// Changes a stored state of another version of the schema to the current one.
    async fn upgrade<'a>(&self, diags: &mut Diagnostics, version: i64, state: Value) -> Option<Self::State<'a>> {
        _ = state;
        let detail = "The state was probably written by a newer version of the provider: use that or a later one.";
        diagnostics::root_error(diags, format!("Version {version} of the state is not supported"), detail);
        None
    }

    /// Takes over an object from the state of another resource type; nothing if it cannot come from there.
    ///
    /// Objects of this very type from a provider of the same name under another address are taken over as they are, and
    /// upgraded if need be, without a call of this method.
    ///
    /// The provider is not configured then, so nothing can be looked up: what is left open, the next read fills in. The
    /// private state is stored with the object; a null one is none.
    async fn moved<'a>(
        &self,
        diags: &mut Diagnostics,
        source: Source,
    ) -> Option<(Self::State<'a>, Self::PrivateState<'a>)> {
        _ = diags;
        _ = source;
        None
    }

    /// Sees each stored object as Terraform takes it up, before any plan for it, even when it does not refresh.
    fn observe(&self, state: &Self::State<'_>) {
        _ = state;
    }

    /// Attributes that are left out, as dotted paths, when Terraform writes a configuration for an existing object.
    /// Those that are only computed are left out in any case.
    fn null_in_generated_config(&self) -> &'static [&'static str] {
        &[]
    }
}
