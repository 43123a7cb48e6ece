//! The calls of one object's life: plan, apply, read.

use super::{Planned, Returned, answers};
use crate::Dynamic;
use crate::client::{Client, ClientError, propose, values};
use crate::wire::tfplugin6 as tf;

/// What a plan starts from, where a prior object does not say it all.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Basis<'a> {
    /// The object as it is; none for a new one.
    pub prior: Option<&'a Returned>,
    /// Private data instead of the prior object's. The plan of a new object that replaces another gets what the plan of
    /// that one returned ([`Planned::private`]).
    pub prior_private: Option<&'a [u8]>,
    /// What the plan returned that is now made again inside an apply. Terraform hands it over since 1.16.
    pub planned_private: &'a [u8],
}

impl<'a> Basis<'a> {
    /// The object as it is; none for a new one.
    pub fn new(prior: Option<&'a Returned>) -> Self {
        Self { prior, ..Self::default() }
    }

    /// With this private data instead of the prior object's.
    #[must_use]
    pub fn with_prior_private(mut self, private: &'a [u8]) -> Self {
        self.prior_private = Some(private);
        self
    }

    /// Inside an apply, with what the first plan returned.
    #[must_use]
    pub fn with_planned_private(mut self, private: &'a [u8]) -> Self {
        self.planned_private = private;
        self
    }
}

impl Client {
    /// Plans a change from an object, or from none, to a configuration, or to none.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn plan(
        &self,
        type_name: &str,
        prior: Option<&Returned>,
        config: Dynamic,
    ) -> Result<Planned, ClientError> {
        self.plan_on(type_name, Basis { prior, ..Basis::default() }, config).await
    }

    /// Plans a change as Terraform does in a replacement or inside an apply.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn plan_on(&self, type_name: &str, basis: Basis<'_>, config: Dynamic) -> Result<Planned, ClientError> {
        let block = self.resource_block(type_name).await?;
        let config = values::complete(&block, config);
        let prior = basis.prior.cloned().unwrap_or_default();
        let proposed = propose::propose(&block, &prior.state, &config);
        let prior_private = basis.prior_private.map_or(prior.private, <[u8]>::to_vec);
        let request = tf::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(values::encode(&prior.state)?),
            proposed_new_state: Some(values::encode(&proposed)?),
            config: Some(values::encode(&config)?),
            prior_private: prior_private.into(),
            provider_meta: None,
            client_capabilities: Some(self.capabilities),
            prior_identity: answers::identity_to_wire(prior.identity.as_ref())?,
            planned_private: basis.planned_private.to_vec().into(),
        };
        Planned::read(self.raw().plan_resource_change(request).await?.into_inner())
    }

    /// Makes a planned change. The configuration is the one that was planned.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn apply(
        &self,
        type_name: &str,
        prior: Option<&Returned>,
        planned: &Planned,
        config: impl Into<Dynamic>,
    ) -> Result<Returned, ClientError> {
        let config = values::complete(&self.resource_block(type_name).await?, config.into());
        let prior = prior.map(|prior| prior.state.clone()).unwrap_or_default();
        let request = tf::apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(values::encode(&prior)?),
            planned_state: Some(values::encode(&planned.state)?),
            config: Some(values::encode(&config)?),
            planned_private: planned.private.clone().into(),
            provider_meta: None,
            planned_identity: answers::identity_to_wire(planned.identity.as_ref())?,
        };
        Returned::applied(self.raw().apply_resource_change(request).await?.into_inner())
    }

    /// Refreshes an object. A null state means that it is gone.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn read(&self, type_name: &str, current: &Returned) -> Result<Returned, ClientError> {
        let request = tf::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: Some(values::encode(&current.state)?),
            private: current.private.clone().into(),
            provider_meta: None,
            client_capabilities: Some(self.capabilities),
            current_identity: answers::identity_to_wire(current.identity.as_ref())?,
        };
        Returned::read(self.raw().read_resource(request).await?.into_inner())
    }
}
