//! The adapter from our short traits to tf-provider's.
//!
//! A resource or data source file says only what is special about it: it owns its state, returns [`Result`] and leaves warnings in
//! [`Warnings`]. What an error means for the state is decided here, once: a failed read or update keeps what the state has, a
//! failed create has no state, so that Terraform never taints or drops an object on doubt.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use terraform_plugin_server::{Identity, IdentitySchema, Source};
use tf_provider::schema::Schema;
use tf_provider::value::ValueEmpty;
use tf_provider::{AttributePath, Diagnostics};

use crate::terraform::diagnostics::{Result, Warnings, report};

/// A state as Terraform sends it: each attribute a value, null or unknown.
pub trait State: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> State for T {}

/// A change that Terraform asks to plan.
pub struct Change<S> {
    /// What the state has; nothing for a create.
    pub prior: Option<S>,
    /// The configuration, with what the provider computes filled in from `prior`.
    pub proposed: S,
    /// The configuration alone.
    pub config: S,
}

/// What a plan comes to.
pub struct Planned<S> {
    /// The state that the change will lead to.
    pub state: S,
    /// The attributes, if any, whose change needs a new object. Nothing that holds a customer's data ever names one.
    pub replaced_by: Vec<&'static str>,
}

impl<S> From<S> for Planned<S> {
    fn from(state: S) -> Self {
        Planned { state, replaced_by: Vec::new() }
    }
}

/// A managed resource.
#[async_trait]
pub trait ManagedResource: Send + Sync + 'static {
    /// Its state.
    type State: State;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration by itself; values may be unknown, and the provider may not be configured.
    async fn validate(&self, config: Self::State, warnings: &mut Warnings) -> Result<()>;

    /// Reads the object; `None` only when the service itself said that it is gone.
    async fn read(&self, state: Self::State, warnings: &mut Warnings) -> Result<Option<Self::State>>;

    /// Plans a create or a change.
    async fn plan(&self, change: Change<Self::State>, warnings: &mut Warnings) -> Result<Planned<Self::State>>;

    /// Checks whether the object may be destroyed.
    async fn plan_destroy(&self, prior: Self::State, warnings: &mut Warnings) -> Result<()>;

    /// Creates the object; what is write-only is in `config` alone. Once it exists this must succeed: Terraform destroys what comes with an error.
    async fn create(&self, planned: Self::State, config: Self::State, warnings: &mut Warnings) -> Result<Self::State>;

    /// Changes the object in place.
    async fn update(&self, prior: Self::State, planned: Self::State, warnings: &mut Warnings) -> Result<Self::State>;

    /// Destroys the object.
    async fn destroy(&self, prior: Self::State, warnings: &mut Warnings) -> Result<()>;

    /// Finds an object that exists by what the operator gave as its id.
    async fn import(&self, id: String, warnings: &mut Warnings) -> Result<Self::State>;

    /// What tells an object from all others, for Terraform 1.12 and later.
    fn identity_schema(&self) -> IdentitySchema;

    /// The identity of an object; nothing while it is not known.
    fn identity(&self, state: &Self::State) -> Option<Identity>;

    /// What `import` takes for an identity.
    fn import_id(&self, identity: &Identity) -> Result<String>;

    /// Attributes that Terraform hands over but never stores.
    fn write_only(&self) -> &'static [&'static str] {
        &[]
    }

    /// Takes an object over from another resource type; `None` when it cannot come from there. Nothing can be looked up.
    fn moved(&self, _source: Source) -> Result<Option<Self::State>> {
        Ok(None)
    }

    /// Sees each object of the state before any plan for it, refreshed or not.
    fn observe(&self, _state: &Self::State) {}
}

/// A [`ManagedResource`] as tf-provider knows it.
pub struct Resource<T>(pub T);

#[async_trait]
impl<T: ManagedResource> tf_provider::Resource for Resource<T> {
    type State<'a> = T::State;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(self.0.schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: T::State) -> Option<()> {
        let mut warnings = Warnings::default();
        let result = self.0.validate(config, &mut warnings).await;
        report(diags, warnings, result)
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: T::State,
        _: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(T::State, ValueEmpty)> {
        let mut warnings = Warnings::default();
        let result = self.0.read(state.clone(), &mut warnings).await;
        let failed = result.is_err();
        let read = report(diags, warnings, result);
        let state = if failed { Some(state) } else { read.flatten() };
        state.map(|state| (state, NO_PRIVATE_STATE))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: T::State,
        config: T::State,
        _: ValueEmpty,
    ) -> Option<(T::State, ValueEmpty)> {
        let mut warnings = Warnings::default();
        let result = self.0.plan(Change { prior: None, proposed, config }, &mut warnings).await;
        Some((report(diags, warnings, result)?.state, NO_PRIVATE_STATE))
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: T::State,
        proposed: T::State,
        config: T::State,
        _: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(T::State, ValueEmpty, Vec<AttributePath>)> {
        let mut warnings = Warnings::default();
        let result = self.0.plan(Change { prior: Some(prior), proposed, config }, &mut warnings).await;
        let Planned { state, replaced_by } = report(diags, warnings, result)?;
        Some((state, NO_PRIVATE_STATE, replaced_by.into_iter().map(AttributePath::new).collect()))
    }

    async fn plan_destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: T::State,
        _: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<ValueEmpty> {
        let mut warnings = Warnings::default();
        let result = self.0.plan_destroy(prior, &mut warnings).await;
        report(diags, warnings, result).map(|()| NO_PRIVATE_STATE)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: T::State,
        config: T::State,
        _: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(T::State, ValueEmpty)> {
        let mut warnings = Warnings::default();
        let result = self.0.create(planned, config, &mut warnings).await;
        Some((report(diags, warnings, result)?, NO_PRIVATE_STATE))
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: T::State,
        planned: T::State,
        _config: T::State,
        _: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(T::State, ValueEmpty)> {
        let mut warnings = Warnings::default();
        let result = self.0.update(prior.clone(), planned, &mut warnings).await;
        Some((report(diags, warnings, result).unwrap_or(prior), NO_PRIVATE_STATE))
    }

    async fn destroy<'a>(&self, diags: &mut Diagnostics, prior: T::State, _: ValueEmpty, _: ValueEmpty) -> Option<()> {
        let mut warnings = Warnings::default();
        let result = self.0.destroy(prior, &mut warnings).await;
        report(diags, warnings, result)
    }

    async fn import<'a>(&self, diags: &mut Diagnostics, id: String) -> Option<(T::State, ValueEmpty)> {
        let mut warnings = Warnings::default();
        let result = self.0.import(id, &mut warnings).await;
        Some((report(diags, warnings, result)?, NO_PRIVATE_STATE))
    }
}

#[async_trait]
impl<T: ManagedResource> terraform_plugin_server::Resource for Resource<T> {
    fn write_only(&self) -> &'static [&'static str] {
        self.0.write_only()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(self.0.identity_schema())
    }

    fn identity(&self, state: &T::State) -> Option<Identity> {
        self.0.identity(state)
    }

    async fn import_by_identity<'a>(
        &self,
        diags: &mut Diagnostics,
        identity: Identity,
    ) -> Option<(T::State, ValueEmpty)> {
        let id = report(diags, Warnings::default(), self.0.import_id(&identity))?;
        tf_provider::Resource::import(self, diags, id).await
    }

    async fn moved<'a>(&self, diags: &mut Diagnostics, source: Source) -> Option<(T::State, ValueEmpty)> {
        let moved = report(diags, Warnings::default(), self.0.moved(source)).flatten();
        moved.map(|state| (state, NO_PRIVATE_STATE))
    }

    fn observe(&self, state: &T::State) {
        self.0.observe(state);
    }
}

/// No resource keeps anything that the user cannot see. Null is stored as nothing at all, which Terraform need not copy: when it plans, it copies
/// all instances of a resource once for each of them.
const NO_PRIVATE_STATE: ValueEmpty = ValueEmpty::Null;

/// A data source.
#[async_trait]
pub trait ReadOnly: Send + Sync + 'static {
    /// Its configuration and what was read.
    type State: State;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration by itself; values may be unknown, and the provider may not be configured.
    async fn validate(&self, _config: Self::State) -> Result<()> {
        Ok(())
    }

    /// Reads; every value of the configuration is known.
    async fn read(&self, config: Self::State, warnings: &mut Warnings) -> Result<Self::State>;
}

/// A [`ReadOnly`] as tf-provider knows it.
pub struct DataSource<T>(pub T);

#[async_trait]
impl<T: ReadOnly> tf_provider::DataSource for DataSource<T> {
    type State<'a> = T::State;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(self.0.schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: T::State) -> Option<()> {
        let result = self.0.validate(config).await;
        report(diags, Warnings::default(), result)
    }

    async fn read<'a>(&self, diags: &mut Diagnostics, config: T::State, _: ValueEmpty) -> Option<T::State> {
        let mut warnings = Warnings::default();
        let result = self.0.read(config, &mut warnings).await;
        report(diags, warnings, result)
    }
}
