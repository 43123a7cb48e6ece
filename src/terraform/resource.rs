//! The adapter from our short traits to tf-provider's.
//!
//! A resource or data source file says only what is special about it: it owns its state, returns [`Result`] and leaves
//! warnings in [`Warnings`]. What an error means for the state is decided here, once: a failed read or update keeps
//! what the state has, a failed create has no state, so that Terraform never taints or drops an object on doubt.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use terraform_plugin_server::{Identity, IdentitySchema, Source};
use tf_provider::schema::Schema;
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics};

use super::diagnostics::{Diagnostic, Remarks, Result, Warnings, report, report_all};
use super::trace::Trace;

/// A state as Terraform sends it: each attribute a value, null or unknown.
pub trait State: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> State for T {}

/// A change that Terraform asks to plan.
pub struct Change<S> {
    /// What the state has; nothing for a create.
    pub prior: Option<S>,
    /// What an earlier plan left: that of the old object, when this is the new half of a replacement that Terraform
    /// forces; or, in an apply, the plan that is applied.
    pub trace: Option<Trace>,
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
    /// What the plan and the apply that follow are told.
    pub trace: Option<Trace>,
}

impl<S> From<S> for Planned<S> {
    fn from(state: S) -> Self {
        Planned { state, replaced_by: Vec::new(), trace: None }
    }
}

impl<S> Planned<S> {
    /// The same, with what the plan and the apply that follow are told.
    pub fn leaving(self, trace: Option<Trace>) -> Self {
        Planned { trace, ..self }
    }
}

/// What a creation comes to.
pub struct Created<S> {
    /// The state of the object.
    pub state: S,
    /// Whether its request was sent more than once: there may be two of it, which the next read looks for.
    pub sent_again: bool,
}

impl<S> From<S> for Created<S> {
    fn from(state: S) -> Self {
        Created { state, sent_again: false }
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
    /// Gives everything that is wrong with it, each at its attribute.
    async fn validate(&self, config: Self::State) -> Vec<Diagnostic>;

    /// Reads the object; `None` only when it is proved to be gone.
    async fn read(&self, state: Self::State, warnings: &mut Warnings) -> Result<Option<Self::State>>;

    /// Plans a create or a change.
    async fn plan(&self, change: Change<Self::State>, warnings: &mut Warnings) -> Result<Planned<Self::State>>;

    /// Checks whether the object may be destroyed.
    async fn plan_destroy(&self, prior: Self::State, warnings: &mut Warnings) -> Result<()>;

    /// Creates the object; what is write-only is in `config` alone. Once it exists this must succeed: Terraform
    /// destroys what comes with an error. `trace` is what its plan left.
    async fn create(
        &self,
        planned: Self::State,
        config: Self::State,
        trace: Option<Trace>,
        warnings: &mut Warnings,
    ) -> Result<Created<Self::State>>;

    /// After a creation that was sent again, when the object is read next: warns of a second one.
    async fn look_for_twin(&self, _state: &Self::State, _warnings: &mut Warnings) {}

    /// Changes the object in place.
    /// `trace` is what its plan left.
    async fn update(
        &self,
        prior: Self::State,
        planned: Self::State,
        trace: Option<Trace>,
        warnings: &mut Warnings,
    ) -> Result<Self::State>;

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

    /// Takes an object over from another resource type; `None` when it cannot come from there. Nothing can be looked
    /// up.
    fn moved(&self, _source: Source) -> Result<Option<Self::State>> {
        Ok(None)
    }

    /// Sees each object of the state before any plan for it, refreshed or not.
    fn observe(&self, _state: &Self::State) {}
}

/// A [`ManagedResource`] as tf-provider knows it, and who has something to remark when anything was done with it.
pub struct Resource<T, R>(pub T, pub R);

impl<T, R: Remarks> Resource<T, R> {
    /// Hands over how an operation ended, with what is to be remarked beside it.
    fn report<V>(&self, diags: &mut Diagnostics, mut warnings: Warnings, result: Result<V>) -> Option<V> {
        self.1.remark(&mut warnings);
        report(diags, warnings, result)
    }
}

#[async_trait]
impl<T: ManagedResource, R: Remarks> tf_provider::Resource for Resource<T, R> {
    type State<'a> = T::State;
    type PrivateState<'a> = Value<Trace>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(self.0.schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: T::State) -> Option<()> {
        report_all(diags, self.0.validate(config).await)
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: T::State,
        private: Value<Trace>,
        _: ValueEmpty,
    ) -> Option<(T::State, Value<Trace>)> {
        let mut warnings = Warnings::default();
        let result = self.0.read(state.clone(), &mut warnings).await;
        if let (Ok(Some(read)), true) = (&result, private.as_ref_option().is_some_and(Trace::is_sent_again)) {
            self.0.look_for_twin(read, &mut warnings).await;
        }
        let failed = result.is_err();
        let read = self.report(diags, warnings, result);
        if failed {
            return Some((state, private));
        }
        read.flatten().map(|state| (state, NO_PRIVATE_STATE))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: T::State,
        config: T::State,
        _: ValueEmpty,
    ) -> Option<(T::State, Value<Trace>)> {
        let mut warnings = Warnings::default();
        let change = Change { prior: None, trace: trace_of_the_plan_before(), proposed, config };
        let result = self.0.plan(change, &mut warnings).await;
        let Planned { state, trace, .. } = self.report(diags, warnings, result)?;
        Some((state, trace.into()))
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: T::State,
        proposed: T::State,
        config: T::State,
        _: Value<Trace>,
        _: ValueEmpty,
    ) -> Option<(T::State, Value<Trace>, Vec<AttributePath>)> {
        let mut warnings = Warnings::default();
        let trace = trace_of_the_plan_before();
        let result = self.0.plan(Change { prior: Some(prior), trace, proposed, config }, &mut warnings).await;
        let Planned { state, replaced_by, trace } = self.report(diags, warnings, result)?;
        Some((state, trace.into(), replaced_by.into_iter().map(AttributePath::new).collect()))
    }

    async fn plan_destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: T::State,
        _: Value<Trace>,
        _: ValueEmpty,
    ) -> Option<Value<Trace>> {
        let mut warnings = Warnings::default();
        let result = self.0.plan_destroy(prior, &mut warnings).await;
        self.report(diags, warnings, result).map(|()| NO_PRIVATE_STATE)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: T::State,
        config: T::State,
        trace: Value<Trace>,
        _: ValueEmpty,
    ) -> Option<(T::State, Value<Trace>)> {
        let mut warnings = Warnings::default();
        let result = self.0.create(planned, config, trace.as_option(), &mut warnings).await;
        let Created { state, sent_again } = self.report(diags, warnings, result)?;
        Some((state, if sent_again { Value::Value(Trace::sent_again()) } else { NO_PRIVATE_STATE }))
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: T::State,
        planned: T::State,
        _config: T::State,
        trace: Value<Trace>,
        _: ValueEmpty,
    ) -> Option<(T::State, Value<Trace>)> {
        let mut warnings = Warnings::default();
        let result = self.0.update(prior.clone(), planned, trace.as_option(), &mut warnings).await;
        Some((self.report(diags, warnings, result).unwrap_or(prior), NO_PRIVATE_STATE))
    }

    async fn destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: T::State,
        _: Value<Trace>,
        _: ValueEmpty,
    ) -> Option<()> {
        let mut warnings = Warnings::default();
        let result = self.0.destroy(prior, &mut warnings).await;
        self.report(diags, warnings, result)
    }

    async fn import<'a>(&self, diags: &mut Diagnostics, id: String) -> Option<(T::State, Value<Trace>)> {
        let mut warnings = Warnings::default();
        let result = self.0.import(id, &mut warnings).await;
        Some((self.report(diags, warnings, result)?, NO_PRIVATE_STATE))
    }
}

/// What an earlier plan left for this one. In a second plan of a forced replacement it comes as prior private data; in
/// the plan inside an apply as planned private data, from protocol 6.11 on.
fn trace_of_the_plan_before() -> Option<Trace> {
    let request = terraform_plugin_server::request()?;
    request.planned_private().read().or_else(|| request.prior_private().read())
}

#[async_trait]
impl<T: ManagedResource, R: Remarks> terraform_plugin_server::Resource for Resource<T, R> {
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
    ) -> Option<(T::State, Value<Trace>)> {
        let id = report(diags, Warnings::default(), self.0.import_id(&identity))?;
        tf_provider::Resource::import(self, diags, id).await
    }

    async fn moved<'a>(&self, diags: &mut Diagnostics, source: Source) -> Option<(T::State, Value<Trace>)> {
        let moved = report(diags, Warnings::default(), self.0.moved(source)).flatten();
        moved.map(|state| (state, NO_PRIVATE_STATE))
    }

    fn observe(&self, state: &T::State) {
        self.0.observe(state);
    }
}

/// Nothing is kept with an object, but for the next read after a creation that was sent again. Null is stored as
/// nothing at all, which Terraform need not copy: when it plans, it copies all instances of a resource once for each of
/// them.
const NO_PRIVATE_STATE: Value<Trace> = Value::Null;
