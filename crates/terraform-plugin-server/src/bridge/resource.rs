//! Resources over bytes.

use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::{Described, Lazily, decode, decode_own, decode_private, encode};
use crate::identity::{Identity, IdentitySchema};
use crate::resource::{Resource, Source};
use crate::wire::tfplugin6 as tf;
use crate::{Dynamic, diagnostics, msgpack};

/// The bytes of a request; those that it does not have are empty, which reads as null.
#[derive(Clone, Copy, Default)]
pub(crate) struct Parts<'a> {
    pub prior: &'a [u8],
    /// The proposed state of a plan, the planned state of an apply.
    pub next: &'a [u8],
    pub config: &'a [u8],
    pub private: &'a [u8],
    pub meta: &'a [u8],
}

/// The bytes of an answer.
#[derive(Default)]
pub(crate) struct Outcome {
    pub state: Vec<u8>,
    pub private: Vec<u8>,
    pub identity: Option<tf::ResourceIdentityData>,
}

/// What [`Resource`] says, over bytes.
#[async_trait]
pub(crate) trait AnyResource: Send + Sync {
    fn described(&self) -> &Described;
    fn write_only(&self) -> &'static [&'static str];
    fn null_in_generated_config(&self) -> &'static [&'static str];
    fn computed_blocks(&self) -> &'static [&'static str];
    fn identity_schema(&self) -> Option<IdentitySchema>;
    /// The identity of an object, from its state.
    fn identity(&self, diags: &mut Diagnostics, state: &[u8]) -> Option<tf::ResourceIdentityData>;
    fn observe(&self, state: &[u8]);
    fn generated_config(&self, diags: &mut Diagnostics, state: &[u8]) -> Option<Vec<u8>>;
    /// Sets what must not be stored to null.
    fn without_write_only(&self, diags: &mut Diagnostics, state: Vec<u8>) -> Option<Vec<u8>>;
    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()>;
    async fn read(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome>;
    async fn plan_create(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome>;
    async fn plan_update(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<(Outcome, Vec<AttributePath>)>;
    async fn plan_destroy(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Vec<u8>>;
    async fn create(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome>;
    async fn update(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome>;
    async fn destroy(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<()>;
    async fn import(&self, diags: &mut Diagnostics, id: String) -> Option<Outcome>;
    async fn import_by_identity(&self, diags: &mut Diagnostics, identity: Identity) -> Option<Outcome>;
    async fn upgrade(&self, diags: &mut Diagnostics, version: i64, state: Value) -> Option<Vec<u8>>;
    async fn upgrade_identity(&self, diags: &mut Diagnostics, version: i64, identity: Value) -> Option<Identity>;
    async fn moved(&self, diags: &mut Diagnostics, source: Source) -> Option<Outcome>;
}

pub(crate) struct ResourceBridge<R> {
    resource: R,
    described: Lazily,
}

fn fits<R: tf_provider::Resource>(bytes: &[u8]) -> bool {
    msgpack::decode::<R::State<'_>>(bytes).is_ok()
}

/// A private state that is null is none: nothing need be stored, and none reads as null.
fn encode_private<P: Serialize>(diags: &mut Diagnostics, private: &P) -> Option<Vec<u8>> {
    let bytes = encode(diags, private)?;
    Some(if msgpack::is_null(&bytes) { Vec::new() } else { bytes })
}

impl<R: Resource> ResourceBridge<R> {
    pub(crate) fn new(resource: R) -> Self {
        Self { resource, described: Lazily::default() }
    }

    fn state<'a>(&self, diags: &mut Diagnostics, bytes: &'a [u8]) -> Option<R::State<'a>> {
        decode(diags, bytes, &self.described().shape, fits::<R>)
    }

    fn private<'a>(&self, diags: &mut Diagnostics, parts: Parts<'a>) -> Option<R::PrivateState<'a>> {
        decode_private(diags, parts.private)
    }

    fn meta<'a>(&self, diags: &mut Diagnostics, parts: Parts<'a>) -> Option<R::ProviderMetaState<'a>> {
        decode_own(diags, parts.meta, "provider metadata")
    }

    fn identity_of(&self, diags: &mut Diagnostics, state: &R::State<'_>) -> Option<tf::ResourceIdentityData> {
        let schema = self.resource.identity_schema()?;
        schema.encode(diags, &self.resource.identity(state)?)
    }

    fn encode_state(&self, diags: &mut Diagnostics, state: &R::State<'_>) -> Option<Vec<u8>> {
        let bytes = encode(diags, state)?;
        self.without_write_only(diags, bytes)
    }

    fn returned<P: Serialize>(&self, diags: &mut Diagnostics, state: &R::State<'_>, private: &P) -> Option<Outcome> {
        let bytes = self.encode_state(diags, state)?;
        let gone = msgpack::is_null(&bytes);
        let identity = if gone { None } else { self.identity_of(diags, state) };
        Some(Outcome { state: bytes, private: encode_private(diags, private)?, identity })
    }
}

#[async_trait]
impl<R: Resource> AnyResource for ResourceBridge<R> {
    fn described(&self) -> &Described {
        self.described.get_with(|diags| self.resource.schema(diags), self.resource.computed_blocks())
    }

    fn write_only(&self) -> &'static [&'static str] {
        self.resource.write_only()
    }

    fn null_in_generated_config(&self) -> &'static [&'static str] {
        self.resource.null_in_generated_config()
    }

    fn computed_blocks(&self) -> &'static [&'static str] {
        self.resource.computed_blocks()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        self.resource.identity_schema()
    }

    fn identity(&self, diags: &mut Diagnostics, state: &[u8]) -> Option<tf::ResourceIdentityData> {
        // What does not fit is reported when the object is read.
        let state = msgpack::decode::<R::State<'_>>(state).ok()?;
        self.identity_of(diags, &state)
    }

    fn observe(&self, state: &[u8]) {
        // What does not fit is reported when the object is planned or read; here it is only not seen.
        if let Ok(state) = msgpack::decode::<R::State<'_>>(state) {
            self.resource.observe(&state);
        }
    }

    fn without_write_only(&self, diags: &mut Diagnostics, state: Vec<u8>) -> Option<Vec<u8>> {
        self.cleared(diags, state, self.resource.write_only())
    }

    fn generated_config(&self, diags: &mut Diagnostics, state: &[u8]) -> Option<Vec<u8>> {
        let mut config: Dynamic = decode_own(diags, state, "state")?;
        self.described().shape.clear_computed(&mut config);
        let bytes = encode(diags, &config)?;
        self.cleared(diags, bytes, self.resource.null_in_generated_config())
    }

    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()> {
        let config = self.state(diags, config)?;
        self.resource.validate(diags, config).await
    }

    async fn read(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome> {
        let (prior, private, meta) =
            (self.state(diags, parts.prior), self.private(diags, parts), self.meta(diags, parts));
        let (state, private) = self.resource.read(diags, prior?, private?, meta?).await?;
        self.returned(diags, &state, &private)
    }

    async fn plan_create(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome> {
        let (proposed, config) = (self.state(diags, parts.next), self.state(diags, parts.config));
        let meta = self.meta(diags, parts);
        let (state, private) = self.resource.plan_create(diags, proposed?, config?, meta?).await?;
        self.returned(diags, &state, &private)
    }

    async fn plan_update(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<(Outcome, Vec<AttributePath>)> {
        let prior = self.state(diags, parts.prior);
        let (proposed, config) = (self.state(diags, parts.next), self.state(diags, parts.config));
        let (private, meta) = (self.private(diags, parts), self.meta(diags, parts));
        let planned = self.resource.plan_update(diags, prior?, proposed?, config?, private?, meta?);
        let (state, private, replace) = planned.await?;
        Some((self.returned(diags, &state, &private)?, replace))
    }

    async fn plan_destroy(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Vec<u8>> {
        let (prior, private, meta) =
            (self.state(diags, parts.prior), self.private(diags, parts), self.meta(diags, parts));
        let private = self.resource.plan_destroy(diags, prior?, private?, meta?).await?;
        encode_private(diags, &private)
    }

    async fn create(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome> {
        let (planned, config) = (self.state(diags, parts.next), self.state(diags, parts.config));
        let (private, meta) = (self.private(diags, parts), self.meta(diags, parts));
        let (state, private) = self.resource.create(diags, planned?, config?, private?, meta?).await?;
        self.returned(diags, &state, &private)
    }

    async fn update(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<Outcome> {
        let prior = self.state(diags, parts.prior);
        let (planned, config) = (self.state(diags, parts.next), self.state(diags, parts.config));
        let (private, meta) = (self.private(diags, parts), self.meta(diags, parts));
        let (state, private) = self.resource.update(diags, prior?, planned?, config?, private?, meta?).await?;
        self.returned(diags, &state, &private)
    }

    async fn destroy(&self, diags: &mut Diagnostics, parts: Parts<'_>) -> Option<()> {
        let (prior, private, meta) =
            (self.state(diags, parts.prior), self.private(diags, parts), self.meta(diags, parts));
        self.resource.destroy(diags, prior?, private?, meta?).await
    }

    async fn import(&self, diags: &mut Diagnostics, id: String) -> Option<Outcome> {
        let (state, private) = self.resource.import(diags, id).await?;
        self.returned(diags, &state, &private)
    }

    async fn import_by_identity(&self, diags: &mut Diagnostics, identity: Identity) -> Option<Outcome> {
        let (state, private) = self.resource.import_by_identity(diags, identity).await?;
        self.returned(diags, &state, &private)
    }

    async fn upgrade(&self, diags: &mut Diagnostics, version: i64, state: Value) -> Option<Vec<u8>> {
        let state = Resource::upgrade(&self.resource, diags, version, state).await?;
        self.encode_state(diags, &state)
    }

    async fn upgrade_identity(&self, diags: &mut Diagnostics, version: i64, identity: Value) -> Option<Identity> {
        self.resource.upgrade_identity(diags, version, identity).await
    }

    async fn moved(&self, diags: &mut Diagnostics, source: Source) -> Option<Outcome> {
        let (type_name, address) = (source.type_name.clone(), source.provider_address.clone());
        let Some((state, private)) = self.resource.moved(diags, source).await else {
            if diags.errors.is_empty() {
                let detail = "Import the object instead, and take the old one out of the state with a removed block.";
                let summary = format!("An object cannot be moved here from {type_name} of {address}");
                diagnostics::root_error(diags, summary, detail);
            }
            return None;
        };
        self.returned(diags, &state, &private)
    }
}

impl<R: Resource> ResourceBridge<R> {
    fn cleared(&self, diags: &mut Diagnostics, bytes: Vec<u8>, paths: &[&str]) -> Option<Vec<u8>> {
        if paths.is_empty() || msgpack::is_null(&bytes) {
            return Some(bytes);
        }
        let mut value: Dynamic = decode_own(diags, &bytes, "provider's answer")?;
        for path in paths {
            let path: Vec<&str> = path.split('.').collect();
            self.described().shape.clear(&mut value, &path);
        }
        encode(diags, &value)
    }
}
